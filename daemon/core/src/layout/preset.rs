//! The arrangements that have a name.

use super::{
    resize::spread_node,
    split::Length,
    tree::{Axis, Kind, Layout, Node},
};
use crate::base::{
    geometry::{Rect, Size},
    ids::PaneId,
};

/// An arrangement by name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Preset {
    /// All panes side by side.
    EvenHorizontal,
    /// All panes one above the other.
    EvenVertical,
    /// One pane on top, the others side by side below it.
    MainHorizontal,
    /// One pane at the bottom, the others side by side above it.
    MainHorizontalMirrored,
    /// One pane at the left, the others one above the other beside it.
    MainVertical,
    /// One pane at the right, the others one above the other beside it.
    MainVerticalMirrored,
    /// Rows and columns.
    Tiled,
}

/// The options that presets look at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PresetSizes {
    /// `main-pane-width`.
    pub main_cols: Length,
    /// `main-pane-height`.
    pub main_rows: Length,
    /// `other-pane-width`; 0: whatever is left.
    pub other_cols: Length,
    /// `other-pane-height`; 0: whatever is left.
    pub other_rows: Length,
    /// `tiled-layout-max-columns`; 0: as many as look square.
    pub columns_max: u16,
}

impl Default for PresetSizes {
    fn default() -> PresetSizes {
        PresetSizes {
            main_cols: Length::Cells(80),
            main_rows: Length::Cells(24),
            other_cols: Length::Cells(0),
            other_rows: Length::Cells(0),
            columns_max: 0,
        }
    }
}

impl Preset {
    /// In the order of `next-layout`.
    pub const ALL: [Preset; 7] = [
        Preset::EvenHorizontal,
        Preset::EvenVertical,
        Preset::MainHorizontal,
        Preset::MainHorizontalMirrored,
        Preset::MainVertical,
        Preset::MainVerticalMirrored,
        Preset::Tiled,
    ];

    /// As `select-layout` has it.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Preset::EvenHorizontal => "even-horizontal",
            Preset::EvenVertical => "even-vertical",
            Preset::MainHorizontal => "main-horizontal",
            Preset::MainHorizontalMirrored => "main-horizontal-mirrored",
            Preset::MainVertical => "main-vertical",
            Preset::MainVerticalMirrored => "main-vertical-mirrored",
            Preset::Tiled => "tiled",
        }
    }

    /// By its name, or a beginning of it that fits no other.
    #[must_use]
    pub fn parse(text: &str) -> Option<Preset> {
        if let Some(exact) = Preset::ALL.into_iter().find(|p| p.name() == text) {
            return Some(exact);
        }
        let mut fitting = Preset::ALL.into_iter().filter(|p| !text.is_empty() && p.name().starts_with(text));
        let first = fitting.next()?;
        fitting.next().is_none().then_some(first)
    }

    /// The one after it, or the one before it.
    #[must_use]
    pub fn step(current: Option<Preset>, forward: bool) -> Preset {
        let count = Preset::ALL.len();
        let at = current.and_then(|c| Preset::ALL.iter().position(|p| *p == c));
        let next = match (at, forward) {
            (None, true) => 0,
            (None, false) => count - 1,
            (Some(at), true) => (at + 1) % count,
            (Some(at), false) => (at + count - 1) % count,
        };
        Preset::ALL[next]
    }
}

impl Layout {
    /// Arranges the panes so, within `size` (the window's own, which the layout may have outgrown). Where
    /// they do not all fit, the layout becomes larger than that.
    pub fn apply(&mut self, preset: Preset, size: Size, sizes: PresetSizes) {
        let panes = self.panes();
        if panes.len() < 2 {
            return;
        }
        let mut root = match preset {
            Preset::EvenHorizontal => even(Axis::LeftRight, &panes, size),
            Preset::EvenVertical => even(Axis::TopBottom, &panes, size),
            Preset::MainHorizontal => {
                main(Axis::TopBottom, false, &panes, size, sizes.main_rows, sizes.other_rows)
            }
            Preset::MainHorizontalMirrored => {
                main(Axis::TopBottom, true, &panes, size, sizes.main_rows, sizes.other_rows)
            }
            Preset::MainVertical => {
                main(Axis::LeftRight, false, &panes, size, sizes.main_cols, sizes.other_cols)
            }
            Preset::MainVerticalMirrored => {
                main(Axis::LeftRight, true, &panes, size, sizes.main_cols, sizes.other_cols)
            }
            Preset::Tiled => tiled(&panes, size, sizes.columns_max),
        };
        root.rebase();
        self.root = root;
    }
}

fn whole(size: Size) -> Rect {
    Rect { x: 0, y: 0, cols: size.cols, rows: size.rows }
}

fn split_of(axis: Axis, panes: &[PaneId]) -> Node {
    match panes {
        [only] => Node::pane(*only),
        _ => {
            let children = panes.iter().map(|p| Node::pane(*p)).collect();
            Node { kind: Kind::Split(axis, children), ..Node::pane(PaneId(0)) }
        }
    }
}

fn even(axis: Axis, panes: &[PaneId], size: Size) -> Node {
    let mut root = split_of(axis, panes);
    root.arrange(whole(size));
    spread_node(&mut root);
    root
}

/// One pane, and the others in a row across it. `axis` is the direction from one to the others.
fn main(
    axis: Axis,
    mirrored: bool,
    panes: &[PaneId],
    size: Size,
    main_len: Length,
    other_len: Length,
) -> Node {
    let cells = axis.len(whole(size)).saturating_sub(1).max(2);
    let mut main_len = main_len.of(cells);
    let other;
    if main_len.saturating_add(1) >= cells {
        main_len = if cells <= 2 { 1 } else { cells - 1 };
        other = 1;
    } else {
        let wanted = other_len.of(cells);
        if wanted == 0 || wanted > cells || cells - wanted < main_len {
            other = cells - main_len;
        } else {
            other = wanted;
            main_len = cells - wanted;
        }
    }
    let main_len = main_len.max(1);
    let (first, rest) = panes.split_first().map_or((PaneId(0), panes), |(f, r)| (*f, r));
    let across = match axis {
        Axis::LeftRight => Axis::TopBottom,
        Axis::TopBottom => Axis::LeftRight,
    };
    let mut parts = vec![Node::pane(first), split_of(across, rest)];
    let mut lens = vec![main_len, other];
    if mirrored {
        parts.reverse();
        lens.reverse();
    }
    let mut root = Node { kind: Kind::Split(axis, parts), ..Node::pane(PaneId(0)) };
    root.arrange(whole(size));
    root.place(&lens);
    if let Kind::Split(_, children) = &mut root.kind {
        for child in children {
            spread_node(child);
        }
    }
    root
}

fn tiled(panes: &[PaneId], size: Size, columns_max: u16) -> Node {
    let count = panes.len();
    let (mut rows, mut columns) = (1usize, 1usize);
    while rows * columns < count {
        rows += 1;
        if rows * columns < count && (columns_max == 0 || columns < usize::from(columns_max)) {
            columns += 1;
        }
    }
    let height = ((usize::from(size.rows) + 1).saturating_sub(rows) / rows).max(1) as u16;
    let width = ((usize::from(size.cols) + 1).saturating_sub(columns) / columns).max(1) as u16;
    let lines: Vec<Node> = panes.chunks(columns).map(|line| split_of(Axis::LeftRight, line)).collect();
    let lines_count = lines.len();
    let mut root = match <[Node; 1]>::try_from(lines) {
        Ok([only]) => only,
        Err(lines) => Node { kind: Kind::Split(Axis::TopBottom, lines), ..Node::pane(PaneId(0)) },
    };
    root.arrange(whole(size));
    if lines_count > 1 {
        let lens = same_but_last(lines_count, height, root.rect.rows);
        root.place(&lens);
    }
    let fill = |line: &mut Node| {
        if let Kind::Split(Axis::LeftRight, children) = &line.kind {
            let lens = same_but_last(children.len(), width, line.rect.cols);
            line.place(&lens);
        }
    };
    match &mut root.kind {
        Kind::Split(Axis::TopBottom, lines) => lines.iter_mut().for_each(fill),
        _ => fill(&mut root),
    }
    root
}

/// `count` lengths with borders between that fill `whole`: all the same, the last takes the rest.
fn same_but_last(count: usize, each: u16, whole: u16) -> Vec<u16> {
    let mut lens = vec![each; count];
    let used = (count as u32).saturating_sub(1) * (u32::from(each) + 1);
    if let Some(last) = lens.last_mut() {
        *last = u32::from(whole).saturating_sub(used).max(1) as u16;
    }
    lens
}
