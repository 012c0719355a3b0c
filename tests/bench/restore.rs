//! From the start after a lost machine to the screens of 100 sessions with long histories.

use super::figures::{at, heading, ms};
use super::lines::{coloured, plain};
use abide_core::base::geometry::Size;
use abide_tests::pty::{Got, Pty};
use abide_tests::server::Server;
use abide_tests::wait::wait_for;
use std::time::{Duration, Instant};

const SESSIONS: usize = 100;
const LINES: usize = 10_000;
/// Each leaves three lines in every pane: after seven the line that is looked for is above the screen.
const REBOOTS: usize = 5;
const LOST: Duration = Duration::from_secs(60);

/// Prints the table.
pub(crate) fn measure() {
    let detail =
        format!("{SESSIONS} sessions with {LINES} lines of history each, {REBOOTS} losses of the machine");
    heading("restore after a reboot", &detail);
    let server = Server::new();
    let text: String = (0..LINES + 50).map(|n| if n % 4 == 0 { coloured(n) } else { plain(n) }).collect();
    std::fs::write(server.folder("home").join("text"), text).expect("the text");
    server.ok(&["start-server", ";", "set-option", "-g", "history-limit", "10000"]);
    for n in 0..SESSIONS {
        let name = format!("s{n}");
        // A shell of its own comes back under it.
        server.ok(&[
            "new-session",
            "-d",
            "-s",
            &name,
            "-x",
            "80",
            "-y",
            "24",
            "cat text; echo LAST-$((90+9)); exec cat",
        ]);
        server.wait_pane(&name, "LAST-99");
    }
    let state = server.folder("state").join("abide");
    let stored = || {
        let bytes = std::fs::metadata(state.join("default.redb")).map_or(0, |m| m.len());
        std::thread::sleep(Duration::from_secs(3));
        let now = std::fs::metadata(state.join("default.redb")).map_or(0, |m| m.len());
        (bytes == now && now > 0).then_some(now)
    };
    let bytes = wait_for("the store to be quiet", LOST, stored);
    println!("store {} MB", bytes / 1_000_000);
    let (mut first, mut all) = (vec![], vec![]);
    for reboot in 0..REBOOTS {
        server.lose_the_machine();
        let began = Instant::now();
        let name = format!("s{}", reboot * 37 % SESSIONS);
        let pty = Pty::start(&server.abide(&["attach-session", "-t", &name]), Size::new(80, 24));
        see(&pty, b"LAST-99");
        first.push(began.elapsed());
        for n in 0..SESSIONS {
            let screen = server.capture(&format!("s{n}"));
            assert!(screen.contains("LAST-99"), "session {n} shows\n{screen}");
            all.push(began.elapsed());
        }
        std::thread::sleep(Duration::from_secs(2));
    }
    println!("attached screen painted: p50 {}, max {}", ms(at(&mut first, 0.5)), ms(at(&mut first, 1.0)));
    println!(
        "any screen captured, one after the other: p50 {}, p99 {}, max {}",
        ms(at(&mut all, 0.5)),
        ms(at(&mut all, 0.99)),
        ms(at(&mut all, 1.0))
    );
}

fn see(pty: &Pty, text: &[u8]) {
    let (mut buffer, mut seen) = (vec![0; 65536], vec![]);
    while !seen.windows(text.len()).any(|w| w == text) {
        match pty.read(&mut buffer, LOST) {
            Got::Bytes(n) => seen.extend_from_slice(&buffer[..n]),
            other => panic!("never painted: {other:?} {}", String::from_utf8_lossy(&seen)),
        }
    }
}
