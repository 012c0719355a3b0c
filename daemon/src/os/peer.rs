//! Who is at the other end of a Unix socket.

use std::io;
use std::os::fd::AsFd;

/// A peer, as the kernel saw it when it connected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peer {
    /// Its user.
    pub uid: u32,
    /// Its process.
    pub pid: i32,
}

/// Asks the kernel.
///
/// # Errors
/// When this is no connected Unix socket.
pub fn peer(socket: impl AsFd) -> io::Result<Peer> {
    let facts = rustix::net::sockopt::socket_peercred(socket)?;
    Ok(Peer { uid: facts.uid.as_raw(), pid: facts.pid.as_raw_nonzero().get() })
}

/// Whether a peer may enter a server that `uid` runs: the same user, or root, who could read it all anyway.
#[must_use]
pub fn may_enter(peer: Peer, uid: u32) -> bool {
    peer.uid == uid || peer.uid == 0
}
