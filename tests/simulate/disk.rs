//! The store: it takes its time, it fails, and it is there when the machine comes back.

use abide::store::lease::{Lapsed, Lease, LeaseState};
use abide::store::memory::Memory;
use abide::store::space::{SpaceList, SpaceName};
use abide::store::{ScanReport, Stamp, Store, StoreFault, Write};
use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// What becomes of one attempt to commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    Done,
    /// It is in, and the answer is an error.
    DoneUnsaid,
    /// It is not in.
    Full,
    /// It is not in, and nothing goes in until the store is opened anew.
    Broken,
    /// Another process has it.
    Busy,
}

pub(crate) const FATES: [Fate; 5] = [Fate::Done, Fate::DoneUnsaid, Fate::Full, Fate::Broken, Fate::Busy];

#[derive(Default)]
struct State {
    /// Of the attempts to come; when there are no more all goes well.
    fates: VecDeque<Fate>,
    broken: bool,
    commits: u64,
}

/// The disk; a clone is the same one.
#[derive(Clone, Default)]
pub(crate) struct Disk {
    records: Memory,
    state: Arc<Mutex<State>>,
}

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Says what becomes of the next attempts.
    pub(crate) fn destine(&self, fates: impl IntoIterator<Item = Fate>) {
        self.state().fates = fates.into_iter().collect();
    }

    /// All goes well from now on.
    pub(crate) fn heal(&self) {
        let mut state = self.state();
        state.fates.clear();
        state.broken = false;
    }

    /// Everything on it.
    pub(crate) fn records(&self) -> Vec<(Vec<u8>, Vec<u8>)> {
        let mut records = Vec::new();
        let visit = &mut |key: &[u8], value: &[u8]| records.push((key.to_vec(), value.to_vec()));
        self.records.scan(&[], visit).expect("memory can be read");
        records
    }

    /// The store that it is.
    pub(crate) fn held(&self) -> &dyn Store {
        &self.records
    }

    /// Commits that went in.
    pub(crate) fn commits(&self) -> u64 {
        self.state().commits
    }
}

impl Store for Disk {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        self.records.claim()
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        let mut state = self.state();
        if state.broken {
            return Err(StoreFault::Io("broken until reopened".into()));
        }
        let fate = state.fates.pop_front().unwrap_or(Fate::Done);
        if matches!(fate, Fate::Done | Fate::DoneUnsaid) {
            state.commits += 1;
        }
        state.broken = fate == Fate::Broken;
        drop(state);
        if matches!(fate, Fate::Done | Fate::DoneUnsaid) {
            self.records.commit(stamp, writes)?;
        }
        match fate {
            Fate::Done => Ok(()),
            Fate::DoneUnsaid => Err(StoreFault::Io("the answer was lost".into())),
            Fate::Full => Err(StoreFault::Io("No space left on device (os error 28)".into())),
            Fate::Broken => Err(StoreFault::Io("Input/output error (os error 5)".into())),
            Fate::Busy => Err(StoreFault::Busy),
        }
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        self.records.scan(prefix, visit)
    }

    fn reopen(&mut self) -> Result<(), StoreFault> {
        self.records.reopen()?;
        self.state().broken = false;
        Ok(())
    }

    fn own_space(&self) -> &SpaceName {
        self.records.own_space()
    }

    fn spaces(&self) -> Result<SpaceList, StoreFault> {
        self.records.spaces()
    }

    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        self.records.scan_space(space, prefix, visit)
    }

    fn is_shared(&self) -> bool {
        self.records.is_shared()
    }

    fn renew(&mut self, epoch: u64, state: LeaseState) -> Result<Lease, StoreFault> {
        self.records.renew(epoch, state)
    }

    fn free(&mut self, lapsed: &Lapsed) -> Result<Lease, StoreFault> {
        self.records.free(lapsed)
    }

    fn expire(&mut self, lapsed: &Lapsed, today: i64, days_max: u32) -> Result<bool, StoreFault> {
        self.records.expire(lapsed, today, days_max)
    }

    fn take(&mut self, epoch: u64, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.records.take(epoch, space, item)
    }

    fn takings(&self) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault> {
        self.records.takings()
    }

    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault> {
        self.records.finish(space, item, along)
    }

    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.records.give_back(space, item)
    }
}
