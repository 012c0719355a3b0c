//! One row of cells that is being painted.

use super::{line::Line, styles::StyleBook};
use crate::{
    modes::Canvas,
    screen::{CellText, RowView},
};
use abide_protocol::message::{Style, attr};

/// A cell: a blank has the text `' '` and style 0.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Cell {
    /// A scalar value, or the number of a cluster when `CLUSTER` is set; nothing for a tail.
    text: u32,
    style: u16,
    /// 0 the tail of a wide cell, 1, 2.
    width: u8,
}

const CLUSTER: u32 = 1 << 31;
/// Of kitty's graphics protocol.
const PLACEHOLDER: char = '\u{10eeee}';
const BLANK: Cell = Cell { text: ' ' as u32, style: 0, width: 1 };

/// One row of a surface. Whatever is put on it lies over what was there; half a wide cell that is
/// painted over leaves a blank of its style.
#[derive(Default)]
pub struct RowCanvas {
    cells: Vec<Cell>,
    clusters: Vec<String>,
    wrapped: bool,
    /// The style book was full at some point: the row as painted is not right.
    pub(super) book_full: bool,
}

impl RowCanvas {
    /// Starts a row of that many columns, blank.
    pub fn start(&mut self, cols: u16) {
        self.cells.clear();
        self.cells.resize(usize::from(cols), BLANK);
        self.clusters.clear();
        self.wrapped = false;
        self.book_full = false;
    }

    /// Says whether the line goes on in the next row.
    pub fn set_wrapped(&mut self, wrapped: bool) {
        self.wrapped = wrapped;
    }

    /// Writes the row into a line, which takes over what it had allocated.
    pub fn finish(&self, line: &mut Line) {
        line.clear();
        let used = self.cells.iter().rposition(|c| *c != BLANK).map_or(0, |i| i + 1);
        for cell in self.cells.iter().take(used) {
            if cell.width == 0 {
                continue;
            }
            let wide = cell.width == 2;
            if cell.text & CLUSTER == 0 {
                line.push(char::from_u32(cell.text).unwrap_or(' '), cell.style, wide);
            } else if let Some(cluster) = self.clusters.get((cell.text & !CLUSTER) as usize) {
                line.push_cluster(cluster, cell.style, wide);
            } else {
                line.push(' ', cell.style, false);
            }
        }
        line.set_wrapped(self.wrapped);
    }

    /// Puts a scalar value of one column.
    pub(super) fn put_char(&mut self, x: u16, ch: char, style: u16) {
        self.put(usize::from(x), Cell { text: ch as u32, style, width: 1 });
    }

    /// Notes that a style has no number, and gives the default's.
    pub(super) fn say_book_full(&mut self) -> u16 {
        self.book_full = true;
        0
    }

    /// Columns.
    #[must_use]
    pub fn cols(&self) -> u16 {
        self.cells.len() as u16
    }

    fn put(&mut self, x: usize, cell: Cell) {
        let end = x + usize::from(cell.width);
        // What is torn apart: a wide cell that begins just left of here, or one that ends just right.
        if self.cells.get(x).is_some_and(|c| c.width == 0)
            && let Some(head) = x.checked_sub(1).and_then(|i| self.cells.get_mut(i))
        {
            *head = Cell { text: ' ' as u32, style: head.style, width: 1 };
        }
        if let Some(tail) = self.cells.get(end).copied()
            && tail.width == 0
            && let Some(slot) = self.cells.get_mut(end)
        {
            *slot = Cell { text: ' ' as u32, style: tail.style, width: 1 };
        }
        if end > self.cells.len() {
            if let Some(slot) = self.cells.get_mut(x) {
                *slot = Cell { text: ' ' as u32, style: cell.style, width: 1 };
            }
            return;
        }
        if let Some(slot) = self.cells.get_mut(x) {
            *slot = cell;
        }
        if cell.width == 2
            && let Some(slot) = self.cells.get_mut(x + 1)
        {
            *slot = Cell { text: 0, style: cell.style, width: 0 };
        }
    }

    /// The text of a cell. One that stands for a part of a picture (kitty's placeholder) is a blank: what a viewer shows there
    /// is the placement, or the box, and its own terminal must not take the cell for one of its pictures.
    #[inline]
    fn text_of(&mut self, text: CellText<'_>) -> u32 {
        match text {
            CellText::Char(PLACEHOLDER) => BLANK.text,
            CellText::Char(ch) => ch as u32,
            CellText::Cluster(text) if text.starts_with(PLACEHOLDER) => BLANK.text,
            CellText::Cluster(text) => self.cluster(text),
        }
    }

    fn cluster(&mut self, text: &str) -> u32 {
        self.clusters.push(text.to_owned());
        CLUSTER | (self.clusters.len() - 1) as u32
    }
}

/// The part of a row that belongs to one pane (or to the status line), with the styles' numbers.
///
/// Columns count from `left`; what lies outside `0..cols` is clipped. `skip` columns of the painted thing
/// lie left of the clip: a window wider than its viewer.
pub(super) struct Strip<'a> {
    pub(super) row: &'a mut RowCanvas,
    pub(super) book: &'a mut StyleBook,
    pub(super) left: u16,
    pub(super) cols: u16,
    pub(super) skip: u16,
    /// Stands in for default colours (`window-style`).
    pub(super) ground: Option<&'a Style>,
    /// Foreground and background are exchanged (DECSCNM).
    pub(super) reversed: bool,
}

impl Strip<'_> {
    fn number(&mut self, style: &Style) -> u16 {
        let number = if self.ground.is_none() && !self.reversed {
            self.book.number(style)
        } else {
            let mut style = self.ground.map_or_else(|| style.clone(), |ground| over(style, ground));
            style.attrs ^= if self.reversed { attr::REVERSE } else { 0 };
            self.book.number(&style)
        };
        number.unwrap_or_else(|| self.row.say_book_full())
    }

    /// Where column `x` of the painted thing lies in the row, when it is seen; `None` for the others.
    fn place(&self, x: u16, width: u8) -> Option<(usize, u8)> {
        if x < self.skip {
            // Of a wide cell that is cut at the left its second half is seen, as a blank.
            return (width == 2 && x + 1 == self.skip && self.cols > 0)
                .then_some((usize::from(self.left), 0));
        }
        let x = x - self.skip;
        (x < self.cols).then_some((usize::from(self.left) + usize::from(x), width))
    }

    fn put_number(&mut self, x: u16, text: u32, width: u8, style: u16) {
        let Some((at, seen)) = self.place(x, width) else { return };
        let cut = seen == 0 || (width == 2 && at + 1 >= usize::from(self.left) + usize::from(self.cols));
        if cut {
            self.row.put(at, Cell { text: ' ' as u32, style, width: 1 });
        } else {
            self.row.put(at, Cell { text, style, width });
        }
    }

    /// Fills what is seen with blanks, where those don't look like the default.
    pub(super) fn ground(&mut self) {
        if self.ground.is_none() && !self.reversed {
            return;
        }
        let number = self.number(&Style::default());
        let (left, cols) = (usize::from(self.left), usize::from(self.cols));
        for cell in self.row.cells.iter_mut().skip(left).take(cols) {
            *cell = Cell { text: ' ' as u32, style: number, width: 1 };
        }
    }

    /// Puts a scalar value of one column in place of a blank, dim; what is there already stays.
    pub(super) fn put_on_blank(&mut self, x: u16, ch: char) {
        let Some((at, 1)) = self.place(x, 1) else { return };
        let Some(cell) = self.row.cells.get(at).filter(|cell| cell.text == BLANK.text && cell.width == 1)
        else {
            return;
        };
        let mut style = self.book.style(cell.style).cloned().unwrap_or_default();
        style.attrs |= attr::DIM;
        let style = self.book.number(&style).unwrap_or_else(|| self.row.say_book_full());
        if let Some(cell) = self.row.cells.get_mut(at) {
            *cell = Cell { text: ch as u32, style, width: 1 };
        }
    }

    /// Paints a row of a screen.
    pub(super) fn screen_row(&mut self, view: &RowView<'_>) {
        let mut last: Option<&Style> = None;
        let mut number = 0;
        let end = u32::from(self.skip) + u32::from(self.cols);
        for cell in view.cells() {
            if u32::from(cell.x) >= end {
                break;
            }
            if !last.is_some_and(|l| std::ptr::eq(l, cell.style)) {
                number = self.number(cell.style);
                last = Some(cell.style);
            }
            let text = self.row.text_of(cell.text);
            // Nothing but blanks lies below a row of a screen: a narrow cell tears nothing apart.
            if cell.width == 1
                && let Some(x) = cell.x.checked_sub(self.skip)
                && let Some(slot) = self.row.cells.get_mut(usize::from(self.left) + usize::from(x))
            {
                *slot = Cell { text, style: number, width: 1 };
                continue;
            }
            self.put_number(cell.x, text, cell.width, number);
        }
    }
}

impl Canvas for Strip<'_> {
    fn cols(&self) -> u16 {
        self.skip.saturating_add(self.cols)
    }

    fn put(&mut self, x: u16, text: CellText<'_>, width: u8, style: &Style) {
        let number = self.number(style);
        let text = self.row.text_of(text);
        self.put_number(x, text, width, number);
    }

    fn row(&mut self, view: &RowView<'_>) {
        self.screen_row(view);
    }
}

/// A style with what it leaves at the default taken from another.
pub(super) fn over(style: &Style, base: &Style) -> Style {
    use abide_protocol::message::Color;
    let pick = |own: Color, other: Color| if own == Color::Default { other } else { own };
    Style {
        bg: pick(style.bg, base.bg),
        fg: pick(style.fg, base.fg),
        ul: style.ul,
        link: style.link.clone(),
        attrs: style.attrs,
    }
}
