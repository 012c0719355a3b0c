//! From a key typed at a client to its echo at that client: quiet, and beside a pane that floods.

use super::figures::{at, heading};
use super::peer::{Peer, both, size};
use abide_tests::pty::{Got, Pty};
use std::process::Command;
use std::time::{Duration, Instant};

const KEYS: usize = 1500;
/// Between two keys: faster than a person, slow enough that each stands alone.
const BETWEEN: Duration = Duration::from_millis(2);
const LOST: Duration = Duration::from_secs(5);

/// Echoes each byte over the last, in one place, so that the only thing that changes is what is looked for.
pub(super) fn echo_program() -> String {
    format!("exec {} echo", abide_tests::server::program("abide-test-producer").display())
}

pub(super) fn keys(pty: &Pty) -> Vec<Duration> {
    let mut buffer = vec![0; 65536];
    let mut times = vec![];
    for n in 0..KEYS {
        // Let what is under way come in.
        let until = Instant::now() + BETWEEN;
        while Instant::now() < until {
            pty.read(&mut buffer, until.saturating_duration_since(Instant::now()));
        }
        // Capitals: the flood has none.
        let key = b'A' + (n % 26) as u8;
        let typed = Instant::now();
        assert_eq!(pty.write(&[key]), 1, "the tty takes a key");
        loop {
            match pty.read(&mut buffer, LOST) {
                Got::Bytes(got) if buffer[..got].contains(&key) => break times.push(typed.elapsed()),
                Got::Bytes(_) if typed.elapsed() < LOST => {}
                other => panic!("key {n} was not echoed: {other:?}"),
            }
        }
    }
    times
}

pub(super) fn settle(pty: &Pty) {
    let mut buffer = vec![0; 65536];
    let until = Instant::now() + Duration::from_millis(700);
    while Instant::now() < until {
        pty.read(&mut buffer, Duration::from_millis(50));
    }
}

pub(super) fn row(name: &str, mut times: Vec<Duration>) {
    let us = |share| at(&mut times.clone(), share).as_micros();
    let (p50, p95, p99) = (us(0.5), us(0.95), us(0.99));
    times.sort();
    println!("{name:10}{p50:>9} µs{p95:>9} µs{p99:>9} µs{:>9} µs", times[times.len() - 1].as_micros());
}

/// How long each of a server's processes was on a processor.
fn on_processor(peer: &Peer) -> Vec<f64> {
    let ns = |pid: u32| -> Option<f64> {
        let mut tasks = std::fs::read_dir(format!("/proc/{pid}/task")).ok()?;
        let of = |task: std::fs::DirEntry| {
            let text = std::fs::read_to_string(task.path().join("schedstat")).ok()?;
            text.split(' ').next()?.parse::<f64>().ok()
        };
        Some(tasks.by_ref().flatten().filter_map(of).sum())
    };
    peer.pids().into_iter().map(|pid| ns(pid).unwrap_or(f64::NAN)).collect()
}

fn cost(peer: &Peer, before: Vec<f64>) -> String {
    let after = on_processor(peer);
    let us = |(before, after): (f64, f64)| format!("{:>9.1} µs", (after - before) / KEYS as f64 / 1000.0);
    let each: Vec<String> = before.into_iter().zip(after).map(us).collect();
    format!("{:10}{}", peer.name(), each.concat())
}

/// Prints the table.
pub(crate) fn measure() {
    for flood in [false, true] {
        let mut costs = vec![];
        heading("key to echo", if flood { "beside a pane that floods" } else { "quiet" });
        println!("{:10}{:>12}{:>12}{:>12}{:>12}", "", "p50", "p95", "p99", "max");
        if !flood {
            let mut command = Command::new("sh");
            command.arg("-c").arg(echo_program());
            let pty = Pty::start(&command, size());
            settle(&pty);
            row("bare pty", keys(&pty));
        }
        for which in both() {
            let peer = Peer::start(which);
            peer.run(&["new-window", "-t", "b", &echo_program()]);
            if flood {
                peer.run(&["split-window", "-t", "b", "while :; do echo a line of the flood; done | cat"]);
                peer.run(&["select-pane", "-t", "b.0"]);
            }
            let pty = peer.attach();
            settle(&pty);
            let before = on_processor(&peer);
            row(peer.name(), keys(&pty));
            costs.push(cost(&peer, before));
        }
        if !flood {
            heading("processor time a key", "the daemon's and the keeper's; tmux's server is both");
            costs.iter().for_each(|line| println!("{line}"));
        }
    }
}
