//! The loop. Readiness only marks; a turn works through the marks, each within a share of its own.
//!
//! A turn ([`Reactor::turn`]): wait, mark, then viewers' messages, the keeper's events, panes' output,
//! letters, the core's deadline. After each input handled, in `settle`: what the next daemon must know is
//! written ahead, then the effects are carried out. At the turn's end what was told leaves for its sockets and
//! checkpoints that are due are written.
//!
//! No rule of the multiplexer is here. Begin at [`Reactor`]; [`ports`] says what it needs of the others.

mod accept;
mod careful;
mod carry_out;
mod checkpoint;
mod drain;
mod heap;
mod lifetime;
pub mod limits;
mod mend;
mod output;
mod pane;
pub mod ports;
mod real_keeper;
pub mod signals;
mod store_link;
mod store_look;
mod store_take;
mod tokens;
mod upgrade;
mod viewer;
mod viewers;
mod watchdog;

pub use careful::Careful;
pub use lifetime::{Ending, Inherited, Parts};
pub use store_link::{Expected, How, StoreLink, Wake, open_or_move_aside};

use crate::deathpoint::{self, Point};
use crate::jobs::Desk;
use crate::mailbox::{Letter, Mailbox};
use abide_core::base::boxed_map::BoxedMap;
use abide_core::base::ids::{PaneId, ViewerId};
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::Input;
use drain::Drain;
use heap::Heap;
use mio::net::UnixListener;
use mio::{Events, Poll};
use pane::Pane;
use ports::{Core, Keeper, KeeperEvent};
use signals::{Signals, Wish};
use std::collections::{BTreeMap, BTreeSet, VecDeque};
use std::io;
use std::os::fd::AsFd;
use std::time::Duration;
use tokens::Source;
use upgrade::Upgrade;
use viewer::{Readiness, Viewer};
use watchdog::Pulse;

/// The loop and all it waits for.
pub struct Reactor<C: Core, K: Keeper> {
    core: C,
    keeper: K,
    poll: Poll,
    events: Events,
    clock: fn() -> Now,
    careful: Option<Careful>,
    /// Output at which this daemon crashes, in a test.
    trap: Option<Vec<u8>>,
    pulse: Pulse,
    uid: u32,

    listener: UnixListener,
    /// When to accept again, after the process ran out of descriptors or out of the turn's share.
    accept_at: Option<Instant>,

    viewers: BTreeMap<ViewerId, Viewer>,
    last_viewer: u64,
    /// Those who have not said hello yet, oldest first.
    greetings: VecDeque<(Instant, ViewerId)>,
    /// Those with something to read, and with something to write.
    to_read: VecDeque<ViewerId>,
    to_flush: Vec<ViewerId>,
    leaving: BTreeSet<ViewerId>,
    /// Those whose acknowledgements wait for something else to go along with, and until when.
    acknowledgements: BTreeSet<(Instant, ViewerId)>,
    read_buffer: Box<[u8; limits::VIEWER_READ_BYTES]>,

    panes: BoxedMap<PaneId, Pane<K::Memory>>,
    /// Panes with output that is not on their screen yet.
    readable: VecDeque<PaneId>,
    /// Panes whose input waits for room.
    input_waits: BTreeSet<PaneId>,
    /// When checkpoints are due.
    checkpoints: BTreeSet<(Instant, PaneId)>,

    mailbox: Mailbox,
    signals: Signals,
    desk: Desk,
    store: StoreLink,
    /// What followed from carrying out effects, to be handled next.
    inbox: VecDeque<Input<'static>>,
    heap: Heap,
    drain: Drain,
    ending: Option<Ending>,
    /// Path of the daemon's program, for an upgrade that names none.
    program: String,
    upgrade: Option<Upgrade>,
}

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Turns until the server ends.
    ///
    /// # Errors
    /// When waiting itself fails, or the keeper is gone.
    pub fn run(mut self) -> io::Result<Ending> {
        loop {
            match self.turn(None) {
                Ok(None) => {}
                Ok(Some(ending)) => return self.end(ending),
                Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe && self.may_outlive_keeper() => {
                    return Err(self.outlive_keeper());
                }
                Err(fault) => return Err(fault),
            }
        }
    }

    /// Not when everything is to end anyway.
    fn may_outlive_keeper(&self) -> bool {
        self.ending.is_none() && !self.drain.has_begun()
    }

    /// The keeper is gone: this process takes its place, and starts over with all that shared memory has. Returns only
    /// when that can't be, and why.
    fn outlive_keeper(&self) -> io::Error {
        let held: Vec<_> = self.panes.iter().map(|(id, p)| (*id, &p.memory, p.wake.as_fd())).collect();
        self.keeper.take_its_place(self.listener.as_fd(), &held)
    }

    /// One turn; waits for the first thing to do at most so long (`None`: as long as nothing is due).
    ///
    /// # Errors
    /// As [`Reactor::run`].
    pub fn turn(&mut self, wait_max: Option<Duration>) -> io::Result<Option<Ending>> {
        let wait = match (self.wait(), wait_max) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        match self.poll.poll(&mut self.events, wait) {
            Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
            outcome => outcome?,
        }
        self.pulse.beat();
        let (mut keeper_spoke, mut signalled) = (false, false);
        let events = std::mem::replace(&mut self.events, Events::with_capacity(0));
        for event in &events {
            let Some(source) = Source::of(event.token()) else { continue };
            match source {
                Source::Listener => self.accept_at = Some(Instant(0)),
                Source::Keeper => keeper_spoke = true,
                Source::Signals => signalled = true,
                // Looked at in every turn: that takes no system call.
                Source::Mailbox => {}
                Source::Pane(pane) => self.mark_readable(pane),
                Source::Viewer(viewer) => self.mark_viewer(viewer, Readiness::of(event)),
            }
        }
        let idle = events.is_empty();
        self.events = events;

        // What was typed is on its way before anything else is done.
        self.hear_viewers();
        self.keeper.ring_doorbell();
        if keeper_spoke {
            self.hear_keeper()?;
        }
        self.flush_viewers();
        self.feed_panes();
        self.flush_viewers();
        self.open_letters();
        if signalled {
            self.obey_signals()?;
        }
        if self.core.deadline().is_some_and(|at| at <= (self.clock)().instant) {
            self.handle(Input::DeadlineReached);
        }
        self.look_at_drain();
        self.accept();
        self.type_waiting();
        self.part_with_viewers();
        self.send_acknowledgements();
        self.flush_viewers();
        self.work_off_inbox();
        self.keeper.ring_doorbell();
        let now = (self.clock)().instant;
        self.write_checkpoints(now);
        self.keeper.ring_doorbell();
        if !idle {
            self.heap.used(now);
        }
        self.heap.look(now);
        self.pulse.beat();
        Ok(self.ending)
    }

    /// How long nothing is due: `None` for ever.
    fn wait(&self) -> Option<Duration> {
        if !self.readable.is_empty()
            || !self.to_read.is_empty()
            || !self.inbox.is_empty()
            || self.ending.is_some()
        {
            return Some(Duration::ZERO);
        }
        let now = (self.clock)().instant;
        let input = (!self.input_waits.is_empty()).then(|| now.after_ms(limits::PANE_INPUT_RETRY_MS));
        let farewell = self.leaving.iter().filter_map(|v| self.viewers.get(v)?.leaving).min();
        [
            self.core.deadline(),
            self.checkpoints.first().map(|(at, _)| *at),
            self.greetings.front().map(|(at, _)| *at),
            self.accept_at,
            self.acknowledgements.first().map(|(at, _)| *at),
            input,
            farewell,
            self.drain.until(),
            self.heap.due(),
        ]
        .into_iter()
        .flatten()
        .min()
        .map(|at| Duration::from_millis(at.since_ms(now)))
    }

    /// Gives the core one input and carries out what follows.
    fn handle(&mut self, input: Input<'_>) {
        let now = (self.clock)();
        self.core.handle(now, input);
        self.settle();
    }

    /// What the next daemon must know is written first, then the rest of the world hears of it.
    fn settle(&mut self) {
        if let Some(record) = self.core.structure() {
            if let Err(fault) = self.keeper.write_structure(&record) {
                log::error!("structure of {} bytes: not written: {fault}", record.len());
            }
            deathpoint::pass(Point::StructureWritten);
        }
        for effect in self.core.effects() {
            self.carry_out(effect);
            deathpoint::pass(Point::EffectCarriedOut);
        }
    }

    /// What followed from effects; what follows from that in turn, up to a bound, then in the next turn.
    fn work_off_inbox(&mut self) {
        for _ in 0..limits::INBOX_ROUNDS_PER_TURN {
            if self.inbox.is_empty() {
                return;
            }
            for input in std::mem::take(&mut self.inbox) {
                self.handle(input);
            }
            self.flush_viewers();
        }
    }

    fn hear_keeper(&mut self) -> io::Result<()> {
        for event in self.keeper.events()? {
            match event {
                // Told twice of one program, when the daemon before had asked for it and it was not known to run yet
                // when we came: read from its beginning again, it would be on the screen twice.
                KeeperEvent::Opened { pane, facts, .. }
                    if self.panes.get(&pane).is_some_and(|known| known.facts == facts) => {}
                KeeperEvent::Opened { pane, facts, memory, wake } => {
                    self.add_pane(pane, Pane::new(facts.clone(), memory, wake, 0, 0));
                    // A screen that was restored from the store is older than this journal. Before the structure says that the
                    // program runs: from then on the screen is looked for here alone.
                    self.checkpoint(pane);
                    self.handle(Input::PtyOpened(pane, Ok(facts)));
                }
                KeeperEvent::OpenFailed { pane, why } => {
                    self.handle(Input::PtyOpened(pane, Err(why)));
                }
                KeeperEvent::Exited { pane, status, end } => {
                    if let Some(known) = self.panes.get_mut(&pane) {
                        known.exited = Some((status, end));
                    }
                    self.mark_readable(pane);
                }
                KeeperEvent::Ending(why) => self.drain(why),
                KeeperEvent::Replaced(outcome) => self.hear_of_replacement(outcome),
                KeeperEvent::Next(outcome) => self.hear_keeper_of_upgrade(outcome),
                KeeperEvent::Refused(why) => log::warn!("keeper: {why}"),
            }
        }
        Ok(())
    }

    fn open_letters(&mut self) {
        for letter in self.mailbox.letters() {
            match letter {
                Letter::Answer(ticket, answer) => self.handle(Input::Answered(ticket, answer)),
                Letter::Notice(text) => self.handle(Input::Notice(text)),
                Letter::Version(version) => self.hear_version(version),
            }
        }
        let answers = self.store.answers();
        let stored = !answers.is_empty();
        for input in answers {
            self.handle(input);
        }
        if stored {
            self.plan_changed_checkpoints((self.clock)().instant);
        }
    }

    fn obey_signals(&mut self) -> io::Result<()> {
        for wish in self.signals.wishes() {
            match wish {
                Wish::Leave => {
                    // A keeper that ends everything has said so before it sent the signal.
                    self.hear_keeper()?;
                    if self.drain.has_begun() {
                        continue;
                    }
                    log::info!("told to leave; programs go on");
                    self.handle(Input::Leaving);
                    self.ending.get_or_insert(Ending::Leave);
                }
                Wish::Upgrade => self.upgrade(None, String::new(), false),
                Wish::Nothing => {}
            }
        }
        Ok(())
    }
}
