//! Names to commands: what can be known to be wrong is found before anything runs.

use super::{args::Arguments, limits, spec::Spec, table};
use crate::{
    language::{Command, Fault, Script, Word, parse},
    options::Lookup,
};

/// A command that is ready to run.
#[derive(Clone)]
pub struct Prepared {
    /// Its row in the table.
    pub spec: &'static Spec,
    /// What it was given.
    pub args: Arguments,
    /// Its line in a file, 0 where it is from none.
    pub line: u32,
}

/// The command that a name, an alias or the beginning of only one name means.
///
/// # Errors
/// `unknown command: x`, `ambiguous command: n, could be: new-session, new-window`.
pub fn find(name: &str) -> Result<&'static Spec, String> {
    let exact = |spec: &&&'static Spec| {
        spec.name == name || spec.alias == Some(name) || (!name.is_empty() && spec.also == name)
    };
    if let Some(spec) = table::ROWS.iter().find(exact) {
        return Ok(spec);
    }
    let begins: Vec<&'static Spec> =
        table::ROWS.iter().copied().filter(|spec| !name.is_empty() && spec.name.starts_with(name)).collect();
    match begins[..] {
        [] => Err(format!("unknown command: {name}")),
        [only] => Ok(only),
        _ => {
            let names: Vec<&str> = begins.iter().map(|spec| spec.name).collect();
            Err(format!("ambiguous command: {name}, could be: {}", names.join(", ")))
        }
    }
}

/// Looks up all commands of a script, puts the user's own names (`command-alias`) in, and sorts their arguments.
/// Commands in blocks are looked up too, so that a mistake shows when a binding is made, not when its key is
/// pressed.
///
/// # Errors
/// The first that is wrong, with its line.
pub fn prepare(script: &Script, server: &Lookup<'_>) -> Result<Vec<Vec<Prepared>>, Fault> {
    let aliases = server.array("command-alias");
    let mut groups = Vec::with_capacity(script.groups.len());
    for group in &script.groups {
        let mut prepared = Vec::with_capacity(group.len());
        for command in group {
            one(command, &aliases, 0, &mut prepared)?;
        }
        groups.push(prepared);
    }
    Ok(groups)
}

/// Looks up the commands of a file. A line that can't be meant is left out and reported, and the rest of the file
/// counts: one command that only another version knows must not cost a person all settings. (tmux drops the file.)
pub(super) fn prepare_file(script: &Script, server: &Lookup<'_>) -> (Vec<Vec<Prepared>>, Vec<Fault>) {
    let (mut groups, mut faults) = (Vec::with_capacity(script.groups.len()), Vec::new());
    for group in &script.groups {
        let line = Script { groups: vec![group.clone()] };
        match prepare(&line, server) {
            Ok(prepared) => groups.extend(prepared),
            Err(fault) => faults.push(fault),
        }
    }
    (groups, faults)
}

fn one(command: &Command, aliases: &[String], depth: usize, out: &mut Vec<Prepared>) -> Result<(), Fault> {
    let fault = |message: String| Fault::new(command.line, message);
    let name = command.name();
    let own = aliases.iter().filter_map(|alias| alias.split_once('=')).find(|(alias, _)| *alias == name);
    if let Some((_, text)) = own
        && depth < limits::ALIAS_DEPTH_MAX
    {
        let script = parse(text, &mut crate::language::Bare).map_err(|e| fault(e.message))?;
        let mut commands: Vec<Command> = script.groups.into_iter().flatten().collect();
        if let Some(last) = commands.last_mut() {
            last.words.extend(command.words.iter().skip(1).cloned());
        }
        for mut inner in commands {
            inner.line = command.line;
            // A name that is put for itself (`ls=ls -F x`) is the command.
            let deeper = if inner.name() == name { limits::ALIAS_DEPTH_MAX } else { depth + 1 };
            one(&inner, aliases, deeper, out)?;
        }
        return Ok(());
    }
    let spec = find(name).map_err(fault)?;
    let args = Arguments::read(spec, command.words.get(1..).unwrap_or_default()).map_err(fault)?;
    for word in args.words() {
        if let Word::Block(script) = word {
            check(script, aliases, depth)?;
        }
    }
    out.push(Prepared { spec, args, line: command.line });
    Ok(())
}

fn check(script: &Script, aliases: &[String], depth: usize) -> Result<(), Fault> {
    let mut found = Vec::new();
    for command in script.commands() {
        one(command, aliases, depth, &mut found)?;
    }
    Ok(())
}
