//! find-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
};
use crate::language::{Command, Script, Word};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "find-window",
    alias: Some("findw"),
    flags: "CiNrt:TZ",
    arguments: (1, Some(1)),
    usage: "[-CiNrTZ] [-t target-pane] match-string",
    text: "Lists the windows whose panes show a text, or have it in their name or title.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let wanted =
        run.args.value(0).unwrap_or_default().replace('#', "##").replace(',', "#,").replace('}', "#}");
    let flags: String =
        [('r', 'r'), ('i', 'i')].iter().filter(|(f, _)| run.has(*f)).map(|(_, c)| *c).collect();
    let all = !run.has('C') && !run.has('N') && !run.has('T');
    let (pattern, modifier) = match flags.contains('r') {
        true => (wanted.clone(), format!("/{flags}")),
        false if flags.is_empty() => (format!("*{wanted}*"), String::new()),
        false => (format!("*{wanted}*"), format!("/{flags}")),
    };
    let mut parts = Vec::new();
    if all || run.has('C') {
        parts.push(format!("#{{C{modifier}:{wanted}}}"));
    }
    if all || run.has('N') {
        parts.push(format!("#{{m{modifier}:{pattern},#{{window_name}}}}"));
    }
    if all || run.has('T') {
        parts.push(format!("#{{m{modifier}:{pattern},#{{pane_title}}}}"));
    }
    let filter = format!("#{{||:{}}}", parts.join(","));
    let text = |text: &str| Word::Text(text.to_owned());
    let mut words =
        vec![text("choose-tree"), text(if run.has('Z') { "-Zw" } else { "-w" }), text("-f"), text(&filter)];
    if let Some(target) = run.text('t') {
        words.extend([text("-t"), text(&target)]);
    }
    Ok(Flow::Insert(Script { groups: vec![vec![Command { words, line: 0 }]] }))
}
