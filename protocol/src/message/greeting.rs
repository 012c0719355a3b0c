//! Hello, welcome, refusal, attaching and detaching.

use super::{Size, SurfaceNumber};
use crate::version::VersionRange;
use serde::{Deserialize, Serialize};

/// What kind of viewer is speaking: decides defaults only, never rights.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ViewerKind {
    /// The native client on a tty.
    Terminal,
    /// The browser page.
    Page,
    /// A program or a one-shot command.
    Program,
    /// tmux's control mode: lines of commands come as `CommandInput`, lines of answers go as `Output`.
    Control,
}

/// Names of [`Hello::features`] and [`Welcome::features`].
pub mod feature {
    /// The daemon takes [`InputEvent::Press`](crate::message::InputEvent::Press).
    pub const KEY_PRESSES: &str = "key_presses";
    /// The viewer shows pictures: it is told of placements ([`Update::pictures`](crate::message::Update::pictures)), where
    /// others get boxes among the cells.
    pub const PICTURES: &str = "pictures";
    /// The daemon takes [`ClientMessage::Features`](crate::message::ClientMessage::Features).
    pub const FEATURES_LATER: &str = "features_later";
    /// All that this version has.
    pub const ALL: &[&str] = &[KEY_PRESSES, PICTURES, FEATURES_LATER];
}

/// The first message of a connection.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Hello {
    /// Working directory of the client: where `new-session` starts when nothing else is said.
    pub cwd: String,
    /// Process id of the client, 0 where it has none.
    pub pid: u32,
    /// Path of the client's tty, empty where it has none; also its name in `list-clients`.
    pub tty: String,
    /// What kind of viewer this is.
    pub kind: ViewerKind,
    /// `TERM` of the client's tty, empty where it has none.
    pub term: String,
    /// Drawn at random once per client process or page; the same after a reconnect, so that input that was
    /// handled before the connection broke is not handled again.
    pub client: u64,
    /// Optional abilities that this side has.
    pub features: Vec<String>,
    /// Protocol versions spoken.
    pub versions: VersionRange,
    /// The client's environment, for `update-environment` and for what new sessions inherit.
    pub environment: Vec<(String, String)>,
}

/// What a client can do, as `Hello::features` has it: said again when it has found out more, as of its terminal, which answers
/// when it likes. For a daemon with the feature [`FEATURES_LATER`](feature::FEATURES_LATER).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Features {
    /// All of them; those of another list than before are as if they had been in the hello.
    pub features: Vec<String>,
}

/// Answers a hello.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Welcome {
    /// Process id of the daemon.
    pub pid: u32,
    /// Changes whenever a daemon process starts: a viewer that sees a new one redraws from the next full update.
    pub epoch: u64,
    /// The highest input number of this `client` that has already had its effect; 0 for a new client.
    pub input: u64,
    /// The protocol version settled on.
    pub version: u16,
    /// Optional abilities that both sides have.
    pub features: Vec<String>,
    /// Name and version of the program, for people.
    pub software: String,
}

/// Nothing could be settled, or this peer may not enter.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Refused {
    /// One sentence: what, and what to do.
    pub text: String,
    /// Protocol versions that the daemon speaks.
    pub versions: VersionRange,
}

/// What a viewer looks at.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SurfaceKind {
    /// The current window of a session, composed: panes, borders, status line. Follows the session.
    Session,
    /// One pane alone.
    Pane,
}

/// Asks to look at a surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attach {
    /// What kind of surface.
    pub kind: SurfaceKind,
    /// The viewer's size for it; for a pane surface, which is always sent at the pane's own size, the room
    /// that the viewer has for the whole window around the pane.
    pub size: Size,
    /// Whether this viewer's size counts towards the size of the window.
    pub resize: bool,
    /// The session or pane: `$1`, `%3`, a name, or `=name`.
    pub target: String,
    /// The client's number for it.
    pub surface: SurfaceNumber,
    /// Only look: input on this surface is refused.
    pub read_only: bool,
}

/// A surface is looked at. Said again for a surface that now follows another session (`switch-client`).
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Attached {
    /// What kind of surface.
    pub kind: SurfaceKind,
    /// The pane, `%N`, for a pane surface; else empty.
    pub pane: String,
    /// The session, `$N`.
    pub session: String,
    /// The client's number for it.
    pub surface: SurfaceNumber,
    /// Whether input on it is refused, so that a reconnect asks for the same. Left out when it is not.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub read_only: bool,
    /// Name of the session, for people.
    pub session_name: String,
    /// How long the client waits after a lone ESC before it is the Escape key (`escape-time`).
    pub escape_time_ms: u16,
}

/// Stop looking at a surface.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detach {
    /// The client's number for it.
    pub surface: SurfaceNumber,
}

/// Why a surface is no longer looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DetachReason {
    /// The viewer asked, or somebody detached it.
    Detached,
    /// The session or pane has ended.
    Ended,
    /// The server was told to end.
    ServerExited,
    /// Somebody else took it with `attach -d`.
    Taken,
    /// As `Detached`, and the client's parent is to be hung up (`detach-client -P`).
    HungUp,
}

/// A surface is no longer looked at.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Detached {
    /// A shell command that takes the client's place (`detach-client -E`), empty where there is none.
    pub exec: String,
    /// Name of the session, for the client's last line: `[detached (from session NAME)]`.
    pub name: String,
    /// What became of the session, in one sentence for the client's last line; left out where `reason` says all.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// Why.
    pub reason: DetachReason,
    /// The client's number for it.
    pub surface: SurfaceNumber,
}
