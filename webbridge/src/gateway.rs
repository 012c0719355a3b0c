//! What all connections of one gateway share.

use crate::codes::Codes;
use crate::limits::{
    SIGN_IN_BURST_MAX, SIGN_IN_SECONDS_EACH, SOCKETS_PER_SESSION_MAX, TICKET_BURST_MAX, TICKET_SECONDS_EACH,
};
use crate::origins::{Origin, Origins};
use crate::rates::Rates;
use crate::secret::{Secret, SecretHash};
use crate::sessions::Sessions;
use crate::tickets::Tickets;
use std::io;
use std::net::IpAddr;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};
use tokio::sync::watch;

/// One gateway.
#[derive(Debug)]
pub struct Gateway {
    /// Who may speak to it, under which names.
    pub origins: Origins,
    /// The port it listens on.
    pub port: u16,
    /// The daemon's socket.
    pub socket: PathBuf,
    /// Becomes true when the gateway is about to end.
    pub draining: watch::Receiver<bool>,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    codes: Codes,
    sessions: Sessions,
    tickets: Tickets,
    sign_ins: Rates<IpAddr>,
    ticket_asks: Rates<SecretHash>,
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Denied {
    /// No such code, session or ticket, or no more.
    Unknown,
    /// Too often: wait so long.
    TooOften(Duration),
    /// The system gave no random numbers.
    NoRandom,
}

impl Gateway {
    /// A gateway that nobody has signed in to but whom the file of sessions remembers.
    #[must_use]
    pub fn new(
        origins: Origins,
        port: u16,
        socket: PathBuf,
        sessions_file: Option<PathBuf>,
        draining: watch::Receiver<bool>,
    ) -> Gateway {
        let state = State {
            codes: Codes::default(),
            sessions: Sessions::open(sessions_file, unix_now()),
            tickets: Tickets::default(),
            sign_ins: Rates::new(SIGN_IN_BURST_MAX, Duration::from_secs(SIGN_IN_SECONDS_EACH)),
            ticket_asks: Rates::new(TICKET_BURST_MAX, Duration::from_secs(TICKET_SECONDS_EACH)),
        };
        Gateway { origins, port, socket, draining, state: Mutex::new(state) }
    }

    /// A fresh address for a person to open, with a code that signs one browser in. The code is in the
    /// fragment, which no browser sends to anybody.
    ///
    /// # Errors
    /// When the system has no random numbers.
    pub fn address_with_code(&self) -> io::Result<String> {
        let code = Secret::random()?;
        self.state().codes.admit(&code, Instant::now());
        let origin = self.origins.main().map(ToString::to_string).unwrap_or_default();
        Ok(format!("{origin}/#code={}", code.to_hex()))
    }

    /// Signs a browser in: the secret for its cookie.
    ///
    /// # Errors
    /// When the code is not, or no more, good, or `from` has tried too often.
    pub fn sign_in(&self, code: Option<Secret>, from: IpAddr) -> Result<Secret, Denied> {
        let mut state = self.state();
        state.sign_ins.take(&from, Instant::now()).map_err(Denied::TooOften)?;
        let code = code.ok_or(Denied::Unknown)?;
        if !state.codes.redeem(&code, Instant::now()) {
            return Err(Denied::Unknown);
        }
        let cookie = Secret::random().map_err(|_| Denied::NoRandom)?;
        state.sessions.begin(&cookie, unix_now());
        Ok(cookie)
    }

    /// Signs a browser out.
    pub fn sign_out(&self, session: SecretHash) {
        self.state().sessions.end(session, unix_now());
    }

    /// The session of a cookie.
    ///
    /// # Errors
    /// When there is none, or no more.
    pub fn session(&self, cookie: Option<Secret>) -> Result<SecretHash, Denied> {
        let cookie = cookie.ok_or(Denied::Unknown)?;
        self.state().sessions.find(&cookie, unix_now()).ok_or(Denied::Unknown)
    }

    /// A ticket that opens one WebSocket of a session.
    ///
    /// # Errors
    /// When the session asks too often.
    pub fn ticket(&self, session: SecretHash) -> Result<Secret, Denied> {
        let mut state = self.state();
        state.ticket_asks.take(&session, Instant::now()).map_err(Denied::TooOften)?;
        let ticket = Secret::random().map_err(|_| Denied::NoRandom)?;
        state.tickets.admit(&ticket, session, Instant::now());
        Ok(ticket)
    }

    /// Uses a ticket up.
    ///
    /// # Errors
    /// When it is not, or no more, good for this session.
    pub fn redeem(&self, ticket: Option<Secret>, session: SecretHash) -> Result<(), Denied> {
        let ticket = ticket.ok_or(Denied::Unknown)?;
        let good = self.state().tickets.redeem(&ticket, session, Instant::now());
        if good { Ok(()) } else { Err(Denied::Unknown) }
    }

    /// Counts a WebSocket of a session for as long as the seat lives; none when it has too many.
    #[must_use]
    pub fn seat(self: &Arc<Gateway>, session: SecretHash) -> Option<Seat> {
        let ended = self.state().sessions.socket_opened(session, SOCKETS_PER_SESSION_MAX)?;
        Some(Seat { gateway: Arc::clone(self), session, ended })
    }

    /// Writes down what the next start should know.
    pub fn save(&self) {
        self.state().sessions.save(unix_now());
    }

    /// The allowed origin that a request's `Origin` header names.
    #[must_use]
    pub fn origin(&self, header: &str) -> Option<&Origin> {
        self.origins.find(header)
    }

    /// A panic elsewhere leaves these stores whole: each call finishes what it changes.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The right of one WebSocket to be there.
#[derive(Debug)]
pub struct Seat {
    gateway: Arc<Gateway>,
    /// Whose it is.
    pub session: SecretHash,
    ended: watch::Receiver<bool>,
}

impl Seat {
    /// Waits until the session is over: signed out, or expired when somebody next looked.
    pub async fn ended(&self) {
        let mut ended = self.ended.clone();
        // Nothing is ever sent; the sender goes with the session.
        while ended.changed().await.is_ok() {}
    }

    /// The session is in use. False when it is over.
    #[must_use]
    pub fn touch(&self) -> bool {
        self.gateway.state().sessions.touch(self.session, unix_now())
    }
}

impl Drop for Seat {
    fn drop(&mut self) {
        self.gateway.state().sessions.socket_closed(self.session);
    }
}

/// Seconds since 1970.
fn unix_now() -> u64 {
    SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |since| since.as_secs())
}
