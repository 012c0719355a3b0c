//! The colours that a program is told when it asks, and may set: the server's own, so that there is an
//! answer with no viewer, one viewer or many. They start as xterm's.

use abide_protocol::message::Color;

/// 0xRRGGBB.
pub(crate) type Rgb = u32;

/// OSC 10 to 19: text, background, cursor, the mouse's two, Tektronix' two, highlight, Tektronix' cursor, highlighted
/// text.
pub(crate) const DYNAMIC: usize = 10;
/// OSC 5: bold, underlined, blinking, reversed, italic text.
pub(crate) const ATTRIBUTES: usize = 5;

/// Where a colour is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Place {
    /// One of the 256.
    Indexed(u8),
    /// Of OSC 5; see [`ATTRIBUTES`].
    Attribute(usize),
    /// Of OSC 10 to 19; see [`DYNAMIC`].
    Dynamic(usize),
}

/// A screen's colours, each 0xRRGGBB, for those who draw it without a terminal.
#[derive(Clone, Debug)]
pub struct Colors {
    /// Of text in the default style.
    pub text: u32,
    /// Of what is behind it.
    pub background: u32,
    indexed: Vec<u32>,
}

impl Colors {
    /// A style's colour; none for the default one.
    #[must_use]
    pub fn rgb(&self, color: Color) -> Option<u32> {
        match color {
            Color::Default => None,
            Color::Indexed(n) => self.indexed.get(usize::from(n)).copied(),
            Color::Rgb(r, g, b) => Some(u32::from_be_bytes([0, r, g, b])),
        }
    }
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Colours that were set, in rising order of their number.
    pub(crate) set: Vec<(u8, Rgb)>,
    pub(crate) attributes: [Option<Rgb>; ATTRIBUTES],
    pub(crate) dynamic: [Option<Rgb>; DYNAMIC],
}

impl Palette {
    pub(crate) fn colors(&self) -> Colors {
        Colors {
            text: self.color(Place::Dynamic(0)),
            background: self.color(Place::Dynamic(1)),
            indexed: (0..=255).map(|n| self.color(Place::Indexed(n))).collect(),
        }
    }

    pub(crate) fn color(&self, place: Place) -> Rgb {
        // Text is white on black where nothing else was said.
        const DARK: [bool; DYNAMIC] = [false, true, false, false, true, false, true, false, false, true];
        match place {
            Place::Indexed(number) => match self.set.binary_search_by_key(&number, |entry| entry.0) {
                Ok(at) => self.set[at].1,
                Err(_) => initial(number),
            },
            Place::Attribute(n) => self.attributes.get(n).copied().flatten().unwrap_or(0xff_ffff),
            Place::Dynamic(n) => {
                let initial = if DARK.get(n) == Some(&true) { 0x00_0000 } else { 0xff_ffff };
                self.dynamic.get(n).copied().flatten().unwrap_or(initial)
            }
        }
    }

    /// Sets a colour, or has it be what it was at first.
    pub(crate) fn set_color(&mut self, place: Place, color: Option<Rgb>) {
        match place {
            Place::Indexed(number) => {
                let at = self.set.binary_search_by_key(&number, |entry| entry.0);
                match (at, color) {
                    (Ok(at), Some(color)) => self.set[at].1 = color,
                    (Err(at), Some(color)) => self.set.insert(at, (number, color)),
                    (Ok(at), None) => {
                        self.set.remove(at);
                    }
                    (Err(_), None) => {}
                }
            }
            Place::Attribute(n) => {
                if let Some(place) = self.attributes.get_mut(n) {
                    *place = color;
                }
            }
            Place::Dynamic(n) => {
                if let Some(place) = self.dynamic.get_mut(n) {
                    *place = color;
                }
            }
        }
    }

    /// Whether the background is nearer to black than to white.
    pub(crate) fn is_dark(&self) -> bool {
        let color = self.color(Place::Dynamic(1));
        let (r, g, b) = (color >> 16 & 0xff, color >> 8 & 0xff, color & 0xff);
        // Rec. 601 luma.
        299 * r + 587 * g + 114 * b < 127_500
    }
}

/// xterm's 16 colours, the cube and the greys.
fn initial(number: u8) -> Rgb {
    const ANSI: [Rgb; 16] = [
        0x00_0000, 0xcd_0000, 0x00_cd00, 0xcd_cd00, 0x00_00ee, 0xcd_00cd, 0x00_cdcd, 0xe5_e5e5, 0x7f_7f7f,
        0xff_0000, 0x00_ff00, 0xff_ff00, 0x5c_5cff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
    ];
    let level = |n: u32| if n == 0 { 0 } else { 55 + 40 * n };
    match number {
        0..=15 => ANSI[usize::from(number)],
        16..=231 => {
            let n = u32::from(number) - 16;
            level(n / 36) << 16 | level(n / 6 % 6) << 8 | level(n % 6)
        }
        _ => (8 + 10 * (u32::from(number) - 232)) * 0x01_0101,
    }
}

/// Reads a colour as XParseColor does: `rgb:R/G/B` with one to four hexadecimal digits each, `#RGB` to
/// `#RRRRGGGGBBBB`, `rgbi:R/G/B` with numbers from 0 to 1 (linear light), `rgba:R/G/B/A` (the alpha is left out), or
/// a name.
pub(crate) fn parse(spec: &str) -> Option<Rgb> {
    if let Some(parts) = spec.strip_prefix("rgbi:") {
        return three(parts, |part| {
            let light: f64 = part.parse().ok().filter(|light| (0.0..=1.0).contains(light))?;
            // sRGB.
            let value =
                if light <= 0.003_130_8 { 12.92 * light } else { 1.055 * light.powf(1.0 / 2.4) - 0.055 };
            Some((value * 255.0).round() as u32)
        });
    }
    // `rgb:` scales to the whole range, `#` fills with zeros.
    if let Some(parts) = spec.strip_prefix("rgb:") {
        return three(parts, |part| Some(hex(part)? * 255 / ((1 << (4 * part.len())) - 1)));
    }
    if let Some(parts) = spec.strip_prefix("rgba:") {
        let (colors, alpha) = parts.rsplit_once('/')?;
        hex(alpha)?;
        return three(colors, |part| Some(hex(part)? * 255 / ((1 << (4 * part.len())) - 1)));
    }
    if let Some(digits) = spec.strip_prefix('#') {
        let n = digits.len() / 3;
        if digits.len() != 3 * n || !digits.is_ascii() {
            return None;
        }
        let byte = |part| {
            let value = hex(part)?;
            Some(if n >= 2 { value >> (4 * n - 8) } else { value << 4 })
        };
        let [r, g, b] = [byte(digits.get(..n)?)?, byte(digits.get(n..2 * n)?)?, byte(digits.get(2 * n..)?)?];
        return Some(r << 16 | g << 8 | b);
    }
    let name: String = spec.chars().filter(|c| *c != ' ').map(|c| c.to_ascii_lowercase()).collect();
    NAMES.iter().find(|(known, _)| *known == name).map(|(_, color)| *color)
}

fn three(parts: &str, byte: impl Fn(&str) -> Option<u32>) -> Option<Rgb> {
    let mut parts = parts.split('/');
    let [r, g, b] = [byte(parts.next()?)?, byte(parts.next()?)?, byte(parts.next()?)?];
    parts.next().is_none().then_some(r << 16 | g << 8 | b)
}

/// One to four hexadecimal digits.
fn hex(part: &str) -> Option<u32> {
    let fits = (1..=4).contains(&part.len()) && part.bytes().all(|b| b.is_ascii_hexdigit());
    fits.then(|| u32::from_str_radix(part, 16).ok()).flatten()
}

/// The names that people use, of X's.
const NAMES: [(&str, Rgb); 26] = [
    ("black", 0x00_0000),
    ("red", 0xff_0000),
    ("green", 0x00_ff00),
    ("yellow", 0xff_ff00),
    ("blue", 0x00_00ff),
    ("magenta", 0xff_00ff),
    ("cyan", 0x00_ffff),
    ("white", 0xff_ffff),
    ("gray", 0xbe_bebe),
    ("grey", 0xbe_bebe),
    ("darkgray", 0xa9_a9a9),
    ("darkgrey", 0xa9_a9a9),
    ("lightgray", 0xd3_d3d3),
    ("lightgrey", 0xd3_d3d3),
    ("darkred", 0x8b_0000),
    ("darkgreen", 0x00_6400),
    ("darkblue", 0x00_008b),
    ("navy", 0x00_0080),
    ("orange", 0xff_a500),
    ("brown", 0xa5_2a2a),
    ("pink", 0xff_c0cb),
    ("purple", 0xa0_20f0),
    ("violet", 0xee_82ee),
    ("gold", 0xff_d700),
    ("maroon", 0xb0_3060),
    ("turquoise", 0x40_e0d0),
];
