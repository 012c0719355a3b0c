//! Pictures while rows are wrapped anew: each goes where the first cell under it goes, and keeps its columns and rows.

use super::placement::Placement;
use crate::base::limits::SIDE_CELLS_MAX;
use crate::screen::anchor::Anchor;
use crate::screen::terminal::Terminal;

/// Placements of the primary screen, taken up while rows move under them.
#[derive(Default)]
pub(crate) struct Lifted {
    /// Of each: where the first cell is that is there, and how far its first row is below that.
    anchors: Vec<Option<(Anchor, i64)>>,
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
        let anchor = |placement: &Placement| {
            let line = placement.lines().start.max(self.history.start as i64);
            Some((self.anchor(u64::try_from(line).ok()?, placement.x.into())?, placement.line - line))
        };
        Lifted { anchors: self.primary_placements().iter().map(anchor).collect() }
    }

    /// After it: puts them where their lines are now.
    pub(crate) fn lay_pictures(&mut self, lifted: Lifted) {
        if self.pictures.is_none() {
            return;
        }
        self.with_pictures(|terminal, pictures| {
            let gone = terminal.history.start as i64;
            let primary = if terminal.on_alternate() { &mut pictures.other } else { &mut pictures.shown };
            for (placement, anchor) in primary.iter_mut().zip(lifted.anchors) {
                let Some((anchor, below)) = anchor else { continue };
                match terminal.anchored(anchor) {
                    Some((line, x)) => {
                        placement.line = line as i64 + below;
                        placement.x = x.min(SIDE_CELLS_MAX.into()) as u16;
                    }
                    // Its lines have left the history.
                    None => placement.line = gone - i64::from(placement.rows),
                }
            }
        });
        // What is below the grid now comes back as rows that nobody marked: it is gone.
        let shown_end = self.picture_base() + self.grid.rows() as i64;
        let history_end = self.history.end as i64;
        let other_end = history_end + self.primary_grid().rows() as i64;
        self.with_pictures(|terminal, pictures| {
            for (places, end) in [(&mut pictures.shown, shown_end), (&mut pictures.other, other_end)] {
                let all = std::mem::take(places).into_iter();
                places.extend(
                    all.filter_map(
                        |place| if place.bound { place.cut_to(i64::MIN..end) } else { Some(place) },
                    ),
                );
            }
            let primary = if terminal.on_alternate() { &mut pictures.other } else { &mut pictures.shown };
            primary.iter_mut().for_each(|placement| placement.settle_above(history_end));
        });
        self.mark_pictures();
        self.with_pictures(|terminal, pictures| pictures.collect(terminal.ground()));
    }

    fn primary_placements(&self) -> &[Placement] {
        let Some(pictures) = &self.pictures else { return &[] };
        if self.on_alternate() { &pictures.other } else { &pictures.shown }
    }
}
