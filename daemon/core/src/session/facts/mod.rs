//! Format variables over the model: one table of rows per kind, one file each. A new variable is a new row.
//!
//! [`Sight`] is a place in the model as a format sees it: a server, perhaps a session, a window in it, a pane,
//! and the client that looks.

mod client;
mod pane;
mod server;
mod session;
mod window;

use super::{JobKey, Pane, Place, Session, Sessions, Viewer, Window, Winlink, Within};
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, ViewerId, WindowId},
    },
    formats::{Clock, Facts, Loop, Order, Pattern},
    options::{Kind, Lookup, table},
    screen::CellText,
};

/// One format variable.
pub struct Variable {
    /// Its name.
    pub name: &'static str,
    /// One sentence for the manual.
    pub text: &'static str,
    /// Its value; none where the place has no such thing.
    pub read: fn(&Sight<'_>) -> Option<String>,
}

/// Where a format is expanded.
#[derive(Clone)]
pub struct Sight<'a> {
    /// The model.
    pub model: &'a Sessions,
    /// The client.
    pub viewer: Option<ViewerId>,
    /// The session.
    pub session: Option<SessionId>,
    /// Index of the window in the session.
    pub index: Option<u32>,
    /// The window.
    pub window: Option<WindowId>,
    /// The pane.
    pub pane: Option<PaneId>,
    /// Where the mouse is, in the pane that it is in.
    pub mouse: Option<(PaneId, Point)>,
    /// Names with values of their own: a list's line number, a hook's, a command's.
    pub extra: Vec<(String, String)>,
    /// Whether this member of a loop is the current one.
    pub is_current: bool,
    /// The member of a loop that this is: `#(…)` has a line for each.
    pub within: Within,
    /// Whether `#(…)` is run: where a client looks on. Else it is nothing.
    pub jobs: bool,
}

impl<'a> Sight<'a> {
    /// The server alone.
    #[must_use]
    pub fn server(model: &'a Sessions) -> Sight<'a> {
        Sight {
            model,
            viewer: None,
            session: None,
            index: None,
            window: None,
            pane: None,
            mouse: None,
            extra: Vec::new(),
            is_current: false,
            within: Within::Nothing,
            jobs: false,
        }
    }

    /// A session with its current window and that window's active pane.
    #[must_use]
    pub fn of_session(model: &'a Sessions, session: SessionId) -> Sight<'a> {
        let index = model.sessions.get(&session).map(|s| s.current);
        Sight { session: Some(session), ..Sight::server(model) }.at_index(index)
    }

    /// A pane, its window, and a session that the window is linked into.
    #[must_use]
    pub fn of_pane(model: &'a Sessions, pane: PaneId) -> Sight<'a> {
        let window = model.panes.get(&pane).map(|p| p.window);
        let session = model.session_of_pane(pane);
        let index = session.zip(window).and_then(|(s, w)| model.sessions.get(&s)?.index_of(w));
        Sight { session, index, window, pane: Some(pane), ..Sight::server(model) }
    }

    /// A client with what it looks at.
    #[must_use]
    pub fn of_viewer(model: &'a Sessions, viewer: ViewerId) -> Sight<'a> {
        let session = model.viewers.get(&viewer).and_then(Viewer::session);
        let base = session.map_or_else(|| Sight::server(model), |session| Sight::of_session(model, session));
        Sight { viewer: Some(viewer), ..base }
    }

    /// The same at another window of the session, with its active pane.
    #[must_use]
    pub fn at_index(mut self, index: Option<u32>) -> Sight<'a> {
        self.index = index;
        self.window = index.and_then(|i| self.session()?.windows.get(&i)).map(|link| link.window);
        self.pane = self.window().map(|window| window.active);
        self
    }

    /// The same at another pane of the window.
    #[must_use]
    pub fn at_pane(mut self, pane: PaneId) -> Sight<'a> {
        self.pane = Some(pane);
        self
    }

    /// The same with a value added.
    #[must_use]
    pub fn with(mut self, name: &str, value: impl ToString) -> Sight<'a> {
        self.extra.push((name.to_owned(), value.to_string()));
        self
    }

    fn session(&self) -> Option<&'a Session> {
        self.model.sessions.get(&self.session?)
    }

    fn window(&self) -> Option<&'a Window> {
        self.model.windows.get(&self.window?)
    }

    fn link(&self) -> Option<&'a Winlink> {
        self.session()?.windows.get(&self.index?)
    }

    fn pane(&self) -> Option<&'a Pane> {
        self.model.panes.get(&self.pane?)
    }

    fn viewer(&self) -> Option<&'a Viewer> {
        self.model.viewers.get(&self.viewer?)
    }

    fn options(&self, place: Place) -> Lookup<'a> {
        self.model.options(place)
    }

    /// An option's value as formats show it: a flag is 1 or 0.
    fn option(&self, name: &str) -> Option<String> {
        let session = self.options(Place::Session(self.session));
        let window = match self.pane {
            Some(pane) => self.options(Place::Pane(pane)),
            None => self.options(Place::Window(self.window)),
        };
        let server = self.options(Place::Server);
        if name.starts_with('@') {
            // What a pane or window says goes before the session, the session before the server.
            let set = [window, session, server];
            return set.iter().find_map(|lookup| lookup.set_value(name).and_then(|_| lookup.shown(name)));
        }
        let spec = table::exact(name.split('[').next().unwrap_or(name))?;
        let lookup = match spec.scope {
            crate::options::Scope::Server => server,
            crate::options::Scope::Session => session,
            _ => window,
        };
        let shown = lookup.shown(name)?;
        Some(if spec.kind == Kind::Flag { flag_text(shown == "on") } else { shown })
    }

    fn variable(&self, name: &str) -> Option<&'static Variable> {
        tables()
            .into_iter()
            .find_map(|rows| rows.binary_search_by(|row| row.name.cmp(name)).ok().and_then(|at| rows.get(at)))
    }
}

/// All variables, kind by kind, each in the order of names.
#[must_use]
pub fn tables() -> [&'static [Variable]; 5] {
    [server::ROWS, session::ROWS, window::ROWS, pane::ROWS, client::ROWS]
}

impl Facts for Sight<'_> {
    fn value(&self, name: &str) -> Option<String> {
        if let Some((_, value)) = self.extra.iter().rev().find(|(n, _)| n == name) {
            return Some(value.clone());
        }
        if let Some(value) = self.option(name) {
            return Some(value);
        }
        if let Some(variable) = self.variable(name) {
            return (variable.read)(self);
        }
        if let Some(value) = pane::of_mode(self, name).or_else(|| pane::of_program(self, name)) {
            return Some(value);
        }
        let own = self.session().and_then(|s| s.environment.get(name));
        own.or_else(|| self.model.environment.get(name)).and_then(|variable| variable.value.clone())
    }

    fn members(&self, which: Loop, order: Order) -> Vec<Box<dyn Facts + '_>> {
        let model = self.model;
        let mut members: Vec<(Sight<'_>, String, u64)> = match which {
            Loop::Sessions => model
                .sessions
                .values()
                .map(|s| {
                    let current = self.session == Some(s.id);
                    let sight = Sight {
                        viewer: self.viewer,
                        is_current: current,
                        within: Within::Session(s.id),
                        jobs: self.jobs,
                        ..Sight::of_session(model, s.id)
                    };
                    (sight, s.name.clone(), s.used)
                })
                .collect(),
            Loop::Windows => {
                let Some(session) = self.session() else { return Vec::new() };
                let (first, last) = (session.windows.keys().next(), session.windows.keys().next_back());
                session
                    .windows
                    .iter()
                    .map(|(index, link)| {
                        let sight = Sight { extra: Vec::new(), ..self.clone() }.at_index(Some(*index));
                        let within = Within::Window(link.window);
                        let sight = Sight { is_current: *index == session.current, within, ..sight }
                            .with("window_start_flag", u8::from(Some(index) == first))
                            .with("window_end_flag", u8::from(Some(index) == last));
                        let window = model.windows.get(&link.window);
                        let name = window.map(|w| w.name.clone()).unwrap_or_default();
                        (sight, name, window.map_or(0, |w| w.activity.instant.0))
                    })
                    .collect()
            }
            Loop::Panes => {
                let Some(window) = self.window() else { return Vec::new() };
                window
                    .panes()
                    .into_iter()
                    .map(|pane| {
                        let sight = Sight {
                            extra: Vec::new(),
                            is_current: pane == window.active,
                            within: Within::Pane(pane),
                            ..self.clone()
                        };
                        let found = model.panes.get(&pane);
                        let title = found.map(|p| p.title.clone()).unwrap_or_default();
                        (sight.at_pane(pane), title, found.map_or(0, |p| p.active_point))
                    })
                    .collect()
            }
            Loop::Clients => model
                .viewers
                .values()
                .filter(|v| v.session().is_some())
                .map(|v| {
                    let current = self.viewer == Some(v.id);
                    let (within, jobs) = (Within::Client(v.id), self.jobs);
                    let sight = Sight { is_current: current, within, jobs, ..Sight::of_viewer(model, v.id) };
                    (sight, v.name(), v.activity.instant.0)
                })
                .collect(),
        };
        match order {
            Order::Index => {}
            Order::Name => members.sort_by(|a, b| a.1.cmp(&b.1)),
            Order::Time => members.sort_by_key(|member| std::cmp::Reverse(member.2)),
        }
        members.into_iter().map(|(sight, _, _)| Box::new(sight) as Box<dyn Facts + '_>).collect()
    }

    fn current(&self) -> bool {
        self.is_current
    }

    fn exists(&self, session: bool, name: &str) -> bool {
        if session {
            return self.model.session_named(name).is_some();
        }
        self.session().is_some_and(|s| {
            s.windows
                .values()
                .any(|link| self.model.windows.get(&link.window).is_some_and(|w| w.name == name))
        })
    }

    fn search(&self, pattern: &Pattern) -> Option<u16> {
        let pane = self.pane()?;
        (0..pane.screen.size().rows).find(|y| pattern.find(&row_text(pane, *y)).is_some()).map(|y| y + 1)
    }

    fn job(&self, command: &str, expanded: &str) -> Option<String> {
        let key = JobKey { viewer: self.viewer, within: self.within, command: command.to_owned() };
        self.jobs.then(|| self.model.format_jobs.line(key, expanded, self.model.now))
    }

    fn clock(&self) -> Clock {
        Clock { wall_seconds: self.model.now.wall_seconds, zone_seconds: self.model.now.zone_seconds }
    }
}

/// The text of a visible row.
fn row_text(pane: &Pane, y: u16) -> String {
    let mut text = String::new();
    let mut x = 0;
    for cell in pane.screen.row(y).cells() {
        text.extend(std::iter::repeat_n(' ', usize::from(cell.x.saturating_sub(x))));
        match cell.text {
            CellText::Char(c) => text.push(c),
            CellText::Cluster(cluster) => text.push_str(cluster),
        }
        x = cell.x.saturating_add(u16::from(cell.width));
    }
    text
}

fn flag_text(value: bool) -> String {
    u8::from(value).to_string()
}

/// `1` or `0`.
#[allow(clippy::unnecessary_wraps, reason = "rows give an option")]
fn flag(value: bool) -> Option<String> {
    Some(flag_text(value))
}
