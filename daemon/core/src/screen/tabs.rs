//! Tab stops: a bit for each column a screen can have.

use crate::base::limits::SIDE_CELLS_MAX;

const WORDS: usize = (SIDE_CELLS_MAX as usize).div_ceil(64);
/// A stop in each eighth column.
const EIGHTHS: u64 = 0x0101_0101_0101_0101;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tabs(pub(crate) [u64; WORDS]);

impl Tabs {
    pub(crate) fn initial() -> Tabs {
        Tabs([EIGHTHS; WORDS])
    }

    fn has(&self, x: usize) -> bool {
        self.0.get(x / 64).is_some_and(|word| word >> (x % 64) & 1 == 1)
    }

    pub(crate) fn set(&mut self, x: usize, on: bool) {
        if let Some(word) = self.0.get_mut(x / 64) {
            *word = *word & !(1 << (x % 64)) | u64::from(on) << (x % 64);
        }
    }

    pub(crate) fn clear_all(&mut self) {
        self.0 = [0; WORDS];
    }

    /// The first stop right of `x`, or the last column.
    pub(crate) fn next(&self, x: usize, cols: usize) -> usize {
        (x + 1..cols).find(|x| self.has(*x)).unwrap_or(cols - 1)
    }

    /// The first stop left of `x`, or column 0.
    pub(crate) fn before(&self, x: usize) -> usize {
        (0..x).rev().find(|x| self.has(*x)).unwrap_or(0)
    }
}
