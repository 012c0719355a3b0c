//! A viewer: one connection and what it looks at. A viewer with a session surface is what tmux calls a client.

use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, ViewerId},
        instant::{Instant, Now},
    },
    compose::ViewerScreen,
    keys::Key,
};
use abide_protocol::message::{Hello, SurfaceNumber};
use std::collections::BTreeMap;

/// What a surface shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum SurfaceTarget {
    /// The current window of a session, composed.
    Session(SessionId),
    /// One pane.
    Pane(PaneId),
}

/// One thing that a viewer looks at.
pub struct Surface {
    /// The client's number for it.
    pub number: SurfaceNumber,
    /// What it shows.
    pub target: SurfaceTarget,
    /// Its size at the viewer's end.
    pub size: Size,
    /// Whether that size counts towards the size of windows.
    pub sizes: bool,
    /// Whether input on it is refused.
    pub read_only: bool,
    /// What the viewer has of it.
    pub screen: ViewerScreen,
    /// When it was last sent an update.
    pub sent_at: Option<Instant>,
    /// Something it shows may have changed since.
    pub dirty: bool,
    /// Bells to be told with the next update.
    pub bells: u32,
    /// Grows with each input or resize on it, over all viewers: `window-size latest` takes the highest.
    pub used: u64,
    /// A mouse button went down on a border and drags it.
    pub drag: Option<Drag>,
    /// The session that was shown before (`switch-client -l`).
    pub last_session: Option<SessionId>,
}

/// A border that the mouse drags, or a pane that holds the mouse until the button comes up.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drag {
    /// A border of the layout, by the point where the mouse was last.
    Border {
        /// Column in the window.
        x: u16,
        /// Row in the window.
        y: u16,
    },
    /// The pane whose program has been told of the press.
    Pane(PaneId),
}

/// Where a viewer's keys go.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct KeyState {
    /// The table that the next key is looked up in; `None` means the session's `key-table` (root).
    pub table: Option<String>,
    /// Until when keys bound with `-r` stay in that table.
    pub repeat_until: Option<Instant>,
    /// The key last repeated: only the same key has `repeat-time`, another one `initial-repeat-time`.
    pub repeat_key: Option<Key>,
    /// When the prefix was pressed, for `prefix-timeout`.
    pub prefix_at: Option<Instant>,
}

/// What lies over the status line, or over everything, until it is answered or its time is up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Overlay {
    /// A line of text (`display-message`, an error of a command bound to a key).
    Message {
        /// The line; styles (`#[…]`) are expanded already.
        text: String,
        /// When it goes by itself; `None`: at the next key.
        until: Option<Instant>,
    },
    /// `command-prompt`, `confirm-before`.
    Prompt(Prompt),
    /// `display-panes`: numbers over the panes.
    Panes {
        /// When it goes.
        until: Option<Instant>,
        /// Run when a number is typed, `%%` stands for the pane.
        template: String,
        /// Whether keys other than a pane's number are passed on.
        passes_keys: bool,
    },
}

/// A question in the status line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Prompt {
    /// What is asked, in order; the first is being answered.
    pub questions: Vec<Question>,
    /// Answers so far.
    pub answers: Vec<String>,
    /// What has been typed.
    pub text: String,
    /// Position of the cursor in it, in characters.
    pub cursor: usize,
    /// The command to run with `%1`, `%%` replaced by the answers.
    pub template: String,
    /// How it ends.
    pub kind: PromptKind,
    /// Position in the prompt history, 0 for what is being typed.
    pub history: usize,
    /// The command's client waits for it: the ticket of its queue.
    pub waits: Option<crate::base::ids::Ticket>,
    /// Where the target of the command was when the prompt opened.
    pub pane: Option<PaneId>,
}

/// One question of a prompt.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Question {
    /// What is asked.
    pub label: String,
    /// What stands there at first.
    pub text: String,
}

/// How a prompt takes keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PromptKind {
    /// A line, ended by Enter.
    #[default]
    Line,
    /// One character (`command-prompt -1`).
    One,
    /// `y` or anything else (`confirm-before`).
    Confirm,
    /// The name of one key (`command-prompt -k`).
    Key,
    /// Digits, ended by any other key (`command-prompt -N`).
    Number,
    /// Each change runs the command (`command-prompt -i`).
    Incremental,
}

/// One connection.
pub struct Viewer {
    /// Which.
    pub id: ViewerId,
    /// What it said of itself; `None` until it has.
    pub hello: Option<Hello>,
    /// The protocol version settled on.
    pub version: u16,
    /// When it connected.
    pub created: Now,
    /// When it last did something.
    pub activity: Now,
    /// What it looks at, by its own numbers.
    pub surfaces: BTreeMap<SurfaceNumber, Surface>,
    /// Where its keys go.
    pub keys: KeyState,
    /// What lies over its status line.
    pub overlay: Option<Overlay>,
    /// Whether it is told of topology.
    pub watches: bool,
    /// Nothing is on its way to it: it may be sent more.
    pub drained: bool,
    /// Its window has the keyboard, as far as it said.
    pub focused: bool,
    /// Highest input number acknowledged to it.
    pub acknowledged: u64,
}

impl Viewer {
    /// The `client` of its hello, 0 before.
    #[must_use]
    pub fn client(&self) -> u64 {
        self.hello.as_ref().map_or(0, |h| h.client)
    }

    /// The first surface that shows a session: what makes it a client in tmux's sense.
    #[must_use]
    pub fn session_surface(&self) -> Option<&Surface> {
        self.surfaces.values().find(|s| matches!(s.target, SurfaceTarget::Session(_)))
    }

    /// As [`Viewer::session_surface`], to be changed.
    pub fn session_surface_mut(&mut self) -> Option<&mut Surface> {
        self.surfaces.values_mut().find(|s| matches!(s.target, SurfaceTarget::Session(_)))
    }

    /// The session that it is attached to.
    #[must_use]
    pub fn session(&self) -> Option<SessionId> {
        self.session_surface().and_then(|s| match s.target {
            SurfaceTarget::Session(session) => Some(session),
            SurfaceTarget::Pane(_) => None,
        })
    }

    /// Its name in `list-clients`: its tty, or a name made of its number.
    #[must_use]
    pub fn name(&self) -> String {
        match &self.hello {
            Some(hello) if !hello.tty.is_empty() => hello.tty.clone(),
            Some(hello) => format!("client-{}", hello.pid),
            None => format!("client-{}", self.id.0),
        }
    }
}
