//! refresh-client, suspend-client

use super::attach_session::looking_client;
use crate::{
    base::geometry::Size,
    boundary::Effect,
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
};
use abide_protocol::message::{Event, ServerMessage};

/// Flags that only a client in control mode has a use for.
const CONTROL: &str = "there is no control mode";
/// Flags that move what is seen of a window.
const PANNING: &str = "what is seen of a larger window follows its cursor";

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "refresh-client",
    alias: Some("refresh"),
    flags: "A:B:cC:Df:r:F:l::LRSt:U",
    arguments: (0, Some(1)),
    refused: &[
        ('A', CONTROL),
        ('B', CONTROL),
        ('r', CONTROL),
        ('c', PANNING),
        ('D', PANNING),
        ('L', PANNING),
        ('R', PANNING),
        ('U', PANNING),
        ('l', "a terminal is not asked for its clipboard"),
    ],
    usage: "[-S] [-C XxY] [-f flags] [-t target-client]",
    text: "Draws a client anew, or its status line (-S); -C gives it a size, -f flags.",
    for_watchers: true,
    run,
    ..Spec::BASE
};

pub(in crate::commands) const SUSPEND: Spec = Spec {
    name: "suspend-client",
    alias: Some("suspendc"),
    flags: "t:",
    usage: "[-t target-client]",
    text: "Stops a client, as its shell's job control does; it goes on with fg.",
    for_watchers: true,
    run: |run| {
        let client = looking_client(run, 't')?;
        let number = run.model.viewers.get(&client).and_then(|v| v.session_surface()).map(|s| s.number);
        if let Some(number) = number {
            run.model.push(Effect::TellViewer(client, ServerMessage::Event(Event::Suspend(number))));
        }
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    if let Some(text) = run.text('C') {
        let size = text
            .split_once(['x', ','])
            .and_then(|(cols, rows)| Some((cols.parse().ok()?, rows.parse().ok()?)));
        let Some((cols @ 1.., rows @ 1..)) = size else { return Err("bad size argument".to_owned()) };
        let number = run.model.viewers.get(&client).and_then(|v| v.session_surface()).map(|s| s.number);
        if let Some(number) = number {
            run.model.resize_surface(client, number, Size::new(cols, rows));
        }
    }
    if let Some(flags) = run.text('f').or_else(|| run.text('F'))
        && let Some(surface) = run.model.viewers.get_mut(&client).and_then(|v| v.session_surface_mut())
    {
        for flag in flags.split(',') {
            let (on, name) = flag.strip_prefix('!').map_or((true, flag), |name| (false, name));
            match name {
                "read-only" => surface.read_only = on,
                "ignore-size" => surface.sizes = !on,
                _ => {}
            }
        }
        run.model.resize_windows_to_viewers();
    }
    let status_only = run.has('S');
    if let Some(viewer) = run.model.viewers.get_mut(&client) {
        for surface in viewer.surfaces.values_mut() {
            surface.dirty = true;
            surface.whole |= !status_only;
        }
    }
    Ok(Flow::Next)
}
