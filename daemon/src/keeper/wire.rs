//! Records over a SEQPACKET socket, each with at most one descriptor.

use rustix::net::{
    AddressFamily, RecvAncillaryBuffer, RecvAncillaryMessage, RecvFlags, ReturnFlags, SendAncillaryBuffer,
    SendAncillaryMessage, SendFlags, SocketFlags, SocketType, recvmsg, sendmsg, socketpair,
};
use std::io::{self, IoSlice, IoSliceMut};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

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

/// Sends a record; false when the other side has to read first.
///
/// # Errors
/// When the other side is gone.
pub fn send(socket: impl AsFd, record: &[u8], descriptor: Option<BorrowedFd<'_>>) -> io::Result<bool> {
    let mut space = [MaybeUninit::uninit(); rustix::cmsg_space!(ScmRights(1))];
    let mut control = SendAncillaryBuffer::new(&mut space);
    let rights: Vec<BorrowedFd<'_>> = descriptor.into_iter().collect();
    if !rights.is_empty() && !control.push(SendAncillaryMessage::ScmRights(&rights)) {
        return Err(io::ErrorKind::InvalidInput.into());
    }
    loop {
        match sendmsg(
            &socket,
            &[IoSlice::new(record)],
            &mut control,
            SendFlags::NOSIGNAL | SendFlags::DONTWAIT,
        ) {
            Ok(_) => return Ok(true),
            Err(rustix::io::Errno::INTR) => {}
            // TOOMANYREFS: more descriptors are under way than one may open; the reader takes them off.
            Err(rustix::io::Errno::AGAIN | rustix::io::Errno::NOBUFS | rustix::io::Errno::TOOMANYREFS) => {
                return Ok(false);
            }
            Err(e) => return Err(e.into()),
        }
    }
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
