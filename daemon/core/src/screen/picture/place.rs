//! Where pictures come, move and go with the rows of the screen.

use super::placement::{Part, Placement};
use super::spool::Spool;
use super::{Ground, Picture, Pictures, PixelRect};
use crate::screen::cell::{BLANK, PICTURE};
use crate::screen::grid::Grid;
use crate::screen::terminal::Terminal;
use std::ops::Range;

impl Terminal {
    /// Does something with the pictures, of which there may be none yet.
    pub(crate) fn with_pictures<T>(&mut self, act: impl FnOnce(&mut Terminal, &mut Pictures) -> T) -> T {
        let mut pictures = self.pictures.take().unwrap_or_default();
        let done = act(self, &mut pictures);
        pictures.clock += 1;
        // Each is looked at, whatever was done.
        self.count_work(8 * (pictures.shown.len() + pictures.other.len() + pictures.album.held.len()));
        self.history.pieces = pictures.pieces().count();
        self.pictures = Some(pictures);
        done
    }

    /// Lines have left the history: what nobody can see any more goes with them.
    pub(crate) fn collect_pictures(&mut self) {
        let Some(mut pictures) = self.pictures.take() else { return };
        pictures.collect(self.ground());
        self.history.pieces = pictures.pieces().count();
        self.pictures = Some(pictures);
    }

    pub(crate) fn ground(&self) -> Ground<'_> {
        Ground {
            grid: &self.grid,
            primary: self.primary.as_ref(),
            start: self.history.start as i64,
            end: self.history.end as i64,
        }
    }

    /// The number that row 0 of the shown grid has among lines of placements.
    pub(crate) fn picture_base(&self) -> i64 {
        if self.on_alternate() { 0 } else { self.history.end as i64 }
    }

    /// Puts a picture where a placement says. What the rows of the grid show of other bound pictures there goes.
    pub(crate) fn place_picture(&mut self, pictures: &mut Pictures, placement: Placement) {
        self.changed = true;
        if placement.bound {
            let base = self.picture_base();
            let end = placement.columns().end.min(self.grid.cols());
            let columns = placement.columns().start..end;
            for line in placement.lines() {
                let Some(y) = usize::try_from(line - base).ok().filter(|y| *y < self.grid.rows()) else {
                    continue;
                };
                for other in pictures.shown.iter_mut().filter(|other| other.bound) {
                    if let Some(row) = other.row_on(line) {
                        other.take(row, &columns);
                    }
                }
                mark(&mut self.grid, y, columns.clone(), self.tick);
            }
        }
        pictures.shown.push(placement);
    }

    /// Shows a picture that is bound to its cells, from the cursor on, which goes down by so many of its rows. Rows scroll
    /// where it reaches below the bottom margin. `blanks`: the cells under it become blank.
    pub(crate) fn show_bound(
        &mut self,
        pictures: &mut Pictures,
        picture: (Picture, Option<&Spool>),
        (cols, rows): (u16, u16),
        down: u16,
        blanks: bool,
    ) {
        let (x, y) = (self.x, self.y);
        let scrolls = y <= self.bottom && (self.whole || self.in_columns());
        self.picture_rows_down(pictures, usize::from(rows) - 1);
        // Where its first row is now; above the screen when that has fewer rows.
        let top = if scrolls { self.y as i64 - i64::from(rows) + 1 } else { y as i64 };
        // What went over the top margin is in history, or gone.
        let is_kept = self.top == 0 && !self.on_alternate() && !self.is_boxed() && self.history.lines_max > 0;
        let first = (top < y as i64 && !is_kept).then_some(self.top);
        if blanks {
            self.blank_under(cols, x, top.max(first.unwrap_or(0) as i64)..top + i64::from(rows));
        }
        self.place_bound(pictures, picture, (cols, rows), (x, top), first);
        let y = (top + i64::from(down)).clamp(0, self.y as i64);
        self.move_to(x, usize::try_from(y).unwrap_or(0));
    }

    /// Puts a picture that is bound to its cells at a column and a row, which may be above the screen; what is above row
    /// `first` is left out.
    pub(crate) fn place_bound(
        &mut self,
        pictures: &mut Pictures,
        (picture, spool): (Picture, Option<&Spool>),
        (cols, rows): (u16, u16),
        (x, top): (usize, i64),
        first: Option<usize>,
    ) {
        let source = PixelRect { x: 0, y: 0, width: picture.width, height: picture.height };
        let number = pictures.album.add(picture, spool, &mut self.history.next_id);
        let base = self.picture_base();
        let right = usize::from(cols).min(self.grid.cols() - x) as u16;
        let placement = Placement {
            picture: number,
            id: 0,
            x: x as u16,
            line: base + top,
            cols,
            rows,
            source,
            z: 0,
            part: Part { right, ..Placement::whole(cols, rows) },
            bound: true,
            left: Default::default(),
        };
        let first = first.map_or(i64::MIN, |row| base + row as i64);
        if let Some(placement) = placement.cut_to(first..base + self.grid.rows() as i64) {
            self.place_picture(pictures, placement);
        }
        self.bound_pictures(pictures);
    }

    /// Blanks the cells that a picture is about to cover: what it does not paint shows what is behind it, not old text.
    pub(crate) fn blank_under(&mut self, cols: u16, x: usize, rows: Range<i64>) {
        let blank = self.blank();
        for y in rows.start.max(0)..rows.end.min(self.grid.rows() as i64) {
            self.grid.fill(y as usize, x, x + usize::from(cols), blank, self.tick);
        }
        self.changed = true;
    }

    /// Pictures and places go until the rest is within its bounds.
    pub(crate) fn bound_pictures(&mut self, pictures: &mut Pictures) {
        self.bound_places(pictures);
        pictures.collect(self.ground());
        while let Some(number) = pictures.surplus(self.ground()) {
            self.remove_picture(pictures, number);
        }
    }

    /// What was cut into more parts than there may be places has fewer.
    pub(crate) fn bound_parts(&mut self) {
        if self.pictures.as_ref().is_some_and(|pictures| pictures.placements_over() > 0) {
            self.with_pictures(|terminal, pictures| terminal.bound_places(pictures));
        }
    }

    /// Of the longest list of places the oldest go.
    fn bound_places(&mut self, pictures: &mut Pictures) {
        let over = pictures.placements_over();
        let all = [pictures.shown.len(), pictures.other.len(), pictures.prototypes.len()];
        let mut stay = all;
        for _ in 0..over {
            stay.iter_mut().max().into_iter().for_each(|longest| *longest -= 1);
        }
        for gone in pictures.shown.drain(..all[0] - stay[0]) {
            self.unmark(&gone);
            self.changed = true;
        }
        pictures.other.drain(..all[1] - stay[1]);
        pictures.prototypes.drain(..all[2] - stay[2]);
    }

    /// A picture goes from all of its places.
    pub(crate) fn remove_picture(&mut self, pictures: &mut Pictures, number: u32) {
        self.remove_placements(pictures, |placement| placement.picture == number);
        pictures.other.retain(|placement| placement.picture != number);
        pictures.prototypes.retain(|prototype| prototype.picture != number);
        pictures.album.held.remove(&number);
    }

    /// Placements of the shown grid and its history go.
    pub(crate) fn remove_placements(
        &mut self,
        pictures: &mut Pictures,
        mut goes: impl FnMut(&Placement) -> bool,
    ) {
        let (gone, stay) = std::mem::take(&mut pictures.shown).into_iter().partition(|p| goes(p));
        pictures.shown = stay;
        let gone: Vec<Placement> = gone;
        for placement in gone {
            self.unmark(&placement);
            self.changed = true;
        }
    }

    /// The cells of a placement that is gone no longer show it.
    fn unmark(&mut self, placement: &Placement) {
        if !placement.bound {
            return;
        }
        let base = self.picture_base();
        for line in placement.lines() {
            let (Some(row), Some(y)) = (placement.row_on(line), usize::try_from(line - base).ok()) else {
                continue;
            };
            if y >= self.grid.rows() {
                continue;
            }
            for (start, end) in placement.stretches(row, Some(self.grid.row(y))) {
                let from = usize::from(placement.x) + usize::from(start);
                self.grid.unmark(y, from..usize::from(placement.x) + usize::from(end), self.tick);
            }
        }
    }

    /// A row of the shown primary grid is put into history next: what its cells show of pictures is noted.
    #[cold]
    pub(crate) fn settle_pictures(&mut self, y: usize) {
        let line = self.history.end as i64;
        let Some(pictures) = &mut self.pictures else { return };
        settle(&mut pictures.shown, line, self.grid.row(y));
    }

    /// Rows `top..=bottom` of the shown grid move by `n`.
    #[cold]
    pub(crate) fn move_pictures(&mut self, top: usize, bottom: usize, n: usize, up: bool) {
        let base = self.picture_base();
        let lines = base + top as i64..base + bottom as i64 + 1;
        if !self.has_pictures_below(lines.start) {
            return;
        }
        // A screen that scrolls as a whole takes along what hangs over its end.
        let is_whole = top == 0 && bottom + 1 == self.grid.rows();
        let end = if is_whole { i64::MAX } else { lines.end };
        let way = if up { -(n as i64) } else { n as i64 };
        let (boxed, columns) = (self.is_boxed(), self.left..self.right + 1);
        self.with_pictures(|terminal, pictures| {
            let mut moved = Vec::with_capacity(pictures.shown.len());
            for placement in std::mem::take(&mut pictures.shown) {
                let own = placement.lines();
                if own.end <= lines.start || own.start >= lines.end {
                    moved.push(placement);
                    continue;
                }
                let mut shift = |part: Placement, end: i64| {
                    let part = Placement { line: part.line + way, ..part };
                    moved.extend(part.cut_to(lines.start..end).filter(|part| part.lines().start < lines.end));
                };
                if placement.bound {
                    // What is moved between columns has lost its pictures.
                    if boxed {
                        moved.push(placement);
                        continue;
                    }
                    let above = placement.cut_to(i64::MIN..lines.start);
                    let below = placement.cut_to(lines.end..i64::MAX);
                    if let Some(part) = placement.cut_to(lines.clone()) {
                        shift(part, lines.end);
                    }
                    moved.extend(above);
                    moved.extend(below);
                } else if lines.start <= own.start
                    && own.end <= end
                    && (!boxed
                        || columns.start <= placement.columns().start
                            && placement.columns().end <= columns.end)
                {
                    shift(placement, end);
                } else {
                    moved.push(placement);
                }
            }
            pictures.shown = moved;
            terminal.bound_places(pictures);
            pictures.collect(terminal.ground());
        });
    }

    /// Whether there are pictures on the shown grid or its history that end below a line, and what comes of that is dear.
    fn has_pictures_below(&mut self, line: i64) -> bool {
        let Some(pictures) = &self.pictures else { return false };
        let (count, is_below) =
            (pictures.shown.len(), pictures.shown.iter().any(|placement| placement.lines().end > line));
        self.count_work(if is_below { 32 * count } else { count });
        is_below
    }

    /// Rows from the top of the shown primary grid down to `bottom` are about to move up by `n`, into history. What is
    /// below them stays on the screen, and gets other numbers.
    #[cold]
    pub(crate) fn keep_pictures_below(&mut self, bottom: usize, n: usize) {
        // Their rows in history have their numbers by now.
        let end = self.history.end as i64 - n as i64 + bottom as i64 + 1;
        if !self.has_pictures_below(end) {
            return;
        }
        self.with_pictures(|_, pictures| {
            let mut moved = Vec::with_capacity(pictures.shown.len());
            for placement in std::mem::take(&mut pictures.shown) {
                let down = |part: Placement| Placement { line: part.line + n as i64, ..part };
                if placement.lines().end <= end {
                    moved.push(placement);
                } else if placement.bound {
                    moved.extend(placement.cut_to(i64::MIN..end));
                    moved.extend(placement.cut_to(end..i64::MAX).map(down));
                } else {
                    moved.push(down(placement));
                }
            }
            pictures.shown = moved;
        });
    }

    /// The alternate screen is entered, or left.
    pub(crate) fn turn_pictures(&mut self, enter: bool) {
        if self.pictures.is_none() {
            return;
        }
        self.with_pictures(|terminal, pictures| {
            pictures.shown = if enter {
                pictures.other = std::mem::take(&mut pictures.shown);
                Vec::new()
            } else {
                std::mem::take(&mut pictures.other)
            };
            pictures.collect(terminal.ground());
        });
    }

    /// The rows of the shown grid are erased, what was to be kept of them is in history: no picture is seen there any more.
    pub(crate) fn erase_pictures(&mut self) {
        if self.pictures.is_none() {
            return;
        }
        let base = self.picture_base();
        self.with_pictures(|terminal, pictures| {
            terminal.remove_placements(pictures, |placement| placement.lines().end > base);
            pictures.collect(terminal.ground());
        });
    }

    /// No program knows the names of pictures any more, and none is on its way.
    pub(crate) fn forget_pictures(&mut self) {
        if self.pictures.is_none() {
            return;
        }
        self.with_pictures(|terminal, pictures| {
            (pictures.stream, pictures.transfer) = (None, None);
            pictures.prototypes.clear();
            for held in pictures.album.held.values_mut() {
                (held.name, held.number) = (0, 0);
            }
            pictures.collect(terminal.ground());
        });
    }

    /// Rows from the top down to the last in which a picture is seen.
    pub(crate) fn picture_rows(&self) -> usize {
        let Some(pictures) = &self.pictures else { return 0 };
        let (base, ground) = (self.picture_base(), self.ground());
        let ends = pictures.shown.iter().filter(|placement| ground.shows(placement));
        let last = ends.map(|placement| placement.lines().end - base).max().unwrap_or(0);
        usize::try_from(last).unwrap_or(0).min(self.grid.rows())
    }
}

/// Notes of a line what its cells show.
pub(crate) fn settle(placements: &mut [Placement], line: i64, cells: &[crate::screen::cell::Cell]) {
    for placement in placements.iter_mut().filter(|placement| placement.bound) {
        if let Some(row) = placement.row_on(line) {
            placement.settle(row, cells);
        }
    }
}

/// The cells of a row show a picture from now on.
pub(crate) fn mark(grid: &mut Grid, y: usize, columns: Range<usize>, version: u64) {
    let (line, row) = grid.row_mut(y);
    let end = columns.end.min(row.len());
    let Some(cells) = row.get_mut(columns.start..end).filter(|cells| !cells.is_empty()) else { return };
    for cell in cells {
        // A column that a wide character left free is a blank from now on.
        if crate::screen::cell::is_free(*cell) {
            *cell |= BLANK;
        }
        *cell |= PICTURE;
    }
    line.used = line.used.max(end as u16);
    (line.plain, line.pictured) = (false, true);
    line.version = version;
}
