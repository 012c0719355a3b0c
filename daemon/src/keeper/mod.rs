//! The keeper: parent of every program, owner of every pty, and what outlives the daemon.
//!
//! [`link`] is the daemon's end of it, [`pane_memory`] what both share for a pane, [`slots`] memory that is
//! written whole or not at all.

pub mod link;
pub mod pane_memory;
pub mod slots;

use std::ffi::OsString;
use std::path::PathBuf;

/// How a keeper runs.
#[derive(Clone, Debug)]
pub struct KeeperConfig {
    /// The server's socket.
    pub socket: PathBuf,
    /// The daemon's program; where it is gone (an upgrade in progress), this process's own image.
    pub program: PathBuf,
    /// The daemon's arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// What the daemon writes to stderr goes to the keeper's stderr too.
    pub foreground: bool,
}
