//! A pane's rings as the keeper sees them: it fills the journal from the pty and the pty from the input ring.

use super::blank;
use super::layout::{self, Geometry};
use super::limits::{BLANK_BYTES, INPUT_HEADER_BYTES, JOURNAL_GIVE_BACK_BYTES, SLUICE_BYTES, TURN_WRITES};
use super::pane_memory::Positions;
use super::position;
use super::record::Record;
use super::ring::Ring;
use super::sluice::Sluice;
use crate::os::memory;
use crate::os::sys::{Mapping, full_fence};
use std::io;
use std::ops::Range;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{Ordering, compiler_fence};

/// What came of reading a pty.
#[derive(Debug)]
pub enum Filled {
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
pub enum Drained {
    /// All of it is written.
    Empty,
    /// The program has to read first, or it was written to often enough for now: the pty says when to go on.
    Blocked,
}

/// The keeper's end of a pane's memory. What it wrote itself it never reads back: a daemon gone mad can
/// disturb its own pane's words, never the keeper's idea of them.
#[derive(Debug)]
pub struct Rings {
    map: Mapping,
    geometry: Geometry,
    at: Positions,
    /// The input record being written: where it ends in the ring, and how many of its bytes are left.
    record: Option<(u64, usize)>,
    /// Up to where the journal is blank beyond its head.
    blank: u64,
    /// Bytes read since the journal's memory was given back.
    unreturned: u64,
    /// What input goes through.
    pub(super) sluice: Option<Arc<Sluice>>,
}

/// Where a keeper's end of a pane's memory stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) at: Positions,
    pub(super) record: Option<(u64, u64)>,
    pub(super) blank: u64,
}

impl Rings {
    /// Makes a pane's memory.
    ///
    /// # Errors
    /// When there are no descriptors left.
    pub fn create(geometry: Geometry) -> io::Result<(OwnedFd, Rings)> {
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
            layout::JOURNAL_BLANK,
        ] {
            position::publish(map.word(word), 0);
        }
        map.half(layout::DAEMON_WAITS).store(1, Ordering::Release);
        Ok((
            file,
            Rings {
                map,
                geometry,
                at: Positions::default(),
                record: None,
                blank: 0,
                unreturned: 0,
                sluice: None,
            },
        ))
    }

    /// Goes on where another keeper stopped, which said how it stands.
    pub(super) fn resume(file: BorrowedFd<'_>, geometry: Geometry, standing: Standing) -> io::Result<Rings> {
        let map = memory::map(file, geometry.slots())?;
        let Standing { at, record, blank } = standing;
        let record = record.map(|(end, left)| (end, usize::try_from(left).unwrap_or(0)));
        let unreturned = geometry.journal_bytes as u64;
        Ok(Rings { map, geometry, at, record, blank, unreturned, sluice: None })
    }

    /// Goes on where another keeper was killed; `known` is what its daemon knew, `in_pipe` how much input its sluice
    /// holds. What it read last is found, and what it wrote last, though it did not come to say so.
    pub(super) fn rescue(
        file: BorrowedFd<'_>,
        geometry: Geometry,
        known: Positions,
        in_pipe: Option<u64>,
    ) -> io::Result<Rings> {
        let map = memory::map(file, geometry.slots())?;
        let word = |word: usize, known: u64| position::read(map.word(word)).map_or(known, |p| p.max(known));
        let journal_head = word(layout::JOURNAL_HEAD, known.journal_head);
        let input_head = word(layout::INPUT_HEAD, known.input_head);
        let at = Positions {
            journal_head,
            journal_tail: word(layout::JOURNAL_TAIL, known.journal_tail)
                .clamp(journal_head.saturating_sub(geometry.journal_bytes as u64), journal_head),
            input_head,
            input_tail: word(layout::INPUT_TAIL, known.input_tail)
                .clamp(input_head.saturating_sub(geometry.input_bytes as u64), input_head),
        };
        let unreturned = geometry.journal_bytes as u64;
        let mut rings =
            Rings { map, geometry, at, record: None, blank: journal_head, unreturned, sluice: None };
        rings.find_last_read();
        rings.find_last_write(in_pipe);
        rings.find_record();
        // What was found counts from here on; the pipe's time is over.
        rings.republish();
        rings.map.word(layout::INPUT_GIVEN).store(0, Ordering::Release);
        Ok(rings)
    }

    /// Counts what was read and not counted.
    fn find_last_read(&mut self) {
        let head = self.at.journal_head;
        // An older keeper has no such word.
        let blank = position::read(self.map.word(layout::JOURNAL_BLANK)).unwrap_or(head);
        let room = self.geometry.journal_bytes as u64 - (head - self.at.journal_tail);
        if (head..=head + room.min(BLANK_BYTES as u64)).contains(&blank) {
            self.at.journal_head = blank::end_of_read(self.journal(), &self.map, head, blank);
            self.blank = blank;
        }
    }

    /// Counts what was written and not counted.
    fn find_last_write(&mut self, in_pipe: Option<u64>) {
        let put_in = position::read(self.map.word(layout::INPUT_GIVEN));
        let Some(tail) = put_in.zip(in_pipe).and_then(|(put_in, held)| put_in.checked_sub(held)) else {
            return;
        };
        let end = self.at.input_head.min(self.at.input_tail + SLUICE_BYTES as u64);
        if (self.at.input_tail..=end).contains(&tail) {
            self.at.input_tail = tail;
        }
    }

    /// Finds the input record that the tail is in.
    fn find_record(&mut self) {
        let tail = self.at.input_tail;
        let Some(start) = position::read(self.map.word(layout::INPUT_RECORD)).filter(|s| *s < tail) else {
            return;
        };
        let record = Record::read(self.input(), &self.map, start, self.at.input_head);
        let Some(record) = record.filter(|r| start + r.span() > tail) else { return };
        let content = start + INPUT_HEADER_BYTES as u64;
        let given = usize::try_from(tail.saturating_sub(content)).unwrap_or(usize::MAX);
        self.at.input_tail = tail.max(content);
        self.record = Some((start + record.span(), record.len.saturating_sub(given)));
    }

    fn journal(&self) -> Ring {
        Ring { base: self.geometry.journal(), bytes: self.geometry.journal_bytes }
    }

    fn input(&self) -> Ring {
        Ring { base: self.geometry.input(), bytes: self.geometry.input_bytes }
    }

    /// For whoever goes on from here.
    pub(super) fn standing(&self) -> Standing {
        let record = self.record.map(|(end, left)| (end, left as u64));
        Standing { at: self.at, record, blank: self.blank }
    }

    /// The positions, for a daemon.
    pub fn positions(&mut self) -> Positions {
        self.tail();
        self.input_head();
        self.at
    }

    /// The sizes, for a daemon.
    #[must_use]
    pub fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// Writes our words again: for a new daemon, whatever the one before did to them.
    pub fn republish(&self) {
        position::publish(self.map.word(layout::JOURNAL_HEAD), self.at.journal_head);
        position::publish(self.map.word(layout::JOURNAL_BLANK), self.blank);
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
    pub fn fill(&mut self, master: BorrowedFd<'_>) -> Filled {
        let mut room = self.geometry.journal_bytes as u64 - (self.at.journal_head - self.at.journal_tail);
        // Looks at the daemon's word only when the last look does not give enough room: it is in the other
        // processor's cache.
        if room < super::limits::TURN_BYTES as u64 {
            room = self.room() as u64;
            if room == 0 {
                return Filled::Full;
            }
        }
        let room = usize::try_from(room).unwrap_or(usize::MAX).min(BLANK_BYTES);
        let (first, _) = self.journal().pieces(self.at.journal_head, room);
        let first = self.blank_before_read(first);
        match self.map.read_from(master, first) {
            Ok(0) => Filled::Ended,
            Ok(n) => {
                self.at.journal_head += n as u64;
                self.unreturned += n as u64;
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

    /// Makes a place to read into blank, unless enough of it is; gives that part of it which is.
    fn blank_before_read(&mut self, place: Range<usize>) -> Range<usize> {
        let head = self.at.journal_head;
        let is_blank = usize::try_from(self.blank.saturating_sub(head)).unwrap_or(0);
        if is_blank < place.len().min(BLANK_BYTES / 2) {
            let until = head + place.len() as u64;
            blank::fill(self.journal(), &self.map, self.blank.max(head), until);
            // Killed before this, nothing that was not blank is taken for what was read.
            compiler_fence(Ordering::SeqCst);
            position::publish(self.map.word(layout::JOURNAL_BLANK), until);
            compiler_fence(Ordering::SeqCst);
            self.blank = until;
            return place;
        }
        place.start..place.start + is_blank.min(place.len())
    }

    /// Whether the journal has touched enough memory for giving it back to be worth a call.
    pub fn has_to_return(&self) -> bool {
        self.unreturned >= JOURNAL_GIVE_BACK_BYTES
    }

    /// Gives the journal's pages back to the system. False while some of it is still to be read.
    pub fn give_back_journal(&mut self, file: impl AsFd) -> bool {
        let head = self.at.journal_head;
        if self.tail() != head {
            return false;
        }
        // Nothing is blank any more before it is not: killed in between, zeros are not taken for what was read.
        self.blank = head;
        position::publish(self.map.word(layout::JOURNAL_BLANK), head);
        compiler_fence(Ordering::SeqCst);
        let start = self.geometry.journal();
        memory::discard(file, start, start + self.geometry.journal_bytes);
        self.unreturned = 0;
        true
    }

    /// Whether the daemon waits for a byte that there now is: its eventfd is to be written. Says so once.
    #[must_use]
    pub fn daemon_waits(&self) -> bool {
        // Either it sees the new head before it waits, or we see that it does.
        full_fence();
        let flag = self.map.half(layout::DAEMON_WAITS);
        flag.load(Ordering::Relaxed) != 0 && {
            flag.store(0, Ordering::Relaxed);
            true
        }
    }

    /// Says that we stop reading until there is room; false when there is room after all.
    pub fn wait_for_room(&mut self) -> bool {
        self.map.half(layout::KEEPER_WAITS).store(1, Ordering::Relaxed);
        full_fence();
        if self.room() == 0 {
            return true;
        }
        self.map.half(layout::KEEPER_WAITS).store(0, Ordering::Relaxed);
        false
    }

    /// Whether there is room again, after [`Rings::wait_for_room`]; then we no longer wait.
    pub fn has_room(&mut self) -> bool {
        let room = self.room() > 0;
        if room {
            self.map.half(layout::KEEPER_WAITS).store(0, Ordering::Relaxed);
        }
        room
    }

    /// Writes input to the pty until there is none, or it takes no more, or others should have their turn.
    pub fn drain(&mut self, master: BorrowedFd<'_>) -> Drained {
        let ring = self.input();
        let mut writes = 0;
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
            if writes == TURN_WRITES {
                return Drained::Blocked;
            }
            writes += 1;
            let (first, _) = ring.pieces(self.at.input_tail, left);
            match self.give(master, first) {
                Ok(n) => self.record = Some((end, left.saturating_sub(n))),
                Err(e) if e.kind() == io::ErrorKind::Interrupted => {}
                Err(e) if e.kind() == io::ErrorKind::WouldBlock => return Drained::Blocked,
                // Nobody is there to read it.
                Err(_) => self.drop_input(),
            }
        }
    }

    /// Writes bytes of the ring to the pty, and moves the tail.
    fn give(&mut self, master: BorrowedFd<'_>, place: Range<usize>) -> io::Result<usize> {
        let tail = self.at.input_tail;
        let sluice = self.sluice.clone();
        let Some((sluice, inlet)) = sluice.as_deref().and_then(|s| Some((s, s.inlet()?))) else {
            let n = self.map.write_to(master, place.clone())?.min(place.len());
            self.advance(tail + n as u64);
            return Ok(n);
        };
        let len = self.map.write_to(inlet, place.start..place.end.min(place.start + SLUICE_BYTES))?;
        position::publish(self.map.word(layout::INPUT_GIVEN), tail + len as u64);
        let passed = sluice.pass(master, len);
        let n = passed.as_ref().map_or(0, |n| (*n).min(len));
        self.advance(tail + n as u64);
        // No position: nothing is in the pipe that counts.
        self.map.word(layout::INPUT_GIVEN).store(0, Ordering::Release);
        if n < len {
            sluice.empty();
        }
        passed.map(|_| n)
    }

    /// Forgets all input: its program is gone.
    pub fn drop_input(&mut self) {
        self.record = None;
        let head = self.input_head();
        self.advance(head);
    }

    fn advance(&mut self, tail: u64) {
        self.at.input_tail = tail;
        position::publish(self.map.word(layout::INPUT_TAIL), tail);
    }
}
