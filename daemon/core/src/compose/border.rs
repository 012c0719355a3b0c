//! The lines between panes, and what lies around a window that is smaller than its viewer.

use crate::base::geometry::{Point, Rect, Size};
use abide_protocol::message::Style;

/// `pane-border-lines`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BorderLines {
    /// `│─┼`.
    #[default]
    Single,
    /// `║═╬`.
    Double,
    /// `┃━╋`.
    Heavy,
    /// `|-+`.
    Simple,
    /// The number of the pane that the line belongs to.
    Number,
}

/// `pane-border-indicators`: how the lines say which pane is active.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum BorderIndicator {
    /// By the style alone.
    Off,
    /// With two panes, half of the line between them is in the active style.
    #[default]
    Colour,
    /// Arrows at the active pane's lines point to it.
    Arrows,
    /// Both.
    Both,
}

/// How borders look.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct BorderLook {
    /// `pane-border-lines`.
    pub lines: BorderLines,
    /// `pane-border-indicators`.
    pub indicator: BorderIndicator,
    /// `pane-border-style`.
    pub style: Style,
    /// `pane-active-border-style`.
    pub active_style: Style,
}

/// One cell of a border.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BorderCell {
    /// Column of the window.
    pub(super) x: u16,
    pub(super) ch: char,
    pub(super) active: bool,
}

/// All border cells of a window, by row. Made anew when the arrangement changes, never per frame.
#[derive(Debug, Default)]
pub(super) struct BorderMap {
    rows: Vec<Vec<BorderCell>>,
}

const LEFT: usize = 1;
const RIGHT: usize = 2;
const UP: usize = 4;
const DOWN: usize = 8;

/// The character for lines that leave a cell to these sides.
fn joined(lines: BorderLines, sides: usize) -> char {
    // Index: LEFT | RIGHT | UP | DOWN.
    const SINGLE: [char; 16] =
        ['│', '─', '─', '─', '│', '┘', '└', '┴', '│', '┐', '┌', '┬', '│', '┤', '├', '┼'];
    const DOUBLE: [char; 16] =
        ['║', '═', '═', '═', '║', '╝', '╚', '╩', '║', '╗', '╔', '╦', '║', '╣', '╠', '╬'];
    const HEAVY: [char; 16] =
        ['┃', '━', '━', '━', '┃', '┛', '┗', '┻', '┃', '┓', '┏', '┳', '┃', '┫', '┣', '╋'];
    const SIMPLE: [char; 16] =
        ['|', '-', '-', '-', '|', '+', '+', '+', '|', '+', '+', '+', '|', '+', '+', '+'];
    let table = match lines {
        BorderLines::Single | BorderLines::Number => SINGLE,
        BorderLines::Double => DOUBLE,
        BorderLines::Heavy => HEAVY,
        BorderLines::Simple => SIMPLE,
    };
    table.get(sides).copied().unwrap_or(' ')
}

impl BorderMap {
    /// Borders of a window of that size with those panes (each with the number it is shown by), of which
    /// one is active. `edge` says whether the viewer has room to the right and below, where the window's
    /// own edge is then drawn.
    pub(super) fn new(
        window: Size,
        panes: &[(Rect, u32)],
        active: Option<usize>,
        look: &BorderLook,
        edge: (bool, bool),
    ) -> BorderMap {
        let cols = usize::from(window.cols) + usize::from(edge.0);
        let rows = usize::from(window.rows) + usize::from(edge.1);
        let mut inside = vec![false; cols * rows];
        for (rect, _) in panes {
            for y in usize::from(rect.y)..(usize::from(rect.y) + usize::from(rect.rows)).min(rows) {
                let from = (y * cols + usize::from(rect.x)).min((y + 1) * cols);
                let to = (y * cols + usize::from(rect.x) + usize::from(rect.cols)).min((y + 1) * cols);
                if let Some(cells) = inside.get_mut(from..to) {
                    cells.fill(true);
                }
            }
        }
        let border = |x: Option<usize>, y: Option<usize>| {
            let (Some(x), Some(y)) = (x, y) else { return false };
            x < cols && y < rows && inside.get(y * cols + x) == Some(&false)
        };
        let halves = matches!(look.indicator, BorderIndicator::Colour | BorderIndicator::Both);
        let two = match (halves, panes) {
            (true, [(a, _), (b, _)]) if a.y == b.y && a.rows == b.rows => Some(Split::LeftRight),
            (true, [(a, _), (b, _)]) if a.x == b.x && a.cols == b.cols => Some(Split::TopBottom),
            _ => None,
        };
        let arrows = matches!(look.indicator, BorderIndicator::Arrows | BorderIndicator::Both);
        let active = active.and_then(|i| panes.get(i)).map(|(rect, _)| *rect);
        let mut map = BorderMap { rows: Vec::with_capacity(rows) };
        for y in 0..rows {
            let mut row = Vec::new();
            for x in 0..cols {
                if !border(Some(x), Some(y)) {
                    continue;
                }
                let mut sides = 0;
                for (side, seen) in [
                    (LEFT, border(x.checked_sub(1), Some(y))),
                    (RIGHT, border(Some(x + 1), Some(y))),
                    (UP, border(Some(x), y.checked_sub(1))),
                    (DOWN, border(Some(x), Some(y + 1))),
                ] {
                    sides |= if seen { side } else { 0 };
                }
                let at = Point { x: x as u16, y: y as u16 };
                // The edge of the window belongs to no pane.
                let inner = at.x < window.cols && at.y < window.rows;
                let beside =
                    active.filter(|_| inner).and_then(|rect| side_of(&rect, at).map(|side| (rect, side)));
                let is_active = beside.is_some_and(|(rect, side)| match two {
                    Some(split) => half(split, &rect, at, side),
                    None => true,
                });
                let ch = match (arrows, beside, look.lines) {
                    (true, Some((rect, side)), _) if arrow_at(&rect, at, side) => arrow(side),
                    (_, _, BorderLines::Number) => {
                        number_of(panes, at, active).unwrap_or_else(|| joined(look.lines, sides))
                    }
                    _ => joined(look.lines, sides),
                };
                row.push(BorderCell { x: at.x, ch, active: is_active });
            }
            map.rows.push(row);
        }
        map
    }

    /// Border cells of a row of the window, left to right.
    pub(super) fn row(&self, y: u16) -> &[BorderCell] {
        self.rows.get(usize::from(y)).map_or(&[], Vec::as_slice)
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Split {
    LeftRight,
    TopBottom,
}

/// On which side of the pane a cell around it lies; the corners count to the left and right sides.
fn side_of(rect: &Rect, at: Point) -> Option<usize> {
    let (right, bottom) = (rect.x.saturating_add(rect.cols), rect.y.saturating_add(rect.rows));
    let in_rows = at.y.saturating_add(1) >= rect.y && at.y <= bottom;
    let in_cols = at.x.saturating_add(1) >= rect.x && at.x <= right;
    if in_rows && rect.x > 0 && at.x == rect.x - 1 {
        Some(LEFT)
    } else if in_rows && at.x == right {
        Some(RIGHT)
    } else if in_cols && rect.y > 0 && at.y == rect.y - 1 {
        Some(UP)
    } else if in_cols && at.y == bottom {
        Some(DOWN)
    } else {
        None
    }
}

/// With two panes: the first one owns the first half of the line between them, the second the rest.
fn half(split: Split, rect: &Rect, at: Point, side: usize) -> bool {
    match split {
        Split::LeftRight => match side {
            RIGHT => rect.x == 0 && at.y <= rect.rows / 2,
            LEFT => at.y > rect.rows / 2,
            _ => false,
        },
        Split::TopBottom => match side {
            DOWN => rect.y == 0 && at.x <= rect.cols / 2,
            UP => at.x > rect.cols / 2,
            _ => false,
        },
    }
}

fn arrow_at(rect: &Rect, at: Point, side: usize) -> bool {
    match side {
        LEFT | RIGHT => at.y == rect.y.saturating_add(1),
        _ => at.x == rect.x.saturating_add(1),
    }
}

fn arrow(side: usize) -> char {
    match side {
        LEFT => '→',
        RIGHT => '←',
        UP => '↓',
        _ => '↑',
    }
}

fn number_of(panes: &[(Rect, u32)], at: Point, active: Option<Rect>) -> Option<char> {
    let beside = |rect: &Rect| side_of(rect, at).is_some();
    let owner = panes
        .iter()
        .find(|(rect, _)| Some(*rect) == active && beside(rect))
        .or_else(|| panes.iter().find(|(rect, _)| beside(rect)))?;
    char::from_digit(owner.1 % 10, 10)
}
