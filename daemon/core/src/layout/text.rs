//! Layouts as text: `bb62,159x48,0,0{79x48,0,0,0,79x48,80,0,1}`, as tmux prints and reads them.

use super::{
    split::DEPTH_MAX,
    tree::{Axis, Kind, Layout, Node},
};
use crate::base::{
    geometry::{Rect, Size},
    ids::PaneId,
    limits::{PANES_MAX, SIDE_CELLS_MAX},
};
use std::fmt::Write;

/// Bytes of a layout's text: a cell takes about 20.
pub const TEXT_BYTES_MAX: usize = 32 * PANES_MAX;

/// The checksum in front: 16 bits, rotated right by one before each byte is added.
#[must_use]
pub fn checksum(text: &str) -> u16 {
    text.bytes().fold(0u16, |sum, byte| sum.rotate_right(1).wrapping_add(u16::from(byte)))
}

impl Layout {
    /// As text, with the checksum.
    #[must_use]
    pub fn text(&self) -> String {
        let mut cells = String::new();
        print(&self.root, &mut cells);
        format!("{:04x},{cells}", checksum(&cells))
    }

    /// As text when one pane has the whole window for now.
    #[must_use]
    pub fn text_zoomed(&self, pane: PaneId) -> String {
        Layout::new(pane, self.size()).text()
    }

    /// Reads a text and puts these panes into its cells, in order; the pane numbers in the text are not
    /// looked at. Cells without a pane are given up, the last ones first.
    ///
    /// # Errors
    /// When the text is no layout, or has fewer cells than there are panes.
    pub fn parse(text: &str, panes: &[PaneId]) -> Result<Layout, String> {
        let (root, cells) = read(text)?;
        if panes.is_empty() || cells < panes.len() {
            return Err(format!("have {} panes but need {cells}", panes.len()));
        }
        let mut layout = Layout::from_root(root, super::Edge::None);
        // Numbers of their own until the superfluous cells are gone.
        let mut next = 0;
        layout.root.for_each_pane_mut(&mut |pane| {
            *pane = PaneId(next);
            next += 1;
        });
        for superfluous in (panes.len()..cells).rev() {
            layout.remove(PaneId(superfluous as u32));
        }
        layout.assign(panes);
        layout.root.rebase();
        match layout.fault() {
            None => Ok(layout),
            Some(_) => Err("size mismatch after applying layout".to_owned()),
        }
    }

    /// Reads a text that this server printed, with the pane numbers in it.
    ///
    /// # Errors
    /// When the text is no layout with numbered panes.
    pub fn parse_own(text: &str) -> Result<Layout, String> {
        let (root, _) = read(text)?;
        let mut layout = Layout::from_root(root, super::Edge::None);
        layout.root.rebase();
        match layout.fault() {
            None => Ok(layout),
            Some(fault) => Err(format!("invalid layout: {fault}")),
        }
    }

    /// The shares of all nodes, parents before children: what the text does not tell.
    #[must_use]
    pub fn shares(&self) -> Vec<u16> {
        let mut shares = Vec::new();
        visit(&self.root, &mut |node| shares.push(node.share));
        shares
    }

    /// Sets what [`Layout::shares`] gave; nothing when the number does not fit.
    pub fn set_shares(&mut self, shares: &[u16]) {
        if shares.len() == self.shares().len() {
            let mut next = shares.iter();
            visit_mut(&mut self.root, &mut |node| {
                if let Some(share) = next.next() {
                    node.share = *share;
                }
            });
        }
    }

    /// The size that a layout's text is for.
    #[must_use]
    pub fn text_size(text: &str) -> Option<Size> {
        read(text).ok().map(|(root, _)| root.rect.size())
    }
}

fn visit(node: &Node, see: &mut impl FnMut(&Node)) {
    see(node);
    if let Kind::Split(_, children) = &node.kind {
        children.iter().for_each(|child| visit(child, see));
    }
}

fn visit_mut(node: &mut Node, see: &mut impl FnMut(&mut Node)) {
    see(node);
    if let Kind::Split(_, children) = &mut node.kind {
        children.iter_mut().for_each(|child| visit_mut(child, see));
    }
}

fn print(node: &Node, out: &mut String) {
    let Rect { x, y, cols, rows } = node.rect;
    // Writing to a String can't fail.
    let _ = write!(out, "{cols}x{rows},{x},{y}");
    match &node.kind {
        Kind::Pane(pane) => {
            let _ = write!(out, ",{}", pane.0);
        }
        Kind::Split(axis, children) => {
            let (open, close) = match axis {
                Axis::LeftRight => ('{', '}'),
                Axis::TopBottom => ('[', ']'),
            };
            out.push(open);
            for (i, child) in children.iter().enumerate() {
                if i > 0 {
                    out.push(',');
                }
                print(child, out);
            }
            out.push(close);
        }
    }
}

/// The tree, not checked for tiling yet, and the number of its cells.
fn read(text: &str) -> Result<(Node, usize), String> {
    const BAD: &str = "invalid layout";
    if text.len() > TEXT_BYTES_MAX {
        return Err(format!("layout too long: at most {TEXT_BYTES_MAX} bytes"));
    }
    let (sum, cells) = text.split_once(',').ok_or(BAD)?;
    if sum.len() != 4 || u16::from_str_radix(sum, 16).ok() != Some(checksum(cells)) {
        return Err("invalid checksum".to_owned());
    }
    let mut reader = Reader { rest: cells.as_bytes(), cells: 0 };
    let root = reader.node(0).ok_or(BAD)?;
    if !reader.rest.is_empty() || reader.cells > PANES_MAX {
        return Err(BAD.to_owned());
    }
    Ok((root, reader.cells))
}

struct Reader<'a> {
    rest: &'a [u8],
    cells: usize,
}

impl Reader<'_> {
    fn take(&mut self, byte: u8) -> Option<()> {
        self.rest = self.rest.strip_prefix(&[byte])?;
        Some(())
    }

    fn number(&mut self) -> Option<u32> {
        let digits = self.rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (number, rest) = self.rest.split_at_checked(digits)?;
        self.rest = rest;
        std::str::from_utf8(number).ok()?.parse().ok()
    }

    fn side(&mut self) -> Option<u16> {
        u16::try_from(self.number()?).ok().filter(|n| *n <= SIDE_CELLS_MAX)
    }

    fn node(&mut self, depth: usize) -> Option<Node> {
        if depth > DEPTH_MAX {
            return None;
        }
        let cols = self.side()?;
        self.take(b'x')?;
        let rows = self.side()?;
        self.take(b',')?;
        let x = self.side()?;
        self.take(b',')?;
        let y = self.side()?;
        let rect = Rect { x, y, cols, rows };
        let (axis, close) = match self.rest.first() {
            Some(b'{') => (Axis::LeftRight, b'}'),
            Some(b'[') => (Axis::TopBottom, b']'),
            _ => {
                let pane = self.pane_number().unwrap_or(0);
                self.cells += 1;
                return Some(Node { rect, share: 1, kind: Kind::Pane(PaneId(pane)) });
            }
        };
        self.rest = self.rest.get(1..)?;
        let mut children = vec![self.node(depth + 1)?];
        while self.rest.first() == Some(&b',') {
            self.take(b',')?;
            children.push(self.node(depth + 1)?);
        }
        self.take(close)?;
        Some(Node { rect, share: 1, kind: Kind::Split(axis, children) })
    }

    /// `,7` after a cell, unless that is the `,7x…` of the next cell.
    fn pane_number(&mut self) -> Option<u32> {
        let before = self.rest;
        let number = self.take(b',').and_then(|()| self.number());
        if number.is_none() || self.rest.first() == Some(&b'x') {
            self.rest = before;
            return None;
        }
        number
    }
}
