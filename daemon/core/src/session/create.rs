//! New sessions, windows and panes.

use super::{
    Alerts, Environment, Session, Sessions, Window, Winlink,
    names::{NAME_BYTES_MAX, tidy},
    settings::{Place, turn_off},
    spawn::Start,
};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, WindowId},
        limits::{SESSIONS_MAX, WINDOWS_MAX},
    },
    layout::Split,
    options::OptionNode,
};
use std::collections::BTreeMap;

/// What a new session is to be.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewSession {
    /// Its name; made up when `None`.
    pub name: Option<String>,
    /// Where its windows start.
    pub cwd: String,
    /// Variables of the session: the client's, as `update-environment` picks them, and `-e`.
    pub environment: Environment,
    /// Size of its first window while no viewer is attached (`-x`, `-y`).
    pub size: Option<Size>,
    /// Whether that size is kept (`new-session -d -x -y`): the window's size is manual until then.
    pub size_is_manual: bool,
    /// Name of the first window.
    pub window_name: Option<String>,
    /// What runs in it.
    pub start: Start,
}

/// Where a new window goes and what it is.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NewWindow {
    /// At this index; the first free one from `base-index` when `None`.
    pub index: Option<u32>,
    /// Others make room when the index is taken (`-a`, `-b`).
    pub insert: bool,
    /// Takes the place of the window at the index (`-k`).
    pub replace: bool,
    /// Its name; automatic when `None`.
    pub name: Option<String>,
    /// Whether it becomes the current window.
    pub select: bool,
    /// What runs in it.
    pub start: Start,
}

impl Sessions {
    /// Whether a session may have that name.
    ///
    /// # Errors
    /// When it is empty, too long or taken.
    pub fn check_session_name(&self, name: &str, not: Option<SessionId>) -> Result<(), String> {
        if name.is_empty() || name.len() > NAME_BYTES_MAX {
            return Err(format!("invalid session name: {}", tidy(name)));
        }
        match self.session_named(name) {
            Some(taken) if Some(taken) != not => Err(format!("duplicate session: {name}")),
            _ => Ok(()),
        }
    }

    /// Creates a session with one window and one pane.
    ///
    /// # Errors
    /// When the name can't be used or there are too many sessions, windows or panes.
    pub fn new_session(&mut self, new: NewSession) -> Result<SessionId, String> {
        if self.sessions.len() >= SESSIONS_MAX {
            return Err(format!("too many sessions: at most {SESSIONS_MAX}"));
        }
        let id = SessionId(self.counters.session);
        let name = match &new.name {
            Some(name) => tidy(name),
            None => {
                (id.0..).map(|n| n.to_string()).find(|n| self.session_named(n).is_none()).unwrap_or_default()
            }
        };
        self.check_session_name(&name, None)?;
        self.counters.session += 1;
        let used = self.tick();
        let session = Session {
            id,
            name,
            windows: BTreeMap::new(),
            current: 0,
            last: Vec::new(),
            created: self.now,
            activity: self.now,
            attached: None,
            used,
            options: OptionNode::default(),
            environment: new.environment,
            cwd: new.cwd,
        };
        self.sessions.insert(id, session);
        self.had_sessions = true;
        let window =
            NewWindow { name: new.window_name, select: true, start: new.start, ..NewWindow::default() };
        let made = self.new_window_sized(id, window, new.size);
        let window = match made {
            Ok(window) => window,
            Err(why) => {
                self.sessions.remove(&id);
                return Err(why);
            }
        };
        if new.size_is_manual
            && let Some(window) = self.windows.get_mut(&window)
        {
            window.manual_size = new.size;
        }
        self.changed();
        Ok(id)
    }

    /// Creates a window with one pane.
    ///
    /// # Errors
    /// When the index is taken or there are too many windows or panes.
    pub fn new_window(&mut self, session: SessionId, new: NewWindow) -> Result<WindowId, String> {
        self.new_window_sized(session, new, None)
    }

    fn new_window_sized(
        &mut self,
        session: SessionId,
        new: NewWindow,
        size: Option<Size>,
    ) -> Result<WindowId, String> {
        if self.windows.len() >= WINDOWS_MAX {
            return Err(format!("too many windows: at most {WINDOWS_MAX}"));
        }
        let base = self.base_index(session);
        let Some(found) = self.sessions.get(&session) else {
            return Err(format!("can't find session: {session}"));
        };
        let index = new.index.unwrap_or_else(|| found.free_index(base));
        let taken = found.windows.get(&index).map(|link| link.window);
        if taken.is_some() && !new.insert && !new.replace {
            return Err(format!("create window failed: index {index} in use"));
        }
        let id = WindowId(self.counters.window);
        self.counters.window += 1;
        let size = size.unwrap_or_else(|| self.size_of_new_window(session));
        let pane = self.new_pane(session, id, size, &new.start)?;
        if let Some(pane) = self.panes.get(&pane) {
            self.windows.insert(id, Window::new(id, pane, size, new.name.as_deref(), self.now));
        }
        if taken.is_some() && new.insert {
            self.make_room(session, index);
        }
        let replaced = self
            .sessions
            .get_mut(&session)
            .and_then(|found| found.windows.insert(index, Winlink { window: id, alerts: Alerts::default() }));
        if new.select {
            self.select_index(session, index);
        } else if let Some(found) = self.sessions.get_mut(&session)
            && !found.windows.contains_key(&found.current)
        {
            found.current = index;
        }
        if let Some(replaced) = replaced {
            self.window_unlinked(replaced.window);
        }
        self.resize_window_to_viewers(id);
        self.watch_silence(id);
        self.changed();
        Ok(id)
    }

    /// The lowest index that windows of a session have by themselves.
    #[must_use]
    pub fn base_index(&self, session: SessionId) -> u32 {
        let base = self.options(Place::Session(Some(session))).number("base-index");
        u32::try_from(base).unwrap_or(0)
    }

    /// Moves the window at an index, and those that stand without a gap after it, up by one.
    pub fn make_room(&mut self, session: SessionId, index: u32) {
        let Some(session) = self.sessions.get_mut(&session) else { return };
        let free = session.free_index(index);
        for from in (index..free).rev() {
            if let Some(link) = session.windows.remove(&from) {
                session.windows.insert(from.saturating_add(1), link);
            }
        }
        if (index..free).contains(&session.current) {
            session.current += 1;
        }
        self.changed();
    }

    /// Splits a pane; the new one becomes active when `select`.
    ///
    /// # Errors
    /// When there is no room, or there are too many panes.
    pub fn split_pane(
        &mut self,
        session: SessionId,
        target: PaneId,
        how: Split,
        select: bool,
        start: &Start,
    ) -> Result<PaneId, String> {
        let Some(window) = self.panes.get(&target).map(|p| p.window) else {
            return Err(format!("can't find pane: {target}"));
        };
        // Try on a copy first: a pane that does not fit is never spawned.
        let mut layout = match self.windows.get(&window) {
            Some(window) => window.layout.clone(),
            None => return Err(format!("can't find window: {window}")),
        };
        let next = PaneId(self.counters.pane);
        layout.split(target, next, how)?;
        let size = layout.rect(next).map_or(Size::new(80, 24), |rect| rect.size());
        let pane = self.new_pane(session, window, size, start)?;
        if let Some(window) = self.windows.get_mut(&window) {
            window.zoomed = None;
            window.layout = layout;
        }
        self.fit_panes(window);
        if select {
            self.select_pane(pane);
        }
        self.changed();
        Ok(pane)
    }

    /// Renames a session.
    ///
    /// # Errors
    /// As [`Sessions::check_session_name`].
    pub fn rename_session(&mut self, session: SessionId, name: &str) -> Result<(), String> {
        let name = tidy(name);
        self.check_session_name(&name, Some(session))?;
        if let Some(session) = self.sessions.get_mut(&session) {
            session.name = name;
        }
        self.changed();
        Ok(())
    }

    /// Renames a window for good: it no longer follows what runs in it.
    pub fn rename_window(&mut self, window: WindowId, name: &str) {
        if let Some(window) = self.windows.get_mut(&window) {
            turn_off(&mut window.options, "automatic-rename");
            window.name = tidy(name);
        }
        self.changed();
    }
}
