//! The gateway as browsers and others meet it: the program itself, spoken to byte by byte.
//! In front of it a hand-made HTTP and WebSocket client that can be as wrong as a test wants; behind it a
//! daemon that says only what a test lets it say.
#![allow(clippy::unwrap_used)]

mod fake_daemon;
mod http;
mod limits;
mod relay;
mod running;
mod sign_in;
mod socket;
mod strangers;
mod tls;
