//! The open chunk at another width: its lines are joined and wrapped anew. Sealed ones stay as they are.

use super::{History, pack};
use crate::screen::cell::{BLANK, Cell, is_free};
use crate::screen::grid::content_len;
use crate::screen::resize::{narrow, row_len};
use crate::screen::view::RowView;
use abide_protocol::message::Style;
use std::borrow::Cow;

/// The line that is being put together, as far as it is not in the new chunk yet.
#[derive(Default)]
struct Line {
    cells: Vec<Cell>,
    styles: Vec<Style>,
    clusters: Vec<Box<str>>,
}

impl History {
    /// Shows all at another width. What is left is the beginning of a line that goes on in the screen's first row, if there is one.
    pub(crate) fn rewrap(&mut self, cols: usize) -> Option<RowView<'static>> {
        let open = std::mem::take(&mut self.open);
        // What is cut off of it goes, now that it is written anew.
        let cut = if self.sealed.is_empty() { std::mem::take(&mut self.cut) } else { 0 };
        self.kept -= open.len() as u64 - cut;
        self.generation += 1;
        self.lay_out(cols as u16);
        self.end = if self.sealed.is_empty() { self.start } else { self.sealed_end() };
        self.set_start();
        let mut line = Line { styles: vec![Style::default()], ..Line::default() };
        line.styles.extend(open.dictionary.styles());
        let mut unfinished = false;
        for at in cut as usize..open.len() {
            let Some(packed) = open.packed(at) else { continue };
            let wrapped = pack::is_wrapped(packed);
            let fits = pack::plain_text(packed).is_some_and(|text| text.len() <= cols);
            if fits && !wrapped && !unfinished {
                self.push_packed(packed);
                continue;
            }
            let before = line.cells.len();
            if pack::unpack(packed, line.styles.len(), &mut line.cells, &mut line.clusters).is_none() {
                line.cells.truncate(before);
            }
            if wrapped && line.cells.len() > before && line.cells.last().is_some_and(|c| is_free(*c)) {
                line.cells.pop();
            } else if !wrapped && unfinished && line.cells.len() == before {
                // Something was printed in it, blanks perhaps.
                line.cells.push(BLANK);
            }
            line.emit(self, cols, wrapped);
            unfinished = wrapped;
        }
        self.open.dictionary.forget_known();
        if !unfinished {
            return None;
        }
        Some(RowView {
            wrapped: true,
            cells: Cow::Owned(line.cells),
            styles: Cow::Owned(line.styles),
            clusters: Cow::Owned(line.clusters),
        })
    }
}

impl Line {
    /// Gives away full rows, and the rest too when the line is at its end.
    fn emit(&mut self, into: &mut History, cols: usize, more: bool) {
        if cols < 2 {
            narrow(&mut self.cells);
        }
        let mut start = 0;
        // When more follows, a row that is just full waits, lest the line end in it.
        while self.cells.len() - start > cols {
            let len = row_len(&self.cells[start..], cols);
            self.give(into, start, start + len, true);
            start += len;
        }
        if !more {
            let end = start + content_len(&self.cells[start..], false);
            self.give(into, start, end, false);
            self.cells.clear();
            self.clusters.clear();
        } else {
            self.cells.drain(..start);
        }
    }

    fn give(&self, into: &mut History, start: usize, end: usize, wrapped: bool) {
        let cells = self.cells.get(start..end).unwrap_or_default();
        let row = pack::Cells { cells, styles: &self.styles, clusters: &self.clusters };
        into.push(row, wrapped, false);
    }
}
