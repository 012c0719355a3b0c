//! show-options, show-window-options

use super::option_scope::{at, flags_scope, node, scope_of};
use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    options::{NameFault, ShowForm, Spec as OptionSpec, find, show_all, show_one, split_index},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "show-options",
    alias: Some("show"),
    flags: "AgHpqst:vw",
    granted: &[('H', "no option is a hook")],
    arguments: (0, Some(1)),
    usage: "[-AgHpqsvw] [-t target-pane] [option]",
    text: "Prints options: of the server (-s), a session, a window (-w) or a pane (-p), or those for all (-g); -A shows \
           inherited ones too, -v values alone.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    for_watchers: true,
    run: |run| show(run, false),
    ..Spec::BASE
};

pub(in crate::commands) const WINDOW: Spec = Spec {
    name: "show-window-options",
    alias: Some("showw"),
    flags: "gt:v",
    arguments: (0, Some(1)),
    usage: "[-gv] [-t target-window] [option]",
    text: "Prints options of a window, or those for all (-g).",
    target: Some(TargetSpec::new('t', TargetKind::Window).can_fail()),
    for_watchers: true,
    run: |run| show(run, true),
    ..Spec::BASE
};

fn show(run: &mut Run<'_>, window: bool) -> Result<Flow, String> {
    let lines = match run.args.value(0) {
        Some(written) => {
            let written = run.expand(&written);
            match one(run, &written, window) {
                Err(fault) if run.has('q') && fault.contains(" option: ") => return Ok(Flow::Next),
                other => other?,
            }
        }
        None => {
            let place = at(run, flags_scope(run, window))?;
            let own = match node_of(run, place) {
                Some(own) => own,
                None => return Ok(Flow::Next),
            };
            let wanted = run.has('A') || place.is_global();
            let values = run.has('v');
            let outer = run.model.options(place.place());
            let outer = |spec: &'static OptionSpec| outer.value(spec);
            show_all(&own, place.scope(), wanted.then_some(&outer as _), place.is_global(), values)
        }
    };
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}

/// A copy of what is set at a place: printing needs the model as well.
fn node_of(run: &mut Run<'_>, place: super::option_scope::SetAt) -> Option<crate::options::OptionNode> {
    node(run.model, place).cloned()
}

fn one(run: &mut Run<'_>, written: &str, window: bool) -> Result<Vec<String>, String> {
    let (name, index) = match split_index(written) {
        Ok(found) => found,
        Err(NameFault::Invalid(name) | NameFault::Ambiguous(name)) => {
            return Err(format!("invalid option: {name}"));
        }
    };
    let spec =
        if name.starts_with('@') { None } else { Some(find(name).map_err(|fault| fault.to_string())?) };
    let name = spec.map_or(name, |spec| spec.name).to_owned();
    let place = scope_of(run, spec, window)?;
    let value_only = run.has('v');
    let own = node_of(run, place).and_then(|node| node.get(&name).cloned());
    if let Some(value) = own {
        return Ok(show_one(&name, index, &value, ShowForm { value_only, inherited: false }));
    }
    let outer = run.model.options(place.place());
    match spec {
        Some(spec) if place.is_global() || run.has('A') => {
            let form = ShowForm { value_only, inherited: !place.is_global() };
            Ok(show_one(&name, index, &outer.value(spec), form))
        }
        Some(_) => Ok(Vec::new()),
        None => match outer.set_value(&name).filter(|_| run.has('A')) {
            Some(value) => Ok(show_one(&name, index, value, ShowForm { value_only, inherited: true })),
            None => Err(format!("invalid option: {written}")),
        },
    }
}
