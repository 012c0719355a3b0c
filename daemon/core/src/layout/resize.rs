//! Moving borders.

use super::tree::{Axis, Kind, Layout, Node};
use crate::base::ids::PaneId;

impl Layout {
    /// Moves the border after a pane (right of or below it) by `change` cells; for the last pane of its
    /// row or column, the border before it. True if anything moved.
    pub fn resize_pane(&mut self, pane: PaneId, axis: Axis, change: i32) -> bool {
        let Some((up, index)) = self.along(pane, axis) else { return false };
        self.shift(&up, index, change, true)
    }

    /// Gives a pane that length, headings not counted, as far as its neighbours can.
    pub fn resize_pane_to(&mut self, pane: PaneId, axis: Axis, len: u16) -> bool {
        let Some((up, index)) = self.along(pane, axis) else { return false };
        let Some(parent) = self.node(&up) else { return false };
        let Kind::Split(_, children) = &parent.kind else { return false };
        let Some(child) = children.get(index) else { return false };
        let heading = axis.len(child.rect) - axis.len(self.without_heading(child.rect));
        let change = i32::from(len) + i32::from(heading) - i32::from(axis.len(child.rect));
        let change = if index + 1 == children.len() { -change } else { change };
        self.shift(&up, index, change, true)
    }

    /// Makes the panes of the innermost split around a pane equally long; where that has no effect, those
    /// of the split around it, and so on (`select-layout -E`).
    pub fn spread(&mut self, pane: PaneId) -> bool {
        let Some(mut path) = self.path(pane) else { return false };
        while path.pop().is_some() {
            if self.node_mut(&path).is_some_and(spread_node) {
                self.root.rebase();
                return true;
            }
        }
        false
    }

    /// The innermost split along that axis around a pane, and which of its children the pane is in.
    fn along(&self, pane: PaneId, axis: Axis) -> Option<(Vec<usize>, usize)> {
        let path = self.path(pane)?;
        (0..path.len()).rev().find_map(|depth| {
            let up = path.get(..depth)?;
            let fits = matches!(&self.node(up)?.kind, Kind::Split(along, _) if *along == axis);
            fits.then(|| (up.to_vec(), path[depth]))
        })
    }

    /// Moves the border after a child (before it, for the last one) towards the end by `change` cells.
    /// With `opposite`, room is also taken from before the child when there is none after it.
    pub(super) fn shift(&mut self, up: &[usize], index: usize, change: i32, opposite: bool) -> bool {
        let Some(parent) = self.node_mut(up) else { return false };
        let Kind::Split(axis, children) = &parent.kind else { return false };
        let count = children.len();
        let index = index.min(count.saturating_sub(2));
        let mut lens = parent.lens();
        let mut spare: Vec<u16> = children.iter().map(|child| child.spare(*axis)).collect();
        let mut needed = change.unsigned_abs().min(u32::from(u16::MAX)) as u16;
        let mut moved = false;
        while needed > 0 {
            let has = |i: &usize| spare.get(*i).is_some_and(|s| *s > 0);
            let (add, remove) = if change > 0 {
                let after = (index + 1..count).find(has);
                (index, after.or_else(|| if opposite { (0..index).rev().find(has) } else { None }))
            } else {
                (index + 1, (0..=index).rev().find(has))
            };
            let Some(remove) = remove else { break };
            let step = spare[remove].min(needed);
            lens[remove] -= step;
            spare[remove] -= step;
            lens[add] += step;
            spare[add] += step;
            needed -= step;
            moved = true;
        }
        if moved {
            parent.place(&lens);
            self.root.rebase();
        }
        moved
    }
}

/// Makes the children equally long, what is left over going to the last; true if that changed anything.
pub(super) fn spread_node(node: &mut Node) -> bool {
    let Kind::Split(axis, children) = &node.kind else { return false };
    let Ok(count) = u16::try_from(children.len()) else { return false };
    let whole = axis.len(node.rect);
    let Some(cells) = whole.checked_sub(count - 1) else { return false };
    let each = cells / count;
    if each == 0 || children.iter().any(|child| child.min(*axis) > each) {
        return false;
    }
    let mut lens = vec![each; children.len()];
    if let Some(last) = lens.last_mut() {
        *last = cells - each * (count - 1);
    }
    let changed = lens != node.lens();
    node.place(&lens);
    changed
}
