//! Which characters have the same columns in every terminal.

/// Whether every terminal, whatever its table of characters, gives this character as many columns as we do: Latin, Greek, Cyrillic, lines and
/// blocks have one; kana, Hangul syllables and the common ideographs have two. Of all else, terminals differ.
pub(super) fn is_sure(c: char, width: usize) -> bool {
    match width {
        1 => {
            matches!(c, ' '..='~' | '\u{a1}'..='\u{ac}' | '\u{ae}'..='\u{2ff}' | '\u{370}'..='\u{482}' | '\u{2500}'..='\u{259f}')
        }
        _ => {
            matches!(c, '\u{3041}'..='\u{3096}' | '\u{30a1}'..='\u{30fa}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}')
        }
    }
}

#[cfg(test)]
mod tests {
    use super::is_sure;

    #[test]
    fn what_is_sure_is_so_in_the_core_s_table_too() {
        let mut count = 0;
        for c in '\0'..=char::MAX {
            for width in [1, 2] {
                if is_sure(c, width) {
                    assert_eq!(abide_core::text::width(&c.to_string()), width, "U+{:04X}", c as u32);
                    count += 1;
                }
            }
        }
        assert!(count > 30_000, "{count}");
    }
}
