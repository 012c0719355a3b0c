//! new-window, and what starts in a new pane.

use crate::{
    commands::{
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
        target::Target,
    },
    formats,
    session::{Environment, NewWindow, Start},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "new-window",
    alias: Some("neww"),
    flags: "abc:de:F:kn:PSt:",
    arguments: (0, None),
    usage: "[-abdkPS] [-c start-directory] [-e environment] [-F format] [-n window-name] [-t target-window] \
            [shell-command [argument ...]]",
    text: "Creates a window.",
    target: Some(TargetSpec::new('t', TargetKind::Window).index()),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let found = run.target.ok_or_else(|| "no current session".to_owned())?;
    let session = found.session;
    let name = run.expanded('n');
    if run.has('S')
        && let Some(name) = &name
    {
        let windows = run.model.sessions.get(&session).into_iter().flat_map(|s| s.windows.iter());
        let has_name = |link: &crate::session::Winlink| {
            run.model.windows.get(&link.window).is_some_and(|w| w.name == *name)
        };
        let same: Vec<u32> = windows.filter(|(_, link)| has_name(link)).map(|(index, _)| *index).collect();
        match same[..] {
            [] => {}
            [index] => {
                run.model.select_index(session, index);
                return Ok(Flow::Next);
            }
            _ => return Err(format!("multiple windows named {name}")),
        }
    }
    let beside = run.has('a') || run.has('b');
    let here = found.index.or_else(|| run.model.sessions.get(&session).map(|s| s.current));
    let index = match (beside, here) {
        (true, Some(here)) => Some(if run.has('b') { here } else { here.saturating_add(1) }),
        _ => found.index,
    };
    let start = start(run, true);
    let new = NewWindow { index, insert: beside, replace: run.has('k'), name, select: !run.has('d'), start };
    let window = run.model.new_window(session, new)?;
    if run.has('P') {
        let format =
            run.text('F').unwrap_or_else(|| "#{session_name}:#{window_index}.#{pane_index}".to_owned());
        let index = run.model.sessions.get(&session).and_then(|s| s.index_of(window));
        let target = index.and_then(|index| Target::at(run.model, session, index));
        let line = formats::expand(&format, &run.sight_at(target));
        run.print(&line);
    }
    Ok(Flow::Next)
}

/// What the arguments say is to be started: the words, `-c`, `-e`. Without `-c` it is where the client is that sent
/// the command, where `by_client` and it is no key.
pub(super) fn start(run: &Run<'_>, by_client: bool) -> Start {
    let mut environment = Environment::default();
    for variable in run.args.texts('e') {
        if let Some((name, value)) = variable.split_once('=') {
            environment.set(name, value);
        }
    }
    let hello = run.caller.viewer.and_then(|v| run.model.viewers.get(&v)).and_then(|v| v.hello.as_ref());
    let from_client = hello.filter(|_| by_client && run.caller.command.is_some()).map(|h| h.cwd.clone());
    let cwd = run.expanded('c').or(from_client).unwrap_or_default();
    Start { words: run.args.value_texts(), cwd, environment, empty: false }
}
