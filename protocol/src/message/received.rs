//! From a frame's payload to a message, or to a reason that a connection survives.

use super::{ClientMessage, Excess, ServerMessage};
use crate::codec::{self, CodecError};
use serde::{Serialize, de::DeserializeOwned};

/// What one side may say.
pub trait Message: Serialize + DeserializeOwned {
    /// Names of all variants, as they travel.
    const NAMES: &'static [&'static str];

    /// Checks every quantity in it against the limits page.
    ///
    /// # Errors
    /// The first that is passed.
    fn check_bounds(&self) -> Result<(), Excess>;
}

impl Message for ClientMessage {
    const NAMES: &'static [&'static str] = &[
        "hello",
        "attach",
        "detach",
        "input",
        "resize",
        "get_history",
        "command",
        "command_input",
        "watch",
        "get_picture",
        "features",
        "ping",
    ];
    fn check_bounds(&self) -> Result<(), Excess> {
        self.check()
    }
}

impl Message for ServerMessage {
    const NAMES: &'static [&'static str] = &[
        "welcome",
        "refused",
        "attached",
        "detached",
        "update",
        "input_ack",
        "history",
        "picture",
        "output",
        "read_input",
        "done",
        "event",
        "error",
        "pong",
    ];
    fn check_bounds(&self) -> Result<(), Excess> {
        self.check()
    }
}

/// What a well-formed payload turned out to be.
#[derive(Clone, Debug, PartialEq)]
pub enum Received<M> {
    /// A message within the limits page.
    Message(M),
    /// A message, an event or a kind of something in it, by its name, that this version does not know.
    Unsupported(String),
    /// A message that passes a bound.
    TooLarge(Excess),
}

/// Decodes one payload.
///
/// # Errors
/// When it is not plain deterministic CBOR, or a known message with the wrong insides: the peer is broken
/// and the connection ends.
pub fn receive<M: Message>(payload: &[u8]) -> Result<Received<M>, CodecError> {
    match codec::decode::<M>(payload) {
        Ok(message) => Ok(match message.check_bounds() {
            Ok(()) => Received::Message(message),
            Err(excess) => Received::TooLarge(excess),
        }),
        Err(CodecError::UnknownVariant(name)) => Ok(Received::Unsupported(name)),
        Err(e) => Err(e),
    }
}
