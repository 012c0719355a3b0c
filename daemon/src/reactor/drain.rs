//! The end that sessions come back from: what programs have written is put on their screens, the core stores all of
//! it, and within a bound this process is gone, whether the store is quick or not.

use super::limits::{DRAIN_READ_MS_MAX, DRAIN_STORE_MS_MAX};
use super::ports::{Core, Keeper};
use super::{Ending, Reactor};
use abide_core::base::ids::PaneId;
use abide_core::base::instant::Instant;
use abide_core::boundary::Input;

/// How far it is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Drain {
    /// It has not begun.
    #[default]
    No,
    /// Journals are read to their ends.
    Reading,
    /// The store has until then.
    Storing(Instant),
    /// The core has nothing more to store, or its time is up.
    Over,
}

impl Drain {
    pub(super) fn has_begun(self) -> bool {
        self != Drain::No
    }

    /// Whether panes' output is still given to their screens.
    pub(super) fn reads(self) -> bool {
        matches!(self, Drain::No | Drain::Reading)
    }

    /// When to look again.
    pub(super) fn until(self) -> Option<Instant> {
        match self {
            Drain::Storing(until) => Some(until),
            Drain::No | Drain::Reading | Drain::Over => None,
        }
    }
}

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// The keeper wants everything to end. It reads no pty any more: what is in the journals now is all there is.
    pub(super) fn drain(&mut self, why: String) {
        if self.drain.has_begun() || self.ending.is_some() {
            return;
        }
        log::info!("everything is to end ({why}): sessions are stored");
        self.drain = Drain::Reading;
        self.store.mark_draining();
        let ids: Vec<PaneId> = self.panes.keys().copied().collect();
        ids.into_iter().for_each(|id| self.mark_readable(id));
        let until = (self.clock)().instant.after_ms(DRAIN_READ_MS_MAX);
        while !self.readable.is_empty() && (self.clock)().instant < until {
            self.feed_panes();
            self.work_off_inbox();
        }
        if !self.readable.is_empty() {
            log::error!(
                "{} panes have more output than could be read within {DRAIN_READ_MS_MAX} ms: the rest is lost",
                self.readable.len()
            );
            self.readable.clear();
        }
        self.drain = Drain::Storing((self.clock)().instant.after_ms(DRAIN_STORE_MS_MAX));
        self.handle(Input::Draining(why));
    }

    /// Ends a store's time.
    pub(super) fn look_at_drain(&mut self) {
        if self.drain.until().is_some_and(|until| until <= (self.clock)().instant) {
            log::error!("store: the last snapshot did not go in within {DRAIN_STORE_MS_MAX} ms");
            eprintln!("server: the store is too slow: the newest of the sessions is not saved");
            self.handle(Input::DrainOver);
            self.drained();
        }
    }

    /// The core has stored what it could, and told everybody.
    pub(super) fn drained(&mut self) {
        self.drain = Drain::Over;
        self.ending.get_or_insert(Ending::Drained);
    }
}
