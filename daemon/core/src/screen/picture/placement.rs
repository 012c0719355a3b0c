//! Where a picture is shown: a rectangle of cells, or what is left of it.
//!
//! A placement is anchored at an absolute line, so that scrolling into history costs nothing. Those of sixel and iTerm2
//! are *bound* to their cells: what is written over a cell takes the picture away there. A cell of the grid has a bit
//! for it ([`PICTURE`]), which is gone with any write; what is left of a row is noted ([`Placement::left`]) when the row goes to
//! history, where there are no bits.

use super::super::cell::{Cell, PICTURE};
use super::view::{PixelRect, PlacedPicture};
use crate::base::limits::{PICTURE_STRETCHES_MAX, PICTURE_TORN_ROWS_MAX};
use std::collections::BTreeMap;
use std::ops::Range;

/// Columns `0..1` of a row, counted from the placement's.
pub(crate) type Stretch = (u16, u16);

/// A rectangle of cells within a placement; the last column and row are no part of it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Part {
    pub(crate) left: u16,
    pub(crate) top: u16,
    pub(crate) right: u16,
    pub(crate) bottom: u16,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Placement {
    pub(crate) picture: u32,
    /// Kitty's number for it, 0 if it has none.
    pub(crate) id: u32,
    /// Where its first cell is, or would be if it were not cut: column, and absolute line on the primary screen or row of
    /// the alternate one.
    pub(crate) x: u16,
    pub(crate) line: i64,
    pub(crate) cols: u16,
    pub(crate) rows: u16,
    pub(crate) source: PixelRect,
    pub(crate) z: i32,
    /// What of it is there.
    pub(crate) part: Part,
    /// Whether what is written over it takes it away.
    pub(crate) bound: bool,
    /// For rows of which not all is left: what is. Of rows on the grid less may be left, as the cells say.
    pub(crate) left: BTreeMap<u16, Vec<Stretch>>,
}

impl Placement {
    /// The whole of it.
    pub(crate) fn whole(cols: u16, rows: u16) -> Part {
        Part { left: 0, top: 0, right: cols, bottom: rows }
    }

    /// The lines it is on.
    pub(crate) fn lines(&self) -> Range<i64> {
        self.line + i64::from(self.part.top)..self.line + i64::from(self.part.bottom)
    }

    /// The columns it is in.
    pub(crate) fn columns(&self) -> Range<usize> {
        usize::from(self.x) + usize::from(self.part.left)..usize::from(self.x) + usize::from(self.part.right)
    }

    /// Its row that is on a line, if it has one there.
    pub(crate) fn row_on(&self, line: i64) -> Option<u16> {
        self.lines().contains(&line).then(|| (line - self.line) as u16)
    }

    /// The columns of a row of which all is left.
    fn full(&self) -> Stretch {
        (self.part.left, self.part.right)
    }

    /// What was noted of a row.
    fn noted(&self, row: u16) -> Vec<Stretch> {
        self.left.get(&row).cloned().unwrap_or_else(|| vec![self.full()])
    }

    /// What is left of a row. `cells`: those of the grid's row, where it is on the grid.
    pub(crate) fn stretches(&self, row: u16, cells: Option<&[Cell]>) -> Vec<Stretch> {
        let noted = self.noted(row);
        let Some(cells) = cells.filter(|_| self.bound) else { return noted };
        let shown = |column: u16| {
            let x = usize::from(self.x) + usize::from(column);
            // Beyond the grid nothing was written.
            cells.get(x).is_none_or(|c| c & PICTURE != 0)
        };
        let mut found: Vec<Stretch> = Vec::new();
        for (start, end) in noted {
            let mut from = None;
            for column in start..end {
                match (shown(column), from) {
                    (true, None) => from = Some(column),
                    (false, Some(first)) => {
                        found.push((first, column));
                        from = None;
                    }
                    _ => {}
                }
            }
            found.extend(from.map(|first| (first, end)));
        }
        found
    }

    /// Notes what is left of a row that goes to history, those above it being there: so much of it that the notes stay few.
    pub(crate) fn settle(&mut self, row: u16, cells: &[Cell]) {
        let mut stretches = self.stretches(row, Some(cells));
        stretches.truncate(PICTURE_STRETCHES_MAX);
        let torn = self.left.range(..row).filter(|(_, stretches)| !stretches.is_empty()).count();
        if torn >= PICTURE_TORN_ROWS_MAX && stretches != [self.full()] {
            stretches.clear();
        }
        self.note(row, stretches);
    }

    /// The same of all rows above a line that have come to history with all that was noted of them.
    pub(crate) fn settle_above(&mut self, line: i64) {
        let mut torn = 0;
        for (_, stretches) in self.left.iter_mut().take_while(|(row, _)| self.line + i64::from(**row) < line)
        {
            stretches.truncate(if torn < PICTURE_TORN_ROWS_MAX { PICTURE_STRETCHES_MAX } else { 0 });
            torn += usize::from(!stretches.is_empty());
        }
    }

    /// Notes what is left of a row.
    pub(crate) fn note(&mut self, row: u16, stretches: Vec<Stretch>) {
        if stretches == [self.full()] {
            self.left.remove(&row);
        } else {
            self.left.insert(row, stretches);
        }
    }

    /// Takes columns of a row away.
    pub(crate) fn take(&mut self, row: u16, columns: &Range<usize>) {
        let at = |x: usize| x.saturating_sub(usize::from(self.x)).min(usize::from(self.cols)) as u16;
        let (first, last) = (at(columns.start), at(columns.end));
        let noted = self.noted(row).into_iter();
        let rest = noted.flat_map(|(start, end)| [(start, end.min(first)), (start.max(last), end)]);
        let rest = rest.filter(|(start, end)| start < end).collect();
        self.note(row, rest);
    }

    /// Only these rows of it, counted in lines.
    pub(crate) fn cut_to(&self, lines: Range<i64>) -> Option<Placement> {
        let own = self.lines();
        let (start, end) = (own.start.max(lines.start), own.end.min(lines.end));
        if start >= end {
            return None;
        }
        let mut cut = self.clone();
        (cut.part.top, cut.part.bottom) = ((start - self.line) as u16, (end - self.line) as u16);
        cut.left.retain(|row, _| (cut.part.top..cut.part.bottom).contains(row));
        Some(cut)
    }

    /// A part of it as readers see it; `base` is the absolute number of line 0 of its lines.
    pub(crate) fn shown(&self, part: Part, base: i64) -> PlacedPicture {
        PlacedPicture {
            picture: self.picture,
            x: self.x + part.left,
            line: u64::try_from(base.saturating_add(self.line + i64::from(part.top))).unwrap_or(0),
            cols: part.right - part.left,
            rows: part.bottom - part.top,
            source: scaled(self.source, part, self.cols, self.rows),
            z: self.z,
        }
    }

    /// What is left of it, in as few rectangles as rows allow. `cells`: those of a line on the grid.
    pub(crate) fn parts<'c>(&self, cells: impl Fn(i64) -> Option<&'c [Cell]>) -> Vec<Part> {
        if !self.bound {
            return vec![self.part];
        }
        let mut parts: Vec<Part> = Vec::new();
        // Those of the row above, which may go on.
        let mut above = 0;
        for row in self.part.top..self.part.bottom {
            let stretches = self.stretches(row, cells(self.line + i64::from(row)));
            let same = parts.len() - above == stretches.len()
                && parts[above..]
                    .iter()
                    .zip(&stretches)
                    .all(|(part, s)| part.bottom == row && (part.left, part.right) == *s);
            if same {
                parts[above..].iter_mut().for_each(|part| part.bottom = row + 1);
            } else {
                above = parts.len();
                parts.extend(stretches.iter().map(|(left, right)| Part {
                    left: *left,
                    top: row,
                    right: *right,
                    bottom: row + 1,
                }));
            }
        }
        parts
    }
}

/// What a part of so many columns and rows shows of a picture's pixels; less than one is shown as one.
pub(crate) fn scaled(source: PixelRect, part: Part, cols: u16, rows: u16) -> PixelRect {
    let side = |length: u32, start: u16, end: u16, of: u16| {
        let at = |n: u16| (u64::from(length) * u64::from(n) / u64::from(of.max(1))) as u32;
        let from = at(start).min(length.saturating_sub(1));
        (from, (at(end).saturating_sub(at(start))).max(1))
    };
    let (x, width) = side(source.width, part.left, part.right, cols);
    let (y, height) = side(source.height, part.top, part.bottom, rows);
    PixelRect { x: source.x + x, y: source.y + y, width, height }
}
