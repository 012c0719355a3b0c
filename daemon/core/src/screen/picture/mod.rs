//! Pictures among the cells: sixel, kitty's graphics protocol and iTerm2's inline images.
//!
//! ```text
//! string → stream → spool ─┬─ sixel ── pixels ─┐
//!                          ├─ kitty ── pixels ─┴─ format (PNG) ─┬─ album: pictures, their bytes in sealed pieces
//!                          └─ inline, kitty: a file ────────────┘        ▲
//!                                                    placements ─────────┘  on the shown grid, on the primary one
//! ```
//! `view` what readers see · `placement` one place · `place` where they come, move and go with the rows · `album` the
//! pictures · `spool` bytes on their way · `stream` strings that bring them · `format` encoded files · `record` all of it
//! in a head.

mod album;
mod format;
mod inline;
mod kitty;
mod place;
pub(crate) mod placement;
pub(crate) mod record;
mod reflow;
mod sixel;
mod spool;
mod stream;
mod view;

pub use view::{Picture, PictureFormat, PixelRect, PlacedPicture};

use super::cell::Cell;
use super::grid::Grid;
use crate::base::limits::{PICTURES_BYTES_MAX, PICTURES_MAX, PLACEMENTS_MAX};
use album::Album;
use placement::Placement;
use std::collections::BTreeSet;
pub(crate) use stream::opening;
use stream::{Stream, Transfer};

/// A placement that is shown where text says so (kitty's Unicode placeholders).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Prototype {
    pub(crate) picture: u32,
    pub(crate) id: u32,
    pub(crate) cols: u16,
    pub(crate) rows: u16,
    pub(crate) source: PixelRect,
}

/// All that a screen has of pictures.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pictures {
    pub(crate) album: Album,
    /// Of the shown grid, oldest first.
    pub(crate) shown: Vec<Placement>,
    /// Of the primary grid, while the alternate one is shown.
    pub(crate) other: Vec<Placement>,
    pub(crate) prototypes: Vec<Prototype>,
    /// The string that is being read.
    pub(crate) stream: Option<Stream>,
    /// What has come of a transmission in several strings.
    pub(crate) transfer: Option<Transfer>,
    /// Moves when any of this is another.
    pub(crate) clock: u64,
    /// The history's first line when it was last looked at what nobody can see any more.
    pub(crate) collected_at: u64,
}

/// What of the screen says which placements are alive.
#[derive(Clone, Copy)]
pub(crate) struct Ground<'a> {
    pub(crate) grid: &'a Grid,
    /// The primary grid while the alternate one is shown.
    pub(crate) primary: Option<&'a Grid>,
    /// The first line of the history, and one past its last.
    pub(crate) start: i64,
    pub(crate) end: i64,
}

impl<'a> Ground<'a> {
    /// The cells of a line on the shown grid.
    pub(crate) fn shown_cells(self, line: i64) -> Option<&'a [Cell]> {
        let base = if self.primary.is_some() { 0 } else { self.end };
        cells(self.grid, line - base)
    }

    /// The cells of a line on the primary grid while it is not shown.
    pub(crate) fn other_cells(self, line: i64) -> Option<&'a [Cell]> {
        cells(self.primary?, line - self.end)
    }

    /// Whether anything is left of a placement of the shown grid.
    pub(crate) fn shows(self, placement: &Placement) -> bool {
        (self.primary.is_some() || placement.lines().end > self.start)
            && is_seen(placement, |line| self.shown_cells(line))
    }

    /// The same of the primary grid while it is not shown.
    pub(crate) fn keeps(self, placement: &Placement) -> bool {
        placement.lines().end > self.start && is_seen(placement, |line| self.other_cells(line))
    }
}

fn cells(grid: &Grid, y: i64) -> Option<&[Cell]> {
    usize::try_from(y).ok().filter(|y| *y < grid.rows()).map(|y| grid.row(y))
}

fn is_seen<'a>(placement: &Placement, cells: impl Fn(i64) -> Option<&'a [Cell]>) -> bool {
    let part = placement.part;
    !placement.bound
        || (part.top..part.bottom)
            .any(|row| !placement.stretches(row, cells(placement.line + i64::from(row))).is_empty())
}

impl Pictures {
    /// Whether a picture is of use: shown somewhere, or named.
    pub(crate) fn is_used(&self, number: u32, ground: Ground<'_>) -> bool {
        self.album.get(number).is_some_and(|held| held.name != 0)
            || self.prototypes.iter().any(|prototype| prototype.picture == number)
            || self.shown.iter().any(|placement| placement.picture == number && ground.shows(placement))
            || self.other.iter().any(|placement| placement.picture == number && ground.keeps(placement))
    }

    /// Lets go of what nobody can see or name any more. Nothing that is told of a screen changes by it.
    pub(crate) fn collect(&mut self, ground: Ground<'_>) {
        self.shown.retain(|placement| ground.shows(placement));
        self.other.retain(|placement| ground.keeps(placement));
        self.collected_at = ground.start as u64;
        let places = self.shown.iter().chain(&self.other).map(|placement| placement.picture);
        let used: BTreeSet<u32> =
            places.chain(self.prototypes.iter().map(|prototype| prototype.picture)).collect();
        self.album.held.retain(|number, held| held.name != 0 || used.contains(number));
    }

    /// The picture that goes next to make room, other than the newest: one that nothing shows, then one out of sight,
    /// then any; the oldest of these.
    fn least(&self, ground: Ground<'_>) -> Option<u32> {
        let seen_from = if ground.primary.is_some() { 0 } else { ground.end };
        let rank = |number: u32| {
            let shown = self.shown.iter().filter(|placement| placement.picture == number);
            if shown.clone().any(|placement| placement.lines().end > seen_from)
                || self.prototypes.iter().any(|prototype| prototype.picture == number)
            {
                2
            } else if shown.count() > 0 || self.other.iter().any(|placement| placement.picture == number) {
                1
            } else {
                0
            }
        };
        let newest = self.album.held.keys().next_back().copied();
        let others = self.album.held.keys().copied().filter(|number| Some(*number) != newest);
        others.min_by_key(|number| (rank(*number), *number))
    }

    /// Numbers of pictures that have to go until the rest is within its bounds.
    pub(crate) fn surplus(&self, ground: Ground<'_>) -> Option<u32> {
        let is_over = self.album.held.len() > PICTURES_MAX || self.album.bytes() > PICTURES_BYTES_MAX;
        is_over.then(|| self.least(ground)).flatten()
    }

    /// Placements beyond what a screen may have.
    pub(crate) fn placements_over(&self) -> usize {
        (self.shown.len() + self.other.len() + self.prototypes.len()).saturating_sub(PLACEMENTS_MAX)
    }

    /// The store's answer about a piece. A picture that is whole now gets another number: who asked for it before was told
    /// that there is nothing. Says whether there is such a one.
    pub(crate) fn give_back(&mut self, id: u64, bytes: Option<&[u8]>) -> bool {
        let Some(number) = self.album.give_back(id, bytes) else { return false };
        let Some(held) = self.album.held.remove(&number) else { return false };
        self.album.last = self.album.last.wrapping_add(1).max(1);
        let new = self.album.last;
        self.album.held.insert(new, held);
        let places = self.shown.iter_mut().chain(&mut self.other).map(|place| &mut place.picture);
        let places = places.chain(self.prototypes.iter_mut().map(|place| &mut place.picture));
        places.filter(|picture| **picture == number).for_each(|picture| *picture = new);
        true
    }

    /// Numbers of all sealed pieces: of pictures, and of what is on its way.
    pub(crate) fn pieces(&self) -> impl Iterator<Item = (u64, bool)> + '_ {
        let spools = self.stream.iter().map(|stream| &stream.spool);
        let spools = spools.chain(self.transfer.iter().map(|transfer| &transfer.spool));
        self.album.pieces().chain(spools.flat_map(|spool| spool.pieces.iter().map(|(id, _)| (*id, true))))
    }

    /// A sealed piece.
    pub(crate) fn piece(&self, id: u64) -> Option<&[u8]> {
        let spools = self.stream.iter().map(|stream| &stream.spool);
        let mut spools = spools.chain(self.transfer.iter().map(|transfer| &transfer.spool));
        self.album.piece(id).or_else(|| {
            spools.find_map(|spool| spool.pieces.iter().find(|piece| piece.0 == id)).map(|piece| &*piece.1)
        })
    }
}
