//! What the keeper does at each message of the daemon, and what it tells.

use super::limits::{MESSAGE_BYTES_MAX, OUTBOX_MESSAGES_MAX, PROGRAM_BYTES_MAX};
use super::message::{NEXT, Succession, ToDaemon, ToKeeper, VERSIONS};
use super::pane::Pane;
use super::process::Keeper;
use super::watch::{Interest, Source};
use super::wire::{self, Received};
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::Program;
use std::os::fd::OwnedFd;
use std::rc::Rc;
use std::time::Instant;

impl Keeper {
    /// Reads what the daemon said; ends it when it no longer listens.
    pub(super) fn hear_daemon(&mut self) {
        let mut buffer = std::mem::take(&mut self.buffer);
        while let Some(link) = self.daemon.as_ref().and_then(|d| d.link.as_ref()) {
            // One that asks and does not listen is not heard until it does.
            if self.outbox.len() >= OUTBOX_MESSAGES_MAX {
                break;
            }
            match wire::receive(link, &mut buffer) {
                Ok(Received::Nothing) => break,
                Ok(Received::Record(n, _)) => match ToKeeper::decode(buffer.get(..n).unwrap_or_default()) {
                    Ok(message) => self.obey(message),
                    Err(verb) => self.refuse(verb, "the message is malformed"),
                },
                Ok(Received::TooLong | Received::NoDescriptor(_)) => {
                    self.refuse(0, "the message is too long")
                }
                Ok(Received::Closed) | Err(_) => {
                    if let Some(daemon) = &mut self.daemon {
                        daemon.unlinked(Instant::now());
                    }
                }
            }
        }
        self.buffer = buffer;
    }

    fn obey(&mut self, message: ToKeeper) {
        match message {
            ToKeeper::Hello { min, max, takes_over } => self.greet(min, max, takes_over),
            ToKeeper::Spawn { pane, size, program } => self.spawn(pane, size, &program),
            ToKeeper::Resize { pane, size } => {
                let outcome = self.pane(pane).map(|p| p.resize(size));
                if let Some(Err(e)) = outcome {
                    self.refuse(3, &format!("pane {pane}: {e}"));
                }
            }
            ToKeeper::Signal { pane, signal } => {
                if let Some(pane) = self.pane(pane) {
                    pane.signal(signal);
                }
            }
            ToKeeper::Release { pane } => {
                if let Some(&index) = self.indexes.get(&pane) {
                    self.forget(index);
                }
            }
            ToKeeper::AcknowledgeExit { pane } => {
                if let Some(&index) = self.indexes.get(&pane)
                    && let Some(Some(pane)) = self.panes.get_mut(index)
                {
                    pane.told = true;
                }
            }
            ToKeeper::Shutdown => self.end(),
            ToKeeper::Drained => {
                if let Some(daemon) = &mut self.daemon {
                    daemon.drained = true;
                }
            }
            ToKeeper::Replace { program } => self.begin_replacement(program),
            ToKeeper::Next { program } if program.starts_with('/') && program.len() < PROGRAM_BYTES_MAX => {
                log::info!("the next daemon is to be {}", program.escape_debug());
                self.program.want(program.into());
                self.tell(&ToDaemon::Granted { verb: NEXT }, None);
            }
            ToKeeper::Next { .. } => self.refuse(NEXT, "the program's path is not absolute, or too long"),
            ToKeeper::TakesOver => {
                if let Some(daemon) = &mut self.daemon {
                    daemon.serves = true;
                    self.program.serves();
                }
            }
            ToKeeper::Unknown(verb) => self.refuse(verb, "this keeper does not know that request"),
        }
    }

    fn pane(&self, pane: PaneId) -> Option<&Pane> {
        self.panes.get(*self.indexes.get(&pane)?)?.as_ref()
    }

    fn greet(&mut self, min: u32, max: u32, takes_over: bool) {
        let (ours_min, ours_max) = VERSIONS;
        let version = max.min(ours_max);
        if version < min.max(ours_min) {
            let why =
                format!("this keeper speaks versions {ours_min} to {ours_max}, the daemon {min} to {max}");
            return self.refuse(1, &why);
        }
        let occasion = self.program.occasion();
        if let Some(daemon) = &mut self.daemon {
            daemon.greeted = true;
            let text = format!("daemon {} serves {}", daemon.pid, self.config.socket.display());
            self.supervised.serves(&text);
            daemon.takes_over = takes_over;
            daemon.serves = !takes_over;
            self.program.greeted(daemon.pid, takes_over, Instant::now());
        }
        let program = self.program.own_path().to_str().unwrap_or_default().to_owned();
        let welcome = ToDaemon::Welcome {
            version,
            keeper_pid: std::process::id(),
            starts: self.starts,
            crash: std::mem::take(&mut self.crash),
            succession: Some(Succession { occasion, program }),
        };
        self.tell(&welcome, Some(Rc::clone(&self.control)));
        self.tell(&ToDaemon::Bell, Some(Rc::clone(&self.bell)));
        self.tell_estate();
        let mut panes = 0;
        for index in 0..self.panes.len() {
            // One whose program is not known to run is told of when it is.
            if self.panes.get(index).is_some_and(|p| p.as_ref().is_some_and(Pane::opened)) {
                self.tell_opened(index);
                panes += 1;
            }
        }
        self.tell(&ToDaemon::Reported { panes }, None);
        self.tell_ending();
    }

    /// Tells that everything is to end, if somebody has asked for that.
    pub(super) fn tell_ending(&mut self) {
        if let Some(why) = self.asked.clone()
            && self.daemon.as_ref().is_some_and(|d| d.greeted)
        {
            self.tell(&ToDaemon::Ending { why }, None);
        }
    }

    fn spawn(&mut self, id: PaneId, size: Size, program: &Program) {
        if let Some(&index) = self.indexes.get(&id) {
            if self.pane(id).is_some_and(Pane::opened) {
                self.tell_opened(index);
                if let Some(Some(pane)) = self.panes.get_mut(index) {
                    pane.told = false;
                }
                self.tell_exit(index);
            }
            return;
        }
        let Some(index) = self.free_index() else {
            return self.tell_failed(id, "the keeper has no room for another pane".to_owned());
        };
        let pane = match Pane::open(id, index, program, size, &self.original) {
            Ok(pane) => pane.through(self.sluice.clone()),
            Err(why) => return self.tell_failed(id, why),
        };
        if let Some(pipe) = pane.report_pipe()
            && let Err(e) = self.watch.add(pipe, Source::Report(index), Interest::READ)
        {
            log::error!("pane {id}: its start can't be waited for: {e}");
        }
        // Its number is that of an orphan that has been reaped: of that nothing more will be heard.
        self.orphans.forget(pane.pid);
        self.programs.insert(pane.pid, Some(index));
        self.indexes.insert(id, index);
        if let Some(place) = self.panes.get_mut(index) {
            *place = Some(pane);
        }
    }

    /// Tells of a pane that is there.
    pub(super) fn tell_opened(&mut self, index: usize) {
        // A daemon that has not greeted yet hears of all panes together, behind the greeting.
        if !self.daemon.as_ref().is_some_and(|d| d.greeted) {
            return;
        }
        let Some(Some(pane)) = self.panes.get_mut(index) else { return };
        let (memory, wake, id) = (Rc::clone(&pane.memory), Rc::clone(&pane.wake), pane.id);
        let (master, process) = (pane.master.clone(), pane.pid);
        let report = ToDaemon::Pane(pane.facts());
        let process = pane.runs().then(|| self.pidfd(process)).flatten();
        self.tell(&report, Some(memory));
        if let Some(master) = master {
            self.tell(&ToDaemon::Master { pane: id }, Some(master));
        }
        if let Some(process) = process {
            self.tell(&ToDaemon::Process { pane: id }, Some(process));
        }
        self.tell(&ToDaemon::Wake { pane: id }, Some(wake));
    }

    /// A pidfd of a program that runs, or has ended and was not reaped.
    pub(super) fn pidfd(&self, pid: i32) -> Option<Rc<OwnedFd>> {
        self.orphans.pidfd(pid).or_else(|| {
            let pid = rustix::process::Pid::from_raw(pid)?;
            let opened = rustix::process::pidfd_open(pid, rustix::process::PidfdFlags::empty());
            opened.map_err(|e| log::warn!("program {}: {e}", pid.as_raw_nonzero())).ok().map(Rc::new)
        })
    }

    /// Tells what this keeper was started with, and hands over the lock.
    pub(super) fn tell_estate(&mut self) {
        let estate = ToDaemon::Estate(self.estate());
        match self.listening.lock().try_clone_to_owned() {
            Ok(lock) => self.tell(&estate, Some(Rc::new(lock))),
            Err(e) => log::warn!("the lock can't be handed over: {e}"),
        }
        if let Some(Ok(outlet)) = self.sluice.as_ref().map(|s| s.outlet.try_clone()) {
            self.tell(&ToDaemon::Sluice, Some(Rc::new(outlet)));
        }
    }

    /// Tells that a program could not be started.
    pub(super) fn tell_failed(&mut self, pane: PaneId, why: String) {
        // One that has not greeted asks for the pane itself, and is told then.
        if !self.daemon.as_ref().is_some_and(|d| d.greeted) {
            return;
        }
        self.tell(&ToDaemon::OpenFailed { pane, why }, None);
    }

    /// Tells of a program's end, if it has and that was not told.
    pub(super) fn tell_exit(&mut self, index: usize) {
        // What the end of everything ends is to come back.
        let Some(Some(pane)) = self.panes.get_mut(index).filter(|_| self.asked.is_none()) else { return };
        let Some(status) = pane.exit().filter(|_| !pane.told) else { return };
        if !self.daemon.as_ref().is_some_and(|d| d.greeted) {
            return;
        }
        pane.told = true;
        let exited = ToDaemon::Exited { pane: pane.id, status, end: pane.end() };
        self.tell(&exited, None);
    }

    pub(super) fn refuse(&mut self, verb: u16, why: &str) {
        log::warn!("request {verb} of the daemon refused: {}", why.escape_debug());
        self.tell(&ToDaemon::Refused { verb, why: why.to_owned() }, None);
    }

    pub(super) fn tell(&mut self, message: &ToDaemon, descriptor: Option<Rc<OwnedFd>>) {
        if self.daemon.as_ref().is_some_and(|d| d.link.is_some()) {
            let record = message.encode();
            // Only words that we were started with can be so long, and what is told of them can be missed.
            if record.len() <= MESSAGE_BYTES_MAX {
                self.outbox.push_back((record, descriptor));
            }
        }
    }

    /// Sends what the daemon takes, and waits for it to take the rest.
    pub(super) fn send_waiting(&mut self) {
        let Some(link) = self.daemon.as_ref().and_then(|d| d.link.as_ref()) else { return };
        while let Some((record, descriptor)) = self.outbox.front() {
            match wire::send(link, record, descriptor.as_deref().map(std::os::fd::AsFd::as_fd)) {
                Ok(true) => drop(self.outbox.pop_front()),
                Ok(false) => break,
                Err(e) => {
                    // It is ending, or has: reading the link says so.
                    log::debug!("the daemon does not take a message: {e}");
                    self.outbox.clear();
                }
            }
        }
        let read = self.outbox.len() < OUTBOX_MESSAGES_MAX;
        let want = Interest { read, write: !self.outbox.is_empty() };
        if want != self.link_interest
            && self.watch.change(link, Source::Link, self.link_interest, want).is_ok()
        {
            self.link_interest = want;
        }
    }
}
