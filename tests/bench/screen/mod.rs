//! The screen model alone, beside those of others.

mod ghostty;
pub(crate) mod held;
mod kinds;
mod models;
pub(crate) mod speed;

/// Lines of history that each model keeps.
const HISTORY_LINES: usize = 10_000;
