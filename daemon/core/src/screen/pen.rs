//! The style that is being written with, small enough to compare at each print.

use abide_protocol::message::{Color, Style, attr};

/// A style as the program last set it. Its link is a number that is dealt anew for each OSC 8; the target
/// stands beside it in the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pen {
    pub(crate) fg: Color,
    pub(crate) bg: Color,
    pub(crate) ul: Color,
    pub(crate) attrs: u16,
    /// 0 for none.
    pub(crate) link: u32,
}

impl Pen {
    pub(crate) fn is_default(&self) -> bool {
        *self == Pen::default()
    }

    /// What an erased cell is written with: the background alone (xterm's "bce").
    pub(crate) fn erasing(&self) -> Pen {
        Pen { bg: self.bg, ..Pen::default() }
    }

    /// As a style, with the target of its link.
    pub(crate) fn style(&self, link: &str) -> Style {
        let link = if self.link == 0 { String::new() } else { link.to_owned() };
        Style { bg: self.bg, fg: self.fg, ul: self.ul, link, attrs: self.attrs }
    }

    pub(crate) fn set(&mut self, bits: u16) {
        self.attrs |= bits;
    }

    pub(crate) fn clear(&mut self, bits: u16) {
        self.attrs &= !bits;
    }

    /// Underline style 0 to 5.
    pub(crate) fn underline(&mut self, style: u16) {
        self.attrs = self.attrs & !attr::UNDERLINE_MASK | style << attr::UNDERLINE_SHIFT;
    }

    /// Spreads pens over the places of a small table. Not for anything a program may not foresee.
    pub(crate) fn hash(&self) -> u64 {
        let mut hash = u64::from(self.attrs) | u64::from(self.link) << 16;
        for color in [self.fg, self.bg, self.ul] {
            hash = (hash.rotate_left(21) ^ packed(color)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        hash ^ hash >> 29
    }

    /// The same with true colours rounded to the 256, for screens with more colours than a cell can number.
    pub(crate) fn rounded(&self) -> Pen {
        Pen { fg: round(self.fg), bg: round(self.bg), ul: round(self.ul), link: 0, ..*self }
    }
}

fn packed(color: Color) -> u64 {
    match color {
        Color::Default => 0,
        Color::Indexed(n) => 1 << 24 | u64::from(n),
        Color::Rgb(r, g, b) => 2 << 24 | u64::from(r) << 16 | u64::from(g) << 8 | u64::from(b),
    }
}

/// To the cube of 6 x 6 x 6 in the 256 colours, whose levels are 0 and 95 to 255 in steps of 40.
fn round(color: Color) -> Color {
    let level = |v: u8| if v < 48 { 0 } else { (u16::from(v).max(75) - 35) / 40 };
    match color {
        Color::Rgb(r, g, b) => Color::Indexed((16 + 36 * level(r) + 6 * level(g) + level(b)) as u8),
        other => other,
    }
}
