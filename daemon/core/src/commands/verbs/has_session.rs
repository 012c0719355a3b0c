//! has-session

use crate::commands::{
    run::Flow,
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "has-session",
    alias: Some("has"),
    flags: "t:",
    usage: "[-t target-session]",
    text: "Succeeds when there is such a session.",
    target: Some(TargetSpec::new('t', TargetKind::Session)),
    for_watchers: true,
    // Finding the target is all there is to it.
    run: |run| run.session().map(|_| Flow::Next),
    ..Spec::BASE
};
