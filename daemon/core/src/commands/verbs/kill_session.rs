//! kill-session

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::Alerts,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "kill-session",
    alias: None,
    flags: "aCt:",
    usage: "[-aC] [-t target-session]",
    text: "Ends a session for good, or (-a) all others; -C only clears its alerts.",
    target: Some(TargetSpec::new('t', TargetKind::Session)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let session = run.session()?;
    if run.has('C') {
        if let Some(found) = run.model.sessions.get_mut(&session) {
            for link in found.windows.values_mut() {
                link.alerts = Alerts::default();
            }
        }
        run.model.redraw();
    } else if run.has('a') {
        let others: Vec<_> = run.model.sessions.keys().copied().filter(|id| *id != session).collect();
        for other in others {
            run.model.kill_session(other);
        }
    } else {
        run.model.kill_session(session);
    }
    Ok(Flow::Next)
}
