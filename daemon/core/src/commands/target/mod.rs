//! Targets: `session:window.pane`, ids, names, patterns and tokens to what is there.

mod find;
mod token;

pub use find::{Finder, Found};

use super::caller::Caller;
use crate::{
    base::ids::{PaneId, SessionId, ViewerId, WindowId},
    session::{Sessions, Viewer},
};

/// A pane in a window at its place in a session: what most targets are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target {
    /// The session.
    pub session: SessionId,
    /// Index of the window in it.
    pub index: u32,
    /// The window.
    pub window: WindowId,
    /// The pane: the window's active one, unless the target says which.
    pub pane: PaneId,
}

impl Target {
    /// The current window of a session.
    #[must_use]
    pub fn of_session(model: &Sessions, session: SessionId) -> Option<Target> {
        Target::at(model, session, model.sessions.get(&session)?.current)
    }

    /// The window at an index.
    #[must_use]
    pub fn at(model: &Sessions, session: SessionId, index: u32) -> Option<Target> {
        let window = model.sessions.get(&session)?.windows.get(&index)?.window;
        Some(Target { session, index, window, pane: model.windows.get(&window)?.active })
    }

    /// A pane, in the session that was used last of those that its window is in; `wanted` goes first.
    #[must_use]
    pub fn of_pane(model: &Sessions, pane: PaneId, wanted: Option<SessionId>) -> Option<Target> {
        let window = model.panes.get(&pane)?.window;
        let wanted = wanted.filter(|s| model.sessions.get(s).is_some_and(|s| s.has(window)));
        let session = wanted.or_else(|| model.session_of_pane(pane))?;
        let found = model.sessions.get(&session)?;
        // The current window where it is linked twice.
        let index =
            if found.current_window() == Some(window) { found.current } else { found.index_of(window)? };
        Some(Target { session, index, window, pane })
    }
}

/// What is meant when a command says nothing: the pane that its client sits in or looks at, else the session used
/// last.
#[must_use]
pub fn current(model: &Sessions, caller: &Caller) -> Option<Target> {
    let viewer = caller.viewer.and_then(|v| model.viewers.get(&v));
    let looked_at = viewer.and_then(|v| session_of(v, caller));
    if let Some(pane) = caller.pane.filter(|pane| model.panes.contains_key(pane)) {
        return Target::of_pane(model, pane, looked_at);
    }
    if let Some(target) = looked_at.and_then(|session| Target::of_session(model, session)) {
        return Some(target);
    }
    if let Some(pane) = viewer.and_then(|v| inside(model, v)) {
        return Target::of_pane(model, pane, None);
    }
    model.latest_session(true).and_then(|session| Target::of_session(model, session))
}

/// The session that a caller's surface shows, or the client's first.
fn session_of(viewer: &Viewer, caller: &Caller) -> Option<SessionId> {
    match viewer.surfaces.get(&caller.surface).map(|s| s.target) {
        Some(crate::session::SurfaceTarget::Session(session)) => Some(session),
        _ => viewer.session(),
    }
}

/// The pane that a client was started in, by its environment. The variables of a tmux around us are not ours: they
/// count only with our socket beside them.
fn inside(model: &Sessions, viewer: &Viewer) -> Option<PaneId> {
    let variables = &viewer.hello.as_ref()?.environment;
    let value = |name: &str| variables.iter().find(|(n, _)| n == name).map(|(_, value)| value.as_str());
    for (server, pane) in [("ABIDE", "ABIDE_PANE"), ("TMUX", "TMUX_PANE")] {
        let ours = value(server).and_then(|v| v.split(',').next()) == Some(model.facts.socket_path.as_str());
        let pane = value(pane).and_then(PaneId::parse).filter(|pane| model.panes.contains_key(pane));
        if let Some(pane) = pane.filter(|_| ours) {
            return Some(pane);
        }
    }
    None
}

/// The client that a command is about when it does not say which: the caller itself, where it looks at a session;
/// else one that looks at the session of the pane it was started in; else the one used last.
#[must_use]
pub fn current_client(model: &Sessions, caller: &Caller) -> Option<ViewerId> {
    let clients = || model.viewers.values().filter(|v| v.session().is_some());
    if let Some(viewer) = caller.viewer.and_then(|v| model.viewers.get(&v)) {
        if viewer.session().is_some() {
            return Some(viewer.id);
        }
        if let Some(pane) = inside(model, viewer) {
            let session = model.session_of_pane(pane);
            let best = clients().filter(|v| v.session() == session).max_by_key(|v| v.activity.instant);
            if let Some(best) = best {
                return Some(best.id);
            }
        }
    }
    clients().max_by_key(|v| v.activity.instant).map(|v| v.id)
}

/// The client of that name: its terminal's path, with or without `/dev/`.
///
/// # Errors
/// `can't find client: x`.
pub fn client_named(model: &Sessions, name: &str) -> Result<ViewerId, String> {
    let wanted = name.strip_suffix(':').unwrap_or(name);
    let clients = model.viewers.values().filter(|v| v.session().is_some());
    let is_it = |v: &&Viewer| {
        let own = v.name();
        own == wanted || own.strip_prefix("/dev/") == Some(wanted)
    };
    clients.into_iter().find(is_it).map(|v| v.id).ok_or_else(|| format!("can't find client: {wanted}"))
}
