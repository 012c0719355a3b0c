//! The golden frames against the schema: `protocol/protocol.cddl` describes what is sent, not what was meant.

use std::{fs, path::Path};

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

fn schema() -> String {
    fs::read_to_string(root().join("protocol/protocol.cddl")).expect("the schema can be read")
}

fn validate(schema: &str, frame: &[u8]) -> Result<(), String> {
    cddl::validate_cbor_from_slice(schema, frame, None).map_err(|e| e.to_string())
}

#[test]
fn golden_frames_follow_the_schema() {
    let schema = schema();
    let mut count = 0;
    for entry in fs::read_dir(root().join("tests/golden/protocol/v1")).expect("golden frames are there") {
        let path = entry.expect("can be read").path();
        if path.extension().is_some_and(|e| e == "cbor") {
            let frame = fs::read(&path).expect("can be read");
            validate(&schema, &frame).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
            count += 1;
        }
    }
    assert!(count >= 60, "only {count} golden frames");
}

/// Each rule of a message by itself takes its own frames and refuses a field that is missing or of another kind.
#[test]
fn the_schema_refuses_other_shapes() {
    let schema = schema();
    // {"ping": {}}, {"ping": {"number": "3"}}, {"ping": {"number": 3, "more": 0}}, {"pang": {"number": 3}}
    let cases: &[&[u8]] = &[
        b"\xa1\x64ping\xa0",
        b"\xa1\x64ping\xa1\x66number\x613",
        b"\xa1\x64ping\xa2\x64more\x00\x66number\x03",
        b"\xa1\x64pang\xa1\x66number\x03",
    ];
    for frame in cases {
        assert!(validate(&schema, frame).is_err(), "{frame:02x?}");
    }
    validate(&schema, b"\xa1\x64ping\xa1\x66number\x03").expect("a ping is a message");
}

#[test]
fn each_message_has_a_rule() {
    use abide_protocol::message::{ClientMessage, Message, ServerMessage};
    let schema = schema();
    for name in ClientMessage::NAMES.iter().chain(ServerMessage::NAMES) {
        let rule = format!("\n{} = {{ \"{name}\": {{ ", name.replace('_', "-"));
        assert!(schema.contains(rule.trim_end()), "no rule like `{}`", rule.trim());
    }
}
