//! show-messages

use crate::{
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
    formats::{Clock, strftime},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "show-messages",
    alias: Some("showmsgs"),
    flags: "JTt:",
    usage: "[-JT] [-t target-client]",
    text: "Prints what was said in status lines, and what the server has to tell.",
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('t') {
        run.client('t')?;
    }
    if run.has('T') || run.has('J') {
        // tmux lists terminals and jobs here; ours: the server's own facts.
        let facts = &run.model.facts;
        let lines = [
            format!("abide {}, pid {}, keeper {}", env!("CARGO_PKG_VERSION"), facts.pid, facts.keeper_pid),
            format!("socket {}", facts.socket_path),
            format!(
                "{} sessions, {} windows, {} panes, {} clients",
                run.model.sessions.len(),
                run.model.windows.len(),
                run.model.panes.len(),
                run.model.viewers.values().filter(|v| v.session().is_some()).count()
            ),
        ];
        for line in lines {
            run.print(&line);
        }
        return Ok(Flow::Next);
    }
    let lines: Vec<String> = run
        .model
        .messages
        .iter()
        .rev()
        .map(|message| {
            let clock =
                Clock { wall_seconds: message.at.wall_seconds, zone_seconds: message.at.zone_seconds };
            format!("{}: {}", strftime("%H:%M:%S", clock), message.text)
        })
        .collect();
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}
