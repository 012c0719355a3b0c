//! Dirty rows into an update: paint, recognise what moved, say what differs.

use super::{
    canvas::RowCanvas,
    limits::{BYTES_PER_UPDATE_MAX, RUNS_PER_UPDATE_MAX, SCROLLS_PER_UPDATE_MAX, STYLE_BYTES_PER_UPDATE_MAX},
    scroll::{self, Moved},
    styles::StyleBook,
    viewer::ViewerScreen,
};
use abide_protocol::message::{RowChange, Scroll, Update};

/// The style book is full: start anew.
pub(super) struct BookFull;

impl ViewerScreen {
    /// Composes what is dirty and says what differs from what the viewer has. What does not fit into one
    /// update stays dirty, and the viewer is `behind`.
    pub(super) fn compose(
        &mut self,
        update: &mut Update,
        mut paint: impl FnMut(u16, &mut RowCanvas, &mut StyleBook),
    ) -> Result<(), BookFull> {
        let rows = self.size.rows;
        self.fresh.resize_with(usize::from(rows), Default::default);
        self.composed.clear();
        self.composed.resize(usize::from(rows), false);
        for y in 0..rows {
            let at = usize::from(y);
            if !self.dirty.get(at).is_some_and(|dirty| *dirty) {
                continue;
            }
            if self.book.untold_bytes() > STYLE_BYTES_PER_UPDATE_MAX {
                self.behind = true;
                break;
            }
            self.canvas.start(self.size.cols);
            paint(y, &mut self.canvas, &mut self.book);
            if self.canvas.book_full {
                // A screen that needs more than a whole book does not get another one for the rest of it.
                if !update.full && !self.settling {
                    return Err(BookFull);
                }
                self.book.approximate();
                self.canvas.start(self.size.cols);
                paint(y, &mut self.canvas, &mut self.book);
            }
            if let (Some(line), Some(composed), Some(dirty)) =
                (self.fresh.get_mut(at), self.composed.get_mut(at), self.dirty.get_mut(at))
            {
                self.canvas.finish(line);
                *composed = true;
                *dirty = false;
            }
        }
        if !update.full {
            self.find_scrolls(update);
        }
        self.say_rows(update);
        self.settling = self.behind && (update.full || self.settling);
        update.styles = self.book.take_definitions();
        Ok(())
    }

    /// Looks for blocks that moved, within each run of rows that were composed.
    fn find_scrolls(&mut self, update: &mut Update) {
        let rows = self.composed.len();
        let mut y = 0;
        while y < rows && update.scrolls.len() < SCROLLS_PER_UPDATE_MAX {
            if !self.composed.get(y).is_some_and(|c| *c) {
                y += 1;
                continue;
            }
            let end = (y..rows).find(|i| !self.composed.get(*i).is_some_and(|c| *c)).unwrap_or(rows);
            let (Some(old), Some(fresh)) = (self.lines.get_mut(y..end), self.fresh.get(y..end)) else {
                return;
            };
            if let Some(found) = scroll::find(old, fresh) {
                scroll::carry_out(found, old);
                update.scrolls.push(told(Moved { top: found.top + y, bottom: found.bottom + y, ..found }));
                // A second region may have moved below the first.
                y += found.bottom;
            } else {
                y = end;
            }
        }
    }

    /// Says composed rows that differ, as far as one update goes.
    fn say_rows(&mut self, update: &mut Update) {
        let (mut runs, mut bytes) = (0, 0);
        let rows = self.lines.iter_mut().zip(&mut self.fresh).zip(self.composed.iter().zip(&mut self.dirty));
        for (y, ((line, fresh), (composed, dirty))) in rows.enumerate() {
            if !*composed || line == fresh {
                continue;
            }
            if runs > RUNS_PER_UPDATE_MAX || bytes > BYTES_PER_UPDATE_MAX {
                *dirty = true;
                self.behind = true;
                continue;
            }
            std::mem::swap(line, fresh);
            let weight = line.weight();
            (runs, bytes) = (runs + weight.0, bytes + weight.1);
            update.rows.push(RowChange(y as u16, line.row()));
        }
    }

    /// Moves rows of the viewer, with their dirt, and says so.
    pub(super) fn scroll(&mut self, update: &mut Update, moved: Moved) {
        scroll::carry_out(moved, &mut self.lines);
        if let Some(region) = self.dirty.get_mut(moved.top..moved.bottom) {
            let by = moved.up.unsigned_abs().min(region.len());
            if moved.up > 0 {
                region.rotate_left(by);
                let kept = region.len() - by;
                region.iter_mut().skip(kept).for_each(|dirty| *dirty = true);
            } else {
                region.rotate_right(by);
                region.iter_mut().take(by).for_each(|dirty| *dirty = true);
            }
        }
        update.scrolls.push(told(moved));
    }
}

fn told(moved: Moved) -> Scroll {
    Scroll(moved.top as u16, moved.bottom as u16, moved.up as i16)
}

/// Whether the update says anything.
pub(super) fn says_something(update: &Update) -> bool {
    update.full
        || !update.rows.is_empty()
        || !update.scrolls.is_empty()
        || !update.styles.is_empty()
        || update.bells > 0
        || update.cursor.is_some()
        || update.modes.is_some()
        || update.title.is_some()
        || update.history.is_some()
        || update.pictures.is_some()
}
