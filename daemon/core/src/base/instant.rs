//! Time as a value: made by callers only.

use serde::{Deserialize, Serialize};

/// Milliseconds on a clock that never jumps (the machine's, since it booted).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Instant(pub u64);

impl Instant {
    /// That many milliseconds later.
    #[must_use]
    pub fn after_ms(self, ms: u64) -> Instant {
        Instant(self.0.saturating_add(ms))
    }
    /// Milliseconds since an earlier instant, 0 if it is not earlier.
    #[must_use]
    pub fn since_ms(self, earlier: Instant) -> u64 {
        self.0.saturating_sub(earlier.0)
    }
}

/// The moment at which an input happened.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Now {
    /// For deadlines and pacing.
    pub instant: Instant,
    /// Seconds since 1970, UTC: for people only, never for decisions.
    pub wall_seconds: i64,
    /// Seconds east of UTC at this moment.
    pub zone_seconds: i32,
}
