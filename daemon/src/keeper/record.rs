//! Records of the input ring: 32 bytes in front, then the bytes, up to the next multiple of 8.
//!
//! ```text
//!      0  u64  client
//!      8  u64  number
//!     16  u32  bytes
//!     20  u32  crc32c of the above
//!     24  u64  0
//! ```

use super::limits::{INPUT_HEADER_BYTES, INPUT_RECORD_BYTES_MAX};
use super::ring::Ring;
use crate::os::sys::Mapping;
use abide_core::boundary::InputMark;

/// What stands in front of a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Record {
    pub(super) mark: InputMark,
    pub(super) len: usize,
}

impl Record {
    /// Bytes that it takes in the ring.
    pub(super) fn span(self) -> u64 {
        (INPUT_HEADER_BYTES + self.len).next_multiple_of(8) as u64
    }

    /// Writes it with its bytes; nobody sees it until the head moves.
    pub(super) fn write(mark: InputMark, bytes: &[u8], ring: Ring, map: &Mapping, position: u64) -> Record {
        let mut header = [0; INPUT_HEADER_BYTES];
        let mut content = Vec::with_capacity(20);
        content.extend_from_slice(&mark.client.to_le_bytes());
        content.extend_from_slice(&mark.seq.to_le_bytes());
        content.extend_from_slice(&(bytes.len() as u32).to_le_bytes());
        let crc = crc32c::crc32c(&content).to_le_bytes();
        for (place, byte) in header.iter_mut().zip(content.into_iter().chain(crc)) {
            *place = byte;
        }
        ring.copy_in(map, position, &header);
        ring.copy_in(map, position + INPUT_HEADER_BYTES as u64, bytes);
        Record { mark, len: bytes.len() }
    }

    /// Reads the record at a position, if a whole one ends no later than `end`.
    pub(super) fn read(ring: Ring, map: &Mapping, position: u64, end: u64) -> Option<Record> {
        let room = end.checked_sub(position)?;
        if room < INPUT_HEADER_BYTES as u64 {
            return None;
        }
        let mut header = [0; INPUT_HEADER_BYTES];
        ring.copy_out(map, position, &mut header);
        let (content, rest) = header.split_at(20);
        if rest.first_chunk().copied().map(u32::from_le_bytes) != Some(crc32c::crc32c(content)) {
            return None;
        }
        let (client, content) = content.split_first_chunk()?;
        let (seq, content) = content.split_first_chunk()?;
        let len = u32::from_le_bytes(*content.first_chunk()?) as usize;
        let mark = InputMark { client: u64::from_le_bytes(*client), seq: u64::from_le_bytes(*seq) };
        let record = Record { mark, len };
        (len <= INPUT_RECORD_BYTES_MAX && record.span() <= room).then_some(record)
    }
}
