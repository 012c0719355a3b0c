//! source-file

use crate::{
    boundary::{Answer, Effect, Question},
    commands::{
        limits,
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::{Spec, TargetKind, TargetSpec},
    },
    language::Script,
};
use abide_protocol::message::{ReadInput, ServerMessage};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "source-file",
    alias: Some("source"),
    flags: "Fnqt:v",
    arguments: (1, None),
    usage: "[-Fnqv] [-t target-pane] path ...",
    text: "Runs the commands in files; -n only reads them, -q says nothing of files that are not there.",
    target: Some(TargetSpec::new('t', TargetKind::Pane).can_fail()),
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let mut paths = run.args.value_texts();
    if run.has('F') {
        paths = paths.iter().map(|path| run.expand(path)).collect();
    }
    paths.reverse();
    next(run, paths, Script::default())
}

/// Reads the last of the files, then the others; what they all say runs in order.
fn next(run: &mut Run<'_>, mut paths: Vec<String>, script: Script) -> Result<Flow, String> {
    let Some(path) = paths.pop() else { return Ok(Flow::Insert(script)) };
    if path == "-" {
        let (Some(viewer), Some(id)) = (run.caller.viewer, run.caller.command) else {
            return Err("no standard input to read".to_owned());
        };
        run.model.push(Effect::TellViewer(viewer, ServerMessage::ReadInput(ReadInput { id })));
        let resume: Resume = Box::new(move |run, reply| match reply {
            Reply::Input(bytes) => read(run, paths, script, "-", &bytes),
            _ => Ok(Flow::Next),
        });
        return Ok(Flow::Wait(Wait { on: On::Input, resume }));
    }
    let absolute = absolute(run, &path);
    Ok(run.ask(Question::ReadFile(absolute, limits::FILE_BYTES_MAX), move |run, answer| match answer {
        Answer::File(Ok(bytes)) => read(run, paths, script, &path, &bytes),
        Answer::File(Err(_)) if run.has('q') => next(run, paths, script),
        Answer::File(Err(fault)) => {
            run.fault(fault);
            next(run, paths, script)
        }
        _ => Ok(Flow::Next),
    }))
}

fn read(
    run: &mut Run<'_>,
    paths: Vec<String>,
    mut script: Script,
    path: &str,
    bytes: &[u8],
) -> Result<Flow, String> {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let parsed = run.parse(&text).map(|mut read| {
        // What names no command is found before any of the file runs, and left out.
        let server = run.model.options(crate::session::Place::Server);
        let (_, faults) = crate::commands::prepare::prepare_file(&read, &server);
        read.groups.retain(|group| !group.iter().any(|c| faults.iter().any(|f| f.line == c.line)));
        (read, faults)
    });
    let parsed = parsed.map(|(read, faults)| {
        for fault in faults {
            run.fault(fault.in_file(path));
        }
        read
    });
    match parsed {
        Ok(read) if run.has('n') => drop(read),
        Ok(read) => {
            if run.has('v') {
                for command in read.commands() {
                    run.print(&format!("{path}:{}: {command}", command.line));
                }
            }
            script.groups.extend(read.groups);
        }
        Err(fault) => run.fault(fault.in_file(path)),
    }
    next(run, paths, script)
}

/// A path as the client that sent the command means it.
pub(super) fn absolute(run: &Run<'_>, path: &str) -> String {
    if path.starts_with('/') {
        return path.to_owned();
    }
    let hello = run.caller.viewer.and_then(|v| run.model.viewers.get(&v)).and_then(|v| v.hello.as_ref());
    let cwd = match hello {
        Some(hello) if run.caller.command.is_some() && !hello.cwd.is_empty() => hello.cwd.as_str(),
        _ => run.model.facts.home.as_str(),
    };
    format!("{}/{path}", cwd.trim_end_matches('/'))
}
