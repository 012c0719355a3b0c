//! Which protocol versions a side speaks, and how two sides settle on one.

use serde::{Deserialize, Serialize};

/// The oldest and the newest version that this build speaks.
pub const SPOKEN: VersionRange = VersionRange { max: 1, min: 1 };

/// A range of protocol versions, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct VersionRange {
    /// Newest version spoken.
    pub max: u16,
    /// Oldest version spoken.
    pub min: u16,
}

impl VersionRange {
    /// Whether `version` lies in the range.
    #[must_use]
    pub fn speaks(self, version: u16) -> bool {
        (self.min..=self.max).contains(&version)
    }

    /// The newest version that both sides speak, if there is one.
    #[must_use]
    pub fn settle(self, other: VersionRange) -> Option<u16> {
        let newest = self.max.min(other.max);
        (newest >= self.min.max(other.min)).then_some(newest)
    }
}
