//! A store that breaks on purpose, after a plan.

use super::lease::{Lapsed, Lease, LeaseState};
use super::space::{SpaceList, SpaceName};
use super::{ScanReport, Stamp, Store, StoreFault, Write};
use std::collections::VecDeque;

/// What happens to one commit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It goes in.
    Done,
    /// It goes in, and the answer is lost: the caller is told of an error.
    DoneUnsaid,
    /// It does not go in: disk full.
    Full,
    /// It does not go in: I/O error, and nothing else goes in until reopened.
    Broken,
    /// It does not go in: another process has the store.
    Busy,
}

/// Wraps a store and deals each commit its fate; after the plan's end all goes well.
pub struct Faulty<S> {
    inner: S,
    plan: VecDeque<Fate>,
    broken: bool,
    upkeep: Option<Upkeep>,
    shared: bool,
}

/// Takes the place of a store's upkeep.
pub type Upkeep = Box<dyn FnMut() -> Result<(), StoreFault> + Send>;

impl<S> Faulty<S> {
    /// A store with a plan.
    pub fn new(inner: S, plan: impl IntoIterator<Item = Fate>) -> Faulty<S> {
        Faulty { inner, plan: plan.into_iter().collect(), broken: false, upkeep: None, shared: false }
    }

    /// With this for its upkeep.
    #[must_use]
    pub fn with_upkeep(mut self, upkeep: Upkeep) -> Faulty<S> {
        self.upkeep = Some(upkeep);
        self
    }

    /// As one that others see too.
    #[must_use]
    pub fn shared(mut self) -> Faulty<S> {
        self.shared = true;
        self
    }

    fn whole(&self) -> Result<(), StoreFault> {
        if self.broken { Err(StoreFault::Io("broken until reopened".into())) } else { Ok(()) }
    }
}

impl<S: Store> Store for Faulty<S> {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        self.inner.claim()
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        self.whole()?;
        match self.plan.pop_front().unwrap_or(Fate::Done) {
            Fate::Done => self.inner.commit(stamp, writes),
            Fate::DoneUnsaid => {
                self.inner.commit(stamp, writes)?;
                Err(StoreFault::Io("the answer was lost".into()))
            }
            Fate::Full => Err(StoreFault::Io("No space left on device (os error 28)".into())),
            Fate::Broken => {
                self.broken = true;
                Err(StoreFault::Io("Input/output error (os error 5)".into()))
            }
            Fate::Busy => Err(StoreFault::Busy),
        }
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        self.inner.scan(prefix, visit)
    }

    fn reopen(&mut self) -> Result<(), StoreFault> {
        self.inner.reopen()?;
        self.broken = false;
        Ok(())
    }

    fn upkeep(&mut self) -> Result<(), StoreFault> {
        match &mut self.upkeep {
            Some(upkeep) => upkeep(),
            None => self.inner.upkeep(),
        }
    }

    fn own_space(&self) -> &SpaceName {
        self.inner.own_space()
    }

    fn spaces(&self) -> Result<SpaceList, StoreFault> {
        self.inner.spaces()
    }

    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        self.inner.scan_space(space, prefix, visit)
    }

    fn is_shared(&self) -> bool {
        self.shared || self.inner.is_shared()
    }

    fn renew(&mut self, epoch: u64, state: LeaseState) -> Result<Lease, StoreFault> {
        self.whole()?;
        self.inner.renew(epoch, state)
    }

    fn free(&mut self, lapsed: &Lapsed) -> Result<Lease, StoreFault> {
        self.whole()?;
        self.inner.free(lapsed)
    }

    fn expire(&mut self, lapsed: &Lapsed, today: i64, days_max: u32) -> Result<bool, StoreFault> {
        self.whole()?;
        self.inner.expire(lapsed, today, days_max)
    }

    fn take(&mut self, epoch: u64, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.whole()?;
        self.inner.take(epoch, space, item)
    }

    fn takings(&self) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault> {
        self.inner.takings()
    }

    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault> {
        self.whole()?;
        self.inner.finish(space, item, along)
    }

    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.whole()?;
        self.inner.give_back(space, item)
    }
}
