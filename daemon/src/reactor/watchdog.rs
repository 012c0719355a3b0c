//! Notices a turn that does not end, and ends the process: the keeper starts another, which replays with
//! care (see `careful`). A loop that hangs would hold every session.

use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

/// How often the watchdog looks.
const LOOK_EVERY: Duration = Duration::from_secs(1);
/// Looks in a row that find the same turn before it is given up. Looks are counted, not seconds: a machine that
/// slept, or a process that was stopped, did not hang. The longest turn known (reflow of a million lines) takes
/// under a second.
const LOOKS_MAX: u32 = 15;

/// The loop's side: an odd number while a turn runs.
#[derive(Clone, Debug, Default)]
pub(super) struct Pulse(Arc<AtomicU64>);

impl Pulse {
    /// A turn has begun, or ended.
    pub(super) fn beat(&self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }

    /// Starts the watchdog.
    pub(super) fn watch(&self) {
        let pulse = Arc::clone(&self.0);
        let watch = move || {
            let mut judge = Judge::default();
            loop {
                std::thread::sleep(LOOK_EVERY);
                if judge.hangs(pulse.load(Ordering::Relaxed)) {
                    log::error!("a turn of the loop does not end; giving up, to start over");
                    eprintln!("server: a turn of the loop did not end");
                    std::process::abort();
                }
            }
        };
        if let Err(fault) = std::thread::Builder::new().name("watchdog".into()).spawn(watch) {
            log::error!("no watchdog: {fault}");
        }
    }
}

#[derive(Debug, Default)]
struct Judge {
    last: u64,
    looks: u32,
}

impl Judge {
    fn hangs(&mut self, pulse: u64) -> bool {
        let same = pulse == self.last && pulse % 2 == 1;
        self.looks = if same { self.looks + 1 } else { 0 };
        self.last = pulse;
        self.looks >= LOOKS_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_turn_that_does_not_end_is_told_from_a_long_sleep_and_a_busy_loop() {
        let mut judge = Judge::default();
        assert!(!(0..100).any(|_| judge.hangs(4)), "asleep");
        assert!(!(0..100).any(|n| judge.hangs(5 + 2 * n)), "busy");
        assert_eq!((0..100).position(|_| judge.hangs(301)), Some(LOOKS_MAX as usize));
    }
}
