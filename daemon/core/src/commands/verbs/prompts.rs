//! command-prompt, confirm-before, display-panes

use super::attach_session::looking_client;
use crate::{
    commands::{
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::Spec,
    },
    formats,
    language::Word,
    session::{Overlay, Place, Prompt, PromptKind, Question},
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

/// Opens a prompt; the client that sent the command waits for its end.
fn open(run: &mut Run<'_>, prompt: Prompt) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    let busy = run.model.viewers.get(&client).is_some_and(|v| matches!(v.overlay, Some(Overlay::Prompt(_))));
    if busy {
        return Ok(Flow::Next);
    }
    let waits = run.caller.command.is_some() && !run.has('b');
    let ticket = waits.then(|| {
        let ticket = crate::base::ids::Ticket(run.model.counters.ticket);
        run.model.counters.ticket += 1;
        ticket
    });
    run.model.set_overlay(client, Some(Overlay::Prompt(Prompt { waits: ticket, ..prompt })));
    let Some(ticket) = ticket else { return Ok(Flow::Next) };
    let resume: Resume = Box::new(|_, reply| match reply {
        Reply::Prompt(false) => Ok(Flow::Stop(1)),
        _ => Ok(Flow::Next),
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
    let sight = crate::session::facts::Sight { viewer: Some(client), ..sight };
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
    let questions: Vec<Question> = labels
        .into_iter()
        .enumerate()
        .map(|(n, label)| Question { label, text: inputs.get(n).cloned().unwrap_or_default() })
        .collect();
    let kind = match () {
        () if run.has('1') => PromptKind::One,
        () if run.has('k') => PromptKind::Key,
        () if run.has('N') => PromptKind::Number,
        () if run.has('i') => PromptKind::Incremental,
        () => PromptKind::Line,
    };
    let text = questions.first().map(|q| q.text.clone()).unwrap_or_default();
    let cursor = text.chars().count();
    let pane = run.current().map(|target| target.pane);
    open(run, Prompt { questions, text, cursor, template, kind, pane, ..Prompt::default() })
}

fn confirm(run: &mut Run<'_>) -> Result<Flow, String> {
    let client = looking_client(run, 't')?;
    let template = match run.args.values.first() {
        Some(Word::Block(script)) => script.to_string(),
        Some(Word::Text(text)) => {
            let text = text.clone();
            // A mistake shows before the question is asked.
            let script = run.parse(&text).map_err(|fault| fault.message)?;
            let server = run.model.options(Place::Server);
            crate::commands::prepare::prepare(&script, &server).map_err(|fault| fault.message)?;
            text
        }
        None => String::new(),
    };
    let key = run.text('c').unwrap_or_else(|| "y".to_owned());
    let label = match run.text('p') {
        Some(text) => {
            let sight = crate::session::facts::Sight { viewer: Some(client), ..run.sight_at(run.current()) };
            format!("{} ", formats::expand(&text, &sight))
        }
        None => {
            let name = template.split_whitespace().next().unwrap_or_default();
            let name = crate::commands::prepare::find(name).map_or(name, |spec| spec.name);
            format!("Confirm '{name}'? ({key}/n) ")
        }
    };
    let pane = run.current().map(|target| target.pane);
    let questions = vec![Question { label, text: String::new() }];
    open(run, Prompt { questions, template, kind: PromptKind::Confirm, pane, ..Prompt::default() })
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
    run.model.set_overlay(client, Some(Overlay::Panes { until, template, passes_keys: run.has('N') }));
    Ok(Flow::Next)
}
