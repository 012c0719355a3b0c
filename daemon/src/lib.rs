//! The shell around the core: everything of the program `abide` that opens, waits and spawns.
//!
//! Begin at [`run`]: it tells the program's lives apart. A client is [`client`]; a keeper is [`keeper`];
//! the daemon is [`boot`], which rebuilds a server from keeper and store, and then [`reactor`], the loop.
//!
//! Who may use whom: `os` → `mailbox` → `jobs` → `reactor`, `store` → `client` → `boot`. `store` never sees `reactor`.
#![deny(unsafe_code)]

pub mod boot;
pub mod cli;
pub mod client;
pub mod deathpoint;
pub mod facts;
pub mod jobs;
pub mod keeper;
pub mod log;
pub mod mailbox;
pub mod os;
pub mod places;
pub mod reactor;
pub mod start;
pub mod store;

mod lives;
// One helper says what did not run, and counts it; this crate's own tests can't depend on the one that has it.
#[cfg(test)]
#[path = "../../tests/src/skip.rs"]
pub mod skip;

pub use lives::run;
