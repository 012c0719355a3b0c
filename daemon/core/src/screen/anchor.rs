//! Places in the text that stay while row numbers are dealt anew by another width.

use super::Screen;
use super::cell;
use super::grid::{Grid, content_len};
use super::history::{History, measure::Shape, pack};
use super::terminal::Terminal;

/// A place in a screen's text, whatever its width. It is good until something other than a resize changes the screen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Anchor {
    line: Line,
    /// Cells from the start of the line.
    cells: usize,
}

/// A line that is not wrapped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Line {
    /// So many lines behind the first of a chunk.
    Chunk { id: u64, lines: usize },
    /// So many lines above that of the cursor.
    Above(i64),
    /// In a chunk that is not here: at that row of so many.
    Share { id: u64, row: u64, rows: u64 },
}

/// What is known of a row.
#[derive(Clone, Copy, Default)]
struct Row {
    cells: usize,
    wrapped: bool,
}

impl Screen {
    /// The anchor of a column of a line, as [`Screen::line`] numbers them. None for a line that there is not.
    #[must_use]
    pub fn anchor(&self, absolute: u64, x: u16) -> Option<Anchor> {
        self.terminal.anchor(absolute, x.into())
    }

    /// Where an anchor is now: line and column; near it, when its line has to be read from the store first. None when
    /// its line is no longer there.
    #[must_use]
    pub fn anchored(&self, anchor: Anchor) -> Option<(u64, u16)> {
        let (line, x) = self.terminal.anchored(anchor)?;
        Some((line, x.min(self.terminal.primary_grid().cols() - 1) as u16))
    }
}

impl Terminal {
    /// See [`Screen::anchor`].
    pub(crate) fn anchor(&self, absolute: u64, x: usize) -> Option<Anchor> {
        let history = &self.history;
        if absolute < history.sealed_end() {
            return history.anchor(absolute, x);
        }
        let row =
            usize::try_from(absolute - history.sealed_end()).ok().filter(|row| *row < self.tail_len())?;
        let first = (0..row).rev().take_while(|row| self.tail(*row).wrapped).last().unwrap_or(row);
        let before: usize = (first..row).map(|row| self.tail(row).cells).sum();
        let line = Line::Above(self.tail_line(self.cursor_row()) - self.tail_line(row));
        Some(Anchor { line, cells: before + x })
    }

    /// See [`Screen::anchored`]; columns may be beyond the width here.
    pub(crate) fn anchored(&self, anchor: Anchor) -> Option<(u64, usize)> {
        let history = &self.history;
        let (mut at, mut line) = match anchor.line {
            Line::Share { id, row, rows } => return history.shared(id, row, rows),
            Line::Chunk { id, lines } => (history.position(id)?, lines as i64),
            Line::Above(lines) => (history.sealed.len(), self.tail_line(self.cursor_row()) - lines),
        };
        while line < 0 {
            at = at.checked_sub(1)?;
            line += history.lines_of(at) as i64;
        }
        while at < history.sealed.len() {
            let lines = history.lines_of(at) as i64;
            if line < lines {
                return history.place_in(at, line as usize, anchor.cells);
            }
            (at, line) = (at + 1, line - lines);
        }
        let mut row = 0;
        while line > 0 {
            line -= i64::from(!self.tail(row).wrapped);
            row += 1;
            if row >= self.tail_len() {
                return None;
            }
        }
        let mut cells = anchor.cells;
        while self.tail(row).wrapped && cells >= self.tail(row).cells && row + 1 < self.tail_len() {
            cells -= self.tail(row).cells;
            row += 1;
        }
        Some((history.sealed_end() + row as u64, cells))
    }

    pub(crate) fn primary_grid(&self) -> &Grid {
        self.primary.as_ref().unwrap_or(&self.grid)
    }

    /// The primary screen's cursor's row, among those of the tail: the open chunk's, and the screen's.
    fn cursor_row(&self) -> usize {
        self.history.open.len() + if self.on_alternate() { self.left_at.1 } else { self.y }
    }

    fn tail_len(&self) -> usize {
        self.history.open.len() + self.primary_grid().rows()
    }

    /// How many lines of the tail begin above that of a row.
    fn tail_line(&self, row: usize) -> i64 {
        (0..row).filter(|row| !self.tail_wraps(*row)).count() as i64
    }

    fn tail_wraps(&self, row: usize) -> bool {
        match row.checked_sub(self.history.open.len()) {
            Some(y) => self.primary_grid().line(y).wrapped,
            None => self.history.open.packed(row).is_some_and(pack::is_wrapped),
        }
    }

    /// A row of the tail.
    fn tail(&self, row: usize) -> Row {
        let Some(y) = row.checked_sub(self.history.open.len()) else {
            return self.history.open.packed(row).map_or(Row::default(), packed_row);
        };
        let grid = self.primary_grid();
        let wrapped = grid.line(y).wrapped;
        let text = &grid.written(y)[..content_len(grid.written(y), wrapped)];
        Row { cells: if wrapped { cell::without_free(text).len() } else { text.len() }, wrapped }
    }
}

fn packed_row(packed: &[u8]) -> Row {
    let mut shape = Shape::default();
    let (wrapped, _) = pack::shape(packed, &mut shape);
    Row { cells: shape.columns() as usize, wrapped }
}

impl History {
    fn position(&self, id: u64) -> Option<usize> {
        self.sealed.binary_search_by_key(&id, |chunk| chunk.id).ok()
    }

    fn anchor(&self, absolute: u64, x: usize) -> Option<Anchor> {
        let (at, row) = self.place(absolute)?;
        let at = at?;
        let chunk = self.sealed.get(at)?;
        let Some(plain) = self.at_hand(at) else {
            let line = Line::Share { id: chunk.id, row: row as u64, rows: chunk.shown.into() };
            return Some(Anchor { line, cells: x });
        };
        let index = self.reads.index(chunk, &plain, self.cols.into());
        let (lines, before) = if chunk.cols == self.cols {
            let lines = index.packed_line_of(row as u32);
            let first = index.start(lines).0 as usize;
            (
                lines,
                (first..row).map(|row| plain.packed(row).map_or(0, |packed| packed_row(packed).cells)).sum(),
            )
        } else {
            let lines = index.line_of(row as u32);
            let line = self.reads.line(chunk, &plain, self.cols.into(), lines);
            let row = row - index.start(lines).1.min(row as u32) as usize;
            (lines, line.starts.get(row).copied().unwrap_or(0))
        };
        Some(Anchor { line: Line::Chunk { id: chunk.id, lines }, cells: before + x })
    }

    /// Lines of a chunk, as far as that is known.
    fn lines_of(&self, at: usize) -> usize {
        let Some(chunk) = self.sealed.get(at) else { return 0 };
        match (chunk.measure(), self.at_hand(at)) {
            (Some(measure), _) => measure.lines() as usize,
            (None, Some(plain)) => self.reads.index(chunk, &plain, self.cols.into()).len(),
            (None, None) => chunk.rows(),
        }
    }

    /// Where a cell of a chunk's line is.
    fn place_in(&self, at: usize, line: usize, cells: usize) -> Option<(u64, usize)> {
        let chunk = self.sealed.get(at)?;
        let Some(plain) = self.at_hand(at) else {
            return self.shared(chunk.id, line as u64, self.lines_of(at) as u64);
        };
        let index = self.reads.index(chunk, &plain, self.cols.into());
        let (row, x) = if chunk.cols == self.cols {
            let (mut row, mut cells) = (index.start(line).0, cells);
            while row + 1 < index.start(line + 1).0
                && let Some(before) = plain.packed(row as usize).map(|packed| packed_row(packed).cells)
                && cells >= before
            {
                (row, cells) = (row + 1, cells - before);
            }
            (row, cells)
        } else {
            let found = self.reads.line(chunk, &plain, self.cols.into(), line);
            let row = found.starts.partition_point(|start| *start <= cells).saturating_sub(1);
            (index.start(line).1 + row as u32, cells - found.starts.get(row).copied().unwrap_or(0))
        };
        Some(((chunk.first + u64::from(row)).max(self.start), x))
    }

    /// The row of a chunk that is such a part of it.
    fn shared(&self, id: u64, part: u64, of: u64) -> Option<(u64, usize)> {
        let chunk = self.sealed.get(self.position(id)?)?;
        Some(((chunk.first + part * u64::from(chunk.shown) / of.max(1)).max(self.start), 0))
    }
}
