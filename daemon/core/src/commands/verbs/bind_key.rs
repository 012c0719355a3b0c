//! bind-key, unbind-key

use crate::{
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
    keys::{Binding, Key},
    language::{Command, Script, Word},
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "bind-key",
    alias: Some("bind"),
    flags: "nrN:T:",
    arguments: (1, None),
    usage: "[-nr] [-T key-table] [-N note] key [command [argument ...]]",
    text: "Binds a key to commands: after the prefix, without it (-n), or in a table of its own (-T).",
    run: bind,
    ..Spec::BASE
};

pub(in crate::commands) const UNBIND: Spec = Spec {
    name: "unbind-key",
    alias: Some("unbind"),
    flags: "anqT:",
    arguments: (0, Some(1)),
    usage: "[-anq] [-T key-table] key",
    text: "Takes the binding of a key away, or (-a) those of a whole table.",
    run: unbind,
    ..Spec::BASE
};

fn table(run: &Run<'_>) -> String {
    match run.text('T') {
        Some(table) => table,
        None if run.has('n') => "root".to_owned(),
        None => "prefix".to_owned(),
    }
}

fn bind(run: &mut Run<'_>) -> Result<Flow, String> {
    let name = run.args.value(0).unwrap_or_default();
    let key: Key = name.parse().map_err(|fault: crate::keys::UnknownKey| fault.to_string())?;
    let table = table(run);
    let note = run.text('N');
    let values = &run.args.values;
    let script = match values.get(1..).unwrap_or_default() {
        [] => {
            // Only the note changes; a key without binding is bound to nothing.
            if !run.model.keys.annotate(&table, key, note.as_deref().unwrap_or_default()) {
                run.model.keys.bind(&table, key, binding(Script::default(), note, run.has('r')))?;
            }
            run.model.changed();
            return Ok(Flow::Next);
        }
        [Word::Block(script)] => script.clone(),
        [Word::Text(text)] => {
            let text = text.clone();
            run.parse(&text).map_err(|fault| fault.message)?
        }
        words => commands(words),
    };
    // What names no command is said now, not when the key is pressed.
    let server = run.model.options(crate::session::Place::Server);
    let prepared = crate::commands::prepare::prepare(&script, &server).map_err(|fault| fault.message)?;
    drop(prepared);
    run.model.keys.bind(&table, key, binding(full_names(script), note, run.has('r')))?;
    run.model.changed();
    Ok(Flow::Next)
}

fn binding(script: Script, note: Option<String>, repeat: bool) -> Binding {
    Binding { script, note: note.unwrap_or_default(), repeat }
}

/// Words as commands: a `;` among them separates.
fn commands(words: &[Word]) -> Script {
    let mut group = Vec::new();
    let mut command = Command::default();
    for word in words {
        match word {
            Word::Text(text) if text == ";" => {
                if !command.words.is_empty() {
                    group.push(std::mem::take(&mut command));
                }
            }
            Word::Text(text) if text.ends_with(';') && !text.ends_with("\\;") => {
                command.words.push(Word::Text(text.trim_end_matches(';').to_owned()));
                group.push(std::mem::take(&mut command));
            }
            word => command.words.push(word.clone()),
        }
    }
    if !command.words.is_empty() {
        group.push(command);
    }
    Script { groups: vec![group] }
}

/// Commands by their full names, as they are listed.
fn full_names(mut script: Script) -> Script {
    for command in script.groups.iter_mut().flatten() {
        if let Ok(spec) = crate::commands::prepare::find(command.name())
            && let Some(first) = command.words.first_mut()
        {
            *first = Word::Text(spec.name.to_owned());
        }
        for word in &mut command.words {
            if let Word::Block(block) = word {
                *block = full_names(std::mem::take(block));
            }
        }
    }
    script
}

fn unbind(run: &mut Run<'_>) -> Result<Flow, String> {
    let (quiet, table) = (run.has('q'), table(run));
    let missing = || format!("table {table} doesn't exist");
    if run.has('a') {
        if !run.args.values.is_empty() {
            return if quiet { Ok(Flow::Next) } else { Err("key given with -a".to_owned()) };
        }
        if !run.model.keys.unbind_all(&table) && !quiet {
            return Err(missing());
        }
        run.model.changed();
        return Ok(Flow::Next);
    }
    let Some(name) = run.args.value(0) else {
        return if quiet { Ok(Flow::Next) } else { Err("missing key".to_owned()) };
    };
    let key: Key = match name.parse() {
        Ok(key) => key,
        Err(_) if quiet => return Ok(Flow::Next),
        Err(_) => return Err(format!("unknown key: {name}")),
    };
    if run.has('T') && run.model.keys.table(&table).is_none() {
        return if quiet { Ok(Flow::Next) } else { Err(missing()) };
    }
    run.model.keys.unbind(&table, key);
    run.model.changed();
    Ok(Flow::Next)
}
