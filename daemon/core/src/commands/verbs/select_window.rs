//! select-window, next-window, previous-window, last-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

const SESSION: Option<TargetSpec> = Some(TargetSpec::new('t', TargetKind::Session));

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "select-window",
    alias: Some("selectw"),
    flags: "lnpTt:",
    usage: "[-lnpT] [-t target-window]",
    text: "Makes a window the current one of its session; -T goes to the last one when it is already.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: select,
    ..Spec::BASE
};

pub(in crate::commands) const NEXT: Spec = Spec {
    name: "next-window",
    alias: Some("next"),
    flags: "at:",
    usage: "[-a] [-t target-session]",
    text: "Makes the next window current; -a the next with an alert.",
    target: SESSION,
    run: |run| step(run, true, run.has('a')),
    ..Spec::BASE
};

pub(in crate::commands) const PREVIOUS: Spec = Spec {
    name: "previous-window",
    alias: Some("prev"),
    flags: "at:",
    usage: "[-a] [-t target-session]",
    text: "Makes the previous window current; -a the previous with an alert.",
    target: SESSION,
    run: |run| step(run, false, run.has('a')),
    ..Spec::BASE
};

pub(in crate::commands) const LAST: Spec = Spec {
    name: "last-window",
    alias: Some("last"),
    flags: "t:",
    usage: "[-t target-session]",
    text: "Makes the window current that was before.",
    target: SESSION,
    run: last,
    ..Spec::BASE
};

fn step(run: &mut Run<'_>, forward: bool, alerts: bool) -> Result<Flow, String> {
    let session = run.session()?;
    if !run.model.step_window(session, forward, alerts) {
        return Err(format!("no {} window", if forward { "next" } else { "previous" }));
    }
    Ok(moved(run))
}

fn last(run: &mut Run<'_>) -> Result<Flow, String> {
    let session = run.session()?;
    if !run.model.select_last_window(session) {
        return Err("no last window".to_owned());
    }
    Ok(moved(run))
}

fn select(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('l') {
        return last(run);
    }
    if run.has('n') || run.has('p') {
        return step(run, run.has('n'), false);
    }
    let target = run.target()?;
    let current = run.model.sessions.get(&target.session).map(|s| s.current);
    if run.has('T') && current == Some(target.index) {
        return last(run);
    }
    run.model.select_index(target.session, target.index);
    Ok(moved(run))
}

fn moved(run: &mut Run<'_>) -> Flow {
    run.model.redraw();
    Flow::Next
}
