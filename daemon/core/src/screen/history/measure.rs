//! What is known of a sealed chunk's lines without reading it: enough to say how many rows they take at any width.
//!
//! ```text
//! measure = varint(lengths) length* varint(entries) varint*
//! length  = varint(columns more than the one before * 2 + 1 if of several lines) (varint(lines - 2))
//! entry   = of the width that is its place, from 1: the rows that come on top; of 1, the wide characters
//! ```
//! A line is what rows are joined to, as far as it is in the chunk; one without wide characters takes as many rows as its
//! length says, so that lengths are counted, not listed: some 0.3 bytes a line of ordinary text, one at most. A wide character
//! that does not fit leaves a column free, and where depends on what stands before: how many rows more all lines of the chunk take by
//! that is counted once for each width, some bytes for each column of the longest line. A screen of one column has no
//! room for wide characters: one takes the place of a narrow one there.
//!
//! Heads of older programs list the characters of each line in place of the entries ([`Measure::read_listed`]).

use super::chunk::Plain;
use super::pack;
use super::varint::{self, Reader};
use crate::base::limits::{CHUNK_BYTES_MAX, SIDE_CELLS_MAX};

/// How many characters of one and of two columns a line has, in turns.
#[derive(Debug, Default)]
pub(crate) struct Shape {
    runs: Vec<u32>,
}

impl Shape {
    pub(crate) fn clear(&mut self) {
        self.runs.clear();
    }

    /// Adds characters of one column, or of two.
    #[inline]
    pub(crate) fn add(&mut self, n: u32, wide: bool) {
        if n == 0 {
            return;
        }
        match (self.runs.len() % 2 == 1, wide) {
            (false, true) if self.runs.is_empty() => self.runs.extend([0, n]),
            (false, false) | (true, true) => self.runs.push(n),
            _ => self.runs.last_mut().into_iter().for_each(|last| *last += n),
        }
    }

    /// Takes a narrow character back: the column that a wide one left free.
    pub(crate) fn take_back(&mut self) {
        if self.runs.len() % 2 == 1
            && let Some(last) = self.runs.last_mut()
        {
            *last -= u32::from(*last > 0);
            if *last == 0 {
                self.runs.pop();
            }
        }
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.runs.is_empty()
    }

    pub(crate) fn columns(&self) -> u32 {
        columns(&self.runs)
    }

    /// Columns, when it has no wide characters.
    fn narrow(&self) -> Option<u32> {
        match self.runs[..] {
            [] => Some(0),
            [n] => Some(n),
            _ => None,
        }
    }

    /// The rows it takes.
    #[inline]
    pub(crate) fn rows(&self, cols: u32) -> u32 {
        match self.narrow() {
            Some(n) => rows_of(n, cols),
            None => rows_of_runs(self.runs.iter().copied(), cols),
        }
    }
}

/// The rows that so many columns take.
#[inline]
fn rows_of(columns: u32, cols: u32) -> u32 {
    columns.div_ceil(cols).max(1)
}

/// The rows that runs take. A row that is just full waits for what follows, and a column has no room for wide characters: one
/// takes the place of a narrow one there.
fn rows_of_runs(runs: impl Iterator<Item = u32>, cols: u32) -> u32 {
    let (mut rows, mut x) = (1, 0);
    for (i, n) in runs.enumerate() {
        // Shifts: a division takes as long as all the rest.
        let shift = if cols > 1 { i as u32 % 2 } else { 0 };
        let fit = (cols - x) >> shift;
        if n <= fit {
            x += n << shift;
            continue;
        }
        let (mut rest, all) = (n - fit, cols >> shift);
        rows += 1;
        if rest > all {
            rows += (rest - 1) / all;
            rest = (rest - 1) % all + 1;
        }
        x = rest << shift;
    }
    rows
}

/// See the module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Measure {
    bytes: Box<[u8]>,
    lines: u32,
    longest: u32,
}

/// What wide characters add to the rows of all lines, by width from 1 on.
#[derive(Debug, Default)]
struct Extra {
    rows: Vec<u32>,
    /// Of a line, a bit for each column: whether it is the right half of a wide character.
    halves: Vec<u64>,
}

impl Extra {
    /// A line of these runs.
    fn add(&mut self, runs: &[u32]) {
        let (columns, sides) = (columns(runs), u32::from(SIDE_CELLS_MAX));
        let widths = (columns - 1).min(sides);
        if self.rows.len() < widths as usize {
            self.rows.resize(widths as usize, 0);
        }
        self.halves.clear();
        self.halves.resize(columns as usize / 64 + 1, 0);
        let mut x = 0;
        for (i, n) in runs.iter().enumerate() {
            if i % 2 == 0 {
                x += n;
                continue;
            }
            self.rows[0] += n;
            for half in (0..*n).map(|c| x + 2 * c + 1) {
                self.halves[half as usize / 64] |= 1 << (half % 64);
            }
            x += 2 * n;
        }
        for (width, rows) in (1..=widths).zip(&mut self.rows).skip(1) {
            let (mut x, mut taken) = (0, 1);
            while columns - x > width {
                x += width;
                x -= (self.halves[x as usize / 64] >> (x % 64)) as u32 & 1;
                taken += 1;
            }
            *rows += taken - rows_of(columns, width);
        }
    }

    fn write(&self, out: &mut Vec<u8>) {
        let len = self.rows.iter().rposition(|rows| *rows > 0).map_or(0, |last| last + 1);
        varint::put(out, len as u64);
        self.rows[..len].iter().for_each(|rows| varint::put(out, (*rows).into()));
    }
}

impl Measure {
    /// Of the first so many rows of a chunk.
    pub(crate) fn of(plain: &Plain, rows: usize) -> Measure {
        let (mut shape, mut lengths, mut extra) = (Shape::default(), Vec::new(), Extra::default());
        let mut at = 0;
        while at < rows {
            at = line(plain, rows, at, &mut shape);
            lengths.push(shape.columns());
            if shape.narrow().is_none() {
                extra.add(&shape.runs);
            }
        }
        Measure::new(lengths, &extra)
    }

    fn new(mut lengths: Vec<u32>, extra: &Extra) -> Measure {
        lengths.sort_unstable();
        let groups = || lengths.chunk_by(|a, b| a == b);
        let mut bytes = Vec::with_capacity(8 + lengths.len());
        varint::put(&mut bytes, groups().count() as u64);
        let mut before = 0;
        for group in groups() {
            let (length, n) = (group[0], group.len() as u64);
            varint::put(&mut bytes, u64::from(length - before) * 2 + u64::from(n > 1));
            if n > 1 {
                varint::put(&mut bytes, n - 2);
            }
            before = length;
        }
        extra.write(&mut bytes);
        Measure { bytes: bytes.into_boxed_slice(), lines: lengths.len() as u32, longest: before }
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Number of its lines.
    pub(crate) fn lines(&self) -> u32 {
        self.lines
    }

    /// Columns of the longest.
    pub(crate) fn longest(&self) -> u32 {
        self.longest
    }

    /// Whether it tells of wide characters: in another way than older programs do.
    pub(crate) fn has_wide(&self) -> bool {
        self.parts(|_, _| ()).is_some_and(|rest| rest != [0])
    }

    /// Rows that the lines take.
    pub(crate) fn rows(&self, cols: u32) -> u32 {
        if self.longest <= cols && cols > 1 {
            return self.lines;
        }
        let mut rows = 0u32;
        let rest = self.parts(|n, lines| rows += rows_of(n, cols) * lines);
        let mut reader = Reader { rest: rest.unwrap_or_default() };
        let entries = reader.number().unwrap_or(0);
        let mut entries = (0..entries).map_while(|_| reader.number());
        let extra = entries.nth((cols as usize).saturating_sub(1)).unwrap_or(0) as u32;
        if cols > 1 { rows + extra } else { rows.saturating_sub(extra) }
    }

    /// Gives each length and its number of lines, and then the bytes behind.
    fn parts(&self, mut each: impl FnMut(u32, u32)) -> Option<&[u8]> {
        let mut reader = Reader { rest: &self.bytes };
        let mut length = 0;
        for _ in 0..reader.number()? {
            let head = reader.number()?;
            length += (head / 2) as u32;
            each(length, if head % 2 == 1 { reader.number()? as u32 + 2 } else { 1 });
        }
        Some(reader.rest)
    }

    /// From its bytes, of a chunk with so many rows. None for bytes that make no sense.
    pub(crate) fn read(bytes: &[u8], rows: usize) -> Option<Measure> {
        let mut reader = Reader { rest: bytes };
        let lengths = read_lengths(&mut reader, rows)?;
        let all: u64 = lengths.iter().copied().map(u64::from).sum();
        let mut extra = Extra::default();
        for width in 1..=reader.count(SIDE_CELLS_MAX.into())? {
            let most = if width == 1 { all / 2 } else { all };
            extra.rows.push(reader.number().filter(|n| *n <= most)? as u32);
        }
        let measure = Measure::new(lengths, &extra);
        (reader.rest.is_empty() && measure.bytes() == bytes).then_some(measure)
    }

    /// The same as a head has it in which the characters of lines with wide ones are listed:
    ///
    /// ```text
    /// measure = varint(lengths) length* varint(wide lines) nibbles
    /// nibbles = of each line with wide characters: number of runs, characters of each run
    /// nibble  = three bits, least first; the fourth says that more follow
    /// ```
    /// Runs are of narrow characters first, then wide ones, and so on; the lengths are those of the other lines.
    pub(crate) fn read_listed(bytes: &[u8], rows: usize) -> Option<Measure> {
        let columns_max = (rows as u64 + 1) * u64::from(SIDE_CELLS_MAX);
        let mut reader = Reader { rest: bytes };
        let mut lengths = read_lengths(&mut reader, rows)?;
        let wide_lines = reader.count(CHUNK_BYTES_MAX)?;
        let mut nibbles = Nibble { bytes: reader.rest, at: 0 };
        let (mut runs, mut extra, mut all) = (Vec::new(), Extra::default(), 0);
        for _ in 0..wide_lines {
            let n = nibbles.number().filter(|n| (2..=CHUNK_BYTES_MAX as u32).contains(n))?;
            runs.clear();
            for _ in 0..n {
                runs.push(nibbles.number().filter(|n| u64::from(*n) <= columns_max)?);
                all += u64::from(columns(&runs[runs.len() - 1..])) * 2;
            }
            if all > 4 * columns_max || columns(&runs) < 2 {
                return None;
            }
            extra.add(&runs);
            lengths.push(columns(&runs));
        }
        let whole = nibbles.at.div_ceil(2) == reader.rest.len();
        (whole && lengths.len() <= rows).then(|| Measure::new(lengths, &extra))
    }
}

/// The lengths of lines in rising order, of a chunk with so many rows.
fn read_lengths(reader: &mut Reader<'_>, rows: usize) -> Option<Vec<u32>> {
    let columns_max = (rows as u64 + 1) * u64::from(SIDE_CELLS_MAX);
    let (mut lengths, mut length, mut all) = (Vec::new(), 0u64, 0u64);
    for i in 0..reader.count(CHUNK_BYTES_MAX)? {
        let head = reader.number().filter(|head| *head / 2 <= columns_max)?;
        if i > 0 && head / 2 == 0 {
            return None;
        }
        length += head / 2;
        let n = if head % 2 == 1 { reader.count(rows)? + 2 } else { 1 };
        all += length * n as u64;
        if all > columns_max || lengths.len() + n > rows {
            return None;
        }
        lengths.resize(lengths.len() + n, length as u32);
    }
    Some(lengths)
}

/// Columns that runs have.
fn columns(runs: &[u32]) -> u32 {
    runs.iter().enumerate().map(|(i, n)| n * (i as u32 % 2 + 1)).sum()
}

/// The shape of the line that begins in a row, of the first `rows` ones, and the row after it.
#[inline]
pub(super) fn line(plain: &Plain, rows: usize, first: usize, shape: &mut Shape) -> usize {
    shape.clear();
    let mut at = first;
    loop {
        let packed = plain.packed(at).unwrap_or(pack::EMPTY);
        let before = shape.is_empty();
        let (wrapped, added) = pack::shape(packed, shape);
        at += 1;
        if !wrapped || at >= rows {
            if !before && !added {
                // Something was printed in it, blanks perhaps.
                shape.add(1, false);
            }
            return at;
        }
    }
}

struct Nibble<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Nibble<'_> {
    fn number(&mut self) -> Option<u32> {
        let (mut n, mut shift) = (0u32, 0);
        while shift < 30 {
            let byte = *self.bytes.get(self.at / 2)?;
            let nibble = u32::from(if self.at.is_multiple_of(2) { byte & 15 } else { byte >> 4 });
            self.at += 1;
            n |= (nibble & 7) << shift;
            if nibble < 8 {
                return Some(n);
            }
            shift += 3;
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::super::chunk::Open;
    use super::super::pack::Cells;
    use super::*;
    use crate::screen::cell::{Cell, TAIL, WIDE};

    /// A chunk with lines of these runs.
    fn chunk(lines: &[Vec<u32>]) -> Plain {
        let (mut open, mut text) = (Open::default(), Vec::new());
        for runs in lines {
            let mut cells: Vec<Cell> = Vec::new();
            for (i, n) in runs.iter().enumerate() {
                for _ in 0..*n {
                    match i % 2 {
                        0 => cells.push('a'.into()),
                        _ => cells.extend([Cell::from('漢' as u32) | WIDE, TAIL]),
                    }
                }
            }
            assert!(open.push(&mut text, Cells { cells: &cells, styles: &[], clusters: &[] }, false, false));
        }
        Plain::seal(&mut open)
    }

    fn lines() -> Vec<Vec<u32>> {
        let mut lines = vec![
            vec![],
            vec![80],
            vec![0, 1],
            vec![0, 40],
            vec![1, 40],
            vec![7, 3, 2, 1],
            vec![3, 200, 1, 90],
        ];
        lines.extend((1..40u32).map(|n| (0..n).map(|i| (i * 7 + n * n) % 5 + u32::from(i > 0)).collect()));
        lines
    }

    #[test]
    fn rows_are_counted_as_they_are_cut_at_every_width() {
        let lines = lines();
        let measure = Measure::of(&chunk(&lines), lines.len());
        for cols in 1..=u32::from(SIDE_CELLS_MAX) {
            let rows = |runs: &Vec<u32>| Shape { runs: runs.clone() }.rows(cols);
            assert_eq!(measure.rows(cols), lines.iter().map(rows).sum::<u32>(), "{cols} columns");
        }
        assert_eq!(Measure::read(measure.bytes(), lines.len()).as_ref(), Some(&measure));
        assert_eq!((measure.lines() as usize, measure.has_wide()), (lines.len(), true));
    }

    /// As a head of an older program has it.
    fn listed(lines: &[Vec<u32>]) -> Vec<u8> {
        let (narrow, wide): (Vec<_>, Vec<_>) = lines.iter().partition(|runs| runs.len() < 2);
        let narrow = narrow.iter().map(|runs| runs.first().copied().unwrap_or(0)).collect();
        let mut bytes = Measure::new(narrow, &Extra::default()).bytes().to_vec();
        bytes.pop();
        varint::put(&mut bytes, wide.len() as u64);
        let mut nibbles = Vec::new();
        for runs in wide {
            for n in [runs.len() as u32].iter().chain(runs) {
                let mut n = *n;
                while n >= 8 {
                    nibbles.push((n & 7) as u8 | 8);
                    n >>= 3;
                }
                nibbles.push(n as u8);
            }
        }
        bytes.extend(nibbles.chunks(2).map(|pair| pair[0] | pair.get(1).unwrap_or(&0) << 4));
        bytes
    }

    #[test]
    fn what_older_heads_say_is_understood() {
        let lines = lines();
        let measure = Measure::of(&chunk(&lines), lines.len());
        let bytes = listed(&lines);
        assert_eq!(Measure::read_listed(&bytes, lines.len()), Some(measure));
        for at in 0..bytes.len() {
            let mut spoilt = bytes.clone();
            spoilt[at] ^= 0x15;
            let _ = (Measure::read_listed(&spoilt, lines.len()), Measure::read(&spoilt, lines.len()));
            assert_eq!(Measure::read_listed(&bytes[..at], lines.len()), None, "{at} bytes");
        }
    }

    #[test]
    fn damage_is_refused_or_read_never_worse() {
        let lines = lines();
        let bytes = Measure::of(&chunk(&lines), lines.len()).bytes().to_vec();
        for at in 0..bytes.len() {
            for value in [0, 1, 0x7f, 0xff] {
                let mut spoilt = bytes.clone();
                spoilt[at] = value;
                if let Some(measure) = Measure::read(&spoilt, lines.len()) {
                    let _ = (1..1002).map(|cols| u64::from(measure.rows(cols))).sum::<u64>();
                }
            }
            assert_eq!(Measure::read(&bytes[..at], lines.len()), None, "{at} bytes");
        }
        assert_eq!(Measure::read(&bytes, lines.len() - 1), None, "more lines than rows");
    }
}
