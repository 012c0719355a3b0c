//! new-session

use super::attach_session::{How, can_look, look};
use crate::{
    base::geometry::Size,
    commands::{
        run::{Flow, Run},
        spec::Spec,
        target::Target,
    },
    formats,
    session::{Environment, NewSession, Place, Start, Viewer},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "new-session",
    alias: Some("new"),
    flags: "Ac:dDe:EF:f:n:Ps:t:x:Xy:",
    arguments: (0, None),
    usage: "[-AdDEPX] [-c start-directory] [-e environment] [-F format] [-f flags] [-n window-name] \
            [-s session-name] [-t target-session] [-x width] [-y height] [shell-command [argument ...]]",
    text: "Creates a session, and lets the client look at it.",
    starts_server: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    if run.has('t') && (run.has('n') || !run.args.values.is_empty()) {
        return Err("command or window name given with target".to_owned());
    }
    if run.has('t') {
        return Err("session groups are not supported".to_owned());
    }
    let name = run.expanded('s');
    if let Some(name) = &name
        && let Some(session) = run.model.session_named(name)
    {
        if !run.has('A') {
            return Err(format!("duplicate session: {name}"));
        }
        let (detach_others, hang_up) = (run.has('D') || run.has('X'), run.has('X'));
        look(run, session, How { detach_others, hang_up, ..How::of(run) })?;
        return Ok(Flow::Next);
    }
    let detached = run.has('d');
    let caller = run.caller.viewer.and_then(|v| run.model.viewers.get(&v));
    let is_attached = caller.is_some_and(|v| v.session().is_some());
    // A configuration file makes sessions that nobody looks at.
    let looks = !detached && caller.is_some();
    if looks {
        can_look(run)?;
    }
    let size = size(run, looks)?;
    let client_cwd =
        caller.and_then(|v| v.hello.as_ref()).map(|h| h.cwd.clone()).filter(|cwd| !cwd.is_empty());
    let key_cwd = || run.current().and_then(|t| run.model.sessions.get(&t.session)).map(|s| s.cwd.clone());
    let cwd = match run.expanded('c') {
        Some(cwd) => cwd,
        None if is_attached => key_cwd().unwrap_or_default(),
        None => client_cwd.unwrap_or_else(|| run.model.facts.home.clone()),
    };
    let new = NewSession {
        name,
        cwd,
        environment: Environment::default(),
        size: Some(size),
        size_is_manual: detached && (run.has('x') || run.has('y')),
        window_name: run.expanded('n'),
        start: Start { words: run.args.value_texts(), ..Start::default() },
    };
    let session = create(run, new)?;
    if run.has('P') {
        let format = run.text('F').unwrap_or_else(|| "#{session_name}:".to_owned());
        let line = formats::expand(&format, &run.sight_at(Target::of_session(run.model, session)));
        run.print(&line);
    }
    if looks {
        // -d means something else here than for attach-session.
        look(run, session, How { keep_environment: true, detach_others: false, ..How::of(run) })?;
    }
    Ok(Flow::Next)
}

/// The session's variables must be there before its first program starts.
fn create(run: &mut Run<'_>, mut new: NewSession) -> Result<crate::base::ids::SessionId, String> {
    if !run.has('E')
        && let Some(hello) =
            run.caller.viewer.and_then(|v| run.model.viewers.get(&v)).and_then(|v| v.hello.as_ref())
    {
        for name in run.model.options(Place::Session(None)).array("update-environment") {
            let fits = hello.environment.iter().filter(|(n, _)| formats::glob(&name, n));
            let mut any = false;
            for (variable, value) in fits {
                any = true;
                new.environment.set(variable, value);
            }
            if !any && !name.contains(['*', '?', '[']) {
                new.environment.clear(&name);
            }
        }
    }
    for variable in run.args.texts('e') {
        if let Some((name, value)) = variable.split_once('=') {
            new.environment.set(name, value);
        }
    }
    run.model.new_session(new)
}

fn size(run: &Run<'_>, looks: bool) -> Result<Size, String> {
    let text = run.model.options(Place::Session(None)).text("default-size");
    let (cols, rows) =
        text.split_once('x').and_then(|(c, r)| Some((c.parse().ok()?, r.parse().ok()?))).unwrap_or((80, 24));
    let default = Size::new(cols, rows);
    let attached = run
        .caller
        .viewer
        .and_then(|v| run.model.viewers.get(&v))
        .and_then(Viewer::session_surface)
        .map(|s| s.size);
    let tty = run.caller.tty.or(attached);
    // One row is the status line's.
    let inner = tty.map(|size| {
        let status = u16::from(run.model.options(Place::Session(None)).text("status") != "off");
        Size::new(size.cols, size.rows.saturating_sub(status).max(1))
    });
    let base = inner.filter(|_| looks).unwrap_or(default);
    let side = |flag: char, name: &str, own: u16, client: Option<u16>| -> Result<u16, String> {
        let Some(text) = run.text(flag) else { return Ok(own) };
        if text == "-" {
            return Ok(client.unwrap_or(own));
        }
        match text.parse::<u32>() {
            Ok(0) => Err(format!("{name} too small")),
            Ok(n) => Ok(u16::try_from(n)
                .ok()
                .filter(|n| *n <= 10_000)
                .ok_or_else(|| format!("{name} too large"))?),
            Err(_) => Err(format!("{name} invalid")),
        }
    };
    let cols = side('x', "width", base.cols, inner.map(|s| s.cols))?;
    let rows = side('y', "height", base.rows, inner.map(|s| s.rows))?;
    Ok(Size::new(cols, rows))
}
