//! restore-session

use super::{
    attach_session::{How, can_look, look},
    stored::{Shelf, choose, file, gather},
};
use crate::{
    boundary::{Answer, Whose},
    commands::{
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::Spec,
    },
    session::{Place, tidy},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "restore-session",
    alias: Some("restore"),
    flags: "dn:p:s:",
    arguments: (1, Some(1)),
    usage: "[-d] [-n new-name] [-p path] [-s space] session",
    text: "Brings a stored session of a machine that is lost here, as after a reboot, and lets the client look at it, but for \
           -d. It is removed where it was; out of the file of another store (-p) it is only copied. -s names the machine where \
           several have a session of that name, -n gives it another name.",
    starts_server: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if !run.has('d') {
        can_look(run)?;
    }
    if !run.model.options(Place::Session(None)).flag("restore") {
        return Err("sessions are not stored here (restore is off): it stays where it is".to_owned());
    }
    gather(run, Box::new(bring))
}

fn bring(run: &mut Run<'_>, mut shelf: Shelf) -> Result<Flow, String> {
    let name = run.args.value_texts().into_iter().next().unwrap_or_default();
    let file = file(run)?;
    let all = shelf.len();
    if file.is_none() && run.text('s').is_none() {
        shelf.retain(|(space, _)| space.state != "here");
    }
    let own = all > shelf.len();
    let (space, shelved) = match choose(run, &mut shelf, &name) {
        Err(_) if own && run.model.session_named(&name).is_some() && shelf.is_empty() => {
            return Err(format!("session {} is this server's own, and here", tidy(&name)));
        }
        chosen => chosen?,
    };
    if space.state == "here" {
        return Err(format!("{} is this server's own", space.name));
    }
    let new_name = tidy(&run.text('n').unwrap_or(name));
    if run.model.session_named(&new_name).is_some() {
        return Err(format!("a session {new_name} is here already: give it another name with -n"));
    }
    run.model.check_session_name(&new_name, None)?;
    let whose = Whose { file, space: space.name };
    let told = run.model.want(whose, shelved.session.id, new_name.clone());
    let resume: Resume = Box::new(move |run, reply| match reply {
        Reply::Answer(Answer::Taken(outcome)) => {
            outcome?;
            let session = run.model.session_named(&new_name).filter(|_| !run.has('d'));
            if let Some(session) = session {
                look(run, session, How { keep_environment: true, ..How::default() })?;
            }
            Ok(Flow::Next)
        }
        _ => Ok(Flow::Next),
    });
    Ok(Flow::Wait(Wait { on: On::Answer(told), resume }))
}
