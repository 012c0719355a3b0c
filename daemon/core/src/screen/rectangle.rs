//! Rectangles of cells: filled, erased, copied, shown otherwise, summed up.

use super::cell::{self, CLUSTER, Cell, STYLE_SHIFT, TAIL};
use super::erase::Protection;
use super::mode::Mode;
use super::parser::Parameters;
use super::pen::{Ink, Pen};
use super::terminal::Terminal;
use abide_protocol::message::attr;

/// Columns and rows from 0, the last ones among them.
#[derive(Clone, Copy, Debug)]
struct Rectangle {
    top: usize,
    left: usize,
    bottom: usize,
    right: usize,
}

/// DECSACE: which cells DECCARA and DECRARA change.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Extent {
    /// From the first corner to the last in the order of reading.
    #[default]
    Stream,
    Rectangle,
}

/// What DECCARA and DECRARA do to the attributes of a cell.
#[derive(Clone, Copy, Debug, Default)]
struct Change {
    cleared: u16,
    set: u16,
    turned: u16,
}

impl Terminal {
    /// The rectangle that four parameters from `first` on name: top, left, bottom, right, each from 1. What is not given
    /// is the screen's edge. With origin mode they count from the margins. None when there is nothing in it.
    fn rectangle(&self, parameters: &Parameters, first: usize) -> Option<Rectangle> {
        let (rows, cols) = self.reach();
        let side = |i: usize, default: usize, (low, high): (usize, usize)| match parameters.at(first + i) {
            0 => default,
            n => (low + usize::from(n) - 1).min(high),
        };
        let found = Rectangle {
            top: side(0, rows.0, rows),
            left: side(1, cols.0, cols),
            bottom: side(2, rows.1, rows),
            right: side(3, cols.1, cols),
        };
        (found.top <= found.bottom && found.left <= found.right).then_some(found)
    }

    /// The rows and columns that can be addressed, the last ones among them.
    fn reach(&self) -> ((usize, usize), (usize, usize)) {
        if self.modes.has(Mode::Origin) {
            ((self.top, self.bottom), (self.left, self.right))
        } else {
            ((0, self.grid.rows() - 1), (0, self.grid.cols() - 1))
        }
    }

    /// DECFRA: a character of Latin-1 in the current style.
    pub(crate) fn fill_rectangle(&mut self, parameters: &Parameters) {
        let code @ (0x20..=0x7e | 0xa0..=0xff) = parameters.at(0) else { return };
        let Some(area) = self.rectangle(parameters, 1) else { return };
        let cell = self.base() | Cell::from(code);
        let row = vec![cell; area.right + 1 - area.left];
        for y in area.top..=area.bottom {
            self.grid.put_cells(y, area.left, &row, self.tick);
        }
        self.changed = true;
    }

    /// XTREPORTSGR: what all cells look like, as the SGR sequence for it; colours that are not all the same are not told.
    pub(crate) fn common_rendition_report(&mut self, parameters: &Parameters) {
        let Some(area) = self.rectangle(parameters, 0) else { return };
        let styles = self.book.styles();
        let (mut common, mut last): (Option<Pen>, _) = (None, None);
        for y in area.top..=area.bottom {
            for style in self.grid.row(y)[area.left..=area.right].iter().map(|c| cell::style_of(*c)) {
                if last.replace(style) != Some(style) {
                    let pen = styles.get(usize::from(style)).map_or_else(Pen::default, Pen::of);
                    common = Some(common.map_or(pen, |common| in_common(&common, &pen)));
                }
            }
        }
        self.rendition_report(&common.unwrap_or_default());
    }

    /// DECERA, and DECSERA, which spares what DECSCA protected.
    pub(crate) fn erase_rectangle(&mut self, parameters: &Parameters, selective: bool) {
        let Some(area) = self.rectangle(parameters, 0) else { return };
        let spares = selective && self.protection == Protection::Selective;
        for y in area.top..=area.bottom {
            self.erase_columns(y, area.left, area.right + 1, spares);
        }
    }

    /// DECCRA: top, left, bottom, right, page; top, left and page of the copy. There is one page.
    pub(crate) fn copy_rectangle(&mut self, parameters: &Parameters) {
        let Some(from) = self.rectangle(parameters, 0) else { return };
        let (rows, cols) = self.reach();
        let (top, left) = (rows.0 + parameters.count(5) - 1, cols.0 + parameters.count(6) - 1);
        if top > rows.1 || left > cols.1 {
            return;
        }
        let width = (from.right + 1 - from.left).min(cols.1 + 1 - left);
        let height = (from.bottom + 1 - from.top).min(rows.1 + 1 - top);
        // Both may share cells: those that are written late are read late.
        let up = top <= from.top;
        for i in 0..height {
            let i = if up { i } else { height - 1 - i };
            let row = self.grid.row(from.top + i)[from.left..from.left + width].to_vec();
            self.grid.put_cells(top + i, left, &row, self.tick);
        }
        self.changed = true;
    }

    /// DECCARA, and DECRARA, which turns attributes over.
    pub(crate) fn change_rectangle(&mut self, parameters: &Parameters, turn: bool) {
        let Some(area) = self.rectangle(parameters, 0) else { return };
        let mut change = Change::default();
        for value in parameters.values().iter().skip(4) {
            change.add(*value, turn);
        }
        if parameters.len <= 4 {
            change.add(0, turn);
        }
        if self.book.is_crowded() {
            self.sweep();
        }
        // Numbers of styles, before and after.
        let mut known: Vec<(u16, u16)> = Vec::new();
        for y in area.top..=area.bottom {
            let (start, end) = match self.extent {
                Extent::Rectangle => (area.left, area.right),
                Extent::Stream => (
                    if y == area.top { area.left } else { 0 },
                    if y == area.bottom { area.right } else { self.grid.cols() - 1 },
                ),
            };
            // The other half of a wide cell has its style too.
            let row = self.grid.row(y);
            let start = if row.get(start).is_some_and(|c| c & TAIL != 0) { start - 1 } else { start };
            let end = if row.get(end + 1).is_some_and(|c| c & TAIL != 0) { end + 1 } else { end };
            if start > end {
                continue;
            }
            let mut cells = row[start..=end].to_vec();
            for c in &mut cells {
                let number = self.changed_style(cell::style_of(*c), change, &mut known);
                *c = *c & !(0xffff << STYLE_SHIFT) | Cell::from(number) << STYLE_SHIFT;
            }
            self.grid.put_cells(y, start, &cells, self.tick);
        }
        self.changed = true;
    }

    fn changed_style(&mut self, number: u16, change: Change, known: &mut Vec<(u16, u16)>) -> u16 {
        if let Some((_, after)) = known.iter().rev().take(8).find(|(before, _)| *before == number) {
            return *after;
        }
        let mut style = self.book.styles().get(usize::from(number)).cloned().unwrap_or_default();
        style.attrs = change.applied(style.attrs);
        let after = self.book.adopt_style(&style);
        known.push((number, after));
        after
    }

    /// DECRQCRA: the sum of what the cells show, negated, in 16 bits. How they look is no part of it, and a cell that
    /// was erased is a space. Nothing is said where the user has not allowed it: a program would read what others left
    /// on the screen.
    pub(crate) fn checksum_report(&mut self, parameters: &Parameters) {
        if !self.checksums {
            return;
        }
        let mut sum = 0u16;
        if let Some(area) = self.rectangle(parameters, 2) {
            for y in area.top..=area.bottom {
                for c in &self.grid.row(y)[area.left..=area.right] {
                    sum = sum.wrapping_sub(self.shown(*c));
                }
            }
        }
        self.checksum_reply(parameters.at(0), sum);
    }

    /// The scalars of a cell, added up.
    fn shown(&self, c: Cell) -> u16 {
        if c & TAIL != 0 {
            0
        } else if c & CLUSTER == 0 {
            cell::char_of(c) as u32 as u16
        } else {
            self.book.cluster(c).chars().fold(0, |sum, c| sum.wrapping_add(c as u32 as u16))
        }
    }
}

impl Change {
    /// One value of SGR, of those that a rectangle takes.
    fn add(&mut self, value: u16, turn: bool) {
        const UNDERLINE: u16 = 1 << attr::UNDERLINE_SHIFT;
        let one = |value| match value {
            1 => attr::BOLD,
            4 => UNDERLINE,
            5 => attr::BLINK,
            7 => attr::REVERSE,
            8 => attr::CONCEAL,
            _ => 0,
        };
        let all = attr::BOLD | UNDERLINE | attr::BLINK | attr::REVERSE | attr::CONCEAL;
        match value {
            0 if turn => self.turned ^= all,
            0 => *self = Change { cleared: all | attr::UNDERLINE_MASK, set: 0, turned: 0 },
            1 | 4 | 5 | 7 | 8 if turn => self.turned ^= one(value),
            1 | 4 | 5 | 7 | 8 => {
                self.set |= one(value);
                self.cleared |= if value == 4 { attr::UNDERLINE_MASK } else { 0 };
            }
            22 | 24 | 25 | 27 | 28 if !turn => {
                let bits = match value {
                    22 => attr::BOLD,
                    24 => attr::UNDERLINE_MASK,
                    25 => attr::BLINK,
                    27 => attr::REVERSE,
                    _ => attr::CONCEAL,
                };
                self.set &= !bits;
                self.cleared |= bits;
            }
            _ => {}
        }
    }

    fn applied(self, attrs: u16) -> u16 {
        let attrs = attrs & !self.cleared | self.set;
        if self.turned & attr::UNDERLINE_MASK != 0 && attrs & attr::UNDERLINE_MASK != 0 {
            // Whatever its kind, an underline that is turned over is gone.
            attrs & !attr::UNDERLINE_MASK ^ self.turned & !attr::UNDERLINE_MASK
        } else {
            attrs ^ self.turned
        }
    }
}

/// What two pens have in common.
fn in_common(a: &Pen, b: &Pen) -> Pen {
    let same = |a: Ink, b: Ink| if a == b { a } else { Ink::default() };
    let underline = if (a.attrs ^ b.attrs) & attr::UNDERLINE_MASK == 0 { attr::UNDERLINE_MASK } else { 0 };
    Pen {
        attrs: a.attrs & b.attrs & (!attr::UNDERLINE_MASK | underline),
        fg: same(a.fg, b.fg),
        bg: same(a.bg, b.bg),
        ul: same(a.ul, b.ul),
        link: 0,
    }
}
