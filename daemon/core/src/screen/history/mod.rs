//! History: rows that left the screen at its top, packed. The newest are in an open chunk, older ones in
//! sealed chunks. Lines have absolute numbers, which stay until a reflow or a clearing deals them anew
//! (and says so by another generation). Begin at [`History::push`].

pub(crate) mod chunk;
pub(crate) mod dictionary;
pub(crate) mod pack;
pub(crate) mod rewrap;
pub(crate) mod varint;

use super::cell::{self, Cell, STYLE_SHIFT};
use super::view::{HistoryRange, RowView};
use crate::base::limits::{CHUNK_BYTES_MAX, HISTORY_BYTES_PER_LINE_MAX};
use abide_protocol::message::Style;
use chunk::{Open, Sealed};
use std::borrow::Cow;
use std::collections::VecDeque;
use std::ops::Range;

#[derive(Clone, Debug)]
pub(crate) struct History {
    pub(crate) sealed: VecDeque<Sealed>,
    pub(crate) open: Open,
    /// Id of the oldest sealed chunk; the others follow without gaps.
    pub(crate) first_id: u64,
    pub(crate) start: u64,
    pub(crate) end: u64,
    pub(crate) lines_max: u32,
    pub(crate) generation: u64,
    sealed_bytes: usize,
    /// Scratch for packing.
    text: Vec<u8>,
}

impl History {
    pub(crate) fn new(lines_max: u32) -> History {
        History {
            sealed: VecDeque::new(),
            open: Open::default(),
            first_id: 0,
            start: 0,
            end: 0,
            lines_max,
            generation: 0,
            sealed_bytes: 0,
            text: Vec::new(),
        }
    }

    pub(crate) fn range(&self) -> HistoryRange {
        HistoryRange { start: self.start, end: self.end, generation: self.generation }
    }

    pub(crate) fn chunk_ids(&self) -> Range<u64> {
        self.first_id..self.first_id + self.sealed.len() as u64
    }

    pub(crate) fn chunk(&self, id: u64) -> Option<&Sealed> {
        self.sealed.get(usize::try_from(id.checked_sub(self.first_id)?).ok()?)
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
        let sealed = Sealed::seal(&mut self.open, first);
        self.sealed_bytes += sealed.bytes().len();
        self.sealed.push_back(sealed);
        let bytes_max = self.lines_max as usize * HISTORY_BYTES_PER_LINE_MAX + 2 * CHUNK_BYTES_MAX;
        while self.sealed_bytes > bytes_max
            && let Some(oldest) = self.sealed.front()
        {
            self.start = self.start.max(oldest.first + oldest.len() as u64);
            self.drop_oldest();
        }
    }

    #[inline]
    fn trim(&mut self) {
        let limit = self.end.saturating_sub(u64::from(self.lines_max));
        if limit <= self.start {
            return;
        }
        self.start = limit;
        while let Some(oldest) = self.sealed.front()
            && oldest.first + oldest.len() as u64 <= self.start
        {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        if let Some(oldest) = self.sealed.pop_front() {
            self.sealed_bytes -= oldest.bytes().len();
            self.first_id += 1;
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
        self.first_id += self.sealed.len() as u64;
        self.sealed.clear();
        self.sealed_bytes = 0;
        self.open = Open::default();
    }

    /// Puts sealed chunks and an open one in place, as a head has them.
    pub(crate) fn adopt(&mut self, sealed: VecDeque<Sealed>, open: Open) {
        self.sealed_bytes = sealed.iter().map(|s| s.bytes().len()).sum();
        self.sealed = sealed;
        self.open = open;
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

    /// A line, unpacked.
    pub(crate) fn line(&self, absolute: u64) -> Option<RowView<'static>> {
        let (sealed, i) = self.place(absolute)?;
        let (packed, styles_len) = match sealed {
            None => (self.open.packed(i)?, self.open.dictionary.len()),
            Some(sealed) => (sealed.packed(i)?, sealed.styles_len()),
        };
        let (mut cells, mut clusters) = (Vec::new(), Vec::new());
        pack::unpack(packed, styles_len, &mut cells, &mut clusters)?;
        let numbers = renumber(&mut cells);
        let mut styles = vec![Style::default()];
        match sealed {
            None => {
                styles.extend(numbers.iter().filter_map(|n| self.open.dictionary.style(*n)));
            }
            Some(sealed) => styles.extend(sealed.styles(&numbers)),
        }
        Some(RowView {
            wrapped: pack::is_wrapped(packed),
            cells: Cow::Owned(cells),
            styles: Cow::Owned(styles),
            clusters: Cow::Owned(clusters),
        })
    }

    /// Takes the newest line back.
    pub(crate) fn pop(&mut self) -> Option<RowView<'static>> {
        let line = self.line(self.end.checked_sub(1)?)?;
        if self.open.len() == 0 {
            // A sealed chunk never changes: its lines go into an open one, and since ids have no gaps, all
            // others get new ids. Rare: the screen grew by more lines than the open chunk had.
            let newest = self.sealed.pop_back()?;
            self.sealed_bytes -= newest.bytes().len();
            self.first_id += self.sealed.len() as u64 + 1;
            self.open = Open::read(newest.bytes()).unwrap_or_default();
        }
        self.open.pop();
        self.end -= 1;
        Some(line)
    }
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
