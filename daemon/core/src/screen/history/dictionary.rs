//! The styles that packed rows name by number, as they are written.
//!
//! ```text
//! style = u16(attributes) color(foreground) color(background) color(underline) varint(n) n bytes of link
//! color = 0 (default) | 1 index | 2 red green blue
//! ```
//! A flood of coloured text fills a chunk with a thousand styles again and again: they are kept as the bytes
//! that a sealed chunk has, and told apart by these.

use super::varint::{self, Reader};
use crate::base::limits::{LINK_BYTES_MAX, STYLES_MAX};
use abide_protocol::message::{Color, Style};

/// A stamp that no entry of `known` is given.
const NEVER: u16 = u16::MAX;

/// The styles that packed rows name, by value, each once; number 0 is the default style.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    /// All styles, one after another.
    bytes: Vec<u8>,
    entries: Vec<Entry>,
    /// Numbers by hash, open addressing, 0 for a free place; a power of two, at most half full. A program
    /// that makes hashes collide makes its own chunk slower, by a bounded amount: chunks are small.
    places: Vec<u16>,
    /// For a number of the live book: our number, good while its stamp is the current one.
    known: Vec<(u16, u16)>,
    stamp: u16,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    /// Where it ends in `bytes`.
    end: u32,
    /// To compare before the bytes are.
    hash: u32,
}

impl Dictionary {
    /// Bytes that its styles take when written.
    #[inline]
    pub(crate) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    #[inline]
    pub(crate) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The style with a number, if there is one; 0 is none of ours.
    pub(crate) fn style(&self, number: u16) -> Option<Style> {
        let rest = self.bytes.get(self.range(usize::from(number).checked_sub(1)?)?)?;
        read_style(&mut Reader { rest })
    }

    /// All styles from number 1 on.
    pub(crate) fn styles(&self) -> impl Iterator<Item = Style> {
        let mut reader = Reader { rest: &self.bytes };
        (0..self.len()).map_while(move |_| read_style(&mut reader))
    }

    #[inline]
    fn range(&self, place: usize) -> Option<std::ops::Range<usize>> {
        let start = place.checked_sub(1).and_then(|before| self.entries.get(before)).map_or(0, |e| e.end);
        Some(start as usize..self.entries.get(place)?.end as usize)
    }

    /// Forgets the numbers of the live book, which are dealt anew.
    pub(crate) fn forget_known(&mut self) {
        self.stamp += 1;
        if self.stamp == NEVER {
            self.stamp = 0;
            self.known.clear();
        }
    }

    pub(crate) fn clear(&mut self) {
        self.bytes.clear();
        self.entries.clear();
        self.places.fill(0);
        self.forget_known();
    }

    /// Forgets styles from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.forget_known();
        while self.entries.len() > len
            && let Some(entry) = self.entries.pop()
        {
            // Newest first: no other style stands where it does because of this one.
            let number = self.entries.len() as u16 + 1;
            let mask = self.places.len() - 1;
            let mut place = entry.hash as usize & mask;
            while self.places[place] != number {
                place = (place + 1) & mask;
            }
            self.places[place] = 0;
        }
        self.bytes.truncate(self.entries.last().map_or(0, |last| last.end as usize));
    }

    pub(crate) fn add(&mut self, style: &Style) -> u16 {
        if self.entries.len() >= STYLES_MAX {
            return 0;
        }
        if self.places.len() < 2 * (self.entries.len() + 1) {
            self.grow();
        }
        // Written first, and taken back when it was there.
        let start = self.bytes.len();
        let hash = write_style(&mut self.bytes, style);
        if self.bytes[start..] == DEFAULT {
            self.bytes.truncate(start);
            return 0;
        }
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let number = self.places[place];
            let Some(i) = usize::from(number).checked_sub(1) else { break };
            if self.entries[i].hash == hash
                && let Some(range) = self.range(i)
                && self.bytes[range] == self.bytes[start..]
            {
                self.bytes.truncate(start);
                return number;
            }
            place = (place + 1) & mask;
        }
        self.entries.push(Entry { end: self.bytes.len() as u32, hash });
        self.places[place] = self.entries.len() as u16;
        self.entries.len() as u16
    }

    #[cold]
    fn grow(&mut self) {
        let mask = (2 * self.places.len()).max(16) - 1;
        self.places = vec![0; mask + 1];
        for (i, entry) in self.entries.iter().enumerate() {
            let mut place = entry.hash as usize & mask;
            while self.places[place] != 0 {
                place = (place + 1) & mask;
            }
            self.places[place] = i as u16 + 1;
        }
    }

    /// Our number for a style of the live book.
    #[inline]
    pub(crate) fn number(&mut self, live: u16, styles: &[Style]) -> u16 {
        match self.known.get(usize::from(live)) {
            Some((stamp, number)) if *stamp == self.stamp => *number,
            _ => self.learn(live, styles),
        }
    }

    fn learn(&mut self, live: u16, styles: &[Style]) -> u16 {
        if live == 0 {
            return 0;
        }
        let place = usize::from(live);
        let number = styles.get(place).map_or(0, |style| self.add(style));
        if self.known.len() <= place {
            self.known.resize(place + 1, (NEVER, 0));
        }
        self.known[place] = (self.stamp, number);
        number
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.bytes);
    }

    /// Reads `len` styles. None for bytes that `write` does not make.
    pub(crate) fn read(reader: &mut Reader<'_>, len: usize) -> Option<Dictionary> {
        let mut dictionary = Dictionary::default();
        for _ in 0..len {
            let style = read_style(reader)?;
            let before = dictionary.len();
            dictionary.add(&style);
            if dictionary.len() == before {
                return None;
            }
        }
        Some(dictionary)
    }
}

/// The default style when written.
const DEFAULT: [u8; 6] = [0; 6];

/// Writes a style. Says its hash.
#[inline]
fn write_style(out: &mut Vec<u8>, style: &Style) -> u32 {
    const ODD: u64 = 0x9e37_79b9_7f4a_7c15;
    let colors = [style.fg, style.bg, style.ul].map(color_word);
    let [fg, bg, ul] = colors.map(|(word, _)| u64::from(word));
    let mut hash = (fg << 32 | bg).wrapping_mul(ODD).rotate_left(29);
    hash = (hash ^ ul << 16 ^ u64::from(style.attrs)).wrapping_mul(ODD);
    // The longest without a link: two bytes, three true colours, a length of 0. The rest is cut off again.
    let mut bytes = [0u8; 16];
    bytes[..2].copy_from_slice(&style.attrs.to_le_bytes());
    let mut len = 2;
    for (word, color_len) in colors {
        bytes[len..len + 4].copy_from_slice(&word.to_le_bytes());
        len += color_len;
    }
    let start = out.len();
    out.extend_from_slice(&bytes);
    if style.link.is_empty() {
        out.truncate(start + len + 1);
    } else {
        out.truncate(start + len);
        varint::put_block(out, style.link.as_bytes());
        for b in style.link.bytes() {
            hash = (hash.rotate_left(5) ^ u64::from(b)).wrapping_mul(ODD);
        }
    }
    (hash >> 32) as u32
}

/// A colour as written, least byte first, and how many bytes of it count.
#[inline(always)]
fn color_word(color: Color) -> (u32, usize) {
    match color {
        Color::Default => (0, 1),
        Color::Indexed(n) => (u32::from_le_bytes([1, n, 0, 0]), 2),
        Color::Rgb(r, g, b) => (u32::from_le_bytes([2, r, g, b]), 4),
    }
}

/// Writes one colour.
pub(crate) fn write_color(out: &mut Vec<u8>, color: Color) {
    let (word, len) = color_word(color);
    out.extend_from_slice(&word.to_le_bytes()[..len]);
}

/// Reads what `write_color` wrote.
pub(crate) fn read_color(reader: &mut Reader<'_>) -> Option<Color> {
    match reader.byte()? {
        0 => Some(Color::Default),
        1 => reader.byte().map(Color::Indexed),
        2 => Some(Color::Rgb(reader.byte()?, reader.byte()?, reader.byte()?)),
        _ => None,
    }
}

pub(super) fn read_style(reader: &mut Reader<'_>) -> Option<Style> {
    let attrs = u16::from_le_bytes([reader.byte()?, reader.byte()?]);
    let (fg, bg, ul) = (read_color(reader)?, read_color(reader)?, read_color(reader)?);
    let link = reader.text(LINK_BYTES_MAX)?;
    if link.chars().any(char::is_control) {
        return None;
    }
    Some(Style { bg, fg, ul, link: link.to_owned(), attrs })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn samples() -> Vec<Style> {
        let colors =
            [Color::Default, Color::Indexed(0), Color::Indexed(7), Color::Rgb(0, 0, 0), Color::Rgb(1, 2, 3)];
        let mut all = Vec::new();
        for fg in colors {
            for bg in colors {
                for (ul, attrs) in [(Color::Default, 0), (Color::Rgb(9, 8, 7), 0), (Color::Default, 0x301)] {
                    for link in [String::new(), "x".into(), "y".repeat(200)] {
                        all.push(Style { fg, bg, ul, attrs, link });
                    }
                }
            }
        }
        all
    }

    /// Each style has one number, and comes back by it, also when newer ones were taken back.
    #[test]
    fn styles_are_told_apart_by_value() {
        let (all, mut dictionary) = (samples(), Dictionary::default());
        assert_eq!(dictionary.add(&Style::default()), 0);
        let numbers: Vec<u16> = all.iter().map(|s| dictionary.add(s)).collect();
        assert_eq!(numbers, (0..all.len() as u16).collect::<Vec<_>>());
        let again: Vec<u16> = all.iter().map(|s| dictionary.add(s)).collect();
        assert_eq!(again, numbers);
        for len in [100, 3, 0] {
            dictionary.truncate(len);
            assert_eq!(dictionary.styles().collect::<Vec<_>>(), all[1..=len]);
            for (n, style) in (1..).zip(&all[1..]) {
                assert_eq!(dictionary.add(style), n);
                assert_eq!(dictionary.style(n).as_ref(), Some(style));
            }
            let mut bytes = Vec::new();
            dictionary.write(&mut bytes);
            assert_eq!(bytes.len(), dictionary.bytes());
            let read = Dictionary::read(&mut Reader { rest: &bytes }, all.len() - 1);
            assert!(read.is_some_and(|read| read.styles().eq(all[1..].iter().cloned())));
        }
    }

    /// A live number means what the book says now, however often numbers were dealt anew.
    #[test]
    fn live_numbers_are_forgotten() {
        let (all, mut dictionary) = (samples(), Dictionary::default());
        for round in 0..2 * usize::from(NEVER) + 10 {
            let live = &all[round % 7..];
            for number in [1, 2, 1] {
                let ours = dictionary.number(number, live);
                assert_eq!(dictionary.style(ours).unwrap_or_default(), live[usize::from(number)], "{round}");
            }
            dictionary.forget_known();
        }
    }
}
