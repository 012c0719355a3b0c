//! One character out of UTF-8, quicker than checking a text first and taking it apart after.

/// The scalar that bytes begin with and its length: printable ASCII, or a whole well-formed character (Unicode 16,
/// table 3-7). None for anything else.
#[inline(always)]
pub(crate) fn decode(bytes: &[u8]) -> Option<(u32, usize)> {
    // What is missing at the end is no part of a character.
    let [a, b, c, d] = bytes.first_chunk().copied().unwrap_or_else(|| {
        let mut four = [0; 4];
        four[..bytes.len()].copy_from_slice(bytes);
        four
    });
    let follows = |b: u8| b & 0xc0 == 0x80;
    let low = |b: u8| u32::from(b & 0x3f);
    match a {
        0x20..=0x7e => Some((a.into(), 1)),
        0xc2..=0xdf => follows(b).then_some((u32::from(a & 0x1f) << 6 | low(b), 2)),
        0xe0..=0xef => {
            let scalar = u32::from(a & 0x0f) << 12 | low(b) << 6 | low(c);
            (follows(b) & follows(c) & (scalar >= 0x800) & (scalar & 0xf800 != 0xd800)).then_some((scalar, 3))
        }
        0xf0..=0xf4 => {
            let scalar = u32::from(a & 0x07) << 18 | low(b) << 12 | low(c) << 6 | low(d);
            let good = (0x1_0000..=0x10_ffff).contains(&scalar);
            (follows(b) & follows(c) & follows(d) & good).then_some((scalar, 4))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::decode;

    #[test]
    fn it_takes_what_the_library_takes() {
        for c in (' '..='~').chain('\u{80}'..=char::MAX) {
            let text = format!("{c}x");
            assert_eq!(decode(text.as_bytes()), Some((c as u32, c.len_utf8())), "U+{:04X}", c as u32);
        }
        // Every start of two and three bytes, well-formed or not.
        for n in 0..=0xff_ffffu32 {
            let [_, a, b, c] = n.to_be_bytes();
            let bytes = [a, b, c, 0xbf];
            if (0x20..0x7f).contains(&a) || a < 0x80 {
                continue;
            }
            let len = if a < 0xe0 {
                2
            } else if a < 0xf0 {
                3
            } else {
                4
            };
            let known = std::str::from_utf8(&bytes[..len]).ok().and_then(|t| t.chars().next());
            assert_eq!(decode(&bytes).map(|d| d.0), known.map(u32::from), "{bytes:x?}");
        }
    }
}
