//! Programs put into a folder, to be run from there.
//!
//! Another process writes them: a descriptor of our own, open for writing, is for a moment also in every child that other
//! tests start meanwhile, and what somebody has open for writing can't be run ("text file busy").

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

/// A copy of a program, as a package manager puts it: under another name first, then in place of what is there, which may
/// run on.
///
/// # Panics
/// When there is no room, or no such program.
pub fn install(from: &Path, to: &Path) {
    put(from, Stdio::null(), to);
}

/// A script that can be run.
///
/// # Panics
/// As [`install`].
pub fn script(text: &str, to: &Path) {
    let (from, mut end) = std::io::pipe().expect("a pipe");
    end.write_all(text.as_bytes()).expect("less than a pipe holds");
    drop(end);
    put(Path::new("/dev/stdin"), from.into(), to);
}

fn put(from: &Path, input: Stdio, to: &Path) {
    let aside = to.with_extension("new");
    let mut command = Command::new("install");
    let status = command.args(["-m", "755", "--"]).arg(from).arg(&aside).stdin(input).status();
    assert!(status.expect("install(1)").success(), "{} can't be put to {}", from.display(), to.display());
    std::fs::rename(&aside, to).expect("in place");
}
