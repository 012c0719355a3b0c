//! Margins: what moves and scrolls within them. Left and right ones are there with mode 69 (DECLRMM) alone;
//! without it they are the screen's edges, and no step below asks for more than it did without them.

use super::cell::Cell;
use super::mode::Mode;
use super::parser::Parameters;
use super::terminal::Terminal;

impl Terminal {
    /// Rows `top..=bottom` and columns `left..=right` scroll.
    pub(crate) fn set_box(&mut self, rows: (usize, usize), columns: (usize, usize)) {
        (self.top, self.bottom) = rows;
        (self.left, self.right) = columns;
        self.whole = rows == (0, self.grid.rows() - 1) && !self.is_boxed();
        self.pending &= self.x + 1 == self.line_end();
    }

    /// The margins are the screen's edges again.
    pub(crate) fn reset_margins(&mut self) {
        self.set_box((0, self.grid.rows() - 1), (0, self.grid.cols() - 1));
    }

    /// Whether a left or right margin is not the screen's edge.
    pub(crate) fn is_boxed(&self) -> bool {
        self.left != 0 || self.right + 1 != self.grid.cols()
    }

    /// Whether the cursor is between the left and the right margin.
    pub(crate) fn in_columns(&self) -> bool {
        self.left <= self.x && self.x <= self.right
    }

    /// Whether it is between all four.
    pub(crate) fn in_box(&self) -> bool {
        self.in_columns() && self.top <= self.y && self.y <= self.bottom
    }

    /// One past the last column that text goes to from the cursor.
    pub(crate) fn line_end(&self) -> usize {
        if self.x <= self.right { self.right + 1 } else { self.grid.cols() }
    }

    /// Where CR goes: the left margin, or the edge from left of it.
    #[cold]
    fn line_start(&self) -> usize {
        if self.x >= self.left || self.modes.has(Mode::Origin) { self.left } else { 0 }
    }

    /// CR, but for a pending wrap.
    #[inline]
    pub(crate) fn return_carriage(&mut self) {
        self.x = if self.left == 0 { 0 } else { self.line_start() };
    }

    /// CHA and HPA; with origin mode columns count from the left margin.
    pub(crate) fn set_column(&mut self, x: usize) {
        let x = if self.modes.has(Mode::Origin) { (self.left + x).min(self.right) } else { x };
        self.move_to(x, self.y);
    }

    /// VPA; with origin mode rows count from the top margin.
    pub(crate) fn set_row(&mut self, y: usize) {
        let y = if self.modes.has(Mode::Origin) { (self.top + y).min(self.bottom) } else { y };
        self.move_to(self.x, y);
    }

    /// CUF: right, stopping at the right margin if it is ahead.
    pub(crate) fn forward(&mut self, n: usize) {
        let stop = self.line_end() - 1;
        self.move_to((self.x + n).min(stop), self.y);
    }

    /// BS and CUB: left, stopping at the left margin if it is ahead. With mode 45 from there to the end of the row above,
    /// if that row wrapped; with mode 1045 in any case, and from the top margin to the bottom one.
    pub(crate) fn backspace(&mut self, n: usize) {
        let mut start = if self.x >= self.left { self.left } else { 0 };
        let full = self.modes.has(Mode::ReverseWrapFull);
        if !(self.modes.has(Mode::Autowrap) && (full || self.modes.has(Mode::ReverseWrap))) {
            self.move_to(self.x.saturating_sub(n).max(start), self.y);
            return;
        }
        let mut left = n;
        if self.pending {
            self.pending = false;
            left -= 1;
        }
        let (top, bottom) = if self.top <= self.y && self.y <= self.bottom {
            (self.top, self.bottom)
        } else {
            (0, self.grid.rows() - 1)
        };
        // A count is at most 65,535, and each step over the margin takes one.
        while left > self.x - start {
            let above = match self.y {
                y if y == top && full => bottom,
                0 => break,
                y => y - 1,
            };
            if !full && !self.grid.line(above).wrapped {
                break;
            }
            left -= self.x - start + 1;
            self.count_work(1);
            self.move_to(self.right, above);
            start = self.left;
        }
        self.move_to(self.x.saturating_sub(left).max(start), self.y);
    }

    /// ICH: only between the left and the right margin.
    pub(crate) fn insert_characters(&mut self, n: usize) {
        if !self.in_columns() {
            return;
        }
        let blank = self.blank();
        self.pending = false;
        self.grid.insert_cells(self.y, self.x, n, self.right + 1, blank, self.tick);
        self.changed = true;
    }

    /// DCH: only between the left and the right margin.
    pub(crate) fn delete_characters(&mut self, n: usize) {
        if !self.in_columns() {
            return;
        }
        let blank = self.blank();
        self.pending = false;
        self.grid.delete_cells(self.y, self.x, n, self.right + 1, blank, self.tick);
        self.changed = true;
    }

    /// IL and DL: only between the margins. The cursor goes to the left one (ECMA-48).
    pub(crate) fn move_lines(&mut self, n: usize, insert: bool) {
        if !self.in_box() {
            return;
        }
        let blank = self.blank();
        self.move_to(self.left, self.y);
        self.move_rows(self.y, n, !insert, blank);
        self.changed = true;
    }

    /// Moves the rows from `top` to the bottom margin, or what of them is between the left and the right one.
    pub(crate) fn move_rows(&mut self, top: usize, n: usize, up: bool, blank: Cell) {
        self.shift_rows(top, n, up, blank);
        if self.pictures.is_some() {
            self.move_pictures(top, self.bottom, n, up);
        }
    }

    /// The same without the pictures on them.
    pub(crate) fn shift_rows(&mut self, top: usize, n: usize, up: bool, blank: Cell) {
        let (bottom, tick) = (self.bottom, self.tick);
        let rows = bottom + 1 - top.min(bottom);
        // Whole rows change their order, parts of them are moved.
        self.count_work(if self.is_boxed() { rows * (self.right - self.left + 16) } else { rows });
        if self.is_boxed() {
            self.grid.scroll_part((top, bottom), (self.left, self.right), n, up, blank, tick);
        } else if up {
            self.grid.scroll_up(top, bottom, n, blank, tick);
        } else {
            self.grid.scroll_down(top, bottom, n, blank, tick);
        }
    }

    /// DECIC and DECDC: blank columns at the cursor in all rows between the margins.
    pub(crate) fn move_columns(&mut self, n: usize, insert: bool) {
        if self.in_box() {
            self.shift_columns(self.x, n, insert);
        }
    }

    /// SL and SR: all columns between the margins go left or right.
    pub(crate) fn move_sideways(&mut self, n: usize, right: bool) {
        if self.in_box() {
            self.shift_columns(self.left, n, right);
        }
    }

    fn shift_columns(&mut self, x: usize, n: usize, insert: bool) {
        let blank = self.blank();
        self.pending = false;
        for y in self.top..=self.bottom {
            if insert {
                self.grid.insert_cells(y, x, n, self.right + 1, blank, self.tick);
            } else {
                self.grid.delete_cells(y, x, n, self.right + 1, blank, self.tick);
            }
        }
        self.changed = true;
    }

    /// DECBI: left, or at the left margin a blank column comes in there.
    pub(crate) fn back_index(&mut self) {
        if self.x == self.left && self.in_box() {
            self.shift_columns(self.left, 1, true);
        } else {
            self.move_to(self.x.saturating_sub(1), self.y);
        }
    }

    /// DECFI: right, or at the right margin the left column goes.
    pub(crate) fn forward_index(&mut self) {
        if self.x == self.right && self.in_box() {
            self.shift_columns(self.left, 1, false);
        } else {
            self.move_to(self.x + 1, self.y);
        }
    }

    /// DECSTBM. Fewer than two rows cannot scroll: such margins are not taken.
    pub(crate) fn set_rows(&mut self, parameters: &Parameters) {
        if let Some(rows) = between(parameters, self.grid.rows()) {
            self.set_box(rows, (self.left, self.right));
            self.address(0, 0);
        }
    }

    /// DECSLRM, with mode 69. Two columns at least, as with rows.
    pub(crate) fn set_columns(&mut self, parameters: &Parameters) {
        if let Some(columns) = between(parameters, self.grid.cols()) {
            self.set_box((self.top, self.bottom), columns);
            self.address(0, 0);
        }
    }
}

/// The first and the last of `len` that two parameters name, counted from 1; none if it is not more than one.
fn between(parameters: &Parameters, len: usize) -> Option<(usize, usize)> {
    let first = parameters.count(0) - 1;
    let last = match parameters.at(1) {
        0 => len - 1,
        n => (usize::from(n) - 1).min(len - 1),
    };
    (first < last).then_some((first, last))
}
