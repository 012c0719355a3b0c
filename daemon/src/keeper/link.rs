//! The daemon's end of the keeper.

use super::control::{self, Doorbell};
use super::limits::{GREETING_MS, LAST_WORDS_MS, MESSAGE_BYTES_MAX, STRUCTURE_BYTES};
use super::message::{NEXT, PaneReport, REPLACE, Succession, ToDaemon, ToKeeper, VERSIONS};
use super::pane_memory::PaneMemory;
pub use super::rescue::HeldPane;
use super::rescue::Heritage;
use super::slots::SlotPair;
use super::wire::{self, Received};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{ExitStatus, Occasion, Program, Signal};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// The connection to the keeper. Register [`KeeperLink::fd`] for reading and writing, edge-triggered, and call
/// [`KeeperLink::events`] at either.
#[derive(Debug)]
pub struct KeeperLink {
    socket: OwnedFd,
    buffer: Vec<u8>,
    /// Records that the keeper has to take first.
    outbox: VecDeque<Vec<u8>>,
    /// Panes reported whose eventfd has not come yet.
    halves: BTreeMap<PaneId, (PaneReport, PaneMemory)>,
    doorbell: Arc<Doorbell>,
    structure: SlotPair,
    heritage: Heritage,
    /// Path of our own program as the keeper told it; empty where it did not.
    program: String,
    /// It starts the daemon that an upgrade wants, and hears when one takes over.
    knows_upgrades: bool,
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
    /// Why this one was started.
    pub occasion: Occasion,
    /// Path of the daemon's program as the keeper knows it; none where it is no UTF-8 or the keeper does not say it.
    pub program: Option<String>,
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
// A pane's memory is large beside the rest, and moved once in its life.
#[allow(clippy::large_enum_variant)]
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
    /// Everything is to end, and sessions are to come back: store them, say [`KeeperLink::drained`], end.
    Ending {
        /// Why, in a word.
        why: String,
    },
    /// Answers [`KeeperLink::replace`]: the keeper has become another program, of this version, or a sentence why not.
    Replaced(Result<String, String>),
    /// Answers [`KeeperLink::next`]: the next daemon will be that program, or a sentence why not.
    Next(Result<(), String>),
    /// The keeper could not do what was asked: for the log.
    Refused {
        /// What, and why not.
        why: String,
    },
}

fn invalid(what: impl Into<String>) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.into())
}

fn gone() -> io::Error {
    io::Error::new(io::ErrorKind::BrokenPipe, "the keeper is gone")
}

/// A record and its descriptor, waited for until a deadline.
fn await_record(
    socket: &OwnedFd,
    buffer: &mut [u8],
    deadline: Instant,
) -> io::Result<(ToDaemon, Option<OwnedFd>)> {
    loop {
        match wire::receive(socket, buffer)? {
            Received::Record(n, descriptor) => {
                let message = ToDaemon::decode(buffer.get(..n).unwrap_or_default())
                    .map_err(|verb| invalid(format!("the keeper's message {verb} is malformed")))?;
                return Ok((message, descriptor));
            }
            Received::TooLong => return Err(invalid("the keeper's message is too long")),
            Received::NoDescriptor(n) => match ToDaemon::decode(buffer.get(..n).unwrap_or_default()) {
                // What only a lost keeper needs can be missed.
                Ok(
                    message @ (ToDaemon::Estate(_)
                    | ToDaemon::Sluice
                    | ToDaemon::Master { .. }
                    | ToDaemon::Process { .. }),
                ) => return Ok((message, None)),
                _ => return Err(no_descriptor()),
            },
            Received::Closed => return Err(gone()),
            Received::Nothing => {}
        }
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(io::Error::new(io::ErrorKind::TimedOut, "the keeper does not answer"));
        }
        let timeout = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(socket, PollFlags::IN)], Some(&timeout)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
    }
}

fn no_descriptor() -> io::Error {
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile);
    let text = format!(
        "descriptors run out (limit of open files: {}, at most {}): raise it (ulimit -n)",
        limit.current.map_or("none".to_owned(), |n| n.to_string()),
        limit.maximum.map_or("none".to_owned(), |n| n.to_string()),
    );
    io::Error::new(io::ErrorKind::QuotaExceeded, text)
}

impl KeeperLink {
    /// Greets the keeper and takes over what it holds. Waits for its answers, 5 s at most.
    ///
    /// # Errors
    /// When it does not answer, speaks no version that we do, or descriptors run out.
    pub fn adopt(socket: OwnedFd) -> io::Result<(KeeperLink, Inheritance)> {
        rustix::io::ioctl_fionbio(&socket, true)?;
        let deadline = Instant::now() + Duration::from_millis(GREETING_MS);
        let mut buffer = vec![0; MESSAGE_BYTES_MAX];
        let (min, max) = VERSIONS;
        if !wire::send(&socket, &ToKeeper::Hello { min, max, takes_over: true }.encode(), None)? {
            return Err(gone());
        }
        let mut next = || await_record(&socket, &mut buffer, deadline);
        let (keeper_pid, starts, crash, succession, control_file) = match next()? {
            (ToDaemon::Welcome { version, keeper_pid, starts, crash, succession }, Some(file)) => {
                if !(min..=max).contains(&version) {
                    return Err(invalid(format!("the keeper speaks version {version}, we {min} to {max}")));
                }
                (keeper_pid, starts, crash, succession, file)
            }
            (ToDaemon::Refused { why, .. }, _) => return Err(invalid(why)),
            (other, _) => return Err(invalid(format!("the keeper greets with {other:?}"))),
        };
        let (ToDaemon::Bell, Some(bell)) = next()? else {
            return Err(invalid("the keeper has no doorbell"));
        };
        let map = control::map(control_file.as_fd())?;
        let heritage = Heritage::new(keeper_pid, starts, control_file.as_raw_fd(), bell.as_raw_fd());
        let doorbell = Arc::new(Doorbell::new(Arc::clone(&map), bell));
        let structure = SlotPair::open(control_file, map, control::STRUCTURE, STRUCTURE_BYTES)?;
        let mut link = KeeperLink {
            socket,
            buffer: Vec::new(),
            outbox: VecDeque::new(),
            halves: BTreeMap::new(),
            doorbell,
            structure,
            heritage,
            program: succession.as_ref().map(|s| s.program.clone()).unwrap_or_default(),
            knows_upgrades: succession.is_some(),
        };
        let mut panes = Vec::new();
        loop {
            let (message, descriptor) = await_record(&link.socket, &mut buffer, deadline)?;
            match message {
                ToDaemon::Pane(report) => link.half(report, descriptor)?,
                ToDaemon::Wake { pane } => {
                    let wake = descriptor.ok_or_else(|| invalid("a pane's eventfd is missing"))?;
                    if let Some((report, memory)) = link.halves.remove(&pane) {
                        let PaneReport { pid, tty, exited, .. } = report;
                        panes.push(InheritedPane { pane, pid, tty, memory, wake, exited });
                    }
                }
                ToDaemon::Reported { .. } => break,
                other => link.inherit(other, descriptor),
            }
        }
        link.buffer = buffer;
        let structure = link.structure.read();
        let crash = Some(crash).filter(|text| !text.is_empty());
        let older = Succession { occasion: Occasion::Usual, program: String::new() };
        let Succession { occasion, program } = succession.unwrap_or(older);
        let program = Some(program).filter(|path| !path.is_empty());
        Ok((link, Inheritance { keeper_pid, structure, panes, crash, starts, occasion, program }))
    }

    fn half(&mut self, report: PaneReport, memory: Option<OwnedFd>) -> io::Result<()> {
        let file = memory.ok_or_else(|| invalid("a pane's memory is missing"))?;
        let index = report.index as usize;
        self.heritage.pane(&report);
        let bell = Arc::clone(&self.doorbell);
        let memory = PaneMemory::open(file, report.geometry, report.positions, bell, index)?;
        self.halves.insert(report.pane, (report, memory));
        Ok(())
    }

    /// Takes what is for the day that the keeper is lost.
    fn inherit(&mut self, message: ToDaemon, descriptor: Option<OwnedFd>) {
        match message {
            ToDaemon::Estate(estate) => self.heritage.estate(estate, descriptor),
            ToDaemon::Sluice => self.heritage.sluice(descriptor),
            ToDaemon::Master { pane } => self.heritage.master(pane, descriptor),
            ToDaemon::Process { pane } => self.heritage.process(pane, descriptor),
            // A later keeper's word: nothing that this version needs.
            _ => {}
        }
    }

    /// Takes the keeper's place, after [`KeeperLink::events`] said that it is gone: this process becomes a keeper,
    /// which starts a daemon. `listener` is the server's socket; a pane that is not among those given is lost. Returns
    /// only when that can't be, and why.
    #[must_use]
    pub fn take_its_place(&self, listener: BorrowedFd<'_>, panes: &[HeldPane<'_>]) -> io::Error {
        io::Error::new(io::ErrorKind::BrokenPipe, self.heritage.take_its_place(listener, panes))
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
        self.flush()?;
        let mut events = Vec::new();
        loop {
            let (n, descriptor) = match wire::receive(&self.socket, &mut self.buffer)? {
                Received::Record(n, descriptor) => (n, descriptor),
                Received::Nothing => return Ok(events),
                Received::Closed if events.is_empty() => return Err(gone()),
                Received::Closed => return Ok(events),
                Received::NoDescriptor(n) => {
                    events.extend(self.without_descriptor(n));
                    continue;
                }
                Received::TooLong => {
                    events.push(KeeperEvent::Refused { why: "its message is too long".to_owned() });
                    continue;
                }
            };
            let record = self.buffer.get(..n).unwrap_or_default();
            match ToDaemon::decode(record) {
                Ok(message) => events.extend(self.event(message, descriptor)),
                Err(verb) => {
                    events.push(KeeperEvent::Refused { why: format!("its message {verb} is malformed") });
                }
            }
        }
    }

    fn event(&mut self, message: ToDaemon, descriptor: Option<OwnedFd>) -> Option<KeeperEvent> {
        match message {
            ToDaemon::Pane(report) => {
                let pane = report.pane;
                self.half(report, descriptor)
                    .err()
                    .map(|e| KeeperEvent::OpenFailed { pane, why: e.to_string() })
            }
            ToDaemon::Wake { pane } => {
                let (PaneReport { pid, tty, .. }, memory) = self.halves.remove(&pane)?;
                Some(match descriptor {
                    Some(wake) => KeeperEvent::Opened { pane, pid, tty, memory, wake },
                    None => KeeperEvent::OpenFailed { pane, why: "its eventfd is missing".to_owned() },
                })
            }
            ToDaemon::OpenFailed { pane, why } => Some(KeeperEvent::OpenFailed { pane, why }),
            ToDaemon::Exited { pane, status, end } => {
                self.heritage.exited(pane, status);
                Some(KeeperEvent::Exited { pane, status, end })
            }
            ToDaemon::Replaced { version } => Some(KeeperEvent::Replaced(Ok(version))),
            ToDaemon::Refused { verb: REPLACE, why } => Some(KeeperEvent::Replaced(Err(why))),
            ToDaemon::Granted { verb: NEXT } => Some(KeeperEvent::Next(Ok(()))),
            ToDaemon::Refused { verb: NEXT, why } => Some(KeeperEvent::Next(Err(why))),
            ToDaemon::Refused { verb, why } => {
                Some(KeeperEvent::Refused { why: format!("request {verb}: {why}") })
            }
            ToDaemon::Ending { why } => Some(KeeperEvent::Ending { why }),
            other => {
                self.inherit(other, descriptor);
                None
            }
        }
    }

    /// A pane whose descriptors we could not take: it is given up.
    fn without_descriptor(&mut self, n: usize) -> Option<KeeperEvent> {
        let pane = match ToDaemon::decode(self.buffer.get(..n).unwrap_or_default()) {
            Ok(ToDaemon::Pane(report)) => report.pane,
            Ok(ToDaemon::Wake { pane }) => {
                // Without its first half this was said already.
                self.halves.remove(&pane)?;
                pane
            }
            _ => return None,
        };
        let _ = self.release(pane);
        Some(KeeperEvent::OpenFailed { pane, why: no_descriptor().to_string() })
    }

    fn send(&mut self, message: &ToKeeper) -> io::Result<()> {
        let record = message.encode();
        if record.len() > MESSAGE_BYTES_MAX {
            let text =
                format!("program and environment: {} bytes, at most {MESSAGE_BYTES_MAX}", record.len());
            return Err(io::Error::new(io::ErrorKind::ArgumentListTooLong, text));
        }
        self.outbox.push_back(record);
        self.flush()
    }

    fn flush(&mut self) -> io::Result<()> {
        while let Some(record) = self.outbox.front() {
            match wire::send(&self.socket, record, None) {
                Ok(true) => drop(self.outbox.pop_front()),
                Ok(false) => break,
                // The keeper's last words may still be there to read: `events` says that it is gone.
                Err(e) if matches!(e.kind(), io::ErrorKind::BrokenPipe | io::ErrorKind::ConnectionReset) => {
                    return Err(gone());
                }
                Err(e) => return Err(e),
            }
        }
        Ok(())
    }

    /// Sends what waits, before a process ends that can't send it later: the keeper takes it as fast as it reads.
    fn send_all(&mut self) -> io::Result<()> {
        let deadline = Instant::now() + Duration::from_millis(LAST_WORDS_MS);
        loop {
            self.flush()?;
            let left = deadline.saturating_duration_since(Instant::now());
            if self.outbox.is_empty() {
                return Ok(());
            }
            if left.is_zero() {
                return Err(io::Error::new(
                    io::ErrorKind::TimedOut,
                    "the keeper does not take what it is told",
                ));
            }
            let timeout =
                Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
            match poll(&mut [PollFd::new(&self.socket, PollFlags::OUT)], Some(&timeout)) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    /// Opens a pty and starts a program in it; answered by `Opened` or `OpenFailed`. Twice for a pane is once.
    ///
    /// # Errors
    /// When the keeper is gone, or the program's words and environment exceed the message bound.
    pub fn spawn(&mut self, pane: PaneId, program: &Program, size: Size) -> io::Result<()> {
        self.send(&ToKeeper::Spawn { pane, size, program: program.clone() })
    }

    /// Gives a pty another size.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn resize(&mut self, pane: PaneId, size: Size) -> io::Result<()> {
        self.send(&ToKeeper::Resize { pane, size })
    }

    /// Signals a pane's processes.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn signal(&mut self, pane: PaneId, signal: Signal) -> io::Result<()> {
        self.send(&ToKeeper::Signal { pane, signal })
    }

    /// The exit was heard and acted on: the keeper need not tell it again.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn acknowledge_exit(&mut self, pane: PaneId) -> io::Result<()> {
        self.send(&ToKeeper::AcknowledgeExit { pane })
    }

    /// Forgets a pane: hangs up its pty and frees its memory. Drop its [`PaneMemory`] too.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn release(&mut self, pane: PaneId) -> io::Result<()> {
        self.heritage.released(pane);
        self.send(&ToKeeper::Release { pane })
    }

    /// The end is intended: once this daemon has exited, the keeper ends the programs, removes the socket and
    /// exits too.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn shutdown(&mut self) -> io::Result<()> {
        self.send(&ToKeeper::Shutdown)?;
        self.send_all()
    }

    /// Answers `Ending`: all that can be stored is.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn drained(&mut self) -> io::Result<()> {
        self.send(&ToKeeper::Drained)?;
        self.send_all()
    }

    /// Asks the keeper to become this program in place; an empty path: the one that daemons are started from. Answered
    /// by `Replaced`; a keeper of before refuses.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn replace(&mut self, program: &Path) -> io::Result<()> {
        self.send(&ToKeeper::Replace { program: program.as_os_str().as_bytes().to_vec() })
    }

    /// The daemon after this one is to be the program at this path; answered by `Next`.
    ///
    /// # Errors
    /// When the keeper is gone, or older than this.
    pub fn next(&mut self, program: &str) -> io::Result<()> {
        if !self.knows_upgrades {
            let text =
                "it is older than upgrades: the next start of the server is the first that can have one";
            return Err(io::Error::new(io::ErrorKind::Unsupported, text));
        }
        self.send(&ToKeeper::Next { program: program.to_owned() })
    }

    /// What was left makes sense, and this daemon goes on with it: said once, to a keeper that listens for it.
    ///
    /// # Errors
    /// When the keeper is gone.
    pub fn take_over(&mut self) -> io::Result<()> {
        // What it was told at its greeting was where its predecessor is.
        self.heritage.serves(&self.program);
        if self.knows_upgrades { self.send(&ToKeeper::TakesOver) } else { Ok(()) }
    }

    /// Tells the keeper of input published and journal released since the last call, of all panes together;
    /// call it once at the end of a turn. Costs nothing when there is nothing to tell.
    pub fn ring_doorbell(&self) {
        self.doorbell.ring();
    }

    /// The write-ahead memory of the server's structure.
    pub fn structure(&mut self) -> &mut SlotPair {
        &mut self.structure
    }
}
