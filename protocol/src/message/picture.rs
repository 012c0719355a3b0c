//! Pictures: where they are, which an update says, and their files, which a viewer asks for that has none yet.

use super::SurfaceNumber;
use serde::{Deserialize, Serialize};

/// A part of a picture, in its pixels. Neither side is 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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

/// Where a picture is seen: the part `source` of it, scaled to so many cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Placement {
    /// Left column on the surface.
    pub x: u16,
    /// What has a higher one lies above; text lies between -1 and 0.
    pub z: i32,
    /// Columns.
    pub cols: u16,
    /// Its top row: on a session's surface the row; on a pane's the absolute number of the line, where the surface's first
    /// row has the number [`HistoryTail::end`](super::HistoryTail::end): there placements in the history are told too.
    pub line: u64,
    /// Rows.
    pub rows: u16,
    /// What of the picture these cells show.
    pub source: PixelRect,
    /// Which picture: a number that means the same picture as long as the daemon's `epoch` is the same.
    pub picture: u64,
}

/// Asks for bytes of a picture that is, or was, placed on a surface. Answered by [`PicturePiece`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GetPicture {
    /// The first byte wanted.
    pub offset: u32,
    /// Which picture.
    pub picture: u64,
    /// A surface that shows its pane.
    pub surface: SurfaceNumber,
}

/// How a picture's file is encoded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PictureFormat {
    /// PNG.
    Png,
    /// JPEG.
    Jpeg,
    /// GIF.
    Gif,
}

/// Answers `GetPicture`: a piece of the file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PicturePiece {
    /// Bytes from `offset` on, at most `limits::PICTURE_PIECE_BYTES_MAX`.
    #[serde(with = "serde_bytes")]
    pub bytes: Vec<u8>,
    /// Bytes of the whole file; 0 for a picture that is gone, or whose file was lost.
    pub total: u32,
    /// Pixels across.
    pub width: u32,
    /// How it is encoded.
    pub format: PictureFormat,
    /// Pixels down.
    pub height: u32,
    /// The first byte's place in the file, as asked.
    pub offset: u32,
    /// Which picture.
    pub picture: u64,
    /// As asked.
    pub surface: SurfaceNumber,
}
