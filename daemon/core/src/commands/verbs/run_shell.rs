//! run-shell

use crate::{
    boundary::{Answer, Question},
    commands::{
        actions::{enter, job_environment},
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    modes::copy::CopyMode,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "run-shell",
    alias: Some("run"),
    flags: "bCc:d:Et:",
    arguments: (0, None),
    granted: &[('E', "what the command prints to its error stream is always shown")],
    usage: "[-bCE] [-c start-directory] [-d delay] [-t target-pane] [shell-command [argument ...]]",
    text: "Runs a shell command and shows what it prints, or (-C) runs commands of ours; -b does not wait, -d waits \
           first.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let delay = match run.text('d') {
        Some(text) => match text.parse::<f64>() {
            Ok(seconds) if (0.0..1e6).contains(&seconds) => seconds,
            _ => return Err(format!("invalid delay time: {text}")),
        },
        None => 0.0,
    };
    let mut command = run.args.value(0).map(|text| if run.has('C') { text } else { run.expand(&text) });
    for word in run.args.value_texts().iter().skip(1) {
        // More words are the command's arguments, for the shell to take as they are.
        if let Some(command) = &mut command {
            command.push_str(" '");
            command.push_str(&word.replace('\'', "'\\''"));
            command.push('\'');
        }
    }
    if run.has('C') && delay == 0.0 {
        let script = run.script(0)?.unwrap_or_default();
        return Ok(Flow::Insert(script));
    }
    let shell = match (&command, run.has('C')) {
        (Some(command), false) if delay == 0.0 => command.clone(),
        (Some(command), false) => format!("sleep {delay}\n{command}"),
        _ => format!("sleep {delay}"),
    };
    if command.is_none() && delay == 0.0 {
        return Ok(Flow::Next);
    }
    let commands = if run.has('C') { run.script(0)? } else { None };
    let pane = run.target.and_then(|found| found.pane);
    let environment = job_environment(run.model, pane);
    let (cwd, background) = (cwd(run), run.has('b'));
    let shown = command.unwrap_or_default();
    let asked =
        run.ask(Question::Job { command: shell, cwd, environment, input: Vec::new() }, move |run, answer| {
            if let Some(script) = commands {
                return Ok(Flow::Insert(script));
            }
            let Answer::Job { status, output } = answer else { return Ok(Flow::Next) };
            let mut text = String::from_utf8_lossy(&output).into_owned();
            if !text.is_empty() && !text.ends_with('\n') {
                text.push('\n');
            }
            if status != 0 {
                let said = if status >= 128 {
                    format!("'{shown}' terminated by signal {}\n", status - 128)
                } else {
                    format!("'{shown}' returned {status}\n")
                };
                if run.caller.command.is_none() {
                    text.push_str(&said);
                }
            }
            show(run, pane, &text);
            Ok(Flow::Status(u8::try_from(status).unwrap_or(255)))
        });
    Ok(if background { Flow::Background(Box::new(asked)) } else { asked })
}

/// What was printed: to the client that sent the command; for a key, over the pane that the command names.
fn show(run: &mut Run<'_>, pane: Option<crate::base::ids::PaneId>, text: &str) {
    match pane.filter(|_| run.has('t') && !text.is_empty()) {
        Some(pane) => {
            enter(run.model, pane, |sight| Box::new(CopyMode::view(text, sight.screen.size(), sight)))
        }
        None => run.print_bytes(text.as_bytes()),
    }
}

/// Where a job runs: `-c`, else where the client is that sent the command, else in the session's directory.
pub(super) fn cwd(run: &Run<'_>) -> String {
    if let Some(cwd) = run.expanded('c').filter(|_| run.spec.name == "run-shell") {
        return cwd;
    }
    let hello = run.caller.viewer.and_then(|v| run.model.viewers.get(&v)).and_then(|v| v.hello.as_ref());
    if let Some(hello) = hello.filter(|h| run.caller.command.is_some() && !h.cwd.is_empty()) {
        return hello.cwd.clone();
    }
    let target = run.target.and_then(|found| found.target()).or_else(|| run.current());
    let pane = target.and_then(|t| run.model.panes.get(&t.pane)).map(|pane| pane.cwd().to_owned());
    pane.filter(|cwd| !cwd.is_empty()).unwrap_or_else(|| run.model.facts.home.clone())
}
