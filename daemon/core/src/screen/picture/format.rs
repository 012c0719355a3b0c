//! What encoded files say of themselves, and pixels encoded.

use super::view::{Picture, PictureFormat};
use crate::base::limits::{PICTURE_BYTES_MAX, PICTURE_PIXELS_MAX, PICTURE_SIDE_PIXELS_MAX};

/// A picture from an encoded file, if its header is sound and it is not too large.
pub(crate) fn read(bytes: Vec<u8>) -> Option<Picture> {
    let (format, width, height) = measured(&bytes)?;
    (bytes.len() <= PICTURE_BYTES_MAX && fits(width, height)).then(|| Picture {
        format,
        width,
        height,
        bytes: bytes.into(),
    })
}

/// Whether a picture may have these sides.
pub(crate) fn fits(width: u32, height: u32) -> bool {
    let sides = 1..=PICTURE_SIDE_PIXELS_MAX;
    sides.contains(&width)
        && sides.contains(&height)
        && u64::from(width) * u64::from(height) <= PICTURE_PIXELS_MAX
}

/// Format, width and height.
pub(crate) fn measured(bytes: &[u8]) -> Option<(PictureFormat, u32, u32)> {
    if let Some(rest) = bytes.strip_prefix(b"\x89PNG\r\n\x1a\n") {
        return png(rest).map(|(width, height)| (PictureFormat::Png, width, height));
    }
    if bytes.starts_with(b"GIF87a") || bytes.starts_with(b"GIF89a") {
        let side = |at: usize| Some(u32::from(u16::from_le_bytes([*bytes.get(at)?, *bytes.get(at + 1)?])));
        return Some((PictureFormat::Gif, side(6)?, side(8)?));
    }
    if bytes.starts_with(b"\xff\xd8\xff") {
        return jpeg(&bytes[2..]).map(|(width, height)| (PictureFormat::Jpeg, width, height));
    }
    None
}

/// The first chunk: IHDR, with a depth that goes with the colours.
fn png(rest: &[u8]) -> Option<(u32, u32)> {
    let (header, _) = rest.split_first_chunk::<25>()?;
    let side = |at: usize| u32::from_be_bytes([header[at], header[at + 1], header[at + 2], header[at + 3]]);
    let (depth, colors) = (header[16], header[17]);
    let is_sound = side(0) == 13
        && &header[4..8] == b"IHDR"
        && match colors {
            0 => matches!(depth, 1 | 2 | 4 | 8 | 16),
            3 => matches!(depth, 1 | 2 | 4 | 8),
            2 | 4 | 6 => matches!(depth, 8 | 16),
            _ => false,
        };
    is_sound.then(|| (side(8), side(12)))
}

/// Segments up to the first that begins a frame.
fn jpeg(mut rest: &[u8]) -> Option<(u32, u32)> {
    loop {
        let at = rest.iter().position(|b| *b != 0xff)?;
        let marker = *rest.get(at).filter(|_| at > 0)?;
        rest = &rest[at + 1..];
        match marker {
            // Those without a length.
            0x01 | 0xd0..=0xd7 => continue,
            // The picture's data, or its end, before any frame.
            0xd8..=0xda => return None,
            _ => {}
        }
        let len = usize::from(u16::from_be_bytes([*rest.first()?, *rest.get(1)?]));
        let segment = rest.get(..len.max(2))?;
        if matches!(marker, 0xc0..=0xcf) && !matches!(marker, 0xc4 | 0xc8 | 0xcc) {
            let side =
                |at: usize| Some(u32::from(u16::from_be_bytes([*segment.get(at)?, *segment.get(at + 1)?])));
            return Some((side(5)?, side(3)?));
        }
        rest = &rest[segment.len()..];
    }
}

/// Pixels of three or four bytes as a PNG. None where they are not as many as the sides say, or it becomes too large.
pub(crate) fn encoded(pixels: &[u8], width: u32, height: u32, alpha: bool) -> Option<Picture> {
    let depth = if alpha { 4 } else { 3 };
    if !fits(width, height) || pixels.len() != width as usize * height as usize * depth {
        return None;
    }
    written(pixels, width, height, |encoder| {
        encoder.set_color(if alpha { png::ColorType::Rgba } else { png::ColorType::Rgb });
    })
}

/// The same of a byte each that numbers a colour, red, green, blue and alpha.
pub(crate) fn encoded_numbers(
    numbers: &[u8],
    width: u32,
    height: u32,
    colors: &[[u8; 4]],
) -> Option<Picture> {
    if !fits(width, height) || numbers.len() != width as usize * height as usize {
        return None;
    }
    written(numbers, width, height, |encoder| {
        encoder.set_color(png::ColorType::Indexed);
        encoder.set_palette(colors.iter().flat_map(|[r, g, b, _]| [*r, *g, *b]).collect::<Vec<u8>>());
        encoder.set_trns(colors.iter().map(|[.., alpha]| *alpha).collect::<Vec<u8>>());
    })
}

fn written(
    pixels: &[u8],
    width: u32,
    height: u32,
    set: impl FnOnce(&mut png::Encoder<'_, &mut Vec<u8>>),
) -> Option<Picture> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_depth(png::BitDepth::Eight);
    encoder.set_compression(png::Compression::Fast);
    set(&mut encoder);
    let mut writer = encoder.write_header().ok()?;
    writer.write_image_data(pixels).ok()?;
    writer.finish().ok()?;
    (bytes.len() <= PICTURE_BYTES_MAX).then(|| Picture {
        format: PictureFormat::Png,
        width,
        height,
        bytes: bytes.into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pixels_are_a_png_that_says_its_size() {
        let picture = encoded(&[7; 3 * 5 * 4], 5, 3, true).expect("fits");
        assert_eq!(measured(&picture.bytes), Some((PictureFormat::Png, 5, 3)));
        assert!(encoded(&[7; 3 * 5 * 4], 5, 4, true).is_none(), "fewer pixels than that");
        let mut reader =
            png::Decoder::new(std::io::Cursor::new(&picture.bytes[..])).read_info().expect("a PNG");
        let mut pixels = vec![0; 60];
        reader.next_frame(&mut pixels).expect("pixels");
        assert_eq!(pixels, [7; 60]);
    }

    #[test]
    fn headers_are_read_or_refused_never_worse() {
        let gif = b"GIF89a\x03\x00\x02\x00";
        assert_eq!(measured(gif), Some((PictureFormat::Gif, 3, 2)));
        let jpeg = b"\xff\xd8\xff\xe0\x00\x04ab\xff\xff\xc2\x00\x0b\x08\x00\x02\x00\x03\x01\x00\x00\x00";
        assert_eq!(measured(jpeg), Some((PictureFormat::Jpeg, 3, 2)));
        let png = encoded(&[0; 12], 2, 2, false).expect("fits").bytes;
        for whole in [&gif[..], jpeg, &png] {
            for end in 0..whole.len() {
                let _ = measured(&whole[..end]);
                let mut spoilt = whole.to_vec();
                spoilt[end] ^= 0xff;
                let _ = measured(&spoilt);
            }
        }
        assert_eq!(measured(b"\xff\xd8\xff\xff\xff"), None);
    }
}
