//! What readers see of pictures.

use super::super::Screen;
use super::super::view::RowView;
use super::kitty;
use super::placement::Placement;
use crate::base::limits::PLACEHOLDER_LINES_MAX;
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
        let Some(pictures) = &self.terminal.pictures else { return 0 };
        // What is printed takes bound ones away, and places those that text asks for.
        let changes =
            !pictures.prototypes.is_empty() || pictures.shown.iter().any(|placement| placement.bound);
        pictures.clock << 32 | if changes { self.version & 0xffff_ffff } else { 0 }
    }

    /// The pictures that touch lines of the history and of the grid that is shown, the backmost first. They are
    /// whole, however few of these lines they touch.
    #[must_use]
    pub fn pictures_in(&self, lines: Range<u64>) -> Vec<PlacedPicture> {
        let Some((pictures, ground)) = self.terminal.pictures_ground() else { return Vec::new() };
        let base = if self.terminal.on_alternate() { ground.end } else { 0 };
        let mut found = Vec::new();
        let touches = |placement: &&Placement| {
            let own = placement.lines();
            let at = |line: i64| u64::try_from(base.saturating_add(line)).unwrap_or(0);
            at(own.start) < lines.end && at(own.end) > lines.start
        };
        for placement in pictures.shown.iter().filter(touches) {
            let parts = placement.parts(|line| ground.shown_cells(line)).into_iter();
            found.extend(parts.map(|part| placement.shown(part, base)));
        }
        // Beside the alternate screen the history is still the primary one's.
        for placement in &pictures.other {
            if let Some(old) = placement.cut_to(i64::MIN..ground.end) {
                found.extend(old.parts(|_| None).into_iter().map(|part| old.shown(part, 0)));
            }
        }
        let start = lines.start.max(self.terminal.history.start);
        if !pictures.prototypes.is_empty() {
            let end = lines.end.min(self.terminal.history.end + self.terminal.grid.rows() as u64);
            let first = start.max(end.saturating_sub(PLACEHOLDER_LINES_MAX));
            let rows = (first..end).filter_map(|line| Some((line, self.shown_line(line)?)));
            found.extend(kitty::placed(pictures, rows));
        }
        found.retain(|placed| {
            placed.line < lines.end && placed.line.saturating_add(placed.rows.into()) > start
        });
        found.sort_by_key(|placed| placed.z);
        found
    }

    /// A line of the history, as far as it is here, or of the shown grid.
    fn shown_line(&self, line: u64) -> Option<RowView<'_>> {
        let history = &self.terminal.history;
        match line.checked_sub(history.end) {
            Some(y) => self.grid_row(&self.terminal.grid, usize::try_from(y).ok()?),
            None if history.absent(line).is_some() => None,
            None => history.line(line),
        }
    }

    /// A picture by its number.
    #[must_use]
    pub fn picture(&self, number: u32) -> Option<&Picture> {
        self.terminal.pictures.as_ref()?.album.get(number).map(|held| &held.picture)
    }
}
