//! What it costs that sessions are stored while they change: to a key's echo, and in bytes on the disk.

use super::echo::{echo_program, keys, row, settle};
use super::figures::heading;
use super::peer::{Peer, Which};
use std::time::{Duration, Instant};

/// Panes that change a little, ten times a second, beside the one that is typed into.
const BESIDE: usize = 20;
/// Sessions that change so when bytes are counted.
const BUSY: usize = 100;
/// Longer than the pause between the store's rounds, many times.
const COUNTED: Duration = Duration::from_secs(20);
const BUSY_PROGRAM: &str =
    "n=0; while :; do n=$((n+1)); echo \"$n: a line of output as a build prints it\"; sleep 0.1; done";

/// Bytes that the server's processes had the kernel send to storage, and bytes that they wrote to files of any kind.
fn written(peer: &Peer) -> (u64, u64) {
    let field = |io: &str, name: &str| -> u64 {
        io.lines().find_map(|l| l.strip_prefix(name)?.trim().parse().ok()).unwrap_or(0)
    };
    peer.pids().into_iter().fold((0, 0), |(disk, calls), pid| {
        let io = std::fs::read_to_string(format!("/proc/{pid}/io")).unwrap_or_default();
        (disk + field(&io, "write_bytes:"), calls + field(&io, "wchar:"))
    })
}

/// Bytes that the busy programs have printed: what stands in their last lines says how many lines.
fn printed(peer: &Peer) -> u64 {
    let lines = peer.run(&["list-panes", "-a", "-F", "#{history_size} #{cursor_y}"]);
    let count = |line: &str| line.split(' ').filter_map(|n| n.parse::<u64>().ok()).sum::<u64>();
    lines.lines().map(count).sum::<u64>() * 44
}

/// Prints both tables.
pub(crate) fn measure() {
    heading("key to echo", &format!("beside {BESIDE} panes that change ten times a second"));
    println!("{:10}{:>12}{:>12}{:>12}{:>12}", "", "p50", "p95", "p99", "max");
    for (name, restore) in [("stored", "on"), ("not stored", "off")] {
        let peer = Peer::start(Which::Abide);
        peer.run(&["set-option", "-g", "restore", restore]);
        for n in 0..BESIDE {
            peer.run(&[
                "new-session",
                "-d",
                "-s",
                &format!("beside{n}"),
                "-x",
                "80",
                "-y",
                "24",
                BUSY_PROGRAM,
            ]);
        }
        peer.run(&["new-window", "-t", "b", &echo_program()]);
        let pty = peer.attach();
        settle(&pty);
        row(name, keys(&pty));
    }

    heading("store", &format!("{BUSY} sessions that print ten lines a second, over {} s", COUNTED.as_secs()));
    let peer = Peer::start(Which::Abide);
    for n in 0..BUSY {
        peer.run(&["new-session", "-d", "-s", &format!("busy{n}"), "-x", "80", "-y", "24", BUSY_PROGRAM]);
    }
    std::thread::sleep(Duration::from_secs(2));
    let (began, before, text_before) = (Instant::now(), written(&peer), printed(&peer));
    std::thread::sleep(COUNTED);
    let (took, after, text_after) = (began.elapsed().as_secs_f64(), written(&peer), printed(&peer));
    let mib = |bytes: u64| bytes as f64 / took / (1024.0 * 1024.0);
    let text = text_after.saturating_sub(text_before).max(1);
    println!("printed by programs {:>9.3} MiB/s", mib(text));
    println!("written to files    {:>9.3} MiB/s", mib(after.1 - before.1));
    println!(
        "sent to storage     {:>9.3} MiB/s, {:.1} times what was printed",
        mib(after.0 - before.0),
        (after.0 - before.0) as f64 / text as f64
    );
    println!("durability          {:?}", peer.run(&["display-message", "-p", "#{durability}"]));
}
