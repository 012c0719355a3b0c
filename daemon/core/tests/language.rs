//! The command language: texts and what they say, and printing that reads back the same.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::language::{Command, Fault, Script, Surroundings, Word, from_words, parse, quote};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Default)]
struct World {
    variables: BTreeMap<String, String>,
    hidden: Vec<String>,
}

impl Surroundings for World {
    fn variable(&self, name: &str) -> Option<String> {
        self.variables.get(name).cloned()
    }
    fn assign(&mut self, name: &str, value: &str, hidden: bool) {
        self.variables.insert(name.to_owned(), value.to_owned());
        if hidden {
            self.hidden.push(name.to_owned());
        }
    }
    fn home(&self, user: &str) -> Option<String> {
        match user {
            "" => Some("/home/me".to_owned()),
            "root" => Some("/root".to_owned()),
            _ => None,
        }
    }
    fn condition(&mut self, format: &str) -> bool {
        !matches!(format, "" | "0" | "#{no}")
    }
}

fn read(text: &str) -> Result<Script, Fault> {
    parse(text, &mut World { variables: [("FOO".into(), "bar baz".into())].into(), ..World::default() })
}

/// A script as the golden files show it: a line per group, words in brackets, blocks in braces.
fn show(script: &Script) -> String {
    let group = |group: &Vec<Command>| group.iter().map(show_command).collect::<Vec<_>>().join(" ; ");
    script.groups.iter().map(group).collect::<Vec<_>>().join("\n")
}

fn show_command(command: &Command) -> String {
    let word = |word: &Word| match word {
        Word::Text(text) => {
            format!("[{}]", text.escape_debug().to_string().replace("\\\"", "\"").replace("\\'", "'"))
        }
        Word::Block(script) => format!("{{{}}}", show(script).replace('\n', " / ")),
    };
    command.words.iter().map(word).collect::<Vec<_>>().join(" ")
}

#[test]
fn golden_texts() {
    let cases = include_str!("language/texts.txt");
    let mut count = 0;
    for case in cases.split("\n----\n") {
        let (input, expected) = case.split_once("\n=>\n").expect("a case has =>");
        let got = match read(input) {
            Ok(script) => show(&script),
            Err(fault) => format!("error {}: {}", fault.line, fault.message),
        };
        assert_eq!(got.trim_end(), expected.trim_end(), "input:\n{input}");
        count += 1;
    }
    assert!(count > 40, "only {count} cases were found");
}

#[test]
fn assignments_are_kept_and_hidden_ones_marked() {
    let mut world = World::default();
    let script = parse("A=1\n%hidden B=\"two $A\"\n%if 0\nC=3\n%endif\nD=4 cmd $D", &mut world).unwrap();
    assert_eq!(show(&script), "[cmd] [4]");
    assert_eq!(world.variables.get("B").map(String::as_str), Some("two 1"));
    assert_eq!(world.hidden, ["B"]);
    assert_eq!(world.variables.get("C"), None);
}

#[test]
fn words_of_a_shell() {
    let words = |list: &[&str]| show(&from_words(&list.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>()));
    assert_eq!(words(&["a", "b c", ";", "d"]), "[a] [b c] ; [d]");
    assert_eq!(words(&["a", "b;", "d;"]), "[a] [b] ; [d]");
    assert_eq!(words(&["a", "b\\;", "\\;", "{", "%if", "$FOO"]), "[a] [b;] [;] [{] [%if] [$FOO]");
    assert_eq!(words(&[";", ";"]), "");
    assert_eq!(words(&["a", "'x'", ""]), "[a] ['x'] []");
}

#[test]
fn quotes_as_the_listing_prints_them() {
    for (text, written) in [
        ("", "''"),
        ("a b", "\"a b\""),
        ("a\"b", "'a\"b'"),
        ("a'b", "\"a'b\""),
        ("a\\b", "a\\\\b"),
        ("~x", "\\~x"),
        ("a~", "a~"),
        ("%1", "\"%1\""),
        ("a$b", "\"a\\$b\""),
        ("a$1", "\"a$1\""),
        ("$", "\\$"),
        (" ", "\" \""),
        ("\"", "\\\""),
        ("{", "\\{"),
        ("t\tx", "t\\tx"),
        ("e\u{1b}x", "e\\033x"),
        ("a\"b#c", "\"a\\\"b#c\""),
        ("(x)", "(x)"),
        ("\u{7f}", "\\177"),
        ("é", "é"),
        ("\\", "\\\\"),
    ] {
        assert_eq!(quote(text), written);
    }
}

#[test]
fn bounds_hold() {
    let deep = "a {".repeat(65) + &"}".repeat(65);
    assert_eq!(read(&deep).unwrap_err().message, "blocks are nested too deeply");
    assert!(read(&("a {".repeat(64) + &"}".repeat(64))).is_ok());
    let conditions = "%if 1\n".repeat(65);
    assert_eq!(read(&conditions).unwrap_err().message, "%if is nested too deeply");
    assert_eq!(read(&"a;".repeat(20_001)).unwrap_err().message, "too many commands");
    assert_eq!(read(&"a ".repeat(16_385)).unwrap_err().message, "too many arguments");
    assert!(read(&"#".repeat(1024 * 1024 + 1)).unwrap_err().message.starts_with("longer than"));
    let doubling = (0..40).map(|_| "A=$A$A\n").collect::<String>();
    let mut world = World { variables: [("A".into(), "xxxxxxxx".into())].into(), ..World::default() };
    assert!(parse(&doubling, &mut world).unwrap_err().message.starts_with("the commands are too long"));
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-z #;'\"${}%~\\\\=\t\n\u{1b}\u{7f}é漢-]{0,12}",
        "\\PC{0,10}",
        proptest::collection::vec(any::<char>(), 0..6)
            .prop_map(|letters| letters.into_iter().filter(|c| *c != '\0').collect()),
    ]
}

fn script() -> impl Strategy<Value = Script> {
    let leaf = text().prop_map(Word::Text);
    let word = leaf.prop_recursive(3, 24, 3, |inner| {
        let command = ("[a-z-]{1,8}", proptest::collection::vec(inner, 0..4)).prop_map(|(name, words)| {
            Command { words: std::iter::once(Word::Text(name)).chain(words).collect(), line: 0 }
        });
        proptest::collection::vec(proptest::collection::vec(command, 1..3), 0..3)
            .prop_map(|groups| Word::Block(Script { groups }))
    });
    let command = ("[a-z-]{1,8}", proptest::collection::vec(word, 0..5)).prop_map(|(name, words)| Command {
        words: std::iter::once(Word::Text(name)).chain(words).collect(),
        line: 0,
    });
    proptest::collection::vec(proptest::collection::vec(command, 1..3), 0..3)
        .prop_map(|groups| Script { groups })
}

proptest! {
    #[test]
    fn printing_reads_back_the_same(script in script()) {
        let printed = script.to_string();
        let again = read(&printed);
        prop_assert_eq!(again, Ok(script), "printed as {}", printed);
    }

    #[test]
    fn any_text_is_read_or_refused(text in "[a-z #;'\"${}%~\\\\=\n]{0,40}|%(if|else|elif|endif|hidden)[ a-z0-9\n{}]{0,9}") {
        if let Ok(script) = read(&text) {
            prop_assert_eq!(read(&script.to_string()), Ok(script));
        }
    }
}
