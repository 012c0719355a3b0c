//! upgrade

use super::source_file::absolute;
use crate::{
    boundary::{Answer, Question},
    commands::{run::Flow, spec::Spec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "upgrade",
    flags: "b:k",
    usage: "[-k] [-b binary]",
    text: "Has the server's process replaced by one of that program, or of the client's own, and with -k its keeper before; everything else goes on.",
    run: |run| {
        // From a shell the client says -b, with its own path; a key means what is on disk where the server's program was.
        let program = run.text('b').map(|path| absolute(run, &path)).unwrap_or_default();
        let keeper = run.has('k');
        Ok(run.ask(Question::Upgrade { program, keeper }, |_, answer| match answer {
            Answer::NotUpgraded(why) => Err(format!("no upgrade: {why}")),
            _ => Ok(Flow::Next),
        }))
    },
    ..Spec::BASE
};
