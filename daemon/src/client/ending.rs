//! How a client that showed a session ends: its last line, its exit status, and what comes after it.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use std::{io::Write as _, os::unix::process::CommandExt as _, process::Command};

/// Why an attached client ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Ending {
    /// Detached from this session.
    Detached(String),
    /// Detached from this session, and whoever started us is to be hung up.
    HungUp(String),
    /// A shell command takes our place.
    Exec(String),
    /// The session has ended.
    Exited,
    /// The server was told to end; a sentence on what becomes of the session, empty when nothing does.
    ServerExited(String),
    /// The server is gone and does not come back.
    ServerLost,
    /// The terminal is gone.
    LostTty,
    /// A signal.
    Terminated,
    /// Nothing that tmux has a line for.
    Fault(String),
}

/// Whether standard output takes something now: a terminal that takes nothing must not keep us from ending.
fn takes_output() -> bool {
    let stdout = std::io::stdout();
    let mut fds = [PollFd::new(&stdout, PollFlags::OUT)];
    matches!(poll(&mut fds, Some(&Timespec::default())), Ok(1..))
}

impl Ending {
    /// The last line, as tmux has it; none where something else takes our place.
    pub(super) fn line(&self) -> Option<String> {
        let from = |what: &str, session: &str| {
            if session.is_empty() {
                what.to_owned()
            } else {
                format!("{what} (from session {})", abide_protocol::escape::Escaped(session))
            }
        };
        let text = match self {
            Ending::Detached(session) => from("detached", session),
            Ending::HungUp(session) => from("detached and SIGHUP", session),
            Ending::Exec(_) => return None,
            Ending::Exited => "exited".to_owned(),
            Ending::ServerExited(note) if note.is_empty() => "server exited".to_owned(),
            Ending::ServerExited(note) => {
                format!("server exited: {}", abide_protocol::escape::Escaped(note))
            }
            Ending::ServerLost => "server exited unexpectedly".to_owned(),
            Ending::LostTty => "lost tty".to_owned(),
            Ending::Terminated => "terminated".to_owned(),
            Ending::Fault(text) => text.clone(),
        };
        Some(format!("[{text}]"))
    }

    /// Exit status for the shell.
    pub(super) fn status(&self) -> i32 {
        match self {
            Ending::Detached(_) | Ending::HungUp(_) | Ending::Exec(_) => 0,
            Ending::Exited | Ending::ServerExited(_) => 0,
            Ending::ServerLost | Ending::LostTty | Ending::Terminated | Ending::Fault(_) => 1,
        }
    }

    /// Says the last line and does what is to be done; the terminal is given back already.
    pub(super) fn say(&self, shell: &str) -> i32 {
        if let Some(line) = self.line()
            && takes_output()
        {
            // A terminal that is gone can't be told.
            let _ = writeln!(std::io::stdout(), "{line}");
        }
        match self {
            Ending::Exec(command) => {
                let fault = Command::new(shell).arg("-c").arg(command).exec();
                let _ = writeln!(std::io::stderr(), "{shell}: {fault}");
                return 1;
            }
            Ending::HungUp(_) => {
                if let Some(parent) = rustix::process::getppid() {
                    let _ = rustix::process::kill_process(parent, rustix::process::Signal::HUP);
                }
            }
            _ => {}
        }
        self.status()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_lines_are_tmuxs() {
        let named = |ending: fn(String) -> Ending| ending("work".to_owned());
        let cases = [
            (named(Ending::Detached), "[detached (from session work)]", 0),
            (Ending::Detached(String::new()), "[detached]", 0),
            (named(Ending::HungUp), "[detached and SIGHUP (from session work)]", 0),
            (Ending::Exited, "[exited]", 0),
            (Ending::ServerExited(String::new()), "[server exited]", 0),
            (Ending::ServerExited("SIGTERM\r".to_owned()), "[server exited: SIGTERM\\r]", 0),
            (Ending::ServerLost, "[server exited unexpectedly]", 1),
            (Ending::LostTty, "[lost tty]", 1),
            (Ending::Terminated, "[terminated]", 1),
        ];
        for (ending, line, status) in cases {
            assert_eq!((ending.line().as_deref(), ending.status()), (Some(line), status));
        }
        assert_eq!(named(Ending::Exec).line(), None);
    }
}
