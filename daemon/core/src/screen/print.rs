//! Text onto the grid: runs of ASCII, wide characters, clusters.

use super::book::Joined;
use super::cell::{self, BLANK, CLUSTER, Cell, PROTECTED, STYLE_SHIFT, TAIL, WIDE};
use super::grid::split_wide;
use super::mode::Mode;
use super::parser::ascii_run;
use super::parser::utf8;
use super::terminal::Terminal;
use crate::base::limits::CLUSTER_SCALARS_MAX;
use crate::text::{Class, Property, Tail, cluster_width};

impl Terminal {
    /// Prints a run of `0x20..=0x7e`.
    #[inline]
    pub(crate) fn print_ascii(&mut self, run: &[u8]) {
        let end = self.x + run.len();
        if end < self.grid.cols()
            && !self.pending
            && !self.modes.hinder_text()
            && self.charsets.is_ascii()
            && let Some(&last) = run.last()
        {
            // A word within a row.
            self.last = Some(last.into());
            self.write_ascii(run);
            self.x = end;
        } else {
            self.print_long_ascii(run);
        }
    }

    /// The same for a run that may not fit into the row, and where characters are not what they are.
    fn print_long_ascii(&mut self, run: &[u8]) {
        let Some(&last) = run.last() else { return };
        if self.modes.hinder_text() || !self.charsets.is_ascii() {
            for &b in run {
                let c = self.charsets.translate(b);
                self.print(c);
            }
            return;
        }
        self.last = Some(last.into());
        let mut rest = run;
        if !self.modes.has(Mode::Autowrap) {
            // What does not fit is written over the last column, one after another: the last one stays.
            let room = self.grid.cols() - self.x;
            if run.len() > room {
                self.write_ascii(&run[..room - 1]);
                self.advance_to(self.x + room - 1);
                rest = &run[run.len() - 1..];
            }
            self.pending = false;
        }
        while !rest.is_empty() {
            if self.pending {
                self.wrap_full();
            }
            let (part, after) = rest.split_at(rest.len().min(self.grid.cols() - self.x));
            self.write_ascii(part);
            self.advance_to(self.x + part.len());
            rest = after;
        }
    }

    /// Writes ASCII that fits into the row at the cursor, which stays.
    #[inline]
    fn write_ascii(&mut self, part: &[u8]) {
        let base = self.base();
        let (x, end, tick) = (self.x, self.x + part.len(), self.tick);
        let (line, row) = self.grid.row_mut(self.y);
        if !line.narrow {
            split_wide(row, x);
            split_wide(row, end);
        }
        // Eight at a time, so that long runs are vector code and short ones a few steps.
        let (cells, last_cells) = row[x..end].as_chunks_mut::<8>();
        let (bytes, last_bytes) = part.as_chunks::<8>();
        for (cells, bytes) in cells.iter_mut().zip(bytes) {
            for (cell, b) in cells.iter_mut().zip(bytes) {
                *cell = base | Cell::from(*b);
            }
        }
        for (cell, b) in last_cells.iter_mut().zip(last_bytes) {
            *cell = base | Cell::from(*b);
        }
        line.used = line.used.max(end as u16);
        line.plain &= base == 0;
        line.version = tick;
        self.changed = true;
    }

    /// Whether text pushes what stands right of it: not outside the margins, as ICH does nothing there.
    fn inserts(&self, x: usize) -> bool {
        self.modes.has(Mode::Insert) && (self.left..=self.right).contains(&x)
    }

    /// On to the next row, within the same line, of which this row has `used` cells.
    fn wrap(&mut self, used: usize) {
        if self.is_boxed() {
            // The next row goes on for who reads the box, not for who joins rows to lines.
            // Off the screen's edge, outside the margins, nothing scrolls: first down, then to the left.
            self.line_feed();
            self.x = self.left;
            return;
        }
        let tick = self.tick;
        // Its cells are text from now on, those too that it may not have yet.
        let (line, _) = self.grid.row_mut(self.y);
        line.used = used as u16;
        if !line.wrapped {
            // Viewers are told which rows go on in the next.
            line.wrapped = true;
            line.version = tick;
            self.changed = true;
        }
        self.x = 0;
        self.line_feed();
    }

    /// The same when the row is full. Blanks at its end are text then, also those that were never told from
    /// cells nobody wrote.
    fn wrap_full(&mut self) {
        self.wrap(self.grid.cols());
    }

    /// The same for a wide character, which leaves the column from `x` to `end` free. It is no text, but coloured.
    fn wrap_free(&mut self, x: usize, end: usize) {
        let blank = self.blank();
        if blank == BLANK {
            self.grid.fill(self.y, x, end, BLANK, self.tick);
            self.wrap(x);
        } else {
            let free = if self.is_boxed() { blank } else { blank & (0xffff << STYLE_SHIFT) };
            self.grid.fill(self.y, x, end, free, self.tick);
            self.wrap(end);
        }
    }

    /// Prints text without C0 and DEL.
    pub(crate) fn print_text(&mut self, text: &str) {
        self.charsets.single = 0;
        let mut rest = text;
        while let Some(c) = rest.chars().next() {
            let len = self.print_simple(rest.as_bytes());
            if len > 0 {
                rest = &rest[len..];
            } else if c.is_ascii() {
                let (run, after) = rest.split_at(ascii_run(rest.as_bytes()).max(1));
                self.print_ascii(run.as_bytes());
                rest = after;
            } else {
                self.print(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }

    /// Prints the simple characters that bytes begin with, whole ones in UTF-8 and printable ASCII among them, up to
    /// anything else. Says how many bytes they were; 0 where the slow way is asked for.
    pub(crate) fn print_simple(&mut self, bytes: &[u8]) -> usize {
        if self.modes.hinder_text() || !self.charsets.is_ascii() || !self.modes.has(Mode::Autowrap) {
            return 0;
        }
        let mut done = 0;
        loop {
            let rest = &bytes[done..];
            if self.pending {
                // Only what can't join the cell before may wrap.
                match utf8::decode(rest) {
                    Some((c, _)) if Property::of(c).simple_columns() > 0 => self.wrap_full(),
                    _ => return done,
                }
            }
            let len = self.write_simple(rest);
            done += len;
            if len == 0 || self.is_spent() {
                return done;
            }
        }
    }

    /// The same as far as they fit into the row. A pending wrap has been seen to.
    fn write_simple(&mut self, bytes: &[u8]) -> usize {
        let base = self.base();
        let (x, cols, tick) = (self.x, self.grid.cols(), self.tick);
        let (line, row) = self.grid.row_mut(self.y);
        let Some((first, _)) = utf8::decode(bytes) else { return 0 };
        let columns = match Property::of(first).simple_columns() {
            0 if !is_joined_before(row, x) => Property::of(first).columns_after_simple(),
            columns => columns,
        };
        if columns == 0 || x + columns > cols {
            return 0;
        }
        if !line.narrow {
            split_wide(row, x);
        }
        let (mut rest, mut last) = (bytes, first);
        let mut places = row[x..].iter_mut();
        while let Some((c, len)) = utf8::decode(rest) {
            // What was written here is no cluster that these could join.
            let columns = Property::of(c).columns_after_simple();
            if columns == 1 {
                let Some(place) = places.next() else { break };
                *place = base | Cell::from(c);
            } else {
                if columns == 0 || places.len() < 2 {
                    break;
                }
                let (Some(left), Some(right)) = (places.next(), places.next()) else { break };
                *left = base | Cell::from(c) | WIDE;
                *right = base | TAIL;
                line.narrow = false;
            }
            last = c;
            rest = &rest[len..];
        }
        let x = cols - places.len();
        if let Some(after) = places.next()
            && *after & TAIL != 0
        {
            *after = *after & (0xffff << STYLE_SHIFT) | BLANK;
        }
        line.used = line.used.max(x as u16);
        line.plain = false;
        line.version = tick;
        self.last = char::from_u32(last);
        self.changed = true;
        self.advance_to(x);
        bytes.len() - rest.len()
    }

    /// Prints one character.
    #[inline]
    pub(crate) fn print(&mut self, c: char) {
        let property = Property::of(c.into());
        let columns = property.simple_columns();
        if columns == 0 || self.modes.joins_next() {
            self.print_odd(c, property);
        } else {
            self.last = Some(c);
            self.place(Cell::from(c as u32), columns);
        }
    }

    /// A character that may join the cell before the cursor.
    fn print_odd(&mut self, c: char, property: Property) {
        let prepended = self.modes.joins_next();
        self.modes.set_joins_next(property.class() == Class::Prepend);
        if property.class() == Class::Control && property.columns() == 0 {
            return;
        }
        if let Some(x) = self.cell_before()
            && (prepended || may_join(self.grid.row(self.y)[x], property))
            && self.join(x, c)
        {
            if prepended {
                self.last = Some(c);
            }
            return;
        }
        // Marks without a base have nothing to stand on.
        let columns = property.columns();
        if columns > 0 {
            self.last = Some(c);
            self.place(Cell::from(c as u32), columns);
        }
    }

    /// The column of the cell that the last character printed here went to.
    fn cell_before(&self) -> Option<usize> {
        let x = if self.pending { self.x } else { self.x.checked_sub(1)? };
        let tail = self.grid.row(self.y)[x] & TAIL != 0;
        Some(if tail { x.saturating_sub(1) } else { x })
    }

    /// Adds a character to the cell at `x`, if both make one cluster.
    fn join(&mut self, x: usize, c: char) -> bool {
        let before = self.grid.row(self.y)[x];
        let joined = match self.book.joined(before, c) {
            Some(joined) => joined,
            None => self.joined(before, c),
        };
        match joined {
            Joined::Apart => return false,
            // The rest is not kept.
            Joined::Full => return true,
            Joined::Cluster { number, wide } => {
                let tick = self.tick;
                let (line, row) = self.grid.row_mut(self.y);
                let was_wide = row[x] & WIDE != 0;
                row[x] = row[x] & (0xffff << STYLE_SHIFT | WIDE | PROTECTED) | CLUSTER | Cell::from(number);
                line.used = line.used.max(x as u16 + 1);
                line.plain = false;
                line.version = tick;
                self.changed = true;
                match (was_wide, wide) {
                    (false, true) => self.widen(x),
                    (true, false) => self.narrow(x),
                    _ => {}
                }
            }
        }
        true
    }

    /// What comes of a character behind a cell; noted for the next time.
    fn joined(&mut self, before: Cell, c: char) -> Joined {
        let mut text = std::mem::take(&mut self.cluster);
        text.clear();
        if before & CLUSTER == 0 {
            text.push(cell::char_of(before));
        } else {
            text.push_str(self.book.cluster(before));
        }
        let scalars = text.chars().count();
        let joins = Tail::of(&text).joins(Property::of(c.into()).class());
        text.push(c);
        let joined = if !joins {
            Joined::Apart
        } else if scalars >= CLUSTER_SCALARS_MAX {
            Joined::Full
        } else {
            match self.cluster_number(&text) {
                Some(number) => Joined::Cluster { number, wide: cluster_width(&text) == 2 },
                None => Joined::Full,
            }
        };
        self.cluster = text;
        if joined != Joined::Full {
            self.book.note_joined(before, c, joined);
        }
        joined
    }

    /// The narrow cell at `x`, just before the cursor, has become a wide one.
    fn widen(&mut self, x: usize) {
        let end = self.line_end();
        let cell = self.grid.row(self.y)[x];
        if x + 1 < end {
            if self.inserts(x) {
                self.grid.insert_cells(self.y, x + 1, 1, end, BLANK, self.tick);
            }
            let (line, row) = self.grid.row_mut(self.y);
            split_wide(row, x + 2);
            row[x] = cell | WIDE;
            row[x + 1] = cell & (0xffff << STYLE_SHIFT) | TAIL;
            line.narrow = false;
            line.used = line.used.max(x as u16 + 2);
            self.advance_within(x + 2, end);
        } else if self.modes.has(Mode::Autowrap) && end >= 2 + self.left {
            // No room for it in this row: it moves on to the next.
            self.wrap_free(x, end);
            let (x, end) = (self.x, self.line_end());
            let (line, row) = self.grid.row_mut(self.y);
            split_wide(row, x);
            split_wide(row, x + 2);
            row[x] = cell | WIDE;
            row[x + 1] = cell & (0xffff << STYLE_SHIFT) | TAIL;
            line.used = line.used.max(x as u16 + 2);
            (line.plain, line.narrow) = (false, false);
            line.version = self.tick;
            self.advance_within(x + 2, end);
        }
    }

    /// The wide cell at `x`, just before the cursor, has become a narrow one: an emoji that is to be shown as text.
    fn narrow(&mut self, x: usize) {
        let blank = self.blank();
        let (_, row) = self.grid.row_mut(self.y);
        (row[x], row[x + 1]) = (row[x] & !WIDE, blank);
        (self.x, self.pending) = (x + 1, false);
    }

    fn cluster_number(&mut self, text: &str) -> Option<u32> {
        if let Some(number) = self.book.cluster_number(text) {
            return Some(number);
        }
        if !self.book.wants_sweep() {
            return None;
        }
        self.sweep();
        self.book.cluster_number(text)
    }

    /// Writes one cell at the cursor. `shown` is a scalar, or a cluster and its flag.
    #[inline]
    fn place(&mut self, shown: Cell, width: usize) {
        let autowrap = self.modes.has(Mode::Autowrap);
        if width > self.grid.cols() {
            return;
        }
        if self.pending {
            if autowrap {
                self.wrap_full();
            }
            self.pending = false;
        }
        let mut end = self.line_end();
        if self.x + width > end {
            if autowrap {
                self.wrap_free(self.x, end);
                end = self.line_end();
            } else {
                self.x = end - width;
            }
        }
        let (x, y, tick) = (self.x, self.y, self.tick);
        if self.inserts(x) {
            self.grid.insert_cells(y, x, width, end, BLANK, tick);
        }
        let base = self.base();
        let (line, row) = self.grid.row_mut(y);
        if !line.narrow {
            split_wide(row, x);
            split_wide(row, x + width);
        }
        if width == 2 {
            line.narrow = false;
            row[x] = base | shown | WIDE;
            row[x + 1] = base | TAIL;
        } else {
            row[x] = base | shown;
        }
        line.used = line.used.max((x + width) as u16);
        line.plain &= base | shown < 0x7f;
        line.version = tick;
        self.changed = true;
        self.advance_within(x + width, end);
    }

    #[inline]
    fn advance_to(&mut self, x: usize) {
        self.advance_within(x, self.grid.cols());
    }

    /// Behind what was written in a row that ends at `end`.
    #[inline]
    fn advance_within(&mut self, x: usize, end: usize) {
        self.x = x.min(end - 1);
        self.pending = x >= end;
    }

    /// Prints the last character again (REP).
    pub(crate) fn repeat(&mut self, n: usize) {
        // A screen full is all that can be seen, and a count is the program's to choose.
        let n = n.min(self.grid.cols() * self.grid.rows());
        let Some(c) = self.last else { return };
        for _ in 0..n {
            self.print(c);
        }
    }
}

/// Whether a character that joins nothing simple may join what stands before column `x`.
fn is_joined_before(row: &[Cell], x: usize) -> bool {
    let before = |back: usize| x.checked_sub(back).and_then(|x| row.get(x)).copied().unwrap_or(BLANK);
    let before = if before(1) & TAIL == 0 { before(1) } else { before(2) };
    is_joined(before)
}

fn is_joined(before: Cell) -> bool {
    before & CLUSTER != 0 || Property::of(cell::text_of(before)).is_joined()
}

/// A quick no for the common cases.
fn may_join(before: Cell, c: Property) -> bool {
    c.columns_after_simple() == 0 || is_joined(before)
}
