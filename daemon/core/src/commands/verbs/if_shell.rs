//! if-shell

use crate::{
    boundary::{Answer, Question},
    commands::{
        actions::job_environment,
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    formats,
    language::Script,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "if-shell",
    alias: Some("if"),
    flags: "bFt:",
    arguments: (2, Some(3)),
    usage: "[-bF] [-t target-pane] shell-command command [command]",
    text: "Runs the first command when a shell command succeeds, or (-F) a format is true, else the second.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let condition = run.expand(&run.args.value(0).unwrap_or_default());
    let yes = run.script(1)?.unwrap_or_default();
    let no = run.script(2)?.unwrap_or_default();
    if run.has('F') {
        return Ok(Flow::Insert(if formats::is_true(&condition) { yes } else { no }));
    }
    let pane = run.target.and_then(|found| found.pane);
    let cwd = super::run_shell::cwd(run);
    let environment = job_environment(run.model, pane);
    let background = run.has('b');
    let question = Question::Job { command: condition, cwd, environment, input: Vec::new() };
    let choose = move |answer: Answer| -> Script {
        match answer {
            Answer::Job { status: 0, .. } => yes,
            _ => no,
        }
    };
    let asked = run.ask(question, move |run, answer| {
        let script = choose(answer);
        if background {
            run.in_background(script);
            return Ok(Flow::Next);
        }
        Ok(Flow::Insert(script))
    });
    Ok(if background { Flow::Background(Box::new(asked)) } else { asked })
}
