//! Memory that is written whole or not at all: two slots, each with generation and checksum; the newest
//! that is whole counts.

use std::io;

/// Two slots in shared memory.
#[derive(Debug)]
pub struct SlotPair(());

impl SlotPair {
    /// Writes a payload of at most [`SlotPair::capacity`] bytes; it is in force once this returns, and the one
    /// before it until then.
    ///
    /// # Errors
    /// `FileTooLarge` when it does not fit.
    pub fn write(&mut self, payload: &[u8]) -> io::Result<()> {
        let _ = payload;
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The newest payload that is whole.
    #[must_use]
    pub fn read(&self) -> Option<Vec<u8>> {
        None
    }

    /// The largest payload, in bytes.
    #[must_use]
    pub fn capacity(&self) -> usize {
        0
    }
}
