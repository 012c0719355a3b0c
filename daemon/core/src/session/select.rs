//! Which window is current and which pane is active.

use super::{Alerts, Sessions};
use crate::{
    base::ids::{PaneId, SessionId, WindowId},
    layout::Direction,
};

/// Windows that were current before, remembered per session: more than anybody walks back.
const LAST_MAX: usize = 100;

impl Sessions {
    /// Makes the window at an index current; false when there is none.
    pub fn select_index(&mut self, session: SessionId, index: u32) -> bool {
        let Some(found) = self.sessions.get_mut(&session) else { return false };
        let Some(link) = found.windows.get_mut(&index) else { return false };
        link.alerts = Alerts::default();
        let window = link.window;
        if found.current != index {
            if let Some(before) = found.current_window() {
                found.last.retain(|w| *w != before && *w != window);
                found.last.push(before);
                let surplus = found.last.len().saturating_sub(LAST_MAX);
                found.last.drain(..surplus);
            }
            found.current = index;
            self.resize_window_to_viewers(window);
            self.changed();
        }
        true
    }

    /// Makes the next (or previous) window with an alert, or any, current; false when there is none.
    pub fn step_window(&mut self, session: SessionId, forward: bool, alerts_only: bool) -> bool {
        let Some(found) = self.sessions.get(&session) else { return false };
        let here = found.current;
        let fits = |(index, link): (&u32, &super::Winlink)| {
            (*index != here && (!alerts_only || link.alerts.any())).then_some(*index)
        };
        let after = found.windows.range(here.saturating_add(1)..);
        let before = found.windows.range(..here);
        let next = if forward {
            after.chain(before).find_map(fits)
        } else {
            before.rev().chain(after.rev()).find_map(fits)
        };
        next.is_some_and(|index| self.select_index(session, index))
    }

    /// Makes the window current that was before; false when there is none.
    pub fn select_last_window(&mut self, session: SessionId) -> bool {
        let last = self.sessions.get(&session).and_then(super::Session::last_index);
        last.is_some_and(|index| self.select_index(session, index))
    }

    /// Makes a pane its window's active one; false when it is gone. Another pane's zoom ends.
    pub fn select_pane(&mut self, pane: PaneId) -> bool {
        let point = self.tick();
        let Some(found) = self.panes.get_mut(&pane) else { return false };
        found.active_point = point;
        let id = found.window;
        let Some(window) = self.windows.get_mut(&id) else { return false };
        let before = window.active;
        if before != pane {
            window.last.retain(|p| *p != before && *p != pane);
            window.last.push(before);
            let surplus = window.last.len().saturating_sub(LAST_MAX);
            window.last.drain(..surplus);
            window.active = pane;
            self.changed();
            self.focus_moved(Some(before), Some(pane));
            self.rename_soon(id);
        }
        if self.windows.get(&id).is_some_and(|w| w.zoomed.is_some_and(|z| z != pane)) {
            self.unzoom(id);
        }
        true
    }

    /// Makes the pane active that was before; false when there is none.
    pub fn select_last_pane(&mut self, window: WindowId) -> bool {
        let last = self.windows.get(&window).and_then(super::Window::last_pane);
        last.is_some_and(|pane| self.select_pane(pane))
    }

    /// The pane beside a pane, the one used last where several are.
    #[must_use]
    pub fn neighbour(&self, pane: PaneId, side: Direction) -> Option<PaneId> {
        let window = self.windows.get(&self.panes.get(&pane)?.window)?;
        window.layout.neighbour(pane, side, |p| self.panes.get(&p).map_or(0, |p| p.active_point))
    }

    /// The pane so many places after (before, when negative) a pane in its window, round and round.
    #[must_use]
    pub fn pane_offset(&self, pane: PaneId, offset: i64) -> Option<PaneId> {
        let window = self.windows.get(&self.panes.get(&pane)?.window)?;
        let panes = window.panes();
        let at = i64::try_from(panes.iter().position(|p| *p == pane)?).ok()?;
        let count = i64::try_from(panes.len()).ok()?;
        let to = (at + offset % count).rem_euclid(count);
        panes.get(usize::try_from(to).ok()?).copied()
    }

    /// A session has been used: it is the one meant when nobody says which.
    pub fn touch_session(&mut self, session: SessionId) {
        let used = self.tick();
        let now = self.now;
        if let Some(session) = self.sessions.get_mut(&session) {
            session.used = used;
            session.activity = now;
        }
    }

    /// The session used last; with `attached`, those with viewers come first.
    #[must_use]
    pub fn latest_session(&self, attached: bool) -> Option<SessionId> {
        let has_viewers = |s: SessionId| attached && self.attached(s).next().is_some();
        self.sessions.values().max_by_key(|s| (has_viewers(s.id), s.used)).map(|s| s.id)
    }
}

impl Sessions {
    /// A point of a window in cells of one of its panes; beside the pane, its nearest cell.
    #[must_use]
    pub fn in_pane(
        &self,
        pane: PaneId,
        at: crate::base::geometry::Point,
    ) -> Option<crate::base::geometry::Point> {
        let rect = self.windows.get(&self.panes.get(&pane)?.window)?.visible_rect(pane)?;
        let x = at.x.clamp(rect.x, rect.x + rect.cols - 1) - rect.x;
        let y = at.y.clamp(rect.y, rect.y + rect.rows - 1) - rect.y;
        Some(crate::base::geometry::Point { x, y })
    }
}
