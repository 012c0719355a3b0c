//! Keys of the store's records: a kind and numbers, big-endian, so that what belongs together lies together.

use crate::base::ids::{PaneId, SessionId};

/// What a record is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Key {
    /// Which sessions count.
    Root,
    /// A session.
    Session(SessionId),
    /// A pane.
    Pane(PaneId),
    /// A part of a pane's screen: generation and position.
    Part(PaneId, u64, u32),
    /// A sealed chunk of a pane's history.
    Chunk(PaneId, u64),
    /// What ran in a pane, where it is to come back.
    Ran(PaneId),
    /// Where a session came from, until its record there is gone.
    Origin(SessionId),
}

impl Key {
    /// As bytes.
    #[must_use]
    pub fn bytes(self) -> Vec<u8> {
        let mut out = Vec::with_capacity(17);
        match self {
            Key::Root => out.push(1),
            Key::Session(session) => {
                out.push(2);
                out.extend(session.0.to_be_bytes());
            }
            Key::Pane(pane) => {
                out.push(3);
                out.extend(pane.0.to_be_bytes());
            }
            Key::Part(pane, generation, part) => {
                out.push(4);
                out.extend(pane.0.to_be_bytes());
                out.extend(generation.to_be_bytes());
                out.extend(part.to_be_bytes());
            }
            Key::Chunk(pane, chunk) => {
                out.push(5);
                out.extend(pane.0.to_be_bytes());
                out.extend(chunk.to_be_bytes());
            }
            Key::Ran(pane) => {
                out.push(6);
                out.extend(pane.0.to_be_bytes());
            }
            Key::Origin(session) => {
                out.push(7);
                out.extend(session.0.to_be_bytes());
            }
        }
        out
    }

    /// Beginnings of all keys under which something of these panes is.
    #[must_use]
    pub fn prefixes_of<'p>(panes: impl IntoIterator<Item = &'p PaneId>) -> Vec<Vec<u8>> {
        let of_one = |&pane: &PaneId| {
            let whole = Key::Pane(pane).bytes();
            // Kind and pane; what follows numbers parts and chunks.
            [Key::Pane(pane), Key::Part(pane, 0, 0), Key::Chunk(pane, 0), Key::Ran(pane)]
                .map(|key| key.bytes()[..whole.len()].to_vec())
        };
        panes.into_iter().flat_map(of_one).collect()
    }

    /// From bytes; `None` for a key of a later version or of nobody's.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Option<Key> {
        let (kind, rest) = bytes.split_first()?;
        let u32_at = |at: usize| Some(u32::from_be_bytes(rest.get(at..at + 4)?.try_into().ok()?));
        let u64_at = |at: usize| Some(u64::from_be_bytes(rest.get(at..at + 8)?.try_into().ok()?));
        match (kind, rest.len()) {
            (1, 0) => Some(Key::Root),
            (2, 4) => Some(Key::Session(SessionId(u32_at(0)?))),
            (3, 4) => Some(Key::Pane(PaneId(u32_at(0)?))),
            (4, 16) => Some(Key::Part(PaneId(u32_at(0)?), u64_at(4)?, u32_at(12)?)),
            (5, 12) => Some(Key::Chunk(PaneId(u32_at(0)?), u64_at(4)?)),
            (6, 4) => Some(Key::Ran(PaneId(u32_at(0)?))),
            (7, 4) => Some(Key::Origin(SessionId(u32_at(0)?))),
            _ => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        let keys = [
            Key::Root,
            Key::Session(SessionId(7)),
            Key::Pane(PaneId(u32::MAX)),
            Key::Part(PaneId(3), u64::MAX, 9),
            Key::Chunk(PaneId(3), 258),
            Key::Ran(PaneId(77)),
            Key::Origin(SessionId(8)),
        ];
        for key in keys {
            assert_eq!(Key::read(&key.bytes()), Some(key));
            assert_eq!(Key::read(&key.bytes()[1..]), None);
        }
        assert_eq!(Key::read(&[]), None);
        assert_eq!(Key::read(&[9, 0, 0, 0, 0]), None);
    }
}
