//! The pane beside a pane.

use super::tree::Layout;
use crate::base::ids::PaneId;

/// Where to look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Direction {
    /// Left of it.
    Left,
    /// Right of it.
    Right,
    /// Above it.
    Up,
    /// Below it.
    Down,
}

impl Layout {
    /// The pane that touches this one there; from the window's edge, one at the opposite edge. Of several
    /// the one that was used last, as `recent` tells (greater is later); of equals the first.
    #[must_use]
    pub fn neighbour(&self, pane: PaneId, side: Direction, recent: impl Fn(PaneId) -> u64) -> Option<PaneId> {
        let cells = self.cells();
        let (_, own) = *cells.iter().find(|(p, _)| *p == pane)?;
        let size = self.size();
        // Along the direction: where a neighbour has to begin or end. Across it: from where to where.
        let meets = |start: u16, len: u16| match side {
            Direction::Left | Direction::Up => {
                let edge = if side == Direction::Left { own.x } else { own.y };
                let edge = match edge {
                    0 if side == Direction::Left => size.cols + 1,
                    0 => size.rows + 1,
                    edge => edge,
                };
                start + len + 1 == edge
            }
            Direction::Right => start == if own.x + own.cols >= size.cols { 0 } else { own.x + own.cols + 1 },
            Direction::Down => start == if own.y + own.rows >= size.rows { 0 } else { own.y + own.rows + 1 },
        };
        let mut best: Option<(PaneId, u64)> = None;
        for (other, rect) in cells.into_iter().filter(|(p, _)| *p != pane) {
            let (start, len, from, to, other_from, other_len) = match side {
                Direction::Left | Direction::Right => {
                    (rect.x, rect.cols, own.y, own.y + own.rows, rect.y, rect.rows)
                }
                Direction::Up | Direction::Down => {
                    (rect.y, rect.rows, own.x, own.x + own.cols, rect.x, rect.cols)
                }
            };
            // One cell beyond counts: a pane behind the corner of a border is a neighbour too.
            let overlaps = other_from <= to && other_from + other_len > from;
            if meets(start, len) && overlaps {
                let used = recent(other);
                if best.is_none_or(|(_, b)| used > b) {
                    best = Some((other, used));
                }
            }
        }
        best.map(|(pane, _)| pane)
    }
}
