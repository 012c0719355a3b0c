//! Tests of what both sides share, with both sides in one process.

mod corruption;
mod fallback;
mod golden;
mod handover;
mod rescue;
mod stress;
mod warm;

use super::control::{self, Doorbell, Table};
use super::layout::Geometry;
use super::pane_memory::{PaneMemory, Positions};
use super::rings::Rings;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;

/// Small, so that rings wrap often.
const SMALL: Geometry = Geometry { journal_bytes: 4096, input_bytes: 4096, slot_bytes: 8192, chunk_slots: 6 };

struct Shared {
    file: OwnedFd,
    rings: Rings,
    table: Table,
    doorbell: Arc<Doorbell>,
    bell: OwnedFd,
}

impl Shared {
    fn new() -> Shared {
        let (file, rings) = Rings::create(SMALL).expect("memory");
        let (control, table) = Table::create().expect("memory");
        let bell = rustix::event::eventfd(0, rustix::event::EventfdFlags::CLOEXEC).expect("a bell");
        let map = control::map(control.as_fd()).expect("memory");
        let ours = bell.try_clone().expect("a bell");
        Shared { file, rings, table, doorbell: Arc::new(Doorbell::new(map, ours)), bell }
    }

    fn open(&self, known: Positions) -> PaneMemory {
        let file = self.file.try_clone().expect("a descriptor");
        PaneMemory::open(file, SMALL, known, Arc::clone(&self.doorbell), 3).expect("memory of that shape")
    }
}

/// A seeded source of numbers.
struct Random(u64);

impl Random {
    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) % n
    }
}
