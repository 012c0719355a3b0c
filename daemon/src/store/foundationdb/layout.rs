//! Where a space's records lie among the cluster's keys.
//!
//! A key is the prefix, a kind, the space's name behind its length, and the record's key. What of a space is read
//! together lies together, and what is written often lies apart from what is read by others:
//!
//! | kind | what | our records |
//! |---|---|---|
//! | 1 | head: the last commit | the stamp, which fences, and the commit's time |
//! | 2 | blocks of screens | keys that begin with 4, the core's kind for parts of a screen |
//! | 3 | history | keys that begin with 5, the core's kind for sealed chunks |
//! | 5 | meta | all other keys (root, sessions, panes), and marks of records that move |
//! | 6 | leases | the lease, the only key that a list of spaces reads for each |
//! | 9 | times to live | for how many days the owner has been missing |
//!
//! 4 (raw output) and 7 and 8 (a feed of changes, its head) are kept free for those: nobody would read a feed, for whoever
//! wants to know reads the leases, once. The store does not know what a record means: where the core's kinds change,
//! records lie elsewhere, and nothing else happens.

use crate::store::ledger::{EXPIRY_KEY, LEASE_KEY, STAMP_KEY, TIME_KEY};
use crate::store::space::SpaceName;

/// Under which all keys lie.
pub(super) const PREFIX: &[u8] = b"abide/1/";

const HEAD: u8 = 1;
const BLOCKS: u8 = 2;
const HISTORY: u8 = 3;
const META: u8 = 5;
const LEASE: u8 = 6;
const EXPIRY: u8 = 9;
/// The core's kinds of record, by the first byte of their keys, that have a kind of key of their own.
const PART: u8 = 4;
const CHUNK: u8 = 5;

/// A range of keys: the first, and the one behind the last.
pub(super) type Range = (Vec<u8>, Vec<u8>);

#[derive(Clone, Debug)]
pub(super) struct Layout {
    prefix: Vec<u8>,
}

impl Layout {
    pub(super) fn new(prefix: &[u8]) -> Layout {
        Layout { prefix: prefix.to_vec() }
    }

    /// What all keys of a kind of a space begin with.
    fn place(&self, kind: u8, space: &SpaceName) -> Vec<u8> {
        let name = space.as_str().as_bytes();
        // A name has 128 bytes at most.
        let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
        [&self.prefix[..], &[kind, length], name].concat()
    }

    /// A record's key.
    pub(super) fn key(&self, space: &SpaceName, key: &[u8]) -> Vec<u8> {
        let mut full = self.place(kind(key), space);
        full.extend_from_slice(key);
        full
    }

    /// The record's key, from the cluster's.
    pub(super) fn own_key<'a>(&self, space: &SpaceName, full: &'a [u8]) -> Option<&'a [u8]> {
        full.get(self.place(META, space).len()..)
    }

    /// Where records whose keys begin so lie, in the order of their keys. Head, lease and time to live are in none.
    pub(super) fn ranges(&self, space: &SpaceName, prefix: &[u8]) -> Vec<Range> {
        let range = |kind: u8, from: &[u8], to: Option<&[u8]>| {
            let place = self.place(kind, space);
            let end = to.map_or_else(|| behind(&place), |to| [&place, to].concat());
            ([&place, from].concat(), end)
        };
        match prefix.first() {
            Some(_) => {
                let (begin, _) = range(kind(prefix), prefix, None);
                let end = behind(&begin);
                vec![(begin, end)]
            }
            None => vec![
                range(META, &[], Some(&[PART])),
                range(BLOCKS, &[], None),
                range(HISTORY, &[], None),
                range(META, &[PART], None),
            ],
        }
    }

    /// Everything of a space.
    pub(super) fn all(&self, space: &SpaceName) -> [Range; 6] {
        [HEAD, BLOCKS, HISTORY, META, LEASE, EXPIRY].map(|kind| {
            let place = self.place(kind, space);
            let end = behind(&place);
            (place, end)
        })
    }

    /// Where the leases lie.
    pub(super) fn leases(&self) -> Range {
        let place = [&self.prefix[..], &[LEASE]].concat();
        let end = behind(&place);
        (place, end)
    }

    /// Whose lease this is.
    pub(super) fn lease_of(&self, full: &[u8]) -> Option<SpaceName> {
        let (length, rest) = full.get(self.prefix.len() + 1..)?.split_first()?;
        SpaceName::parse(std::str::from_utf8(rest.get(..usize::from(*length))?).ok()?).ok()
    }
}

fn kind(key: &[u8]) -> u8 {
    match key {
        STAMP_KEY | TIME_KEY => HEAD,
        LEASE_KEY => LEASE,
        EXPIRY_KEY => EXPIRY,
        [PART, ..] => BLOCKS,
        [CHUNK, ..] => HISTORY,
        _ => META,
    }
}

/// The first key that does not begin so.
fn behind(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    while let Some(last) = end.pop() {
        if last < u8::MAX {
            end.push(last + 1);
            return end;
        }
    }
    // Of nothing but 0xff: keys behind that are the cluster's own.
    vec![u8::MAX]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_records_place_is_in_exactly_one_range_and_in_order() {
        let layout = Layout::new(b"p/");
        let space = SpaceName::of("node7", "default");
        for neighbour in ["node", "node77", "node7x"].map(|host| SpaceName::of(host, "default")) {
            for (begin, end) in layout.all(&space) {
                let key = layout.key(&neighbour, &[PART, 1]);
                assert!(key < begin || key >= end, "{neighbour}");
            }
        }
        let mut before = None;
        for first in [1, 2, 3, 4, 5, 6, 255u8] {
            let key = layout.key(&space, &[first, 7]);
            let ranges = layout.ranges(&space, b"");
            let hit: Vec<usize> =
                (0..ranges.len()).filter(|n| ranges[*n].0 <= key && key < ranges[*n].1).collect();
            assert_eq!(hit.len(), 1, "kind {first}");
            let place = Some((hit[0], key.clone()));
            assert!(before < place, "kind {first} comes in key order");
            before = place;
            assert_eq!(layout.own_key(&space, &key), Some(&[first, 7][..]));
            let (begin, end) = layout.ranges(&space, &[first])[0].clone();
            assert!(begin <= key && key < end);
        }
        assert_eq!(layout.lease_of(&layout.key(&space, LEASE_KEY)), Some(space));
        assert_eq!(behind(&[1, 0xff, 0xff]), [2]);
    }
}
