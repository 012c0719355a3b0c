//! clear-history

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "clear-history",
    alias: Some("clearhist"),
    flags: "Ht:",
    refused: &[('H', "links stay with the text that has them")],
    usage: "[-t target-pane]",
    text: "Forgets the history of a pane.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    if let Some(pane) = run.model.panes.get_mut(&target.pane) {
        pane.screen.clear_history();
    }
    // The store forgets it too.
    run.model.changed = true;
    run.model.redraw();
    Ok(Flow::Next)
}
