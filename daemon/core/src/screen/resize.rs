//! Another size. Lines of the primary screen and of the history that were wrapped are joined and wrapped
//! anew; the cursor stays at its character. Rows that no longer fit go into history, nothing is lost. When
//! text reached the bottom of the screen, rows come back from history to fill a taller one. The alternate
//! screen is cropped or padded: its programs paint it again.

use super::cell::{self, BLANK, CLUSTER, Cell, STYLE_SHIFT, TAIL, WIDE};
use super::grid::Grid;
use super::history::pack;
use super::terminal::Terminal;
use super::view::RowView;
use std::collections::VecDeque;

/// A place that is carried along: column, row, and whether a wrap is pending there.
type Mark = (usize, usize, bool);

struct Row {
    cells: Vec<Cell>,
    wrapped: bool,
}

impl Terminal {
    /// Both at least 1 and at most `SIDE_CELLS_MAX`.
    pub(crate) fn resize(&mut self, cols: usize, rows: usize) {
        if (cols, rows) == (self.grid.cols(), self.grid.rows()) {
            return;
        }
        self.changed = true;
        self.sweep();
        let pictures = self.lift_pictures(cols);
        let cursor = (self.x, self.y, self.pending);
        if let Some(primary) = self.primary.take() {
            let saved = (self.saved_other.x, self.saved_other.y, self.saved_other.pending);
            let (grid, [left, saved]) = self.reflow(&primary, cols, rows, [self.left_at, saved]);
            self.primary = Some(grid);
            self.left_at = left;
            (self.saved_other.x, self.saved_other.y, self.saved_other.pending) = saved;
            self.grid = cropped(&self.grid, cols, rows, self.tick);
            self.x = cursor.0.min(cols - 1);
            self.y = cursor.1.min(rows - 1);
            self.pending = cursor.2 && cursor.0 < cols && self.x + 1 == cols;
            (self.saved.x, self.saved.y) = (self.saved.x.min(cols - 1), self.saved.y.min(rows - 1));
        } else {
            let grid = std::mem::replace(&mut self.grid, Grid::new(1, 1, self.tick));
            let saved = (self.saved.x, self.saved.y, self.saved.pending);
            let (grid, [cursor, saved]) = self.reflow(&grid, cols, rows, [cursor, saved]);
            self.grid = grid;
            (self.x, self.y, self.pending) = cursor;
            (self.saved.x, self.saved.y, self.saved.pending) = saved;
            (self.saved_other.x, self.saved_other.y) =
                (self.saved_other.x.min(cols - 1), self.saved_other.y.min(rows - 1));
            let kept = self.kept.take().map(|kept| cropped(&kept, cols, rows, self.tick));
            self.kept = kept.filter(Grid::has_content);
        }
        self.lay_pictures(pictures);
        self.reset_margins();
        self.size_changed();
    }

    /// A primary screen at another size, and where the marks are on it. The first mark is the cursor: the
    /// screen's content goes at least as far.
    fn reflow(&mut self, old: &Grid, cols: usize, rows: usize, marks: [Mark; 2]) -> (Grid, [Mark; 2]) {
        let content = (0..old.rows()).rev().find(|y| old.content_len(*y) > 0).map_or(0, |y| y + 1);
        let content = content.max(marks[0].1.min(old.rows() - 1) + 1);
        let full = content == old.rows();
        self.history.begin_resize();
        let (mut list, mut marks) = if cols == old.cols() {
            let row = |y| Row { cells: old.written(y).to_vec(), wrapped: old.line(y).wrapped };
            ((0..content).map(row).collect(), marks)
        } else {
            let start = self.history.rewrap(cols).map(|start| self.adopt(&start)).unwrap_or_default();
            rewrapped(old, content, cols, start, marks)
        };
        while list.len() > rows
            && let Some(row) = list.pop_front()
        {
            let len = super::grid::content_len(&row.cells, row.wrapped);
            let cells = pack::Cells {
                cells: &row.cells[..len],
                styles: self.book.styles(),
                clusters: self.book.clusters(),
            };
            self.history.push(cells, row.wrapped, false);
            self.scrolled += 1;
            for mark in &mut marks {
                mark.1 = mark.1.saturating_sub(1);
            }
        }
        while full
            && list.len() < rows
            && let Some(line) = self.history.pop()
        {
            list.push_front(Row { cells: self.adopt(&line), wrapped: line.wrapped });
            for mark in &mut marks {
                mark.1 += 1;
            }
        }
        self.history.end_resize();
        let mut grid = Grid::new(cols, rows, self.tick);
        for (y, row) in list.iter().enumerate() {
            grid.put_row(y, &row.cells, row.wrapped, self.tick);
        }
        for mark in &mut marks {
            mark.0 = mark.0.min(cols - 1);
            mark.1 = mark.1.min(rows - 1);
            mark.2 &= mark.0 + 1 == cols;
        }
        (grid, marks)
    }

    /// The cells of a history line with numbers of the live book.
    fn adopt(&mut self, line: &RowView<'_>) -> Vec<Cell> {
        let mut numbers: Vec<Option<u16>> = vec![None; line.styles.len()];
        let mut cells = line.cells.to_vec();
        for c in &mut cells {
            let local = usize::from(cell::style_of(*c));
            if local != 0
                && let (Some(known), Some(style)) = (numbers.get_mut(local), line.styles.get(local))
            {
                let number = *known.get_or_insert_with(|| self.book.adopt_style(style));
                *c = *c & !(0xffff << STYLE_SHIFT) | Cell::from(number) << STYLE_SHIFT;
            }
        }
        self.own_clusters(&mut cells, &line.clusters);
        cells
    }

    /// Gives clusters numbers of the live book.
    pub(crate) fn own_clusters(&mut self, cells: &mut [Cell], clusters: &[Box<str>]) {
        if clusters.is_empty() {
            return;
        }
        for c in cells.iter_mut().filter(|c| **c & CLUSTER != 0) {
            let text = clusters.get(cell::text_of(*c) as usize);
            let number = text.and_then(|text| self.book.adopt_cluster(text));
            let shown = number.map_or(BLANK, |number| CLUSTER | Cell::from(number));
            *c = *c & !(CLUSTER | cell::TEXT_MASK) | shown;
        }
    }
}

/// A grid at another size, without wrapping anything anew.
fn cropped(old: &Grid, cols: usize, rows: usize, version: u64) -> Grid {
    let mut grid = Grid::new(cols, rows, version);
    for y in 0..rows.min(old.rows()) {
        let written = old.written(y);
        grid.put_row(y, &written[..written.len().min(cols)], false, version);
    }
    grid
}

/// The first `content` rows of a grid at another width. `start` are the cells that the first row's line
/// began with in history.
fn rewrapped(
    old: &Grid,
    content: usize,
    cols: usize,
    start: Vec<Cell>,
    marks: [Mark; 2],
) -> (VecDeque<Row>, [Mark; 2]) {
    let mut list: VecDeque<Row> = VecDeque::new();
    let mut placed = marks;
    let mut line = start;
    // Marks in the line that is being joined: which, and at which cell of the line.
    let mut offsets: [Option<usize>; 2] = [None, None];
    for y in 0..content {
        for (mark, offset) in marks.iter().zip(&mut offsets) {
            if mark.1 == y {
                *offset = Some(line.len() + mark.0 + usize::from(mark.2));
            }
        }
        let wrapped = old.line(y).wrapped && y + 1 < content;
        let mut len = super::grid::content_len(old.written(y), wrapped);
        if y == marks[0].1 {
            // Blanks before the cursor are text, whether they were written or jumped over: no head tells.
            len = len.max(marks[0].0);
        }
        let text = &old.row(y)[..len];
        if text.is_empty() && !line.is_empty() && !wrapped {
            // Something was printed in it, blanks perhaps.
            line.push(BLANK);
        }
        line.extend_from_slice(if wrapped { cell::without_free(text) } else { text });
        if wrapped {
            continue;
        }
        if cols < 2 {
            narrow(&mut line);
        }
        let first = list.len();
        let mut from = 0;
        loop {
            let rest = &line[from..];
            let more = rest.len() > cols;
            let len = if more { row_len(rest, cols) } else { rest.len() };
            for (offset, place) in offsets.iter().zip(&mut placed) {
                if let Some(at) = offset
                    && *at >= from
                    && (*at < from + len || !more)
                {
                    let x = at - from;
                    // Behind a row that is full now (or behind blanks that no longer fit it) a wrap is pending: what
                    // comes next would go over its last cell.
                    *place = (x.min(cols - 1), list.len(), x >= cols);
                }
            }
            list.push_back(Row { cells: rest[..len].to_vec(), wrapped: more });
            from += len;
            if !more {
                break;
            }
        }
        debug_assert!(list.len() > first);
        line.clear();
        offsets = [None, None];
    }
    // A saved cursor below the content keeps its distance.
    for (mark, place) in marks.iter().zip(&mut placed) {
        if mark.1 >= content {
            place.1 = list.len() + (mark.1 - content);
        }
    }
    (list, placed)
}

/// How many cells of a line that is longer than a row go into the row: a wide one is not cut.
pub(crate) fn row_len(cells: &[Cell], cols: usize) -> usize {
    match cells.get(cols) {
        Some(next) if next & TAIL != 0 && cols > 1 => cols - 1,
        _ => cols.min(cells.len()),
    }
}

/// A screen of one column has no room for wide cells.
pub(crate) fn narrow(cells: &mut Vec<Cell>) {
    cells.retain(|cell| cell & TAIL == 0);
    for cell in cells {
        if *cell & WIDE != 0 {
            *cell = *cell & (0xffff << STYLE_SHIFT) | BLANK;
        }
    }
}
