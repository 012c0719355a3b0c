//! When to try again, and when to give up.

use super::limits::{NOBODY_MAX, NOTICE_AFTER, RECONNECT_MAX, RETRY_MAX, RETRY_MIN};
use std::time::{Duration, Instant};

/// A connection that broke and is not yet whole again.
#[derive(Clone, Copy, Debug)]
pub(super) struct Lost {
    since: Instant,
    /// Since when nobody listens.
    nobody: Option<Instant>,
    next: Instant,
    pause: Duration,
    noticed: bool,
}

impl Lost {
    /// It broke just now; `pause` is how long to wait before the first attempt, within [`RETRY_MAX`].
    pub(super) fn new(now: Instant, pause: Duration) -> Lost {
        let pause = pause.min(RETRY_MAX);
        Lost { since: now, nobody: None, next: now + pause, pause, noticed: false }
    }

    /// An attempt failed. `nobody`: because nobody listens.
    pub(super) fn failed(&mut self, now: Instant, nobody: bool) {
        self.pause = (self.pause * 2).clamp(RETRY_MIN, RETRY_MAX);
        self.next = now + self.pause;
        self.nobody = nobody.then(|| self.nobody.unwrap_or(now));
    }

    /// Whether to give up.
    pub(super) fn is_over(&self, now: Instant) -> bool {
        now >= self.since + RECONNECT_MAX || self.nobody.is_some_and(|since| now >= since + NOBODY_MAX)
    }

    /// Whether it is time for an attempt.
    pub(super) fn is_due(&self, now: Instant) -> bool {
        now >= self.next
    }

    /// Whether to say a word now; true once.
    pub(super) fn is_worth_a_word(&mut self, now: Instant) -> bool {
        let worth = !self.noticed && now >= self.since + NOTICE_AFTER;
        self.noticed |= worth;
        worth
    }

    /// How long it took, or takes.
    pub(super) fn pause(&self) -> Duration {
        self.pause
    }

    /// When to look again. `trying`: a connection is there that has not answered yet.
    pub(super) fn wake(&self, trying: bool) -> Instant {
        let mut wake = self.since + RECONNECT_MAX;
        if !self.noticed {
            wake = wake.min(self.since + NOTICE_AFTER);
        }
        if !trying {
            wake = wake.min(self.next);
            wake = self.nobody.map_or(wake, |since| wake.min(since + NOBODY_MAX));
        }
        wake
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_double_and_end() {
        let start = Instant::now();
        let at = |ms| start + Duration::from_millis(ms);
        let mut lost = Lost::new(start, Duration::ZERO);
        assert!(lost.is_due(start) && !lost.is_over(start));
        let mut now = start;
        let mut pauses = Vec::new();
        for _ in 0..8 {
            lost.failed(now, false);
            pauses.push(lost.pause().as_millis());
            now += lost.pause();
            assert!(lost.is_due(now) && !lost.is_due(now - Duration::from_millis(1)));
        }
        assert_eq!(pauses, [20, 40, 80, 160, 320, 640, 1000, 1000]);
        assert!(!lost.is_over(at(29_999)) && lost.is_over(at(30_000)));
        // However often it broke soon after it was mended: each time the pause before is doubled.
        assert_eq!(Lost::new(start, 40 * RETRY_MAX).pause(), RETRY_MAX);

        assert!(
            !lost.is_worth_a_word(at(299)) && lost.is_worth_a_word(at(300)) && !lost.is_worth_a_word(at(301))
        );

        lost.failed(at(5_000), true);
        lost.failed(at(6_000), true);
        assert!(!lost.is_over(at(6_999)) && lost.is_over(at(7_000)), "the keeper is gone");
        lost.failed(at(7_000), false);
        assert!(!lost.is_over(at(7_000)), "somebody listens again");
        assert_eq!(lost.wake(true), at(30_000));
        assert_eq!(lost.wake(false), at(8_000));
    }
}
