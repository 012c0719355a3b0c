//! What a resize costs: `cargo run --release -p abide-core --example resize_cost [LINES]`.
//!
//! 100,000 lines of each kind in a pane, as its history is after a while: the newest 2 MiB plain, the rest squeezed.
//! A step of the loop is one resize; then comes the first screenful that is read from the oldest lines, and from the
//! middle. The best of five runs of each step, and the worst step of each row.
#![allow(clippy::disallowed_methods, reason = "the core does none of this; a program around it may")]

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use std::time::Instant;

/// Widths one after the other, as a window that is dragged has them, and some steps beyond.
const WIDTHS: [u16; 12] = [200, 81, 80, 79, 120, 119, 40, 20, 10, 2, 1000, 80];
const ROWS: u16 = 50;
/// Makes a line of its number.
type Kind = fn(u64) -> String;

fn main() {
    let lines = std::env::args().nth(1).and_then(|n| n.parse().ok()).unwrap_or(100_000usize);
    let kinds: [(&str, Kind); 4] = [
        ("200 columns", |n| letters(n, 200)),
        ("0 to 250 columns", |n| letters(n, (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % 250)),
        ("colour, 0 to 120", |n| {
            format!("\x1b[3{}m{}\x1b[m {}", n % 8, letters(n, n * 7 % 60), letters(n, n * 13 % 60))
        }),
        ("japanese, 0 to 240", |n| japanese(n, (n.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 32) % 120)),
    ];
    println!("{lines} lines; ms");
    println!(
        "{:<20} {:>9} {:>9} {:>9} {:>9} {:>9} {:>9} {:>12}",
        "kind", "80→200", "200→81", "worst", "at cols", "oldest", "middle", "head, bytes"
    );
    for (name, line) in kinds {
        let mut screen = Screen::new(Size::new(80, ROWS), 10_000_000);
        for n in 0..lines as u64 {
            screen.feed((line(n) + "\r\n").as_bytes());
        }
        let head = screen.head().len();
        let mut best = [f64::MAX; WIDTHS.len()];
        let (mut oldest, mut middle) = (f64::MAX, f64::MAX);
        for _ in 0..5 {
            let mut screen = screen.clone();
            for (cols, best) in WIDTHS.iter().zip(&mut best) {
                let start = Instant::now();
                screen.resize(Size::new(*cols, ROWS));
                *best = best.min(start.elapsed().as_secs_f64() * 1e3);
                if *cols == 81 {
                    oldest = oldest.min(read(&screen, 0.0));
                    middle = middle.min(read(&screen, 0.5));
                }
            }
        }
        let (worst, cols) = best
            .iter()
            .zip(WIDTHS)
            .fold((0.0, 0), |worst, (ms, cols)| if *ms > worst.0 { (*ms, cols) } else { worst });
        println!(
            "{name:<20} {:>9.3} {:>9.3} {worst:>9.3} {cols:>9} {oldest:>9.3} {middle:>9.3} {head:>12}",
            best[0], best[1]
        );
    }
}

/// Milliseconds in which a screenful at a part of the history is read.
fn read(screen: &Screen, part: f64) -> f64 {
    let history = screen.history();
    let first = history.start + ((history.end - history.start) as f64 * part) as u64;
    let start = Instant::now();
    let mut columns = 0;
    for n in first..first + u64::from(ROWS) {
        columns += screen.line(n).map_or(0, |row| row.cells().count());
    }
    std::hint::black_box(columns);
    start.elapsed().as_secs_f64() * 1e3
}

fn letters(seed: u64, columns: u64) -> String {
    (0..columns).map(|x| (b'a' + ((seed * 31 + x * x) % 26) as u8) as char).collect()
}

fn japanese(seed: u64, characters: u64) -> String {
    let letter = |x: u64| match (seed + x / 9) % 4 {
        0 => (b'a' + ((seed + x) % 26) as u8) as char,
        _ => char::from_u32(0x3042 + ((seed * 7 + x * x) % 80) as u32).unwrap_or('あ'),
    };
    (0..characters).map(letter).collect()
}
