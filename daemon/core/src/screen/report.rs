//! Replies to queries. They are a closed grammar: fixed text and numbers of ours. Nothing that a program
//! sent comes back as bytes, so that a file that is only looked at cannot type. (Numbers of modes and
//! colours asked about come back, as numbers. Titles are never told.)
//!
//! ```text
//! reply  = "ESC [" numbers ( "R" | "c" | "n" | "t" | "x" | "*{" | "#Q" )
//!        | "ESC [ ?" numbers ( "R" | "c" | "n" | "u" | "S" | "$y" ) | "ESC [ >" numbers ( "c" | "m" | "f" ) | "ESC [" numbers "$y"
//!        | "ESC P" ( ">|abide " version | "!|00000000" | "0$r" | "1$r" setting | "0+r" | "1+r" hex ( "=" hex )?
//!            | number "!~" hex ) ST
//!        | "ESC ]" number ( ";" number )? ";rgb:" hhhh "/" hhhh "/" hhhh ( ST | BEL )
//!        | "ESC ] 22;0" ( ",0" )* ST | "ESC ] 1337;ReportCellSize=16.0;8.0;1.0" ST
//!        | "ESC _ G" (("i" | "I" | "p") "=" number ",")* ";" ("OK" | fixed words) ST
//!        | "ESC ] L" ST | "ESC ] l" ST
//! ```

use super::capability::CAPABILITIES;
use super::mode::{self, Mode};
use super::palette::Rgb;
use super::pen::Pen;
use super::rectangle::Extent;
use super::terminal::Terminal;
use crate::base::limits::{POINTERS_ASKED_MAX, REPLY_BYTES_MAX, SIXEL_REGISTERS_MAX, SIXEL_SIDE_PIXELS_MAX};
use abide_protocol::message::{Color, attr};
use std::fmt::Write as _;

/// Pixels of a cell for those who ask: a server has no font, and a ratio of two to one is what most have.
pub(crate) const CELL_PIXELS: (usize, usize) = (8, 16);

impl Terminal {
    pub(crate) fn reply(&mut self, text: &str) {
        if self.outcome.replies.len() + text.len() <= REPLY_BYTES_MAX {
            self.outcome.replies.extend_from_slice(text.as_bytes());
        }
    }

    /// DA1: a VT500 with 132 columns (of the window's choice), sixel, selective erasing, national character sets, the
    /// technical one, columns that scroll, colours, rectangles and clipboard access.
    pub(crate) fn device_attributes(&mut self) {
        self.reply("\x1b[?65;1;4;6;9;15;21;22;28;52c");
    }

    /// DA2: as a VT520; from 277 on, Vim takes xterm to have SGR mouse reports, and to be newer than what lacks left and
    /// right margins from 314 on.
    pub(crate) fn secondary_attributes(&mut self) {
        self.reply("\x1b[>64;383;0c");
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
        let (top, left) = if self.modes.has(Mode::Origin) { (self.top, self.left) } else { (0, 0) };
        (self.y.saturating_sub(top) + 1, self.x.saturating_sub(left) + 1)
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

    /// DSR in DEC's form: position with page, no printer, keys locked, keyboard, no locator, no room for macros and their
    /// checksum (under the number that is asked with), no errors, one session, dark or light.
    pub(crate) fn private_status_report(&mut self, which: u16, number: u16) {
        match which {
            6 => {
                let (row, column) = self.position();
                self.reply(&format!("\x1b[?{row};{column};1R"));
            }
            15 => self.reply("\x1b[?13n"),
            25 => self.reply("\x1b[?21n"),
            26 => self.reply("\x1b[?27;1;0;0n"),
            53 | 55 => self.reply("\x1b[?50n"),
            56 => self.reply("\x1b[?57;0n"),
            62 => self.reply("\x1b[0*{"),
            63 => self.checksum_reply(number, 0),
            75 => self.reply("\x1b[?70n"),
            85 => self.reply("\x1b[?83n"),
            996 => self.scheme_report(),
            _ => {}
        }
    }

    fn scheme_report(&mut self) {
        let scheme = if self.palette.is_dark() { 1 } else { 2 };
        self.reply(&format!("\x1b[?997;{scheme}n"));
    }

    /// The background is dark now, or light: mode 2031.
    pub(crate) fn scheme_changed(&mut self) {
        if self.modes.has(Mode::SchemeReports) {
            self.scheme_report();
        }
    }

    /// The screen has another size: mode 2048.
    pub(crate) fn size_changed(&mut self) {
        if self.modes.has(Mode::ResizeReports) {
            let (cols, rows) = (self.grid.cols(), self.grid.rows());
            let (width, height) = CELL_PIXELS;
            self.reply(&format!("\x1b[48;{rows};{cols};{};{}t", rows * height, cols * width));
        }
    }

    /// XTSMGRAPHICS: how many colour registers sixel has (1) and how large its pictures may be (2), as they are (1), reset (2),
    /// set (3) and at most (4). They can't be set otherwise than they are.
    pub(crate) fn graphics_report(&mut self, item: u16, action: u16) {
        let (width, height) = CELL_PIXELS;
        let (side, registers) = (SIXEL_SIDE_PIXELS_MAX, SIXEL_REGISTERS_MAX);
        let value = match (item, action) {
            (1, 1..=4) => registers.to_string(),
            (2, 1..=3) => format!("{};{}", self.grid.cols() * width, self.grid.rows() * height),
            (2, 4) => format!("{side};{side}"),
            (1 | 2, _) => return self.reply(&format!("\x1b[?{item};2S")),
            _ => return self.reply(&format!("\x1b[?{item};1S")),
        };
        self.reply(&format!("\x1b[?{item};0;{value}S"));
    }

    /// Kitty's flags.
    pub(crate) fn keyboard_report(&mut self) {
        self.reply(&format!("\x1b[?{}u", self.keyboard.shown.now));
    }

    /// XTQMODKEYS and XTQFMTKEYS, of modifyOtherKeys.
    pub(crate) fn other_keys_report(&mut self, value: u8, last: char) {
        self.reply(&format!("\x1b[>4;{value}{last}"));
    }

    /// DECREQTPARM: no parity, eight bits, 38,400 baud both ways.
    pub(crate) fn parameters_report(&mut self, which: u16) {
        self.reply(&format!("\x1b[{};1;1;128;128;1;0x", which + 2));
    }

    /// XTREPORTCOLORS: the place in use, and how many there are.
    pub(crate) fn color_stack_report(&mut self) {
        let len = self.palettes.len();
        self.reply(&format!("\x1b[{len};{len}#Q"));
    }

    /// DECRQM.
    pub(crate) fn mode_report(&mut self, private: bool, number: u16) {
        let state = mode::state(self.modes, private, number);
        let mark = if private { "?" } else { "" };
        self.reply(&format!("\x1b[{mark}{number};{state}$y"));
    }

    /// XTWINOPS' questions: not iconified, in the corner of a display as large as the pane, and its sizes. Titles are
    /// what a program printed: they are told as empty.
    pub(crate) fn window_report(&mut self, which: u16) {
        let (cols, rows) = (self.grid.cols(), self.grid.rows());
        let (width, height) = CELL_PIXELS;
        match which {
            11 => self.reply("\x1b[1t"),
            13 => self.reply("\x1b[3;0;0t"),
            14 => self.reply(&format!("\x1b[4;{};{}t", rows * height, cols * width)),
            15 => self.reply(&format!("\x1b[5;{};{}t", rows * height, cols * width)),
            16 => self.reply(&format!("\x1b[6;{height};{width}t")),
            18 => self.reply(&format!("\x1b[8;{rows};{cols}t")),
            19 => self.reply(&format!("\x1b[9;{rows};{cols}t")),
            20 => self.reply("\x1b]L\x1b\\"),
            21 => self.reply("\x1b]l\x1b\\"),
            _ => {}
        }
    }

    /// DECRQSS.
    pub(crate) fn setting_report(&mut self, what: &[u8]) {
        let setting = match what {
            b"m" => rendition(&self.pen),
            b"r" => format!("{};{}r", self.top + 1, self.bottom + 1),
            b" q" => format!("{} q", self.cursor_style.max(1)),
            b"s" => format!("{};{}s", self.left + 1, self.right + 1),
            b"t" => format!("{}t", self.grid.rows()),
            b"*|" => format!("{}*|", self.grid.rows()),
            b"$|" => format!("{}$|", self.grid.cols()),
            b"\"p" => format!("{};1\"p", 60 + self.level),
            b"\"q" => format!("{}\"q", u8::from(self.guarded())),
            b"*x" if self.extent == Extent::Rectangle => "2*x".to_owned(),
            b"*x" => "0*x".to_owned(),
            // There is no status line.
            b"$}" => "0$}".to_owned(),
            b"$~" => "0$~".to_owned(),
            b">4m" if !self.keyboard_refused => format!(">4;{}m", self.keyboard.other_keys),
            b">4f" if !self.keyboard_refused => {
                format!(">4;{}f", u8::from(self.keyboard.as_u == Some(true)))
            }
            _ => {
                self.reply("\x1bP0$r\x1b\\");
                return;
            }
        };
        self.reply(&format!("\x1bP1$r{setting}\x1b\\"));
    }

    /// A pen, as the sequence that makes it.
    pub(crate) fn rendition_report(&mut self, pen: &Pen) {
        let sgr = rendition(pen);
        self.reply(&format!("\x1b[{sgr}"));
    }

    /// What DECRQCRA asked for, under the number it gave.
    pub(crate) fn checksum_reply(&mut self, number: u16, sum: u16) {
        self.reply(&format!("\x1bP{number}!~{sum:04X}\x1b\\"));
    }

    /// XTGETTCAP: a reply to each name, which is in hexadecimal.
    pub(crate) fn capability_report(&mut self, names: &[u8]) {
        for name in names.split(|b| *b == b';') {
            let known =
                CAPABILITIES.iter().find(|(known, _)| hex(known).as_bytes().eq_ignore_ascii_case(name));
            match known {
                Some((name, "")) => self.reply(&format!("\x1bP1+r{}\x1b\\", hex(name))),
                Some((name, value)) => self.reply(&format!("\x1bP1+r{}={}\x1b\\", hex(name), hex(value))),
                None => self.reply("\x1bP0+r\x1b\\"),
            }
        }
    }

    /// Whether shapes of the mouse pointer are there that OSC 22 asked for, so many: none is.
    pub(crate) fn pointer_report(&mut self, asked: usize) {
        let none = vec!["0"; asked.min(POINTERS_ASKED_MAX)].join(",");
        self.reply(&format!("\x1b]22;{none}\x1b\\"));
    }

    /// iTerm2's ReportCellSize, in points, which are pixels here.
    pub(crate) fn cell_size_report(&mut self) {
        let (width, height) = CELL_PIXELS;
        self.reply(&format!("\x1b]1337;ReportCellSize={height}.0;{width}.0;1.0\x1b\\"));
    }

    /// A colour that OSC 4 or 5 (with an index) or OSC 10 to 19 asked for, ended as the question was.
    pub(crate) fn color_report(&mut self, number: u16, index: Option<u16>, color: Rgb, bell: bool) {
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
