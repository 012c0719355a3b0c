//! Moving what is there: panes within and between windows, windows within and between sessions.

use super::{Alerts, Sessions, Window, Winlink, settings::Place};
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, WindowId},
        limits::WINDOWS_MAX,
    },
    layout::{Axis, Layout, Length, Preset, PresetSizes, Split},
};

impl Sessions {
    /// Gives a pane the whole window for now, or ends that.
    pub fn toggle_zoom(&mut self, pane: PaneId) {
        let Some(id) = self.panes.get(&pane).map(|p| p.window) else { return };
        let Some(window) = self.windows.get(&id) else { return };
        if window.zoomed.is_some() {
            self.unzoom(id);
        } else if window.layout.count() > 1 {
            self.select_pane(pane);
            if let Some(window) = self.windows.get_mut(&id) {
                window.zoomed = Some(pane);
            }
            self.fit_panes(id);
            self.changed();
        }
    }

    /// Shows all panes again.
    pub fn unzoom(&mut self, window: WindowId) {
        if self.windows.get_mut(&window).is_some_and(|w| w.zoomed.take().is_some()) {
            self.fit_panes(window);
            self.changed();
        }
    }

    /// Changes a window's layout and fits its panes to it; a zoom ends first. False when nothing changed.
    pub fn change_layout(&mut self, window: WindowId, change: impl FnOnce(&mut Layout) -> bool) -> bool {
        self.unzoom(window);
        let Some(found) = self.windows.get_mut(&window) else { return false };
        let changed = change(&mut found.layout);
        if changed {
            self.fit_panes(window);
            self.changed();
        }
        changed
    }

    /// Moves the border after a pane.
    pub fn resize_pane(&mut self, pane: PaneId, axis: Axis, change: i32) -> bool {
        let Some(window) = self.panes.get(&pane).map(|p| p.window) else { return false };
        self.change_layout(window, |layout| layout.resize_pane(pane, axis, change))
    }

    /// Gives a pane a length.
    pub fn resize_pane_to(&mut self, pane: PaneId, axis: Axis, len: u16) -> bool {
        let Some(window) = self.panes.get(&pane).map(|p| p.window) else { return false };
        self.change_layout(window, |layout| layout.resize_pane_to(pane, axis, len))
    }

    /// Drags the border at a point of the window to another.
    pub fn drag_border(&mut self, window: WindowId, from: Point, to: Point) -> bool {
        self.change_layout(window, |layout| layout.drag(from, to))
    }

    /// Arranges the panes by name; remembers the layout for [`Sessions::undo_layout`].
    pub fn apply_preset(&mut self, window: WindowId, preset: Preset) {
        let sizes = self.preset_sizes(window);
        self.remember_layout(window);
        self.change_layout(window, |layout| {
            layout.apply(preset, layout.size(), sizes);
            true
        });
        if let Some(window) = self.windows.get_mut(&window) {
            window.preset = Some(preset);
        }
        self.resize_window_to_viewers(window);
    }

    fn preset_sizes(&self, window: WindowId) -> PresetSizes {
        let scope = Place::Window(Some(window));
        let len =
            |name, default| Length::parse(self.options(scope).text(name)).unwrap_or(Length::Cells(default));
        PresetSizes {
            main_cols: len("main-pane-width", 80),
            main_rows: len("main-pane-height", 24),
            other_cols: len("other-pane-width", 0),
            other_rows: len("other-pane-height", 0),
            columns_max: u16::try_from(self.options(scope).number("tiled-layout-max-columns")).unwrap_or(0),
        }
    }

    /// Makes the panes around a pane equally large (`select-layout -E`).
    pub fn spread_panes(&mut self, pane: PaneId) {
        let Some(window) = self.panes.get(&pane).map(|p| p.window) else { return };
        self.remember_layout(window);
        self.change_layout(window, |layout| layout.spread(pane));
    }

    /// Arranges the panes as a layout's text says.
    ///
    /// # Errors
    /// When the text is no layout for that many panes.
    pub fn apply_layout_text(&mut self, window: WindowId, text: &str) -> Result<(), String> {
        let Some(found) = self.windows.get(&window) else {
            return Err(format!("can't find window: {window}"));
        };
        let mut new = Layout::parse(text, &found.layout.panes())?;
        new.set_edge(found.layout.edge());
        self.remember_layout(window);
        self.change_layout(window, |layout| {
            *layout = new;
            true
        });
        self.resize_window_to_viewers(window);
        Ok(())
    }

    fn remember_layout(&mut self, window: WindowId) {
        if let Some(window) = self.windows.get_mut(&window) {
            window.layout_before = Some(window.layout.clone());
        }
    }

    /// Goes back to the layout before the last that was selected (`select-layout -o`); false when there is
    /// none for these panes.
    pub fn undo_layout(&mut self, window: WindowId) -> bool {
        let Some(found) = self.windows.get_mut(&window) else { return false };
        let Some(mut before) = found.layout_before.take() else { return false };
        let (mut a, mut b) = (before.panes(), found.layout.panes());
        a.sort_unstable();
        b.sort_unstable();
        if a != b {
            return false;
        }
        let size = found.layout.size();
        self.change_layout(window, |layout| {
            before.resize(size);
            before.set_edge(layout.edge());
            std::mem::swap(layout, &mut before);
            true
        });
        if let Some(found) = self.windows.get_mut(&window) {
            found.layout_before = Some(before);
        }
        true
    }

    /// Moves every pane of a window to the next place.
    pub fn rotate(&mut self, window: WindowId, upwards: bool) {
        let Some(found) = self.windows.get(&window) else { return };
        let at = found.pane_position(found.active).unwrap_or(0);
        self.change_layout(window, |layout| {
            layout.rotate(upwards);
            true
        });
        // The place stays active, not the pane.
        if let Some(pane) = self.windows.get(&window).and_then(|w| w.panes().get(at).copied()) {
            self.select_pane(pane);
        }
    }

    /// Two panes change places, within a window or between two.
    pub fn swap_panes(&mut self, a: PaneId, b: PaneId, select: bool) {
        let window_of = |pane| self.panes.get(&pane).map(|p| p.window);
        let (Some(of_a), Some(of_b)) = (window_of(a), window_of(b)) else { return };
        if a == b {
            return;
        }
        self.unzoom(of_a);
        self.unzoom(of_b);
        if of_a == of_b {
            if let Some(window) = self.windows.get_mut(&of_a) {
                window.layout.swap(a, b);
            }
        } else {
            for (id, old, new) in [(of_a, a, b), (of_b, b, a)] {
                if let Some(window) = self.windows.get_mut(&id) {
                    window.layout.replace(old, new);
                    window.last.retain(|p| *p != old && *p != new);
                    if window.active == old {
                        window.active = new;
                    }
                }
                if let Some(pane) = self.panes.get_mut(&new) {
                    pane.window = id;
                }
            }
        }
        self.fit_panes(of_a);
        self.fit_panes(of_b);
        if select {
            self.select_pane(if of_a == of_b { a } else { b });
        }
        self.changed();
    }

    /// Moves a pane into a window of its own, at an index of a session.
    ///
    /// # Errors
    /// When the index is taken or there are too many windows.
    pub fn break_pane(
        &mut self,
        pane: PaneId,
        session: SessionId,
        index: Option<u32>,
        name: Option<&str>,
        select: bool,
    ) -> Result<WindowId, String> {
        let Some(from) = self.panes.get(&pane).map(|p| p.window) else {
            return Err(format!("can't find pane: {pane}"));
        };
        let base = self.base_index(session);
        let Some(target) = self.sessions.get(&session) else {
            return Err(format!("can't find session: {session}"));
        };
        let index = index.unwrap_or_else(|| target.free_index(base));
        if target.windows.contains_key(&index) {
            return Err(format!("index in use: {index}"));
        }
        if self.windows.len() >= WINDOWS_MAX {
            return Err(format!("too many windows: at most {WINDOWS_MAX}"));
        }
        self.unzoom(from);
        if self.windows.get(&from).is_none_or(|w| w.layout.count() < 2) {
            // Alone already: the window moves.
            let source = self.sessions_of(from).find_map(|s| s.index_of(from).map(|i| (s.id, i)));
            let Some((source, at)) = source else { return Err(format!("can't find window: {from}")) };
            self.link_window(from, session, Some(index), false, select)?;
            self.unlink_index(source, at);
            if let Some(name) = name {
                self.rename_window(from, name);
            }
            return Ok(from);
        }
        let size = self.windows.get(&from).map(Window::size);
        self.leave_layout(pane);
        let id = WindowId(self.counters.window);
        self.counters.window += 1;
        let size = size.unwrap_or_else(|| self.size_of_new_window(session));
        if let Some(pane) = self.panes.get_mut(&pane) {
            pane.window = id;
            self.windows.insert(id, Window::new(id, pane, size, name, self.now));
        }
        if let Some(session) = self.sessions.get_mut(&session) {
            session.windows.insert(index, Winlink { window: id, alerts: Alerts::default() });
        }
        if select {
            self.select_index(session, index);
        }
        self.fit_panes(from);
        self.resize_window_to_viewers(id);
        self.fit_panes(id);
        self.changed();
        Ok(id)
    }

    /// Moves a pane beside another one (`join-pane`, `move-pane`).
    ///
    /// # Errors
    /// When they are the same or there is no room.
    pub fn join_pane(
        &mut self,
        pane: PaneId,
        target: PaneId,
        how: Split,
        select: bool,
    ) -> Result<(), String> {
        if pane == target {
            return Err("source and target panes must be different".to_owned());
        }
        let window_of = |pane| self.panes.get(&pane).map(|p| p.window);
        let (Some(from), Some(to)) = (window_of(pane), window_of(target)) else {
            return Err(format!("can't find pane: {pane}"));
        };
        self.unzoom(from);
        self.unzoom(to);
        let Some(mut layout) = self.windows.get(&to).map(|w| w.layout.clone()) else {
            return Err(format!("can't find window: {to}"));
        };
        if from == to {
            layout.remove(pane);
        }
        layout.split(target, pane, how)?;
        if from != to {
            let alone = self.windows.get(&from).is_none_or(|w| w.layout.count() < 2);
            if alone {
                // Its window ends without it.
                let links: Vec<(SessionId, u32)> = self
                    .sessions
                    .values()
                    .flat_map(|s| s.windows.iter().map(|(i, l)| (s.id, *i, l.window)))
                    .filter(|(_, _, window)| *window == from)
                    .map(|(session, index, _)| (session, index))
                    .collect();
                if let Some(found) = self.panes.get_mut(&pane) {
                    found.window = to;
                }
                if let Some(window) = self.windows.get_mut(&to) {
                    window.layout = layout;
                }
                self.windows.remove(&from);
                for (session, index) in links {
                    self.unlink_index(session, index);
                }
            } else {
                self.leave_layout(pane);
                if let Some(found) = self.panes.get_mut(&pane) {
                    found.window = to;
                }
                if let Some(window) = self.windows.get_mut(&to) {
                    window.layout = layout;
                }
                self.fit_panes(from);
            }
        } else if let Some(window) = self.windows.get_mut(&to) {
            window.layout = layout;
        }
        self.fit_panes(to);
        if select {
            self.select_pane(pane);
        }
        self.changed();
        Ok(())
    }

    /// Links a window into a session.
    ///
    /// # Errors
    /// When the index is taken and its window is not to go.
    pub fn link_window(
        &mut self,
        window: WindowId,
        session: SessionId,
        index: Option<u32>,
        replace: bool,
        select: bool,
    ) -> Result<u32, String> {
        let base = self.base_index(session);
        let Some(target) = self.sessions.get_mut(&session) else {
            return Err(format!("can't find session: {session}"));
        };
        let index = index.unwrap_or_else(|| target.free_index(base));
        let taken = target.windows.get(&index).map(|link| link.window);
        if taken == Some(window) {
            return Err(format!("same index: {index}"));
        }
        if taken.is_some() && !replace {
            return Err(format!("index in use: {index}"));
        }
        target.windows.insert(index, Winlink { window, alerts: Alerts::default() });
        if let Some(taken) = taken {
            target.last.retain(|w| *w != taken);
            self.window_unlinked(taken);
        }
        if select {
            self.select_index(session, index);
        }
        self.resize_window_to_viewers(window);
        self.changed();
        Ok(index)
    }

    /// Moves a window from an index of one session to an index of another or the same.
    ///
    /// # Errors
    /// As [`Sessions::link_window`].
    pub fn move_window(
        &mut self,
        from: (SessionId, u32),
        to: (SessionId, Option<u32>),
        replace: bool,
        select: bool,
    ) -> Result<u32, String> {
        let window = self.sessions.get(&from.0).and_then(|s| s.windows.get(&from.1)).map(|link| link.window);
        let Some(window) = window else { return Err(format!("can't find window: {}", from.1)) };
        if from.0 == to.0 && to.1 == Some(from.1) {
            return Err(format!("same index: {}", from.1));
        }
        let was_current = self.sessions.get(&from.0).is_some_and(|s| s.current == from.1);
        let index = self.link_window(window, to.0, to.1, replace, false)?;
        if from.0 == to.0 {
            if let Some(session) = self.sessions.get_mut(&from.0) {
                session.windows.remove(&from.1);
                if was_current {
                    session.current = index;
                }
            }
            if self.options(Place::Session(Some(from.0))).flag("renumber-windows") {
                self.renumber(from.0);
            }
        } else {
            self.unlink_index(from.0, from.1);
        }
        let index = self.sessions.get(&to.0).and_then(|s| s.index_of(window)).unwrap_or(index);
        if select {
            self.select_index(to.0, index);
        }
        self.changed();
        Ok(index)
    }

    /// The windows at two indexes change places.
    pub fn swap_windows(&mut self, a: (SessionId, u32), b: (SessionId, u32), select: bool) -> bool {
        let window_at = |(session, index): (SessionId, u32)| {
            self.sessions.get(&session).and_then(|s| s.windows.get(&index)).map(|link| link.window)
        };
        let (Some(of_a), Some(of_b)) = (window_at(a), window_at(b)) else { return false };
        for ((session, index), window) in [(a, of_b), (b, of_a)] {
            if let Some(session) = self.sessions.get_mut(&session) {
                session.windows.insert(index, Winlink { window, alerts: Alerts::default() });
            }
        }
        if select {
            self.select_index(b.0, b.1);
            if a.0 != b.0 {
                self.select_index(a.0, a.1);
            }
        }
        self.resize_window_to_viewers(of_a);
        self.resize_window_to_viewers(of_b);
        self.changed();
        true
    }
}
