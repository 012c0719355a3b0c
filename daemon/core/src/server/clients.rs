//! How far each client's input has come.

use crate::boundary::COMMANDS;
use std::collections::{BTreeMap, BTreeSet};

/// Clients remembered after their connections ended: a client that comes back later than after so many others
/// starts anew, which only matters if its daemon died in between.
pub const CLIENTS_MAX: usize = 1000;

/// Numbers of input that had its full effect, by client.
#[derive(Debug, Default)]
pub(super) struct Clients {
    /// Number, and a clock of its last change.
    handled: BTreeMap<u64, (u64, u64)>,
    clock: u64,
    /// Those of whose last paste more is to come: the next piece is none's beginning, on whatever connection.
    pasting: BTreeSet<u64>,
}

impl Clients {
    /// The highest number of a client that had its full effect, 0 for a new one.
    pub(super) fn handled(&self, client: u64) -> u64 {
        self.handled.get(&client).map_or(0, |(seq, _)| *seq)
    }

    /// Takes note whether more of a client's paste is to come; gives whether more was.
    pub(super) fn pastes(&mut self, client: u64, goes_on: bool) -> bool {
        if goes_on && self.pasting.len() < CLIENTS_MAX {
            !self.pasting.insert(client)
        } else {
            self.pasting.remove(&client)
        }
    }

    /// For the structure record.
    pub(super) fn pasting(&self) -> Vec<u64> {
        self.pasting.iter().copied().collect()
    }

    /// All up to this number had its full effect. Client 0 and [`COMMANDS`] are the daemon itself, and have none.
    pub(super) fn has_handled(&mut self, client: u64, seq: u64) {
        if [0, COMMANDS].contains(&client) {
            return;
        }
        self.clock += 1;
        let entry = self.handled.entry(client).or_default();
        *entry = (entry.0.max(seq), self.clock);
        while self.handled.len() > CLIENTS_MAX {
            let oldest = self.handled.iter().min_by_key(|(_, (_, at))| *at).map(|(client, _)| *client);
            let Some(oldest) = oldest else { break };
            self.handled.remove(&oldest);
            self.pasting.remove(&oldest);
        }
    }

    /// For the structure record: those used last come last.
    pub(super) fn record(&self) -> Vec<(u64, u64)> {
        let mut all: Vec<_> = self.handled.iter().map(|(client, (seq, at))| (*at, *client, *seq)).collect();
        all.sort_unstable();
        all.into_iter().map(|(_, client, seq)| (client, seq)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_oldest_are_forgotten() {
        let mut clients = Clients::default();
        for client in 1..=CLIENTS_MAX as u64 + 5 {
            clients.has_handled(client, client * 2);
        }
        assert_eq!(clients.handled.len(), CLIENTS_MAX);
        assert_eq!((clients.handled(1), clients.handled(900)), (0, 1800));
        clients.has_handled(900, 3);
        assert_eq!(clients.handled(900), 1800, "never back");
        assert_eq!(clients.record().last(), Some(&(900, 1800)));
    }
}
