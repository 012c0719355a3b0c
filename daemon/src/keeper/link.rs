//! The daemon's end of the keeper.

use super::{pane_memory::PaneMemory, slots::SlotPair};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::server::{ExitStatus, Program, Signal};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// The connection to the keeper. Register [`KeeperLink::fd`] for reading and writing, edge-triggered, and call
/// [`KeeperLink::events`] at either.
#[derive(Debug)]
pub struct KeeperLink {
    socket: OwnedFd,
    structure: SlotPair,
}

/// What the keeper held when this daemon came.
#[derive(Debug)]
pub struct Inheritance {
    /// Its process id.
    pub keeper_pid: u32,
    /// The last structure written.
    pub structure: Option<Vec<u8>>,
    /// The panes it has.
    pub panes: Vec<InheritedPane>,
    /// How the daemon before this one ended, and the last it said, when that was not as intended.
    pub crash: Option<String>,
    /// Daemons started before this one.
    pub starts: u32,
}

/// A pane that outlived a daemon.
#[derive(Debug)]
pub struct InheritedPane {
    /// Which.
    pub pane: PaneId,
    /// Process id of its program.
    pub pid: u32,
    /// Path of its tty.
    pub tty: String,
    /// Its memory.
    pub memory: PaneMemory,
    /// An eventfd: readable when there is something new in the journal. Register it edge-triggered; it need
    /// not be read.
    pub wake: OwnedFd,
    /// How its program ended, if it has; the journal is then complete.
    pub exited: Option<ExitStatus>,
}

/// What the keeper says.
#[derive(Debug)]
pub enum KeeperEvent {
    /// A program runs.
    Opened {
        /// The pane it is for.
        pane: PaneId,
        /// Process id of its program.
        pid: u32,
        /// Path of its tty.
        tty: String,
        /// Its memory.
        memory: PaneMemory,
        /// As [`InheritedPane::wake`].
        wake: OwnedFd,
    },
    /// A program could not be started: one sentence why.
    OpenFailed {
        /// The pane it was for.
        pane: PaneId,
        /// Why.
        why: String,
    },
    /// A program has ended and its last byte is in the journal.
    Exited {
        /// Whose.
        pane: PaneId,
        /// How.
        status: ExitStatus,
        /// The journal's offset after that byte.
        end: u64,
    },
    /// The keeper could not do what was asked: for the log.
    Refused {
        /// What, and why not.
        why: String,
    },
}

impl KeeperLink {
    /// Greets the keeper and takes over what it holds. Waits for its answers, 5 s at most.
    ///
    /// # Errors
    /// When it does not answer, speaks no version that we do, or descriptors run out.
    pub fn adopt(fd: OwnedFd) -> io::Result<(KeeperLink, Inheritance)> {
        drop(fd);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// What to wait for.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.socket.as_fd()
    }

    /// What the keeper said since the last call; sends what could not be sent before. Never waits.
    ///
    /// # Errors
    /// When the keeper is gone: the daemon can only end.
    pub fn events(&mut self) -> io::Result<Vec<KeeperEvent>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Opens a pty and starts a program in it; answered by `Opened` or `OpenFailed`. Twice for a pane is once.
    ///
    /// # Errors
    /// When the keeper is gone, or the program's words and environment exceed the message bound.
    pub fn spawn(&mut self, pane: PaneId, program: &Program, size: Size) -> io::Result<()> {
        let _ = (pane, program, size);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Gives a pty another size.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn resize(&mut self, pane: PaneId, size: Size) -> io::Result<()> {
        let _ = (pane, size);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Signals a pane's processes.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn signal(&mut self, pane: PaneId, signal: Signal) -> io::Result<()> {
        let _ = (pane, signal);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The exit was heard and acted on: the keeper need not tell it again.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn acknowledge_exit(&mut self, pane: PaneId) -> io::Result<()> {
        let _ = pane;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Forgets a pane: hangs up its pty and frees its memory. Drop its [`PaneMemory`] too.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn release(&mut self, pane: PaneId) -> io::Result<()> {
        let _ = pane;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The end is intended: once this daemon has exited, the keeper ends the programs, removes the socket and
    /// exits too.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn shutdown(&mut self) -> io::Result<()> {
        Err(io::ErrorKind::Unsupported.into())
    }

    /// Tells the keeper of input published and journal released since the last call, of all panes together;
    /// call it once at the end of a turn. Costs nothing when there is nothing to tell.
    pub fn ring_doorbell(&self) {}

    /// The write-ahead memory of the server's structure.
    pub fn structure(&mut self) -> &mut SlotPair {
        &mut self.structure
    }
}
