//! Which border lies at a point, and dragging it.

use super::tree::{Axis, Kind, Layout, Node};
use crate::base::geometry::Point;

impl Layout {
    /// Whether a border lies there.
    #[must_use]
    pub fn border_at(&self, point: Point) -> bool {
        find(&self.root, point, &mut Vec::new()).is_some()
    }

    /// Drags the border at `from` to `to`; where two borders meet, both. True if anything moved.
    pub fn drag(&mut self, from: Point, to: Point) -> bool {
        let near = [(0i32, 0i32), (0, 1), (1, 0), (0, -1), (-1, 0)];
        let mut seen: Vec<(Vec<usize>, usize)> = Vec::new();
        let mut moved = false;
        for (dx, dy) in near {
            let (Ok(x), Ok(y)) =
                (u16::try_from(i32::from(from.x) + dx), u16::try_from(i32::from(from.y) + dy))
            else {
                continue;
            };
            let mut up = Vec::new();
            let Some((axis, index)) = find(&self.root, Point { x, y }, &mut up) else { continue };
            if (dx, dy) == (0, 0) || !seen.is_empty() {
                let key = (up.clone(), index);
                if seen.contains(&key) {
                    continue;
                }
                seen.push(key);
                let change = match axis {
                    Axis::LeftRight => i32::from(to.x) - i32::from(from.x),
                    Axis::TopBottom => i32::from(to.y) - i32::from(from.y),
                };
                moved |= change != 0 && self.shift(&up, index, change, false);
            }
        }
        moved
    }
}

/// The split whose border lies at a point: its path in `up`, its axis, and the child before the border.
fn find(node: &Node, point: Point, up: &mut Vec<usize>) -> Option<(Axis, usize)> {
    let Kind::Split(axis, children) = &node.kind else { return None };
    if !node.rect.contains(point) {
        return None;
    }
    for (index, child) in children.iter().enumerate() {
        if child.rect.contains(point) {
            up.push(index);
            return find(child, point, up);
        }
        let after = match axis {
            Axis::LeftRight => child.rect.x + child.rect.cols == point.x,
            Axis::TopBottom => child.rect.y + child.rect.rows == point.y,
        };
        if after {
            return Some((*axis, index));
        }
    }
    None
}
