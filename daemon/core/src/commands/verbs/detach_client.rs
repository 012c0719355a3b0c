//! detach-client

use super::attach_session::looking_client;
use crate::{
    base::ids::ViewerId,
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::SurfaceTarget,
};
use abide_protocol::message::DetachReason;

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "detach-client",
    alias: Some("detach"),
    flags: "aE:s:t:P",
    usage: "[-aP] [-E shell-command] [-s target-session] [-t target-client]",
    text: "Ends a client's look at its session; the session goes on.",
    source: Some(TargetSpec::new('s', TargetKind::Session).can_fail()),
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let exec = run.text('E').unwrap_or_default();
    let reason = if run.has('P') { DetachReason::HungUp } else { DetachReason::Detached };
    let clients: Vec<ViewerId> = if run.has('s') {
        let session = run
            .source
            .map(|found| found.session)
            .ok_or_else(|| format!("can't find session: {}", run.text('s').unwrap_or_default()))?;
        run.model.attached(session).map(|v| v.id).collect()
    } else {
        let client = looking_client(run, 't')?;
        if run.has('a') {
            let others = run.model.viewers.values().filter(|v| v.id != client && v.session().is_some());
            others.map(|v| v.id).collect()
        } else {
            vec![client]
        }
    };
    for client in clients {
        let Some(viewer) = run.model.viewers.get(&client) else { continue };
        let surfaces = viewer.surfaces.values().filter(|s| matches!(s.target, SurfaceTarget::Session(_)));
        for number in surfaces.map(|s| s.number).collect::<Vec<_>>() {
            run.model.detach_surface(client, number, reason, &exec);
        }
    }
    Ok(Flow::Next)
}
