//! A screen's history and its memory: what is told of it, and what it is told.

use super::Screen;
use crate::base::limits::WANTED_CHUNKS_MAX;

impl Screen {
    /// Bytes of memory that sealed chunks take, those open for readers among them.
    #[must_use]
    pub fn history_held_bytes(&self) -> usize {
        self.terminal.history.held_bytes()
    }

    /// Bytes of chunks that only the store has.
    #[must_use]
    pub fn history_away_bytes(&self) -> u64 {
        self.terminal.history.away_bytes()
    }

    /// Whether its sealed chunks pass a budget in bytes, or the number that shared memory has room for.
    #[must_use]
    pub fn history_is_over(&self, bytes_max: usize) -> bool {
        self.terminal.history.is_over(bytes_max)
    }

    /// A clock that moves when a chunk changed its form or its place, without anything that a viewer could see.
    #[must_use]
    pub fn history_form(&self) -> u64 {
        self.terminal.history.form
    }

    /// Squeezes so many of the oldest plain chunks; the newest few stay plain.
    pub fn squeeze_history(&mut self, chunks_max: usize) {
        for _ in 0..chunks_max {
            if !self.terminal.history.squeeze_oldest() {
                break;
            }
        }
    }

    /// The store has a chunk in so many bytes, and has said so.
    pub fn chunk_is_stored(&mut self, id: u64, bytes: usize) {
        self.terminal.history.is_stored(id, bytes);
    }

    /// Chunks that the store has leave memory, the oldest first, until the rest is within a budget.
    pub fn spill_history(&mut self, bytes_max: usize) {
        self.terminal.history.spill(bytes_max);
    }

    /// Chunks are dropped, the oldest in memory first, until the rest is within a budget. Says how many lines are
    /// lost.
    pub fn shed_history(&mut self, bytes_max: usize) -> u64 {
        let mut lost = 0;
        self.change(|_, terminal| {
            lost = terminal.history.shed(bytes_max);
            terminal.changed |= lost > 0;
        });
        lost
    }

    /// What only the store has is at most that much from now on: the oldest lines go.
    pub fn limit_stored_history(&mut self, bytes_max: u64) {
        let before = self.terminal.history.start;
        self.change(|_, terminal| {
            terminal.history.limit_away(bytes_max);
            terminal.changed |= terminal.history.start != before;
        });
    }

    /// The store begins anew: what only it had is lost. Says how many lines.
    pub fn store_is_lost(&mut self) -> u64 {
        if let Some(pictures) = &mut self.terminal.pictures {
            pictures.album.store_lost();
        }
        self.terminal.history.store_lost()
    }

    /// The store's answer about a chunk that was wanted: its bytes, or that it has none. False when those of its
    /// lines are lost.
    pub fn give_back_chunk(&mut self, id: u64, bytes: Option<&[u8]>) -> bool {
        if self.terminal.history.chunk(id).is_none() && self.terminal.pictures.is_some() {
            self.change(|_, terminal| {
                terminal.changed |= terminal.with_pictures(|_, pictures| pictures.give_back(id, bytes));
            });
            return true;
        }
        self.terminal.history.give_back(id, bytes)
    }

    /// The chunk of a history line that only the store has, when it is not open for readers.
    #[must_use]
    pub fn absent(&self, absolute: u64) -> Option<u64> {
        self.terminal.history.absent(absolute).map(|chunk| chunk.id)
    }

    /// The chunks that only the store has of those with lines from `first` on up to `last`, the first so many that are
    /// not open for readers.
    #[must_use]
    pub fn absent_in(&self, first: u64, last: u64, chunks_max: usize) -> Vec<u64> {
        self.terminal.history.absent_in(first, last, chunks_max)
    }

    /// One past the last line before `end` that only the store has and nobody has open, if there is one from `first` on.
    #[must_use]
    pub fn after_absent(&self, first: u64, end: u64) -> Option<u64> {
        self.terminal.history.after_absent(first, end)
    }

    /// How often a reader looked at a line that only the store has.
    #[must_use]
    pub fn misses(&self) -> u64 {
        self.terminal.history.reads.misses()
    }

    /// The chunks that readers looked for in vain since this was last asked.
    #[must_use]
    pub fn take_wanted(&self) -> Vec<u64> {
        self.terminal.history.reads.take_wanted()
    }

    /// The pieces of its pictures that only the store has, the first so many: they are asked for without anybody looking.
    #[must_use]
    pub fn wanted_pieces(&self) -> Vec<u64> {
        let pieces = self.terminal.pictures.iter().flat_map(|pictures| pictures.pieces());
        pieces.filter(|(_, here)| !here).map(|(id, _)| id).take(WANTED_CHUNKS_MAX).collect()
    }

    /// Nobody reads its history any more: what was open for readers is let go.
    pub fn end_reading(&self) {
        self.terminal.history.reads.forget();
    }
}
