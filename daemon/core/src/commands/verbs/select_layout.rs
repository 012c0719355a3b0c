//! select-layout, next-layout, previous-layout

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    layout::Preset,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "select-layout",
    alias: Some("selectl"),
    flags: "Enopt:",
    arguments: (0, Some(1)),
    usage: "[-Enop] [-t target-pane] [layout-name]",
    text: "Arranges the panes of a window by a name or a layout's text; -E spreads them, -o goes back.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run: select,
    ..Spec::BASE
};

pub(in crate::commands) const NEXT: Spec = Spec {
    name: "next-layout",
    alias: Some("nextl"),
    flags: "t:",
    usage: "[-t target-window]",
    text: "Arranges the panes of a window by the next layout that has a name.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: |run| step(run, true),
    ..Spec::BASE
};

pub(in crate::commands) const PREVIOUS: Spec = Spec {
    name: "previous-layout",
    alias: Some("prevl"),
    flags: "t:",
    usage: "[-t target-window]",
    text: "Arranges the panes of a window by the previous layout that has a name.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: |run| step(run, false),
    ..Spec::BASE
};

fn step(run: &mut Run<'_>, forward: bool) -> Result<Flow, String> {
    let window = run.window()?;
    let current = run.model.windows.get(&window).and_then(|w| w.preset);
    run.model.apply_preset(window, Preset::step(current, forward));
    run.model.redraw();
    Ok(Flow::Next)
}

fn select(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let window = target.window;
    if run.has('n') || run.has('p') {
        return step(run, run.has('n'));
    }
    if run.has('E') {
        run.model.spread_panes(target.pane);
    } else if run.has('o') {
        run.model.undo_layout(window);
    } else if let Some(name) = run.args.value(0) {
        match Preset::parse(&name) {
            Some(preset) => run.model.apply_preset(window, preset),
            None => run.model.apply_layout_text(window, &name).map_err(|fault| {
                // A text that is no layout at all is said as it was written.
                if name.contains(',') {
                    format!("{fault}: {name}")
                } else {
                    format!("invalid layout: {name}")
                }
            })?,
        }
    } else if let Some(preset) = run.model.windows.get(&window).and_then(|w| w.preset) {
        run.model.apply_preset(window, preset);
    }
    run.model.redraw();
    Ok(Flow::Next)
}
