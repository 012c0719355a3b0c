//! A keeper without processes: it speaks the real protocol over a real socket, makes real panes' memories with the
//! real keeper's rings, and plays the programs. It does a thing only when the world says so.

use super::program::Program;
use super::story::tell;
use abide::keeper::control::Table;
use abide::keeper::layout::Geometry;
use abide::keeper::limits::MESSAGE_BYTES_MAX;
use abide::keeper::message::{PaneReport, ToDaemon, ToKeeper};
use abide::keeper::rings::{Drained, Filled, Rings};
use abide::keeper::wire::{self, Received};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{ExitStatus, Signal};
use abide_tests::seed::Dice;
use rustix::event::{EventfdFlags, eventfd};
use std::collections::VecDeque;
use std::os::fd::{AsFd, OwnedFd};
use std::os::unix::net::UnixStream;

/// Bytes read from one pty before the others have their turn, as the real one has it.
const TURN_BYTES: usize = 64 * 1024;

/// A pane as the keeper has it.
pub(crate) struct Pane {
    pub(crate) id: PaneId,
    index: usize,
    pid: u32,
    memory: OwnedFd,
    wake: OwnedFd,
    rings: Rings,
    master: Option<UnixStream>,
    /// Not known yet whether the program runs.
    starts: bool,
    pub(crate) program: Program,
    stalled: bool,
    blocked: bool,
    status: Option<ExitStatus>,
    finished: bool,
    told: bool,
}

pub(crate) struct Keeper {
    control: OwnedFd,
    table: Table,
    bell: OwnedFd,
    geometry: Geometry,
    /// Bytes that a pty holds, each way.
    pty_bytes: usize,
    pub(crate) panes: Vec<Option<Pane>>,
    /// Programs of panes that were released.
    pub(crate) buried: Vec<(PaneId, Program)>,
    link: Option<OwnedFd>,
    greeted: bool,
    outbox: VecDeque<(Vec<u8>, Option<OwnedFd>)>,
    starts: u32,
    crash: String,
    next_pid: u32,
    seed: u64,
}

fn event() -> OwnedFd {
    eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK).expect("an eventfd")
}

fn copy(fd: &OwnedFd) -> OwnedFd {
    fd.try_clone().expect("a descriptor")
}

impl Keeper {
    pub(crate) fn new(seed: u64, geometry: Geometry, pty_bytes: usize) -> Keeper {
        let (control, table) = Table::create().expect("shared memory");
        Keeper {
            control,
            table,
            bell: event(),
            geometry,
            pty_bytes,
            panes: Vec::new(),
            buried: Vec::new(),
            link: None,
            greeted: false,
            outbox: VecDeque::new(),
            starts: 0,
            crash: String::new(),
            next_pid: 1000,
            seed,
        }
    }

    pub(crate) fn pane(&self, id: PaneId) -> Option<&Pane> {
        self.panes.iter().flatten().find(|p| p.id == id)
    }

    /// Places of panes that are there.
    pub(crate) fn places(&self) -> Vec<usize> {
        (0..self.panes.len()).filter(|at| self.panes[*at].is_some()).collect()
    }

    /// A daemon starts: gives its end of the link, on which the whole greeting already lies, since this keeper and it
    /// share a thread.
    pub(crate) fn greet(&mut self) -> OwnedFd {
        let (ours, theirs) = wire::pair().expect("a pair");
        self.link = Some(ours);
        self.outbox.clear();
        self.greeted = true;
        let welcome = ToDaemon::Welcome {
            version: 1,
            keeper_pid: 99,
            starts: self.starts,
            crash: std::mem::take(&mut self.crash),
            succession: None,
        };
        self.tell(&welcome, Some(copy(&self.control)));
        self.tell(&ToDaemon::Bell, Some(copy(&self.bell)));
        let mut panes = 0;
        for at in self.places() {
            if self.panes[at].as_ref().is_some_and(|p| !p.starts) {
                self.tell_opened(at);
                panes += 1;
            }
        }
        self.tell(&ToDaemon::Reported { panes }, None);
        self.send();
        assert!(self.outbox.is_empty(), "a greeting fits a socket");
        theirs
    }

    /// The daemon is gone. What it said before still counts, and input that it took but did not ring for.
    pub(crate) fn daemon_gone(&mut self, how: &str) {
        self.hear();
        self.link = None;
        self.greeted = false;
        self.outbox.clear();
        self.starts += 1;
        self.crash = how.to_owned();
        for at in self.places() {
            self.pane_doorbell(at);
        }
    }

    /// Hears what the daemon said.
    pub(crate) fn hear(&mut self) -> usize {
        let mut heard = 0;
        let mut buffer = vec![0; MESSAGE_BYTES_MAX];
        while let Some(link) = &self.link {
            match wire::receive(link, &mut buffer).expect("a socket") {
                Received::Record(n, _) => {
                    let message = ToKeeper::decode(&buffer[..n]).expect("what a daemon says makes sense");
                    heard += 1;
                    self.obey(message);
                }
                Received::Nothing | Received::Closed => break,
                other => panic!("a daemon said {other:?}"),
            }
        }
        heard
    }

    fn obey(&mut self, message: ToKeeper) {
        match message {
            ToKeeper::Hello { .. } => {}
            ToKeeper::Spawn { pane, .. } => self.spawn(pane),
            ToKeeper::Resize { .. } | ToKeeper::TakesOver | ToKeeper::Unknown(_) => {}
            ToKeeper::Signal { pane, signal } => {
                let status = match signal {
                    Signal::Hangup => Some(ExitStatus::Signal(1)),
                    Signal::Kill => Some(ExitStatus::Signal(9)),
                    Signal::Interrupt => None,
                };
                if let (Some(status), Some(at)) = (status, self.place(pane)) {
                    self.end_program(at, status);
                }
            }
            ToKeeper::Release { pane } => {
                if let Some(mut gone) = self.place(pane).and_then(|at| self.panes[at].take()) {
                    gone.program.end();
                    self.buried.push((gone.id, gone.program));
                }
            }
            ToKeeper::AcknowledgeExit { pane } => {
                if let Some(at) = self.place(pane)
                    && let Some(pane) = &mut self.panes[at]
                {
                    pane.told = true;
                }
            }
            ToKeeper::Shutdown | ToKeeper::Drained | ToKeeper::Next { .. } | ToKeeper::Replace { .. } => {
                panic!("nobody asked for {message:?}")
            }
        }
    }

    fn place(&self, id: PaneId) -> Option<usize> {
        self.panes.iter().position(|p| p.as_ref().is_some_and(|p| p.id == id))
    }

    fn spawn(&mut self, id: PaneId) {
        if let Some(at) = self.place(id) {
            if let Some(pane) = &mut self.panes[at]
                && !pane.starts
            {
                pane.told = false;
                self.tell_opened(at);
                self.tell_exit(at);
            }
            return;
        }
        let (memory, rings) = Rings::create(self.geometry).expect("shared memory");
        let (master, slave) = UnixStream::pair().expect("a pair");
        for end in [&master, &slave] {
            end.set_nonblocking(true).expect("a socket");
            rustix::net::sockopt::set_socket_send_buffer_size(end, self.pty_bytes).expect("a socket");
        }
        let index = self.panes.iter().position(Option::is_none).unwrap_or(self.panes.len());
        self.next_pid += 1;
        // A seed of its own, so that what one program does depends on nothing but the run and its number.
        let program = Program::start(&mut Dice::from(self.seed ^ u64::from(self.next_pid)), slave);
        tell(format_args!("keeper: spawns {id}, process {}, {:?}", self.next_pid, program.manner));
        let pane = Pane {
            id,
            index,
            pid: self.next_pid,
            memory,
            wake: event(),
            rings,
            master: Some(master),
            starts: true,
            program,
            stalled: false,
            blocked: false,
            status: None,
            finished: false,
            told: false,
        };
        if index == self.panes.len() {
            self.panes.push(None);
        }
        self.panes[index] = Some(pane);
    }

    /// A program that was started turns out to run.
    pub(crate) fn program_runs(&mut self, at: usize) {
        if let Some(pane) = &mut self.panes[at]
            && std::mem::take(&mut pane.starts)
        {
            self.tell_opened(at);
        }
    }

    fn tell_opened(&mut self, at: usize) {
        let Some(pane) = &mut self.panes[at] else { return };
        pane.rings.republish();
        let report = PaneReport {
            pane: pane.id,
            index: pane.index as u32,
            pid: pane.pid,
            tty: format!("/dev/pts/{}", pane.id.0),
            exited: pane.status.filter(|_| pane.finished),
            positions: pane.rings.positions(),
            geometry: pane.rings.geometry(),
        };
        let (memory, wake, id) = (copy(&pane.memory), copy(&pane.wake), pane.id);
        self.tell(&ToDaemon::Pane(report), Some(memory));
        self.tell(&ToDaemon::Wake { pane: id }, Some(wake));
    }

    fn tell_exit(&mut self, at: usize) {
        let Some(pane) = &mut self.panes[at] else { return };
        let Some(status) = pane.status.filter(|_| pane.finished && !pane.told && self.greeted) else {
            return;
        };
        pane.told = true;
        let exited = ToDaemon::Exited { pane: pane.id, status, end: pane.rings.positions().journal_head };
        self.tell(&exited, None);
    }

    fn tell(&mut self, message: &ToDaemon, descriptor: Option<OwnedFd>) {
        if self.link.is_some() {
            self.outbox.push_back((message.encode(), descriptor));
        }
    }

    /// Sends what the daemon takes.
    pub(crate) fn send(&mut self) {
        let Some(link) = &self.link else { return };
        while let Some((record, descriptor)) = self.outbox.front() {
            match wire::send(link, record, descriptor.as_ref().map(AsFd::as_fd)) {
                Ok(true) => drop(self.outbox.pop_front()),
                Ok(false) => break,
                Err(_) => self.outbox.clear(),
            }
        }
    }

    /// Hears the bell, if it rang: whoever is marked is looked at.
    pub(crate) fn hear_bell(&mut self) {
        let mut count = [0; 8];
        if rustix::io::read(&self.bell, &mut count).is_err() {
            return;
        }
        let mut marked = Vec::new();
        self.table.take(&mut marked);
        for at in marked {
            self.pane_doorbell(at);
        }
    }

    fn pane_doorbell(&mut self, at: usize) {
        if let Some(Some(pane)) = self.panes.get_mut(at) {
            if pane.stalled && pane.rings.has_room() {
                pane.stalled = false;
                pane.read();
            }
            pane.write();
        }
        self.watch(at);
    }

    /// The pty may be read or written.
    pub(crate) fn pane_ready(&mut self, at: usize) {
        if let Some(Some(pane)) = self.panes.get_mut(at) {
            if pane.starts || pane.finished {
                return;
            }
            if pane.blocked {
                pane.write();
            }
            if !pane.stalled {
                pane.read();
            }
        }
        self.watch(at);
    }

    fn watch(&mut self, at: usize) {
        if let Some(Some(pane)) = self.panes.get_mut(at)
            && pane.finished
        {
            pane.master = None;
            pane.blocked = false;
            pane.rings.drop_input();
        }
        self.tell_exit(at);
    }

    /// A program ends.
    pub(crate) fn end_program(&mut self, at: usize, status: ExitStatus) {
        if let Some(Some(pane)) = self.panes.get_mut(at)
            && pane.status.is_none()
        {
            pane.program.end();
            pane.status = Some(status);
            if !pane.stalled && !pane.starts {
                pane.read();
            }
        }
        self.watch(at);
    }
}

impl Pane {
    /// As the real keeper reads: a turn's worth; the daemon is woken if it waits.
    fn read(&mut self) {
        let Some(master) = &self.master else { return };
        let (mut turn, mut got) = (0, false);
        while turn < TURN_BYTES {
            match self.rings.fill(master.as_fd()) {
                Filled::Bytes(n) => {
                    got = true;
                    turn += n;
                }
                Filled::Full if self.rings.wait_for_room() => {
                    self.stalled = true;
                    break;
                }
                Filled::Full => {}
                Filled::Nothing => break,
                Filled::Ended => {
                    self.finished = self.status.is_some();
                    break;
                }
            }
        }
        if got && self.rings.daemon_waits() {
            rustix::io::write(&self.wake, &1_u64.to_ne_bytes()).expect("an eventfd");
        }
    }

    fn write(&mut self) {
        match &self.master {
            Some(master) => self.blocked = self.rings.drain(master.as_fd()) == Drained::Blocked,
            None => self.rings.drop_input(),
        }
    }

    /// Whether bytes are on their way in it.
    pub(crate) fn is_quiet(&mut self) -> bool {
        let at = self.rings.positions();
        !self.blocked && !self.stalled && !self.starts && at.input_head == at.input_tail
    }

    pub(crate) fn journal_head(&mut self) -> u64 {
        self.rings.positions().journal_head
    }
}
