//! Cuts a byte stream into frames: a u32 length, big-endian, then so many bytes of CBOR.
//!
//! A WebSocket message is one payload without the length. The length is checked before its bytes are
//! waited for, so that a peer never makes us hold more than one frame of the allowed size.

use std::fmt;

/// Bytes of the length in front of each payload.
pub const HEAD_BYTES: usize = 4;

/// A frame longer than this side takes, or sends, in its present state.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooLong {
    /// Its length.
    pub bytes: usize,
    /// The limit.
    pub bytes_max: usize,
}

impl fmt::Display for TooLong {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a frame of {} bytes, {} are allowed", self.bytes, self.bytes_max)
    }
}
impl std::error::Error for TooLong {}

/// Appends one frame to `out`.
///
/// # Errors
/// When the payload is longer than `bytes_max`; `out` is then as it was.
pub fn append(out: &mut Vec<u8>, payload: &[u8], bytes_max: usize) -> Result<(), TooLong> {
    let too_long = TooLong { bytes: payload.len(), bytes_max };
    if payload.len() > bytes_max {
        return Err(too_long);
    }
    let length = u32::try_from(payload.len()).map_err(|_| too_long)?;
    out.extend_from_slice(&length.to_be_bytes());
    out.extend_from_slice(payload);
    Ok(())
}

/// Appends one frame whose payload `write` puts behind what is there.
///
/// # Errors
/// What `write` says, or `too_long` when the payload is longer than `bytes_max`; `out` is then as it was.
pub fn append_with<E>(
    out: &mut Vec<u8>,
    bytes_max: usize,
    write: impl FnOnce(&mut Vec<u8>) -> Result<(), E>,
    too_long: impl FnOnce(TooLong) -> E,
) -> Result<(), E> {
    let start = out.len();
    out.extend_from_slice(&[0; HEAD_BYTES]);
    let body = start + HEAD_BYTES;
    let mut outcome = write(out);
    let bytes = out.len().saturating_sub(body);
    let length = u32::try_from(bytes).ok().filter(|_| bytes <= bytes_max);
    match (&outcome, length, out.get_mut(start..body)) {
        (Ok(()), Some(length), Some(head)) => head.copy_from_slice(&length.to_be_bytes()),
        (Ok(()), ..) => outcome = Err(too_long(TooLong { bytes, bytes_max })),
        (Err(_), ..) => {}
    }
    if outcome.is_err() {
        out.truncate(start);
    }
    outcome
}

/// Takes bytes as they come and gives whole payloads.
#[derive(Debug)]
pub struct FrameReader {
    bytes: Vec<u8>,
    /// Where in `bytes` the next frame begins.
    start: usize,
    bytes_max: usize,
}

impl FrameReader {
    /// A reader that takes payloads of up to `bytes_max` bytes.
    #[must_use]
    pub fn new(bytes_max: usize) -> FrameReader {
        FrameReader { bytes: Vec::new(), start: 0, bytes_max }
    }

    /// Another limit, from the next frame on.
    pub fn set_bytes_max(&mut self, bytes_max: usize) {
        self.bytes_max = bytes_max;
    }

    /// Takes bytes off the stream. Hand over one read's worth, then call [`FrameReader::next_frame`] until it has nothing:
    /// what is held then is less than one frame.
    pub fn push(&mut self, bytes: &[u8]) {
        if self.start == self.bytes.len() {
            // One large frame does not make every connection keep a large buffer.
            if self.bytes.capacity() > crate::limits::GREETING_FRAME_BYTES_MAX {
                self.bytes = Vec::new();
            }
            self.bytes.clear();
        } else {
            self.bytes.drain(..self.start);
        }
        self.start = 0;
        self.bytes.extend_from_slice(bytes);
    }

    /// The next whole payload, or `None` until more bytes have come.
    ///
    /// # Errors
    /// When the next frame says it is longer than the limit. The stream can't be read any further.
    pub fn next_frame(&mut self) -> Result<Option<&[u8]>, TooLong> {
        let rest = self.bytes.get(self.start..).unwrap_or_default();
        let Some((head, body)) = rest.split_first_chunk::<HEAD_BYTES>() else { return Ok(None) };
        let length = u32::from_be_bytes(*head) as usize;
        if length > self.bytes_max {
            return Err(TooLong { bytes: length, bytes_max: self.bytes_max });
        }
        let Some(payload) = body.get(..length) else { return Ok(None) };
        self.start += HEAD_BYTES + length;
        Ok(Some(payload))
    }

    /// Bytes held that are not yet a whole frame, or not yet asked for.
    #[must_use]
    pub fn held(&self) -> usize {
        self.bytes.len() - self.start
    }
}
