//! How far a run of plain bytes goes. Portable loops that the compiler turns into vector code.

/// Bytes looked at in one step: two SSE2 registers; longer steps lose on short lines.
const STEP: usize = 32;

/// Length of the leading run of `0x20..=0x7e`.
#[inline]
pub(crate) fn ascii_run(bytes: &[u8]) -> usize {
    run(bytes, |b| b.wrapping_sub(0x20) < 0x5f)
}

/// Length of the leading run without C0 and DEL; what is not ASCII may be in it.
#[inline]
pub(crate) fn text_run(bytes: &[u8]) -> usize {
    run(bytes, |b| b >= 0x20 && b != 0x7f)
}

#[inline(always)]
fn run(bytes: &[u8], plain: impl Fn(u8) -> bool + Copy) -> usize {
    let mut at = 0;
    let mut steps = bytes.chunks_exact(STEP);
    for step in &mut steps {
        // No early exit inside a step: this is what lets it become vector code.
        if !step.iter().fold(true, |all, &b| all & plain(b)) {
            return at + step.iter().position(|&b| !plain(b)).unwrap_or(STEP);
        }
        at += STEP;
    }
    let rest = steps.remainder();
    at + rest.iter().position(|&b| !plain(b)).unwrap_or(rest.len())
}
