//! A row as few bytes.
//!
//! ```text
//! row    = flags (plain text | runs 0 text)
//! flags  = bit 0: the line goes on in the next row; bit 1: runs follow; bit 2: see [`derived`]
//! run    = varint(style * 4 + kind + 1) varint(n)
//! kind   = 0: n cells of one scalar and one column   2: one cell of one column, a cluster of n bytes
//!          1: n cells of one scalar and two columns  3: one cell of two columns, a cluster of n bytes
//! text   = UTF-8 of all cells in order
//! ```
//! A plain text is ASCII in the default style, a byte a cell. Style 0 is the default one, the others stand
//! in a [`Dictionary`]. A cluster that is one space is a column that a wide character left free. Widths are written down, so that another Unicode table reads the same row.
//! Heads have the rows of a screen so; in history, rows that are not all ASCII are [`derived`] ones.

use super::super::cell::{self, CLUSTER, Cell, PROTECTED, STYLE_SHIFT, TAIL, WIDE};
use super::derived;
use super::dictionary::Dictionary;
use super::measure::Shape;
use super::varint::{self, Reader};
use crate::base::limits::{CLUSTER_BYTES_MAX, SIDE_CELLS_MAX};
use abide_protocol::message::Style;

pub(super) const WRAPPED: u8 = 1;
pub(super) const RUNS: u8 = 2;
pub(super) const DERIVED: u8 = 4;
/// The bits of a cell that are its style, and one that is not kept.
pub(super) const STYLE: Cell = 0xffff << STYLE_SHIFT | PROTECTED;

/// Stands for a column that a wide character left free.
pub(super) const FREE: &str = " ";

/// Cells and the tables their numbers are of.
#[derive(Clone, Copy)]
pub(crate) struct Cells<'a> {
    pub(crate) cells: &'a [Cell],
    pub(crate) styles: &'a [Style],
    pub(crate) clusters: &'a [Box<str>],
}

/// Packs a plain row: every cell is ASCII in the default style.
#[inline]
pub(crate) fn plain(out: &mut Vec<u8>, cells: &[Cell], wrapped: bool) {
    out.push(u8::from(wrapped));
    put_ascii(out, cells);
}

/// How a row is packed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum How {
    /// Whole, as history has it.
    Whole,
    /// The same, but clusters keep their first scalar alone and links are left out.
    Bare,
    /// Whole, as heads have the rows of a screen, which older programs read too.
    Listed,
}

/// Packs any row.
pub(crate) fn row(
    out: &mut Vec<u8>,
    text: &mut Vec<u8>,
    dictionary: &mut Dictionary,
    row: Cells<'_>,
    wrapped: bool,
    how: How,
) {
    let bare = how == How::Bare;
    let (bits, free) =
        row.cells.iter().fold((0, false), |(all, free), c| (all | c, free | (c & !STYLE == 0)));
    if bits < 0x80 && !free {
        plain(out, row.cells, wrapped);
    } else if bits & !STYLE < 0x80 && !free {
        ascii(out, dictionary, row, wrapped, bare);
    } else if how == How::Listed {
        listed(out, text, dictionary, row, wrapped);
    } else {
        derived::row(out, text, dictionary, row, wrapped, bare);
    }
}

/// Packs a row of runs, each a head and a count, of which no two in a row could be one.
pub(super) fn runs(out: &mut Vec<u8>, runs: impl Iterator<Item = (u64, u64)>, text: &[u8], wrapped: bool) {
    out.push(u8::from(wrapped) | RUNS);
    for (head, count) in runs {
        Run { head, count }.end(out);
    }
    out.push(0);
    out.extend_from_slice(text);
}

/// Packs a row whose cells are all ASCII: its runs are where styles change.
fn ascii(out: &mut Vec<u8>, dictionary: &mut Dictionary, row: Cells<'_>, wrapped: bool, bare: bool) {
    out.push(u8::from(wrapped) | RUNS);
    let mut run = Run { head: 0, count: 0 };
    let mut rest = row.cells;
    while let Some(&first) = rest.first() {
        let live = cell::style_of(first);
        let count = rest.iter().position(|c| cell::style_of(*c) != live).unwrap_or(rest.len());
        let number = number(dictionary, live, row.styles, bare);
        run.add(out, u64::from(number) * 4 + 1, count as u64);
        rest = &rest[count..];
    }
    run.end(out);
    out.push(0);
    put_ascii(out, row.cells);
}

/// Packs a row with a run wherever the width changes.
fn listed(out: &mut Vec<u8>, text: &mut Vec<u8>, dictionary: &mut Dictionary, row: Cells<'_>, wrapped: bool) {
    out.push(u8::from(wrapped) | RUNS);
    text.clear();
    let mut run = Run { head: 0, count: 0 };
    // `named` is the number of the last live style.
    let (mut live, mut named) = (0u16, 0u16);
    let mut rest = row.cells;
    while let Some(&first) = rest.first() {
        if first & TAIL != 0 {
            rest = &rest[1..];
            continue;
        }
        if cell::style_of(first) != live {
            live = cell::style_of(first);
            named = number(dictionary, live, row.styles, false);
        }
        let base = first & STYLE;
        let wide = first & WIDE != 0;
        let head = u64::from(named) * 4 + u64::from(wide) + 1;
        if first & CLUSTER == 0 && cell::text_of(first) != 0 {
            // Most cells stand among many of their kind.
            let (count, cells) = if wide { wide_run(text, rest, base) } else { narrow_run(text, rest, base) };
            run.add(out, head, count);
            rest = &rest[cells..];
            continue;
        }
        rest = &rest[1..];
        let cluster: &str = match first & CLUSTER {
            0 => FREE,
            _ => row.clusters.get(cell::text_of(first) as usize).map_or("\u{fffd}", |s| s),
        };
        text.extend_from_slice(cluster.as_bytes());
        run.end(out);
        run = Run { head: head + 2, count: cluster.len() as u64 };
        run.end(out);
    }
    run.end(out);
    out.push(0);
    out.extend_from_slice(text);
}

/// The dictionary's number for a live style.
#[inline]
pub(super) fn number(dictionary: &mut Dictionary, live: u16, styles: &[Style], bare: bool) -> u16 {
    if live == 0 || bare && styles.get(usize::from(live)).is_some_and(|s| !s.link.is_empty()) {
        return 0;
    }
    dictionary.number(live, styles)
}

/// Adds the text of cells that are ASCII.
#[inline]
fn put_ascii(out: &mut Vec<u8>, cells: &[Cell]) {
    out.extend(cells.iter().map(|c| *c as u8));
}

/// The run that is being made; none while `head` is 0.
#[derive(Default)]
pub(super) struct Run {
    pub(super) head: u64,
    pub(super) count: u64,
}

impl Run {
    #[inline(always)]
    pub(super) fn add(&mut self, out: &mut Vec<u8>, head: u64, count: u64) {
        if self.head == head {
            self.count += count;
        } else {
            self.end(out);
            *self = Run { head, count };
        }
    }

    #[inline(always)]
    pub(super) fn end(&mut self, out: &mut Vec<u8>) {
        match (self.head, self.count) {
            (0, _) => return,
            // Nearly all runs are one of these.
            (head @ ..0x80, count @ ..0x80) => out.extend_from_slice(&[head as u8, count as u8]),
            (head @ ..0x4000, count @ ..0x80) => {
                out.extend_from_slice(&[head as u8 | 0x80, (head >> 7) as u8, count as u8]);
            }
            (head, count) => put_long_run(out, head, count),
        }
        self.head = 0;
    }
}

#[cold]
fn put_long_run(out: &mut Vec<u8>, head: u64, count: u64) {
    varint::put(out, head);
    varint::put(out, count);
}

/// Adds the text of the leading cells of one column and one scalar in one style. Says how many characters and how
/// many cells they are, at least the first.
#[inline]
fn narrow_run(text: &mut Vec<u8>, cells: &[Cell], base: Cell) -> (u64, usize) {
    // From 1 on: 0 is a free column.
    let ascii = cells.iter().position(|c| (c ^ base).wrapping_sub(1) >= 0x7f).unwrap_or(cells.len());
    text.extend(cells[..ascii].iter().map(|c| *c as u8));
    // Style and flags are above the scalar.
    let others = &cells[ascii..];
    let end = others.iter().position(|c| (c ^ base).wrapping_sub(1) >= cell::TEXT_MASK);
    let others = &others[..end.unwrap_or(others.len())];
    text.reserve(4 * others.len());
    for c in others {
        put_scalar(text, (c ^ base) as u32);
    }
    let took = ascii + others.len();
    (took as u64, took)
}

/// The same for cells of two columns.
#[inline]
fn wide_run(text: &mut Vec<u8>, cells: &[Cell], base: Cell) -> (u64, usize) {
    let (mut count, mut took) = (0, 0);
    while let Some(c) = cells.get(took) {
        let scalar = c ^ base ^ WIDE;
        if scalar > cell::TEXT_MASK {
            break;
        }
        put_scalar(text, scalar as u32);
        count += 1;
        // Its other half, unless something broke the pair.
        took += 1 + usize::from(cells.get(took + 1).is_some_and(|tail| tail & TAIL != 0));
    }
    (count, took)
}

#[inline(always)]
pub(super) fn put_scalar(text: &mut Vec<u8>, scalar: u32) {
    let low = |shift: u32| (scalar >> shift) as u8 & 0x3f | 0x80;
    match scalar {
        0..0x80 => text.push(scalar as u8),
        0x80..0x800 => text.extend_from_slice(&[(scalar >> 6) as u8 | 0xc0, low(0)]),
        0x800..0x1_0000 => text.extend_from_slice(&[(scalar >> 12) as u8 | 0xe0, low(6), low(0)]),
        _ => text.extend_from_slice(&[(scalar >> 18) as u8 | 0xf0, low(12), low(6), low(0)]),
    }
}

/// Whether the line of a packed row goes on in the next.
#[inline]
pub(crate) fn is_wrapped(packed: &[u8]) -> bool {
    packed.first().is_some_and(|flags| flags & WRAPPED != 0)
}

/// The text of a row that is plain.
#[inline]
pub(crate) fn plain_text(packed: &[u8]) -> Option<&[u8]> {
    match packed.split_first() {
        Some((flags, text)) if flags & (RUNS | DERIVED) == 0 => Some(text),
        _ => None,
    }
}

/// Adds a packed row's characters to the shape of its line, but for a column that a wide one left free at its end. Says whether
/// the line goes on in the next row, and whether there was any.
#[inline]
pub(crate) fn shape(packed: &[u8], shape: &mut Shape) -> (bool, bool) {
    let wrapped = is_wrapped(packed);
    if let Some(text) = plain_text(packed) {
        shape.add(text.len() as u32, false);
        return (wrapped, !text.is_empty());
    }
    if let Some((&flags, body)) = packed.split_first()
        && flags & DERIVED != 0
    {
        return (wrapped, derived::shape(flags, body, shape));
    }
    let mut runs = Reader { rest: packed.get(1..).unwrap_or_default() };
    let (mut added, mut free) = (false, false);
    while let Some((head, n)) = next_run(&mut runs) {
        let kind = (head - 1) % 4;
        // A cluster is one character, of so many bytes.
        let n = if kind < 2 { n.min(SIDE_CELLS_MAX.into()) } else { 1 };
        free = kind == 2;
        added |= n > 0;
        shape.add(n as u32, kind % 2 == 1);
    }
    if wrapped && free && is_free_last(packed) {
        shape.take_back();
    }
    (wrapped, added)
}

fn next_run(runs: &mut Reader<'_>) -> Option<(u64, u64)> {
    let head = runs.number().filter(|head| *head != 0)?;
    Some((head, runs.number()?))
}

/// Whether the last of a row's runs, a cluster, stands for a free column.
fn is_free_last(packed: &[u8]) -> bool {
    let mut runs = Reader { rest: packed.get(1..).unwrap_or_default() };
    let mut bytes = 0;
    while let Some((_, n)) = next_run(&mut runs) {
        bytes = n;
    }
    bytes == 1 && runs.rest.last() == Some(&b' ')
}

/// Unpacks a row onto the end of `cells`; clusters are added to `clusters`, styles keep the dictionary's
/// numbers. None for bytes that packing does not make.
pub(crate) fn unpack(
    packed: &[u8],
    styles_len: usize,
    cells: &mut Vec<Cell>,
    clusters: &mut Vec<Box<str>>,
) -> Option<()> {
    let cols_max = usize::from(SIDE_CELLS_MAX);
    let (&flags, body) = packed.split_first()?;
    if flags & !(WRAPPED | RUNS | DERIVED) != 0 {
        return None;
    }
    if flags & DERIVED != 0 {
        return derived::unpack(flags, body, styles_len, cells, clusters);
    }
    if flags & RUNS == 0 {
        if body.len() > cols_max || body.iter().any(|b| !(0x20..0x7f).contains(b)) {
            return None;
        }
        cells.extend(body.iter().map(|b| Cell::from(*b)));
        return Some(());
    }
    let mut runs = Reader { rest: body };
    while runs.number()? != 0 {
        runs.number()?;
    }
    let mut text = std::str::from_utf8(runs.rest).ok()?;
    let mut runs = Reader { rest: body };
    let start = cells.len();
    loop {
        let head = runs.number()?;
        if head == 0 {
            break;
        }
        let (number, kind) = ((head - 1) / 4, (head - 1) % 4);
        let style = Cell::from(u16::try_from(number).ok().filter(|n| usize::from(*n) <= styles_len)?);
        let base = style << STYLE_SHIFT;
        let wide = kind % 2 == 1;
        if kind < 2 {
            let n = runs.count(cols_max)?;
            if n == 0 || cells.len() - start + n * (1 + usize::from(wide)) > cols_max {
                return None;
            }
            let mut chars = text.chars();
            for _ in 0..n {
                let c = chars.next().filter(|c| !c.is_control())?;
                push(cells, base | Cell::from(c as u32), wide);
            }
            text = chars.as_str();
        } else {
            let len = runs.count(CLUSTER_BYTES_MAX)?;
            let (cluster, rest) = text.split_at_checked(len)?;
            if len == 0 || cluster.chars().any(char::is_control) || cells.len() - start + 2 > cols_max + 1 {
                return None;
            }
            text = rest;
            if cluster == FREE && !wide {
                cells.push(base);
                continue;
            }
            push(cells, base | CLUSTER | clusters.len() as Cell, wide);
            clusters.push(cluster.into());
        }
    }
    (text.is_empty() && cells.len() - start <= cols_max).then_some(())
}

#[inline]
pub(super) fn push(cells: &mut Vec<Cell>, c: Cell, wide: bool) {
    if wide {
        cells.push(c | WIDE);
        cells.push(c & (0xffff << STYLE_SHIFT) | TAIL);
    } else {
        cells.push(c);
    }
}

/// The text of a row in the default style of which each scalar is a cell.
#[inline]
pub(crate) fn one_text(packed: &[u8]) -> Option<&str> {
    match plain_text(packed) {
        Some(text) => std::str::from_utf8(text).ok(),
        None => derived::whole_text(packed),
    }
}

/// Whether older programs can't read a packed row.
#[inline]
pub(crate) fn is_derived(packed: &[u8]) -> bool {
    packed.first().is_some_and(|flags| flags & DERIVED != 0)
}

/// A row packed with nothing in it.
pub(crate) const EMPTY: &[u8] = &[0];

#[cfg(test)]
mod tests {
    use super::*;

    /// No cell's text is lost, and the row stays readable, whatever became of a wide cell's other half.
    #[test]
    fn a_wide_cell_without_its_other_half_is_packed() {
        let wide = Cell::from('漢' as u32) | WIDE;
        let rows = [vec![wide, 0x61, 0x62], vec![wide, wide, TAIL, 0x61], vec![0x61, wide]];
        for (cells, how) in rows.iter().flat_map(|cells| [(cells, How::Whole), (cells, How::Listed)]) {
            let (mut out, mut text, mut dictionary) = (Vec::new(), Vec::new(), Dictionary::default());
            let packed = Cells { cells, styles: &[], clusters: &[] };
            row(&mut out, &mut text, &mut dictionary, packed, false, how);
            let (mut back, mut clusters) = (Vec::new(), Vec::new());
            assert_eq!(unpack(&out, 0, &mut back, &mut clusters), Some(()), "{cells:x?}");
            let shown = |cells: &[Cell]| -> Vec<u32> {
                cells.iter().filter(|c| *c & TAIL == 0).map(|c| cell::text_of(*c)).collect()
            };
            assert_eq!(shown(&back), shown(cells));
        }
    }
}
