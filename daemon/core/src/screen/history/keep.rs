//! How history stays within its memory.
//!
//! The newest chunks are plain ([`HOT_BYTES_MAX`]), so that a flood through a short history pays nothing. What is
//! older is squeezed. What passes a budget and is known to be in the store leaves memory ([`History::spill`]); what
//! can't be had in the store is dropped ([`History::shed`]).

use super::History;
use super::sealed::{Body, Known, Sealed};
use crate::base::limits::{HELD_CHUNKS_MAX, HOT_BYTES_MAX, HOT_CHUNKS_MIN};

/// What the sealed chunks weigh.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Weight {
    /// Bytes in memory.
    pub(crate) held_bytes: usize,
    /// Chunks in memory.
    pub(crate) held: usize,
    /// Bytes when all are plain.
    pub(crate) plain_bytes: usize,
    /// Bytes that only the store has.
    pub(crate) away_bytes: u64,
    /// Bytes of what is known of their lines.
    pub(crate) measure_bytes: usize,
}

impl Weight {
    pub(crate) fn add(&mut self, chunk: &Sealed) {
        self.held_bytes += chunk.held_bytes();
        self.held += usize::from(chunk.bytes().is_some());
        self.plain_bytes += chunk.plain_bytes();
        self.away_bytes += chunk.away_bytes();
        self.measure_bytes += measure_bytes(chunk);
    }

    pub(crate) fn take(&mut self, chunk: &Sealed) {
        self.held_bytes -= chunk.held_bytes();
        self.held -= usize::from(chunk.bytes().is_some());
        self.plain_bytes -= chunk.plain_bytes();
        self.away_bytes -= chunk.away_bytes();
        self.measure_bytes -= measure_bytes(chunk);
    }
}

fn measure_bytes(chunk: &Sealed) -> usize {
    chunk.measure().map_or(0, |measure| measure.bytes().len())
}

impl History {
    /// Bytes of memory that its chunks take, those being read among them.
    pub(crate) fn held_bytes(&self) -> usize {
        self.weight.held_bytes + self.reads.bytes()
    }

    /// Bytes that only the store has.
    pub(crate) fn away_bytes(&self) -> u64 {
        self.weight.away_bytes
    }

    /// Whether its sealed chunks pass a budget; the newest few never do.
    pub(crate) fn is_over(&self, bytes_max: usize) -> bool {
        let Weight { held, held_bytes, .. } = self.weight;
        // Pieces count twice: from one checkpoint to the next all of them may be others.
        held > HOT_CHUNKS_MIN && (held_bytes > bytes_max || held + 2 * self.pieces > HELD_CHUNKS_MAX)
    }

    /// Changes a chunk's body, and what is known of all.
    pub(super) fn turn(&mut self, at: usize, act: impl FnOnce(&mut Sealed)) {
        if let Some(chunk) = self.sealed.get_mut(at) {
            self.weight.take(chunk);
            act(chunk);
            self.weight.add(chunk);
            self.form += 1;
        }
    }

    /// Squeezes the oldest plain chunk; false when there is none but the newest.
    pub(crate) fn squeeze_oldest(&mut self) -> bool {
        let at = self.sealed.partition_point(|s| s.id < self.cold_below);
        if at + HOT_CHUNKS_MIN >= self.sealed.len() {
            return false;
        }
        if let Some(chunk) = self.sealed.get(at) {
            self.cold_below = chunk.id + 1;
            if let Body::Plain(plain) = &chunk.body {
                self.hot_bytes -= plain.bytes().len();
                // While its rows can be read at no cost.
                self.measure(at);
                self.turn(at, Sealed::squeeze);
            }
        }
        true
    }

    /// Squeezes what the newest chunks leave behind.
    pub(crate) fn cool(&mut self) {
        while self.hot_bytes > HOT_BYTES_MAX && self.squeeze_oldest() {}
    }

    /// The store has a chunk, in so many bytes.
    pub(crate) fn is_stored(&mut self, id: u64, bytes: usize) {
        if let Ok(at) = self.sealed.binary_search_by_key(&id, |s| s.id)
            && let Some(chunk) = self.sealed.get_mut(at)
            && chunk.bytes().is_some()
        {
            chunk.stored = u32::try_from(bytes).ok();
        }
    }

    /// The oldest chunk in memory that may leave it.
    fn oldest_held(&mut self) -> Option<usize> {
        let mut at = self.sealed.partition_point(|s| s.id < self.away_below);
        while self.sealed.get(at).is_some_and(|s| s.bytes().is_none()) {
            at += 1;
        }
        self.away_below = self.sealed.get(at)?.id;
        (at + HOT_CHUNKS_MIN < self.sealed.len()).then_some(at)
    }

    /// Chunks that the store has leave memory, the oldest first, until the rest fits; the newest few stay.
    pub(crate) fn spill(&mut self, bytes_max: usize) {
        while self.is_over(bytes_max)
            && let Some(at) = self.oldest_held()
            && let Some(bytes) = self.sealed.get(at).and_then(|s| s.stored)
        {
            self.leave_hot(at);
            self.measure(at);
            self.turn(at, |chunk| chunk.body = Body::Away(bytes));
        }
    }

    /// Chunks are dropped, the oldest in memory first, until the rest fits; the newest few stay. Where older ones
    /// are in the store, empty lines are left in their place. Says how many lines were lost.
    pub(crate) fn shed(&mut self, bytes_max: usize) -> u64 {
        let mut lost = 0;
        while self.is_over(bytes_max)
            && let Some(at) = self.oldest_held()
        {
            self.leave_hot(at);
            self.measure(at);
            let Some(chunk) = self.sealed.get(at) else { break };
            lost += chunk.end() - chunk.first.max(self.start).min(chunk.end());
            if at == 0 {
                self.drop_oldest();
            } else {
                self.turn(at, |chunk| chunk.body = Body::Lost);
            }
        }
        lost
    }

    /// A chunk leaves memory: it no longer counts as hot.
    fn leave_hot(&mut self, at: usize) {
        if let Some(chunk) = self.sealed.get(at)
            && chunk.id >= self.cold_below
        {
            self.cold_below = chunk.id + 1;
            if let Body::Plain(plain) = &chunk.body {
                self.hot_bytes -= plain.bytes().len();
            }
        }
    }

    /// What only the store has is at most that much: the oldest lines go.
    pub(crate) fn limit_away(&mut self, bytes_max: u64) {
        while self.weight.away_bytes > bytes_max && !self.sealed.is_empty() {
            self.drop_oldest();
        }
    }

    /// The store no longer has anything: what was only there is lost. Says how many lines.
    pub(crate) fn store_lost(&mut self) -> u64 {
        let mut lost = 0;
        for at in 0..self.sealed.len() {
            let Some(chunk) = self.sealed.get_mut(at) else { break };
            chunk.stored = None;
            if let Body::Away(_) = chunk.body {
                lost += u64::from(chunk.shown);
                self.turn(at, |chunk| chunk.body = Body::Lost);
            }
        }
        lost
    }

    /// The store has given an answer: a chunk's bytes, or that it has none or damaged ones. False for such: its
    /// lines are lost.
    pub(crate) fn give_back(&mut self, id: u64, bytes: Option<&[u8]>) -> bool {
        let Ok(at) = self.sealed.binary_search_by_key(&id, |s| s.id) else { return true };
        let Some(chunk) = self.sealed.get(at).filter(|s| matches!(s.body, Body::Away(_))) else {
            return true;
        };
        let plain = bytes.and_then(super::sealed::plain).filter(|plain| plain.len() >= chunk.rows());
        let found = plain.is_some();
        if let (Some(plain), Known::Not) = (&plain, &chunk.measure) {
            let measure = self.measured(plain, chunk.rows());
            self.know(at, measure);
        }
        match plain {
            Some(plain) if !self.reads.has(id) => self.reads.put(id, plain),
            Some(_) => {}
            None => self.turn(at, |chunk| chunk.body = Body::Lost),
        }
        found
    }

    /// The chunks with lines from `first` on up to `last` that can't be read now, the first so many.
    pub(crate) fn absent_in(&self, first: u64, last: u64, chunks_max: usize) -> Vec<u64> {
        let at = self.sealed.partition_point(|s| s.end() <= first);
        let there = self.sealed.range(at..).take_while(|s| s.first <= last);
        let absent = there.filter(|s| matches!(s.body, Body::Away(_)) && !self.reads.has(s.id));
        absent.map(|s| s.id).take(chunks_max).collect()
    }

    /// One past the last line of the newest such chunk.
    pub(crate) fn after_absent(&self, first: u64, end: u64) -> Option<u64> {
        let at = self.sealed.partition_point(|s| s.first < end);
        let there = self.sealed.range(..at).rev().take_while(|s| s.end() > first);
        let absent = |s: &&Sealed| matches!(s.body, Body::Away(_)) && !self.reads.has(s.id);
        let mut there = there;
        there.find(absent).map(Sealed::end)
    }

    /// The chunk of a line that can't be read now: only the store has it.
    pub(crate) fn absent(&self, absolute: u64) -> Option<&Sealed> {
        let (chunk, _) = self.place(absolute)?;
        self.sealed
            .get(chunk?)
            .filter(|chunk| matches!(chunk.body, Body::Away(_)) && !self.reads.has(chunk.id))
    }
}
