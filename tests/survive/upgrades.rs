//! Upgrades while sessions flood and a person types: every program lives, every byte and every key is there once, and
//! the dump of screen and history is that of an uninterrupted run.

use super::daemon_killed::successor;
use super::seed::{Dice, times};
use super::trial::Trial;
use abide_tests::install::install;
use abide_tests::server::{SOON, Server, program, signal};
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::{Duration, Instant};

/// Upgrades in one run, and in a long one.
pub(crate) const UPGRADES: (usize, usize) = (20, 100);
/// The longest that a daemon is left alone between two.
pub(crate) const ALONE_MS: u64 = 300;

/// `abide upgrade` to that program, while the person types on. Gives the daemon's process after it.
pub(crate) fn upgrade(trial: &mut Trial, dice: &mut Dice, to: &Path) -> u32 {
    let mut command = trial.server.abide(&["upgrade", "-b", &to.to_string_lossy()]);
    let command = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command.spawn().expect("start abide");
    let deadline = Instant::now() + 3 * SOON;
    while child.try_wait().expect("its end").is_none() {
        assert!(Instant::now() < deadline, "the upgrade does not end");
        trial.type_for(dice, Duration::from_millis(5));
    }
    let output = child.wait_with_output().expect("its output");
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success() && said.starts_with("upgraded: abide "), "{output:?}");
    let pid = trial.server.daemon_pid();
    assert!(said.contains(&format!("(pid {pid})")), "{said}");
    pid
}

#[test]
fn nothing_is_lost_or_doubled() {
    let mut dice = Dice::new("upgrades", 1);
    let upgrades = times(UPGRADES);
    let server = Server::new();
    let homes: [PathBuf; 2] = ["one", "other"].map(|name| server.folder("home").join(name));
    for path in &homes {
        install(&program("abide"), path);
    }
    let mut trial = Trial::begin(server);
    let mut daemon = trial.server.daemon_pid();
    for n in 0..upgrades {
        let alone = Duration::from_millis(dice.below(ALONE_MS));
        trial.type_for(&mut dice, alone);
        // Now and then one that comes to nothing, after a kill, or in the middle of another's.
        if n % 7 == 3 {
            let fails = trial.server.fails(&["upgrade", "-b", "/bin/true"]);
            assert!(fails.contains("prints no version"), "{fails}");
        }
        if n % 5 == 4 {
            signal(daemon, Signal::KILL);
            daemon = successor(&trial.server, daemon);
        }
        let next = upgrade(&mut trial, &mut dice, &homes[n % 2]);
        assert_ne!(next, daemon);
        let runs = std::fs::read_link(format!("/proc/{next}/exe")).expect("a process");
        assert_eq!(runs, homes[n % 2]);
        daemon = next;
    }
    let log = trial.server.keeper_log();
    let left = log.matches("exited with status 0").count();
    assert!(left >= upgrades, "each daemon left by itself, {left} of {upgrades}:\n{log}");
    let (keys, bytes) = trial.end();
    println!("upgrades={upgrades} keys={keys} bytes={bytes} lost=0 doubled=0");
}
