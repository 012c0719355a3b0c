//! What keeper and daemon share for one pane, as the daemon sees it. Where what is: [`super::layout`].

use super::chunks::{self, ChunkList, Chunks};
use super::control::Doorbell;
use super::layout::{self, Geometry};
pub use super::limits::INPUT_RECORD_BYTES_MAX;
use super::limits::{FLOOD_JOURNAL_SHARE, INPUT_GIVE_BACK_BYTES, INPUT_HEADER_BYTES};
use super::marks::Marks;
use super::position;
use super::record::Record;
use super::ring::Ring;
use super::slots::Slots;
use crate::deathpoint::{self, Point};
use crate::os::memory::{self, PAGE_BYTES};
use crate::os::sys::{Mapping, full_fence};
use abide_core::boundary::InputMark;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

/// The shared memory of one pane.
#[derive(Debug)]
pub struct PaneMemory {
    file: OwnedFd,
    map: Mapping,
    geometry: Geometry,
    doorbell: Arc<Doorbell>,
    /// The pane's bit in the doorbell's table.
    index: usize,
    /// The newest whole journal head seen: one that is damaged is no news.
    head_seen: AtomicU64,
    tail: u64,
    input_head: u64,
    /// The newest whole input tail seen.
    input_tail_seen: u64,
    /// Input before this was given to the program, and its memory to the system.
    input_given_back: u64,
    marks: Marks,
    slots: Slots,
    chunks: Chunks,
}

/// Positions as the keeper knows them: what counts where a word in the memory is damaged.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Positions {
    /// The journal's head.
    pub journal_head: u64,
    /// The journal's tail.
    pub journal_tail: u64,
    /// The input ring's head.
    pub input_head: u64,
    /// The input ring's tail.
    pub input_tail: u64,
}

impl PaneMemory {
    /// Maps a pane's memory; `known` is what the keeper says of it.
    pub(super) fn open(
        file: OwnedFd,
        geometry: Geometry,
        known: Positions,
        doorbell: Arc<Doorbell>,
        index: usize,
    ) -> io::Result<PaneMemory> {
        if !geometry.sound() {
            return Err(io::Error::new(io::ErrorKind::InvalidData, "shared memory of an unknown shape"));
        }
        let map = memory::map(file.as_fd(), geometry.file_bytes())?;
        let at_least =
            |word: usize, known: u64| position::read(map.word(word)).map_or(known, |p| p.max(known));
        let head = at_least(layout::JOURNAL_HEAD, known.journal_head);
        let tail = at_least(layout::JOURNAL_TAIL, known.journal_tail).min(head);
        let input_head = at_least(layout::INPUT_HEAD, known.input_head);
        let input_tail = at_least(layout::INPUT_TAIL, known.input_tail).min(input_head);
        let slots = Slots::open(&map, geometry.slots(), geometry.slot_bytes);
        let chunks = Chunks::new(geometry.chunks(), geometry.chunk_slots);
        let marks = Marks::load(&map);
        let mut memory = PaneMemory {
            file,
            map,
            geometry,
            doorbell,
            index,
            head_seen: AtomicU64::new(head),
            tail: tail.max(head.saturating_sub(geometry.journal_bytes as u64)),
            input_head,
            input_tail_seen: input_tail.max(input_head.saturating_sub(geometry.input_bytes as u64)),
            // What the daemon before gave back is not known: all of it is given back once more.
            input_given_back: 0,
            marks,
            slots,
            chunks,
        };
        memory.adopt_chunks();
        memory.note_newest_input();
        Ok(memory)
    }

    /// The file, for whoever is to map it next.
    pub(super) fn file(&self) -> BorrowedFd<'_> {
        self.file.as_fd()
    }

    /// The sizes of its parts.
    pub(super) fn geometry(&self) -> Geometry {
        self.geometry
    }

    /// The positions as far as they were seen.
    pub(super) fn positions(&self) -> Positions {
        Positions {
            journal_head: self.head_seen.load(Ordering::Relaxed),
            journal_tail: self.tail,
            input_head: self.input_head,
            input_tail: self.input_tail_seen,
        }
    }

    fn adopt_chunks(&mut self) {
        for found in self.slots.whole(&self.map) {
            if let Some((list, _)) = chunks::decode(&found.payload, self.geometry.chunk_slots) {
                self.chunks.adopt(found.side, list);
            }
        }
        self.chunks.sweep(&self.map, &self.file);
    }

    /// A daemon that was killed between taking a record and noting its number left that to us. There is at most
    /// one such record, and its bytes are still there: only daemons write over them.
    fn note_newest_input(&mut self) {
        let ring = self.input_ring();
        let noted = position::read(self.map.word(layout::MARKS_UNTIL)).filter(|&p| p <= self.input_head);
        // A damaged word: what the keeper has not begun to read is all that may be missing.
        let unread = || position::read(self.map.word(layout::INPUT_RECORD)).unwrap_or(self.input_tail_seen);
        let mut at = noted.unwrap_or_else(unread);
        while let Some(record) = Record::read(ring, &self.map, at, self.input_head) {
            at += record.span();
            self.marks.note(&self.map, record.mark.client, record.mark.seq, at);
        }
        position::publish(self.map.word(layout::INPUT_HEAD), self.input_head);
        position::publish(self.map.word(layout::MARKS_UNTIL), self.input_head);
    }

    fn look_at_input_tail(&mut self) {
        let seen = position::read(self.map.word(layout::INPUT_TAIL));
        if let Some(tail) = seen.filter(|t| (self.input_tail_seen..=self.input_head).contains(t)) {
            self.input_tail_seen = tail;
        }
    }

    /// Gives memory back whose input the program has been given. What [`PaneMemory::note_newest_input`] may read
    /// again stays: the record that the tail is in and all after it.
    fn give_back_input(&mut self) {
        let read = position::read(self.map.word(layout::INPUT_RECORD)).unwrap_or(0).min(self.input_tail_seen);
        let (page, ring) = (PAGE_BYTES as u64, self.geometry.input_bytes as u64);
        // What lies a whole ring before the head has been written over: it is newer input now.
        let from = self.input_given_back.max(self.input_head.saturating_sub(ring)).next_multiple_of(page);
        let to = read - read % page;
        if to < from + INPUT_GIVE_BACK_BYTES {
            return;
        }
        let (first, second) =
            self.input_ring().pieces(from, usize::try_from(to - from).unwrap_or(usize::MAX));
        for part in [first, second] {
            if !part.is_empty() {
                memory::discard(&self.file, part.start, part.end);
            }
        }
        self.input_given_back = to;
    }

    fn input_ring(&self) -> Ring {
        Ring { base: self.geometry.input(), bytes: self.geometry.input_bytes }
    }

    /// What the program wrote.
    #[must_use]
    pub fn journal(&self) -> Journal<'_> {
        Journal { memory: self }
    }

    /// Gives the journal's bytes before `to` back to the keeper: a checkpoint covers them. Going backwards or
    /// beyond the head does nothing. The keeper learns of it at the next [`super::link::KeeperLink::ring_doorbell`].
    pub fn release(&mut self, to: u64) {
        if to <= self.tail || to > self.journal().head() {
            return;
        }
        self.tail = to;
        position::publish(self.map.word(layout::JOURNAL_TAIL), to);
        // Either the keeper sees the new tail before it stops reading, or we see that it has stopped.
        full_fence();
        if self.map.half(layout::KEEPER_WAITS).load(Ordering::Relaxed) != 0 {
            self.doorbell.mark(self.index);
        }
    }

    /// Bytes of the longest input record that this pane's keeper reads: half of the ring.
    #[must_use]
    pub fn input_record_bytes_max(&self) -> usize {
        (self.geometry.input_bytes / 2).saturating_sub(INPUT_HEADER_BYTES).min(INPUT_RECORD_BYTES_MAX)
    }

    /// What the program is given to read.
    pub fn input(&mut self) -> InputRing<'_> {
        InputRing { memory: self }
    }

    /// Writes a checkpoint: the screen's head and its sealed chunks as of a journal offset, by ascending id. A chunk that
    /// is there already is written again when its bytes have become fewer. Where all do not fit, the oldest are left out.
    ///
    /// One that covers half the journal or more keeps pages for the next: it must be followed by one that covers less
    /// once the pane is quiet.
    ///
    /// # Errors
    /// `FileTooLarge` when the head does not fit; the checkpoint before stays in force.
    pub fn checkpoint<'c>(
        &mut self,
        offset: u64,
        head: &[u8],
        chunk_ids: impl DoubleEndedIterator<Item = u64>,
        chunk: &mut dyn FnMut(u64) -> Option<&'c [u8]>,
    ) -> io::Result<()> {
        self.look_at_input_tail();
        self.give_back_input();
        let list = self.chunks.store(&self.map, chunk_ids, chunk);
        deathpoint::pass(Point::ChunksStored);
        let side = self.slots.next_side();
        let written = self.slots.write(&self.map, &self.file, offset, &[&chunks::encode(&list), head]);
        match &written {
            Ok(()) => self.chunks.replace(&self.file, side, list),
            Err(_) => self.chunks.abandon(&self.file, &list),
        }
        let covers = offset.saturating_sub(self.tail);
        if covers < self.journal().capacity() / FLOOD_JOURNAL_SHARE || written.is_err() {
            self.chunks.cool(&self.map, &self.file);
        }
        written
    }

    /// Whether there is a checkpoint, without a look into it.
    #[must_use]
    pub fn has_checkpoint(&self) -> bool {
        self.slots.is_filled()
    }

    /// The newest checkpoint that is whole.
    #[must_use]
    pub fn latest(&self) -> Option<Checkpoint<'_>> {
        self.checkpoints().next()
    }

    /// The checkpoints that are whole, the newest first: one that is whole and still makes no sense is no reason to
    /// have none.
    pub fn checkpoints(&self) -> impl Iterator<Item = Checkpoint<'_>> {
        self.slots.whole(&self.map).filter_map(|found| {
            let (chunks, head) = chunks::decode(&found.payload, self.geometry.chunk_slots)?;
            let head = head.to_vec();
            let lost = self.tail.saturating_sub(found.tag);
            (found.tag <= self.journal().head()).then_some(Checkpoint {
                offset: found.tag,
                lost,
                head,
                chunks,
                memory: self,
            })
        })
    }
}

/// The journal: bytes by their offset since the pane began.
#[derive(Clone, Copy, Debug)]
pub struct Journal<'m> {
    memory: &'m PaneMemory,
}

impl<'m> Journal<'m> {
    /// The bytes from an offset up to the head, in two pieces where the ring wraps; from the tail where the
    /// offset lies before it, none where it lies beyond the head. When there are none, the pane's eventfd is
    /// written at the next byte (so: read until this is empty, then wait).
    #[must_use]
    pub fn unread(&self, from: u64) -> (&'m [u8], &'m [u8]) {
        let memory = self.memory;
        let from = from.max(memory.tail);
        let mut head = self.head();
        if from >= head {
            memory.map.half(layout::DAEMON_WAITS).store(1, Ordering::Relaxed);
            // Either the keeper sees that we wait, or we see its new head.
            full_fence();
            head = self.head();
            if from >= head {
                return (&[], &[]);
            }
        }
        let ring = Ring { base: memory.geometry.journal(), bytes: memory.geometry.journal_bytes };
        let (first, second) = ring.pieces(from, usize::try_from(head - from).unwrap_or(usize::MAX));
        (memory.map.bytes(first), memory.map.bytes(second))
    }

    /// The offset after the newest byte.
    #[must_use]
    pub fn head(&self) -> u64 {
        let memory = self.memory;
        let seen = memory.head_seen.load(Ordering::Relaxed);
        let most = memory.tail + memory.geometry.journal_bytes as u64;
        match position::read(memory.map.word(layout::JOURNAL_HEAD)) {
            Some(head) if head > seen && head <= most => {
                memory.head_seen.store(head, Ordering::Relaxed);
                head
            }
            _ => seen,
        }
    }

    /// The offset of the oldest byte that is kept.
    #[must_use]
    pub fn tail(&self) -> u64 {
        self.memory.tail
    }

    /// Bytes that it can hold; when `head - tail` reaches it the program waits.
    #[must_use]
    pub fn capacity(&self) -> u64 {
        self.memory.geometry.journal_bytes as u64
    }
}

/// The ring has no room for a record now; it has once the program has read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct InputFull;

/// The input ring.
#[derive(Debug)]
pub struct InputRing<'m> {
    memory: &'m mut PaneMemory,
}

impl InputRing<'_> {
    /// Publishes bytes (at most [`INPUT_RECORD_BYTES_MAX`], and what the ring holds; an older keeper reads no
    /// record beyond [`PaneMemory::input_record_bytes_max`]) with their mark in one step: either both are taken
    /// or none is. The keeper learns of it at the next [`super::link::KeeperLink::ring_doorbell`].
    ///
    /// # Errors
    /// When there is no room now; nothing was taken.
    pub fn publish(&mut self, mark: InputMark, bytes: &[u8]) -> Result<(), InputFull> {
        // Not by `free`, which is 0 both for a record without bytes and for none at all.
        if bytes.len() > INPUT_RECORD_BYTES_MAX || INPUT_HEADER_BYTES + bytes.len() > self.room() {
            return Err(InputFull);
        }
        let memory = &mut *self.memory;
        memory.give_back_input();
        let record = Record::write(mark, bytes, memory.input_ring(), &memory.map, memory.input_head);
        let head = memory.input_head + record.span();
        // This store is the moment at which the record counts.
        position::publish(memory.map.word(layout::INPUT_HEAD), head);
        deathpoint::pass(Point::InputPublished);
        memory.input_head = head;
        memory.marks.note(&memory.map, mark.client, mark.seq, head);
        position::publish(memory.map.word(layout::MARKS_UNTIL), head);
        memory.doorbell.mark(memory.index);
        Ok(())
    }

    /// The highest number taken of each client that is remembered (the last 127 that typed, and client 0).
    #[must_use]
    pub fn marks(&self) -> Vec<(u64, u64)> {
        self.memory.marks.all()
    }

    /// The longest record that would be taken now, in bytes.
    #[must_use]
    pub fn free(&mut self) -> usize {
        self.room().saturating_sub(INPUT_HEADER_BYTES).min(INPUT_RECORD_BYTES_MAX)
    }

    /// Bytes free in the ring, down to a whole record's end.
    fn room(&mut self) -> usize {
        let memory = &mut *self.memory;
        memory.look_at_input_tail();
        let used = usize::try_from(memory.input_head - memory.input_tail_seen).unwrap_or(usize::MAX);
        memory.geometry.input_bytes.saturating_sub(used) & !7
    }
}

/// A checkpoint that is whole.
#[derive(Debug)]
pub struct Checkpoint<'m> {
    /// The journal offset up to which it covers.
    pub offset: u64,
    /// Bytes after it that the journal no longer has. 0, unless the newest checkpoint was damaged, or made no
    /// sense, and this is the one before it; reading goes on at `offset + lost`.
    pub lost: u64,
    /// The screen's head.
    pub head: Vec<u8>,
    chunks: ChunkList,
    memory: &'m PaneMemory,
}

impl Checkpoint<'_> {
    /// A sealed chunk by its id, when it is there and whole.
    #[must_use]
    pub fn chunk(&self, id: u64) -> Option<Vec<u8>> {
        let place = self.chunks.get(id)?;
        Chunks::read(self.memory.chunks.base(), &self.memory.map, place)
    }
}
