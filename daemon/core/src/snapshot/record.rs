//! The shapes in which the model is kept outside of it, apart from the model's own types: those may change
//! with every version, these are read by later ones.
//!
//! A record begins with its version. A field that is added later has a default; a change of meaning is a new
//! version with a reader of its own. Golden bytes of every version stay in the tests.

use crate::{boundary::Program, options::OptionNode};
use serde::{Deserialize, Serialize};

/// The version that this program writes.
pub const VERSION: u16 = 1;

/// Only the version of a record.
#[derive(Debug, Deserialize)]
pub struct Probe {
    /// Which reader it needs.
    pub version: u16,
}

/// A variable: name, value (`None`: to be removed), hidden.
pub type VariableRecord = (String, Option<String>, bool);

/// A window's place: index, window, bell, activity and silence seen.
pub type WinlinkRecord = (u32, u32, bool, bool, bool);

/// A moment: milliseconds of the machine's clock, seconds since 1970, seconds east of UTC.
pub type MomentRecord = (u64, i64, i32);

/// A session.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SessionRecord {
    /// Its number.
    pub id: u32,
    /// Where new windows start.
    pub cwd: String,
    /// Its name.
    pub name: String,
    /// Use clock.
    pub used: u64,
    /// Numbers of the windows that were current before, newest last.
    pub last: Vec<u32>,
    /// Its windows.
    pub links: Vec<WinlinkRecord>,
    /// Index of the current window.
    pub current: u32,
    /// When it was created.
    pub created: MomentRecord,
    /// Options set on it.
    pub options: OptionNode,
    /// When something was last done in it.
    pub activity: MomentRecord,
    /// When it was last attached.
    pub attached: Option<MomentRecord>,
    /// Variables set on it.
    pub environment: Vec<VariableRecord>,
}

/// A window.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WindowRecord {
    /// Its number.
    pub id: u32,
    /// Panes that were active before, newest last.
    pub last: Vec<u32>,
    /// Its name.
    pub name: String,
    /// Its active pane.
    pub active: u32,
    /// Its layout, as text.
    pub layout: String,
    /// What the layout's text does not tell.
    pub shares: Vec<u16>,
    /// Whether the active pane has the whole window.
    pub zoomed: bool,
    /// When it was created.
    pub created: MomentRecord,
    /// Options set on it.
    pub options: OptionNode,
    /// When something was last written in it.
    pub activity: MomentRecord,
    /// Its own size (`resize-window`).
    pub manual_size: Option<(u16, u16)>,
}

/// What became of a pane's program.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StateRecord {
    /// On its way.
    Starting,
    /// Runs.
    Running,
    /// Never was.
    Empty,
    /// Ended: code or signal, and when.
    Dead(Option<i32>, Option<i32>, MomentRecord),
}

/// A pane without its screen.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PaneRecord {
    /// Its number.
    pub id: u32,
    /// Where its program is, as far as is known.
    pub cwd: String,
    /// Process id of its program.
    pub pid: u32,
    /// Path of its tty.
    pub tty: String,
    /// Columns and rows.
    pub size: (u16, u16),
    /// What became of its program.
    pub state: StateRecord,
    /// Its title.
    pub title: String,
    /// Its window.
    pub window: u32,
    /// Options set on it.
    pub options: OptionNode,
    /// Name of the program in its foreground, as far as is known.
    pub command: String,
    /// What was started. The environment is kept only until the program runs.
    pub program: Program,
    /// Input is dropped.
    pub input_off: bool,
    /// Use clock of when it was last active.
    pub active_point: u64,
    /// Bytes typed before its pty was open: client, number, bytes. What waits for a new shell's prompt is number 0 of
    /// the daemon's own ([`crate::boundary::COMMANDS`]), which no input has.
    pub typed_early: Vec<(u64, u64, serde_bytes::ByteBuf)>,
}

/// Where a session came from: its number here, the space there, its number there, and the panes that were its own.
pub type OriginRecord = (u32, String, u32, Vec<u32>);

/// A key binding that is not there by default, or a default one that is gone.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct BindingRecord {
    /// The key by its name.
    pub key: String,
    /// Its note.
    pub note: String,
    /// Its table.
    pub table: String,
    /// What it runs; `None`: it was unbound.
    pub script: Option<String>,
    /// Whether it repeats.
    pub repeat: bool,
}

/// A paste buffer: name, whether the name was made up, bytes, when.
pub type BufferRecord = (String, bool, serde_bytes::ByteBuf, MomentRecord);

/// Everything but screens: what a daemon leaves to the next one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StructureRecord {
    /// [`VERSION`].
    pub version: u16,
    /// The next session's, window's and pane's number, and the use clock.
    pub counters: (u32, u32, u32, u64),
    /// Sessions.
    pub sessions: Vec<SessionRecord>,
    /// Windows.
    pub windows: Vec<WindowRecord>,
    /// Panes.
    pub panes: Vec<PaneRecord>,
    /// Server options, global session options, global window options.
    pub options: (OptionNode, OptionNode, OptionNode),
    /// Changed key bindings.
    pub bindings: Vec<BindingRecord>,
    /// Global variables.
    pub environment: Vec<VariableRecord>,
    /// Paste buffers, newest first, as many as fit.
    pub buffers: Vec<BufferRecord>,
    /// The marked pane.
    pub marked: Option<u32>,
    /// Input numbers that had their effect: client, number.
    pub inputs: Vec<(u64, u64)>,
    /// Clients of whose last paste more is to come.
    #[serde(default)]
    pub pasting: Vec<u64>,
    /// Bytes that this turn writes to panes after this record: pane, client, number, bytes.
    pub writes: Vec<(u32, u64, u64, serde_bytes::ByteBuf)>,
    /// What panes may have in the store: pane, first chunk, one past the last, parts of the head.
    pub stored: Vec<(u32, u64, u64, u32)>,
    /// Sessions that have a record in the store.
    pub stored_sessions: Vec<u32>,
    /// Whether there ever was a session.
    pub had_sessions: bool,
    /// Sessions that came from other machines and whose records there are not gone yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub origins: Vec<OriginRecord>,
    /// Panes that came out of the store and whose programs are still to be started, and when the store's record of each was
    /// written: one that says another moment was written since, with the line on its screen about what is gone.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revived: Vec<(u32, MomentRecord)>,
}

/// The store's first record: which sessions count. What no record reachable from here names does not.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RootRecord {
    /// [`VERSION`].
    pub version: u16,
    /// When this was written.
    pub at: MomentRecord,
    /// Numbers of the sessions.
    pub sessions: Vec<u32>,
    /// The next session's, window's and pane's number, and the use clock.
    pub counters: (u32, u32, u32, u64),
}

/// A session in the store, with its windows.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSession {
    /// [`VERSION`].
    pub version: u16,
    /// The session.
    pub session: SessionRecord,
    /// The windows linked into it. One that several sessions have is in the record of each.
    pub windows: Vec<WindowRecord>,
}

/// What ran in a pane, beside its record: a version that does not know of it passes it over, and one that finds it
/// beside a record of another program's takes it for what it is, one that was left behind.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RanRecord {
    /// [`VERSION`].
    pub version: u16,
    /// The line as it was typed, where a shell told it.
    pub line: String,
    /// The program's words.
    pub words: Vec<String>,
}

/// Where a session in the store came from. While it is there the session's record in the other space may be marked as
/// ours; when the root names the session it is to be removed there, else to be given back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StoredOrigin {
    /// [`VERSION`].
    pub version: u16,
    /// The space there.
    pub space: String,
    /// The session's number there.
    pub session: u32,
    /// Numbers there of the panes that were its own.
    pub panes: Vec<u32>,
}

/// A pane in the store: the head that says which parts of its screen count.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredPane {
    /// [`VERSION`].
    pub version: u16,
    /// When this was written.
    pub at: MomentRecord,
    /// The pane.
    pub pane: PaneRecord,
    /// Generation of the parts of the screen's head.
    pub generation: u64,
    /// How many parts.
    pub parts: u32,
}
