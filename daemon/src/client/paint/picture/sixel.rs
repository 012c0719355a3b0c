//! Pixels as sixels: up to 256 colours, six rows at a time.

use image::RgbaImage;
use std::fmt::Write;

/// A picture as a sixel string, from the cursor on; what is not opaque is left as it is.
pub(super) fn sixels(picture: &RgbaImage, colours_max: usize) -> Vec<u8> {
    let palette = Palette::of(picture, colours_max);
    let (width, height) = picture.dimensions();
    // P2 = 1: pixels that are not set keep what was there.
    let mut out = format!("\x1bP0;1;0q\"1;1;{width};{height}");
    for (n, [r, g, b]) in palette.colours.iter().enumerate() {
        let percent = |v: u8| (u32::from(v) * 100 + 127) / 255;
        let _ = write!(out, "#{n};2;{};{};{}", percent(*r), percent(*g), percent(*b));
    }
    let mut rows: Vec<Vec<u8>> = vec![Vec::new(); palette.colours.len()];
    for top in (0..height).step_by(6) {
        rows.iter_mut().for_each(Vec::clear);
        for y in top..height.min(top + 6) {
            for x in 0..width {
                let pixel = picture.get_pixel(x, y).0;
                let row = palette.index(pixel).and_then(|n| rows.get_mut(n));
                let Some(row) = row else { continue };
                row.resize(row.len().max(x as usize + 1), 0);
                if let Some(sixel) = row.get_mut(x as usize) {
                    *sixel |= 1 << (y - top);
                }
            }
        }
        let mut first = true;
        for (n, row) in rows.iter().enumerate().filter(|(_, row)| !row.is_empty()) {
            if !std::mem::take(&mut first) {
                out.push('$');
            }
            let _ = write!(out, "#{n}");
            for run in row.chunk_by(|a, b| a == b) {
                let sixel = char::from(63 + run.first().copied().unwrap_or(0));
                match run.len() {
                    // A repetition has at least three letters.
                    1..=3 => out.extend(std::iter::repeat_n(sixel, run.len())),
                    many => {
                        let _ = write!(out, "!{many}{sixel}");
                    }
                }
            }
        }
        if top + 6 < height {
            out.push('-');
        }
    }
    out.push_str("\x1b\\");
    out.into_bytes()
}

/// Few colours for many: the space of colours is halved where there is most, until there are as many parts as colours.
struct Palette {
    colours: Vec<[u8; 3]>,
    /// Of each colour of 5 bits a channel.
    index: Vec<u8>,
}

/// A colour of 5 bits a channel, and how many pixels have it.
type Counted = (u16, u32);

impl Palette {
    fn of(picture: &RgbaImage, colours_max: usize) -> Palette {
        let mut counts = vec![0u32; 1 << 15];
        for pixel in picture.pixels() {
            if let Some(count) = cell(pixel.0).and_then(|n| counts.get_mut(usize::from(n))) {
                *count = count.saturating_add(1);
            }
        }
        let used: Vec<Counted> =
            (0u16..).zip(&counts).filter(|(_, count)| **count > 0).map(|(n, count)| (n, *count)).collect();
        let mut parts = if used.is_empty() { Vec::new() } else { vec![used] };
        // Sixel registers are numbered by a byte here.
        while parts.len() < colours_max.clamp(1, 256) {
            let widest = parts.iter().enumerate().max_by_key(|(_, part)| weight(part)).map(|(n, _)| n);
            let Some(widest) = widest.filter(|n| parts.get(*n).is_some_and(|part| part.len() > 1)) else {
                break;
            };
            let (low, high) = halves(parts.swap_remove(widest));
            parts.extend([low, high]);
        }
        let mut index = vec![0; 1 << 15];
        let mut colours = Vec::new();
        for (n, part) in parts.iter().enumerate() {
            for (colour, _) in part {
                if let Some(slot) = index.get_mut(usize::from(*colour)) {
                    *slot = n as u8;
                }
            }
            colours.push(mean(part));
        }
        Palette { colours, index }
    }

    /// The number of a pixel's colour; none for what is to be seen through.
    fn index(&self, pixel: [u8; 4]) -> Option<usize> {
        cell(pixel).and_then(|n| self.index.get(usize::from(n))).map(|n| usize::from(*n))
    }
}

fn cell([r, g, b, alpha]: [u8; 4]) -> Option<u16> {
    let five = |v: u8| u16::from(v >> 3);
    (alpha >= 128).then(|| five(r) << 10 | five(g) << 5 | five(b))
}

fn channel(colour: u16, n: usize) -> u16 {
    colour >> (10 - 5 * n) & 31
}

fn spread(part: &[Counted], n: usize) -> u16 {
    let values = part.iter().map(|(colour, _)| channel(*colour, n));
    values.clone().max().unwrap_or(0) - values.min().unwrap_or(0)
}

/// What is gained by halving a part: none of one colour is halved.
fn weight(part: &[Counted]) -> u64 {
    let widest = (0..3).map(|n| spread(part, n)).max().unwrap_or(0);
    u64::from(widest) * part.iter().map(|(_, count)| u64::from(*count)).sum::<u64>()
}

/// Halves a part of two colours or more along its widest channel, each with about half of the pixels.
fn halves(mut part: Vec<Counted>) -> (Vec<Counted>, Vec<Counted>) {
    let widest = (0..3).max_by_key(|n| spread(&part, *n)).unwrap_or(0);
    part.sort_by_key(|(colour, _)| channel(*colour, widest));
    let total: u64 = part.iter().map(|(_, count)| u64::from(*count)).sum();
    let mut below = 0;
    let half = part
        .iter()
        .position(|(_, count)| {
            below += u64::from(*count);
            below * 2 >= total
        })
        .unwrap_or(0);
    let high = part.split_off((half + 1).min(part.len() - 1));
    (part, high)
}

fn mean(part: &[Counted]) -> [u8; 3] {
    let total: u64 = part.iter().map(|(_, count)| u64::from(*count)).sum();
    [0, 1, 2].map(|n| {
        let sum: u64 =
            part.iter().map(|(colour, count)| u64::from(channel(*colour, n)) * u64::from(*count)).sum();
        // 31 is full.
        (sum * 255 / (31 * total.max(1))) as u8
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn text(picture: &RgbaImage, colours: usize) -> String {
        String::from_utf8(sixels(picture, colours)).expect("is text")
    }

    #[test]
    fn a_picture_of_two_colours() {
        let (red, blue) = (Rgba([255, 0, 0, 255]), Rgba([0, 0, 255, 255]));
        let picture = RgbaImage::from_fn(8, 7, |x, y| match (x, y) {
            (1, 0) => Rgba([9, 9, 9, 0]),
            (0..4, _) => red,
            _ => blue,
        });
        let text = text(&picture, 256);
        assert_eq!(text, "\x1bP0;1;0q\"1;1;8;7#0;2;100;0;0#1;2;0;0;100#0~}~~$#1!4?!4~-#0!4@$#1!4?!4@\x1b\\");
    }

    #[test]
    fn colours_are_few() {
        let picture = RgbaImage::from_fn(64, 64, |x, y| Rgba([(x * 4) as u8, (y * 4) as u8, 128, 255]));
        for most in [1, 2, 16, 256] {
            let palette = Palette::of(&picture, most);
            assert_eq!(palette.colours.len(), most);
            let far = picture.pixels().map(|pixel| {
                let [r, g, b, _] = pixel.0;
                let near = palette.colours[palette.index(pixel.0).expect("is opaque")];
                [r, g, b].iter().zip(near).map(|(a, b)| a.abs_diff(b)).max().unwrap_or(0)
            });
            let far = far.max().unwrap_or(0);
            assert!(most < 256 || far <= 24, "{most}: {far}");
        }
        assert_eq!(Palette::of(&RgbaImage::new(3, 3), 256).colours.len(), 0, "all is seen through");
        assert_eq!(text(&RgbaImage::new(3, 7), 256), "\x1bP0;1;0q\"1;1;3;7-\x1b\\");
    }
}
