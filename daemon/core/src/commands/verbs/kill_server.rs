//! kill-server

use crate::commands::{run::Flow, spec::Spec};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "kill-server",
    text: "Ends all sessions for good, and the server.",
    run: |run| {
        run.model.kill_server();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};
