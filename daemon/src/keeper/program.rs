//! Which program the next daemon is: the one that an upgrade wants, on trial; else the one on disk; and when that
//! one does not get as far as serving, the one that served last, whose file is held open and so outlives its name.

use super::limits::{GREETING_MS, TAKING_OVER_MS};
use crate::os::sys::c_string;
use abide_core::boundary::Occasion;
use rustix::fs::{Mode, OFlags};
use rustix::io::fcntl_dupfd_cloexec;
use std::ffi::CString;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Lowest descriptor for the open program: a child puts its own at the first few before it runs the file.
const IMAGE_FD_MIN: RawFd = 16;

/// The daemon's programs.
#[derive(Debug)]
pub(super) struct Programs {
    /// Where it is on disk.
    path: PathBuf,
    /// The program of the last daemon that served.
    image: Option<OwnedFd>,
    /// That of the one that has greeted, until it serves.
    greeted: Option<OwnedFd>,
    /// What an upgrade wants the next daemon to be.
    next: Option<PathBuf>,
    /// What the daemon that runs is, while it has to show that it can serve.
    trial: Option<Trial>,
    /// The one on disk did not serve: it is the other's turn.
    image_first: bool,
    /// Why the one that was wanted is not it; for the daemon in its stead.
    failed: Option<String>,
}

#[derive(Debug)]
struct Trial {
    path: PathBuf,
    until: Instant,
    greeted: bool,
    late: bool,
}

impl Programs {
    /// The program at that path.
    pub(super) fn new(path: PathBuf) -> Programs {
        Programs {
            path,
            image: None,
            greeted: None,
            next: None,
            trial: None,
            image_first: false,
            failed: None,
        }
    }

    /// The path of the daemon's program.
    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    /// The path of the daemon that runs: the one on trial has its own already.
    pub(super) fn own_path(&self) -> &Path {
        self.trial.as_ref().map_or(&self.path, |trial| &trial.path)
    }

    /// The next daemon is to be that one.
    pub(super) fn want(&mut self, path: PathBuf) {
        self.next = Some(path);
    }

    /// The next daemon is to be what is on disk now, whatever became of it the last time.
    pub(super) fn want_newest(&mut self) {
        self.image_first = false;
    }

    /// The files to try for a daemon that is started now.
    pub(super) fn choose(&mut self, now: Instant) -> Vec<CString> {
        (self.trial, self.greeted) = (None, None);
        if let Some(path) = self.next.take() {
            let files = vec![c_string(path.as_os_str().as_bytes())];
            let until = now + Duration::from_millis(GREETING_MS);
            self.trial = Some(Trial { path, until, greeted: false, late: false });
            return files;
        }
        let image = self.image.as_ref().map(|file| format!("/proc/self/fd/{}", file.as_raw_fd()));
        let mut files = vec![c_string(self.path.as_os_str().as_bytes())];
        files.extend(image.map(|image| c_string(image.as_bytes())));
        if self.image_first {
            files.reverse();
        }
        files.push(c"/proc/self/exe".to_owned());
        files
    }

    /// Why there is a daemon now, for its welcome.
    pub(super) fn occasion(&mut self) -> Occasion {
        match (&self.trial, self.failed.take()) {
            (Some(_), _) => Occasion::Upgrade,
            (None, Some(why)) => Occasion::Fallback(why),
            (None, None) => Occasion::Usual,
        }
    }

    /// The daemon has greeted. One that will not say when it serves is taken at its greeting.
    pub(super) fn greeted(&mut self, pid: i32, takes_over: bool, now: Instant) {
        // Now: it waits for its welcome. One that ends soon after it has said that it serves is there no more.
        self.greeted =
            open_image(pid).map_err(|e| log::warn!("the program of {pid} can't be held: {e}")).ok();
        if !takes_over {
            return self.serves();
        }
        if let Some(trial) = &mut self.trial {
            trial.greeted = true;
            trial.until = now + Duration::from_millis(TAKING_OVER_MS);
        }
    }

    /// The daemon serves: it is the one to fall back on from now on.
    pub(super) fn serves(&mut self) {
        if let Some(trial) = self.trial.take() {
            log::info!("the daemon is {} from now on", trial.path.display());
            self.path = trial.path;
            self.image_first = false;
        }
        self.image = self.greeted.take().or(self.image.take());
    }

    /// When the daemon on trial is late.
    pub(super) fn deadline(&self) -> Option<Instant> {
        self.trial.as_ref().filter(|trial| !trial.late).map(|trial| trial.until)
    }

    /// Whether the daemon on trial is late; true once.
    pub(super) fn is_late(&mut self, now: Instant) -> bool {
        let late = self.trial.as_mut().filter(|trial| !trial.late && trial.until <= now);
        late.map(|trial| trial.late = true).is_some()
    }

    /// A daemon has ended, or could not be started. True when it was on trial and did not get as far as serving: its
    /// predecessor is to be started again, at once.
    pub(super) fn ended(&mut self, served: bool, killed: bool, obituary: &str) -> bool {
        if let Some(trial) = self.trial.take() {
            let what = match (trial.late, trial.greeted) {
                (true, true) => format!("it did not serve within {} s", TAKING_OVER_MS / 1000),
                (true, false) => format!("it did not greet within {} s", GREETING_MS / 1000),
                (false, _) => obituary.to_owned(),
            };
            self.failed = Some(format!("{}: {what}", trial.path.display()));
            self.image_first = true;
            return true;
        }
        if !served && !killed && self.image.is_some() {
            self.image_first = !self.image_first;
        }
        false
    }
}

/// The file that a process runs, by whatever name; it can be run again also when it has none any more.
fn open_image(pid: i32) -> io::Result<OwnedFd> {
    let path = format!("/proc/{pid}/exe");
    let file = rustix::fs::open(path, OFlags::PATH | OFlags::CLOEXEC, Mode::empty())?;
    Ok(fcntl_dupfd_cloexec(&file, IMAGE_FD_MIN)?)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn own_pid() -> i32 {
        std::process::id().cast_signed()
    }

    fn serves(programs: &mut Programs) {
        programs.greeted(own_pid(), true, Instant::now());
        programs.serves();
    }

    fn chosen(programs: &mut Programs) -> Vec<String> {
        let files = programs.choose(Instant::now());
        let name = |file: CString| file.to_string_lossy().into_owned();
        let kind = |name: String| {
            if name.starts_with("/proc/self/fd/") { "image".to_owned() } else { name }
        };
        files.into_iter().map(name).map(kind).collect()
    }

    #[test]
    fn one_that_served_is_fallen_back_on() {
        let mut programs = Programs::new("/old".into());
        assert_eq!(chosen(&mut programs), ["/old", "/proc/self/exe"]);
        serves(&mut programs);
        assert_eq!(chosen(&mut programs), ["/old", "image", "/proc/self/exe"]);
        assert_eq!(programs.occasion(), Occasion::Usual);

        programs.want("/new".into());
        assert_eq!(chosen(&mut programs), ["/new"]);
        assert_eq!(programs.occasion(), Occasion::Upgrade);
        assert!(programs.ended(false, false, "it died"));
        assert_eq!(chosen(&mut programs), ["image", "/old", "/proc/self/exe"]);
        assert_eq!(programs.occasion(), Occasion::Fallback("/new: it died".to_owned()));
        assert_eq!(programs.occasion(), Occasion::Usual, "said once");
        assert_eq!(programs.path(), Path::new("/old"));

        programs.want("/newer".into());
        assert_eq!(chosen(&mut programs), ["/newer"]);
        programs.greeted(own_pid(), true, Instant::now());
        assert_eq!(programs.path(), Path::new("/old"), "it has yet to serve");
        assert_eq!(programs.own_path(), Path::new("/newer"), "what it is told of itself");
        programs.serves();
        assert_eq!((programs.path(), programs.deadline()), (Path::new("/newer"), None));
        assert!(!programs.ended(true, false, "later"));
        assert_eq!(chosen(&mut programs), ["/newer", "image", "/proc/self/exe"]);
    }

    #[test]
    fn one_of_before_upgrades_is_taken_at_its_greeting() {
        let mut programs = Programs::new("/new".into());
        programs.want("/before".into());
        programs.choose(Instant::now());
        programs.greeted(own_pid(), false, Instant::now());
        assert_eq!((programs.path(), programs.deadline()), (Path::new("/before"), None));
    }

    #[test]
    fn a_trial_has_an_end() {
        let begun = Instant::now();
        let after = |ms| begun + Duration::from_millis(ms);
        let mut programs = Programs::new("/old".into());
        programs.want("/new".into());
        programs.choose(begun);
        assert!(!programs.is_late(after(GREETING_MS - 1)));
        assert_eq!(programs.deadline(), Some(after(GREETING_MS)));
        programs.greeted(own_pid(), true, after(10));
        assert!(!programs.is_late(after(GREETING_MS)), "it has greeted");
        assert!(programs.is_late(after(10 + TAKING_OVER_MS)));
        assert!(!programs.is_late(after(11 + TAKING_OVER_MS)), "true once");
        assert_eq!(programs.deadline(), None);
        assert!(programs.ended(false, true, "killed"));
        let why = format!("/new: it did not serve within {} s", TAKING_OVER_MS / 1000);
        assert_eq!(programs.occasion(), Occasion::Fallback(why));
    }

    #[test]
    fn disk_and_image_take_turns_while_neither_serves() {
        let mut programs = Programs::new("/old".into());
        serves(&mut programs);
        assert_eq!(chosen(&mut programs)[0], "/old");
        programs.ended(false, true, "somebody's SIGKILL says nothing");
        assert_eq!(chosen(&mut programs)[0], "/old");
        programs.ended(false, false, "broken");
        assert_eq!(chosen(&mut programs)[0], "image");
        programs.ended(false, false, "broken too");
        assert_eq!(chosen(&mut programs)[0], "/old");
        programs.ended(false, false, "broken");
        programs.want_newest();
        assert_eq!(chosen(&mut programs)[0], "/old");
    }
}
