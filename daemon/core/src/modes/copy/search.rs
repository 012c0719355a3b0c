//! Finding text. A search without capitals finds them too; lines that were wrapped are searched whole.

use super::{CopyMode, Place};
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

/// Rows that one search looks at: a full history several times over.
const SEARCH_ROWS_MAX: u64 = 500_000;
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

    fn find(&self, sight: &PaneSight<'_>, text: &str, from: Place, forward: bool) -> Option<Match> {
        let (start, _, end) = self.backing.range(sight.screen);
        let home = self.line_start(sight, from.line);
        let mut looked = 0;
        let mut wrapped = false;
        let mut line = home;
        loop {
            let (found, next) = self.matches_from(sight, line, text);
            let fits = |m: &&Match| match (wrapped, forward) {
                (false, true) => m.from > from,
                (false, false) => m.from < from,
                (true, _) => true,
            };
            let hit = if forward { found.iter().find(fits) } else { found.iter().rev().find(fits) };
            if let Some(hit) = hit {
                return Some(*hit);
            }
            if (wrapped && line == home) || looked > SEARCH_ROWS_MAX {
                return None;
            }
            looked += next - line;
            line = if forward && next < end {
                next
            } else if !forward && line > start {
                self.line_start(sight, line - 1)
            } else if sight.options.wrap_search && !wrapped {
                wrapped = true;
                if forward { start } else { self.line_start(sight, end.saturating_sub(1)) }
            } else {
                return None;
            };
        }
    }

    fn count(&self, sight: &PaneSight<'_>, text: &str) -> (u32, bool) {
        let (start, _, end) = self.backing.range(sight.screen);
        let first = end.saturating_sub(COUNT_ROWS_MAX).max(start);
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
        let found = self.find(sight, &text, self.place(), forward);
        if let Some(found) = found {
            // emacs goes to the end of what it searched forward for.
            let after = forward && !sight.options.vi;
            self.show(sight, if after { found.to } else { found.from });
        }
        found.is_some()
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
