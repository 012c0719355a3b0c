//! Our own small logger behind the `log` crate: lines to a file that is rotated, and to standard error in
//! the foreground; and what a panic leaves behind.

use abide_core::formats::{Clock, strftime};
use log::{Level, LevelFilter, Log, Metadata, Record};
use std::fmt::Write as _;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, OnceLock, PoisonError};

/// Bytes of one log file; there are two, the current and the one before.
const FILE_BYTES_MAX: u64 = 1024 * 1024;
/// Bytes of one line: a peer's words are cut here.
const LINE_BYTES_MAX: usize = 8 * 1024;
/// Bytes of a backtrace.
const BACKTRACE_BYTES_MAX: usize = 32 * 1024;

/// Where lines go.
struct Sink {
    path: PathBuf,
    file: Option<File>,
    written: u64,
    foreground: bool,
}

struct Logger {
    sink: Mutex<Sink>,
}

static LOGGER: OnceLock<Logger> = OnceLock::new();

/// Sets the process's logger and its panic hook. `kind` (`server`, `keeper`) stands in each line.
///
/// A log that can't be opened is no reason not to run: the reason goes to standard error.
pub fn start(kind: &'static str, path: &Path, verbose: u8, foreground: bool) {
    let mut sink = Sink { path: path.to_path_buf(), file: None, written: 0, foreground };
    sink.open();
    let logger = LOGGER.get_or_init(|| Logger { sink: Mutex::new(sink) });
    let level = match verbose {
        0 => LevelFilter::Info,
        1 => LevelFilter::Debug,
        _ => LevelFilter::Trace,
    };
    if log::set_logger(logger).is_ok() {
        log::set_max_level(level);
    }
    std::panic::set_hook(Box::new(move |facts| report_panic(kind, facts)));
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // Of others' crates only what is wrong.
        metadata.target().starts_with("abide") || metadata.level() <= Level::Warn
    }

    fn log(&self, record: &Record<'_>) {
        if self.enabled(record.metadata()) {
            let line = line(now_utc(), record.level(), record.target(), &record.args().to_string());
            self.sink.lock().unwrap_or_else(PoisonError::into_inner).put(&line);
        }
    }

    fn flush(&self) {}
}

impl Sink {
    fn open(&mut self) {
        match OpenOptions::new().create(true).append(true).mode(0o600).open(&self.path) {
            Ok(file) => {
                self.written = file.metadata().map_or(0, |m| m.len());
                self.file = Some(file);
            }
            Err(fault) => {
                self.file = None;
                eprintln!("abide: log `{}`: {fault}", crate::places::escaped(self.path.as_os_str()));
            }
        }
    }

    fn put(&mut self, line: &str) {
        if self.foreground {
            let _ = std::io::stderr().write_all(line.as_bytes());
        }
        if self.written + line.len() as u64 > FILE_BYTES_MAX && self.file.is_some() {
            let mut older = self.path.clone().into_os_string();
            older.push(".1");
            // Two processes of one kind can meet here for a moment: then one more file is cut short.
            let _ = std::fs::rename(&self.path, older);
            self.open();
        }
        if let Some(file) = &mut self.file
            && file.write_all(line.as_bytes()).is_ok()
        {
            self.written += line.len() as u64;
        }
    }
}

/// One line: time, level, process, place, text with its control characters escaped.
fn line((seconds, micros): (i64, u32), level: Level, target: &str, text: &str) -> String {
    let time = strftime("%Y-%m-%dT%H:%M:%S", Clock { wall_seconds: seconds, zone_seconds: 0 });
    let mut line = format!("{time}.{micros:06}Z {level:<5} {} {target}: ", std::process::id());
    let shown = cut(text, LINE_BYTES_MAX);
    push_escaped(&mut line, shown, false);
    if shown.len() < text.len() {
        let _ = write!(line, "… ({} bytes more)", text.len() - shown.len());
    }
    line.push('\n');
    line
}

/// The beginning of a text, at most so many bytes, between characters.
fn cut(text: &str, bytes_max: usize) -> &str {
    let end = (0..=bytes_max.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    text.get(..end).unwrap_or_default()
}

/// Appends text, control characters escaped; line ends are kept, and indented, where `lines` says so.
fn push_escaped(line: &mut String, text: &str, lines: bool) {
    for c in text.chars() {
        match c {
            '\n' if lines => line.push_str("\n    "),
            c if c.is_control() => line.extend(c.escape_default()),
            c => line.push(c),
        }
    }
}

fn now_utc() -> (i64, u32) {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap_or_default();
    (since.as_secs().cast_signed(), since.subsec_micros())
}

/// The last words of a panic: one line to standard error, where the keeper listens, and the backtrace
/// to the log.
fn report_panic(kind: &str, facts: &std::panic::PanicHookInfo<'_>) {
    let payload = facts.payload();
    let what = payload
        .downcast_ref::<&str>()
        .map(|s| (*s).to_owned())
        .or_else(|| payload.downcast_ref::<String>().cloned())
        .unwrap_or_else(|| "a panic without words".to_owned());
    let place = facts.location().map(ToString::to_string).unwrap_or_default();
    let mut words = String::new();
    push_escaped(&mut words, &format!("{what} at {place}"), false);
    let _ = writeln!(std::io::stderr(), "{kind}: {words}");
    let trace = std::backtrace::Backtrace::force_capture().to_string();
    let mut text = format!("{kind} crashed: {words}\n    ");
    push_escaped(&mut text, cut(&trace, BACKTRACE_BYTES_MAX), true);
    // Past the bound of a line and with its line ends: through the sink's own door.
    for piece in text.lines() {
        log::error!("{piece}");
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_never_reach_the_file() {
        let line = line((0, 5), Level::Warn, "abide::x", "a\x1b[2J\nb\u{9b}é");
        assert!(line.ends_with("abide::x: a\\u{1b}[2J\\nb\\u{9b}é\n"), "{line}");
    }

    #[test]
    fn a_long_line_is_cut() {
        let line = line((0, 0), Level::Info, "abide", &"é".repeat(LINE_BYTES_MAX));
        assert!(line.len() < LINE_BYTES_MAX + 200);
        assert!(line.ends_with("bytes more)\n"));
    }

    #[test]
    fn files_are_rotated_and_stay_within_two_bounds() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("server.log");
        let mut sink = Sink { path: path.clone(), file: None, written: 0, foreground: false };
        sink.open();
        let line = "x".repeat(4095) + "\n";
        for _ in 0..1000 {
            sink.put(&line);
        }
        let size = |p: &Path| p.metadata().map_or(0, |m| m.len());
        assert!(size(&path) > 0 && size(&path) <= FILE_BYTES_MAX);
        let older = size(&folder.path().join("server.log.1"));
        assert!(older > FILE_BYTES_MAX / 2 && older <= FILE_BYTES_MAX);
        assert_eq!(std::fs::read_dir(folder.path()).expect("its list").count(), 2);
    }
}
