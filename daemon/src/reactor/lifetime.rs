//! How the loop begins and ends.

use super::careful::Careful;
use super::drain::Drain;
use super::heap::Heap;
use super::limits::{DRAIN_PARTING_MS_MAX, LEAVING_STALL_MS_MAX, SHUTDOWN_MS_MAX, VIEWER_READ_BYTES};
use super::pane::Pane;
use super::ports::{Core, Keeper, Memory};
use super::signals::Signals;
use super::tokens::Source;
use super::watchdog::Pulse;
use super::{Reactor, StoreLink, Wake};
use crate::jobs::Desk;
use crate::mailbox::Mailbox;
use crate::store::lease::LeaseState;
use abide_core::base::boxed_map::BoxedMap;
use abide_core::base::ids::PaneId;
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::{ExitStatus, Input, PtyFacts};
use abide_core::screen::Screen;
use mio::net::UnixListener;
use mio::unix::SourceFd;
use mio::{Events, Interest, Poll};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::os::fd::{AsRawFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

/// Events taken from one poll: more wait for the next turn.
const EVENTS_PER_TURN: usize = 512;

/// Why the loop ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ending {
    /// The server is to end, programs and all.
    Shutdown,
    /// This daemon is to end; programs go on, another takes over.
    Leave,
    /// Everything ends, and sessions are to come back: they are stored, as far as that went.
    Drained,
}

/// What a loop is made of.
pub struct Parts<C, K> {
    /// The core.
    pub core: C,
    /// The keeper.
    pub keeper: K,
    /// Where viewers connect.
    pub listener: std::os::unix::net::UnixListener,
    /// Signals.
    pub signals: Signals,
    /// This moment; a test's own clock in a test.
    pub clock: fn() -> Now,
    /// Gives memory that was freed back to the system.
    pub give_back: fn(),
    /// The notebook of a careful replay, after a crash.
    pub careful: Option<Careful>,
    /// Path of the daemon's program.
    pub program: String,
    /// An upgrade wants this daemon: what it can't make sense of ends it.
    pub on_trial: bool,
    /// Our user: peers of the same, or root, may enter.
    pub uid: u32,
}

/// A pane that outlived a daemon.
pub struct Inherited<M> {
    /// Its program.
    pub facts: PtyFacts,
    /// Its memory.
    pub memory: M,
    /// Written when its journal grows.
    pub wake: OwnedFd,
    /// The screen of its last checkpoint; none: the core makes an empty one.
    pub screen: Option<Screen>,
    /// The journal offset at which that screen was taken.
    pub read: u64,
    /// Queries before this offset were replied to.
    pub replies_until: u64,
    /// The highest input number that was taken, of each client.
    pub marks: Vec<(u64, u64)>,
    /// How its program ended, if it has.
    pub exited: Option<ExitStatus>,
}

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Puts a loop together. `store` starts the store, given what to call after each of its answers.
    ///
    /// # Errors
    /// When something can't be waited for.
    pub fn new(parts: Parts<C, K>, store: impl FnOnce(Wake) -> StoreLink) -> io::Result<Reactor<C, K>> {
        let poll = Poll::new()?;
        parts.listener.set_nonblocking(true)?;
        let mut listener = UnixListener::from_std(parts.listener);
        let mut signals = parts.signals;
        poll.registry().register(&mut listener, Source::Listener.token(), Interest::READABLE)?;
        signals.register(poll.registry(), Source::Signals.token())?;
        let fd = rustix::fd::AsFd::as_fd(&parts.keeper.fd()).as_raw_fd();
        let both = Interest::READABLE | Interest::WRITABLE;
        poll.registry().register(&mut SourceFd(&fd), Source::Keeper.token(), both)?;
        let mailbox = Mailbox::new(&poll, Source::Mailbox.token())?;
        let slot = mailbox.slot.clone();
        let desk = Desk::open(mailbox.slot.clone());
        Ok(Reactor {
            core: parts.core,
            keeper: parts.keeper,
            poll,
            events: Events::with_capacity(EVENTS_PER_TURN),
            clock: parts.clock,
            careful: parts.careful,
            trap: None,
            pulse: Pulse::default(),
            uid: parts.uid,
            listener,
            // Whoever connected before we were there.
            accept_at: Some(Instant(0)),
            viewers: BTreeMap::new(),
            last_viewer: 0,
            greetings: VecDeque::new(),
            to_read: VecDeque::new(),
            to_flush: Vec::new(),
            leaving: BTreeSet::new(),
            acknowledgements: BTreeSet::new(),
            read_buffer: Box::new([0; VIEWER_READ_BYTES]),
            panes: BoxedMap::new(),
            readable: VecDeque::new(),
            input_waits: BTreeSet::new(),
            checkpoints: BTreeSet::new(),
            mailbox,
            signals,
            desk,
            store: store(Arc::new(move || slot.ring())),
            inbox: VecDeque::new(),
            heap: Heap::new(parts.give_back),
            drain: Drain::default(),
            ending: None,
            program: parts.program,
            upgrade: None,
        })
    }

    /// Takes over a pane that outlived a daemon: the core gets its screen, its journal is read on from there.
    pub fn inherit(&mut self, id: PaneId, pane: Inherited<K::Memory>) {
        let Inherited { facts, memory, wake, screen, read, replies_until, marks, exited } = pane;
        let core = &mut self.core;
        let whole = screen.is_some();
        let given = catch_unwind(AssertUnwindSafe(|| {
            core.adopt(id, facts.clone(), screen, replies_until);
            core.taken(id, &marks);
        }));
        let mut pane = Pane::new(facts.clone(), memory, wake, read, replies_until);
        if given.is_err() {
            log::error!("pane {id}: its screen can't be taken over, it begins anew");
            let anew = catch_unwind(AssertUnwindSafe(|| core.adopt(id, facts, None, replies_until)));
            pane.frozen = anew.is_err();
            pane.read = if whole { pane.memory.tail() } else { pane.memory.head() };
        }
        pane.bare = !whole;
        pane.replay_until = pane.memory.head();
        pane.exited = exited.map(|status| (status, pane.memory.head()));
        self.add_pane(id, pane);
    }

    /// Sets a trap: output in which this text stands ends the daemon by a panic that nothing catches. For tests of
    /// what a crash costs.
    pub fn set_trap(&mut self, text: Vec<u8>) {
        self.trap = Some(text).filter(|text| !text.is_empty());
    }

    /// Takes over: tells the core something before the first turn, and carries out what it has wanted so far.
    pub fn begin(&mut self, inputs: impl IntoIterator<Item = Input<'static>>) {
        if let Err(fault) = self.keeper.take_over() {
            log::error!("keeper: {fault}");
        }
        // Before the structure says that they run: from then on their screens are looked for here alone.
        let bare = self.panes.iter().filter(|(_, pane)| pane.bare).map(|(id, _)| *id);
        bare.collect::<Vec<_>>().into_iter().for_each(|id| self.checkpoint(id));
        self.settle();
        for input in inputs {
            self.handle(input);
        }
    }

    /// The core, to look at.
    #[must_use]
    pub fn core(&self) -> &C {
        &self.core
    }

    /// Has a watchdog end this process when a turn does not end.
    pub fn watch_over(&self) {
        self.pulse.watch();
    }

    /// Reads on in all journals until all are read or the time is up; then viewers may see the screens.
    pub fn catch_up(&mut self, within: Duration) {
        self.pulse.beat();
        let until = (self.clock)().instant.after_ms(u64::try_from(within.as_millis()).unwrap_or(u64::MAX));
        while !self.readable.is_empty() && (self.clock)().instant < until {
            self.feed_panes();
            self.work_off_inbox();
        }
        self.keeper.ring_doorbell();
        self.pulse.beat();
        if !self.readable.is_empty() {
            log::info!("{} panes go on catching up", self.readable.len());
        }
    }

    /// The end: what was told leaves, screens are stored, the last commit goes in.
    pub(super) fn end(mut self, ending: Ending) -> io::Result<Ending> {
        let (parting_ms, store_ms) = match ending {
            Ending::Drained => (DRAIN_PARTING_MS_MAX, DRAIN_PARTING_MS_MAX),
            Ending::Leave | Ending::Shutdown => (SHUTDOWN_MS_MAX, 1000),
        };
        let deadline = (self.clock)().instant.after_ms(parting_ms);
        let ids: Vec<PaneId> = self.panes.keys().copied().collect();
        let told = match ending {
            Ending::Leave => {
                ids.into_iter().for_each(|id| self.checkpoint(id));
                Ok(())
            }
            Ending::Shutdown => self.keeper.shutdown(),
            Ending::Drained => self.keeper.drained(),
        };
        if let Err(fault) = told {
            log::error!("keeper: can't be told to end: {fault}");
        }
        self.keeper.ring_doorbell();
        let viewers: Vec<_> = self.viewers.keys().copied().collect();
        viewers.into_iter().for_each(|id| self.dismiss(id));
        let (mut least, mut since) = (usize::MAX, (self.clock)().instant);
        while !self.viewers.is_empty() && (self.clock)().instant < deadline {
            self.flush_viewers();
            self.part_with_viewers();
            self.inbox.clear();
            let now = (self.clock)().instant;
            let waiting = self.viewers.values().map(|viewer| viewer.end.outbox.len()).sum();
            if waiting < least {
                (least, since) = (waiting, now);
            }
            // The next daemon waits, and all who look: those who do not read look again when they do.
            if ending == Ending::Leave && now.since_ms(since) >= LEAVING_STALL_MS_MAX {
                break;
            }
            if !self.viewers.is_empty() {
                self.poll.poll(&mut self.events, Some(Duration::from_millis(10)))?;
                self.to_flush.extend(self.viewers.keys().copied());
            }
        }
        let left = Duration::from_millis(deadline.since_ms((self.clock)().instant).max(store_ms));
        let leave = if ending == Ending::Leave { LeaseState::Live } else { LeaseState::Free };
        if !self.store.stop(left, leave) {
            log::error!("store: its last commit did not go in within {} ms", left.as_millis());
        }
        if ending == Ending::Leave {
            // The link ends with the process, not before: a keeper kills a daemon that has let go of it. And nobody waits
            // for memory to be given back piece by piece.
            std::mem::forget((self.keeper, self.panes, self.core));
        }
        Ok(ending)
    }
}
