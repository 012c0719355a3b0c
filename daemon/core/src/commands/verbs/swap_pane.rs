//! swap-pane, swap-window, rotate-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "swap-pane",
    alias: Some("swapp"),
    flags: "dDs:t:UZ",
    usage: "[-dDUZ] [-s src-pane] [-t dst-pane]",
    text: "Lets two panes change places; -U and -D take the previous and the next.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    source: Some(TargetSpec::new('s', TargetKind::Pane).default_marked()),
    run: swap_panes,
    ..Spec::BASE
};

pub(in crate::commands) const WINDOW: Spec = Spec {
    name: "swap-window",
    alias: Some("swapw"),
    flags: "ds:t:",
    usage: "[-d] [-s src-window] [-t dst-window]",
    text: "Lets two windows change places.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    source: Some(TargetSpec::new('s', TargetKind::Window).default_marked()),
    run: |run| {
        let (a, b) = (run.source()?, run.target()?);
        if (a.session, a.index) != (b.session, b.index) {
            run.model.swap_windows((a.session, a.index), (b.session, b.index), run.has('d'));
            run.model.redraw();
        }
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

pub(in crate::commands) const ROTATE: Spec = Spec {
    name: "rotate-window",
    alias: Some("rotatew"),
    flags: "Dt:UZ",
    usage: "[-DUZ] [-t target-window]",
    text: "Moves every pane of a window to the place of the one before it, or (-D) after it.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: |run| {
        let window = run.window()?;
        let zoomed = run.model.windows.get(&window).is_some_and(|w| w.zoomed.is_some());
        run.model.unzoom(window);
        run.model.rotate(window, !run.has('D'));
        if zoomed
            && run.has('Z')
            && let Some(pane) = run.model.windows.get(&window).map(|w| w.active)
        {
            run.model.toggle_zoom(pane);
        }
        run.model.redraw();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

fn swap_panes(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let (source, target) = if run.has('U') || run.has('D') {
        let other = run.model.pane_offset(target.pane, if run.has('D') { 1 } else { -1 });
        (other.unwrap_or(target.pane), target.pane)
    } else {
        (run.source()?.pane, target.pane)
    };
    if source != target {
        run.model.swap_panes(source, target, !run.has('d'));
        run.model.redraw();
    }
    Ok(Flow::Next)
}
