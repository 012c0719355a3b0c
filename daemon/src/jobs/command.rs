//! A shell command (`run-shell`, `if-shell`): run with a bound on its output and on how long anybody
//! waits after its end.

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, PidfdFlags, Signal, kill_process_group, pidfd_open};
use std::io::{ErrorKind, Read};
use std::os::unix::process::{CommandExt, ExitStatusExt};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// Bytes of output that are kept.
pub const JOB_OUTPUT_BYTES_MAX: usize = 1024 * 1024;
/// How long a command may run: a backup started with `run-shell` may, something forgotten may not.
const JOB_HOURS_MAX: u64 = 24;
/// How long its output is waited for once the command itself has ended: something left in the background may
/// hold the pipe for ever.
const AFTER_END: Duration = Duration::from_millis(100);
/// How often to look whether it has ended, where the kernel has no pidfd.
const LOOK_EVERY: Duration = Duration::from_millis(50);

/// A command to run.
#[derive(Clone, Debug)]
pub struct Job {
    /// For `/bin/sh -c`.
    pub command: String,
    /// Where; home, then `/`, where it can't be entered.
    pub cwd: String,
    /// Its whole environment.
    pub environment: Vec<(String, String)>,
    /// What stands on its standard input.
    pub input: Vec<u8>,
}

/// Runs a command to its end; its status as a shell gives it, and what it printed to both streams.
#[must_use]
pub fn run(job: &Job) -> (i32, Vec<u8>) {
    run_until(job, Instant::now() + Duration::from_secs(JOB_HOURS_MAX * 3600))
}

fn run_until(job: &Job, deadline: Instant) -> (i32, Vec<u8>) {
    let fault = |e: std::io::Error| (255, format!("{e}\n").into_bytes());
    let (mut reader, writer) = match std::io::pipe() {
        Ok(ends) => ends,
        Err(e) => return fault(e),
    };
    let second = match writer.try_clone() {
        Ok(second) => second,
        Err(e) => return fault(e),
    };
    let stdin = match input(&job.input) {
        Ok(stdin) => stdin,
        Err(e) => return fault(e),
    };
    let mut command = shell(job);
    let child = command.stdin(stdin).stdout(writer).stderr(second).spawn();
    // Our own copies of the pipe's end, or it would never end.
    drop(command);
    let mut child = match child {
        Ok(child) => child,
        Err(e) => return fault(e),
    };
    let output = gather(&mut reader, &mut child, deadline);
    drop(reader);
    let status = match child.wait() {
        Ok(status) => status.code().unwrap_or_else(|| 128 + status.signal().unwrap_or(0)),
        Err(_) => 255,
    };
    (status, output)
}

/// The shell with the command, in its folder, in a process group of its own.
pub(super) fn shell(job: &Job) -> Command {
    let home = job.environment.iter().find(|(k, _)| k == "HOME").map_or("/", |(_, v)| v.as_str());
    let folder =
        [job.cwd.as_str(), home].into_iter().find(|f| std::path::Path::new(f).is_dir()).unwrap_or("/");
    let mut command = Command::new("/bin/sh");
    command
        .args(["-c", &job.command])
        .current_dir(folder)
        .env_clear()
        .envs(job.environment.iter().filter(|(k, _)| !k.is_empty() && !k.contains(['=', '\0'])).cloned())
        .process_group(0);
    command
}

/// The standard input of a job: a pipe that a thread fills, or nothing.
fn input(bytes: &[u8]) -> std::io::Result<Stdio> {
    if bytes.is_empty() {
        return Ok(Stdio::null());
    }
    let (reader, mut writer) = std::io::pipe()?;
    let bytes = bytes.to_vec();
    // A command that does not read to the end only breaks the pipe.
    std::thread::Builder::new().name("job input".to_owned()).spawn(move || {
        let _ = std::io::Write::write_all(&mut writer, &bytes);
    })?;
    Ok(reader.into())
}

/// Reads until the pipe ends, or shortly after the command has, or to the deadline: then it is killed.
pub(super) fn gather(reader: &mut std::io::PipeReader, child: &mut Child, deadline: Instant) -> Vec<u8> {
    let mut output = Vec::new();
    let pid = Pid::from_child(child);
    let pidfd = pidfd_open(pid, PidfdFlags::empty()).ok();
    let mut until = deadline;
    let mut ended = false;
    let mut buffer = [0; 8192];
    loop {
        let left = until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            if !ended {
                let _ = kill_process_group(pid, Signal::KILL);
            }
            return output;
        }
        let left = if ended || pidfd.is_some() { left } else { left.min(LOOK_EVERY) };
        let timeout = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        let mut fds = vec![PollFd::new(&*reader, PollFlags::IN)];
        if let Some(pidfd) = pidfd.as_ref().filter(|_| !ended) {
            fds.push(PollFd::new(pidfd, PollFlags::IN));
        }
        let waited = poll(&mut fds, Some(&timeout));
        let readable = fds.first().is_some_and(|f| !f.revents().is_empty());
        let over = fds.get(1).is_some_and(|f| !f.revents().is_empty());
        drop(fds);
        match waited {
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => return output,
            Ok(_) => {}
        }
        if readable {
            match reader.read(&mut buffer) {
                Ok(0) => return output,
                Ok(n) => {
                    // Past the bound it is read and forgotten, so that the command can go on.
                    let room = JOB_OUTPUT_BYTES_MAX.saturating_sub(output.len()).min(n);
                    output.extend_from_slice(buffer.get(..room).unwrap_or_default());
                }
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return output,
            }
        } else if !ended && (over || (pidfd.is_none() && matches!(child.try_wait(), Ok(Some(_))))) {
            ended = true;
            until = deadline.min(Instant::now() + AFTER_END);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn job(command: &str) -> Job {
        let environment =
            vec![("PATH".to_owned(), "/usr/bin:/bin".to_owned()), ("X".to_owned(), "y".to_owned())];
        Job { command: command.to_owned(), cwd: "/".to_owned(), environment, input: Vec::new() }
    }

    fn text(command: &str) -> (i32, String) {
        let (status, output) = run(&job(command));
        (status, String::from_utf8_lossy(&output).into_owned())
    }

    #[test]
    fn status_and_both_streams() {
        assert_eq!(text("echo a; echo b >&2; exit 3"), (3, "a\nb\n".to_owned()));
        assert_eq!(text("kill -9 $$"), (137, String::new()));
        assert_eq!(text("echo $X $PWD $HOME"), (0, "y /\n".to_owned()));
        assert_eq!(text("no-such-command 2>/dev/null").0, 127);
    }

    #[test]
    fn a_folder_that_is_gone_does_not_matter() {
        let mut job = job("pwd");
        job.cwd = "/no/such/folder".to_owned();
        assert_eq!(run(&job), (0, b"/\n".to_vec()));
    }

    #[test]
    fn output_is_bounded_and_the_command_ends_all_the_same() {
        let (status, output) = run(&job("head -c 3000000 /dev/zero; exit 4"));
        assert_eq!((status, output.len()), (4, JOB_OUTPUT_BYTES_MAX));
    }

    #[test]
    fn what_stays_in_the_background_is_not_waited_for() {
        let began = Instant::now();
        assert_eq!(text("sleep 60 & echo started"), (0, "started\n".to_owned()));
        assert!(began.elapsed() < Duration::from_secs(20));
    }

    #[test]
    fn past_its_deadline_it_is_killed_with_its_children() {
        let began = Instant::now();
        let (status, output) =
            run_until(&job("echo here; sleep 60; echo there"), began + Duration::from_millis(300));
        assert_eq!((status, output), (137, b"here\n".to_vec()));
        assert!(began.elapsed() < Duration::from_secs(20));
    }
}
