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

use super::layout::CHUNK_BYTES_MAX;
use crate::os::memory;
use crate::os::sys::Mapping;
use std::collections::BTreeMap;
use std::ops::Range;
use std::os::fd::OwnedFd;

const ENTRY_BYTES: usize = 24;
const LIST: usize = 8;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ChunkPlace {
    slot: u32,
    len: u32,
    crc: u32,
}

/// A checkpoint's chunks by id.
pub(super) type ChunkList = BTreeMap<u64, ChunkPlace>;

/// What this process knows of the chunk slots.
#[derive(Debug)]
pub(super) struct Chunks {
    base: usize,
    /// What each of the two checkpoints names.
    named: [ChunkList; 2],
    /// How many of them name a slot.
    uses: Vec<u8>,
    /// Where to look for a free slot next.
    next: usize,
}

impl Chunks {
    pub(super) fn new(base: usize, slots: usize) -> Chunks {
        Chunks { base, named: Default::default(), uses: vec![0; slots], next: 0 }
    }

    /// What a checkpoint that is there names.
    pub(super) fn adopt(&mut self, side: usize, list: ChunkList) {
        for place in list.values() {
            if let Some(uses) = self.uses.get_mut(place.slot as usize) {
                *uses += 1;
            }
        }
        if let Some(named) = self.named.get_mut(side) {
            *named = list;
        }
    }

    /// Stores chunks that are not yet there and returns the list for the checkpoint that will be written to
    /// `side`. Newest first: where not all fit, the oldest are left out.
    pub(super) fn store<'c>(
        &mut self,
        map: &Mapping,
        ids: Range<u64>,
        chunk: &mut dyn FnMut(u64) -> Option<&'c [u8]>,
    ) -> ChunkList {
        let mut list = ChunkList::new();
        let mut taken = Vec::new();
        for id in ids.rev().take(self.uses.len()) {
            let known = self.named.iter().find_map(|named| named.get(&id)).copied();
            let place = known.or_else(|| {
                let bytes = chunk(id).filter(|b| b.len() <= CHUNK_BYTES_MAX)?;
                let slot = self.free(&taken)?;
                if !map.copy_in(self.base + slot * CHUNK_BYTES_MAX, bytes) {
                    return None;
                }
                taken.push(slot);
                let (slot, len) = (u32::try_from(slot).ok()?, u32::try_from(bytes.len()).ok()?);
                Some(ChunkPlace { slot, len, crc: crc32c::crc32c(bytes) })
            });
            if let Some(place) = place {
                list.insert(id, place);
            }
        }
        list
    }

    /// A slot that no checkpoint names and that this one has not taken. Goes round, so that it is found at once.
    fn free(&mut self, taken: &[usize]) -> Option<usize> {
        let slots = self.uses.len();
        let found = (0..slots)
            .map(|step| (self.next + step) % slots)
            .find(|&slot| self.uses.get(slot) == Some(&0) && !taken.contains(&slot))?;
        self.next = (found + 1) % slots;
        Some(found)
    }

    /// A checkpoint is now written to `side`: what it named before is free, unless the other names it too.
    pub(super) fn replace(&mut self, file: &OwnedFd, side: usize, list: ChunkList) {
        let Some(named) = self.named.get_mut(side) else { return };
        for place in list.values() {
            if let Some(uses) = self.uses.get_mut(place.slot as usize) {
                *uses += 1;
            }
        }
        for place in std::mem::replace(named, list).values() {
            if let Some(uses) = self.uses.get_mut(place.slot as usize) {
                *uses = uses.saturating_sub(1);
                if *uses == 0 {
                    let start = self.base + place.slot as usize * CHUNK_BYTES_MAX;
                    memory::discard(file, start, start + CHUNK_BYTES_MAX);
                }
            }
        }
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
    let mut bytes = Vec::with_capacity(LIST + list.len() * ENTRY_BYTES);
    bytes.extend_from_slice(&(list.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&[0; 4]);
    for (id, place) in list {
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
    let mut list = ChunkList::new();
    for entry in entries.chunks_exact(ENTRY_BYTES) {
        let (id, rest) = entry.split_first_chunk::<8>()?;
        let mut numbers = rest.chunks_exact(4).filter_map(|b| b.try_into().ok().map(u32::from_le_bytes));
        let place = ChunkPlace { slot: numbers.next()?, len: numbers.next()?, crc: numbers.next()? };
        if place.slot as usize >= slots || place.len as usize > CHUNK_BYTES_MAX {
            return None;
        }
        list.insert(u64::from_le_bytes(*id), place);
    }
    Some((list, head))
}
