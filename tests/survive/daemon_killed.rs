//! kill -9 of the daemon at random instants while sessions flood and a person types: every program lives, every
//! byte and every key is there once, and the dump of screen and history is that of an uninterrupted run.

use super::seed::{Dice, times};
use super::trial::Trial;
use abide_tests::server::{SOON, Server, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// Kills in one run, and in a long one; four runs with seeds of their own make more than 300, or 1,000.
const KILLS: (usize, usize) = (80, 260);
/// The longest that a daemon is left alone between two kills.
const ALONE_MS: u64 = 120;

/// Waits for an answer of a later daemon than that; gives its process.
pub(crate) fn successor(server: &Server, old: u32) -> u32 {
    wait_for("an answer after the kill", SOON, || {
        let output = server.run(&["display-message", "-p", "#{pid}"]);
        let pid: u32 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        (output.status.success() && pid != old).then_some(pid)
    })
}

/// Kills the daemon; gives its pid's end to the next one's first answer.
pub(crate) fn kill(server: &Server, old: u32) -> (u32, Duration) {
    signal(old, Signal::KILL);
    let killed = Instant::now();
    let pid = successor(server, old);
    (pid, killed.elapsed())
}

fn run(seed: u64) {
    let mut dice = Dice::new("daemon_killed", seed);
    let kills = times(KILLS);
    let mut trial = Trial::begin(Server::new());
    let mut blackouts = vec![];
    let mut daemon = trial.server.daemon_pid();
    for _ in 0..kills {
        let alone = Duration::from_millis(dice.below(ALONE_MS));
        trial.type_for(&mut dice, alone);
        let (pid, blackout) = kill(&trial.server, daemon);
        daemon = pid;
        blackouts.push(blackout);
    }
    let (keys, bytes) = trial.end();
    blackouts.sort();
    println!(
        "kills={kills} keys={keys} bytes={bytes} lost=0 doubled=0 blackout p50={:?} p99={:?}",
        blackouts[kills / 2],
        blackouts[kills * 99 / 100]
    );
}

#[test]
fn nothing_is_lost_or_doubled_seed_1() {
    run(1);
}

#[test]
fn nothing_is_lost_or_doubled_seed_2() {
    run(2);
}

#[test]
fn nothing_is_lost_or_doubled_seed_3() {
    run(3);
}

#[test]
fn nothing_is_lost_or_doubled_seed_4() {
    run(4);
}

#[test]
fn a_daemon_that_dies_at_once_again_and_again_is_started_again() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server.ok(&["send-keys", "-t", "a", "echo still-$((40+2))", "Enter"]);
    server.wait_pane("a", "still-42");
    let mut daemon = server.daemon_pid();
    for _ in 0..5 {
        daemon = kill(&server, daemon).0;
    }
    assert!(server.capture("a").contains("still-42"));
}
