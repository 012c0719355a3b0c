//! A program on a pty of its own, as a terminal emulator would have it.

use abide_core::base::geometry::Size;
use rustix::event::{PollFd, PollFlags, Timespec};
use rustix::fd::{AsFd, BorrowedFd, OwnedFd};
use rustix::fs::{Mode, OFlags};
use rustix::io::Errno;
use rustix::pty::OpenptFlags;
use rustix::termios::{Winsize, tcsetwinsize};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How a read ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Got {
    /// So many bytes are in the buffer.
    Bytes(usize),
    /// Nothing came within the time.
    Nothing,
    /// The last holder of the tty is gone.
    End,
}

/// A program on a pty.
pub struct Pty {
    master: OwnedFd,
    child: Child,
}

impl Pty {
    /// Starts the command as leader of a session of its own on a pty of that size.
    ///
    /// # Panics
    /// When there is no pty or no such program.
    pub fn start(command: &Command, size: Size) -> Pty {
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
        leader.args(["--ctty", "--wait"]).arg(command.get_program()).args(command.get_args()).env_clear();
        leader.envs(command.get_envs().filter_map(|(key, value)| Some((key, value?))));
        if let Some(folder) = command.get_current_dir() {
            leader.current_dir(folder);
        }
        let child = leader.stdin(open()).stdout(open()).stderr(open()).spawn().expect("start setsid");
        rustix::io::ioctl_fionbio(&master, true).expect("nonblocking");
        Pty { master, child }
    }

    /// Reads what is there, waiting at most that long for the first byte.
    pub fn read(&self, buffer: &mut [u8], within: Duration) -> Got {
        let deadline = Instant::now() + within;
        loop {
            match rustix::io::read(&self.master, &mut *buffer) {
                Ok(0) => return Got::End,
                Ok(n) => return Got::Bytes(n),
                Err(Errno::AGAIN | Errno::INTR) => {
                    let left = deadline.saturating_duration_since(Instant::now());
                    if left.is_zero() || !self.poll(PollFlags::IN, left) {
                        return Got::Nothing;
                    }
                }
                // EIO: the last holder of the tty is gone.
                Err(_) => return Got::End,
            }
        }
    }

    /// Writes what the tty takes at once.
    ///
    /// # Panics
    /// When the pty is broken.
    pub fn write(&self, bytes: &[u8]) -> usize {
        match rustix::io::write(&self.master, bytes) {
            Ok(n) => n,
            Err(Errno::AGAIN | Errno::INTR) => 0,
            Err(e) => panic!("type: {e}"),
        }
    }

    /// Gives the pty another size; the program gets SIGWINCH.
    pub fn resize(&self, size: Size) {
        set_size(&self.master, size);
    }

    /// Waits for the program's end and gives its exit status, -1 for a signal.
    ///
    /// # Panics
    /// When it can't be waited for.
    pub fn wait_end(&mut self) -> i32 {
        self.child.wait().expect("wait").code().unwrap_or(-1)
    }

    /// The master's descriptor.
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.master.as_fd()
    }

    fn poll(&self, flags: PollFlags, within: Duration) -> bool {
        let mut fds = [PollFd::new(&self.master, flags)];
        let within = Timespec { tv_sec: within.as_secs() as i64, tv_nsec: within.subsec_nanos().into() };
        rustix::event::poll(&mut fds, Some(&within)).is_ok_and(|n| n > 0)
    }
}

impl Drop for Pty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn set_size(master: &OwnedFd, size: Size) {
    let size = Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 };
    tcsetwinsize(master, size).expect("set the size");
}
