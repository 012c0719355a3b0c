//! All sessions, windows and panes, for those who watch.

use crate::session::{Session, Sessions, Window};
use abide_protocol::{
    limits::NAME_BYTES_MAX,
    message::{PaneEntry, SessionEntry, Size, Topology, WindowEntry},
};

/// The sessions as they are now, in the order of `list-sessions`.
#[must_use]
pub fn topology(model: &Sessions) -> Topology {
    let mut sessions: Vec<&Session> = model.sessions.values().collect();
    sessions.sort_by(|a, b| a.name.cmp(&b.name));
    Topology {
        sessions: sessions.into_iter().map(|session| session_entry(model, session)).collect(),
        durability: bounded(&model.durability),
    }
}

fn session_entry(model: &Sessions, session: &Session) -> SessionEntry {
    let windows = session.windows.iter().filter_map(|(index, link)| {
        let window = model.windows.get(&link.window)?;
        Some(window_entry(model, window, *index, *index == session.current))
    });
    SessionEntry {
        id: session.id.to_string(),
        name: bounded(&session.name),
        windows: windows.collect(),
        attached: model.attached(session.id).count() as u32,
    }
}

fn window_entry(model: &Sessions, window: &Window, index: u32, active: bool) -> WindowEntry {
    let size = window.size();
    let panes = window.visible().into_iter().filter_map(|(id, rect)| {
        let pane = model.panes.get(&id)?;
        Some(PaneEntry {
            x: rect.x,
            y: rect.y,
            id: id.to_string(),
            dead: pane.is_dead(),
            size: Size { cols: rect.cols, rows: rect.rows },
            title: bounded(&pane.title),
            active: id == window.active,
        })
    });
    WindowEntry {
        id: window.id.to_string(),
        name: bounded(&window.name),
        size: Size { cols: size.cols, rows: size.rows },
        index,
        panes: panes.collect(),
        active,
        zoomed: window.zoomed.is_some(),
    }
}

/// A name as long as the wire takes it, cut between characters.
fn bounded(name: &str) -> String {
    let mut end = name.len().min(NAME_BYTES_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.get(..end).unwrap_or_default().to_owned()
}
