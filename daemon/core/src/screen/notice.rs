//! Notices and progress: OSC 9 (iTerm2, ConEmu), 99 (kitty), 777 (urxvt), and what iTerm2 says by OSC 1337, variables
//! among it.

use super::string::{base64_decoded, sanitized, texts};
use super::terminal::Terminal;
use super::view::{Notice, Progress};
use crate::base::limits::{NOTICE_BYTES_MAX, VARIABLE_BYTES_MAX, VARIABLE_NAME_BYTES_MAX, VARIABLES_MAX};

impl Terminal {
    /// OSC 9: `4;state;percent` is progress; other numbers are ConEmu's, and not for us; all else is a notice.
    pub(crate) fn notice_or_progress(&mut self, data: &[u8]) {
        let mut parts = texts(data);
        let first = parts.next().unwrap_or_default();
        if first == "4" {
            let state = parts.next().and_then(|state| state.parse().ok()).unwrap_or(0u8);
            let percent = parts.next().and_then(|percent| percent.parse().ok()).unwrap_or(0u8);
            if state <= 4 && percent <= 100 {
                self.set_progress(state, percent);
            }
        } else if !first.bytes().all(|b| b.is_ascii_digit()) {
            self.give_notice(Notice { title: String::new(), body: sanitized(data, NOTICE_BYTES_MAX) });
        }
    }

    fn set_progress(&mut self, state: u8, percent: u8) {
        let progress = match state {
            0 => Progress::None,
            1 => Progress::Normal(percent),
            2 => Progress::Error(percent),
            3 => Progress::Unknown,
            _ => Progress::Paused(percent),
        };
        if progress != self.progress {
            self.progress = progress;
            self.outcome.progress_changed = true;
        }
    }

    /// OSC 777: `notify;title;body`.
    pub(crate) fn titled_notice(&mut self, data: &[u8]) {
        let mut parts = data.splitn(3, |b| *b == b';');
        if parts.next() == Some(b"notify") {
            let mut part = || sanitized(parts.next().unwrap_or_default(), NOTICE_BYTES_MAX);
            self.give_notice(Notice { title: part(), body: part() });
        }
    }

    /// OSC 99: `key=value:…;text`. `p` says what the text is (title, body; others are not for us), `e=1` that it is
    /// base64, `d=0` that more of the same notice follows.
    pub(crate) fn notice_part(&mut self, data: &[u8]) {
        let (about, text) = match data.iter().position(|b| *b == b';') {
            Some(at) => (&data[..at], &data[at + 1..]),
            None => (data, &[][..]),
        };
        let value = |key: &[u8]| {
            about.split(|b| *b == b':').find_map(|pair| pair.strip_prefix(key)?.strip_prefix(b"="))
        };
        let decoded = if value(b"e") == Some(b"1") { base64_decoded(text) } else { None };
        let text = sanitized(decoded.as_deref().unwrap_or(text), NOTICE_BYTES_MAX);
        let place = match value(b"p") {
            None | Some(b"title") => &mut self.notice.title,
            Some(b"body") => &mut self.notice.body,
            Some(_) => return,
        };
        if place.len() + text.len() <= NOTICE_BYTES_MAX {
            place.push_str(&text);
        }
        if value(b"d") != Some(b"0") {
            let notice = std::mem::take(&mut self.notice);
            self.give_notice(notice);
        }
    }

    fn give_notice(&mut self, notice: Notice) {
        if notice != Notice::default() {
            self.outcome.notice = Some(notice);
        }
    }

    /// OSC 1337: `CurrentDir=path`, `SetUserVar=name=base64`, `CursorShape=n`, `Copy=:base64`, `ClearScrollback`,
    /// `ReportCellSize`, and files to be shown.
    pub(crate) fn iterm_command(&mut self, data: &[u8]) {
        self.file_in_parts(data);
        let (name, value) = match data.iter().position(|b| *b == b'=') {
            Some(at) => (&data[..at], &data[at + 1..]),
            None => (data, &[][..]),
        };
        match name {
            b"CurrentDir" if value.starts_with(b"/") => self.set_directory(value),
            b"SetUserVar" => self.set_variable(value),
            b"CursorShape" => {
                // Block, bar, underline, as DECSCUSR's steady ones.
                self.cursor_style = match value {
                    b"0" => 2,
                    b"1" => 6,
                    b"2" => 4,
                    _ => return,
                };
            }
            b"Copy" => {
                if let Some(text) = value.strip_prefix(b":").and_then(base64_decoded) {
                    self.outcome.clipboard = Some(text);
                }
            }
            b"ClearScrollback" => {
                self.history.clear();
                self.changed = true;
            }
            b"ReportCellSize" if value.is_empty() => self.cell_size_report(),
            _ => {}
        }
    }

    /// A variable of the program's, for formats: `name=value`, the value in base64; one without a value is none.
    fn set_variable(&mut self, data: &[u8]) {
        let Some(at) = data.iter().position(|b| *b == b'=') else { return };
        let Some(value) = base64_decoded(&data[at + 1..]) else { return };
        let Some(name) = variable_name(&data[..at]) else { return };
        let value = sanitized(&value, VARIABLE_BYTES_MAX);
        let before = if value.is_empty() {
            self.variables.remove(name)
        } else if self.variables.len() < VARIABLES_MAX || self.variables.contains_key(name) {
            self.variables.insert(name.to_owned(), value.clone())
        } else {
            return;
        };
        self.outcome.variables_changed |= before.unwrap_or_default() != value;
    }
}

/// A name that a variable may have.
pub(crate) fn variable_name(name: &[u8]) -> Option<&str> {
    let is_name = |b: &u8| b.is_ascii_alphanumeric() || b"_-.".contains(b);
    let fits = (1..=VARIABLE_NAME_BYTES_MAX).contains(&name.len()) && name.iter().all(is_name);
    std::str::from_utf8(name).ok().filter(|_| fits)
}
