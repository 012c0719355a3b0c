//! Rows of cells.
//!
//! Row `y` lies in slot `order[(head + y) % rows]`: scrolling all rows moves `head`, scrolling some turns a
//! part of `order`. Cells at and beyond a row's `used` are blanks, so that clearing, trimming and packing
//! cost what was written, not what could have been. For the same reason slots have cells only up to the last that
//! something was written to: at a shell's first prompt that is one row of a screen.

use super::cell::{self, BLANK, Cell, PICTURE, PROTECTED, TAIL, WIDE};
use crate::base::limits::SIDE_CELLS_MAX;
use std::ops::Range;

/// What a slot without cells shows.
static BLANKS: [Cell; SIDE_CELLS_MAX as usize] = [BLANK; SIDE_CELLS_MAX as usize];

/// What is known of a row beside its cells.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Line {
    /// Cells from here on are blank.
    pub(crate) used: u16,
    /// The line goes on in the next row.
    pub(crate) wrapped: bool,
    /// Every cell is ASCII in the default style. Never true when it is not so.
    pub(crate) plain: bool,
    /// No cell is of two columns. Never true when one is.
    pub(crate) narrow: bool,
    /// A picture that is bound to its cells has been placed here: what is left of it is noted when the row leaves the grid.
    pub(crate) pictured: bool,
    /// Clock of the last change.
    pub(crate) version: u64,
}

#[derive(Clone, Debug)]
pub(crate) struct Grid {
    cols: usize,
    rows: usize,
    head: usize,
    order: Vec<u16>,
    lines: Vec<Line>,
    /// Those of the first slots; the others are blank and have none yet.
    cells: Vec<Cell>,
}

impl Grid {
    /// Blank rows. Both sides are at least 1 and at most `SIDE_CELLS_MAX`.
    pub(crate) fn new(cols: usize, rows: usize, version: u64) -> Grid {
        let line = Line { plain: true, narrow: true, version, ..Line::default() };
        Grid {
            cols,
            rows,
            head: 0,
            order: (0..rows as u16).collect(),
            lines: vec![line; rows],
            cells: Vec::new(),
        }
    }

    #[inline]
    pub(crate) fn cols(&self) -> usize {
        self.cols
    }

    #[inline]
    pub(crate) fn rows(&self) -> usize {
        self.rows
    }

    #[inline]
    fn slot(&self, y: usize) -> usize {
        debug_assert!(y < self.rows);
        let mut at = self.head + y;
        if at >= self.rows {
            at -= self.rows;
        }
        usize::from(self.order[at])
    }

    #[inline]
    pub(crate) fn line(&self, y: usize) -> &Line {
        &self.lines[self.slot(y)]
    }

    #[inline]
    pub(crate) fn line_mut(&mut self, y: usize) -> &mut Line {
        let slot = self.slot(y);
        &mut self.lines[slot]
    }

    /// All cells of a row.
    #[inline]
    pub(crate) fn row(&self, y: usize) -> &[Cell] {
        let start = self.slot(y) * self.cols;
        match self.cells.get(start..start + self.cols) {
            Some(row) => row,
            None => &BLANKS[..self.cols],
        }
    }

    /// The cells of a row that were written.
    #[inline]
    pub(crate) fn written(&self, y: usize) -> &[Cell] {
        let slot = self.slot(y);
        let start = slot * self.cols;
        self.cells.get(start..start + usize::from(self.lines[slot].used)).unwrap_or_default()
    }

    /// A row and what is known of it, to be changed. Who writes keeps what is known true.
    #[inline]
    pub(crate) fn row_mut(&mut self, y: usize) -> (&mut Line, &mut [Cell]) {
        let slot = self.slot(y);
        let start = slot * self.cols;
        if self.cells.len() < start + self.cols {
            self.give_cells(slot);
        }
        (&mut self.lines[slot], &mut self.cells[start..start + self.cols])
    }

    /// Gives cells to a slot and to those before it.
    #[cold]
    fn give_cells(&mut self, slot: usize) {
        let (have, all) = (self.cells.len(), self.cols * self.rows);
        let needed = (slot + 1) * self.cols;
        self.cells.reserve_exact(needed.max((have * 2).min(all)) - have);
        self.cells.resize(needed, BLANK);
    }

    /// What is known of a row that has no cells: it is blank.
    #[inline]
    fn without_cells(&mut self, y: usize) -> Option<&mut Line> {
        let slot = self.slot(y);
        (slot * self.cols >= self.cells.len()).then(|| &mut self.lines[slot])
    }

    /// Every cell that was written, for sweeps.
    pub(crate) fn all_cells(&mut self) -> &mut [Cell] {
        &mut self.cells
    }

    /// Fills columns `start..end` of a row with a blank of any style, and mends wide cells cut by it.
    pub(crate) fn fill(&mut self, y: usize, start: usize, end: usize, blank: Cell, version: u64) {
        let cols = self.cols;
        if blank == BLANK
            && let Some(line) = self.without_cells(y)
        {
            line.version = version;
            line.wrapped &= end < cols;
            return;
        }
        let (line, row) = self.row_mut(y);
        line.version = version;
        let end = end.min(cols);
        if start >= end {
            return;
        }
        split_wide(row, start);
        split_wide(row, end);
        let used = usize::from(line.used);
        if blank == BLANK {
            if start < used {
                row[start..end.min(used)].fill(BLANK);
                if end >= used {
                    line.used = start as u16;
                }
            }
        } else {
            row[start..end].fill(blank);
            line.used = line.used.max(end as u16);
            line.plain = false;
        }
        if end == cols {
            line.wrapped = false;
        }
        if line.used == 0 {
            line.plain = true;
        }
    }

    /// Blanks a whole row.
    #[inline]
    pub(crate) fn clear(&mut self, y: usize, blank: Cell, version: u64) {
        let emptied = Line { plain: true, narrow: true, version, ..Line::default() };
        if blank == BLANK
            && let Some(line) = self.without_cells(y)
        {
            *line = emptied;
            return;
        }
        let (line, row) = self.row_mut(y);
        if blank == BLANK {
            row[..usize::from(line.used)].fill(BLANK);
            *line = emptied;
        } else {
            row.fill(blank);
            *line = Line { used: row.len() as u16, narrow: true, version, ..Line::default() };
        }
    }

    /// Moves all rows up by one; the last is blank. The caller has taken the first.
    #[inline]
    pub(crate) fn scroll_all(&mut self, blank: Cell, version: u64) {
        self.head += 1;
        if self.head == self.rows {
            self.head = 0;
        }
        self.clear(self.rows - 1, blank, version);
    }

    /// Moves rows `top..=bottom` up by `n`, blank ones come in below. Every row of them is a changed one.
    pub(crate) fn scroll_up(&mut self, top: usize, bottom: usize, n: usize, blank: Cell, version: u64) {
        let n = n.min(bottom + 1 - top);
        self.straighten();
        self.order[top..=bottom].rotate_left(n);
        for y in bottom + 1 - n..=bottom {
            self.clear(y, blank, version);
        }
        self.touch(top, bottom, version);
    }

    /// Moves rows `top..=bottom` down by `n`, blank ones come in above.
    pub(crate) fn scroll_down(&mut self, top: usize, bottom: usize, n: usize, blank: Cell, version: u64) {
        let n = n.min(bottom + 1 - top);
        self.straighten();
        self.order[top..=bottom].rotate_right(n);
        for y in top..top + n {
            self.clear(y, blank, version);
        }
        self.touch(top, bottom, version);
    }

    /// Marks rows as changed.
    pub(crate) fn touch(&mut self, top: usize, bottom: usize, version: u64) {
        for y in top..=bottom {
            self.line_mut(y).version = version;
        }
    }

    fn straighten(&mut self) {
        let head = std::mem::take(&mut self.head);
        self.order.rotate_left(head);
    }

    /// Inserts blanks at `x`; what is pushed over `end` is lost.
    pub(crate) fn insert_cells(
        &mut self,
        y: usize,
        x: usize,
        n: usize,
        end: usize,
        blank: Cell,
        version: u64,
    ) {
        let n = n.min(end - x);
        let (line, row) = self.row_mut(y);
        split_wide(row, x);
        split_wide(row, end - n);
        split_wide(row, end);
        let used = usize::from(line.used);
        row.copy_within(x..end - n, x + n);
        row[x..x + n].fill(blank);
        unmark(line, &mut row[x..end]);
        line.version = version;
        if used > x {
            line.used = line.used.max((used + n).min(end) as u16);
        }
        if blank != BLANK {
            line.used = line.used.max((x + n) as u16);
            line.plain = false;
        }
    }

    /// Deletes cells at `x`; blanks come in before `end`.
    pub(crate) fn delete_cells(
        &mut self,
        y: usize,
        x: usize,
        n: usize,
        end: usize,
        blank: Cell,
        version: u64,
    ) {
        let cols = self.cols;
        let n = n.min(end - x);
        let (line, row) = self.row_mut(y);
        split_wide(row, x);
        split_wide(row, x + n);
        split_wide(row, end);
        let used = usize::from(line.used);
        row.copy_within(x + n..end, x);
        row[end - n..end].fill(blank);
        unmark(line, &mut row[x..end]);
        line.version = version;
        line.wrapped &= end != cols;
        if used > x && used <= end {
            line.used = used.saturating_sub(n).max(x) as u16;
        }
        if blank != BLANK {
            line.used = line.used.max(end as u16);
            line.plain = false;
        }
    }

    /// Writes cells from `x` on, as many as fit; halves of wide ones at both ends become blanks.
    pub(crate) fn put_cells(&mut self, y: usize, x: usize, cells: &[Cell], version: u64) {
        let (line, row) = self.row_mut(y);
        let end = (x + cells.len()).min(row.len());
        if x >= end {
            return;
        }
        split_wide(row, x);
        split_wide(row, end);
        let part = &mut row[x..end];
        part.copy_from_slice(&cells[..end - x]);
        // A picture does not go where a copy of its cell goes.
        part.iter_mut().for_each(|c| *c &= !PICTURE);
        let style = 0xffff << cell::STYLE_SHIFT;
        if part[0] & TAIL != 0 {
            part[0] = part[0] & style | BLANK;
        }
        let last = part.len() - 1;
        if part[last] & WIDE != 0 {
            part[last] = part[last] & style | BLANK;
        }
        line.plain &= part.iter().all(|c| *c < 0x7f);
        line.narrow &= part.iter().all(|c| *c & (WIDE | TAIL) == 0);
        line.used = line.used.max(end as u16);
        line.version = version;
    }

    /// Moves what of rows `top..=bottom` is in columns `left..=right` by `n` rows; blanks come in.
    pub(crate) fn scroll_part(
        &mut self,
        (top, bottom): (usize, usize),
        (left, right): (usize, usize),
        n: usize,
        up: bool,
        blank: Cell,
        version: u64,
    ) {
        let height = bottom + 1 - top;
        let n = n.min(height);
        for i in 0..height - n {
            let (from, to) = if up { (top + n + i, top + i) } else { (bottom - n - i, bottom - i) };
            let part = self.row(from)[left..=right].to_vec();
            self.put_cells(to, left, &part, version);
        }
        let blanks = if up { bottom + 1 - n..bottom + 1 } else { top..top + n };
        for y in blanks {
            self.fill(y, left, right + 1, blank, version);
        }
    }

    /// As [`Grid::fill`], but for protected cells.
    pub(crate) fn fill_unprotected(&mut self, y: usize, start: usize, end: usize, blank: Cell, version: u64) {
        let end = end.min(self.cols);
        let mut x = start;
        while x < end {
            let row = &self.row(y)[x..end];
            let stop = row.iter().position(|c| c & PROTECTED != 0).unwrap_or(row.len());
            let skip = row[stop..].iter().position(|c| c & PROTECTED == 0).unwrap_or(row.len() - stop);
            self.fill(y, x, x + stop, blank, version);
            x += stop + skip;
        }
    }

    /// Cells of a row show no picture any more.
    pub(crate) fn unmark(&mut self, y: usize, columns: Range<usize>, version: u64) {
        if self.line(y).pictured {
            let (line, row) = self.row_mut(y);
            line.version = version;
            let end = columns.end.min(row.len());
            unmark(line, row.get_mut(columns.start..end).unwrap_or_default());
        }
    }

    /// Makes a cell a protected one.
    pub(crate) fn protect(&mut self, x: usize, y: usize) {
        let (line, row) = self.row_mut(y);
        row[x] |= PROTECTED;
        line.used = line.used.max(x as u16 + 1);
        line.plain = false;
    }

    /// Writes a row's cells, as many as fit.
    pub(crate) fn put_row(&mut self, y: usize, cells: &[Cell], wrapped: bool, version: u64) {
        let (line, row) = self.row_mut(y);
        let len = cells.len().min(row.len());
        row[..len].copy_from_slice(&cells[..len]);
        row[len..].fill(BLANK);
        if let Some(last) = row[..len].last_mut()
            && *last & WIDE != 0
        {
            *last = *last & (0xffff << cell::STYLE_SHIFT) | BLANK;
        }
        let plain = row[..len].iter().all(|c| *c < 0x7f);
        let narrow = row[..len].iter().all(|c| *c & (WIDE | TAIL) == 0);
        *line = Line { used: len as u16, wrapped, plain, narrow, pictured: false, version };
    }

    /// How many cells a row has up to its last that is not blank; all that were written when it is wrapped,
    /// because blanks inside a line are text.
    pub(crate) fn content_len(&self, y: usize) -> usize {
        let line = self.line(y);
        content_len(self.written(y), line.wrapped)
    }

    /// Its cells without the pictures that are seen there; none where nothing else is.
    pub(crate) fn without_pictures(mut self) -> Option<Grid> {
        for y in 0..self.rows {
            if self.line(y).pictured {
                let (line, row) = self.row_mut(y);
                unmark(line, row);
                line.pictured = false;
            }
        }
        self.has_content().then_some(self)
    }

    /// Whether anything is on it.
    pub(crate) fn has_content(&self) -> bool {
        (0..self.rows).any(|y| self.content_len(y) > 0 || self.line(y).wrapped)
    }
}

/// Cells of a row show no picture any more.
fn unmark(line: &Line, cells: &mut [Cell]) {
    if line.pictured {
        cells.iter_mut().for_each(|c| *c &= !PICTURE);
    }
}

/// See [`Grid::content_len`].
#[inline]
pub(crate) fn content_len(written: &[Cell], wrapped: bool) -> usize {
    let mut end = written.len();
    if !wrapped {
        while end > 0 && written[end - 1] == BLANK {
            end -= 1;
        }
    }
    end
}

/// Before something happens between the cells `x - 1` and `x`: a wide cell that spans them becomes blanks.
#[inline]
pub(crate) fn split_wide(row: &mut [Cell], x: usize) {
    if x > 0 && x < row.len() && row[x] & TAIL != 0 {
        let style = row[x] & (0xffff << cell::STYLE_SHIFT);
        row[x] = style | BLANK;
        row[x - 1] = style | BLANK;
    }
}
