//! One pane as the loop sees it: how far its journal is read, what waits to be typed, when its screen is due
//! for a checkpoint.

use super::limits::{INPUT_RECORD_BYTES_MAX, PANE_INPUT_BYTES_MAX};
use super::ports::Memory;
use abide_core::base::instant::Instant;
use abide_core::boundary::{ExitStatus, InputMark, PtyFacts};
use std::collections::VecDeque;
use std::os::fd::OwnedFd;

/// A pane's source.
pub(super) struct Pane<M> {
    pub(super) facts: PtyFacts,
    pub(super) memory: M,
    /// Registered with the poll; never read: each write to it is an edge of its own.
    pub(super) wake: OwnedFd,
    /// Offset up to which the screen has been fed.
    pub(super) read: u64,
    /// Queries before this offset have had their reply: a piece never crosses it.
    pub(super) replies_until: u64,
    /// Offset up to which another daemon has read before this one.
    pub(super) replay_until: u64,
    /// How its program ended and the offset after its last byte, until the core has been told.
    pub(super) exited: Option<(ExitStatus, u64)>,
    /// On the still-readable list.
    pub(super) listed: bool,
    /// When its checkpoint is due.
    pub(super) checkpoint_at: Option<Instant>,
    /// The last checkpoint could not be written: what it would cover is not let go, and it is tried again when due.
    pub(super) unsaved: bool,
    /// It was taken over without a checkpoint: its screen is in the core alone.
    pub(super) bare: bool,
    /// `Screen::version` and `Screen::history_form` at the last checkpoint.
    pub(super) stored_version: Option<(u64, u64)>,
    /// Its screen broke too often: nothing more is read, the program waits.
    pub(super) frozen: bool,
    /// How often its screen was mended.
    pub(super) mends: u32,
    /// The last input was refused.
    refuses: bool,
    /// Input that did not fit the ring yet.
    waiting: VecDeque<(InputMark, Vec<u8>)>,
    waiting_bytes: usize,
}

/// Input found no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Refused {
    /// What came before it was taken.
    pub(super) first: bool,
}

impl<M: Memory> Pane<M> {
    pub(super) fn new(facts: PtyFacts, memory: M, wake: OwnedFd, read: u64, replies_until: u64) -> Pane<M> {
        Pane {
            facts,
            memory,
            wake,
            read,
            replies_until,
            replay_until: 0,
            exited: None,
            listed: false,
            checkpoint_at: None,
            unsaved: false,
            bare: false,
            stored_version: None,
            frozen: false,
            mends: 0,
            refuses: false,
            waiting: VecDeque::new(),
            waiting_bytes: 0,
        }
    }

    /// The next bytes to feed, at most so many, and the offset just after them.
    pub(super) fn piece(&self, bytes_max: usize) -> Option<(&[u8], u64)> {
        let (first, _) = self.memory.unread(self.read);
        let mut take = first.len().min(bytes_max);
        if self.read < self.replies_until {
            take = take.min(usize::try_from(self.replies_until - self.read).unwrap_or(usize::MAX));
        }
        let piece = first.get(..take).filter(|p| !p.is_empty())?;
        Some((piece, self.read + piece.len() as u64))
    }

    /// Whether everything written so far is on the screen.
    pub(super) fn caught_up(&self) -> bool {
        self.read >= self.memory.head()
    }

    /// Whether so much is held that a checkpoint should make room.
    pub(super) fn wants_room(&self) -> bool {
        !self.unsaved && self.read.saturating_sub(self.memory.tail()) >= self.memory.journal_bytes_max() / 2
    }

    /// Commits input. What finds no room is refused, and `Err` says whether that is news; only beside a ring
    /// smaller than ours it waits, up to a bound.
    pub(super) fn type_in(&mut self, mark: InputMark, bytes: &[u8]) -> Result<(), Refused> {
        let record_bytes_max = self.memory.input_record_bytes_max();
        if record_bytes_max >= INPUT_RECORD_BYTES_MAX {
            let taken = bytes.chunks(record_bytes_max).all(|record| self.memory.publish(mark, record));
            return self.note_refusal(taken);
        }
        if self.waiting_bytes + bytes.len() > PANE_INPUT_BYTES_MAX {
            return self.note_refusal(false);
        }
        for record in bytes.chunks(record_bytes_max.max(1)) {
            if !(self.waiting.is_empty() && self.memory.publish(mark, record)) {
                self.waiting_bytes += record.len();
                self.waiting.push_back((mark, record.to_vec()));
            }
        }
        self.note_refusal(true)
    }

    fn note_refusal(&mut self, taken: bool) -> Result<(), Refused> {
        let before = std::mem::replace(&mut self.refuses, !taken);
        if taken { Ok(()) } else { Err(Refused { first: !before }) }
    }

    /// Commits what waits and fits; whether any did.
    pub(super) fn type_waiting(&mut self) -> bool {
        let mut any = false;
        while let Some((mark, bytes)) = self.waiting.front() {
            if !self.memory.publish(*mark, bytes) {
                break;
            }
            self.waiting_bytes -= bytes.len();
            self.waiting.pop_front();
            any = true;
        }
        any
    }

    /// Whether input waits for room.
    pub(super) fn input_waits(&self) -> bool {
        !self.waiting.is_empty()
    }
}
