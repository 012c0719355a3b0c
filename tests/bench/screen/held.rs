//! Memory a line of history takes, by model: a process of its own each, so that nothing is left of the one before.

use super::ghostty::Ghostty;
use super::kinds::{self, Kind};
use super::models::{MODELS, ROWS};
use crate::figures::heading;
use std::process::Command;

/// The word that makes this program the process that is measured.
pub(crate) const CHILD: &str = "held-by-one";
/// So many that what a process has anyway is less than a byte each.
const LINES: usize = 100_000;
/// Pieces of 64 KiB between two checkpoints, at which the daemon squeezes: a program that prints 4 MB a second.
const RESTS: usize = 16;
/// Bytes a line that ours is to be below.
const GOAL: f64 = 40.0;

fn pss_bytes() -> f64 {
    let rollup = std::fs::read_to_string("/proc/self/smaps_rollup").expect("smaps_rollup");
    let line = rollup.lines().find(|line| line.starts_with("Pss:")).expect("a line Pss");
    line.split_whitespace().nth(1).and_then(|kib| kib.parse::<f64>().ok()).expect("a number") * 1024.0
}

/// `MODEL KIND PIECES`: prints what a line takes; the model rests after so many pieces each (0: never).
pub(crate) fn child(words: &[String]) {
    let [_, model, kind, pieces] = words else { panic!("a model, a kind and a number") };
    let (_, make) = MODELS.iter().find(|(name, _)| name == model).expect("a model");
    let pieces: usize = pieces.parse().expect("a number");
    let input = kinds::named(kind).lines(LINES + ROWS);
    let before = pss_bytes();
    let mut model = make(LINES);
    for (n, piece) in input.chunks(64 << 10).enumerate() {
        model.feed(piece);
        if pieces > 0 && (n + 1) % pieces == 0 {
            model.rest();
        }
    }
    println!("{}", (pss_bytes() - before) / LINES as f64);
}

fn measured(model: &str, kind: &Kind, pieces: usize) -> f64 {
    let program = std::env::current_exe().expect("our own name");
    let output = Command::new(program)
        .args([CHILD, model, kind.name, &pieces.to_string()])
        .output()
        .expect("ourselves");
    String::from_utf8_lossy(&output.stdout).trim().parse().unwrap_or(f64::NAN)
}

/// Ours in a flood, where nothing was squeezed, and as it is mostly.
fn ours(kind: &Kind) -> String {
    let (flood, mostly) = (measured(MODELS[0].0, kind, 0), measured(MODELS[0].0, kind, RESTS));
    let verdict = if mostly <= GOAL { "reached" } else { "MISSED" };
    format!("{mostly:.1} (in a flood {flood:.1}) {verdict}")
}

/// Prints the table.
pub(crate) fn measure() {
    let detail = format!("bytes of PSS a line, {LINES} lines in a process of its own; goal: {GOAL:.0}");
    heading("a line of history", &detail);
    let mut ghostty = Ghostty::start();
    let folder = tempfile::tempdir().expect("a folder");
    print!("{:16}{:>34}", "", MODELS[0].0);
    MODELS[1..].iter().for_each(|(name, _)| print!("{name:>14}"));
    println!("{}", if ghostty.is_some() { format!("{:>14}", "ghostty") } else { String::new() });
    for kind in ["log", "source"].map(kinds::named) {
        print!("{:16}{:>34}", kind.name, ours(kind));
        MODELS[1..].iter().for_each(|(name, _)| print!("{:>14.1}", measured(name, kind, 0)));
        if let Some(ghostty) = &mut ghostty {
            let path = folder.path().join("input");
            std::fs::write(&path, kind.lines(LINES + ROWS)).expect("write the input");
            print!("{:>14.1}", ghostty.held(&path, LINES) / LINES as f64);
        }
        println!();
    }
}
