//! A transmission's bytes, as far as they have come. They are sealed in pieces as they grow, so that a screen's head, which is
//! written four times a second, has the last few alone.

use crate::base::limits::{CHUNK_BYTES_MAX, TRANSMITTED_BYTES_MAX};
use crate::screen::string::base64_digit;
use std::sync::Arc;

/// Bytes of a sealed piece: a chunk's.
pub(crate) const PIECE_BYTES: usize = CHUNK_BYTES_MAX;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Spool {
    /// Number and bytes, [`PIECE_BYTES`] each.
    pub(crate) pieces: Vec<(u64, Arc<[u8]>)>,
    pub(crate) tail: Vec<u8>,
    /// There were too many, or they made no sense, or some were lost: none are kept.
    pub(crate) fault: Option<Fault>,
}

/// What is wrong with a transmission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    TooMany,
    NoBase64,
    Lost,
}

impl Spool {
    /// Adds bytes; `next_id` is the number of the next piece.
    pub(crate) fn add(&mut self, mut bytes: &[u8], next_id: &mut u64) {
        if self.fault.is_some() {
            return;
        }
        let room = TRANSMITTED_BYTES_MAX.saturating_sub(self.len());
        let is_over = bytes.len() > room;
        bytes = &bytes[..bytes.len().min(room)];
        while self.tail.len() + bytes.len() >= PIECE_BYTES {
            let (part, rest) = bytes.split_at(PIECE_BYTES - self.tail.len());
            self.tail.extend_from_slice(part);
            self.pieces.push((*next_id, std::mem::take(&mut self.tail).into()));
            *next_id += 1;
            bytes = rest;
        }
        self.tail.extend_from_slice(bytes);
        if is_over {
            self.spoil(Fault::TooMany);
        }
    }

    pub(crate) fn spoil(&mut self, fault: Fault) {
        *self = Spool { fault: self.fault.or(Some(fault)), ..Spool::default() };
    }

    pub(crate) fn len(&self) -> usize {
        self.pieces.len() * PIECE_BYTES + self.tail.len()
    }

    /// All of them.
    pub(crate) fn bytes(&self) -> Vec<u8> {
        let mut all = Vec::with_capacity(self.len());
        for (_, piece) in &self.pieces {
            all.extend_from_slice(piece);
        }
        all.extend_from_slice(&self.tail);
        all
    }
}

/// Base64 that comes in parts.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Base64 {
    /// Bits that are no whole byte yet, and how many.
    pub(crate) bits: u8,
    pub(crate) count: u8,
    /// Padding has come: nothing more may.
    pub(crate) ended: bool,
}

impl Base64 {
    /// Decodes a part, up to what is not base64; says whether all was.
    pub(crate) fn decode(&mut self, part: &[u8]) -> (Vec<u8>, bool) {
        let mut out = Vec::with_capacity(part.len() / 4 * 3 + 3);
        for b in part {
            let value = match b {
                b'=' => {
                    self.ended = true;
                    continue;
                }
                b' ' => continue,
                _ => match base64_digit(*b) {
                    Some(value) if !self.ended => value,
                    _ => return (out, false),
                },
            };
            let bits = u16::from(self.bits) << 6 | u16::from(value);
            self.count += 6;
            if self.count >= 8 {
                self.count -= 8;
                out.push((bits >> self.count) as u8);
            }
            self.bits = (bits & ((1 << self.count) - 1)) as u8;
        }
        (out, true)
    }
}
