//! Replies to queries. They are a closed grammar: fixed text and numbers of ours. Nothing that a program
//! sent comes back as bytes, so that a file that is only looked at cannot type. (Numbers of modes and
//! colours asked about come back, as numbers. Titles are never told.)
//!
//! ```text
//! reply  = "ESC [" numbers ( "R" | "c" | "n" | "t" ) | "ESC [ ?" numbers ( "R" | "c" | "n" | "$y" )
//!        | "ESC [ >" numbers "c" | "ESC [" numbers "$y"
//!        | "ESC P" ( ">|abide " version | "!|00000000" | "0$r" | "1$r" setting | "0+r" | "1+r" hex "=" hex
//!            | number "!~" hex ) ST
//!        | "ESC ]" number ( ";" number )? ";rgb:" hhhh "/" hhhh "/" hhhh ( ST | BEL )
//! ```

use super::mode::{self, Mode};
use super::palette::Rgb;
use super::pen::Pen;
use super::terminal::Terminal;
use crate::base::limits::REPLY_BYTES_MAX;
use abide_protocol::message::{Color, attr};
use std::fmt::Write as _;

/// Pixels of a cell for those who ask: a server has no font, and a ratio of two to one is what most have.
const CELL_PIXELS: (usize, usize) = (8, 16);

impl Terminal {
    fn reply(&mut self, text: &str) {
        if self.outcome.replies.len() + text.len() <= REPLY_BYTES_MAX {
            self.outcome.replies.extend_from_slice(text.as_bytes());
        }
    }

    /// DA1: level 2 with ANSI colours and clipboard access.
    pub(crate) fn device_attributes(&mut self) {
        self.reply("\x1b[?62;22;52c");
    }

    /// DA2: as a VT220; from 277 on, Vim takes xterm to have SGR mouse reports.
    pub(crate) fn secondary_attributes(&mut self) {
        self.reply("\x1b[>1;277;0c");
    }

    pub(crate) fn tertiary_attributes(&mut self) {
        self.reply("\x1bP!|00000000\x1b\\");
    }

    /// XTVERSION.
    pub(crate) fn version_report(&mut self) {
        self.reply(concat!("\x1bP>|abide ", env!("CARGO_PKG_VERSION"), "\x1b\\"));
    }

    /// The cursor's row and column from 1, as CUP would address it.
    fn position(&self) -> (usize, usize) {
        let first = if self.modes.has(Mode::Origin) { self.top } else { 0 };
        (self.y.saturating_sub(first) + 1, self.x + 1)
    }

    /// DSR.
    pub(crate) fn status_report(&mut self, which: u16) {
        match which {
            5 => self.reply("\x1b[0n"),
            6 => {
                let (row, column) = self.position();
                self.reply(&format!("\x1b[{row};{column}R"));
            }
            _ => {}
        }
    }

    /// DSR in DEC's form: position with page, no printer, keys locked, keyboard, dark or light.
    pub(crate) fn private_status_report(&mut self, which: u16) {
        match which {
            6 => {
                let (row, column) = self.position();
                self.reply(&format!("\x1b[?{row};{column};1R"));
            }
            15 => self.reply("\x1b[?13n"),
            25 => self.reply("\x1b[?21n"),
            26 => self.reply("\x1b[?27;1;0;0n"),
            996 if self.palette.is_dark() => self.reply("\x1b[?997;1n"),
            996 => self.reply("\x1b[?997;2n"),
            _ => {}
        }
    }

    /// DECRQM: 0 unknown, 1 set, 2 reset, 3 always set.
    pub(crate) fn mode_report(&mut self, private: bool, number: u16) {
        let state = match mode::find(private, number) {
            None => 0,
            Some(spec) if spec.mode == Mode::Clusters => 3,
            Some(spec) => 2 - u8::from(self.modes.has(spec.mode)),
        };
        let mark = if private { "?" } else { "" };
        self.reply(&format!("\x1b[{mark}{number};{state}$y"));
    }

    /// XTWINOPS' questions about sizes.
    pub(crate) fn window_report(&mut self, which: u16) {
        let (cols, rows) = (self.grid.cols(), self.grid.rows());
        let (width, height) = CELL_PIXELS;
        match which {
            14 => self.reply(&format!("\x1b[4;{};{}t", rows * height, cols * width)),
            16 => self.reply(&format!("\x1b[6;{height};{width}t")),
            18 => self.reply(&format!("\x1b[8;{rows};{cols}t")),
            19 => self.reply(&format!("\x1b[9;{rows};{cols}t")),
            _ => {}
        }
    }

    /// DECRQSS.
    pub(crate) fn setting_report(&mut self, what: &[u8]) {
        let setting = match what {
            b"m" => rendition(&self.pen),
            b"r" => format!("{};{}r", self.top + 1, self.bottom + 1),
            b" q" => format!("{} q", self.cursor_style.max(1)),
            b"\"p" => "62;1\"p".to_owned(),
            b"\"q" => "0\"q".to_owned(),
            _ => {
                self.reply("\x1bP0$r\x1b\\");
                return;
            }
        };
        self.reply(&format!("\x1bP1$r{setting}\x1b\\"));
    }

    /// What DECRQCRA asked for, under the number it gave.
    pub(crate) fn checksum_reply(&mut self, number: u16, sum: u16) {
        self.reply(&format!("\x1bP{number}!~{sum:04X}\x1b\\"));
    }

    /// XTGETTCAP: a reply to each name, which is in hexadecimal.
    pub(crate) fn capability_report(&mut self, names: &[u8]) {
        const CAPABILITIES: [(&str, &str); 4] =
            [("TN", "tmux-256color"), ("Co", "256"), ("colors", "256"), ("RGB", "8/8/8")];
        for name in names.split(|b| *b == b';') {
            let known =
                CAPABILITIES.iter().find(|(known, _)| hex(known).as_bytes().eq_ignore_ascii_case(name));
            match known {
                Some((name, value)) => self.reply(&format!("\x1bP1+r{}={}\x1b\\", hex(name), hex(value))),
                None => self.reply("\x1bP0+r\x1b\\"),
            }
        }
    }

    /// A colour that OSC 4 (with an index) or OSC 10 to 12 asked for, ended as the question was.
    pub(crate) fn color_report(&mut self, number: u16, index: Option<u8>, color: Rgb, bell: bool) {
        let (r, g, b) = (color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
        let index = index.map_or(String::new(), |index| format!(";{index}"));
        let end = if bell { "\x07" } else { "\x1b\\" };
        self.reply(&format!("\x1b]{number}{index};rgb:{r:02x}{r:02x}/{g:02x}{g:02x}/{b:02x}{b:02x}{end}"));
    }
}

fn hex(text: &str) -> String {
    text.bytes().fold(String::new(), |mut hex, b| {
        let _ = write!(hex, "{b:02X}");
        hex
    })
}

/// A pen as the SGR sequence that makes it, without `CSI`.
fn rendition(pen: &Pen) -> String {
    let mut sgr = "0".to_owned();
    let simple = [
        (attr::BOLD, "1"),
        (attr::DIM, "2"),
        (attr::ITALIC, "3"),
        (attr::BLINK, "5"),
        (attr::REVERSE, "7"),
        (attr::CONCEAL, "8"),
        (attr::STRIKE, "9"),
        (attr::OVERLINE, "53"),
    ];
    for (bit, code) in simple {
        if pen.attrs & bit != 0 {
            let _ = write!(sgr, ";{code}");
        }
    }
    match (pen.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT {
        0 => {}
        1 => sgr.push_str(";4"),
        style => {
            let _ = write!(sgr, ";4:{style}");
        }
    }
    for (ink, kind) in [(pen.fg, 38), (pen.bg, 48), (pen.ul, 58)] {
        let _ = match Color::from(ink) {
            Color::Default => Ok(()),
            Color::Indexed(n @ 0..=7) if kind != 58 => write!(sgr, ";{}", u16::from(n) + kind - 8),
            Color::Indexed(n @ 8..=15) if kind != 58 => write!(sgr, ";{}", u16::from(n) - 8 + kind + 52),
            Color::Indexed(n) => write!(sgr, ";{kind}:5:{n}"),
            Color::Rgb(r, g, b) => write!(sgr, ";{kind}:2::{r}:{g}:{b}"),
        };
    }
    sgr.push('m');
    sgr
}
