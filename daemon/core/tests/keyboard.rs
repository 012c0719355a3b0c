//! The bytes of keys for programs that asked for kitty's keyboard protocol or for modifyOtherKeys, and what keys of a
//! keyboard are for the tables. The first is data: `keyboard/presses.txt`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::keys::{Key, Press, encode, encode_press};
use abide_protocol::message::{KeyPress, PressKind, held, mode};
use proptest::prelude::*;

const HELD: [(&str, u8); 8] = [
    ("shift", held::SHIFT),
    ("alt", held::ALT),
    ("ctrl", held::CTRL),
    ("super", held::SUPER),
    ("hyper", held::HYPER),
    ("meta", held::META),
    ("caps", held::CAPS),
    ("num", held::NUM),
];

/// `ctrl+shift+a release shifted=A`.
fn press(text: &str) -> Press {
    let mut told = KeyPress::default();
    for (i, word) in text.split_whitespace().enumerate() {
        match (i, word.split_once('=').filter(|_| i > 0)) {
            (0, _) => {
                let mut rest = word;
                while let Some((bit, after)) = HELD
                    .iter()
                    .find_map(|(name, bit)| Some((bit, rest.strip_prefix(name)?.strip_prefix('+')?)))
                {
                    told.held |= bit;
                    rest = after;
                }
                told.key = if rest == "-" { String::new() } else { rest.to_owned() };
            }
            (_, Some(("shifted", value))) => told.shifted = value.to_owned(),
            (_, Some(("base", value))) => told.base = value.to_owned(),
            (_, Some(("text", value))) => told.text = value.to_owned(),
            (_, None) if word == "repeat" => told.kind = PressKind::Repeat,
            (_, None) if word == "release" => told.kind = PressKind::Release,
            _ => panic!("{text}: {word}"),
        }
    }
    Press::told(&told).unwrap_or_else(|| panic!("no key: {text}"))
}

fn modes(text: &str) -> u32 {
    let other = |level: u32| level << mode::OTHER_KEYS_SHIFT;
    match text {
        "m1" => other(1),
        "m2" => other(2),
        "m3" => other(3),
        "m1u" => other(1) | mode::OTHER_KEYS_AS_U,
        "m2u" => other(2) | mode::OTHER_KEYS_AS_U,
        "app" => mode::APP_CURSOR,
        "kp" => mode::APP_KEYPAD,
        flags => flags.parse::<u32>().expect("flags") << mode::KEYBOARD_SHIFT,
    }
}

fn shown(bytes: Option<Vec<u8>>) -> String {
    let Some(bytes) = bytes else { return "-".to_owned() };
    let mut out = String::new();
    for c in String::from_utf8(bytes).unwrap().chars() {
        match c {
            '\u{1b}' => out.push_str("\\e"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{8}' => out.push_str("\\b"),
            '\0' => out.push_str("\\0"),
            c if c.is_ascii_control() => out.push_str(&format!("\\x{:02x}", u32::from(c))),
            c => out.push(c),
        }
    }
    out
}

#[test]
fn programs_are_sent_what_they_asked_for() {
    let mut wrong = Vec::new();
    let lines = include_str!("keyboard/presses.txt").lines();
    let mut count = 0;
    for line in lines.filter(|line| !line.is_empty() && !line.starts_with('#')) {
        let (asked, rest) = line.split_once(' ').unwrap();
        let (key, bytes) = rest.trim().rsplit_once(' ').unwrap();
        let is = shown(encode_press(&press(key), modes(asked)));
        if is != bytes {
            wrong.push(format!("{line}: {is}"));
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
    assert!(count > 150, "{count} lines");
}

#[test]
fn tables_see_the_keys_that_a_person_means() {
    for (told, keys) in [
        ("a", "a"),
        ("shift+a", "A"),
        ("shift+a shifted=A text=A", "A"),
        ("shift+1 shifted=!", "!"),
        ("caps+a text=A", "A"),
        ("ctrl+b", "C-b"),
        ("ctrl+num+caps+b", "C-b"),
        ("alt+shift+x", "M-X"),
        ("meta+x", "M-x"),
        ("ctrl+shift+a shifted=A", "C-S-a C-a"),
        ("ctrl+shift+= shifted=+", "C-S-= C-+"),
        ("ctrl+с base=c", "C-с C-c"),
        ("alt+й base=q", "M-й M-q"),
        ("й base=q", "й"),
        ("super+a", "Super-a"),
        ("ctrl+super+hyper+Left", "C-Super-Hyper-Left"),
        ("shift+Tab", "BTab"),
        ("ctrl+i", "Tab"),
        ("ctrl+m", "Enter"),
        ("shift+Enter", "S-Enter"),
        ("shift+Space", "S-Space"),
        ("Space text=_", "_"),
        ("KPLeft", "Left"),
        ("ctrl+KPDelete", "C-DC"),
        ("KPBegin", "KP5"),
        ("F13", "F13"),
        ("- text=å", "å"),
        ("- text=ab", ""),
    ] {
        let names: Vec<String> = press(told).keys().map(|key| key.to_string()).collect();
        assert_eq!(names.join(" "), keys, "{told}");
    }
}

#[test]
fn what_is_no_key_of_a_keyboard_is_none() {
    for key in ["MouseDown1Pane", "Any", "FocusIn", "PasteStart", "BTab", "User1", "C-a", "nothing", ""] {
        let told = KeyPress { key: key.to_owned(), ..KeyPress::default() };
        assert_eq!(Press::told(&told), None, "{key}");
    }
    // Text is never a control sequence.
    let told = KeyPress { text: "\u{1b}[A\u{9b}".to_owned(), ..KeyPress::default() };
    assert_eq!(Press::told(&told).map(|press| press.text).as_deref(), Some("[A"));
}

proptest! {
    /// Whoever knows the name of a key alone types the same as whoever tells the whole press of it.
    #[test]
    fn a_name_is_a_press(c in "[a-zA-Z0-9é;=/\\[]", bits in 0u8..8, flags in 0u32..32, other in 0u32..3) {
        let held: String = HELD.iter().filter(|(_, bit)| bits & bit != 0).map(|(name, _)| format!("{name}+")).collect();
        let press = press(&format!("{held}{}", c.to_lowercase()));
        let modes = flags << mode::KEYBOARD_SHIFT | other << mode::OTHER_KEYS_SHIFT;
        let name = press.key().unwrap();
        // Control makes other keys of some, and those are what the name says.
        prop_assume!(press.held & held::CTRL == 0 || !"im[".contains(&c.to_lowercase()));
        // What Shift makes of what is no letter is known only to the keyboard.
        prop_assume!(press.held & held::SHIFT == 0 || c.chars().all(char::is_alphabetic));
        // And it need not be known for the name to say all without alternate keys.
        let modes = modes & !(4 << mode::KEYBOARD_SHIFT);
        prop_assert_eq!(encode(name, modes), encode_press(&press, modes));
        let again: Key = name.to_string().parse().unwrap();
        prop_assert_eq!(again, name);
    }
}
