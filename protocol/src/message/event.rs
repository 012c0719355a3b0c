//! What a viewer hears of without having asked for each: sessions and windows as they are, notices, errors.

use super::{Size, SurfaceNumber};
use serde::{Deserialize, Serialize};

/// Asks for topology events, or for no more of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Watch {
    /// Whether to send them.
    pub topology: bool,
}

/// Something happened.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// All sessions, windows and panes as they are now.
    Topology(Topology),
    /// A line for the person: what the status line would show.
    Message(String),
    /// A program put something on the clipboard (OSC 52), and the options allow it.
    Clipboard(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The client is to stop itself as by C-z in a shell (`suspend-client`); it repaints when it goes on.
    Suspend(SurfaceNumber),
}

/// All sessions.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Topology {
    /// In the order of `list-sessions`.
    pub sessions: Vec<SessionEntry>,
    /// What is wrong with durability, empty when nothing is: shown by the page as the status line does.
    pub durability: String,
}

/// One session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct SessionEntry {
    /// `$N`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its windows by index.
    pub windows: Vec<WindowEntry>,
    /// Viewers attached to it.
    pub attached: u32,
}

/// One window of a session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct WindowEntry {
    /// `@N`.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its size.
    pub size: Size,
    /// Its index in the session.
    pub index: u32,
    /// Panes where the layout puts them; only the zoomed one while zoomed.
    pub panes: Vec<PaneEntry>,
    /// Whether it is the session's current window.
    pub active: bool,
    /// Whether a pane is zoomed.
    pub zoomed: bool,
}

/// One pane of a window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PaneEntry {
    /// Left column in the window.
    pub x: u16,
    /// Top row in the window.
    pub y: u16,
    /// `%N`.
    pub id: String,
    /// Whether its program has ended.
    pub dead: bool,
    /// Its size.
    pub size: Size,
    /// Its title.
    pub title: String,
    /// Whether it is the window's active pane.
    pub active: bool,
}

/// What kind of fault it was.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ErrorCode {
    /// The frame was not a message; the connection ends.
    Malformed,
    /// A bound of the limits page was passed.
    TooLarge,
    /// The message is well formed but not known to this version.
    Unsupported,
    /// What it names does not exist.
    NotFound,
    /// Not allowed to this viewer.
    Denied,
    /// Said in the wrong order: nothing but hello comes first.
    OutOfOrder,
}

/// A message could not be taken.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ErrorNotice {
    /// What kind.
    pub code: ErrorCode,
    /// One sentence: what, where, what to do.
    pub text: String,
    /// Which surface, where one is meant.
    pub surface: Option<SurfaceNumber>,
}
