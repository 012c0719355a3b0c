//! The terminal taken and given back, whatever happens: a normal end, a signal, a panic.
//!
//! What gives it back is kept in one place of the process, so that whoever comes first does it, and once.

use super::Unsuitable;
use crate::client::{
    limits::FAREWELL_MAX,
    paint::{Abilities, Painter},
};
use abide_protocol::message::Size;
use rustix::{
    event::{PollFd, PollFlags, Timespec, poll},
    fs::{Mode, OFlags, fcntl_getfl, fcntl_setfl},
    io::Errno,
    termios::{OptionalActions, Termios, isatty, tcgetattr, tcgetwinsize, tcsetattr, ttyname},
};
use std::{
    io::{self, stdin},
    os::fd::{AsFd, BorrowedFd, OwnedFd},
    sync::{Mutex, Once},
    time::Instant,
};

/// Columns and rows where the terminal says none, as every terminal program assumes.
const SIZE_OTHERWISE: Size = Size { cols: 80, rows: 24 };

/// The terminal that standard input is.
#[derive(Debug)]
pub struct Tty {
    fd: OwnedFd,
    /// Its path, `/dev/pts/4`.
    pub path: String,
    /// Flags of the shared description, where ours is not of our own opening.
    flags: Option<OFlags>,
}

/// What gives the terminal back.
struct Found {
    fd: OwnedFd,
    termios: Termios,
    /// Flags of the description that the shell has too, where ours is not of our own opening.
    flags: Option<OFlags>,
    farewell: Vec<u8>,
}

static FOUND: Mutex<Option<Found>> = Mutex::new(None);

impl Tty {
    /// The terminal that standard input is, if it is one.
    ///
    /// # Errors
    /// When it is none.
    pub fn open() -> Result<Tty, Unsuitable> {
        let stdin = stdin();
        if !isatty(&stdin) {
            return Err(Unsuitable::NotTerminal);
        }
        let path = ttyname(&stdin, Vec::new()).map_err(|_| Unsuitable::NotTerminal)?;
        let path = path.to_string_lossy().into_owned();
        // Opened anew, so that not to wait is our description's affair and not the shell's.
        let flags = OFlags::RDWR | OFlags::NOCTTY | OFlags::NONBLOCK | OFlags::CLOEXEC;
        match rustix::fs::open(path.as_str(), flags, Mode::empty()) {
            Ok(fd) => Ok(Tty { fd, path, flags: None }),
            // Another user's terminal (after su): ours to use, not to open.
            Err(_) => {
                let closed = |e: Errno| Unsuitable::Closed(e.to_string());
                let fd = rustix::io::fcntl_dupfd_cloexec(&stdin, 3).map_err(closed)?;
                let flags = fcntl_getfl(&fd).map_err(closed)?;
                Ok(Tty { fd, path, flags: Some(flags) })
            }
        }
    }

    /// Its size now, within what a viewer may ask for.
    #[must_use]
    pub fn size(&self) -> Size {
        let side_max = abide_protocol::limits::SIDE_CELLS_MAX;
        match tcgetwinsize(&self.fd) {
            Ok(w) if w.ws_col > 0 && w.ws_row > 0 => {
                Size { cols: w.ws_col.min(side_max), rows: w.ws_row.min(side_max) }
            }
            _ => SIZE_OTHERWISE,
        }
    }

    /// Pixels of a cell, across and down, where the system knows them.
    #[must_use]
    pub fn cell_pixels(&self) -> Option<(u16, u16)> {
        let size = tcgetwinsize(&self.fd).ok()?;
        let side = |pixels: u16, cells: u16| pixels.checked_div(cells).filter(|side| *side > 0);
        side(size.ws_xpixel, size.ws_col).zip(side(size.ws_ypixel, size.ws_row))
    }

    /// For polling.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }

    /// Takes the terminal: no echo, no lines, no signals by keys. It is given back when [`give_back`] is
    /// called, or by a panic. Gives false where it had been taken before, and not been given back.
    ///
    /// # Errors
    /// The system's.
    pub fn take(&self, abilities: &Abilities) -> io::Result<bool> {
        let termios = tcgetattr(&self.fd)?;
        let mut raw = termios.clone();
        raw.make_raw();
        let found = Found {
            fd: self.fd.try_clone()?,
            termios,
            flags: self.flags,
            farewell: Painter::leave(abilities, self.size().rows),
        };
        give_back_when_panicking();
        let mut fresh = false;
        if let Ok(mut slot) = FOUND.lock() {
            fresh = slot.is_none();
            // Taken twice without being given back: the first knows how it was.
            slot.get_or_insert(found);
        }
        if let Some(flags) = self.flags {
            fcntl_setfl(&self.fd, flags | OFlags::NONBLOCK)?;
        }
        tcsetattr(&self.fd, OptionalActions::Drain, &raw)?;
        Ok(fresh)
    }

    /// The terminal can more than it was taken for: gives it back as that needs, from now on.
    pub fn knows_better(&self, abilities: &Abilities) {
        if let Ok(mut slot) = FOUND.lock()
            && let Some(found) = slot.as_mut()
        {
            found.farewell = Painter::leave(abilities, self.size().rows);
        }
    }

    /// Reads what is there; nothing where nothing is.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn read(&self, buffer: &mut [u8]) -> io::Result<usize> {
        match rustix::io::read(&self.fd, buffer) {
            Ok(0) => Err(io::ErrorKind::UnexpectedEof.into()),
            Ok(n) => Ok(n),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }

    /// Writes what fits.
    ///
    /// # Errors
    /// When the terminal is gone.
    pub fn write(&self, bytes: &[u8]) -> io::Result<usize> {
        match rustix::io::write(&self.fd, bytes) {
            Ok(n) => Ok(n),
            Err(Errno::AGAIN | Errno::INTR) => Ok(0),
            Err(e) => Err(e.into()),
        }
    }
}

/// Gives the terminal back as it was found. Does nothing where it was not taken, or was given back.
pub fn give_back() {
    let Some(found) = FOUND.lock().ok().and_then(|mut slot| slot.take()) else { return };
    // A terminal that takes nothing any more must not keep us here.
    let deadline = Instant::now() + FAREWELL_MAX;
    let mut rest = found.farewell.as_slice();
    while !rest.is_empty() {
        match rustix::io::write(&found.fd, rest) {
            Ok(n) => rest = rest.get(n..).unwrap_or_default(),
            Err(Errno::INTR) => {}
            Err(Errno::AGAIN) => {
                let left = deadline.saturating_duration_since(Instant::now());
                let wait = Timespec::try_from(left).ok().filter(|_| !left.is_zero());
                let mut fds = [PollFd::new(&found.fd, PollFlags::OUT)];
                if wait.is_none() || !matches!(poll(&mut fds, wait.as_ref()), Ok(1..)) {
                    break;
                }
            }
            Err(_) => break,
        }
    }
    // Not after a drain: output that is stuck would hold us. What was typed ahead stays for the shell.
    let _ = tcsetattr(&found.fd, OptionalActions::Now, &found.termios);
    if let Some(flags) = found.flags {
        let _ = fcntl_setfl(&found.fd, flags);
    }
}

/// A panic's words belong on the screen that the person comes back to.
fn give_back_when_panicking() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let before = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |info| {
            give_back();
            before(info);
        }));
    });
}
