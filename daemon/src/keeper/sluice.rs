//! The pipe through which input goes to a pty, so that a keeper which is killed leaves behind how much of it went.
//!
//! A keeper that is killed between writing to a pty and saying so would leave bytes that were written and do not count:
//! they would be written twice. So bytes are put into a pipe that the daemon holds too, a word in the pane's memory says
//! up to which position, and the kernel moves them on to the pty (`splice`). From then on what went is what the pipe no
//! longer holds, whoever is left to look. The pipe is empty before and after.

use super::limits::SLUICE_BYTES;
use rustix::pipe::{PipeFlags, SpliceFlags, pipe_with, splice};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::{AtomicBool, Ordering};

/// The pipe.
#[derive(Debug)]
pub(super) struct Sluice {
    pub(super) outlet: OwnedFd,
    inlet: OwnedFd,
    /// This kernel can't move bytes from a pipe to a pty (some before Linux 5.11).
    useless: AtomicBool,
}

impl Sluice {
    pub(super) fn new() -> io::Result<Sluice> {
        let (outlet, inlet) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK)?;
        Ok(Sluice { outlet, inlet, useless: AtomicBool::new(false) })
    }

    /// Where bytes are put in; none when there is no use in it.
    pub(super) fn inlet(&self) -> Option<BorrowedFd<'_>> {
        (!self.useless.load(Ordering::Relaxed)).then(|| self.inlet.as_fd())
    }

    /// Moves bytes that were put in on to a pty; says how many went.
    pub(super) fn pass(&self, master: BorrowedFd<'_>, bytes: usize) -> io::Result<usize> {
        match splice(&self.outlet, None, master, None, bytes, SpliceFlags::NONBLOCK) {
            Ok(n) => Ok(n),
            Err(rustix::io::Errno::INVAL) => {
                self.useless.store(true, Ordering::Relaxed);
                Err(io::ErrorKind::Interrupted.into())
            }
            Err(e) => Err(e.into()),
        }
    }

    /// Takes out what did not go.
    pub(super) fn empty(&self) {
        let mut rest = [0; SLUICE_BYTES];
        while matches!(rustix::io::read(&self.outlet, &mut rest), Ok(1..)) {}
    }
}

/// Bytes that a pipe of a lost keeper's holds.
pub(super) fn held(outlet: BorrowedFd<'_>) -> io::Result<u64> {
    Ok(rustix::io::ioctl_fionread(outlet)?)
}
