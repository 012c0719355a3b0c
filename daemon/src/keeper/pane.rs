//! A pane as the keeper has it: a pty, the program in it, and their rings.

use super::handover::PanePart;
use super::layout::Geometry;
use super::limits::{HANDOVER_NAME_BYTES_MAX, LAST_BYTES_MS, QUIET_MS, REOPENED_MS, TURN_BYTES};
use super::message::PaneReport;
use super::resume::Descriptors;
use super::rings::{Drained, Filled, Rings, Standing};
use super::sluice::Sluice;
use super::watch::{Interest, Source, Watch};
use crate::os::signal::{send, send_group};
use crate::os::spawn::{self, Original};
use crate::os::sys::{REPORT_BYTES, fork_exec};
use crate::os::{memory, pty};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{ExitStatus, Program, Signal};
use nix::sys::signal::Signal as Number;
use rustix::event::EventfdFlags;
use std::io;
use std::os::fd::{AsFd, AsRawFd, OwnedFd};
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// A read that brought this much is followed by another at once: there is likely more.
const READ_AGAIN_BYTES: usize = 1024;

#[derive(Debug)]
pub(super) struct Pane {
    pub(super) id: PaneId,
    index: usize,
    pub(super) pid: i32,
    tty: String,
    name: String,
    pub(super) memory: Rc<OwnedFd>,
    pub(super) wake: Rc<OwnedFd>,
    pub(super) master: Option<Rc<OwnedFd>>,
    /// While it is not known whether the program runs.
    report: Option<OwnedFd>,
    rings: Rings,
    watched: Interest,
    /// The journal is full: the pty is not read.
    stalled: bool,
    /// Everything is about to end: the pty is not read any more, so that what is stored is all there is.
    held: bool,
    /// Input waits for the program to read.
    blocked: bool,
    /// Nobody holds the pty's other side.
    hung_up: bool,
    /// When to look at the pty again without being told.
    look: Option<Instant>,
    /// When it has been quiet for so long that the journal's memory is given back.
    quiet: Option<Instant>,
    status: Option<ExitStatus>,
    finished: bool,
    pub(super) told: bool,
}

/// What an instant is to a record: milliseconds from now.
fn ms_from(now: Instant) -> impl Fn(Instant) -> u64 {
    move |at| u64::try_from(at.saturating_duration_since(now).as_millis()).unwrap_or(u64::MAX)
}

/// What became of starting a program.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Start {
    Unknown,
    Runs,
    Failed(String),
}

impl Pane {
    /// Opens a pty and starts a program in it.
    pub(super) fn open(
        id: PaneId,
        index: usize,
        program: &Program,
        size: Size,
        original: &Original,
    ) -> Result<Pane, String> {
        let short = |e: io::Error| format!("the pane's memory can't be made: {e}");
        let (file, rings) = Rings::create(Geometry::STANDARD).map_err(short)?;
        let wake = rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|e| short(e.into()))?;
        let pty = pty::open(size)?;
        let name = spawn::display_name(program).to_owned();
        let image = spawn::program(program, original);
        let slave = pty.slave.as_fd();
        let (pid, report) = fork_exec(&image, &[slave, slave, slave])
            .map_err(|e| format!("{}: no process to be had: {e}", name.escape_debug()))?;
        Ok(Pane {
            id,
            index,
            pid,
            tty: pty.path,
            name,
            memory: Rc::new(file),
            wake: Rc::new(wake),
            master: Some(Rc::new(pty.master)),
            report: Some(report),
            rings,
            watched: Interest::default(),
            stalled: false,
            held: false,
            blocked: false,
            hung_up: false,
            look: None,
            quiet: None,
            status: None,
            finished: false,
            told: false,
        })
    }

    /// Its input goes through the keeper's sluice, where there is one.
    pub(super) fn through(mut self, sluice: Option<Arc<Sluice>>) -> Pane {
        self.rings.sluice = sluice;
        self
    }

    /// As another keeper had it; the descriptors are taken from those that were handed over with it.
    pub(super) fn resume(
        part: PanePart,
        rings: Rings,
        handed: &mut Descriptors,
        now: Instant,
    ) -> Option<Pane> {
        let look = part.look_ms.map(|ms| now + Duration::from_millis(ms.min(LAST_BYTES_MS + REOPENED_MS)));
        Some(Pane {
            id: part.id,
            index: part.index as usize,
            pid: part.pid.cast_signed(),
            tty: part.tty,
            name: part.name,
            memory: Rc::new(handed.remove(&part.memory)?),
            wake: Rc::new(handed.remove(&part.wake)?),
            master: part.master.and_then(|n| handed.remove(&n)).map(Rc::new),
            report: part.report.and_then(|n| handed.remove(&n)),
            rings,
            watched: Interest::default(),
            stalled: part.stalled,
            held: false,
            blocked: part.blocked,
            hung_up: part.hung_up,
            look,
            quiet: Some(now + Duration::from_millis(QUIET_MS)),
            status: part.status,
            finished: part.finished,
            told: part.told,
        })
    }

    /// For a keeper that goes on with it.
    pub(super) fn part(&self, now: Instant) -> PanePart {
        let Standing { at, record, blank } = self.rings.standing();
        let name = self.name.chars().scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= HANDOVER_NAME_BYTES_MAX).then_some(c)
        });
        PanePart {
            id: self.id,
            index: self.index as u32,
            pid: self.pid.cast_unsigned(),
            tty: self.tty.clone(),
            name: name.collect(),
            memory: self.memory.as_raw_fd(),
            wake: self.wake.as_raw_fd(),
            master: self.master.as_ref().map(|m| m.as_raw_fd()),
            report: self.report.as_ref().map(OwnedFd::as_raw_fd),
            geometry: self.rings.geometry(),
            positions: at,
            blank,
            record,
            stalled: self.stalled,
            blocked: self.blocked,
            hung_up: self.hung_up,
            look_ms: self.look.map(ms_from(now)),
            status: self.status,
            finished: self.finished,
            told: self.told,
        }
    }

    /// The pipe on which its child says that it could not start, while that is open.
    pub(super) fn report_pipe(&self) -> Option<&OwnedFd> {
        self.report.as_ref()
    }

    /// Whether its program runs, or ran.
    pub(super) fn opened(&self) -> bool {
        self.report.is_none()
    }

    /// Whether its program has not ended, as far as is known.
    pub(super) fn runs(&self) -> bool {
        self.status.is_none()
    }

    /// Hears the child; once, when the pipe is readable or the child has ended.
    pub(super) fn hear_report(&mut self) -> Start {
        let Some(pipe) = &self.report else { return Start::Unknown };
        let mut bytes = [0; REPORT_BYTES];
        let start = match rustix::io::read(pipe, &mut bytes) {
            Err(rustix::io::Errno::INTR | rustix::io::Errno::AGAIN) => return Start::Unknown,
            Ok(REPORT_BYTES) => Start::Failed(spawn::failure(&self.name, bytes)),
            _ => Start::Runs,
        };
        self.report = None;
        start
    }

    /// Reads what the program has written so far, and no more after that: from now on it waits.
    pub(super) fn hold(&mut self, now: impl Fn() -> Instant) {
        if !self.stalled {
            self.read(now);
        }
        self.held = true;
    }

    /// Reads what the program wrote, a turn's worth, and wakes the daemon if it waits.
    pub(super) fn read(&mut self, now: impl Fn() -> Instant) {
        let Some(master) = self.master.as_ref().filter(|_| !self.held) else { return };
        let (mut turn, mut got, mut quiet) = (0, false, false);
        while turn < TURN_BYTES {
            match self.rings.fill(master.as_fd()) {
                Filled::Bytes(n) => {
                    got = true;
                    turn += n;
                    if n < READ_AGAIN_BYTES {
                        break;
                    }
                }
                Filled::Full if self.rings.wait_for_room() => {
                    self.stalled = true;
                    break;
                }
                Filled::Full => {}
                Filled::Nothing => {
                    quiet = true;
                    break;
                }
                Filled::Ended => {
                    self.hung_up = true;
                    break;
                }
            }
        }
        if got {
            self.hung_up = false;
            self.kick();
            if self.rings.has_to_return() {
                self.quiet = Some(now() + Duration::from_millis(QUIET_MS));
            }
        }
        if self.hung_up && self.status.is_none() {
            self.look = Some(now() + Duration::from_millis(REOPENED_MS));
        }
        let late = |at: Instant| now() >= at;
        self.finished |= self.status.is_some() && (self.hung_up || (quiet && self.look.is_some_and(late)));
        if self.finished {
            self.look = None;
        }
    }

    /// As [`Pane::read`], when there is anything to be read and room for it.
    pub(super) fn read_unless_stalled(&mut self, now: impl Fn() -> Instant) {
        if self.opened() && !self.stalled {
            self.read(now);
        }
    }

    fn kick(&self) {
        if self.rings.daemon_waits() {
            // Fails only when 2^64 kicks wait.
            let _ = rustix::io::write(&*self.wake, &1_u64.to_ne_bytes());
        }
    }

    /// Gives the program its input.
    pub(super) fn write(&mut self) {
        let Some(master) = &self.master else { return self.rings.drop_input() };
        self.blocked = self.rings.drain(master.as_fd()) == Drained::Blocked;
    }

    /// The daemon has touched the memory: there may be input, and room.
    pub(super) fn doorbell(&mut self, now: impl Fn() -> Instant) {
        if self.stalled && self.rings.has_room() {
            self.stalled = false;
            self.read(now);
        }
        self.write();
    }

    /// The program has ended. What it wrote last may still be on its way.
    pub(super) fn ended(&mut self, status: ExitStatus, now: impl Fn() -> Instant) {
        self.status = Some(status);
        self.look = Some(now() + Duration::from_millis(LAST_BYTES_MS));
        if !self.stalled {
            self.read(now);
        }
    }

    /// When to call [`Pane::look`].
    pub(super) fn look_at(&self) -> Option<Instant> {
        let read = self.look.filter(|_| !self.stalled && !self.held);
        read.into_iter().chain(self.quiet).min()
    }

    /// Does without being told to what was put off until now.
    pub(super) fn look(&mut self, now: impl Fn() -> Instant) {
        let at = now();
        if self.quiet.is_some_and(|quiet| quiet <= at) {
            // What the daemon has still to read is looked at again.
            let returned = self.rings.give_back_journal(&*self.memory);
            self.quiet = (!returned).then(|| at + Duration::from_millis(QUIET_MS));
        }
        if self.look.is_some_and(|look| look <= at) && !self.stalled && !self.held {
            self.read(now);
        }
    }

    /// How the program ended, once its last byte is in the journal.
    pub(super) fn exit(&self) -> Option<ExitStatus> {
        self.status.filter(|_| self.finished)
    }

    /// Waits at the pty for what is of use now; closes it when nothing ever will be.
    pub(super) fn watch(&mut self, watch: &Watch) {
        let Some(master) = &self.master else { return };
        let of_use = self.opened() && !self.hung_up && !self.finished;
        let want = Interest { read: of_use && !self.stalled && !self.held, write: of_use && self.blocked };
        if want != self.watched {
            let changed = watch.change(master, Source::Master(self.index), self.watched, want);
            match changed {
                Ok(()) => self.watched = want,
                Err(e) => log::error!("pane {}: its pty can't be waited for: {e}", self.id),
            }
        }
        if self.finished {
            self.master = None;
            self.rings.drop_input();
        }
    }

    /// Gives the pty another size.
    pub(super) fn resize(&self, size: Size) -> io::Result<()> {
        self.master.as_ref().map_or(Ok(()), |master| pty::resize(master.as_fd(), size))
    }

    /// Signals its processes.
    pub(super) fn signal(&self, signal: Signal) {
        let foreground = self.master.as_ref().and_then(|m| rustix::termios::tcgetpgrp(m).ok());
        let foreground = foreground.map_or(0, |pid| pid.as_raw_nonzero().get());
        if self.status.is_some() {
            return;
        }
        match signal {
            Signal::Interrupt => send_group(foreground, Number::SIGINT),
            Signal::Hangup => {
                for group in [self.pid, foreground] {
                    send_group(group, Number::SIGHUP);
                    // One that is stopped hears of it only when it goes on.
                    send_group(group, Number::SIGCONT);
                }
            }
            Signal::Kill => {
                send_group(foreground, Number::SIGKILL);
                send_group(self.pid, Number::SIGKILL);
                send(self.pid, Number::SIGKILL);
            }
        }
    }

    /// For a daemon that has just come.
    pub(super) fn facts(&mut self) -> PaneReport {
        self.rings.republish();
        PaneReport {
            pane: self.id,
            index: self.index as u32,
            pid: self.pid.cast_unsigned(),
            tty: self.tty.clone(),
            exited: self.exit(),
            positions: self.rings.positions(),
            geometry: self.rings.geometry(),
        }
    }

    /// The journal's head.
    pub(super) fn end(&mut self) -> u64 {
        self.rings.positions().journal_head
    }

    /// Hangs up: the kernel tells the pty's session.
    pub(super) fn close(&mut self) {
        self.master = None;
        self.report = None;
        // Whoever else still maps it can't use it: its pages can go now.
        memory::discard(&*self.memory, 0, self.rings.geometry().file_bytes());
    }
}
