//! What goes wrong: by a script, by a seed, or because the cluster is in no state to serve.
//!
//! Beside the cluster file may lie, and may change at any time:
//! - `.state`: `down` (nothing is answered until the transaction's time is up), `locked` (1038), else all is well;
//! - `.script`: one line for one operation, taken off when such an operation comes: `read CODE`, `version CODE`,
//!   `commit CODE` (it does not go in), `commit CODE done` (it has gone in), `commit CODE late MS` (it goes in that much
//!   later, if nothing conflicts by then), `commit slow MS`, `watch lost`; `read ok` and so on let one go by.
//!
//! With `FDB_DOUBLE_SEED` one operation in `FDB_DOUBLE_ODDS` (default 8) fails with a code drawn from the seed.

use crate::cluster::beside;
use std::path::Path;
use std::sync::Mutex;

/// What is done.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    /// A value or a range is read.
    Read,
    /// A read version is asked for.
    Version,
    /// A commit.
    Commit,
    /// A watch is set.
    Watch,
}

impl Operation {
    fn word(self) -> &'static str {
        match self {
            Operation::Read => "read",
            Operation::Version => "version",
            Operation::Commit => "commit",
            Operation::Watch => "watch",
        }
    }
}

/// How it goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fate {
    /// Well.
    Done,
    /// It fails with a code, and nothing has happened.
    Fails(i32),
    /// It fails with a code, and has happened.
    FailsDone(i32),
    /// It fails with a code, and happens that many milliseconds later.
    FailsLate(i32, u64),
    /// Well, that many milliseconds later.
    Slow(u64),
    /// No answer until the transaction's time is up.
    NoAnswer,
    /// A watch that never fires.
    Lost,
}

/// What happens to an operation on this cluster now.
pub(crate) fn fate(cluster_file: &Path, operation: Operation) -> Fate {
    let state = std::fs::read_to_string(beside(cluster_file, "state")).unwrap_or_default();
    match state.trim() {
        "down" => return Fate::NoAnswer,
        "locked" => return Fate::Fails(1038),
        _ => {}
    }
    scripted(cluster_file, operation).or_else(|| drawn(operation)).unwrap_or(Fate::Done)
}

fn scripted(cluster_file: &Path, operation: Operation) -> Option<Fate> {
    // One taker at a time in this process; a script is for one process.
    static TAKING: Mutex<()> = Mutex::new(());
    let _alone = TAKING.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    let path = beside(cluster_file, "script");
    let text = std::fs::read_to_string(&path).ok()?;
    let mut lines: Vec<&str> = text.lines().collect();
    let at = lines.iter().position(|line| line.split(' ').next() == Some(operation.word()))?;
    let words: Vec<&str> = lines.remove(at).split(' ').skip(1).collect();
    std::fs::write(&path, lines.join("\n")).expect("the script is ours to write");
    let number = |text: &str| text.parse().unwrap_or_else(|_| panic!("script: {text} is no number"));
    Some(match words[..] {
        ["slow", ms] => Fate::Slow(number(ms)),
        ["ok"] => Fate::Done,
        ["lost"] => Fate::Lost,
        [code, "done"] => Fate::FailsDone(number(code) as i32),
        [code, "late", ms] => Fate::FailsLate(number(code) as i32, number(ms)),
        [code] => Fate::Fails(number(code) as i32),
        _ => panic!("script: {words:?} is no fate"),
    })
}

fn drawn(operation: Operation) -> Option<Fate> {
    static STATE: Mutex<Option<u64>> = Mutex::new(None);
    let seed: u64 = std::env::var("FDB_DOUBLE_SEED").ok()?.parse().ok()?;
    let odds: u64 = std::env::var("FDB_DOUBLE_ODDS").ok().and_then(|odds| odds.parse().ok()).unwrap_or(8);
    let mut state = STATE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if state.is_none() {
        eprintln!("FDB_DOUBLE_SEED={seed}");
    }
    // xorshift64*: seeded, and nothing rests on its quality.
    let mut x = state.unwrap_or(seed.max(1));
    x ^= x >> 12;
    x ^= x << 25;
    x ^= x >> 27;
    *state = Some(x);
    let number = x.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 16;
    if !number.is_multiple_of(odds) {
        return None;
    }
    let pick = number / odds;
    let one = |fates: &[Fate]| fates[(pick % fates.len() as u64) as usize];
    Some(match operation {
        Operation::Read => one(&[Fate::Fails(1007), Fate::Fails(1009), Fate::Fails(1037)]),
        Operation::Version => one(&[Fate::Fails(1037), Fate::Fails(1213)]),
        Operation::Commit => one(&[
            Fate::Fails(1020),
            Fate::Fails(1021),
            Fate::FailsDone(1021),
            Fate::FailsDone(1021),
            Fate::FailsLate(1031, 20),
            Fate::Fails(1213),
            Fate::Slow(5),
        ]),
        Operation::Watch => Fate::Lost,
    })
}
