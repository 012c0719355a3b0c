//! The gateway's log: lines to a file under the state folder, which is renamed when it is full, and to
//! standard error. Control characters are escaped, so that nothing a browser sends can forge a line or
//! reach the terminal of whoever reads it.

use crate::limits::{LOG_FILE_BYTES_MAX, LOG_FILES_OLD_MAX, LOG_LINE_BYTES_MAX};
use crate::places;
use log::{LevelFilter, Log, Metadata, Record};
use std::fs::{File, OpenOptions};
use std::io::{self, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::time::{SystemTime, UNIX_EPOCH};

struct Logger {
    file: Option<Mutex<Rotated>>,
}

struct Rotated {
    path: PathBuf,
    file: File,
    bytes: u64,
}

/// Starts logging. Without a state folder, or with a full disk, lines go to standard error alone.
pub fn start(level: LevelFilter) {
    let file = match open() {
        Ok(file) => Some(Mutex::new(file)),
        Err(e) => {
            eprintln!("abide-web: no log file: {}", escape(&e.to_string()));
            None
        }
    };
    if log::set_boxed_logger(Box::new(Logger { file })).is_ok() {
        log::set_max_level(level);
    }
}

fn open() -> io::Result<Rotated> {
    let folder = places::state_folder()?;
    places::make_private(&folder)?;
    Rotated::open(&folder.join("web.log"))
}

impl Log for Logger {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        // What the libraries beneath have to say is of use only with -vv.
        metadata.target().starts_with("abide") || log::max_level() == LevelFilter::Trace
    }

    fn log(&self, record: &Record<'_>) {
        if !self.enabled(record.metadata()) {
            return;
        }
        let mut text = escape(&record.args().to_string());
        if text.len() > LOG_LINE_BYTES_MAX {
            let end = (0..=LOG_LINE_BYTES_MAX).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0);
            text.truncate(end);
        }
        let seconds = SystemTime::now().duration_since(UNIX_EPOCH).map_or(0, |d| d.as_secs());
        let line = format!("{} {:5} {text}\n", utc(seconds), record.level());
        // Nobody is left to tell when this fails.
        let _ = io::stderr().write_all(line.as_bytes());
        if let Some(file) = &self.file
            && let Ok(mut file) = file.lock()
        {
            let _ = file.write(line.as_bytes());
        }
    }

    fn flush(&self) {}
}

impl Rotated {
    fn open(path: &Path) -> io::Result<Rotated> {
        let file = OpenOptions::new().create(true).append(true).mode(0o600).open(path)?;
        let bytes = file.metadata()?.len();
        Ok(Rotated { path: path.to_owned(), file, bytes })
    }

    fn write(&mut self, line: &[u8]) -> io::Result<()> {
        if self.bytes + line.len() as u64 > LOG_FILE_BYTES_MAX {
            let old = |n: u32| self.path.with_extension(format!("log.{n}"));
            for n in (1..LOG_FILES_OLD_MAX).rev() {
                let _ = std::fs::rename(old(n), old(n + 1));
            }
            std::fs::rename(&self.path, old(1))?;
            *self = Rotated::open(&self.path)?;
        }
        self.file.write_all(line)?;
        self.bytes += line.len() as u64;
        Ok(())
    }
}

/// The text with control characters, and the marks that turn the direction of writing, as escapes.
#[must_use]
pub fn escape(text: &str) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, c| {
        let turns = matches!(c, '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if c.is_control() || turns || matches!(c, '\u{2028}' | '\u{2029}') {
            out.extend(c.escape_unicode());
        } else {
            out.push(c);
        }
        out
    })
}

/// `2026-11-24T11:36:23Z`
fn utc(seconds: u64) -> String {
    let (days, time) = (seconds / 86400, seconds % 86400);
    // Years begin in March here, so that the leap day comes last; 719,468 days before 1970 is year 0.
    let day = days + 719_468;
    let (era, of_era) = (day / 146_097, day % 146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let from_march = (5 * of_year + 2) / 153;
    let date = of_year - (153 * from_march + 2) / 5 + 1;
    let month = if from_march < 10 { from_march + 3 } else { from_march - 9 };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second) = (time / 3600, time / 60 % 60, time % 60);
    format!("{year:04}-{month:02}-{date:02}T{hour:02}:{minute:02}:{second:02}Z")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates() {
        for (seconds, text) in [
            (0, "1970-01-01T00:00:00Z"),
            (951_782_399, "2000-02-28T23:59:59Z"),
            (951_782_400, "2000-02-29T00:00:00Z"),
            (1_795_520_183, "2026-11-24T11:36:23Z"),
            (4_107_542_400, "2100-03-01T00:00:00Z"),
        ] {
            assert_eq!(utc(seconds), text);
        }
    }

    #[test]
    fn nothing_forges_a_line() {
        assert_eq!(escape("a\x1b[2J\nb\u{202e}c\u{9b}é"), "a\\u{1b}[2J\\u{a}b\\u{202e}c\\u{9b}é");
    }

    #[test]
    fn full_files_are_renamed_and_bounded() {
        let folder = tempfile::tempdir().expect("folder");
        let path = folder.path().join("web.log");
        let mut file = Rotated::open(&path).expect("open");
        let line = vec![b'x'; LOG_FILE_BYTES_MAX as usize / 2];
        for _ in 0..20 {
            file.write(&line).expect("write");
        }
        let mut names: Vec<_> = std::fs::read_dir(folder.path())
            .expect("folder")
            .map(|e| e.expect("entry").file_name().to_string_lossy().into_owned())
            .collect();
        names.sort();
        assert_eq!(names, ["web.log", "web.log.1", "web.log.2", "web.log.3"]);
    }
}
