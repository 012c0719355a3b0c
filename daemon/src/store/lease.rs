//! Leases: who may write a space, and how another learns that its owner is gone.
//!
//! An owner counts its beat up every [`BEAT_MS`]. Another may end its lease after having itself seen the
//! same epoch and beat for [`TTL_MS`] by its own steady clock ([`Sightings`]); the end raises the epoch, and from then
//! on every write of the owner before fails. Nobody's wall clock counts, nor a database's versions: those of
//! FoundationDB jump by 10^8 at each recovery of the cluster, which would end every lease at once.

use super::limits::{OWNER_BYTES_MAX, SPACES_LISTED_MAX};
use super::space::SpaceName;
use super::{Stamp, StoreFault};
use abide_core::base::instant::Instant;
use std::collections::BTreeMap;

/// From one beat of an owner to the next.
pub const BEAT_MS: u64 = 5_000;
/// How long a beat has to stand still before others may end the lease: two beats may be lost, not a third.
pub const TTL_MS: u64 = 15_000;

/// What becomes of a space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LeaseState {
    /// Its owner writes it.
    Live,
    /// Its owner is about to end, and stores the last of it.
    Draining,
    /// Nobody's: whoever comes may have it.
    Free,
}

impl LeaseState {
    /// One word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            LeaseState::Live => "live",
            LeaseState::Draining => "draining",
            LeaseState::Free => "free",
        }
    }
}

/// A space's lease.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lease {
    /// The epoch of the last claim, or of its end by another.
    pub epoch: u64,
    /// Counted up by the owner while it lives.
    pub beat: u64,
    /// What becomes of it.
    pub state: LeaseState,
    /// Whose it is; for one that is free, who freed it.
    pub owner: String,
}

/// Version of the record.
const FORMAT: u8 = 1;

impl Lease {
    /// The lease of a space that nobody ever claimed.
    #[must_use]
    pub fn nobodys(epoch: u64) -> Lease {
        Lease { epoch, beat: 0, state: LeaseState::Free, owner: String::new() }
    }

    /// The record: format, state, beat (8 bytes), owner. The epoch is that of the stamp.
    pub(super) fn bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT, self.state as u8];
        bytes.extend(self.beat.to_be_bytes());
        bytes.extend(self.owner.as_bytes());
        bytes
    }

    pub(super) fn from(epoch: u64, bytes: &[u8]) -> Result<Lease, StoreFault> {
        let read = || {
            let (head, owner) = bytes.split_at_checked(10)?;
            let state = match head[..2] {
                [FORMAT, 0] => LeaseState::Live,
                [FORMAT, 1] => LeaseState::Draining,
                [FORMAT, 2] => LeaseState::Free,
                _ => return None,
            };
            let beat = u64::from_be_bytes(head[2..].try_into().ok()?);
            let owner = String::from_utf8(owner.to_vec()).ok().filter(|o| o.len() <= OWNER_BYTES_MAX)?;
            Some(Lease { epoch, beat, state, owner })
        };
        read().ok_or_else(|| StoreFault::Corrupt("a lease makes no sense".into()))
    }

    fn pulse(&self) -> (u64, u64) {
        (self.epoch, self.beat)
    }
}

/// What one process has seen of an owner.
#[derive(Clone, Copy, Debug)]
struct Sighting {
    pulse: (u64, u64),
    /// Since when it stands still.
    since: Instant,
    /// It was seen to move.
    heard: bool,
}

/// Leases that one process has seen, and since when they stand still. Give it a lease as often as it is read.
#[derive(Clone, Debug, Default)]
pub struct Sightings(BTreeMap<SpaceName, Sighting>);

impl Sightings {
    /// Takes note of a lease; gives the right to end it once it has stood still for [`TTL_MS`], or is free. `now` is
    /// of this process's steady clock.
    pub fn look(&mut self, space: &SpaceName, lease: &Lease, now: Instant) -> Option<Lapsed> {
        let lapsed = Lapsed { space: space.clone(), epoch: lease.epoch, beat: lease.beat };
        if lease.state == LeaseState::Free {
            self.0.remove(space);
            return Some(lapsed);
        }
        let since = match self.0.get(space) {
            Some(seen) if seen.pulse == lease.pulse() => seen.since,
            before => {
                let heard = before.is_some();
                // Of more spaces than a list shows nobody keeps track; the first forgotten is watched anew.
                if self.0.len() >= SPACES_LISTED_MAX && !self.0.contains_key(space) {
                    self.0.pop_first();
                }
                self.0.insert(space.clone(), Sighting { pulse: lease.pulse(), since: now, heard });
                now
            }
        };
        (now.since_ms(since) >= TTL_MS).then_some(lapsed)
    }

    /// Whether the owner of a space was seen to beat within [`TTL_MS`]. One that was not may be gone, or was only seen
    /// once so far.
    #[must_use]
    pub fn has_heard(&self, space: &SpaceName, now: Instant) -> bool {
        self.0.get(space).is_some_and(|seen| seen.heard && now.since_ms(seen.since) < TTL_MS)
    }
}

/// The right to end a lease, which only [`Sightings::look`] and [`Lapsed::alone`] give. It is good for the epoch and beat that were
/// seen: an owner that beats again after all keeps its space.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lapsed {
    space: SpaceName,
    epoch: u64,
    beat: u64,
}

impl Lapsed {
    /// Of which space.
    #[must_use]
    pub fn space(&self) -> &SpaceName {
        &self.space
    }

    /// The right to end any lease of a store that only we can have open: whoever wrote it is gone.
    #[must_use]
    pub fn alone(space: &SpaceName, lease: &Lease) -> Lapsed {
        Lapsed { space: space.clone(), epoch: lease.epoch, beat: lease.beat }
    }

    /// The epoch and the beat that stood still.
    pub(super) fn pulse(&self) -> (u64, u64) {
        (self.epoch, self.beat)
    }

    /// Ends the lease in the name of `thief`; `None` when it is ended already, by the same and from the same.
    pub(super) fn end(&self, lease: &Lease, thief: &SpaceName) -> Result<Option<(Stamp, Lease)>, StoreFault> {
        let ended = Lease {
            epoch: self.epoch + 1,
            beat: 0,
            state: LeaseState::Free,
            owner: thief.as_str().to_owned(),
        };
        if *lease == ended {
            return Ok(None);
        }
        if lease.pulse() != (self.epoch, self.beat) {
            return Err(StoreFault::Changed);
        }
        Ok(Some((Stamp { epoch: ended.epoch, seq: 0 }, ended)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn live(epoch: u64, beat: u64) -> Lease {
        Lease { epoch, beat, state: LeaseState::Live, owner: "m".into() }
    }

    #[test]
    fn a_lease_lapses_only_by_standing_still_before_the_same_eyes() {
        let space = SpaceName::of("node7", "default");
        let mut seen = Sightings::default();
        let at = |ms| Instant(1_000_000 + ms);
        assert_eq!(seen.look(&space, &live(1, 1), at(0)), None);
        assert_eq!(seen.look(&space, &live(1, 1), at(TTL_MS - 1)), None);
        assert!(!seen.has_heard(&space, at(TTL_MS - 1)), "seen once is not heard of");
        assert_eq!(seen.look(&space, &live(1, 2), at(TTL_MS)), None, "it beats");
        assert!(seen.has_heard(&space, at(2 * TTL_MS - 1)) && !seen.has_heard(&space, at(2 * TTL_MS)));
        assert_eq!(seen.look(&space, &live(2, 2), at(TTL_MS + 1)), None, "a daemon after it claimed it");
        assert!(seen.look(&space, &live(2, 2), at(2 * TTL_MS + 1)).is_some());
        assert_eq!(Sightings::default().look(&space, &live(2, 2), at(9 * TTL_MS)), None, "other eyes");
        let free = Lease { state: LeaseState::Free, ..live(3, 0) };
        assert!(Sightings::default().look(&space, &free, at(0)).is_some(), "nobody's is nobody's at once");
        let draining = Lease { state: LeaseState::Draining, ..live(3, 0) };
        assert_eq!(
            Sightings::default().look(&space, &draining, at(0)),
            None,
            "its last commit may be under way"
        );
    }

    #[test]
    fn sightings_are_bounded() {
        let mut seen = Sightings::default();
        for n in 0..SPACES_LISTED_MAX + 10 {
            seen.look(&SpaceName::of(&format!("n{n}"), "s"), &live(1, 1), Instant(0));
        }
        assert_eq!(seen.0.len(), SPACES_LISTED_MAX);
    }

    #[test]
    fn records() {
        for state in [LeaseState::Live, LeaseState::Draining, LeaseState::Free] {
            let lease = Lease { epoch: 7, beat: 258, state, owner: "machine é".into() };
            assert_eq!(Lease::from(7, &lease.bytes()), Ok(lease));
        }
        // As it stands in stores that exist: lines are only added here.
        assert_eq!(live(9, 258).bytes(), b"\x01\x00\x00\x00\x00\x00\x00\x00\x01\x02m");
        for wrong in [
            &b""[..],
            &[1, 0, 0],
            &[2, 0, 0, 0, 0, 0, 0, 0, 0, 0],
            &[1, 9, 0, 0, 0, 0, 0, 0, 0, 0],
            &[1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff],
        ] {
            assert!(matches!(Lease::from(1, wrong), Err(StoreFault::Corrupt(_))), "{wrong:?}");
        }
    }
}
