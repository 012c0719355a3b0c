//! Memory that keeper and daemon share beside the panes': the doorbell's table and the server's structure.
//!
//! ```text
//!      0  u64 x 64  a bit per pane index: something in its memory is new for the keeper
//!   4096  two slots for the structure (see `slots`)
//! ```

use super::limits::{PANES_MAX, STRUCTURE_BYTES};
use crate::os::memory::{self, PAGE_BYTES};
use crate::os::sys::Mapping;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

const WORDS: usize = PANES_MAX / 64;

/// Where the structure's slots begin.
pub(super) const STRUCTURE: usize = PAGE_BYTES;
/// Bytes of the file.
pub(super) const CONTROL_BYTES: usize = STRUCTURE + 2 * STRUCTURE_BYTES;

/// The keeper's side: which panes want looking at.
#[derive(Debug)]
pub struct Table {
    map: Mapping,
}

impl Table {
    /// Makes the file, and maps its table.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn create() -> io::Result<(OwnedFd, Table)> {
        let file = memory::create("abide-control", CONTROL_BYTES)?;
        let map = memory::map(file.as_fd(), PAGE_BYTES)?;
        Ok((file, Table { map }))
    }

    /// Maps the table of a file that another keeper made.
    pub(super) fn open(file: BorrowedFd<'_>) -> io::Result<Table> {
        Ok(Table { map: memory::map(file, PAGE_BYTES)? })
    }

    /// Takes the indexes that were marked.
    pub fn take(&self, into: &mut Vec<usize>) {
        for word in 0..WORDS {
            let word_at = self.map.word(word * 8);
            if word_at.load(Ordering::Relaxed) == 0 {
                continue;
            }
            let mut bits = word_at.swap(0, Ordering::AcqRel);
            while bits != 0 {
                into.push(word * 64 + bits.trailing_zeros() as usize);
                bits &= bits - 1;
            }
        }
    }
}

/// The daemon's side: marks panes, and rings once for all of them.
#[derive(Debug)]
pub(super) struct Doorbell {
    map: Arc<Mapping>,
    bell: OwnedFd,
    marked: AtomicBool,
}

impl Doorbell {
    /// `map` is of the whole control file.
    pub(super) fn new(map: Arc<Mapping>, bell: OwnedFd) -> Doorbell {
        Doorbell { map, bell, marked: AtomicBool::new(false) }
    }

    /// Something in a pane's memory is new.
    pub(super) fn mark(&self, index: usize) {
        if index < PANES_MAX {
            self.map.word(index / 64 * 8).fetch_or(1 << (index % 64), Ordering::Release);
            self.marked.store(true, Ordering::Relaxed);
        }
    }

    /// Wakes the keeper if there was a mark.
    pub(super) fn ring(&self) {
        if self.marked.swap(false, Ordering::Relaxed) {
            // Fails only when 2^64 rings wait: the keeper is awake then.
            let _ = rustix::io::write(&self.bell, &1_u64.to_ne_bytes());
        }
    }
}

/// Maps the whole control file.
pub(super) fn map(file: BorrowedFd<'_>) -> io::Result<Arc<Mapping>> {
    Ok(Arc::new(memory::map(file, CONTROL_BYTES)?))
}
