//! Making room for a pane, and giving its room back.

use super::tree::{Axis, Kind, Layout, Node};
use crate::base::{geometry::Rect, ids::PaneId};

/// Splits inside splits: more than a screen of 1000 cells can be halved in both directions, and few enough
/// for recursion.
pub const DEPTH_MAX: usize = 200;

/// A length along an axis, as a person says it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Length {
    /// Half of what is there.
    Half,
    /// So many cells.
    Cells(u16),
    /// That part of what is there, in hundredths.
    Percent(u16),
}

impl Length {
    /// Reads `N` or `N%`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Length> {
        match text.strip_suffix('%') {
            Some(percent) => percent.parse().ok().filter(|p| *p <= 100).map(Length::Percent),
            None => text.parse().ok().map(Length::Cells),
        }
    }

    /// In cells, of a whole.
    #[must_use]
    pub fn of(self, whole: u16) -> u16 {
        match self {
            Length::Half => whole / 2,
            Length::Cells(n) => n,
            Length::Percent(p) => (u32::from(whole) * u32::from(p.min(100)) / 100) as u16,
        }
    }
}

/// How to split.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Side by side, or one above the other.
    pub axis: Axis,
    /// The new pane is left of or above the old one (`-b`).
    pub before: bool,
    /// The new pane takes a whole side of the window (`-f`).
    pub full: bool,
    /// Length of the new pane (`-l`).
    pub length: Length,
}

impl Layout {
    /// Splits a pane's cell, or the whole window, and puts a new pane into the new part.
    ///
    /// # Errors
    /// When the pane is not here or there is no room for another one and its border.
    pub fn split(&mut self, target: PaneId, new: PaneId, how: Split) -> Result<(), String> {
        const NO_ROOM: &str = "no space for new pane";
        let Some(mut path) = self.path(target) else { return Err(format!("can't find pane: {target}")) };
        if path.len() >= DEPTH_MAX {
            return Err(NO_ROOM.to_owned());
        }
        if how.full {
            path.clear();
        }
        let Some(node) = self.node(&path) else { return Err(NO_ROOM.to_owned()) };
        let axis = how.axis;
        let (len, min) = (axis.len(node.rect), node.min(axis));
        let Some(new_max) = len.checked_sub(min.saturating_add(1)).filter(|max| *max > 0) else {
            return Err(NO_ROOM.to_owned());
        };
        // Of an odd number of cells the first of the two parts gets the greater half, whichever is new.
        let new_len = match (how.length, how.before) {
            (Length::Half, false) => len.div_ceil(2) - 1,
            (Length::Half, true) => len - len.div_ceil(2),
            (length, _) => length.of(len),
        }
        .clamp(1, len.saturating_sub(2));
        let old_len = len - 1 - new_len;
        if new_len > new_max || (how.full && !squeezes(node, axis, old_len)) {
            return Err(NO_ROOM.to_owned());
        }
        let fresh = Node::pane(new);
        let offset = usize::from(!how.before);

        let beside = path.split_last().and_then(|(index, up)| {
            let same = matches!(&self.node(up)?.kind, Kind::Split(along, _) if *along == axis);
            same.then(|| (up.to_vec(), *index))
        });
        if let Some((up, index)) = beside
            && let Some(parent) = self.node_mut(&up)
        {
            let mut lens = parent.lens();
            if let Some(old) = lens.get_mut(index) {
                *old = old_len;
            }
            insert(parent, &mut lens, index + offset, fresh, new_len);
        } else if let Some(node) = self.node_mut(&path) {
            if path.is_empty() && matches!(&node.kind, Kind::Split(along, _) if *along == axis) {
                let rect = node.rect;
                squeeze(
                    node,
                    match axis {
                        Axis::LeftRight => Rect { cols: old_len, ..rect },
                        Axis::TopBottom => Rect { rows: old_len, ..rect },
                    },
                );
                node.rect = rect;
                let mut lens = node.lens();
                let at = if how.before { 0 } else { lens.len() };
                insert(node, &mut lens, at, fresh, new_len);
            } else {
                let mut old = node.clone();
                if how.full {
                    let rect = old.rect;
                    squeeze(
                        &mut old,
                        match axis {
                            Axis::LeftRight => Rect { cols: old_len, ..rect },
                            Axis::TopBottom => Rect { rows: old_len, ..rect },
                        },
                    );
                }
                let (parts, lens) = if how.before {
                    (vec![fresh, old], [new_len, old_len])
                } else {
                    (vec![old, fresh], [old_len, new_len])
                };
                node.kind = Kind::Split(axis, parts);
                node.place(&lens);
            }
        }
        self.root.rebase();
        Ok(())
    }

    /// Takes a pane out; its neighbour before it (after it, for the first) gets the room. False when the
    /// pane is not here or is the only one.
    pub fn remove(&mut self, pane: PaneId) -> bool {
        let Some(path) = self.path(pane) else { return false };
        let Some((index, up)) = path.split_last() else { return false };
        let Some(parent) = self.node_mut(up) else { return false };
        let mut lens = parent.lens();
        let Kind::Split(_, children) = &mut parent.kind else { return false };
        if children.len() < 2 || *index >= children.len() {
            return false;
        }
        children.remove(*index);
        let freed = lens.remove(*index);
        if let Some(heir) = lens.get_mut(index.saturating_sub(1)) {
            *heir += freed + 1;
        }
        if children.len() == 1
            && let Some(mut only) = children.pop()
        {
            only.share = parent.share;
            only.put(parent.rect);
            *parent = only;
        } else {
            parent.place(&lens);
        }
        self.root.rebase();
        true
    }
}

fn insert(parent: &mut Node, lens: &mut Vec<u16>, at: usize, fresh: Node, len: u16) {
    let Kind::Split(_, children) = &mut parent.kind else { return };
    let at = at.min(children.len());
    children.insert(at, fresh);
    lens.insert(at, len);
    parent.place(lens);
}

/// Whether a node can be made that long along the axis in the way of [`squeeze`].
fn squeezes(node: &Node, axis: Axis, len: u16) -> bool {
    match &node.kind {
        Kind::Pane(_) => len > 0,
        Kind::Split(along, children) if *along == axis => {
            let lens = squeezed(node, axis, len);
            let used = lens.iter().map(|l| u32::from(*l) + 1).sum::<u32>();
            used == u32::from(len) + 1 && children.iter().zip(&lens).all(|(c, l)| squeezes(c, axis, *l))
        }
        Kind::Split(_, children) => children.iter().all(|child| squeezes(child, axis, len)),
    }
}

/// The lengths that children get when their split becomes `whole` long: their proportions, rounded down one
/// after the other, the last taking what is left (tmux's way, so that layouts come out the same).
fn squeezed(node: &Node, axis: Axis, whole: u16) -> Vec<u16> {
    let Kind::Split(_, children) = &node.kind else { return Vec::new() };
    if whole == axis.len(node.rect) {
        // Across the new pane nothing changes. (Dealing out anew could take room from a child that needs it.)
        return node.lens();
    }
    let before = i32::from(axis.len(node.rect)).max(1);
    let mut left = i32::from(whole);
    let mut lens = Vec::with_capacity(children.len());
    for (after, child) in (0..children.len() as i32).rev().zip(children) {
        let reserve = (2 * after).max(i32::from(child.min(axis)));
        let len = match after {
            0 => left,
            _ => (i32::from(axis.len(child.rect)) * i32::from(whole) / before).min(left - reserve),
        }
        .max(1);
        lens.push(len.min(i32::from(u16::MAX)) as u16);
        left -= len + 1;
    }
    lens
}

/// Makes a node smaller for a pane that takes a side of the window.
fn squeeze(node: &mut Node, rect: Rect) {
    let Kind::Split(axis, _) = &node.kind else {
        node.rect = rect;
        return;
    };
    let lens = squeezed(node, *axis, axis.len(rect));
    node.rect = rect;
    node.place_by(&lens, squeeze);
}
