//! History: rows that left the screen at its top, packed. The newest are in an open chunk, older ones in
//! sealed chunks, of which the oldest may be in the store alone. Lines have absolute numbers, which stay until a
//! reflow or a clearing deals them anew (and says so by another generation). Begin at [`History::push`]; `keep` says
//! how it stays within its memory, `reads` how what left memory is read.

pub(crate) mod chunk;
pub(crate) mod dictionary;
mod keep;
pub(crate) mod pack;
pub(crate) mod passing;
mod reads;
pub(crate) mod rewrap;
pub(crate) mod sealed;
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
    /// Sealed pieces of pictures, which share numbers and room with chunks.
    pub(crate) pieces: usize,
    /// Scratch for packing.
    text: Vec<u8>,
}

impl History {
    pub(crate) fn new(lines_max: u32) -> History {
        History {
            sealed: VecDeque::new(),
            open: Open::default(),
            next_id: 0,
            start: 0,
            end: 0,
            lines_max,
            generation: 0,
            weight: Weight::default(),
            cold_below: 0,
            hot_bytes: 0,
            away_below: 0,
            form: 0,
            reads: Reads::default(),
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
                self.seal();
                self.open.push_plain(row.cells, wrapped);
            }
        } else if !self.open.push(&mut self.text, row, wrapped, false) {
            self.seal();
            // A row that no chunk holds (long links, clusters of sixteen) is kept without those.
            if !self.open.push(&mut self.text, row, wrapped, false)
                && !self.open.push(&mut self.text, row, wrapped, true)
            {
                self.open.push_packed(pack::EMPTY);
            }
        }
        self.end += 1;
        self.trim();
    }

    /// Takes in a row that is packed and plain.
    pub(crate) fn push_packed(&mut self, row: &[u8]) {
        if !self.open.push_packed(row) {
            self.seal();
            self.open.push_packed(row);
        }
        self.end += 1;
        self.trim();
    }

    fn seal(&mut self) {
        if self.open.len() == 0 {
            return;
        }
        let first = self.end - self.open.len() as u64;
        let sealed = Sealed::new(self.next_id, first, Plain::seal(&mut self.open));
        self.next_id += 1;
        self.hot_bytes += sealed.held_bytes();
        self.weight.add(&sealed);
        self.sealed.push_back(sealed);
        let bytes_max = self.lines_max as usize * HISTORY_BYTES_PER_LINE_MAX + 2 * CHUNK_BYTES_MAX;
        while self.weight.plain_bytes > bytes_max
            && let Some(oldest) = self.sealed.front()
        {
            self.start = self.start.max(oldest.end());
            self.drop_oldest();
        }
        self.cool();
    }

    #[inline]
    fn trim(&mut self) {
        let limit = self.end.saturating_sub(u64::from(self.lines_max));
        if limit <= self.start {
            return;
        }
        self.start = limit;
        while let Some(oldest) = self.sealed.front()
            && oldest.end() <= self.start
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.sealed.pop_front() {
            self.forget_chunk(&oldest);
        }
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
        self.sealed = sealed;
        self.open = open;
        self.cool();
    }

    /// The chunk that has a line, or None for the open one, and the line's place in it.
    fn place(&self, absolute: u64) -> Option<(Option<&Sealed>, usize)> {
        if absolute < self.start || absolute >= self.end {
            return None;
        }
        let open_first = self.end - self.open.len() as u64;
        if absolute >= open_first {
            return Some((None, (absolute - open_first) as usize));
        }
        let after = self.sealed.partition_point(|s| s.first <= absolute);
        let sealed = self.sealed.get(after.checked_sub(1)?)?;
        Some((Some(sealed), (absolute - sealed.first) as usize))
    }

    /// A line, unpacked. None for one whose chunk is in the store alone: it is wanted then.
    pub(crate) fn line(&self, absolute: u64) -> Option<RowView<'static>> {
        let (sealed, i) = self.place(absolute)?;
        match sealed {
            None => view(self.open.packed(i)?, self.open.dictionary.len(), |numbers| {
                numbers.iter().filter_map(|n| self.open.dictionary.style(*n)).collect()
            }),
            Some(Sealed { body: Body::Plain(plain), .. }) => plain_line(plain, i),
            Some(Sealed { body: Body::Lost, .. }) => Some(RowView::blank()),
            Some(sealed) => plain_line(&*self.reads.get(sealed)?, i),
        }
    }

    /// Takes the newest line back. None when there is none here.
    pub(crate) fn pop(&mut self) -> Option<RowView<'static>> {
        // Chunks of which every line was taken back stay: their ids are not given again.
        let newest = self.end.checked_sub(1)?;
        let line = self.line(newest)?;
        if self.open.len() > 0 {
            self.open.pop();
        } else {
            // A sealed chunk never changes: it only counts fewer lines.
            let after = self.sealed.partition_point(|s| s.first <= newest);
            self.sealed.get_mut(after.checked_sub(1)?)?.pop();
        }
        self.end = newest;
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
