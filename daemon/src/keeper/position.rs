//! Positions in a pane's bytes as they stand in shared memory: 56 bits of position and an 8-bit checksum in
//! one word, so that one atomic store moves a position and no changed byte of it goes unseen.
//!
//! 2^56 bytes are 64 PiB: a pane that prints 1 GB/s gets there after two years.

use std::sync::atomic::{AtomicU64, Ordering};

/// The first position that can't be written.
pub const POSITION_END: u64 = 1 << 56;

/// CRC-8 with the polynomial x^8 + x^2 + x + 1: finds every error that lies within eight bits in a row.
const TABLE: [u8; 256] = {
    let mut table = [0; 256];
    let mut at = 0;
    while at < 256 {
        let mut crc = at as u8;
        let mut bit = 0;
        while bit < 8 {
            crc = if crc & 0x80 != 0 { (crc << 1) ^ 0x07 } else { crc << 1 };
            bit += 1;
        }
        table[at] = crc;
        at += 1;
    }
    table
};

/// Position 0 is not the word 0: memory that was zeroed by mistake is no position.
const START: u8 = 0x5a;

fn checksum(position: u64) -> u8 {
    let [_, bytes @ ..] = position.to_be_bytes();
    bytes.iter().fold(START, |crc, byte| TABLE[usize::from(crc ^ byte)])
}

/// The word for a position below [`POSITION_END`].
#[must_use]
pub fn encode(position: u64) -> u64 {
    let position = position & (POSITION_END - 1);
    (position << 8) | u64::from(checksum(position))
}

/// The position in a word, if it is whole.
#[must_use]
pub fn decode(word: u64) -> Option<u64> {
    let position = word >> 8;
    (word as u8 == checksum(position)).then_some(position)
}

/// Publishes a position: whoever reads it sees all that was written before.
pub(super) fn publish(word: &AtomicU64, position: u64) {
    word.store(encode(position), Ordering::Release);
}

/// Reads what [`publish`] wrote; none if it was damaged.
pub(super) fn read(word: &AtomicU64) -> Option<u64> {
    decode(word.load(Ordering::Acquire))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_changed_byte_is_seen() {
        let mut position = 1_u64;
        for step in 0..2000_u64 {
            position = position.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(step) % POSITION_END;
            let word = encode(position);
            assert_eq!(decode(word), Some(position));
            for byte in 0..8 {
                let change = (step % 255 + 1) << (byte * 8);
                assert_eq!(
                    decode(word ^ change),
                    None,
                    "position {position:#x} byte {byte} change {change:#x}"
                );
            }
        }
        assert_eq!(decode(0), None);
    }
}
