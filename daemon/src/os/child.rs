//! Children that have ended.

use abide_core::server::ExitStatus;
use rustix::process::{WaitOptions, WaitStatus, wait};

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
