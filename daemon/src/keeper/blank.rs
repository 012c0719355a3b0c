//! What the journal's ring holds where nothing has been read into it yet.
//!
//! A read goes straight into the ring, and the head moves after it. A keeper that is killed between the two has taken
//! bytes from the pty that no word counts. So a place is made blank before it is read into, with bytes that UTF-8
//! never has, another at each place; and a word ([`super::layout::JOURNAL_BLANK`]) says up to where. What is not blank
//! before there was read: its end is the last byte that differs. Text is found whole; of bytes that are no text, those
//! at the very end that happen to be what was there before (one byte with 1 chance in 256) are not.

use super::ring::Ring;
use crate::os::memory::PAGE_BYTES;
use crate::os::sys::Mapping;

/// Bytes that stand in no valid UTF-8.
const NEVER: [u8; 13] = [0xc0, 0xc1, 0xf5, 0xf6, 0xf7, 0xf8, 0xf9, 0xfa, 0xfb, 0xfc, 0xfd, 0xfe, 0xff];

const PATTERN: [u8; PAGE_BYTES] = {
    let mut pattern = [0; PAGE_BYTES];
    let (mut at, mut seed) = (0, 1_u32);
    while at < PAGE_BYTES {
        seed = seed.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        pattern[at] = NEVER[(seed >> 16) as usize % NEVER.len()];
        at += 1;
    }
    pattern
};

/// The pattern from a position on, up to a page's end.
fn pattern(position: u64) -> &'static [u8] {
    PATTERN.get((position % PAGE_BYTES as u64) as usize..).unwrap_or_default()
}

/// Makes the ring blank from one position to another.
pub(super) fn fill(ring: Ring, map: &Mapping, from: u64, to: u64) {
    let mut at = from;
    while at < to {
        let piece = pattern(at);
        let len = piece.len().min(usize::try_from(to - at).unwrap_or(usize::MAX));
        ring.copy_in(map, at, piece.get(..len).unwrap_or_default());
        at += len as u64;
    }
}

/// Where that which was read from a position on ends; the position itself when nothing was.
pub(super) fn end_of_read(ring: Ring, map: &Mapping, from: u64, blank: u64) -> u64 {
    let len = usize::try_from(blank.saturating_sub(from)).unwrap_or(0).min(ring.bytes);
    let mut bytes = vec![0; len];
    ring.copy_out(map, from, &mut bytes);
    let differs = |(at, byte): &(u64, u8)| pattern(*at).first() != Some(byte);
    (from..).zip(bytes).filter(differs).last().map_or(from, |(at, _)| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::os::memory;
    use std::os::fd::AsFd;

    #[test]
    fn what_was_read_is_found_wherever_it_ends() {
        let file = memory::create("test", 4 * PAGE_BYTES).expect("memory");
        let map = memory::map(file.as_fd(), 4 * PAGE_BYTES).expect("memory");
        let ring = Ring { base: PAGE_BYTES, bytes: 2 * PAGE_BYTES };
        let text = "text of é, 日本語 and \u{1f600}\0\x7f";
        for from in [0, 1, 4000, 8190, 123_456_789_u64] {
            for end in 0..=text.len() {
                fill(ring, &map, from, from + 6000);
                ring.copy_in(&map, from, &text.as_bytes()[..end]);
                assert_eq!(end_of_read(ring, &map, from, from + 6000), from + end as u64, "{from} {end}");
            }
        }
        // No text: all but what looks like nothing.
        fill(ring, &map, 100, 300);
        ring.copy_in(&map, 100, &[b'x', PATTERN[101]]);
        assert_eq!(end_of_read(ring, &map, 100, 300), 101);
        assert!(PATTERN.iter().all(|byte| std::str::from_utf8(&[b'a', *byte]).is_err()));
    }
}
