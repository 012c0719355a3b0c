//! A viewer: one connection and what it looks at. A viewer with a session surface is what tmux calls a client.

use crate::{
    base::{
        geometry::{Point, Size},
        ids::{PaneId, SessionId, Ticket, ViewerId},
        instant::{Instant, Now},
    },
    boundary::COMMANDS,
    keys::{Code, Key},
    modes::{confirm::Confirm, prompt::Prompt},
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
    /// The viewer has nothing of it, or is to be told all of it again.
    pub whole: bool,
    /// Whether what surrounds the panes (of a session surface) is to be made anew.
    pub around_stale: bool,
    /// When it was last sent an update.
    pub sent_at: Option<Instant>,
    /// Something it shows may have changed since.
    pub dirty: bool,
    /// Something was typed on it, and what the active pane prints next (the echo) is not to wait for its pace.
    pub awaits_echo: bool,
    /// Bells to be told with the next update.
    pub bells: u32,
    /// Grows with each input or resize on it, over all viewers: `window-size latest` takes the highest.
    pub used: u64,
    /// Where the mouse went down, while a button is.
    pub drag: Option<Drag>,
    /// The session that was shown before (`switch-client -l`).
    pub last_session: Option<SessionId>,
}

/// A mouse button that is down.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Drag {
    /// Which one.
    pub button: u8,
    /// Where the mouse is, in cells of the window.
    pub last: Point,
    /// Where it was at the event before.
    pub before: Point,
    /// The pane that it went down on, which has the mouse until it comes up; `None` elsewhere.
    pub pane: Option<PaneId>,
    /// Whether it went down on a border.
    pub border: bool,
    /// Whether the border follows it (`resize-pane -M`).
    pub resizes: bool,
    /// Whether it has moved since.
    pub moved: bool,
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
    /// Until when a key after the prefix counts as such (`prefix-timeout`).
    pub prefix_until: Option<Instant>,
    /// A key has to follow before those so far have had their effect.
    pub waits: bool,
}

/// What lies over the status line, or over everything, until it is answered or its time is up.
#[derive(Clone, Debug)]
pub enum Overlay {
    /// A line of text (`display-message`, an error of a command bound to a key).
    Message {
        /// The line; may hold `#[…]`.
        text: String,
        /// When it goes by itself; `None`: at the next key.
        until: Option<Instant>,
    },
    /// `command-prompt`, and what modes ask.
    Prompt {
        /// What is asked and typed.
        prompt: Prompt,
        /// What becomes of the answer.
        then: Then,
        /// The command that waits for its end.
        waits: Option<Ticket>,
    },
    /// `confirm-before`, and what modes ask.
    Confirm {
        /// What is asked.
        confirm: Confirm,
        /// What becomes of a yes.
        then: Then,
        /// The command that waits for its end.
        waits: Option<Ticket>,
    },
    /// `display-panes`: numbers over the panes.
    Panes {
        /// When it goes.
        until: Option<Instant>,
        /// Run when a number is typed; `%%` stands for the pane.
        then: Then,
        /// The command that waits for its end.
        waits: Option<Ticket>,
        /// Whether keys go on to the pane (`display-panes -N`).
        passes_keys: bool,
    },
}

impl Overlay {
    /// Whether it waits for an answer: input that led to it has not had its full effect until then.
    #[must_use]
    pub fn asks(&self) -> bool {
        matches!(self, Overlay::Prompt { .. } | Overlay::Confirm { .. })
    }
}

/// What becomes of an answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Then {
    /// A command line is run, with `%1`, `%%` replaced by the answers.
    Command {
        /// The command line.
        template: String,
        /// The pane that it is for.
        pane: Option<PaneId>,
    },
    /// A pane's mode is given it as the last word of one of its commands.
    Mode {
        /// Which pane.
        pane: PaneId,
        /// Which command.
        command: &'static str,
    },
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
    /// Within a paste of several pieces, where it has no number by which that is remembered.
    pub pasting: bool,
    /// Keys that went down and were not for a program, so neither is their coming up.
    pub eaten: Vec<Code>,
    /// The highest input number that it said.
    pub said: u64,
    /// The highest that was acknowledged to it.
    pub acknowledged: u64,
    /// The last mouse press, for double and triple clicks: when, button, where, how many in a row.
    pub click: Option<(Instant, u8, u16, u16, u8)>,
}

impl Viewer {
    /// The `client` of its hello, 0 before, and where it took a number of the daemon's own.
    #[must_use]
    pub fn client(&self) -> u64 {
        self.hello.as_ref().map(|h| h.client).filter(|client| *client != COMMANDS).unwrap_or(0)
    }

    /// Whether it said that it has a feature.
    #[must_use]
    pub fn has(&self, feature: &str) -> bool {
        self.hello.as_ref().is_some_and(|hello| hello.features.iter().any(|f| f == feature))
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
