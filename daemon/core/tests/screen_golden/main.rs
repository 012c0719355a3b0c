//! Screens as files: `tests/golden/screen/*.txt`, one behaviour each.
//!
//! Above the line `--` stands what is done, below it what the screen is then:
//! ```text
//! # what it is about
//! size 10x3              the first line that is no comment; `history N` after it: lines kept (100)
//! in a\e[1mb\r\n         bytes: \e \r \n \t \a \b \\ \xHH, all else as it stands
//! resize 5x3             `put TEXT`, `reset`, `clear`, `lines N` and `checksums on` call put_line, reset_modes,
//!                        clear_history, set_history_lines_max and allow_checksums
//! --
//! |ab        |           rows to the last that is not blank; ` wraps` after one whose line goes on
//! cursor 2,0             column,row
//! style 0:1 bold         row:columns, how they look
//! picture 1 at 0,0 2x1 of 0,0 16x16   number, column and row (history's are negative), columns x rows, part in pixels;
//!                        ` z 1` if it is not 0; ` lost` if its bytes are not there
//! ```
//! Only what is not as at first is shown. Each file is run whole, cut into bytes, and with the screen stored
//! and restored between bytes. `GOLDEN_UPDATE=1` writes what is shown below the line: read it before you keep it.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]
#![allow(clippy::disallowed_methods, reason = "files and seeds come from outside")]

use abide_core::base::geometry::Size;
use abide_core::screen::{CellText, Outcome, Progress, RowView, Screen};
use abide_protocol::message::{Color, CursorShape, Style, attr, mode};
use std::fmt::Write as _;
use std::path::Path;

/// How the input is given.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Way {
    Whole,
    Bytes,
    Restored,
}

#[test]
fn screens_are_as_their_files_say() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/screen");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 60, "{} files in {}", files.len(), folder.display());
    let mut failures = String::new();
    for file in &files {
        let text = std::fs::read_to_string(file).unwrap();
        let (input, expected) = text.split_once("--\n").expect("a line with --");
        let name = file.file_name().unwrap().to_string_lossy();
        for way in [Way::Whole, Way::Bytes, Way::Restored] {
            let shown = run(input, way);
            if std::env::var_os("GOLDEN_UPDATE").is_some() && way == Way::Whole {
                std::fs::write(file, format!("{input}--\n{shown}")).unwrap();
            } else if shown != expected {
                let _ = write!(failures, "\n== {name} ({way:?})\n-- expected\n{expected}-- is\n{shown}");
            }
        }
    }
    assert!(failures.is_empty(), "{failures}");
}

fn run(input: &str, way: Way) -> String {
    let mut screen: Option<Screen> = None;
    let mut size = Size::new(80, 24);
    let mut history = 100;
    let mut checksums = false;
    let mut outcome = Outcome::default();
    for line in input.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        let (word, rest) = line.split_once(' ').unwrap_or((line, ""));
        match word {
            "size" => size = sides(rest),
            "history" => history = rest.parse().unwrap(),
            _ => {
                let s = screen.get_or_insert_with(|| Screen::new(size, history));
                match word {
                    "in" => feed(s, &bytes(rest), way, checksums, &mut outcome),
                    "resize" => s.resize(sides(rest)),
                    "put" => s.put_line(&String::from_utf8(bytes(rest)).unwrap()),
                    "reset" => s.reset_modes(),
                    "clear" => s.clear_history(),
                    "checksums" => {
                        checksums = rest == "on";
                        s.allow_checksums(checksums);
                    }
                    "lines" => s.set_history_lines_max(rest.parse().unwrap()),
                    _ => panic!("unknown: {line}"),
                }
            }
        }
    }
    show(&screen.expect("an input"), &outcome)
}

fn feed(screen: &mut Screen, bytes: &[u8], way: Way, checksums: bool, all: &mut Outcome) {
    let len = if way == Way::Whole { bytes.len().max(1) } else { 1 };
    for part in bytes.chunks(len) {
        screen.feed(part);
        let new = screen.outcome();
        all.replies.extend(new.replies);
        all.bells += new.bells;
        all.title_changed |= new.title_changed;
        all.cwd_changed |= new.cwd_changed;
        all.clipboard = new.clipboard.or(all.clipboard.take());
        all.command_line = new.command_line.or(all.command_line.take());
        all.prompts = new.prompts.or(all.prompts);
        all.notice = new.notice.or(all.notice.take());
        if way == Way::Restored {
            let head = screen.head();
            let restored =
                Screen::restore(&head, &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into()).unwrap();
            assert_eq!(head, restored.head(), "a restored screen has another head");
            *screen = restored;
            screen.allow_checksums(checksums);
        }
    }
}

fn sides(text: &str) -> Size {
    let (cols, rows) = text.split_once('x').unwrap();
    Size::new(cols.parse().unwrap(), rows.parse().unwrap())
}

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

fn show(screen: &Screen, outcome: &Outcome) -> String {
    let mut out = String::new();
    let size = screen.size();
    let last = (0..size.rows).rev().find(|y| screen.row(*y).cells().next().is_some());
    for y in 0..last.map_or(0, |y| y + 1) {
        show_row(&mut out, &screen.row(y), size);
    }
    let cursor = screen.cursor();
    let _ = write!(out, "cursor {},{}", cursor.x, cursor.y);
    for (is, word) in [
        (!cursor.visible, " hidden"),
        (cursor.blink, " blinking"),
        (cursor.shape == CursorShape::Block, " block"),
        (cursor.shape == CursorShape::Underline, " underline"),
        (cursor.shape == CursorShape::Bar, " bar"),
    ] {
        if is {
            out.push_str(word);
        }
    }
    out.push('\n');
    for y in 0..size.rows {
        show_styles(&mut out, y, &screen.row(y));
    }
    show_pictures(&mut out, screen);
    let history = screen.history();
    if history.start != history.end || history.generation != 0 {
        let _ = writeln!(out, "history {}..{} generation {}", history.start, history.end, history.generation);
        for n in history.start..history.end {
            let line = screen.line(n).unwrap();
            show_row(&mut out, &line, Size { cols: 0, ..size });
            show_styles(&mut out, 0, &line);
        }
    }
    let names = [
        (mode::MOUSE_BUTTONS, "mouse_buttons"),
        (mode::MOUSE_DRAG, "mouse_drag"),
        (mode::MOUSE_ALL, "mouse_all"),
        (mode::MOUSE_SGR, "mouse_sgr"),
        (mode::BRACKETED_PASTE, "bracketed_paste"),
        (mode::FOCUS, "focus"),
        (mode::APP_CURSOR, "app_cursor"),
        (mode::APP_KEYPAD, "app_keypad"),
        (mode::ALTERNATE, "alternate"),
        (mode::REVERSE_SCREEN, "reverse_screen"),
    ];
    let set: Vec<_> =
        names.iter().filter(|(bit, _)| screen.modes() & bit != 0).map(|(_, name)| *name).collect();
    let mut say = |word: &str, text: String| {
        if !text.is_empty() {
            let _ = writeln!(out, "{word} {text}");
        }
    };
    say("modes", set.join(" "));
    let of = |bits: u32, shift: u32| (screen.modes() & bits) >> shift;
    let keys = [
        of(mode::KEYBOARD, mode::KEYBOARD_SHIFT),
        of(mode::OTHER_KEYS, mode::OTHER_KEYS_SHIFT),
        of(mode::OTHER_KEYS_AS_U, 17),
        of(mode::OTHER_KEYS_AS_TILDE, 18),
    ];
    if keys != [0; 4] {
        let [flags, other, as_u, as_tilde] = keys;
        let form = if as_u == 1 {
            " as u"
        } else if as_tilde == 1 {
            " as ~"
        } else {
            ""
        };
        say("keyboard", format!("{flags} other {other}{form}"));
    }
    say("synchronized", if screen.synchronized() { "yes".into() } else { String::new() });
    say("title", screen.title().to_owned());
    say("cwd", screen.cwd().to_owned());
    let replies = outcome.replies.escape_ascii().to_string().replace("\\x1b", "\\e");
    say("replies", replies.replace(concat!("abide ", env!("CARGO_PKG_VERSION")), "abide VERSION"));
    for (name, value) in screen.variables() {
        say("variable", format!("{name} is {value}"));
    }
    say("bells", if outcome.bells > 0 { outcome.bells.to_string() } else { String::new() });
    say("notice", outcome.notice.as_ref().map_or(String::new(), |n| format!("{}: {}", n.title, n.body)));
    let progress = screen.progress();
    say("progress", if progress == Progress::None { String::new() } else { format!("{progress:?}") });
    say("prompts", outcome.prompts.map_or(String::new(), |prompts| prompts.to_string()));
    say("command", outcome.command_line.clone().unwrap_or_default());
    say("clipboard", outcome.clipboard.as_ref().map_or(String::new(), |c| c.escape_ascii().to_string()));
    out
}

fn show_pictures(out: &mut String, screen: &Screen) {
    for placed in screen.pictures_in(0..u64::MAX) {
        let picture = screen.picture(placed.picture).expect("a picture that is placed");
        let row = placed.line as i64 - screen.history().end as i64;
        let source = placed.source;
        let _ = write!(
            out,
            "picture {} at {},{row} {}x{} of {},{} {}x{}",
            placed.picture,
            placed.x,
            placed.cols,
            placed.rows,
            source.x,
            source.y,
            source.width,
            source.height
        );
        if (source.x, source.y, source.width, source.height) != (0, 0, picture.width, picture.height) {
            let _ = write!(out, " in {}x{}", picture.width, picture.height);
        }
        if placed.z != 0 {
            let _ = write!(out, " z {}", placed.z);
        }
        out.push_str(if picture.bytes.is_empty() { " lost\n" } else { "\n" });
    }
}

fn show_row(out: &mut String, row: &RowView<'_>, size: Size) {
    let mut text = String::new();
    let mut cols = 0;
    for cell in row.cells() {
        assert_eq!(usize::from(cell.x), cols, "cells have no gaps");
        cols += usize::from(cell.width);
        match cell.text {
            CellText::Char(c) => text.push(c),
            CellText::Cluster(s) => text.push_str(s),
        }
    }
    text.extend(std::iter::repeat_n(' ', usize::from(size.cols).saturating_sub(cols)));
    let _ = writeln!(out, "|{text}|{}", if row.wrapped() { " wraps" } else { "" });
}

fn show_styles(out: &mut String, y: u16, row: &RowView<'_>) {
    let mut runs: Vec<(u16, u16, Style)> = Vec::new();
    for cell in row.cells() {
        let end = cell.x + u16::from(cell.width);
        match runs.last_mut() {
            Some((_, last, style)) if *last == cell.x && style == cell.style => *last = end,
            _ => runs.push((cell.x, end, cell.style.clone())),
        }
    }
    for (start, end, style) in runs.iter().filter(|run| run.2 != Style::default()) {
        let _ = write!(out, "style {y}:{start}");
        if end - start > 1 {
            let _ = write!(out, "-{}", end - 1);
        }
        let names = [
            (attr::BOLD, "bold"),
            (attr::DIM, "dim"),
            (attr::ITALIC, "italic"),
            (attr::BLINK, "blink"),
            (attr::REVERSE, "reverse"),
            (attr::CONCEAL, "conceal"),
            (attr::STRIKE, "strike"),
            (attr::OVERLINE, "overline"),
        ];
        for (bit, name) in names {
            if style.attrs & bit != 0 {
                let _ = write!(out, " {name}");
            }
        }
        match (style.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT {
            0 => {}
            n => {
                let _ = write!(out, " underline={n}");
            }
        }
        for (name, color) in [("fg", style.fg), ("bg", style.bg), ("ul", style.ul)] {
            let _ = match color {
                Color::Default => Ok(()),
                Color::Indexed(n) => write!(out, " {name}={n}"),
                Color::Rgb(r, g, b) => write!(out, " {name}=#{r:02x}{g:02x}{b:02x}"),
            };
        }
        if !style.link.is_empty() {
            let _ = write!(out, " link={}", style.link);
        }
        out.push('\n');
    }
}
