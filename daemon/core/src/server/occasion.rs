//! Why there is this daemon, and who is told when an upgrade was the reason.

use super::Server;
use crate::{
    base::ids::ViewerId,
    session::{Overlay, Place},
};

/// How long after the start a client that shows a session is told in its status line: those that looked when the
/// upgrade began are back long before. Who comes later finds it in `show-messages`.
const TOLD_WITHIN_MS: u64 = 30_000;

/// Why there is this daemon.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Occasion {
    /// It is the first, or the one before ended, however.
    #[default]
    Usual,
    /// An upgrade wants it in place of the one before. It has to make sense of what that one left, or to end having
    /// touched nothing.
    Upgrade,
    /// An upgrade wanted another, which did not come to serve; one sentence why. This one is as the one before.
    Fallback(String),
}

impl Occasion {
    /// What became of an upgrade, as a line for people.
    #[must_use]
    pub fn line(&self) -> Option<String> {
        match self {
            Occasion::Usual => None,
            Occasion::Upgrade => Some(format!("upgraded: abide {} serves", env!("CARGO_PKG_VERSION"))),
            Occasion::Fallback(why) => Some(format!("no upgrade, the program before it serves on: {why}")),
        }
    }

    /// What became of an upgrade, for `#{upgrade_result}`: empty, `done`, or why not.
    #[must_use]
    pub fn result(&self) -> &str {
        match self {
            Occasion::Usual => "",
            Occasion::Upgrade => "done",
            Occasion::Fallback(why) => why,
        }
    }
}

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
