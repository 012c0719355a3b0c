//! History at another width: lines that were wrapped are joined and wrapped anew.

use super::chunk::{Open, Plain};
use super::sealed::{self, Body, Sealed};
use super::{History, pack, renumber};
use crate::base::limits::REWRAP_BYTES_MAX;
use crate::screen::cell::{BLANK, Cell, STYLE_SHIFT, TAIL, WIDE, is_free};
use crate::screen::view::RowView;
use abide_protocol::message::Style;
use std::borrow::Cow;

/// The line that is being put together, as far as it is not in the new history yet.
#[derive(Default)]
struct Line {
    cells: Vec<Cell>,
    styles: Vec<Style>,
    clusters: Vec<Box<str>>,
}

impl History {
    /// Wraps the newest lines at `cols`, as far as they are in memory and within [`REWRAP_BYTES_MAX`]; those before
    /// stay as they were wrapped, and keep their numbers and chunks. The others get new ones. What is left is the
    /// beginning of a line that goes on in the screen's first row, if there is one.
    pub(crate) fn rewrap(&mut self, cols: usize) -> Option<RowView<'static>> {
        let from = self.rewrap_from();
        let old = self.sealed.split_off(from);
        for chunk in &old {
            self.forget_chunk(chunk);
        }
        let open = std::mem::take(&mut self.open);
        let end = self.end;
        let first = old.front().map_or(end - open.len() as u64, |chunk| chunk.first);
        self.end = first.max(self.start);
        self.generation += 1;
        let start = self.start;
        let mut line = Line::default();
        let mut unfinished = false;
        for i in 0..=old.len() {
            let source = match old.get(i) {
                None => Source::Open(&open),
                Some(chunk) => match &chunk.body {
                    Body::Plain(plain) => Source::Plain(chunk, Cow::Borrowed(plain)),
                    Body::Squeezed(bytes) => match sealed::plain(bytes) {
                        Some(plain) => Source::Plain(chunk, Cow::Owned(plain)),
                        None => Source::Lost(chunk),
                    },
                    Body::Away(_) | Body::Lost => Source::Lost(chunk),
                },
            };
            let (first, styles) = source.describe(end);
            line.turn_to(styles);
            self.open.dictionary.forget_known();
            for at in 0..source.len() {
                if first + (at as u64) < start {
                    continue;
                }
                let Some(packed) = source.packed(at) else { continue };
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
                }
                line.emit(self, cols, wrapped);
                unfinished = wrapped;
            }
        }
        self.open.dictionary.forget_known();
        unfinished.then_some(RowView {
            wrapped: true,
            cells: Cow::Owned(line.cells),
            styles: Cow::Owned(line.styles),
            clusters: Cow::Owned(line.clusters),
        })
    }

    /// The first line that is wrapped anew.
    pub(crate) fn rewraps_from(&self) -> u64 {
        let open = self.end - self.open.len() as u64;
        self.sealed.get(self.rewrap_from()).map_or(open, |chunk| chunk.first)
    }

    /// The first of the chunks that are wrapped anew.
    fn rewrap_from(&self) -> usize {
        let mut bytes = 0;
        let newest = self.sealed.iter().rev().take_while(|chunk| {
            bytes += chunk.plain_bytes();
            bytes <= REWRAP_BYTES_MAX && !matches!(chunk.body, Body::Away(_))
        });
        self.sealed.len() - newest.count()
    }
}

impl Line {
    /// Styles are now those of another chunk; those that cells still have come after them.
    fn turn_to(&mut self, mut styles: Vec<Style>) {
        let numbers = renumber(&mut self.cells);
        let shift = styles.len() as Cell - 1;
        for cell in &mut self.cells {
            if *cell >> STYLE_SHIFT != 0 {
                *cell += shift << STYLE_SHIFT;
            }
        }
        styles.extend(numbers.iter().filter_map(|n| self.styles.get(usize::from(*n))).cloned());
        self.styles = styles;
    }

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
            let end = start + super::super::grid::content_len(&self.cells[start..], false);
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

/// How many cells of a line that is longer than a row go into the row: a wide one is not cut.
pub(crate) fn row_len(cells: &[Cell], cols: usize) -> usize {
    match cells.get(cols) {
        Some(next) if next & TAIL != 0 && cols > 1 => cols - 1,
        _ => cols.min(cells.len()),
    }
}

/// A screen of one column has no room for wide cells.
pub(crate) fn narrow(cells: &mut Vec<Cell>) {
    cells.retain(|cell| cell & TAIL == 0);
    for cell in cells {
        if *cell & WIDE != 0 {
            *cell = *cell & (0xffff << STYLE_SHIFT) | BLANK;
        }
    }
}

enum Source<'a> {
    Plain(&'a Sealed, Cow<'a, Plain>),
    Lost(&'a Sealed),
    Open(&'a Open),
}

impl Source<'_> {
    fn len(&self) -> usize {
        match self {
            Source::Plain(sealed, _) | Source::Lost(sealed) => sealed.len(),
            Source::Open(open) => open.len(),
        }
    }

    fn packed(&self, i: usize) -> Option<&[u8]> {
        match self {
            Source::Plain(_, plain) => plain.packed(i),
            Source::Lost(_) => Some(pack::EMPTY),
            Source::Open(open) => open.packed(i),
        }
    }

    /// The number of its first line, when the open chunk's last is `end - 1`; and its styles with the
    /// default one in front.
    fn describe(&self, end: u64) -> (u64, Vec<Style>) {
        let mut styles = vec![Style::default()];
        match self {
            Source::Plain(sealed, plain) => {
                let all: Vec<u16> = (1..=plain.styles_len() as u16).collect();
                styles.extend(plain.styles(&all));
                (sealed.first, styles)
            }
            Source::Lost(sealed) => (sealed.first, styles),
            Source::Open(open) => {
                styles.extend(open.dictionary.styles());
                (end - open.len() as u64, styles)
            }
        }
    }
}
