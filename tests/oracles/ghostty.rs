//! libghostty-vt beside our model, in `make soak`, where python has the package pyghostty (`ABIDE_GHOSTTY` is that python).

use super::compare;
use super::differences::Agreed;
use super::stream::{Stream, Token};
use super::xterm::Xterm;
use abide_core::base::geometry::Size;
use abide_core::text::cluster_width;
use abide_tests::recording::{folder, table};
use abide_tests::seed::at_length;
use abide_tests::skip::skipped;
use std::path::Path;
use std::process::Command;

/// Does something with it, in `make soak`; says where it is not installed.
pub(crate) fn with_ghostty(test: &str, act: impl FnOnce(&mut Xterm)) {
    if !at_length() {
        return;
    }
    let python = std::env::var("ABIDE_GHOSTTY").unwrap_or_else(|_| "python3".to_owned());
    let found = Command::new(&python).args(["-c", "import pyghostty"]).output();
    if !found.is_ok_and(|output| output.status.success()) {
        return skipped(
            test,
            &format!("{python} has no pyghostty (pip install pyghostty; ABIDE_GHOSTTY=PYTHON)"),
        );
    }
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("oracles/ghostty.py");
    match Xterm::spawn(Command::new(&python).arg(script)) {
        Ok(mut ghostty) => act(&mut ghostty),
        Err(why) => skipped(test, &why),
    }
}

/// It is asked cell by cell, which takes a while: fewer than of the others.
#[test]
fn ghostty_shows_the_same() {
    with_ghostty("ghostty_shows_the_same", |ghostty| {
        compare("ghostty", (0, 20_000), &mut |stream| ghostty.shows(stream));
    });
}

/// Each recording as a whole: it is asked cell by cell, which takes a while.
#[test]
fn ghostty_shows_what_programs_wrote_as_we_do() {
    with_ghostty("ghostty_shows_what_programs_wrote_as_we_do", |ghostty| {
        let agreed = Agreed::with("ghostty");
        let mut found = Vec::new();
        for recording in table(&folder()) {
            let tokens = vec![Token { kind: "recording", bytes: recording.bytes() }];
            let stream = Stream { size: recording.size, history: 1000, tokens, cuts: vec![4096] };
            let theirs = ghostty.shows(&stream).expect("an answer");
            let agreed = agreed.in_recording(&recording.name);
            if let Some(difference) = agreed.difference(&stream, stream.ours(), theirs) {
                found.push(format!("{}: {difference}", recording.name));
            }
        }
        assert!(found.is_empty(), "ghostty shows something else:\n{}", found.join("\n"));
    });
}

/// All emoji: cells and columns. To it a skin tone makes no wide emoji of what is narrow alone, as UTS 51 (ED-13) has it.
#[test]
fn ghostty_has_the_columns_that_we_have() {
    with_ghostty("ghostty_has_the_columns_that_we_have", |ghostty| {
        let lines = |text: &'static str| {
            text.lines().filter(|line| !line.starts_with(['#', '=']) && !line.is_empty())
        };
        let emoji: Vec<&str> = lines(include_str!("../unicode/emoji.txt")).collect();
        let mut other = Vec::new();
        for some in emoji.chunks(100) {
            let bytes = some.iter().map(|text| format!("{text}\r\n")).collect::<String>().into_bytes();
            let tokens = vec![Token { kind: "text", bytes }];
            let stream = Stream { size: Size::new(9, 101), history: 0, tokens, cuts: vec![usize::MAX] };
            let shown = ghostty.shows(&stream).expect("an answer");
            for (text, row) in some.iter().zip(&shown.rows) {
                let columns: usize = row.cells.iter().map(|cell| usize::from(cell.width)).sum();
                let is_toned = text.contains(|c| ('\u{1f3fb}'..='\u{1f3ff}').contains(&c)) && columns == 1;
                if row.cells.len() != 1 || columns != cluster_width(text) && !is_toned {
                    other.push(format!("{text} {}: {row}", text.escape_unicode()));
                }
            }
        }
        assert!(other.is_empty(), "{} of {}:\n{}", other.len(), emoji.len(), other.join("\n"));
    });
}
