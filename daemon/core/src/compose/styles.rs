//! Styles and the numbers a viewer knows them by.

use abide_protocol::{
    limits::STYLES_PER_VIEWER_MAX,
    message::{Color, Style, StyleDefinition},
};

/// The styles that one viewer of one surface has been told of. Number 0 is the default style.
///
/// An open hash table of numbers over a list of styles: styles are looked up for each change of style in
/// a row, and a program can use a new true colour in each cell.
#[derive(Default)]
pub struct StyleBook {
    /// By number, the default style first; empty while there is no other.
    styles: Vec<Style>,
    /// Numbers, by the hash of the style; 0 is a free slot.
    slots: Vec<u16>,
    /// So many of them have been told.
    told: usize,
    /// About how many bytes their definitions take.
    untold_bytes: usize,
    /// The book is full and a screen needs more: the nearest known style stands in.
    approximate: bool,
}

/// Places of the table at first.
const SLOTS_MIN: usize = 64;

impl StyleBook {
    /// Forgets all.
    pub(super) fn restart(&mut self) {
        *self = StyleBook::default();
    }

    /// The number of a style, given now if it has none yet; `None` when the book is full.
    pub fn number(&mut self, style: &Style) -> Option<u16> {
        let exact = self.given(style, EXACT_STYLES_MAX);
        if exact.is_some() || !self.approximate {
            return exact;
        }
        let near = self.given(&coarser(style, 4), COARSE_STYLES_MAX);
        let rough = || Style { ul: Color::Default, link: String::new(), ..coarser(style, 6) };
        Some(near.or_else(|| self.given(&rough(), STYLES_PER_VIEWER_MAX)).unwrap_or(0))
    }

    /// The number of a style, given now while the book has fewer than so many.
    fn given(&mut self, style: &Style, styles_max: usize) -> Option<u16> {
        if *style == Style::default() {
            return Some(0);
        }
        if self.styles.is_empty() {
            self.styles.push(Style::default());
            self.slots = vec![0; SLOTS_MIN];
        }
        let mask = self.slots.len() - 1;
        let mut slot = hash(style) as usize & mask;
        while let Some(number) = self.slots.get(slot).copied().filter(|number| *number != 0) {
            if self.styles.get(usize::from(number)) == Some(style) {
                return Some(number);
            }
            slot = (slot + 1) & mask;
        }
        if self.styles.len() >= styles_max {
            return None;
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
        static DEFAULT: Style = Style {
            bg: Color::Default,
            fg: Color::Default,
            ul: Color::Default,
            link: String::new(),
            attrs: 0,
        };
        if number == 0 { Some(&DEFAULT) } else { self.styles.get(usize::from(number)) }
    }

    /// What has not been told yet; from now on it has.
    pub(super) fn take_definitions(&mut self) -> Vec<StyleDefinition> {
        let fresh = self.styles.iter().enumerate().skip(self.told.max(1));
        let told = fresh.map(|(n, style)| StyleDefinition(n as u16, style.clone())).collect();
        self.told = self.styles.len();
        self.untold_bytes = 0;
        told
    }

    /// About how many bytes the definitions take that have not been told.
    pub(super) fn untold_bytes(&self) -> usize {
        self.untold_bytes
    }

    /// From now on until the book is restarted, a style beyond those that it holds gets the number of a
    /// similar one. For a single screen with more styles than that: it is drawn a little coarser rather than
    /// never.
    pub(super) fn approximate(&mut self) {
        self.approximate = true;
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

/// Styles that are told as they are; what is left of the book is for approximations.
const EXACT_STYLES_MAX: usize = STYLES_PER_VIEWER_MAX - 8192;
/// Styles with true colours of 16 steps a channel; the rest of the book holds all pairs of colours of 4 steps.
const COARSE_STYLES_MAX: usize = STYLES_PER_VIEWER_MAX - 4200;

/// The style with the lowest bits of its true colours in the middle.
fn coarser(style: &Style, bits: u8) -> Style {
    let round = |v: u8| v >> bits << bits | 1 << (bits - 1);
    let coarse = |c: Color| match c {
        Color::Rgb(r, g, b) => Color::Rgb(round(r), round(g), round(b)),
        other => other,
    };
    Style { fg: coarse(style.fg), bg: coarse(style.bg), ..style.clone() }
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
