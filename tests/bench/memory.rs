//! What an idle session costs, 10,000 lines of history and what of it goes back, and 1,000,000.

use super::figures::heading;
use super::peer::{Peer, both};
use super::text::Texts;
use std::time::{Duration, Instant};

const SESSIONS: usize = 50;

/// Proportional set size of the server's processes in KiB: shared pages are counted once among those that share them.
fn kib(peer: &Peer) -> u64 {
    share(peer, "Pss:")
}

/// Of that, what lies in pages of files: program and libraries, which are in memory once for all who run them on the machine. The
/// rest is the server's own.
fn of_files(peer: &Peer) -> u64 {
    share(peer, "Pss_File:")
}

fn share(peer: &Peer, field: &str) -> u64 {
    peer.pids()
        .into_iter()
        .map(|pid| {
            let rollup = std::fs::read_to_string(format!("/proc/{pid}/smaps_rollup")).unwrap_or_default();
            let line = rollup.lines().find(|l| l.starts_with(field)).unwrap_or_default();
            line.split_whitespace().nth(1).and_then(|n| n.parse::<u64>().ok()).unwrap_or(0)
        })
        .sum()
}

fn settled(peer: &Peer) -> u64 {
    // Ours gives memory back when it was quiet for two seconds: the keeper first, and the daemon once it has heard of that.
    std::thread::sleep(Duration::from_millis(6000));
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
    heading("memory", "Pss of the server's processes; what is not of files is the server's own");
    println!(
        "{:10}{:>14}{:>18}{:>20}{:>26}{:>14}{:>16}",
        "",
        "one session",
        "of it in files",
        "each further idle",
        "10,000 lines of history",
        "cleared",
        "pane closed"
    );
    for which in both() {
        let peer = Peer::start(which);
        let one = settled(&peer);
        let files = of_files(&peer);
        for n in 0..SESSIONS {
            peer.run(&["new-session", "-d", "-s", &format!("idle{n}"), "-x", "80", "-y", "24", "sleep 1000"]);
        }
        let idle = (settled(&peer).saturating_sub(one)) as f64 / SESSIONS as f64;
        let before = settled(&peer);
        let plain = texts.all[0].path.display();
        peer.run(&[
            "new-window",
            "-t",
            "b",
            "-n",
            "long",
            &format!("head -n 10100 {plain}; exec sleep 1000"),
        ]);
        let above = || settled(&peer) as i64 - before as i64;
        let history = above();
        peer.run(&["clear-history", "-t", "b:long"]);
        let cleared = above();
        peer.run(&["kill-window", "-t", "b:long"]);
        let closed = above();
        println!(
            "{:10}{one:>10} KiB{files:>14} KiB{idle:>16.1} KiB{history:>22} KiB{cleared:>10} KiB{closed:>12} KiB",
            peer.name()
        );
    }
    println!(
        "of each further idle session of abide, about 2 KiB are pages that the store keeps: {} KiB of them at most, however many",
        abide::store::limits::CACHE_BYTES / 1024
    );
}

/// Lines of a long history.
const LINES: usize = 1_000_000;

/// Prints what a long history costs, and how long its oldest page takes to come back.
pub(crate) fn long_history(texts: &Texts) {
    heading("a long history", "1,000,000 lines in one pane; Pss of the server's processes");
    println!("{:10}{:>10}{:>14}{:>22}", "", "kind", "memory", "oldest page after");
    for (text, which) in texts.all.iter().flat_map(|text| both().into_iter().map(move |which| (text, which)))
    {
        let peer = Peer::start(which);
        peer.run(&["set-option", "-g", "history-limit", &(2 * LINES).to_string()]);
        let before = settled(&peer);
        let path = text.path.display();
        let print = format!("while :; do cat {path}; done | head -n {LINES}; echo all-said; exec sleep 1000");
        peer.run(&["new-window", "-t", "b", "-n", "long", &print]);
        let deadline = Instant::now() + Duration::from_secs(300);
        while !peer.run(&["capture-pane", "-p", "-t", "b:long"]).contains("all-said") {
            assert!(Instant::now() < deadline, "the text is not all there");
            std::thread::sleep(Duration::from_millis(100));
        }
        let memory = settled(&peer).saturating_sub(before);
        let lines: i64 =
            peer.run(&["display-message", "-p", "-t", "b:long", "#{history_size}"]).parse().unwrap_or(0);
        let (first, last) = (format!("-{lines}"), format!("-{}", lines - 24));
        let begun = Instant::now();
        peer.run(&["capture-pane", "-p", "-S", &first, "-E", &last, "-t", "b:long"]);
        let page = begun.elapsed();
        println!("{:10}{:>10}{memory:>10} KiB{page:>22.1?}", peer.name(), text.kind);
    }
}
