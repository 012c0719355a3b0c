//! What a store holds, as far as a restore takes it into memory: all but the older chunks of history, which stay where
//! they are until somebody reads them.

use super::key::Key;
use crate::base::{ids::PaneId, limits::RESTORED_BYTES_MAX};
use std::collections::{BTreeMap, VecDeque};

/// Records of a store, added in the order of their keys.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Records {
    /// Keys and values; those in `left` have none.
    pub(crate) by_key: BTreeMap<Vec<u8>, Vec<u8>>,
    /// Chunks whose bytes were left in the store, and how many those are.
    pub(crate) left: BTreeMap<Vec<u8>, usize>,
    /// The newest chunks of the pane whose chunks come.
    newest: VecDeque<(Vec<u8>, usize)>,
    newest_bytes: usize,
    pane: Option<PaneId>,
}

impl Records {
    /// Adds one.
    pub fn add(&mut self, key: &[u8], value: &[u8]) {
        if let Some(Key::Chunk(pane, _)) = Key::read(key) {
            if self.pane != Some(pane) {
                (self.pane, self.newest_bytes) = (Some(pane), 0);
                self.newest.clear();
            }
            self.newest_bytes += value.len();
            self.newest.push_back((key.to_vec(), value.len()));
            while self.newest_bytes > RESTORED_BYTES_MAX
                && let Some((oldest, bytes)) = self.newest.pop_front()
            {
                self.newest_bytes -= bytes;
                if let Some(value) = self.by_key.get_mut(&oldest) {
                    *value = Vec::new();
                }
                self.left.insert(oldest, bytes);
            }
        }
        self.by_key.insert(key.to_vec(), value.to_vec());
    }

    /// Keys and values; without those whose values were left in the store.
    #[must_use]
    pub fn into_vec(mut self) -> Vec<(Vec<u8>, Vec<u8>)> {
        self.by_key.retain(|key, _| !self.left.contains_key(key));
        self.by_key.into_iter().collect()
    }

    /// How many there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.by_key.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.by_key.is_empty()
    }
}

impl FromIterator<(Vec<u8>, Vec<u8>)> for Records {
    fn from_iter<I: IntoIterator<Item = (Vec<u8>, Vec<u8>)>>(records: I) -> Records {
        let mut all = Records::default();
        for (key, value) in records {
            all.add(&key, &value);
        }
        all
    }
}
