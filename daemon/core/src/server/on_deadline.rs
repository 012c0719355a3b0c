//! Everything that happens because time passed: one look at each kind of timer at the end of each turn.

use super::Server;
use crate::{
    base::{
        ids::{ViewerId, WindowId},
        instant::Instant,
    },
    session::{Alert, Overlay, Place},
};

/// Changes within that time are told to those who watch at once.
const TOPOLOGY_AFTER_MS: u64 = 30;
/// Modes that show something that changes by itself (a clock, a list) are asked that often.
const MODE_REFRESH_MS: u64 = 1000;

impl Server {
    /// Carries out what is due.
    pub(super) fn on_deadlines(&mut self) {
        let now = self.model.now.instant;
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        if due(self.model.process_due) {
            self.model.look_at_processes();
        }
        if due(self.model.silence_due) {
            self.silences(now);
        }
        if due(self.model.retype_due) {
            self.model.look_at_retypes();
        }
        self.key_timers(now);
        self.model.look_at_format_jobs_again();
        if due(self.topology_due) {
            self.topology_due = None;
            self.tell_topology(None);
        }
        if std::mem::take(&mut self.model.status_restarts) {
            self.status_due = None;
        }
        if due(self.status_due) {
            self.status_due = None;
            self.model.redraw();
            let refreshed: Vec<_> =
                self.model.panes.values().filter(|p| p.mode.is_some()).map(|p| p.id).collect();
            for pane in refreshed {
                self.model.with_mode(pane, |mode, sight| mode.refresh(sight));
            }
        }
        if self.status_due.is_none() {
            self.status_due = self.status_interval().map(|ms| now.after_ms(ms));
        }
    }

    /// The time between two looks at status lines: the shortest `status-interval` of a session that somebody
    /// looks at; a second while a mode is open there.
    fn status_interval(&self) -> Option<u64> {
        let attached = self.model.viewers.values().filter_map(|v| v.session());
        let of_session = |session| {
            let options = self.model.options(Place::Session(Some(session)));
            let seconds = u64::from(options.count("status-interval", 1_000_000));
            let shown = self.model.status_rows(session) > 0 && seconds > 0;
            let mode = self
                .model
                .active_pane(session)
                .and_then(|p| self.model.panes.get(&p))
                .is_some_and(|p| p.mode.is_some());
            match (mode, shown) {
                (true, _) => Some(MODE_REFRESH_MS),
                (false, true) => Some(seconds * 1000),
                (false, false) => None,
            }
        };
        attached.filter_map(of_session).min()
    }

    fn silences(&mut self, now: Instant) {
        let due: Vec<WindowId> = self
            .model
            .windows
            .values()
            .filter(|w| w.silence_due.is_some_and(|at| at <= now))
            .map(|w| w.id)
            .collect();
        for window in due {
            // Told once; the next output starts the wait again.
            if let Some(window) = self.model.windows.get_mut(&window) {
                window.silence_due = None;
            }
            self.model.alert(window, Alert::Silence);
            self.model.topology_changed = true;
        }
        self.model.silence_due = self.model.windows.values().filter_map(|w| w.silence_due).min();
    }

    /// Key tables that time out, messages that go.
    fn key_timers(&mut self, now: Instant) {
        let due = |at: Option<Instant>| at.is_some_and(|at| at <= now);
        let mut reset = Vec::new();
        let mut uncover = Vec::new();
        for viewer in self.model.viewers.values() {
            if due(viewer.keys.repeat_until) || due(viewer.keys.prefix_until) {
                reset.push(viewer.id);
            }
            if let Some(Overlay::Message { until, .. } | Overlay::Panes { until, .. }) = &viewer.overlay
                && due(*until)
            {
                uncover.push(viewer.id);
            }
        }
        for viewer in reset {
            self.reset_keys(viewer);
            // A prefix that led to nothing has had its effect.
            self.acknowledge(viewer, false);
        }
        for viewer in uncover {
            let overlay = self.model.viewers.get_mut(&viewer).and_then(|v| v.overlay.take());
            self.model.set_overlay(viewer, None);
            if let Some(Overlay::Panes { waits, .. }) = overlay {
                self.prompt_ended(waits, false);
            }
        }
    }

    /// Viewers that watch are told of a change, together with those that follow at once.
    pub(super) fn topology_soon(&mut self) {
        if self.model.viewers.values().any(|v| v.watches) && self.topology_due.is_none() {
            self.topology_due = Some(self.model.now.instant.after_ms(TOPOLOGY_AFTER_MS));
        }
    }

    /// The next time at which something is due.
    pub(super) fn next_deadline(&self) -> Option<Instant> {
        if self.ended {
            return None;
        }
        let viewers = self.model.viewers.values().flat_map(|v| {
            let overlay = match &v.overlay {
                Some(Overlay::Message { until, .. } | Overlay::Panes { until, .. }) => *until,
                _ => None,
            };
            [v.keys.repeat_until, v.keys.prefix_until, overlay, self.update_due(v)]
        });
        let own = [
            self.model.process_due,
            self.model.retype_due,
            self.model.silence_due,
            self.topology_due,
            self.status_due,
            self.model.format_jobs.again(),
            self.plan.deadline(),
        ];
        viewers.chain(own).flatten().min()
    }

    /// The viewer's keys go through the session's own table again.
    pub(super) fn reset_keys(&mut self, viewer: ViewerId) {
        if let Some(viewer) = self.model.viewers.get_mut(&viewer) {
            let was = std::mem::take(&mut viewer.keys);
            if was.table.is_some() {
                for surface in viewer.surfaces.values_mut() {
                    surface.dirty = true;
                    surface.around_stale = true;
                }
            }
        }
    }
}
