//! A store that breaks on purpose, after a plan.

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
}

/// Wraps a store and deals each commit its fate; after the plan's end all goes well.
#[derive(Debug)]
pub struct Faulty<S> {
    inner: S,
    plan: VecDeque<Fate>,
    broken: bool,
}

impl<S> Faulty<S> {
    /// A store with a plan.
    pub fn new(inner: S, plan: impl IntoIterator<Item = Fate>) -> Faulty<S> {
        Faulty { inner, plan: plan.into_iter().collect(), broken: false }
    }
}

impl<S: Store> Store for Faulty<S> {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        self.inner.claim()
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        if self.broken {
            return Err(StoreFault::Io("broken until reopened".into()));
        }
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
}
