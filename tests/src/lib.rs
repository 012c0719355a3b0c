//! Helpers shared by the tests that look at more than one part.

pub mod fdbserver;
pub mod install;
pub mod pty;
pub mod recording;
pub mod seed;
pub mod server;
pub mod skip;
pub mod terminal;
pub mod wait;
