//! Records programs on a pty of their own: `tests/recordings/record` prepares their files and starts this.

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use abide_tests::pty::{Got, Pty};
use abide_tests::recording::{BYTES_MAX, Recording, table};
use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// A program that has written nothing for so long waits for a key.
const QUIET: Duration = Duration::from_millis(700);
/// One that never is quiet (it shows a clock) gets its key all the same.
const STEP_MAX: Duration = Duration::from_secs(4);
/// Programs that only print.
const PRINTING_MAX: Duration = Duration::from_secs(60);

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let (folder, names) = words.split_first().expect("a folder");
    for recording in table(Path::new(folder)) {
        if names.is_empty() || names.contains(&recording.name) {
            let bytes = record(&recording);
            println!("{}: {} bytes", recording.name, bytes.len());
            assert!(bytes.len() <= BYTES_MAX, "{} is too long to keep", recording.name);
            std::fs::write(recording.path(Path::new(folder)), bytes).expect("write");
        }
    }
}

fn record(recording: &Recording) -> Vec<u8> {
    let mut command = Command::new("sh");
    command.args(["-c", &recording.command]).envs([
        ("TERM", "xterm-256color"),
        ("COLORTERM", "truecolor"),
        ("LANG", "C.UTF-8"),
        ("HOME", "/tmp/play/home"),
        ("SHELL", "/bin/sh"),
        ("PS1", "$ "),
    ]);
    for name in ["PATH", "CARGO_HOME", "RUSTUP_HOME"] {
        if let Ok(value) = std::env::var(name) {
            command.env(name, value);
        }
    }
    if let (Err(_), Ok(home)) = (std::env::var("RUSTUP_HOME"), std::env::var("HOME")) {
        command.env("RUSTUP_HOME", format!("{home}/.rustup"));
    }
    let size = Size::new(recording.size.cols, recording.size.rows);
    let pty = Pty::start(&command, size);
    let mut taken = Taken { pty, screen: Screen::new(size, 0), bytes: Vec::new() };
    taken.until_quiet(
        if recording.keys.is_empty() { PRINTING_MAX } else { STEP_MAX },
        recording.keys.is_empty(),
    );
    for keys in &recording.keys {
        taken.pty.write(keys);
        if !taken.until_quiet(STEP_MAX, false) {
            break;
        }
    }
    taken.bytes
}

struct Taken {
    pty: Pty,
    /// Answers what the program asks.
    screen: Screen,
    bytes: Vec<u8>,
}

impl Taken {
    /// False when the program has ended.
    fn until_quiet(&mut self, within: Duration, to_its_end: bool) -> bool {
        let deadline = Instant::now() + within;
        let mut buffer = [0; 65536];
        while Instant::now() < deadline {
            match self.pty.read(&mut buffer, QUIET) {
                Got::Bytes(n) => {
                    self.bytes.extend_from_slice(&buffer[..n]);
                    self.screen.feed(&buffer[..n]);
                    self.pty.write(&self.screen.outcome().replies);
                }
                Got::Nothing if to_its_end => {}
                Got::Nothing => return true,
                Got::End => return false,
            }
        }
        true
    }
}
