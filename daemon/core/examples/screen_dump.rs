//! Reads a program's bytes on standard input and prints the screen they make:
//! `cargo run -p abide-core --example screen_dump [COLSxROWS] [-h] [-s]`, with `-h` the history too, with
//! `-s` state and replies.
#![allow(clippy::disallowed_methods, reason = "the core does none of this; a program around it may")]

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use std::io::Read as _;

fn main() -> std::io::Result<()> {
    let mut size = Size::new(80, 24);
    let (mut history, mut state) = (false, false);
    for word in std::env::args().skip(1) {
        match word.as_str() {
            "-h" => history = true,
            "-s" => state = true,
            sides => {
                let sides = sides.split_once('x').and_then(|(c, r)| Some((c.parse().ok()?, r.parse().ok()?)));
                let Some((cols, rows)) = sides else {
                    eprintln!("screen_dump: not COLSxROWS, -h or -s: {word}");
                    std::process::exit(2);
                };
                size = Size::new(cols, rows);
            }
        }
    }
    let mut input = Vec::new();
    std::io::stdin().read_to_end(&mut input)?;
    let mut screen = Screen::new(size, 10_000);
    screen.feed(&input);
    let outcome = screen.outcome();
    let lines = screen.history();
    if history {
        for line in (lines.start..lines.end).filter_map(|n| screen.line(n)) {
            println!("{}", line.text());
        }
    }
    for y in 0..size.rows {
        println!("{}", screen.row(y).text());
    }
    if state {
        println!("-- {lines:?} {:?} modes {:#x} title {:?}", screen.cursor(), screen.modes(), screen.title());
        println!("-- head {} bytes, replies {}", screen.head().len(), outcome.replies.escape_ascii());
    }
    Ok(())
}
