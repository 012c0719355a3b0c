//! command-prompt, confirm-before, display-panes

use super::attach_session::looking_client;
use crate::{
    base::ids::Ticket,
    commands::{
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::Spec,
    },
    formats,
    language::{Script, Word},
    modes::{
        confirm::Confirm,
        prompt::{Prompt, PromptSpec},
    },
    session::{Overlay, Place, Then, facts::Sight},
};

pub(in crate::commands) const COMMAND: Spec = Spec {
    name: "command-prompt",
    alias: None,
    flags: "1beFiklI:Np:t:T:",
    arguments: (0, Some(1)),
    usage: "[-1beFiklN] [-I inputs] [-p prompts] [-t target-client] [-T prompt-type] [template]",
    text: "Asks for a line in a client's status line and runs the template with it in the place of %%.",
    for_watchers: true,
    run: command_prompt,
    ..Spec::BASE
};

pub(in crate::commands) const CONFIRM: Spec = Spec {
    name: "confirm-before",
    alias: Some("confirm"),
    flags: "bc:p:t:y",
    arguments: (1, Some(1)),
    usage: "[-by] [-c confirm-key] [-p prompt] [-t target-client] command",
    text: "Asks in a client's status line before a command runs.",
    run: confirm,
    ..Spec::BASE
};

pub(in crate::commands) const PANES: Spec = Spec {
    name: "display-panes",
    alias: Some("displayp"),
    flags: "bd:Nt:",
    arguments: (0, Some(1)),
    usage: "[-bN] [-d duration] [-t target-client] [template]",
    text: "Shows the number of each pane for a while; typing one selects it, or runs the template for it.",
    for_watchers: true,
    run: display_panes,
    ..Spec::BASE
};

/// Puts a question before a client; the client that sent the command waits for its end, and then runs `after`.
fn open(
    run: &mut Run<'_>,
    after: Script,
    make: impl FnOnce(Option<Ticket>) -> Overlay,
) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    if run.model.viewers.get(&client).and_then(|v| v.overlay.as_ref()).is_some_and(Overlay::asks) {
        return Ok(Flow::Next);
    }
    let waits = run.caller.command.is_some() && !run.has('b');
    let ticket = waits.then(|| {
        let ticket = Ticket(run.model.counters.ticket);
        run.model.counters.ticket += 1;
        ticket
    });
    run.model.set_overlay(client, Some(make(ticket)));
    let Some(ticket) = ticket else { return Ok(Flow::Next) };
    let resume: Resume = Box::new(|_, reply| match reply {
        Reply::Prompt(false) => Ok(Flow::Stop(1)),
        _ => Ok(Flow::Insert(after)),
    });
    Ok(Flow::Wait(Wait { on: On::Prompt(ticket), resume }))
}

fn command_prompt(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    let template = match run.args.values.first() {
        Some(Word::Block(script)) => script.to_string(),
        Some(Word::Text(text)) => text.clone(),
        None => "%1".to_owned(),
    };
    let template = if run.has('F') { run.expand(&template) } else { template };
    let sight = run.sight_at(run.current());
    let sight = Sight { viewer: Some(client), ..sight };
    let expand = |text: String| formats::expand_time(&text, &sight);
    // -l takes prompts and inputs as they are: a comma separates nothing.
    let split = |text: String| match run.has('l') {
        true => vec![text],
        false => text.split(',').map(str::to_owned).collect(),
    };
    let labels: Vec<String> = match run.text('p') {
        Some(text) => split(text).into_iter().map(|label| format!("{} ", expand(label))).collect(),
        None => {
            let first = template.split_whitespace().next().unwrap_or_default();
            vec![if run.args.values.is_empty() { ":".to_owned() } else { format!("({first}) ") }]
        }
    };
    let inputs: Vec<String> = run.text('I').map(split).unwrap_or_default().into_iter().map(expand).collect();
    let session = run.model.viewers.get(&client).and_then(|v| v.session());
    let history = run.text('T').unwrap_or_else(|| "command".to_owned());
    let completions = match history.as_str() {
        "command" => crate::commands::ROWS.iter().map(|spec| spec.name.to_owned()).collect(),
        "target" => run.model.sessions.values().map(|s| s.name.clone()).collect(),
        _ => Vec::new(),
    };
    let spec = PromptSpec {
        prompts: labels,
        inputs,
        history,
        completions,
        single: run.has('1'),
        key: run.has('k'),
        numeric: run.has('N'),
        incremental: run.has('i'),
        ends_empty: run.has('e'),
        vi: run.model.options(Place::Session(session)).text("status-keys") == "vi",
    };
    let pane = run.current().map(|target| target.pane);
    let then = Then::Command { template, pane };
    open(run, Script::default(), |waits| Overlay::Prompt { prompt: Prompt::new(spec), then, waits })
}

fn confirm(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    // A mistake shows before the question is asked.
    let script = run.script(0)?.unwrap_or_default();
    let server = run.model.options(Place::Server);
    crate::commands::prepare::prepare(&script, &server).map_err(|fault| fault.message)?;
    let key = run.text('c').unwrap_or_else(|| "y".to_owned());
    let label = match run.text('p') {
        Some(text) => {
            let sight = Sight { viewer: Some(client), ..run.sight_at(run.current()) };
            format!("{} ", formats::expand(&text, &sight))
        }
        None => {
            let name = script.commands().next().map_or("", |command| command.name());
            let name = crate::commands::prepare::find(name).map_or(name, |spec| spec.name);
            format!("Confirm '{name}'? ({key}/n) ")
        }
    };
    let pane = run.current().map(|target| target.pane);
    // What a waiting client confirms runs in its own queue, so that it is told of what is printed.
    let waiting = run.caller.command.is_some() && !run.has('b');
    let template = if waiting { String::new() } else { script.to_string() };
    let then = Then::Command { template, pane };
    let confirm = Confirm { prompt: label, yes: key.chars().next().unwrap_or('y'), enter: run.has('y') };
    open(run, script, |waits| Overlay::Confirm { confirm, then, waits })
}

fn display_panes(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    let session = run.model.viewers.get(&client).and_then(|v| v.session());
    let ms = match run.text('d') {
        Some(text) => text.parse::<u64>().map_err(|_| "delay invalid".to_owned())?,
        None => u64::from(run.model.options(Place::Session(session)).count("display-panes-time", u32::MAX)),
    };
    let until = (ms > 0).then(|| run.model.now.instant.after_ms(ms));
    let template = match run.args.values.first() {
        Some(word) => word.to_text(),
        None => "select-pane -t \"%%%\"".to_owned(),
    };
    let (passes_keys, pane) = (run.has('N'), run.current().map(|target| target.pane));
    let then = Then::Command { template, pane };
    open(run, Script::default(), |waits| Overlay::Panes { until, then, waits, passes_keys })
}
