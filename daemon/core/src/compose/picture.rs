//! Pictures on a surface: where they are seen, for viewers that show them; for the others boxes among the cells.

use super::{canvas::Strip, scene::PaneView};
use crate::{
    base::ids::PaneId,
    screen::{PixelRect, PlacedPicture, Screen},
};
use abide_protocol::{limits::PLACEMENTS_MAX, message::Placement};
use std::ops::Range;

/// The number by which viewers know a pane's picture.
#[must_use]
pub fn picture_number(pane: PaneId, picture: u32) -> u64 {
    u64::from(pane.0) << 32 | u64::from(picture)
}

/// The pane of a picture, and its number there.
#[must_use]
pub fn picture_of(number: u64) -> (PaneId, u32) {
    (PaneId((number >> 32) as u32), number as u32)
}

/// The pictures of a pane that is seen.
pub(super) struct PanePictures {
    /// Which pane of the scene.
    pub(super) at: usize,
    /// The line in the pane's first row.
    pub(super) top: u64,
    /// The backmost first.
    pub(super) placed: Vec<PlacedPicture>,
}

/// Which pictures are meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Which {
    All,
    /// Those whose files are there: what viewers are told of.
    Whole,
    /// Those whose files were lost: a box for everybody.
    Lost,
}

impl Which {
    fn means(self, screen: &Screen, placed: &PlacedPicture) -> bool {
        let whole = || screen.picture(placed.picture).is_some_and(|picture| !picture.bytes.is_empty());
        match self {
            Which::All => true,
            Which::Whole => whole(),
            Which::Lost => !whole(),
        }
    }
}

/// The pictures of those panes that have any in sight. No pane that has none costs more than the question.
pub(super) fn in_sight(panes: &[PaneView<'_>], which: Which) -> Vec<PanePictures> {
    let mut all = Vec::new();
    for (at, pane) in panes.iter().enumerate() {
        let (top, mut placed) = match pane.mode {
            Some((mode, sight)) => mode.pictures(&sight),
            None => {
                let top = pane.screen.history().end;
                (top, pane.screen.pictures_in(top..top + u64::from(pane.rect.rows)))
            }
        };
        placed.retain(|picture| which.means(pane.screen, picture));
        if !placed.is_empty() {
            all.push(PanePictures { at, top, placed });
        }
    }
    all
}

/// All pictures of a pane alone, by the absolute numbers of its lines: those of its history too.
pub(super) fn of_pane(pane: &PaneView<'_>) -> Vec<Placement> {
    let size = pane.screen.size();
    let end = pane.screen.history().end;
    let (rows, cols) = (u64::from(size.rows), 0..u64::from(size.cols));
    let (top, placed, lines) = match pane.mode {
        Some((mode, sight)) => {
            let (top, placed) = mode.pictures(&sight);
            (top, placed, top..top + rows)
        }
        None => (end, pane.screen.pictures_in(0..end + rows), 0..end + rows),
    };
    let whole = placed.iter().filter(|picture| Which::Whole.means(pane.screen, picture));
    let seen = whole.filter_map(|picture| {
        let cut = cut(picture, &cols, &lines)?;
        // A mode shows other lines than the screen's where the screen's are.
        let line = (cut.line + end).checked_sub(top)?;
        Some(cut.placement(pane.id, cut.col as u16, line))
    });
    newest(seen.collect())
}

/// As many as an update may tell: those with the last lines, in the order they had.
pub(super) fn newest(placements: Vec<Placement>) -> Vec<Placement> {
    let excess = placements.len().saturating_sub(PLACEMENTS_MAX);
    if excess == 0 {
        return placements;
    }
    let mut by_line: Vec<(u64, usize)> =
        placements.iter().enumerate().map(|(n, p)| (p.line.saturating_add(u64::from(p.rows)), n)).collect();
    by_line.sort_unstable();
    let mut kept: Vec<usize> = by_line.into_iter().skip(excess).map(|(_, n)| n).collect();
    kept.sort_unstable();
    kept.into_iter().filter_map(|n| placements.get(n).copied()).collect()
}

/// What is seen of a picture.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Cut {
    picture: u32,
    z: i32,
    /// Its left column in the pane.
    pub(super) col: u64,
    cols: u64,
    pub(super) line: u64,
    rows: u64,
    source: PixelRect,
}

impl Cut {
    /// As it travels, at a place of the surface.
    pub(super) fn placement(&self, pane: PaneId, x: u16, line: u64) -> Placement {
        let PixelRect { x: left, y, width, height } = self.source;
        Placement {
            x,
            z: self.z,
            cols: self.cols as u16,
            line,
            rows: self.rows as u16,
            source: abide_protocol::message::PixelRect { x: left, y, width, height },
            picture: picture_number(pane, self.picture),
        }
    }
}

/// The part of a picture in columns and lines that are seen.
pub(super) fn cut(placed: &PlacedPicture, cols: &Range<u64>, lines: &Range<u64>) -> Option<Cut> {
    let PixelRect { x, y, width, height } = placed.source;
    let (col, seen_cols, x, width) = along(placed.x.into(), placed.cols.into(), cols, x, width)?;
    let (line, rows, y, height) = along(placed.line, placed.rows.into(), lines, y, height)?;
    let source = PixelRect { x, y, width, height };
    Some(Cut { picture: placed.picture, z: placed.z, col, cols: seen_cols, line, rows, source })
}

/// Of `cells` from `from` on, which show `length` pixels from `at` on: the first that is seen, how many are, and the pixels
/// they show. Pixels that lie partly under a cell belong to it.
fn along(from: u64, cells: u64, seen: &Range<u64>, at: u32, length: u32) -> Option<(u64, u64, u32, u32)> {
    let first = from.max(seen.start);
    let end = from.saturating_add(cells).min(seen.end);
    if first >= end {
        return None;
    }
    let low = u64::from(length) * (first - from) / cells;
    let high = (u64::from(length) * (end - from)).div_ceil(cells);
    let pixels = u32::try_from(high - low).unwrap_or(u32::MAX).max(1);
    let low = at.saturating_add(u32::try_from(low).unwrap_or(u32::MAX)).min(u32::MAX - pixels);
    Some((first, end - first, low, pixels))
}

/// Draws the pictures of a line as boxes, over blanks alone: what was printed over a picture stays to be read.
pub(super) fn draw_boxes(strip: &mut Strip<'_>, screen: &Screen, line: u64, placed: &[PlacedPicture]) {
    for picture in placed {
        let Some(row) = line.checked_sub(picture.line).filter(|row| *row < u64::from(picture.rows)) else {
            continue;
        };
        let size = screen.picture(picture.picture).map(|p| (p.width, p.height));
        let text = box_row(picture.cols.into(), picture.rows.into(), row as usize, size);
        for (x, ch) in (picture.x..).zip(text.chars()) {
            strip.put_on_blank(x, ch);
        }
    }
}

/// One row of the box of a picture of so many cells and pixels.
fn box_row(cols: usize, rows: usize, row: usize, pixels: Option<(u32, u32)>) -> String {
    let label =
        pixels.map_or_else(|| "image".to_owned(), |(width, height)| format!("image {width}x{height}"));
    if rows == 1 || cols == 1 {
        return if row == 0 { label.chars().take(cols).collect() } else { "│".repeat(cols) };
    }
    let inner = cols - 2;
    let label: String = label.chars().take(inner).collect();
    // In the middle, or on the upper line where there is no other room.
    let labelled = (rows - 1) / 2 == row;
    let (left, fill, right) = match row {
        0 => ('┌', "─", '┐'),
        _ if row + 1 == rows => ('└', "─", '┘'),
        _ => ('│', " ", '│'),
    };
    let before = if labelled { (inner - label.len()) / 2 } else { 0 };
    let label = if labelled { label } else { String::new() };
    let after = inner - before - label.len();
    format!("{left}{}{label}{}{right}", fill.repeat(before), fill.repeat(after))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn placed(x: u16, line: u64, cols: u16, rows: u16, source: (u32, u32, u32, u32)) -> PlacedPicture {
        let source = PixelRect { x: source.0, y: source.1, width: source.2, height: source.3 };
        PlacedPicture { picture: 7, x, line, cols, rows, source, z: 0 }
    }

    #[test]
    fn what_is_seen_shows_its_own_pixels() {
        let picture = placed(10, 100, 4, 3, (5, 6, 40, 100));
        let seen = |cols: Range<u64>, lines: Range<u64>| {
            cut(&picture, &cols, &lines).map(|c| {
                let s = c.source;
                ((c.col, c.line, c.cols, c.rows), (s.x, s.y, s.width, s.height))
            })
        };
        assert_eq!(seen(0..80, 0..200), Some(((10, 100, 4, 3), (5, 6, 40, 100))), "whole");
        assert_eq!(seen(0..12, 101..200), Some(((10, 101, 2, 2), (5, 39, 20, 67))));
        assert_eq!(seen(13..80, 0..101), Some(((13, 100, 1, 1), (35, 6, 10, 34))));
        assert_eq!(seen(14..80, 0..200), None);
        assert_eq!(seen(0..80, 0..100), None);
        // Less than a pixel a cell is a pixel.
        let thin = placed(0, 0, 10, 1, (0, 0, 1, 1));
        let cut = cut(&thin, &(9..10), &(0..1)).expect("is seen");
        assert_eq!((cut.source.x, cut.source.width), (0, 1));
    }

    /// Whatever the model says, a viewer's mirror takes it.
    #[test]
    fn every_cut_is_within() {
        for (at, length) in [(0, 0), (0, 1), (u32::MAX, 1), (u32::MAX - 3, u32::MAX), (17, 1000)] {
            for cells in [1u64, 2, 3, 1000, 65_535] {
                for seen in [0..1, 3..5, 900..70_000] {
                    let Some((first, count, low, pixels)) = along(1, cells, &seen, at, length) else {
                        continue;
                    };
                    assert!(first >= seen.start && first + count <= seen.end && count > 0);
                    assert!(pixels > 0 && low.checked_add(pixels).is_some());
                }
            }
        }
    }

    #[test]
    fn boxes() {
        let drawn = |cols, rows, pixels| {
            (0..rows).map(|row| box_row(cols, rows, row, pixels)).collect::<Vec<_>>().join("\n")
        };
        assert_eq!(drawn(16, 3, Some((640, 480))), "┌──────────────┐\n│image 640x480 │\n└──────────────┘");
        assert_eq!(drawn(9, 2, Some((640, 480))), "┌image 6┐\n└───────┘");
        assert_eq!(drawn(20, 1, Some((1, 2))), "image 1x2");
        assert_eq!(drawn(3, 1, Some((1, 2))), "ima");
        assert_eq!(drawn(1, 2, None), "i\n│");
        assert_eq!(drawn(9, 4, None), "┌───────┐\n│ image │\n│       │\n└───────┘");
        for (cols, rows) in [(1, 1), (2, 2), (2, 5), (3, 9), (40, 12)] {
            for row in 0..rows {
                let text = box_row(cols, rows, row, Some((4_000_000_000, 4_000_000_000)));
                assert!(text.chars().count() <= cols, "{cols}x{rows}: {text}");
            }
        }
    }

    #[test]
    fn the_newest_are_told() {
        let placement = |line| Placement {
            x: 0,
            z: 0,
            cols: 1,
            line,
            rows: 1,
            source: abide_protocol::message::PixelRect { x: 0, y: 0, width: 1, height: 1 },
            picture: line,
        };
        let most = PLACEMENTS_MAX as u64;
        let all: Vec<_> = (0..most).map(placement).collect();
        assert_eq!(newest(all.clone()), all);
        // The oldest are the frontmost here.
        let more: Vec<_> = (0..most + 2).rev().map(placement).collect();
        let told = newest(more);
        assert_eq!(told.len(), PLACEMENTS_MAX);
        assert_eq!((told[0].line, told[PLACEMENTS_MAX - 1].line), (most + 1, 2));
    }

    #[test]
    fn numbers_lead_back() {
        let number = picture_number(PaneId(3), u32::MAX);
        assert_eq!(picture_of(number), (PaneId(3), u32::MAX));
    }
}
