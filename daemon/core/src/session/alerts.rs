//! Bells, activity and silence in windows that nobody looks at.

use super::{Sessions, settings::Place, viewer::SurfaceTarget};
use crate::base::ids::{PaneId, SessionId, ViewerId, WindowId};
use crate::screen::Notice;
use std::collections::BTreeSet;

/// What happened in a window.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Alert {
    /// A program rang the bell.
    Bell,
    /// A program wrote something.
    Activity,
    /// Nothing was written for `monitor-silence` seconds.
    Silence,
}

impl Alert {
    fn action(self) -> &'static str {
        match self {
            Alert::Bell => "bell-action",
            Alert::Activity => "activity-action",
            Alert::Silence => "silence-action",
        }
    }
    fn visual(self) -> &'static str {
        match self {
            Alert::Bell => "visual-bell",
            Alert::Activity => "visual-activity",
            Alert::Silence => "visual-silence",
        }
    }
    fn word(self) -> &'static str {
        match self {
            Alert::Bell => "Bell",
            Alert::Activity => "Activity",
            Alert::Silence => "Silence",
        }
    }
}

impl Sessions {
    /// A pane's program rang: pane surfaces hear each bell, sessions as their options say.
    pub fn bell(&mut self, pane: PaneId, count: u32) {
        for surface in self.viewers.values_mut().flat_map(|v| v.surfaces.values_mut()) {
            if surface.target == SurfaceTarget::Pane(pane) {
                surface.bells = surface.bells.saturating_add(count);
                surface.dirty = true;
            }
        }
        let Some(window) = self.panes.get(&pane).map(|p| p.window) else { return };
        if self.options(Place::Window(Some(window))).flag("monitor-bell") {
            self.alert(window, Alert::Bell);
        }
    }

    /// A pane's program has a notice for whoever looks at its window: a message, with `allow-notices`.
    pub fn show_notice(&mut self, pane: PaneId, notice: &Notice) {
        if !self.options(Place::Pane(pane)).flag("allow-notices") {
            return;
        }
        let Some(window) = self.panes.get(&pane).map(|p| p.window) else { return };
        let between = if notice.title.is_empty() || notice.body.is_empty() { "" } else { ": " };
        let text = format!("{}{between}{}", notice.title, notice.body);
        let sessions: Vec<SessionId> = self.sessions_of(window).map(|s| s.id).collect();
        let viewers: BTreeSet<ViewerId> =
            sessions.into_iter().flat_map(|session| self.attached(session)).map(|v| v.id).collect();
        for viewer in viewers {
            self.show_message(viewer, &text);
        }
    }

    /// A pane's program wrote something.
    pub fn activity(&mut self, pane: PaneId) {
        let Some(id) = self.panes.get(&pane).map(|p| p.window) else { return };
        let now = self.now;
        if let Some(window) = self.windows.get_mut(&id) {
            window.activity = now;
        }
        self.watch_silence(id);
        if self.options(Place::Window(Some(id))).flag("monitor-activity") {
            self.alert(id, Alert::Activity);
        }
    }

    /// Starts the wait for silence anew.
    pub fn watch_silence(&mut self, window: WindowId) {
        let seconds = self.options(Place::Window(Some(window))).number("monitor-silence");
        let due = u64::try_from(seconds).ok().filter(|s| *s > 0);
        let due = due.map(|s| self.now.instant.after_ms(s.saturating_mul(1000)));
        if let Some(window) = self.windows.get_mut(&window) {
            window.silence_due = due;
        }
        // Never too late; what is found not to be due yet is looked at again.
        self.silence_due = self.silence_due.into_iter().chain(due).min();
    }

    /// Marks what happened in the sessions that have the window, and tells their viewers.
    pub fn alert(&mut self, window: WindowId, alert: Alert) {
        let sessions: Vec<SessionId> = self.sessions_of(window).map(|s| s.id).collect();
        for session in sessions {
            let attached = self.attached(session).next().is_some();
            let Some(found) = self.sessions.get_mut(&session) else { continue };
            let current = found.current;
            let mut new = Vec::new();
            for (index, link) in found.windows.iter_mut().filter(|(_, link)| link.window == window) {
                let flag = match alert {
                    Alert::Bell => &mut link.alerts.bell,
                    Alert::Activity => &mut link.alerts.activity,
                    Alert::Silence => &mut link.alerts.silence,
                };
                // A bell is told each time, the others once until the window is looked at.
                if *flag && alert != Alert::Bell {
                    continue;
                }
                if *index != current || !attached {
                    *flag = true;
                }
                new.push(*index);
            }
            for index in new {
                let applies = match self.options(Place::Session(Some(session))).text(alert.action()) {
                    "any" => true,
                    "current" => index == current,
                    "other" => index != current,
                    _ => false,
                };
                if applies {
                    self.tell_alert(session, index, current, alert);
                }
            }
        }
    }

    fn tell_alert(&mut self, session: SessionId, index: u32, current: u32, alert: Alert) {
        let visual = self.options(Place::Session(Some(session))).text(alert.visual()).to_owned();
        if visual != "on" {
            for viewer in self.viewers.values_mut() {
                for surface in viewer.surfaces.values_mut() {
                    if surface.target == SurfaceTarget::Session(session) {
                        surface.bells = surface.bells.saturating_add(1);
                        surface.dirty = true;
                    }
                }
            }
        }
        if visual == "on" || visual == "both" {
            let text = if index == current {
                format!("{} in current window", alert.word())
            } else {
                format!("{} in window {index}", alert.word())
            };
            let viewers: Vec<_> = self.attached(session).map(|v| v.id).collect();
            for viewer in viewers {
                self.show_message(viewer, &text);
            }
        }
    }
}
