//! The validator takes an item exactly when decoding and encoding it again gives the same bytes.

mod samples;

use abide_protocol::{
    codec::{self, Value},
    limits,
    validate::{Bounds, FRAME, Invalid, RECORD, Rule, validate},
};
use proptest::prelude::*;

/// Hexadecimal with spaces; `(hex)*n` repeats.
fn bytes(hex: &str) -> Vec<u8> {
    hex.split_whitespace().map(|pair| u8::from_str_radix(pair, 16).expect("hex")).collect()
}

#[test]
fn each_rule_by_example() {
    use Rule::*;
    type Expected = Result<(), (usize, Rule)>;
    let table: &[(&str, Expected)] = &[
        ("00", Ok(())),
        ("17", Ok(())),
        ("18 18", Ok(())),
        ("1b ff ff ff ff ff ff ff ff", Ok(())),
        ("3b ff ff ff ff ff ff ff ff", Ok(())),
        ("40", Ok(())),
        ("43 ff 00 80", Ok(())),
        ("62 c3 a9", Ok(())),
        ("80", Ok(())),
        ("83 01 82 02 03 f6", Ok(())),
        ("a0", Ok(())),
        ("a2 61 61 f4 61 62 f5", Ok(())),
        // Shorter keys first, whatever the alphabet says.
        ("a2 61 7a 00 62 61 61 00", Ok(())),
        // A key's order is its own map's affair.
        ("a2 61 61 a1 61 7a 00 61 62 a1 61 61 00", Ok(())),
        ("", Err((0, Truncated))),
        ("18", Err((0, Truncated))),
        ("19 01", Err((0, Truncated))),
        ("61", Err((0, Truncated))),
        ("82 00", Err((0, Truncated))),
        ("82 18 18 18", Err((3, Truncated))),
        ("a1 61 61", Err((3, Truncated))),
        ("5b 0f ff ff ff ff ff ff ff", Err((0, Truncated))),
        ("9b ff ff ff ff ff ff ff ff", Err((0, Truncated))),
        ("bb ff ff ff ff ff ff ff ff", Err((0, Truncated))),
        ("00 00", Err((1, Trailing))),
        ("80 f6", Err((1, Trailing))),
        ("9f ff", Err((0, Indefinite))),
        ("bf ff", Err((0, Indefinite))),
        ("5f 41 00 ff", Err((0, Indefinite))),
        ("7f ff", Err((0, Indefinite))),
        ("ff", Err((0, Indefinite))),
        ("81 ff", Err((1, Indefinite))),
        ("18 17", Err((0, NotShortest))),
        ("19 00 ff", Err((0, NotShortest))),
        ("1a 00 00 ff ff", Err((0, NotShortest))),
        ("1b 00 00 00 00 ff ff ff ff", Err((0, NotShortest))),
        ("58 01 00", Err((0, NotShortest))),
        ("78 01 61", Err((0, NotShortest))),
        ("98 01 00", Err((0, NotShortest))),
        ("b8 00", Err((0, NotShortest))),
        ("c0 61 61", Err((0, Tagged))),
        ("d8 18 41 00", Err((0, Tagged))),
        ("f7", Err((0, NotPlain))),
        ("e0", Err((0, NotPlain))),
        ("f8 20", Err((0, NotPlain))),
        ("f9 00 00", Err((0, NotPlain))),
        ("fa 00 00 00 00", Err((0, NotPlain))),
        ("fb 00 00 00 00 00 00 00 00", Err((0, NotPlain))),
        ("1c", Err((0, Reserved))),
        ("81 7e", Err((1, Reserved))),
        ("fc", Err((0, Reserved))),
        ("a1 00 00", Err((1, KeyNotText))),
        ("a1 41 61 00", Err((1, KeyNotText))),
        ("a2 61 62 00 61 61 00", Err((4, KeyOrder))),
        ("a2 62 61 61 00 61 7a 00", Err((5, KeyOrder))),
        ("a2 61 61 00 61 61 00", Err((4, KeyRepeated))),
        ("62 c3 28", Err((0, NotUtf8))),
        ("a1 61 ff 00", Err((1, NotUtf8))),
    ];
    for (hex, expected) in table {
        let expected = expected.map_err(|(at, rule)| Invalid { at, rule });
        assert_eq!(validate(&bytes(hex), &FRAME), expected, "{hex}");
    }
}

#[test]
fn records_may_have_maps_by_number_in_any_order() {
    for hex in ["a2 02 00 01 00", "a2 62 61 61 00 61 7a 00"] {
        assert_eq!(validate(&bytes(hex), &RECORD), Ok(()), "{hex}");
    }
    assert_eq!(validate(&bytes("9f ff"), &RECORD).map_err(|e| e.rule), Err(Rule::Indefinite));
    let map = std::collections::BTreeMap::from([(7u64, "x".to_owned()), (300, "y".to_owned())]);
    let encoded = codec::encode(&map).expect("encodes");
    let decoded: std::collections::BTreeMap<u64, String> = codec::decode_record(&encoded).expect("decodes");
    assert_eq!(decoded, map);
}

#[test]
fn each_bound_by_one_less_and_one_more() {
    let nested = |depth: usize| [vec![0x81; depth], vec![0x00]].concat();
    assert_eq!(validate(&nested(limits::DEPTH_MAX), &FRAME), Ok(()));
    let deep = validate(&nested(limits::DEPTH_MAX + 1), &FRAME);
    assert_eq!(deep, Err(Invalid { at: limits::DEPTH_MAX, rule: Rule::TooDeep }));
    assert!(codec::decode::<Value>(&nested(limits::DEPTH_MAX)).is_ok(), "the decoder goes as deep");

    let flat = |items: usize| {
        let count = u32::try_from(items - 1).expect("fits").to_be_bytes();
        [vec![0x9a], count.to_vec(), vec![0; items - 1]].concat()
    };
    assert_eq!(validate(&flat(limits::ITEMS_MAX), &FRAME), Ok(()));
    assert_eq!(validate(&flat(limits::ITEMS_MAX + 1), &FRAME).map_err(|e| e.rule), Err(Rule::TooMany));

    let string = |bytes: usize| {
        let length = u32::try_from(bytes - 5).expect("fits").to_be_bytes();
        [vec![0x5a], length.to_vec(), vec![0; bytes - 5]].concat()
    };
    assert_eq!(validate(&string(limits::FRAME_BYTES_MAX), &FRAME), Ok(()));
    let long = validate(&string(limits::FRAME_BYTES_MAX + 1), &FRAME);
    assert_eq!(long.map_err(|e| e.rule), Err(Rule::TooLong));
    assert_eq!(validate(&string(limits::FRAME_BYTES_MAX + 1), &RECORD), Ok(()));

    // Deep and long at once costs a short stack, not a deep one.
    let deep = vec![0x81; limits::FRAME_BYTES_MAX];
    assert!(validate(&deep, &Bounds { depth_max: usize::MAX, ..FRAME }).is_err());
}

/// Whether a value has only what the validator knows (the property says nothing of the rest).
fn plain(value: &Value) -> bool {
    match value {
        Value::Null | Value::Bool(_) | Value::Integer(_) | Value::Bytes(_) | Value::Text(_) => true,
        Value::Array(items) => items.iter().all(plain),
        Value::Map(map) => map.iter().all(|(k, v)| matches!(k, Value::Text(_)) && plain(v)),
        _ => false,
    }
}

/// Decoding past the gate, as a lenient reader would.
fn lenient(bytes: &[u8]) -> Option<Value> {
    // The record bounds are the widest gate there is; what even they refuse is checked by the table above.
    codec::decode_record(bytes).ok()
}

fn values() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(|n| Value::Integer(n.into())),
        (0u32..300).prop_map(|n| Value::Integer(n.into())),
        proptest::collection::vec(any::<u8>(), 0..40).prop_map(Value::Bytes),
        ".{0,30}".prop_map(Value::Text),
    ];
    leaf.prop_recursive(4, 40, 6, |inner| {
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            proptest::collection::btree_map("[a-c]{0,3}".prop_map(Value::Text), inner, 0..6)
                .prop_map(Value::Map),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, ..ProptestConfig::default() })]

    #[test]
    fn what_is_encoded_is_valid(value in values()) {
        let bytes = codec::encode(&value).expect("encodes");
        prop_assert_eq!(validate(&bytes, &FRAME), Ok(()));
        prop_assert_eq!(codec::decode::<Value>(&bytes).expect("decodes"), value);
    }

    /// A few bytes of a valid item changed, dropped or doubled: valid exactly when it is its own re-encoding.
    #[test]
    fn valid_is_what_comes_back_the_same(value in values(), edits in proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>(), 0..3u8), 0..4)) {
        let mut bytes = codec::encode(&value).expect("encodes");
        for (index, byte, kind) in edits {
            if bytes.is_empty() { break; }
            let at = index.index(bytes.len());
            match kind {
                0 => bytes[at] = byte,
                1 => { bytes.remove(at); }
                _ => bytes.insert(at, byte),
            }
        }
        let same = lenient(&bytes).is_some_and(|v| plain(&v) && codec::encode(&v).is_ok_and(|again| again == bytes));
        prop_assert_eq!(validate(&bytes, &FRAME).is_ok(), same, "{:02x?}", bytes);
    }

    #[test]
    fn any_bytes_are_judged_without_a_panic(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
        let judged = validate(&bytes, &FRAME);
        prop_assert_eq!(judged.is_ok(), codec::decode::<Value>(&bytes).is_ok());
        if let Err(e) = judged { prop_assert!(e.at <= bytes.len()); }
    }
}

#[test]
fn samples_cut_anywhere_are_refused() {
    for (name, sample) in samples::all() {
        let bytes = sample.encode();
        for end in 0..bytes.len() {
            assert!(validate(&bytes[..end], &FRAME).is_err(), "{name} cut at {end}");
        }
    }
}
