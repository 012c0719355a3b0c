//! Chunks that are being read and are not plain in memory: squeezed ones, opened, and those that the store gave
//! back. And what a reader wanted and did not find: whoever looks after the screen asks the store for it.

use super::chunk::Plain;
use super::lines::{Index, Line};
use super::sealed::{self, Body, Sealed};
use crate::base::limits::{INDEXES_MAX, READ_CHUNKS_BYTES_MAX, WANTED_CHUNKS_MAX};
use crate::screen::view::RowView;
use std::cell::RefCell;
use std::collections::{BTreeSet, VecDeque};
use std::sync::Arc;

/// What readers have open. Reading a line changes nothing that anybody could see, so this is behind a cell.
#[derive(Clone, Debug, Default)]
pub(crate) struct Reads(RefCell<Open>);

#[derive(Clone, Debug, Default)]
struct Open {
    /// Those used last come first.
    chunks: VecDeque<(u64, Arc<Plain>)>,
    bytes: usize,
    wanted: BTreeSet<u64>,
    /// How often a reader looked for a chunk in vain.
    misses: u64,
    /// Where the lines of chunks are at a width, those used last first.
    indexes: VecDeque<(Key, Arc<Index>)>,
    /// The line that was put together last, by its number in the chunk.
    line: Option<(Key, usize, Arc<Line>)>,
}

/// A chunk's id, its rows as far as they were not taken back, and columns.
type Key = (u64, usize, usize);

impl Reads {
    /// A chunk whose bytes are squeezed or away. None when they are not here: then it is wanted.
    pub(crate) fn get(&self, chunk: &Sealed) -> Option<Arc<Plain>> {
        let mut open = self.0.borrow_mut();
        if let Some(at) = open.chunks.iter().position(|(id, _)| *id == chunk.id) {
            if at > 0 {
                let found = open.chunks.remove(at)?;
                open.chunks.push_front(found);
            }
            return open.chunks.front().map(|(_, plain)| Arc::clone(plain));
        }
        match &chunk.body {
            Body::Squeezed(bytes) => {
                let plain = Arc::new(sealed::plain(bytes)?);
                open.put(chunk.id, Arc::clone(&plain));
                Some(plain)
            }
            Body::Away(_) => {
                open.misses += 1;
                if open.wanted.len() < WANTED_CHUNKS_MAX {
                    open.wanted.insert(chunk.id);
                }
                None
            }
            Body::Plain(_) | Body::Lost => None,
        }
    }

    /// A chunk's lines at a width.
    pub(crate) fn index(&self, chunk: &Sealed, plain: &Plain, cols: usize) -> Arc<Index> {
        let mut open = self.0.borrow_mut();
        let key = (chunk.id, chunk.rows(), cols);
        match open.indexes.iter().position(|(known, _)| *known == key) {
            Some(0) => {}
            Some(at) => {
                let found = open.indexes.remove(at);
                open.indexes.extend(found);
                open.indexes.rotate_right(1);
            }
            None => {
                open.indexes.push_front((key, Arc::new(Index::new(plain, chunk.rows(), cols))));
                open.indexes.truncate(INDEXES_MAX);
            }
        }
        open.indexes
            .front()
            .map_or_else(|| Arc::new(Index::new(plain, 0, cols)), |(_, index)| Arc::clone(index))
    }

    /// A line of a chunk at a width.
    pub(crate) fn line(&self, chunk: &Sealed, plain: &Plain, cols: usize, n: usize) -> Arc<Line> {
        let key = (chunk.id, chunk.rows(), cols);
        if let Some((known, line, found)) = &self.0.borrow().line
            && (*known, *line) == (key, n)
        {
            return Arc::clone(found);
        }
        let index = self.index(chunk, plain, cols);
        let line = Arc::new(Line::new(plain, index.start(n).0, index.start(n + 1).0, cols));
        self.0.borrow_mut().line = Some((key, n, Arc::clone(&line)));
        line
    }

    /// A row of a chunk at a width.
    pub(super) fn row(&self, chunk: &Sealed, plain: &Plain, cols: usize, i: u32) -> RowView<'static> {
        let index = self.index(chunk, plain, cols);
        let n = index.line_of(i);
        let line = self.line(chunk, plain, cols, n);
        line.row(plain, (i - index.start(n).1.min(i)) as usize)
    }

    /// Whether a chunk is open.
    pub(crate) fn has(&self, id: u64) -> bool {
        self.0.borrow().chunks.iter().any(|(open, _)| *open == id)
    }

    /// The store has given a chunk back.
    pub(crate) fn put(&self, id: u64, plain: Plain) {
        self.0.borrow_mut().put(id, Arc::new(plain));
    }

    /// What was wanted since this was last asked.
    pub(crate) fn take_wanted(&self) -> Vec<u64> {
        std::mem::take(&mut self.0.borrow_mut().wanted).into_iter().collect()
    }

    pub(crate) fn misses(&self) -> u64 {
        self.0.borrow().misses
    }

    /// Bytes of memory.
    pub(crate) fn bytes(&self) -> usize {
        self.0.borrow().bytes
    }

    /// Nobody reads any more.
    pub(crate) fn forget(&self) {
        let mut open = self.0.borrow_mut();
        *open = Open { misses: open.misses, ..Open::default() };
    }
}

impl Open {
    fn put(&mut self, id: u64, plain: Arc<Plain>) {
        self.bytes += plain.bytes().len();
        self.chunks.push_front((id, plain));
        while self.bytes > READ_CHUNKS_BYTES_MAX
            && let Some((_, oldest)) = self.chunks.pop_back()
        {
            self.bytes -= oldest.bytes().len();
        }
    }
}
