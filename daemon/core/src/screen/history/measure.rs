//! What is known of a sealed chunk's lines without reading it: enough to say how many rows they take at any width.
//!
//! ```text
//! measure = varint(lengths) length* varint(wide lines) nibbles
//! length  = varint(columns more than the one before * 2 + 1 if of several lines) (varint(lines - 2))
//! nibbles = of each line with wide characters: number of runs, characters of each run
//! nibble  = three bits, least first; the fourth says that more follow
//! ```
//! A line is what rows are joined to, as far as it is in the chunk; one without wide characters takes as many rows as its
//! length says, so that lengths are counted, not listed: some 0.3 bytes a line of ordinary text, one at most. Where a
//! row of wide characters ends depends on what stands before: those lines are written down as runs, of narrow characters first, then
//! wide ones, and so on.

use super::chunk::Plain;
use super::pack;
use super::varint::{self, Reader};
use crate::base::limits::{CHUNK_BYTES_MAX, MEASURE_BYTES_MAX, SIDE_CELLS_MAX};

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

impl Measure {
    /// Of the first so many rows of a chunk. None where wide characters would take more than [`MEASURE_BYTES_MAX`].
    pub(crate) fn of(plain: &Plain, rows: usize) -> Option<Measure> {
        let (mut shape, mut lengths, mut wide) = (Shape::default(), Vec::new(), Nibbles::default());
        let (mut wide_lines, mut longest) = (0, 0);
        let mut at = 0;
        while at < rows {
            at = line(plain, rows, at, &mut shape);
            if let Some(n) = shape.narrow() {
                lengths.push(n);
                continue;
            }
            wide_lines += 1;
            wide.put(shape.runs.len() as u32);
            shape.runs.iter().for_each(|n| wide.put(*n));
            longest = longest.max(columns(&shape.runs));
            if wide.bytes.len() > MEASURE_BYTES_MAX {
                return None;
            }
        }
        let lines = lengths.len() as u32 + wide_lines;
        lengths.sort_unstable();
        longest = longest.max(lengths.last().copied().unwrap_or(0));
        let groups = || lengths.chunk_by(|a, b| a == b);
        let mut bytes = Vec::with_capacity(8 + lengths.len() + wide.bytes.len());
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
        varint::put(&mut bytes, wide_lines.into());
        bytes.extend_from_slice(&wide.bytes);
        Some(Measure { bytes: bytes.into_boxed_slice(), lines, longest })
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

    /// Rows that the lines take.
    pub(crate) fn rows(&self, cols: u32) -> u32 {
        if self.longest <= cols && cols > 1 {
            return self.lines;
        }
        let mut rows = 0u32;
        let each = |n, lines| rows += rows_of(n, cols) * lines;
        let wide = self.parts(each);
        if let Some((lines, nibbles)) = wide {
            let mut nibbles = Nibble { bytes: nibbles, at: 0 };
            for _ in 0..lines {
                let Some(n) = nibbles.number() else { break };
                rows += rows_of_runs((0..n).map_while(|_| nibbles.number()), cols);
            }
        }
        rows
    }

    /// Gives each length and its number of lines, and then the number of wide lines and where they are.
    fn parts(&self, mut each: impl FnMut(u32, u32)) -> Option<(u32, &[u8])> {
        let mut reader = Reader { rest: &self.bytes };
        let mut length = 0;
        for _ in 0..reader.number()? {
            let head = reader.number()?;
            length += (head / 2) as u32;
            each(length, if head % 2 == 1 { reader.number()? as u32 + 2 } else { 1 });
        }
        Some((reader.number()? as u32, reader.rest))
    }

    /// From its bytes, of a chunk with so many rows. None for bytes that make no sense.
    pub(crate) fn read(bytes: &[u8], rows: usize) -> Option<Measure> {
        let (rows, columns_max) = (rows as u64, (rows as u64 + 1) * u64::from(SIDE_CELLS_MAX));
        let mut reader = Reader { rest: bytes };
        let (mut lines, mut length, mut all) = (0u64, 0u64, 0u64);
        for i in 0..reader.count(CHUNK_BYTES_MAX)? {
            let head = reader.number().filter(|head| *head / 2 <= columns_max)?;
            if i > 0 && head / 2 == 0 {
                return None;
            }
            length += head / 2;
            let n = if head % 2 == 1 { reader.count(CHUNK_BYTES_MAX)? as u64 + 2 } else { 1 };
            lines += n;
            all += length * n;
            if all > columns_max {
                return None;
            }
        }
        let mut longest = length as u32;
        let wide_lines = reader.count(CHUNK_BYTES_MAX)?;
        lines += wide_lines as u64;
        let mut nibbles = Nibble { bytes: reader.rest, at: 0 };
        let mut runs = Vec::new();
        for _ in 0..wide_lines {
            let n = nibbles.number().filter(|n| (2..=CHUNK_BYTES_MAX as u32).contains(n))?;
            runs.clear();
            for _ in 0..n {
                runs.push(nibbles.number().filter(|n| u64::from(*n) <= columns_max)?);
                all += u64::from(columns(&runs[runs.len() - 1..])) * 2;
            }
            if all > 4 * columns_max {
                return None;
            }
            longest = longest.max(columns(&runs));
        }
        let whole = nibbles.at.div_ceil(2) == reader.rest.len();
        let lines = u32::try_from(lines).ok().filter(|lines| u64::from(*lines) <= rows && whole)?;
        Some(Measure { bytes: bytes.into(), lines, longest })
    }
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

#[derive(Default)]
struct Nibbles {
    bytes: Vec<u8>,
    half: bool,
}

impl Nibbles {
    fn put(&mut self, mut n: u32) {
        loop {
            let more = n >= 8;
            let nibble = (n & 7) as u8 | u8::from(more) << 3;
            match self.bytes.last_mut() {
                Some(last) if self.half => *last |= nibble << 4,
                _ => self.bytes.push(nibble),
            }
            self.half = !self.half;
            if !more {
                return;
            }
            n >>= 3;
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
