//! list-sessions, and how every list is printed.

use crate::{
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
    formats,
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
    let sights = sessions.iter().map(|s| Sight::of_session(run.model, s.id)).collect();
    let lines = lines(run, FORMAT, sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}

/// Orders a list by `-O name|creation|activity` (or `time`), turned round by `-r`.
pub(super) fn sort<T>(run: &Run<'_>, list: &mut [T], by: impl Fn(&T) -> (String, u64, u64)) {
    match run.text('O').as_deref() {
        Some("name") => list.sort_by_key(|item| by(item).0),
        Some("creation") => list.sort_by_key(|item| by(item).1),
        Some("activity" | "time") => list.sort_by_key(|item| std::cmp::Reverse(by(item).2)),
        _ => return,
    }
    if run.has('r') {
        list.reverse();
    }
}

/// The lines of a list: each place by `-F` or the list's own format, those only that `-f` lets through.
pub(super) fn lines(run: &Run<'_>, format: &str, sights: Vec<Sight<'_>>) -> Vec<String> {
    let format = run.text('F').unwrap_or_else(|| format.to_owned());
    let filter = run.text('f');
    let mut lines = Vec::new();
    for (line, sight) in sights.into_iter().enumerate() {
        let sight = sight.with("line", line);
        let wanted = |filter: &String| formats::is_true(&formats::expand(filter, &sight));
        if filter.as_ref().is_none_or(wanted) {
            lines.push(formats::expand(&format, &sight));
        }
    }
    lines
}
