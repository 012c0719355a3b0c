//! Token buckets: how often somebody may try something.

use crate::limits::RATE_KEYS_MAX;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// One bucket: full at first, a token each `interval`, never more than `burst`.
#[derive(Clone, Copy, Debug)]
pub struct Bucket {
    burst: u32,
    interval: Duration,
    /// When the bucket was or will be full. Each token taken moves it one interval on.
    full_at: Instant,
}

impl Bucket {
    /// A full bucket.
    #[must_use]
    pub fn new(burst: u32, interval: Duration, now: Instant) -> Bucket {
        Bucket { burst, interval, full_at: now }
    }

    /// Takes a token.
    ///
    /// # Errors
    /// How long until there is one.
    pub fn take(&mut self, now: Instant) -> Result<(), Duration> {
        let full_at = self.full_at.max(now) + self.interval;
        let wait = full_at.saturating_duration_since(now).saturating_sub(self.interval * self.burst);
        if wait.is_zero() {
            self.full_at = full_at;
            Ok(())
        } else {
            Err(wait)
        }
    }
}

/// A bucket for each key, all of one measure, in bounded memory.
#[derive(Debug)]
pub struct Rates<K> {
    burst: u32,
    interval: Duration,
    buckets: BTreeMap<K, Bucket>,
}

impl<K: Ord + Clone> Rates<K> {
    /// No key has tried anything yet.
    #[must_use]
    pub fn new(burst: u32, interval: Duration) -> Rates<K> {
        Rates { burst, interval, buckets: BTreeMap::new() }
    }

    /// Counts an attempt of `key`.
    ///
    /// # Errors
    /// How long `key` has to wait. When too many keys are at it at once, new ones wait too.
    pub fn take(&mut self, key: &K, now: Instant) -> Result<(), Duration> {
        if self.buckets.len() >= RATE_KEYS_MAX && !self.buckets.contains_key(key) {
            self.buckets.retain(|_, bucket| now < bucket.full_at);
            if self.buckets.len() >= RATE_KEYS_MAX {
                return Err(self.interval);
            }
        }
        let fresh = || Bucket::new(self.burst, self.interval, now);
        self.buckets.entry(key.clone()).or_insert_with(fresh).take(now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn burst_then_one_each_interval() {
        let start = Instant::now();
        let second = Duration::from_secs(1);
        let mut rates = Rates::new(3, second);
        for _ in 0..3 {
            assert_eq!(rates.take(&"a", start), Ok(()));
        }
        assert_eq!(rates.take(&"a", start), Err(second));
        assert_eq!(rates.take(&"b", start), Ok(()), "another key");
        assert_eq!(rates.take(&"a", start + second / 2), Err(second / 2));
        assert_eq!(rates.take(&"a", start + second), Ok(()));
        assert_eq!(rates.take(&"a", start + second), Err(second));
    }

    #[test]
    fn keys_are_bounded() {
        let start = Instant::now();
        let mut rates = Rates::new(1, Duration::from_secs(1));
        for key in 0..RATE_KEYS_MAX {
            assert_eq!(rates.take(&key, start), Ok(()));
        }
        assert!(rates.take(&RATE_KEYS_MAX, start).is_err(), "no room while all are at it");
        let later = start + Duration::from_secs(2);
        assert_eq!(rates.take(&RATE_KEYS_MAX, later), Ok(()), "those at rest made room");
        assert_eq!(rates.buckets.len(), 1);
    }
}
