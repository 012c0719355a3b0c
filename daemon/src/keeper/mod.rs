//! The keeper: parent of every program, owner of every pty, and what outlives the daemon.
//!
//! It reads each pty into a ring in memory that the daemon maps too, and writes what the daemon puts into
//! another; it looks into neither. Begin at [`process`]. [`link`] is the daemon's end of it, [`pane_memory`]
//! what both share for a pane ([`layout`] says where what is), [`slots`] memory that is written whole or not
//! at all, [`message`] what the two say to each other.
//!
//! A keeper can go on as another program (`replace`), and a daemon can take the place of a keeper that is lost
//! (`rescue`): both write a handover record (`handover`) and execute a program that goes on from it (`resume`). When both are
//! lost, a keeper goes on from what a service manager held (`deposit`, `held`).

pub mod control;
pub mod layout;
pub mod limits;
pub mod link;
pub mod message;
pub mod pane_memory;
pub mod position;
pub mod process;
pub mod rings;
pub mod slots;
pub mod wire;

mod blank;
mod chunks;
mod conversation;
mod daemon_process;
mod deposit;
mod fields;
mod handover;
mod held;
mod marks;
mod orphans;
mod pane;
mod program;
mod record;
mod replace;
mod rescue;
mod resume;
mod ring;
mod sluice;
mod supervised;
mod watch;

#[cfg(test)]
mod tests;

pub use handover::Estate;
pub use replace::{PROBE, UNDERSTOOD};
pub use resume::probe;

use std::ffi::OsString;
use std::io;
use std::os::fd::{OwnedFd, RawFd};
use std::os::unix::net::UnixListener;
use std::path::PathBuf;

/// Where a daemon finds its end of the link.
pub const LINK_FD: RawFd = 3;
/// Where a daemon finds the listening socket.
pub const LISTEN_FD: RawFd = 4;

/// What a keeper hands its daemon: the link, for [`link::KeeperLink::adopt`], and the server's socket, which
/// does not wait. Call it once, at the beginning of the process.
///
/// # Errors
/// When this process was not started by a keeper.
pub fn inherit() -> io::Result<(OwnedFd, UnixListener)> {
    let link = crate::os::sys::inherited(LINK_FD)?;
    let listener = crate::os::sys::inherited(LISTEN_FD)?;
    Ok((link, UnixListener::from(listener)))
}

/// Why there is no keeper.
#[derive(Debug)]
pub enum OpenFault {
    /// Another keeper has the socket.
    Taken,
    /// One sentence.
    Other(String),
}

/// How a keeper runs.
#[derive(Clone, Debug)]
pub struct KeeperConfig {
    /// The server's socket.
    pub socket: PathBuf,
    /// The daemon's program; where it is gone (an upgrade in progress), this process's own image.
    pub program: PathBuf,
    /// The daemon's arguments, the program's name first.
    pub arguments: Vec<OsString>,
    /// Arguments of a program that goes on as this keeper, its name first; one more says with what. None: nobody can.
    pub resume: Vec<OsString>,
    /// What the daemon writes to stderr goes to the keeper's stderr too.
    pub foreground: bool,
}
