//! The daemon as the keeper has it: a child that is started again when it dies.

use super::handover::DaemonPart;
use super::limits::{LAST_WORDS_BYTES_MAX, RESTART_MS_MAX, RESTART_MS_MIN, STARTED_WELL_MS, UNLINKED_MS};
use super::resume::Descriptors;
use super::{KeeperConfig, LINK_FD, LISTEN_FD, wire};
use crate::os::child::describe;
use crate::os::manager;
use crate::os::spawn::{self, Original};
use crate::os::sys::{Image, REPORT_BYTES, c_string, fork_exec};
use abide_core::boundary::ExitStatus;
use rustix::fs::{Mode, OFlags};
use rustix::pipe::PipeFlags;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsFd, AsRawFd, BorrowedFd, OwnedFd};
use std::os::unix::ffi::OsStrExt;
use std::time::{Duration, Instant};

/// A daemon that runs.
#[derive(Debug)]
pub(super) struct DaemonProcess {
    pub(super) pid: i32,
    /// Our end; none once it has closed its own.
    pub(super) link: Option<OwnedFd>,
    /// What it writes to stderr.
    pub(super) stderr: Option<OwnedFd>,
    report: OwnedFd,
    started: Instant,
    pub(super) greeted: bool,
    /// It has stored all it can, and is about to end with everything.
    pub(super) drained: bool,
    /// It says when it takes over; one that does not is older than upgrades.
    pub(super) takes_over: bool,
    /// It has taken over, or greeted where it does not say such a thing.
    pub(super) serves: bool,
    /// Until when it may end by itself, once it has closed its end of the link.
    pub(super) leaves_until: Option<Instant>,
    words: Vec<u8>,
}

impl DaemonProcess {
    /// Starts one from the first of these files that can be run, with its end of the link and the listening socket.
    pub(super) fn start(
        config: &KeeperConfig,
        files: Vec<CString>,
        listener: BorrowedFd<'_>,
        original: &Original,
    ) -> io::Result<DaemonProcess> {
        let (ours, theirs) = wire::pair()?;
        let (stderr, stderr_end) = rustix::pipe::pipe_with(PipeFlags::CLOEXEC)?;
        rustix::io::ioctl_fionbio(&stderr, true)?;
        let null = rustix::fs::open("/dev/null", OFlags::RDWR | OFlags::CLOEXEC, Mode::empty())?;
        let descriptors = [null.as_fd(), null.as_fd(), stderr_end.as_fd(), theirs.as_fd(), listener];
        debug_assert_eq!((LINK_FD, LISTEN_FD), (3, 4));
        let image = Image {
            files,
            arguments: config.arguments.iter().map(|a| c_string(a.as_bytes())).collect(),
            environment: spawn::own_environment(&manager::VARIABLES),
            folders: vec![c"/".to_owned()],
            terminal: false,
            // It holds a descriptor or two per pane too, so it keeps our raised limit.
            open_files: None,
            oom_score: original.oom_score.as_ref().map(|s| c_string(s.as_bytes())),
        };
        let (pid, report) = fork_exec(&image, &descriptors)?;
        Ok(DaemonProcess {
            pid,
            link: Some(ours),
            stderr: Some(stderr),
            report,
            started: Instant::now(),
            greeted: false,
            drained: false,
            takes_over: false,
            serves: false,
            leaves_until: None,
            words: Vec::new(),
        })
    }

    /// As another keeper had it; its descriptors are taken from those that were handed over with it.
    pub(super) fn resume(part: &DaemonPart, handed: &mut Descriptors) -> Option<DaemonProcess> {
        let age = Duration::from_millis(part.age_ms);
        let link = part.link.and_then(|n| handed.remove(&n));
        let leaves = Instant::now() + Duration::from_millis(UNLINKED_MS);
        Some(DaemonProcess {
            pid: part.pid.cast_signed(),
            leaves_until: link.is_none().then_some(leaves),
            link,
            stderr: part.stderr.and_then(|n| handed.remove(&n)),
            report: handed.remove(&part.report)?,
            started: Instant::now().checked_sub(age).unwrap_or_else(Instant::now),
            greeted: part.greeted,
            drained: false,
            // Who can have its keeper replaced knows of upgrades too.
            takes_over: part.greeted,
            serves: part.greeted,
            words: part.words.clone(),
        })
    }

    /// For a keeper that goes on with it.
    pub(super) fn part(&self) -> DaemonPart {
        DaemonPart {
            pid: self.pid.cast_unsigned(),
            link: self.link.as_ref().map(OwnedFd::as_raw_fd),
            stderr: self.stderr.as_ref().map(OwnedFd::as_raw_fd),
            report: self.report.as_raw_fd(),
            age_ms: u64::try_from(self.age().as_millis()).unwrap_or(u64::MAX),
            greeted: self.greeted,
            words: self.words.clone(),
        }
    }

    /// Takes what it wrote to stderr; the last of it is kept. False when there will be no more.
    pub(super) fn hear(&mut self, echo: bool) -> bool {
        let Some(stderr) = &self.stderr else { return false };
        let mut piece = [0; 4096];
        loop {
            match rustix::io::read(stderr, &mut piece) {
                Ok(0) => return false,
                Ok(n) => {
                    let piece = piece.get(..n).unwrap_or_default();
                    if echo {
                        let _ = io::Write::write_all(&mut io::stderr(), piece);
                    }
                    self.words.extend_from_slice(piece);
                    let surplus = self.words.len().saturating_sub(LAST_WORDS_BYTES_MAX);
                    self.words.drain(..surplus);
                }
                Err(rustix::io::Errno::INTR) => {}
                Err(rustix::io::Errno::AGAIN) => return true,
                Err(_) => return false,
            }
        }
    }

    /// Its link has ended: it is of no use any more, and leaves.
    pub(super) fn unlinked(&mut self, now: Instant) {
        self.link = None;
        self.leaves_until = Some(now + Duration::from_millis(UNLINKED_MS));
    }

    /// Whether it does not leave; true once.
    pub(super) fn overstays(&mut self, now: Instant) -> bool {
        self.leaves_until.take_if(|until| *until <= now).is_some()
    }

    /// How long it has run.
    pub(super) fn age(&self) -> Duration {
        self.started.elapsed()
    }

    /// How it ended and its last words, for its successor.
    pub(super) fn obituary(&mut self, status: ExitStatus, echo: bool) -> String {
        self.hear(echo);
        let mut bytes = [0; REPORT_BYTES];
        if rustix::io::read(&self.report, &mut bytes) == Ok(REPORT_BYTES) {
            return spawn::failure("the daemon", bytes);
        }
        let words = String::from_utf8_lossy(&self.words);
        let seconds = self.age().as_secs_f64();
        let told = format!("the daemon (process {}) {} after {seconds:.1} s", self.pid, describe(status));
        match words.trim_end() {
            "" => told,
            words => format!("{told}; it said last:\n{words}"),
        }
    }
}

/// How long to wait before the next start.
#[derive(Debug, Default)]
pub(super) struct Backoff {
    pub(super) deaths: u32,
}

impl Backoff {
    /// After a death: at once the first time, then 50 ms, doubling up to 5 s. Somebody's SIGKILL is no fault of
    /// the daemon's, so it does not double; yet the kernel sends it too when memory runs out, so it does wait.
    pub(super) fn after(&mut self, status: ExitStatus, age: Duration) -> Duration {
        if age >= Duration::from_millis(STARTED_WELL_MS) {
            self.deaths = 0;
        }
        let killed = status == ExitStatus::Signal(nix::libc::SIGKILL);
        let wait_ms = match self.deaths {
            0 => 0,
            _ if killed => RESTART_MS_MIN,
            deaths => (RESTART_MS_MIN << (deaths - 1).min(16)).min(RESTART_MS_MAX),
        };
        if !killed || self.deaths == 0 {
            self.deaths = self.deaths.saturating_add(1);
        }
        Duration::from_millis(wait_ms)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waits_double_and_are_forgotten() {
        let mut backoff = Backoff::default();
        let (crash, killed) = (ExitStatus::Code(101), ExitStatus::Signal(9));
        let short = Duration::from_millis(5);
        let waits: Vec<u128> = (0..10).map(|_| backoff.after(crash, short).as_millis()).collect();
        assert_eq!(waits, [0, 50, 100, 200, 400, 800, 1600, 3200, 5000, 5000]);
        assert_eq!(backoff.after(crash, Duration::from_secs(10)).as_millis(), 0);
        let waits: Vec<u128> = (0..4).map(|_| backoff.after(killed, short).as_millis()).collect();
        assert_eq!(waits, [50; 4]);
        assert_eq!(backoff.after(killed, Duration::from_secs(11)).as_millis(), 0);
    }
}
