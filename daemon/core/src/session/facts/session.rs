//! Variables of a session.

use super::{Sight, Variable, flag};
use crate::session::{SurfaceTarget, Viewer};

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "active_window_index",
        text: "Index of the current window.",
        read: |s| Some(s.session()?.current.to_string()),
    },
    Variable {
        name: "last_window_index",
        text: "Index of the last window in the list.",
        read: |s| Some(s.session()?.windows.keys().next_back()?.to_string()),
    },
    Variable {
        name: "session_activity",
        text: "When something was last done in the session.",
        read: |s| Some(s.session()?.activity.wall_seconds.to_string()),
    },
    Variable {
        name: "session_activity_flag",
        text: "Whether a window of it has activity.",
        read: |s| alert(s, |a| a.activity),
    },
    Variable { name: "session_alerts", text: "Windows with alerts, as index and flags.", read: alerts },
    Variable {
        name: "session_attached",
        text: "Number of clients that look at it.",
        read: |s| Some(s.model.attached(s.session?).count().to_string()),
    },
    Variable {
        name: "session_attached_list",
        text: "Names of the clients that look at it, with commas between.",
        read: |s| Some(s.model.attached(s.session?).map(Viewer::name).collect::<Vec<_>>().join(",")),
    },
    Variable {
        name: "session_bell_flag",
        text: "Whether a window of it has a bell.",
        read: |s| alert(s, |a| a.bell),
    },
    Variable {
        name: "session_created",
        text: "When it was created.",
        read: |s| Some(s.session()?.created.wall_seconds.to_string()),
    },
    Variable {
        name: "session_format",
        text: "Whether the format is expanded for a session.",
        read: |s| flag(s.pane.is_none() && s.session.is_some()),
    },
    Variable {
        name: "session_group",
        text: "Name of its group; there are none.",
        read: |_| Some(String::new()),
    },
    Variable {
        name: "session_group_attached",
        text: "Clients that look at its group.",
        read: |_| Some(String::new()),
    },
    Variable { name: "session_group_list", text: "Sessions of its group.", read: |_| Some(String::new()) },
    Variable {
        name: "session_group_many_attached",
        text: "Whether several clients look at its group.",
        read: |_| flag(false),
    },
    Variable { name: "session_group_size", text: "Sessions in its group.", read: |_| Some(String::new()) },
    Variable { name: "session_grouped", text: "Whether it is in a group.", read: |_| flag(false) },
    Variable { name: "session_id", text: "Its id, $N.", read: |s| Some(s.session?.to_string()) },
    Variable {
        name: "session_last_attached",
        text: "When it was last attached.",
        read: |s| Some(s.session()?.attached.map(|at| at.wall_seconds.to_string()).unwrap_or_default()),
    },
    Variable {
        name: "session_many_attached",
        text: "Whether several clients look at it.",
        read: |s| flag(s.model.attached(s.session?).count() > 1),
    },
    Variable { name: "session_marked", text: "Whether the marked pane is in it.", read: marked },
    Variable { name: "session_name", text: "Its name.", read: |s| Some(s.session()?.name.clone()) },
    Variable {
        name: "session_path",
        text: "Where its windows start.",
        read: |s| Some(s.session()?.cwd.clone()),
    },
    Variable {
        name: "session_silence_flag",
        text: "Whether a window of it has been silent.",
        read: |s| alert(s, |a| a.silence),
    },
    Variable { name: "session_stack", text: "Indexes of its windows, the last used first.", read: stack },
    Variable {
        name: "session_windows",
        text: "Number of its windows.",
        read: |s| Some(s.session()?.windows.len().to_string()),
    },
];

fn alert(sight: &Sight<'_>, which: fn(&crate::session::Alerts) -> bool) -> Option<String> {
    flag(sight.session()?.windows.values().any(|link| which(&link.alerts)))
}

fn alerts(sight: &Sight<'_>) -> Option<String> {
    let marks = |link: &crate::session::Winlink| {
        let a = link.alerts;
        [(a.activity, '#'), (a.bell, '!'), (a.silence, '~')]
            .iter()
            .filter_map(|(on, mark)| on.then_some(*mark))
            .collect::<String>()
    };
    let windows = sight.session()?.windows.iter().filter(|(_, link)| link.alerts.any());
    Some(windows.map(|(index, link)| format!("{index}{}", marks(link))).collect::<Vec<_>>().join(","))
}

fn marked(sight: &Sight<'_>) -> Option<String> {
    let window = sight.model.marked.and_then(|pane| sight.model.panes.get(&pane)).map(|p| p.window);
    flag(window.is_some_and(|window| sight.session().is_some_and(|s| s.has(window))))
}

fn stack(sight: &Sight<'_>) -> Option<String> {
    let session = sight.session()?;
    let last = session.last.iter().rev().filter_map(|window| session.index_of(*window));
    let mut indexes = vec![session.current];
    for index in last {
        if !indexes.contains(&index) {
            indexes.push(index);
        }
    }
    Some(indexes.iter().map(u32::to_string).collect::<Vec<_>>().join(","))
}

/// Whether a client looks at the session.
pub(super) fn looks_at(viewer: &Viewer, session: crate::base::ids::SessionId) -> bool {
    viewer.surfaces.values().any(|surface| surface.target == SurfaceTarget::Session(session))
}
