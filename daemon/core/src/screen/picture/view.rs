//! What readers see of pictures.

use super::super::Screen;
use std::ops::Range;
use std::sync::Arc;

/// How a picture is encoded. What programs send as raw pixels is made PNG.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
}

/// A picture that a program sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Picture {
    /// How it is encoded.
    pub format: PictureFormat,
    /// Pixels across.
    pub width: u32,
    /// Pixels down.
    pub height: u32,
    /// The encoded file; empty when it was lost.
    pub bytes: Arc<[u8]>,
}

/// A part of a picture, in its pixels.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct PixelRect {
    /// From the left.
    pub x: u32,
    /// From the top.
    pub y: u32,
    /// Across.
    pub width: u32,
    /// Down.
    pub height: u32,
}

/// Where a picture is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PlacedPicture {
    /// The picture's number in this screen, which is never given again.
    pub picture: u32,
    /// Its leftmost column.
    pub x: u16,
    /// The absolute number of its topmost line; the screen's first row has number `history().end`.
    pub line: u64,
    /// Columns it takes.
    pub cols: u16,
    /// Rows it takes.
    pub rows: u16,
    /// The part of the picture that is shown, scaled to these cells.
    pub source: PixelRect,
    /// What has a higher one is above; text is between -1 and 0.
    pub z: i32,
}

impl Screen {
    /// A clock that moves whenever [`Screen::pictures_in`] may answer otherwise, but for scrolling.
    #[must_use]
    pub fn pictures_version(&self) -> u64 {
        0
    }

    /// The pictures that touch lines of the history and of the grid that is shown, the backmost first. They are
    /// whole, however few of these lines they touch.
    #[must_use]
    pub fn pictures_in(&self, _lines: Range<u64>) -> Vec<PlacedPicture> {
        Vec::new()
    }

    /// A picture by its number.
    #[must_use]
    pub fn picture(&self, _number: u32) -> Option<&Picture> {
        None
    }
}
