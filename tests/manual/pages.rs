//! The tables of the manual pages.

use super::{must_be, root};
use abide_core::commands::ROWS;
use abide_core::keys::{Key, KeyTables};
use abide_core::options::table::{self, Kind, Scope};
use abide_core::screen;
use abide_core::session::facts;

/// A text as roff shows it.
fn roff(text: &str) -> String {
    let text = text
        .replace('\\', "\\(rs")
        .replace('-', "\\-")
        .replace('\'', "\\(aq")
        .replace('"', "\\(dq")
        .replace('^', "\\(ha")
        .replace('~', "\\(ti");
    if text.starts_with('.') { format!("\\&{text}") } else { text }
}

fn item(tag: &str, text: &str) -> String {
    format!(".TP\n{tag}\n{}\n", roff(text))
}

fn commands() -> String {
    let mut out = String::new();
    for spec in ROWS {
        let alias = spec.alias.map_or(String::new(), |alias| format!(" (\\fB{}\\fR)", roff(alias)));
        out += &item(&format!("\\fB{}\\fR{alias} {}", roff(spec.name), roff(spec.usage)), spec.text);
    }
    out
}

fn options() -> String {
    let mut out = String::new();
    for (scope, heading) in [
        (Scope::Server, "Server options"),
        (Scope::Session, "Session options"),
        (Scope::Window, "Window options"),
        (Scope::Pane, "Window and pane options"),
    ] {
        out += &format!(".SS {heading}\n");
        for spec in table::rows().filter(|spec| spec.scope == scope) {
            let default =
                if spec.default.is_empty() { "empty".to_owned() } else { spec.default.replace('\n', " ") };
            let takes = match spec.kind {
                Kind::Flag => "on | off".to_owned(),
                Kind::Choice(choices) => choices.join(" | "),
                Kind::Number { min, max } if max >= i64::from(i32::MAX) => format!("number from {min}"),
                Kind::Number { min, max } => format!("number {min} to {max}"),
                Kind::Text => "text".to_owned(),
                Kind::Style => "style".to_owned(),
                Kind::Key => "key".to_owned(),
                Kind::Colour => "colour".to_owned(),
            };
            let unit = if spec.unit.is_empty() { String::new() } else { format!(" ({})", spec.unit) };
            out += &format!(
                ".TP\n\\fB{}\\fR {}{}\n{}\nDefault: {}.\n",
                roff(spec.name),
                roff(&takes),
                roff(&unit),
                roff(spec.text),
                roff(&default)
            );
        }
    }
    out
}

fn formats() -> String {
    facts::tables()
        .into_iter()
        .flatten()
        .map(|variable| item(&format!("\\fB{}\\fR", roff(variable.name)), variable.text))
        .collect()
}

fn keys() -> String {
    let tables = KeyTables::new();
    let prefix = tables.table("prefix").expect("the prefix table");
    let mut noted: Vec<(Key, &str)> = prefix
        .iter()
        .filter_map(|(key, binding)| (!binding.note.is_empty()).then_some((key, binding.note.as_str())))
        .collect();
    noted.sort_by_key(|(key, _)| key.to_string());
    noted
        .into_iter()
        .map(|(key, note)| item(&format!("\\fB{}\\fR", roff(&key.to_string())), &format!("{note}.")))
        .collect()
}

/// The constants of a limits page with what is said of them: read from the page itself.
fn limits() -> String {
    let page = std::fs::read_to_string(root().join("protocol/src/limits.rs")).expect("the limits page");
    let (mut out, mut said) = (String::new(), String::new());
    for line in page.lines() {
        if let Some(text) = line.strip_prefix("/// ") {
            said += text;
            said.push(' ');
        } else if let Some(rest) = line.strip_prefix("pub const ") {
            let (name, rest) = rest.split_once(':').expect("a type");
            let value = rest.split_once("= ").expect("a value").1.trim_end_matches(';');
            out += &item(
                &format!("\\fB{}\\fR {}", roff(&name.to_lowercase().replace('_', " ")), roff(value)),
                said.trim_end(),
            );
            said.clear();
        }
    }
    assert!(out.matches(".TP").count() > 10, "the limits page was not understood");
    out
}

/// The messages with what is said of them: read from the enums themselves.
fn messages() -> String {
    let page = std::fs::read_to_string(root().join("protocol/src/message/mod.rs")).expect("the messages");
    let (mut out, mut said, mut inside) = (String::new(), String::new(), false);
    for line in page.lines() {
        match line.trim_start() {
            text if text.starts_with("pub enum ClientMessage") => {
                out += ".SS From the client\n";
                inside = true;
            }
            text if text.starts_with("pub enum ServerMessage") => {
                out += ".SS From the daemon\n";
                inside = true;
            }
            "}" => inside = false,
            text if inside => {
                if let Some(text) = text.strip_prefix("/// ") {
                    said += text;
                    said.push(' ');
                } else if let Some((name, _)) = text.split_once('(') {
                    let snake: String = name
                        .char_indices()
                        .flat_map(|(at, c)| {
                            let gap = (at > 0 && c.is_uppercase()).then_some('_');
                            gap.into_iter().chain(c.to_lowercase())
                        })
                        .collect();
                    out += &item(&format!("\\fB{}\\fR", roff(&snake)), said.trim_end());
                    said.clear();
                }
            }
            _ => {}
        }
    }
    assert!(out.matches(".TP").count() > 15, "the messages were not understood");
    out
}

fn sequences() -> String {
    let (mut out, mut family) = (String::new(), "");
    for row in screen::sequences() {
        if row.family != family {
            family = row.family;
            out += &format!(".SS {}\n", roff(family));
        }
        let name = if row.name.is_empty() { String::new() } else { format!("{}, ", roff(row.name)) };
        out += &item(&format!("\\fB{}\\fR ({name}{})", roff(row.form), roff(row.source)), row.text);
    }
    out
}

fn modes() -> String {
    let mut out = String::new();
    for row in screen::modes() {
        let mark = if row.private { "?" } else { "" };
        let name = if row.name.is_empty() { String::new() } else { format!(" ({})", roff(row.name)) };
        let state = match (row.fixed, row.initial) {
            (true, true) => " Always set.",
            (true, false) => " Never set.",
            (false, true) => " Set at first.",
            (false, false) => "",
        };
        let text = format!("{}{state}", row.text);
        out += &item(&format!("\\fB{mark}{}\\fR{name}", row.number), &text);
    }
    out
}

/// The page with its tables printed anew.
fn page(name: &str, tables: &[(&str, String)]) {
    let path = format!("man/{name}");
    let page = std::fs::read_to_string(root().join(&path)).expect("the page");
    let mut out = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        out += line;
        out.push('\n');
        if let Some(table) = line.strip_prefix(".\\\" BEGIN TABLE ") {
            let (_, text) = tables
                .iter()
                .find(|(name, _)| *name == table)
                .unwrap_or_else(|| panic!("{path}: no table {table}"));
            out += text;
            let end = lines
                .find(|line| line.starts_with(".\\\" END TABLE"))
                .unwrap_or_else(|| panic!("{path}: {table} has no end"));
            out += end;
            out.push('\n');
        }
    }
    must_be(&path, &out);
}

#[test]
fn abide_1() {
    page("abide.1", &[("keys", keys()), ("commands", commands()), ("formats", formats())]);
}

#[test]
fn abide_conf_5() {
    page("abide.conf.5", &[("options", options())]);
}

#[test]
fn abide_sequences_7() {
    page("abide-sequences.7", &[("sequences", sequences()), ("modes", modes())]);
}

#[test]
fn abide_protocol_7() {
    page("abide-protocol.7", &[("messages", messages()), ("limits", limits())]);
}

#[test]
fn abide_web_1_names_every_flag() {
    let program = abide_tests::server::program("abide-web");
    let help = std::process::Command::new(program).arg("--help").output().expect("run abide-web");
    let help = String::from_utf8_lossy(&help.stdout).into_owned();
    // A flag stands two blanks in, its text under it and further in.
    let mut items: Vec<(String, String)> = vec![];
    for line in help.lines() {
        let text = line.trim_start();
        match (line.len() - text.len(), items.last_mut()) {
            (2, _) => items.push((text.to_owned(), String::new())),
            (3.., Some((_, said))) => {
                let gap = if said.is_empty() { "" } else { " " };
                said.push_str(gap);
                said.push_str(text);
            }
            _ => {}
        }
    }
    assert!(items.iter().all(|(_, text)| !text.is_empty()), "a flag without a text:\n{help}");
    let flags: String =
        items.iter().map(|(flag, text)| item(&format!("\\fB{}\\fR", roff(flag)), text)).collect();
    assert!(flags.matches(".TP").count() > 4, "the help was not understood:\n{help}");
    page("abide-web.1", &[("web-flags", flags)]);
}
