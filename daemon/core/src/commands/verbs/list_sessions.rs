//! list-sessions

use super::listing::{lines, sort};
use crate::{
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
    session::facts::Sight,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-sessions",
    alias: Some("ls"),
    also: "sessions",
    flags: "F:f:O:p:rS",
    usage: "[-rS] [-F format] [-f filter] [-O order] [-p path]",
    text: "Lists all sessions; with -S those in the store, of every machine that stores its sessions there, with -p those in \
           the file of another store, which is only read. It is called `sessions` too.",
    starts_server_with: "Sp",
    for_watchers: true,
    run,
    ..Spec::BASE
};

const FORMAT: &str = "#{session_name}: #{session_windows} windows (created #{t:session_created})\
                      #{?session_grouped, (group ,}#{session_group}#{?session_grouped,),}\
                      #{?session_attached, (attached),}";

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('S') || run.has('p') {
        return super::stored::list(run);
    }
    let mut sessions: Vec<_> = run.model.sessions.values().collect();
    sort(run, &mut sessions, |s| (s.name.clone(), s.created.instant.0, s.used));
    if !run.has('O') {
        // By name, as tmux's list is.
        sessions.sort_by(|a, b| a.name.cmp(&b.name));
        if run.has('r') {
            sessions.reverse();
        }
    }
    let sights = sessions.iter().map(|s| Sight::of_session(run.model, s.id));
    let lines = lines(run, FORMAT, sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}
