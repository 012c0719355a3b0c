//! The highest input number taken of each client: a table of 128 entries of 32 bytes in the pane's memory.
//!
//! ```text
//!      0  u64  client      (entry 0 is client 0, the daemon itself; it is never put out)
//!      8  u64  number
//!     16  u64  input position at which it was taken: the entry used longest ago makes room
//!     24  u32  crc32c of the above; an entry that is not whole is free
//! ```
//!
//! An entry is torn when the daemon is killed while writing it. That is always the entry of the newest record
//! in the input ring, and that record is noted again at the next start.

use super::layout::MARKS;
use super::limits::MARKS_MAX;
use crate::os::sys::Mapping;
use std::sync::atomic::Ordering;

const ENTRY_BYTES: usize = 32;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Entry {
    client: u64,
    seq: u64,
    taken: u64,
}

/// The table, with a copy of it at hand.
#[derive(Debug)]
pub(super) struct Marks {
    /// By place; none is free, and so are the places behind the end.
    entries: Vec<Option<Entry>>,
}

impl Marks {
    pub(super) fn load(map: &Mapping) -> Marks {
        let mut entries: Vec<Option<Entry>> = (0..MARKS_MAX)
            .map(|at| {
                let mut bytes = [0; ENTRY_BYTES];
                let read = map.copy_out(MARKS + at * ENTRY_BYTES, &mut bytes);
                let (content, rest) = bytes.split_at(24);
                let crc = rest.first_chunk().copied().map(u32::from_le_bytes);
                let mut numbers = content.chunks_exact(8).map(|b| b.try_into().map_or(0, u64::from_le_bytes));
                let mut next = || numbers.next().unwrap_or(0);
                let entry = Entry { client: next(), seq: next(), taken: next() };
                let whole = read && crc == Some(crc32c::crc32c(content));
                (whole && (at == 0) == (entry.client == 0)).then_some(entry)
            })
            .collect();
        entries.truncate(entries.iter().rposition(Option::is_some).map_or(0, |last| last + 1));
        entries.shrink_to_fit();
        Marks { entries }
    }

    /// Notes a number; a smaller one than is known changes nothing.
    pub(super) fn note(&mut self, map: &Mapping, client: u64, seq: u64, taken: u64) {
        let Some(at) = self.place(client) else { return };
        if self.entries.len() <= at {
            self.entries.resize(at + 1, None);
        }
        let Some(slot) = self.entries.get_mut(at) else { return };
        let known = slot.filter(|e| e.client == client).map_or(0, |e| e.seq);
        let entry = Entry { client, seq: seq.max(known), taken };
        *slot = Some(entry);
        let base = MARKS + at * ENTRY_BYTES;
        let mut content = Vec::with_capacity(24);
        for (offset, number) in [(0, entry.client), (8, entry.seq), (16, entry.taken)] {
            map.word(base + offset).store(number.to_le(), Ordering::Relaxed);
            content.extend_from_slice(&number.to_le_bytes());
        }
        map.half(base + 24).store(crc32c::crc32c(&content).to_le(), Ordering::Release);
    }

    fn place(&self, client: u64) -> Option<usize> {
        if client == 0 {
            return Some(0);
        }
        let others = || self.entries.iter().enumerate().skip(1);
        let behind = self.entries.len().max(1);
        others()
            .find(|(_, e)| e.is_some_and(|e| e.client == client))
            .or_else(|| others().find(|(_, e)| e.is_none()))
            .map(|(at, _)| at)
            .or_else(|| (behind < MARKS_MAX).then_some(behind))
            .or_else(|| others().min_by_key(|(_, e)| e.map_or(0, |e| e.taken)).map(|(at, _)| at))
    }

    /// Client and number of each, in no order.
    pub(super) fn all(&self) -> Vec<(u64, u64)> {
        self.entries.iter().flatten().map(|e| (e.client, e.seq)).collect()
    }
}
