//! Rows whose cells follow from their text.
//!
//! ```text
//! row  = flags text             flags: bit 2, and bit 0 if the line goes on: all of it is derived, in the default style
//! row  = flags runs 0 text      flags: bits 1 and 2, and bit 0
//! run  = varint(style * 4 + kind + 1) varint(n)
//! kind = 0: n bytes of text, a cell for each scalar; it has two columns where [`is_wide`] says so, else one
//!        1: n cells of one scalar and one column   2: n cells of one scalar and two columns
//!        3: one cell, a cluster of n / 2 bytes, of two columns if n is odd
//! ```
//! Korean has a blank between words, and most lines of Chinese or Japanese have some ASCII: a run for each stretch of one width
//! would make such text half as dear again. [`is_wide`] is part of the format and never changes. What has other columns than it says
//! (by another Unicode table, too: those that a program's screen has are what is kept) is in runs of kinds 1 and 2. A run
//! of derived cells ends at the first cell that is none; one of kind 1 or 2 takes what it can.
//!
//! A chunk with such a row says so in its version, so that an older program refuses all of it.

use super::dictionary::Dictionary;
use super::measure::Shape;
use super::pack::{self, Cells, DERIVED, FREE, RUNS, Run, WRAPPED};
use super::varint::Reader;
use crate::base::limits::{CLUSTER_BYTES_MAX, SIDE_CELLS_MAX};
use crate::screen::cell::{self, CLUSTER, Cell, STYLE_SHIFT, TAIL, WIDE};

/// What a run's cells are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Kind {
    Derived = 0,
    Narrow = 1,
    Wide = 2,
    Cluster = 3,
}

impl Kind {
    /// The kind of a run that takes a cell of one scalar: the one that is being made, if it can.
    #[inline]
    pub(crate) fn of(now: Option<Kind>, scalar: u32, wide: bool) -> Kind {
        let follows = is_wide(scalar) == wide;
        match now {
            Some(Kind::Derived) if follows => Kind::Derived,
            Some(Kind::Narrow) if !wide => Kind::Narrow,
            Some(Kind::Wide) if wide => Kind::Wide,
            _ if follows => Kind::Derived,
            _ if wide => Kind::Wide,
            _ => Kind::Narrow,
        }
    }
}

/// Whether a derived scalar has two columns: in blocks of nothing else, or nearly so. This is part of the format: it says what was
/// written once, not what Unicode says.
#[inline]
pub(crate) fn is_wide(scalar: u32) -> bool {
    matches!(
        scalar,
        0x2e80..=0xa4cf
            | 0xac00..=0xd7a3
            | 0xf900..=0xfaff
            | 0xfe30..=0xfe6f
            | 0xff01..=0xff60
            | 0xffe0..=0xffe6
            | 0x1_f300..=0x1_f64f
            | 0x1_f680..=0x1_f6ff
            | 0x1_f900..=0x1_f9ff
            | 0x2_0000..=0x3_fffd
    )
}

/// Packs a row that is not all ASCII.
pub(super) fn row(
    out: &mut Vec<u8>,
    text: &mut Vec<u8>,
    dictionary: &mut Dictionary,
    row: Cells<'_>,
    wrapped: bool,
    bare: bool,
) {
    let flags = out.len();
    out.push(u8::from(wrapped) | RUNS | DERIVED);
    text.clear();
    let (mut run, mut kind) = (Run::default(), None);
    let (mut live, mut named) = (0u16, 0u16);
    for c in row.cells.iter().filter(|c| **c & TAIL == 0) {
        if cell::style_of(*c) != live {
            live = cell::style_of(*c);
            named = pack::number(dictionary, live, row.styles, bare);
            kind = None;
        }
        let (wide, number) = (c & WIDE != 0, u64::from(named) * 4 + 1);
        let mut scalar = cell::text_of(*c);
        if c & CLUSTER != 0 || scalar == 0 {
            let cluster: &str = match c & CLUSTER {
                0 => FREE,
                _ => row.clusters.get(scalar as usize).map_or("\u{fffd}", |s| s),
            };
            if !bare {
                run.end(out);
                let n = cluster.len() as u64 * 2 + u64::from(wide);
                run = Run { head: number + Kind::Cluster as u64, count: n };
                run.end(out);
                text.extend_from_slice(cluster.as_bytes());
                kind = None;
                continue;
            }
            scalar = cluster.chars().next().unwrap_or(' ') as u32;
        }
        let this = Kind::of(kind, scalar, wide);
        let before = text.len();
        pack::put_scalar(text, scalar);
        let n = if this == Kind::Derived { text.len() - before } else { 1 };
        run.add(out, number + this as u64, n as u64);
        kind = Some(this);
    }
    let is_whole = out.len() == flags + 1 && run.head == 1;
    if is_whole {
        out[flags] &= !RUNS;
    } else {
        run.end(out);
        out.push(0);
    }
    out.extend_from_slice(text);
}

/// Packs a row of runs, each a style's number, a kind and a count, of which no two in a row could be one; its text is not all
/// ASCII.
pub(super) fn runs(
    out: &mut Vec<u8>,
    mut runs: impl ExactSizeIterator<Item = (u16, Kind, u32)>,
    text: &[u8],
    wrapped: bool,
) {
    let flags = u8::from(wrapped) | DERIVED;
    if runs.len() == 1 {
        match runs.next() {
            Some((0, Kind::Derived, _)) | None => out.push(flags),
            Some(run) => {
                out.push(flags | RUNS);
                put_run(out, run);
                out.push(0);
            }
        }
    } else {
        out.push(flags | RUNS);
        runs.for_each(|run| put_run(out, run));
        out.push(0);
    }
    out.extend_from_slice(text);
}

fn put_run(out: &mut Vec<u8>, (number, kind, n): (u16, Kind, u32)) {
    Run { head: u64::from(number) * 4 + kind as u64 + 1, count: n.into() }.end(out);
}

/// The text of a row that is derived from it, all in the default style.
#[inline]
pub(super) fn whole_text(packed: &[u8]) -> Option<&str> {
    match packed.split_first() {
        Some((flags, text)) if flags & (RUNS | DERIVED) == DERIVED => std::str::from_utf8(text).ok(),
        _ => None,
    }
}

/// A row's runs with their text.
struct Runs<'a> {
    runs: Reader<'a>,
    text: &'a str,
    /// The last was read.
    ended: bool,
}

impl<'a> Runs<'a> {
    /// Of what stands behind the flags.
    fn of(body: &'a [u8]) -> Option<Runs<'a>> {
        let mut runs = Reader { rest: body };
        while runs.number()? != 0 {
            runs.number()?;
        }
        Some(Runs { runs: Reader { rest: body }, text: std::str::from_utf8(runs.rest).ok()?, ended: false })
    }

    /// The style's number, the kind, its text, and whether a cluster is wide. None behind the last, and for what makes no
    /// sense.
    fn next(&mut self) -> Option<(u64, Kind, &'a str, bool)> {
        let head = self.runs.number()?;
        self.ended = head == 0;
        let head = head.checked_sub(1)?;
        let n = usize::try_from(self.runs.number()?).ok()?;
        let kind = [Kind::Derived, Kind::Narrow, Kind::Wide, Kind::Cluster][(head % 4) as usize];
        let len = match kind {
            Kind::Derived => n,
            Kind::Cluster => n / 2,
            _ => self.text.char_indices().nth(n).map_or(self.text.len(), |(at, _)| at),
        };
        let (text, rest) = self.text.split_at_checked(len)?;
        let is_whole = match kind {
            Kind::Narrow | Kind::Wide => n <= usize::from(SIDE_CELLS_MAX) && text.chars().count() == n,
            Kind::Cluster => len <= CLUSTER_BYTES_MAX,
            Kind::Derived => true,
        };
        self.text = rest;
        (is_whole && !text.is_empty()).then_some((head / 4, kind, text, n % 2 == 1))
    }
}

/// As [`pack::unpack`], a row with such flags.
pub(super) fn unpack(
    flags: u8,
    body: &[u8],
    styles_len: usize,
    cells: &mut Vec<Cell>,
    clusters: &mut Vec<Box<str>>,
) -> Option<()> {
    let cols_max = usize::from(SIDE_CELLS_MAX);
    let start = cells.len();
    if flags & RUNS == 0 {
        push_all(cells, start, 0, std::str::from_utf8(body).ok()?, is_wide)?;
        return Some(());
    }
    let mut runs = Runs::of(body)?;
    while let Some((number, kind, text, wide)) = runs.next() {
        let style = Cell::from(u16::try_from(number).ok().filter(|n| usize::from(*n) <= styles_len)?);
        let base = style << STYLE_SHIFT;
        match kind {
            Kind::Derived => push_all(cells, start, base, text, is_wide)?,
            Kind::Narrow => push_all(cells, start, base, text, |_| false)?,
            Kind::Wide => push_all(cells, start, base, text, |_| true)?,
            Kind::Cluster if text == FREE && !wide => cells.push(base),
            Kind::Cluster => {
                if text.chars().any(char::is_control) {
                    return None;
                }
                pack::push(cells, base | CLUSTER | clusters.len() as Cell, wide);
                clusters.push(text.into());
            }
        }
        if cells.len() - start > cols_max {
            return None;
        }
    }
    (runs.ended && runs.text.is_empty()).then_some(())
}

fn push_all(
    cells: &mut Vec<Cell>,
    start: usize,
    base: Cell,
    text: &str,
    wide: impl Fn(u32) -> bool,
) -> Option<()> {
    for c in text.chars() {
        if c.is_control() || cells.len() - start >= usize::from(SIDE_CELLS_MAX) {
            return None;
        }
        pack::push(cells, base | Cell::from(c as u32), wide(c as u32));
    }
    (cells.len() - start <= usize::from(SIDE_CELLS_MAX)).then_some(())
}

/// As [`pack::shape`], of a row with such flags: whether there was any character.
pub(super) fn shape(flags: u8, body: &[u8], shape: &mut Shape) -> bool {
    if flags & RUNS == 0 {
        let text = std::str::from_utf8(body).unwrap_or_default();
        add_all(shape, text);
        return !text.is_empty();
    }
    let Some(mut runs) = Runs::of(body) else { return false };
    let (mut added, mut free) = (false, false);
    while let Some((_, kind, text, wide)) = runs.next() {
        (added, free) = (true, false);
        match kind {
            Kind::Derived => add_all(shape, text),
            Kind::Narrow | Kind::Wide => shape.add(text.chars().count() as u32, kind == Kind::Wide),
            Kind::Cluster => {
                shape.add(1, wide);
                free = text == FREE && !wide;
            }
        }
    }
    if flags & WRAPPED != 0 && free {
        shape.take_back();
    }
    added
}

fn add_all(shape: &mut Shape, text: &str) {
    let (mut n, mut wide) = (0, false);
    for c in text.chars() {
        let this = is_wide(c as u32);
        if this != wide {
            shape.add(n, wide);
            (n, wide) = (0, this);
        }
        n += 1;
    }
    shape.add(n, wide);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::text::Property;
    use abide_protocol::message::{Color, Style};

    fn styles() -> Vec<Style> {
        let red = Style { fg: Color::Indexed(1), ..Style::default() };
        vec![Style::default(), red]
    }

    /// A row of these characters, wide ones after `^`, in the second style after `~`.
    fn cells(text: &str) -> Vec<Cell> {
        let (mut cells, mut wide, mut style) = (Vec::new(), false, 0);
        for c in text.chars() {
            match c {
                '^' => wide = true,
                '~' => style ^= 1 << STYLE_SHIFT,
                _ => {
                    let wide = std::mem::take(&mut wide) || Property::of(c as u32).columns() == 2;
                    pack::push(&mut cells, style | Cell::from(c as u32), wide);
                }
            }
        }
        cells
    }

    fn packed(cells: &[Cell]) -> Vec<u8> {
        let (mut out, mut text, mut dictionary) = (Vec::new(), Vec::new(), Dictionary::default());
        let (styles, clusters) = (styles(), ["e\u{301}".into(), "👍🏽".into()]);
        let cells = Cells { cells, styles: &styles, clusters: &clusters };
        row(&mut out, &mut text, &mut dictionary, cells, false, false);
        out
    }

    #[test]
    fn rows_are_as_short_as_can_be() {
        for (text, more) in [
            ("한국어 문장도 두 칸씩 차지합니다", 1),
            ("2026 日本語の文章が、ASCII とともに", 1),
            ("Съешь же ещё", 1),
            // In another style, and what is narrow among wide ones.
            ("~한국어 문장", 4),
            ("ｱｲｳ abc ｴｵ", 1),
            ("〿 abc", 4),
            // Another style.
            ("a 漢 ~b 字", 6),
            // What is narrow there was wide once, and the other way round.
            ("é^é漢", 1 + 2 + 2 + 1),
        ] {
            let cells = cells(text);
            let bytes = packed(&cells);
            let len = text.replace(['^', '~'], "").len();
            assert_eq!(bytes.len(), len + more, "{text}");
            let (mut back, mut clusters, mut found) = (Vec::new(), Vec::new(), Shape::default());
            assert_eq!(pack::unpack(&bytes, 1, &mut back, &mut clusters), Some(()), "{text}");
            assert_eq!(back, cells, "{text}");
            assert_eq!(pack::shape(&bytes, &mut found), (false, true));
            assert_eq!(found.columns() as usize, cells.len(), "{text}");
        }
    }

    #[test]
    fn clusters_and_free_columns_come_back() {
        let mut row = cells("漢 a");
        pack::push(&mut row, CLUSTER, false);
        row.extend(cells("字"));
        pack::push(&mut row, CLUSTER | 1, true);
        row.push(1 << STYLE_SHIFT);
        let bytes = packed(&row);
        let (mut back, mut clusters) = (Vec::new(), Vec::new());
        assert_eq!(pack::unpack(&bytes, 1, &mut back, &mut clusters), Some(()));
        assert_eq!(back, row);
        for at in 0..bytes.len() {
            for value in [0, 1, bytes[at] ^ 0x81, 0xff] {
                let mut spoilt = bytes.clone();
                spoilt[at] = value;
                for bytes in [&spoilt[..], &spoilt[..at]] {
                    let (mut cells, mut clusters) = (Vec::new(), Vec::new());
                    let _ = pack::unpack(bytes, 1, &mut cells, &mut clusters);
                    pack::shape(bytes, &mut Shape::default());
                }
            }
        }
    }

    /// The rule is that of chunks that have been written.
    #[test]
    fn the_rule_never_changes() {
        let mut hash = 0u64;
        for scalar in 0..0x11_0000 {
            hash = hash.rotate_left(5).wrapping_mul(0x9e37_79b9_7f4a_7c15) ^ u64::from(is_wide(scalar));
        }
        assert_eq!(hash, HASH, "{hash:#x}");
        let text = "한글漢字かなカナ、。！「」Ａ😀🎉éßЖאעกअ─│✓…“”";
        for c in text.chars().chain('가'..='힣').chain('一'..='鿿') {
            assert_eq!(is_wide(c as u32), Property::of(c as u32).columns() == 2, "{c}");
        }
    }

    const HASH: u64 = 0xf3d7_8ccc_f6ff_7b7b;
}
