//! The whole core as one value: inputs in, effects out.
//!
//! [`Server::handle`] takes one [`Input`] and changes the model; [`Server::structure`] and then
//! [`Server::effects`] are what the shell around the core has to write and to do before the next input. One
//! file per kind of input (`on_*`), `updates` for what viewers are sent and when, `shown` for what they have,
//! `history` for its memory, `clients` for input numbers, `recover` for the two ways back.
//!
//! # Input takes effect exactly once
//!
//! A client numbers its input messages, keeps them until they are acknowledged, and says those again that are
//! not when it reconnects; `Welcome` tells it the highest number that has had its effect. A daemon can be
//! killed at any instant. What is known afterwards:
//!
//! - each pane's memory: the highest number of each client whose bytes are committed to the pane, one step
//!   together with the bytes (*marks*);
//! - the structure record: the model as it was left by a turn, written before the effects of that turn are
//!   carried out, with the numbers that had been handled (*handled*) and the pane writes of that very turn
//!   (*settling*).
//!
//! `Welcome` says the greater of both. Why that is right, by what an input message does:
//!
//! 1. *Only bytes for one pane* (typing). No structure is written. Killed before the commit: neither memory
//!    knows the number, the client says it again, and nothing had happened. Killed after it: the mark knows.
//! 2. *Only a change of the model* (a key that splits a window). The structure record holds the change and the
//!    number, in one write. Killed before it: neither is there. Killed after it: both are, and effects that
//!    were not carried out follow from the record: a pane that the keeper does not know is spawned again, one
//!    that the record does not know is released, sizes are told again.
//! 3. *A change and bytes, or bytes for several panes* (`synchronize-panes`, a binding with `send-keys`). The
//!    record holds the change, the number and the bytes. At recovery a write in it is repeated exactly for
//!    those panes whose marks do not have the number yet. A record is replaced by the next one only after the
//!    effects of its turn were carried out. Bytes for a pane whose pty is not open yet are in the record too,
//!    and are case 3 when it opens. The first and the last piece of a long paste are case 3 as well: that more
//!    is to come is a change (*pasting*), so that a program never finds a paste begun twice or without its end.
//! 4. *Neither* (a message in the status line, a move in copy mode). What it changed dies with the daemon;
//!    said again, it happens again.
//! 5. *Not yet anything*: a prefix key, a key typed into a prompt. The number is neither acknowledged nor
//!    handled until the keys after it had their effect, so all of them are said again, and the prompt is back.
//!
//! Numbers of one client grow, and effects are carried out in order, so a greater number known anywhere means
//! that every smaller one had its effect. Nothing that was acknowledged waits in the daemon: a pane's ring takes
//! 16 MiB that its program has left unread, and what is beyond is refused, which `show-messages` says. A job that a
//! command started (`run-shell`) is not started again.
//!
//! A command from a shell (`send-keys`, `paste-buffer`) has no number that its client would say again. Its result
//! stands behind its writes among the effects: a client that is told of success knows the bytes to be in the rings,
//! or in the record where a pty is not open yet. One that lost its connection before knows nothing, as with any
//! command; each pane got all that the turn wrote to it, up to 8 MiB, or none. Such writes have marks too
//! ([`crate::boundary::COMMANDS`]), so that case 3 holds for them.
//!
//! Replies to a program's queries are client 0 with the journal's offset as number: at replay, replies for
//! offsets that have been answered are dropped.

mod arrivals;
mod clients;
mod history;
mod occasion;
mod on_answer;
mod on_deadline;
mod on_draining;
mod on_input;
mod on_mouse;
mod on_press;
mod on_prompt;
mod on_pty;
mod on_viewer;
mod pictures;
mod recover;
mod shown;
mod updates;

pub use clients::CLIENTS_MAX;
pub use recover::Fault;
pub use updates::{FRAME_MS, HELD_MS_MAX};

use crate::{
    base::{
        ids::PaneId,
        instant::{Instant, Now},
    },
    boundary::{Effect, HostFacts, Input, InputMark},
    commands::Queues,
    keys::KeyTables,
    screen::Screen,
    session::Sessions,
    snapshot::{self, Plan, record::BindingRecord},
};
use clients::Clients;
use std::collections::BTreeSet;

/// The core.
pub struct Server {
    /// The model.
    pub model: Sessions,
    queues: Queues,
    clients: Clients,
    shown: shown::Shown,
    plan: Plan,
    histories: history::Histories,
    arrivals: arrivals::Arrivals,
    /// The key tables of which `bindings` are the changes.
    keys_seen: KeyTables,
    bindings: Vec<BindingRecord>,
    /// After a recovery: panes that no keeper has reported yet.
    missing: BTreeSet<PaneId>,
    /// Panes whose screens came out of the store under a recovery, until they are adopted or spawned.
    recalled: BTreeSet<PaneId>,
    /// After a recovery: pane writes that may not have been carried out.
    unsettled: Vec<(PaneId, InputMark, Vec<u8>)>,
    /// When viewers that watch are told of the topology.
    topology_due: Option<Instant>,
    /// When status lines are made anew.
    status_due: Option<Instant>,
    /// Where the store was last said to be.
    store_at: String,
    /// After how many days lost machines' sessions were last said to expire.
    expire_days: u32,
    /// What is wrong with durability as the shell around the core has it.
    shell_durability: String,
    deadline: Option<Instant>,
    /// Acknowledgements of this turn.
    acknowledgements: Vec<(crate::base::ids::ViewerId, abide_protocol::message::InputAck)>,
    /// Why everything ends, while the last of it is stored.
    draining: Option<String>,
    ended: bool,
    /// See [`Server::output_left`].
    output_left: usize,
}

impl Server {
    /// A server without sessions; the configuration files are run, by their paths.
    #[must_use]
    pub fn new(facts: HostFacts, config: Vec<(String, Vec<u8>)>, now: Now) -> Server {
        let mut server = Server::empty(facts, now);
        server.queues.configure(&mut server.model, &config);
        server.finish();
        server
    }

    fn empty(facts: HostFacts, now: Now) -> Server {
        let mut model = Sessions::new(facts, now);
        model.changed = true;
        Server {
            keys_seen: model.keys.clone(),
            model,
            queues: Queues::default(),
            clients: Clients::default(),
            shown: shown::Shown::default(),
            plan: Plan::default(),
            histories: history::Histories::default(),
            arrivals: arrivals::Arrivals::default(),
            bindings: Vec::new(),
            missing: BTreeSet::new(),
            recalled: BTreeSet::new(),
            unsettled: Vec::new(),
            topology_due: None,
            status_due: None,
            store_at: String::new(),
            expire_days: 0,
            shell_durability: String::new(),
            deadline: None,
            acknowledgements: Vec::new(),
            draining: None,
            ended: false,
            output_left: 0,
        }
    }

    /// Bytes at the end of the output handled last that were too much work for one turn: they are to come again.
    #[must_use]
    pub fn output_left(&self) -> usize {
        self.output_left
    }

    /// Takes one input.
    pub fn handle(&mut self, now: Now, input: Input<'_>) {
        self.model.now = now;
        if !self.model.changed {
            self.model.settling.clear();
        }
        self.settle();
        self.output_left = 0;
        match input {
            Input::PtyOpened(pane, outcome) => self.on_opened(pane, outcome),
            Input::PtyOutput(pane, offset, bytes) => self.on_output(pane, offset, bytes),
            Input::PtyExited(pane, status) => self.on_exited(pane, status),
            Input::ViewerJoined(viewer) => self.on_joined(viewer),
            Input::ViewerSaid(viewer, message) => self.on_said(viewer, message),
            Input::ViewerDrained(viewer) => self.on_drained(viewer),
            Input::ViewerGone(viewer) => self.on_gone(viewer),
            Input::Answered(ticket, answer) => self.on_answer(ticket, answer),
            Input::Durability(text) => {
                self.shell_durability = text;
                self.tell_durability();
            }
            Input::StoreEmptied => {
                self.plan.forget(now.instant);
                self.stored_histories_are_lost();
            }
            Input::Leaving => self.plan.finish(&mut self.model),
            Input::Draining(why) => self.on_draining(&why),
            Input::DrainOver => self.on_drain_over(),
            Input::Notice(text) => self.model.note(&text),
            Input::DeadlineReached => {}
        }
        self.finish();
    }

    /// What every turn ends with.
    fn finish(&mut self) {
        self.begin_arrivals();
        self.on_deadlines();
        self.model.flush_writes();
        self.tell_acknowledgements();
        self.end_when_empty();
        let now = self.model.now.instant;
        if self.model.changed || self.model.topology_changed {
            self.plan.touch(now);
            self.tell_store();
        }
        if std::mem::take(&mut self.model.detached) {
            self.shown.retain(&self.model.viewers);
            self.plan.hurry(now);
        }
        self.bound_histories();
        if !self.ended {
            self.plan.advance(&mut self.model);
        }
        self.model.unstored_since = self.plan.unstored_since();
        self.tell_durability();
        self.end_when_drained();
        if std::mem::take(&mut self.model.topology_changed) {
            self.model.redraw();
            self.topology_soon();
        }
        self.send_updates();
        self.ask_for_history();
        self.model.run_format_jobs();
        self.deadline = self.next_deadline();
    }

    /// What is to be done, in order; to be carried out before the next input.
    pub fn effects(&mut self) -> Vec<Effect> {
        std::mem::take(&mut self.model.effects)
    }

    /// When `Input::DeadlineReached` is wanted.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        self.deadline
    }

    /// The structure record when it changed since it was last asked for; to be written before the effects are
    /// carried out.
    pub fn structure(&mut self) -> Option<Vec<u8>> {
        if !std::mem::take(&mut self.model.changed) {
            return None;
        }
        if self.keys_seen != self.model.keys {
            self.keys_seen = self.model.keys.clone();
            self.bindings = snapshot::bindings(&self.keys_seen);
        }
        let inputs = self.clients.record();
        let mut record = snapshot::write_structure(
            &self.model,
            self.bindings.clone(),
            inputs,
            self.clients.pasting(),
            &self.plan,
        );
        // Until the first input after a recovery these wait, and the record that has them is replaced by this one.
        let waiting = self.unsettled.iter().chain(&self.model.written);
        record.writes.extend(waiting.map(|(pane, mark, bytes)| {
            (pane.0, mark.client, mark.seq, serde_bytes::ByteBuf::from(bytes.clone()))
        }));
        abide_protocol::codec::encode(&record).ok()
    }

    /// A pane's screen.
    #[must_use]
    pub fn pane_screen(&self, pane: PaneId) -> Option<&Screen> {
        self.model.panes.get(&pane).map(|p| &p.screen)
    }

    /// All panes.
    #[must_use]
    pub fn pane_ids(&self) -> Vec<PaneId> {
        self.model.panes.keys().copied().collect()
    }

    /// Where the option `store` says that sessions are kept; empty: in the default file.
    #[must_use]
    pub fn store_place(&self) -> &str {
        self.model.options(crate::session::Place::Server).text("store")
    }

    fn tell_store(&mut self) {
        if self.store_place() != self.store_at {
            self.store_at = self.store_place().to_owned();
            let at = self.store_at.clone();
            self.model.push(Effect::KeepStoreAt(at));
        }
        let days = self.model.options(crate::session::Place::Server).number("stored-sessions-expire");
        let days = u32::try_from(days).unwrap_or(0);
        if days != self.expire_days {
            self.expire_days = days;
            self.model.push(Effect::ExpireStored { days });
        }
    }

    fn tell_durability(&mut self) {
        let text = if self.shell_durability.is_empty() { self.plan.fault() } else { &self.shell_durability };
        if self.model.durability != text {
            self.model.durability = text.to_owned();
            self.model.topology_changed = true;
            if !self.model.durability.is_empty() {
                let text = self.model.durability.clone();
                self.model.note(&text);
            }
        }
    }

    /// Ends when there is nothing left to serve (`exit-empty`), or when it was told to (`kill-server`).
    fn end_when_empty(&mut self) {
        if self.ended {
            return;
        }
        let model = &mut self.model;
        let idle = |v: &crate::session::Viewer| v.surfaces.is_empty() && !v.watches;
        let empty = model.had_sessions
            && model.sessions.is_empty()
            && model.options(crate::session::Place::Server).flag("exit-empty")
            && model.viewers.values().all(idle)
            && self.queues.is_idle()
            && self.arrivals.is_empty();
        if !empty && !model.ending {
            return;
        }
        self.ended = true;
        if model.ending {
            model.end_all();
        }
        self.plan.farewell(model);
        self.finish_all_origins();
        let model = &mut self.model;
        let viewers: Vec<_> = model.viewers.keys().copied().collect();
        for viewer in viewers {
            model.push(Effect::DismissViewer(viewer));
        }
        model.push(Effect::Shutdown);
    }
}
