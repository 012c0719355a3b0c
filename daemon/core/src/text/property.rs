//! What is known of each character: its columns, and how it joins others. The table is made from Unicode's files by
//! `daemon/core/unicode/generate.mjs`, where the rules stand.

use super::clusters::Class;
use super::table::{BLOCKS, PALETTE, RUNS};

pub use super::table::UNICODE;

const BLOCK: usize = 128;

/// Places of [`INDEX`]: a power of two, so that no place is out of bounds.
const PLACES: usize = 0x20_0000 / BLOCK;

/// Numbers of blocks, for each 128 characters.
static INDEX: [u8; PLACES] = index();

/// Blocks by number; as many as a number can tell, so that none is out of bounds.
static PROPERTIES: [[u8; BLOCK]; 256] = properties();

const fn index() -> [u8; PLACES] {
    let mut index = [0; PLACES];
    let (mut run, mut at) = (0, 0);
    while run < RUNS.len() {
        let (mut count, block) = RUNS[run];
        while count > 0 {
            index[at] = block;
            (at, count) = (at + 1, count - 1);
        }
        run += 1;
    }
    assert!(at == 0x11_0000 / BLOCK, "all characters are in a block");
    index
}

/// What printing asks of each character, in front of the place in the palette: in bits 0 and 1 the columns of one that joins
/// nothing simple before it, else 0; bit 7 where it joins nothing at all.
#[allow(long_running_const_eval, reason = "some 25,000 short steps")]
const fn properties() -> [[u8; BLOCK]; 256] {
    assert!(PALETTE.len() <= 32, "five bits tell a place in the palette");
    let mut all = [[0; BLOCK]; 256];
    let mut number = 0;
    while number < BLOCKS.len() {
        let mut at = 0;
        while at < BLOCK {
            // Letters go from the blank on, without `"` and `\`.
            let letter = BLOCKS[number][at];
            let place = letter - b' ' - (letter > b'"') as u8 - (letter > b'\\') as u8;
            let class = PALETTE[place as usize] >> 2 & 0x1f;
            let columns = PALETTE[place as usize] & 3;
            let in_front = match class {
                _ if class == Class::Plain as u8 => 0x80 | columns,
                _ if class <= Class::ClosedSyllable as u8 => columns,
                _ => 0,
            };
            all[number][at] = in_front | place << 2;
            at += 1;
        }
        number += 1;
    }
    all
}

/// What is known of one character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Property(u8);

impl Property {
    /// Of a scalar; of what is none, of any.
    #[inline]
    pub(crate) fn of(c: u32) -> Property {
        let block = INDEX[c as usize / BLOCK % PLACES];
        Property(PROPERTIES[usize::from(block)][c as usize % BLOCK])
    }

    /// As the palette has it.
    #[inline]
    fn whole(self) -> u8 {
        PALETTE.get(usize::from(self.0 >> 2 & 0x1f)).copied().unwrap_or(0)
    }

    /// Columns of one that begins a cell; 0 for what begins none.
    #[inline]
    pub(crate) fn columns(self) -> usize {
        match usize::from(self.whole() & 3) {
            3 => 1,
            columns => columns,
        }
    }

    /// Columns that it adds to what stands before it in a cluster.
    #[inline]
    pub(crate) fn columns_behind(self) -> usize {
        usize::from(self.whole() & 3) % 3
    }

    /// How it joins.
    #[inline]
    pub(crate) fn class(self) -> Class {
        Class::numbered(self.whole() >> 2 & 0x1f)
    }

    /// Whether it has a form as text and one as emoji, of different columns, that VS15 and VS16 choose.
    #[inline]
    pub(crate) fn has_variants(self) -> bool {
        self.whole() & 0x80 != 0
    }

    /// Columns of a simple character: one that joins nothing before it. 0 for one that wants a closer look, and for
    /// controls.
    #[inline]
    pub(crate) fn simple_columns(self) -> usize {
        if self.0 & 0x80 != 0 { usize::from(self.0 & 3) } else { 0 }
    }

    /// Columns of one that joins nothing when simple ones, or others that this knows, stand before it; 0 for one that
    /// wants a closer look.
    #[inline]
    pub(crate) fn columns_after_simple(self) -> usize {
        usize::from(self.0 & 3)
    }

    /// Whether one that joins nothing simple may join this.
    #[inline]
    pub(crate) fn is_joined(self) -> bool {
        matches!(self.class(), Class::Leading | Class::LinkingLetter | Class::Prepend)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::clusters::Tail;

    fn all() -> impl Iterator<Item = (char, Property)> {
        (0..=0x10_ffff).filter_map(char::from_u32).map(|c| (c, Property::of(c.into())))
    }

    /// What printing takes a short way for.
    #[test]
    fn simple_characters_have_columns_and_join_nothing() {
        let afters = ["a", "漢", "é", "❤\u{fe0f}", "🇩", "ก", "가", "각", "❤", "क"];
        let joiners = ["👩\u{200d}", "क\u{94d}", "\u{1112}", "\u{1112}\u{1161}"];
        let mut count = 0;
        for (c, property) in all().filter(|(_, property)| property.columns_after_simple() > 0) {
            assert_eq!(property.columns_after_simple(), property.columns(), "U+{:04X}", c as u32);
            assert_eq!(property.columns_behind(), property.columns(), "U+{:04X}", c as u32);
            assert!(!property.is_joined(), "U+{:04X}", c as u32);
            let is_simple = property.simple_columns() > 0;
            for before in afters.iter().chain(joiners.iter().filter(|_| is_simple)) {
                assert!(!Tail::of(before).joins(property.class()), "U+{:04X} joins {before}", c as u32);
            }
            count += 1;
        }
        assert!(count > 1_000_000, "{count}");
    }

    #[test]
    fn characters_have_the_columns_that_terminals_agree_on() {
        let cases = [
            (0, "\0\x1b\u{7f}\u{9b}\u{200b}\u{200d}\u{fe0f}\u{301}\u{2028}\u{feff}\u{e0041}"),
            (1, "a~é\u{ad}①─█\u{e0b0}Ж\u{5d0}ก☀❤✔©🇩\u{1160}\u{11a8}\u{600}\u{378}\u{10fffd}ｱ"),
            (2, "漢あ한\u{1100}Ａ🙂⌚☰䷀🛙🏽\u{3164}\u{2fffd}、"),
        ];
        for (columns, text) in cases {
            for c in text.chars() {
                assert_eq!(Property::of(c.into()).columns(), columns, "U+{:04X}", c as u32);
            }
        }
    }

    #[test]
    fn no_more_and_no_less_than_unicode_has() {
        for c in [0x11_0000, u32::MAX] {
            assert_eq!(Property::of(c).simple_columns(), 0);
        }
        let classes: std::collections::BTreeSet<u8> = all().map(|(_, p)| p.class() as u8).collect();
        assert_eq!(classes.len(), Class::LineFeed as usize + 1, "{classes:?}");
    }
}
