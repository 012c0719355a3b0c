//! A small blocking client over a Unix socket, for scripts, agents and tests.
//!
//! ```no_run
//! use abide_protocol::client::Client;
//! use abide_protocol::message::Size;
//!
//! let mut client = Client::connect("/run/user/1000/abide/default")?;
//! let said = client.run(&["list-sessions"])?;
//! print!("{}", String::from_utf8_lossy(&said.out));
//! let screen = client.attach("work", Size { cols: 80, rows: 24 })?;
//! client.send_keys(screen, &["l", "s", "Enter"])?;
//! client.wait_for_text(screen, "Cargo.toml", std::time::Duration::from_secs(5))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```
//!
//! It checks nobody: whether the socket belongs to the right user is the caller's to know (the folder that
//! it is in is private). It draws nothing at random either: a client number comes from time and process id.

use crate::{
    connection::{ClientEnd, Fault, SendError},
    escape::Escaped,
    limits,
    message::*,
    mirror::{Mirror, MirrorError},
    version::SPOKEN,
};
use std::{
    collections::BTreeMap,
    fmt,
    io::{self, Read, Write},
    os::unix::net::UnixStream,
    path::Path,
    time::{Duration, Instant, SystemTime, UNIX_EPOCH},
};

/// Why a call did not do what it should.
#[derive(Debug)]
pub enum ClientError {
    /// The socket.
    Io(io::Error),
    /// The daemon said what can't be.
    Fault(Fault),
    /// What was to be said does not fit a frame.
    Send(SendError),
    /// An update that can't be applied.
    Mirror(MirrorError),
    /// The daemon's word for why not.
    Refused(ErrorNotice),
    /// A command failed: what it printed to standard error.
    Failed(String),
    /// The surface is no longer looked at.
    Detached(Detached),
    /// What was waited for did not come in time.
    TimedOut,
    /// The daemon has closed the connection.
    Closed,
}

impl fmt::Display for ClientError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            ClientError::Io(e) => e.fmt(f),
            ClientError::Fault(e) => e.fmt(f),
            ClientError::Send(e) => e.fmt(f),
            ClientError::Mirror(e) => e.fmt(f),
            ClientError::Refused(e) => write!(f, "{}", Escaped(&e.text)),
            ClientError::Failed(text) => write!(f, "{}", Escaped(text.trim_end())),
            ClientError::Detached(d) => write!(f, "detached from session `{}`", Escaped(&d.name)),
            ClientError::TimedOut => f.write_str("it did not come in time"),
            ClientError::Closed => f.write_str("the daemon has closed the connection"),
        }
    }
}
impl std::error::Error for ClientError {}

macro_rules! from {
    ($($variant:ident($error:ty)),*) => { $(
        impl From<$error> for ClientError {
            fn from(e: $error) -> ClientError { ClientError::$variant(e) }
        }
    )* };
}
from!(Io(io::Error), Fault(Fault), Send(SendError), Mirror(MirrorError));

/// What a command printed, and its exit status.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Printed {
    /// Standard output.
    pub out: Vec<u8>,
    /// Standard error.
    pub err: Vec<u8>,
    /// 0, or 1 on any error.
    pub status: u8,
}

/// A greeted connection and the mirrors of what it looks at.
#[derive(Debug)]
pub struct Client {
    stream: UnixStream,
    end: ClientEnd,
    welcome: Welcome,
    mirrors: BTreeMap<SurfaceNumber, Mirror>,
    topology: Option<Topology>,
    /// Messages that came while something else was waited for, oldest first.
    aside: Vec<ServerMessage>,
    next_number: u32,
    input: u64,
    acknowledged: u64,
}

impl Client {
    /// Connects to a daemon's socket and greets it as a program, with the process's environment.
    ///
    /// # Errors
    /// When nobody listens there, or no version can be settled on.
    pub fn connect(path: impl AsRef<Path>) -> Result<Client, ClientError> {
        Client::greet(UnixStream::connect(path)?, program_hello())
    }

    /// Greets over a connection that is already there, with a hello of the caller's own.
    ///
    /// # Errors
    /// As [`Client::connect`].
    pub fn greet(stream: UnixStream, hello: Hello) -> Result<Client, ClientError> {
        let mut client = Client {
            stream,
            end: ClientEnd::new(hello)?,
            welcome: Welcome {
                pid: 0,
                epoch: 0,
                input: 0,
                version: 0,
                features: Vec::new(),
                software: String::new(),
            },
            mirrors: BTreeMap::new(),
            topology: None,
            aside: Vec::new(),
            next_number: 1,
            input: 0,
            acknowledged: 0,
        };
        client.flush()?;
        // A daemon that restarts keeps us waiting for some milliseconds; one that hangs does not for ever.
        let deadline = Instant::now() + Duration::from_secs(2 * limits::GREETING_SECONDS_MAX);
        while client.end.welcome().is_none() {
            client.message(Some(deadline))?;
        }
        client.welcome = client.end.welcome().cloned().ok_or(ClientError::Closed)?;
        client.input = client.welcome.input;
        client.acknowledged = client.welcome.input;
        Ok(client)
    }

    /// What was settled.
    #[must_use]
    pub fn welcome(&self) -> &Welcome {
        &self.welcome
    }

    /// The mirror of a surface; an empty one for a number that is not looked at.
    #[must_use]
    pub fn screen(&self, surface: SurfaceNumber) -> &Mirror {
        static NOTHING: std::sync::LazyLock<Mirror> = std::sync::LazyLock::new(Mirror::new);
        self.mirrors.get(&surface).unwrap_or(&NOTHING)
    }

    /// The newest `Topology`, once [`Client::say`] has sent a `Watch`.
    #[must_use]
    pub fn topology(&self) -> Option<&Topology> {
        self.topology.as_ref()
    }

    /// Looks at a session (its current window, as a person sees it) and waits for the first screen.
    ///
    /// # Errors
    /// When there is no such session.
    pub fn attach(&mut self, session: &str, size: Size) -> Result<SurfaceNumber, ClientError> {
        self.attach_surface(SurfaceKind::Session, session, size, true)
    }

    /// Looks at one pane, at its own size, and waits for the first screen.
    ///
    /// # Errors
    /// When there is no such pane.
    pub fn attach_pane(&mut self, pane: &str) -> Result<SurfaceNumber, ClientError> {
        self.attach_surface(SurfaceKind::Pane, pane, Size::default(), false)
    }

    fn attach_surface(
        &mut self,
        kind: SurfaceKind,
        target: &str,
        size: Size,
        resize: bool,
    ) -> Result<SurfaceNumber, ClientError> {
        let surface = self.number();
        let attach = Attach { kind, size, resize, target: target.to_owned(), surface, read_only: false };
        self.say(&ClientMessage::Attach(attach))?;
        self.until(None, |message| match message {
            ServerMessage::Error(e) if e.surface == Some(surface) => {
                Some(Err(ClientError::Refused(e.clone())))
            }
            ServerMessage::Update(u) => (u.surface == surface).then_some(Ok(())),
            _ => None,
        })??;
        Ok(surface)
    }

    /// Stops looking at a surface.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn detach(&mut self, surface: SurfaceNumber) -> Result<(), ClientError> {
        self.mirrors.remove(&surface);
        self.say(&ClientMessage::Detach(Detach { surface }))
    }

    /// Sends keys by tmux's names (`a`, `C-b`, `Enter`, `M-Left`), through the key tables as if typed.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_keys(&mut self, surface: SurfaceNumber, keys: &[&str]) -> Result<(), ClientError> {
        let keys = keys.iter().map(|key| InputEvent::Key((*key).to_owned())).collect();
        self.input(surface, keys)
    }

    /// Sends text to the program as it is, past the key tables.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn send_text(&mut self, surface: SurfaceNumber, text: &str) -> Result<(), ClientError> {
        for piece in text.as_bytes().chunks(limits::INPUT_BYTES_MAX) {
            self.input(surface, vec![InputEvent::Raw(piece.to_vec())])?;
        }
        Ok(())
    }

    /// Sends events of any kind.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn input(&mut self, surface: SurfaceNumber, events: Vec<InputEvent>) -> Result<(), ClientError> {
        self.input += 1;
        self.say(&ClientMessage::Input(Input { seq: self.input, events, surface }))
    }

    /// Runs a command line and waits for its end.
    ///
    /// # Errors
    /// When the connection is broken. A command that fails is no error: see [`Printed::status`].
    pub fn run(&mut self, words: &[&str]) -> Result<Printed, ClientError> {
        let id = self.number();
        let words = words.iter().map(|word| (*word).to_owned()).collect();
        let command = Command { id, size: Size::default(), words, surface: id };
        self.say(&ClientMessage::Command(command))?;
        let mut printed = Printed::default();
        self.until(None, |message| match message {
            ServerMessage::Output(o) if o.id == id => {
                let to = if o.stream == Stream::Out { &mut printed.out } else { &mut printed.err };
                to.extend_from_slice(&o.text);
                None
            }
            ServerMessage::Done(d) => (d.id == id).then(|| printed.status = d.status),
            _ => None,
        })?;
        Ok(printed)
    }

    /// Waits until the surface's text has `text` in it.
    ///
    /// # Errors
    /// [`ClientError::TimedOut`], or that the surface was detached meanwhile.
    pub fn wait_for_text(
        &mut self,
        surface: SurfaceNumber,
        text: &str,
        timeout: Duration,
    ) -> Result<(), ClientError> {
        self.wait_for(surface, timeout, |screen| screen.text().contains(text))
    }

    /// Waits until the surface looks as asked.
    ///
    /// # Errors
    /// As [`Client::wait_for_text`].
    pub fn wait_for(
        &mut self,
        surface: SurfaceNumber,
        timeout: Duration,
        looks_so: impl Fn(&Mirror) -> bool,
    ) -> Result<(), ClientError> {
        let deadline = Instant::now() + timeout;
        while !looks_so(self.screen(surface)) {
            self.until(Some(deadline), |message| match message {
                ServerMessage::Update(u) => (u.surface == surface).then_some(()),
                _ => None,
            })?;
        }
        Ok(())
    }

    /// Waits until every input so far has had its effect.
    ///
    /// # Errors
    /// [`ClientError::TimedOut`], or that the connection is broken.
    pub fn wait_for_input(&mut self, timeout: Duration) -> Result<(), ClientError> {
        let (deadline, last) = (Instant::now() + timeout, self.input);
        while self.acknowledged < last {
            self.until(Some(deadline), |m| matches!(m, ServerMessage::InputAck(_)).then_some(()))?;
        }
        Ok(())
    }

    /// Sends any message.
    ///
    /// # Errors
    /// When the connection is broken.
    pub fn say(&mut self, message: &ClientMessage) -> Result<(), ClientError> {
        self.end.send(message)?;
        self.flush()
    }

    /// The next message of the daemon, in order; mirrors are already up to date with it.
    ///
    /// # Errors
    /// [`ClientError::TimedOut`], or that the connection is broken.
    pub fn next_message(&mut self, timeout: Duration) -> Result<ServerMessage, ClientError> {
        if self.aside.is_empty() {
            self.message(Some(Instant::now() + timeout))
        } else {
            Ok(self.aside.remove(0))
        }
    }

    /// Reads until `wanted` finds what it looks for. What it looked at in vain stays to be asked for with
    /// [`Client::next_message`], except updates, which the mirrors hold.
    fn until<T>(
        &mut self,
        deadline: Option<Instant>,
        mut wanted: impl FnMut(&ServerMessage) -> Option<T>,
    ) -> Result<T, ClientError> {
        loop {
            let message = self.message(deadline)?;
            if let Some(found) = wanted(&message) {
                return Ok(found);
            }
            match message {
                ServerMessage::Detached(detached) if self.mirrors.remove(&detached.surface).is_some() => {
                    return Err(ClientError::Detached(detached));
                }
                ServerMessage::Update(_) | ServerMessage::InputAck(_) | ServerMessage::Output(_) => {}
                other => {
                    // Nobody asks for some of them ever: the oldest go.
                    if self.aside.len() >= ASIDE_MAX {
                        self.aside.remove(0);
                    }
                    self.aside.push(other);
                }
            }
        }
    }

    /// The next message off the socket, applied to the mirrors.
    fn message(&mut self, deadline: Option<Instant>) -> Result<ServerMessage, ClientError> {
        loop {
            if let Some(message) = self.end.next_message()? {
                match &message {
                    ServerMessage::Update(u) => self.mirrors.entry(u.surface).or_default().apply(u)?,
                    ServerMessage::InputAck(ack) => self.acknowledged = self.acknowledged.max(ack.seq),
                    ServerMessage::Event(Event::Topology(t)) => self.topology = Some(t.clone()),
                    _ => {}
                }
                return Ok(message);
            }
            let left = deadline.map(|d| d.saturating_duration_since(Instant::now()));
            if left.is_some_and(|left| left.is_zero()) {
                return Err(ClientError::TimedOut);
            }
            self.stream.set_read_timeout(left)?;
            let mut piece = [0; 64 * 1024];
            match self.stream.read(&mut piece) {
                Ok(0) => return Err(ClientError::Closed),
                Ok(n) => self.end.take(piece.get(..n).unwrap_or_default()),
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Err(ClientError::TimedOut),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
    }

    fn flush(&mut self) -> Result<(), ClientError> {
        let outbox = &mut self.end.outbox;
        while !outbox.is_empty() {
            match self.stream.write(outbox.pending()) {
                Ok(n) => outbox.sent(n),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) => return Err(e.into()),
            }
        }
        Ok(())
    }

    fn number(&mut self) -> u32 {
        let number = self.next_number;
        self.next_number = self.next_number.wrapping_add(1);
        number
    }
}

/// Messages kept for [`Client::next_message`] while something else was waited for.
const ASIDE_MAX: usize = 1000;

/// A hello as a program says it: no tty, this process's environment and folder.
#[must_use]
pub fn program_hello() -> Hello {
    let pid = std::process::id();
    let nanos = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_nanos());
    let environment =
        std::env::vars_os().filter_map(|(k, v)| Some((k.into_string().ok()?, v.into_string().ok()?)));
    Hello {
        cwd: std::env::current_dir().map_or_else(|_| "/".to_owned(), |d| d.to_string_lossy().into_owned()),
        pid,
        tty: String::new(),
        kind: ViewerKind::Program,
        term: String::new(),
        client: (nanos as u64).rotate_left(24) ^ u64::from(pid),
        features: Vec::new(),
        versions: SPOKEN,
        environment: environment.take(limits::ENVIRONMENT_COUNT_MAX).collect(),
    }
}
