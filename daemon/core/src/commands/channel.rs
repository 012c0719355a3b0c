//! Channels of `wait-for`: signals that are remembered, and locks.

use std::collections::BTreeMap;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
struct Channel {
    /// Signalled while nobody waited.
    woken: bool,
    locked: bool,
}

/// All channels that are not as new.
#[derive(Clone, Debug, Default)]
pub struct Channels {
    channels: BTreeMap<String, Channel>,
    /// Names whose waiters are to go on, all of them or (a lock that came free) the first.
    pub(super) signals: Vec<(String, bool)>,
}

impl Channels {
    /// Whether a signal was waiting; it is used up.
    pub fn take_signal(&mut self, name: &str) -> bool {
        let woken = self.channels.get_mut(name).is_some_and(|c| std::mem::take(&mut c.woken));
        self.tidy(name);
        woken
    }

    /// Wakes all that wait; where none does (`waiting` false), the next one does not wait.
    ///
    /// # Errors
    /// When there are too many channels.
    pub fn signal(&mut self, name: &str, waiting: bool) -> Result<(), String> {
        if waiting {
            self.signals.push((name.to_owned(), true));
            return Ok(());
        }
        self.entry(name)?.woken = true;
        Ok(())
    }

    /// Takes the lock; false when another has it.
    ///
    /// # Errors
    /// When there are too many channels.
    pub fn lock(&mut self, name: &str) -> Result<bool, String> {
        let channel = self.entry(name)?;
        Ok(!std::mem::replace(&mut channel.locked, true))
    }

    /// Gives the lock up, to the next that waits for it.
    ///
    /// # Errors
    /// `channel x not locked`.
    pub fn unlock(&mut self, name: &str, waiting: Option<String>) -> Result<(), String> {
        let Some(channel) = self.channels.get_mut(name).filter(|c| c.locked) else {
            return Err(format!("channel {name} not locked"));
        };
        match waiting {
            // The first of those who wait under that name has it now.
            Some(waiters) => self.signals.push((waiters, false)),
            None => {
                channel.locked = false;
                self.tidy(name);
            }
        }
        Ok(())
    }

    fn entry(&mut self, name: &str) -> Result<&mut Channel, String> {
        if self.channels.len() >= super::limits::CHANNELS_MAX && !self.channels.contains_key(name) {
            return Err(format!("too many channels (at most {})", super::limits::CHANNELS_MAX));
        }
        Ok(self.channels.entry(name.to_owned()).or_default())
    }

    fn tidy(&mut self, name: &str) {
        if self.channels.get(name) == Some(&Channel::default()) {
            self.channels.remove(name);
        }
    }
}
