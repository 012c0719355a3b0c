//! One connection: its socket, what it says, what is on its way to it.

use super::limits::{VIEWER_BYTES_PER_TURN, VIEWER_READ_BYTES};
use abide_core::base::instant::Instant;
use abide_protocol::connection::ServerEnd;
use abide_protocol::limits::OUTBOX_BYTES_MAX;
use abide_protocol::message::ClientMessage;
use mio::event::Event;
use mio::net::UnixStream;
use std::io::{ErrorKind, Read, Write};

/// A viewer's connection.
pub(super) struct Viewer {
    pub(super) socket: UnixStream,
    pub(super) end: ServerEnd,
    /// There may be bytes to read (the edge was seen, `WouldBlock` not yet).
    pub(super) readable: bool,
    /// The peer will write no more: read to the end.
    read_closed: bool,
    /// The poll watches for room to write; only while something waits, since every read of the peer's would
    /// wake us otherwise.
    pub(super) watches_room: bool,
    /// When an acknowledgement goes out that waits for company.
    pub(super) acknowledge_at: Option<Instant>,
    /// Told something since it was last empty: it is owed a `ViewerDrained`.
    pub(super) told: bool,
    /// Nothing more is taken or told: to be closed when the outbox is empty, or at that time.
    pub(super) leaving: Option<Instant>,
    /// On the list of those to be flushed.
    pub(super) to_flush: bool,
    /// On the list of those to be read.
    pub(super) to_read: bool,
}

/// What the poll says of a source.
#[derive(Clone, Copy, Debug)]
pub(super) struct Readiness {
    readable: bool,
    read_closed: bool,
    writable: bool,
}

impl Readiness {
    pub(super) fn of(event: &Event) -> Readiness {
        let read_closed = event.is_read_closed() || event.is_error();
        Readiness {
            readable: event.is_readable() || read_closed,
            read_closed,
            writable: event.is_writable() || event.is_error(),
        }
    }
}

/// What reading came to.
pub(super) enum Heard {
    /// A message; call again.
    Message(ClientMessage),
    /// Nothing more for now.
    Quiet,
    /// The turn's share is used up; there may be more.
    Enough,
    /// The connection has ended, or must.
    Gone(String),
}

/// How writing went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Flushed {
    /// All is out.
    Empty,
    /// The peer does not take more for now.
    Waiting,
    /// The peer is gone.
    Gone,
}

impl Viewer {
    pub(super) fn new(socket: UnixStream) -> Viewer {
        Viewer {
            socket,
            end: ServerEnd::new(),
            readable: true,
            read_closed: false,
            watches_room: false,
            acknowledge_at: None,
            told: false,
            leaving: None,
            to_flush: false,
            to_read: false,
        }
    }

    /// Notes readiness; whether there may be something to read, and room to write.
    pub(super) fn mark(&mut self, readiness: Readiness) -> (bool, bool) {
        self.readable |= readiness.readable;
        self.read_closed |= readiness.read_closed;
        (readiness.readable, readiness.writable)
    }

    /// Whether it has so much unread that nothing more is taken from it.
    pub(super) fn congested(&self) -> bool {
        self.end.outbox.len() > OUTBOX_BYTES_MAX
    }

    /// The next message. `share` is what is left of the turn's bytes, `buffer` scratch memory.
    pub(super) fn hear(&mut self, share: &mut usize, buffer: &mut [u8; VIEWER_READ_BYTES]) -> Heard {
        loop {
            if self.leaving.is_some() || self.congested() {
                return Heard::Quiet;
            }
            match self.end.next_message() {
                Ok(Some(message)) => return Heard::Message(message),
                Ok(None) => {}
                Err(fault) => return Heard::Gone(fault.to_string()),
            }
            if !self.readable {
                return Heard::Quiet;
            }
            if *share == 0 {
                return Heard::Enough;
            }
            match self.socket.read(buffer) {
                Ok(0) => return Heard::Gone(String::new()),
                Ok(n) => {
                    // Less than was room for: that was all, and what comes next has an edge of its own; but the
                    // end of a stream that was closed already has none.
                    self.readable = n == buffer.len() || self.read_closed;
                    *share = share.saturating_sub(n);
                    self.end.take(buffer.get(..n).unwrap_or_default());
                }
                Err(e) if e.kind() == ErrorKind::WouldBlock => self.readable = false,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Heard::Gone(String::new()),
            }
        }
    }

    /// Writes what the socket takes.
    pub(super) fn flush(&mut self) -> Flushed {
        loop {
            let pending = self.end.outbox.pending();
            if pending.is_empty() {
                return Flushed::Empty;
            }
            match self.socket.write(pending) {
                Ok(0) => return Flushed::Gone,
                Ok(n) => self.end.outbox.sent(n),
                Err(e) if e.kind() == ErrorKind::WouldBlock => return Flushed::Waiting,
                Err(e) if e.kind() == ErrorKind::Interrupted => {}
                Err(_) => return Flushed::Gone,
            }
        }
    }
}

/// The bytes one viewer may say in one turn.
pub(super) const SHARE: usize = VIEWER_BYTES_PER_TURN;
