//! Tickets: each opens one WebSocket of the session that asked for it, within half a minute.

use crate::limits::{TICKET_SECONDS_MAX, TICKETS_PER_SESSION_MAX};
use crate::secret::{Secret, SecretHash};
use std::collections::VecDeque;
use std::time::{Duration, Instant};

#[derive(Debug)]
struct Ticket {
    hash: SecretHash,
    session: SecretHash,
    until: Instant,
}

/// The tickets that wait to be used, oldest first.
#[derive(Debug, Default)]
pub struct Tickets {
    waiting: VecDeque<Ticket>,
}

impl Tickets {
    /// Lets `ticket` open one WebSocket of `session`.
    pub fn admit(&mut self, ticket: &Secret, session: SecretHash, now: Instant) {
        self.waiting.retain(|t| now < t.until);
        let mut of_session =
            self.waiting.iter().enumerate().filter(|(_, t)| t.session == session).map(|(at, _)| at);
        let oldest = of_session.next();
        if of_session.count() + 1 >= TICKETS_PER_SESSION_MAX
            && let Some(at) = oldest
        {
            self.waiting.remove(at);
        }
        let until = now + Duration::from_secs(TICKET_SECONDS_MAX);
        self.waiting.push_back(Ticket { hash: ticket.hash(), session, until });
    }

    /// Whether `ticket` may open a WebSocket of `session`. It is used up in any case.
    pub fn redeem(&mut self, ticket: &Secret, session: SecretHash, now: Instant) -> bool {
        self.waiting.retain(|t| now < t.until);
        let hash = ticket.hash();
        let Some(at) = self.waiting.iter().position(|t| t.hash == hash) else { return false };
        self.waiting.remove(at).is_some_and(|t| t.session == session)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn once_in_time_for_its_session_and_bounded() {
        let now = Instant::now();
        let [ours, theirs] = [0, 1].map(|_| Secret::random().expect("random").hash());
        let ticket = || Secret::random().expect("random");
        let mut tickets = Tickets::default();
        let one = ticket();
        tickets.admit(&one, ours, now);
        assert!(!tickets.redeem(&ticket(), ours, now), "a ticket never given out");
        assert!(tickets.redeem(&one, ours, now));
        assert!(!tickets.redeem(&one, ours, now), "a second use");
        tickets.admit(&one, ours, now);
        assert!(!tickets.redeem(&one, theirs, now), "another session's");
        assert!(!tickets.redeem(&one, ours, now), "and so used up");
        tickets.admit(&one, ours, now);
        assert!(!tickets.redeem(&one, ours, now + Duration::from_secs(TICKET_SECONDS_MAX)), "too late");
        let other = ticket();
        tickets.admit(&other, theirs, now);
        tickets.admit(&one, ours, now);
        for _ in 0..TICKETS_PER_SESSION_MAX {
            tickets.admit(&ticket(), ours, now);
        }
        assert_eq!(tickets.waiting.len(), TICKETS_PER_SESSION_MAX + 1);
        assert!(!tickets.redeem(&one, ours, now), "the oldest of the session made room");
        assert!(tickets.redeem(&other, theirs, now), "not another session's");
    }
}
