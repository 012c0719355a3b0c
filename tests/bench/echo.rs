//! From a key typed at a client to its echo at that client: quiet, and beside a pane that floods.

use super::drain::discard;
use super::figures::{at, heading, on_processor};
use super::peer::{Peer, Which, both, size};
use abide_protocol::client::{Client, program_hello};
use abide_protocol::message;
use abide_tests::pty::{Got, Pty};
use std::io::Read;
use std::os::unix::net::UnixStream;
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
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

fn cost(peer: &Peer, before: Vec<f64>) -> String {
    let after = on_processor(peer);
    let us = |(before, after): (f64, f64)| format!("{:>9.1} µs", (after - before) / KEYS as f64 / 1000.0);
    let each: Vec<String> = before.into_iter().zip(after).map(us).collect();
    format!("{:10}{}", peer.name(), each.concat())
}

/// The same with nothing between: the machine's own limit, beside a flood that somebody reads.
fn bare(flood: bool) {
    let start = |line: &str| {
        let mut command = Command::new("sh");
        command.arg("-c").arg(line);
        Pty::start(&command, size())
    };
    let stop = Arc::new(AtomicBool::new(false));
    let reader = flood.then(|| discard(start(FLOOD), stop.clone(), Arc::default()));
    let pty = start(&echo_program());
    settle(&pty);
    row("bare pty", keys(&pty));
    stop.store(true, Ordering::Relaxed);
    if let Some(reader) = reader {
        let _ = reader.join();
    }
}

/// Prints the table.
pub(crate) fn measure() {
    for flood in [false, true] {
        let mut costs = vec![];
        heading("key to echo", if flood { "beside a pane that floods" } else { "quiet" });
        println!("{:10}{:>12}{:>12}{:>12}{:>12}", "", "p50", "p95", "p99", "max");
        bare(flood);
        for which in both() {
            let peer = Peer::start(which);
            peer.run(&["new-window", "-t", "b", &echo_program()]);
            if flood {
                peer.run(&["split-window", "-t", "b", FLOOD]);
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

/// Viewers beside the one that is typed at.
const VIEWERS: usize = 10;
const FLOOD: &str = "while :; do echo a line of the flood; done | cat";

/// Somebody who looks at session `b` and takes what comes: of ours a program, of tmux a client.
fn look(peer: &Peer) {
    if peer.which == Which::Abide {
        let path = peer.run(&["display-message", "-p", "#{socket_path}"]);
        let stream = UnixStream::connect(path).expect("a daemon");
        let mut rest = stream.try_clone().expect("a socket");
        let mut client = Client::greet(stream, program_hello()).expect("a greeting");
        client.attach("b", message::Size { cols: size().cols, rows: size().rows }).expect("a session");
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while rest.read(&mut buffer).is_ok_and(|n| n > 0) {}
        });
    } else {
        let pty = peer.attach();
        std::thread::spawn(move || {
            let mut buffer = vec![0; 65536];
            while !matches!(pty.read(&mut buffer, LOST), Got::End) {}
        });
    }
}

/// Prints the table of a key's echo while ten others look at the same window, one of whose panes floods.
pub(crate) fn ten_viewers() {
    heading("key to echo", &format!("{VIEWERS} more viewers, all of a window with a pane that floods"));
    println!("{:10}{:>12}{:>12}{:>12}{:>12}", "", "p50", "p95", "p99", "max");
    bare(true);
    for which in both() {
        let peer = Peer::start(which);
        peer.run(&["new-window", "-t", "b", &echo_program()]);
        peer.run(&["split-window", "-t", "b", FLOOD]);
        peer.run(&["select-pane", "-t", "b.0"]);
        for _ in 0..VIEWERS {
            look(&peer);
        }
        let pty = peer.attach();
        settle(&pty);
        row(peer.name(), keys(&pty));
    }
}
