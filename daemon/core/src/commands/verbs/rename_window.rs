//! rename-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "rename-window",
    alias: Some("renamew"),
    flags: "t:",
    arguments: (1, Some(1)),
    usage: "[-t target-window] new-name",
    text: "Gives a window another name, which it keeps.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.expand(&run.args.value(0).unwrap_or_default());
    let window = run.window()?;
    run.model.rename_window(window, &name);
    run.model.redraw();
    Ok(Flow::Next)
}
