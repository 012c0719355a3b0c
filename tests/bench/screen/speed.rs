//! Megabytes a second that each model takes, by kind of output, interleaved.

use super::HISTORY_LINES;
use super::ghostty::Ghostty;
use super::kinds::KINDS;
use super::models::{COLS, MODELS, Make, ROWS};
use crate::figures::{heading, median};
use rustix::time::{ClockId, clock_gettime};

const ROUNDS: usize = 7;
const BYTES: usize = 16 << 20;
/// What is read from a pty at once, at most.
const PIECE_BYTES: usize = 64 << 10;
/// libghostty-vt with its own limit in bytes. Keeping 10,000 lines costs it a fresh page again and again, which is dear
/// in a virtual machine: this is what its code can do.
const GHOSTTY_AS_IT_IS: &str = "(ghostty)";
/// Times the best of the others that ours is to be.
const GOAL: f64 = 2.0;

/// Nanoseconds that this thread was on a processor: other work on the machine matters less so.
fn busy() -> f64 {
    let now = clock_gettime(ClockId::ThreadCPUTime);
    now.tv_sec as f64 * 1e9 + now.tv_nsec as f64
}

fn time(make: Make, bytes: &[u8]) -> f64 {
    let mut model = make(HISTORY_LINES);
    let began = busy();
    for piece in bytes.chunks(PIECE_BYTES) {
        model.feed(piece);
    }
    busy() - began
}

/// Prints the table.
pub(crate) fn measure() {
    let detail = format!(
        "MB/s of thread time, best (median) of {ROUNDS} interleaved rounds of {} MiB in pieces of {} KiB, \
         {COLS}x{ROWS}, {HISTORY_LINES} lines of history",
        BYTES >> 20,
        PIECE_BYTES >> 10
    );
    heading("screen", &detail);
    let mut ghostty = Ghostty::start();
    let folder = tempfile::tempdir().expect("a folder");
    let mut names: Vec<&str> = MODELS.iter().map(|(name, _)| *name).collect();
    let kept = if ghostty.is_some() { &["ghostty", GHOSTTY_AS_IT_IS][..] } else { &[] };
    names.extend(kept);
    print!("{:16}", "");
    names.iter().for_each(|name| print!("{name:>14}"));
    println!("{:>22}{:>10}", "abide/best of them", "goal");
    for kind in &KINDS {
        let bytes = kind.bytes(BYTES);
        let path = folder.path().join("input");
        std::fs::write(&path, &bytes).expect("write the input");
        let mut rates = vec![Vec::new(); names.len()];
        for round in 0..ROUNDS {
            // Each begins in turn: whoever comes after another finds its caches.
            for n in 0..names.len() {
                let n = (n + round) % names.len();
                let took = match (MODELS.get(n), &mut ghostty) {
                    (Some((_, make)), _) => time(*make, &bytes),
                    (None, Some(ghostty)) => {
                        ghostty.speed(&path, if names[n] == GHOSTTY_AS_IT_IS { 0 } else { HISTORY_LINES })
                    }
                    (None, None) => continue,
                };
                rates[n].push(bytes.len() as f64 * 1e3 / took);
            }
        }
        print!("{:16}", kind.name);
        let best: Vec<f64> = rates.iter().map(|all| all.iter().copied().fold(0.0, f64::max)).collect();
        for (best, all) in best.iter().zip(rates) {
            print!("{:>14}", format!("{best:.0} ({:.0})", median(all)));
        }
        let asked = best.iter().zip(&names).skip(1).filter(|(_, name)| **name != GHOSTTY_AS_IT_IS);
        let theirs = asked.map(|(rate, _)| *rate).fold(0.0, f64::max);
        let ratio = best[0] / theirs;
        println!("{ratio:>22.2}{:>10}", if ratio >= GOAL { "reached" } else { "MISSED" });
    }
    println!(
        "goal: {GOAL:.1} on each, against those that keep the lines; {GHOSTTY_AS_IT_IS} has its own limit and keeps 567"
    );
}
