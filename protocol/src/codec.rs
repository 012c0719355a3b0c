//! The one module that names `serde_cbor`.
//!
//! The crate was archived in 2021 and is kept by choice. It encodes; what is decoded has passed the strict validator and is
//! read by [`crate::decode`], which is as much smaller as the validator leaves less to read.

use crate::decode::Decoder;
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
    let mut out = Vec::new();
    encode_onto(&mut out, value)?;
    Ok(out)
}

/// Encodes a value as [`encode`] does, behind what is there already. On an error part of it may be there too.
///
/// # Errors
/// As [`encode`].
pub fn encode_onto<T: Serialize>(out: &mut Vec<u8>, value: &T) -> Result<(), CodecError> {
    value.serialize(&mut serde_cbor::Serializer::new(out)).map_err(|e| CodecError::Encode(e.to_string()))
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
    T::deserialize(&mut Decoder::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Kind {
        Alone,
        One(i64),
        Some(Option<bool>),
        Pair(u16, String),
        Fields { a: u8, b: Vec<i8> },
        Nothing(()),
    }

    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct Wrapped(Kind);

    /// Every shape that a type of ours has.
    #[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
    struct All {
        n: u64,
        map: BTreeMap<u64, char>,
        kind: Wrapped,
        pair: (u8, bool),
        #[serde(default, skip_serializing_if = "Option::is_none")]
        text: Option<String>,
        bytes: serde_bytes::ByteBuf,
        kinds: Vec<Kind>,
        within: Option<Box<All>>,
    }

    fn kinds() -> impl Strategy<Value = Kind> {
        prop_oneof![
            Just(Kind::Alone),
            Just(Kind::Nothing(())),
            any::<i64>().prop_map(Kind::One),
            any::<Option<bool>>().prop_map(Kind::Some),
            (any::<u16>(), ".{0,5}").prop_map(|(n, text)| Kind::Pair(n, text)),
            (any::<u8>(), any::<[i8; 3]>()).prop_map(|(a, b)| Kind::Fields { a, b: b.to_vec() }),
        ]
    }

    fn values() -> impl Strategy<Value = All> {
        let some = || {
            let map = proptest::collection::btree_map(0..30_u64, any::<char>(), 0..3);
            let bytes = proptest::collection::vec(any::<u8>(), 0..30);
            let several = proptest::collection::vec(kinds(), 0..4);
            let text = proptest::option::of(".{0,30}");
            (any::<u64>(), map, kinds(), any::<(u8, bool)>(), text, bytes, several)
        };
        (some(), proptest::option::of(some())).prop_map(|(outer, inner)| {
            let make = |(n, map, kind, pair, text, bytes, kinds), within| All {
                n,
                map,
                kind: Wrapped(kind),
                pair,
                text,
                bytes: serde_bytes::ByteBuf::from(bytes),
                kinds,
                within,
            };
            make(outer, inner.map(|inner| Box::new(make(inner, None))))
        })
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

        /// What is read is what `serde_cbor` reads, and what it alone reads is nothing that is ever written.
        #[test]
        fn it_reads_what_serde_cbor_reads(
            value in values(),
            edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..4_u8), 0..4),
        ) {
            let mut bytes = encode(&value).expect("encodes");
            prop_assert_eq!(&decode_record::<All>(&bytes).expect("decodes"), &value);
            for (index, byte, kind) in edits {
                let at = index.index(bytes.len());
                match kind {
                    0 => bytes[at] = byte,
                    // Often still valid.
                    1 => bytes[at] ^= 1,
                    2 => { bytes.remove(at); }
                    _ => bytes.insert(at, byte),
                }
                if bytes.is_empty() { return Ok(()); }
            }
            let ours = decode_record::<All>(&bytes);
            let theirs = serde_cbor::from_slice::<All>(&bytes);
            match (ours, theirs) {
                (Ok(ours), theirs) => prop_assert_eq!(ours, theirs.expect("it reads that too")),
                (Err(_), Ok(theirs)) => {
                    let again = encode(&theirs).expect("encodes");
                    prop_assert_ne!(again, bytes);
                }
                (Err(_), Err(_)) => {}
            }
        }
    }

    #[test]
    fn forms_that_nobody_writes_are_refused() {
        let refused = |bytes: &[u8]| {
            matches!(decode::<(Kind, String, serde_bytes::ByteBuf)>(bytes), Err(CodecError::Shape(_)))
        };
        assert!(decode::<(Kind, String, serde_bytes::ByteBuf)>(b"\x83\x65alone\x61x\x41x").is_ok());
        assert!(refused(b"\x83\x65alone\x41x\x41x"), "bytes for text");
        assert!(refused(b"\x83\x65alone\x61x\x61x"), "text for bytes");
        assert!(refused(b"\x83\x00\x61x\x41x"), "a variant by number");
        assert!(refused(b"\x83\x63one\x61x\x41x"), "a variant without its insides");
        assert!(refused(b"\x82\x65alone\x61x"), "too few");
        assert!(refused(b"\x84\x65alone\x61x\x41x\x00"), "too many");
        let fields = decode::<Kind>(b"\xa1\x66fields\xa2\x61a\x01\x61b\x80");
        assert!(matches!(fields, Ok(Kind::Fields { a: 1, .. })), "{fields:?}");
        assert!(decode::<Kind>(b"\xa1\x66fields\x82\x01\x80").is_err(), "fields in an array");
        let unknown = decode::<Kind>(b"\x65other");
        assert!(matches!(&unknown, Err(CodecError::UnknownVariant(name)) if name == "other"), "{unknown:?}");
    }

    #[test]
    fn what_a_type_does_not_know_is_passed_over() {
        #[derive(Debug, PartialEq, Deserialize)]
        struct One {
            n: u8,
        }
        let bytes = b"\xa2\x61m\x82\xa1\x61x\x83\x01\x20\xf6\x43abc\x61n\x07";
        assert_eq!(decode::<One>(bytes).expect("decodes"), One { n: 7 });
    }
}
