//! History: rows that left the screen at its top, packed. The newest are in an open chunk, older ones in
//! sealed chunks, of which the oldest may be in the store alone. Lines have absolute numbers, which stay until a
//! reflow or a clearing deals them anew (and says so by another generation). Begin at [`History::push`]; `layout` says
//! what rows there are at a width, `keep` how it stays within its memory, `reads` how what left memory is read.

pub(crate) mod chunk;
mod derived;
pub(crate) mod dictionary;
mod keep;
mod layout;
pub(crate) mod lines;
pub(crate) mod measure;
pub(crate) mod pack;
pub(crate) mod passing;
mod reads;
pub(crate) mod rewrap;
pub(crate) mod sealed;
mod text;
pub(crate) mod varint;

use super::cell::{self, Cell, STYLE_SHIFT};
use super::view::{HistoryRange, RowView};
use crate::base::limits::{CHUNK_BYTES_MAX, HISTORY_BYTES_PER_LINE_MAX};
use crate::base::runs::Runs;
use abide_protocol::message::Style;
use chunk::{Open, Plain};
use keep::Weight;
use reads::Reads;
use sealed::{Body, Sealed};
use std::borrow::Cow;
use std::collections::VecDeque;

#[derive(Clone, Debug)]
pub(crate) struct History {
    /// By ascending id.
    pub(crate) sealed: VecDeque<Sealed>,
    pub(crate) open: Open,
    /// The id of the chunk that is sealed next.
    pub(crate) next_id: u64,
    pub(crate) start: u64,
    pub(crate) end: u64,
    /// The width at which rows are shown.
    pub(crate) cols: u16,
    /// Rows of the oldest chunk, as packed, that are cut off; of the open one where no other is.
    pub(crate) cut: u64,
    /// Rows as packed, but for those.
    pub(crate) kept: u64,
    /// More rows than the limit may be kept until the end is there: as many as are missing to it.
    pub(crate) spare_until: u64,
    pub(crate) lines_max: u32,
    pub(crate) generation: u64,
    weight: Weight,
    /// Chunks before this id are no longer hot: they have been squeezed, where that is worth it.
    cold_below: u64,
    /// Bytes of the others.
    hot_bytes: usize,
    /// No chunk before this id is in memory.
    away_below: u64,
    /// A clock that moves when a chunk changes its form or leaves memory.
    pub(crate) form: u64,
    pub(crate) reads: Reads,
    /// Rows that went back to the screen, ever: their numbers are dealt again.
    pub(crate) taken_back: u64,
    /// Some sealed chunk has rows that older programs can't read, or had: heads say so.
    pub(crate) derived: bool,
    /// Sealed pieces of pictures, which share numbers and room with chunks.
    pub(crate) pieces: usize,
    /// Scratch for packing.
    text: Vec<u8>,
}

impl History {
    pub(crate) fn new(lines_max: u32, cols: u16) -> History {
        History {
            sealed: VecDeque::new(),
            open: Open::default(),
            next_id: 0,
            start: 0,
            end: 0,
            cols,
            cut: 0,
            kept: 0,
            spare_until: 0,
            lines_max,
            generation: 0,
            weight: Weight::default(),
            cold_below: 0,
            hot_bytes: 0,
            away_below: 0,
            form: 0,
            reads: Reads::default(),
            taken_back: 0,
            derived: false,
            pieces: 0,
            text: Vec::new(),
        }
    }

    pub(crate) fn range(&self) -> HistoryRange {
        HistoryRange { start: self.start, end: self.end, generation: self.generation }
    }

    /// The ids of all sealed chunks.
    pub(crate) fn runs(&self) -> Runs {
        let mut runs = Runs::default();
        for chunk in &self.sealed {
            runs.push(chunk.id);
        }
        runs
    }

    pub(crate) fn chunk(&self, id: u64) -> Option<&Sealed> {
        self.sealed.get(self.sealed.binary_search_by_key(&id, |s| s.id).ok()?)
    }

    /// Takes a row in. `plain`: all its cells are ASCII in the default style.
    #[inline]
    pub(crate) fn push(&mut self, row: pack::Cells<'_>, wrapped: bool, plain: bool) {
        if self.lines_max == 0 {
            self.end += 1;
            self.start = self.end;
            return;
        }
        if plain {
            if !self.open.push_plain(row.cells, wrapped) {
                self.seal(|open| open.push_plain(row.cells, wrapped));
            }
        } else if !self.open.push(&mut self.text, row, wrapped, false) {
            let mut text = std::mem::take(&mut self.text);
            // A row that no chunk holds (long links, clusters of sixteen) is kept without those.
            if !self.seal(|open| open.push(&mut text, row, wrapped, false))
                && !self.open.push(&mut text, row, wrapped, true)
            {
                self.open.push_packed(pack::EMPTY);
            }
            self.text = text;
        }
        self.count();
        self.trim();
    }

    /// Takes in a row that is packed and plain.
    pub(crate) fn push_packed(&mut self, row: &[u8]) {
        if !self.open.push_packed(row) {
            self.seal(|open| open.push_packed(row));
        }
        self.count();
        self.trim();
    }

    /// A row has come.
    #[inline]
    fn count(&mut self) {
        self.end += 1;
        self.kept += 1;
    }

    /// Seals the open chunk, and adds a row to the next one. False when that has no room for it, and is empty.
    ///
    /// A line that goes on in the row is not torn, unless it fills half a chunk: what there is of it goes along.
    fn seal(&mut self, mut add: impl FnMut(&mut Open) -> bool) -> bool {
        let begun = self.open.take_begun();
        self.seal_open();
        for row in &begun {
            // Each has style numbers of its own.
            self.open.dictionary.forget_known();
            if !self.open.push(&mut self.text, row.packable(), row.wrapped, false) {
                self.open.push_packed(pack::EMPTY);
            }
        }
        self.open.dictionary.forget_known();
        if add(&mut self.open) {
            return true;
        }
        self.seal_open();
        add(&mut self.open)
    }

    /// One past the last row of the sealed chunks.
    pub(crate) fn sealed_end(&self) -> u64 {
        self.sealed.back().map_or(self.start - self.cut.min(self.start), Sealed::end)
    }

    fn seal_open(&mut self) {
        if self.open.len() == 0 {
            return;
        }
        let first = self.sealed_end();
        let plain = Plain::seal(&mut self.open);
        self.derived |= plain.is_derived();
        let mut sealed = Sealed::new(self.next_id, plain);
        (sealed.cols, sealed.first) = (self.cols, first);
        self.next_id += 1;
        self.hot_bytes += sealed.held_bytes();
        self.weight.add(&sealed);
        self.sealed.push_back(sealed);
        let bytes_max = self.lines_max as usize * HISTORY_BYTES_PER_LINE_MAX + 2 * CHUNK_BYTES_MAX;
        while self.weight.plain_bytes > bytes_max && !self.sealed.is_empty() {
            self.drop_oldest();
        }
        self.cool();
    }

    /// A chunk that is no longer among the sealed ones.
    fn forget_chunk(&mut self, chunk: &Sealed) {
        self.weight.take(chunk);
        if chunk.id >= self.cold_below
            && let Body::Plain(plain) = &chunk.body
        {
            self.hot_bytes -= plain.bytes().len();
        }
    }

    pub(crate) fn set_lines_max(&mut self, n: u32) {
        if n != self.lines_max {
            self.spare_until = 0;
        }
        self.lines_max = n;
        self.trim();
        if n == 0 {
            self.start = self.end;
            self.forget();
        }
    }

    /// Forgets all lines; numbers go on.
    pub(crate) fn clear(&mut self) {
        self.start = self.end;
        self.generation += 1;
        self.forget();
    }

    fn forget(&mut self) {
        self.sealed.clear();
        (self.weight, self.hot_bytes) = (Weight::default(), 0);
        (self.cut, self.kept, self.spare_until) = (0, 0, 0);
        self.derived = false;
        self.reads.forget();
        self.open = Open::default();
    }

    /// Puts sealed chunks and an open one in place, as a head has them.
    pub(crate) fn adopt(&mut self, sealed: VecDeque<Sealed>, open: Open) {
        self.weight = Weight::default();
        let hot = |chunk: &&Sealed| matches!(chunk.body, Body::Plain(_));
        self.hot_bytes = sealed.iter().filter(hot).map(Sealed::held_bytes).sum();
        self.cold_below = sealed.iter().find(hot).map_or(self.next_id, |chunk| chunk.id);
        self.away_below = 0;
        for chunk in &sealed {
            self.weight.add(chunk);
        }
        self.kept = sealed.iter().map(|chunk| chunk.rows() as u64).sum::<u64>() + open.len() as u64;
        self.sealed = sealed;
        self.open = open;
        self.cool();
    }

    /// The chunk that has a line, or None for the open one, and the line's place in it.
    pub(crate) fn place(&self, absolute: u64) -> Option<(Option<usize>, usize)> {
        if absolute < self.start || absolute >= self.end {
            return None;
        }
        let open_first = self.end - self.open.len() as u64;
        if absolute >= open_first {
            return Some((None, (absolute - open_first) as usize));
        }
        let at = self.sealed.partition_point(|s| s.first <= absolute).checked_sub(1)?;
        Some((Some(at), (absolute - self.sealed.get(at)?.first) as usize))
    }

    /// A line, unpacked. None for one whose chunk is in the store alone: it is wanted then.
    pub(crate) fn line(&self, absolute: u64) -> Option<RowView<'static>> {
        let (sealed, i) = self.place(absolute)?;
        let Some(at) = sealed else {
            return view(self.open.packed(i)?, self.open.dictionary.len(), |numbers| {
                numbers.iter().filter_map(|n| self.open.dictionary.style(*n)).collect()
            });
        };
        let chunk = self.sealed.get(at)?;
        match &chunk.body {
            Body::Plain(plain) => self.row_of(at, plain, i as u32),
            Body::Lost => Some(RowView::blank()),
            _ => self.row_of(at, &*self.reads.get(chunk)?, i as u32),
        }
    }

    /// Takes the newest row back. None when there is none here.
    pub(crate) fn pop(&mut self) -> Option<RowView<'static>> {
        if self.end == self.start || (self.open.len() == 0 && !self.unseal()) {
            return None;
        }
        let newest = self.end.checked_sub(1)?;
        let line = self.line(newest)?;
        self.open.pop();
        self.end = newest;
        self.kept -= 1;
        self.taken_back += 1;
        Some(line)
    }
}

fn plain_line(plain: &Plain, i: usize) -> Option<RowView<'static>> {
    view(plain.packed(i)?, plain.styles_len(), |numbers| plain.styles(numbers))
}

/// A row, unpacked, with the styles that `styles` gives for numbers in rising order.
fn view(
    packed: &[u8],
    styles_len: usize,
    styles: impl FnOnce(&[u16]) -> Vec<Style>,
) -> Option<RowView<'static>> {
    let (mut cells, mut clusters) = (Vec::new(), Vec::new());
    pack::unpack(packed, styles_len, &mut cells, &mut clusters)?;
    let numbers = renumber(&mut cells);
    let mut all = vec![Style::default()];
    all.extend(styles(&numbers));
    Some(RowView {
        wrapped: pack::is_wrapped(packed),
        cells: Cow::Owned(cells),
        styles: Cow::Owned(all),
        clusters: Cow::Owned(clusters),
    })
}

/// Deals the style numbers of cells anew from 1; says which ones they were, in rising order.
fn renumber(cells: &mut [Cell]) -> Vec<u16> {
    let mut numbers: Vec<u16> = Vec::new();
    let mut last = 0;
    for c in cells.iter() {
        let number = cell::style_of(*c);
        if number != last {
            last = number;
            if number != 0
                && let Err(place) = numbers.binary_search(&number)
            {
                numbers.insert(place, number);
            }
        }
    }
    if numbers.is_empty() {
        return numbers;
    }
    for c in cells.iter_mut() {
        if let Ok(place) = numbers.binary_search(&cell::style_of(*c)) {
            *c = *c & !(0xffff << STYLE_SHIFT) | (place as Cell + 1) << STYLE_SHIFT;
        }
    }
    numbers
}
