//! Sessions of other machines: on their way here, and come.

use super::Sessions;
use crate::{
    base::ids::{PaneId, SessionId, Ticket},
    boundary::Whose,
};

/// A stored session that somebody wants here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Arrival {
    /// Where its records lie.
    pub whose: Whose,
    /// Its number there.
    pub session: SessionId,
    /// The name that it is to have here.
    pub name: String,
    /// Who waits for it is told under this ticket.
    pub told: Ticket,
}

/// Where a session came from. Until its record there is gone it is marked there, as on its way here.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The space.
    pub space: String,
    /// Its number there.
    pub session: SessionId,
    /// Panes that were its own there, by their numbers there.
    pub panes: Vec<PaneId>,
}

impl Sessions {
    /// Wants a stored session here; what comes of it is told under the ticket.
    pub fn want(&mut self, whose: Whose, session: SessionId, name: String) -> Ticket {
        let told = Ticket(self.counters.ticket);
        self.counters.ticket += 1;
        self.wanted.push(Arrival { whose, session, name, told });
        told
    }
}
