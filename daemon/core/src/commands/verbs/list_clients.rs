//! list-clients

use super::listing::{lines, sort};
use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::facts::Sight,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-clients",
    alias: Some("lsc"),
    flags: "F:f:O:rt:",
    usage: "[-r] [-F format] [-f filter] [-O order] [-t target-session]",
    text: "Lists the clients of a session, or all.",
    target: Some(TargetSpec::new('t', TargetKind::Session)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

const FORMAT: &str = "#{client_name}: #{session_name} [#{client_width}x#{client_height} #{client_termname}] \
                      #{?client_flags,(#{client_flags}),}";

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let session = run.target.map(|found| found.session).filter(|_| run.has('t'));
    let looks =
        |v: &&crate::session::Viewer| v.session().is_some() && (session.is_none() || v.session() == session);
    let mut viewers: Vec<_> = run.model.viewers.values().filter(looks).collect();
    sort(run, &mut viewers, |v| (v.name(), v.created.instant.0, v.activity.instant.0));
    let sights = viewers.iter().map(|v| Sight::of_viewer(run.model, v.id));
    let lines = lines(run, FORMAT, sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}
