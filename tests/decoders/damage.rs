//! Ways to damage bytes: cut, flipped, overwritten with extremes, cut out, doubled, and replaced by noise.

use abide_tests::seed::{Dice, times};
use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Once;

/// Memory that reading any damaged bytes may take beyond what the test has: a decoder that believes a length of 2^31
/// asks for more, and ends the test. A head of 1000 x 1000 cells takes some 50 MB.
const MEMORY_BYTES_MAX: u64 = 1 << 30;
/// Bits flipped, places overwritten and so on: each of a small thing, in a run at length each of a large one too.
pub(crate) const MANY: (usize, usize) = (300, 20_000);
/// For what takes long to be made something of.
pub(crate) const SOME: (usize, usize) = (20, 2000);

/// Bounds this process's memory from here on.
pub(crate) fn bound_memory() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        let status = std::fs::read_to_string("/proc/self/statm").expect("what this process takes");
        let pages: u64 = status.split(' ').next().and_then(|n| n.parse().ok()).expect("a number");
        let limit = Some(pages * 4096 + MEMORY_BYTES_MAX);
        let Rlimit { maximum, .. } = getrlimit(Resource::As);
        setrlimit(Resource::As, Rlimit { current: limit, maximum }).expect("a limit");
    });
}

/// Calls `read` with each damaged copy. It must come back: with an error or with something sound, which it checks.
pub(crate) fn each(
    name: &str,
    bytes: &[u8],
    cases: (usize, usize),
    dice: &mut Dice,
    mut read: impl FnMut(&[u8]),
) {
    bound_memory();
    let mut tried = |what: &str, at: usize, damaged: &[u8]| {
        let outcome = catch_unwind(AssertUnwindSafe(|| read(damaged)));
        assert!(outcome.is_ok(), "{name}, {what} {at}: {damaged:02x?}");
    };
    tried("whole", 0, bytes);
    let most = times(cases);
    for end in places(bytes.len(), most, dice) {
        tried("cut at", end, &bytes[..end]);
    }
    for bit in places(bytes.len() * 8, most, dice) {
        let mut damaged = bytes.to_vec();
        damaged[bit / 8] ^= 1 << (bit % 8);
        tried("flipped bit", bit, &damaged);
    }
    let extremes: [&[u8]; 9] = [
        &[0x00; 1],
        &[0xff; 1],
        &[0x7f, 0xff],
        &[0xff; 4],
        &[0x7f, 0xff, 0xff, 0xff],
        &[0xff, 0xff, 0xff, 0x7f],
        &[0xff; 8],
        &[0x7f, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff],
        // The largest varint, and heads of CBOR that say how much is to come.
        &[0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0x01],
    ];
    let heads: [&[u8]; 6] = [
        &[0x9b, 0, 0, 0, 0, 0x80, 0, 0, 0],
        &[0xbb, 0, 0, 0, 0, 0x80, 0, 0, 0],
        &[0x5b, 0, 0, 0, 0, 0x80, 0, 0, 0],
        &[0x7b, 0, 0, 0, 0, 0x80, 0, 0, 0],
        &[0x9a, 0, 0x0f, 0xff, 0xff],
        &[0x9f],
    ];
    for at in places(bytes.len(), most / 4, dice) {
        for extreme in extremes.iter().chain(&heads) {
            let mut damaged = bytes.to_vec();
            let end = (at + extreme.len()).min(bytes.len());
            damaged[at..end].copy_from_slice(&extreme[..end - at]);
            tried("an extreme at", at, &damaged);
        }
    }
    for _ in 0..most / 4 {
        let mut damaged = bytes.to_vec();
        for _ in 0..=dice.below(4) {
            let at = dice.below(damaged.len() as u64) as usize;
            let end = (at + 1 + dice.below(16) as usize).min(damaged.len());
            match dice.below(4) {
                0 => drop(damaged.drain(at..end)),
                1 => damaged.extend_from_within(at..end),
                2 => {
                    let piece = damaged.get(at..end).unwrap_or_default().to_vec();
                    damaged.splice(at..at, piece);
                }
                _ => damaged.iter_mut().skip(at).take(3).for_each(|byte| *byte = dice.below(256) as u8),
            }
        }
        tried("edited", 0, &damaged);
        let noise: Vec<u8> = (0..dice.below(200)).map(|_| dice.below(256) as u8).collect();
        tried("noise", 0, &noise);
        let kept = dice.below(bytes.len() as u64) as usize;
        let damaged = [&bytes[..kept], &noise].concat();
        tried("noise after", kept, &damaged);
    }
}

/// All numbers below `end`, or as many as wanted of them.
fn places(end: usize, most: usize, dice: &mut Dice) -> Vec<usize> {
    if end <= most {
        return (0..end).collect();
    }
    (0..most).map(|_| dice.below(end as u64) as usize).collect()
}

/// Reads a golden file.
pub(crate) fn golden(path: &str) -> Vec<u8> {
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden").join(path);
    std::fs::read(&path).unwrap_or_else(|e| panic!("{}: {e}", path.display()))
}
