//! respawn-pane, respawn-window

use super::new_window::start;
use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

const FLAGS: &str = "c:e:kt:";

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "respawn-pane",
    alias: Some("respawnp"),
    flags: FLAGS,
    arguments: (0, None),
    usage: "[-k] [-c start-directory] [-e environment] [-t target-pane] [shell-command [argument ...]]",
    text: "Starts a pane's program again, or another one; -k ends one that still runs.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run: |run| {
        let target = run.target()?;
        let given = given(run);
        run.model
            .respawn(target.pane, given.as_ref(), run.has('k'))
            .map_err(|fault| format!("respawn pane failed: {fault}"))?;
        run.model.redraw();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

pub(in crate::commands) const WINDOW: Spec = Spec {
    name: "respawn-window",
    alias: Some("respawnw"),
    flags: FLAGS,
    arguments: (0, None),
    usage: "[-k] [-c start-directory] [-e environment] [-t target-window] [shell-command [argument ...]]",
    text: "Starts a window's first program again and ends its other panes; -k ends one that still runs.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: |run| {
        let target = run.target()?;
        let panes = run.model.windows.get(&target.window).map(|w| w.panes()).unwrap_or_default();
        let alive = panes.iter().any(|pane| run.model.panes.get(pane).is_some_and(|p| !p.is_dead()));
        if alive && !run.has('k') {
            let session = run.model.sessions.get(&target.session).map(|s| s.name.clone()).unwrap_or_default();
            return Err(format!("respawn window failed: window {session}:{} still active", target.index));
        }
        let given = given(run);
        let Some((first, others)) = panes.split_first() else { return Ok(Flow::Next) };
        for pane in others {
            run.model.kill_pane(*pane);
        }
        run.model
            .respawn(*first, given.as_ref(), true)
            .map_err(|fault| format!("respawn window failed: {fault}"))?;
        run.model.redraw();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

/// What is to be started; none for what was started before.
fn given(run: &Run<'_>) -> Option<crate::session::Start> {
    let given = !run.args.values.is_empty() || run.has('c') || run.has('e');
    given.then(|| start(run, false))
}
