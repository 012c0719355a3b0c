//! Programs that are no children of this keeper's: another keeper started them, and was lost. Their end is seen by a
//! pidfd, and how they ended is asked of the kernel, whether their new parent has reaped them or not.

use super::limits::{REAPED_LOOK_MS, REAPED_MS};
use super::watch::{Interest, Source, Watch};
use crate::os::child;
use abide_core::boundary::ExitStatus;
use std::collections::BTreeMap;
use std::io;
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Orphan {
    pidfd: Rc<OwnedFd>,
    /// When it ended, as far as we saw, and when to ask again how.
    ended: Option<(Instant, Instant)>,
}

/// The programs, by process id.
#[derive(Debug, Default)]
pub(super) struct Orphans(BTreeMap<i32, Orphan>);

impl Orphans {
    /// Waits for a program's end.
    pub(super) fn adopt(&mut self, pid: i32, pidfd: OwnedFd, watch: &Watch) -> io::Result<()> {
        let source = Source::Orphan(usize::try_from(pid).unwrap_or(0));
        watch.add(&pidfd, source, Interest::READ)?;
        self.0.insert(pid, Orphan { pidfd: Rc::new(pidfd), ended: None });
        Ok(())
    }

    /// The pidfd of a program.
    pub(super) fn pidfd(&self, pid: i32) -> Option<Rc<OwnedFd>> {
        self.0.get(&pid).map(|orphan| Rc::clone(&orphan.pidfd))
    }

    /// Its number.
    pub(super) fn number(&self, pid: i32) -> Option<RawFd> {
        self.0.get(&pid).map(|orphan| orphan.pidfd.as_raw_fd())
    }

    /// Nothing more of a program is of use.
    pub(super) fn forget(&mut self, pid: i32) {
        self.0.remove(&pid);
    }

    /// A program has ended: how, as soon as that is known, or no longer to be hoped for.
    pub(super) fn ended(&mut self, pid: i32, watch: &Watch, now: Instant) -> Option<ExitStatus> {
        let orphan = self.0.get_mut(&pid)?;
        let pidfd = rustix::fd::AsFd::as_fd(&*orphan.pidfd);
        let told = child::ended(pidfd);
        let status = match &told {
            Ok(Some(status)) => Some(*status),
            _ => child::unreaped(pid, pidfd),
        };
        if status.is_none() && told.is_ok() {
            let (seen, _) = orphan.ended.unwrap_or_else(|| {
                // It stays readable from now on.
                watch.remove(&*orphan.pidfd);
                (now, now)
            });
            if now < seen + Duration::from_millis(REAPED_MS) {
                orphan.ended = Some((seen, now + Duration::from_millis(REAPED_LOOK_MS)));
                return None;
            }
        }
        let status = status.unwrap_or_else(|| {
            log::info!("how program {pid} ended can't be learnt: {told:?}");
            ExitStatus::Unknown
        });
        self.0.remove(&pid);
        Some(status)
    }

    /// When to ask again after those that have ended.
    pub(super) fn look_at(&self) -> Option<Instant> {
        self.0.values().filter_map(|orphan| Some(orphan.ended?.1)).min()
    }

    /// Those to ask after now.
    pub(super) fn due(&self, now: Instant) -> Vec<i32> {
        let due = |orphan: &Orphan| orphan.ended.is_some_and(|(_, look)| look <= now);
        self.0.iter().filter(|(_, orphan)| due(orphan)).map(|(pid, _)| *pid).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skip::skipped;
    use rustix::event::{PollFd, PollFlags, poll};
    use rustix::process::{Pid, PidfdFlags, geteuid, pidfd_open};
    use std::os::unix::process::CommandExt;
    use std::process::{Child, Command};

    fn orphan(command: &mut Command, watch: &Watch) -> (Orphans, i32, Child) {
        let child = command.spawn().expect("a child");
        let pid = i32::try_from(child.id()).expect("a process id");
        let pidfd = pidfd_open(Pid::from_raw(pid).expect("one"), PidfdFlags::empty()).expect("a pidfd");
        poll(&mut [PollFd::new(&pidfd, PollFlags::IN)], None).expect("its end");
        let mut orphans = Orphans::default();
        orphans.adopt(pid, pidfd, watch).expect("an orphan to wait for");
        (orphans, pid, child)
    }

    #[test]
    fn one_that_nobody_reaps_is_given_up() {
        if !geteuid().is_root() {
            let why = "only root has processes of which it may not know how they ended";
            return skipped("keeper::orphans::one_that_nobody_reaps_is_given_up", why);
        }
        let (watch, begun) = (Watch::new().expect("an epoll"), Instant::now());
        let after = |ms| begun + Duration::from_millis(ms);
        let mut other_user = Command::new("/bin/sh");
        other_user.args(["-c", "exit 3"]).uid(65_534);
        let (mut orphans, pid, mut child) = orphan(&mut other_user, &watch);
        assert_eq!(orphans.look_at(), None);
        assert_eq!(orphans.ended(pid, &watch, begun), None);
        assert_eq!(orphans.look_at(), Some(after(REAPED_LOOK_MS)));
        assert_eq!(orphans.due(after(REAPED_LOOK_MS)), [pid]);
        assert_eq!(orphans.ended(pid, &watch, after(REAPED_MS - 1)), None);
        assert_eq!(orphans.ended(pid, &watch, after(REAPED_MS)), Some(ExitStatus::Unknown));
        assert!(orphans.pidfd(pid).is_none() && orphans.look_at().is_none(), "it is forgotten");
        child.wait().expect("its status");
    }

    #[test]
    fn one_of_our_own_is_known_at_once() {
        let watch = Watch::new().expect("an epoll");
        let (mut orphans, pid, mut child) = orphan(Command::new("/bin/sh").args(["-c", "exit 3"]), &watch);
        assert_eq!(orphans.ended(pid, &watch, Instant::now()), Some(ExitStatus::Code(3)));
        assert_eq!(orphans.ended(pid, &watch, Instant::now()), None);
        child.wait().expect("its status");
    }
}
