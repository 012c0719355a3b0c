//! list-panes

use super::listing::{lines, sort};
use crate::{
    base::ids::{PaneId, SessionId},
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::{Sessions, facts::Sight},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-panes",
    alias: Some("lsp"),
    flags: "aF:f:O:rst:",
    usage: "[-ars] [-F format] [-f filter] [-O order] [-t target-window]",
    text: "Lists the panes of a window, of a session, or all.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

const REST: &str = ": [#{pane_width}x#{pane_height}] [history #{history_size}/#{history_limit}, \
                    #{history_bytes} bytes] #{pane_id}#{?pane_active, (active),}#{?pane_dead, (dead),}";

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let mut places: Vec<(SessionId, u32, PaneId)> = Vec::new();
    let head = if run.has('a') {
        let mut sessions: Vec<_> = run.model.sessions.values().collect();
        sessions.sort_by(|a, b| a.name.cmp(&b.name));
        for session in sessions {
            places.extend(of_session(run.model, session.id));
        }
        "#{session_name}:#{window_index}.#{pane_index}"
    } else if run.has('s') {
        // -t names a session then.
        let found = run.find(run.text('t').as_deref(), TargetSpec::new('t', TargetKind::Session))?;
        places.extend(of_session(run.model, found.session));
        "#{window_index}.#{pane_index}"
    } else {
        let target = run.target()?;
        places.extend(of_window(run.model, target.session, target.index));
        "#{pane_index}"
    };
    sort(run, &mut places, |(_, _, pane)| {
        let pane = run.model.panes.get(pane);
        pane.map_or((String::new(), 0, 0), |p| (p.title.clone(), u64::from(p.id.0), p.active_point))
    });
    let sights = places.iter().map(|(session, index, pane)| {
        Sight::of_session(run.model, *session).at_index(Some(*index)).at_pane(*pane)
    });
    let lines = lines(run, &format!("{head}{REST}"), sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}

fn of_session(model: &Sessions, session: SessionId) -> Vec<(SessionId, u32, PaneId)> {
    let indexes = model.sessions.get(&session).into_iter().flat_map(|s| s.windows.keys());
    indexes.flat_map(|index| of_window(model, session, *index)).collect()
}

fn of_window(model: &Sessions, session: SessionId, index: u32) -> Vec<(SessionId, u32, PaneId)> {
    let link = model.sessions.get(&session).and_then(|s| s.windows.get(&index));
    let panes = link.and_then(|link| model.windows.get(&link.window)).map(|w| w.panes()).unwrap_or_default();
    panes.into_iter().map(|pane| (session, index, pane)).collect()
}
