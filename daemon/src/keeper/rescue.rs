//! What a daemon does whose keeper is gone: it takes its place.
//!
//! A daemon has what its keeper had: the memories that both map, the listening socket, and since it was greeted the
//! socket's lock, each pane's pty and a pidfd of its program. With all of it open the daemon's process becomes a keeper
//! ([`super::resume`]) that starts a daemon as after any crash. Programs see nothing of it: their ptys were open all the
//! time. They are children of whoever gets orphans, so their end is seen by the pidfds.

use super::handover::{Estate, Handover, KeeperPart, PanePart, ProgramPart};
use super::limits::{KEEPER_GONE_MS, RESCUE_DESCRIPTORS_SHARE};
use super::message::PaneReport;
use super::pane_memory::PaneMemory;
use super::resume::Order;
use crate::os::memory;
use crate::os::sys::{become_program, c_string};
use abide_core::base::ids::PaneId;
use abide_core::boundary::ExitStatus;
use rustix::process::{Resource, getppid, getrlimit};
use std::collections::BTreeMap;
use std::ffi::CString;
use std::os::fd::{AsRawFd, BorrowedFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::time::{Duration, Instant};

/// A pane, as a daemon that has lost its keeper has it.
#[derive(Clone, Copy, Debug)]
pub struct HeldPane<'d> {
    /// Which.
    pub pane: PaneId,
    /// Its memory.
    pub memory: &'d PaneMemory,
    /// Its eventfd.
    pub wake: BorrowedFd<'d>,
}

/// What a daemon holds of its keeper's, for the day that it is lost.
#[derive(Debug, Default)]
pub(super) struct Heritage {
    keeper_pid: u32,
    starts: u32,
    estate: Option<(Estate, OwnedFd)>,
    control: RawFd,
    bell: RawFd,
    sluice: Option<OwnedFd>,
    panes: BTreeMap<PaneId, Heir>,
    /// Descriptors have become too few for it, and that was said.
    short: bool,
}

#[derive(Debug)]
struct Heir {
    index: u32,
    pid: u32,
    tty: String,
    exited: Option<ExitStatus>,
    master: Option<OwnedFd>,
    process: Option<OwnedFd>,
}

impl Heritage {
    /// Of a keeper that has greeted; the two descriptors are the link's.
    pub(super) fn new(keeper_pid: u32, starts: u32, control: RawFd, bell: RawFd) -> Heritage {
        Heritage { keeper_pid, starts, control, bell, ..Heritage::default() }
    }

    pub(super) fn estate(&mut self, estate: Estate, lock: Option<OwnedFd>) {
        self.estate = lock.map(|lock| (estate, lock));
    }

    /// Daemons after this one are started from this path too, if it is known.
    pub(super) fn serves(&mut self, program: &str) {
        if let Some((estate, _)) = self.estate.as_mut().filter(|_| !program.is_empty()) {
            estate.program = program.as_bytes().to_vec();
        }
    }

    pub(super) fn sluice(&mut self, outlet: Option<OwnedFd>) {
        self.sluice = outlet;
    }

    pub(super) fn pane(&mut self, report: &PaneReport) {
        let PaneReport { pane, index, pid, tty, exited, .. } = report;
        let heir =
            Heir { index: *index, pid: *pid, tty: tty.clone(), exited: *exited, master: None, process: None };
        self.panes.insert(*pane, heir);
    }

    pub(super) fn master(&mut self, pane: PaneId, master: Option<OwnedFd>) {
        let master = master.filter(|fd| self.affords(fd));
        if let Some(heir) = self.panes.get_mut(&pane) {
            heir.master = master;
        }
    }

    pub(super) fn process(&mut self, pane: PaneId, process: Option<OwnedFd>) {
        let process = process.filter(|fd| self.affords(fd));
        if let Some(heir) = self.panes.get_mut(&pane) {
            heir.process = process;
        }
    }

    /// Whether so many descriptors are left that one can be spared: they are numbered from the lowest that is free.
    fn affords(&mut self, descriptor: &OwnedFd) -> bool {
        let most = getrlimit(Resource::Nofile).current.unwrap_or(u64::MAX) / RESCUE_DESCRIPTORS_SHARE;
        let affords = u64::try_from(descriptor.as_raw_fd()).is_ok_and(|number| number < most);
        if !affords && !self.short {
            log::warn!("descriptors become few (ulimit -n): not every pane would outlive the keeper");
            self.short = true;
        }
        affords
    }

    /// A program has ended: its pty is of no use any more.
    pub(super) fn exited(&mut self, pane: PaneId, status: ExitStatus) {
        if let Some(heir) = self.panes.get_mut(&pane) {
            (heir.exited, heir.master, heir.process) = (Some(status), None, None);
        }
    }

    pub(super) fn released(&mut self, pane: PaneId) {
        self.panes.remove(&pane);
    }

    /// Takes the keeper's place. Returns only when that can't be: a sentence why.
    pub(super) fn take_its_place(&self, listener: BorrowedFd<'_>, panes: &[HeldPane<'_>]) -> String {
        let Some((estate, lock)) = self.estate.as_ref().filter(|(estate, _)| !estate.resume.is_empty())
        else {
            return "the keeper is gone, and it was one that can't be followed".to_owned();
        };
        if !self.keeper_is_gone() {
            return "the keeper has hung up".to_owned();
        }
        let record = self.record(estate, lock, listener, panes);
        let lives = record.programs.len();
        log::error!(
            "the keeper (process {}) is gone: taking its place, {lives} programs live on",
            self.keeper_pid
        );
        let file = match record.encode().map(|bytes| memory::sealed("abide-handover", &bytes)) {
            Ok(Ok(file)) => file,
            Ok(Err(e)) => return format!("the handover record can't be made: {e}"),
            Err(why) => return why,
        };
        let order = Order { record: file.as_raw_fd(), image: None, back: false };
        let image = estate.image(own_files(), order);
        let mut keep = record.descriptors();
        keep.push(file.as_raw_fd());
        format!("the keeper is gone, and its place can't be taken: {}", become_program(&image, &keep, true))
    }

    /// Whether our parent is another: the keeper's end comes a moment after that of its link.
    fn keeper_is_gone(&self) -> bool {
        let until = Instant::now() + Duration::from_millis(KEEPER_GONE_MS);
        let keeper = i32::try_from(self.keeper_pid).unwrap_or(0);
        let is_parent = || getppid().is_some_and(|pid| pid.as_raw_nonzero().get() == keeper);
        while is_parent() {
            if Instant::now() >= until {
                return false;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        true
    }

    fn record(
        &self,
        estate: &Estate,
        lock: &OwnedFd,
        listener: BorrowedFd<'_>,
        panes: &[HeldPane<'_>],
    ) -> Handover {
        let (mut parts, mut programs) = (Vec::new(), Vec::new());
        for HeldPane { pane, memory, wake } in panes {
            let Some(heir) = self.panes.get(pane) else { continue };
            let rescued =
                heir.exited.is_none().then(|| heir.master.as_ref().zip(heir.process.as_ref())).flatten();
            if let Some((_, process)) = rescued {
                let pidfd = Some(process.as_raw_fd());
                programs.push(ProgramPart { pid: heir.pid, index: Some(heir.index), pidfd });
            }
            // Without its pty a program is hung up.
            let status = rescued.is_none().then(|| heir.exited.unwrap_or(ExitStatus::Unknown));
            let (file, wake) = (memory.file().as_raw_fd(), wake.as_raw_fd());
            parts.push(PanePart {
                pid: heir.pid,
                tty: heir.tty.clone(),
                master: rescued.map(|(master, _)| master.as_raw_fd()),
                positions: memory.positions(),
                ..PanePart::rescued(*pane, heir.index, file, wake, memory.geometry(), status)
            });
        }
        let keeper = KeeperPart {
            lock: lock.as_raw_fd(),
            listener: listener.as_raw_fd(),
            control: self.control,
            bell: self.bell,
            starts: self.starts + 1,
            crash: format!(
                "the keeper (process {}) was lost, and this process has taken its place; {} of {} programs live on",
                self.keeper_pid,
                programs.len(),
                parts.len()
            ),
            rescued: true,
            sluice: self.sluice.as_ref().map(OwnedFd::as_raw_fd),
            ..KeeperPart::default()
        };
        Handover { estate: estate.clone(), keeper, daemon: None, panes: parts, programs }
    }
}

/// This process's own program: by its path while that is the same file, so that the process keeps its name.
fn own_files() -> Vec<CString> {
    let own = c"/proc/self/exe".to_owned();
    let same = |path: &std::path::Path| {
        let facts = |path: &std::path::Path| path.metadata().map(|f| (f.dev(), f.ino())).ok();
        facts(path).is_some() && facts(path) == facts(std::path::Path::new("/proc/self/exe"))
    };
    let path = std::env::current_exe().ok().filter(|path| same(path));
    path.map(|p| c_string(p.as_os_str().as_bytes())).into_iter().chain([own]).collect()
}
