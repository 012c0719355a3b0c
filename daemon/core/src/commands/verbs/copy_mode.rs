//! copy-mode, clock-mode

use crate::{
    commands::{
        actions::enter,
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    modes::{
        clock::ClockMode,
        copy::{CopyEntry, CopyMode},
    },
};
use abide_protocol::message::MouseEvent;

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "copy-mode",
    alias: None,
    flags: "deHMqs:St:u",
    refused: &[('s', "a pane shows its own text alone"), ('S', "there are no scrollbars")],
    usage: "[-deHMqu] [-t target-pane]",
    text: "Looks back in a pane: scroll, search, copy; -u scrolls up at once, -d down, -e leaves at the bottom, -q leaves.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

pub(in crate::commands) const CLOCK: Spec = Spec {
    name: "clock-mode",
    alias: None,
    flags: "t:",
    usage: "[-t target-pane]",
    text: "Shows the time in a pane until a key is pressed.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    for_watchers: true,
    run: |run| {
        let target = run.target()?;
        enter(run.model, target.pane, |sight| Box::new(ClockMode::new(sight)));
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    // A drag begins in the pane that the mouse is in.
    let mouse = run.caller.mouse.filter(|_| run.has('M'));
    let pane = match mouse.and_then(|mouse| mouse.pane).filter(|_| !run.has('t')) {
        Some(pane) => pane,
        None => run.target()?.pane,
    };
    if run.has('q') {
        run.model.set_mode(pane, None);
        return Ok(Flow::Next);
    }
    let entered =
        run.model.panes.get(&pane).and_then(|p| p.mode.as_ref()).is_some_and(|m| m.name() == "copy-mode");
    if entered && (run.has('u') || run.has('d')) {
        let page = if run.has('u') { "page-up" } else { "page-down" };
        let words = [page.to_owned()];
        let done = run.model.with_mode(pane, |mode, sight| mode.command(&words, 1, sight));
        if let Some(actions) = done {
            super::send_keys::after(run, pane, actions?)?;
        }
    } else if !entered {
        let entry =
            CopyEntry { exit_at_bottom: run.has('e'), hide_position: run.has('H'), page_up: run.has('u') };
        let at = mouse.map(|mouse| mouse.in_pane);
        let before = std::mem::replace(&mut run.model.mouse_in_pane, at);
        enter(run.model, pane, |sight| Box::new(CopyMode::new(entry, sight)));
        run.model.mouse_in_pane = before;
    }
    if let Some(mouse) = mouse {
        let event = MouseEvent { x: mouse.in_pane.x, y: mouse.in_pane.y, ..mouse.event };
        let before = run.model.mouse_in_pane.replace(mouse.in_pane);
        let actions = run.model.with_mode(pane, |mode, sight| mode.mouse(&event, sight)).unwrap_or_default();
        run.model.mouse_in_pane = before;
        super::send_keys::after(run, pane, actions)?;
    }
    run.model.redraw();
    Ok(Flow::Next)
}
