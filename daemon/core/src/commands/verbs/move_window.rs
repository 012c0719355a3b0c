//! move-window, link-window, unlink-window

use crate::commands::{
    run::{Flow, Run},
    spec::{Spec, TargetKind, TargetSpec},
    target::Found,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "move-window",
    alias: Some("movew"),
    flags: "abdkrs:t:",
    usage: "[-abdkr] [-s src-window] [-t dst-window]",
    text: "Moves a window to another index or session; -r numbers the windows of a session anew.",
    target: Some(TargetSpec::new('t', TargetKind::Window).index()),
    source: Some(TargetSpec::new('s', TargetKind::Window).default_marked()),
    run: move_window,
    ..Spec::BASE
};

pub(in crate::commands) const LINK: Spec = Spec {
    name: "link-window",
    alias: Some("linkw"),
    flags: "abdks:t:",
    usage: "[-abdk] [-s src-window] [-t dst-window]",
    text: "Puts a window into another session as well.",
    target: Some(TargetSpec::new('t', TargetKind::Window).index()),
    source: Some(TargetSpec::new('s', TargetKind::Window).default_marked()),
    run: |run| {
        let (source, found) = (run.source()?, run.target.ok_or_else(|| "no current session".to_owned())?);
        let index = place(run, found);
        run.model.link_window(source.window, found.session, index, run.has('k'), !run.has('d'))?;
        run.model.redraw();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

pub(in crate::commands) const UNLINK: Spec = Spec {
    name: "unlink-window",
    alias: Some("unlinkw"),
    flags: "kt:",
    usage: "[-k] [-t target-window]",
    text: "Takes a window out of a session; -k ends it when it is in no other.",
    target: Some(TargetSpec::new('t', TargetKind::Window)),
    run: |run| {
        let target = run.target()?;
        if !run.has('k') && run.model.sessions_of(target.window).count() < 2 {
            return Err("window only linked to one session".to_owned());
        }
        run.model.unlink_index(target.session, target.index);
        run.model.redraw();
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

fn move_window(run: &mut Run<'_>) -> Result<Flow, String> {
    let found = run.target.ok_or_else(|| "no current session".to_owned())?;
    if run.has('r') {
        let session = match run.text('t') {
            // -t names a session then.
            Some(text) => run.find(Some(&text), TargetSpec::new('t', TargetKind::Session))?.session,
            None => found.session,
        };
        run.model.renumber(session);
        run.model.redraw();
        return Ok(Flow::Next);
    }
    let source = run.source()?;
    let index = place(run, found);
    if found.session == source.session && index == Some(source.index) {
        return Ok(Flow::Next);
    }
    // Making room may have moved the source itself.
    let from = run
        .model
        .sessions
        .get(&source.session)
        .and_then(|s| s.index_of(source.window))
        .unwrap_or(source.index);
    run.model.move_window((source.session, from), (found.session, index), run.has('k'), !run.has('d'))?;
    run.model.redraw();
    Ok(Flow::Next)
}

/// The index that the target says; with `-a` or `-b` room is made beside it.
fn place(run: &mut Run<'_>, found: Found) -> Option<u32> {
    if !(run.has('a') || run.has('b')) {
        return found.index;
    }
    let here = found.index.or_else(|| run.model.sessions.get(&found.session).map(|s| s.current))?;
    let at = if run.has('b') { here } else { here.saturating_add(1) };
    run.model.make_room(found.session, at);
    Some(at)
}
