//! From `attach` to a painted screen, and how long no daemon answers: after a kill -9, and in an upgrade.

use super::figures::{at, heading, ms};
use super::peer::{Peer, Which, both};
use abide_tests::pty::Got;
use abide_tests::server::signal;
use rustix::process::Signal;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ATTACHES: usize = 40;
/// Kills, and upgrades, at each number of sessions.
const TIMES: usize = 20;
const LOST: Duration = Duration::from_secs(20);

/// Prints the table.
pub(crate) fn attach_to_painted() {
    heading("attach to painted screen", "the last line of a full screen seen");
    println!("{:10}{:>12}{:>12}", "", "p50", "p99");
    for which in both() {
        let peer = Peer::start(which);
        peer.run(&["new-window", "-t", "b", "seq 1 22; printf THE-LAST-LINE; exec sleep 1000"]);
        let mut times: Vec<Duration> = (0..ATTACHES)
            .map(|_| {
                let started = Instant::now();
                let pty = peer.attach();
                let (mut buffer, mut seen) = (vec![0; 65536], vec![]);
                while !seen.windows(13).any(|w| w == b"THE-LAST-LINE") {
                    match pty.read(&mut buffer, LOST) {
                        Got::Bytes(n) => seen.extend_from_slice(&buffer[..n]),
                        other => panic!("never painted: {other:?} {}", String::from_utf8_lossy(&seen)),
                    }
                }
                started.elapsed()
            })
            .collect();
        println!("{:10}{:>12}{:>12}", peer.name(), ms(at(&mut times, 0.5)), ms(at(&mut times, 0.99)));
    }
}

/// Sessions at which the daemon's absence is measured.
const SESSIONS: [usize; 3] = [1, 20, 100];

/// A server with so many sessions, each with a screen full and 3000 lines of history.
fn with_sessions(sessions: usize) -> Peer {
    let peer = Peer::start(Which::Abide);
    for n in 1..sessions {
        let name = format!("s{n}");
        peer.run(&["new-session", "-d", "-s", &name, "-x", "80", "-y", "24", "seq 3000; exec cat"]);
    }
    peer
}

/// Asks for the daemon's process once.
fn daemon(peer: &Peer) -> Option<u32> {
    let output =
        peer.command(&["display-message", "-p", "#{pid}"]).stdin(Stdio::null()).output().expect("run");
    output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().parse().ok()).flatten()
}

/// From the last answer of this daemon, or from the beginning, to the first of another.
fn until_another(peer: &Peer, old: u32, begun: Instant) -> Duration {
    let mut last = begun;
    loop {
        match daemon(peer) {
            Some(pid) if pid != old => return last.elapsed(),
            Some(_) => last = Instant::now(),
            None => {}
        }
        assert!(begun.elapsed() < LOST, "no other daemon answers");
    }
}

/// Prints the table; tmux has no row: its sessions do not survive.
pub(crate) fn blackout() {
    heading("blackout after kill -9 of the daemon", &format!("{TIMES} kills each; tmux loses all sessions"));
    table(|peer, old| {
        signal(old, Signal::KILL);
        let killed = Instant::now();
        until_another(peer, old, killed)
    });
}

/// Prints the table: what a client that asks again and again sees of an upgrade.
pub(crate) fn upgrade() {
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let detail = format!("{TIMES} each, last answer before to first after; load {}", load.trim());
    heading("blackout of an upgrade of the daemon", &detail);
    table(|peer, old| {
        let begun = Instant::now();
        let mut upgrade =
            peer.command(&["upgrade"]).stdin(Stdio::null()).stdout(Stdio::null()).spawn().expect("run");
        let blackout = until_another(peer, old, begun);
        assert!(upgrade.wait().expect("its end").success(), "the upgrade came to nothing");
        blackout
    });
}

fn table(measure: impl Fn(&Peer, u32) -> Duration) {
    println!("{:14}{:>12}{:>12}", "sessions", "p50", "p99");
    for sessions in SESSIONS {
        let peer = with_sessions(sessions);
        let mut times: Vec<Duration> = (0..TIMES).map(|_| measure(&peer, peer.pids()[0])).collect();
        println!("{sessions:<14}{:>12}{:>12}", ms(at(&mut times, 0.5)), ms(at(&mut times, 0.99)));
    }
}
