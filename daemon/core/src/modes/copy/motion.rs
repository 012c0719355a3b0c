//! Moving: the cursor through the text, the text through the pane.

use super::{CopyMode, Place, TextLine, select::Unit};
use crate::modes::PaneSight;

/// A jump to a character within its line (vi's f, F, t, T).
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Jump {
    pub(super) text: String,
    pub(super) forward: bool,
    /// Stop beside it.
    pub(super) before: bool,
}

/// What kind of character it is to word motions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Class {
    Space,
    Separator,
    Word,
}

fn class(text: &str, separators: &str) -> Class {
    match text.chars().next() {
        None => Class::Space,
        Some(ch) if ch.is_whitespace() => Class::Space,
        Some(ch) if separators.contains(ch) => Class::Separator,
        Some(_) => Class::Word,
    }
}

/// Reads the text cell by cell. A line's end is a space, unless the line goes on in the next.
struct Reader<'a> {
    mode: &'a CopyMode,
    sight: &'a PaneSight<'a>,
    separators: &'a str,
    at: Place,
    text: TextLine,
    first: u64,
    end: u64,
}

impl<'a> Reader<'a> {
    fn new(mode: &'a CopyMode, sight: &'a PaneSight<'a>, separators: &'a str) -> Reader<'a> {
        let at = mode.place();
        let (first, _, end) = mode.backing.range(sight.screen);
        Reader { mode, sight, separators, at, text: mode.line(sight, at.line), first, end }
    }

    fn class(&self) -> Class {
        class(self.text.at(self.at.x), self.separators)
    }

    fn goto(&mut self, line: u64) {
        self.at.line = line;
        self.text = self.mode.line(self.sight, line);
    }

    fn forward(&mut self) -> bool {
        let next = self.text.end(self.at.x);
        // The place after the last cell is the line's end, which counts as one.
        let cols = self.text.used;
        if next < cols || (next == cols && !self.text.wrapped && self.at.x < cols) {
            self.at.x = next;
            return true;
        }
        if self.at.line + 1 >= self.end {
            return false;
        }
        self.goto(self.at.line + 1);
        self.at.x = 0;
        true
    }

    fn back(&mut self) -> bool {
        if self.at.x > 0 {
            let x = (self.at.x - 1).min(self.text.used);
            self.at.x = self.text.begin(x);
            return true;
        }
        if self.at.line <= self.first {
            return false;
        }
        self.goto(self.at.line - 1);
        let last = if self.text.wrapped { self.text.used.saturating_sub(1) } else { self.text.used };
        self.at.x = self.text.begin(last);
        true
    }

    /// Goes on while the class is so; whether the text went on after it.
    fn while_class(&mut self, want: Class) -> bool {
        while self.class() == want {
            if !self.forward() {
                return false;
            }
        }
        true
    }
}

impl CopyMode {
    /// Rows of a page: two of the old ones stay.
    pub(super) fn page(&self) -> u32 {
        u32::from(if self.size.rows > 2 { self.size.rows - 2 } else { 1 })
    }

    /// Scrolls the text; the cursor keeps its row.
    pub(super) fn scroll_rows(&mut self, sight: &PaneSight<'_>, rows: i64) {
        self.remember_x(sight);
        let (start, base, _) = self.backing.range(sight.screen);
        self.top = self.top.saturating_add_signed(rows).clamp(start, base);
        self.fit_x(sight);
        self.follow_unit(sight);
    }

    /// Scrolls by pages: where the text comes to its end, the cursor moves.
    pub(super) fn page_rows(&mut self, sight: &PaneSight<'_>, rows: i64) {
        self.remember_x(sight);
        let (start, base, _) = self.backing.range(sight.screen);
        let before = self.top;
        self.top = self.top.saturating_add_signed(rows).clamp(start, base);
        // As in tmux, by as much as was asked for, even when the text moved by some of it.
        let whole = self.top.abs_diff(before) == rows.unsigned_abs();
        let left = if whole { 0 } else { u16::try_from(rows.unsigned_abs()).unwrap_or(u16::MAX) };
        self.cursor.y = if rows < 0 {
            self.cursor.y.saturating_sub(left)
        } else {
            self.cursor.y.saturating_add(left).min(self.size.rows.saturating_sub(1))
        };
        self.fit_x(sight);
    }

    /// The last column of a line that the cursor can be in: just after its text.
    fn last_x(&self, line: &TextLine) -> u16 {
        if self.rectangle { self.size.cols.saturating_sub(1) } else { line.cols }
    }

    /// Before a vertical motion: where in its line the cursor is.
    fn remember_x(&mut self, sight: &PaneSight<'_>) {
        let cols = self.line(sight, self.place().line).cols;
        if self.cursor.x != cols {
            self.wanted = (self.cursor.x, cols);
        }
    }

    /// After a vertical motion: the same column, or the line's end if it was at its line's end before.
    fn fit_x(&mut self, sight: &PaneSight<'_>) {
        let line = self.line(sight, self.place().line);
        let (x, cols_before) = self.wanted;
        self.cursor.x = x;
        if self.rectangle && self.selection.is_some() {
            return;
        }
        if (x >= cols_before && x != line.cols) || x > line.cols {
            self.cursor.x = line.cols;
        } else {
            self.cursor.x = line.begin(x);
        }
    }

    /// Moves the cursor to a place, scrolling as little as needed.
    pub(super) fn goto(&mut self, sight: &PaneSight<'_>, place: Place) {
        let (start, base, end) = self.backing.range(sight.screen);
        let line = place.line.clamp(start, end.saturating_sub(1).max(start));
        let rows = u64::from(self.size.rows);
        if line < self.top {
            self.top = line;
        } else if line >= self.top + rows {
            self.top = (line + 1).saturating_sub(rows).max(start);
        }
        self.top = self.top.min(base);
        self.cursor.y =
            u16::try_from(line.saturating_sub(self.top)).unwrap_or(0).min(self.size.rows.saturating_sub(1));
        self.cursor.x = place.x.min(self.size.cols);
    }

    /// Moves to a line and, when it was not seen, shows it a quarter of the pane above the bottom: for searches.
    pub(super) fn show(&mut self, sight: &PaneSight<'_>, place: Place) {
        let (start, base, _) = self.backing.range(sight.screen);
        let rows = u64::from(self.size.rows);
        if place.line < self.top || place.line >= self.top + rows {
            let gap = rows / 4;
            self.top = if place.line < start + rows {
                start
            } else if place.line > base + rows - gap {
                base
            } else {
                (place.line + gap - rows).clamp(start, base)
            };
        }
        self.goto(sight, place);
    }

    pub(super) fn up(&mut self, sight: &PaneSight<'_>) {
        self.remember_x(sight);
        if self.cursor.y == 0 {
            self.top = self.top.saturating_sub(1).max(self.backing.range(sight.screen).0);
        } else {
            self.cursor.y -= 1;
        }
        self.fit_x(sight);
        self.follow_unit(sight);
    }

    pub(super) fn down(&mut self, sight: &PaneSight<'_>) {
        self.remember_x(sight);
        if self.cursor.y + 1 >= self.size.rows {
            self.top = (self.top + 1).min(self.backing.range(sight.screen).1);
        } else {
            self.cursor.y += 1;
        }
        self.fit_x(sight);
        self.follow_unit(sight);
    }

    /// A selection by words or lines takes rows whole when the cursor goes up or down.
    fn follow_unit(&mut self, sight: &PaneSight<'_>) {
        let Some(selection) = self.selection.filter(|s| s.follows() && s.unit != Unit::Cell) else { return };
        let place = self.place();
        self.cursor.x =
            if place.line < selection.anchor.line { 0 } else { self.line(sight, place.line).cols };
    }

    pub(super) fn left(&mut self, sight: &PaneSight<'_>) {
        let place = self.place();
        if self.rectangle || place.x > 0 {
            let line = self.line(sight, place.line);
            self.cursor.x = line.begin(place.x.saturating_sub(1));
        } else if place.line > self.backing.range(sight.screen).0 {
            let above = self.line(sight, place.line - 1);
            let x = self.last_x(&above);
            self.goto(sight, Place { line: place.line - 1, x });
        }
    }

    pub(super) fn right(&mut self, sight: &PaneSight<'_>) {
        let place = self.place();
        let line = self.line(sight, place.line);
        let next = line.end(place.x);
        if next <= self.last_x(&line) {
            self.cursor.x = next;
        } else if !self.rectangle && place.line + 1 < self.backing.range(sight.screen).2 {
            self.goto(sight, Place { line: place.line + 1, x: 0 });
        }
    }

    /// The first row of the line that was wrapped into the row of a place.
    pub(super) fn line_start(&self, sight: &PaneSight<'_>, mut line: u64) -> u64 {
        let first = self.backing.range(sight.screen).0;
        while line > first && self.backing.wraps(sight.screen, line - 1) {
            line -= 1;
        }
        line
    }

    /// The last row of the line that goes on from the row of a place.
    pub(super) fn line_end(&self, sight: &PaneSight<'_>, mut line: u64) -> u64 {
        let end = self.backing.range(sight.screen).2;
        while line + 1 < end && self.backing.wraps(sight.screen, line) {
            line += 1;
        }
        line
    }

    pub(super) fn go_to_line_start(&mut self, sight: &PaneSight<'_>) {
        let line = self.line_start(sight, self.place().line);
        self.goto(sight, Place { line, x: 0 });
    }

    pub(super) fn go_to_line_end(&mut self, sight: &PaneSight<'_>) {
        let line = self.line_end(sight, self.place().line);
        let x = self.last_x(&self.line(sight, line));
        self.goto(sight, Place { line, x });
    }

    pub(super) fn go_to_indentation(&mut self, sight: &PaneSight<'_>) {
        let line = self.line_start(sight, self.place().line);
        let text = self.line(sight, line);
        let x =
            text.cells.iter().map(|(x, _)| *x).find(|x| class(text.at(*x), "") != Class::Space).unwrap_or(0);
        self.goto(sight, Place { line, x });
    }

    pub(super) fn next_word(&mut self, sight: &PaneSight<'_>, separators: &str) {
        let mut reader = Reader::new(self, sight, separators);
        let class = reader.class();
        if class != Class::Space {
            reader.while_class(class);
        }
        if !reader.while_class(Class::Space) {
            reader.at.x = reader.at.x.max(reader.text.cols.saturating_add(1));
        }
        let place = reader.at;
        self.goto(sight, place);
    }

    pub(super) fn next_word_end(&mut self, sight: &PaneSight<'_>, separators: &str) {
        let mut reader = Reader::new(self, sight, separators);
        if sight.options.vi && reader.class() != Class::Space {
            reader.forward();
        }
        if reader.while_class(Class::Space) {
            let class = reader.class();
            reader.while_class(class);
        } else {
            // Nothing but blanks up to the end of all: just past it.
            reader.at.x = reader.at.x.max(reader.text.cols.saturating_add(1));
        }
        // vi stands on the last character of the word, emacs after it.
        if sight.options.vi {
            match reader.at.x {
                0 => drop(reader.back()),
                x => reader.at.x = reader.text.begin(x - 1),
            }
        }
        let place = reader.at;
        self.goto(sight, place);
    }

    pub(super) fn previous_word(&mut self, sight: &PaneSight<'_>, separators: &str) {
        let mut reader = Reader::new(self, sight, separators);
        if !reader.back() {
            return;
        }
        while reader.class() == Class::Space {
            if !reader.back() {
                break;
            }
        }
        let class = reader.class();
        let mut place = reader.at;
        while reader.back() && reader.class() == class && class != Class::Space {
            place = reader.at;
        }
        self.goto(sight, place);
    }

    /// First and last place of the word at the cursor.
    pub(super) fn word_bounds(&self, sight: &PaneSight<'_>, separators: &str) -> (Place, Place) {
        let mut reader = Reader::new(self, sight, separators);
        let class = reader.class();
        let mut first = reader.at;
        while reader.back() && reader.class() == class {
            first = reader.at;
        }
        let mut reader = Reader::new(self, sight, separators);
        let mut last = reader.at;
        while reader.forward() && reader.class() == class {
            last = reader.at;
        }
        (first, last)
    }

    pub(super) fn word_at_cursor(&self, sight: &PaneSight<'_>) -> String {
        let separators = &sight.options.word_separators;
        if Reader::new(self, sight, separators).class() != Class::Word {
            return String::new();
        }
        let (first, last) = self.word_bounds(sight, separators);
        self.text_between(sight, first, Place { x: self.line(sight, last.line).end(last.x), ..last })
    }

    /// Empty lines bound paragraphs.
    pub(super) fn paragraph(&mut self, sight: &PaneSight<'_>, forward: bool) {
        let (start, _, end) = self.backing.range(sight.screen);
        let blank = |line: u64| self.line(sight, line).cols == 0;
        let mut line = self.place().line;
        let step = |line: u64| {
            if forward {
                Some(line + 1).filter(|l| *l < end)
            } else {
                line.checked_sub(1).filter(|l| *l >= start)
            }
        };
        while blank(line) {
            let Some(next) = step(line) else { break };
            line = next;
        }
        while !blank(line) {
            let Some(next) = step(line) else { break };
            line = next;
        }
        let x = if forward && !blank(line) { self.line(sight, line).cols } else { 0 };
        self.goto(sight, Place { line, x });
    }

    /// To the bracket that belongs to the next one in this line, at or after the cursor.
    pub(super) fn matching_bracket(&mut self, sight: &PaneSight<'_>, forward: bool) {
        const PAIRS: [(&str, &str); 3] = [("(", ")"), ("[", "]"), ("{", "}")];
        let mut reader = Reader::new(self, sight, "");
        let line = reader.at.line;
        let found = loop {
            let here = reader.text.at(reader.at.x).to_owned();
            let pair = PAIRS.iter().find(|(open, close)| *open == here || *close == here);
            match pair {
                // Going back without a closing bracket at hand looks for one before the cursor.
                Some((open, close)) => break Some((*open, *close, here == *open)),
                None => {
                    let moved = if forward { reader.forward() } else { reader.back() };
                    if !moved || reader.at.line != line {
                        break None;
                    }
                }
            }
        };
        let Some((open, close, ahead)) = found else { return };
        let mut depth = 0i64;
        loop {
            let here = reader.text.at(reader.at.x);
            depth += i64::from(here == open) - i64::from(here == close);
            if depth == 0 {
                break;
            }
            let moved = if ahead { reader.forward() } else { reader.back() };
            if !moved {
                return;
            }
        }
        let place = reader.at;
        self.goto(sight, place);
    }

    /// Carries out a jump within the line; one that stops beside passes what it would stay beside.
    pub(super) fn jump(&mut self, sight: &PaneSight<'_>, jump: &Jump) {
        let place = self.place();
        let line = self.line(sight, place.line);
        let beside = u16::from(jump.before);
        let shown = line.cells.partition_point(|(x, _)| *x < line.cols);
        let columns = line.cells.iter().take(shown).map(|(x, _)| *x);
        let hit = |x: &u16| line.at(*x).starts_with(jump.text.as_str());
        let found = if jump.forward {
            columns.filter(|x| *x > place.x.saturating_add(beside)).find(hit)
        } else {
            columns.filter(|x| x.saturating_add(beside) < place.x).rfind(hit)
        };
        let Some(x) = found else { return };
        let x = match (jump.before, jump.forward) {
            (false, _) => x,
            (true, true) => line.begin(x.saturating_sub(1)),
            (true, false) => line.end(x),
        };
        self.goto(sight, Place { line: place.line, x });
    }
}
