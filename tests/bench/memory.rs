//! What an idle session costs, and 10,000 lines of history.

use super::figures::heading;
use super::peer::{Peer, both};
use super::text::Texts;
use std::time::{Duration, Instant};

const SESSIONS: usize = 50;

/// Proportional set size of the server's processes in KiB: shared pages are counted once among those that share them.
fn kib(peer: &Peer) -> u64 {
    peer.pids()
        .into_iter()
        .map(|pid| {
            let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let line = rollup.lines().find(|l| l.starts_with("Pss:")).unwrap_or("Pss: 0");
            line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
        })
        .sum()
}

fn settled(peer: &Peer) -> u64 {
    let deadline = Instant::now() + Duration::from_secs(5);
    let mut last = kib(peer);
    loop {
        std::thread::sleep(Duration::from_millis(400));
        let now = kib(peer);
        if now.abs_diff(last) < 40 || Instant::now() > deadline {
            return now;
        }
        last = now;
    }
}

/// Prints the table.
pub(crate) fn measure(texts: &Texts) {
    heading("memory", "Pss of the server's processes");
    println!("{:10}{:>14}{:>20}{:>26}", "", "one session", "each further idle", "10,000 lines of history");
    for which in both() {
        let peer = Peer::start(which);
        let one = settled(&peer);
        for n in 0..SESSIONS {
            peer.run(&["new-session", "-d", "-s", &format!("idle{n}"), "-x", "80", "-y", "24", "sleep 1000"]);
        }
        let idle = (settled(&peer).saturating_sub(one)) as f64 / SESSIONS as f64;
        let before = settled(&peer);
        let plain = texts.all[0].path.display();
        peer.run(&["new-window", "-t", "b", &format!("head -n 10100 {plain}; exec sleep 1000")]);
        let history = settled(&peer).saturating_sub(before);
        println!("{:10}{one:>10} KiB{idle:>16.1} KiB{history:>22} KiB", peer.name());
    }
}
