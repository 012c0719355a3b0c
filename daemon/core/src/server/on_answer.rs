//! Answers to what was asked.

use super::Server;
use crate::{
    base::ids::{Ticket, ViewerId},
    boundary::Answer,
};
use abide_protocol::message::CommandInput;

impl Server {
    pub(super) fn on_answer(&mut self, ticket: Ticket, answer: Answer) {
        let Some(answer) = self.arrival_answered(ticket, answer) else { return };
        match answer {
            Answer::Committed => {
                self.plan.answered(&mut self.model, ticket, Ok(()));
                self.history_is_stored();
                self.see_to_origins();
            }
            Answer::Records(outcome) => {
                if let Ok(records) = &outcome {
                    self.take_records(records);
                }
                let said = outcome.as_ref().map(|_| ()).map_err(String::as_str);
                if !self.history_read(ticket, said) {
                    self.queues.answered(&mut self.model, ticket, Answer::Records(outcome));
                }
            }
            Answer::NotCommitted(why) => self.plan.answered(&mut self.model, ticket, Err(why)),
            Answer::Processes(facts) => {
                if self.model.processes_are(facts.clone()) {
                    self.plan.touch(self.model.now.instant);
                }
                self.queues.answered(&mut self.model, ticket, Answer::Processes(facts));
            }
            Answer::Line(line) => {
                self.model.format_job_said(ticket, &line, false);
            }
            Answer::Job { ref output, .. } if self.model.format_job_said(ticket, output, true) => {}
            // A job that nobody waits for (`run-shell -b`, a copy's pipe) has nothing to say.
            Answer::File(_)
            | Answer::Looked(_)
            | Answer::Taken(_)
            | Answer::NotUpgraded(_)
            | Answer::Job { .. } => {
                self.queues.answered(&mut self.model, ticket, answer);
            }
        }
    }

    /// A piece of a client's standard input, for a command that asked for it.
    pub(super) fn on_command_input(&mut self, viewer: ViewerId, input: CommandInput) {
        self.queues.input(&mut self.model, viewer, input);
    }
}
