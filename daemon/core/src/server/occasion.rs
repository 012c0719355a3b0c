//! Who is told that an upgrade was the reason why there is this daemon.

use super::Server;
use crate::{
    base::ids::ViewerId,
    session::{Overlay, Place},
};

/// How long after the start a client that shows a session is told in its status line: those that looked when the
/// upgrade began are back long before. Who comes later finds it in `show-messages`.
const TOLD_WITHIN_MS: u64 = 30_000;

impl Server {
    /// A client shows a session again: soon after an upgrade it is told of that.
    pub(super) fn tell_of_upgrade(&mut self, viewer: ViewerId) {
        let facts = &self.model.facts;
        if self.model.now.instant.since_ms(facts.started.instant) > TOLD_WITHIN_MS {
            return;
        }
        let Some(line) = facts.occasion.line() else { return };
        let Some(session) = self.model.viewers.get(&viewer).and_then(crate::session::Viewer::session) else {
            return;
        };
        let text = crate::session::plain(&line);
        let time = self.model.options(Place::Session(Some(session))).number("display-time");
        let until = u64::try_from(time).ok().filter(|ms| *ms > 0);
        let until = until.map(|ms| self.model.now.instant.after_ms(ms));
        self.model.set_overlay(viewer, Some(Overlay::Message { text, until }));
    }
}
