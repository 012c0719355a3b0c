//! split-window

use super::new_window::start;
use crate::{
    boundary::Effect,
    commands::{
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::{Spec, TargetKind, TargetSpec},
        target::Target,
    },
    formats,
    layout::{Axis, Length, Split},
};
use abide_protocol::message::{ReadInput, ServerMessage};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "split-window",
    alias: Some("splitw"),
    flags: "bc:de:fF:hIl:p:Pt:vZ",
    arguments: (0, None),
    usage: "[-bdefhIPvZ] [-c start-directory] [-e environment] [-F format] [-l size] [-t target-pane] \
            [shell-command [argument ...]]",
    text: "Splits a pane in two: one above the other, or (-h) side by side.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run,
    ..Spec::BASE
};

/// How `-h -v -b -f -l -p` say that a pane is to be split.
///
/// # Errors
/// `lines invalid`, `percentage invalid`.
pub(super) fn split(run: &Run<'_>) -> Result<Split, String> {
    let axis = if run.has('h') { Axis::LeftRight } else { Axis::TopBottom };
    let length = match (run.text('l'), run.text('p')) {
        (Some(text), _) => {
            let what = match axis {
                _ if text.ends_with('%') => "percentage",
                Axis::LeftRight => "columns",
                Axis::TopBottom => "lines",
            };
            Length::parse(&text).ok_or_else(|| format!("{what} invalid"))?
        }
        (None, Some(text)) => match text.parse::<u16>() {
            Ok(percent @ 0..=100) => Length::Percent(percent),
            _ => return Err("percentage invalid".to_owned()),
        },
        (None, None) => Length::Half,
    };
    Ok(Split { axis, before: run.has('b'), full: run.has('f'), length })
}

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let how = split(run)?;
    let mut start = start(run, true);
    // An empty command is a pane without a program, to be written to.
    start.empty = run.has('I') || matches!(&start.words[..], [only] if only.is_empty());
    if start.empty {
        start.words.clear();
    }
    let zoomed = run.model.windows.get(&target.window).is_some_and(|w| w.zoomed.is_some());
    let pane = run.model.split_pane(target.session, target.pane, how, !run.has('d'), &start)?;
    if run.has('Z') && zoomed {
        run.model.toggle_zoom(if run.has('d') { target.pane } else { pane });
    }
    if run.has('P') {
        let format =
            run.text('F').unwrap_or_else(|| "#{session_name}:#{window_index}.#{pane_index}".to_owned());
        let line = formats::expand(&format, &run.sight_at(Some(Target { pane, ..target })));
        run.print(&line);
    }
    if run.has('I')
        && let (Some(viewer), Some(id)) = (run.caller.viewer, run.caller.command)
    {
        run.model.push(Effect::TellViewer(viewer, ServerMessage::ReadInput(ReadInput { id })));
        let resume: Resume = Box::new(move |run, reply| {
            if let (Reply::Input(bytes), Some(pane)) = (reply, run.model.panes.get_mut(&pane)) {
                // A line end alone would only go down.
                for line in bytes.split_inclusive(|b| *b == b'\n') {
                    let text = line.strip_suffix(b"\n").unwrap_or(line);
                    pane.screen.feed(text);
                    if text.len() < line.len() {
                        pane.screen.feed(b"\r\n");
                    }
                }
                run.model.redraw();
            }
            Ok(Flow::Next)
        });
        return Ok(Flow::Wait(Wait { on: On::Input, resume }));
    }
    Ok(Flow::Next)
}
