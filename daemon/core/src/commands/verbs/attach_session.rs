//! attach-session, and what every command does that lets a client look at a session.

use crate::{
    base::ids::{SessionId, ViewerId},
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
        target::current_client,
    },
    session::{Look, Place, Sessions, SurfaceTarget, Variable},
};
use abide_protocol::message::DetachReason;

const TARGET: TargetSpec = TargetSpec::new('t', TargetKind::Session).prefer_unattached();

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "attach-session",
    alias: Some("attach"),
    flags: "c:dEf:rt:x",
    usage: "[-dErx] [-c working-directory] [-f flags] [-t target-session]",
    text: "Lets the client look at a session: the one used last that nobody looks at, where none is named.",
    starts_server: true,
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.model.sessions.is_empty() {
        return Err("no sessions".to_owned());
    }
    let text = run.text('t').unwrap_or_default();
    let kind = if text.contains([':', '.', '%', '@']) { TargetKind::Pane } else { TargetKind::Session };
    let mut found = run.find(Some(&text), TargetSpec { kind, ..TARGET });
    if found.is_err() && kind == TargetKind::Pane {
        found = run.find(Some(&text), TARGET).or(found);
    }
    let found = found?;
    let cwd = run.text('c').map(|format| {
        let sight = run.sight_at(found.target());
        crate::formats::expand(&format, &sight)
    });
    look(run, found.session, How::of(run))?;
    if kind == TargetKind::Pane
        && let Some(target) = found.target()
    {
        run.model.select_index(target.session, target.index);
        run.model.select_pane(target.pane);
    }
    if let (Some(cwd), Some(session)) = (cwd, run.model.sessions.get_mut(&found.session)) {
        session.cwd = cwd;
        run.model.changed();
    }
    Ok(Flow::Next)
}

/// How a client is to look at a session.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct How {
    /// Others that look at it are detached.
    pub(super) detach_others: bool,
    /// And their clients are hung up.
    pub(super) hang_up: bool,
    /// Only looks.
    pub(super) read_only: bool,
    /// Its size does not count.
    pub(super) ignore_size: bool,
    /// The session's environment stays as it is.
    pub(super) keep_environment: bool,
}

impl How {
    /// As attach-session's flags say.
    pub(super) fn of(run: &Run<'_>) -> How {
        let flags = run.text('f').unwrap_or_default();
        let set = |name: &str| flags.split(',').any(|flag| flag == name);
        How {
            detach_others: run.has('d') || run.has('x'),
            hang_up: run.has('x'),
            read_only: run.has('r') || set("read-only"),
            ignore_size: set("ignore-size") || run.has('r'),
            keep_environment: run.has('E'),
        }
    }
}

/// Whether the client that sent the command can look at a session.
///
/// # Errors
/// `open terminal failed: not a terminal`, or when it sits in one of our own panes.
pub(super) fn can_look(run: &Run<'_>) -> Result<(), String> {
    let viewer = run.caller.viewer.and_then(|v| run.model.viewers.get(&v));
    let Some(viewer) = viewer else { return Err("no current client".to_owned()) };
    if viewer.session().is_some() {
        return Ok(());
    }
    if run.caller.tty.is_none() || run.caller.command.is_none() {
        return Err("open terminal failed: not a terminal".to_owned());
    }
    let Some(hello) = &viewer.hello else { return Err("no current client".to_owned()) };
    let set = |name: &str| hello.environment.iter().any(|(n, value)| n == name && !value.is_empty());
    let in_pane = !hello.tty.is_empty() && run.model.panes.values().any(|pane| pane.tty == hello.tty);
    if in_pane && (set("TMUX") || set("ABIDE")) {
        return Err("sessions should be nested with care, unset $TMUX to force".to_owned());
    }
    Ok(())
}

/// Lets the client look at a session: the one that sent the command, or the one whose key was pressed.
///
/// # Errors
/// As [`can_look`].
pub(super) fn look(run: &mut Run<'_>, session: SessionId, how: How) -> Result<(), String> {
    can_look(run)?;
    let Some(viewer) = run.caller.viewer else { return Err("no current client".to_owned()) };
    if how.detach_others {
        detach_others(run.model, session, viewer, how.hang_up);
    }
    if !how.keep_environment {
        take_environment(run.model, session, viewer);
    }
    let surface = run.model.viewers.get(&viewer).and_then(|v| v.session_surface()).map(|s| s.number);
    if let Some(number) = surface {
        run.model.switch_surface(viewer, number, session);
        return Ok(());
    }
    let Some(size) = run.caller.tty else { return Err("open terminal failed: not a terminal".to_owned()) };
    let look = Look {
        target: SurfaceTarget::Session(session),
        size,
        sizes: !how.ignore_size,
        read_only: how.read_only,
    };
    run.model.attach(viewer, run.caller.surface, look)?;
    run.left.attached = true;
    Ok(())
}

/// Detaches all that look at a session but one.
fn detach_others(model: &mut Sessions, session: SessionId, but: ViewerId, hang_up: bool) {
    let reason = if hang_up { DetachReason::HungUp } else { DetachReason::Taken };
    let others: Vec<_> = model
        .viewers
        .values()
        .filter(|v| v.id != but)
        .flat_map(|v| v.surfaces.values().map(move |s| (v.id, s)))
        .filter(|(_, s)| s.target == SurfaceTarget::Session(session))
        .map(|(viewer, s)| (viewer, s.number))
        .collect();
    for (viewer, number) in others {
        model.detach_surface(viewer, number, reason, "");
    }
}

/// Puts the variables that `update-environment` names from a client into a session.
pub(super) fn take_environment(model: &mut Sessions, session: SessionId, viewer: ViewerId) {
    let names = model.options(Place::Session(Some(session))).array("update-environment");
    let Some(hello) = model.viewers.get(&viewer).and_then(|v| v.hello.as_ref()) else { return };
    let variables = hello.environment.clone();
    let Some(session) = model.sessions.get_mut(&session) else { return };
    for name in names {
        let mut any = false;
        for (variable, value) in
            variables.iter().filter(|(variable, _)| crate::formats::glob(&name, variable))
        {
            any = true;
            session.environment.set(variable, value);
        }
        if !any && !name.contains(['*', '?', '[']) {
            session.environment.put(&name, Variable { value: None, hidden: false });
        }
    }
    model.changed = true;
}

/// The client that a `-c` or `-t` flag names, which must look at a session.
///
/// # Errors
/// `no current client`, `can't find client: x`.
pub(super) fn looking_client(run: &Run<'_>, flag: char) -> Result<ViewerId, String> {
    match run.has(flag) {
        true => run.client(flag),
        false => current_client(run.model, run.caller).ok_or_else(|| "no current client".to_owned()),
    }
}
