//! How far a run of plain bytes goes. Portable loops that the compiler turns into vector code.

/// Bytes looked at in one step: two SSE2 registers.
const STEP: usize = 32;
/// One byte in each byte of a word.
const EACH: u64 = 0x0101_0101_0101_0101;
/// The top bit of each byte of a word.
const TOPS: u64 = 0x80 * EACH;

/// Length of the leading run of `0x20..=0x7e`.
#[inline]
pub(crate) fn ascii_run(bytes: &[u8]) -> usize {
    // A carry or borrow comes out of a byte that ends the run, so that the lowest top bit is right.
    let odd = |word: u64| (word.wrapping_sub(0x20 * EACH) | word.wrapping_add(EACH) | word) & TOPS;
    run(bytes, |b| b.wrapping_sub(0x20) < 0x5f, odd)
}

/// Length of the leading run without C0 and DEL; what is not ASCII may be in it.
#[inline]
pub(crate) fn text_run(bytes: &[u8]) -> usize {
    let odd = |word: u64| {
        let del = word ^ (0x7f * EACH);
        (word.wrapping_sub(0x20 * EACH) & !word | del.wrapping_sub(EACH) & !del) & TOPS
    };
    run(bytes, |b| b >= 0x20 && b != 0x7f, odd)
}

/// The leading run of plain bytes. `odd` sets the top bit of the first byte in a word that is not plain, and none
/// before it.
#[inline(always)]
fn run(bytes: &[u8], plain: impl Fn(u8) -> bool + Copy, odd: impl Fn(u64) -> u64 + Copy) -> usize {
    let odd_at = |at: usize| Some(odd(u64::from_le_bytes(*bytes.get(at..)?.first_chunk()?)));
    let mut at = 0;
    // Words between sequences are short: two steps of eight bytes find the end of most.
    while at < 16
        && let Some(odd) = odd_at(at)
    {
        if odd != 0 {
            return at + odd.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    // No early exit inside a step: this is what lets it become vector code.
    while let Some(step) = bytes.get(at..at + STEP)
        && step.iter().fold(true, |all, &b| all & plain(b))
    {
        at += STEP;
    }
    while let Some(odd) = odd_at(at) {
        if odd != 0 {
            return at + odd.trailing_zeros() as usize / 8;
        }
        at += 8;
    }
    let rest = bytes.get(at..).unwrap_or_default();
    at + rest.iter().position(|&b| !plain(b)).unwrap_or(rest.len())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each byte ends a run or does not wherever it stands, whatever stands around it.
    #[test]
    fn a_run_ends_at_the_first_byte_that_is_not_plain() {
        for odd in 0..=0xffu8 {
            for after in [0x00, 0x1f, 0x20, 0x41, 0x7e, 0x7f, 0x80, 0xff] {
                for at in 0..70 {
                    let mut bytes = vec![after; 80];
                    bytes[..at].fill(if at % 2 == 0 { 0x20 } else { 0x7e });
                    bytes[at] = odd;
                    let slow = |plain: fn(u8) -> bool| bytes.iter().position(|b| !plain(*b)).unwrap_or(80);
                    assert_eq!(ascii_run(&bytes), slow(|b| (0x20..0x7f).contains(&b)), "{odd} {after} {at}");
                    assert_eq!(text_run(&bytes), slow(|b| b >= 0x20 && b != 0x7f), "{odd} {after} {at}");
                    assert_eq!(ascii_run(&bytes[..at]), at);
                }
            }
        }
    }
}
