//! A terminal for tests: a real pty with a program in it, its output fed to our own screen model.

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use rustix::fd::{AsFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::pty::OpenptFlags;
use rustix::termios::{Winsize, tcsetwinsize};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A program in a pty.
pub struct Terminal {
    master: OwnedFd,
    child: Child,
    screen: Screen,
    raw: Vec<u8>,
    ended: bool,
}

/// Bytes of output kept in full, for messages of failed tests.
const RAW_BYTES_MAX: usize = 8 * 1024 * 1024;

impl Terminal {
    /// Starts the command as leader of a session of its own on a pty of that size.
    ///
    /// # Panics
    /// When there is no pty or no such program.
    pub fn start(command: &mut Command, size: Size) -> Terminal {
        let master = rustix::pty::openpt(OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC)
            .expect("a pty");
        rustix::pty::grantpt(&master).expect("grantpt");
        rustix::pty::unlockpt(&master).expect("unlockpt");
        let name = rustix::pty::ptsname(&master, Vec::new()).expect("ptsname");
        let open = || {
            let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC;
            Stdio::from(rustix::fs::open(&*name, flags, Mode::empty()).expect("open the tty"))
        };
        set_size(&master, size);
        // `setsid --ctty` makes the tty the program's controlling one, which std alone can't.
        let mut leader = Command::new("setsid");
        leader.args(["--ctty", "--wait"]).arg(command.get_program()).args(command.get_args());
        for (key, value) in command.get_envs() {
            match value {
                Some(value) => leader.env(key, value),
                None => leader.env_remove(key),
            };
        }
        if let Some(folder) = command.get_current_dir() {
            leader.current_dir(folder);
        }
        let child = leader.stdin(open()).stdout(open()).stderr(open()).spawn().expect("start setsid");
        rustix::io::ioctl_fionbio(&master, true).expect("nonblocking");
        Terminal { master, child, screen: Screen::new(size, 2000), raw: vec![], ended: false }
    }

    /// Types bytes, all of them.
    ///
    /// # Panics
    /// When the program takes nothing for 20 seconds.
    pub fn type_bytes(&mut self, mut bytes: &[u8]) {
        let deadline = Instant::now() + Duration::from_secs(20);
        while !bytes.is_empty() {
            match rustix::io::write(&self.master, bytes) {
                Ok(n) => bytes = &bytes[n..],
                Err(rustix::io::Errno::AGAIN) => {
                    self.read(Duration::from_millis(5));
                }
                Err(e) => panic!("type: {e}"),
            }
            assert!(Instant::now() < deadline, "the program takes no input");
        }
    }

    /// Types text.
    pub fn type_text(&mut self, text: &str) {
        self.type_bytes(text.as_bytes());
    }

    /// Reads what is there, waiting at most that long for the first byte; false when the program has ended.
    pub fn read(&mut self, within: Duration) -> bool {
        let mut buffer = [0; 65536];
        let deadline = Instant::now() + within;
        while !self.ended {
            match rustix::io::read(&self.master, &mut buffer) {
                Ok(0) => self.ended = true,
                Ok(n) => {
                    self.screen.feed(&buffer[..n]);
                    let replies = self.screen.outcome().replies;
                    if !replies.is_empty() {
                        self.type_bytes(&replies);
                    }
                    if self.raw.len() < RAW_BYTES_MAX {
                        self.raw.extend_from_slice(&buffer[..n]);
                    }
                    return true;
                }
                Err(rustix::io::Errno::AGAIN) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() || !poll_readable(&self.master, left) {
                        return true;
                    }
                }
                // EIO: the last holder of the tty is gone.
                Err(_) => self.ended = true,
            }
        }
        false
    }

    /// Reads until `look` finds something on the screen.
    ///
    /// # Panics
    /// When the deadline comes first; the message shows the screen.
    #[track_caller]
    pub fn wait<T>(
        &mut self,
        what: &str,
        within: Duration,
        mut look: impl FnMut(&Terminal) -> Option<T>,
    ) -> T {
        let deadline = Instant::now() + within;
        loop {
            if let Some(found) = look(self) {
                return found;
            }
            let left = deadline.saturating_duration_since(Instant::now());
            let alive = !left.is_zero() && self.read(left.min(Duration::from_millis(50)));
            if !alive && left.is_zero() || self.ended {
                if let Some(found) = look(self) {
                    return found;
                }
                panic!("waited in vain for {what} (ended: {}); the screen:\n{}", self.ended, self.text());
            }
        }
    }

    /// Reads until the text stands somewhere on the screen.
    #[track_caller]
    pub fn wait_text(&mut self, text: &str, within: Duration) {
        self.wait(&format!("`{text}`"), within, |terminal| terminal.text().contains(text).then_some(()));
    }

    /// Reads until the program has ended, and gives its exit status.
    ///
    /// # Panics
    /// When it has not within that time.
    #[track_caller]
    pub fn wait_end(&mut self, within: Duration) -> i32 {
        let deadline = Instant::now() + within;
        while self.read(Duration::from_millis(20)) {
            assert!(Instant::now() < deadline, "still running; the screen:\n{}", self.text());
        }
        self.child.wait().expect("wait").code().unwrap_or(-1)
    }

    /// The visible rows, without blanks at their ends, joined by newlines.
    pub fn text(&self) -> String {
        (0..self.screen.size().rows).map(|y| self.row(y)).collect::<Vec<_>>().join("\n")
    }

    /// One visible row, without blanks at its end.
    pub fn row(&self, y: u16) -> String {
        self.screen.row(y).text()
    }

    /// The screen as a model.
    pub fn screen(&self) -> &Screen {
        &self.screen
    }

    /// Everything the program wrote, from the start, up to 8 MiB.
    pub fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Gives the pty another size; the program gets SIGWINCH.
    pub fn resize(&mut self, size: Size) {
        set_size(&self.master, size);
        self.screen.resize(size);
    }

    /// Process id of the program's leader (`setsid`).
    pub fn pid(&self) -> u32 {
        self.child.id()
    }

    /// A handle on the pty, to poll.
    pub fn fd(&self) -> rustix::fd::BorrowedFd<'_> {
        self.master.as_fd()
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn set_size(master: &OwnedFd, size: Size) {
    let size = Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(master, size).expect("set the size");
}

fn poll_readable(fd: &OwnedFd, within: Duration) -> bool {
    let mut fds = [rustix::event::PollFd::new(fd, rustix::event::PollFlags::IN)];
    let within =
        rustix::event::Timespec { tv_sec: within.as_secs() as i64, tv_nsec: within.subsec_nanos().into() };
    rustix::event::poll(&mut fds, Some(&within)).is_ok_and(|n| n > 0)
}
