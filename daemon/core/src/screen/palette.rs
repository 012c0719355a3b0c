//! The colours that a program is told when it asks, and may set: the server's own, so that there is an
//! answer with no viewer, one viewer or many. They start as xterm's.

/// 0xRRGGBB.
pub(crate) type Rgb = u32;

/// The special colours: text, background, cursor (OSC 10, 11, 12).
pub(crate) const SPECIAL: usize = 3;

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Palette {
    /// Colours that were set, in rising order of their number.
    pub(crate) set: Vec<(u8, Rgb)>,
    pub(crate) special: [Option<Rgb>; SPECIAL],
}

impl Palette {
    pub(crate) fn color(&self, number: u8) -> Rgb {
        match self.set.binary_search_by_key(&number, |entry| entry.0) {
            Ok(at) => self.set[at].1,
            Err(_) => initial(number),
        }
    }

    pub(crate) fn set(&mut self, number: u8, color: Rgb) {
        match self.set.binary_search_by_key(&number, |entry| entry.0) {
            Ok(at) => self.set[at].1 = color,
            Err(at) => self.set.insert(at, (number, color)),
        }
    }

    pub(crate) fn reset(&mut self, number: u8) {
        self.set.retain(|entry| entry.0 != number);
    }

    pub(crate) fn special(&self, which: usize) -> Rgb {
        let initial = if which == 1 { 0x00_0000 } else { 0xff_ffff };
        self.special.get(which).copied().flatten().unwrap_or(initial)
    }

    /// Whether the background is nearer to black than to white.
    pub(crate) fn is_dark(&self) -> bool {
        let color = self.special(1);
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

/// Reads `rgb:R/G/B` with one to four hexadecimal digits each, or `#RGB` to `#RRRRGGGGBBBB`.
pub(crate) fn parse(spec: &str) -> Option<Rgb> {
    let parts: [&str; 3] = if let Some(parts) = spec.strip_prefix("rgb:") {
        let mut parts = parts.split('/');
        let three = [parts.next()?, parts.next()?, parts.next()?];
        if parts.next().is_some() {
            return None;
        }
        three
    } else {
        let digits = spec.strip_prefix('#')?;
        if digits.is_empty() || digits.len() % 3 != 0 || !digits.is_ascii() {
            return None;
        }
        let n = digits.len() / 3;
        [digits.get(..n)?, digits.get(n..2 * n)?, digits.get(2 * n..)?]
    };
    let scaled = spec.starts_with("rgb:");
    let mut color = 0;
    for part in parts {
        if part.is_empty() || part.len() > 4 || !part.bytes().all(|b| b.is_ascii_hexdigit()) {
            return None;
        }
        let value = u32::from_str_radix(part, 16).ok()?;
        let bits = 4 * part.len() as u32;
        // `rgb:` scales to the whole range, `#` fills with zeros (XParseColor).
        let byte = if scaled {
            value * 255 / ((1 << bits) - 1)
        } else if bits >= 8 {
            value >> (bits - 8)
        } else {
            value << (8 - bits)
        };
        color = color << 8 | byte;
    }
    Some(color)
}
