//! What the loop needs of the core and of the keeper: two traits, so that it runs over fakes in a test.

use abide_core::base::{
    geometry::Size,
    ids::PaneId,
    instant::{Instant, Now},
};
use abide_core::boundary::{Effect, ExitStatus, Input, InputMark, Program, PtyFacts, Signal};
use abide_core::screen::Screen;
use std::io;
use std::os::fd::{BorrowedFd, OwnedFd};

/// The core: `abide_core::server::Server`.
pub trait Core {
    /// Takes one input.
    fn handle(&mut self, now: Now, input: Input<'_>);
    /// What is to be done, drained.
    fn effects(&mut self) -> Vec<Effect>;
    /// Bytes at the end of the output handled last that it has not taken: they are given to it again in another turn.
    fn output_left(&self) -> usize {
        0
    }
    /// When `DeadlineReached` is wanted.
    fn deadline(&self) -> Option<Instant>;
    /// The structure record, when it changed since last asked.
    fn structure(&mut self) -> Option<Vec<u8>>;
    /// Its panes.
    fn panes(&self) -> Vec<PaneId>;
    /// The highest input numbers that were taken for a pane, by client: said once, at recovery.
    fn taken(&mut self, pane: PaneId, marks: &[(u64, u64)]);
    /// A pane's screen.
    fn screen(&self, pane: PaneId) -> Option<&Screen>;
    /// Gives a pane another screen: at recovery, and when its own broke. Replies to queries before that offset
    /// of its journal are not given again.
    fn adopt(&mut self, pane: PaneId, facts: PtyFacts, screen: Option<Screen>, replies_until: u64);
}

/// The keeper's end: `keeper::link::KeeperLink`.
pub trait Keeper {
    /// A pane's shared memory.
    type Memory: Memory;
    /// Ready for reading or writing: call [`Keeper::events`].
    fn fd(&self) -> BorrowedFd<'_>;
    /// All events that have come.
    ///
    /// # Errors
    /// When the keeper is gone or makes no sense.
    fn events(&mut self) -> io::Result<Vec<KeeperEvent<Self::Memory>>>;
    /// Opens a pty and starts a program; once per pane, however often it is asked.
    ///
    /// # Errors
    /// When it can't be said to the keeper.
    fn spawn(&mut self, pane: PaneId, program: &Program, size: Size) -> io::Result<()>;
    /// The pty has another size.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn resize(&mut self, pane: PaneId, size: Size) -> io::Result<()>;
    /// Signals a pane's processes.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn signal(&mut self, pane: PaneId, signal: Signal) -> io::Result<()>;
    /// The core knows how a program ended: the keeper need not say it again.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn acknowledge_exit(&mut self, pane: PaneId) -> io::Result<()>;
    /// The pane is no longer needed.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn release(&mut self, pane: PaneId) -> io::Result<()>;
    /// The keeper is to become that program; answered by [`KeeperEvent::Replaced`].
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn replace(&mut self, program: &str) -> io::Result<()>;
    /// The daemon after this one is to be that program; answered by [`KeeperEvent::Next`].
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn next(&mut self, program: &str) -> io::Result<()>;
    /// What was left makes sense, and this daemon goes on with it: from here on nothing falls back on the one before.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn take_over(&mut self) -> io::Result<()>;
    /// Ends every program, removes the socket and exits.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn shutdown(&mut self) -> io::Result<()>;
    /// Answers `KeeperEvent::Ending`: all that can be stored is.
    ///
    /// # Errors
    /// As [`Keeper::spawn`].
    fn drained(&mut self) -> io::Result<()>;
    /// Called once after input was published or a journal released: tells the keeper, when there is something to tell.
    fn ring_doorbell(&self);
    /// Writes the structure record where the next daemon finds it.
    ///
    /// # Errors
    /// When it does not fit.
    fn write_structure(&mut self, record: &[u8]) -> io::Result<()>;
    /// Takes the place of a keeper that is gone, with the server's socket and all panes. Returns only when that can't
    /// be: why.
    fn take_its_place(&self, listener: BorrowedFd<'_>, panes: &[Held<'_, Self::Memory>]) -> io::Error;
}

/// A pane as the loop has it: which, its memory, its eventfd.
pub type Held<'d, M> = (PaneId, &'d M, BorrowedFd<'d>);

/// A pane's shared memory. Offsets count the bytes since the pane began.
pub trait Memory {
    /// Bytes from an offset to the newest, in two pieces where the ring's end lies between them.
    fn unread(&self, from: u64) -> (&[u8], &[u8]);
    /// Offset just after the newest byte.
    fn head(&self) -> u64;
    /// Offset of the oldest byte still held.
    fn tail(&self) -> u64;
    /// Bytes that the journal holds at most.
    fn journal_bytes_max(&self) -> u64;
    /// Lets go of bytes before an offset.
    fn release(&mut self, to: u64);
    /// Bytes that are committed in one step at most.
    fn input_record_bytes_max(&self) -> usize;
    /// Commits input for the program; `false` when there is no room.
    fn publish(&mut self, mark: InputMark, bytes: &[u8]) -> bool;
    /// Stores a screen as it is at an offset.
    ///
    /// # Errors
    /// When there is no room for it.
    fn checkpoint(&mut self, offset: u64, screen: &Screen) -> io::Result<()>;
    /// The newest screen stored that makes sense, with its offset.
    fn restored(&self) -> Option<(u64, Screen)>;
}

/// What the keeper tells.
pub enum KeeperEvent<M> {
    /// A pty is open.
    Opened {
        /// The pane it is for.
        pane: PaneId,
        /// Its program and tty.
        facts: PtyFacts,
        /// Its memory.
        memory: M,
        /// An eventfd that is written when the journal has grown.
        wake: OwnedFd,
    },
    /// It could not be opened.
    OpenFailed {
        /// The pane it was for.
        pane: PaneId,
        /// One sentence.
        why: String,
    },
    /// A program has ended; all it wrote is in the journal.
    Exited {
        /// Whose.
        pane: PaneId,
        /// How.
        status: ExitStatus,
        /// The journal's offset after the last byte it wrote.
        end: u64,
    },
    /// Everything is to end, and sessions are to come back: why, in a word. No pty is read any more.
    Ending(String),
    /// It has become the program asked for, of this version, or one sentence why not.
    Replaced(Result<String, String>),
    /// The next daemon will be the program asked for, or one sentence why not.
    Next(Result<(), String>),
    /// Something asked for was not done; one sentence, for the log.
    Refused(String),
}
