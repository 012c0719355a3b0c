//! Everything there is: sessions, windows, panes, viewers and what they share.

use super::{
    buffers::Buffers,
    environment::Environment,
    messages::Messages,
    pane::Pane,
    pending::OptionNode,
    session::Session,
    viewer::{SurfaceTarget, Viewer},
    window::Window,
};
use crate::{
    base::{
        ids::{PaneId, SessionId, Ticket, ViewerId, WindowId},
        instant::Now,
    },
    server::{Effect, HostFacts, Question},
};
use std::collections::BTreeMap;

/// Numbers that are given out once each.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counters {
    /// The next session's.
    pub session: u32,
    /// The next window's.
    pub window: u32,
    /// The next pane's.
    pub pane: u32,
    /// The next question's. Not kept over a restart: the questions are gone too.
    pub ticket: u64,
    /// Counts uses of sessions, panes and surfaces: later is greater.
    pub use_clock: u64,
}

/// The whole model. Commands change it through the operations in this folder; each keeps the invariants
/// that [`Sessions::fault`](super) checks, and what has to be done outside is left in `effects`.
pub struct Sessions {
    /// Facts of the machine.
    pub facts: HostFacts,
    /// The moment of the input that is being handled.
    pub now: Now,
    /// Sessions.
    pub sessions: BTreeMap<SessionId, Session>,
    /// Windows.
    pub windows: BTreeMap<WindowId, Window>,
    /// Panes.
    pub panes: BTreeMap<PaneId, Pane>,
    /// Connections.
    pub viewers: BTreeMap<ViewerId, Viewer>,
    /// Server options (`set -s`).
    pub server_options: OptionNode,
    /// Global session options (`set -g`).
    pub session_options: OptionNode,
    /// Global window and pane options (`set -wg`).
    pub window_options: OptionNode,
    /// Global variables.
    pub environment: Environment,
    /// Paste buffers.
    pub buffers: Buffers,
    /// What `show-messages` shows.
    pub messages: Messages,
    /// The marked pane.
    pub marked: Option<PaneId>,
    /// What is wrong with durability; empty when nothing is.
    pub durability: String,
    /// What was typed into prompts, newest last.
    pub prompt_history: Vec<String>,
    /// Numbers given out.
    pub counters: Counters,
    /// What has to be done outside, in order.
    pub effects: Vec<Effect>,
    /// Whether anything that structure records hold has changed.
    pub changed: bool,
    /// Whether anything that topology events tell has changed.
    pub topology_changed: bool,
    /// Whether the server is to end.
    pub ending: bool,
}

impl Sessions {
    /// Leaves something to be done.
    pub fn push(&mut self, effect: Effect) {
        self.effects.push(effect);
    }

    /// Asks something; the answer comes with this ticket.
    pub fn ask(&mut self, question: Question) -> Ticket {
        let ticket = Ticket(self.counters.ticket);
        self.counters.ticket += 1;
        self.push(Effect::Ask(ticket, question));
        ticket
    }

    /// The next tick of the clock of uses.
    pub fn tick(&mut self) -> u64 {
        self.counters.use_clock += 1;
        self.counters.use_clock
    }

    /// Viewers attached to a session.
    pub fn attached(&self, session: SessionId) -> impl Iterator<Item = &Viewer> {
        self.viewers
            .values()
            .filter(move |v| v.surfaces.values().any(|s| s.target == SurfaceTarget::Session(session)))
    }

    /// The session of that name.
    #[must_use]
    pub fn session_named(&self, name: &str) -> Option<SessionId> {
        self.sessions.values().find(|s| s.name == name).map(|s| s.id)
    }

    /// The sessions that a window is linked into.
    pub fn sessions_of(&self, window: WindowId) -> impl Iterator<Item = &Session> {
        self.sessions.values().filter(move |s| s.has(window))
    }

    /// The active pane of a session's current window.
    #[must_use]
    pub fn active_pane(&self, session: SessionId) -> Option<PaneId> {
        let window = self.sessions.get(&session)?.current_window()?;
        self.windows.get(&window).map(|w| w.active)
    }
}
