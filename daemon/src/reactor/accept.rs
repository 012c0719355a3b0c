//! Who may enter: the same user or root, up to a number, and who greets in time.

use super::limits::{ACCEPT_RETRY_MS, ACCEPTS_PER_TURN, VIEWER_SOCKET_BYTES};
use super::ports::{Core, Keeper};
use super::tokens::Source;
use super::viewer::Viewer;
use super::{Reactor, viewer};
use abide_core::base::ids::ViewerId;
use abide_core::base::instant::Instant;
use abide_core::boundary::Input;
use abide_protocol::limits::{GREETING_SECONDS_MAX, VIEWERS_MAX};
use abide_protocol::message::{Refused, ServerMessage};
use abide_protocol::version::SPOKEN;
use mio::Interest;
use mio::net::UnixStream;
use std::io::ErrorKind;

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Accepts who waits, when it is time to.
    pub(super) fn accept(&mut self) {
        if self.accept_at.is_none_or(|at| at > (self.clock)().instant) {
            return;
        }
        for _ in 0..ACCEPTS_PER_TURN {
            match self.listener.accept() {
                Ok((socket, _)) => self.admit(socket),
                Err(e) if e.kind() == ErrorKind::WouldBlock => {
                    self.accept_at = None;
                    return;
                }
                Err(e) if matches!(e.kind(), ErrorKind::Interrupted | ErrorKind::ConnectionAborted) => {}
                Err(fault) => {
                    // Out of descriptors: whoever waits goes on waiting, and no new edge would tell of them.
                    log::warn!("a connection can't be accepted: {fault}");
                    self.accept_at = Some((self.clock)().instant.after_ms(ACCEPT_RETRY_MS));
                    return;
                }
            }
        }
        // There may be more, and no new edge would tell.
        self.accept_at = Some(Instant(0));
    }

    fn admit(&mut self, socket: UnixStream) {
        let mut viewer = Viewer::new(socket);
        if let Some(text) = self.objection(&viewer.socket) {
            log::warn!("a connection is refused: {text}");
            let _ = viewer.end.send(&ServerMessage::Refused(Refused { text, versions: SPOKEN }));
            // One try: a refusal fits a fresh socket's buffer.
            let _: viewer::Flushed = viewer.flush();
            return;
        }
        if let Err(fault) =
            rustix::net::sockopt::set_socket_send_buffer_size(&viewer.socket, VIEWER_SOCKET_BYTES)
        {
            log::debug!("a socket's buffer keeps its size: {fault}");
        }
        self.last_viewer += 1;
        let id = ViewerId(self.last_viewer);
        if let Err(fault) =
            self.poll.registry().register(&mut viewer.socket, Source::Viewer(id).token(), Interest::READABLE)
        {
            log::warn!("a connection can't be waited for: {fault}");
            return;
        }
        self.viewers.insert(id, viewer);
        self.greetings.push_back(((self.clock)().instant.after_ms(GREETING_SECONDS_MAX * 1000), id));
        self.handle(Input::ViewerJoined(id));
        // What came with the connection has no edge of its own.
        self.want_read(id);
    }

    /// Why this peer may not enter.
    fn objection(&self, socket: &UnixStream) -> Option<String> {
        if self.viewers.len() >= VIEWERS_MAX {
            return Some(format!("{VIEWERS_MAX} connections are open, no more are served: close some"));
        }
        match rustix::net::sockopt::socket_peercred(socket) {
            Err(fault) => Some(format!("who connects can't be learnt: {fault}")),
            Ok(peer) => {
                let uid = peer.uid.as_raw();
                (uid != self.uid && uid != 0)
                    .then(|| format!("user {uid} may not use the sessions of user {}", self.uid))
            }
        }
    }

    /// Ends connections that have not greeted in time.
    pub(super) fn end_silent_viewers(&mut self) {
        let now = (self.clock)().instant;
        while let Some(&(at, id)) = self.greetings.front() {
            let silent = self.viewers.get(&id).is_some_and(|v| v.end.version().is_none());
            if silent && at > now {
                return;
            }
            self.greetings.pop_front();
            if silent {
                log::info!("viewer {}: said nothing within {GREETING_SECONDS_MAX} s: closed", id.0);
                self.close_viewer(id);
            }
        }
    }
}
