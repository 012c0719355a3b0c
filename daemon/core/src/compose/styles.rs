//! Styles and the numbers a viewer knows them by.

use abide_protocol::{
    limits::STYLES_PER_VIEWER_MAX,
    message::{Color, Style, StyleDefinition},
};

/// The styles that one viewer of one surface has been told of. Number 0 is the default style.
///
/// An open hash table of numbers over a list of styles: styles are looked up for each change of style in
/// a row, and a program can use a new true colour in each cell.
pub struct StyleBook {
    /// By number.
    styles: Vec<Style>,
    /// Numbers, by the hash of the style; 0 is a free slot.
    slots: Vec<u16>,
    /// Styles from here on have not been told yet.
    told: usize,
    /// About how many bytes their definitions take.
    untold_bytes: usize,
    /// The book is full and a screen needs more: the nearest known style stands in.
    approximate: bool,
}

impl Default for StyleBook {
    fn default() -> StyleBook {
        StyleBook {
            styles: vec![Style::default()],
            slots: vec![0; 64],
            told: 1,
            untold_bytes: 0,
            approximate: false,
        }
    }
}

impl StyleBook {
    /// Forgets all.
    pub(super) fn restart(&mut self) {
        *self = StyleBook::default();
    }

    /// The number of a style, given now if it has none yet; `None` when the book is full.
    pub fn number(&mut self, style: &Style) -> Option<u16> {
        if *style == Style::default() {
            return Some(0);
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(style) as usize & mask;
        loop {
            let Some(number) = self.slots.get(slot).copied() else { return Some(0) };
            if number == 0 {
                break;
            }
            if self.styles.get(usize::from(number)) == Some(style) {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
        if self.styles.len() >= STYLES_PER_VIEWER_MAX {
            return self.approximate.then(|| self.nearest(style));
        }
        let number = u16::try_from(self.styles.len()).ok()?;
        if let Some(free) = self.slots.get_mut(slot) {
            *free = number;
        }
        self.untold_bytes += super::limits::STYLE_OVERHEAD_BYTES + style.link.len();
        self.styles.push(style.clone());
        if self.styles.len() * 2 > self.slots.len() {
            self.grow();
        }
        Some(number)
    }

    /// The style with that number.
    #[must_use]
    pub fn style(&self, number: u16) -> Option<&Style> {
        self.styles.get(usize::from(number))
    }

    /// What has not been told yet; from now on it has.
    pub(super) fn take_definitions(&mut self) -> Vec<StyleDefinition> {
        let fresh = self.styles.iter().enumerate().skip(self.told);
        let told = fresh.map(|(n, style)| StyleDefinition(n as u16, style.clone())).collect();
        self.told = self.styles.len();
        self.untold_bytes = 0;
        told
    }

    /// About how many bytes the definitions take that have not been told.
    pub(super) fn untold_bytes(&self) -> usize {
        self.untold_bytes
    }

    /// From now on until the book is restarted a style that has no number gets that of a similar one. For a
    /// single screen with more styles than a book has: it is drawn a little coarser rather than never.
    pub(super) fn approximate(&mut self) {
        self.approximate = true;
    }

    fn nearest(&self, style: &Style) -> u16 {
        let coarser = |c: Color, bits: u8| match c {
            Color::Rgb(r, g, b) => {
                let mask = 0xff << bits;
                Color::Rgb(r & mask, g & mask, b & mask)
            }
            other => other,
        };
        let alike = |a: &Style, bits| {
            coarser(a.fg, bits) == coarser(style.fg, bits) && coarser(a.bg, bits) == coarser(style.bg, bits)
        };
        let known = |bits| self.styles.iter().position(|a| alike(a, bits));
        known(4).or_else(|| known(6)).map_or(0, |number| number as u16)
    }

    fn grow(&mut self) {
        let mask = self.slots.len() * 2 - 1;
        self.slots = vec![0; mask + 1];
        for (number, style) in self.styles.iter().enumerate().skip(1) {
            let mut slot = hash(style) as usize & mask;
            while self.slots.get(slot).is_some_and(|n| *n != 0) {
                slot = (slot + 1) & mask;
            }
            if let Some(free) = self.slots.get_mut(slot) {
                *free = number as u16;
            }
        }
    }
}

/// Multiplicative mixing: short, the same in each run, and no secret is needed because the table is
/// bounded (the worst a program can do is to make its own rows slower to compose).
fn hash(style: &Style) -> u64 {
    let color = |c: Color| match c {
        Color::Default => 0u64,
        Color::Indexed(n) => 0x100_0000 | u64::from(n),
        Color::Rgb(r, g, b) => 0x200_0000 | u64::from(r) << 16 | u64::from(g) << 8 | u64::from(b),
    };
    let mix = |h: u64, v: u64| (h.rotate_left(23) ^ v).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let mut h = mix(0, color(style.fg) << 32 | color(style.bg));
    h = mix(h, color(style.ul) << 32 | u64::from(style.attrs));
    for byte in style.link.as_bytes() {
        h = mix(h, u64::from(*byte));
    }
    h ^ h >> 29
}
