//! kill -9 of the daemon at random instants while sessions flood and a person types: every program lives, every
//! byte and every key is there once, and the dump of screen and history is that of an uninterrupted run.

use super::seed::Dice;
use abide_tests::server::{SOON, Server, alive, program, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::time::{Duration, Instant};

/// Kills in one run; four runs with seeds of their own make more than 300.
const KILLS: usize = 80;
/// The longest that a daemon is left alone between two kills.
const ALONE_MS: u64 = 120;

struct Producer {
    window: &'static str,
    manner: &'static str,
    lines: u64,
}

const PRODUCERS: [Producer; 3] = [
    Producer { window: "flood", manner: "saturate", lines: 400_000 },
    Producer { window: "steady", manner: "steady", lines: 30_000 },
    Producer { window: "bursts", manner: "bursty", lines: 150_000 },
];

fn start(server: &Server) {
    let producer = program("abide-test-producer");
    server.ok(&[
        "start-server",
        ";",
        "set-option",
        "-g",
        "history-limit",
        "500000",
        ";",
        "new-session",
        "-d",
        "-s",
        "k",
        "-x",
        "80",
        "-y",
        "24",
    ]);
    for p in &PRODUCERS {
        let command = format!("exec {} {} {}", producer.display(), p.manner, p.lines);
        server.ok(&["new-window", "-d", "-t", "k:", "-n", p.window, &command]);
    }
    let record = format!("exec {} record typed", producer.display());
    server.ok(&["new-window", "-t", "k:", "-n", "typing", &record]);
    server.wait_pane("k:typing", "recording");
}

fn pids(server: &Server) -> Vec<u32> {
    server
        .ok(&["list-panes", "-s", "-t", "k", "-F", "#{pane_pid}"])
        .lines()
        .map(|pid| pid.parse().expect("a pid"))
        .collect()
}

fn dump(server: &Server, p: &Producer) -> String {
    let target = format!("k:{}", p.window);
    server.wait_pane(&target, &format!("all-{}-said", p.lines));
    server.ok(&["capture-pane", "-p", "-e", "-S", "-", "-t", &target])
}

/// Kills the daemon; gives its pid's end to the next one's first answer.
pub(crate) fn kill(server: &Server, old: u32) -> (u32, Duration) {
    signal(old, Signal::KILL);
    let killed = Instant::now();
    let pid = wait_for("an answer after the kill", SOON, || {
        let output = server.run(&["display-message", "-p", "#{pid}"]);
        let pid: u32 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        (output.status.success() && pid != old).then_some(pid)
    });
    (pid, killed.elapsed())
}

fn run(seed: u64) {
    let mut dice = Dice::new("daemon_killed", seed);
    let calm = Server::new();
    start(&calm);
    let server = Server::new();
    start(&server);
    let before = pids(&server);
    let mut person = server.terminal(&["attach", "-t", "k:typing"], 80, 24);
    person.wait_text("recording", SOON);
    let (mut typed, mut blackouts) = (0u64, vec![]);
    let mut daemon = server.daemon_pid();
    for _ in 0..KILLS {
        let until = Instant::now() + Duration::from_millis(dice.below(ALONE_MS));
        while Instant::now() < until {
            typed += 1;
            person.type_text(&format!("key {typed}\r"));
            person.read(Duration::from_millis(dice.below(20)));
        }
        let (pid, blackout) = kill(&server, daemon);
        daemon = pid;
        blackouts.push(blackout);
    }
    person.wait_text(&format!("took key {typed}"), SOON);
    assert_eq!(pids(&server), before, "the same programs");
    assert!(before.iter().all(|pid| alive(*pid)), "and all alive");
    let recorded = std::fs::read_to_string(server.folder("home").join("typed")).expect("what was typed");
    let expected: String = (1..=typed).map(|n| format!("key {n}\n")).collect();
    assert!(recorded == expected, "keys were lost or doubled:\n{}", first_difference(&recorded, &expected));
    let mut bytes = 0;
    for p in &PRODUCERS {
        let (found, expected) = (dump(&server, p), dump(&calm, p));
        bytes += found.len();
        assert!(
            found == expected,
            "{} differs from an uninterrupted run:\n{}",
            p.window,
            first_difference(&found, &expected)
        );
    }
    blackouts.sort();
    println!(
        "kills={KILLS} keys={typed} bytes={bytes} lost=0 doubled=0 blackout p50={:?} p99={:?}",
        blackouts[KILLS / 2],
        blackouts[KILLS * 99 / 100]
    );
}

pub(crate) fn first_difference(found: &str, expected: &str) -> String {
    let at = found
        .lines()
        .zip(expected.lines())
        .position(|(a, b)| a != b)
        .unwrap_or(found.lines().count().min(expected.lines().count()));
    let show = |text: &str| {
        text.lines().skip(at.saturating_sub(1)).take(4).map(|l| format!("{l:?}\n")).collect::<String>()
    };
    format!(
        "at line {at} of {} (expected {}):\nfound:\n{}expected:\n{}",
        found.lines().count(),
        expected.lines().count(),
        show(found),
        show(expected)
    )
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
