//! A sealed chunk's rows at a width that is not the one they were packed at.

use super::chunk::Plain;
use super::measure::{self, Shape};
use super::{pack, renumber};
use crate::screen::cell::{self, BLANK, CLUSTER, Cell, TEXT_MASK};
use crate::screen::grid::content_len;
use crate::screen::resize::{narrow, row_len};
use crate::screen::view::RowView;
use abide_protocol::message::Style;
use std::borrow::Cow;

/// Where its lines are.
#[derive(Debug)]
pub(crate) struct Index {
    /// Of each line: its first row as packed, and its first row at the width.
    lines: Vec<(u32, u32)>,
    /// Rows as packed, and at the width.
    end: (u32, u32),
}

impl Index {
    /// Of the first `rows` rows of a chunk.
    pub(crate) fn new(plain: &Plain, rows: usize, cols: usize) -> Index {
        let (mut shape, mut lines) = (Shape::default(), Vec::new());
        let (mut at, mut shown) = (0, 0);
        while at < rows {
            lines.push((at as u32, shown));
            at = measure::line(plain, rows, at, &mut shape);
            shown += shape.rows(cols as u32);
        }
        Index { lines, end: (rows as u32, shown) }
    }

    /// The number of the line that a row at the width is in.
    pub(crate) fn line_of(&self, row: u32) -> usize {
        self.lines.partition_point(|(_, first)| *first <= row).saturating_sub(1)
    }

    /// The number of the line that a row as packed is in.
    pub(crate) fn packed_line_of(&self, row: u32) -> usize {
        self.lines.partition_point(|(first, _)| *first <= row).saturating_sub(1)
    }

    /// Of a line: its first row as packed, and its first row at the width; behind the last, those that would come.
    pub(crate) fn start(&self, line: usize) -> (u32, u32) {
        self.lines.get(line).copied().unwrap_or(self.end)
    }

    /// Number of lines.
    pub(crate) fn len(&self) -> usize {
        self.lines.len()
    }
}

/// A line that was put together, and where its rows begin.
#[derive(Debug)]
pub(crate) struct Line {
    pub(crate) cells: Vec<Cell>,
    clusters: Vec<Box<str>>,
    pub(crate) starts: Vec<usize>,
    /// It goes on behind the chunk.
    goes_on: bool,
}

impl Line {
    /// Of rows `first..end` of a chunk.
    pub(crate) fn new(plain: &Plain, first: u32, end: u32, cols: usize) -> Line {
        let mut line = Line { cells: Vec::new(), clusters: Vec::new(), starts: vec![0], goes_on: false };
        for at in first..end {
            let Some(packed) = plain.packed(at as usize) else { continue };
            let before = line.cells.len();
            if pack::unpack(packed, plain.styles_len(), &mut line.cells, &mut line.clusters).is_none() {
                line.cells.truncate(before);
            }
            line.goes_on = pack::is_wrapped(packed);
            let added = line.cells.len() - before;
            if line.goes_on && added > 0 && line.cells.last().is_some_and(|c| cell::is_free(*c)) {
                line.cells.pop();
            } else if added == 0 && before > 0 && at + 1 == end {
                // As it was counted.
                line.cells.push(BLANK);
            }
        }
        if cols < 2 {
            narrow(&mut line.cells);
        }
        let mut start = 0;
        while line.cells.len() - start > cols {
            start += row_len(&line.cells[start..], cols);
            line.starts.push(start);
        }
        line
    }

    /// One of its rows.
    pub(crate) fn row(&self, plain: &Plain, i: usize) -> RowView<'static> {
        let Some(&start) = self.starts.get(i) else { return RowView::blank() };
        let next = self.starts.get(i + 1);
        let wrapped = next.is_some() || self.goes_on;
        let cells = self.cells.get(start..*next.unwrap_or(&self.cells.len())).unwrap_or_default();
        let mut cells = cells[..content_len(cells, wrapped)].to_vec();
        let mut clusters = Vec::new();
        for c in cells.iter_mut().filter(|c| **c & CLUSTER != 0) {
            let text = self.clusters.get(cell::text_of(*c) as usize).cloned().unwrap_or_default();
            *c = *c & !TEXT_MASK | clusters.len() as Cell;
            clusters.push(text);
        }
        let numbers = renumber(&mut cells);
        let mut styles = vec![Style::default()];
        styles.extend(plain.styles(&numbers));
        RowView {
            wrapped,
            cells: Cow::Owned(cells),
            styles: Cow::Owned(styles),
            clusters: Cow::Owned(clusters),
        }
    }
}
