//! Prints numbered lines, coloured now and then, until it has printed them all: `saturate`, `steady` or `bursty`.
//! With `record FILE` it writes each line of its input to the file instead, and prints it back; with `echo` it
//! prints each byte of its input over the last one, without the tty's own echo. With `slow FILE MS` it asks for
//! bracketed paste, reads nothing for so long, and then writes its raw input to the file, a piece at a time.

use std::io::{BufRead, BufWriter, Write};
use std::time::{Duration, Instant};

/// Between two lines of a steady producer, by the clock: one that was held up makes up for it, so that how long all of it takes
/// does not depend on how busy the machine is.
const STEADY: Duration = Duration::from_micros(500);
/// Between two bursts, and lines in one.
const BURST_EVERY: Duration = Duration::from_millis(7);
const BURST_LINES: u64 = 300;
/// Between two reads of a slow reader.
const READ_EVERY: Duration = Duration::from_millis(4);

fn main() -> std::io::Result<()> {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let words: Vec<&str> = words.iter().map(String::as_str).collect();
    match words[..] {
        ["record", path] => record(path),
        ["echo"] => echo(),
        ["slow", path, ms] => slow(path, Duration::from_millis(ms.parse().expect("a number"))),
        [manner, count] => produce(manner, count.parse().expect("a number")),
        _ => panic!("usage: saturate|steady|bursty COUNT, record FILE, slow FILE MS, or echo"),
    }
}

fn produce(manner: &str, count: u64) -> std::io::Result<()> {
    let mut out = BufWriter::with_capacity(4096, std::io::stdout().lock());
    let begun = Instant::now();
    for n in 1..=count {
        match n % 10 {
            3 => writeln!(out, "\x1b[1;3{}mline {n:08}\x1b[0m with a colour", n % 8)?,
            7 => writeln!(out, "line {n:08} 日本語 and e\u{301} and \u{1f600}")?,
            _ => writeln!(out, "line {n:08}")?,
        }
        match manner {
            "steady" => {
                out.flush()?;
                let due = begun + STEADY * u32::try_from(n).expect("few lines");
                std::thread::sleep(due.saturating_duration_since(Instant::now()));
            }
            "bursty" if n % BURST_LINES == 0 => {
                out.flush()?;
                std::thread::sleep(BURST_EVERY);
            }
            _ => {}
        }
    }
    writeln!(out, "all-{count}-said")?;
    out.flush()?;
    drop(out);
    // Stays, so that the pane does: the pid is checked at the end.
    std::io::stdin().lock().lines().for_each(drop);
    Ok(())
}

fn record(path: &str) -> std::io::Result<()> {
    let mut file = std::fs::File::create(path)?;
    println!("recording");
    for line in std::io::stdin().lock().lines() {
        let line = line?;
        writeln!(file, "{line}")?;
        println!("took {line}");
    }
    Ok(())
}

fn raw(input: impl std::os::fd::AsFd) -> std::io::Result<()> {
    let mut termios = rustix::termios::tcgetattr(&input)?;
    termios.make_raw();
    Ok(rustix::termios::tcsetattr(&input, rustix::termios::OptionalActions::Now, &termios)?)
}

/// The byte that ends what `slow` reads: no text has it, and to no tty it means a thing.
const THE_END: u8 = 0x1e;

fn slow(path: &str, pause: Duration) -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    raw(&input)?;
    let mut out = std::io::stdout().lock();
    write!(out, "\x1b[?2004hready\r\n")?;
    out.flush()?;
    std::thread::sleep(pause);
    let mut file = std::fs::File::create(path)?;
    let mut piece = [0; 4096];
    loop {
        let n = std::io::Read::read(&mut input, &mut piece)?;
        file.write_all(&piece[..n])?;
        if n == 0 {
            return Ok(());
        }
        if piece[..n].contains(&THE_END) {
            write!(out, "the end is read\r\n")?;
            out.flush()?;
        }
        // A program that is busy beside its input: a mebibyte takes it a good second.
        std::thread::sleep(READ_EVERY);
    }
}

fn echo() -> std::io::Result<()> {
    let mut input = std::io::stdin().lock();
    raw(&input)?;
    let (mut byte, mut out) = ([0], std::io::stdout().lock());
    while std::io::Read::read(&mut input, &mut byte)? == 1 {
        out.write_all(&[b'\r', byte[0]])?;
        out.flush()?;
    }
    Ok(())
}
