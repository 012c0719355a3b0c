//! The simulation's clock. A daemon that looks at it twice may find that time has passed.

use abide_core::base::instant::{Instant, Now};
use std::cell::Cell;

#[derive(Clone, Copy)]
struct Clock {
    ms: u64,
    /// The wall's seconds at 0 ms.
    wall: i64,
    /// A millisecond passes with each so many looks; 0: none does.
    creep: u64,
    looks: u64,
}

const START: Clock = Clock { ms: 5_000_000, wall: 1_795_000_000, creep: 0, looks: 0 };

thread_local! {
    static CLOCK: Cell<Clock> = const { Cell::new(START) };
}

/// Winds the clock up for a run.
pub(crate) fn begin(creep: u64) {
    CLOCK.set(Clock { creep, ..START });
}

/// This moment, for a daemon.
pub(crate) fn now() -> Now {
    let mut clock = CLOCK.get();
    clock.looks += 1;
    if clock.creep > 0 && clock.looks.is_multiple_of(clock.creep) {
        clock.ms += 1;
    }
    CLOCK.set(clock);
    look()
}

/// This moment, without time passing.
pub(crate) fn look() -> Now {
    let clock = CLOCK.get();
    Now {
        instant: Instant(clock.ms),
        wall_seconds: clock.wall + i64::try_from(clock.ms / 1000).unwrap_or(0),
        zone_seconds: 3600,
    }
}

/// Time passes.
pub(crate) fn pass_ms(ms: u64) {
    let clock = CLOCK.get();
    CLOCK.set(Clock { ms: clock.ms + ms, ..clock });
}

/// Somebody sets the wall's clock.
pub(crate) fn set_wall(by_seconds: i64) {
    let clock = CLOCK.get();
    CLOCK.set(Clock { wall: clock.wall + by_seconds, ..clock });
}

/// No time passes by looking any more.
pub(crate) fn stop_creeping() {
    let clock = CLOCK.get();
    CLOCK.set(Clock { creep: 0, ..clock });
}
