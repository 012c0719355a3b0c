//! Keys: names, the bytes that programs get, the mouse, and the default tables.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::{
    keys::{Key, KeyTables, Named, encode, encode_mouse},
    language::Word,
};
use abide_protocol::message::{MouseAction, MouseEvent, mode};
use proptest::prelude::*;

fn key(name: &str) -> Key {
    name.parse().unwrap_or_else(|e| panic!("{name}: {e}"))
}

#[test]
fn names_in_all_ways_become_the_one_that_is_listed() {
    for (written, listed) in [
        ("a", "a"),
        ("C-A", "C-a"),
        ("c-b", "C-b"),
        ("^a", "C-a"),
        ("^", "^"),
        ("C-Space", "C-Space"),
        ("C-@", "C-Space"),
        ("C-?", "C-?"),
        ("PgUp", "PPage"),
        ("pageup", "PPage"),
        ("M-C-x", "C-M-x"),
        ("S-F5", "S-F5"),
        ("0x41", "A"),
        ("0x1b", "Escape"),
        ("0x01", "C-a"),
        ("KP5", "KP5"),
        ("KP/", "KP/"),
        ("C-[", "Escape"),
        ("C-i", "Tab"),
        ("C-m", "Enter"),
        ("M-é", "M-é"),
        ("User0", "User0"),
        ("Any", "Any"),
        ("MouseUp2StatusLeft", "MouseUp2StatusLeft"),
        ("C-MouseDown1Pane", "C-MouseDown1Pane"),
        ("wheeluppane", "WheelUpPane"),
        ("MouseDragEnd1Border", "MouseDragEnd1Border"),
        ("MouseDown11Control9", "MouseDown11Control9"),
        ("Insert", "IC"),
        ("Delete", "DC"),
        ("M-S-Up", "M-S-Up"),
        ("BTab", "BTab"),
        ("C-Enter", "C-Enter"),
        ("-", "-"),
        ("C--", "C--"),
        ("M-Escape", "M-Escape"),
        (" ", "Space"),
        ("\u{7f}", "BSpace"),
    ] {
        assert_eq!(key(written).to_string(), listed, "{written}");
    }
}

#[test]
fn what_is_no_key_is_said() {
    for name in [
        "foo",
        "C-",
        "M-",
        "",
        "0xzz",
        "0x110000",
        "MouseDown0Pane",
        "MouseDown12Pane",
        "MouseDown1",
        "User1000",
        "X-a",
    ] {
        assert_eq!(name.parse::<Key>().unwrap_err().to_string(), format!("unknown key: {name}"));
    }
}

#[test]
fn bytes_for_programs() {
    for (name, modes, bytes) in [
        ("a", 0, "a"),
        ("é", 0, "é"),
        ("M-é", 0, "\u{1b}é"),
        ("C-a", 0, "\u{1}"),
        ("C-Space", 0, "\0"),
        ("C-_", 0, "\u{1f}"),
        ("C-/", 0, "\u{1f}"),
        ("C-?", 0, "\u{7f}"),
        ("C-!", 0, "!"),
        ("C-M-x", 0, "\u{1b}\u{18}"),
        ("Enter", 0, "\r"),
        ("M-Enter", 0, "\u{1b}\r"),
        ("BSpace", 0, "\u{7f}"),
        ("C-BSpace", 0, "\u{8}"),
        ("M-BSpace", 0, "\u{1b}\u{7f}"),
        ("BTab", 0, "\u{1b}[Z"),
        ("S-Tab", 0, "\u{1b}[Z"),
        ("Up", 0, "\u{1b}[A"),
        ("Up", mode::APP_CURSOR, "\u{1b}OA"),
        ("C-Up", mode::APP_CURSOR, "\u{1b}[1;5A"),
        ("M-S-Left", 0, "\u{1b}[1;4D"),
        ("Home", 0, "\u{1b}[1~"),
        ("End", 0, "\u{1b}[4~"),
        ("C-Home", 0, "\u{1b}[1;5H"),
        ("DC", 0, "\u{1b}[3~"),
        ("S-PPage", 0, "\u{1b}[5;2~"),
        ("F1", 0, "\u{1b}OP"),
        ("C-F1", 0, "\u{1b}[1;5P"),
        ("F12", 0, "\u{1b}[24~"),
        ("M-F5", 0, "\u{1b}[15;3~"),
        ("KP5", 0, "5"),
        ("KP5", mode::APP_KEYPAD, "\u{1b}Ou"),
        ("KPEnter", 0, "\r"),
        ("Escape", 0, "\u{1b}"),
    ] {
        assert_eq!(
            encode(key(name), modes).map(|b| String::from_utf8_lossy(&b).into_owned()).as_deref(),
            Some(bytes),
            "{name}"
        );
    }
    for name in ["Any", "MouseDown1Pane", "User3"] {
        assert_eq!(encode(key(name), 0), None, "{name}");
    }
}

#[test]
fn mouse_reports() {
    let event = |action, button, x, y, mods| MouseEvent { x, y, mods, action, button };
    let all = mode::MOUSE_ALL | mode::MOUSE_SGR;
    let text = |event: MouseEvent, modes| {
        encode_mouse(&event, modes).map(|b| String::from_utf8_lossy(&b).into_owned())
    };
    assert_eq!(text(event(MouseAction::Press, 1, 0, 0, 0), all).as_deref(), Some("\u{1b}[<0;1;1M"));
    assert_eq!(text(event(MouseAction::Release, 3, 9, 4, 0), all).as_deref(), Some("\u{1b}[<2;10;5m"));
    assert_eq!(text(event(MouseAction::Drag, 1, 500, 4, 4), all).as_deref(), Some("\u{1b}[<48;501;5M"));
    assert_eq!(text(event(MouseAction::Move, 0, 1, 1, 0), all).as_deref(), Some("\u{1b}[<35;2;2M"));
    assert_eq!(text(event(MouseAction::WheelUp, 0, 1, 1, 1), all).as_deref(), Some("\u{1b}[<68;2;2M"));
    assert_eq!(
        text(event(MouseAction::WheelDown, 0, 0, 0, 0), mode::MOUSE_BUTTONS).as_deref(),
        Some("\u{1b}[Ma!!")
    );
    assert_eq!(
        text(event(MouseAction::Release, 1, 0, 0, 0), mode::MOUSE_BUTTONS).as_deref(),
        Some("\u{1b}[M#!!")
    );
    assert_eq!(text(event(MouseAction::Press, 1, 223, 0, 0), mode::MOUSE_BUTTONS), None, "beyond a byte");
    assert_eq!(
        text(event(MouseAction::Drag, 1, 0, 0, 0), mode::MOUSE_BUTTONS),
        None,
        "did not ask for drags"
    );
    assert_eq!(text(event(MouseAction::Press, 1, 0, 0, 0), 0), None);
}

#[test]
fn the_default_text_binds_every_line() {
    let text = include_str!("../src/keys/default.conf");
    let lines = text.lines().filter(|l| l.starts_with("bind ")).count();
    let tables = KeyTables::new();
    assert_eq!(tables.iter().map(|(_, t)| t.len()).sum::<usize>(), lines);
    assert_eq!(
        tables.iter().map(|(name, _)| name).collect::<Vec<_>>(),
        ["copy-mode", "copy-mode-vi", "prefix", "root"]
    );
    let command = |table: &str, name: &str| {
        tables.find(table, key(name)).map(|b| b.script.to_arguments()).unwrap_or_default()
    };
    assert_eq!(command("prefix", "\""), "split-window");
    assert_eq!(command("prefix", "%"), "split-window -h");
    assert_eq!(command("prefix", "$"), "command-prompt -I \"#S\" { rename-session \"%%\" }");
    assert_eq!(command("prefix", "PageUp"), "copy-mode -u");
    assert_eq!(command("root", "MouseDown1Pane"), "select-pane -t = \\; send-keys -M");
    assert!(tables.find("prefix", key("C-Left")).is_some_and(|b| b.repeat));
    assert!(tables.find("prefix", key("F12")).is_none());
    let noted = |name: &str| tables.table("prefix").and_then(|t| t.get(key(name))).map(|b| b.note.clone());
    assert_eq!(noted("c").as_deref(), Some("Create a new window"));
}

#[test]
fn tables_bind_and_forget() {
    let mut tables = KeyTables::default();
    let binding = |text: &str| abide_core::keys::Binding {
        script: abide_core::language::from_words(&[text.to_owned()]),
        note: String::new(),
        repeat: false,
    };
    tables.bind("t", Key::named(Named::Any), binding("any")).unwrap();
    tables.bind("t", key("C-A"), binding("one")).unwrap();
    let name = |b: Option<&std::sync::Arc<abide_core::keys::Binding>>| match b
        .map(|b| &b.script.groups[0][0].words[0])
    {
        Some(Word::Text(text)) => text.clone(),
        _ => String::new(),
    };
    assert_eq!(name(tables.find("t", key("C-a"))), "one");
    assert_eq!(name(tables.find("t", key("x"))), "any");
    assert_eq!(name(tables.find("t", key("WheelUpPane"))), "", "Any is for typed keys");
    assert!(tables.unbind("t", key("C-a")) && !tables.unbind("t", key("C-a")));
    assert!(tables.unbind_all("t") && !tables.unbind_all("t"));
    for n in 0..1000 {
        tables.bind(&n.to_string(), key("a"), binding("x")).unwrap();
    }
    assert!(tables.bind("more", key("a"), binding("x")).unwrap_err().contains("too many key tables"));
    for n in 0..20_000u32 {
        let c = char::from_u32(0x4e00 + n).unwrap();
        tables.bind("0", Key::char(c), binding("x")).ok();
    }
    assert!(tables.bind("0", key("F1"), binding("x")).unwrap_err().contains("too many bindings"));
}

proptest! {
    #[test]
    fn a_name_that_is_read_is_written_so_that_it_reads_the_same(name in "[CMS^-]{0,5}[a-zA-Z0-9é ]{1,6}|\\PC{1,4}|(Mouse(Down|Up|Drag)|DoubleClick)[0-9]{1,2}(Pane|Border|Status|Control3)") {
        if let Ok(key) = name.parse::<Key>() {
            prop_assert_eq!(key.to_string().parse::<Key>(), Ok(key));
        }
    }
}
