//! Both ends of a connection without a socket: bytes in, messages out; messages in, bytes out.
//!
//! An end is driven like this: [`ServerEnd::take`] what was read, then [`ServerEnd::next_message`] until it has nothing,
//! [`ServerEnd::send`] answers, write [`Outbox::pending`] and say how much of it went with
//! [`Outbox::sent`]. An error of `next_message` ends the connection: send what is pending, then close.

use crate::escape::Escaped;
use crate::{
    codec::{self, CodecError},
    framing::{self, FrameReader, TooLong},
    limits::{FRAME_BYTES_MAX, GREETING_FRAME_BYTES_MAX},
    message::{
        ClientMessage, ErrorCode, ErrorNotice, Hello, Message, Received, Refused, ServerMessage, Welcome,
        receive,
    },
    version::{SPOKEN, VersionRange},
};
use std::fmt;

/// Why a connection ends.
#[derive(Debug)]
pub enum Fault {
    /// A frame longer than the state allows.
    TooLong(TooLong),
    /// Bytes that are no message.
    Malformed(CodecError),
    /// The first message was not the greeting.
    NoGreeting,
    /// No protocol version that both sides speak.
    Versions(VersionRange),
    /// The daemon refused the greeting; its sentence.
    Refused(String),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Fault::TooLong(e) => e.fmt(f),
            Fault::Malformed(e) => write!(f, "not a message: {e}"),
            Fault::NoGreeting => f.write_str("the first message was not a greeting"),
            Fault::Versions(theirs) => write!(
                f,
                "protocol versions {} to {} are spoken there, {} to {} here: update the older side",
                theirs.min, theirs.max, SPOKEN.min, SPOKEN.max
            ),
            Fault::Refused(text) => write!(f, "refused: {}", Escaped(text)),
        }
    }
}
impl std::error::Error for Fault {}

/// Bytes on their way to the peer.
#[derive(Debug, Default)]
pub struct Outbox {
    bytes: Vec<u8>,
    /// How many of them are sent.
    start: usize,
}

impl Outbox {
    /// What is still to be written.
    #[must_use]
    pub fn pending(&self) -> &[u8] {
        self.bytes.get(self.start..).unwrap_or_default()
    }

    /// Bytes still to be written.
    #[must_use]
    pub fn len(&self) -> usize {
        self.pending().len()
    }

    /// Whether everything is written.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.pending().is_empty()
    }

    /// The first `count` pending bytes are written.
    pub fn sent(&mut self, count: usize) {
        self.start = self.bytes.len().min(self.start + count);
        if self.start == self.bytes.len() {
            // One large screen does not make every connection keep a large buffer.
            if self.bytes.capacity() > GREETING_FRAME_BYTES_MAX {
                self.bytes = Vec::new();
            }
            self.bytes.clear();
            self.start = 0;
        }
    }

    fn push<M: Message>(&mut self, message: &M) -> Result<(), SendError> {
        // A peer that takes bytes slowly but always some must not make the buffer grow for ever.
        if self.start > FRAME_BYTES_MAX {
            self.bytes.drain(..self.start);
            self.start = 0;
        }
        framing::append_with(
            &mut self.bytes,
            FRAME_BYTES_MAX,
            |out| codec::encode_onto(out, message).map_err(SendError::Encode),
            SendError::TooLong,
        )
    }
}

/// Why a message can't be sent. Nothing of it is.
#[derive(Debug)]
pub enum SendError {
    /// It does not fit a frame.
    TooLong(TooLong),
    /// It can't be encoded.
    Encode(CodecError),
}

impl fmt::Display for SendError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            SendError::TooLong(e) => e.fmt(f),
            SendError::Encode(e) => e.fmt(f),
        }
    }
}
impl std::error::Error for SendError {}

/// The daemon's end of a connection.
#[derive(Debug)]
pub struct ServerEnd {
    reader: FrameReader,
    /// What was written with [`ServerEnd::send`], and the end's own answers.
    pub outbox: Outbox,
    version: Option<u16>,
}

impl Default for ServerEnd {
    fn default() -> ServerEnd {
        ServerEnd::new()
    }
}

impl ServerEnd {
    /// An end that waits for a hello.
    #[must_use]
    pub fn new() -> ServerEnd {
        ServerEnd {
            reader: FrameReader::new(GREETING_FRAME_BYTES_MAX),
            outbox: Outbox::default(),
            version: None,
        }
    }

    /// The version settled on, once greeted. Until then the connection has `GREETING_SECONDS_MAX` to live.
    #[must_use]
    pub fn version(&self) -> Option<u16> {
        self.version
    }

    /// Takes bytes that were read from the peer.
    pub fn take(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// The next message that is known and within the limits page; the first is the [`Hello`]. What is not
    /// known, too large or out of order is answered with an error and passed over.
    ///
    /// # Errors
    /// When the connection must end; the peer's answer that says why is in the outbox.
    pub fn next_message(&mut self) -> Result<Option<ClientMessage>, Fault> {
        loop {
            let received = match self.reader.next_frame() {
                Ok(None) => return Ok(None),
                Ok(Some(payload)) => receive::<ClientMessage>(payload),
                Err(e) => return Err(self.end(ErrorCode::TooLarge, Fault::TooLong(e))),
            };
            let message = match received {
                Ok(Received::Message(message)) => message,
                Err(e) => return Err(self.end(ErrorCode::Malformed, Fault::Malformed(e))),
                Ok(_) if self.version.is_none() => {
                    return Err(self.end(ErrorCode::OutOfOrder, Fault::NoGreeting));
                }
                Ok(Received::Unsupported(name)) => {
                    self.notice(ErrorCode::Unsupported, format!("`{}` is not known here", Escaped(&name)));
                    continue;
                }
                Ok(Received::TooLarge(excess)) => {
                    self.notice(ErrorCode::TooLarge, excess.to_string());
                    continue;
                }
            };
            match (&message, self.version) {
                (ClientMessage::Hello(hello), None) => {
                    self.version = Some(self.settle(hello)?);
                    self.reader.set_bytes_max(FRAME_BYTES_MAX);
                }
                (ClientMessage::Hello(_), Some(_)) => {
                    self.notice(ErrorCode::OutOfOrder, "hello was already said".to_owned());
                    continue;
                }
                (_, None) => return Err(self.end(ErrorCode::OutOfOrder, Fault::NoGreeting)),
                (_, Some(_)) => {}
            }
            return Ok(Some(message));
        }
    }

    /// Puts a message into the outbox.
    ///
    /// # Errors
    /// When it does not fit a frame: updates and output are made to fit by who makes them.
    pub fn send(&mut self, message: &ServerMessage) -> Result<(), SendError> {
        self.outbox.push(message)
    }

    fn settle(&mut self, hello: &Hello) -> Result<u16, Fault> {
        let Some(version) = SPOKEN.settle(hello.versions) else {
            let fault = Fault::Versions(hello.versions);
            // Said from this side for that side: ranges the other way round.
            let text = format!(
                "protocol versions {} to {} are spoken here, {} to {} there: update the older side",
                SPOKEN.min, SPOKEN.max, hello.versions.min, hello.versions.max
            );
            self.push_own(&ServerMessage::Refused(Refused { text, versions: SPOKEN }));
            return Err(fault);
        };
        Ok(version)
    }

    fn notice(&mut self, code: ErrorCode, text: String) {
        self.push_own(&ServerMessage::Error(ErrorNotice { code, text, surface: None }));
    }

    fn end(&mut self, code: ErrorCode, fault: Fault) -> Fault {
        self.notice(code, fault.to_string());
        fault
    }

    fn push_own(&mut self, message: &ServerMessage) {
        // A sentence always fits a frame; were it not so, the peer would just not be told.
        let _ = self.outbox.push(message);
    }
}

/// The end of a client, a script or the page.
#[derive(Debug)]
pub struct ClientEnd {
    reader: FrameReader,
    /// What was written with [`ClientEnd::send`], the hello first.
    pub outbox: Outbox,
    welcome: Option<Welcome>,
    /// Names of messages and kinds that were passed over, because this version does not know them.
    unsupported: u64,
}

impl ClientEnd {
    /// An end that says `hello` and waits for the welcome. More may be sent without waiting.
    ///
    /// # Errors
    /// When the hello does not fit a greeting's frame: its environment is too large.
    pub fn new(hello: Hello) -> Result<ClientEnd, SendError> {
        let mut outbox = Outbox::default();
        let payload = codec::encode(&ClientMessage::Hello(hello)).map_err(SendError::Encode)?;
        framing::append(&mut outbox.bytes, &payload, GREETING_FRAME_BYTES_MAX).map_err(SendError::TooLong)?;
        Ok(ClientEnd { reader: FrameReader::new(FRAME_BYTES_MAX), outbox, welcome: None, unsupported: 0 })
    }

    /// What was settled, once the daemon has answered.
    #[must_use]
    pub fn welcome(&self) -> Option<&Welcome> {
        self.welcome.as_ref()
    }

    /// How many messages were passed over because this version does not know them.
    #[must_use]
    pub fn unsupported(&self) -> u64 {
        self.unsupported
    }

    /// Takes bytes that were read from the daemon.
    pub fn take(&mut self, bytes: &[u8]) {
        self.reader.push(bytes);
    }

    /// The next message that is known; the first is the [`Welcome`].
    ///
    /// # Errors
    /// When the connection must end.
    pub fn next_message(&mut self) -> Result<Option<ServerMessage>, Fault> {
        loop {
            let Some(payload) = self.reader.next_frame().map_err(Fault::TooLong)? else { return Ok(None) };
            let message = match receive::<ServerMessage>(payload).map_err(Fault::Malformed)? {
                Received::Message(message) => message,
                Received::Unsupported(_) => {
                    self.unsupported += 1;
                    continue;
                }
                Received::TooLarge(excess) => {
                    return Err(Fault::Malformed(CodecError::Shape(excess.to_string())));
                }
            };
            if self.welcome.is_none() {
                match &message {
                    ServerMessage::Welcome(welcome) if SPOKEN.speaks(welcome.version) => {
                        self.welcome = Some(welcome.clone());
                    }
                    ServerMessage::Welcome(welcome) => {
                        let version = welcome.version;
                        return Err(Fault::Versions(VersionRange { max: version, min: version }));
                    }
                    ServerMessage::Refused(Refused { versions, .. })
                        if SPOKEN.settle(*versions).is_none() =>
                    {
                        return Err(Fault::Versions(*versions));
                    }
                    ServerMessage::Refused(Refused { text, .. })
                    | ServerMessage::Error(ErrorNotice { text, .. }) => {
                        return Err(Fault::Refused(text.clone()));
                    }
                    _ => return Err(Fault::NoGreeting),
                }
            }
            return Ok(Some(message));
        }
    }

    /// Puts a message into the outbox.
    ///
    /// # Errors
    /// When it does not fit a frame.
    pub fn send(&mut self, message: &ClientMessage) -> Result<(), SendError> {
        self.outbox.push(message)
    }
}
