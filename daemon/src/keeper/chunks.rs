//! Sealed chunks of history in a pane's memory: slots of 64 KiB, named by the checkpoints.
//!
//! A checkpoint's payload begins with the list of its chunks, oldest first, and the screen's head follows:
//!
//! ```text
//!      0  u32  chunks in the list
//!      8  per chunk 24 bytes: u64 id, u32 slot, u32 bytes, u32 crc32c, u32 0
//!      …  the head
//! ```
//!
//! A slot is written again only when neither of the two checkpoints names it.
//!
//! In a flood the pages of freed slots stay and those slots are handed out first, so that the same pages are written
//! over and over: to fault new ones in took an eighth of the daemon's time in a flood of coloured text. A word in the
//! layout says that such pages may be there: a daemon that finds it set gives back all that no checkpoint names.

use super::layout::{CHUNK_BYTES_MAX, CHUNKS_UNSWEPT};
use super::limits::WARM_SLOTS_MAX;
use crate::os::memory::{self, PAGE_BYTES};
use crate::os::sys::Mapping;
use std::collections::BTreeMap;
use std::ops::Range;
use std::os::fd::OwnedFd;
use std::sync::atomic::{Ordering, compiler_fence};

const ENTRY_BYTES: usize = 24;
const LIST: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChunkPlace {
    slot: u32,
    len: u32,
    crc: u32,
}

/// A checkpoint's chunks, by ascending id.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct ChunkList(Vec<(u64, ChunkPlace)>);

impl ChunkList {
    pub(super) fn get(&self, id: u64) -> Option<ChunkPlace> {
        let at = self.0.binary_search_by_key(&id, |(id, _)| *id).ok()?;
        self.0.get(at).map(|(_, place)| *place)
    }

    fn places(&self) -> impl Iterator<Item = ChunkPlace> {
        self.0.iter().map(|(_, place)| *place)
    }
}

/// What this process knows of the chunk slots.
#[derive(Debug)]
pub(super) struct Chunks {
    base: usize,
    /// What each of the two checkpoints names.
    named: [ChunkList; 2],
    slots: usize,
    /// How many of them name a slot; none of those behind the end.
    uses: Vec<u8>,
    /// Where to look for a free slot next.
    next: usize,
    /// Free slots that keep their pages.
    warm: Vec<Warm>,
    /// Pages behind the chunk in a slot that is named, left there by a longer one before it.
    loose: BTreeMap<u32, Range<usize>>,
}

/// A free slot, and where in the file its pages end.
#[derive(Debug)]
struct Warm {
    slot: u32,
    end: usize,
}

impl Chunks {
    pub(super) fn new(base: usize, slots: usize) -> Chunks {
        Chunks {
            base,
            named: Default::default(),
            slots,
            uses: Vec::new(),
            next: 0,
            warm: Vec::new(),
            loose: BTreeMap::new(),
        }
    }

    /// What a checkpoint that is there names.
    pub(super) fn adopt(&mut self, side: usize, list: ChunkList) {
        self.count(&list);
        if let Some(named) = self.named.get_mut(side) {
            *named = list;
        }
    }

    fn count(&mut self, list: &ChunkList) {
        for place in list.places().filter(|place| (place.slot as usize) < self.slots) {
            let slot = place.slot as usize;
            if self.uses.len() <= slot {
                self.uses.resize(slot + 1, 0);
            }
            self.uses[slot] += 1;
        }
    }

    fn is_free(&self, slot: usize) -> bool {
        self.uses.get(slot).is_none_or(|uses| *uses == 0)
    }

    /// Gives back what no checkpoint names, where a daemon before this one was killed and has not: call it once the
    /// checkpoints are adopted.
    pub(super) fn sweep(&mut self, map: &Mapping, file: &OwnedFd) {
        if map.half(CHUNKS_UNSWEPT).load(Ordering::Relaxed) == 0 {
            return;
        }
        let mut named: Vec<Range<usize>> =
            self.named.iter().flat_map(ChunkList::places).map(|place| self.range(place)).collect();
        named.sort_unstable_by_key(|range| range.start);
        let mut from = self.base;
        for range in named {
            memory::discard(file, from, range.start);
            from = from.max(range.end);
        }
        memory::discard(file, from, self.base + self.slots * CHUNK_BYTES_MAX);
        map.half(CHUNKS_UNSWEPT).store(0, Ordering::Relaxed);
    }

    fn start(&self, slot: u32) -> usize {
        self.base + slot as usize * CHUNK_BYTES_MAX
    }

    /// The pages that a chunk takes.
    fn range(&self, place: ChunkPlace) -> Range<usize> {
        let start = self.start(place.slot);
        start..start + (place.len as usize).next_multiple_of(PAGE_BYTES)
    }

    /// Stores chunks that are not yet there, or are there in a longer form, and returns the list for the checkpoint that
    /// is written next. Newest first: where not all fit, the oldest are left out.
    pub(super) fn store<'c>(
        &mut self,
        map: &Mapping,
        ids: impl DoubleEndedIterator<Item = u64>,
        chunk: &mut dyn FnMut(u64) -> Option<&'c [u8]>,
    ) -> ChunkList {
        // Killed anywhere from here until [`Chunks::cool`], slots that nobody names may have pages: those written here,
        // and those that the checkpoint before no longer needs.
        map.half(CHUNKS_UNSWEPT).store(1, Ordering::Relaxed);
        compiler_fence(Ordering::SeqCst);
        let mut list = Vec::new();
        let mut taken = Vec::new();
        for id in ids.rev().take(self.slots) {
            let bytes = chunk(id).filter(|b| b.len() <= CHUNK_BYTES_MAX);
            let is_this = |place: &ChunkPlace| bytes.is_none_or(|bytes| place.len as usize <= bytes.len());
            let known = self.named.iter().filter_map(|named| named.get(id)).find(is_this);
            let place = known.or_else(|| self.put(map, bytes?, &mut taken));
            if let Some(place) = place {
                list.push((id, place));
            }
        }
        list.reverse();
        ChunkList(list)
    }

    /// Writes a chunk to a slot that no checkpoint names and that is not among those just taken.
    fn put(&mut self, map: &Mapping, bytes: &[u8], taken: &mut Vec<u32>) -> Option<ChunkPlace> {
        let warm = self.warm.pop();
        let slot = warm.as_ref().map(|w| w.slot).or_else(|| self.free(taken))?;
        let place = ChunkPlace { slot, len: u32::try_from(bytes.len()).ok()?, crc: crc32c::crc32c(bytes) };
        if !map.copy_in(self.start(slot), bytes) {
            return None;
        }
        taken.push(slot);
        let Range { end, .. } = self.range(place);
        if let Some(warm) = warm.filter(|w| w.end > end) {
            self.loose.insert(slot, end..warm.end);
        }
        Some(place)
    }

    /// A free slot without pages. Goes round, so that it is found at once.
    fn free(&mut self, taken: &[u32]) -> Option<u32> {
        let slots = self.slots;
        let found = (0..slots)
            .map(|step| (self.next + step) % slots)
            .find(|&slot| self.is_free(slot) && !taken.iter().any(|&other| other as usize == slot))?;
        self.next = (found + 1) % slots;
        u32::try_from(found).ok()
    }

    /// A checkpoint is now written to `side`: what it named before is free, unless the other names it too.
    pub(super) fn replace(&mut self, file: &OwnedFd, side: usize, list: ChunkList) {
        self.count(&list);
        let Some(named) = self.named.get_mut(side) else { return };
        for place in std::mem::replace(named, list).places() {
            if let Some(uses) = self.uses.get_mut(place.slot as usize) {
                *uses = uses.saturating_sub(1);
            }
            self.keep_warm(file, place);
        }
    }

    /// The checkpoint for which these were stored could not be written: what is new among them is free again.
    pub(super) fn abandon(&mut self, file: &OwnedFd, list: &ChunkList) {
        for place in list.places() {
            self.keep_warm(file, place);
        }
    }

    /// Keeps the pages of a slot, if that is free now; where there are enough of those, gives them back.
    fn keep_warm(&mut self, file: &OwnedFd, place: ChunkPlace) {
        let slot = place.slot;
        if slot as usize >= self.slots || !self.is_free(slot as usize) {
            return;
        }
        let Range { start, end } = self.range(place);
        let end = self.loose.remove(&slot).map_or(end, |behind| behind.end);
        if self.warm.len() < WARM_SLOTS_MAX {
            self.warm.push(Warm { slot, end });
        } else {
            memory::discard(file, start, end);
        }
    }

    /// The flood is over, or there was none: gives back every page that no checkpoint needs.
    pub(super) fn cool(&mut self, map: &Mapping, file: &OwnedFd) {
        for warm in std::mem::take(&mut self.warm) {
            memory::discard(file, self.start(warm.slot), warm.end);
        }
        for (_, behind) in std::mem::take(&mut self.loose) {
            memory::discard(file, behind.start, behind.end);
        }
        map.half(CHUNKS_UNSWEPT).store(0, Ordering::Relaxed);
    }

    /// Reads a chunk, if it is whole.
    pub(super) fn read(base: usize, map: &Mapping, place: ChunkPlace) -> Option<Vec<u8>> {
        let mut bytes = vec![0; place.len as usize];
        let read = map.copy_out(base + place.slot as usize * CHUNK_BYTES_MAX, &mut bytes);
        (read && crc32c::crc32c(&bytes) == place.crc).then_some(bytes)
    }

    pub(super) fn base(&self) -> usize {
        self.base
    }
}

/// The list as it stands in front of a checkpoint's head.
pub(super) fn encode(list: &ChunkList) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(LIST + list.0.len() * ENTRY_BYTES);
    bytes.extend_from_slice(&(list.0.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    for (id, place) in &list.0 {
        bytes.extend_from_slice(&id.to_le_bytes());
        for number in [place.slot, place.len, place.crc, 0] {
            bytes.extend_from_slice(&number.to_le_bytes());
        }
    }
    bytes
}

/// Takes a payload apart: the list and the head. None when it can't be one.
pub(super) fn decode(payload: &[u8], slots: usize) -> Option<(ChunkList, &[u8])> {
    let count = u32::from_le_bytes(*payload.first_chunk()?) as usize;
    if count > slots {
        return None;
    }
    let (entries, head) = payload.get(LIST..)?.split_at_checked(count * ENTRY_BYTES)?;
    let mut list: Vec<(u64, ChunkPlace)> = Vec::with_capacity(count);
    let mut named = vec![false; slots];
    for entry in entries.chunks_exact(ENTRY_BYTES) {
        let (id, rest) = entry.split_first_chunk::<8>()?;
        let id = u64::from_le_bytes(*id);
        let mut numbers = rest.chunks_exact(4).filter_map(|b| b.try_into().ok().map(u32::from_le_bytes));
        let place = ChunkPlace { slot: numbers.next()?, len: numbers.next()?, crc: numbers.next()? };
        let twice = std::mem::replace(named.get_mut(place.slot as usize)?, true);
        let ascends = list.last().is_none_or(|(before, _)| *before < id);
        if twice || !ascends || place.len as usize > CHUNK_BYTES_MAX {
            return None;
        }
        list.push((id, place));
    }
    Some((ChunkList(list), head))
}
