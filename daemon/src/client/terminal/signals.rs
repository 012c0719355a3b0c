//! Signals as something to poll for.

use rustix::io::Errno;
use signal_hook::{
    consts::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGWINCH},
    flag,
    low_level::{pipe, unregister},
};
use std::{
    io,
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::UnixStream,
    },
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

/// What a signal tells a client.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Told {
    /// The terminal has another size.
    Resized,
    /// Stopped before, going on now.
    GoesOn,
    /// The terminal is gone.
    HungUp,
    /// Somebody wants us to end.
    End,
}

const MEANINGS: [(i32, Told); 6] = [
    (SIGHUP, Told::HungUp),
    (SIGTERM, Told::End),
    (SIGINT, Told::End),
    (SIGQUIT, Told::End),
    (SIGCONT, Told::GoesOn),
    (SIGWINCH, Told::Resized),
];

/// Signals since they were last asked for. Dropped: signals do again what they do by default.
#[derive(Debug)]
pub struct Signals {
    wake: UnixStream,
    flags: Vec<(Told, Arc<AtomicBool>)>,
    ids: Vec<signal_hook::SigId>,
}

impl Signals {
    /// Begins to listen.
    ///
    /// # Errors
    /// The system's.
    pub fn listen() -> io::Result<Signals> {
        let (wake, told) = UnixStream::pair()?;
        wake.set_nonblocking(true)?;
        let mut signals = Signals { wake, flags: Vec::new(), ids: Vec::new() };
        for (signal, meaning) in MEANINGS {
            let flag = Arc::new(AtomicBool::new(false));
            // The flag before the byte: who is woken finds it set.
            signals.ids.push(flag::register(signal, Arc::clone(&flag))?);
            signals.ids.push(pipe::register(signal, told.try_clone()?)?);
            signals.flags.push((meaning, flag));
        }
        Ok(signals)
    }

    /// For polling: readable when [`Signals::told`] has something.
    #[must_use]
    pub fn fd(&self) -> BorrowedFd<'_> {
        self.wake.as_fd()
    }

    /// What came since the last time, the gravest first, each once.
    pub fn told(&mut self) -> Vec<Told> {
        let mut bytes = [0; 64];
        while matches!(rustix::io::read(&self.wake, &mut bytes), Ok(1..) | Err(Errno::INTR)) {}
        let mut told: Vec<Told> = Vec::new();
        for (meaning, flag) in &self.flags {
            if flag.swap(false, Ordering::SeqCst) && !told.contains(meaning) {
                told.push(*meaning);
            }
        }
        told
    }
}

impl Drop for Signals {
    fn drop(&mut self) {
        self.ids.drain(..).for_each(|id| {
            unregister(id);
        });
    }
}
