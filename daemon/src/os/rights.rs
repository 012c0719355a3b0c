//! Messages that carry a descriptor.

use rustix::net::{SendAncillaryBuffer, SendAncillaryMessage, SendFlags, sendmsg};
use std::io::{self, IoSlice};
use std::mem::MaybeUninit;
use std::os::fd::{AsFd, BorrowedFd};

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
