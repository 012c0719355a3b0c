//! A row as few bytes.
//!
//! ```text
//! row    = flags (plain text | runs 0 text)
//! flags  = bit 0: the line goes on in the next row; bit 1: runs follow
//! run    = varint(style * 4 + kind + 1) varint(n)
//! kind   = 0: n cells of one scalar and one column   2: one cell of one column, a cluster of n bytes
//!          1: n cells of one scalar and two columns  3: one cell of two columns, a cluster of n bytes
//! text   = UTF-8 of all cells in order
//! ```
//! A plain text is ASCII in the default style, a byte a cell. Style 0 is the default one, the others stand
//! in a [`Dictionary`]. Widths are written down, so that another Unicode table reads the same row.

use super::super::cell::{self, CLUSTER, Cell, STYLE_SHIFT, TAIL, WIDE};
use super::varint::{self, Reader};
use crate::base::limits::{CLUSTER_BYTES_MAX, LINK_BYTES_MAX, SIDE_CELLS_MAX, STYLES_MAX};
use abide_protocol::message::{Color, Style};

const WRAPPED: u8 = 1;
const RUNS: u8 = 2;

/// The styles that packed rows name, by value, each once; number 0 is the default style.
#[derive(Clone, Debug, Default)]
pub(crate) struct Dictionary {
    styles: Vec<Style>,
    /// Hashes of the styles, to compare before the styles are.
    hashes: Vec<u32>,
    /// Numbers by hash, open addressing, 0 for a free place; a power of two, at most half full. A program
    /// that makes hashes collide makes its own chunk slower, by a bounded amount: chunks are small.
    places: Vec<u16>,
    bytes: usize,
    /// For a number of the live book: our number + 1, or 0 where that is not known.
    known: Vec<u16>,
}

impl Dictionary {
    /// Bytes that its styles take when written.
    pub(crate) fn bytes(&self) -> usize {
        self.bytes
    }

    pub(crate) fn len(&self) -> usize {
        self.styles.len()
    }

    pub(crate) fn styles(&self) -> &[Style] {
        &self.styles
    }

    /// Forgets the numbers of the live book, which are dealt anew.
    pub(crate) fn forget_known(&mut self) {
        self.known.clear();
    }

    pub(crate) fn clear(&mut self) {
        self.styles.clear();
        self.hashes.clear();
        self.places.fill(0);
        self.bytes = 0;
        self.known.clear();
    }

    /// Forgets styles from `len` on.
    pub(crate) fn truncate(&mut self, len: usize) {
        self.known.clear();
        while self.styles.len() > len
            && let (Some(style), Some(hash)) = (self.styles.pop(), self.hashes.pop())
        {
            self.bytes -= style_bytes(&style);
            // Newest first: no other style stands where it does because of this one.
            let number = self.styles.len() as u16 + 1;
            let mask = self.places.len() - 1;
            let mut place = hash as usize & mask;
            while self.places[place] != number {
                place = (place + 1) & mask;
            }
            self.places[place] = 0;
        }
    }

    pub(crate) fn add(&mut self, style: &Style) -> u16 {
        if *style == Style::default() || self.styles.len() >= STYLES_MAX {
            return 0;
        }
        if self.places.len() < 2 * (self.styles.len() + 1) {
            self.grow();
        }
        let hash = hash(style);
        let mask = self.places.len() - 1;
        let mut place = hash as usize & mask;
        loop {
            let number = self.places[place];
            let Some(i) = usize::from(number).checked_sub(1) else { break };
            if self.hashes[i] == hash && self.styles[i] == *style {
                return number;
            }
            place = (place + 1) & mask;
        }
        self.styles.push(style.clone());
        self.hashes.push(hash);
        self.bytes += style_bytes(style);
        self.places[place] = self.styles.len() as u16;
        self.styles.len() as u16
    }

    #[cold]
    fn grow(&mut self) {
        let mask = (2 * self.places.len()).max(16) - 1;
        self.places = vec![0; mask + 1];
        for (i, hash) in self.hashes.iter().enumerate() {
            let mut place = *hash as usize & mask;
            while self.places[place] != 0 {
                place = (place + 1) & mask;
            }
            self.places[place] = i as u16 + 1;
        }
    }

    #[inline]
    fn number(&mut self, live: u16, styles: &[Style]) -> u16 {
        if live == 0 {
            return 0;
        }
        let place = usize::from(live);
        match self.known.get(place) {
            Some(known) if *known != 0 => *known - 1,
            _ => {
                let number = styles.get(place).map_or(0, |style| self.add(style));
                if self.known.len() <= place {
                    self.known.resize(place + 1, 0);
                }
                self.known[place] = number.saturating_add(1);
                number
            }
        }
    }

    pub(crate) fn write(&self, out: &mut Vec<u8>) {
        for style in &self.styles {
            write_style(out, style);
        }
    }

    /// Reads `len` styles. None for bytes that `write` does not make.
    pub(crate) fn read(reader: &mut Reader<'_>, len: usize) -> Option<Dictionary> {
        let mut dictionary = Dictionary::default();
        for _ in 0..len {
            let style = read_style(reader)?;
            let before = dictionary.len();
            dictionary.add(&style);
            if dictionary.len() == before {
                return None;
            }
        }
        Some(dictionary)
    }
}

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
    out.extend(cells.iter().map(|c| *c as u8));
}

/// Packs any row. With `bare`, clusters keep their first scalar alone and links are left out.
pub(crate) fn row(
    out: &mut Vec<u8>,
    text: &mut Vec<u8>,
    dictionary: &mut Dictionary,
    row: Cells<'_>,
    wrapped: bool,
    bare: bool,
) {
    if row.cells.iter().all(|c| *c < 0x7f) {
        return plain(out, row.cells, wrapped);
    }
    out.push(u8::from(wrapped) | RUNS);
    text.clear();
    let mut run = Run { head: 0, count: 0 };
    // `number` is of the last live style.
    let (mut live, mut number) = (0u16, 0u16);
    let mut rest = row.cells;
    while let Some(&first) = rest.first() {
        if first & TAIL != 0 {
            rest = &rest[1..];
            continue;
        }
        if cell::style_of(first) != live {
            live = cell::style_of(first);
            let left_out = bare && row.styles.get(usize::from(live)).is_some_and(|s| !s.link.is_empty());
            number = if left_out { 0 } else { dictionary.number(live, row.styles) };
        }
        let base = first & (0xffff << STYLE_SHIFT);
        let wide = first & WIDE != 0;
        let head = u64::from(number) * 4 + u64::from(wide) + 1;
        if first & CLUSTER == 0 {
            // Most cells stand among many of their kind.
            let (count, cells) = if wide { wide_run(text, rest, base) } else { narrow_run(text, rest, base) };
            run.add(out, head, count);
            rest = &rest[cells..];
            continue;
        }
        rest = &rest[1..];
        let cluster: &str = row.clusters.get(cell::text_of(first) as usize).map_or("\u{fffd}", |s| s);
        if bare {
            put_scalar(text, cluster.chars().next().unwrap_or(' ') as u32);
            run.add(out, head, 1);
        } else {
            text.extend_from_slice(cluster.as_bytes());
            run.end(out);
            run = Run { head: head + 2, count: cluster.len() as u64 };
            run.end(out);
        }
    }
    run.end(out);
    out.push(0);
    out.extend_from_slice(text);
}

/// The run that is being made; none while `head` is 0.
struct Run {
    head: u64,
    count: u64,
}

impl Run {
    #[inline]
    fn add(&mut self, out: &mut Vec<u8>, head: u64, count: u64) {
        if self.head == head {
            self.count += count;
        } else {
            self.end(out);
            *self = Run { head, count };
        }
    }

    #[inline]
    fn end(&mut self, out: &mut Vec<u8>) {
        if self.head != 0 {
            varint::put(out, self.head);
            varint::put(out, self.count);
            self.head = 0;
        }
    }
}

/// Adds the text of the leading cells of one column and one scalar in one style. Says how many characters and how
/// many cells they are, at least the first.
#[inline]
fn narrow_run(text: &mut Vec<u8>, cells: &[Cell], base: Cell) -> (u64, usize) {
    let ascii = cells.iter().position(|c| c ^ base >= 0x80).unwrap_or(cells.len());
    text.extend(cells[..ascii].iter().map(|c| *c as u8));
    // Style and flags are above the scalar.
    let others = &cells[ascii..];
    let others = &others[..others.iter().position(|c| c ^ base > cell::TEXT_MASK).unwrap_or(others.len())];
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
fn put_scalar(text: &mut Vec<u8>, scalar: u32) {
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
        Some((flags, text)) if flags & RUNS == 0 => Some(text),
        _ => None,
    }
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
    if flags & !(WRAPPED | RUNS) != 0 {
        return None;
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
            push(cells, base | CLUSTER | clusters.len() as Cell, wide);
            clusters.push(cluster.into());
            text = rest;
        }
    }
    (text.is_empty() && cells.len() - start <= cols_max).then_some(())
}

#[inline]
fn push(cells: &mut Vec<Cell>, c: Cell, wide: bool) {
    if wide {
        cells.push(c | WIDE);
        cells.push(c & (0xffff << STYLE_SHIFT) | TAIL);
    } else {
        cells.push(c);
    }
}

fn hash(style: &Style) -> u32 {
    let mut hash = u64::from(style.attrs);
    for color in [style.fg, style.bg, style.ul] {
        let packed = match color {
            Color::Default => 0,
            Color::Indexed(n) => 1 << 24 | u64::from(n),
            Color::Rgb(r, g, b) => 2 << 24 | u64::from(r) << 16 | u64::from(g) << 8 | u64::from(b),
        };
        hash = (hash.rotate_left(21) ^ packed).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    for b in style.link.bytes() {
        hash = (hash.rotate_left(5) ^ u64::from(b)).wrapping_mul(0x9e37_79b9_7f4a_7c15);
    }
    (hash >> 32) as u32
}

fn style_bytes(style: &Style) -> usize {
    let color = |c: Color| match c {
        Color::Default => 1,
        Color::Indexed(_) => 2,
        Color::Rgb(..) => 4,
    };
    let link = style.link.len();
    let link_len = if link < 0x80 { 1 } else { 2 };
    2 + color(style.fg) + color(style.bg) + color(style.ul) + link_len + link
}

fn write_style(out: &mut Vec<u8>, style: &Style) {
    out.extend_from_slice(&style.attrs.to_le_bytes());
    for color in [style.fg, style.bg, style.ul] {
        write_color(out, color);
    }
    varint::put_block(out, style.link.as_bytes());
}

pub(crate) fn write_color(out: &mut Vec<u8>, color: Color) {
    match color {
        Color::Default => out.push(0),
        Color::Indexed(n) => out.extend_from_slice(&[1, n]),
        Color::Rgb(r, g, b) => out.extend_from_slice(&[2, r, g, b]),
    }
}

pub(crate) fn read_color(reader: &mut Reader<'_>) -> Option<Color> {
    match reader.byte()? {
        0 => Some(Color::Default),
        1 => reader.byte().map(Color::Indexed),
        2 => Some(Color::Rgb(reader.byte()?, reader.byte()?, reader.byte()?)),
        _ => None,
    }
}

pub(super) fn read_style(reader: &mut Reader<'_>) -> Option<Style> {
    let attrs = u16::from_le_bytes([reader.byte()?, reader.byte()?]);
    let (fg, bg, ul) = (read_color(reader)?, read_color(reader)?, read_color(reader)?);
    let link = reader.text(LINK_BYTES_MAX)?;
    if link.chars().any(char::is_control) {
        return None;
    }
    Some(Style { bg, fg, ul, link: link.to_owned(), attrs })
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
        for cells in [vec![wide, 0x61, 0x62], vec![wide, wide, TAIL, 0x61], vec![0x61, wide]] {
            let (mut out, mut text, mut dictionary) = (Vec::new(), Vec::new(), Dictionary::default());
            let packed = Cells { cells: &cells, styles: &[], clusters: &[] };
            row(&mut out, &mut text, &mut dictionary, packed, false, false);
            let (mut back, mut clusters) = (Vec::new(), Vec::new());
            assert_eq!(unpack(&out, 0, &mut back, &mut clusters), Some(()), "{cells:x?}");
            let shown = |cells: &[Cell]| -> Vec<u32> {
                cells.iter().filter(|c| *c & TAIL == 0).map(|c| cell::text_of(*c)).collect()
            };
            assert_eq!(shown(&back), shown(&cells));
        }
    }
}
