//! list-keys

use crate::{
    commands::{
        run::{Flow, Run},
        spec::Spec,
    },
    keys::{Binding, Key, Named},
    language::quote,
    session::Place,
    text,
};

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "list-keys",
    alias: Some("lsk"),
    flags: "1aNP:T:",
    arguments: (0, Some(1)),
    usage: "[-1aN] [-P prefix-string] [-T key-table] [key]",
    text: "Lists the bindings of keys as commands that make them, or (-N) their notes.",
    starts_server: true,
    for_watchers: true,
    run,
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let only = match run.args.value(0) {
        Some(name) => Some(name.parse::<Key>().map_err(|fault| fault.to_string())?.normal()),
        None => None,
    };
    let table = run.text('T');
    if let Some(table) = &table
        && run.model.keys.table(table).is_none()
    {
        return Err(format!("table {table} doesn't exist"));
    }
    let mut lines =
        if run.has('N') { notes(run, table.as_deref(), only) } else { bindings(run, table.as_deref(), only) };
    if lines.is_empty() && only.is_some() {
        return Err(format!("unknown key: {}", run.args.value(0).unwrap_or_default()));
    }
    if run.has('1') {
        lines.truncate(1);
    }
    for line in lines {
        run.print(&line);
    }
    Ok(Flow::Next)
}

fn padded(text: &str, cols: usize) -> String {
    let blanks = cols.saturating_sub(text::width(text));
    format!("{text}{}", " ".repeat(blanks))
}

fn bindings(run: &Run<'_>, table: Option<&str>, only: Option<Key>) -> Vec<String> {
    let wanted = || {
        let tables = run.model.keys.iter().filter(|(name, _)| table.is_none_or(|table| table == *name));
        tables.flat_map(|(name, table)| table.iter().map(move |(key, binding)| (name, key, binding)))
    };
    let wanted = || wanted().filter(|(_, key, _)| only.is_none_or(|only| only == *key));
    let repeats = wanted().any(|(_, _, binding)| binding.repeat);
    let table_cols = wanted().map(|(name, _, _)| text::width(&quote(name))).max().unwrap_or(0);
    let key_cols = wanted().map(|(_, key, _)| text::width(&quote(&key.to_string()))).max().unwrap_or(0);
    wanted()
        .map(|(name, key, binding)| {
            let repeat = match (repeats, binding.repeat) {
                (true, true) => "-r ",
                (true, false) => "   ",
                (false, _) => "",
            };
            let (name, key) = (padded(&quote(name), table_cols), padded(&quote(&key.to_string()), key_cols));
            format!("bind-key {repeat}-T {name} {key} {}", binding.script.to_arguments())
                .trim_end()
                .to_owned()
        })
        .collect()
}

fn notes(run: &Run<'_>, table: Option<&str>, only: Option<Key>) -> Vec<String> {
    let prefix = run.model.options(Place::Session(run.current().map(|t| t.session))).key("prefix");
    let prefix = prefix.map(|key| format!("{key} ")).unwrap_or_default();
    let given = run.text('P');
    // Without -T: what can be typed in a pane, with the prefix before what needs it.
    let tables: Vec<(&str, String)> = match table {
        Some(table) => vec![(table, given.unwrap_or_default())],
        None => vec![("root", given.clone().unwrap_or_default()), ("prefix", given.unwrap_or(prefix))],
    };
    let shown = |key: Key, binding: &Binding| {
        only.is_none_or(|only| only == key)
            && !key.is_mouse()
            && key != Key::named(Named::Any)
            && (run.has('a') || !binding.note.is_empty())
    };
    let mut rows: Vec<(String, String)> = Vec::new();
    for (name, before) in &tables {
        let Some(table) = run.model.keys.table(name) else { continue };
        for (key, binding) in table.iter().filter(|(key, binding)| shown(*key, binding)) {
            let what =
                if binding.note.is_empty() { binding.script.to_arguments() } else { binding.note.clone() };
            rows.push((format!("{before}{key}"), what));
        }
    }
    let cols = rows.iter().map(|(key, _)| text::width(key)).max().unwrap_or(0);
    rows.iter().map(|(key, what)| format!("{} {what}", padded(key, cols))).collect()
}
