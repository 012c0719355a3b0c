//! Pseudo-terminals.

use abide_core::base::geometry::Size;
use rustix::pty::OpenptFlags;
use rustix::termios::{InputModes, OptionalActions, Winsize};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// A new pseudo-terminal.
#[derive(Debug)]
pub struct Pty {
    /// Our side: never waits.
    pub master: OwnedFd,
    /// The programs' side.
    pub slave: OwnedFd,
    /// Path of the programs' side.
    pub path: String,
}

/// Opens a pseudo-terminal of a size, with UTF-8 editing on.
///
/// # Errors
/// A sentence: usually that there are no more of them.
pub fn open(size: Size) -> Result<Pty, String> {
    let flags = OpenptFlags::RDWR | OpenptFlags::NOCTTY | OpenptFlags::CLOEXEC;
    let master = rustix::pty::openpt(flags)
        .map_err(|e| format!("no pseudo-terminal to be had: {e} (see /proc/sys/kernel/pty/max)"))?;
    let ready = || -> io::Result<Pty> {
        rustix::pty::unlockpt(&master)?;
        let path = rustix::pty::ptsname(&master, Vec::new())?;
        // By the master rather than by the path, which another mount of /dev/pts may give another meaning.
        let slave = match rustix::pty::ioctl_tiocgptpeer(&master, flags) {
            Ok(slave) => slave,
            // Before Linux 4.13.
            Err(_) => {
                use rustix::fs::{Mode, OFlags};
                rustix::fs::open(&path, OFlags::RDWR | OFlags::NOCTTY | OFlags::CLOEXEC, Mode::empty())?
            }
        };
        resize(master.as_fd(), size)?;
        let mut modes = rustix::termios::tcgetattr(&slave)?;
        modes.input_modes |= InputModes::IUTF8;
        rustix::termios::tcsetattr(&slave, OptionalActions::Now, &modes)?;
        rustix::io::ioctl_fionbio(&master, true)?;
        let master = rustix::io::fcntl_dupfd_cloexec(&master, 3)?;
        Ok(Pty { master, slave, path: path.to_string_lossy().into_owned() })
    };
    ready().map_err(|e| format!("pseudo-terminal can't be set up: {e}"))
}

/// Gives a pseudo-terminal a size; its programs hear of it when it is another one.
///
/// # Errors
/// As the call.
pub fn resize(master: BorrowedFd<'_>, size: Size) -> io::Result<()> {
    let size = Winsize { ws_row: size.rows, ws_col: size.cols, ws_xpixel: 0, ws_ypixel: 0 };
    Ok(rustix::termios::tcsetwinsize(master, size)?)
}
