//! The style that is being written with, small enough to compare at each print.

use abide_protocol::message::{Color, Style, attr};

/// A colour in one number, 0 for the default: pens are compared and hashed more often than anything else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Ink(u32);

impl Ink {
    /// One of the 256.
    #[inline(always)]
    pub(crate) fn indexed(n: u8) -> Ink {
        Ink(1 << 24 | u32::from(n))
    }

    /// A true colour.
    #[inline(always)]
    pub(crate) fn rgb(r: u8, g: u8, b: u8) -> Ink {
        Ink(2 << 24 | u32::from_be_bytes([0, r, g, b]))
    }
}

impl From<Color> for Ink {
    #[inline]
    fn from(color: Color) -> Ink {
        match color {
            Color::Default => Ink(0),
            Color::Indexed(n) => Ink::indexed(n),
            Color::Rgb(r, g, b) => Ink::rgb(r, g, b),
        }
    }
}

impl From<Ink> for Color {
    #[inline]
    fn from(ink: Ink) -> Color {
        let [kind, r, g, b] = ink.0.to_be_bytes();
        match kind {
            0 => Color::Default,
            1 => Color::Indexed(b),
            _ => Color::Rgb(r, g, b),
        }
    }
}

/// A style as the program last set it. Its link is a number that is dealt anew for each OSC 8; the target
/// stands beside it in the terminal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Pen {
    pub(crate) fg: Ink,
    pub(crate) bg: Ink,
    pub(crate) ul: Ink,
    /// 0 for none.
    pub(crate) link: u32,
    pub(crate) attrs: u16,
}

impl Pen {
    #[inline]
    pub(crate) fn is_default(&self) -> bool {
        (self.fg.0 | self.bg.0 | self.ul.0 | self.link | u32::from(self.attrs)) == 0
    }

    /// What an erased cell is written with: the background alone (xterm's "bce").
    #[inline]
    pub(crate) fn erasing(&self) -> Pen {
        Pen { bg: self.bg, ..Pen::default() }
    }

    /// As a style, with the target of its link.
    pub(crate) fn style(&self, link: &str) -> Style {
        let link = if self.link == 0 { String::new() } else { link.to_owned() };
        Style { bg: self.bg.into(), fg: self.fg.into(), ul: self.ul.into(), link, attrs: self.attrs }
    }

    /// The pen of a style without a link.
    pub(crate) fn of(style: &Style) -> Pen {
        Pen { fg: style.fg.into(), bg: style.bg.into(), ul: style.ul.into(), link: 0, attrs: style.attrs }
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
    #[inline]
    pub(crate) fn hash(&self) -> u64 {
        const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
        let colors = u64::from(self.fg.0) << 32 | u64::from(self.bg.0);
        let others = u64::from(self.ul.0) << 32 | u64::from(self.link) << 16 ^ u64::from(self.attrs);
        let hash = (colors.wrapping_mul(ODD).rotate_left(29) ^ others).wrapping_mul(ODD);
        hash ^ hash >> 32
    }

    /// The same with true colours rounded to the 256, for screens with more colours than a cell can number.
    pub(crate) fn rounded(&self) -> Pen {
        Pen { fg: round(self.fg), bg: round(self.bg), ul: round(self.ul), link: 0, ..*self }
    }
}

/// To the cube of 6 x 6 x 6 in the 256 colours, whose levels are 0 and 95 to 255 in steps of 40.
fn round(color: Ink) -> Ink {
    let level = |v: u8| if v < 48 { 0 } else { (u16::from(v).max(75) - 35) / 40 };
    match Color::from(color) {
        Color::Rgb(r, g, b) => Color::Indexed((16 + 36 * level(r) + 6 * level(g) + level(b)) as u8).into(),
        _ => color,
    }
}
