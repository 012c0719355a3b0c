//! Records over a SEQPACKET socket, each with at most one descriptor.

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SocketFlags,
    SocketType, recvmsg, socketpair,
};
use std::io::{self, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, OwnedFd};

pub use crate::os::rights::send;

/// What came.
#[derive(Debug)]
pub enum Received {
    /// A record of so many bytes in the buffer, and its descriptor.
    Record(usize, Option<OwnedFd>),
    /// A record longer than the buffer.
    TooLong,
    /// A record whose descriptor could not be taken: our limit of open files is reached.
    NoDescriptor(usize),
    /// Nothing now.
    Nothing,
    /// The other side is gone.
    Closed,
}

/// Two ends; neither waits.
///
/// # Errors
/// When there are no descriptors left.
pub fn pair() -> io::Result<(OwnedFd, OwnedFd)> {
    let flags = SocketFlags::CLOEXEC | SocketFlags::NONBLOCK;
    Ok(socketpair(AddressFamily::UNIX, SocketType::SEQPACKET, flags, None)?)
}

/// Receives a record without waiting.
///
/// # Errors
/// When the socket is none.
pub fn receive(socket: impl AsFd, buffer: &mut [u8]) -> io::Result<Received> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = RecvAncillaryBuffer::new(&mut space);
    let flags = RecvFlags::CMSG_CLOEXEC | RecvFlags::DONTWAIT;
    let answer = loop {
        match recvmsg(&socket, &mut [IoSliceMut::new(buffer)], &mut control, flags) {
            // A peer that ended with records of ours unread: told once, and before the records that it sent, which
            // are still there (a `Shutdown`, say).
            Err(rustix::io::Errno::INTR | rustix::io::Errno::CONNRESET) => {}
            Err(rustix::io::Errno::AGAIN) => return Ok(Received::Nothing),
            Err(rustix::io::Errno::PIPE) => return Ok(Received::Closed),
            other => break other?,
        }
    };
    let mut descriptor = None;
    for message in control.drain() {
        if let RecvAncillaryMessage::ScmRights(rights) = message {
            descriptor = rights.into_iter().last();
        }
    }
    if answer.flags.contains(ReturnFlags::TRUNC) {
        return Ok(Received::TooLong);
    }
    if answer.flags.contains(ReturnFlags::CTRUNC) && descriptor.is_none() {
        return Ok(Received::NoDescriptor(answer.bytes));
    }
    // Records are never empty, so no bytes mean the end.
    if answer.bytes == 0 {
        return Ok(Received::Closed);
    }
    Ok(Received::Record(answer.bytes, descriptor))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn last_words_are_heard_from_a_peer_that_did_not_listen() {
        let (ours, theirs) = pair().expect("a pair");
        assert!(send(&ours, b"not read", None).expect("room"));
        assert!(send(&theirs, b"last words", None).expect("room"));
        drop(theirs);
        let mut buffer = [0; 64];
        assert!(matches!(receive(&ours, &mut buffer), Ok(Received::Record(10, None))));
        assert_eq!(buffer.first_chunk(), Some(b"last words"));
        assert!(matches!(receive(&ours, &mut buffer), Ok(Received::Closed)));
    }
}
