//! Pictures while rows are wrapped anew: each goes where the first cell under it goes, and keeps its columns and rows.

use super::placement::Placement;
use crate::screen::cell;
use crate::screen::grid::{Grid, content_len};
use crate::screen::terminal::Terminal;

/// Where a placement is among lines that are not wrapped: so many of these below the cursor's, so many cells from the
/// start.
struct Anchor {
    lines: i64,
    cells: usize,
    /// How far its first row is below that.
    below: i64,
}

/// A row of the primary screen or its history.
#[derive(Clone, Copy)]
struct Row {
    line: i64,
    cells: usize,
    /// Which of the lines that are not wrapped it is of, and how many cells of that stand before it.
    whole: i64,
    before: usize,
}

/// Placements of the primary screen, taken up while rows move under them.
#[derive(Default)]
pub(crate) struct Lifted {
    /// The first line that is wrapped anew.
    from: i64,
    anchors: Vec<Option<Anchor>>,
}

impl Terminal {
    /// Before another width: takes pictures up.
    pub(crate) fn lift_pictures(&mut self, cols: usize) -> Lifted {
        if self.pictures.is_none() {
            return Lifted::default();
        }
        self.unmark_pictures();
        if cols == self.grid.cols() {
            return Lifted::default();
        }
        let from = self.history.rewraps_from().max(self.history.start) as i64;
        let placements = self.primary_placements();
        let first = |placement: &Placement| placement.lines().start.max(self.history.start as i64);
        let Some(oldest) = placements.iter().map(first).filter(|line| *line >= from).min() else {
            return Lifted::default();
        };
        let rows = self.rows_from(from, |row| row.line >= oldest);
        let (_, cursor) = self.primary_cursor();
        let Some(at) = rows.iter().find(|row| row.line == cursor).map(|row| row.whole) else {
            return Lifted::default();
        };
        let anchor = |placement: &Placement| {
            let line = first(placement);
            if line < from {
                return None;
            }
            let below = placement.line - line;
            let row = rows.binary_search_by_key(&line, |row| row.line).ok().and_then(|i| rows.get(i))?;
            Some(Anchor { lines: row.whole - at, cells: row.before + usize::from(placement.x), below })
        };
        Lifted { from, anchors: placements.iter().map(anchor).collect() }
    }

    /// After it: puts them where their lines are now.
    pub(crate) fn lay_pictures(&mut self, lifted: Lifted) {
        if self.pictures.is_none() {
            return;
        }
        let least = lifted.anchors.iter().flatten().map(|anchor| anchor.lines).min();
        if let Some(least) = least {
            let (_, cursor) = self.primary_cursor();
            // Counted from the last row back.
            let mut at = None;
            let rows = self.rows_from(lifted.from, |row| {
                if row.line == cursor {
                    at = Some(row.whole);
                }
                at.is_none_or(|at| row.whole - at >= least)
            });
            let at = rows.iter().find(|row| row.line == cursor).map_or(0, |row| row.whole);
            let gone = self.history.start as i64;
            self.with_pictures(|terminal, pictures| {
                let primary = if terminal.on_alternate() { &mut pictures.other } else { &mut pictures.shown };
                for (placement, anchor) in primary.iter_mut().zip(lifted.anchors) {
                    let Some(Anchor { lines, cells, below }) = anchor else { continue };
                    let first = rows.partition_point(|row| row.whole - at < lines);
                    let end = rows.partition_point(|row| {
                        row.whole - at < lines || row.whole - at == lines && row.before <= cells
                    });
                    match rows.get(end.max(first + 1) - 1).filter(|row| row.whole - at == lines) {
                        Some(row) => {
                            placement.line = row.line + below;
                            placement.x = u16::try_from(cells - row.before.min(cells)).unwrap_or(u16::MAX);
                        }
                        // Its lines have left the history.
                        None if lines < 0 => placement.line = gone - i64::from(placement.rows),
                        None => {
                            let last = rows.last().map_or((0, 0), |row| (row.line, row.whole - at));
                            placement.line = last.0 + (lines - last.1) + below;
                        }
                    }
                }
            });
        }
        // What is below the grid now comes back as rows that nobody marked: it is gone.
        let shown_end = self.picture_base() + self.grid.rows() as i64;
        let other_end = self.history.end as i64 + self.primary_grid().rows() as i64;
        self.with_pictures(|_, pictures| {
            for (places, end) in [(&mut pictures.shown, shown_end), (&mut pictures.other, other_end)] {
                let all = std::mem::take(places).into_iter();
                places.extend(
                    all.filter_map(
                        |place| if place.bound { place.cut_to(i64::MIN..end) } else { Some(place) },
                    ),
                );
            }
        });
        self.mark_pictures();
        self.with_pictures(|terminal, pictures| pictures.collect(terminal.ground()));
    }

    fn primary_placements(&self) -> &[Placement] {
        let Some(pictures) = &self.pictures else { return &[] };
        if self.on_alternate() { &pictures.other } else { &pictures.shown }
    }

    fn primary_grid(&self) -> &Grid {
        self.primary.as_ref().unwrap_or(&self.grid)
    }

    /// The primary screen's cursor: column and line.
    fn primary_cursor(&self) -> (usize, i64) {
        let (x, y) = if self.on_alternate() { (self.left_at.0, self.left_at.1) } else { (self.x, self.y) };
        (x, self.history.end as i64 + y as i64)
    }

    /// The rows of history (from a line on) and primary screen from the last back, as long as they are wanted and then to
    /// the start of their line; in order. The lines that are not wrapped are counted down from 0, the last.
    fn rows_from(&self, from: i64, mut wanted: impl FnMut(&Row) -> bool) -> Vec<Row> {
        let grid = self.primary_grid();
        let (start, end) = (from.max(self.history.start as i64), self.history.end as i64);
        let mut rows: Vec<Row> = Vec::new();
        let mut whole = 0;
        for line in (start..end + grid.rows() as i64).rev() {
            let (cells, wrapped) = match usize::try_from(line - end) {
                Ok(y) => {
                    let (written, wrapped) = (grid.written(y), grid.line(y).wrapped);
                    let text = &written[..content_len(written, wrapped)];
                    (if wrapped { cell::without_free(text).len() } else { text.len() }, wrapped)
                }
                Err(_) => {
                    let row = self.history.line(line as u64);
                    row.map_or((0, false), |row| (row.used().into(), row.wrapped()))
                }
            };
            whole -= i64::from(!wrapped && !rows.is_empty());
            let row = Row { line, cells, whole, before: 0 };
            let is_wanted = wanted(&row);
            if !is_wanted && !wrapped && !rows.is_empty() {
                // Neither it nor what is above it is of a line that is wanted.
                break;
            }
            rows.push(row);
        }
        rows.reverse();
        let mut before = 0;
        let mut last = None;
        for row in &mut rows {
            if last != Some(row.whole) {
                before = 0;
            }
            last = Some(row.whole);
            row.before = before;
            before += row.cells;
        }
        rows
    }
}
