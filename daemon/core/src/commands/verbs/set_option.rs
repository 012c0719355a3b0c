//! set-option, set-window-option

use super::option_scope::{node, scope_of};
use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    options::{Append, NameFault, Spec as OptionSpec, Value, find, split_index},
    session::Sessions,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "set-option",
    alias: Some("set"),
    flags: "aFgopqst:uUw",
    arguments: (1, Some(2)),
    usage: "[-aFgopqsuUw] [-t target-pane] option [value]",
    text: "Sets an option: of the server (-s), a session, a window (-w) or a pane (-p), or for all (-g); -u takes it \
           away, -a appends, -o only where it is not set.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    run: |run| set(run, false),
    ..Spec::BASE
};

pub(in crate::commands) const WINDOW: Spec = Spec {
    name: "set-window-option",
    alias: Some("setw"),
    flags: "aFgoqt:u",
    arguments: (1, Some(2)),
    usage: "[-aFgoqu] [-t target-window] option [value]",
    text: "Sets an option of a window, or for all (-g).",
    target: Some(TargetSpec::new('t', TargetKind::Window).can_fail()),
    run: |run| set(run, true),
    ..Spec::BASE
};

fn set(run: &mut Run<'_>, window: bool) -> Result<Flow, String> {
    let quiet = run.has('q');
    match change(run, window) {
        Err(fault)
            if quiet
                && (fault.starts_with("invalid option")
                    || fault.starts_with("ambiguous option")
                    || fault.starts_with("already set")) =>
        {
            Ok(Flow::Next)
        }
        Err(fault) => Err(fault),
        Ok(()) => Ok(Flow::Next),
    }
}

fn change(run: &mut Run<'_>, window: bool) -> Result<(), String> {
    let written = run.expand(&run.args.value(0).unwrap_or_default());
    let value = run.args.value(1).map(|value| if run.has('F') { run.expand(&value) } else { value });
    let (name, index) = match split_index(&written) {
        Ok(found) => found,
        Err(NameFault::Invalid(name) | NameFault::Ambiguous(name)) => {
            return Err(format!("invalid option: {name}"));
        }
    };
    let spec =
        if name.starts_with('@') { None } else { Some(find(name).map_err(|fault| fault.to_string())?) };
    let name = spec.map_or(name, |spec| spec.name);
    if index.is_some() && spec.is_none_or(|spec| spec.separator.is_none()) {
        return Err(format!("not an array: {written}"));
    }
    let scope = scope_of(run, spec, window)?;
    let inherited = spec.map(|spec| scope.inherited(run.model, spec));
    let is_set = node(run.model, scope).is_some_and(|node| node.get(name).is_some());
    if run.has('o') && is_set && !run.has('u') {
        return Err(format!("already set: {written}"));
    }
    if run.has('u') || run.has('U') {
        let under = if run.has('U') { scope.below(run.model) } else { Vec::new() };
        for scope in under.into_iter().chain([scope]) {
            let Some(node) = node(run.model, scope) else { continue };
            match (index, &inherited) {
                (Some(index), Some(Value::Array(elements))) => node.unset_element(name, index, elements),
                _ => {
                    node.unset(name);
                }
            }
        }
    } else {
        let append = if run.has('a') { Append::Yes } else { Append::No };
        let Some(node) = node(run.model, scope) else { return Err("no such session".to_owned()) };
        match (spec, inherited) {
            (Some(spec), Some(inherited)) => node.set(spec, index, value.as_deref(), append, &inherited)?,
            _ => node.set_user(name, value.as_deref().ok_or_else(|| "empty value".to_owned())?, append)?,
        }
    }
    changed(run.model, spec);
    Ok(())
}

/// What follows when an option has another value.
fn changed(model: &mut Sessions, spec: Option<&'static OptionSpec>) {
    model.changed();
    match spec.map_or("", |spec| spec.name) {
        "history-limit" | "default-size" | "default-command" | "default-shell" => {}
        "automatic-rename" | "automatic-rename-format" => {
            for window in model.windows.keys().copied().collect::<Vec<_>>() {
                model.rename_automatically(window);
            }
        }
        "status-interval" => model.status_restarts = true,
        "monitor-silence" => {
            for window in model.windows.keys().copied().collect::<Vec<_>>() {
                model.watch_silence(window);
            }
        }
        "status" | "window-size" | "aggressive-resize" | "pane-border-status" | "pane-border-lines" => {
            model.resize_windows_to_viewers();
            for window in model.windows.keys().copied().collect::<Vec<_>>() {
                model.fit_panes(window);
            }
        }
        _ => {}
    }
    model.redraw();
}
