//! How a record is written and read, in the messages of keeper and daemon and in the handover record alike.
//!
//! ```text
//! record   u16 verb, u16 0, u32 bytes that follow, fields
//! numbers  little-endian; text is u32 bytes and the bytes; a list is u32 count and the items
//! ```

use super::layout::Geometry;
use super::limits::{MESSAGE_BYTES_MAX, WORDS_MAX};
use super::pane_memory::Positions;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{ExitStatus, Signal};

/// Writes one record.
pub(super) struct Writer(Vec<u8>);

impl Writer {
    pub(super) fn new(verb: u16) -> Writer {
        let mut bytes = verb.to_le_bytes().to_vec();
        bytes.extend_from_slice(&[0; 6]);
        Writer(bytes)
    }
    fn bytes(mut self, bytes: &[u8]) -> Writer {
        self.0.extend_from_slice(bytes);
        self
    }
    pub(super) fn u16(self, n: u16) -> Writer {
        self.bytes(&n.to_le_bytes())
    }
    pub(super) fn u32(self, n: u32) -> Writer {
        self.bytes(&n.to_le_bytes())
    }
    pub(super) fn u64(self, n: u64) -> Writer {
        self.bytes(&n.to_le_bytes())
    }
    pub(super) fn text(self, text: &str) -> Writer {
        self.word(text.as_bytes())
    }
    /// Bytes of any kind: a path, an argument.
    pub(super) fn word(self, bytes: &[u8]) -> Writer {
        self.u32(bytes.len() as u32).bytes(bytes)
    }
    pub(super) fn words<'w>(self, words: impl ExactSizeIterator<Item = &'w [u8]>) -> Writer {
        let counted = self.u32(words.len() as u32);
        words.fold(counted, Writer::word)
    }
    pub(super) fn flag(self, flag: bool) -> Writer {
        self.u32(u32::from(flag))
    }
    pub(super) fn exit(self, status: Option<ExitStatus>) -> Writer {
        let (kind, value) = match status {
            None => (0, 0),
            Some(ExitStatus::Code(code)) => (1, code),
            Some(ExitStatus::Signal(signal)) => (2, signal),
            Some(ExitStatus::Unknown) => (3, 0),
        };
        self.u32(kind).bytes(&value.to_le_bytes())
    }
    pub(super) fn positions(self, at: &Positions) -> Writer {
        self.u64(at.journal_head).u64(at.journal_tail).u64(at.input_head).u64(at.input_tail)
    }
    pub(super) fn geometry(self, sizes: &Geometry) -> Writer {
        let sizes = [sizes.journal_bytes, sizes.input_bytes, sizes.slot_bytes, sizes.chunk_slots];
        sizes.into_iter().fold(self, |w, size| w.u64(size as u64))
    }
    pub(super) fn done(mut self) -> Vec<u8> {
        let len = (self.0.len() - 8) as u32;
        for (place, byte) in self.0.iter_mut().skip(4).zip(len.to_le_bytes()) {
            *place = byte;
        }
        self.0
    }
}

/// Reads the fields of one record, in their order.
pub(super) struct Reader<'a>(&'a [u8]);

impl<'a> Reader<'a> {
    /// The verb, and a reader of the fields.
    pub(super) fn new(record: &'a [u8]) -> Option<(u16, Reader<'a>)> {
        let (verb, rest) = record.split_first_chunk()?;
        let (_, rest) = rest.split_first_chunk::<2>()?;
        let (len, fields) = rest.split_first_chunk()?;
        let whole = u32::from_le_bytes(*len) as usize == fields.len() && record.len() <= MESSAGE_BYTES_MAX;
        whole.then_some((u16::from_le_bytes(*verb), Reader(fields)))
    }
    fn chunk<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (chunk, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(*chunk)
    }
    pub(super) fn u16(&mut self) -> Option<u16> {
        self.chunk().map(u16::from_le_bytes)
    }
    pub(super) fn u32(&mut self) -> Option<u32> {
        self.chunk().map(u32::from_le_bytes)
    }
    pub(super) fn u64(&mut self) -> Option<u64> {
        self.chunk().map(u64::from_le_bytes)
    }
    pub(super) fn is_at_end(&self) -> bool {
        self.0.is_empty()
    }
    pub(super) fn verb(&mut self) -> Option<u16> {
        self.u32().and_then(|verb| u16::try_from(verb).ok())
    }
    pub(super) fn count(&mut self, most: usize) -> Option<usize> {
        self.u32().map(|n| n as usize).filter(|&n| n <= most)
    }
    pub(super) fn text(&mut self) -> Option<String> {
        String::from_utf8(self.word()?).ok()
    }
    pub(super) fn word(&mut self) -> Option<Vec<u8>> {
        let len = self.count(MESSAGE_BYTES_MAX)?;
        let (word, rest) = self.0.split_at_checked(len)?;
        self.0 = rest;
        Some(word.to_vec())
    }
    pub(super) fn words(&mut self) -> Option<Vec<Vec<u8>>> {
        let count = self.count(WORDS_MAX)?;
        (0..count).map(|_| self.word()).collect()
    }
    pub(super) fn flag(&mut self) -> Option<bool> {
        self.u32().map(|n| n != 0)
    }
    pub(super) fn pane(&mut self) -> Option<PaneId> {
        self.u32().map(PaneId)
    }
    pub(super) fn size(&mut self) -> Option<Size> {
        self.u16().zip(self.u16()).map(|(cols, rows)| Size::new(cols, rows))
    }
    pub(super) fn signal(&mut self) -> Option<Signal> {
        match self.u32()? {
            1 => Some(Signal::Hangup),
            2 => Some(Signal::Interrupt),
            3 => Some(Signal::Kill),
            _ => None,
        }
    }
    pub(super) fn exit(&mut self) -> Option<Option<ExitStatus>> {
        let (kind, value) = (self.u32()?, self.chunk().map(i32::from_le_bytes)?);
        match kind {
            0 => Some(None),
            1 => Some(Some(ExitStatus::Code(value))),
            2 => Some(Some(ExitStatus::Signal(value))),
            _ => Some(Some(ExitStatus::Unknown)),
        }
    }
    pub(super) fn positions(&mut self) -> Option<Positions> {
        Some(Positions {
            journal_head: self.u64()?,
            journal_tail: self.u64()?,
            input_head: self.u64()?,
            input_tail: self.u64()?,
        })
    }
    pub(super) fn geometry(&mut self) -> Option<Geometry> {
        let mut size = || self.u64().and_then(|n| usize::try_from(n).ok());
        Some(Geometry {
            journal_bytes: size()?,
            input_bytes: size()?,
            slot_bytes: size()?,
            chunk_slots: size()?,
        })
    }
}
