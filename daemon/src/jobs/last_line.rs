//! A shell command that is run for the last line it prints (`#()`): a status line's clock, a load, a branch.

use super::command::{Job, shell};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};
use std::io::{ErrorKind, PipeReader, Read};
use std::process::{Child, Stdio};
use std::time::{Duration, Instant};

/// Bytes of a line that are kept; the core cuts it shorter still.
pub const LINE_BYTES_MAX: usize = 64 * 1024;
/// A line of a command that runs on is told no sooner after the one before: nobody reads faster.
const TELL_EVERY: Duration = Duration::from_secs(1);
/// How long a command that was told to end may take.
const END_GRACE: Duration = Duration::from_millis(500);
/// How often to look whether a command has ended that keeps something in the background with its output open.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The lines of a stream, of which only the last counts.
#[derive(Default)]
struct Lines {
    whole: Option<Vec<u8>>,
    begun: Vec<u8>,
}

impl Lines {
    fn take(&mut self, bytes: &[u8]) {
        let mut parts = bytes.split(|b| *b == b'\n').peekable();
        while let Some(part) = parts.next() {
            let room = LINE_BYTES_MAX.saturating_sub(self.begun.len()).min(part.len());
            self.begun.extend_from_slice(part.get(..room).unwrap_or_default());
            if parts.peek().is_some() {
                self.whole = Some(std::mem::take(&mut self.begun));
            }
        }
    }

    /// What counts at the end: a line without an end, else the last whole one.
    fn last(self) -> Vec<u8> {
        if self.begun.is_empty() { self.whole.unwrap_or_default() } else { self.begun }
    }
}

/// Runs a command to its end, or until the other end of `wanted` is closed: then it is told to end, and
/// killed when it does not. `tell` is called with the newest whole line while it runs. Gives its status as a
/// shell does, and its last line.
pub fn last_line(job: &Job, wanted: &PipeReader, tell: impl Fn(&[u8])) -> (i32, Vec<u8>) {
    use std::os::unix::process::ExitStatusExt;
    let mut command = shell(job);
    let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn();
    let mut child = match child {
        Ok(child) => child,
        Err(e) => return (255, e.to_string().into_bytes()),
    };
    let lines = gather(&mut child, wanted, tell);
    let status = match child.wait() {
        Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
        Err(_) => 255,
    };
    (status, lines.last())
}

/// Reads to the end of the output. When it returns the command has ended or is about to.
fn gather(child: &mut Child, wanted: &PipeReader, tell: impl Fn(&[u8])) -> Lines {
    let mut lines = Lines::default();
    let Some(mut reader) = child.stdout.take() else { return lines };
    let group = Pid::from_child(child);
    let mut buffer = [0; 8192];
    let mut told: Option<Vec<u8>> = None;
    let mut told_at = Instant::now();
    let mut kill_at: Option<Instant> = None;
    loop {
        let now = Instant::now();
        if kill_at.is_some_and(|at| at <= now) {
            let _ = kill_process_group(group, Signal::KILL);
            return lines;
        }
        let news = lines.whole.is_some() && lines.whole != told;
        if news && now >= told_at + TELL_EVERY {
            told.clone_from(&lines.whole);
            told_at = now;
            tell(told.as_deref().unwrap_or_default());
        }
        let next = [kill_at, news.then(|| told_at + TELL_EVERY)].into_iter().flatten().min();
        let left = next.map_or(LOOK_EVERY, |at| at.saturating_duration_since(now).min(LOOK_EVERY));
        let timeout = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        let mut fds = vec![PollFd::new(&reader, PollFlags::IN)];
        if kill_at.is_none() {
            fds.push(PollFd::new(wanted, PollFlags::IN));
        }
        match poll(&mut fds, Some(&timeout)) {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return lines,
            Ok(_) => {}
        }
        let readable = fds.first().is_some_and(|f| !f.revents().is_empty());
        let unwanted = fds.get(1).is_some_and(|f| !f.revents().is_empty());
        drop(fds);
        if unwanted {
            let _ = kill_process_group(group, Signal::TERM);
            kill_at = Some(Instant::now() + END_GRACE);
        }
        if readable {
            match reader.read(&mut buffer) {
                Ok(0) => return lines,
                Ok(n) => lines.take(buffer.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return lines,
            }
        } else if matches!(child.try_wait(), Ok(Some(_))) {
            // What it left in the background keeps the pipe open; it is not waited for.
            return lines;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::Mutex;

    fn job(command: &str) -> Job {
        let environment = vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned())];
        Job { command: command.to_owned(), cwd: "/".to_owned(), environment, input: Vec::new() }
    }

    fn line(command: &str) -> (i32, String) {
        let (wanted, _held) = std::io::pipe().expect("a pipe");
        let (status, line) = last_line(&job(command), &wanted, |_| {});
        (status, String::from_utf8_lossy(&line).into_owned())
    }

    #[test]
    fn the_last_line_counts() {
        for (command, expected) in [
            ("echo a; echo b", (0, "b")),
            ("echo a; printf b", (0, "b")),
            ("printf 'a\\n\\n'", (0, "")),
            ("echo a; echo err >&2; exit 3", (3, "a")),
            ("true", (0, "")),
            ("sleep 60 & echo started", (0, "started")),
        ] {
            assert_eq!(line(command), (expected.0, expected.1.to_owned()), "{command}");
        }
    }

    #[test]
    fn a_line_is_bounded() {
        let (status, line) = line("head -c 200000 /dev/zero | tr '\\0' x");
        assert_eq!((status, line.len()), (0, LINE_BYTES_MAX));
    }

    #[test]
    fn lines_are_told_while_it_runs_and_it_ends_when_nobody_wants_it() {
        let (wanted, held) = std::io::pipe().expect("a pipe");
        // The first line told closes the pipe; the command would run for ever and does not heed the signal.
        let held = Mutex::new(Some(held));
        let told = Mutex::new(Vec::new());
        let command = "trap '' TERM; n=0; while :; do n=$((n+1)); echo line; sleep 0.1; done";
        let (status, _) = last_line(&job(command), &wanted, |line| {
            told.lock().expect("a lock").push(line.to_vec());
            held.lock().expect("a lock").take();
        });
        assert_eq!(status, 137);
        assert_eq!(told.into_inner().expect("a lock"), [b"line".to_vec()]);
    }
}
