//! The keeper's process: one thread, one loop.

use super::control::Table;
use super::daemon_process::{Backoff, DaemonProcess};
use super::held::Held;
use super::limits::{
    DYING_LOOK_MS, DYING_MS, FAREWELL_AGAIN_MS, FAREWELL_MS, HANGUP_MS, KILLED_MS, PANES_MAX, RESTART_MS_MIN,
    STILLBORN_MAX,
};
use super::orphans::Orphans;
use super::pane::{Pane, Start};
use super::program::Programs;
use super::replace::Replacing;
use super::sluice::Sluice;
use super::supervised::Supervised;
use super::watch::{Event, Interest, Source, Watch};
use super::{KeeperConfig, OpenFault};
use crate::os::child::{Ended, describe, reap};
use crate::os::signal::{SignalQueue, send, send_group};
use crate::os::socket::{self, ListenFault, Listening};
use crate::os::spawn::Original;
use crate::os::sys::{ask_for_short_turns, replace_standard};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{ExitStatus, Signal};
use nix::sys::signal::Signal as Number;
use rustix::event::EventfdFlags;
use rustix::process::{Resource, Rlimit};
use std::collections::{BTreeMap, VecDeque};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// How far the end has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Not begun.
    No,
    /// The daemon has until then to finish.
    Farewell(Instant),
    /// It did not, and was killed: until then it may still be there.
    Killed(Instant),
    /// The programs have until then.
    HungUp(Instant),
    /// Everything is over.
    Over,
}

/// The keeper.
pub struct Keeper {
    pub(super) config: KeeperConfig,
    pub(super) original: Original,
    pub(super) listening: Listening,
    pub(super) signals: SignalQueue,
    pub(super) watch: Watch,
    pub(super) control: Rc<OwnedFd>,
    pub(super) table: Table,
    pub(super) bell: Rc<OwnedFd>,
    /// By index.
    pub(super) panes: Vec<Option<Pane>>,
    pub(super) indexes: BTreeMap<PaneId, usize>,
    /// Programs that run, and their panes' indexes; none when the pane has been released.
    pub(super) programs: BTreeMap<i32, Option<usize>>,
    pub(super) daemon: Option<DaemonProcess>,
    pub(super) program: Programs,
    /// Records that the daemon has to take first.
    pub(super) outbox: VecDeque<(Vec<u8>, Option<Rc<OwnedFd>>)>,
    pub(super) link_interest: Interest,
    pub(super) buffer: Vec<u8>,
    pub(super) starts: u32,
    pub(super) crash: String,
    pub(super) backoff: Backoff,
    pub(super) restart: Option<Instant>,
    pub(super) stillborn: u32,
    pub(super) ending: Ending,
    /// The signal that asked for the end: sessions are to come back. None where a daemon wanted it (`kill-server`).
    pub(super) asked: Option<String>,
    pub(super) supervised: Supervised,
    pub(super) marked: Vec<usize>,
    pub(super) orphans: Orphans,
    pub(super) replacing: Option<Replacing>,
    /// What input goes through.
    pub(super) sluice: Option<Arc<Sluice>>,
}

impl Keeper {
    /// Takes the socket and gets ready. Clients can connect from here on, and wait.
    ///
    /// # Errors
    /// `Taken` when another keeper has the socket; else one sentence.
    pub fn open(config: KeeperConfig) -> Result<Keeper, OpenFault> {
        // A keeper that a client started has nobody above it, whatever the client's environment says.
        let look = |name: &str| std::env::var_os(name).filter(|_| config.foreground);
        let held = Held::take(&look, std::process::id());
        let other = |what: &str, e: io::Error| OpenFault::Other(format!("{what}: {e}"));
        let listening = listen(&config.socket, held.is_a_server()).map_err(|fault| match fault {
            ListenFault::Taken => OpenFault::Taken,
            ListenFault::Other(why) => OpenFault::Other(why),
        })?;
        if held.is_a_server() {
            return Keeper::from_held(held, &config, listening);
        }
        let signals = open_signals().map_err(|e| other("signals", e))?;
        let watch = Watch::new().map_err(|e| other("waiting", e))?;
        let (control, table) = Table::create().map_err(|e| other("shared memory", e))?;
        let bell = rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK)
            .map_err(|e| other("doorbell", e.into()))?;
        watch
            .add(&signals, Source::Signals, Interest::READ)
            .and_then(|()| watch.add_bell(&bell, Source::Doorbell))
            .map_err(|e| other("waiting", e))?;
        // One that a client started has nobody above it, whatever the client's environment says.
        let mut supervised =
            if config.foreground { Supervised::new(Instant::now()) } else { Supervised::default() };
        supervised.held_before(&held.things);
        Ok(Keeper {
            program: Programs::new(config.program.clone()),
            config,
            original: settle(),
            listening,
            signals,
            watch,
            control: Rc::new(control),
            table,
            bell: Rc::new(bell),
            panes: Vec::new(),
            indexes: BTreeMap::new(),
            programs: BTreeMap::new(),
            daemon: None,
            outbox: VecDeque::new(),
            link_interest: Interest::default(),
            buffer: vec![0; super::limits::MESSAGE_BYTES_MAX],
            starts: 0,
            crash: String::new(),
            backoff: Backoff::default(),
            restart: None,
            stillborn: 0,
            ending: Ending::No,
            asked: None,
            supervised,
            marked: Vec::new(),
            orphans: Orphans::default(),
            replacing: None,
            sluice: open_sluice(),
        })
    }

    /// Keeps until the end: the daemon's wish, or SIGTERM.
    ///
    /// # Errors
    /// One sentence when no daemon can be started, or the system fails.
    pub fn run(mut self) -> Result<(), String> {
        let_go(&[0, 1]);
        if self.daemon.is_none() {
            self.start_daemon();
        }
        self.send_waiting();
        self.deposit_all();
        let mut events = Vec::with_capacity(64);
        let outcome = loop {
            if self.ending == Ending::Over {
                break Ok(());
            }
            if self.stillborn >= STILLBORN_MAX && self.programs.is_empty() {
                break Err(format!("no daemon can be started: {}", self.crash));
            }
            let timeout = self.deadline().map(|at| at.saturating_duration_since(Instant::now()));
            if let Err(e) = self.watch.wait(timeout, &mut events) {
                break Err(format!("waiting: {e}"));
            }
            for event in events.drain(..) {
                self.happened(event);
            }
            self.look_at_clock();
            self.send_waiting();
            self.supervised.settle(Instant::now());
            self.replace_when_ready();
        };
        self.listening.remove();
        if outcome.is_ok() {
            self.supervised.ends();
        }
        outcome
    }

    fn happened(&mut self, event: Event) {
        match event.source {
            Source::Master(index) => self.with_pane(index, |pane| {
                if event.write {
                    pane.write();
                }
                if event.read {
                    pane.read(Instant::now);
                }
            }),
            Source::Doorbell => {
                let mut marked = std::mem::take(&mut self.marked);
                self.table.take(&mut marked);
                for index in marked.drain(..) {
                    self.with_pane(index, |pane| pane.doorbell(Instant::now));
                }
                self.marked = marked;
            }
            Source::Report(index) => self.hear_report(index),
            Source::Link => self.hear_daemon(),
            Source::LastWords => {
                let echo = self.config.foreground;
                if let Some(daemon) = &mut self.daemon
                    && !daemon.hear(echo)
                {
                    daemon.stderr = None;
                }
            }
            Source::Answer => self.hear_answer(),
            Source::Orphan(pid) => self.orphan_ended(i32::try_from(pid).unwrap_or(0)),
            Source::Signals => {
                while let Some(signal) = self.signals.next() {
                    match signal {
                        Number::SIGTERM | Number::SIGINT => self.asked_to_end(signal),
                        Number::SIGUSR2 => self.asked_to_upgrade(),
                        // The children are asked below; a hang-up is for whoever has a terminal.
                        _ => {}
                    }
                }
                self.reap();
            }
        }
    }

    /// Asks after the children.
    pub(super) fn reap(&mut self) {
        while let Some(ended) = reap() {
            self.child_ended(ended);
        }
    }

    /// A program has ended that is no child of ours.
    pub(super) fn orphan_ended(&mut self, pid: i32) {
        if let Some(status) = self.orphans.ended(pid, &self.watch, Instant::now()) {
            self.child_ended(Ended { pid, status });
        }
    }

    /// Does something with a pane, then waits for what it needs next and tells of its end.
    pub(super) fn with_pane(&mut self, index: usize, act: impl FnOnce(&mut Pane)) {
        let Some(pane) = self.panes.get_mut(index).and_then(Option::as_mut) else { return };
        act(pane);
        pane.watch(&self.watch);
        if pane.exit().is_some() {
            self.supervised.take_back_of(pane, None);
        }
        self.tell_exit(index);
    }

    /// A pane's child runs, or could not.
    pub(super) fn hear_report(&mut self, index: usize) {
        let Some(pane) = self.panes.get_mut(index).and_then(Option::as_mut) else { return };
        match pane.hear_report() {
            Start::Unknown => {}
            Start::Runs => {
                pane.watch(&self.watch);
                self.deposit(index);
                self.tell_opened(index);
            }
            Start::Failed(why) => {
                let id = pane.id;
                self.forget(index);
                self.tell_failed(id, why);
            }
        }
    }

    fn child_ended(&mut self, Ended { pid, status }: Ended) {
        if self.daemon.as_ref().is_some_and(|d| d.pid == pid) {
            return self.daemon_ended(status);
        }
        // Else an orphan of some program's: reaped, and nobody's business.
        let Some(Some(index)) = self.programs.remove(&pid) else { return };
        self.hear_report(index);
        self.with_pane(index, |pane| pane.ended(status, Instant::now));
    }

    /// Drops a pane.
    pub(super) fn forget(&mut self, index: usize) {
        let Some(mut pane) = self.panes.get_mut(index).and_then(Option::take) else { return };
        self.indexes.remove(&pane.id);
        self.supervised.take_back_of(&pane, Some(index));
        if let Some(program) = self.programs.get_mut(&pane.pid) {
            *program = None;
        }
        pane.close();
    }

    /// An index for a new pane.
    pub(super) fn free_index(&mut self) -> Option<usize> {
        if let Some(index) = self.panes.iter().position(Option::is_none) {
            return Some(index);
        }
        (self.panes.len() < PANES_MAX).then(|| {
            self.panes.push(None);
            self.panes.len() - 1
        })
    }

    fn start_daemon(&mut self) {
        self.restart = None;
        let files = self.program.choose(Instant::now());
        let listener = self.listening.listener.as_fd();
        let daemon = match DaemonProcess::start(&self.config, files, listener, &self.original) {
            Ok(daemon) => daemon,
            Err(e) => {
                log::error!("the daemon can't be started: {e}");
                self.crash = format!("the daemon can't be started: {e}");
                self.supervised.is(&self.crash);
                self.program.ended(false, true, &self.crash);
                self.stillborn += 1;
                let wait = self.backoff.after(ExitStatus::Unknown, Duration::ZERO);
                self.restart = Some(Instant::now() + wait.max(Duration::from_millis(RESTART_MS_MIN)));
                return;
            }
        };
        log::info!("daemon {} started, number {}", daemon.pid, self.starts + 1);
        self.wait_for_daemon(daemon);
    }

    /// Waits for what a daemon says.
    pub(super) fn wait_for_daemon(&mut self, daemon: DaemonProcess) {
        self.outbox.clear();
        self.link_interest = Interest::READ;
        for (fd, source) in [(&daemon.link, Source::Link), (&daemon.stderr, Source::LastWords)] {
            if let Some(Err(e)) = fd.as_ref().map(|fd| self.watch.add(fd, source, Interest::READ)) {
                log::error!("the daemon can't be waited for: {e}");
            }
        }
        self.daemon = Some(daemon);
    }

    fn daemon_ended(&mut self, status: ExitStatus) {
        // What it said before it ended still counts.
        self.hear_daemon();
        let Some(mut daemon) = self.daemon.take() else { return };
        self.outbox.clear();
        self.starts += 1;
        if self.ending != Ending::No {
            self.program.ended(daemon.serves, true, "everything ends");
            return self.go_on_ending(daemon.drained, status);
        }
        // One that somebody killed says nothing about the next.
        let killed = status == ExitStatus::Signal(nix::libc::SIGKILL);
        self.crash = daemon.obituary(status, self.config.foreground);
        log::warn!("{}", self.crash.escape_debug());
        self.supervised.is(&self.crash);
        let failed_trial = self.program.ended(daemon.serves, killed, &self.crash);
        // It was told to leave (an upgrade): its successor has nothing to report.
        let left = status == ExitStatus::Code(0) && daemon.greeted;
        if left || failed_trial {
            self.crash.clear();
        }
        let mut wait = Duration::ZERO;
        if !failed_trial {
            self.stillborn = if daemon.greeted || killed { 0 } else { self.stillborn + 1 };
        }
        if !left && !failed_trial {
            wait = self.backoff.after(status, daemon.age());
        }
        if wait.is_zero() {
            self.start_daemon();
        } else {
            self.restart = Some(Instant::now() + wait);
        }
        // Input that it took but did not ring for.
        for index in 0..self.panes.len() {
            self.with_pane(index, |pane| pane.doorbell(Instant::now));
        }
    }

    /// SIGTERM: sessions are to come back. What programs have written so far is read, then nothing more; the daemon
    /// stores all of it, and the programs are hung up after that.
    fn asked_to_end(&mut self, signal: Number) {
        log::info!("{signal}: ending");
        if self.ending != Ending::No {
            return;
        }
        self.asked = Some(signal.to_string());
        self.supervised.stops(&format!("{signal}: sessions are being saved"));
        self.end();
        for index in 0..self.panes.len() {
            self.with_pane(index, |pane| pane.hold(Instant::now));
        }
        match &self.daemon {
            Some(_) => {
                self.tell_ending();
                self.send_waiting();
                // For one of a version that does not know that word, it leaves at least.
                if let Some(daemon) = &self.daemon {
                    send(daemon.pid, Number::SIGTERM);
                }
            }
            // Its predecessor has just died: what that knew is still here.
            None if self.indexes.is_empty() => self.hang_up(),
            None => self.start_daemon(),
        }
    }

    /// What an upgrade takes is the daemon's to know; without one there is nothing to lose by starting the newest.
    fn asked_to_upgrade(&mut self) {
        match &self.daemon {
            Some(daemon) if !daemon.serves => {
                log::info!("daemon {} is being started: no upgrade", daemon.pid)
            }
            Some(daemon) if daemon.takes_over => send(daemon.pid, Number::SIGUSR2),
            // An older one would be killed by that signal; by this one it leaves.
            Some(daemon) => send(daemon.pid, Number::SIGTERM),
            None if self.ending == Ending::No => {
                self.program.want_newest();
                self.start_daemon();
            }
            None => {}
        }
    }

    /// The end is intended: when the daemon has finished, the programs are ended too.
    pub(super) fn end(&mut self) {
        if self.ending == Ending::No {
            self.ending = Ending::Farewell(Instant::now() + Duration::from_millis(FAREWELL_MS));
            if self.asked.is_none() {
                self.supervised.stops("told to end");
            }
        }
    }

    /// The daemon has ended while everything is about to. One that was to store all and did not has a successor, as
    /// long as there is time for that.
    fn go_on_ending(&mut self, drained: bool, status: ExitStatus) {
        let again = Instant::now() + Duration::from_millis(FAREWELL_AGAIN_MS);
        let time = matches!(self.ending, Ending::Farewell(at) if at >= again);
        if self.asked.is_none() || drained || !time || self.indexes.is_empty() {
            return self.hang_up();
        }
        log::warn!("the daemon {} before all was stored: another one does it", describe(status));
        self.start_daemon();
    }

    fn hang_up(&mut self) {
        if matches!(self.ending, Ending::HungUp(_) | Ending::Over) {
            return;
        }
        self.ending = Ending::HungUp(Instant::now() + Duration::from_millis(HANGUP_MS));
        self.restart = None;
        // Who comes now starts a server of its own, as soon as we are gone.
        self.listening.remove();
        for index in 0..self.panes.len() {
            if let Some(Some(pane)) = self.panes.get(index) {
                pane.signal(Signal::Hangup);
                self.forget(index);
            }
        }
    }

    fn deadline(&self) -> Option<Instant> {
        let ending = match self.ending {
            Ending::Farewell(at) | Ending::Killed(at) => Some(at),
            Ending::HungUp(_) if self.programs.is_empty() => Some(Instant::now()),
            Ending::HungUp(at) => Some(at),
            Ending::No | Ending::Over => None,
        };
        let panes = self.panes.iter().flatten().filter_map(Pane::look_at);
        let replacing = self.replacing.as_ref().map(Replacing::until);
        let orphans = self.orphans.look_at();
        panes
            .chain(self.restart)
            .chain(ending)
            .chain(replacing)
            .chain(orphans)
            .chain(self.supervised.look_at())
            .chain(self.program.deadline())
            .chain(self.daemon.as_ref().and_then(|daemon| daemon.leaves_until))
            .min()
    }

    fn look_at_clock(&mut self) {
        let Some(deadline) = self.deadline() else { return };
        let now = Instant::now();
        if now < deadline {
            return;
        }
        self.supervised.look(now);
        let due = |pane: &Pane| pane.look_at().is_some_and(|at| at <= now);
        for index in 0..self.panes.len() {
            if self.panes.get(index).is_some_and(|p| p.as_ref().is_some_and(due)) {
                self.with_pane(index, |pane| pane.look(Instant::now));
            }
        }
        for pid in self.orphans.due(now) {
            self.orphan_ended(pid);
        }
        if self.restart.is_some_and(|at| at <= now) {
            self.start_daemon();
        }
        if self.program.is_late(now)
            && let Some(daemon) = &self.daemon
        {
            log::warn!("daemon {} does not take over: killed", daemon.pid);
            send(daemon.pid, Number::SIGKILL);
        }
        if let Some(daemon) = &mut self.daemon
            && daemon.overstays(now)
            && self.ending == Ending::No
        {
            send(daemon.pid, Number::SIGKILL);
        }
        match self.ending {
            Ending::Farewell(at) if at <= now => {
                log::error!(
                    "the daemon does not end within {FAREWELL_MS} ms: killed; what it stored last counts"
                );
                if let Some(daemon) = &self.daemon {
                    send(daemon.pid, Number::SIGKILL);
                }
                self.ending = Ending::Killed(now + Duration::from_millis(KILLED_MS));
            }
            Ending::Killed(at) if at <= now => self.hang_up(),
            Ending::HungUp(at) if at <= now || self.programs.is_empty() => {
                for &pid in self.programs.keys() {
                    send_group(pid, Number::SIGKILL);
                    send(pid, Number::SIGKILL);
                }
                self.ending = Ending::Over;
            }
            _ => {}
        }
    }
}

/// Listens. Who has the lock, when there is a server to be followed, may be about to end: its processes were lost together, and
/// the manager is sooner with a keeper than the kernel with the rest of them.
fn listen(path: &Path, follows: bool) -> Result<Listening, ListenFault> {
    let until = Instant::now() + Duration::from_millis(DYING_MS);
    let mut said = false;
    loop {
        match socket::listen(path) {
            Err(ListenFault::Taken) if follows && Instant::now() < until => {}
            outcome => return outcome,
        }
        if !std::mem::replace(&mut said, true) {
            log::info!("who is to be followed still has the lock");
        }
        std::thread::sleep(Duration::from_millis(DYING_LOOK_MS));
    }
}

/// Points standard streams to nothing: they are a client's that started us and waits for their end, say.
pub(super) fn let_go(streams: &[i32]) {
    use rustix::fs::{Mode, OFlags};
    if let Ok(null) = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty()) {
        for &stream in streams {
            let _ = replace_standard(stream, null.as_fd());
        }
    }
    let _ = std::env::set_current_dir("/");
}

/// Without it input that is written as the keeper is killed may come twice; that is no reason not to run.
pub(super) fn open_sluice() -> Option<Arc<Sluice>> {
    Sluice::new().map_err(|e| log::warn!("no pipe for input: {e}")).ok().map(Arc::new)
}

/// The signals that a keeper takes.
pub(super) fn open_signals() -> io::Result<SignalQueue> {
    let own = [Number::SIGCHLD, Number::SIGTERM, Number::SIGINT, Number::SIGHUP, Number::SIGUSR2];
    SignalQueue::open(&own)
}

/// Makes this process a keeper: orphans of its programs become its children, many files may be open, and when
/// memory runs out it goes last. What a child gets back is returned.
pub(super) fn settle() -> Original {
    ask_for_short_turns();
    if let Err(e) = rustix::process::set_child_subreaper(Some(rustix::process::getpid())) {
        log::warn!("orphans go elsewhere: {e}");
    }
    let limit = rustix::process::getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    let open_files = rustix::process::setrlimit(Resource::Nofile, raised)
        .is_ok()
        .then(|| (limit.current.unwrap_or(u64::MAX), limit.maximum.unwrap_or(u64::MAX)));
    let score = "/proc/self/oom_score_adj";
    let before = std::fs::read_to_string(score).ok();
    // Allowed to few; then the programs have the same score as we, and nothing is to be given back.
    let oom_score = std::fs::write(score, "-500").ok().and(before).map(|s| s.trim().to_owned());
    Original { open_files, oom_score }
}
