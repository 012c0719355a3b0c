//! The one module that names `serde_cbor`.
//!
//! The crate was archived in 2021 and is kept by choice; everything that reaches its decoder has passed
//! the strict validator, so its leniencies (duplicate keys, indefinite lengths, tags) can't be used.

use crate::escape::Escaped;
use crate::validate::{self, Bounds, Invalid};
use serde::{Serialize, de::DeserializeOwned};
use std::fmt;

/// Any CBOR item, for tools and tests that look at frames without knowing their types.
pub use serde_cbor::Value;

/// Why bytes are not the value that was asked for, or a value can't be bytes.
#[derive(Debug)]
pub enum CodecError {
    /// Not one plain deterministic item.
    Invalid(Invalid),
    /// An item, but of another shape.
    Shape(String),
    /// A variant of an enum, by its name, that this version does not know.
    UnknownVariant(String),
    /// A type that CBOR can't hold: a bug of ours.
    Encode(String),
}

impl fmt::Display for CodecError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            CodecError::Invalid(invalid) => invalid.fmt(f),
            CodecError::Shape(why) => write!(f, "not the expected shape: {}", Escaped(why)),
            CodecError::UnknownVariant(name) => write!(f, "`{}` is not known here", Escaped(name)),
            CodecError::Encode(why) => write!(f, "can't be encoded: {why}"),
        }
    }
}
impl std::error::Error for CodecError {}
impl From<Invalid> for CodecError {
    fn from(invalid: Invalid) -> CodecError {
        CodecError::Invalid(invalid)
    }
}

/// Encodes a value as one deterministic CBOR item (RFC 8949 §4.2.1), given that its fields are declared
/// in canonical order: shorter names first, then by the alphabet.
///
/// # Errors
/// Only for types that serde can't describe; a bug of ours, reported rather than panicked on.
pub fn encode<T: Serialize>(value: &T) -> Result<Vec<u8>, CodecError> {
    serde_cbor::to_vec(value).map_err(|e| CodecError::Encode(e.to_string()))
}

/// Encodes a value as [`encode`] does, behind what is there already. On an error part of it may be there too.
///
/// # Errors
/// As [`encode`].
pub fn encode_onto<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), CodecError> {
    serde_cbor::to_writer(out, value).map_err(|e| CodecError::Encode(e.to_string()))
}

/// Decodes what a peer sent: one CBOR item within `limits::FRAME_BYTES_MAX`.
///
/// # Errors
/// When the bytes are not exactly one plain deterministic item of that shape.
pub fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    decode_within(bytes, &validate::FRAME)
}

/// Decodes what this program wrote itself, to a store or to shared memory: larger, and with maps by number.
///
/// # Errors
/// As [`decode`].
pub fn decode_record<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, CodecError> {
    decode_within(bytes, &validate::RECORD)
}

fn decode_within<T: DeserializeOwned>(bytes: &[u8], bounds: &Bounds) -> Result<T, CodecError> {
    validate::validate(bytes, bounds)?;
    // Enums as arrays and structs by numbered keys are older habits of the crate. (Where it refuses the second it
    // refuses all maps by number, which records of our own may have. A struct as an array of its fields passes
    // either way: serde's derive reads both, and the values are the same.)
    let decoder = serde_cbor::Deserializer::from_slice(bytes).disable_legacy_enums();
    let mut decoder = if bounds.keys_canonical { decoder.disable_packed_format() } else { decoder };
    T::deserialize(&mut decoder).map_err(|e| shape_error(&e.to_string()))
}

/// serde_cbor's error type keeps only serde's sentence; the name between backquotes is what is needed of it.
fn shape_error(sentence: &str) -> CodecError {
    let name = sentence.strip_prefix("unknown variant `").and_then(|rest| rest.split_once('`'));
    match name {
        Some((name, _)) => CodecError::UnknownVariant(name.to_owned()),
        None => CodecError::Shape(sentence.to_owned()),
    }
}
