//! set-buffer, show-buffer, list-buffers, delete-buffer, paste-buffer, load-buffer, save-buffer

use super::{listing, source_file::absolute};
use crate::{
    boundary::{Answer, Effect, Question},
    commands::{
        actions::{clip, job_environment},
        limits,
        queue::hearer,
        run::{Flow, On, Reply, Resume, Run, Wait},
        spec::{Spec, TargetKind, TargetSpec},
    },
    session::{Buffer, Place, facts::Sight},
};
use abide_protocol::message::{ReadInput, ServerMessage};

pub(in crate::commands) const SET: Spec = Spec {
    name: "set-buffer",
    alias: Some("setb"),
    flags: "ab:n:t:w",
    arguments: (0, Some(1)),
    usage: "[-aw] [-b buffer-name] [-n new-buffer-name] [-t target-client] [data]",
    text: "Makes a paste buffer of a text, or (-n) gives one another name; -a appends, -w tells the clipboard too.",
    run: set,
    ..Spec::BASE
};

pub(in crate::commands) const SHOW: Spec = Spec {
    name: "show-buffer",
    alias: Some("showb"),
    flags: "b:",
    usage: "[-b buffer-name]",
    text: "Prints a paste buffer.",
    for_watchers: true,
    run: |run| {
        let data = buffer(run, "no buffers")?.data.clone();
        run.print_bytes(&data);
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

pub(in crate::commands) const LIST: Spec = Spec {
    name: "list-buffers",
    alias: Some("lsb"),
    flags: "F:f:O:r",
    usage: "[-r] [-F format] [-f filter] [-O order]",
    text: "Lists the paste buffers.",
    for_watchers: true,
    run: list,
    ..Spec::BASE
};

pub(in crate::commands) const DELETE: Spec = Spec {
    name: "delete-buffer",
    alias: Some("deleteb"),
    flags: "b:",
    usage: "[-b buffer-name]",
    text: "Forgets a paste buffer: the newest, where none is named.",
    run: |run| {
        let name = buffer(run, "no buffer")?.name.clone();
        run.model.buffers.remove(&name);
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

pub(in crate::commands) const PASTE: Spec = Spec {
    name: "paste-buffer",
    alias: Some("pasteb"),
    flags: "db:prSs:t:",
    granted: &[('S', "what is pasted is never changed")],
    usage: "[-dprS] [-s separator] [-b buffer-name] [-t target-pane]",
    text: "Types a paste buffer into a pane; -p brackets it where the program asked for that, -d forgets it then.",
    target: Some(TargetSpec::new('t', TargetKind::Pane)),
    run: paste,
    ..Spec::BASE
};

pub(in crate::commands) const LOAD: Spec = Spec {
    name: "load-buffer",
    alias: Some("loadb"),
    flags: "b:t:w",
    arguments: (1, Some(1)),
    usage: "[-w] [-b buffer-name] [-t target-client] path",
    text: "Makes a paste buffer of a file, or of the standard input (-).",
    run: load,
    ..Spec::BASE
};

pub(in crate::commands) const SAVE: Spec = Spec {
    name: "save-buffer",
    alias: Some("saveb"),
    flags: "ab:",
    arguments: (1, Some(1)),
    usage: "[-a] [-b buffer-name] path",
    text: "Writes a paste buffer to a file, or to the standard output (-).",
    run: save,
    ..Spec::BASE
};

/// The buffer that `-b` names, or the newest.
fn buffer<'a>(run: &'a Run<'_>, none: &str) -> Result<&'a Buffer, String> {
    match run.text('b') {
        Some(name) => run.model.buffers.get(&name).ok_or_else(|| format!("no buffer {name}")),
        None => run.model.buffers.top().ok_or_else(|| none.to_owned()),
    }
}

/// Keeps data under the name that `-b` says, or a name made up.
fn keep(run: &mut Run<'_>, data: Vec<u8>) -> Result<(), String> {
    if run.has('w') {
        let viewer = if run.has('t') { Some(run.client('t')?) } else { hearer(run.model, run.caller) };
        clip(run.model, viewer, &data);
    }
    let now = run.model.now;
    match run.text('b') {
        Some(name) => run.model.buffers.set(now, &name, data),
        None => {
            let limit =
                usize::try_from(run.model.options(Place::Server).number("buffer-limit")).unwrap_or(50);
            run.model.buffers.push(now, data, limit);
            Ok(())
        }
    }
}

fn set(run: &mut Run<'_>) -> Result<Flow, String> {
    if let Some(name) = run.text('n') {
        let from = buffer(run, "no buffer")?.name.clone();
        if !run.model.buffers.rename(&from, &name) {
            return Err(format!("buffer {name} already exists"));
        }
        return Ok(Flow::Next);
    }
    let Some(text) = run.args.value(0) else { return Err("no data specified".to_owned()) };
    if text.is_empty() {
        return Ok(Flow::Next);
    }
    let mut data = Vec::new();
    // Only a buffer that is named is appended to.
    if run.has('a')
        && let Some(before) = run.text('b').and_then(|name| run.model.buffers.get(&name))
    {
        data.clone_from(&before.data);
    }
    data.extend_from_slice(text.as_bytes());
    keep(run, data)?;
    Ok(Flow::Next)
}

const FORMAT: &str = "#{buffer_name}: #{buffer_size} bytes: \"#{buffer_sample}\"";

/// Where formats see a buffer.
pub(super) fn sight<'a>(run: &'a Run<'_>, buffer: &Buffer) -> Sight<'a> {
    run.sight()
        .with("buffer_name", &buffer.name)
        .with("buffer_size", buffer.data.len())
        .with("buffer_created", buffer.created.wall_seconds)
        .with("buffer_sample", sample(&buffer.data))
        .with("buffer_full", String::from_utf8_lossy(&buffer.data))
}

/// The beginning of a buffer, control characters made visible.
fn sample(data: &[u8]) -> String {
    const COLS_MAX: usize = 200;
    let text = String::from_utf8_lossy(data.get(..4 * COLS_MAX).unwrap_or(data));
    let visible: String = text
        .chars()
        .flat_map(|c| if c.is_control() { c.escape_default().collect() } else { vec![c] })
        .collect();
    crate::text::shorten(&visible, COLS_MAX, "...")
}

fn list(run: &mut Run<'_>) -> Result<Flow, String> {
    let mut buffers: Vec<Buffer> = run.model.buffers.iter().cloned().collect();
    listing::sort(run, &mut buffers, |b| (b.name.clone(), b.created.instant.0, b.data.len() as u64));
    let sights = buffers.iter().map(|buffer| sight(run, buffer));
    let lines = listing::lines(run, FORMAT, sights);
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}

fn paste(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let found = match buffer(run, "") {
        Ok(found) => found,
        // Nothing to paste is no mistake, a name that is not there is one.
        Err(fault) if run.has('b') => return Err(fault),
        Err(_) => return Ok(Flow::Next),
    };
    let (name, data) = (found.name.clone(), found.data.clone());
    let separator = match run.text('s') {
        Some(separator) => separator.into_bytes(),
        None if run.has('r') => b"\n".to_vec(),
        None => b"\r".to_vec(),
    };
    let mut text = Vec::with_capacity(data.len());
    for byte in data {
        if byte == b'\n' { text.extend_from_slice(&separator) } else { text.push(byte) }
    }
    if run.has('p') {
        run.model.paste(target.pane, &text, crate::session::Piece::WHOLE);
    } else {
        for pane in run.model.typed_into(target.pane) {
            run.model.write_pane(pane, &text);
        }
    }
    if run.has('d') {
        run.model.buffers.remove(&name);
    }
    Ok(Flow::Next)
}

fn load(run: &mut Run<'_>) -> Result<Flow, String> {
    let path = run.expand(&run.args.value(0).unwrap_or_default());
    if path == "-" {
        let (Some(viewer), Some(id)) = (run.caller.viewer, run.caller.command) else {
            return Err("no standard input to read".to_owned());
        };
        run.model.push(Effect::TellViewer(viewer, ServerMessage::ReadInput(ReadInput { id })));
        let resume: Resume = Box::new(|run, reply| {
            if let Reply::Input(bytes) = reply {
                keep(run, bytes)?;
            }
            Ok(Flow::Next)
        });
        return Ok(Flow::Wait(Wait { on: On::Input, resume }));
    }
    let path = absolute(run, &path);
    Ok(run.ask(Question::ReadFile(path, limits::FILE_BYTES_MAX), |run, answer| match answer {
        Answer::File(Ok(bytes)) => keep(run, bytes).map(|()| Flow::Next),
        Answer::File(Err(fault)) => Err(fault),
        _ => Ok(Flow::Next),
    }))
}

fn save(run: &mut Run<'_>) -> Result<Flow, String> {
    let path = run.expand(&run.args.value(0).unwrap_or_default());
    let data = buffer(run, "no buffers")?.data.clone();
    if path == "-" {
        run.print_bytes(&data);
        return Ok(Flow::Next);
    }
    let path = absolute(run, &path);
    let to = if run.has('a') { ">>" } else { ">" };
    let command = format!("cat {to} '{}'", path.replace('\'', "'\\''"));
    let (cwd, environment) = (run.model.facts.home.clone(), job_environment(run.model, None));
    if data.is_empty() {
        return Ok(Flow::Next);
    }
    Ok(run.ask(Question::Job { command, cwd, environment, input: data }, |_, answer| match answer {
        Answer::Job { status: 0, .. } => Ok(Flow::Next),
        Answer::Job { output, .. } => Err(String::from_utf8_lossy(&output).trim_end().to_owned()),
        _ => Ok(Flow::Next),
    }))
}
