//! start-server

use crate::commands::{run::Flow, spec::Spec};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "start-server",
    alias: Some("start"),
    text: "Starts the server where there is none.",
    starts_server: true,
    for_watchers: true,
    run: |_| Ok(Flow::Next),
    ..Spec::BASE
};
