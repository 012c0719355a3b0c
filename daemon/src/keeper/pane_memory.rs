//! What keeper and daemon share for one pane, as the daemon sees it.

use abide_core::server::InputMark;
use std::io;
use std::marker::PhantomData;
use std::ops::Range;

/// Bytes in one input record. A longer paste is published in several, each with a mark of its own.
pub const INPUT_RECORD_BYTES_MAX: usize = 32 * 1024 - 32;

/// The shared memory of one pane.
#[derive(Debug)]
pub struct PaneMemory(());

impl PaneMemory {
    /// What the program wrote.
    #[must_use]
    pub fn journal(&self) -> Journal<'_> {
        Journal(PhantomData)
    }

    /// Gives the journal's bytes before `to` back to the keeper: a checkpoint covers them. Going backwards or
    /// beyond the head does nothing. The keeper learns of it at the next [`super::link::KeeperLink::ring_doorbell`].
    pub fn release(&mut self, to: u64) {
        let _ = to;
    }

    /// What the program is given to read.
    pub fn input(&mut self) -> InputRing<'_> {
        InputRing(PhantomData)
    }

    /// Writes a checkpoint: the screen's head and its sealed chunks as of a journal offset. Chunks that are
    /// stored already are not asked for. Where all do not fit, the oldest are left out.
    ///
    /// # Errors
    /// `FileTooLarge` when the head does not fit; the checkpoint before stays in force.
    pub fn checkpoint<'c>(
        &mut self,
        offset: u64,
        head: &[u8],
        chunk_ids: Range<u64>,
        chunk: &mut dyn FnMut(u64) -> Option<&'c [u8]>,
    ) -> io::Result<()> {
        let _ = (offset, head, chunk_ids, chunk);
        Err(io::ErrorKind::Unsupported.into())
    }

    /// The newest checkpoint that is whole.
    #[must_use]
    pub fn latest(&self) -> Option<Checkpoint<'_>> {
        None
    }
}

/// The journal: bytes by their offset since the pane began.
#[derive(Debug)]
pub struct Journal<'m>(PhantomData<&'m PaneMemory>);

impl<'m> Journal<'m> {
    /// The bytes from an offset up to the head, in two pieces where the ring wraps. When there are none, the
    /// pane's eventfd is written at the next byte (so: read until this is empty, then wait).
    #[must_use]
    pub fn unread(&self, from: u64) -> (&'m [u8], &'m [u8]) {
        let _ = from;
        (&[], &[])
    }

    /// The offset after the newest byte.
    #[must_use]
    pub fn head(&self) -> u64 {
        0
    }

    /// The offset of the oldest byte that is kept.
    #[must_use]
    pub fn tail(&self) -> u64 {
        0
    }

    /// Bytes that it can hold; when `head - tail` reaches it the program waits.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        0
    }
}

/// The ring has no room for a record now; it has once the program has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputFull;

/// The input ring.
#[derive(Debug)]
pub struct InputRing<'m>(PhantomData<&'m mut PaneMemory>);

impl InputRing<'_> {
    /// Publishes bytes (at most [`INPUT_RECORD_BYTES_MAX`]) with their mark in one step: either both are taken
    /// or none is. The keeper learns of it at the next [`super::link::KeeperLink::ring_doorbell`].
    ///
    /// # Errors
    /// When there is no room now; nothing was taken.
    pub fn publish(&mut self, mark: InputMark, bytes: &[u8]) -> Result<(), InputFull> {
        let _ = (mark, bytes);
        Err(InputFull)
    }

    /// The highest number taken of each client that is remembered (the last 127 that typed, and client 0).
    #[must_use]
    pub fn marks(&self) -> Vec<(u64, u64)> {
        Vec::new()
    }

    /// The longest record that would be taken now, in bytes.
    #[must_use]
    pub fn free(&self) -> usize {
        0
    }
}

/// A checkpoint that is whole.
#[derive(Debug)]
pub struct Checkpoint<'m> {
    /// The journal offset up to which it covers.
    pub offset: u64,
    /// The screen's head.
    pub head: Vec<u8>,
    memory: PhantomData<&'m PaneMemory>,
}

impl Checkpoint<'_> {
    /// A sealed chunk by its id, when it is there and whole.
    #[must_use]
    pub fn chunk(&self, id: u64) -> Option<Vec<u8>> {
        let _ = id;
        None
    }
}
