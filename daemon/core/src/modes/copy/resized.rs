//! Another size of the pane: the mode stays at its place in the text, and so do selection, mark and search.

use super::{CopyMode, Place, select::Unit};
use crate::{
    base::geometry::{Point, Size},
    modes::PaneSight,
    screen::Anchor,
};

/// A place while lines get other numbers.
#[derive(Clone, Copy)]
pub(super) enum Held {
    Text(Anchor),
    /// On the alternate screen, which is not wrapped anew: row and column.
    Kept(u64, u16),
}

/// All places of the mode.
pub(super) struct Places {
    top: Option<Held>,
    cursor: Option<Held>,
    /// It shows the newest page.
    at_end: bool,
    others: Vec<Option<Held>>,
    hunted: Option<Held>,
}

impl CopyMode {
    /// The pane is about to have another size.
    pub(super) fn hold_places(&mut self, sight: &PaneSight<'_>) {
        if self.backing.outdated(sight.screen) {
            return;
        }
        let held = |place: Place| self.backing.hold(sight.screen, place);
        let top = held(Place { line: self.top, x: 0 });
        let (cursor, hunted) = (held(self.place()), self.hunt.as_ref().and_then(|hunt| held(hunt.from)));
        let at_end = self.top == self.backing.range(sight.screen).1;
        let places: Vec<Place> = self.places().into_iter().map(|place| *place).collect();
        let others = places.into_iter().map(|place| self.backing.hold(sight.screen, place)).collect();
        self.held = Some(Places { top, cursor, at_end, others, hunted });
    }

    /// The pane has another size.
    pub(super) fn let_places_go(&mut self, size: Size, sight: &PaneSight<'_>) {
        let (held, hunt) = (self.held.take(), self.hunt.take());
        self.waiting = None;
        let is_own = self.backing.resize_own(size);
        self.size = size;
        if is_own {
            self.count_anew(sight);
        } else {
            self.renew(sight, held.is_some());
        }
        let (start, base, _) = self.backing.range(sight.screen);
        let Some(held) = held else {
            self.top = self.top.clamp(start, base);
            return self.point_at(self.cursor.x, self.cursor.y);
        };
        let place = |held: Option<Held>| self.backing.place(sight.screen, held?);
        let others: Vec<Option<Place>> = held.others.into_iter().map(place).collect();
        let (top, cursor, hunted) = (place(held.top), place(held.cursor), place(held.hunted));
        if others.iter().all(Option::is_some) {
            self.places().into_iter().zip(others).for_each(|(to, from)| *to = from.unwrap_or(*to));
        } else {
            (self.selection, self.mark, self.search_from) = (None, None, None);
        }
        self.top = if held.at_end { base } else { top.map_or(start, |place| place.line) }.clamp(start, base);
        self.cursor = Point::default();
        if let Some(cursor) = cursor {
            self.show(sight, cursor);
        }
        if let (Some(hunt), Some(from)) = (hunt, hunted) {
            self.begin_hunt(sight, hunt.text, from, hunt.forward);
        }
    }

    /// Those of selection, mark and search.
    fn places(&mut self) -> Vec<&mut Place> {
        let mut places: Vec<&mut Place> = self.mark.iter_mut().chain(&mut self.search_from).collect();
        if let Some(selection) = &mut self.selection {
            places.push(&mut selection.anchor);
            places.extend(&mut selection.fixed);
            if let Unit::Word(first, last) = &mut selection.unit {
                places.extend([first, last]);
            }
        }
        places
    }
}
