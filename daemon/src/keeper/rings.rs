//! A pane's rings as the keeper sees them: it fills the journal from the pty and the pty from the input ring.

use super::layout::{self, Geometry};
use super::limits::INPUT_HEADER_BYTES;
use super::pane_memory::Positions;
use super::position;
use super::record::Record;
use super::ring::Ring;
use crate::os::memory;
use crate::os::sys::{Mapping, full_fence};
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::atomic::Ordering;

/// What came of reading a pty.
#[derive(Debug)]
pub(super) enum Filled {
    /// So many bytes.
    Bytes(usize),
    /// The ring has no room.
    Full,
    /// Nothing there now.
    Nothing,
    /// Nobody holds the other side any more, and everything they wrote has been read.
    Ended,
}

/// What came of writing a pty.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Drained {
    /// All of it is written.
    Empty,
    /// The program has to read first.
    Blocked,
}

/// The keeper's end of a pane's memory. What it wrote itself it never reads back: a daemon gone mad can
/// disturb its own pane's words, never the keeper's idea of them.
#[derive(Debug)]
pub(super) struct Rings {
    map: Mapping,
    geometry: Geometry,
    at: Positions,
    /// The input record being written: where it ends in the ring, and how many of its bytes are left.
    record: Option<(u64, usize)>,
}

impl Rings {
    /// Makes a pane's memory.
    pub(super) fn create(geometry: Geometry) -> io::Result<(OwnedFd, Rings)> {
        let file = memory::create("abide-pane", geometry.file_bytes())?;
        // Checkpoints and chunks are the daemon's alone.
        let map = memory::map(file.as_fd(), geometry.slots())?;
        geometry.write_header(&map);
        for word in [
            layout::JOURNAL_HEAD,
            layout::JOURNAL_TAIL,
            layout::INPUT_HEAD,
            layout::INPUT_TAIL,
            layout::INPUT_RECORD,
            layout::MARKS_UNTIL,
        ] {
            position::publish(map.word(word), 0);
        }
        map.half(layout::DAEMON_WAITS).store(1, Ordering::Release);
        Ok((file, Rings { map, geometry, at: Positions::default(), record: None }))
    }

    /// The positions, for a daemon.
    pub(super) fn positions(&mut self) -> Positions {
        self.tail();
        self.input_head();
        self.at
    }

    /// The sizes, for a daemon.
    pub(super) fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Writes our words again: for a new daemon, whatever the one before did to them.
    pub(super) fn republish(&self) {
        position::publish(self.map.word(layout::JOURNAL_HEAD), self.at.journal_head);
        position::publish(self.map.word(layout::INPUT_TAIL), self.at.input_tail);
        self.map.half(layout::DAEMON_WAITS).store(1, Ordering::Release);
    }

    fn tail(&mut self) -> u64 {
        let seen = position::read(self.map.word(layout::JOURNAL_TAIL));
        if let Some(tail) = seen.filter(|t| (self.at.journal_tail..=self.at.journal_head).contains(t)) {
            self.at.journal_tail = tail;
        }
        self.at.journal_tail
    }

    fn input_head(&mut self) -> u64 {
        let most = self.at.input_tail + self.geometry.input_bytes as u64;
        let seen = position::read(self.map.word(layout::INPUT_HEAD));
        if let Some(head) = seen.filter(|h| (self.at.input_head..=most).contains(h)) {
            self.at.input_head = head;
        }
        self.at.input_head
    }

    fn room(&mut self) -> usize {
        let used = self.at.journal_head - self.tail();
        self.geometry.journal_bytes.saturating_sub(usize::try_from(used).unwrap_or(usize::MAX))
    }

    /// One read from the pty straight into the ring.
    pub(super) fn fill(&mut self, master: BorrowedFd<'_>) -> Filled {
        let mut room = self.geometry.journal_bytes as u64 - (self.at.journal_head - self.at.journal_tail);
        // Looks at the daemon's word only when the last look does not give enough room: it is in the other
        // processor's cache.
        if room < super::limits::TURN_BYTES as u64 {
            room = self.room() as u64;
            if room == 0 {
                return Filled::Full;
            }
        }
        let ring = Ring { base: self.geometry.journal(), bytes: self.geometry.journal_bytes };
        let (first, _) = ring.pieces(self.at.journal_head, usize::try_from(room).unwrap_or(usize::MAX));
        match self.map.read_from(master, first) {
            Ok(0) => Filled::Ended,
            Ok(n) => {
                self.at.journal_head += n as u64;
                position::publish(self.map.word(layout::JOURNAL_HEAD), self.at.journal_head);
                Filled::Bytes(n)
            }
            Err(e) if matches!(e.kind(), io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted) => {
                Filled::Nothing
            }
            // EIO: the other side is closed.
            Err(_) => Filled::Ended,
        }
    }

    /// Whether the daemon waits for a byte that there now is: its eventfd is to be written. Says so once.
    pub(super) fn daemon_waits(&self) -> bool {
        // Either it sees the new head before it waits, or we see that it does.
        full_fence();
        let flag = self.map.half(layout::DAEMON_WAITS);
        flag.load(Ordering::Relaxed) != 0 && {
            flag.store(0, Ordering::Relaxed);
            true
        }
    }

    /// Says that we stop reading until there is room; false when there is room after all.
    pub(super) fn wait_for_room(&mut self) -> bool {
        self.map.half(layout::KEEPER_WAITS).store(1, Ordering::Relaxed);
        full_fence();
        if self.room() == 0 {
            return true;
        }
        self.map.half(layout::KEEPER_WAITS).store(0, Ordering::Relaxed);
        false
    }

    /// Whether there is room again, after [`Rings::wait_for_room`]; then we no longer wait.
    pub(super) fn has_room(&mut self) -> bool {
        let room = self.room() > 0;
        if room {
            self.map.half(layout::KEEPER_WAITS).store(0, Ordering::Relaxed);
        }
        room
    }

    /// Writes input to the pty until there is none or it takes no more.
    pub(super) fn drain(&mut self, master: BorrowedFd<'_>) -> Drained {
        let ring = Ring { base: self.geometry.input(), bytes: self.geometry.input_bytes };
        loop {
            let Some((end, left)) = self.record else {
                let (start, head) = (self.at.input_tail, self.input_head());
                if start == head {
                    return Drained::Empty;
                }
                let Some(record) = Record::read(ring, &self.map, start, head) else {
                    log::error!("input ring: {} damaged bytes are dropped", head - start);
                    self.advance(head);
                    continue;
                };
                position::publish(self.map.word(layout::INPUT_RECORD), start);
                self.record = Some((start + record.span(), record.len));
                self.advance(start + INPUT_HEADER_BYTES as u64);
                continue;
            };
            if left == 0 {
                self.record = None;
                self.advance(end);
                continue;
            }
            let (first, _) = ring.pieces(self.at.input_tail, left);
            match self.map.write_to(master, first) {
                Ok(n) => {
                    let n = n.min(left);
                    self.record = Some((end, left - n));
                    self.advance(self.at.input_tail + n as u64);
                }
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Drained::Blocked,
                // Nobody is there to read it.
                Err(_) => self.drop_input(),
            }
        }
    }

    /// Forgets all input: its program is gone.
    pub(super) fn drop_input(&mut self) {
        self.record = None;
        let head = self.input_head();
        self.advance(head);
    }

    fn advance(&mut self, tail: u64) {
        self.at.input_tail = tail;
        position::publish(self.map.word(layout::INPUT_TAIL), tail);
    }
}
