//! Viewers' messages in, messages to them out.

use super::Reactor;
use super::ports::{Core, Keeper};
use super::tokens::Source;
use super::viewer::{Flushed, Heard, Readiness, SHARE};
use abide_core::base::ids::ViewerId;
use abide_core::boundary::Input;
use abide_protocol::message::ClientMessage;
use mio::Interest;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Panes whose screens are looked at after a key: a microsecond's worth.
const PANES_LOOKED_AT_PER_KEY: usize = 64;

impl<C: Core, K: Keeper> Reactor<C, K> {
    pub(super) fn mark_viewer(&mut self, id: ViewerId, readiness: Readiness) {
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        let (readable, writable) = viewer.mark(readiness);
        if readable {
            self.want_read(id);
        }
        if writable {
            self.want_flush(id);
        }
    }

    /// Sends acknowledgements that have waited long enough.
    pub(super) fn send_acknowledgements(&mut self) {
        let now = (self.clock)().instant;
        while let Some((_, id)) = self.acknowledgements.first().copied().filter(|(at, _)| *at <= now) {
            self.acknowledgements.pop_first();
            if let Some(viewer) = self.viewers.get_mut(&id) {
                viewer.acknowledge_at = None;
            }
            self.want_flush(id);
        }
    }

    /// Watches for room to write, or no longer.
    fn watch_room(&mut self, id: ViewerId, wanted: bool) {
        let Some(viewer) = self.viewers.get_mut(&id) else { return };
        if viewer.watches_room == wanted {
            return;
        }
        viewer.watches_room = wanted;
        let interest = if wanted { Interest::READABLE | Interest::WRITABLE } else { Interest::READABLE };
        let token = Source::Viewer(id).token();
        if let Err(fault) = self.poll.registry().reregister(&mut viewer.socket, token, interest) {
            log::warn!("viewer {}: can't be waited for: {fault}", id.0);
            self.close_viewer(id);
        }
    }

    pub(super) fn want_read(&mut self, id: ViewerId) {
        if let Some(viewer) = self.viewers.get_mut(&id)
            && !viewer.to_read
        {
            viewer.to_read = true;
            self.to_read.push_back(id);
        }
    }

    pub(super) fn want_flush(&mut self, id: ViewerId) {
        if let Some(viewer) = self.viewers.get_mut(&id)
            && !viewer.to_flush
        {
            viewer.to_flush = true;
            self.to_flush.push(id);
        }
    }

    /// Gives the core what viewers have said, a share each.
    pub(super) fn hear_viewers(&mut self) {
        for _ in 0..self.to_read.len() {
            let Some(id) = self.to_read.pop_front() else { break };
            let mut share = SHARE;
            while let Some(viewer) = self.viewers.get_mut(&id) {
                viewer.to_read = false;
                match viewer.hear(&mut share, &mut self.read_buffer) {
                    Heard::Message(message) => self.hear(id, message),
                    Heard::Quiet => break,
                    Heard::Enough => {
                        self.want_read(id);
                        break;
                    }
                    Heard::Gone(why) => {
                        if why.is_empty() {
                            self.close_viewer(id);
                        } else {
                            log::info!("viewer {}: {why}", id.0);
                            self.dismiss(id);
                        }
                        break;
                    }
                }
            }
            // The end's own answers (to unknown messages) come without an effect. An acknowledgement that waits
            // for the update behind it goes on waiting.
            if self.viewers.get(&id).is_some_and(|v| !v.end.outbox.is_empty() && v.acknowledge_at.is_none()) {
                self.want_flush(id);
            }
        }
    }

    fn hear(&mut self, id: ViewerId, message: ClientMessage) {
        let command = match message {
            ClientMessage::Command(_) => true,
            // A key may be bound to a command; most are not, and thousands of panes are looked at below.
            ClientMessage::Input(_) => self.panes.len() <= PANES_LOOKED_AT_PER_KEY,
            _ => false,
        };
        let now = (self.clock)();
        let core = &mut self.core;
        let heard = catch_unwind(AssertUnwindSafe(|| core.handle(now, Input::ViewerSaid(id, message))));
        if heard.is_err() {
            // Ending here would bring the same message again, from a client that repeats what was not
            // acknowledged, to the next daemon: it is this viewer that has to go.
            log::error!("viewer {}: its message broke the server; it is dismissed", id.0);
            self.inbox.push_back(Input::Notice("a client's message failed; the log says where".to_owned()));
            self.dismiss(id);
        }
        self.settle();
        if command {
            self.plan_changed_checkpoints(now.instant);
        }
    }

    /// Sends what waits; who has taken all is told so to the core.
    pub(super) fn flush_viewers(&mut self) {
        for id in std::mem::take(&mut self.to_flush) {
            let Some(viewer) = self.viewers.get_mut(&id) else { continue };
            viewer.to_flush = false;
            if let Some(at) = viewer.acknowledge_at.take() {
                self.acknowledgements.remove(&(at, id));
            }
            let was_congested = viewer.congested();
            match viewer.flush() {
                Flushed::Gone => self.close_viewer(id),
                Flushed::Waiting => {
                    if was_congested && !viewer.congested() {
                        self.want_read(id);
                    }
                    self.watch_room(id, true);
                }
                Flushed::Empty => {
                    if viewer.leaving.is_some() {
                        self.close_viewer(id);
                        continue;
                    }
                    if std::mem::take(&mut viewer.told) {
                        self.inbox.push_back(Input::ViewerDrained(id));
                    }
                    if was_congested {
                        self.want_read(id);
                    }
                    self.watch_room(id, false);
                }
            }
        }
    }

    /// Closes the connections of those who took too long to say hello or to leave.
    pub(super) fn part_with_viewers(&mut self) {
        self.end_silent_viewers();
        let now = (self.clock)().instant;
        let late: Vec<ViewerId> = self
            .leaving
            .iter()
            .filter(|id| self.viewers.get(id).and_then(|v| v.leaving).is_none_or(|at| at <= now))
            .copied()
            .collect();
        for id in late {
            self.leaving.remove(&id);
            self.close_viewer(id);
        }
    }

    /// The connection ends now; the core hears of it once.
    pub(super) fn close_viewer(&mut self, id: ViewerId) {
        self.leaving.remove(&id);
        if let Some(at) = self.viewers.get(&id).and_then(|v| v.acknowledge_at) {
            self.acknowledgements.remove(&(at, id));
        }
        if let Some(mut viewer) = self.viewers.remove(&id) {
            let _ = self.poll.registry().deregister(&mut viewer.socket);
            self.inbox.push_back(Input::ViewerGone(id));
        }
    }
}
