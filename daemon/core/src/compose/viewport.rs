//! Which part of a window a smaller viewer sees.

use crate::base::geometry::{Point, Size};

/// The window's cell that is seen at the viewer's top left: the window whole where it fits, else the
/// part around the cursor, as tmux moves it: nothing at the near edge, all at the far one, the cursor in
/// the middle between.
#[must_use]
pub fn viewport(window: Size, seen: Size, cursor: Point) -> Point {
    let along = |window: u16, seen: u16, cursor: u16| {
        if window <= seen || cursor < seen {
            0
        } else if cursor > window.saturating_sub(seen) {
            window - seen
        } else {
            cursor.saturating_sub(seen / 2)
        }
    };
    Point { x: along(window.cols, seen.cols, cursor.x), y: along(window.rows, seen.rows, cursor.y) }
}
