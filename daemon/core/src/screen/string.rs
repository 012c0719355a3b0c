//! Strings: OSC (titles, directory, links, colours, clipboard) and DCS (settings asked for).

use super::pen::Pen;
use super::terminal::Terminal;
use crate::base::limits::{COMMAND_LINE_BYTES_MAX, CWD_BYTES_MAX, LINK_BYTES_MAX, TITLE_BYTES_MAX};

impl Terminal {
    pub(crate) fn device_control(&mut self, data: &[u8]) {
        if let Some(what) = data.strip_prefix(b"$q") {
            self.setting_report(what);
        } else if let Some(names) = data.strip_prefix(b"+q") {
            self.capability_report(names);
        }
    }

    pub(crate) fn system_command(&mut self, data: &[u8], bell: bool) {
        let (number, rest) = match data.iter().position(|b| *b == b';') {
            Some(at) => (&data[..at], &data[at + 1..]),
            None => (data, &[][..]),
        };
        let Some(number) = std::str::from_utf8(number).ok().and_then(|n| n.parse::<u16>().ok()) else {
            return;
        };
        match number {
            0 | 2 => self.set_title(sanitized(rest, TITLE_BYTES_MAX)),
            4 | 5 => self.indexed_colors(number, rest, bell),
            7 => self.directory(rest),
            8 => self.hyperlink(rest),
            9 => self.notice_or_progress(rest),
            10..=19 => self.dynamic_colors(number, rest, bell),
            22 => self.pointer(rest),
            52 => self.clipboard(rest),
            99 => self.notice_part(rest),
            104 | 105 => self.reset_indexed_colors(number, rest),
            110..=119 => self.reset_dynamic_color(number),
            133 | 633 => self.prompt_mark(number, rest),
            777 => self.titled_notice(rest),
            1337 => self.iterm_command(rest),
            // 1 (icon) and the rest: read, not used.
            _ => {}
        }
    }

    /// OSC 7: `file://host/path`, percent-encoded.
    fn directory(&mut self, data: &[u8]) {
        let Some(place) = data.strip_prefix(b"file://") else { return };
        let Some(start) = place.iter().position(|b| *b == b'/') else { return };
        self.set_directory(&percent_decoded(&place[start..]));
    }

    pub(crate) fn set_directory(&mut self, path: &[u8]) {
        if path.len() > CWD_BYTES_MAX {
            return;
        }
        let path = String::from_utf8_lossy(path);
        if !path.chars().any(char::is_control) && path != self.cwd {
            self.cwd = path.into_owned();
            self.outcome.cwd_changed = true;
        }
    }

    /// OSC 133 and 633: `A` a prompt begins, `B` it has ended and is typed at, `C` a command runs, `D` it has ended.
    /// The command line comes as `C;cmdline_url=` (fish, kitty), percent-encoded, or as `E` (VS Code), with escapes.
    fn prompt_mark(&mut self, number: u16, data: &[u8]) {
        let mut parts = data.split(|b| *b == b';');
        let mark = parts.next().unwrap_or_default();
        let line = match mark {
            b"A" | b"B" | b"D" => Some(Vec::new()),
            b"C" => parts.find_map(|part| part.strip_prefix(b"cmdline_url=")).map(percent_decoded),
            b"E" if number == 633 => parts.next().map(unescaped),
            _ => return,
        };
        self.outcome.prompts = Some(mark == b"B");
        let Some(line) = line else { return };
        // One with line ends or other control characters is not to be typed by anybody.
        let fits =
            |line: &String| line.len() <= COMMAND_LINE_BYTES_MAX && !line.chars().any(char::is_control);
        self.outcome.command_line = Some(String::from_utf8(line).ok().filter(fits).unwrap_or_default());
    }

    /// OSC 8: `parameters ; target`; an empty target ends the link. Others than of these schemes are not
    /// links to a viewer.
    fn hyperlink(&mut self, data: &[u8]) {
        const SCHEMES: [&str; 4] = ["http://", "https://", "mailto:", "file://"];
        let mut target = data.splitn(2, |b| *b == b';').nth(1).unwrap_or_default();
        if target.len() > LINK_BYTES_MAX {
            target = &[];
        }
        let target = std::str::from_utf8(target).unwrap_or_default();
        let is_link = SCHEMES
            .iter()
            .any(|scheme| target.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme)))
            && !target.chars().any(char::is_control);
        if !is_link {
            self.set_pen(Pen { link: 0, ..self.pen });
        } else if self.pen.link == 0 || self.link != target {
            self.link_last = self.link_last.wrapping_add(1).max(1);
            self.link.clear();
            self.link.push_str(target);
            self.set_pen(Pen { link: self.link_last, ..self.pen });
        }
    }

    /// OSC 22: no shape of the mouse pointer is there, as whoever asks (`?name,name`) is told.
    fn pointer(&mut self, data: &[u8]) {
        if let Some(names) = data.strip_prefix(b"?") {
            self.pointer_report(names.split(|b| *b == b',').count());
        }
    }

    /// OSC 52: `selection ; base64`. A question (`?`) has no answer: what a viewer's clipboard holds is not
    /// for programs to read.
    fn clipboard(&mut self, data: &[u8]) {
        let encoded = data.splitn(2, |b| *b == b';').nth(1).unwrap_or_default();
        if encoded == b"?" {
            return;
        }
        if let Some(text) = base64_decoded(encoded) {
            self.outcome.clipboard = Some(text);
        }
    }
}

/// The parts between semicolons that are text.
pub(crate) fn texts(data: &[u8]) -> impl Iterator<Item = &str> {
    data.split(|b| *b == b';').map(|part| std::str::from_utf8(part).unwrap_or_default())
}

/// Text without control characters, cut to fit.
pub(crate) fn sanitized(data: &[u8], bytes_max: usize) -> String {
    let mut text: String = String::from_utf8_lossy(data).chars().filter(|c| !c.is_control()).collect();
    if text.len() > bytes_max {
        let mut end = bytes_max;
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        text.truncate(end);
    }
    text
}

fn percent_decoded(data: &[u8]) -> Vec<u8> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&b) = data.get(at) {
        match (b, digit(data.get(at + 1)), digit(data.get(at + 2))) {
            (b'%', Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 3;
            }
            _ => {
                out.push(b);
                at += 1;
            }
        }
    }
    out
}

/// Backslash and two hexadecimal digits after `\x` are a byte, a doubled backslash is one.
fn unescaped(data: &[u8]) -> Vec<u8> {
    let digit = |b: Option<&u8>| b.and_then(|b| char::from(*b).to_digit(16));
    let mut out = Vec::with_capacity(data.len());
    let mut at = 0;
    while let Some(&b) = data.get(at) {
        let next = data.get(at + 1);
        match (b, next, digit(data.get(at + 2)), digit(data.get(at + 3))) {
            (b'\\', Some(b'\\'), _, _) => {
                out.push(b'\\');
                at += 2;
            }
            (b'\\', Some(b'x'), Some(high), Some(low)) => {
                out.push((high * 16 + low) as u8);
                at += 4;
            }
            _ => {
                out.push(b);
                at += 1;
            }
        }
    }
    out
}

/// The six bits that a digit of base64 stands for.
#[inline]
pub(crate) fn base64_digit(b: u8) -> Option<u8> {
    Some(match b {
        b'A'..=b'Z' => b - b'A',
        b'a'..=b'z' => b - b'a' + 26,
        b'0'..=b'9' => b - b'0' + 52,
        b'+' => 62,
        b'/' => 63,
        _ => return None,
    })
}

/// None for what is not base64; padding may be missing.
pub(crate) fn base64_decoded(data: &[u8]) -> Option<Vec<u8>> {
    let end = data.iter().rposition(|b| *b != b'=').map_or(0, |last| last + 1);
    if data.len() - end > 2 || end % 4 == 1 {
        return None;
    }
    let mut out = Vec::with_capacity(end / 4 * 3 + 2);
    let (mut bits, mut count) = (0u32, 0);
    for b in &data[..end] {
        bits = bits << 6 | u32::from(base64_digit(*b)?);
        count += 6;
        if count >= 8 {
            count -= 8;
            out.push((bits >> count) as u8);
        }
    }
    Some(out)
}
