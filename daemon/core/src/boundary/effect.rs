//! What the core wants done. Described as the operating system does it, never as a user wants it: user
//! actions are commands in a table.

pub use crate::base::limits::READ_KEYS_MAX;
use crate::base::{
    geometry::Size,
    ids::{PaneId, Ticket, ViewerId},
};
use abide_protocol::message::ServerMessage;
use serde::{Deserialize, Serialize};

/// A program to start in a pty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Program {
    /// Words: one word is given to the shell with `-c`, several are run as they are, none is the login shell.
    pub words: Vec<String>,
    /// The shell: run itself as a login shell when there are no words.
    pub shell: String,
    /// Where it starts; the home directory where that is gone.
    pub cwd: String,
    /// Its whole environment: nothing is inherited beside it.
    pub environment: Vec<(String, String)>,
}

/// Who a piece of input is from, for exactly-once: the pane's shared memory remembers the highest number
/// of each, together with the bytes, in one step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputMark {
    /// The client (`Hello::client`); 0 is the daemon itself, answering a program's queries, and [`COMMANDS`] is it too.
    pub client: u64,
    /// Its input number; for client 0 the journal offset up to which queries are answered.
    pub seq: u64,
}

/// The client of what commands write to panes without an input of anybody's, numbered by the use clock. No client
/// that draws its number at random has it.
pub const COMMANDS: u64 = u64::MAX;

/// Signals that the core sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signal {
    /// To the pane's session: its terminal is gone.
    Hangup,
    /// To the foreground process group.
    Interrupt,
    /// To all of it, at once.
    Kill,
}

/// One write to the store: a key, and bytes or nothing (delete).
pub type Write = (Vec<u8>, Option<Vec<u8>>);

/// Where a daemon's records lie.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Whose {
    /// The path of another store's file, which is read and stays as it is; none: in our own store.
    pub file: Option<String>,
    /// Its space's name.
    pub space: String,
}

/// A look at the store, which is done where it is and costs no commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Look {
    /// Which daemons have records in it, or in a file by its path.
    Spaces(Option<String>),
    /// Records of one of them, as far as a restore takes them into memory.
    Session {
        /// Of which.
        whose: Whose,
        /// Those whose keys begin with one of these.
        prefixes: Vec<Vec<u8>>,
    },
    /// Records of one of them.
    Records {
        /// Of which.
        whose: Whose,
        /// Those whose keys begin with one of these.
        prefixes: Vec<Vec<u8>>,
        /// No more bytes than that: with more there are none, and a sentence.
        bytes_max: usize,
    },
}

/// A step in bringing a record of another space to ours.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Taking {
    /// Its owner must be gone: then its record is marked as ours to take. Until it is known whether it is gone there is no
    /// answer, which takes some 15 s.
    Begin {
        /// The owner's space.
        space: String,
        /// The record's key.
        item: Vec<u8>,
    },
    /// Records are copied into our own space, a batch at a time, and these writes after them.
    Copy {
        /// From where.
        whose: Whose,
        /// Each record's key there, and here. One that is not there is none here.
        keys: Vec<(Vec<u8>, Vec<u8>)>,
        /// Writes.
        writes: Vec<Write>,
    },
    /// It is stored here: it goes there. Twice is once.
    Finish {
        /// The owner's space.
        space: String,
        /// The record's key.
        item: Vec<u8>,
        /// What the keys begin with that go with it.
        along: Vec<Vec<u8>>,
    },
    /// All that is marked as ours is given back, but for these records of these spaces.
    GiveBack {
        /// Space and key.
        but: Vec<(String, Vec<u8>)>,
    },
}

/// Something that takes time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Question {
    /// Put these writes into the store, all or none.
    Commit(Vec<Write>),
    /// Look at what the store holds, of this daemon and of others.
    Look(Look),
    /// A step of a take-over.
    Take(Taking),
    /// What the store has of these keys, at most [`READ_KEYS_MAX`]. It sees every commit asked for before. Without a key
    /// it is a way to go on in a later turn.
    ReadStore(Vec<Vec<u8>>),
    /// Read a file (a config file, `source-file`), at most this many bytes.
    ReadFile(String, usize),
    /// Have another program take this daemon's place. Answered only when it does not come to it: by then this daemon
    /// would have ended.
    Upgrade {
        /// Its path; an empty one is that of the daemon's own program, as it is on disk now.
        program: String,
        /// The keeper becomes it too, before.
        keeper: bool,
    },
    /// What runs in these panes.
    Processes(Vec<PaneId>),
    /// Run a shell command.
    Job {
        /// For `/bin/sh -c`.
        command: String,
        /// Where.
        cwd: String,
        /// With this environment.
        environment: Vec<(String, String)>,
        /// On its standard input (`copy-pipe`); nothing where it is empty.
        input: Vec<u8>,
    },
    /// Run a shell command for the last line that it prints (`#()`): told while it runs, at most once a second,
    /// and at its end.
    LastLine {
        /// For `/bin/sh -c`.
        command: String,
        /// Where.
        cwd: String,
        /// With this environment.
        environment: Vec<(String, String)>,
    },
}

/// One thing to do.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Open a pty and start a program in it; answered by `Input::PtyOpened`. Doing it twice for a pane is once.
    SpawnPty {
        /// The pane it is for.
        pane: PaneId,
        /// What to start.
        program: Program,
        /// The pty's size.
        size: Size,
    },
    /// Give bytes to a program, together with the mark, in one step that a crash can't split.
    WritePty(PaneId, InputMark, Vec<u8>),
    /// The pty has another size.
    ResizePty(PaneId, Size),
    /// Signal the pane's processes.
    SignalPty(PaneId, Signal),
    /// The pane is gone for good: hang up its pty, forget its status and its shared memory.
    ReleasePty(PaneId),
    /// Send a message.
    TellViewer(ViewerId, ServerMessage),
    /// Send what is queued, then close the connection.
    DismissViewer(ViewerId),
    /// Ask something; answered by `Input::Answered` with the same ticket.
    Ask(Ticket, Question),
    /// Nobody waits for a `Question::LastLine` any more: what runs for it is ended.
    Forget(Ticket),
    /// Keep the store where the option `store` says by now; doing it for the place where it is changes nothing. What
    /// that place can't do is said by `Input::Durability`.
    KeepStoreAt(String),
    /// Have what the store holds of machines that are lost for so many days removed, when others see that store; 0:
    /// keep it for ever.
    ExpireStored {
        /// How many.
        days: u32,
    },
    /// End the server: tell the keeper to end what still runs, flush the store, exit.
    Shutdown,
    /// Answers `Input::Draining`: all that can be stored is, and viewers are told. Exit.
    Drained,
}
