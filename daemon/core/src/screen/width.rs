//! Which characters are simple: one scalar, a known width, never part of a cluster with what stands before.
//! Most text is of these, and the answer costs one look into a small table.

use unicode_width::UnicodeWidthChar as _;

/// The columns of a simple character, None for one that wants a closer look. A test compares this with
/// `unicode-width` and `unicode-segmentation` for every scalar.
const fn simple(c: u32) -> Option<u8> {
    if c >= 0x2e80 {
        return match c {
            // CJK ideographs, kana, CJK punctuation, full-width forms.
            0x4e00..=0x9fff | 0x3041..=0x3096 | 0x30a0..=0x30ff | 0x3400..=0x4dbf => Some(2),
            0x3001..=0x3029 | 0x3031..=0x303c | 0xff01..=0xff60 => Some(2),
            // Private use, where powerline has its shapes.
            0xe000..=0xf8ff => Some(1),
            _ => None,
        };
    }
    match c {
        // Latin, Greek, Cyrillic; without the soft hyphen, © and ®, and the combining marks.
        0xa1..=0xa8 | 0xaa..=0xac | 0xaf..=0x2ff => Some(1),
        0x370..=0x377 | 0x37a..=0x37f | 0x384..=0x482 | 0x48a..=0x52f => Some(1),
        // Dashes, quotes, bullets, ellipsis; currency; arrows; mathematics; box drawing, blocks, shapes;
        // check marks; Braille.
        0x2010..=0x2027 | 0x2030..=0x203b | 0x20a0..=0x20bf | 0x2190..=0x2193 | 0x2200..=0x22ff => Some(1),
        0x2500..=0x25a9 | 0x2713 | 0x2717 | 0x2800..=0x28ff => Some(1),
        // Hebrew, Arabic and Thai letters.
        0x5d0..=0x5ea | 0x620..=0x64a | 0xe01..=0xe30 => Some(1),
        _ => None,
    }
}

/// [`simple`] of the basic plane, two bits a scalar.
static COLUMNS: [u8; 0x1_0000 / 4] = columns(false);

/// The same with the Korean syllables.
static COLUMNS_AFTER_SIMPLE: [u8; 0x1_0000 / 4] = columns(true);

#[allow(long_running_const_eval, reason = "65,536 short steps")]
const fn columns(korean: bool) -> [u8; 0x1_0000 / 4] {
    let mut table = [0; 0x1_0000 / 4];
    let mut c = 0x20;
    while c < 0x1_0000 {
        let columns = match c {
            0x20..0x7f => Some(1),
            0xac00..=0xd7a3 if korean => Some(2),
            _ => simple(c),
        };
        if let Some(columns) = columns {
            table[c as usize / 4] |= columns << (c % 4 * 2);
        }
        c += 1;
    }
    table
}

/// The columns of a simple character, ASCII too; 0 for one that wants a closer look.
#[inline]
pub(crate) fn simple_columns(c: u32) -> usize {
    COLUMNS.get(c as usize / 4).map_or(0, |four| usize::from(four >> (c % 4 * 2) & 3))
}

/// The columns of a character that is no part of a cluster when simple ones, or others that this knows, stand before
/// it; 0 for one that wants a closer look.
#[inline]
pub(crate) fn columns_after_simple(c: u32) -> usize {
    match COLUMNS_AFTER_SIMPLE.get(c as usize / 4) {
        Some(four) => usize::from(four >> (c % 4 * 2) & 3),
        None => 2 * usize::from(stands_after_simple(c)),
    }
}

/// Whether a character of two columns is no part of a cluster when a simple one stands before it.
#[inline]
pub(crate) fn stands_after_simple(c: u32) -> bool {
    char::from_u32(c).is_some_and(|c| is_korean_syllable(c) || is_emoji(c) && c.width() == Some(2))
}

/// The letters that Korean syllables join.
#[inline]
pub(crate) fn is_jamo(c: u32) -> bool {
    matches!(c, 0x1100..=0x11ff | 0xa960..=0xa97f)
}

/// Marks that join whatever character stands before them (UAX 29, rule GB9).
#[inline]
pub(crate) fn always_joins(c: char) -> bool {
    matches!(c as u32, 0x300..=0x36f | 0x200d | 0x20d0..=0x20f0 | 0xfe00..=0xfe0f | 0x1f3fb..=0x1f3ff)
}

/// Whether a character is an emoji that can only join a cluster that ends in ZWJ: no skin tone, no flag
/// letter. For these the cell before need be looked at only when it is a cluster.
#[inline]
pub(crate) fn is_emoji(c: char) -> bool {
    matches!(c as u32, 0x1f300..=0x1f3fa | 0x1f400..=0x1faff)
}

/// Korean syllables join a leading jamo before them, which is rare; the width is always 2.
#[inline]
pub(crate) fn is_korean_syllable(c: char) -> bool {
    matches!(c as u32, 0xac00..=0xd7a3)
}

#[cfg(test)]
mod tests {
    use super::*;
    use unicode_segmentation::UnicodeSegmentation as _;

    #[test]
    fn simple_characters_are_as_the_tables_say() {
        for c in (0..=0x10_ffff).filter_map(char::from_u32) {
            let columns = simple_columns(c as u32);
            let after = if columns > 0 { columns } else { 2 * usize::from(stands_after_simple(c as u32)) };
            assert_eq!(columns_after_simple(c as u32), after, "U+{:04X} after a simple one", c as u32);
            if columns > 0 {
                assert_eq!(c.width(), Some(columns), "width of U+{:04X}", c as u32);
                let joins =
                    ["a", "漢", "é", "❤\u{fe0f}", "👩\u{200d}", "🇩", "क\u{94d}"].iter().any(|before| {
                        format!("{before}{c}").graphemes(true).count() == before.graphemes(true).count()
                    });
                assert!(!joins, "U+{:04X} joins", c as u32);
            }
            if always_joins(c) {
                for before in ["a", "漢", "é", "क\u{94d}", "ก", "🇩", "가"] {
                    assert_eq!(format!("{before}{c}").graphemes(true).count(), 1, "U+{:04X}", c as u32);
                }
            }
            if is_korean_syllable(c) {
                assert_eq!(c.width(), Some(2), "width of U+{:04X}", c as u32);
            }
            if is_emoji(c) {
                let joins = format!("漢{c}").graphemes(true).count() != 2;
                assert!(!joins, "U+{:04X} joins", c as u32);
            }
        }
    }
}
