//! Effects become system calls. What follows from one at once is put into the inbox.

use super::limits::{ACKNOWLEDGE_AFTER_MS, FAREWELL_MS_MAX, VIEWER_BACKLOG_BYTES_MAX};
use super::ports::{Core, Keeper};
use super::{Ending, Reactor};
use crate::jobs::Job;
use abide_core::base::ids::{PaneId, Ticket, ViewerId};
use abide_core::boundary::{Effect, Input, InputMark, Question};
use abide_protocol::message::ServerMessage;

impl<C: Core, K: Keeper> Reactor<C, K> {
    pub(super) fn carry_out(&mut self, effect: Effect) {
        match effect {
            Effect::SpawnPty { pane, program, size } => {
                if let Err(fault) = self.keeper.spawn(pane, &program, size) {
                    self.inbox.push_back(Input::PtyOpened(pane, Err(fault.to_string())));
                }
            }
            Effect::WritePty(pane, mark, bytes) => self.type_in(pane, mark, &bytes),
            Effect::ResizePty(pane, size) => {
                // Bytes read so far were written for the old size: replaying them at the new one would wrap
                // them otherwise.
                if self.panes.get(&pane).is_some_and(|p| p.checkpoint_at.is_some()) {
                    self.checkpoint(pane);
                } else {
                    self.plan_checkpoint(pane, (self.clock)().instant);
                }
                let asked = self.keeper.resize(pane, size);
                warn(pane, "resize", asked);
            }
            Effect::SignalPty(pane, signal) => {
                let asked = self.keeper.signal(pane, signal);
                warn(pane, "signal", asked);
            }
            Effect::ReleasePty(pane) => {
                self.drop_pane(pane);
                let asked = self.keeper.release(pane);
                warn(pane, "release", asked);
            }
            Effect::TellViewer(viewer, message) => self.tell(viewer, &message),
            Effect::DismissViewer(viewer) => self.dismiss(viewer),
            Effect::Ask(ticket, question) => self.ask(ticket, question),
            Effect::Forget(ticket) => self.desk.forget(ticket),
            Effect::KeepStoreAt(place) => {
                let said = self.store.move_to(&place);
                self.inbox.extend(said);
            }
            Effect::ExpireStored { days } => self.store.expire_after(days),
            Effect::Shutdown => {
                self.ending = Some(Ending::Shutdown);
            }
            Effect::Drained => self.drained(),
        }
    }

    pub(super) fn type_in(&mut self, id: PaneId, mark: InputMark, bytes: &[u8]) {
        // Before there is a pty the core keeps what is typed.
        let Some(pane) = self.panes.get_mut(&id) else { return };
        if let Err(refused) = pane.type_in(mark, bytes) {
            let text =
                format!("pane {id}: its program reads nothing: {} bytes of input are refused", bytes.len());
            log::warn!("{text}");
            if refused.first {
                self.inbox.push_back(Input::Notice(text));
            }
        }
        if pane.input_waits() {
            self.input_waits.insert(id);
        }
    }

    fn tell(&mut self, id: ViewerId, message: &ServerMessage) {
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        if viewer.leaving.is_some() {
            return;
        }
        if let Err(fault) = viewer.end.send(message) {
            log::error!("viewer {}: a message can't be sent: {fault}", id.0);
        }
        let backlog = viewer.end.outbox.len();
        if let ServerMessage::InputAck(_) = message {
            if viewer.acknowledge_at.is_none() && !viewer.to_flush {
                let at = (self.clock)().instant.after_ms(ACKNOWLEDGE_AFTER_MS);
                viewer.acknowledge_at = Some(at);
                self.acknowledgements.insert((at, id));
            }
            return;
        }
        viewer.told = true;
        self.want_flush(id);
        if backlog > VIEWER_BACKLOG_BYTES_MAX {
            log::warn!("viewer {}: does not read, {backlog} bytes wait for it: dismissed", id.0);
            self.close_viewer(id);
        }
    }

    pub(super) fn dismiss(&mut self, id: ViewerId) {
        if let Some(viewer) = self.viewers.get_mut(&id) {
            viewer.leaving.get_or_insert((self.clock)().instant.after_ms(FAREWELL_MS_MAX));
            self.leaving.insert(id);
            self.want_flush(id);
        }
    }

    fn ask(&mut self, ticket: Ticket, question: Question) {
        match question {
            Question::Commit(writes) => {
                let said = self.store.commit(ticket, writes);
                self.inbox.extend(said);
            }
            Question::Look(look) => {
                let said = self.store.look(ticket, look);
                self.inbox.extend(said);
            }
            Question::Take(taking) => {
                let said = self.store.take(ticket, taking);
                self.inbox.extend(said);
            }
            Question::ReadStore(keys) => {
                let said = self.store.read(ticket, keys);
                self.inbox.extend(said);
            }
            Question::ReadFile(path, bytes_max) => self.desk.read_file(ticket, path, bytes_max),
            Question::Processes(panes) => {
                let pids =
                    panes.iter().map(|id| (*id, self.panes.get(id).map_or(0, |p| p.facts.pid))).collect();
                self.desk.look_at_processes(ticket, pids);
            }
            Question::Job { command, cwd, environment, input } => {
                self.desk.run_job(ticket, Job { command, cwd, environment, input })
            }
            Question::Upgrade { program, keeper } => self.upgrade(Some(ticket), program, keeper),
            Question::LastLine { command, cwd, environment } => {
                self.desk.run_last_line(ticket, Job { command, cwd, environment, input: Vec::new() })
            }
        }
    }
}

fn warn(pane: PaneId, what: &str, outcome: std::io::Result<()>) {
    if let Err(fault) = outcome {
        log::warn!("pane {pane}: {what}: {fault}");
    }
}
