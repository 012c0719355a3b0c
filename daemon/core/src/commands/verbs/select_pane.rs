//! select-pane, last-pane

use super::option_scope::{SetAt, node};
use crate::{
    base::ids::PaneId,
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
        target::Target,
    },
    layout::Direction,
    options::{Append, table::find},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "select-pane",
    alias: Some("selectp"),
    flags: "DdeLlMmP:RT:t:UZ",
    usage: "[-DdeLlMmRUZ] [-P style] [-T title] [-t target-pane]",
    text: "Makes a pane active: the one named, or the one beside it (-D -L -R -U); -m marks it, -d drops what is \
           typed into it, -T gives it a title, \
           -P a style.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run: select,
    ..Spec::BASE
};

pub(in crate::commands) const LAST: Spec = Spec {
    name: "last-pane",
    alias: Some("lastp"),
    flags: "det:Z",
    usage: "[-deZ] [-t target-window]",
    text: "Makes the pane active that was before.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: last,
    ..Spec::BASE
};

fn last(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let pane = run.model.windows.get(&target.window).and_then(|w| w.last_pane());
    let pane = pane.ok_or_else(|| "no last pane".to_owned())?;
    if run.has('d') || run.has('e') {
        set_input(run, pane);
        return Ok(Flow::Next);
    }
    activate(run, target, pane);
    Ok(Flow::Next)
}

fn select(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    if run.has('l') {
        return last(run);
    }
    if run.has('M') {
        run.model.marked = None;
    } else if run.has('m') {
        run.model.marked = (run.model.marked != Some(target.pane)).then_some(target.pane);
    }
    if run.has('m') || run.has('M') {
        run.model.changed();
        run.model.redraw();
        return Ok(Flow::Next);
    }
    if let Some(style) = run.text('P') {
        for name in ["window-style", "window-active-style"] {
            let spec = find(name).map_err(|fault| fault.to_string())?;
            let at = SetAt::Pane(target.pane);
            let inherited = at.inherited(run.model, spec);
            if let Some(node) = node(run.model, at) {
                node.set(spec, None, Some(&style), Append::No, &inherited)?;
            }
        }
        run.model.changed();
        run.model.redraw();
    }
    let sides =
        [('L', Direction::Left), ('R', Direction::Right), ('U', Direction::Up), ('D', Direction::Down)];
    let pane = match sides.iter().find(|(flag, _)| run.has(*flag)) {
        Some((_, side)) => match run.model.neighbour(target.pane, *side) {
            Some(pane) => pane,
            None => return Ok(Flow::Next),
        },
        None => target.pane,
    };
    if run.has('d') || run.has('e') {
        set_input(run, pane);
        return Ok(Flow::Next);
    }
    if let Some(title) = run.expanded('T') {
        if let Some(pane) = run.model.panes.get_mut(&pane) {
            pane.title = crate::session::tidy(&title);
        }
        run.model.changed();
        run.model.redraw();
        return Ok(Flow::Next);
    }
    activate(run, target, pane);
    Ok(Flow::Next)
}

fn set_input(run: &mut Run<'_>, pane: PaneId) {
    let off = run.has('d');
    if let Some(pane) = run.model.panes.get_mut(&pane) {
        pane.input_off = off;
    }
    run.model.changed();
}

/// Makes the pane active; a zoom stays on it with `-Z`.
fn activate(run: &mut Run<'_>, target: Target, pane: PaneId) {
    let zoomed = run.model.windows.get(&target.window).is_some_and(|w| w.zoomed.is_some_and(|z| z != pane));
    run.model.select_pane(pane);
    if zoomed && run.has('Z') {
        run.model.toggle_zoom(pane);
    }
    run.model.redraw();
}
