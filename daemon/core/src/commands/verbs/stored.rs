//! What the store holds: list-sessions -S and show-stored, which only look, and how restore-session finds what it brings here.

use super::{capture_pane, listing};
use crate::{
    boundary::{Answer, Look, Looked, Question, SpaceFacts, Whose},
    commands::{
        limits::STORED_BYTES_MAX,
        run::{Flow, Run},
        spec::Spec,
    },
    session::{facts::Sight, tidy},
    snapshot::shelf::{self, Records, Shelved},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "show-stored",
    flags: "CeE:JNo:p:s:S:",
    arguments: (1, Some(1)),
    usage: "[-CeJN] [-E end-line] [-o format] [-p path] [-s space] [-S start-line] session[:window]",
    text: "Prints the screen of a session as it was stored last, of this machine or of one that is lost; -s names \
           the machine where several have a session of that name, -p the file of another store, all else is as with \
           capture-pane.",
    starts_server: true,
    for_watchers: true,
    run,
    ..Spec::BASE
};

const FORMAT: &str = "#{session_name}: #{session_windows} windows, #{stored_panes} panes (saved #{t:stored_at}) \
                      (#{stored_space}: #{stored_state})";

/// Sessions with the machine that they are of.
pub(super) type Shelf = Vec<(SpaceFacts, Shelved)>;
/// What is done with all of them.
pub(super) type Then = Box<dyn FnOnce(&mut Run<'_>, Shelf) -> Result<Flow, String>>;

/// Lists them all.
pub(super) fn list(run: &mut Run<'_>) -> Result<Flow, String> {
    gather(run, Box::new(print_list))
}

fn print_list(run: &mut Run<'_>, mut shelf: Shelf) -> Result<Flow, String> {
    let key = |(space, shelved): &(SpaceFacts, Shelved)| (shelved.session.name.clone(), space.name.clone());
    shelf.sort_by_key(key);
    if run.has('r') {
        shelf.reverse();
    }
    let sight = |(space, shelved): &(SpaceFacts, Shelved)| {
        Sight::server(run.model)
            .with("session_name", &shelved.session.name)
            .with("session_windows", shelved.session.windows.len())
            .with("stored_panes", shelved.panes())
            .with("stored_at", shelved.at.wall_seconds)
            .with("stored_space", &space.name)
            .with("stored_state", space.state)
    };
    let sights = shelf.iter().map(sight);
    for line in listing::lines(run, FORMAT, sights) {
        run.print(&line);
    }
    Ok(Flow::Next)
}

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    gather(run, Box::new(show))
}

fn show(run: &mut Run<'_>, mut shelf: Shelf) -> Result<Flow, String> {
    let target = run.args.value_texts().into_iter().next().unwrap_or_default();
    let (name, window) = match target.split_once(':') {
        Some((name, window)) => (name, Some(window)),
        None => (&*target, None),
    };
    let (space, shelved) = choose(run, &mut shelf, name)?;
    let Some(pane) = shelved.pane(window) else {
        return Err(format!("can't find window: {}", tidy(window.unwrap_or_default())));
    };
    // Lines above the screen are read only when they are asked for.
    let history = run.text('S').is_some_and(|line| line.starts_with('-'));
    let look = Look::Records {
        whose: Whose { file: file(run)?, space: space.name },
        prefixes: shelf::screen_prefixes(pane, history),
        bytes_max: STORED_BYTES_MAX,
    };
    Ok(run.ask(Question::Look(look), move |run, answer| {
        let screen = shelf::screen(records(answer)?, pane)?;
        let text = capture_pane::printed(run, &screen)?;
        run.print_bytes(text.as_bytes());
        Ok(Flow::Next)
    }))
}

/// The one session of that name, and of the machine that -s names.
///
/// # Errors
/// When there is none, or several.
pub(super) fn choose(run: &Run<'_>, shelf: &mut Shelf, name: &str) -> Result<(SpaceFacts, Shelved), String> {
    let machine = run.text('s');
    shelf.retain(|(space, shelved)| {
        shelved.session.name == name && machine.as_ref().is_none_or(|machine| *machine == space.name)
    });
    if shelf.len() > 1 {
        let spaces: Vec<_> = shelf.iter().map(|(space, _)| space.name.as_str()).collect();
        return Err(format!(
            "several machines stored a session {}: choose one with -s: {}",
            tidy(name),
            spaces.join(", ")
        ));
    }
    shelf.pop().ok_or_else(|| format!("no session {} is stored", tidy(name)))
}

/// The file of another store that -p names.
///
/// # Errors
/// When the path is not absolute and nobody knows where it begins, or the client may only look.
pub(super) fn file(run: &Run<'_>) -> Result<Option<String>, String> {
    let Some(path) = run.text('p') else { return Ok(None) };
    let viewer = run.caller.viewer.and_then(|viewer| run.model.viewers.get(&viewer));
    if viewer.is_some_and(|viewer| viewer.surfaces.values().any(|surface| surface.read_only)) {
        return Err("client is read-only".to_owned());
    }
    if path.starts_with('/') {
        return Ok(Some(path));
    }
    let cwd = viewer.and_then(|viewer| viewer.hello.as_ref()).map(|hello| hello.cwd.clone());
    match cwd.filter(|cwd| cwd.starts_with('/')) {
        Some(cwd) => Ok(Some(format!("{cwd}/{path}"))),
        None => Err(format!("{}: the path must be absolute", tidy(&path))),
    }
}

/// Reads the sessions of all machines.
pub(super) fn gather(run: &mut Run<'_>, then: Then) -> Result<Flow, String> {
    let file = file(run)?;
    Ok(run.ask(Question::Look(Look::Spaces(file)), move |run, answer| match answer {
        Answer::Looked(Ok(Looked::Spaces(mut spaces))) => {
            spaces.reverse();
            next(run, spaces, Vec::new(), then)
        }
        Answer::Looked(Err(fault)) => Err(fault),
        _ => Ok(Flow::Next),
    }))
}

/// Reads those of the last of the spaces, then of the others. One that can't be read does not hide the others.
fn next(
    run: &mut Run<'_>,
    mut spaces: Vec<SpaceFacts>,
    mut shelf: Shelf,
    then: Then,
) -> Result<Flow, String> {
    let Some(space) = spaces.pop() else { return then(run, shelf) };
    let look = Look::Records {
        whose: Whose { file: file(run)?, space: space.name.clone() },
        prefixes: shelf::session_prefixes(),
        bytes_max: STORED_BYTES_MAX,
    };
    Ok(run.ask(Question::Look(look), move |run, answer| {
        match records(answer).and_then(shelf::sessions) {
            Ok(sessions) => shelf.extend(sessions.into_iter().map(|shelved| (space.clone(), shelved))),
            Err(fault) => run.fault(format!("{}: {fault}", space.name)),
        }
        next(run, spaces, shelf, then)
    }))
}

fn records(answer: Answer) -> Result<Records, String> {
    match answer {
        Answer::Looked(Ok(Looked::Records(records))) => Ok(records),
        Answer::Looked(Err(fault)) => Err(fault),
        _ => Err("the store gave another answer".to_owned()),
    }
}
