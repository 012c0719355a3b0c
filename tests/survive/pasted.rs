//! kill -9 of the daemon while a mebibyte is on its way into a program that reads slowly: each byte arrives once, the
//! paste has one beginning and one end, whether a person pastes it or a command does.

use super::daemon_killed::kill;
use super::seed::Dice;
use abide_tests::server::{SOON, Server, program, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::path::PathBuf;
use std::time::{Duration, Instant};

const MEBIBYTE: usize = 1024 * 1024;
/// The program reads nothing for so long.
const ASLEEP_MS: u64 = 1500;
/// The byte by which the reader says that it has all.
const THE_END: &str = "\u{1e}";

/// Numbered lines, so that a byte too few or too many shows where.
fn text(bytes: usize, name: &str) -> String {
    let mut text = String::new();
    for n in 0.. {
        if text.len() >= bytes {
            break;
        }
        text.push_str(&format!("{name} {n:07} \u{e9}\r"));
    }
    text
}

fn start(server: &Server, asleep_ms: u64) -> PathBuf {
    let producer = program("abide-test-producer");
    let command = format!("exec {} slow taken {asleep_ms}", producer.display());
    server.ok(&["new-session", "-d", "-s", "k", "-x", "80", "-y", "24", &command]);
    server.wait_pane("k", "ready");
    server.folder("home").join("taken")
}

fn all_taken(server: &Server, file: &PathBuf) -> String {
    // A slow reader takes a second or two for a mebibyte, and this machine may be loaded.
    wait_for("the end to be read", 3 * SOON, || {
        server.capture("k").contains("the end is read").then_some(())
    });
    String::from_utf8(std::fs::read(file).expect("what was taken")).expect("text")
}

#[track_caller]
fn compare(found: &str, expected: &str) {
    let at = found.bytes().zip(expected.bytes()).position(|(a, b)| a != b);
    let at = at.unwrap_or(found.len().min(expected.len()));
    let near = |text: &str| {
        String::from_utf8_lossy(text.as_bytes().get(at.saturating_sub(40)..).unwrap_or_default())
            .chars()
            .take(80)
            .collect::<String>()
    };
    assert!(
        found == expected,
        "{} bytes, expected {}; at byte {at}: found {:?}, expected {:?}",
        found.len(),
        expected.len(),
        near(found),
        near(expected)
    );
}

/// A person pastes while the daemon is killed again and again, and types on behind it.
fn paste(seed: u64) {
    let mut dice = Dice::new("pasted", seed);
    let server = Server::new();
    let file = start(&server, ASLEEP_MS);
    let mut person = server.terminal(&["attach", "-t", "k"], 80, 24);
    person.wait_text("ready", SOON);
    let pasted = text(MEBIBYTE, "pasted");
    let typed = format!("\x1b[200~{pasted}\x1b[201~typed behind{THE_END}");
    let (mut rest, mut kills, mut daemon) = (typed.as_bytes(), 0, server.daemon_pid());
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(rest.len().min(1 + dice.below(150_000) as usize));
        person.type_bytes(piece);
        person.read(Duration::from_millis(dice.below(15)));
        daemon = kill(&server, daemon).0;
        kills += 1;
        rest = after;
    }
    // All is typed, most of it lies unread: some more.
    for _ in 0..3 {
        person.read(Duration::from_millis(dice.below(100)));
        daemon = kill(&server, daemon).0;
        kills += 1;
    }
    // Nobody but the reader reads from here on; the client has to be alive, not looked at.
    let taken = {
        let until = Instant::now() + 3 * SOON;
        while !server.capture("k").contains("the end is read") {
            person.read(Duration::from_millis(50));
            assert!(Instant::now() < until, "the end is not read");
        }
        all_taken(&server, &file)
    };
    compare(&taken, &typed);
    println!("kills={kills} bytes={} lost=0 doubled=0", taken.len());
}

#[test]
fn a_long_paste_is_taken_once_seed_1() {
    paste(1);
}

#[test]
fn a_long_paste_is_taken_once_seed_2() {
    paste(2);
}

#[test]
fn a_long_paste_is_taken_once_seed_3() {
    paste(3);
}

/// A command that has succeeded has typed all, whoever dies behind it; one that has not typed all or nothing.
#[test]
fn what_commands_pasted_is_there_when_they_have_succeeded() {
    const PASTES: usize = 12;
    let mut dice = Dice::new("pasted by commands", 4);
    let server = Server::new();
    let file = start(&server, ASLEEP_MS);
    let pasted: Vec<String> = (0..PASTES).map(|n| text(MEBIBYTE / 4, &format!("paste {n}"))).collect();
    let source = server.folder("home").join("source");
    let mut succeeded = Vec::new();
    let mut daemon = server.daemon_pid();
    for (n, text) in pasted.iter().enumerate() {
        std::fs::write(&source, text).expect("a file");
        server.ok(&["load-buffer", "-b", "text", source.to_str().expect("a path")]);
        let mut command = server
            .abide(&["paste-buffer", "-p", "-r", "-b", "text", "-t", "k"])
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a command");
        let until = Instant::now() + Duration::from_micros(dice.below(60_000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        signal(daemon, Signal::KILL);
        if command.wait().expect("its end").success() {
            succeeded.push(n);
        }
        daemon = wait_for("the next daemon", SOON, || {
            let output = server.run(&["display-message", "-p", "#{pid}"]);
            String::from_utf8_lossy(&output.stdout).trim().parse().ok().filter(|pid| *pid != daemon)
        });
    }
    server.ok(&["send-keys", "-t", "k", "-l", THE_END]);
    let taken = all_taken(&server, &file);
    let (mut rest, mut found) = (taken.strip_suffix(THE_END).expect("the end"), Vec::new());
    for (n, text) in pasted.iter().enumerate() {
        if let Some(after) = rest.strip_prefix(&format!("\x1b[200~{text}\x1b[201~")) {
            (rest, found) = (after, [&found[..], &[n]].concat());
        }
    }
    assert_eq!(
        rest.len(),
        0,
        "each is there whole and once, or not at all: {:?}",
        rest.chars().take(200).collect::<String>()
    );
    assert!(succeeded.iter().all(|n| found.contains(n)), "succeeded {succeeded:?}, there {found:?}");
    println!("kills={PASTES} succeeded={} there={}", succeeded.len(), found.len());
}

/// What is typed into a pane whose program is still being started.
#[test]
fn what_is_typed_into_a_pane_that_opens_is_taken_once() {
    const PANES: u64 = 15;
    let mut dice = Dice::new("pasted early", 5);
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "k", "-x", "80", "-y", "24"]);
    let producer = program("abide-test-producer");
    let early = text(1500, "early");
    let mut daemon = server.daemon_pid();
    let mut succeeded = 0;
    for n in 0..PANES {
        let run = format!("exec {} slow early{n} 0", producer.display());
        let name = format!("early{n}");
        let target = format!("k:{name}");
        let typed = format!("{early}{THE_END}");
        let mut command = server
            .abide(&[
                "new-window",
                "-d",
                "-t",
                "k",
                "-n",
                &name,
                &run,
                ";",
                "send-keys",
                "-t",
                &target,
                "-l",
                &typed,
            ])
            .stderr(std::process::Stdio::null())
            .spawn()
            .expect("a command");
        let until = Instant::now() + Duration::from_micros(dice.below(30_000));
        while Instant::now() < until {
            std::hint::spin_loop();
        }
        signal(daemon, Signal::KILL);
        let success = command.wait().expect("its end").success();
        daemon = wait_for("the next daemon", SOON, || {
            let output = server.run(&["display-message", "-p", "#{pid}"]);
            String::from_utf8_lossy(&output.stdout).trim().parse().ok().filter(|pid| *pid != daemon)
        });
        if success {
            succeeded += 1;
            server.wait_pane(&target, "the end is read");
            let taken = std::fs::read_to_string(server.folder("home").join(&name)).expect("what was taken");
            // The tty echoes and cooks until its program made it raw; only what it is then is compared.
            compare(&taken.replace('\n', "\r"), &typed);
        }
    }
    println!("kills={PANES} succeeded={succeeded}");
}
