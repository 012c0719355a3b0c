//! Kitty's Unicode placeholders: characters that show a part of a picture wherever text goes.
//!
//! A cell with U+10EEEE says by combining marks which row and column of a virtual placement (`U=1`) it shows and the top byte
//! of the picture's name; the colour of text is the rest of the name, that of the underline the placement's number. What a
//! cell does not say is as in the cell on its left.

use super::super::placement::{Part, scaled};
use super::super::{Pictures, PlacedPicture, Prototype};
use crate::screen::view::{CellText, CellView, RowView};
use abide_protocol::message::Color;

const PLACEHOLDER: char = '\u{10eeee}';

/// The marks for numbers from 0 on, as ranges: those of Unicode 6.0 that stand above (class 230), without those that
/// take part in decompositions.
const MARKS: [(u32, u32); 86] = [
    (0x305, 0x305),
    (0x30d, 0x30e),
    (0x310, 0x310),
    (0x312, 0x312),
    (0x33d, 0x33f),
    (0x346, 0x346),
    (0x34a, 0x34c),
    (0x350, 0x352),
    (0x357, 0x357),
    (0x35b, 0x35b),
    (0x363, 0x36f),
    (0x483, 0x487),
    (0x592, 0x595),
    (0x597, 0x599),
    (0x59c, 0x5a1),
    (0x5a8, 0x5a9),
    (0x5ab, 0x5ac),
    (0x5af, 0x5af),
    (0x5c4, 0x5c4),
    (0x610, 0x617),
    (0x657, 0x65b),
    (0x65d, 0x65e),
    (0x6d6, 0x6dc),
    (0x6df, 0x6e2),
    (0x6e4, 0x6e4),
    (0x6e7, 0x6e8),
    (0x6eb, 0x6ec),
    (0x730, 0x730),
    (0x732, 0x733),
    (0x735, 0x736),
    (0x73a, 0x73a),
    (0x73d, 0x73d),
    (0x73f, 0x741),
    (0x743, 0x743),
    (0x745, 0x745),
    (0x747, 0x747),
    (0x749, 0x74a),
    (0x7eb, 0x7f1),
    (0x7f3, 0x7f3),
    (0x816, 0x819),
    (0x81b, 0x823),
    (0x825, 0x827),
    (0x829, 0x82d),
    (0x951, 0x951),
    (0x953, 0x954),
    (0xf82, 0xf83),
    (0xf86, 0xf87),
    (0x135d, 0x135f),
    (0x17dd, 0x17dd),
    (0x193a, 0x193a),
    (0x1a17, 0x1a17),
    (0x1a75, 0x1a7c),
    (0x1b6b, 0x1b6b),
    (0x1b6d, 0x1b73),
    (0x1cd0, 0x1cd2),
    (0x1cda, 0x1cdb),
    (0x1ce0, 0x1ce0),
    (0x1dc0, 0x1dc1),
    (0x1dc3, 0x1dc9),
    (0x1dcb, 0x1dcc),
    (0x1dd1, 0x1de6),
    (0x1dfe, 0x1dfe),
    (0x20d0, 0x20d1),
    (0x20d4, 0x20d7),
    (0x20db, 0x20dc),
    (0x20e1, 0x20e1),
    (0x20e7, 0x20e7),
    (0x20e9, 0x20e9),
    (0x20f0, 0x20f0),
    (0x2cef, 0x2cf1),
    (0x2de0, 0x2dff),
    (0xa66f, 0xa66f),
    (0xa67c, 0xa67d),
    (0xa6f0, 0xa6f1),
    (0xa8e0, 0xa8f1),
    (0xaab0, 0xaab0),
    (0xaab2, 0xaab3),
    (0xaab7, 0xaab8),
    (0xaabe, 0xaabf),
    (0xaac1, 0xaac1),
    (0xfe20, 0xfe26),
    (0x10a0f, 0x10a0f),
    (0x10a38, 0x10a38),
    (0x1d185, 0x1d189),
    (0x1d1aa, 0x1d1ad),
    (0x1d242, 0x1d244),
];

/// What a cell shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Shown {
    x: u16,
    /// The colours of text and underline, as numbers.
    name: u32,
    id: u32,
    row: u32,
    column: u32,
    top_byte: u32,
}

/// Cells that show a stretch of columns of one placement; of several rows, one below the other.
struct Run {
    prototype: Prototype,
    x: u16,
    line: u64,
    part: Part,
}

/// The parts of pictures that text of these lines asks for.
pub(crate) fn placed<'r>(
    pictures: &Pictures,
    rows: impl Iterator<Item = (u64, RowView<'r>)>,
) -> Vec<PlacedPicture> {
    let mut runs: Vec<Run> = Vec::new();
    for (line, row) in rows {
        let mut left: Option<Shown> = None;
        let mut current: Option<Run> = None;
        for cell in row.cells() {
            left = shown(&cell, left);
            let Some((shown, prototype)) = left.and_then(|shown| Some((shown, prototype(pictures, shown)?)))
            else {
                continue;
            };
            let (row, column) = (shown.row as u16, shown.column as u16);
            if let Some(run) = &mut current
                && (run.prototype, run.part.top, run.part.right) == (prototype, row, column)
                && run.x + (run.part.right - run.part.left) == shown.x
            {
                run.part.right += 1;
                continue;
            }
            let part = Part { left: column, top: row, right: column + 1, bottom: row + 1 };
            let run = Run { prototype, x: shown.x, line, part };
            if let Some(before) = current.replace(run) {
                add(&mut runs, before);
            }
        }
        if let Some(last) = current {
            add(&mut runs, last);
        }
    }
    let placed = |Run { prototype, x, line, part }| PlacedPicture {
        picture: prototype.picture,
        x,
        line,
        cols: part.right - part.left,
        rows: part.bottom - part.top,
        source: scaled(prototype.source, part, prototype.cols, prototype.rows),
        z: 0,
    };
    runs.into_iter().map(placed).collect()
}

/// Adds a run of one row, to the one above it where it goes on.
fn add(runs: &mut Vec<Run>, run: Run) {
    let is_above = |above: &&mut Run| {
        let (a, b) = (above.part, run.part);
        above.prototype == run.prototype
            && above.x == run.x
            && (a.left, a.right, a.bottom) == (b.left, b.right, b.top)
            && above.line + u64::from(a.bottom - a.top) == run.line
    };
    // One of the last row's is among the last that were added.
    match runs.iter_mut().rev().take(64).find(is_above) {
        Some(above) => above.part.bottom += 1,
        None => runs.push(run),
    }
}

/// What a cell shows, if it is a placeholder.
fn shown(cell: &CellView<'_>, left: Option<Shown>) -> Option<Shown> {
    let marks = match cell.text {
        CellText::Char(PLACEHOLDER) => "",
        CellText::Cluster(text) => text.strip_prefix(PLACEHOLDER)?,
        CellText::Char(_) => return None,
    };
    let (name, id) = (number_of(cell.style.fg), number_of(cell.style.ul));
    // The cell before it, where that is of the same placement.
    let left = left.filter(|left| left.x + 1 == cell.x && (left.name, left.id) == (name, id));
    let mut marks = marks.chars().map_while(value);
    let (row, column, top_byte) = match (marks.next(), marks.next(), marks.next()) {
        (None, ..) => left.map_or((0, 0, 0), |left| (left.row, left.column + 1, left.top_byte)),
        (Some(row), None, _) => match left.filter(|left| left.row == row) {
            Some(left) => (row, left.column + 1, left.top_byte),
            None => (row, 0, 0),
        },
        (Some(row), Some(column), None) => {
            let goes_on = left.filter(|left| (left.row, left.column + 1) == (row, column));
            (row, column, goes_on.map_or(0, |left| left.top_byte))
        }
        (Some(row), Some(column), Some(top_byte)) => (row, column, top_byte),
    };
    Some(Shown { x: cell.x, name, id, row, column, top_byte })
}

/// The placement that a cell is of, if it has such a row and column.
fn prototype(pictures: &Pictures, shown: Shown) -> Option<Prototype> {
    let name = shown.name | shown.top_byte.checked_shl(24).unwrap_or(0);
    let picture = pictures.album.named(name)?;
    let mut of_picture = pictures.prototypes.iter().filter(|prototype| prototype.picture == picture);
    let found = of_picture.find(|prototype| shown.id == 0 || prototype.id == shown.id)?;
    (shown.row < found.rows.into() && shown.column < found.cols.into()).then_some(*found)
}

/// A colour as the number that it stands for.
fn number_of(color: Color) -> u32 {
    match color {
        Color::Default => 0,
        Color::Indexed(n) => n.into(),
        Color::Rgb(r, g, b) => u32::from_be_bytes([0, r, g, b]),
    }
}

/// The number that a mark stands for.
fn value(mark: char) -> Option<u32> {
    let mut before = 0;
    for (first, last) in MARKS {
        if (first..=last).contains(&u32::from(mark)) {
            return Some(before + u32::from(mark) - first);
        }
        before += last - first + 1;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_count_from_the_first_to_the_last() {
        assert_eq!((value('\u{305}'), value('\u{30d}'), value('\u{369}')), (Some(0), Some(1), Some(23)));
        assert_eq!(MARKS.iter().map(|(first, last)| last - first + 1).sum::<u32>(), 297);
        assert_eq!((value('\u{1d244}'), value('a'), value('\u{301}')), (Some(296), None, None));
        assert!(MARKS.windows(2).all(|pair| pair[0].1 < pair[1].0));
    }
}
