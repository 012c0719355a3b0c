//! Sign-in codes: each signs one browser in, once, within a quarter of an hour.

use crate::limits::{CODE_SECONDS_MAX, CODES_MAX};
use crate::secret::{Secret, SecretHash};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

/// The codes that wait to be used, oldest first.
#[derive(Debug, Default)]
pub struct Codes {
    waiting: VecDeque<(SecretHash, Instant)>,
}

impl Codes {
    /// Lets `code` be used once from now on; where too many wait, the oldest is forgotten.
    pub fn admit(&mut self, code: &Secret, now: Instant) {
        if self.waiting.len() >= CODES_MAX {
            self.waiting.pop_front();
        }
        self.waiting.push_back((code.hash(), now + Duration::from_secs(CODE_SECONDS_MAX)));
    }

    /// Whether `code` may sign in; if so it is used up.
    pub fn redeem(&mut self, code: &Secret, now: Instant) -> bool {
        self.waiting.retain(|(_, until)| now < *until);
        let hash = code.hash();
        let Some(at) = self.waiting.iter().position(|(waiting, _)| *waiting == hash) else {
            return false;
        };
        self.waiting.remove(at);
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_in_time_and_bounded() {
        let now = Instant::now();
        let mut codes = Codes::default();
        let [first, second] = [Secret::random().expect("random"), Secret::random().expect("random")];
        codes.admit(&first, now);
        assert!(!codes.redeem(&second, now), "a code never given out");
        assert!(codes.redeem(&first, now));
        assert!(!codes.redeem(&first, now), "a second use");
        codes.admit(&first, now);
        let late = now + Duration::from_secs(CODE_SECONDS_MAX);
        assert!(!codes.redeem(&first, late), "too late");
        codes.admit(&second, now);
        for _ in 0..CODES_MAX {
            codes.admit(&Secret::random().expect("random"), now);
        }
        assert_eq!(codes.waiting.len(), CODES_MAX);
        assert!(!codes.redeem(&second, now), "the oldest made room");
    }
}
