//! The connection to the daemon: one end of the protocol on a socket that never waits.

use super::limits::ENVIRONMENT_BYTES_MAX;
use abide_protocol::{
    connection::{ClientEnd, Fault, SendError},
    limits,
    message::{ClientMessage, Hello, ServerMessage, ViewerKind, feature},
    version::SPOKEN,
};
use rustix::io::Errno;
use std::{
    io,
    os::{
        fd::{AsFd, BorrowedFd},
        unix::net::UnixStream,
    },
};

/// A connection.
#[derive(Debug)]
pub(super) struct Link {
    stream: UnixStream,
    end: ClientEnd,
    /// Scratch for reading.
    piece: Box<[u8]>,
}

/// Bytes of one read: a full screen, and more than the daemon lets lie in the socket.
const READ_BYTES: usize = 64 * 1024;

/// Why a link is of no more use.
#[derive(Debug)]
pub(super) enum Broken {
    /// The daemon has gone, or the socket failed: another attempt may find it again.
    Gone,
    /// Both sides can't understand each other: no attempt will.
    Stranger(String),
}

impl Link {
    /// Takes a connection and says hello.
    ///
    /// # Errors
    /// A sentence for the person.
    pub(super) fn new(stream: UnixStream, hello: Hello) -> Result<Link, String> {
        stream.set_nonblocking(true).map_err(|e| format!("server: {e}"))?;
        let end = ClientEnd::new(hello).map_err(|e| format!("greeting the server: {e}"))?;
        Ok(Link { stream, end, piece: vec![0; READ_BYTES].into() })
    }

    pub(super) fn fd(&self) -> BorrowedFd<'_> {
        self.stream.as_fd()
    }

    /// Whether bytes wait for the socket to take them.
    pub(super) fn has_pending(&self) -> bool {
        !self.end.outbox.is_empty()
    }

    pub(super) fn is_greeted(&self) -> bool {
        self.end.welcome().is_some()
    }

    /// Whether the daemon has a feature.
    pub(super) fn has(&self, feature: &str) -> bool {
        self.end.welcome().is_some_and(|welcome| welcome.features.iter().any(|f| f == feature))
    }

    /// The daemon's process id; 0 before it has greeted.
    pub(super) fn server_pid(&self) -> u32 {
        self.end.welcome().map_or(0, |welcome| welcome.pid)
    }

    /// Another one means another daemon; 0 before it has greeted.
    pub(super) fn epoch(&self) -> u64 {
        self.end.welcome().map_or(0, |welcome| welcome.epoch)
    }

    /// The highest input number of ours that has had its effect before this connection.
    pub(super) fn input_before(&self) -> u64 {
        self.end.welcome().map_or(0, |welcome| welcome.input)
    }

    pub(super) fn send(&mut self, message: &ClientMessage) -> Result<(), SendError> {
        self.end.send(message)
    }

    /// Writes what the socket takes.
    pub(super) fn write(&mut self) -> Result<(), Broken> {
        while !self.end.outbox.is_empty() {
            match rustix::net::send(&self.stream, self.end.outbox.pending(), rustix::net::SendFlags::NOSIGNAL)
            {
                Ok(n) => self.end.outbox.sent(n),
                Err(Errno::INTR) => {}
                Err(Errno::AGAIN) => break,
                // What it said before it went is still to be read; reading finds its end.
                Err(_) => self.end.outbox.sent(self.end.outbox.len()),
            }
        }
        Ok(())
    }

    /// Reads once.
    pub(super) fn read(&mut self) -> Result<(), Broken> {
        match rustix::io::read(&self.stream, &mut self.piece[..]) {
            Ok(0) => Err(Broken::Gone),
            Ok(n) => {
                self.end.take(self.piece.get(..n).unwrap_or_default());
                Ok(())
            }
            Err(Errno::AGAIN | Errno::INTR) => Ok(()),
            Err(_) => Err(Broken::Gone),
        }
    }

    /// The next message of what was read.
    pub(super) fn next_message(&mut self) -> Result<Option<ServerMessage>, Broken> {
        self.end.next_message().map_err(|fault| match fault {
            Fault::Versions(_) | Fault::Refused(_) => Broken::Stranger(fault.to_string()),
            Fault::TooLong(_) | Fault::Malformed(_) | Fault::NoGreeting => Broken::Gone,
        })
    }
}

/// Connects again: to the same path, and to nobody but the same user's or root's server.
pub(super) fn connect_again(path: &std::path::Path, uid: u32) -> io::Result<UnixStream> {
    let stream = UnixStream::connect(path)?;
    let peer = rustix::net::sockopt::socket_peercred(&stream)?.uid.as_raw();
    if peer == uid || peer == 0 { Ok(stream) } else { Err(io::ErrorKind::PermissionDenied.into()) }
}

/// Who we are, as the daemon is told.
pub(super) fn hello(tty: Option<&str>) -> Hello {
    let mut random = [0; 8];
    let drawn = ring::rand::SecureRandom::fill(&ring::rand::SystemRandom::new(), &mut random);
    let pid = std::process::id();
    // Without a source of randomness the process id has to do: two clients at once still differ.
    let client = if drawn.is_ok() { u64::from_ne_bytes(random) | 1 << 63 } else { u64::from(pid) };
    // A directory that is gone, or whose name is no UTF-8: the daemon falls back to the home directory.
    let cwd = std::env::current_dir().ok().and_then(|dir| dir.into_os_string().into_string().ok());
    Hello {
        cwd: cwd.filter(|cwd| cwd.len() <= limits::NAME_BYTES_MAX).unwrap_or_default(),
        pid,
        tty: tty.unwrap_or_default().to_owned(),
        kind: if tty.is_some() { ViewerKind::Terminal } else { ViewerKind::Program },
        term: std::env::var("TERM").unwrap_or_default().chars().take(256).collect(),
        client,
        // Whether the terminal shows pictures is found out later.
        features: feature::ALL.iter().filter(|f| **f != feature::PICTURES).map(|f| (*f).to_owned()).collect(),
        versions: SPOKEN,
        environment: environment(std::env::vars_os()),
    }
}

/// As much of the environment as fits a greeting, each variable whole; what is no UTF-8 can't be sent.
fn environment(
    variables: impl Iterator<Item = (std::ffi::OsString, std::ffi::OsString)>,
) -> Vec<(String, String)> {
    let mut left = ENVIRONMENT_BYTES_MAX;
    variables
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
        .filter(|(name, value)| {
            // Heads of the pair and its two strings take up to 11 bytes.
            let bytes = name.len() + value.len() + 11;
            let fits = bytes <= left;
            left -= if fits { bytes } else { 0 };
            fits
        })
        .take(limits::ENVIRONMENT_COUNT_MAX)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{ffi::OsString, os::unix::ffi::OsStringExt};

    #[test]
    fn an_environment_of_any_size_fits_a_greeting() {
        let variable = |n: usize, bytes: usize| (OsString::from(format!("V{n}")), "x".repeat(bytes).into());
        let odd = (OsString::from("ODD"), OsString::from_vec(vec![0xff]));
        let huge = (0..3000).map(|n| variable(n, 50)).chain([variable(9999, 100_000), odd]);
        let sent = Hello { environment: environment(huge), ..hello(None) };
        assert!(sent.environment.len() > 500 && sent.environment.len() <= limits::ENVIRONMENT_COUNT_MAX);
        assert!(sent.environment.iter().all(|(name, _)| name != "ODD" && name != "V9999"));
        ClientEnd::new(sent).expect("fits");
        let all = environment([variable(1, 3), variable(2, 4)].into_iter());
        assert_eq!(all, [("V1".to_owned(), "xxx".to_owned()), ("V2".to_owned(), "xxxx".to_owned())]);
    }
}
