//! The pure half of abide: everything that decides, nothing that opens, waits, spawns, asks the time or
//! throws dice.
//!
//! Each folder uses only some of the others, in an order that ARCHITECTURE.md has and `tests/tidy` demands.
#![forbid(unsafe_code)]

pub mod base;
pub mod boundary;
pub mod commands;
pub mod compose;
pub mod formats;
pub mod keys;
pub mod language;
pub mod layout;
pub mod modes;
pub mod options;
pub mod screen;
pub mod server;
pub mod session;
pub mod snapshot;
pub mod text;
pub mod wire;
