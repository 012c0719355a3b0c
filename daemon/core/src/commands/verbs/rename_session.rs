//! rename-session

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "rename-session",
    alias: Some("rename"),
    flags: "t:",
    arguments: (1, Some(1)),
    usage: "[-t target-session] new-name",
    text: "Gives a session another name.",
    target: Some(TargetSpec::new('t', TargetKind::Session)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.expand(&run.args.value(0).unwrap_or_default());
    let session = run.session()?;
    run.model.rename_session(session, &name)?;
    run.model.redraw();
    Ok(Flow::Next)
}
