//! Variables of a window and of its place in a session.

use super::{Sight, Variable, flag, session::looks_at};
use crate::session::Viewer;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "last_window_flag",
        text: "Whether it is the last in the list.",
        read: |s| end(s, true),
    },
    Variable {
        name: "window_active",
        text: "Whether it is the session's current window.",
        read: |s| flag(s.index? == s.session()?.current),
    },
    Variable {
        name: "window_active_clients",
        text: "Number of clients that see it.",
        read: |s| Some(seers(s)?.len().to_string()),
    },
    Variable {
        name: "window_active_clients_list",
        text: "Names of the clients that see it.",
        read: |s| Some(seers(s)?.iter().map(|v| v.name()).collect::<Vec<_>>().join(",")),
    },
    Variable {
        name: "window_active_sessions",
        text: "Number of sessions in which it is current.",
        read: |s| Some(active_in(s)?.len().to_string()),
    },
    Variable {
        name: "window_active_sessions_list",
        text: "Names of the sessions in which it is current.",
        read: |s| Some(active_in(s)?.join(",")),
    },
    Variable {
        name: "window_activity",
        text: "When a program in it last wrote something.",
        read: |s| Some(s.window()?.activity.wall_seconds.to_string()),
    },
    Variable {
        name: "window_activity_flag",
        text: "Whether it has activity.",
        read: |s| flag(s.link()?.alerts.activity),
    },
    Variable {
        name: "window_bell_flag",
        text: "Whether it has a bell.",
        read: |s| flag(s.link()?.alerts.bell),
    },
    Variable { name: "window_bigger", text: "Whether it is larger than the client.", read: bigger },
    Variable {
        name: "window_cell_height",
        text: "Height of a cell in pixels, where it is known.",
        read: |_| Some(String::new()),
    },
    Variable {
        name: "window_cell_width",
        text: "Width of a cell in pixels, where it is known.",
        read: |_| Some(String::new()),
    },
    Variable { name: "window_end_flag", text: "Whether it has the highest index.", read: |s| end(s, true) },
    Variable {
        name: "window_flags",
        text: "Its flags, a number sign doubled for formats.",
        read: |s| Some(flags(s)?.replace('#', "##")),
    },
    Variable {
        name: "window_format",
        text: "Whether the format is expanded for a window.",
        read: |s| flag(s.window.is_some()),
    },
    Variable {
        name: "window_height",
        text: "Its rows.",
        read: |s| Some(s.window()?.size().rows.to_string()),
    },
    Variable { name: "window_id", text: "Its id, @N.", read: |s| Some(s.window?.to_string()) },
    Variable { name: "window_index", text: "Its index.", read: |s| Some(s.index?.to_string()) },
    Variable {
        name: "window_last_flag",
        text: "Whether it was current before.",
        read: |s| flag(s.session()?.last_index() == Some(s.index?)),
    },
    Variable {
        name: "window_layout",
        text: "Its layout, whatever is zoomed.",
        read: |s| Some(s.window()?.layout.text()),
    },
    Variable {
        name: "window_linked",
        text: "Whether it is in several sessions.",
        read: |s| flag(s.model.sessions_of(s.window?).count() > 1),
    },
    Variable {
        name: "window_linked_sessions",
        text: "Number of sessions that it is in.",
        read: |s| Some(s.model.sessions_of(s.window?).count().to_string()),
    },
    Variable {
        name: "window_linked_sessions_list",
        text: "Names of the sessions that it is in.",
        read: |s| Some(s.model.sessions_of(s.window?).map(|x| x.name.clone()).collect::<Vec<_>>().join(",")),
    },
    Variable {
        name: "window_marked_flag",
        text: "Whether the marked pane is in it.",
        read: |s| flag(marked(s)),
    },
    Variable { name: "window_name", text: "Its name.", read: |s| Some(s.window()?.name.clone()) },
    Variable {
        name: "window_offset_x",
        text: "Columns of it left of what the client sees.",
        read: |_| Some("0".to_owned()),
    },
    Variable {
        name: "window_offset_y",
        text: "Rows of it above what the client sees.",
        read: |_| Some("0".to_owned()),
    },
    Variable {
        name: "window_panes",
        text: "Number of its panes.",
        read: |s| Some(s.window()?.layout.count().to_string()),
    },
    Variable { name: "window_raw_flags", text: "Its flags.", read: flags },
    Variable {
        name: "window_silence_flag",
        text: "Whether it has been silent.",
        read: |s| flag(s.link()?.alerts.silence),
    },
    Variable {
        name: "window_stack_index",
        text: "Its place among the windows that were current, 0 for the current.",
        read: stack_index,
    },
    Variable { name: "window_start_flag", text: "Whether it has the lowest index.", read: |s| end(s, false) },
    Variable {
        name: "window_visible_layout",
        text: "Its layout as it is seen.",
        read: |s| {
            let window = s.window()?;
            Some(window.zoomed.map_or_else(|| window.layout.text(), |pane| window.layout.text_zoomed(pane)))
        },
    },
    Variable {
        name: "window_width",
        text: "Its columns.",
        read: |s| Some(s.window()?.size().cols.to_string()),
    },
    Variable {
        name: "window_zoomed_flag",
        text: "Whether a pane is zoomed.",
        read: |s| flag(s.window()?.zoomed.is_some()),
    },
];

fn end(sight: &Sight<'_>, last: bool) -> Option<String> {
    let mut indexes = sight.session()?.windows.keys();
    let edge = if last { indexes.next_back() } else { indexes.next() };
    flag(edge.copied() == sight.index)
}

fn marked(sight: &Sight<'_>) -> bool {
    let pane = sight.model.marked.and_then(|pane| sight.model.panes.get(&pane));
    pane.is_some_and(|pane| Some(pane.window) == sight.window)
}

fn flags(sight: &Sight<'_>) -> Option<String> {
    let (session, index, link) = (sight.session()?, sight.index?, sight.link()?);
    let alerts = link.alerts;
    let all = [
        (alerts.activity, '#'),
        (alerts.bell, '!'),
        (alerts.silence, '~'),
        (index == session.current, '*'),
        (session.last_index() == Some(index), '-'),
        (marked(sight), 'M'),
        (sight.window()?.zoomed.is_some(), 'Z'),
    ];
    Some(all.iter().filter_map(|(on, mark)| on.then_some(*mark)).collect())
}

fn seers<'a>(sight: &Sight<'a>) -> Option<Vec<&'a Viewer>> {
    let window = sight.window?;
    let sessions: Vec<_> = sight
        .model
        .sessions_of(window)
        .filter(|s| s.current_window() == Some(window))
        .map(|s| s.id)
        .collect();
    let viewers = sight.model.viewers.values();
    Some(viewers.filter(|v| sessions.iter().any(|session| looks_at(v, *session))).collect())
}

fn active_in(sight: &Sight<'_>) -> Option<Vec<String>> {
    let window = sight.window?;
    let sessions = sight.model.sessions_of(window).filter(|s| s.current_window() == Some(window));
    Some(sessions.map(|s| s.name.clone()).collect())
}

fn bigger(sight: &Sight<'_>) -> Option<String> {
    let (window, surface) = (sight.window()?.size(), sight.viewer()?.session_surface()?);
    let rows = surface.size.rows.saturating_sub(sight.session.map_or(0, |s| sight.model.status_rows(s)));
    flag(window.cols > surface.size.cols || window.rows > rows)
}

fn stack_index(sight: &Sight<'_>) -> Option<String> {
    let (session, window) = (sight.session()?, sight.window?);
    if session.current_window() == Some(window) {
        return Some("0".to_owned());
    }
    let at = session.last.iter().rev().position(|w| *w == window);
    Some(at.map_or_else(|| session.windows.len(), |at| at + 1).to_string())
}
