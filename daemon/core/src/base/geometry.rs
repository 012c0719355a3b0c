//! Sizes, points and rectangles in cells.

use serde::{Deserialize, Serialize};

/// Columns and rows, each at least 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Size {
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Size {
    /// A size, brought into `1..=SIDE_CELLS_MAX`.
    #[must_use]
    pub fn new(cols: u16, rows: u16) -> Size {
        let side = 1..=super::limits::SIDE_CELLS_MAX;
        Size { cols: cols.clamp(*side.start(), *side.end()), rows: rows.clamp(*side.start(), *side.end()) }
    }
}

/// A place: column and row from 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Point {
    /// Column.
    pub x: u16,
    /// Row.
    pub y: u16,
}

/// A rectangle of cells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Rect {
    /// Left column.
    pub x: u16,
    /// Top row.
    pub y: u16,
    /// Columns.
    pub cols: u16,
    /// Rows.
    pub rows: u16,
}

impl Rect {
    /// Whether the point lies in it.
    #[must_use]
    pub fn contains(&self, p: Point) -> bool {
        p.x >= self.x && p.y >= self.y && p.x - self.x < self.cols && p.y - self.y < self.rows
    }
    /// Its size.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { cols: self.cols, rows: self.rows }
    }
}
