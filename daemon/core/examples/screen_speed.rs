//! How fast a screen takes bytes: `cargo run --release -p abide-core --example screen_speed [NAME [MIB]]`.
//!
//! 16 MiB (or MIB) of each kind in pieces of 64 KiB, 80x24 with 10,000 lines of history, the best of three rounds.
//! Time is this thread's time on a processor, so that other work on the machine matters less.
#![allow(clippy::disallowed_methods, reason = "the core does none of this; a program around it may")]

#[allow(dead_code, reason = "log lines are made otherwise here")]
#[path = "../../../tests/bench/lines.rs"]
mod lines;

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use std::fmt::Write as _;

const PIECE_BYTES: usize = 64 << 10;

fn main() {
    let wanted = std::env::args().nth(1);
    let mib = std::env::args().nth(2).and_then(|mib| mib.parse().ok()).unwrap_or(16usize);
    let kinds: [(&str, Kind); 12] = [
        ("log", log),
        ("source", source),
        ("diff", diff),
        ("truecolor words", truecolor),
        ("dense cells", dense_cells),
        ("medium cells", medium_cells),
        ("light cells", light_cells),
        ("scrolling", |_| "y\r\n".repeat(1000)),
        ("unicode", unicode),
        ("japanese", japanese),
        ("styles", styles),
        ("scripts", scripts),
    ];
    println!("{:<16} {:>9} {:>9} {:>12}", "kind", "MB/s", "MB/s", "reflow, ms");
    println!("{:<16} {:>9} {:>9} {:>12}", "", "10k lines", "no lines", "80→100 cols");
    for (name, make) in kinds {
        if wanted.as_ref().is_some_and(|wanted| !name.contains(wanted.as_str())) {
            continue;
        }
        let mut dice = Dice(7, 0);
        let mut input = String::new();
        while input.len() < mib << 20 {
            input.push_str(&make(&mut dice));
        }
        let (kept, reflow) = best(input.as_bytes(), 10_000);
        let (none, _) = best(input.as_bytes(), 0);
        println!("{name:<16} {kept:>9.0} {none:>9.0} {reflow:>12.2}");
    }
}

/// Makes a piece of input.
type Kind = fn(&mut Dice) -> String;

/// Megabytes a second, and milliseconds of a reflow.
fn best(input: &[u8], history_lines_max: u32) -> (f64, f64) {
    let (mut speed, mut reflow) = (0f64, f64::MAX);
    for _ in 0..3 {
        let mut screen = Screen::new(Size::new(80, 24), history_lines_max);
        let start = busy_seconds();
        for piece in input.chunks(PIECE_BYTES) {
            screen.feed(piece);
        }
        speed = speed.max(input.len() as f64 / 1e6 / (busy_seconds() - start));
        let start = busy_seconds();
        screen.resize(Size::new(100, 24));
        reflow = reflow.min((busy_seconds() - start) * 1e3);
    }
    (speed, reflow)
}

/// Seconds that the kernel had us on a processor.
fn busy_seconds() -> f64 {
    let stat = std::fs::read_to_string("/proc/thread-self/schedstat").unwrap_or_default();
    stat.split(' ').next().and_then(|ns| ns.parse::<f64>().ok()).unwrap_or(0.0) / 1e9
}

/// A small generator: the same numbers in each run; and a count.
struct Dice(u64, usize);

impl Dice {
    /// One number after the other.
    fn next(&mut self) -> usize {
        self.1 += 1;
        self.1
    }

    fn below(&mut self, n: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % n
    }

    fn word(&mut self) -> String {
        let len = 2 + self.below(8);
        (0..len).map(|_| (b'a' + self.below(26) as u8) as char).collect()
    }

    fn words(&mut self, n: u64) -> String {
        (0..n).map(|_| self.word()).collect::<Vec<_>>().join(" ")
    }
}

fn log(dice: &mut Dice) -> String {
    let n = dice.below(100_000);
    format!("2026-03-01T12:{:02}:{:02}.{n:06}Z INFO {}\r\n", n % 60, n / 7 % 60, dice.words(6))
}

fn source(dice: &mut Dice) -> String {
    let (depth, n) = (dice.below(5), dice.below(8));
    format!("{}{}\r\n", "    ".repeat(depth as usize), dice.words(n))
}

fn diff(dice: &mut Dice) -> String {
    let n = 1 + dice.below(8);
    let words = dice.words(n);
    match dice.below(4) {
        0 => format!("\x1b[32m+{words}\x1b[m\r\n"),
        1 => format!("\x1b[31m-{words}\x1b[m\r\n"),
        2 => format!("\x1b[36m@@ -{n},7 +{n},9 @@\x1b[m {words}\r\n"),
        _ => format!(" {words}\r\n"),
    }
}

fn truecolor(dice: &mut Dice) -> String {
    let mut line = String::new();
    for _ in 0..10 {
        let (r, g, b) = (dice.below(256), dice.below(256), dice.below(256));
        let _ = write!(line, "\x1b[38;2;{r};{g};{b}m{} ", dice.word());
    }
    line + "\x1b[m\r\n"
}

fn dense_cells(dice: &mut Dice) -> String {
    let mut frame = "\x1b[H".to_owned();
    let letter = (b'a' + dice.below(26) as u8) as char;
    for i in 0..80 * 24 {
        let _ = write!(frame, "\x1b[38;5;{};48;5;{};1;3;4m{letter}", (i + 16) % 256, (i * 3 + 7) % 256);
    }
    frame
}

fn medium_cells(dice: &mut Dice) -> String {
    let mut part = String::new();
    for _ in 0..200 {
        let (y, x, color) = (1 + dice.below(23), 1 + dice.below(70), 30 + dice.below(8));
        let _ = write!(part, "\x1b[{y};{x}H\x1b[{color}m{}\x1b[0m\x1b[K", dice.word());
    }
    part
}

fn light_cells(dice: &mut Dice) -> String {
    let letter = (b'a' + dice.below(26) as u8) as char;
    let mut frame = "\x1b[H".to_owned();
    frame.extend(std::iter::repeat_n(letter, 80 * 24));
    frame
}

fn unicode(dice: &mut Dice) -> String {
    let pool: Vec<char> = "äöüßéèêñçøåαβγδεζηθикнгшщзхъфывапролджэ─│┌┐→≤≥€✓“”…漢字😀🎉".chars().collect();
    let mut line = String::new();
    for _ in 0..12 {
        for _ in 0..2 + dice.below(5) {
            line.push(pool[dice.below(pool.len() as u64) as usize]);
        }
        line.push(' ');
    }
    line + "\r\n"
}

fn japanese(dice: &mut Dice) -> String {
    let pool: Vec<char> = "日本語の文章を表示する速さカタカナひらがな漢字東京都大阪府、。".chars().collect();
    let line: String =
        (0..10 + dice.below(28)).map(|_| pool[dice.below(pool.len() as u64) as usize]).collect();
    line + "\r\n"
}

fn styles(dice: &mut Dice) -> String {
    lines::coloured(dice.next() % 4096).replace('\n', "\r\n")
}

fn scripts(dice: &mut Dice) -> String {
    lines::scripts(dice.next()).replace('\n', "\r\n")
}
