//! Signals as bytes in a pipe: the loop reads them like anything else.

use mio::net::UnixStream;
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGUSR2};
use std::io::{self, Read};

/// What a signal asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wish {
    /// SIGTERM, SIGINT: commit everything, then exit. What runs goes on running.
    Leave,
    /// SIGUSR2: let the program that is now where ours was take over.
    Upgrade,
    /// SIGHUP: nothing; a daemon has no terminal that could hang up.
    Nothing,
}

/// The reading ends, one per signal.
#[derive(Debug)]
pub struct Signals {
    pipes: Vec<(Wish, UnixStream)>,
}

impl Signals {
    /// Takes over the signals of this process.
    ///
    /// # Errors
    /// When a pipe or a handler can't be made.
    pub fn take_over() -> io::Result<Signals> {
        let mut pipes = Vec::new();
        for (signal, wish) in
            [(SIGTERM, Wish::Leave), (SIGINT, Wish::Leave), (SIGUSR2, Wish::Upgrade), (SIGHUP, Wish::Nothing)]
        {
            let (reader, writer) = std::os::unix::net::UnixStream::pair()?;
            reader.set_nonblocking(true)?;
            writer.set_nonblocking(true)?;
            signal_hook::low_level::pipe::register(signal, writer)?;
            pipes.push((wish, UnixStream::from_std(reader)));
        }
        Ok(Signals { pipes })
    }

    /// None: for tests, whose process is not ours.
    #[must_use]
    pub fn none() -> Signals {
        Signals { pipes: Vec::new() }
    }

    pub(super) fn register(&mut self, registry: &mio::Registry, token: mio::Token) -> io::Result<()> {
        self.pipes
            .iter_mut()
            .try_for_each(|(_, pipe)| registry.register(pipe, token, mio::Interest::READABLE))
    }

    /// Which wishes have come since last asked.
    pub(super) fn wishes(&mut self) -> Vec<Wish> {
        let mut wishes = Vec::new();
        for (wish, pipe) in &mut self.pipes {
            let mut bytes = [0; 16];
            while let Ok(1..) = pipe.read(&mut bytes) {
                wishes.push(*wish);
            }
        }
        wishes.dedup();
        wishes
    }
}
