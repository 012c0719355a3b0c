//! Finding text. A search without capitals finds them too; lines that were wrapped are searched whole.
//!
//! Of a long line a *piece* is searched at a time, together with as much of the next as an occurrence that begins in it may take.
//! A turn looks at so many bytes; then the search, and after it the count of what there is, goes on in the next.

use super::{CopyMode, Place, TextLine};
use crate::base::limits::{COUNTED_ROWS_MAX, SEARCHED_BYTES_PER_TURN_MAX, SEARCHED_COLUMNS_MAX};
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
    /// The row at which counting goes on.
    counting: Option<u64>,
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
    /// The place that it began at, and where the piece with it begins.
    pub(super) from: Place,
    pub(super) home: u64,
    pub(super) forward: bool,
    /// The piece that is looked at next.
    pub(super) line: u64,
    /// It went past the end and began again at the other one.
    pub(super) wrapped: bool,
}

/// How a step of a search ends.
enum Step {
    Found(Match),
    /// The next piece is to be looked at.
    Next(u64, bool),
    Nothing,
}

/// What was found in the piece that was painted last.
#[derive(Debug, Default)]
pub(super) struct Painted {
    text: String,
    generation: u64,
    first: u64,
    next: u64,
    found: Vec<Match>,
}

/// What a row costs beside its text, in bytes of such.
const ROW_BYTES: usize = 64;

/// A line, or a piece of one, as one text.
struct Piece {
    first: u64,
    next: u64,
    /// Where in the text each row begins, those behind the piece among them.
    starts: Vec<usize>,
    text: String,
    /// Where the text ends that is no longer of this piece.
    own: usize,
}

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
    /// Rows of a piece.
    fn piece_rows(&self) -> u64 {
        (SEARCHED_COLUMNS_MAX / usize::from(self.size.cols).max(1)).max(1) as u64
    }

    /// The first row of the piece that a row is in. Pieces begin where lines do, and in long ones at rows whose numbers are
    /// multiples, so that not all of a line has to be walked to tell.
    pub(super) fn piece_start(&self, sight: &PaneSight<'_>, row: u64) -> u64 {
        let (start, rows) = (self.backing.range(sight.screen).0, self.piece_rows());
        let mut line = row;
        while line > start && row - line < 2 * rows && self.backing.wraps(sight.screen, line - 1) {
            line -= 1;
        }
        let begins = line == start || row - line < 2 * rows;
        if begins && row < first_cut(line, rows) { line } else { row / rows * rows }
    }

    /// The piece that begins in a row, and what of the next a text of so many bytes may take.
    fn piece(&self, sight: &PaneSight<'_>, first: u64, needle_bytes: usize) -> Piece {
        let (start, _, end) = self.backing.range(sight.screen);
        let rows = self.piece_rows();
        let begins = first == start || !self.backing.wraps(sight.screen, first - 1);
        let cut = if begins { first_cut(first, rows) } else { first + rows };
        let mut piece = Piece { first, next: cut, starts: Vec::new(), text: String::new(), own: usize::MAX };
        for row in first..end {
            if row == cut {
                piece.own = piece.text.len();
            }
            if row >= cut && piece.text.len() + 1 >= piece.own + needle_bytes {
                break;
            }
            piece.starts.push(piece.text.len());
            if !self.backing.push_text(sight.screen, row, &mut piece.text) {
                piece.next = cut.min(row + 1);
                break;
            }
        }
        piece.next = piece.next.min(end).max(first + 1);
        piece.own = piece.own.min(piece.text.len());
        piece
    }

    /// Occurrences in a piece.
    fn matches(&self, sight: &PaneSight<'_>, piece: &Piece, text: &str) -> Vec<Match> {
        let mut cursor = Rows { mode: self, sight, piece, row: usize::MAX, line: TextLine::default() };
        piece.occurrences(text).map(|at| cursor.found(at, text.len())).collect()
    }

    /// Occurrences that touch a row, for painting.
    pub(super) fn matches_in(&self, sight: &PaneSight<'_>, row: u64) -> Vec<Match> {
        let Some(search) = &self.search else { return Vec::new() };
        let touches = |found: &&Match| found.from.line <= row && row <= found.to.line;
        let mut painted = self.painted.borrow_mut();
        let generation = self.backing.generation(sight.screen);
        let is_known = painted.generation == generation && painted.text == search.text;
        if !is_known || !(painted.first..painted.next).contains(&row) {
            let (missed, first) = (sight.screen.misses(), self.piece_start(sight, row));
            let piece = self.piece(sight, first, search.text.len());
            let mut found = Vec::new();
            if first > self.backing.range(sight.screen).0 && self.backing.wraps(sight.screen, first - 1) {
                // One that began before.
                let before = self.piece(sight, self.piece_start(sight, first - 1), search.text.len());
                found = self.matches(sight, &before, &search.text);
                found.retain(|found| found.to.line >= first);
            }
            found.extend(self.matches(sight, &piece, &search.text));
            let next = if sight.screen.misses() == missed { piece.next } else { first };
            *painted = Painted { text: search.text.clone(), generation, first, next, found };
        }
        painted.found.iter().filter(touches).copied().collect()
    }

    /// Goes on with a search until something is found, there is nothing more, lines have to be waited for, or the turn
    /// has had its share; then with counting. False when nothing was found.
    pub(super) fn go_on_searching(&mut self, sight: &PaneSight<'_>, hunt: Option<Hunt>) -> bool {
        let mut share = SEARCHED_BYTES_PER_TURN_MAX;
        let found = hunt.is_none_or(|hunt| self.go_on_hunting(sight, hunt, &mut share));
        if self.hunt.is_none() {
            self.go_on_counting(sight, &mut share);
        }
        found
    }

    fn go_on_hunting(&mut self, sight: &PaneSight<'_>, mut hunt: Hunt, share: &mut usize) -> bool {
        while *share > 0 {
            let missed = sight.screen.misses();
            let step = self.step(sight, &hunt, share);
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
                Step::Next(line, wrapped) => (hunt.line, hunt.wrapped) = (line, hunt.wrapped || wrapped),
            }
        }
        self.hunt = Some(hunt);
        true
    }

    fn step(&self, sight: &PaneSight<'_>, hunt: &Hunt, share: &mut usize) -> Step {
        let (start, _, end) = self.backing.range(sight.screen);
        let line = hunt.line.max(start);
        let piece = self.piece(sight, line, hunt.text.len());
        *share = share.saturating_sub(piece.cost());
        let fits = |m: &Match| match (hunt.wrapped, hunt.forward) {
            (false, true) => m.from > hunt.from,
            (false, false) => m.from < hunt.from,
            (true, _) => true,
        };
        let mut rows = Rows { mode: self, sight, piece: &piece, row: usize::MAX, line: TextLine::default() };
        let mut found = piece.occurrences(&hunt.text).map(|at| rows.found(at, hunt.text.len()));
        // All but the piece that it began in have what is wanted first or last.
        let hit = if hunt.forward { found.find(fits) } else { found.filter(fits).last() };
        if let Some(hit) = hit {
            return Step::Found(hit);
        }
        // Lines that have gone from the old end meanwhile are no end of the way round.
        let home = hunt.home.max(start);
        if hunt.wrapped && if hunt.forward { line >= home } else { line <= home } {
            return Step::Nothing;
        }
        if hunt.forward && piece.next < end {
            Step::Next(piece.next, false)
        } else if !hunt.forward && line > start {
            Step::Next(self.piece_start(sight, line - 1), false)
        } else if sight.options.wrap_search && !hunt.wrapped {
            let line = if hunt.forward { start } else { self.piece_start(sight, end.saturating_sub(1)) };
            Step::Next(line, true)
        } else {
            Step::Nothing
        }
    }

    /// What is searched for is another: it is to be counted.
    fn look_for(&mut self, sight: &PaneSight<'_>, text: &str, forward: bool) {
        let (start, _, end) = self.backing.range(sight.screen);
        let first = end.saturating_sub(COUNTED_ROWS_MAX).max(start);
        // Those that would have to be waited for are not worth it.
        let first = self.backing.after_absent(sight.screen, first, end).unwrap_or(first);
        let (more, counting) = (first > start, Some(self.piece_start(sight, first)));
        self.search = Some(Search { text: text.to_owned(), forward, count: 0, more, counting });
    }

    fn go_on_counting(&mut self, sight: &PaneSight<'_>, share: &mut usize) {
        let Some(mut search) = self.search.take() else { return };
        let (start, _, end) = self.backing.range(sight.screen);
        let missed = sight.screen.misses();
        while let Some(row) = search.counting.filter(|_| *share > 0) {
            let piece = self.piece(sight, row.max(start), search.text.len());
            *share = share.saturating_sub(piece.cost());
            search.counting = Some(piece.next).filter(|next| *next < end);
            if sight.screen.misses() != missed {
                // It is no longer there.
                (search.counting, search.more) = (None, true);
            } else {
                let found = piece.occurrences(&search.text).count();
                search.count = search.count.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
            }
        }
        self.search = Some(search);
    }

    /// Whether it goes on without anything to wait for.
    pub(super) fn is_counting(&self) -> bool {
        self.search.as_ref().is_some_and(|search| search.counting.is_some())
    }

    /// Lines have other numbers: counts anew.
    pub(super) fn count_anew(&mut self, sight: &PaneSight<'_>) {
        if let Some(search) = self.search.take() {
            self.look_for(sight, &search.text, search.forward);
        }
    }

    /// Counts no further: it can't be told what there is.
    pub(super) fn stop_counting(&mut self) {
        if let Some(search) = self.search.as_mut().filter(|search| search.counting.is_some()) {
            (search.counting, search.more) = (None, true);
        }
    }

    /// Searches from the cursor and goes to what is found.
    pub(super) fn search(&mut self, sight: &PaneSight<'_>, text: &str, forward: bool) -> bool {
        if text.is_empty() {
            return false;
        }
        if self.search.as_ref().is_none_or(|search| search.text != text) {
            self.look_for(sight, text, forward);
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
                let piece = self.piece(sight, self.piece_start(sight, from.line), text.len());
                if self.matches(sight, &piece, text).iter().any(|m| m.from == from) {
                    self.look_for(sight, text, forward);
                    self.go_on_searching(sight, None)
                } else {
                    self.search(sight, text, forward)
                }
            }
        };
        (!found).then(|| ModeAction::Message(format!("no occurrence of {}", crate::text::visible(text))))
    }
}

/// Where a line that begins in a row is first cut: not within so many rows.
fn first_cut(line: u64, rows: u64) -> u64 {
    (line + rows).next_multiple_of(rows)
}

impl Piece {
    /// What it cost to make it, in bytes.
    fn cost(&self) -> usize {
        self.text.len() + ROW_BYTES * self.starts.len()
    }

    /// Where a text occurs that begins in the piece; the first of those that share something.
    fn occurrences(&self, needle: &str) -> impl Iterator<Item = usize> {
        let ignores_case = !needle.chars().any(char::is_uppercase);
        let (hay, needle) = if ignores_case {
            (folded(&self.text), folded(needle))
        } else {
            (self.text.clone(), needle.to_owned())
        };
        let own = self.own;
        let found: Vec<usize> = match needle.is_empty() {
            true => Vec::new(),
            false => hay.match_indices(&needle).map(|(at, _)| at).take_while(|at| *at < own).collect(),
        };
        found.into_iter()
    }
}

/// Rows of a piece, one at hand.
struct Rows<'a> {
    mode: &'a CopyMode,
    sight: &'a PaneSight<'a>,
    piece: &'a Piece,
    row: usize,
    line: TextLine,
}

impl Rows<'_> {
    /// The place of a byte, and the column after its cell.
    fn place(&mut self, byte: usize) -> (Place, u16) {
        let row = self.piece.starts.partition_point(|start| *start <= byte).saturating_sub(1);
        if row != self.row {
            self.line = self.mode.line(self.sight, self.piece.first + row as u64);
            self.row = row;
        }
        let x = self.line.column_of(byte - self.piece.starts.get(row).copied().unwrap_or(0));
        (Place { line: self.piece.first + row as u64, x }, self.line.end(x))
    }

    /// What was found at a byte.
    fn found(&mut self, at: usize, len: usize) -> Match {
        let (from, (last, x)) = (self.place(at).0, self.place(at + len.max(1) - 1));
        Match { from, to: Place { x, ..last } }
    }
}
