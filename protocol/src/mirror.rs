//! The copy of a surface that a viewer holds.
//!
//! The daemon sends what changed since the last update it sent; applying each update in turn gives the
//! surface as the daemon composed it (the law of the design's §4). Whatever a daemon sends, applying it
//! is an error or a mirror, never a panic and never more memory than rows x columns of bounded cells.

use crate::{
    limits,
    message::{
        Cells, Cursor, HistoryTail, Placement, Row, RowChange, Run, Scroll, Size, Style, StyleDefinition,
        Update,
    },
};
use std::{collections::BTreeMap, fmt};

/// An update that can't be applied. The mirror is in no known state: attach again for a full update.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum MirrorError {
    /// A size of 0, or beyond `limits::SIDE_CELLS_MAX`.
    Size(Size),
    /// A row change outside the surface.
    Row(u16),
    /// A row with more columns than the surface: which row, how many.
    Columns(u16, usize),
    /// A run that is empty, or has control characters or too long a cluster, in this row.
    Text(u16),
    /// A style number that was not defined, or was defined as something else before.
    Style(u16),
    /// More styles than a viewer's book holds.
    StyleCount,
    /// A scroll outside the surface.
    Scroll(Scroll),
    /// The cursor outside the surface.
    Cursor(Cursor),
    /// History that ends before it starts, or more lines than it has.
    History,
    /// A picture of no size, or one that is not within the surface.
    Picture(Placement),
}

impl fmt::Display for MirrorError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            MirrorError::Size(size) => write!(f, "a surface of {}x{} cells", size.cols, size.rows),
            MirrorError::Row(y) => write!(f, "row {y} is outside the surface"),
            MirrorError::Columns(y, cols) => write!(f, "row {y} has {cols} columns, more than the surface"),
            MirrorError::Text(y) => write!(f, "row {y} has a run whose text can't be in cells"),
            MirrorError::Style(number) => write!(f, "style {number} is not defined, or defined twice"),
            MirrorError::StyleCount => write!(f, "more than {} styles", limits::STYLES_PER_VIEWER_MAX),
            MirrorError::Scroll(s) => write!(f, "a scroll of rows {} to {} by {}", s.0, s.1, s.2),
            MirrorError::Cursor(c) => write!(f, "the cursor is at {},{}, outside the surface", c.x, c.y),
            MirrorError::History => f.write_str("history lines that contradict each other"),
            MirrorError::Picture(p) => write!(
                f,
                "a picture of {}x{} cells at {},{}, outside the surface",
                p.cols, p.rows, p.x, p.line
            ),
        }
    }
}
impl std::error::Error for MirrorError {}

/// Where a pane's history stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryMarks {
    /// Absolute number of the oldest line that still exists.
    pub start: u64,
    /// Absolute number of the screen's first row.
    pub end: u64,
    /// Changes when numbers were dealt anew.
    pub generation: u64,
}

/// One cell of a row, as it is to be painted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MirrorCell<'a> {
    /// Its column; a wide cell takes the next one too.
    pub x: u16,
    /// 1 or 2 columns.
    pub width: u8,
    /// One character or one cluster.
    pub text: &'a str,
    /// How it looks.
    pub style: &'a Style,
}

/// What a viewer holds of one surface.
#[derive(Clone, Debug, Default)]
pub struct Mirror {
    size: Size,
    rows: Vec<Row>,
    styles: BTreeMap<u16, Style>,
    plain: Style,
    cursor: Cursor,
    modes: u32,
    title: String,
    bells: u64,
    history: Option<HistoryMarks>,
    pictures: Vec<Placement>,
}

impl Mirror {
    /// A mirror of nothing, 0 x 0, until the first (full) update.
    #[must_use]
    pub fn new() -> Mirror {
        Mirror::default()
    }

    /// The surface's size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }
    /// The cursor.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.cursor
    }
    /// Bits of [`crate::message::mode`].
    #[must_use]
    pub fn modes(&self) -> u32 {
        self.modes
    }
    /// The window title.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.title
    }
    /// How often the bell rang since the mirror was made.
    #[must_use]
    pub fn bells(&self) -> u64 {
        self.bells
    }
    /// Where history stands, on a pane surface.
    #[must_use]
    pub fn history(&self) -> Option<HistoryMarks> {
        self.history
    }
    /// The pictures, the backmost first.
    #[must_use]
    pub fn pictures(&self) -> &[Placement] {
        &self.pictures
    }
    /// A row as it was sent; `None` below the surface.
    #[must_use]
    pub fn row(&self, y: u16) -> Option<&Row> {
        self.rows.get(usize::from(y))
    }
    /// A style by its number; 0 and unknown numbers are the default style.
    #[must_use]
    pub fn style(&self, number: u16) -> &Style {
        self.styles.get(&number).unwrap_or(&self.plain)
    }

    /// The cells of a row, left to right, up to the last one that was sent.
    pub fn cells(&self, y: u16) -> impl Iterator<Item = MirrorCell<'_>> {
        let mut x = 0;
        self.row(y).into_iter().flat_map(|row| &row.1).flat_map(move |run| {
            let width = if matches!(run.1, Cells::Narrow | Cells::NarrowCluster) { 1 } else { 2 };
            let style = self.style(run.0);
            let first = x;
            x += u16::try_from(run.cols()).unwrap_or(u16::MAX);
            pieces(run).zip(0u16..).map(move |(text, i)| MirrorCell {
                x: first + i * u16::from(width),
                width,
                text,
                style,
            })
        })
    }

    /// The text of a row without blanks at its end.
    #[must_use]
    pub fn row_text(&self, y: u16) -> String {
        let runs = self.row(y).map_or(&[][..], |row| &row.1);
        let text: String = runs.iter().map(|run| run.2.as_str()).collect();
        text.trim_end_matches(' ').to_owned()
    }

    /// The text of all rows, each ended by a line feed.
    #[must_use]
    pub fn text(&self) -> String {
        (0..self.size.rows).map(|y| self.row_text(y) + "\n").collect()
    }

    /// Makes the mirror what the daemon composed.
    ///
    /// # Errors
    /// When the update contradicts itself, the surface or what was sent before.
    pub fn apply(&mut self, update: &Update) -> Result<(), MirrorError> {
        if update.full {
            let bells = self.bells;
            *self = Mirror { bells, ..Mirror::default() };
        }
        self.set_size(update.size)?;
        self.define(&update.styles)?;
        for scroll in &update.scrolls {
            self.scroll(*scroll)?;
        }
        for RowChange(y, row) in &update.rows {
            self.check_row(*y, row, self.size.cols)?;
            let Some(slot) = self.rows.get_mut(usize::from(*y)) else { return Err(MirrorError::Row(*y)) };
            slot.clone_from(row);
        }
        if let Some(cursor) = update.cursor {
            if cursor.x >= self.size.cols || cursor.y >= self.size.rows {
                return Err(MirrorError::Cursor(cursor));
            }
            self.cursor = cursor;
        }
        self.modes = update.modes.unwrap_or(self.modes);
        if let Some(title) = &update.title {
            self.title.clone_from(title);
        }
        self.bells += u64::from(update.bells);
        update.history.as_ref().map_or(Ok(()), |tail| self.take_history(tail))?;
        update.pictures.as_ref().map_or(Ok(()), |pictures| self.take_pictures(pictures))
    }

    fn set_size(&mut self, size: Size) -> Result<(), MirrorError> {
        let side = 1..=limits::SIDE_CELLS_MAX;
        if !side.contains(&size.cols) || !side.contains(&size.rows) {
            return Err(MirrorError::Size(size));
        }
        if size == self.size {
            return Ok(());
        }
        self.rows.resize(usize::from(size.rows), Row::default());
        self.pictures.clear();
        if size.cols < self.size.cols {
            self.rows.iter_mut().for_each(|row| crop(row, size.cols));
        }
        self.cursor.x = self.cursor.x.min(size.cols - 1);
        self.cursor.y = self.cursor.y.min(size.rows - 1);
        self.size = size;
        Ok(())
    }

    fn define(&mut self, styles: &[StyleDefinition]) -> Result<(), MirrorError> {
        for StyleDefinition(number, style) in styles {
            let known = self.styles.get(number).is_some_and(|known| known != style);
            if *number == 0 || known {
                return Err(MirrorError::Style(*number));
            }
            self.styles.insert(*number, style.clone());
        }
        if self.styles.len() > limits::STYLES_PER_VIEWER_MAX { Err(MirrorError::StyleCount) } else { Ok(()) }
    }

    fn scroll(&mut self, scroll: Scroll) -> Result<(), MirrorError> {
        let Scroll(top, bottom, up) = scroll;
        let Some(region) = self.rows.get_mut(usize::from(top)..usize::from(bottom)) else {
            return Err(MirrorError::Scroll(scroll));
        };
        if region.is_empty() {
            return Err(MirrorError::Scroll(scroll));
        }
        let by = usize::from(up.unsigned_abs()).min(region.len());
        if up >= 0 {
            region.rotate_left(by);
            let kept = region.len() - by;
            region.iter_mut().skip(kept).for_each(|row| *row = Row::default());
        } else {
            region.rotate_right(by);
            region.iter_mut().take(by).for_each(|row| *row = Row::default());
        }
        Ok(())
    }

    fn check_row(&self, y: u16, row: &Row, cols_max: u16) -> Result<(), MirrorError> {
        let mut cols = 0;
        for run in &row.1 {
            if run.0 != 0 && !self.styles.contains_key(&run.0) {
                return Err(MirrorError::Style(run.0));
            }
            let cluster = matches!(run.1, Cells::NarrowCluster | Cells::WideCluster);
            if run.2.is_empty()
                || run.2.contains(char::is_control)
                || (cluster && run.2.len() > limits::CLUSTER_BYTES_MAX)
            {
                return Err(MirrorError::Text(y));
            }
            cols += run.cols();
        }
        if cols > usize::from(cols_max) { Err(MirrorError::Columns(y, cols)) } else { Ok(()) }
    }

    fn take_history(&mut self, tail: &HistoryTail) -> Result<(), MirrorError> {
        let lines = tail.end.checked_sub(tail.start).ok_or(MirrorError::History)?;
        if tail.rows.len() as u64 > lines {
            return Err(MirrorError::History);
        }
        // Lines keep the width they were written at: only the limit of any surface holds for them.
        tail.rows.iter().try_for_each(|row| self.check_row(0, row, limits::SIDE_CELLS_MAX))?;
        self.history = Some(HistoryMarks { start: tail.start, end: tail.end, generation: tail.generation });
        Ok(())
    }

    fn take_pictures(&mut self, pictures: &[Placement]) -> Result<(), MirrorError> {
        let end = self.history.map_or(0, |marks| marks.end).saturating_add(u64::from(self.size.rows));
        let within = |p: &Placement| {
            let after = p.line.checked_add(u64::from(p.rows));
            p.cols > 0
                && p.rows > 0
                && u32::from(p.x) + u32::from(p.cols) <= u32::from(self.size.cols)
                && after.is_some_and(|after| after <= end)
                && p.source.width > 0
                && p.source.height > 0
                && p.source.x.checked_add(p.source.width).is_some()
                && p.source.y.checked_add(p.source.height).is_some()
        };
        if let Some(outside) = pictures.iter().find(|p| !within(p)) {
            return Err(MirrorError::Picture(*outside));
        }
        self.pictures = pictures.to_vec();
        Ok(())
    }

    /// A row's cells up to the last that is not blank, for comparing two mirrors whose style books differ.
    fn shown(&self, y: u16) -> Vec<MirrorCell<'_>> {
        let mut cells: Vec<_> = self.cells(y).collect();
        while cells.last().is_some_and(|c| c.text == " " && *c.style == self.plain) {
            cells.pop();
        }
        cells
    }

    /// The first row in which two mirrors differ, for tests and for debug builds that check themselves.
    #[must_use]
    pub fn first_difference(&self, other: &Mirror) -> Option<u16> {
        let wrapped = |m: &Mirror, y| m.row(y).is_some_and(|row| row.0);
        (0..self.size.rows.max(other.size.rows))
            .find(|&y| wrapped(self, y) != wrapped(other, y) || self.shown(y) != other.shown(y))
    }
}

/// Two mirrors are equal when a person would see the same: style numbers, how cells were cut into runs and
/// how often the bell rang don't matter.
impl PartialEq for Mirror {
    fn eq(&self, other: &Mirror) -> bool {
        self.size == other.size
            && self.cursor == other.cursor
            && self.modes == other.modes
            && self.title == other.title
            && self.history == other.history
            && self.pictures == other.pictures
            && self.first_difference(other).is_none()
    }
}

/// The cells of a run as text.
fn pieces(run: &Run) -> impl Iterator<Item = &str> {
    let whole = matches!(run.1, Cells::NarrowCluster | Cells::WideCluster).then_some(run.2.as_str());
    let scalars = if whole.is_some() { "" } else { run.2.as_str() };
    let each = scalars.char_indices().map(move |(i, c)| scalars.get(i..i + c.len_utf8()).unwrap_or_default());
    whole.into_iter().chain(each)
}

/// Cuts a row at a column; a wide cell that lies across it goes.
fn crop(row: &mut Row, cols: u16) {
    let mut left = usize::from(cols);
    row.1.retain_mut(|run| {
        let width = if matches!(run.1, Cells::Narrow | Cells::NarrowCluster) { 1 } else { 2 };
        let keep = (left / width).min(run.cols() / width);
        if keep < run.cols() / width {
            left = 0;
            let end = run.2.char_indices().nth(keep).map_or(run.2.len(), |(i, _)| i);
            run.2.truncate(end);
        } else {
            left -= run.cols();
        }
        keep > 0
    });
}
