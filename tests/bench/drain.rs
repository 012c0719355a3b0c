//! How fast a program can print: through the bare pty, through us, through tmux; detached and attached.

use super::figures::{heading, median, on_processor};
use super::peer::{Peer, Which, both, size};
use super::text::{BYTES, Text, Texts};
use abide_tests::pty::{Got, Pty};
use std::process::Command;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Rounds, each with every contestant in turn.
const ROUNDS: usize = 5;
const LONG: Duration = Duration::from_secs(120);

/// Waits for the trigger, prints the file, says when `cat` has ended.
fn script(folder: &std::path::Path, text: &Text) -> String {
    let (go, done) = (folder.join("go"), folder.join("done"));
    for fifo in [&go, &done] {
        let _ = std::fs::remove_file(fifo);
        assert!(Command::new("mkfifo").arg(fifo).status().is_ok_and(|s| s.success()), "mkfifo");
    }
    format!("read x < {}; cat {}; echo x > {}", go.display(), text.path.display(), done.display())
}

/// Lets the script go and times it to its last byte taken.
fn time(folder: &std::path::Path) -> Duration {
    let (go, done) = (folder.join("go"), folder.join("done"));
    let started = Instant::now();
    std::fs::write(go, "x\n").expect("trigger");
    std::fs::read(done).expect("the end");
    started.elapsed()
}

/// Reads a pty and throws it away until told to stop.
pub(super) fn discard(pty: Pty, stop: Arc<AtomicBool>, bytes: Arc<AtomicU64>) -> std::thread::JoinHandle<()> {
    std::thread::spawn(move || {
        let mut buffer = vec![0; 65536];
        while !stop.load(Ordering::Relaxed) {
            match pty.read(&mut buffer, Duration::from_millis(20)) {
                Got::Bytes(n) => drop(bytes.fetch_add(n as u64, Ordering::Relaxed)),
                Got::Nothing => {}
                Got::End => break,
            }
        }
    })
}

fn bare(text: &Text) -> Duration {
    let folder = tempfile::tempdir().expect("a folder");
    let mut command = Command::new("sh");
    command.arg("-c").arg(script(folder.path(), text)).env("PATH", std::env::var("PATH").unwrap_or_default());
    let stop = Arc::new(AtomicBool::new(false));
    let reader = discard(Pty::start(&command, size()), stop.clone(), Arc::default());
    let took = time(folder.path());
    stop.store(true, Ordering::Relaxed);
    let _ = reader.join();
    took
}

fn through(which: Which, text: &Text, attached: bool) -> (Duration, u64) {
    drained(&Peer::start(which), text, attached)
}

fn drained(peer: &Peer, text: &Text, attached: bool) -> (Duration, u64) {
    peer.run(&["new-window", "-t", "b", &script(&peer.home(), text)]);
    let (stop, bytes) = (Arc::new(AtomicBool::new(false)), Arc::new(AtomicU64::new(0)));
    let reader = attached.then(|| discard(peer.attach(), stop.clone(), bytes.clone()));
    if attached {
        let deadline = Instant::now() + LONG;
        while bytes.load(Ordering::Relaxed) == 0 && Instant::now() < deadline {
            std::thread::yield_now();
        }
    }
    let took = time(&peer.home());
    stop.store(true, Ordering::Relaxed);
    if let Some(reader) = reader {
        let _ = reader.join();
    }
    (took, bytes.load(Ordering::Relaxed))
}

fn rate(took: Duration) -> f64 {
    BYTES as f64 / 1e6 / took.as_secs_f64()
}

fn table(texts: &Texts, attached: bool) {
    println!(
        "{:10}{:>14}{:>14}{:>14}{:>16}{:>14}",
        "", "bare pty", "abide", "tmux", "abide/bare", "abide/tmux"
    );
    for text in &texts.all {
        let (mut base, mut ours, mut theirs) = (vec![], vec![], vec![]);
        for _ in 0..ROUNDS {
            base.push(rate(bare(text)));
            for which in both() {
                let took = rate(through(which, text, attached).0);
                if which == Which::Abide { ours.push(took) } else { theirs.push(took) }
            }
        }
        let (base, ours) = (median(base), median(ours));
        let theirs = if theirs.is_empty() { f64::NAN } else { median(theirs) };
        println!(
            "{:10}{:>9.1} MB/s{:>9.1} MB/s{:>9.1} MB/s{:>16.2}{:>14.2}",
            text.kind,
            base,
            ours,
            theirs,
            ours / base,
            ours / theirs
        );
    }
}

/// Idle sessions beside the busy one.
const IDLE: usize = 400;

/// What many quiet sessions cost a busy one, and at all.
pub(crate) fn beside_idle_sessions(texts: &Texts) {
    heading(
        "beside idle sessions",
        &format!("drain of {} MiB, median of {ROUNDS} rounds; processor time of ten seconds", BYTES >> 20),
    );
    println!(
        "{:10}{:>12}{:>14}{:>14}{:>26}",
        "",
        "kind",
        "alone",
        &format!("beside {IDLE}"),
        "idle, all of the server"
    );
    for which in both() {
        let peer = Peer::start(which);
        let crowd = Peer::start(which);
        let list = crowd.home().join("sessions");
        let line = |n| format!("new-session -d -s idle{n} -x 80 -y 24 'exec sleep 100000'\n");
        std::fs::write(&list, (0..IDLE).map(line).collect::<String>()).expect("a list of sessions");
        crowd.run(&["source-file", &list.display().to_string()]);
        std::thread::sleep(Duration::from_secs(5));
        let before: f64 = on_processor(&crowd).iter().sum();
        std::thread::sleep(Duration::from_secs(10));
        let idle_ms = (on_processor(&crowd).iter().sum::<f64>() - before) / 1e6;
        for text in &texts.all {
            let (mut alone, mut beside) = (vec![], vec![]);
            for _ in 0..ROUNDS {
                alone.push(rate(drained(&peer, text, false).0));
                beside.push(rate(drained(&crowd, text, false).0));
            }
            let (alone, beside) = (median(alone), median(beside));
            println!(
                "{:10}{:>12}{alone:>9.1} MB/s{beside:>9.1} MB/s{idle_ms:>23.2} ms",
                peer.name(),
                text.kind
            );
        }
    }
}

/// Nobody looks.
pub(crate) fn detached(texts: &Texts) {
    heading("drain, detached", &format!("{} MiB a kind, median of {ROUNDS} rounds", BYTES >> 20));
    table(texts, false);
}

/// A fast terminal looks.
pub(crate) fn attached(texts: &Texts) {
    heading("drain, one client attached that reads all", &format!("median of {ROUNDS} rounds"));
    table(texts, true);
}
