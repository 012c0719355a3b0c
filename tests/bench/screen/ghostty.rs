//! libghostty-vt, when Python has the wheel `pyghostty`: a process of its own that is told what to measure.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

pub(crate) struct Ghostty {
    child: Child,
    ask: ChildStdin,
    answer: BufReader<ChildStdout>,
}

impl Ghostty {
    /// None, and said so, where Python has no such wheel.
    pub(crate) fn start() -> Option<Ghostty> {
        let found = Command::new("python3").args(["-c", "import pyghostty"]).stderr(Stdio::null()).status();
        if !found.is_ok_and(|status| status.success()) {
            println!(
                "!! libghostty-vt is NOT measured: python3 has no module pyghostty (pip install pyghostty)"
            );
            return None;
        }
        let mut command = Command::new("python3");
        command.args(["-c", include_str!("ghostty.py")]).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().expect("python3");
        let ask = child.stdin.take().expect("its input");
        let answer = BufReader::new(child.stdout.take().expect("its output"));
        Some(Ghostty { child, ask, answer })
    }

    /// Nanoseconds on a processor for the bytes of a file.
    pub(crate) fn speed(&mut self, path: &Path, lines: usize) -> f64 {
        self.asked("speed", path, lines)
    }

    /// Bytes of memory that it has more after the bytes of a file.
    pub(crate) fn held(&mut self, path: &Path, lines: usize) -> f64 {
        self.asked("held", path, lines)
    }

    fn asked(&mut self, what: &str, path: &Path, lines: usize) -> f64 {
        writeln!(self.ask, "{what}\t{}\t{lines}", path.display()).expect("a question");
        let mut line = String::new();
        self.answer.read_line(&mut line).expect("an answer");
        line.trim().parse().unwrap_or_else(|_| panic!("libghostty-vt's process ended at {what}"))
    }
}

impl Drop for Ghostty {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
