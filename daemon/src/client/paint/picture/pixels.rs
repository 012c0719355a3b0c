//! A picture's pixels: decoded within bounds, cut, scaled, and written as PNG.

use super::album::File;
use crate::client::limits::{PICTURE_DECODED_BYTES_MAX, PICTURE_SIDE_MAX};
use abide_protocol::message::{PictureFormat, PixelRect};
use image::{DynamicImage, ImageFormat, ImageReader, Limits, RgbaImage, imageops};
use std::io::Cursor;

/// The pixels of a file; nothing of one that is damaged or too large. Of an animation the first frame.
pub(super) fn decode(file: &File) -> Option<RgbaImage> {
    let mut reader = ImageReader::new(Cursor::new(&file.bytes[..]));
    reader.set_format(match file.format {
        PictureFormat::Png => ImageFormat::Png,
        PictureFormat::Jpeg => ImageFormat::Jpeg,
        PictureFormat::Gif => ImageFormat::Gif,
    });
    let mut limits = Limits::default();
    limits.max_image_width = Some(PICTURE_SIDE_MAX);
    limits.max_image_height = Some(PICTURE_SIDE_MAX);
    limits.max_alloc = Some(PICTURE_DECODED_BYTES_MAX);
    reader.limits(limits);
    reader.decode().ok().map(DynamicImage::into_rgba8)
}

/// The part of a picture that is there of a rectangle.
pub(super) fn cut(picture: &RgbaImage, part: PixelRect) -> Option<RgbaImage> {
    let (x, y) = (part.x.min(picture.width()), part.y.min(picture.height()));
    let (width, height) = (part.width.min(picture.width() - x), part.height.min(picture.height() - y));
    (width > 0 && height > 0).then(|| imageops::crop_imm(picture, x, y, width, height).to_image())
}

/// A picture of another size.
pub(super) fn scale(picture: &RgbaImage, width: u32, height: u32) -> RgbaImage {
    if picture.dimensions() == (width, height) {
        return picture.clone();
    }
    imageops::resize(picture, width, height, imageops::FilterType::Triangle)
}

/// A picture as a file.
pub(super) fn png(picture: &RgbaImage) -> Option<Vec<u8>> {
    let mut file = Cursor::new(Vec::new());
    picture.write_to(&mut file, ImageFormat::Png).ok()?;
    Some(file.into_inner())
}

#[cfg(test)]
mod tests {
    use super::*;
    use image::Rgba;

    fn checkers(width: u32, height: u32) -> RgbaImage {
        RgbaImage::from_fn(width, height, |x, y| Rgba([(x * 16) as u8, (y * 16) as u8, 7, 255]))
    }

    fn file(format: PictureFormat, bytes: Vec<u8>) -> File {
        File { format, width: 0, height: 0, bytes }
    }

    #[test]
    fn each_format_is_read() {
        let picture = checkers(9, 5);
        for (told, format) in [
            (PictureFormat::Png, ImageFormat::Png),
            (PictureFormat::Jpeg, ImageFormat::Jpeg),
            (PictureFormat::Gif, ImageFormat::Gif),
        ] {
            let mut bytes = Cursor::new(Vec::new());
            DynamicImage::from(picture.clone()).to_rgb8().write_to(&mut bytes, format).expect("is written");
            let bytes = bytes.into_inner();
            let read = decode(&file(told, bytes.clone())).expect("is read");
            assert_eq!(read.dimensions(), (9, 5), "{told:?}");
            for end in 0..bytes.len() {
                let _ = decode(&file(told, bytes[..end].to_vec()));
            }
        }
        assert_eq!(decode(&file(PictureFormat::Png, png(&picture).expect("is written"))), Some(picture));
        assert_eq!(decode(&file(PictureFormat::Png, b"no picture".to_vec())), None);
    }

    #[test]
    fn a_side_too_long_is_not_read() {
        let wide = |width| file(PictureFormat::Png, png(&RgbaImage::new(width, 1)).expect("is written"));
        assert!(decode(&wide(PICTURE_SIDE_MAX)).is_some());
        assert!(decode(&wide(PICTURE_SIDE_MAX + 1)).is_none());
        // Both sides allowed, all together not.
        let side = PICTURE_SIDE_MAX - 1;
        assert!(u64::from(side) * u64::from(side) * 4 > PICTURE_DECODED_BYTES_MAX);
        let mut head = png(&RgbaImage::new(1, 1)).expect("is written");
        head[16..20].copy_from_slice(&side.to_be_bytes());
        head[20..24].copy_from_slice(&side.to_be_bytes());
        assert!(decode(&file(PictureFormat::Png, head)).is_none());
    }

    #[test]
    fn parts_beyond_the_picture_are_cut_off() {
        let picture = checkers(10, 10);
        let part = |x, y, width, height| {
            cut(&picture, PixelRect { x, y, width, height }).map(|part| part.dimensions())
        };
        assert_eq!(part(2, 3, 4, 5), Some((4, 5)));
        assert_eq!(part(8, 0, u32::MAX, 20), Some((2, 10)));
        assert_eq!(part(10, 0, 1, 1), None);
        let cut = cut(&picture, PixelRect { x: 2, y: 3, width: 4, height: 5 }).expect("is there");
        assert_eq!(cut.get_pixel(0, 0), picture.get_pixel(2, 3));
        assert_eq!(scale(&cut, 8, 5).dimensions(), (8, 5));
    }
}
