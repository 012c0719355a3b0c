//! switch-client

use crate::base::ids::SessionId;
use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
    target::{client_named, current_client},
};

const TARGET: TargetSpec = TargetSpec::new('t', TargetKind::Session);

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "switch-client",
    alias: Some("switchc"),
    flags: "c:ElnO:prT:t:Z",
    usage: "[-ElnprZ] [-c target-client] [-O order] [-t target-session] [-T key-table]",
    text: "Lets a client look at another session: the one named, the last (-l), the next (-n) or the previous (-p); -T \
           names the table of its next key.",
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = match run.text('c') {
        Some(name) => client_named(run.model, &name)?,
        None => current_client(run.model, run.caller).ok_or_else(|| "no current client".to_owned())?,
    };
    let surface = run.model.viewers.get(&client).and_then(|v| v.session_surface());
    let surface = surface.ok_or_else(|| "no current client".to_owned())?;
    let (number, here, last) =
        (surface.number, run.model.viewers.get(&client).and_then(|v| v.session()), surface.last_session);
    if run.has('r')
        && let Some(surface) = run.model.viewers.get_mut(&client).and_then(|v| v.session_surface_mut())
    {
        surface.read_only = !surface.read_only;
    }
    if let Some(table) = run.text('T') {
        if run.model.keys.table(&table).is_none() {
            return Err(format!("table {table} doesn't exist"));
        }
        if let Some(viewer) = run.model.viewers.get_mut(&client) {
            viewer.keys.table = Some(table);
        }
        run.model.redraw();
        return Ok(Flow::Next);
    }
    let session = if run.has('n') || run.has('p') {
        beside(run, here, run.has('n'))
            .ok_or_else(|| format!("can't find {} session", if run.has('n') { "next" } else { "previous" }))?
    } else if run.has('l') {
        last.filter(|s| run.model.sessions.contains_key(s))
            .ok_or_else(|| "can't find last session".to_owned())?
    } else if run.has('t') || !run.has('r') {
        let text = run.text('t').unwrap_or_default();
        let kind = if text.contains([':', '.', '%', '@']) { TargetKind::Pane } else { TargetKind::Session };
        let found = run.find(Some(&text), TargetSpec { kind, ..TARGET })?;
        if kind == TargetKind::Pane
            && let Some(target) = found.target()
        {
            run.model.select_index(target.session, target.index);
            let zoomed = run.model.windows.get(&target.window).and_then(|w| w.zoomed);
            run.model.select_pane(target.pane);
            if run.has('Z') && zoomed.is_some_and(|zoomed| zoomed != target.pane) {
                run.model.toggle_zoom(target.pane);
            }
        }
        found.session
    } else {
        return Ok(Flow::Next);
    };
    if !run.has('E') {
        super::attach_session::take_environment(run.model, session, client);
    }
    run.model.switch_surface(client, number, session);
    run.model.redraw();
    Ok(Flow::Next)
}

/// The session after or before one by name, or in the order that `-O` says, round and round.
fn beside(run: &Run<'_>, here: Option<SessionId>, forward: bool) -> Option<SessionId> {
    let mut sessions: Vec<_> = run.model.sessions.values().collect();
    sessions.sort_by(|a, b| a.name.cmp(&b.name));
    match run.text('O').as_deref() {
        Some("creation") => sessions.sort_by_key(|s| (s.created.instant.0, s.id)),
        Some("activity" | "time") => sessions.sort_by_key(|s| std::cmp::Reverse(s.used)),
        _ => {}
    }
    let at = sessions.iter().position(|s| Some(s.id) == here)?;
    let count = sessions.len();
    let to = if forward { at + 1 } else { at + count - 1 } % count;
    sessions.get(to).map(|s| s.id).filter(|id| Some(*id) != here)
}
