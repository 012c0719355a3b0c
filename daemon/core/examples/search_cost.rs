//! What a search in copy mode costs: `cargo run --release -p abide-core --example search_cost [LINES]`.
//!
//! 100,000 lines of each kind in a pane, most of them squeezed, as they were packed and at another width. A search for what
//! is nowhere goes all the way round; a turn is what the loop waits for. Then a screenful is painted with what was found in it.
#![allow(clippy::disallowed_methods, reason = "the core does none of this; a program around it may")]

use abide_core::base::geometry::Size;
use abide_core::modes::copy::{CopyEntry, CopyMode};
use abide_core::modes::{Canvas, Mode, ModeOptions, PaneSight};
use abide_core::screen::{CellText, RowView, Screen};
use abide_protocol::message::Style;
use std::time::Instant;

const ROWS: u16 = 50;
/// Makes a line of its number.
type Kind = fn(u64) -> String;

fn main() {
    let lines = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000u64);
    let kinds: [(&str, Kind, u64); 5] = [
        ("log", log, lines),
        ("words in colour", coloured, lines),
        ("japanese", japanese, lines),
        ("one long line", |_| "0123456789 abcdefghij ".repeat(100_000), 1),
        ("lines of 8,000", |n| log(n).repeat(80), lines / 80),
    ];
    println!("{lines} lines; ms");
    println!(
        "{:<20} {:>5} {:>9} {:>9} {:>9} {:>9} {:>9}",
        "kind", "cols", "first", "worst", "turns", "all", "painting"
    );
    for (name, line, lines) in kinds {
        let mut screen = Screen::new(Size::new(80, ROWS), 10_000_000);
        for n in 0..lines {
            screen.feed((line(n) + "\r\n").as_bytes());
        }
        screen.squeeze_history(usize::MAX);
        for cols in [80, 100] {
            screen.resize(Size::new(cols, ROWS));
            let [first, worst, turns, all] = nowhere(&screen, "search-backward", "nowhere")
                .into_iter()
                .zip(nowhere(&screen, "search-forward", "nowhere"))
                .map(|(a, b)| a.max(b))
                .collect::<Vec<_>>()[..]
            else {
                return;
            };
            let painting = painted(&screen);
            println!("{name:<20} {cols:>5} {first:>9.2} {worst:>9.2} {turns:>9} {all:>9.1} {painting:>9.2}");
        }
    }
}

fn options() -> ModeOptions {
    ModeOptions {
        vi: true,
        mode_style: Style::default(),
        match_style: Style::default(),
        current_match_style: Style::default(),
        word_separators: String::new(),
        wrap_search: true,
        clock_style: Style::default(),
        clock_24: true,
    }
}

/// The first turn, the longest of the others, how many there are, and all.
fn nowhere(screen: &Screen, command: &str, text: &str) -> [f64; 4] {
    let options = options();
    let sight = PaneSight { screen, options: &options, mouse: None, day_seconds: 0 };
    let mut mode = CopyMode::new(CopyEntry::default(), &sight);
    let all = Instant::now();
    let _ = mode.command(&[command.to_owned(), text.to_owned()], 1, &sight);
    let first = all.elapsed().as_secs_f64() * 1e3;
    let (mut worst, mut turns) = (0f64, 1.0);
    while mode.goes_on() {
        let turn = Instant::now();
        let _ = mode.arrived(Ok(()), &sight);
        worst = worst.max(turn.elapsed().as_secs_f64() * 1e3);
        turns += 1.0;
    }
    [first, worst, turns, all.elapsed().as_secs_f64() * 1e3]
}

/// A canvas that shows nothing.
struct Nothing(usize);

impl Canvas for Nothing {
    fn cols(&self) -> u16 {
        80
    }
    fn put(&mut self, _: u16, _: CellText<'_>, _: u8, _: &Style) {
        self.0 += 1;
    }
    fn row(&mut self, _: &RowView<'_>) {}
}

/// A screenful in the middle, with what was found.
fn painted(screen: &Screen) -> f64 {
    let options = options();
    let sight = PaneSight { screen, options: &options, mouse: None, day_seconds: 0 };
    let mut mode = CopyMode::new(CopyEntry::default(), &sight);
    for words in [["search-backward", "a"], ["goto-line", "50000"]] {
        let _ = mode.command(&words.map(str::to_owned), 1, &sight);
    }
    let mut canvas = Nothing(0);
    let mut best = f64::MAX;
    for _ in 0..5 {
        let start = Instant::now();
        (0..ROWS).for_each(|y| mode.draw(y, &sight, &mut canvas));
        best = best.min(start.elapsed().as_secs_f64() * 1e3);
    }
    std::hint::black_box(canvas.0);
    best
}

fn log(n: u64) -> String {
    let word =
        |k: u64| (n.wrapping_mul(0x9e37_79b9_7f4a_7c15).rotate_left(k as u32 * 7) & 0xffff_ffff).to_string();
    format!(
        "2026-11-29T10:{:02}:{:02} INFO worker-{} took {} us, id {} of {}",
        n / 60 % 60,
        n % 60,
        n % 16,
        word(1),
        word(2),
        word(3)
    )
}

fn coloured(n: u64) -> String {
    (0..10).map(|k| format!("\x1b[3{}mword{} ", (n + k) % 8, n * 10 + k)).collect::<String>() + "\x1b[m"
}

fn japanese(n: u64) -> String {
    let letter = |x: u64| match (n + x / 9) % 4 {
        0 => (b'a' + ((n + x) % 26) as u8) as char,
        _ => char::from_u32(0x3042 + ((n * 7 + x * x) % 80) as u32).unwrap_or('あ'),
    };
    (0..40).map(letter).collect()
}
