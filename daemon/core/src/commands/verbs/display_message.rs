//! display-message

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
        target::{client_named, current_client},
    },
    formats::{self, Facts},
    session::{Overlay, facts},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "display-message",
    alias: Some("display"),
    flags: "aCc:d:F:IlNpt:v",
    arguments: (0, Some(1)),
    refused: &[
        ('I', "split-window -I makes a pane from standard input"),
        ('N', "any key takes a message away"),
        ('v', "an expansion keeps no log"),
    ],
    granted: &[('C', "a message stops no pane")],
    usage: "[-aClp] [-c target-client] [-d delay] [-F format] [-t target-pane] [message]",
    text: "Shows a line in the status line, or (-p) prints it; it is a format. -a prints all variables.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    for_watchers: true,
    run,
    ..Spec::BASE
};

const FORMAT: &str =
    "[#{session_name}] #{window_index}:#{window_name}, current pane #{pane_index} - (%H:%M %d-%b-%y)";

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('F') && !run.args.values.is_empty() {
        return Err("only one of -F or argument must be given".to_owned());
    }
    let client = match run.text('c') {
        Some(name) => Some(client_named(run.model, &name)?),
        None => current_client(run.model, run.caller),
    };
    // A target that is not there shows nothing of any pane.
    let target = match run.has('t') {
        true => run.target.and_then(|found| found.target()),
        false => run.current(),
    };
    let mut sight = run.sight_at(target);
    sight.viewer = client;
    if run.has('a') {
        let mut lines = Vec::new();
        for variable in facts::tables().into_iter().flatten() {
            let value = sight.value(variable.name).unwrap_or_default();
            lines.push(format!("{}={value}", variable.name));
        }
        lines.sort();
        for line in lines {
            run.print(&line);
        }
        return Ok(Flow::Next);
    }
    let format = run.args.value(0).or_else(|| run.text('F')).unwrap_or_else(|| FORMAT.to_owned());
    let line = if run.has('l') { format } else { formats::expand_time(&format, &sight) };
    if run.has('p') {
        run.print(&line);
        return Ok(Flow::Next);
    }
    let Some(client) = client else { return Ok(Flow::Next) };
    run.model.show_message(client, &line);
    if let Some(delay) = run.text('d') {
        let ms: u64 = delay.parse().map_err(|_| "delay invalid".to_owned())?;
        let until = (ms > 0).then(|| run.model.now.instant.after_ms(ms));
        if let Some(Overlay::Message { text, .. }) =
            run.model.viewers.get(&client).and_then(|v| v.overlay.clone())
        {
            run.model.set_overlay(client, Some(Overlay::Message { text, until }));
        }
    }
    Ok(Flow::Next)
}
