//! resize-pane

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    layout::{Axis, Length},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "resize-pane",
    alias: Some("resizep"),
    flags: "DLMRTt:Ux:y:Z",
    arguments: (0, Some(1)),
    usage: "[-DLMRTUZ] [-x width] [-y height] [-t target-pane] [adjustment]",
    text: "Moves a pane's border (-D -L -R -U), gives it a size (-x -y), zooms it (-Z), or lets the mouse drag a \
           border (-M).",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('M') {
        return drag(run);
    }
    let target = run.target()?;
    if run.has('T') {
        // Lines below the cursor go; what is above them stays where it is.
        if let Some(pane) = run.model.panes.get_mut(&target.pane) {
            pane.screen.feed(b"\x1b[J");
        }
        run.model.redraw();
        return Ok(Flow::Next);
    }
    if run.has('Z') {
        run.model.toggle_zoom(target.pane);
        run.model.redraw();
        return Ok(Flow::Next);
    }
    let by = match run.args.value(0) {
        Some(text) => match text.parse::<i32>() {
            Ok(n) if n > 0 => n,
            Ok(_) => return Err("adjustment too small".to_owned()),
            Err(_) => return Err("adjustment invalid".to_owned()),
        },
        None => 1,
    };
    let window = run.model.windows.get(&target.window).map(|w| w.size());
    let sides = [('x', "width", Axis::LeftRight), ('y', "height", Axis::TopBottom)];
    for (flag, name, axis) in sides {
        let Some(text) = run.text(flag) else { continue };
        let length = Length::parse(&text).ok_or_else(|| format!("{name} invalid"))?;
        let whole = window.map_or(0, |size| if axis == Axis::LeftRight { size.cols } else { size.rows });
        let cells = length.of(whole);
        if cells == 0 {
            return Err(format!("{name} too small"));
        }
        run.model.resize_pane_to(target.pane, axis, cells);
    }
    let moves = [
        ('L', Axis::LeftRight, -by),
        ('R', Axis::LeftRight, by),
        ('U', Axis::TopBottom, -by),
        ('D', Axis::TopBottom, by),
    ];
    if let Some((_, axis, change)) = moves.iter().find(|(flag, _, _)| run.has(*flag)) {
        run.model.resize_pane(target.pane, *axis, *change);
    }
    run.model.redraw();
    Ok(Flow::Next)
}

/// The border under the mouse follows it until the button comes up.
fn drag(run: &mut Run<'_>) -> Result<Flow, String> {
    let mouse = run.mouse()?;
    let Some(viewer) = run.caller.viewer else { return Err("no current client".to_owned()) };
    let (number, at) = (run.caller.surface, mouse.in_window);
    let surface = run.model.viewers.get_mut(&viewer).and_then(|v| v.surfaces.get_mut(&number));
    let Some(drag) = surface.and_then(|surface| surface.drag.as_mut()) else { return Ok(Flow::Next) };
    let first = !std::mem::replace(&mut drag.resizes, true);
    let before = drag.before;
    let session = mouse.session.and_then(|s| run.model.sessions.get(&s));
    if let Some(window) = session.and_then(|s| s.current_window()).filter(|_| first) {
        run.model.drag_border(window, before, at);
    }
    Ok(Flow::Next)
}
