//! The end that sessions come back from (SIGTERM to the keeper): everything is stored once more, then whoever looks
//! is told what became of the session, and the process may go.

use super::Server;
use crate::{
    base::ids::{SessionId, ViewerId},
    boundary::Effect,
    session::{Overlay, Place, SurfaceTarget, plain},
};
use abide_protocol::message::{DetachReason, Detached, Event, ServerMessage};

impl Server {
    pub(super) fn on_draining(&mut self, why: &str) {
        if self.ended || self.draining.is_some() {
            return;
        }
        let why = plain(why);
        let text = format!("the server is ending ({why}): sessions are being saved");
        self.draining = Some(why);
        self.model.note(&text);
        // A store may take its time; whoever looks knows what is waited for.
        let viewers: Vec<(ViewerId, bool)> =
            self.model.viewers.values().map(|v| (v.id, v.session().is_some())).collect();
        for (viewer, shows) in viewers {
            if shows {
                self.model.set_overlay(viewer, Some(Overlay::Message { text: text.clone(), until: None }));
            } else {
                let event = Event::Message(text.clone());
                self.model.push(Effect::TellViewer(viewer, ServerMessage::Event(event)));
            }
        }
        self.plan.drain(self.model.now.instant);
    }

    pub(super) fn on_drain_over(&mut self) {
        if self.draining.is_some() && !self.ended {
            let why = if self.plan.fault().is_empty() {
                "not saved: the store did not answer in time".to_owned()
            } else {
                self.plan.fault().to_owned()
            };
            self.part(&why);
        }
    }

    /// The end of a turn in which the last of it was stored, or given up.
    pub(super) fn end_when_drained(&mut self) {
        if self.draining.is_some() && !self.ended && self.plan.is_drained() {
            let fault = self.plan.fault().to_owned();
            self.part(&fault);
        }
    }

    /// Tells everybody, and ends. `fault` says why the newest is not stored, empty when it is.
    fn part(&mut self, fault: &str) {
        self.ended = true;
        let why = self.draining.clone().unwrap_or_default();
        let surfaces: Vec<_> = self
            .model
            .viewers
            .values()
            .flat_map(|v| v.surfaces.values().map(move |s| (v.id, s.number, s.target)))
            .collect();
        for (viewer, surface, target) in surfaces {
            let session = match target {
                SurfaceTarget::Session(session) => Some(session),
                SurfaceTarget::Pane(pane) => self.model.session_of_pane(pane),
            };
            let name =
                session.and_then(|s| self.model.sessions.get(&s)).map_or(String::new(), |s| s.name.clone());
            let note = plain(&format!("{why}: session {name} {}", self.prospect(session, fault)));
            let reason = DetachReason::ServerExited;
            let detached = Detached { exec: String::new(), name, reason, surface, note };
            self.model.push(Effect::TellViewer(viewer, ServerMessage::Detached(detached)));
        }
        let what = match fault {
            "" => "sessions are saved and come back with the next start".to_owned(),
            fault => format!("sessions come back without their last changes ({fault})"),
        };
        let text = plain(&format!("the server has ended ({why}): {what}"));
        for viewer in self.model.viewers.values() {
            if viewer.session().is_none() {
                let event = ServerMessage::Event(Event::Message(text.clone()));
                self.model.effects.push(Effect::TellViewer(viewer.id, event));
            }
            self.model.effects.push(Effect::DismissViewer(viewer.id));
        }
        self.model.push(Effect::Drained);
    }

    /// What the next start will have of a session.
    fn prospect(&self, session: Option<SessionId>, fault: &str) -> String {
        let kept = session.is_some_and(|s| self.model.options(Place::Session(Some(s))).flag("restore"));
        match (kept, fault) {
            (false, _) => "is not kept (restore is off)".to_owned(),
            (true, "") => "is saved, attach to bring it back".to_owned(),
            (true, fault) => format!("comes back without its last changes ({fault})"),
        }
    }
}
