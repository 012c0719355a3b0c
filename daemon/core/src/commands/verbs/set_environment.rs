//! set-environment, show-environment

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::{Environment, Variable},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "set-environment",
    alias: Some("setenv"),
    flags: "Fhgrt:u",
    arguments: (1, Some(2)),
    usage: "[-Fhgru] [-t target-session] name [value]",
    text: "Sets a variable for new panes of a session, or (-g) of all; -u forgets it, -r takes it away from them, -h \
           hides it from programs.",
    target: Some(TargetSpec::new('t', TargetKind::Session).can_fail()),
    run: set,
    ..Spec::BASE
};

pub(in crate::commands) const SHOW: Spec = Spec {
    name: "show-environment",
    alias: Some("showenv"),
    flags: "hgst:",
    arguments: (0, Some(1)),
    usage: "[-hgs] [-t target-session] [name]",
    text: "Prints the variables of a session, or (-g) those of all; -s as shell commands, -h the hidden ones.",
    target: Some(TargetSpec::new('t', TargetKind::Session).can_fail()),
    for_watchers: true,
    run: show,
    ..Spec::BASE
};

/// The environment that the flags mean.
fn environment<'a>(run: &'a mut Run<'_>) -> Result<&'a mut Environment, String> {
    if run.has('g') {
        return Ok(&mut run.model.environment);
    }
    let session = match (run.target, run.text('t')) {
        (Some(found), _) => found.session,
        (None, Some(text)) => return Err(format!("no such session: {text}")),
        (None, None) => return Err("no current session".to_owned()),
    };
    let found = run.model.sessions.get_mut(&session).map(|s| &mut s.environment);
    found.ok_or_else(|| "no current session".to_owned())
}

fn set(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.args.value(0).unwrap_or_default();
    if name.is_empty() {
        return Err("empty variable name".to_owned());
    }
    if name.contains('=') {
        return Err("variable name contains =".to_owned());
    }
    let value = run.args.value(1).map(|value| if run.has('F') { run.expand(&value) } else { value });
    let (unset, remove, hidden) = (run.has('u'), run.has('r'), run.has('h'));
    if unset && value.is_some() {
        return Err("can't specify a value with -u".to_owned());
    }
    if remove && value.is_some() {
        return Err("can't specify a value with -r".to_owned());
    }
    let environment = environment(run)?;
    match value {
        _ if unset => environment.unset(&name),
        _ if remove => environment.clear(&name),
        Some(value) => environment.put(&name, Variable { value: Some(value), hidden }),
        None => return Err("no value specified".to_owned()),
    }
    run.model.changed = true;
    Ok(Flow::Next)
}

fn show(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.args.value(0);
    let (shell, hidden) = (run.has('s'), run.has('h'));
    let environment = environment(run)?;
    let shown = |name: &str, variable: &Variable| -> Option<String> {
        if variable.hidden != hidden {
            return None;
        }
        Some(match (&variable.value, shell) {
            (Some(value), false) => format!("{name}={value}"),
            (None, false) => format!("-{name}"),
            (Some(value), true) => {
                let escaped: String = value
                    .chars()
                    .flat_map(|c| matches!(c, '$' | '`' | '"' | '\\').then_some('\\').into_iter().chain([c]))
                    .collect();
                format!("{name}=\"{escaped}\"; export {name};")
            }
            (None, true) => format!("unset {name};"),
        })
    };
    let lines: Vec<String> = match &name {
        Some(name) => {
            let variable = environment.get(name).ok_or_else(|| format!("unknown variable: {name}"))?;
            shown(name, variable).into_iter().collect()
        }
        None => environment.iter().filter_map(|(name, variable)| shown(name, variable)).collect(),
    };
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}
