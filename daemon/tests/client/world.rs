//! A person's terminal, a daemon that says what a test tells it to, and the real client between them.

use abide_core::{base::geometry, screen::Screen};
use abide_protocol::{connection::ServerEnd, message::*};
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags},
    pty::{OpenptFlags, grantpt, openpt, ptsname, unlockpt},
    termios::{Termios, Winsize, tcgetattr, tcsetwinsize},
};
use std::{
    io::{ErrorKind, Read, Write},
    os::{
        fd::OwnedFd,
        unix::net::{UnixListener, UnixStream},
    },
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

/// How long anything may take on a loaded machine.
pub(crate) const SOON: Duration = Duration::from_secs(20);

/// A pty, and the screen that its master shows.
pub(crate) struct Terminal {
    pub(crate) master: OwnedFd,
    pub(crate) slave: OwnedFd,
    pub(crate) screen: Screen,
    pub(crate) bytes: Vec<u8>,
    pub(crate) before: Termios,
}

impl Terminal {
    pub(crate) fn new(size: Size) -> Terminal {
        let master = openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY).expect("a pty");
        grantpt(&master).expect("granted");
        unlockpt(&master).expect("unlocked");
        let name = ptsname(&master, Vec::new()).expect("named");
        let slave = rustix::fs::open(name, OFlags::RDWR | OFlags::NOCTTY, Mode::empty()).expect("opens");
        let before = tcgetattr(&slave).expect("a terminal");
        let screen = Screen::new(geometry::Size::new(size.cols, size.rows), 100);
        let terminal = Terminal { master, slave, screen, bytes: Vec::new(), before };
        terminal.resize(size);
        terminal
    }

    pub(crate) fn resize(&self, size: Size) {
        let size = Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 };
        tcsetwinsize(&self.master, size).expect("resizes");
    }

    pub(crate) fn stdio(&self) -> Stdio {
        self.slave.try_clone().expect("cloned").into()
    }

    pub(crate) fn type_in(&self, bytes: &[u8]) {
        assert_eq!(rustix::io::write(&self.master, bytes), Ok(bytes.len()));
    }

    /// Reads what the client wrote until `done`, which is asked after each piece.
    pub(crate) fn until(&mut self, what: &str, mut done: impl FnMut(&Terminal) -> bool) {
        let deadline = Instant::now() + SOON;
        while !done(self) {
            let shown = String::from_utf8_lossy(&self.bytes);
            assert!(Instant::now() < deadline, "{what} did not come:\n{}", shown.escape_debug());
            self.read(Duration::from_millis(20));
        }
    }

    fn read(&mut self, wait: Duration) {
        let mut fds = [PollFd::new(&self.master, PollFlags::IN)];
        let wait = Timespec::try_from(wait).expect("fits");
        if !matches!(poll(&mut fds, Some(&wait)), Ok(1..)) {
            return;
        }
        let mut piece = [0; 4096];
        let count = rustix::io::read(&self.master, &mut piece).unwrap_or(0);
        self.bytes.extend_from_slice(&piece[..count]);
        self.screen.feed(&piece[..count]);
    }

    pub(crate) fn shows(&self, text: &str) -> bool {
        (0..self.screen.size().rows).any(|y| self.screen.row(y).text().contains(text))
    }

    /// What was written so far, and is forgotten.
    pub(crate) fn written(&mut self) -> String {
        String::from_utf8_lossy(&std::mem::take(&mut self.bytes)).into_owned()
    }

    fn flags(&self) -> String {
        let t = tcgetattr(&self.slave).expect("a terminal");
        format!("{:?} {:?} {:?} {:?}", t.input_modes, t.output_modes, t.control_modes, t.local_modes)
    }

    pub(crate) fn is_as_found(&self) -> bool {
        let t = &self.before;
        let before =
            format!("{:?} {:?} {:?} {:?}", t.input_modes, t.output_modes, t.control_modes, t.local_modes);
        self.flags() == before
    }
}

/// A socket to listen on, in a folder of its own.
pub(crate) struct Daemon {
    _folder: tempfile::TempDir,
    pub(crate) socket: PathBuf,
    pub(crate) listener: Option<UnixListener>,
}

impl Daemon {
    pub(crate) fn new() -> Daemon {
        let folder = tempfile::tempdir().expect("a folder");
        let socket = folder.path().join("socket");
        let listener = Some(UnixListener::bind(&socket).expect("listens"));
        Daemon { _folder: folder, socket, listener }
    }

    /// The next connection.
    pub(crate) fn accept(&self) -> Connection {
        let listener = self.listener.as_ref().expect("listens");
        listener.set_nonblocking(true).expect("set");
        let deadline = Instant::now() + SOON;
        loop {
            match listener.accept() {
                Ok((stream, _)) => {
                    stream.set_nonblocking(false).expect("set");
                    stream.set_read_timeout(Some(SOON)).expect("set");
                    return Connection { stream, end: ServerEnd::new() };
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    assert!(Instant::now() < deadline, "nobody connects");
                    let mut fds = [PollFd::new(listener, PollFlags::IN)];
                    let _ = poll(&mut fds, Some(&Timespec { tv_sec: 1, tv_nsec: 0 }));
                }
                Err(e) => panic!("{e}"),
            }
        }
    }
}

/// A connection's daemon side.
pub(crate) struct Connection {
    pub(crate) stream: UnixStream,
    pub(crate) end: ServerEnd,
}

impl Connection {
    pub(crate) fn hear(&mut self) -> ClientMessage {
        loop {
            if let Some(message) = self.end.next_message().expect("a message") {
                return message;
            }
            let mut piece = [0; 4096];
            let count = self.stream.read(&mut piece).expect("the client says something");
            assert_ne!(count, 0, "the client closed the connection");
            self.end.take(&piece[..count]);
        }
    }

    pub(crate) fn say(&mut self, message: ServerMessage) {
        self.end.send(&message).expect("fits");
        self.stream.write_all(self.end.outbox.pending()).expect("is taken");
        self.end.outbox.sent(self.end.outbox.len());
    }

    /// Greets; gives the client's hello.
    pub(crate) fn greet(&mut self, input: u64) -> Hello {
        let ClientMessage::Hello(hello) = self.hear() else { panic!("no hello") };
        let software = "a test".to_owned();
        self.say(ServerMessage::Welcome(Welcome {
            pid: 1,
            epoch: 1,
            input,
            version: 1,
            features: hello.features.clone(),
            software,
        }));
        hello
    }

    /// Answers the command by showing session `$7`, `work`.
    pub(crate) fn attach(&mut self) -> abide_protocol::message::Command {
        let ClientMessage::Command(command) = self.hear() else { panic!("no command") };
        self.say(ServerMessage::Attached(Attached {
            kind: SurfaceKind::Session,
            pane: String::new(),
            session: "$7".to_owned(),
            surface: command.surface,
            read_only: false,
            session_name: "work".to_owned(),
            escape_time_ms: 10,
        }));
        command
    }

    /// Shows `text` in the first row of a screen that has nothing else.
    pub(crate) fn show(&mut self, size: Size, text: &str) {
        self.say(screen(size, text));
    }

    pub(crate) fn detach(&mut self, reason: DetachReason) {
        let name = "work".to_owned();
        self.say(ServerMessage::Detached(Detached {
            exec: String::new(),
            name,
            note: String::new(),
            reason,
            surface: 0,
        }));
    }
}

pub(crate) fn screen(size: Size, text: &str) -> ServerMessage {
    let rows = vec![RowChange(0, Row(false, vec![Run(0, Cells::Narrow, text.to_owned())]))];
    let cursor = Some(Cursor { visible: true, ..Cursor::default() });
    ServerMessage::Update(Update { full: true, rows, size, cursor, ..Update::default() })
}

/// The program, as a person on a plain xterm starts it.
pub(crate) fn abide(socket: &Path, words: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_abide"));
    command.arg("-S").arg(socket).args(words);
    command.env_remove("TMUX").env_remove("ABIDE").env("TERM", "xterm-256color");
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

/// The program on a terminal.
pub(crate) fn abide_on(terminal: &Terminal, socket: &Path, words: &[&str]) -> Child {
    let mut command = abide(socket, words);
    command.stdin(terminal.stdio()).stdout(terminal.stdio()).stderr(terminal.stdio());
    // In a group of its own, as a shell with job control has it: a stop signal means nothing to an orphaned group,
    // which ours is where no terminal stands behind the tests.
    std::os::unix::process::CommandExt::process_group(&mut command, 0);
    command.spawn().expect("starts")
}

/// Waits for the end, reading the terminal meanwhile.
pub(crate) fn end(child: &mut Child, terminal: &mut Terminal) -> ExitStatus {
    let mut status = None;
    terminal.until("the client's end", |_| {
        status = child.try_wait().expect("waits");
        status.is_some()
    });
    // Its last words may still be in the pty.
    while {
        let before = terminal.bytes.len();
        terminal.read(Duration::from_millis(10));
        terminal.bytes.len() > before
    } {}
    status.expect("it ended")
}

pub(crate) fn signal(child: &Child, signal: rustix::process::Signal) {
    let pid = rustix::process::Pid::from_child(child);
    rustix::process::kill_process(pid, signal).expect("is signalled");
}
