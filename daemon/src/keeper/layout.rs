//! Where things are in a pane's shared memory (version 1). All numbers are little-endian; a *position word*
//! is described in [`super::position`]; "K" is written by the keeper alone, "D" by the daemon alone.
//!
//! ```text
//!      0  u64  magic "abidepan"             K, once
//!      8  u32  version (1)                  K, once
//!     12  u32  crc32c of bytes 16..48       K, once
//!     16  u64  journal bytes, a power of 2  K, once
//!     24  u64  input bytes, a power of 2    K, once
//!     32  u64  checkpoint slot bytes        K, once
//!     40  u64  chunk slots                  K, once
//!    128  journal head                      K   positions count bytes since the pane began
//!    136  journal blank                     K   beyond the head it is blank up to here, but for what was read (see `blank`)
//!    256  journal tail                      D   what lies before it is covered by a checkpoint
//!    384  input head                        D   moving it is what takes an input record
//!    512  input tail                        K   bytes given to the program, record headers included
//!    520  input record                      K   where the record begins that the tail is in
//!    528  input given                       K   while input is under way through the pipe: up to where (see `sluice`)
//!    640  marks until                       D   records before it are in the marks table
//!    768  u32  daemon waits                 D sets, K clears: write the eventfd at the next byte
//!    896  u32  keeper waits                 K sets and clears: ring the doorbell when the tail moves
//!   1024  u32  chunk slots unswept          D   1: slots that no checkpoint names may have pages (see `chunks`)
//!   4096  the marks table (see `marks`)     D
//!   8192  the journal ring                  K
//!      …  the input ring (see `input`)      D
//!      …  two checkpoint slots (see `slots`), then the chunk slots of 64 KiB (see `chunks`)   D
//! ```
//!
//! Words that are written often stand 128 bytes apart: two cache lines, which processors fetch as a pair.
//! The file is as long as all of it; what was never written takes no memory.

use crate::os::memory::PAGE_BYTES;
use crate::os::sys::Mapping;
use std::sync::atomic::Ordering;

pub(super) const MAGIC: u64 = u64::from_le_bytes(*b"abidepan");
pub(super) const VERSION: u32 = 1;

pub(super) const JOURNAL_HEAD: usize = 128;
pub(super) const JOURNAL_BLANK: usize = 136;
pub(super) const JOURNAL_TAIL: usize = 256;
pub(super) const INPUT_HEAD: usize = 384;
pub(super) const INPUT_TAIL: usize = 512;
pub(super) const INPUT_RECORD: usize = 520;
pub(super) const INPUT_GIVEN: usize = 528;
pub(super) const MARKS_UNTIL: usize = 640;
pub(super) const DAEMON_WAITS: usize = 768;
pub(super) const KEEPER_WAITS: usize = 896;
pub(super) const CHUNKS_UNSWEPT: usize = 1024;
pub(super) const MARKS: usize = PAGE_BYTES;
const JOURNAL: usize = 2 * PAGE_BYTES;

/// Bytes in a chunk slot: the largest sealed chunk.
pub const CHUNK_BYTES_MAX: usize = 64 * 1024;

/// Sizes of the parts. The keeper chooses them when a pane begins and says them in its messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Geometry {
    /// Of the journal ring; a power of two.
    pub journal_bytes: usize,
    /// Of the input ring; a power of two.
    pub input_bytes: usize,
    /// Of each checkpoint slot; a multiple of the page.
    pub slot_bytes: usize,
    /// How many chunk slots there are.
    pub chunk_slots: usize,
}

impl Geometry {
    /// The sizes of this version. Journal: [`super::limits::JOURNAL_BYTES`].
    pub const STANDARD: Geometry = Geometry {
        journal_bytes: super::limits::JOURNAL_BYTES,
        input_bytes: super::limits::INPUT_BYTES,
        slot_bytes: super::limits::SLOT_BYTES,
        chunk_slots: super::limits::CHUNK_SLOTS,
    };

    /// Whether these are sizes that a keeper may choose: another version's could differ.
    #[must_use]
    pub fn sound(&self) -> bool {
        let ring = |bytes: usize| bytes.is_power_of_two() && (PAGE_BYTES..=64 << 20).contains(&bytes);
        ring(self.journal_bytes)
            && ring(self.input_bytes)
            && self.slot_bytes.is_multiple_of(PAGE_BYTES)
            && (PAGE_BYTES..=256 << 20).contains(&self.slot_bytes)
            && self.chunk_slots <= 1 << 16
    }

    /// Where the journal ring begins.
    #[must_use]
    pub fn journal(&self) -> usize {
        JOURNAL
    }

    /// Where the input ring begins.
    #[must_use]
    pub fn input(&self) -> usize {
        JOURNAL + self.journal_bytes
    }

    /// Where the checkpoint slots begin; all that the keeper maps lies before.
    #[must_use]
    pub fn slots(&self) -> usize {
        self.input() + self.input_bytes
    }

    /// Where the chunk slots begin.
    #[must_use]
    pub fn chunks(&self) -> usize {
        self.slots() + 2 * self.slot_bytes
    }

    /// Bytes of the whole.
    #[must_use]
    pub fn file_bytes(&self) -> usize {
        self.chunks() + self.chunk_slots * CHUNK_BYTES_MAX
    }

    /// Writes the part of the header that never changes.
    pub(super) fn write_header(&self, map: &Mapping) {
        let sizes = [self.journal_bytes, self.input_bytes, self.slot_bytes, self.chunk_slots];
        let bytes: Vec<u8> = sizes.iter().flat_map(|&n| (n as u64).to_le_bytes()).collect();
        let written = map.copy_in(16, &bytes);
        debug_assert!(written);
        map.half(8).store(VERSION, Ordering::Relaxed);
        map.half(12).store(crc32c::crc32c(&bytes), Ordering::Relaxed);
        map.word(0).store(MAGIC, Ordering::Release);
    }

    /// Reads it: the sizes, if it is whole and of this version.
    #[must_use]
    pub fn read_header(map: &Mapping) -> Option<Geometry> {
        let mut bytes = [0; 32];
        let whole = map.len() >= JOURNAL
            && map.word(0).load(Ordering::Acquire) == MAGIC
            && map.half(8).load(Ordering::Relaxed) == VERSION
            && map.copy_out(16, &mut bytes)
            && map.half(12).load(Ordering::Relaxed) == crc32c::crc32c(&bytes);
        let mut sizes = bytes.chunks_exact(8).map(|b| {
            b.try_into().map(u64::from_le_bytes).ok().and_then(|n| usize::try_from(n).ok()).unwrap_or(0)
        });
        let mut next = || sizes.next().unwrap_or(0);
        let geometry =
            Geometry { journal_bytes: next(), input_bytes: next(), slot_bytes: next(), chunk_slots: next() };
        (whole && geometry.sound()).then_some(geometry)
    }
}
