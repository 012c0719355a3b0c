//! Memory that is written whole or not at all: two slots, each with generation and checksum; the newest
//! that is whole counts.
//!
//! ```text
//!      0  u64  magic "abideslt"; 0 while it is being written
//!      8  u64  generation, 1 more than that of the slot written before
//!     16  u64  tag: whatever the user wants beside the payload (a checkpoint's journal offset)
//!     24  u64  payload bytes
//!     32  u32  crc32c of the payload
//!     36  u32  crc32c of bytes 8..36
//!     64  the payload
//! ```

use crate::deathpoint::{self, Point};
use crate::os::memory::{self, PAGE_BYTES};
use crate::os::sys::Mapping;
use std::io;
use std::os::fd::OwnedFd;
use std::sync::atomic::{Ordering, compiler_fence};

const MAGIC: u64 = u64::from_le_bytes(*b"abideslt");
const PAYLOAD: usize = 64;
/// Memory that a smaller payload after a larger one may leave unused before it is given back: a system call
/// for less is not worth it.
const SLACK_BYTES: usize = 256 * 1024;

/// A payload that was whole.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Found {
    pub(super) generation: u64,
    pub(super) tag: u64,
    pub(super) payload: Vec<u8>,
    /// Which of the two slots.
    pub(super) side: usize,
}

/// Where two slots are in a mapping, and what this process knows of them.
#[derive(Debug)]
pub(super) struct Slots {
    base: usize,
    slot_bytes: usize,
    generation: u64,
    /// The slot that is in force; the other is written next.
    side: usize,
    /// Payload bytes that each may still have pages for.
    extent: [usize; 2],
}

impl Slots {
    /// Looks at what is there.
    pub(super) fn open(map: &Mapping, base: usize, slot_bytes: usize) -> Slots {
        let mut slots = Slots { base, slot_bytes, generation: 0, side: 1, extent: [slot_bytes; 2] };
        if let Some(found) = slots.latest(map) {
            slots.generation = found.generation;
            slots.side = found.side;
        }
        slots
    }

    /// Bytes of the largest payload.
    pub(super) fn capacity(&self) -> usize {
        self.slot_bytes - PAYLOAD
    }

    /// The slot that the next write goes to.
    pub(super) fn next_side(&self) -> usize {
        1 - self.side
    }

    /// Writes a payload, given in parts, to the slot that is not in force, which then is.
    pub(super) fn write(
        &mut self,
        map: &Mapping,
        file: &OwnedFd,
        tag: u64,
        parts: &[&[u8]],
    ) -> io::Result<()> {
        let len: usize = parts.iter().map(|p| p.len()).sum();
        if len > self.capacity() {
            let text = format!("{len} bytes do not fit a slot of {}", self.capacity());
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, text));
        }
        let side = self.next_side();
        let start = self.base + side * self.slot_bytes;
        map.word(start).store(0, Ordering::Relaxed);
        // Killed anywhere from here on, this slot is not whole; the compiler must not move a write across.
        compiler_fence(Ordering::SeqCst);
        let (mut at, mut crc) = (start + PAYLOAD, 0);
        for part in parts {
            let fits = map.copy_in(at, part);
            debug_assert!(fits);
            crc = crc32c::crc32c_append(crc, part);
            at += part.len();
        }
        let generation = self.generation + 1;
        let header = header(generation, tag, len as u64, crc);
        let fits = map.copy_in(start + 8, &header);
        debug_assert!(fits);
        deathpoint::pass(Point::SlotFilled);
        map.word(start).store(MAGIC, Ordering::Release);
        (self.generation, self.side) = (generation, side);
        if let Some(extent) = self.extent.get_mut(side) {
            if *extent > len + SLACK_BYTES {
                memory::discard(file, (at).next_multiple_of(PAGE_BYTES), start + self.slot_bytes);
            }
            *extent = len;
        }
        Ok(())
    }

    /// Whether one was whole when they were opened, or has been written since.
    pub(super) fn is_filled(&self) -> bool {
        self.generation > 0
    }

    /// The newest payload that is whole.
    pub(super) fn latest(&self, map: &Mapping) -> Option<Found> {
        self.whole(map).next()
    }

    /// Every payload that is whole, the newest first.
    pub(super) fn whole<'m>(&'m self, map: &'m Mapping) -> impl Iterator<Item = Found> + 'm {
        let mut sides = [self.header(map, 0), self.header(map, 1)];
        sides.sort_by_key(|h| std::cmp::Reverse(h.map(|h| h.generation)));
        sides.into_iter().flatten().filter_map(move |h| {
            let mut payload = vec![0; h.len];
            let start = self.base + h.side * self.slot_bytes + PAYLOAD;
            let whole = map.copy_out(start, &mut payload) && crc32c::crc32c(&payload) == h.crc;
            whole.then_some(Found { generation: h.generation, tag: h.tag, payload, side: h.side })
        })
    }

    fn header(&self, map: &Mapping, side: usize) -> Option<Header> {
        let start = self.base + side * self.slot_bytes;
        if map.word(start).load(Ordering::Acquire) != MAGIC {
            return None;
        }
        let mut bytes = [0; 32];
        if !map.copy_out(start + 8, &mut bytes) {
            return None;
        }
        let (content, check) = bytes.split_at(28);
        let crc = check.first_chunk().copied().map(u32::from_le_bytes);
        if crc != Some(crc32c::crc32c(content)) {
            return None;
        }
        let number = |at: usize| {
            let eight = content.get(at..at + 8).and_then(|b| b.try_into().ok());
            eight.map_or(0, u64::from_le_bytes)
        };
        let len = usize::try_from(number(16)).ok().filter(|&n| n <= self.capacity())?;
        let crc = content.get(24..28).and_then(|b| b.try_into().ok()).map_or(0, u32::from_le_bytes);
        Some(Header { generation: number(0), tag: number(8), len, crc, side })
    }
}

#[derive(Clone, Copy)]
struct Header {
    generation: u64,
    tag: u64,
    len: usize,
    crc: u32,
    side: usize,
}

fn header(generation: u64, tag: u64, len: u64, crc: u32) -> Vec<u8> {
    let mut bytes: Vec<u8> = [generation, tag, len].iter().flat_map(|n| n.to_le_bytes()).collect();
    bytes.extend_from_slice(&crc.to_le_bytes());
    let check = crc32c::crc32c(&bytes);
    bytes.extend_from_slice(&check.to_le_bytes());
    bytes
}

/// Two slots in a file in memory, for a payload that both of two processes' lives need.
#[derive(Debug)]
pub struct SlotPair {
    file: OwnedFd,
    map: std::sync::Arc<Mapping>,
    slots: Slots,
}

impl SlotPair {
    /// Slots of `slot_bytes` each, from `base` on in a mapped file.
    pub(super) fn open(
        file: OwnedFd,
        map: std::sync::Arc<Mapping>,
        base: usize,
        slot_bytes: usize,
    ) -> io::Result<SlotPair> {
        if base + 2 * slot_bytes > map.len() || slot_bytes <= PAYLOAD {
            return Err(io::ErrorKind::InvalidInput.into());
        }
        let slots = Slots::open(&map, base, slot_bytes);
        Ok(SlotPair { file, map, slots })
    }

    /// Writes a payload of at most [`SlotPair::capacity`] bytes; it is in force once this returns, and the one
    /// before it until then.
    ///
    /// # Errors
    /// `FileTooLarge` when it does not fit.
    pub fn write(&mut self, payload: &[u8]) -> io::Result<()> {
        self.slots.write(&self.map, &self.file, 0, &[payload])
    }

    /// The newest payload that is whole.
    #[must_use]
    pub fn read(&self) -> Option<Vec<u8>> {
        self.slots.latest(&self.map).map(|found| found.payload)
    }

    /// The largest payload, in bytes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        self.slots.capacity()
    }
}
