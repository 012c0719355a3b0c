//! Commands on a whole server without an operating system: words in, text, status and model out.
//!
//! The cases are text files of `commands/`: `$ words` is a command of a script, `T words` one of a new terminal,
//! `K keys` what is typed into the last terminal, `P bytes` what the last pane's program prints. What follows is
//! expected: lines printed, `! ` before errors, `= N` a status other than 0, `> ` what became of the terminal,
//! `~ ` the line over its status line, `W %N bytes` what a pane's program is given.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

#[path = "commands/joined.rs"]
mod joined;
#[path = "commands/world.rs"]
mod world;

use abide_core::{
    commands::{ROWS, find, prepare},
    keys::KeyTables,
    language::parse,
    options::{Lookup, OptionNode},
    session::facts,
};
use world::World;

fn golden(name: &str, text: &str) {
    let mut world = World::new(&[]);
    let mut got = String::new();
    for line in text.lines() {
        let command = line.split_once(' ').filter(|(kind, _)| matches!(*kind, "$" | "T" | "K" | "P" | "#"));
        if let Some((kind, rest)) = command {
            got.push_str(line);
            got.push('\n');
            got.push_str(&world.act(kind, rest));
        } else if line.is_empty() {
            got.push('\n');
        }
    }
    if got.trim_end() != text.trim_end() {
        let path = std::env::temp_dir().join(format!("abide-golden-{name}"));
        #[allow(clippy::disallowed_methods, reason = "what was got is for a person to look at")]
        let _ = std::fs::write(&path, &got);
        for (n, (left, right)) in text.lines().zip(got.lines()).enumerate() {
            assert_eq!(right, left, "{name}, line {} (left: got; all of it in {})", n + 1, path.display());
        }
        assert_eq!(got.trim_end(), text.trim_end(), "{name}: one is longer");
    }
    assert_eq!(world.server.model.fault(), None, "{name}: the model at the end");
}

macro_rules! golden {
    ($($name:ident),* $(,)?) => {
        $(#[test] fn $name() { golden(stringify!($name), include_str!(concat!("commands/", stringify!($name), ".txt"))); })*
    };
}

golden!(sessions, windows, panes, targets, faults, options, keys, control, capture, buffers, formats);

/// A flag is served, refused with a reason, or asks for what is always so; the help names none that is refused.
#[test]
fn no_flag_is_passed_over_in_silence() {
    let mut refused = 0;
    for spec in ROWS {
        for (letter, why) in spec.refused.iter().chain(spec.granted) {
            assert!(spec.flags.contains(*letter) && !why.is_empty(), "{} -{letter}", spec.name);
        }
        for (letter, why) in spec.refused {
            let line = if spec.flags.contains(&format!("{letter}:")) {
                format!("{} -{letter} x", spec.name)
            } else {
                format!("{} -{letter}", spec.name)
            };
            let script = parse(&line, &mut abide_core::language::Bare).unwrap();
            let options = OptionNode::default();
            let server = Lookup::new([Some(&options), None, None]);
            let fault = prepare(&script, &server).map(drop).expect_err(&line).message;
            assert_eq!(fault, format!("command {}: -{letter} is not supported: {why}", spec.name));
            refused += 1;
        }
    }
    assert!(refused >= 15, "only {refused}");
}

#[test]
fn the_table_is_in_order_and_complete() {
    let names: Vec<&str> = ROWS.iter().map(|spec| spec.name).collect();
    assert!(names.is_sorted(), "{names:?}");
    assert!(names.len() >= 78);
    let mut seen = std::collections::BTreeSet::new();
    for spec in ROWS {
        assert!(seen.insert(spec.name), "{} stands twice", spec.name);
        if let Some(alias) = spec.alias {
            assert!(seen.insert(alias), "{alias} stands twice");
        }
        assert!(spec.text.ends_with('.'), "{}", spec.name);
        let targets = [spec.target, spec.source];
        for target in targets.into_iter().flatten() {
            assert!(spec.flags.contains(&format!("{}:", target.flag)), "{}: -{}", spec.name, target.flag);
        }
        // Each flag stands in the usage, and each value too.
        for (at, flag) in spec.flags.char_indices().filter(|(_, c)| *c != ':') {
            let takes = spec.flags[at + 1..].starts_with(':');
            let shown = if takes { format!("-{flag} ") } else { flag.to_string() };
            let hidden = matches!((spec.name, flag), ("split-window" | "join-pane" | "move-pane", 'p'))
                || matches!(
                    spec.name,
                    "refresh-client"
                        | "choose-tree"
                        | "choose-client"
                        | "choose-buffer"
                        | "copy-mode"
                        | "switch-client"
                        | "command-prompt"
                        | "send-keys"
                        | "new-session"
                );
            let hidden = hidden || spec.refused.iter().any(|(refused, _)| *refused == flag);
            assert!(hidden || spec.usage.contains(&shown), "{}: usage lacks -{flag}", spec.name);
        }
    }
    for rows in facts::tables() {
        assert!(
            rows.is_sorted_by_key(|row| row.name),
            "{:?}",
            rows.iter().map(|r| r.name).collect::<Vec<_>>()
        );
        assert!(rows.iter().all(|row| row.text.ends_with('.')));
    }
}

#[test]
fn every_default_binding_names_commands_that_are_there() {
    let node = OptionNode::default();
    let server = Lookup::new([Some(&node), None, None]);
    for (name, table) in KeyTables::new().iter() {
        for (key, binding) in table.iter() {
            if let Err(fault) = prepare(&binding.script, &server) {
                panic!("{name} {key}: {fault}");
            }
        }
    }
}

#[test]
fn names_are_found_by_alias_and_beginning() {
    let name = |text: &str| find(text).map(|spec| spec.name);
    assert_eq!(name("lsk"), Ok("list-keys"));
    assert_eq!(name("neww"), Ok("new-window"));
    assert_eq!(name("list-k"), Ok("list-keys"));
    assert_eq!(name("nosuch"), Err("unknown command: nosuch".to_owned()));
    assert_eq!(name(""), Err("unknown command: ".to_owned()));
    assert_eq!(
        name("n"),
        Err("ambiguous command: n, could be: new-session, new-window, next-layout, next-window".to_owned())
    );
    assert_eq!(
        name("kill-s"),
        Err("ambiguous command: kill-s, could be: kill-server, kill-session".to_owned())
    );
}

#[test]
fn configuration_files_run_in_order_and_say_what_is_wrong_with_file_and_line() {
    let first = b"set -g @a 1\nset -g @b $HOME\nX=5\n%if #{==:#{host},box}\nset -g @c yes\n%endif\nnew -d -s conf\nkill-window -t :9\n".to_vec();
    let second = b"set -g @a 2\n\nnosuch x\nset -g @a 3\n".to_vec();
    let mut world = World::new(&[("/etc/abide.conf", first), ("/home/me/.abide.conf", second)]);
    assert_eq!(
        world.act("$", "show -gv @a \\; show -gv @b \\; show -gv @c \\; showenv -g X \\; ls -F '#S'"),
        "3\n/home/me\nyes\nX=5\nconf\n"
    );
    let messages = world.act("$", "show-messages");
    assert!(messages.contains("/etc/abide.conf:8: can't find window: 9"), "{messages}");
    assert!(messages.contains("/home/me/.abide.conf:3: unknown command: nosuch"), "{messages}");
}

#[test]
fn clients_wait_until_the_configuration_is_done() {
    let file = b"if-shell 'false' 'set -g @x yes' 'set -g @x no'\nset -g @after yes\n".to_vec();
    let mut world = World::silent(&[("/etc/abide.conf", file)]);
    let waits = world.act("$", "show -gv @x \\; show -gv @after");
    assert_eq!(waits, "(waits)\n");
    assert_eq!(world.answer_all(), "no\nyes\n");
}

#[test]
fn commands_that_do_not_end_are_ended() {
    let mut world = World::new(&[]);
    world.act("$", "set -s command-alias[9] 'loop=if -F 1 loop'");
    let said = world.act("$", "loop");
    assert!(said.contains("too many commands"), "{said}");
}

#[test]
fn any_words_are_taken_or_refused() {
    use proptest::prelude::*;
    let word = prop_oneof![
        proptest::sample::select(
            ROWS.iter().map(|spec| spec.name).filter(|n| *n != "kill-server").collect::<Vec<_>>()
        )
        .prop_map(str::to_owned),
        "-[a-zA-Z]{1,3}",
        "[$@%=:.+!^{}~a-c0-9-]{0,6}",
        proptest::sample::select(vec![
            "main", "0", "1", ";", "{last}", "{next}", "%0", "@0", "$0", "=", "x", "-t", "-s", "mouse",
            "80x24"
        ])
        .prop_map(str::to_owned),
    ];
    // Each case is a whole server: fewer of them than usual.
    let config = ProptestConfig { cases: 64, ..ProptestConfig::default() };
    let mut runner = proptest::test_runner::TestRunner::new(config);
    runner
        .run(&proptest::collection::vec(proptest::collection::vec(word, 1..6), 1..8), |commands| {
            let mut world = World::new(&[]);
            world.act("T", "new-session -s main");
            world.act("$", "split-window -d");
            for words in &commands {
                world.words(words);
                prop_assert_eq!(world.server.model.fault(), None, "after {:?}", words);
            }
            Ok(())
        })
        .unwrap();
}

#[test]
fn every_default_key_can_be_pressed() {
    let tables = KeyTables::new();
    for table in ["prefix", "root", "copy-mode", "copy-mode-vi"] {
        for (key, _) in
            tables.table(table).into_iter().flat_map(|t| t.iter()).filter(|(key, _)| !key.is_mouse())
        {
            let mut world = World::new(&[]);
            world.act("T", "new-session -s main");
            world.act("$", "split-window -d");
            if table.starts_with("copy-mode") {
                if table == "copy-mode-vi" {
                    world.act("$", "set -g mode-keys vi");
                }
                world.act("$", "copy-mode");
            }
            let typed = if table == "prefix" { format!("C-b {key}") } else { key.to_string() };
            world.act("K", &typed);
            world.act("K", "y");
            assert_eq!(world.server.model.fault(), None, "{table} {key}");
        }
    }
}

#[test]
fn a_text_that_was_bound_is_listed_so_that_it_binds_the_same() {
    let mut world = World::new(&[]);
    world.act("$", "new -d -s main");
    let before = world.server.model.keys.clone();
    let listing = world.act("$", "list-keys");
    // A listing is a file that can be read: `\;` there is one word, a `;` of the bound commands.
    let mut again = World::new(&[]);
    again.act(
        "$",
        "unbind -a -T prefix \\; unbind -a -T root \\; unbind -a -T copy-mode \\; unbind -a -T copy-mode-vi",
    );
    for line in listing.lines() {
        let script =
            parse(line, &mut abide_core::language::Bare).unwrap_or_else(|fault| panic!("{line}: {fault}"));
        again.script(script);
    }
    for (name, table) in before.iter() {
        for (key, binding) in table.iter() {
            let other =
                again.server.model.keys.table(name).and_then(|t| t.get(key)).map(|b| b.script.to_arguments());
            assert_eq!(other.as_deref(), Some(binding.script.to_arguments().as_str()), "{name} {key}");
        }
    }
}
