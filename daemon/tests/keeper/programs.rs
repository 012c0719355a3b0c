//! Programs for panes.

use std::io::{BufRead, Read, Write};
use std::process::ExitCode;
use std::sync::atomic::{AtomicBool, Ordering};

pub(crate) fn run(name: &str, arguments: &[&str]) -> ExitCode {
    match (name, arguments) {
        ("numbers", [faults]) => numbers(faults),
        ("confess", _) => confess(),
        _ => ExitCode::from(99),
    }
}

/// The terminal neither echoes nor edits.
fn raw() {
    let stdin = std::io::stdin();
    let mut modes = rustix::termios::tcgetattr(&stdin).expect("a terminal");
    modes.make_raw();
    rustix::termios::tcsetattr(&stdin, rustix::termios::OptionalActions::Now, &modes).expect("raw");
}

/// Writes numbered lines as fast as it can, until it reads `end`; what it reads before must be the numbers
/// from 1 on, one a line. Its last line tells how many of each there were.
fn numbers(faults: &str) -> ExitCode {
    raw();
    static END: AtomicBool = AtomicBool::new(false);
    let faults = faults.to_owned();
    let reader = std::thread::spawn(move || {
        let mut expected = 1_u64;
        for line in std::io::stdin().lock().lines() {
            let line = line.unwrap_or_else(|e| e.to_string());
            if line == "end" {
                END.store(true, Ordering::Relaxed);
                break;
            }
            if line != expected.to_string() {
                let text = format!("input: read {line:?}, expected {expected}\n");
                let file = std::fs::OpenOptions::new().create(true).append(true).open(&faults);
                let _ = file.and_then(|mut f| f.write_all(text.as_bytes()));
                expected = line.parse().unwrap_or(expected);
            }
            expected += 1;
        }
        expected - 1
    });
    let mut out = std::io::stdout().lock();
    let mut line = 0_u64;
    while !END.load(Ordering::Relaxed) {
        line += 1;
        // Bursts of several sizes, a pause now and then.
        let _ = writeln!(out, "{line} {}", "x".repeat(usize::try_from(line * 7 % 61).unwrap_or(0)));
        if line.is_multiple_of(20_000) {
            std::thread::sleep(std::time::Duration::from_millis(1));
        }
    }
    let read = reader.join().unwrap_or(0);
    let _ = writeln!(out, "end {line} {read}");
    let _ = out.flush();
    ExitCode::SUCCESS
}

/// Tells all that it inherited.
fn confess() -> ExitCode {
    raw();
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    for line in status.lines().filter(|l| ["SigIgn:", "SigBlk:", "Umask:"].iter().any(|n| l.starts_with(n))) {
        println!("{line}");
    }
    let mut numbers: Vec<u32> = std::fs::read_dir("/proc/self/fd")
        .expect("descriptors")
        .filter_map(|entry| {
            let entry = entry.ok()?;
            let target = std::fs::read_link(entry.path()).ok()?;
            // The folder that is being read is open too.
            let own = target.to_string_lossy().ends_with("/fd");
            (!own).then(|| entry.file_name().to_string_lossy().parse().ok()).flatten()
        })
        .collect();
    numbers.sort_unstable();
    println!("descriptors {numbers:?}");
    let environment = std::fs::read("/proc/self/environ").unwrap_or_default();
    println!("environment {:?}", String::from_utf8_lossy(&environment));
    println!("folder {}", std::env::current_dir().unwrap_or_default().display());
    let pid = rustix::process::getpid();
    let session = rustix::process::getsid(None).ok();
    let group = rustix::process::getpgrp();
    let foreground = rustix::termios::tcgetpgrp(std::io::stdin()).ok();
    println!("leads {}", session == Some(pid) && group == pid && foreground == Some(pid));
    let size = rustix::termios::tcgetwinsize(std::io::stdout()).expect("a size");
    println!("size {}x{}", size.ws_col, size.ws_row);
    println!("nice {}", rustix::process::getpriority_process(None).unwrap_or(99));
    let limit = rustix::process::getrlimit(rustix::process::Resource::Nofile).current;
    println!("files {}", limit.unwrap_or(0));
    println!("arguments {:?}", std::env::args().skip(2).collect::<Vec<_>>());
    println!("done");
    let _ = std::io::stdout().flush();
    let _ = std::io::stdin().read(&mut [0; 1]);
    ExitCode::from(42)
}
