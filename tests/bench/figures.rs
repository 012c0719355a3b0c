//! Numbers as rows of a table.

use super::peer::Peer;
use std::time::Duration;

/// Prints a heading and a line under it.
pub(crate) fn heading(what: &str, detail: &str) {
    println!("\n{what}: {detail}");
}

/// What machine this is.
pub(crate) fn machine() -> String {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").unwrap_or_default();
    let load = std::fs::read_to_string("/proc/loadavg").unwrap_or_default();
    let load = load.split(' ').next().unwrap_or("?").to_owned();
    format!("{cores} cores, Linux {}, load {load} at the start", kernel.trim())
}

/// The value at a share of the sorted list.
pub(crate) fn at<T: Copy + Ord>(values: &mut [T], share: f64) -> T {
    values.sort();
    values[((values.len() - 1) as f64 * share).round() as usize]
}

/// Middle value of a list.
pub(crate) fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}

/// Milliseconds with two digits.
pub(crate) fn ms(time: Duration) -> String {
    format!("{:.2} ms", time.as_secs_f64() * 1e3)
}

/// Nanoseconds that each of a server's processes was on a processor.
pub(crate) fn on_processor(peer: &Peer) -> Vec<f64> {
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
