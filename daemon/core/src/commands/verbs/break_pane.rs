//! break-pane, join-pane, move-pane

use super::split_window::split;
use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
        target::Target,
    },
    formats,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "break-pane",
    alias: Some("breakp"),
    flags: "abdF:n:Ps:t:",
    usage: "[-abdP] [-F format] [-n window-name] [-s src-pane] [-t dst-window]",
    text: "Moves a pane into a window of its own.",
    target: Some(TargetSpec::new('t', TargetKind::Window).index()),
    source: Some(TargetSpec::new('s', TargetKind::Pane)),
    run: break_pane,
    ..Spec::BASE
};

const JOIN_FLAGS: &str = "bdfhvp:l:s:t:";
const JOIN_USAGE: &str = "[-bdfhv] [-l size] [-s src-pane] [-t dst-pane]";

pub(in crate::commands) const JOIN: Spec = Spec {
    name: "join-pane",
    alias: Some("joinp"),
    flags: JOIN_FLAGS,
    usage: JOIN_USAGE,
    text: "Moves a pane beside another one.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    source: Some(TargetSpec::new('s', TargetKind::Pane).default_marked()),
    run: join,
    ..Spec::BASE
};

pub(in crate::commands) const MOVE: Spec = Spec {
    name: "move-pane",
    alias: Some("movep"),
    flags: JOIN_FLAGS,
    usage: JOIN_USAGE,
    text: "Moves a pane beside another one.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    source: Some(TargetSpec::new('s', TargetKind::Pane).default_marked()),
    run: join,
    ..Spec::BASE
};

fn break_pane(run: &mut Run<'_>) -> Result<Flow, String> {
    let source = run.source()?;
    let found = run.target.ok_or_else(|| "no current session".to_owned())?;
    let mut index = found.index;
    if run.has('a') || run.has('b') {
        let here = index.or_else(|| run.model.sessions.get(&found.session).map(|s| s.current)).unwrap_or(0);
        let at = if run.has('b') { here } else { here.saturating_add(1) };
        run.model.make_room(found.session, at);
        index = Some(at);
    }
    let name = run.expanded('n');
    let window = run.model.break_pane(source.pane, found.session, index, name.as_deref(), !run.has('d'))?;
    if run.has('P') {
        let format =
            run.text('F').unwrap_or_else(|| "#{session_name}:#{window_index}.#{pane_index}".to_owned());
        let index = run.model.sessions.get(&found.session).and_then(|s| s.index_of(window));
        let target = index.and_then(|index| Target::at(run.model, found.session, index));
        let line = formats::expand(&format, &run.sight_at(target));
        run.print(&line);
    }
    run.model.redraw();
    Ok(Flow::Next)
}

fn join(run: &mut Run<'_>) -> Result<Flow, String> {
    let (source, target) = (run.source()?, run.target()?);
    if source.pane == target.pane {
        return Err("source and target panes must be different".to_owned());
    }
    let how = split(run)?;
    run.model.join_pane(source.pane, target.pane, how, !run.has('d'))?;
    run.model.redraw();
    Ok(Flow::Next)
}
