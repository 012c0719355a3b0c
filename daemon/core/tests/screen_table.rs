//! The table of sequences and the table of modes say what is so: each row's example does something, its golden
//! screen has such a sequence, and nothing else does anything.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]
#![allow(clippy::disallowed_methods, reason = "the golden screens are files")]

use abide_core::base::geometry::Size;
use abide_core::screen::{Screen, SequenceRow, modes, sequences};
use std::collections::BTreeMap;
use std::path::Path;

/// What makes a sequence the one it is: `CSI`, `ESC`, `OSC`, `DCS`, `APC` or `C0`; marks and final byte; its first number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Kind {
    opening: &'static str,
    last: String,
    number: Option<u16>,
}

/// The kind that a form names. A number is one that the form has in it.
fn of_form(form: &str) -> Kind {
    const C0: [(&str, u8); 9] = [
        ("BEL", 7),
        ("BS", 8),
        ("HT", 9),
        ("LF", 10),
        ("VT", 11),
        ("FF", 12),
        ("CR", 13),
        ("SO", 14),
        ("SI", 15),
    ];
    let mut tokens = form.split(' ');
    let first = tokens.next().unwrap();
    if let Some((_, byte)) = C0.iter().find(|(name, _)| *name == first) {
        return Kind { opening: "C0", last: char::from(*byte).into(), number: None };
    }
    let opening =
        ["CSI", "ESC", "OSC", "DCS", "APC"].into_iter().find(|opening| *opening == first).expect(form);
    let (mut last, mut number) = (String::new(), None);
    for token in tokens {
        match token {
            ";" | "ST" => {}
            "SP" => last.push(' '),
            token if opening != "ESC" && token.parse::<u16>().is_ok() => {
                number = number.or(token.parse().ok());
            }
            token if token.len() == 2 && token.starts_with('P') => {}
            token => last.push_str(token),
        }
    }
    if opening == "OSC" {
        // Of what stands behind the number there are several in some.
        last.clear();
    }
    if opening == "ESC" && "()*+".contains(&last[..1]) {
        last.truncate(1);
    }
    Kind { opening, last, number }
}

/// The kinds of the sequences in some bytes, each with its first number, or 0.
fn kinds(bytes: &[u8]) -> Vec<Kind> {
    let mut found = Vec::new();
    let mut rest = bytes;
    while let Some((&first, after)) = rest.split_first() {
        rest = after;
        if first != 0x1b {
            if first < 0x20 {
                found.push(Kind { opening: "C0", last: char::from(first).into(), number: None });
            }
            continue;
        }
        let Some((&second, after)) = rest.split_first() else { break };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let number = |bytes: &[u8]| {
            let digits = text(bytes).split(|c: char| !c.is_ascii_digit()).next().unwrap().to_owned();
            Some(digits.parse().unwrap_or(0))
        };
        match second {
            b'[' => {
                let len = after.iter().position(|b| (0x40..0x7f).contains(b)).unwrap_or(after.len());
                let body = &after[..(len + 1).min(after.len())];
                let last = body.iter().filter(|b| !b"0123456789:;".contains(b)).copied().collect::<Vec<_>>();
                let body = &body[usize::from(body.first().is_some_and(|b| (0x3c..0x40).contains(b)))..];
                found.push(Kind { opening: "CSI", last: text(&last), number: number(body) });
                rest = &after[(len + 1).min(after.len())..];
            }
            b']' | b'P' => {
                let len = after.iter().position(|b| *b < 0x20).unwrap_or(after.len());
                let opening = if second == b'P' { "DCS" } else { "OSC" };
                let body = &after[..len];
                let numbers = body.iter().take_while(|b| b.is_ascii_digit() || **b == b';').count();
                let marks = if body.get(numbers) == Some(&b'q') { &body[numbers..=numbers] } else { body };
                let last = if second == b'P' { text(&marks[..marks.len().min(2)]) } else { String::new() };
                found.push(Kind { opening, last, number: number(&after[..len]) });
                // A BEL that ends it is none; of ESC \ nothing comes.
                rest = &after[len..];
                rest = rest.strip_prefix(b"\x07").or(rest.strip_prefix(b"\x1b\\")).unwrap_or(rest);
            }
            b'_' => {
                let len = after.iter().position(|b| *b < 0x20).unwrap_or(after.len());
                found.push(Kind { opening: "APC", last: text(&after[..len.min(1)]), number: None });
                rest = &after[len..];
                rest = rest.strip_prefix(b"\x1b\\").unwrap_or(rest);
            }
            _ => {
                let len = rest.iter().position(|b| !(0x20..0x30).contains(b)).unwrap_or(rest.len());
                let last = &rest[..(len + 1).min(rest.len())];
                let set = b"()*+".contains(&last[0]);
                found.push(Kind {
                    opening: "ESC",
                    last: text(if set { &last[..1] } else { last }),
                    number: None,
                });
                rest = &rest[last.len()..];
            }
        }
    }
    found
}

fn is_of(row: &Kind, found: &Kind) -> bool {
    row.opening == found.opening
        && row.last == found.last
        && (row.number.is_none() || row.number == found.number)
}

/// The escapes of the golden screens.
fn bytes(text: &str) -> Vec<u8> {
    let mut out = Vec::new();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        if c != '\\' {
            out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes());
            continue;
        }
        out.push(match chars.next().unwrap() {
            'e' => 0x1b,
            'r' => b'\r',
            'n' => b'\n',
            't' => b'\t',
            'a' => 7,
            'b' => 8,
            'x' => u8::from_str_radix(&chars.by_ref().take(2).collect::<String>(), 16).unwrap(),
            c => c as u8,
        });
    }
    out
}

fn screen(before: &[u8]) -> Screen {
    let mut screen = Screen::new(Size::new(20, 6), 10);
    screen.allow_checksums(true);
    screen.feed(before);
    let _ = screen.outcome();
    screen
}

/// Whether anything comes of some bytes.
fn does_something(before: &Screen, bytes: &[u8]) -> bool {
    let mut after = before.clone();
    after.feed(bytes);
    after.outcome() != Default::default() || after.head() != before.head()
}

/// What a golden screen is fed.
fn input(case: &str) -> Vec<u8> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/screen");
    let text = std::fs::read_to_string(folder.join(format!("{case}.txt")))
        .unwrap_or_else(|e| panic!("the golden screen {case}: {e}"));
    let (done, _) = text.split_once("--\n").unwrap();
    done.lines().filter_map(|line| line.strip_prefix("in ")).flat_map(bytes).collect()
}

#[test]
fn each_row_does_something_and_names_a_golden_screen_that_shows_it() {
    let mut wrong = String::new();
    let rows = sequences();
    assert!(rows.len() > 100);
    for SequenceRow { form, before, example, case, text, .. } in rows {
        let kind = of_form(form);
        let mut say = |what: &str| wrong.push_str(&format!("{form}: {what}\n"));
        if !kinds(&bytes(example)).iter().any(|found| is_of(&kind, found)) {
            say(&format!("its example is another: {:?}", kinds(&bytes(example))));
        }
        if !does_something(&screen(&bytes(before)), &bytes(example)) {
            say("nothing comes of its example");
        }
        if !kinds(&input(case)).iter().any(|found| is_of(&kind, found)) {
            say(&format!("{case} has no such sequence"));
        }
        if !text.ends_with('.') || text.len() < 6 {
            say("what does it do?");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn each_mode_names_a_golden_screen_that_shows_it() {
    let mut wrong = String::new();
    for mode in modes() {
        let mark = if mode.private { "?" } else { "" };
        let last: &[&str] = if mode.fixed { &["$p"] } else { &["h", "l", "$p"] };
        let input = input(mode.case);
        let input = String::from_utf8_lossy(&input);
        let shown = input.split("\x1b[").any(|sequence| {
            sequence.strip_prefix(mark).is_some_and(|rest| {
                let (numbers, end) =
                    rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != ';').unwrap_or(0));
                numbers.split(';').any(|n| n == mode.number.to_string())
                    && last.iter().any(|l| end.starts_with(l))
            })
        });
        if !shown {
            wrong.push_str(&format!("{mark}{}: {} does not show it\n", mode.number, mode.case));
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

/// Screens on which something can come of a sequence.
fn prepared() -> [Screen; 2] {
    let all = "abcdef\r\nghi\x1b[1m\x1b[#{\x1b[#P\x1b[4h\x1b[22t\x1b]2;b\x07\x1b[?1h\x1b7\x1b[3g\x1b[2;3H";
    let boxed = "abcdef\r\nghi\x1b[?69h\x1b[2;9s\x1b[2;4r\x1b[3;4H\x1b[1\"q\x1b[7mX\x1b)0";
    [all, boxed].map(|before| screen(before.as_bytes()))
}

#[test]
fn nothing_comes_of_a_sequence_that_is_in_no_row() {
    let rows: Vec<Kind> = sequences().iter().map(|row| of_form(row.form)).collect();
    let prepared = prepared();
    let mut unknown: BTreeMap<Kind, String> = BTreeMap::new();
    let mut look = |sequence: &[u8]| {
        let mut found = kinds(sequence);
        let kind = found.pop().expect("a sequence");
        if !rows.iter().any(|row| is_of(row, &kind)) && prepared.iter().any(|s| does_something(s, sequence)) {
            unknown.insert(kind, sequence.escape_ascii().to_string());
        }
    };
    for byte in (0..0x20).filter(|b| *b != 0x1b) {
        look(&[byte]);
    }
    for last in 0x30..0x7f {
        // What begins something longer is no sequence of its own.
        if !b"[]PX^_k".contains(&last) {
            look(&[0x1b, last]);
        }
        for mark in 0x20..0x30 {
            look(&[0x1b, mark, last]);
        }
    }
    let parameters = ["", "1", "2;3", "3;1;1;1;1;1;1;1", "22", "35;1;1;2;2", "996"];
    let mut marks: Vec<String> = vec![String::new()];
    for private in ["", "<", "=", ">", "?"] {
        marks.push(private.to_owned());
        marks.extend((0x20..0x30u8).map(|mark| format!("{private}{}", char::from(mark))));
    }
    for mark in &marks {
        let (private, inner) =
            mark.split_at(mark.find(|c| ('\u{20}'..'\u{30}').contains(&c)).unwrap_or(mark.len()));
        for last in 0x40..0x7fu8 {
            for parameters in parameters {
                look(format!("\x1b[{private}{parameters}{inner}{}", char::from(last)).as_bytes());
            }
        }
    }
    for number in 0..2000u16 {
        for text in
            ["", ";a", ";1;red", ";c;YWI=", ";A", ";file://h/x", ";;http://a.b", ";4;1;50", ";notify;a;b"]
        {
            look(format!("\x1b]{number}{text}\x1b\\").as_bytes());
        }
    }
    for marks in ["", "$", "+", "!", "=", ">", "?", "1$"] {
        for last in 0x40..0x7fu8 {
            look(format!("\x1bP{marks}{}m\x1b\\", char::from(last)).as_bytes());
        }
    }
    assert!(unknown.is_empty(), "{unknown:#?}");
}
