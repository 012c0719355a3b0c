//! How large windows are: whose size wins, and what follows for panes and their ptys.

use super::{
    Pane, PaneState, Sessions,
    settings::Place,
    viewer::{Surface, SurfaceTarget},
};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, WindowId},
    },
    boundary::Effect,
    layout::Edge,
};

impl Sessions {
    /// Rows that status lines take from a session's window.
    #[must_use]
    pub fn status_rows(&self, session: SessionId) -> u16 {
        match self.options(Place::Session(Some(session))).text("status") {
            "off" | "0" | "no" => 0,
            "on" | "1" | "yes" => 1,
            lines => lines.parse().unwrap_or(1).min(5),
        }
    }

    /// The size that a surface has for the window it shows, if its size counts, and when it was used.
    fn wanted(&self, surface: &Surface, window: WindowId, current_only: bool) -> Option<(Size, u64)> {
        if !surface.sizes {
            return None;
        }
        match surface.target {
            SurfaceTarget::Session(id) => {
                let session = self.sessions.get(&id)?;
                let shows =
                    if current_only { session.current_window() == Some(window) } else { session.has(window) };
                let rows = surface.size.rows.saturating_sub(self.status_rows(id));
                shows.then(|| (Size::new(surface.size.cols, rows), surface.used))
            }
            SurfaceTarget::Pane(id) => {
                // A pane's viewer shows the whole window, pane by pane: the size it says is the window's.
                self.windows.get(&window)?.visible_rect(id)?;
                Some((surface.size, surface.used))
            }
        }
    }

    /// The size that a window should have by the viewers that look at it; `None`: as it is.
    fn size_by_viewers(&self, window: WindowId) -> Option<Size> {
        let scope = Place::Window(Some(window));
        let policy = self.options(scope).text("window-size");
        if policy == "manual" {
            return self.windows.get(&window)?.manual_size;
        }
        let current_only = self.options(scope).flag("aggressive-resize");
        let surfaces = self.viewers.values().flat_map(|v| v.surfaces.values());
        let sizes = surfaces.filter_map(|s| self.wanted(s, window, current_only));
        match policy {
            "smallest" => sizes
                .map(|(size, _)| size)
                .reduce(|a, b| Size { cols: a.cols.min(b.cols), rows: a.rows.min(b.rows) }),
            "largest" => sizes
                .map(|(size, _)| size)
                .reduce(|a, b| Size { cols: a.cols.max(b.cols), rows: a.rows.max(b.rows) }),
            _ => sizes.max_by_key(|(_, used)| *used).map(|(size, _)| size),
        }
        .or_else(|| self.windows.get(&window).and_then(|w| w.manual_size))
    }

    /// The size that a new window of a session starts with.
    #[must_use]
    pub fn size_of_new_window(&self, session: SessionId) -> Size {
        let attached = self
            .attached(session)
            .flat_map(|v| v.surfaces.values())
            .filter(|s| s.sizes && s.target == SurfaceTarget::Session(session))
            .max_by_key(|s| s.used);
        if let Some(surface) = attached {
            let rows = surface.size.rows.saturating_sub(self.status_rows(session));
            return Size::new(surface.size.cols, rows);
        }
        let beside =
            self.sessions.get(&session).and_then(|s| s.current_window()).and_then(|w| self.windows.get(&w));
        if let Some(window) = beside {
            return window.size();
        }
        let text = self.options(Place::Session(Some(session))).text("default-size");
        let sides = text.split_once('x').and_then(|(c, r)| Some((c.parse().ok()?, r.parse().ok()?)));
        sides.map_or(Size { cols: 80, rows: 24 }, |(cols, rows)| Size::new(cols, rows))
    }

    /// Gives a window the size that its viewers want.
    pub fn resize_window_to_viewers(&mut self, window: WindowId) {
        if let Some(size) = self.size_by_viewers(window) {
            self.resize_window(window, size);
        } else {
            self.fit_panes(window);
        }
    }

    /// Gives every window the size that its viewers want: after an option that counts for it, or when a
    /// viewer came, went or changed its size.
    pub fn resize_windows_to_viewers(&mut self) {
        let windows: Vec<WindowId> = self.windows.keys().copied().collect();
        for window in windows {
            self.resize_window_to_viewers(window);
        }
    }

    /// Gives a window a size; a zoom stays.
    pub fn resize_window(&mut self, window: WindowId, size: Size) {
        let Some(found) = self.windows.get_mut(&window) else { return };
        if found.layout.size() != size {
            let before = found.layout.size();
            found.layout.resize(size);
            if found.layout.size() != before {
                self.changed();
            }
        }
        self.fit_panes(window);
    }

    /// Gives the panes of a window the sizes that its layout has for them.
    pub fn fit_panes(&mut self, window: WindowId) {
        let edge = match self.options(Place::Window(Some(window))).text("pane-border-status") {
            "top" => Edge::Top,
            "bottom" => Edge::Bottom,
            _ => Edge::None,
        };
        let Some(found) = self.windows.get_mut(&window) else { return };
        found.layout.set_edge(edge);
        let mut places = found.layout.places();
        if let Some(zoomed) = found.zoomed
            && let Some(rect) = found.visible_rect(zoomed)
        {
            for (pane, place) in &mut places {
                if *pane == zoomed {
                    *place = rect;
                }
            }
        }
        for (pane, rect) in places {
            self.resize_pane_screen(pane, rect.size());
        }
    }

    fn resize_pane_screen(&mut self, pane: PaneId, size: Size) {
        let Some(found) = self.panes.get_mut(&pane) else { return };
        if found.screen.size() != size {
            self.with_mode(pane, |mode, sight| mode.before_resize(sight));
            let Some(found) = self.panes.get_mut(&pane) else { return };
            found.screen.resize(size);
            // What a program asked to be told of it (mode 2048).
            let replies = found.screen.outcome().replies;
            self.changed = true;
            self.topology_changed = true;
            self.mode_resized(pane, size);
            if !replies.is_empty() {
                // As with focus: never under the mark of an input.
                let mark = self.mark.take();
                self.write_pane(pane, &replies);
                self.mark = mark;
            }
        }
        self.tell_pty_size(pane);
    }

    /// Tells a pane's pty its size when it has another one.
    pub fn tell_pty_size(&mut self, pane: PaneId) {
        // A dead one too: what its screen was when it got another size is checkpointed with this.
        let Some(Pane { state: PaneState::Running | PaneState::Dead { .. }, screen, pty_size, .. }) =
            self.panes.get_mut(&pane)
        else {
            return;
        };
        let size = screen.size();
        if pty_size.replace(size) != Some(size) {
            self.push(Effect::ResizePty(pane, size));
        }
    }
}
