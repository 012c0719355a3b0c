//! SGR: how text looks from now on.

use super::parser::Parameters;
use super::pen::{Ink, Pen};
use super::terminal::Terminal;
use abide_protocol::message::{Color, attr};

impl Terminal {
    /// `CSI … m`, with colours in both forms: `38;5;n`, `38;2;r;g;b` and `38:5:n`, `38:2::r:g:b`,
    /// `38:2:r:g:b`.
    pub(crate) fn rendition(&mut self, parameters: &Parameters) {
        let mut pen = self.pen;
        let values = parameters.values();
        let mut i = 0;
        while let Some(&value) = values.get(i) {
            let mut end = i + 1;
            if parameters.sub != 0 {
                while parameters.is_sub(end) && end < values.len() {
                    end += 1;
                }
            }
            match value {
                0 => pen = Pen { link: pen.link, ..Pen::default() },
                1 => pen.set(attr::BOLD),
                2 => pen.set(attr::DIM),
                3 => pen.set(attr::ITALIC),
                4 if end > i + 1 => pen.underline(parameters.at(i + 1).min(5)),
                4 => pen.underline(1),
                5 | 6 => pen.set(attr::BLINK),
                7 => pen.set(attr::REVERSE),
                8 => pen.set(attr::CONCEAL),
                9 => pen.set(attr::STRIKE),
                21 => pen.underline(2),
                22 => pen.clear(attr::BOLD | attr::DIM),
                23 => pen.clear(attr::ITALIC),
                24 => pen.underline(0),
                25 => pen.clear(attr::BLINK),
                27 => pen.clear(attr::REVERSE),
                28 => pen.clear(attr::CONCEAL),
                29 => pen.clear(attr::STRIKE),
                30..=37 => pen.fg = Color::Indexed((value - 30) as u8).into(),
                39 => pen.fg = Ink::default(),
                40..=47 => pen.bg = Color::Indexed((value - 40) as u8).into(),
                49 => pen.bg = Ink::default(),
                53 => pen.set(attr::OVERLINE),
                55 => pen.clear(attr::OVERLINE),
                59 => pen.ul = Ink::default(),
                90..=97 => pen.fg = Color::Indexed((value - 90 + 8) as u8).into(),
                100..=107 => pen.bg = Color::Indexed((value - 100 + 8) as u8).into(),
                38 | 48 | 58 => {
                    let color = if end > i + 1 {
                        with_colons(values.get(i + 1..end).unwrap_or_default())
                    } else {
                        let (color, used) = with_semicolons(values.get(end..).unwrap_or_default());
                        end += used;
                        color
                    };
                    if let Some(color) = color.map(Ink::from) {
                        match value {
                            38 => pen.fg = color,
                            48 => pen.bg = color,
                            _ => pen.ul = color,
                        }
                    }
                }
                _ => {}
            }
            i = end;
        }
        self.set_pen(pen);
    }
}

fn rgb(r: u16, g: u16, b: u16) -> Option<Color> {
    Some(Color::Rgb(u8::try_from(r).ok()?, u8::try_from(g).ok()?, u8::try_from(b).ok()?))
}

fn indexed(n: u16) -> Option<Color> {
    u8::try_from(n).ok().map(Color::Indexed)
}

/// ISO 8613-6; the colour space between the 2 and red is often left out.
fn with_colons(values: &[u16]) -> Option<Color> {
    match *values {
        [5, n, ..] => indexed(n),
        [2, r, g, b] => rgb(r, g, b),
        [2, _, r, g, b, ..] => rgb(r, g, b),
        _ => None,
    }
}

/// The colour, and how many values it took.
fn with_semicolons(values: &[u16]) -> (Option<Color>, usize) {
    match *values {
        [5, n, ..] => (indexed(n), 2),
        [2, r, g, b, ..] => (rgb(r, g, b), 4),
        // Not whole: nothing after it can be told apart.
        _ => (None, values.len()),
    }
}
