//! Signals as something to read, and sending them.

use nix::sys::signal::{SigSet, Signal, kill};
use nix::sys::signalfd::{SfdFlags, SignalFd};
use nix::unistd::Pid;
use std::io;

/// Signals that a process takes by reading.
#[derive(Debug)]
pub struct SignalQueue(SignalFd);

impl SignalQueue {
    /// Blocks these signals for this thread and takes them from now on. Call it before there are other threads.
    ///
    /// # Errors
    /// When descriptors run out.
    pub fn open(signals: &[Signal]) -> io::Result<SignalQueue> {
        let set: SigSet = signals.iter().copied().collect();
        set.thread_block()?;
        Ok(SignalQueue(SignalFd::with_flags(&set, SfdFlags::SFD_NONBLOCK | SfdFlags::SFD_CLOEXEC)?))
    }

    /// The next one that came, if any.
    #[must_use]
    pub fn next(&self) -> Option<Signal> {
        loop {
            match self.0.read_signal() {
                Ok(Some(info)) => {
                    if let Some(signal) =
                        i32::try_from(info.ssi_signo).ok().and_then(|n| Signal::try_from(n).ok())
                    {
                        return Some(signal);
                    }
                }
                Err(nix::errno::Errno::EINTR) => {}
                Ok(None) | Err(_) => return None,
            }
        }
    }
}

impl std::os::fd::AsFd for SignalQueue {
    fn as_fd(&self) -> std::os::fd::BorrowedFd<'_> {
        self.0.as_fd()
    }
}

/// Signals one process; one that is gone is no error.
pub fn send(pid: i32, signal: Signal) {
    if pid > 1 {
        let _ = kill(Pid::from_raw(pid), signal);
    }
}

/// Signals a process group.
pub fn send_group(group: i32, signal: Signal) {
    if group > 1 {
        let _ = kill(Pid::from_raw(-group), signal);
    }
}
