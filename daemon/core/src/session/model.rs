//! Everything there is: sessions, windows, panes, viewers and what they share.

use super::{
    arrival::{Arrival, Origin},
    buffers::Buffers,
    environment::Environment,
    format_jobs::FormatJobs,
    messages::Messages,
    pane::Pane,
    session::Session,
    viewer::{SurfaceTarget, Viewer},
    window::Window,
};
use crate::{
    base::{
        boxed_map::BoxedMap,
        geometry::Point,
        ids::{PaneId, SessionId, Ticket, ViewerId, WindowId},
        instant::{Instant, Now},
    },
    boundary::{Effect, HostFacts, InputMark, Question},
    keys::KeyTables,
    modes::prompt::PromptHistory,
    options::OptionNode,
};
use std::collections::{BTreeMap, BTreeSet};

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
    pub sessions: BoxedMap<SessionId, Session>,
    /// Windows.
    pub windows: BoxedMap<WindowId, Window>,
    /// Panes.
    pub panes: BoxedMap<PaneId, Pane>,
    /// Connections.
    pub viewers: BTreeMap<ViewerId, Viewer>,
    /// Server options (`set -s`).
    pub server_options: OptionNode,
    /// Global session options (`set -g`).
    pub session_options: OptionNode,
    /// Global window and pane options (`set -wg`).
    pub window_options: OptionNode,
    /// Key tables.
    pub keys: KeyTables,
    /// Global variables.
    pub environment: Environment,
    /// Paste buffers.
    pub buffers: Buffers,
    /// What `show-messages` shows.
    pub messages: Messages,
    /// The time to the next look at status lines is to be counted anew.
    pub status_restarts: bool,
    /// Commands that stand in formats.
    pub format_jobs: FormatJobs,
    /// The marked pane.
    pub marked: Option<PaneId>,
    /// What is wrong with durability; empty when nothing is.
    pub durability: String,
    /// Stored sessions that are wanted here and not begun to be fetched.
    pub wanted: Vec<Arrival>,
    /// What of sessions on their way is in our store already: pane, first chunk, one past the last, parts of the head.
    pub arriving: Vec<(u32, u64, u64, u32)>,
    /// Sessions that came from other machines, and whose records there are not gone yet.
    pub origins: BTreeMap<SessionId, Origin>,
    /// When the oldest change happened that the store has not confirmed.
    pub unstored_since: Option<Instant>,
    /// Panes whose history is being read: by a mode, or just now by a viewer or a command.
    pub readers: BTreeSet<PaneId>,
    /// Paths of the configuration files that were read.
    pub config_files: Vec<String>,
    /// What was answered to prompts.
    pub prompt_history: PromptHistory,
    /// Numbers given out.
    pub counters: Counters,
    /// What has to be done outside, in order.
    pub effects: Vec<Effect>,
    /// Whether anything that structure records hold has changed.
    pub changed: bool,
    /// Whether anything that topology events tell has changed.
    pub topology_changed: bool,
    /// When a pane's processes are to be looked at next, see [`Pane::process_due`].
    pub process_due: Option<Instant>,
    /// When a shell's prompt is to be looked at next, see [`super::Retype`].
    pub retype_due: Option<Instant>,
    /// When a window's silence counts next, see [`Window::silence_due`].
    pub silence_due: Option<Instant>,
    /// Whether the server is to end.
    pub ending: bool,
    /// Whether there ever was a session: only then does the lack of one end the server.
    pub had_sessions: bool,
    /// A surface is no longer looked at: what is not on disk yet goes there soon.
    pub detached: bool,
    /// Where the mouse is in its pane, while one of its keys is handled.
    pub mouse_in_pane: Option<Point>,
    /// The input that is being handled: what commands write to panes is marked with it.
    pub mark: Option<InputMark>,
    /// What this turn writes to panes on nobody's input (a command from a shell) is marked with it.
    pub own_mark: Option<InputMark>,
    /// What was written to panes under those marks.
    pub written: Vec<(PaneId, InputMark, Vec<u8>)>,
    /// What the structure record of this turn has to take along of that, see [`crate::server`].
    pub settling: Vec<(PaneId, InputMark, Vec<u8>)>,
}

impl Sessions {
    /// Nothing yet.
    #[must_use]
    pub fn new(facts: HostFacts, now: Now) -> Sessions {
        Sessions {
            environment: Environment::from_pairs(&facts.environment),
            facts,
            now,
            sessions: BoxedMap::new(),
            windows: BoxedMap::new(),
            panes: BoxedMap::new(),
            viewers: BTreeMap::new(),
            server_options: OptionNode::default(),
            session_options: OptionNode::default(),
            window_options: OptionNode::default(),
            keys: KeyTables::new(),
            buffers: Buffers::default(),
            messages: Messages::default(),
            status_restarts: false,
            format_jobs: FormatJobs::default(),
            marked: None,
            durability: String::new(),
            wanted: Vec::new(),
            arriving: Vec::new(),
            origins: BTreeMap::new(),
            unstored_since: None,
            readers: BTreeSet::new(),
            config_files: Vec::new(),
            prompt_history: PromptHistory::default(),
            counters: Counters::default(),
            effects: Vec::new(),
            changed: false,
            topology_changed: false,
            process_due: None,
            retype_due: None,
            silence_due: None,
            ending: false,
            had_sessions: false,
            detached: false,
            mouse_in_pane: None,
            mark: None,
            own_mark: None,
            written: Vec::new(),
            settling: Vec::new(),
        }
    }

    /// Something that structure records hold has changed.
    pub fn changed(&mut self) {
        self.changed = true;
        self.topology_changed = true;
    }

    /// Adds a line to `show-messages`.
    pub fn note(&mut self, text: &str) {
        let limit = usize::try_from(self.options(super::Place::Server).number("message-limit")).unwrap_or(0);
        self.messages.push(self.now, text, limit);
    }

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
        self.counters.use_clock = self.counters.use_clock.saturating_add(1);
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
