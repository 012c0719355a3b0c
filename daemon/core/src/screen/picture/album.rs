//! The pictures of a screen: their bytes, and the sealed pieces of these.
//!
//! A head has a record of each picture, and its bytes go as sealed pieces beside history's chunks: they get their numbers from the
//! same counter, never change, and are written, stored and restored by what is there for chunks.

use super::spool::{PIECE_BYTES, Spool};
use super::view::Picture;
use crate::screen::view::Kept;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A picture and what is known of it.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) picture: Picture,
    /// Kitty's numbers for it (`i` and `I`), 0 if it has none: with the first a program can name it.
    pub(crate) name: u32,
    pub(crate) number: u32,
    /// Bytes of the encoded file, also while they are not here.
    pub(crate) len: usize,
    /// The numbers of the pieces of its bytes; none when they are lost.
    pub(crate) pieces: Vec<u64>,
    /// Pieces, while some are in the store alone.
    pub(crate) away: Vec<Away>,
}

/// A piece of a picture of which not all is here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Away {
    Here(Arc<[u8]>),
    /// In so many bytes.
    Stored(usize),
}

impl Held {
    /// One whose bytes are here.
    pub(crate) fn new(picture: Picture, pieces: Vec<u64>) -> Held {
        let len = picture.bytes.len();
        Held { picture, name: 0, number: 0, len, pieces, away: Vec::new() }
    }

    /// How many pieces so many bytes are.
    pub(crate) fn pieces_of(len: usize) -> usize {
        len.div_ceil(PIECE_BYTES)
    }

    fn bytes_of(&self, i: usize) -> Option<&[u8]> {
        if self.away.is_empty() {
            return self.picture.bytes.chunks(PIECE_BYTES).nth(i);
        }
        match self.away.get(i)? {
            Away::Here(bytes) => Some(bytes),
            Away::Stored(_) => None,
        }
    }

    /// Where its pieces are, after a restore.
    pub(crate) fn adopt(&mut self, found: Vec<Option<Kept>>) {
        let mut away = Vec::with_capacity(found.len());
        for (i, kept) in found.into_iter().enumerate() {
            let expected = PIECE_BYTES.min(self.len - i * PIECE_BYTES);
            match kept {
                Some(Kept::Here(bytes)) if bytes.len() == expected => away.push(Away::Here(bytes.into())),
                Some(Kept::Stored(bytes)) => away.push(Away::Stored(bytes)),
                _ => {
                    self.lose();
                    return;
                }
            }
        }
        self.away = away;
        self.gather();
    }

    /// Puts the pieces together once all are here. False until then.
    fn gather(&mut self) -> bool {
        if self.away.iter().any(|piece| matches!(piece, Away::Stored(_))) {
            return false;
        }
        let mut bytes = Vec::with_capacity(self.len);
        for piece in std::mem::take(&mut self.away) {
            if let Away::Here(part) = piece {
                bytes.extend_from_slice(&part);
            }
        }
        self.picture.bytes = bytes.into();
        true
    }

    /// Its bytes are gone: it is a box from now on.
    pub(crate) fn lose(&mut self) {
        self.picture.bytes = Arc::new([]);
        self.pieces.clear();
        self.away.clear();
    }
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Album {
    /// By their numbers: later ones have greater ones.
    pub(crate) held: BTreeMap<u32, Held>,
    /// The last number that was given.
    pub(crate) last: u32,
}

impl Album {
    /// Takes a picture in, whose bytes lie in a spool or are new.
    pub(crate) fn add(&mut self, picture: Picture, spool: Option<&Spool>, next_id: &mut u64) -> u32 {
        let mut pieces: Vec<u64> =
            spool.map(|spool| spool.pieces.iter().map(|(id, _)| *id).collect()).unwrap_or_default();
        while pieces.len() < Held::pieces_of(picture.bytes.len()) {
            pieces.push(*next_id);
            *next_id += 1;
        }
        self.last = self.last.wrapping_add(1).max(1);
        self.held.insert(self.last, Held::new(picture, pieces));
        self.last
    }

    pub(crate) fn get(&self, number: u32) -> Option<&Held> {
        self.held.get(&number)
    }

    /// The picture that a program calls by a name.
    pub(crate) fn named(&self, name: u32) -> Option<u32> {
        self.held.iter().find(|(_, held)| name != 0 && held.name == name).map(|(number, _)| *number)
    }

    /// The newest picture with one of kitty's numbers.
    pub(crate) fn numbered(&self, number: u32) -> Option<u32> {
        self.held.iter().rev().find(|(_, held)| number != 0 && held.number == number).map(|(n, _)| *n)
    }

    /// Bytes of all.
    pub(crate) fn bytes(&self) -> usize {
        self.held.values().filter(|held| !held.pieces.is_empty()).map(|held| held.len).sum()
    }

    /// A piece by its number.
    pub(crate) fn piece(&self, id: u64) -> Option<&[u8]> {
        self.held.values().find_map(|held| held.bytes_of(held.pieces.iter().position(|piece| *piece == id)?))
    }

    /// The numbers of all pieces, and whether each is here.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (u64, bool)> + '_ {
        self.held.values().flat_map(|held| {
            held.pieces
                .iter()
                .enumerate()
                .map(|(i, id)| (*id, !matches!(held.away.get(i), Some(Away::Stored(_)))))
        })
    }

    /// The store's answer about a piece. Says which picture is whole now.
    pub(crate) fn give_back(&mut self, id: u64, bytes: Option<&[u8]>) -> Option<u32> {
        for (number, held) in &mut self.held {
            let Some(i) = held.pieces.iter().position(|piece| *piece == id) else { continue };
            let expected = PIECE_BYTES.min(held.len - i * PIECE_BYTES);
            match (bytes.filter(|bytes| bytes.len() == expected), held.away.get_mut(i)) {
                (Some(bytes), Some(piece @ Away::Stored(_))) => {
                    *piece = Away::Here(bytes.into());
                    return held.gather().then_some(*number);
                }
                (None, Some(Away::Stored(_))) => held.lose(),
                _ => {}
            }
            return None;
        }
        None
    }

    /// The store has nothing any more. What was there alone is lost.
    pub(crate) fn store_lost(&mut self) {
        for held in self.held.values_mut() {
            if held.away.iter().any(|piece| matches!(piece, Away::Stored(_))) {
                held.lose();
            }
        }
    }
}
