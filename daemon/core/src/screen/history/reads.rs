//! Chunks that are being read and are not plain in memory: squeezed ones, opened, and those that the store gave
//! back. And what a reader wanted and did not find: whoever looks after the screen asks the store for it.

use super::chunk::Plain;
use super::sealed::{self, Body, Sealed};
use crate::base::limits::{READ_CHUNKS_BYTES_MAX, WANTED_CHUNKS_MAX};
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
}

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
