//! list-windows

use super::listing::{lines, sort};
use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::facts::Sight,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-windows",
    alias: Some("lsw"),
    flags: "aF:f:O:rt:",
    usage: "[-ar] [-F format] [-f filter] [-O order] [-t target-session]",
    text: "Lists the windows of a session, or all.",
    target: Some(TargetSpec::new('t', TargetKind::Session)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

const FORMAT: &str = "#{window_index}: #{window_name}#{window_raw_flags} (#{window_panes} panes) \
                      [#{window_width}x#{window_height}] [layout #{window_layout}] #{window_id}\
                      #{?window_active, (active),}";
const FORMAT_ALL: &str = "#{session_name}:#{window_index}: #{window_name}#{window_raw_flags} \
                          (#{window_panes} panes) [#{window_width}x#{window_height}] ";

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let all = run.has('a');
    let mut places = Vec::new();
    if all {
        let mut sessions: Vec<_> = run.model.sessions.values().collect();
        sessions.sort_by(|a, b| a.name.cmp(&b.name));
        places.extend(sessions.iter().flat_map(|s| s.windows.keys().map(|index| (s.id, *index))));
    } else {
        let session = run.session()?;
        let indexes = run.model.sessions.get(&session).into_iter().flat_map(|s| s.windows.keys());
        places.extend(indexes.map(|index| (session, *index)));
    }
    sort(run, &mut places, |(session, index)| {
        let link = run.model.sessions.get(session).and_then(|s| s.windows.get(index));
        let window = link.and_then(|link| run.model.windows.get(&link.window));
        window.map_or((String::new(), 0, 0), |w| (w.name.clone(), w.created.instant.0, w.activity.instant.0))
    });
    let sights =
        places.iter().map(|(session, index)| Sight::of_session(run.model, *session).at_index(Some(*index)));
    let lines = lines(run, if all { FORMAT_ALL } else { FORMAT }, sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}
