//! kill-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "kill-window",
    alias: Some("killw"),
    flags: "at:",
    usage: "[-a] [-t target-window]",
    text: "Ends a window with its panes, or (-a) all others of its session.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    if !run.has('a') {
        run.model.kill_window(target.window);
        return Ok(Flow::Next);
    }
    let session = run.model.sessions.get(&target.session);
    let windows = session.into_iter().flat_map(|s| s.windows.values().map(|link| link.window));
    let others: Vec<_> = windows.filter(|window| *window != target.window).collect();
    for window in others {
        run.model.kill_window(window);
    }
    Ok(Flow::Next)
}
