//! Rows packed one after another in chunks that stand alone.
//!
//! ```text
//! chunk = version u16(styles) u16(rows) style* u16(end of each row) row*      at most CHUNK_BYTES_MAX bytes
//! ```
//! The version is 1, or 3 where a row is a derived one ([`super::derived`]); 2 is that of squeezed chunks. Little endian;
//! ends count from the first row's start. The open chunk grows at its end; a sealed one
//! ([`super::sealed`]) never changes and may be stored, dropped or sent without anything else.

use super::dictionary::{self, Dictionary};
use super::pack::{self, Cells, How};
use super::varint::Reader;
use crate::base::limits::CHUNK_BYTES_MAX;
use crate::screen::view::RowView;
use abide_protocol::message::Style;

const VERSION: u8 = 1;
const VERSION_DERIVED: u8 = 3;
const HEADER_BYTES: usize = 5;
/// Rows that fit into a chunk: each takes an end and at least its flags.
pub(crate) const ROWS_MAX: usize = CHUNK_BYTES_MAX / 3;

/// The chunk that rows are added to.
#[derive(Clone, Debug, Default)]
pub(crate) struct Open {
    pub(crate) dictionary: Dictionary,
    rows: Vec<u8>,
    ends: Vec<u16>,
}

impl Open {
    pub(crate) fn len(&self) -> usize {
        self.ends.len()
    }

    fn bytes(&self) -> usize {
        HEADER_BYTES + self.dictionary.bytes() + 2 * self.ends.len() + self.rows.len()
    }

    pub(crate) fn packed(&self, i: usize) -> Option<&[u8]> {
        packed(&self.rows, |i| self.ends.get(i).copied(), i)
    }

    /// Adds a plain row. False when there is no room: nothing has changed then.
    #[inline]
    pub(crate) fn push_plain(&mut self, cells: &[super::super::cell::Cell], wrapped: bool) -> bool {
        if self.bytes() + 3 + cells.len() > CHUNK_BYTES_MAX {
            return false;
        }
        pack::plain(&mut self.rows, cells, wrapped);
        self.ends.push(self.rows.len() as u16);
        true
    }

    /// Adds a plain row of the text that so many bytes at the start of `from` are. False when there is no room: nothing has changed then.
    #[inline]
    pub(super) fn push_text(&mut self, from: &[u8], len: usize, wrapped: bool) -> bool {
        if self.bytes() + 3 + len > CHUNK_BYTES_MAX {
            return false;
        }
        self.rows.push(u8::from(wrapped));
        match from.first_chunk::<16>() {
            // A short row is copied with what follows it, without a call.
            Some(more) if len <= 16 => {
                let end = self.rows.len() + len;
                self.rows.extend_from_slice(more);
                self.rows.truncate(end);
            }
            _ => self.rows.extend_from_slice(&from[..len]),
        }
        self.ends.push(self.rows.len() as u16);
        true
    }

    /// Adds a row that is packed already and is plain.
    pub(crate) fn push_packed(&mut self, row: &[u8]) -> bool {
        if self.bytes() + 2 + row.len() > CHUNK_BYTES_MAX {
            return false;
        }
        self.rows.extend_from_slice(row);
        self.ends.push(self.rows.len() as u16);
        true
    }

    /// Adds any row. False when there is no room: nothing has changed then.
    pub(crate) fn push(&mut self, text: &mut Vec<u8>, row: Cells<'_>, wrapped: bool, bare: bool) -> bool {
        let how = if bare { How::Bare } else { How::Whole };
        self.push_by(|out, dictionary| pack::row(out, text, dictionary, row, wrapped, how))
    }

    /// Adds the row that `pack` makes. False when there is no room: nothing has changed then.
    #[inline]
    pub(super) fn push_by(&mut self, pack: impl FnOnce(&mut Vec<u8>, &mut Dictionary)) -> bool {
        let (rows_len, styles_len) = (self.rows.len(), self.dictionary.len());
        pack(&mut self.rows, &mut self.dictionary);
        if self.bytes() + 2 > CHUNK_BYTES_MAX {
            self.rows.truncate(rows_len);
            self.dictionary.truncate(styles_len);
            return false;
        }
        self.ends.push(self.rows.len() as u16);
        true
    }

    pub(crate) fn pop(&mut self) {
        self.ends.pop();
        self.rows.truncate(self.ends.last().map_or(0, |end| usize::from(*end)));
    }

    /// Takes out the rows at the end whose line goes on behind them, unless they are all, or take more than half of what a chunk may.
    pub(super) fn take_begun(&mut self) -> Vec<RowView<'static>> {
        let is_open = |i: &usize| self.packed(*i).is_some_and(pack::is_wrapped);
        let first = self.len() - (0..self.len()).rev().take_while(is_open).count();
        let start = first.checked_sub(1).and_then(|i| self.ends.get(i)).map(|end| usize::from(*end));
        let Some(start) = start.filter(|start| self.rows.len() - start <= CHUNK_BYTES_MAX / 2) else {
            return Vec::new();
        };
        let row = |i| {
            let styles = |numbers: &[u16]| numbers.iter().filter_map(|n| self.dictionary.style(*n)).collect();
            super::view(self.packed(i)?, self.dictionary.len(), styles)
        };
        let rows = (first..self.len()).map(|i| row(i).unwrap_or(RowView::blank())).collect();
        self.ends.truncate(first);
        self.rows.truncate(start);
        rows
    }

    pub(crate) fn clear(&mut self) {
        self.rows.clear();
        self.ends.clear();
        self.dictionary.clear();
    }

    /// As a sealed chunk would be.
    pub(crate) fn write(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(self.bytes());
        let derived = (0..self.len()).any(|i| self.packed(i).is_some_and(pack::is_derived));
        out.push(if derived { VERSION_DERIVED } else { VERSION });
        out.extend_from_slice(&(self.dictionary.len() as u16).to_le_bytes());
        out.extend_from_slice(&(self.ends.len() as u16).to_le_bytes());
        self.dictionary.write(&mut out);
        for end in &self.ends {
            out.extend_from_slice(&end.to_le_bytes());
        }
        out.extend_from_slice(&self.rows);
        out
    }

    /// From a chunk's bytes. None for what `write` does not make.
    pub(crate) fn read(bytes: &[u8]) -> Option<Open> {
        let sealed = Plain::read(bytes.into(), true)?;
        let mut reader = Reader { rest: bytes.get(HEADER_BYTES..)? };
        let dictionary = Dictionary::read(&mut reader, sealed.styles_len())?;
        let ends = (0..sealed.len()).map_while(|i| sealed.end(i)).collect();
        Some(Open { dictionary, rows: sealed.rows().to_vec(), ends })
    }
}

/// The bytes of a chunk that no longer changes, and where its parts are.
#[derive(Clone, Debug)]
pub(crate) struct Plain {
    rows: usize,
    styles_len: usize,
    ends_at: usize,
    bytes: Box<[u8]>,
}

impl Plain {
    /// From bytes that [`Open::write`] made. None for others: `strict` looks at every row, else one that makes no
    /// sense is found when it is unpacked.
    pub(crate) fn read(bytes: Box<[u8]>, strict: bool) -> Option<Plain> {
        if bytes.len() > CHUNK_BYTES_MAX {
            return None;
        }
        let mut reader = Reader { rest: &bytes };
        if !matches!(reader.byte()?, VERSION | VERSION_DERIVED) {
            return None;
        }
        let mut u16 = || Some(usize::from(u16::from_le_bytes([reader.byte()?, reader.byte()?])));
        let (styles_len, rows) = (u16()?, u16()?);
        if strict {
            Dictionary::read(&mut reader, styles_len)?;
        } else {
            for _ in 0..styles_len {
                dictionary::read_style(&mut reader)?;
            }
        }
        let ends_at = bytes.len() - reader.rest.len();
        reader.bytes(2 * rows)?;
        let rows_len = reader.rest.len();
        let plain = Plain { rows, styles_len, ends_at, bytes };
        if strict {
            let (mut cells, mut clusters) = (Vec::new(), Vec::new());
            for i in 0..rows {
                cells.clear();
                clusters.clear();
                pack::unpack(plain.packed(i)?, styles_len, &mut cells, &mut clusters)?;
            }
        }
        let end = rows.checked_sub(1).map_or(0, |last| usize::from(plain.end(last).unwrap_or(0)));
        (end == rows_len).then_some(plain)
    }

    /// What the open chunk has become; that begins anew.
    pub(crate) fn seal(open: &mut Open) -> Plain {
        let bytes = open.write().into_boxed_slice();
        let ends_at = HEADER_BYTES + open.dictionary.bytes();
        let (rows, styles_len) = (open.len(), open.dictionary.len());
        open.clear();
        Plain { rows, styles_len, ends_at, bytes }
    }

    /// Whether a row of it is a derived one.
    pub(crate) fn is_derived(&self) -> bool {
        self.bytes.first() == Some(&VERSION_DERIVED)
    }

    /// Number of its rows.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    pub(crate) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    fn end(&self, i: usize) -> Option<u16> {
        let at = self.ends_at + 2 * i;
        let pair = self.bytes.get(at..at + 2)?;
        (i < self.rows).then(|| u16::from_le_bytes([pair[0], pair[1]]))
    }

    fn rows(&self) -> &[u8] {
        self.bytes.get(self.ends_at + 2 * self.rows..).unwrap_or_default()
    }

    pub(crate) fn packed(&self, i: usize) -> Option<&[u8]> {
        packed(self.rows(), |i| self.end(i), i)
    }

    /// Number of styles in its dictionary.
    pub(crate) fn styles_len(&self) -> usize {
        self.styles_len
    }

    /// The styles with these numbers, which are in rising order.
    pub(crate) fn styles(&self, numbers: &[u16]) -> Vec<Style> {
        let mut reader = Reader { rest: self.bytes.get(HEADER_BYTES..).unwrap_or_default() };
        let mut wanted = numbers.iter().copied().peekable();
        let mut styles = Vec::with_capacity(numbers.len());
        for number in 1..=self.styles_len {
            if wanted.peek().is_none() {
                break;
            }
            let Some(style) = dictionary::read_style(&mut reader) else { break };
            if wanted.next_if(|n| usize::from(*n) == number).is_some() {
                styles.push(style);
            }
        }
        styles
    }
}

fn packed(rows: &[u8], end: impl Fn(usize) -> Option<u16>, i: usize) -> Option<&[u8]> {
    let start = match i.checked_sub(1) {
        Some(before) => end(before)?,
        None => 0,
    };
    rows.get(usize::from(start)..usize::from(end(i)?))
}
