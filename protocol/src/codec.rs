//! The one module that names `serde_cbor`.
//!
//! The crate was archived in 2021 and is kept by choice; everything that reaches its decoder has passed
//! the strict validator, so its leniencies (duplicate keys, indefinite lengths, tags) can't be used.

use serde::{Serialize, de::DeserializeOwned};

/// Why bytes are not the value that was asked for.
#[derive(Debug)]
pub struct CodecError(pub String);

impl std::fmt::Display for CodecError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for CodecError {}

/// Encodes a value as one deterministic CBOR item (RFC 8949 §4.2.1), given that its fields are declared
/// in canonical order: shorter names first, then by the alphabet.
///
/// # Errors
/// Only for types that serde can't describe; a bug of ours, reported rather than panicked on.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    serde_cbor::to_vec(value).map_err(|e| CodecError(e.to_string()))
}

/// Decodes one CBOR item.
///
/// # Errors
/// When the bytes are not exactly one item of that shape.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    serde_cbor::from_slice(bytes).map_err(|e| CodecError(e.to_string()))
}
