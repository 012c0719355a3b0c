//! A line of text with `#[…]` in it, laid out over columns: status lines, messages, labels on borders.
//!
//! The text is what the formats made of an option such as `status-format[0]`. Parts are aligned left,
//! centre, right or in the middle of all; the window list is one part that moves to keep its focus in sight,
//! with markers where it is cut.

use crate::{
    modes::styled::{Piece, StyledRow},
    options::style::{Align, DefaultChange, List, Range, Styling},
    text,
};
use abide_protocol::message::Style;

/// Columns that the mouse can hit, and what it hits there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HitRange {
    /// First column.
    pub from: u16,
    /// One past the last.
    pub to: u16,
    /// What is hit.
    pub what: Range,
}

/// A line that is laid out.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct LaidOut {
    /// The row.
    pub row: StyledRow,
    /// What the mouse hits, left to right.
    pub ranges: Vec<HitRange>,
}

/// A cell of a part: some text of one or two columns.
struct Cell {
    text: String,
    width: usize,
    style: usize,
    range: usize,
}

/// Text that is aligned as one.
#[derive(Default)]
struct Part {
    cells: Vec<Cell>,
}

impl Part {
    fn width(&self) -> usize {
        self.cells.iter().map(|cell| cell.width).sum()
    }
}

#[derive(Default)]
struct Parts {
    left: Part,
    centre: Part,
    right: Part,
    absolute: Part,
    list: Part,
    after: Part,
    left_marker: Part,
    right_marker: Part,
    list_align: Align,
    /// Columns of the list that have to be seen.
    focus: Option<(usize, usize)>,
    styles: Vec<Style>,
    ranges: Vec<Option<Range>>,
    fill: Option<Style>,
}

/// Lays a text out over that many columns; `base` is the style it begins with and of what it leaves blank.
#[must_use]
pub fn lay_out(expanded: &str, cols: u16, base: &Style) -> LaidOut {
    let parts = Parts::read(expanded, base);
    let mut board = Board { cols: usize::from(cols), cells: Vec::new() };
    parts.place(&mut board);
    let mut out = board.finish(&parts);
    out.row.ground = Some(parts.fill.unwrap_or_else(|| base.clone()));
    out
}

impl Parts {
    fn read(expanded: &str, base: &Style) -> Parts {
        let mut parts = Parts { styles: vec![base.clone()], ranges: vec![None], ..Parts::default() };
        let mut default = Styling { style: base.clone(), ..Styling::default() };
        let mut stack: Vec<Styling> = Vec::new();
        let mut now = default.clone();
        let mut list = ListState::Before;
        let mut rest = expanded;
        while let Some(start) = next_mark(rest) {
            let (before, mark) = rest.split_at(start);
            parts.push(before, &now, list);
            if let Some(after) = mark.strip_prefix("#[") {
                let Some((style, after)) = after.split_once(']') else { return parts };
                parts.style(style, &mut now, &mut default, &mut stack, &mut list);
                rest = after;
            } else {
                // `##` is one `#`. Before a bracket an odd one begins a style.
                let hashes = mark.len() - mark.trim_start_matches('#').len();
                let bracket = mark.get(hashes..).is_some_and(|after| after.starts_with('['));
                let shown = if bracket { hashes / 2 } else { hashes.div_ceil(2) };
                parts.push(mark.get(..shown).unwrap_or(""), &now, list);
                let read = if bracket { hashes - hashes % 2 } else { hashes };
                rest = mark.get(read..).unwrap_or("");
            }
        }
        parts.push(rest, &now, list);
        parts
    }

    fn style(
        &mut self,
        text: &str,
        now: &mut Styling,
        default: &mut Styling,
        stack: &mut Vec<Styling>,
        list: &mut ListState,
    ) {
        let before = now.clone();
        now.default_change = DefaultChange::Keep;
        if now.apply(text, default).is_err() {
            // What is no style is not shown either, as nothing in the line would say why.
            *now = before;
            return;
        }
        match now.default_change {
            DefaultChange::Keep => {}
            DefaultChange::Push => {
                stack.push(default.clone());
                default.style = now.style.clone();
            }
            DefaultChange::Pop => {
                if let Some(popped) = stack.pop() {
                    *default = popped;
                }
                now.style = default.style.clone();
            }
            DefaultChange::Set => default.style = now.style.clone(),
        }
        if let Some(fill) = now.fill {
            self.fill = Some(Style { bg: fill, ..Style::default() });
        }
        match (now.list, *list) {
            (List::Off, ListState::In) => *list = ListState::After,
            (List::Off, _) => {}
            (_, _) => {
                if *list == ListState::Before {
                    self.list_align = now.align;
                }
                *list = ListState::In;
            }
        }
    }

    fn push(&mut self, text: &str, now: &Styling, list: ListState) {
        if text.is_empty() {
            return;
        }
        let style = index_of(&mut self.styles, &now.style);
        let range = index_of(&mut self.ranges, &now.range);
        let visible = text::visible(text);
        let cells = text::graphemes(&visible).filter(|(_, width)| *width > 0);
        let cells: Vec<Cell> =
            cells.map(|(g, width)| Cell { text: g.to_owned(), width, style, range }).collect();
        let focus_start = self.list.width();
        let in_list = list == ListState::In;
        let part = match (now.list, in_list) {
            (List::LeftMarker, _) => &mut self.left_marker,
            (List::RightMarker, _) => &mut self.right_marker,
            (_, true) => &mut self.list,
            _ if list == ListState::After && now.align == self.list_align => &mut self.after,
            _ => match now.align {
                Align::Default | Align::Left => &mut self.left,
                Align::Centre => &mut self.centre,
                Align::Right => &mut self.right,
                Align::AbsoluteCentre => &mut self.absolute,
            },
        };
        part.cells.extend(cells);
        if now.list == List::Focus {
            let start = self.focus.map_or(focus_start, |(start, _)| start);
            self.focus = Some((start, self.list.width()));
        }
    }

    /// Lays the parts out. What does not fit is taken from the centre first, then from the list, then from the
    /// right, as tmux does.
    fn place(&self, board: &mut Board) {
        let cols = board.cols;
        let (mut left, mut centre, mut right) = (self.left.width(), self.centre.width(), self.right.width());
        let (mut list, mut after) = (self.list.width(), self.after.width());
        let total = |l: usize, c: usize, r: usize, i: usize, a: usize| l + c + r + i + a;
        let surplus = |l, c, r, i, a| total(l, c, r, i, a).saturating_sub(cols);
        centre -= surplus(left, centre, right, list, after).min(centre);
        list -= surplus(left, centre, right, list, after).min(list);
        right -= surplus(left, centre, right, list, after).min(right);
        after -= surplus(left, centre, right, list, after).min(after);
        left -= surplus(left, centre, right, list, after).min(left);
        // The window list and what follows it stand where the list is aligned.
        let block = list + after;
        let right_start = cols - right;
        let block_start = match self.list_align {
            Align::Default | Align::Left => left,
            Align::Right => right_start.saturating_sub(block),
            Align::Centre => middle(left, right_start, block),
            Align::AbsoluteCentre => {
                middle(0, cols, block).clamp(left, right_start.saturating_sub(block).max(left))
            }
        };
        // With the list on the right, what is aligned right stands before it.
        let (block_start, right_at) = match self.list_align {
            Align::Right => (cols - block, cols - block - right),
            _ => (block_start, right_start),
        };
        board.put(&self.left, 0, 0, left);
        board.put(&self.right, right_at, self.right.width() - right, right);
        let centre_room = match self.list_align {
            Align::Default | Align::Left => (left + block, right_start),
            Align::Right => (left, right_at),
            _ => (left, block_start),
        };
        let centre_at = middle(centre_room.0, centre_room.1, centre);
        board.put(&self.centre, centre_at, self.centre.width() / 2 - centre / 2, centre);
        self.place_list(board, block_start, list);
        board.put(&self.after, block_start + list, 0, after);
        let absolute = self.absolute.width().min(cols);
        board.put(&self.absolute, (cols - absolute) / 2, 0, absolute);
    }

    /// The list in its room: moved so that its focus is in the middle, with markers where it is cut.
    fn place_list(&self, board: &mut Board, mut at: usize, mut room: usize) {
        let whole = self.list.width();
        if whole <= room {
            board.put(&self.list, at, 0, whole);
            return;
        }
        let centre = self.focus.map_or(0, |(from, to)| from + (to - from) / 2);
        let mut start = centre.saturating_sub(room / 2).min(whole - room);
        let (left_marker, right_marker) = (self.left_marker.width(), self.right_marker.width());
        if start > 0 && room > left_marker {
            board.put(&self.left_marker, at, 0, left_marker);
            at += left_marker;
            start += left_marker;
            room -= left_marker;
        }
        if start + room < whole && room > right_marker {
            board.put(&self.right_marker, at + room - right_marker, 0, right_marker);
            room -= right_marker;
        }
        board.put(&self.list, at, start, room);
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum ListState {
    Before,
    In,
    After,
}

/// Where the next `#[` or `##` is.
fn next_mark(text: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    bytes.windows(2).position(|pair| pair == b"#[" || pair == b"##")
}

fn middle(from: usize, to: usize, width: usize) -> usize {
    let room = to.saturating_sub(from);
    (from + room / 2).saturating_sub(width / 2).max(from)
}

fn index_of<T: Clone + PartialEq>(list: &mut Vec<T>, value: &T) -> usize {
    list.iter().rposition(|known| known == value).unwrap_or_else(|| {
        list.push(value.clone());
        list.len() - 1
    })
}

/// The columns, as they fill.
struct Board {
    cols: usize,
    /// Column, text, style, range.
    cells: Vec<(usize, String, usize, usize)>,
}

impl Board {
    /// Puts columns `skip..skip + width` of a part at a column. Of a wide cell that is cut, a blank is left.
    fn put(&mut self, part: &Part, at: usize, skip: usize, width: usize) {
        let mut x = 0;
        for cell in &part.cells {
            let (from, to) = (x, x + cell.width);
            x = to;
            if to <= skip || from >= skip + width {
                continue;
            }
            let whole = from >= skip && to <= skip + width;
            let column = at + from.max(skip) - skip;
            let text = if whole { cell.text.clone() } else { " ".to_owned() };
            if column + (if whole { cell.width } else { 1 }) <= self.cols {
                self.cells.push((column, text, cell.style, cell.range));
            }
        }
    }

    fn finish(self, parts: &Parts) -> LaidOut {
        let mut out = LaidOut::default();
        let mut end = 0;
        let mut style_before = usize::MAX;
        for (column, text, style, range) in self.cells {
            let width = text::width(&text);
            let joins = column == end && style == style_before;
            match out.row.pieces.last_mut().filter(|_| joins) {
                Some(piece) => piece.text.push_str(&text),
                None => {
                    let style = parts.styles.get(style).cloned().unwrap_or_default();
                    out.row.pieces.push(Piece { x: column as u16, text, style });
                }
            }
            (end, style_before) = (column + width, style);
            if let Some(Some(what)) = parts.ranges.get(range) {
                match out
                    .ranges
                    .last_mut()
                    .filter(|last| usize::from(last.to) == column && last.what == *what)
                {
                    Some(last) => last.to = end as u16,
                    None => {
                        out.ranges.push(HitRange { from: column as u16, to: end as u16, what: what.clone() })
                    }
                }
            }
        }
        out.ranges.sort_by_key(|range| range.from);
        out
    }
}
