//! The search itself. The order in which a text is tried follows tmux's manual, "COMMANDS".

use super::{
    Target, client_named, current,
    token::{self, PaneToken, WindowToken},
};
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, WindowId},
    },
    commands::{
        caller::Caller,
        spec::{TargetKind, TargetSpec},
    },
    formats::glob,
    session::{Place, Sessions},
};

/// What a target was found to be. A place where a window may go has no window, and perhaps no index.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Found {
    /// The session.
    pub session: SessionId,
    /// The index; none for "wherever there is room".
    pub index: Option<u32>,
    /// The window at that index, where there is one.
    pub window: Option<WindowId>,
    /// The pane.
    pub pane: Option<PaneId>,
}

impl Found {
    /// As a target: a pane that is there.
    #[must_use]
    pub fn target(&self) -> Option<Target> {
        Some(Target { session: self.session, index: self.index?, window: self.window?, pane: self.pane? })
    }
}

impl From<Target> for Found {
    fn from(t: Target) -> Found {
        Found { session: t.session, index: Some(t.index), window: Some(t.window), pane: Some(t.pane) }
    }
}

/// A text to be found in a model, for a caller.
pub struct Finder<'a> {
    /// The model.
    pub model: &'a Sessions,
    /// Who asks.
    pub caller: &'a Caller,
}

impl Finder<'_> {
    /// Finds what a command's flag says, or what is meant where it says nothing.
    ///
    /// # Errors
    /// `can't find window: 7` and its like, `no mouse target`, `no marked target`, `no current target`.
    pub fn find(&self, text: Option<&str>, spec: TargetSpec) -> Result<Found, String> {
        let text = text.unwrap_or_default();
        match text {
            "" => return self.unsaid(spec),
            "=" | "{mouse}" => return self.mouse(spec.kind),
            "~" | "{marked}" => {
                let marked = self.model.marked.and_then(|pane| Target::of_pane(self.model, pane, None));
                return marked.map(Found::from).ok_or_else(|| "no marked target".to_owned());
            }
            "@" | "{active}" | "{current}" => return self.current().map(Found::from),
            _ => {}
        }
        if spec.kind == TargetKind::Session
            && let Some(session) = self.model.session_named(text.strip_prefix('=').unwrap_or(text))
        {
            // A name may hold `:` and `.`.
            return self.of_session(session);
        }
        let (session, window, pane) = match (text.split_once(':'), text.split_once('.')) {
            (Some((session, rest)), _) => match rest.split_once('.') {
                Some((window, pane)) => (Some(session), Some(window), Some(pane)),
                None => (Some(session), Some(rest), None),
            },
            (None, Some((window, pane))) => (None, Some(window), Some(pane)),
            (None, None) => match text.chars().next() {
                Some('$') if text != "$" => (Some(text), None, None),
                Some('@') => (None, Some(text), None),
                Some('%') => (None, None, Some(text)),
                _ => match spec.kind {
                    TargetKind::Session => (Some(text), None, None),
                    TargetKind::Window => (None, Some(text), None),
                    TargetKind::Pane => (None, None, Some(text)),
                },
            },
        };
        let (session, window, pane) = (session.unwrap_or(""), window.unwrap_or(""), pane.unwrap_or(""));
        match (session, window, pane) {
            ("", "", "") => self.current().map(Found::from),
            ("", "", pane) => self.pane_alone(pane, text.starts_with('.')),
            ("", window, pane) => {
                self.window_alone(window, spec, text.contains(':')).and_then(|found| self.within(found, pane))
            }
            (session, window, pane) => {
                let id = self.session(session).ok_or_else(|| {
                    format!("can't find session: {}", session.strip_prefix('=').unwrap_or(session))
                })?;
                if window.is_empty() {
                    let found = self.of_session(id)?;
                    if spec.index && pane.is_empty() {
                        return Ok(Found { index: None, window: None, pane: None, ..found });
                    }
                    return self.within(found, pane);
                }
                let found = self.window(id, window, spec.index)?;
                self.within(found, pane)
            }
        }
    }

    fn current(&self) -> Result<Target, String> {
        current(self.model, self.caller).ok_or_else(|| "no current target".to_owned())
    }

    fn of_session(&self, session: SessionId) -> Result<Found, String> {
        let target = Target::of_session(self.model, session);
        target.map(Found::from).ok_or_else(|| format!("can't find session: {session}"))
    }

    fn unsaid(&self, spec: TargetSpec) -> Result<Found, String> {
        if spec.default_marked
            && let Some(target) = self.model.marked.and_then(|pane| Target::of_pane(self.model, pane, None))
        {
            return Ok(target.into());
        }
        if spec.prefer_unattached {
            let free = self.model.sessions.values().filter(|s| self.model.attached(s.id).next().is_none());
            let best = free.max_by_key(|s| s.used).map(|s| s.id).or_else(|| self.model.latest_session(true));
            return best.map_or_else(|| Err("no sessions".to_owned()), |session| self.of_session(session));
        }
        let found = Found::from(self.current()?);
        Ok(if spec.index { Found { index: None, window: None, pane: None, ..found } } else { found })
    }

    fn mouse(&self, kind: TargetKind) -> Result<Found, String> {
        let none = || "no mouse target".to_owned();
        let mouse = self.caller.mouse.as_ref().ok_or_else(none)?;
        if let Some(pane) = mouse.pane.filter(|_| kind != TargetKind::Session) {
            return Target::of_pane(self.model, pane, mouse.session).map(Found::from).ok_or_else(none);
        }
        let session = mouse.session.ok_or_else(none)?;
        let target = match mouse.window.filter(|_| kind != TargetKind::Session) {
            Some(index) => Target::at(self.model, session, index),
            None => Target::of_session(self.model, session),
        };
        target.map(Found::from).ok_or_else(none)
    }

    /// A session by id, name, client, beginning or pattern; `=name` by its name alone.
    fn session(&self, text: &str) -> Option<SessionId> {
        if let Some(id) = SessionId::parse(text) {
            return Some(id).filter(|id| self.model.sessions.contains_key(id));
        }
        if let Some(name) = text.strip_prefix('=') {
            return self.model.session_named(name);
        }
        if let Some(session) = self.model.session_named(text) {
            return Some(session);
        }
        if let Ok(viewer) = client_named(self.model, text) {
            return self.model.viewers.get(&viewer).and_then(crate::session::Viewer::session);
        }
        let names = || self.model.sessions.values().map(|s| (s.id, s.name.as_str()));
        only(names().filter(|(_, name)| name.starts_with(text)).map(|(id, _)| id))
            .or_else(|| only(names().filter(|(_, name)| glob(text, name)).map(|(id, _)| id)))
    }

    /// A window of a session.
    fn window(&self, session: SessionId, text: &str, place: bool) -> Result<Found, String> {
        let fault = || format!("can't find window: {}", text.strip_prefix('=').unwrap_or(text));
        let found = self.model.sessions.get(&session).ok_or_else(fault)?;
        let at = |index: u32| Target::at(self.model, session, index).map(Found::from);
        if let Some(id) = WindowId::parse(text) {
            return found.index_of(id).and_then(at).ok_or_else(fault);
        }
        if let Some(token) = token::window(text) {
            let count = i64::try_from(found.windows.len()).unwrap_or(1).max(1);
            let index = match token {
                WindowToken::Start => found.windows.keys().next().copied(),
                WindowToken::End => found.windows.keys().next_back().copied(),
                WindowToken::Last => found.last_index(),
                WindowToken::Current => Some(found.current),
                WindowToken::Offset(by) if place => {
                    // A place so far from the current window, whether something is there or not.
                    let index = u32::try_from(i64::from(found.current) + by).map_err(|_| fault())?;
                    return Ok(at(index).unwrap_or(Found {
                        session,
                        index: Some(index),
                        window: None,
                        pane: None,
                    }));
                }
                WindowToken::Offset(by) => {
                    let here = found.windows.keys().position(|i| *i == found.current).unwrap_or(0);
                    let to = (i64::try_from(here).unwrap_or(0) + by % count).rem_euclid(count);
                    found.windows.keys().nth(usize::try_from(to).unwrap_or(0)).copied()
                }
            };
            return index.and_then(at).ok_or_else(fault);
        }
        let (exact, name) = match text.strip_prefix('=') {
            Some(name) => (true, name),
            None => (false, text),
        };
        let number = name.bytes().all(|b| b.is_ascii_digit()).then(|| name.parse::<u32>().ok()).flatten();
        if let Some(index) = number {
            if let Some(found) = at(index) {
                return Ok(found);
            }
            if place && index <= i32::MAX as u32 {
                return Ok(Found { session, index: Some(index), window: None, pane: None });
            }
        }
        let names = || {
            found.windows.iter().filter_map(|(index, link)| {
                Some((*index, self.model.windows.get(&link.window)?.name.as_str()))
            })
        };
        let mut index = only(names().filter(|(_, n)| *n == name).map(|(i, _)| i));
        if !exact && names().all(|(_, n)| n != name) {
            index = only(names().filter(|(_, n)| n.starts_with(name)).map(|(i, _)| i))
                .or_else(|| only(names().filter(|(_, n)| glob(name, n)).map(|(i, _)| i)));
        }
        index.and_then(at).ok_or_else(fault)
    }

    /// A window where no session is named: of the current session, else of any by its id, else a session's.
    fn window_alone(&self, text: &str, spec: TargetSpec, named: bool) -> Result<Found, String> {
        if let Some(id) = WindowId::parse(text) {
            let here = current(self.model, self.caller).map(|t| t.session);
            let pane = self.model.windows.get(&id).map(|w| w.active);
            let target = pane.and_then(|pane| Target::of_pane(self.model, pane, here));
            return target.map(Found::from).ok_or_else(|| format!("can't find window: {text}"));
        }
        let here = self.current()?.session;
        let fault = match self.window(here, text, spec.index) {
            Ok(found) => return Ok(found),
            Err(fault) => fault,
        };
        if named || text.starts_with('=') {
            return Err(fault);
        }
        let Some(session) = self.session(text) else { return Err(fault) };
        let found = self.of_session(session)?;
        Ok(if spec.index { Found { index: None, window: None, pane: None, ..found } } else { found })
    }

    /// A pane where neither session nor window is named.
    fn pane_alone(&self, text: &str, dot: bool) -> Result<Found, String> {
        let fault = || format!("can't find pane: {text}");
        let here = current(self.model, self.caller);
        if let Some(id) = PaneId::parse(text) {
            let target = Target::of_pane(self.model, id, here.map(|t| t.session));
            return target.map(Found::from).ok_or_else(fault);
        }
        let here = here.ok_or_else(|| "no current target".to_owned())?;
        if let Some(pane) = self.pane(here.window, here.pane, text) {
            return Ok(Target { pane, ..here }.into());
        }
        if dot {
            return Err(fault());
        }
        // Not a pane here: perhaps a window, or a session.
        let window = TargetSpec::new('t', TargetKind::Window);
        self.window_alone(text, window, false).map_err(|_| fault())
    }

    /// A pane of a window that was found.
    fn within(&self, found: Found, text: &str) -> Result<Found, String> {
        if text.is_empty() {
            return Ok(found);
        }
        let fault = || format!("can't find pane: {text}");
        let (window, active) = found.window.zip(found.pane).ok_or_else(fault)?;
        let pane = self.pane(window, active, text).ok_or_else(fault)?;
        Ok(Found { pane: Some(pane), ..found })
    }

    fn pane(&self, window: WindowId, active: PaneId, text: &str) -> Option<PaneId> {
        let found = self.model.windows.get(&window)?;
        if let Some(id) = PaneId::parse(text) {
            return self.model.panes.get(&id).filter(|pane| pane.window == window).map(|pane| pane.id);
        }
        match token::pane(text) {
            Some(PaneToken::Last) => return found.last_pane(),
            Some(PaneToken::Active) => return Some(active),
            Some(PaneToken::Offset(by)) => return self.model.pane_offset(active, by),
            Some(PaneToken::Beside(side)) => return self.model.neighbour(active, side),
            Some(PaneToken::At(x, y)) => {
                let size = found.size();
                let part = |length: u16, at: u8| match at {
                    0 => 0,
                    1 => length / 2,
                    _ => length.saturating_sub(1),
                };
                let point = Point { x: part(size.cols, x), y: part(size.rows, y) };
                let places = found.layout.cells();
                // The middle of an edge may be a border: the pane before it.
                let near = [
                    point,
                    Point { x: point.x.saturating_sub(1), ..point },
                    Point { y: point.y.saturating_sub(1), ..point },
                ];
                return near
                    .iter()
                    .find_map(|p| places.iter().find(|(_, rect)| rect.contains(*p)))
                    .map(|(pane, _)| *pane);
            }
            None => {}
        }
        let base = self.model.options(Place::Window(Some(window))).count("pane-base-index", u32::MAX);
        let number: u32 = text.bytes().all(|b| b.is_ascii_digit()).then(|| text.parse().ok())??;
        found.panes().get(usize::try_from(number.checked_sub(base)?).ok()?).copied()
    }
}

/// The only one there is; none where there are several.
fn only<T>(mut all: impl Iterator<Item = T>) -> Option<T> {
    let first = all.next()?;
    all.next().is_none().then_some(first)
}
