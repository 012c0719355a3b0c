//! From `attach` to a painted screen, and from a kill -9 of the daemon to its next answer.

use super::figures::{at, heading, ms};
use super::peer::{Peer, Which, both};
use abide_tests::pty::Got;
use abide_tests::server::signal;
use rustix::process::Signal;
use std::process::Stdio;
use std::time::{Duration, Instant};

const ATTACHES: usize = 40;
const KILLS: usize = 20;
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

/// Prints the table; tmux has no row: its sessions do not survive.
pub(crate) fn blackout() {
    heading("blackout after kill -9 of the daemon", &format!("{KILLS} kills each; tmux loses all sessions"));
    println!("{:14}{:>12}{:>12}", "sessions", "p50", "p99");
    for sessions in [1, 20] {
        let peer = Peer::start(Which::Abide);
        for n in 1..sessions {
            peer.run(&[
                "new-session",
                "-d",
                "-s",
                &format!("s{n}"),
                "-x",
                "80",
                "-y",
                "24",
                "seq 3000; exec cat",
            ]);
        }
        let mut times: Vec<Duration> = (0..KILLS)
            .map(|_| {
                let old = peer.pids()[0];
                signal(old, Signal::KILL);
                let killed = Instant::now();
                loop {
                    let output = peer
                        .command(&["display-message", "-p", "#{pid}"])
                        .stdin(Stdio::null())
                        .output()
                        .expect("run");
                    let pid = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>();
                    if output.status.success() && pid.is_ok_and(|pid| pid != old) {
                        break killed.elapsed();
                    }
                    assert!(killed.elapsed() < LOST, "no answer after the kill");
                }
            })
            .collect();
        println!("{sessions:<14}{:>12}{:>12}", ms(at(&mut times, 0.5)), ms(at(&mut times, 0.99)));
    }
}
