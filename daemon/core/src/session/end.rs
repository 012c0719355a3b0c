//! The end of panes, windows and sessions, and what follows from each.

use super::{PaneState, Sessions, facts::Sight, settings::Place, viewer::SurfaceTarget};
use crate::{
    base::ids::{PaneId, SessionId, ViewerId, WindowId},
    boundary::{Effect, ExitStatus},
    formats,
    screen::{CellText, Screen},
};
use abide_protocol::message::{DetachReason, SurfaceNumber};

impl Sessions {
    /// A pane's program has ended and all it wrote is on the screen.
    pub fn pane_exited(&mut self, pane: PaneId, status: ExitStatus) {
        let remain = self.options(Place::Pane(pane)).text("remain-on-exit");
        let stays = match remain {
            "on" | "key" => true,
            "failed" => status != ExitStatus::Code(0),
            _ => false,
        };
        if !stays {
            self.kill_pane(pane);
            return;
        }
        let at = self.now;
        if let Some(pane) = self.panes.get_mut(&pane)
            && !pane.is_dead()
        {
            pane.state = PaneState::Dead { status, at };
            pane.held_since = None;
            self.changed();
        }
        let format = self.options(Place::Pane(pane)).text("remain-on-exit-format").to_owned();
        let said = formats::expand(&format, &Sight::of_pane(self, pane));
        // Told again after a restart of the daemon: what its own words were may not have been on the screen yet.
        if let Some(pane) = self.panes.get_mut(&pane)
            && !said.is_empty()
            && !shows(&pane.screen, &said)
        {
            pane.screen.put_line(&said);
        }
    }

    /// Ends a pane. The last one takes its window along.
    pub fn kill_pane(&mut self, pane: PaneId) {
        let Some(id) = self.panes.get(&pane).map(|p| p.window) else { return };
        let last = self.windows.get(&id).is_none_or(|w| w.layout.count() < 2);
        if last {
            self.kill_window(id);
            return;
        }
        self.leave_layout(pane);
        self.drop_pane(pane);
        self.fit_panes(id);
    }

    /// Takes a pane out of its window's layout; another one becomes active.
    pub(super) fn leave_layout(&mut self, pane: PaneId) {
        let Some(id) = self.panes.get(&pane).map(|p| p.window) else { return };
        let Some(window) = self.windows.get_mut(&id) else { return };
        let before = window.layout.panes();
        window.zoomed = None;
        if !window.layout.remove(pane) {
            return;
        }
        window.last.retain(|p| *p != pane);
        if window.active == pane {
            let at = before.iter().position(|p| *p == pane).unwrap_or(0);
            let beside = if at > 0 { before.get(at - 1) } else { before.get(1) };
            let next = window.last_pane().or(beside.copied());
            if let Some(next) = next {
                window.active = next;
                window.last.retain(|p| *p != next);
            }
        }
        self.changed();
    }

    /// Forgets a pane that is in no layout any more.
    fn drop_pane(&mut self, pane: PaneId) {
        let Some(gone) = self.panes.remove(&pane) else { return };
        if self.marked == Some(pane) {
            self.marked = None;
        }
        if gone.state != PaneState::Empty {
            self.push(Effect::ReleasePty(pane));
        }
        let lookers = self.lookers(SurfaceTarget::Pane(pane));
        for (viewer, surface) in lookers {
            self.detach_surface(viewer, surface, DetachReason::Ended, "");
        }
        self.changed();
    }

    fn lookers(&self, target: SurfaceTarget) -> Vec<(ViewerId, SurfaceNumber)> {
        let surfaces = self.viewers.values().flat_map(|v| v.surfaces.values().map(move |s| (v.id, s)));
        surfaces.filter(|(_, s)| s.target == target).map(|(viewer, s)| (viewer, s.number)).collect()
    }

    /// Ends a window with its panes, in all sessions. The last one takes its session along.
    pub fn kill_window(&mut self, window: WindowId) {
        let sessions: Vec<SessionId> = self.sessions_of(window).map(|s| s.id).collect();
        for session in sessions {
            while let Some(index) = self.sessions.get(&session).and_then(|s| s.index_of(window)) {
                self.unlink_index(session, index);
            }
        }
        self.drop_window(window);
    }

    /// Takes the window at an index out of a session. Another one becomes current: the one before in time,
    /// else the one before it in order, else the one after. The last one takes the session along.
    pub fn unlink_index(&mut self, session: SessionId, index: u32) {
        let renumber = self.options(Place::Session(Some(session))).flag("renumber-windows");
        let Some(found) = self.sessions.get_mut(&session) else { return };
        let Some(link) = found.windows.get(&index) else { return };
        let window = link.window;
        if found.windows.len() == 1 {
            self.kill_session(session);
            return;
        }
        if found.current == index {
            let before = found.windows.range(..index).next_back().map(|(i, _)| *i);
            let after = found.windows.range(index.saturating_add(1)..).next().map(|(i, _)| *i);
            let last_first = found.last_index();
            let around = before.or_else(|| found.windows.keys().next_back().copied().filter(|i| *i != index));
            if let Some(next) = last_first.or(around).or(after) {
                self.select_index(session, next);
            }
        }
        if let Some(found) = self.sessions.get_mut(&session) {
            found.windows.remove(&index);
            if !found.has(window) {
                found.last.retain(|w| *w != window);
            }
        }
        if renumber {
            self.renumber(session);
        }
        self.window_unlinked(window);
        self.changed();
    }

    /// A window may have lost its last link.
    pub(super) fn window_unlinked(&mut self, window: WindowId) {
        if self.sessions_of(window).next().is_none() {
            self.drop_window(window);
        } else {
            self.resize_window_to_viewers(window);
        }
    }

    fn drop_window(&mut self, window: WindowId) {
        let Some(gone) = self.windows.remove(&window) else { return };
        for pane in gone.layout.panes() {
            self.drop_pane(pane);
        }
        self.changed();
    }

    /// Ends a session. Its viewers go to another one or are detached, as `detach-on-destroy` says.
    pub fn kill_session(&mut self, session: SessionId) {
        let scope = Place::Session(Some(session));
        let policy = self.options(scope).text("detach-on-destroy").to_owned();
        let next = self.session_after(session, &policy);
        for (viewer, surface) in self.lookers(SurfaceTarget::Session(session)) {
            match next {
                Some(next) => self.switch_surface(viewer, surface, next),
                None => self.detach_surface(viewer, surface, DetachReason::Ended, ""),
            }
        }
        let Some(gone) = self.sessions.remove(&session) else { return };
        for viewer in self.viewers.values_mut() {
            for surface in viewer.surfaces.values_mut() {
                surface.last_session = surface.last_session.filter(|s| *s != session);
            }
        }
        for link in gone.windows.values() {
            self.window_unlinked(link.window);
        }
        self.changed();
    }

    /// Where viewers of a session go that ends.
    fn session_after(&self, session: SessionId, policy: &str) -> Option<SessionId> {
        let others = || self.sessions.values().filter(|s| s.id != session);
        let by_name = |forward: bool| {
            let name = self.sessions.get(&session).map_or("", |s| s.name.as_str());
            let mut others: Vec<_> = others().collect();
            others.sort_by(|a, b| a.name.cmp(&b.name));
            let at = others.partition_point(|s| s.name.as_str() < name);
            let found = if forward {
                others.get(at).or(others.first())
            } else {
                others[..at].last().or(others.last())
            };
            found.map(|s| s.id)
        };
        match policy {
            "off" => others().max_by_key(|s| s.used).map(|s| s.id),
            "no-detached" => {
                others().filter(|s| self.attached(s.id).next().is_none()).max_by_key(|s| s.used).map(|s| s.id)
            }
            "previous" => by_name(false),
            "next" => by_name(true),
            _ => None,
        }
    }

    /// Ends everything (`kill-server`): at the end of the turn viewers are told and all is removed for good.
    pub fn kill_server(&mut self) {
        self.ending = true;
    }

    /// Detaches all viewers and removes all sessions.
    pub(crate) fn end_all(&mut self) {
        let surfaces: Vec<_> =
            self.viewers.values().flat_map(|v| v.surfaces.keys().map(move |n| (v.id, *n))).collect();
        for (viewer, surface) in surfaces {
            self.detach_surface(viewer, surface, DetachReason::ServerExited, "");
        }
        let sessions: Vec<SessionId> = self.sessions.keys().copied().collect();
        for session in sessions {
            self.kill_session(session);
        }
    }

    /// Gives the windows of a session indexes without gaps (`renumber-windows`, `move-window -r`).
    pub fn renumber(&mut self, session: SessionId) {
        let base = self.base_index(session);
        let Some(session) = self.sessions.get_mut(&session) else { return };
        let links = std::mem::take(&mut session.windows);
        let current = session.current;
        for (index, (old, link)) in (base..).zip(links) {
            if old == current {
                session.current = index;
            }
            session.windows.insert(index, link);
        }
        self.changed();
    }
}

/// Whether a line of the screen begins as that text does: the rest of it may have been wrapped.
fn shows(screen: &Screen, text: &str) -> bool {
    let cols = usize::from(screen.size().cols);
    let wanted: String = text.chars().take(cols.min(12)).collect();
    (0..screen.size().rows).any(|y| {
        let mut row = String::new();
        for cell in screen.row(y).cells() {
            match cell.text {
                CellText::Char(c) => row.push(c),
                CellText::Cluster(cluster) => row.push_str(cluster),
            }
        }
        row.starts_with(wanted.trim_end())
    })
}
