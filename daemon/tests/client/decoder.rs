//! The table of `keys.txt`, whole and byte by byte; pastes of any size; and any bytes at all.

use abide::client::input::Decoder;
use abide_core::keys::Key;
use abide_protocol::{limits::INPUT_BYTES_MAX, message::InputEvent};
use proptest::prelude::*;

fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        let (used, byte) = match (c, rest.as_bytes().get(1)) {
            ('\\', Some(b'e')) => (2, Some(0x1b)),
            ('\\', Some(b'x')) => (4, u8::from_str_radix(&rest[2..4], 16).ok()),
            ('^', Some(&letter)) => (2, Some(letter & 0x1f)),
            _ => (c.len_utf8(), None),
        };
        match byte {
            Some(byte) => out.push(byte),
            None => out.extend_from_slice(&rest.as_bytes()[..used]),
        }
        rest = &rest[used..];
    }
    out
}

fn name(event: &InputEvent) -> String {
    match event {
        InputEvent::Key(key) => key.clone(),
        InputEvent::Paste(text) => {
            format!("paste:{}", String::from_utf8_lossy(text).replace('\u{1b}', "\\e"))
        }
        InputEvent::Press(p) => {
            let kind = format!("{:?}", p.kind).to_lowercase();
            let parts =
                [kind, p.key.clone(), p.held.to_string(), p.shifted.clone(), p.base.clone(), p.text.clone()];
            parts.join(",").trim_end_matches(',').to_owned()
        }
        InputEvent::Raw(_) => "raw".to_owned(),
        InputEvent::Focus(true) => "focus".to_owned(),
        InputEvent::Focus(false) => "blur".to_owned(),
        InputEvent::Mouse(m) => {
            let action = format!("{:?}", m.action).replace("Wheel", "Wheel_").to_lowercase();
            format!("{action},{},{},{},{}", m.button, m.x, m.y, m.mods)
        }
    }
}

/// Events by name. A paste that came in pieces is one.
fn names(events: &[InputEvent]) -> String {
    let mut whole: Vec<InputEvent> = Vec::new();
    for event in events {
        match (event, whole.last_mut()) {
            (InputEvent::Paste(more), Some(InputEvent::Paste(text))) => text.extend_from_slice(more),
            _ => whole.push(event.clone()),
        }
    }
    let events = whole.as_slice();
    if events.is_empty() { "-".to_owned() } else { events.iter().map(name).collect::<Vec<_>>().join(" ") }
}

#[test]
fn keys_by_table() {
    let mut count = 0;
    let mut wrong = Vec::new();
    for line in include_str!("keys.txt").lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let (sent, expected) = line.split_once(" => ").expect("a line of the table");
        let (sent, late) = sent.strip_suffix(" ~").map_or((sent, false), |sent| (sent, true));
        let sent = bytes(sent);
        for piece in [sent.len(), 1] {
            let mut decoder = Decoder::new();
            let mut events: Vec<InputEvent> = sent.chunks(piece).flat_map(|p| decoder.take(p)).collect();
            if decoder.waits() != late {
                wrong.push(format!("{line}: waits is {} (pieces of {piece})", decoder.waits()));
            }
            events.extend(decoder.time_is_up());
            if names(&events) != expected {
                wrong.push(format!("{line}: got {} (pieces of {piece})", names(&events)));
            }
            for event in &events {
                if let InputEvent::Key(key) = event {
                    let read = key.parse::<Key>().map(|k| k.to_string());
                    assert_eq!(read.as_deref(), Ok(key.as_str()), "the name is the daemon's");
                }
            }
        }
        count += 1;
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert!(count > 130, "{count}");
}

/// What a terminal with kitty's keyboard protocol sends, for a daemon that takes presses.
#[test]
fn presses_are_told_where_a_name_says_less() {
    for (sent, expected) in [
        ("\\e[97u", "press,a,0"),
        ("\\e[105;5u", "press,i,4"),
        ("\\e[97:65;2u", "press,a,1,A"),
        ("\\e[61:43;6u", "press,=,5,+"),
        ("\\e[1089::99;5u", "press,с,4,,c"),
        ("\\e[97;1:2u", "repeat,a,0"),
        ("\\e[97;1:3u", "release,a,0"),
        ("\\e[97:65;2:1;65u", "press,a,1,A,,A"),
        ("\\e[97;;229u", "press,a,0,,,å"),
        ("\\e[0;;26085:26412u", "press,,0,,,日本"),
        ("\\e[32;;32u", "press, ,0,,, "),
        ("\\e[9;2u", "press,Tab,1"),
        ("\\e[13;129u", "press,Enter,128"),
        ("\\e[27u", "press,Escape,0"),
        ("\\e[127;5u", "press,BSpace,4"),
        ("\\e[57404u", "press,KP5,0"),
        ("\\e[57417;5u", "press,KPLeft,4"),
        ("\\e[57358;65u", "press,CapsLock,64"),
        ("\\e[57444;9:3u", "release,LeftSuper,8"),
        ("\\e[57376u", "press,F13,0"),
        ("\\e[1;9A", "press,Up,8"),
        ("\\e[1;1:3A", "release,Up,0"),
        ("\\e[3;5:2~", "repeat,DC,4"),
        ("\\e[13;1:3~", "release,F3,0"),
        ("\\e[1;1:3E", "release,KPBegin,0"),
        // A name says all of these.
        ("\\e[A", "Up"),
        ("\\e[1;5A", "C-Up"),
        ("\\e[3~", "DC"),
        ("\\e[27;5;13~", "C-Enter"),
        ("^B", "C-b"),
        ("é", "é"),
        // Nobody knows these.
        ("\\e[57343u", "-"),
        ("\\e[60000u", "-"),
        ("\\e[0u", "-"),
        ("\\e[7u", "-"),
        ("\\e[4294967295;9999;99999999u", "-"),
    ] {
        for piece in [sent.len(), 1] {
            let mut decoder = Decoder::new();
            decoder.tell_presses(true);
            let events: Vec<InputEvent> = bytes(sent).chunks(piece).flat_map(|p| decoder.take(p)).collect();
            assert_eq!(names(&events), expected, "{sent} (pieces of {piece})");
        }
    }
}

#[test]
fn the_answer_of_a_terminal_with_the_protocol_is_heard_once() {
    let mut decoder = Decoder::new();
    assert_eq!(decoder.take(b"\x1b[?62c"), []);
    assert!(!decoder.takes_keyboard());
    assert_eq!(decoder.take(b"\x1b[?0u"), []);
    assert!(decoder.takes_keyboard() && !decoder.takes_keyboard());
}

#[test]
fn a_paste_of_any_size_comes_in_pieces_and_whole() {
    for size in [0, 1, INPUT_BYTES_MAX - 1, INPUT_BYTES_MAX, INPUT_BYTES_MAX + 1, 100_000] {
        let text: Vec<u8> = (0..size).map(|i| [b'x', 0x1b, b'[', b'2', 0xff][i % 5]).collect();
        let sent = [b"\x1b[200~".as_slice(), &text, b"\x1b[201~k"].concat();
        for piece in [7, 4096, sent.len()] {
            let mut decoder = Decoder::new();
            let events: Vec<InputEvent> = sent.chunks(piece).flat_map(|p| decoder.take(p)).collect();
            let (key, pastes) = events.split_last().expect("a key at least");
            assert_eq!(key, &InputEvent::Key("k".to_owned()));
            let mut whole = Vec::new();
            for paste in pastes {
                let InputEvent::Paste(piece) = paste else { panic!("{paste:?}") };
                // Whole ones, and a shorter one at the end: by that the daemon knows the end. Nothing is no paste.
                assert_eq!(piece.len() < INPUT_BYTES_MAX, paste == &pastes[pastes.len() - 1]);
                assert!(piece.len() <= INPUT_BYTES_MAX);
                whole.extend_from_slice(piece);
            }
            assert_eq!(whole, text);
        }
    }
}

#[test]
fn a_paste_without_an_end_is_passed_on_in_time() {
    let mut decoder = Decoder::new();
    assert_eq!(decoder.take(b"\x1b[200~some text\x1b[20"), []);
    assert!(decoder.waits_in_paste() && !decoder.waits());
    assert_eq!(names(&decoder.time_is_up()), "paste:some text");
    assert_eq!(decoder.take(b"1~a"), [InputEvent::Key("a".to_owned())]);
    assert!(!decoder.waits_in_paste() && !decoder.waits());
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 500, ..ProptestConfig::default() })]

    /// Any bytes, cut anywhere, make the same events, each a key that the daemon can read; little is held back.
    #[test]
    fn any_bytes_make_the_same_events_however_cut(
        bytes in proptest::collection::vec(prop_oneof![Just(0x1bu8), Just(b'['), Just(b'O'), Just(b';'), b'0'..=b'9', b'A'..=b'Z', any::<u8>()], 0..200),
        cut in 1..50usize,
    ) {
        let mut whole = Decoder::new();
        let mut events = whole.take(&bytes);
        events.extend(whole.time_is_up());
        let mut pieces = Decoder::new();
        let mut again: Vec<InputEvent> = bytes.chunks(cut).flat_map(|p| pieces.take(p)).collect();
        again.extend(pieces.time_is_up());
        prop_assert_eq!(names(&events), names(&again));
        for event in &events {
            if let InputEvent::Key(key) = event { prop_assert!(key.parse::<Key>().is_ok(), "{:?}", key); }
        }
    }
}
