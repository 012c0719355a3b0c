//! What travels between abide's daemon, its clients and the browser page.
//!
//! Read [`message`] first: the two enums there are the whole conversation. [`framing`] cuts a byte
//! stream into frames, [`validate`] refuses anything but one plain deterministic CBOR item, [`codec`]
//! turns it into a message, [`connection`] does all three without owning a socket, [`mirror`] keeps the
//! copy of a screen that a viewer holds, and [`client`] is a small blocking client over a Unix socket.
//!
//! Nothing here knows sessions, layouts or escape sequences, and nothing outside [`client`] opens anything.
#![forbid(unsafe_code)]

pub mod client;
pub mod codec;
pub mod connection;
mod decode;
pub mod escape;
pub mod framing;
pub mod limits;
pub mod message;
pub mod mirror;
pub mod validate;
pub mod version;
