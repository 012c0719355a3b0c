//! Rows that moved.
//!
//! A block of rows that is sent again costs its text; a scroll costs three numbers. The primary screen
//! counts the lines it scrolls; what programs move inside a region or on the alternate screen is found
//! by comparing what the viewer has with what it should have.

use super::{limits::SCROLL_TRIES_MAX, line::Line};

/// A block that moved: rows `top..bottom` go up by `up` (down when negative).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Moved {
    pub(super) top: usize,
    pub(super) bottom: usize,
    pub(super) up: isize,
}

/// The fewest rows that are worth a scroll: below it a viewer repaints as cheaply.
const ROWS_MIN: usize = 3;

/// Looks for a block of `fresh` that stands in `old` at another place; both are the same rows.
pub(super) fn find(old: &[Line], fresh: &[Line]) -> Option<Moved> {
    let rows = old.len().min(fresh.len());
    let mut tries = 0;
    for at in 0..rows {
        let (Some(want), Some(have)) = (fresh.get(at), old.get(at)) else { break };
        // Blank rows and equal ones say nothing about where a block went.
        if want.is_blank() || want == have {
            continue;
        }
        if tries == SCROLL_TRIES_MAX {
            break;
        }
        tries += 1;
        let mut best: Option<(usize, Moved)> = None;
        for from in (0..rows).filter(|from| *from != at && old.get(*from) == Some(want)) {
            let (len, moved) = extend(old, fresh, at, from);
            if len >= ROWS_MIN && best.is_none_or(|(most, _)| len > most) {
                best = Some((len, moved));
            }
        }
        if let Some((_, moved)) = best {
            return Some(moved);
        }
    }
    None
}

/// The block around `fresh[at] == old[from]`: how many of its rows have text, and the scroll that moves it.
fn extend(old: &[Line], fresh: &[Line], at: usize, from: usize) -> (usize, Moved) {
    let same = |back: usize, down: usize| {
        let a = at.checked_sub(back).and_then(|i| fresh.get(i + down));
        let b = from.checked_sub(back).and_then(|i| old.get(i + down));
        a.is_some() && a == b
    };
    let mut first = 0;
    while same(first + 1, 0) {
        first += 1;
    }
    let mut rows = 1;
    while same(0, rows) {
        rows += 1;
    }
    let text = |i: usize| fresh.get(i).is_some_and(|line| !line.is_blank());
    let start = at - first;
    let end = at + rows;
    let useful = (start..end).filter(|i| text(*i)).count();
    let up = from as isize - at as isize;
    let (top, bottom) =
        if up > 0 { (start, end + up.unsigned_abs()) } else { (start - up.unsigned_abs(), end) };
    (useful, Moved { top, bottom, up })
}

/// Does to rows what the scroll does to the viewer's.
pub(super) fn carry_out(moved: Moved, lines: &mut [Line]) {
    let Some(region) = lines.get_mut(moved.top..moved.bottom) else { return };
    let by = moved.up.unsigned_abs().min(region.len());
    if moved.up > 0 {
        region.rotate_left(by);
        let kept = region.len() - by;
        region.iter_mut().skip(kept).for_each(Line::clear);
    } else {
        region.rotate_right(by);
        region.iter_mut().take(by).for_each(Line::clear);
    }
}
