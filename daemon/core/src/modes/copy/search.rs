//! Finding text. A search without capitals finds them too; lines that were wrapped are searched whole.

use super::{CopyMode, Place};
use crate::base::limits::LINES_PER_TURN_MAX;
use crate::modes::{ModeAction, PaneSight};

/// What is searched for, and how.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Search {
    pub(super) text: String,
    pub(super) forward: bool,
    /// How often it occurs in the rows that were counted.
    pub(super) count: u32,
    /// There may be more.
    pub(super) more: bool,
}

/// One occurrence: its first place, and the place after its last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Match {
    pub(super) from: Place,
    pub(super) to: Place,
}

/// A search that is under way.
pub(super) struct Hunt {
    pub(super) text: String,
    /// The place that it began at, and where its line begins.
    pub(super) from: Place,
    pub(super) home: u64,
    pub(super) forward: bool,
    /// The line that is looked at next.
    pub(super) line: u64,
    /// It went past the end and began again at the other one.
    pub(super) wrapped: bool,
}

/// How a step of a search ends.
enum Step {
    Found(Match),
    /// The next line is to be looked at.
    Next(u64, bool),
    Nothing,
}

/// Rows that are counted for `(N results)`: some milliseconds.
const COUNT_ROWS_MAX: u64 = 20_000;
/// Rows of one wrapped line that are searched as one.
const LINE_ROWS_MAX: u64 = 2_000;

/// Small letters for capitals, where that keeps the length.
fn folded(text: &str) -> String {
    let fold = |ch: char| {
        let mut lower = ch.to_lowercase();
        match (lower.next(), lower.next()) {
            (Some(l), None) if l.len_utf8() == ch.len_utf8() => l,
            _ => ch,
        }
    };
    text.chars().map(fold).collect()
}

impl CopyMode {
    /// Occurrences in the line that begins in a row, and the row after it.
    fn matches_from(&self, sight: &PaneSight<'_>, first: u64, text: &str) -> (Vec<Match>, u64) {
        let ignore_case = !text.chars().any(char::is_uppercase);
        let end = self.backing.range(sight.screen).2;
        let mut rows = Vec::new();
        let mut whole = String::new();
        let mut next = first;
        while next < end {
            let row = self.line(sight, next);
            let wrapped = row.wrapped && next - first < LINE_ROWS_MAX;
            rows.push((whole.len(), row));
            if let Some((_, row)) = rows.last() {
                whole.push_str(&row.text);
            }
            next += 1;
            if !wrapped {
                break;
            }
        }
        let (hay, needle) =
            if ignore_case { (folded(&whole), folded(text)) } else { (whole, text.to_owned()) };
        let place = |byte: usize, at_end: bool| {
            // The end of an occurrence that ends a row is in that row.
            let row = rows.partition_point(|(start, _)| if at_end { *start < byte } else { *start <= byte });
            let row = row.saturating_sub(1);
            let (start, line) = rows.get(row)?;
            Some(Place { line: first + row as u64, x: line.column_of(byte - start) })
        };
        let mut found = Vec::new();
        if !needle.is_empty() {
            for (at, _) in hay.match_indices(&needle) {
                if let (Some(from), Some(last)) = (place(at, false), place(at + needle.len() - 1, false)) {
                    let line = rows.get((last.line - first) as usize).map(|(_, line)| line);
                    let x = line.map_or(last.x + 1, |line| line.end(last.x));
                    found.push(Match { from, to: Place { x, ..last } });
                }
            }
        }
        (found, next.max(first + 1))
    }

    /// Occurrences that touch a row, for painting.
    pub(super) fn matches_in(&self, sight: &PaneSight<'_>, row: u64) -> Vec<Match> {
        let Some(search) = &self.search else { return Vec::new() };
        let (found, _) = self.matches_from(sight, self.line_start(sight, row), &search.text);
        found.into_iter().filter(|m| m.from.line <= row && row <= m.to.line).collect()
    }

    /// Goes on with a search until something is found, there is nothing more, lines have to be waited for, or the turn
    /// has had its share. False when nothing was found.
    pub(super) fn go_on_hunting(&mut self, sight: &PaneSight<'_>, mut hunt: Hunt) -> bool {
        let mut looked = 0;
        while looked < LINES_PER_TURN_MAX {
            let missed = sight.screen.misses();
            let step = self.step(sight, &hunt);
            if sight.screen.misses() != missed {
                // What it looked at is not there yet: this step is done over.
                break;
            }
            match step {
                Step::Found(found) => {
                    // emacs goes to the end of what it searched forward for.
                    let after = hunt.forward && !sight.options.vi;
                    self.show(sight, if after { found.to } else { found.from });
                    return true;
                }
                Step::Nothing => return false,
                Step::Next(line, wrapped) => {
                    looked += line.abs_diff(hunt.line).clamp(1, LINE_ROWS_MAX);
                    (hunt.line, hunt.wrapped) = (line, hunt.wrapped || wrapped);
                }
            }
        }
        self.hunt = Some(hunt);
        true
    }

    fn step(&self, sight: &PaneSight<'_>, hunt: &Hunt) -> Step {
        let (start, _, end) = self.backing.range(sight.screen);
        let line = hunt.line.max(start);
        let (found, next) = self.matches_from(sight, line, &hunt.text);
        let fits = |m: &&Match| match (hunt.wrapped, hunt.forward) {
            (false, true) => m.from > hunt.from,
            (false, false) => m.from < hunt.from,
            (true, _) => true,
        };
        let hit = if hunt.forward { found.iter().find(fits) } else { found.iter().rev().find(fits) };
        if let Some(hit) = hit {
            return Step::Found(*hit);
        }
        // Lines that have gone from the old end meanwhile are no end of the way round.
        let home = hunt.home.max(start);
        if hunt.wrapped && if hunt.forward { line >= home } else { line <= home } {
            return Step::Nothing;
        }
        if hunt.forward && next < end {
            Step::Next(next, false)
        } else if !hunt.forward && line > start {
            Step::Next(self.line_start(sight, line - 1), false)
        } else if sight.options.wrap_search && !hunt.wrapped {
            let line = if hunt.forward { start } else { self.line_start(sight, end.saturating_sub(1)) };
            Step::Next(line, true)
        } else {
            Step::Nothing
        }
    }

    fn count(&self, sight: &PaneSight<'_>, text: &str) -> (u32, bool) {
        let (start, _, end) = self.backing.range(sight.screen);
        let first = end.saturating_sub(COUNT_ROWS_MAX).max(start);
        // Those that would have to be waited for are not worth it.
        let first = self.backing.after_absent(sight.screen, first, end).unwrap_or(first);
        let (mut line, mut count) = (first, 0u32);
        while line < end {
            let (found, next) = self.matches_from(sight, line, text);
            count = count.saturating_add(found.len() as u32);
            line = next;
        }
        (count, first > start)
    }

    /// Searches from the cursor and goes to what is found.
    pub(super) fn search(&mut self, sight: &PaneSight<'_>, text: &str, forward: bool) -> bool {
        if text.is_empty() {
            return false;
        }
        if self.search.as_ref().is_none_or(|search| search.text != text) {
            let (count, more) = self.count(sight, text);
            self.search = Some(Search { text: text.to_owned(), forward, count, more });
        } else if let Some(search) = &mut self.search {
            search.forward = forward;
        }
        self.seek(sight, forward)
    }

    fn seek(&mut self, sight: &PaneSight<'_>, forward: bool) -> bool {
        let Some(text) = self.search.as_ref().map(|search| search.text.clone()) else { return false };
        self.begin_hunt(sight, text, self.place(), forward)
    }

    pub(super) fn search_again(&mut self, sight: &PaneSight<'_>, reverse: bool) {
        if let Some(search) = &self.search {
            let forward = search.forward != reverse;
            self.seek(sight, forward);
        }
    }

    /// One change of an incremental search. The word begins with `=` when the text is another, `+` and `-`
    /// when the next one forward or backward is asked for. Returns a prompt's complaint.
    pub(super) fn search_incremental(
        &mut self,
        sight: &PaneSight<'_>,
        word: &str,
        forward: bool,
    ) -> Option<ModeAction> {
        let mut chars = word.chars();
        let how = chars.next()?;
        let text = chars.as_str();
        if text.is_empty() {
            self.search = None;
            if let Some(from) = self.search_from.take() {
                self.show(sight, from);
            }
            return None;
        }
        let found = match how {
            '+' => self.search(sight, text, true),
            '-' => self.search(sight, text, false),
            _ => {
                // Each change begins where the search began, on an occurrence there too.
                let from = *self.search_from.get_or_insert(self.place());
                self.goto(sight, from);
                let here = self.matches_from(sight, self.line_start(sight, from.line), text).0;
                if here.iter().any(|m| m.from == from) {
                    let (count, more) = self.count(sight, text);
                    self.search = Some(Search { text: text.to_owned(), forward, count, more });
                    true
                } else {
                    self.search(sight, text, forward)
                }
            }
        };
        (!found).then(|| ModeAction::Message(format!("no occurrence of {}", crate::text::visible(text))))
    }
}
