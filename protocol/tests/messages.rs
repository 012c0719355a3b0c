//! Every message has one encoding, which the validator takes, and comes back as it was.

mod samples;

use abide_protocol::{
    codec::{self, Value},
    message::{ClientMessage, Message, Received, ServerMessage, receive},
    validate::{FRAME, validate},
};
use samples::Sample;
use std::collections::BTreeSet;

#[test]
fn each_sample_is_canonical_and_comes_back() {
    for (name, sample) in samples::all() {
        let bytes = sample.encode();
        validate(&bytes, &FRAME).unwrap_or_else(|e| panic!("{name}: {e}: fields are not in canonical order"));
        assert_eq!(sample.decode_like(&bytes), sample, "{name}");
        match &sample {
            Sample::Client(m) => m.check().unwrap_or_else(|e| panic!("{name}: {e}")),
            Sample::Server(m) => m.check().unwrap_or_else(|e| panic!("{name}: {e}")),
        }
    }
}

#[test]
fn each_message_has_a_sample_and_names_are_as_they_travel() {
    let mut seen = [BTreeSet::new(), BTreeSet::new()];
    for (_, sample) in samples::all() {
        let side = usize::from(matches!(sample, Sample::Server(_)));
        match codec::decode::<Value>(&sample.encode()).expect("decodes") {
            Value::Map(map) => match map.into_keys().next() {
                Some(Value::Text(name)) => seen[side].insert(name),
                other => panic!("a message named {other:?}"),
            },
            other => panic!("a message is a map of one key, not {other:?}"),
        };
    }
    let names = |names: &[&str]| names.iter().map(|&n| n.to_owned()).collect::<BTreeSet<_>>();
    assert_eq!(seen, [names(ClientMessage::NAMES), names(ServerMessage::NAMES)]);
}

/// Bytes as an array of numbers would be twice as long and 280 times as slow to read.
#[test]
fn bytes_travel_as_byte_strings() {
    fn walk(value: &Value, name: &str) {
        match value {
            Value::Array(items) => {
                let numbers = items.iter().filter(|v| matches!(v, Value::Integer(_))).count();
                assert!(numbers <= 3, "{name}: {numbers} numbers in an array");
                items.iter().for_each(|v| walk(v, name));
            }
            Value::Map(map) => map.values().for_each(|v| walk(v, name)),
            _ => {}
        }
    }
    for (name, sample) in samples::all() {
        walk(&codec::decode(&sample.encode()).expect("decodes"), name);
    }
}

fn encode(value: &Value) -> Vec<u8> {
    codec::encode(value).expect("encodes")
}
fn map<const N: usize>(entries: [(&str, Value); N]) -> Value {
    Value::Map(entries.into_iter().map(|(k, v)| (Value::Text(k.to_owned()), v)).collect())
}
fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

#[test]
fn what_a_later_version_says_is_survived() {
    let unsupported = |value: Value, name: &str| {
        let received = receive::<ServerMessage>(&encode(&value)).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(received, Received::Unsupported(name.to_owned()));
    };
    // A message, as a map or as bare text; a kind of event; a reason: all by names of tomorrow.
    unsupported(map([("sixel", map([("id", Value::Integer(1))]))]), "sixel");
    unsupported(text("sixel"), "sixel");
    unsupported(map([("event", map([("moon", Value::Null)]))]), "moon");
    unsupported(map([("event", text("noon"))]), "noon");
    let reason =
        [("exec", text("")), ("name", text("0")), ("reason", text("bored")), ("surface", Value::Integer(0))];
    unsupported(map([("detached", map(reason))]), "bored");

    let ping = map([("ping", map([("number", Value::Integer(3)), ("new", map([("deep", text("x"))]))]))]);
    let received = receive::<ClientMessage>(&encode(&ping)).expect("a field of tomorrow is passed over");
    assert!(matches!(received, Received::Message(ClientMessage::Ping(p)) if p.number == 3));
}

#[test]
fn wrong_insides_are_malformed() {
    let cases = [
        map([("ping", map([]))]),
        map([("ping", map([("number", text("3"))]))]),
        map([("ping", map([("number", Value::Integer(-1))]))]),
        map([("ping", Value::Null)]),
        text("ping"),
        map([("ping", map([("number", Value::Integer(3))])), ("watch", map([]))]),
        map([]),
        Value::Array(vec![text("ping"), map([("number", Value::Integer(3))])]),
        Value::Integer(1),
        Value::Null,
    ];
    for value in cases {
        let received = receive::<ClientMessage>(&encode(&value));
        assert!(received.is_err(), "{value:?} was taken for {received:?}");
    }
}
