//! Children that have ended.

use super::sys::exit_code;
use abide_core::boundary::ExitStatus;
use rustix::process::{WaitOptions, WaitStatus, wait};
use std::io;
use std::os::fd::{AsRawFd, BorrowedFd};

/// A child that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Ended {
    /// Its process id.
    pub pid: i32,
    /// How.
    pub status: ExitStatus,
}

/// The next child that has ended and was not asked about; never waits.
#[must_use]
pub fn reap() -> Option<Ended> {
    loop {
        match wait(WaitOptions::NOHANG) {
            Ok(Some((pid, status))) => {
                return Some(Ended { pid: pid.as_raw_nonzero().get(), status: exit_status(status) });
            }
            Err(rustix::io::Errno::INTR) => {}
            Ok(None) | Err(_) => return None,
        }
    }
}

fn exit_status(status: WaitStatus) -> ExitStatus {
    match (status.exit_status(), status.terminating_signal()) {
        (Some(code), _) => ExitStatus::Code(code),
        (None, Some(signal)) => ExitStatus::Signal(signal),
        (None, None) => ExitStatus::Unknown,
    }
}

/// How the process of a pidfd ended, child or not; none while nobody has reaped it.
///
/// # Errors
/// When the kernel does not say.
pub fn ended(pidfd: BorrowedFd<'_>) -> io::Result<Option<ExitStatus>> {
    Ok(exit_code(pidfd)?.map(from_code))
}

/// How a process ended that nobody has reaped yet, and of which we have a pidfd; none when it has been meanwhile, or
/// we may not know.
#[must_use]
pub fn unreaped(pid: i32, pidfd: BorrowedFd<'_>) -> Option<ExitStatus> {
    let read = |path: String| std::fs::read_to_string(path).ok();
    let stat = read(format!("/proc/{pid}/stat"))?;
    let status = read(format!("/proc/{pid}/status"))?;
    // To others than the same user and group the kernel says 0, which would be a lie.
    let (uid, gid) = (rustix::process::geteuid().as_raw(), rustix::process::getegid().as_raw());
    let all = |name: &str, wanted: u32| {
        let ids = status.lines().find_map(|line| line.strip_prefix(name));
        ids.is_some_and(|ids| ids.split_whitespace().take(3).all(|id| id.parse() == Ok(wanted)))
    };
    // Its number is its own as long as it was not reaped: then this is -1.
    let still = read(format!("/proc/self/fdinfo/{}", pidfd.as_raw_fd()))?
        .lines()
        .any(|line| line.strip_prefix("Pid:").is_some_and(|n| n.trim().parse() == Ok(pid)));
    // Behind the name, which may hold anything: the state first, the exit code last.
    let (_, fields) = stat.rsplit_once(')')?;
    let code = fields.split_whitespace().last()?.parse().ok()?;
    let zombie = fields.trim_start().starts_with('Z');
    (zombie && still && all("Uid:", uid) && all("Gid:", gid)).then(|| from_code(code))
}

/// From what `waitpid` gives.
fn from_code(code: i32) -> ExitStatus {
    match code & 0x7f {
        0 => ExitStatus::Code(code >> 8 & 0xff),
        signal => ExitStatus::Signal(signal),
    }
}

/// How a program ended, as half a sentence.
#[must_use]
pub fn describe(status: ExitStatus) -> String {
    match status {
        ExitStatus::Code(code) => format!("exited with status {code}"),
        ExitStatus::Signal(number) => {
            let name = nix::sys::signal::Signal::try_from(number).map_or("", |s| s.as_str());
            format!("was ended by signal {number} {name}").trim_end().to_owned()
        }
        ExitStatus::Unknown => "ended".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::skip::skipped;
    use rustix::process::{Pid, PidfdFlags, pidfd_open};
    use std::os::fd::AsFd;
    use std::process::Command;

    #[test]
    fn how_a_process_ended_is_known_before_and_after_it_is_reaped() {
        for (line, expected) in [("exit 42", ExitStatus::Code(42)), ("kill -9 $$", ExitStatus::Signal(9))] {
            let mut child = Command::new("/bin/sh").args(["-c", line]).spawn().expect("a child");
            let pid = i32::try_from(child.id()).expect("a process id");
            let pidfd = pidfd_open(Pid::from_raw(pid).expect("one"), PidfdFlags::empty()).expect("a pidfd");
            let gone = rustix::event::PollFlags::IN;
            rustix::event::poll(&mut [rustix::event::PollFd::new(&pidfd, gone)], None).expect("its end");
            assert_eq!(unreaped(pid, pidfd.as_fd()), Some(expected), "{line}");
            assert!(!matches!(ended(pidfd.as_fd()), Ok(Some(_))), "nobody has reaped it");
            child.wait().expect("its status");
            assert_eq!(unreaped(pid, pidfd.as_fd()), None, "{line}");
            match ended(pidfd.as_fd()) {
                Ok(status) => assert_eq!(status, Some(expected), "{line}"),
                Err(fault) => skipped(
                    &format!("os::child, `{line}`"),
                    &format!("this kernel does not say how a process ended: {fault}"),
                ),
            }
        }
    }
}
