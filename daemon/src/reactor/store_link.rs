//! The store's thread as the loop sees it: commits go there, answers come back, and whether sessions are
//! safe is said whenever it changes.

use crate::store::worker::Worker;
use abide_core::base::ids::Ticket;
use abide_core::server::{Answer, Input, Write};
use std::time::Duration;

/// The store, or why there is none.
pub struct StoreLink {
    worker: Result<Worker, String>,
    /// What the core was last told; empty: all is well.
    told: String,
}

impl StoreLink {
    /// A store that runs, or a sentence why there is none.
    #[must_use]
    pub fn new(worker: Result<Worker, String>) -> StoreLink {
        StoreLink { worker, told: String::new() }
    }

    /// Hands a commit over; gives what the core has to be told at once.
    pub(super) fn commit(&mut self, ticket: Ticket, writes: Vec<Write>) -> Vec<Input<'static>> {
        let fault = match &self.worker {
            Ok(worker) => match worker.submit(ticket, writes) {
                Ok(()) => return Vec::new(),
                Err(fault) => fault.to_string(),
            },
            Err(why) => why.clone(),
        };
        let mut inputs = vec![Input::Answered(ticket, Answer::NotCommitted(fault.clone()))];
        inputs.extend(self.state(fault));
        inputs
    }

    /// Answers that have come, and what follows from them.
    pub(super) fn answers(&mut self) -> Vec<Input<'static>> {
        let Ok(worker) = &self.worker else { return Vec::new() };
        let mut inputs = Vec::new();
        for (ticket, outcome) in worker.answers().collect::<Vec<_>>() {
            let (answer, state) = match outcome {
                Ok(()) => (Answer::Committed, String::new()),
                Err(fault) => (Answer::NotCommitted(fault.to_string()), fault.to_string()),
            };
            inputs.push(Input::Answered(ticket, answer));
            inputs.extend(self.state(state));
        }
        inputs
    }

    /// What the core is to be told when the state has changed.
    fn state(&mut self, fault: String) -> Option<Input<'static>> {
        let sentence =
            if fault.is_empty() { fault } else { format!("sessions are not being saved: {fault}") };
        if sentence == self.told {
            return None;
        }
        if sentence.is_empty() {
            log::info!("sessions are being saved again");
        } else {
            log::error!("{sentence}");
        }
        self.told.clone_from(&sentence);
        Some(Input::Durability(sentence))
    }

    /// Lets the store finish; whether it did.
    pub(super) fn stop(self, within: Duration) -> bool {
        self.worker.map_or(true, |worker| worker.stop(within))
    }
}
