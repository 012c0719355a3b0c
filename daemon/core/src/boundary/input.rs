//! What can happen, as the operating system tells it.

use super::{Occasion, Records};
use crate::base::{
    ids::{PaneId, Ticket, ViewerId},
    instant::Now,
};
use abide_protocol::message::ClientMessage;

/// Facts of the machine and the process that never change while it runs.
#[derive(Clone, Debug, Default)]
pub struct HostFacts {
    /// The daemon's process id.
    pub pid: u32,
    /// The keeper's process id.
    pub keeper_pid: u32,
    /// Host name.
    pub host: String,
    /// Login name of the user.
    pub user: String,
    /// The user's home directory.
    pub home: String,
    /// The user's shell.
    pub shell: String,
    /// Path of the server's socket.
    pub socket_path: String,
    /// The daemon's environment.
    pub environment: Vec<(String, String)>,
    /// Drawn at random at each start.
    pub epoch: u64,
    /// When this daemon process started.
    pub started: Now,
    /// Why it did.
    pub occasion: Occasion,
}

/// A pty that is now open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PtyFacts {
    /// Process id of its program.
    pub pid: u32,
    /// Path of the tty, `/dev/pts/4`.
    pub tty: String,
}

/// How a program ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitStatus {
    /// It returned this.
    Code(i32),
    /// This signal ended it.
    Signal(i32),
    /// Nobody was there to learn it.
    Unknown,
}

/// What the operating system says of a pane's foreground process.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ProcessFacts {
    /// Its working directory; empty when it can't be read.
    pub cwd: String,
    /// Name of the program.
    pub command: String,
    /// Its words; none when they are not text, too long, or written over by the program.
    pub arguments: Vec<String>,
    /// Whether it is the pane's own program, its shell at a prompt most times.
    pub own: bool,
}

/// One daemon's records in the store.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SpaceFacts {
    /// Its name, `HOST/SERVER`.
    pub name: String,
    /// One word: `here` for this daemon's own, `live`, `draining`, `free`, `lost` when its owner has been silent for as
    /// long as it takes, or can't be alive; `silent` when it was not heard of yet, nor listened to for that long.
    pub state: &'static str,
}

/// What a [`super::Look`] saw.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Looked {
    /// The daemons that have records, by name.
    Spaces(Vec<SpaceFacts>),
    /// Keys and values.
    Records(Vec<(Vec<u8>, Vec<u8>)>),
    /// What a restore takes into memory.
    Session(Records),
}

/// A key of the store, and what it has of it: nothing where it has none, or damaged bytes.
pub type Record = (Vec<u8>, Option<Vec<u8>>);

/// The answer to a [`super::Question`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// A batch is in the store for good.
    Committed,
    /// A batch is not in the store; one sentence why.
    NotCommitted(String),
    /// What the store holds, or one sentence why it can't be read.
    Looked(Result<Looked, String>),
    /// A step of a take-over is done, or one sentence why it is not.
    Taken(Result<(), String>),
    /// What the store has of keys, in the order asked; or one sentence why it could not be read.
    Records(Result<Vec<Record>, String>),
    /// No other program takes this daemon's place; one sentence why.
    NotUpgraded(String),
    /// A file's contents, or one sentence why not.
    File(Result<Vec<u8>, String>),
    /// Process facts, in the order asked.
    Processes(Vec<(PaneId, ProcessFacts)>),
    /// The newest line that a `Question::LastLine` printed; it runs on.
    Line(Vec<u8>),
    /// What a job (`run-shell`, `if-shell`) printed and its status; of a `Question::LastLine` its last line.
    Job {
        /// Its exit status, 255 when it could not run.
        status: i32,
        /// What it printed to both streams, cut at a bound.
        output: Vec<u8>,
    },
}

/// One thing that happened.
#[derive(Debug)]
pub enum Input<'a> {
    /// Answers `Effect::SpawnPty`.
    PtyOpened(PaneId, Result<PtyFacts, String>),
    /// A program wrote these bytes; the second field is the offset just after them, counted since the pane began. What is too
    /// much work at its end is left, see [`super::Server::output_left`].
    PtyOutput(PaneId, u64, &'a [u8]),
    /// A program has ended and every byte it wrote has been given.
    PtyExited(PaneId, ExitStatus),
    /// A connection was accepted from a peer with the right to enter.
    ViewerJoined(ViewerId),
    /// A message, decoded and within the limits page.
    ViewerSaid(ViewerId, ClientMessage),
    /// Everything told to this viewer has left for its socket: it may be sent the next update.
    ViewerDrained(ViewerId),
    /// The connection has ended.
    ViewerGone(ViewerId),
    /// The answer to a question.
    Answered(Ticket, Answer),
    /// The state of durability changed: empty when all is well, else one sentence for the status line.
    Durability(String),
    /// The store was damaged and begins empty: everything has to be committed anew.
    StoreEmptied,
    /// This process is about to end, its programs go on: what the store should still learn is asked for now. The
    /// commits asked for in answer to this are waited for; nothing else is.
    Leaving,
    /// Everything is about to end, programs too, and sessions are to come back: why, in a word (`SIGTERM`). The
    /// programs' output up to this moment has been given, and no more will be. Answered by `Effect::Drained`.
    Draining(String),
    /// The time is up in which `Effect::Drained` was waited for.
    DrainOver,
    /// A line for `show-messages`, from the shell around the core (a crash before this start, a moved file …).
    Notice(String),
    /// The deadline that `Server::deadline` named has come.
    DeadlineReached,
}
