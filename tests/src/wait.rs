//! Waiting for a thing, with a deadline; no test sleeps and hopes.

use std::time::{Duration, Instant};

/// Milliseconds between two looks.
const LOOK_EVERY_MS: u64 = 5;

/// Looks until there is something, and gives it.
///
/// # Panics
/// When the deadline comes first, naming what was waited for.
#[track_caller]
pub fn wait_for<T>(what: &str, within: Duration, mut look: impl FnMut() -> Option<T>) -> T {
    let deadline = Instant::now() + within;
    loop {
        if let Some(found) = look() {
            return found;
        }
        assert!(Instant::now() < deadline, "waited {within:?} in vain for {what}");
        std::thread::sleep(Duration::from_millis(LOOK_EVERY_MS));
    }
}
