//! Records of machines that nobody ever hears of again: in a cluster where machines come and go they would lie there
//! for ever, and fill the list of spaces.
//!
//! What counts is days on which a living machine saw that the owner is gone, not dates: each lost space has a
//! record of the lease that was seen, of the last day it was seen so, and of how many such days there were. A clock that
//! is years ahead adds one day; a day from the future is a clock that was wrong, and the count begins anew. An owner
//! that is heard of again has another lease, so that its days begin anew too. Any number of machines may look: a
//! day counts once.

use super::StoreFault;
use super::lease::{Lapsed, Sightings};
use super::ledger::{self, EXPIRY_KEY, TableMut};
use super::limits::{SWEEP_EVERY_MS, SWEPT_AT_ONCE_MAX};
use super::space::Identity;
use super::{Stamp, Store, stamp_bytes};
use abide_core::base::instant::Now;
use std::collections::VecDeque;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Version of the record.
const FORMAT: u8 = 1;
const DAY_SECONDS: i64 = 24 * 60 * 60;

/// What was seen of a lost space.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Missed {
    epoch: u64,
    beat: u64,
    /// The last day that counted, since 1970 by the clock of whoever saw it.
    day: i64,
    /// How many days have passed so.
    days: u32,
}

impl Missed {
    fn bytes(self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.epoch.to_be_bytes());
        bytes.extend(self.beat.to_be_bytes());
        bytes.extend(self.day.to_be_bytes());
        bytes.extend(self.days.to_be_bytes());
        bytes
    }

    fn from(bytes: &[u8]) -> Option<Missed> {
        let (format, rest) = bytes.split_first()?;
        let (epoch, rest) = rest.split_first_chunk()?;
        let (beat, rest) = rest.split_first_chunk()?;
        let (day, days) = rest.split_first_chunk()?;
        (*format == FORMAT).then_some(Missed {
            epoch: u64::from_be_bytes(*epoch),
            beat: u64::from_be_bytes(*beat),
            day: i64::from_be_bytes(*day),
            days: u32::from_be_bytes(days.try_into().ok()?),
        })
    }

    /// With today counted.
    fn and(self, today: i64) -> Missed {
        match today.checked_sub(self.day) {
            Some(0) => self,
            Some(1..) => Missed { day: today, days: self.days.saturating_add(1), ..self },
            _ => Missed { day: today, days: 0, ..self },
        }
    }
}

/// Counts a day on which a space's owner was seen to be gone; removes its records once there were `days_max`. Gives
/// whether they are gone.
pub(super) fn expire(
    table: &mut dyn TableMut,
    who: &Identity,
    lapsed: &Lapsed,
    today: i64,
    days_max: u32,
) -> Result<bool, StoreFault> {
    let (space, (epoch, beat)) = (lapsed.space(), lapsed.pulse());
    let fenced = Stamp { epoch: epoch + 1, seq: 0 };
    let Some(lease) = ledger::lease(table, space)? else {
        return Ok(ledger::stamp(table, space)? == fenced);
    };
    if (lease.epoch, lease.beat) != (epoch, beat) || *space == who.space {
        return Ok(false);
    }
    for (_, taker) in ledger::sound_marks(table, space)? {
        // Whoever takes them over and lives will finish.
        if !ledger::is_nobodys(table, &taker)? {
            return Ok(false);
        }
    }
    // One that makes no sense is as none: then it takes longer.
    let before = table.get(space, EXPIRY_KEY)?.and_then(|bytes| Missed::from(&bytes));
    let first = Missed { epoch, beat, day: today, days: 0 };
    let now =
        before.filter(|missed| (missed.epoch, missed.beat) == (epoch, beat)).unwrap_or(first).and(today);
    if now.days >= days_max {
        table.clear(space, &[])?;
        // An owner that comes back after all must not go on as if its records were still there.
        table.put(space, ledger::STAMP_KEY, &stamp_bytes(fenced))?;
        return Ok(true);
    }
    if before != Some(now) {
        table.put(space, EXPIRY_KEY, &now.bytes())?;
    }
    Ok(false)
}

/// Looks from time to time which spaces are lost, a few at each turn: the store's thread has commits to do.
pub(super) struct Sweep {
    /// Days after which they expire; 0: never.
    days_max: Arc<AtomicU32>,
    lost: VecDeque<Lapsed>,
    looked_ms: Option<u64>,
}

impl Sweep {
    pub(super) fn new(days_max: Arc<AtomicU32>) -> Sweep {
        Sweep { days_max, lost: VecDeque::new(), looked_ms: None }
    }

    /// Does what is due. `seen` are the leases that this thread has seen.
    pub(super) fn turn(&mut self, store: &mut dyn Store, seen: &mut Sightings, now: Now) {
        let days_max = self.days_max.load(Ordering::Relaxed);
        if days_max == 0 || !store.is_shared() {
            return;
        }
        if let Err(fault) = self.step(store, seen, now, days_max) {
            // Tomorrow is another day.
            log::warn!("store: lost machines' sessions can't be looked through: {fault}");
            self.lost.clear();
        }
    }

    fn step(
        &mut self,
        store: &mut dyn Store,
        seen: &mut Sightings,
        now: Now,
        days_max: u32,
    ) -> Result<(), StoreFault> {
        let at = now.instant.0;
        if self.looked_ms.is_none_or(|before| at.saturating_sub(before) >= SWEEP_EVERY_MS) {
            self.looked_ms = Some(at);
            let own = store.own_space().clone();
            let list = store.spaces()?.spaces;
            let others = list.into_iter().filter(|info| info.name != own);
            self.lost = others.filter_map(|info| seen.look(&info.name, &info.lease, now.instant)).collect();
        }
        for lapsed in self.lost.drain(..SWEPT_AT_ONCE_MAX.min(self.lost.len())).collect::<Vec<_>>() {
            let today = now.wall_seconds.div_euclid(DAY_SECONDS);
            if store.expire(&lapsed, today, days_max)? {
                log::info!(
                    "store: the sessions of {} have expired: lost for {days_max} days",
                    lapsed.space()
                );
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::super::lease::{LeaseState, TTL_MS};
    use super::super::memory::Memory;
    use super::super::space::SpaceName;
    use super::*;
    use abide_core::base::instant::Instant;

    #[test]
    fn records() {
        let missed = Missed { epoch: 7, beat: 258, day: 20_782, days: 3 };
        assert_eq!(Missed::from(&missed.bytes()), Some(missed));
        // As it stands in stores that exist: lines are only added here.
        assert_eq!(
            missed.bytes(),
            b"\x01\0\0\0\0\0\0\0\x07\0\0\0\0\0\0\x01\x02\0\0\0\0\0\0\x51\x2e\0\0\0\x03"
        );
        for wrong in [&b""[..], b"\x01", &[1; 28], &[1; 30], &[2; 29]] {
            assert_eq!(Missed::from(wrong), None, "{wrong:?}");
        }
    }

    #[test]
    fn days_count_once_and_a_wrong_clock_counts_little() {
        let mut missed = Missed { epoch: 1, beat: 1, day: 100, days: 0 };
        for (today, days) in [(100, 0), (101, 1), (101, 1), (108, 2), (9_000, 3), (109, 0), (i64::MIN, 0)] {
            missed = missed.and(today);
            assert_eq!((missed.day, missed.days), (today, days));
        }
        assert_eq!(missed.and(i64::MAX).days, 0);
    }

    #[test]
    fn a_sweep_takes_a_few_at_a_turn_and_looks_again_only_after_a_while() {
        let memory = Memory::default().shared();
        let at = |ms, day: i64| Now {
            instant: Instant(ms),
            wall_seconds: day * DAY_SECONDS + 7,
            ..Now { instant: Instant(0), wall_seconds: 0, zone_seconds: 0 }
        };
        let count = 3 * SWEPT_AT_ONCE_MAX;
        for n in 0..count {
            let who = Identity::new(SpaceName::of(&format!("n{n:03}"), "s"), "m");
            let mut lost = memory.seen_by(who);
            let stamp = lost.claim().expect("a claim");
            if n % 2 == 0 {
                lost.renew(stamp.epoch, LeaseState::Free).expect("freed");
            }
        }
        let mut store = memory.seen_by(Identity::new(SpaceName::of("here", "s"), "h"));
        store.claim().expect("a claim");
        let days_max = Arc::new(AtomicU32::new(0));
        let mut seen = Sightings::default();
        let mut sweep = Sweep::new(Arc::clone(&days_max));
        let left = |store: &Memory| store.spaces().expect("a list").spaces.len() - 1;
        sweep.turn(&mut store, &mut seen, at(0, 10));
        assert_eq!(sweep.looked_ms, None, "0 is never");
        days_max.store(1, Ordering::Relaxed);
        let mut ms = TTL_MS;
        for (day, left_after) in [(10, count), (10, count), (11, 0)] {
            for _ in 0..count {
                sweep.turn(&mut store, &mut seen, at(ms, day));
                ms += 1;
            }
            assert_eq!(left(&store), left_after, "day {day}");
            ms += SWEEP_EVERY_MS;
        }
        // One that is heard of is never lost.
        let mut lives = memory.seen_by(Identity::new(SpaceName::of("lives", "s"), "m"));
        let stamp = lives.claim().expect("a claim");
        for day in 12..40 {
            lives.renew(stamp.epoch, LeaseState::Live).expect("a beat");
            sweep.turn(&mut store, &mut seen, at(ms, day));
            ms += SWEEP_EVERY_MS;
        }
        assert_eq!(left(&store), 1);
        lives.renew(stamp.epoch, LeaseState::Live).expect("still its own");
    }
}
