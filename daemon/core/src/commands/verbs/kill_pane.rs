//! kill-pane

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "kill-pane",
    alias: Some("killp"),
    flags: "at:",
    usage: "[-a] [-t target-pane]",
    text: "Ends a pane, or (-a) all others of its window.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    if !run.has('a') {
        run.model.kill_pane(target.pane);
        return Ok(Flow::Next);
    }
    run.model.unzoom(target.window);
    let panes = run.model.windows.get(&target.window).map(|w| w.panes()).unwrap_or_default();
    for pane in panes.into_iter().filter(|pane| *pane != target.pane) {
        run.model.kill_pane(pane);
    }
    Ok(Flow::Next)
}
