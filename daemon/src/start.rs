//! A client finds its server, or starts one.
//!
//! Whoever comes first starts a keeper; the keeper takes a lock beside the socket, so that of two clients
//! that start one at once both end up with the same server. A keeper listens before it says that it is
//! ready and before its daemon is up: a client that connects early just waits.

use crate::cli::Options;
use crate::places::{Places, escaped};
use std::ffi::OsString;
use std::io::{ErrorKind, Read};
use std::os::unix::net::UnixStream;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// How long a keeper may take to listen: a loaded machine's fork and exec, with much room.
pub const START_SECONDS_MAX: u64 = 10;
/// What the keeper writes to its standard output once it listens.
pub const READY: &str = "ready";
/// What it writes when another keeper has the lock.
pub const TAKEN: &str = "taken";
/// Bytes of a keeper's answer.
const ANSWER_BYTES_MAX: u64 = 4096;

/// What a client was started with.
#[derive(Clone, Debug)]
pub struct Invocation {
    /// The program's own flags.
    pub options: Options,
    /// The command and its arguments; never empty (`new-session` where the person gave none).
    pub words: Vec<String>,
    /// Where the server is.
    pub places: Places,
    /// Our user.
    pub uid: u32,
}

impl Invocation {
    /// Connects to the server; starts one where there is none and `may_start` and the flags allow it.
    ///
    /// # Errors
    /// A sentence for the person.
    pub fn connect(&self, may_start: bool) -> Result<UnixStream, String> {
        let socket = &self.places.socket;
        let shown = escaped(socket.as_os_str());
        self.places.check_runtime(self.uid)?;
        let deadline = Instant::now() + Duration::from_secs(START_SECONDS_MAX);
        let mut wait_ms = 5;
        loop {
            let fault = match UnixStream::connect(socket) {
                Ok(stream) => return self.checked(stream),
                Err(fault) => fault,
            };
            let absent = matches!(fault.kind(), ErrorKind::NotFound | ErrorKind::ConnectionRefused);
            if !absent || !may_start || self.options.no_start {
                return Err(match fault.kind() {
                    ErrorKind::ConnectionRefused => format!("no server running on {shown}"),
                    ErrorKind::NotFound => format!("error connecting to {shown} (No such file or directory)"),
                    ErrorKind::PermissionDenied => format!("error connecting to {shown} (Permission denied)"),
                    _ => format!("error connecting to {shown} ({fault})"),
                });
            }
            if Instant::now() >= deadline {
                return Err(format!(
                    "server on {shown}: did not start within {START_SECONDS_MAX} seconds: {}",
                    self.see_log()
                ));
            }
            self.places.prepare_runtime(self.uid)?;
            match self.start_keeper(deadline)? {
                Started::Ready => {}
                // Somebody else's keeper is on its way, or on its way out: look again shortly.
                Started::Taken => {
                    std::thread::sleep(Duration::from_millis(wait_ms));
                    wait_ms = (wait_ms * 2).min(100);
                }
            }
        }
    }

    /// The server must be run by the same user, or by root: anybody else would read our keys.
    fn checked(&self, stream: UnixStream) -> Result<UnixStream, String> {
        let peer = rustix::net::sockopt::socket_peercred(&stream).map_err(|e| {
            format!("server on {}: who runs it can't be learnt: {e}", escaped(self.places.socket.as_os_str()))
        })?;
        let uid = peer.uid.as_raw();
        if uid == self.uid || uid == 0 {
            return Ok(stream);
        }
        Err(format!(
            "server on {}: is run by user {uid}, not by you: choose another socket with -L or -S",
            escaped(self.places.socket.as_os_str())
        ))
    }

    fn see_log(&self) -> String {
        format!("see {}", escaped(self.places.log("keeper").as_os_str()))
    }

    /// Starts a keeper that leaves our session, and waits for its word.
    fn start_keeper(&self, deadline: Instant) -> Result<Started, String> {
        let program =
            std::env::current_exe().map_err(|e| format!("server: its program can't be found: {e}"))?;
        let mut child = Command::new(program)
            .arg("--keeper")
            .args(self.options.handed_on(&self.places.socket))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|e| format!("server: can't be started: {e}"))?;
        let answer = child.stdout.take();
        // It ends at once, having started the keeper proper.
        let launched = child.wait();
        let mut text = String::new();
        if let Some(answer) = answer {
            text = read_before(answer, deadline)?;
        }
        match text.trim_end() {
            READY => Ok(Started::Ready),
            TAKEN => Ok(Started::Taken),
            "" => Err(format!(
                "server: ended before it was ready ({}): {}",
                launched.map_or_else(|e| e.to_string(), |s| s.to_string()),
                self.see_log()
            )),
            fault => Err(format!("server: {}", escaped(&OsString::from(fault)))),
        }
    }
}

enum Started {
    Ready,
    Taken,
}

/// Reads to the end, or to the deadline.
fn read_before(mut pipe: std::process::ChildStdout, deadline: Instant) -> Result<String, String> {
    use rustix::event::{PollFd, PollFlags, Timespec, poll};
    let mut text = Vec::new();
    loop {
        let left = deadline.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Err(format!("server: did not get ready within {START_SECONDS_MAX} seconds"));
        }
        let timeout = Timespec { tv_sec: left.as_secs().cast_signed(), tv_nsec: left.subsec_nanos().into() };
        match poll(&mut [PollFd::new(&pipe, PollFlags::IN)], Some(&timeout)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(e) => return Err(format!("server: can't be waited for: {e}")),
        }
        let mut piece = [0; 512];
        match pipe.read(&mut piece) {
            Ok(0) => break,
            Ok(n) => text.extend_from_slice(piece.get(..n).unwrap_or_default()),
            Err(e) if e.kind() == ErrorKind::Interrupted => {}
            Err(e) => return Err(format!("server: {e}")),
        }
        if text.len() as u64 > ANSWER_BYTES_MAX || text.contains(&b'\n') {
            break;
        }
    }
    Ok(String::from_utf8_lossy(&text).into_owned())
}

/// The `--keeper` stage: leaves the client's session and terminal, starts the keeper proper and ends, so
/// that the keeper is nobody's child and leads no session: it can never get a controlling terminal.
///
/// # Errors
/// When the keeper proper can't be started.
pub fn launch_keeper(options: &Options, places: &Places) -> Result<(), String> {
    // Fails only for a leader of a process group, which a child just spawned is not.
    let _ = rustix::process::setsid();
    let program = std::env::current_exe().map_err(|e| format!("its program can't be found: {e}"))?;
    Command::new(program)
        .arg("--keeper-detached")
        .args(options.handed_on(&places.socket))
        .current_dir("/")
        .stdin(Stdio::null())
        .stdout(Stdio::inherit())
        .stderr(Stdio::null())
        .spawn()
        .map(drop)
        .map_err(|e| format!("can't be started: {e}"))
}
