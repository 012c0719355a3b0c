//! Ring arithmetic: a position that only grows, a ring of a power of two, and the at most two pieces that a
//! run of bytes has in it.

use crate::os::sys::Mapping;
use std::ops::Range;

/// Where a ring is in a mapping.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ring {
    pub(super) base: usize,
    /// A power of two.
    pub(super) bytes: usize,
}

impl Ring {
    /// How far into the ring a position is.
    fn at(self, position: u64) -> usize {
        (position & (self.bytes as u64 - 1)) as usize
    }

    /// The pieces of `len` bytes (at most the ring's) from a position on, as ranges of the mapping.
    pub(super) fn pieces(self, position: u64, len: usize) -> (Range<usize>, Range<usize>) {
        let (at, len) = (self.at(position), len.min(self.bytes));
        let first = len.min(self.bytes - at);
        let start = self.base + at;
        (start..start + first, self.base..self.base + (len - first))
    }

    /// Copies bytes in from a position on.
    pub(super) fn copy_in(self, map: &Mapping, position: u64, bytes: &[u8]) {
        let (first, second) = self.pieces(position, bytes.len());
        let (head, tail) = bytes.split_at(first.len());
        let tail = tail.get(..second.len()).unwrap_or_default();
        let fits = map.copy_in(first.start, head) && map.copy_in(second.start, tail);
        debug_assert!(fits);
    }

    /// Copies bytes out from a position on.
    pub(super) fn copy_out(self, map: &Mapping, position: u64, into: &mut [u8]) {
        let (first, second) = self.pieces(position, into.len());
        let (head, tail) = into.split_at_mut(first.len());
        let tail = tail.get_mut(..second.len()).unwrap_or_default();
        let read = map.copy_out(first.start, head) && map.copy_out(second.start, tail);
        debug_assert!(read);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn pieces_are_the_bytes_in_order(bits in 12_u32..20, position in 0_u64..1 << 56, len in 0_usize..1 << 21) {
            let ring = Ring { base: 8192, bytes: 1 << bits };
            let (first, second) = ring.pieces(position, len);
            prop_assert_eq!(first.len() + second.len(), len.min(ring.bytes));
            let places: Vec<usize> = first.chain(second).map(|p| p - ring.base).collect();
            for (step, place) in places.into_iter().enumerate().step_by(97) {
                prop_assert_eq!(place as u64, (position + step as u64) % (1 << bits));
            }
        }
    }
}
