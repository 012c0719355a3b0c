//! Files in memory (`memfd_create`) of a size that can't change: mapping one never faults.
//!
//! They are sparse: a page takes memory once it is written, so sizes here are limits, not costs.

use super::sys::{self, Mapping};
use rustix::fs::{FallocateFlags, MemfdFlags, SealFlags};
use std::io::{self, Seek, Write};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};

/// Bytes in a page of the smallest kind; what is released is a multiple of it.
pub const PAGE_BYTES: usize = 4096;

/// Makes a file of `len` zero bytes, sealed against another size.
///
/// # Errors
/// When there are no descriptors left, or the file size limit is smaller.
pub fn create(name: &str, len: usize) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    // Not to be executed, where the kernel knows how to say so (6.3).
    let file = rustix::fs::memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL)
        .or_else(|_| rustix::fs::memfd_create(name, flags))?;
    rustix::fs::ftruncate(&file, len as u64)?;
    rustix::fs::fcntl_add_seals(&file, SealFlags::SHRINK | SealFlags::GROW | SealFlags::SEAL)?;
    Ok(file)
}

/// Makes a file with these bytes that nobody can change any more, to be read from its beginning.
///
/// # Errors
/// As [`create`].
pub fn sealed(name: &str, bytes: &[u8]) -> io::Result<OwnedFd> {
    let flags = MemfdFlags::CLOEXEC | MemfdFlags::ALLOW_SEALING;
    let file = rustix::fs::memfd_create(name, flags | MemfdFlags::NOEXEC_SEAL)
        .or_else(|_| rustix::fs::memfd_create(name, flags))?;
    let mut file = std::fs::File::from(file);
    file.write_all(bytes)?;
    file.rewind()?;
    let seals = SealFlags::SHRINK | SealFlags::GROW | SealFlags::WRITE | SealFlags::SEAL;
    rustix::fs::fcntl_add_seals(&file, seals)?;
    Ok(file.into())
}

/// Maps the first `len` bytes of such a file.
///
/// # Errors
/// When the file is shorter, or could become so.
pub fn map(file: BorrowedFd<'_>, len: usize) -> io::Result<Mapping> {
    let sealed = rustix::fs::fcntl_get_seals(file)?.contains(SealFlags::SHRINK);
    let size = rustix::fs::fstat(file)?.st_size;
    if !sealed || u64::try_from(size).unwrap_or(0) < len as u64 {
        return Err(io::Error::new(io::ErrorKind::InvalidData, "shared memory is not of the size agreed"));
    }
    Mapping::new(file, len)
}

/// Gives freed pieces of the heap back to the system, as far as they are whole pages.
pub fn give_back() {
    sys::trim_heap();
}

/// Gives the whole pages of a range back to the system; they read as zeros from now on. A kernel that can't
/// keeps them: that costs memory, nothing else.
pub fn discard(file: impl AsFd, from: usize, to: usize) {
    let from = from.next_multiple_of(PAGE_BYTES);
    let to = to - to % PAGE_BYTES;
    if from < to {
        let flags = FallocateFlags::PUNCH_HOLE | FallocateFlags::KEEP_SIZE;
        let _ = rustix::fs::fallocate(file, flags, from as u64, (to - from) as u64);
    }
}
