//! Feeds our screen and nothing else: what `tests/bench/instructions` counts the instructions of.
//!
//! `make KIND BYTES` writes that much of a kind to standard output; `feed FILE` reads a file and feeds it. They are two
//! runs, so that making the text is not counted.

#[allow(dead_code, reason = "lines are not counted here")]
#[path = "screen/kinds.rs"]
mod kinds;

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use std::io::Write as _;

/// As the bench has it.
const HISTORY_LINES: u32 = 10_000;
const PIECE_BYTES: usize = 64 << 10;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["make", kind, bytes] => {
            let bytes = kinds::named(kind).bytes(bytes.parse().expect("a number"));
            std::io::stdout().write_all(&bytes).expect("write");
        }
        ["feed", path] => {
            let bytes = std::fs::read(path).expect("the file");
            let mut screen = Screen::new(Size::new(80, 24), HISTORY_LINES);
            bytes.chunks(PIECE_BYTES).for_each(|piece| screen.feed(piece));
            println!("{}", screen.version());
        }
        _ => panic!("make KIND BYTES, or feed FILE"),
    }
}
