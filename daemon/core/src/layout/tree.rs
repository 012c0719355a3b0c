//! The tree itself and what all operations on it are made of.

use crate::base::{
    geometry::{Rect, Size},
    ids::PaneId,
    limits::SIDE_CELLS_MAX,
};

/// The direction in which the children of a split lie.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Side by side (`split-window -h`).
    LeftRight,
    /// One above the other (`split-window -v`).
    TopBottom,
}

impl Axis {
    /// The length of a rectangle in this direction.
    #[must_use]
    pub fn len(self, rect: Rect) -> u16 {
        match self {
            Axis::LeftRight => rect.cols,
            Axis::TopBottom => rect.rows,
        }
    }
}

/// A row of an outermost pane is given to its own heading (`pane-border-status`); inner ones have theirs
/// in the border above or below.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Edge {
    /// None is.
    #[default]
    None,
    /// The first row of panes at the top.
    Top,
    /// The last row of panes at the bottom.
    Bottom,
}

/// A part of the window: a pane, or a split.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it is.
    pub rect: Rect,
    /// Its length along its parent's axis when somebody last arranged the panes. Windows that change size
    /// deal out lengths in proportion to these, so that small and large again gives back what was.
    pub share: u16,
    /// What it is.
    pub kind: Kind,
}

/// What a part of the window is.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A pane.
    Pane(PaneId),
    /// At least two parts.
    Split(Axis, Vec<Node>),
}

/// The layout of a window.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Layout {
    pub(super) root: Node,
    edge: Edge,
}

impl Node {
    /// A pane, not placed yet.
    pub(super) fn pane(pane: PaneId) -> Node {
        Node { rect: Rect { x: 0, y: 0, cols: 1, rows: 1 }, share: 1, kind: Kind::Pane(pane) }
    }

    /// The least length that it can have along an axis: one cell for each pane and each border.
    pub(super) fn min(&self, axis: Axis) -> u16 {
        match &self.kind {
            Kind::Pane(_) => 1,
            Kind::Split(along, children) if *along == axis => {
                let borders = children.len().saturating_sub(1).min(usize::from(u16::MAX)) as u16;
                children.iter().fold(borders, |sum, child| sum.saturating_add(child.min(axis)))
            }
            Kind::Split(_, children) => children.iter().map(|child| child.min(axis)).max().unwrap_or(1),
        }
    }

    /// How many cells it could give away along an axis.
    pub(super) fn spare(&self, axis: Axis) -> u16 {
        axis.len(self.rect).saturating_sub(self.min(axis))
    }

    /// Puts it there; lengths inside are dealt out by shares. A rectangle smaller than the least it can
    /// have is widened to that.
    pub(super) fn arrange(&mut self, rect: Rect) {
        self.rect = Rect {
            cols: rect.cols.max(self.min(Axis::LeftRight)),
            rows: rect.rows.max(self.min(Axis::TopBottom)),
            ..rect
        };
        let Kind::Split(axis, children) = &self.kind else { return };
        let axis = *axis;
        let borders = children.len().saturating_sub(1) as u16;
        let shares: Vec<u16> = children.iter().map(|c| c.share).collect();
        let mins: Vec<u16> = children.iter().map(|c| c.min(axis)).collect();
        let lens = deal(axis.len(self.rect).saturating_sub(borders), &shares, &mins);
        self.place_by(&lens, Node::arrange);
    }

    /// Puts it there; what it grows or shrinks by is dealt out inside cell by cell, the first child first,
    /// as tmux does when somebody moves a border.
    pub(super) fn put(&mut self, rect: Rect) {
        let old = self.rect;
        self.rect = Rect {
            cols: rect.cols.max(self.min(Axis::LeftRight)),
            rows: rect.rows.max(self.min(Axis::TopBottom)),
            ..rect
        };
        let Kind::Split(axis, children) = &self.kind else { return };
        let mut lens = self.lens();
        let mut spare: Vec<u16> = children.iter().map(|c| c.spare(*axis)).collect();
        let mut change = i32::from(axis.len(self.rect)) - i32::from(axis.len(old));
        while change != 0 {
            let before = change;
            for (len, spare) in lens.iter_mut().zip(&mut spare) {
                if change > 0 {
                    *len += 1;
                    change -= 1;
                } else if change < 0 && *spare > 0 {
                    *len -= 1;
                    *spare -= 1;
                    change += 1;
                }
            }
            if before == change {
                break;
            }
        }
        self.place(&lens);
    }

    /// Gives the children these lengths, one after the other.
    pub(super) fn place(&mut self, lens: &[u16]) {
        self.place_by(lens, Node::put);
    }

    pub(super) fn place_by(&mut self, lens: &[u16], each: fn(&mut Node, Rect)) {
        let rect = self.rect;
        let Kind::Split(axis, children) = &mut self.kind else { return };
        let mut at = 0;
        for (child, len) in children.iter_mut().zip(lens) {
            let place = match axis {
                Axis::LeftRight => Rect { x: rect.x.saturating_add(at), cols: *len, ..rect },
                Axis::TopBottom => Rect { y: rect.y.saturating_add(at), rows: *len, ..rect },
            };
            each(child, place);
            at = at.saturating_add(*len).saturating_add(1);
        }
    }

    /// Lengths of the children along the split's axis.
    pub(super) fn lens(&self) -> Vec<u16> {
        match &self.kind {
            Kind::Pane(_) => Vec::new(),
            Kind::Split(axis, children) => children.iter().map(|c| axis.len(c.rect)).collect(),
        }
    }

    /// Takes the lengths as they are for the shares of later.
    pub(super) fn rebase(&mut self) {
        let Kind::Split(axis, children) = &mut self.kind else { return };
        for child in children {
            child.share = axis.len(child.rect);
            child.rebase();
        }
    }

    fn walk(&self, seen: &mut Vec<(PaneId, Rect)>) {
        match &self.kind {
            Kind::Pane(pane) => seen.push((*pane, self.rect)),
            Kind::Split(_, children) => children.iter().for_each(|child| child.walk(seen)),
        }
    }

    fn find(&self, pane: PaneId, path: &mut Vec<usize>) -> bool {
        match &self.kind {
            Kind::Pane(here) => *here == pane,
            Kind::Split(_, children) => children.iter().enumerate().any(|(i, child)| {
                path.push(i);
                let found = child.find(pane, path);
                if !found {
                    path.pop();
                }
                found
            }),
        }
    }

    pub(super) fn for_each_pane_mut(&mut self, change: &mut impl FnMut(&mut PaneId)) {
        match &mut self.kind {
            Kind::Pane(pane) => change(pane),
            Kind::Split(_, children) => children.iter_mut().for_each(|c| c.for_each_pane_mut(change)),
        }
    }
}

/// Deals out `total` cells in proportion to the shares; none gets less than its least, and together they
/// get exactly the total if the leasts allow it.
pub(super) fn deal(total: u16, shares: &[u16], mins: &[u16]) -> Vec<u16> {
    let sum: i64 = shares.iter().map(|s| i64::from((*s).max(1))).sum();
    let whole = i64::from(total);
    let mut lens: Vec<i64> = shares
        .iter()
        .zip(mins)
        .map(|(share, min)| (whole * i64::from((*share).max(1)) / sum.max(1)).max(i64::from(*min)))
        .collect();
    // What is over or short by rounding goes, cell by cell, to whoever is farthest from its share.
    let off = |i: usize, lens: &[i64]| lens[i] * sum - whole * i64::from(shares[i].max(1));
    loop {
        let given: i64 = lens.iter().sum();
        let next = match given.cmp(&whole) {
            std::cmp::Ordering::Equal => break,
            std::cmp::Ordering::Less => (0..lens.len()).min_by_key(|i| off(*i, &lens)).map(|i| (i, 1)),
            std::cmp::Ordering::Greater => (0..lens.len())
                .filter(|i| lens[*i] > i64::from(mins[*i]))
                .max_by_key(|i| off(*i, &lens))
                .map(|i| (i, -1)),
        };
        let Some((i, step)) = next else { break };
        lens[i] += step;
    }
    lens.into_iter().map(|len| len.clamp(1, i64::from(u16::MAX)) as u16).collect()
}

impl Layout {
    /// One pane that fills the window.
    #[must_use]
    pub fn new(pane: PaneId, size: Size) -> Layout {
        let mut root = Node::pane(pane);
        root.arrange(Rect { x: 0, y: 0, cols: size.cols, rows: size.rows });
        Layout { root, edge: Edge::None }
    }

    pub(super) fn from_root(root: Node, edge: Edge) -> Layout {
        Layout { root, edge }
    }

    /// Its root, for drawing borders and for records.
    #[must_use]
    pub fn root(&self) -> &Node {
        &self.root
    }

    /// The window's size.
    #[must_use]
    pub fn size(&self) -> Size {
        self.root.rect.size()
    }

    /// The least size that these panes and borders can have.
    #[must_use]
    pub fn size_min(&self) -> Size {
        Size { cols: self.root.min(Axis::LeftRight), rows: self.root.min(Axis::TopBottom) }
    }

    /// Which outermost panes give a row to their heading.
    #[must_use]
    pub fn edge(&self) -> Edge {
        self.edge
    }

    /// Sets which outermost panes give a row to their heading; true if that is new.
    pub fn set_edge(&mut self, edge: Edge) -> bool {
        std::mem::replace(&mut self.edge, edge) != edge
    }

    /// The panes, in the order of their indexes.
    #[must_use]
    pub fn panes(&self) -> Vec<PaneId> {
        self.cells().into_iter().map(|(pane, _)| pane).collect()
    }

    /// The panes with their cells of the layout, headings included.
    #[must_use]
    pub fn cells(&self) -> Vec<(PaneId, Rect)> {
        let mut seen = Vec::new();
        self.root.walk(&mut seen);
        seen
    }

    /// The panes with the places where they are seen.
    #[must_use]
    pub fn places(&self) -> Vec<(PaneId, Rect)> {
        self.cells().into_iter().map(|(pane, rect)| (pane, self.without_heading(rect))).collect()
    }

    /// Where a pane is seen.
    #[must_use]
    pub fn rect(&self, pane: PaneId) -> Option<Rect> {
        self.path(pane).and_then(|path| self.node(&path)).map(|node| self.without_heading(node.rect))
    }

    /// A cell of the layout without the row of the pane's heading, where it has one and more rows than that.
    #[must_use]
    pub fn without_heading(&self, rect: Rect) -> Rect {
        match self.edge {
            Edge::Top if rect.y == 0 && rect.rows > 1 => Rect { y: 1, rows: rect.rows - 1, ..rect },
            Edge::Bottom if rect.rows > 1 && rect.y + rect.rows == self.root.rect.rows => {
                Rect { rows: rect.rows - 1, ..rect }
            }
            _ => rect,
        }
    }

    /// How many panes it has.
    #[must_use]
    pub fn count(&self) -> usize {
        self.cells().len()
    }

    /// The window has another size. Where the panes can't be made that small it stays larger.
    pub fn resize(&mut self, size: Size) {
        self.root.arrange(Rect { x: 0, y: 0, cols: size.cols, rows: size.rows });
    }

    /// Gives each pane the number that it has from now on.
    pub fn renumber(&mut self, number: impl Fn(PaneId) -> PaneId) {
        self.root.for_each_pane_mut(&mut |pane| *pane = number(*pane));
    }

    /// Puts another pane into the cell of this one.
    pub fn replace(&mut self, old: PaneId, new: PaneId) {
        self.root.for_each_pane_mut(&mut |pane| {
            if *pane == old {
                *pane = new;
            }
        });
    }

    /// Two panes change places.
    pub fn swap(&mut self, a: PaneId, b: PaneId) {
        self.root.for_each_pane_mut(&mut |pane| {
            if *pane == a {
                *pane = b;
            } else if *pane == b {
                *pane = a;
            }
        });
    }

    /// Every pane moves to the cell of the one before it (`rotate-window -U`), or after it (`-D`).
    pub fn rotate(&mut self, upwards: bool) {
        let mut panes = self.panes();
        if upwards {
            panes.rotate_left(1);
        } else {
            panes.rotate_right(1);
        }
        self.assign(&panes);
    }

    /// Puts these panes into the cells, in order.
    pub(super) fn assign(&mut self, panes: &[PaneId]) {
        let mut next = panes.iter();
        self.root.for_each_pane_mut(&mut |pane| {
            if let Some(new) = next.next() {
                *pane = *new;
            }
        });
    }

    pub(super) fn path(&self, pane: PaneId) -> Option<Vec<usize>> {
        let mut path = Vec::new();
        self.root.find(pane, &mut path).then_some(path)
    }

    pub(super) fn node(&self, path: &[usize]) -> Option<&Node> {
        path.iter().try_fold(&self.root, |node, i| match &node.kind {
            Kind::Split(_, children) => children.get(*i),
            Kind::Pane(_) => None,
        })
    }

    pub(super) fn node_mut(&mut self, path: &[usize]) -> Option<&mut Node> {
        path.iter().try_fold(&mut self.root, |node, i| match &mut node.kind {
            Kind::Split(_, children) => children.get_mut(*i),
            Kind::Pane(_) => None,
        })
    }

    /// What is wrong with it, if anything is: children that do not tile their split, a split of one, a pane
    /// twice, a side out of bounds.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let mut panes = self.panes();
        let count = panes.len();
        panes.sort_unstable();
        panes.dedup();
        if panes.len() != count {
            return Some("a pane is in it twice".to_owned());
        }
        let Rect { x, y, cols, rows } = self.root.rect;
        if (x, y) != (0, 0) || cols > SIDE_CELLS_MAX || rows > SIDE_CELLS_MAX {
            return Some(format!("the root is {:?}", self.root.rect));
        }
        node_fault(&self.root)
    }
}

fn node_fault(node: &Node) -> Option<String> {
    if node.rect.cols == 0 || node.rect.rows == 0 {
        return Some(format!("an empty cell: {:?}", node.rect));
    }
    let Kind::Split(axis, children) = &node.kind else { return None };
    if children.len() < 2 {
        return Some(format!("a split of {} at {:?}", children.len(), node.rect));
    }
    let mut at = 0u32;
    for child in children {
        let wanted = match axis {
            Axis::LeftRight => Rect { x: node.rect.x + at as u16, cols: child.rect.cols, ..node.rect },
            Axis::TopBottom => Rect { y: node.rect.y + at as u16, rows: child.rect.rows, ..node.rect },
        };
        if child.rect != wanted {
            return Some(format!("{:?} where {wanted:?} should be", child.rect));
        }
        at += u32::from(axis.len(child.rect)) + 1;
    }
    if at != u32::from(axis.len(node.rect)) + 1 {
        return Some(format!("children of {:?} end at {at}", node.rect));
    }
    children.iter().find_map(node_fault)
}
