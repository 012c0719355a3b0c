//! The bytes of protocol version 1, written once. A daemon outlives its clients' upgrades: what these
//! frames say today they say for ever. Vectors are added to, never edited:
//! `ABIDE_WRITE_GOLDEN=1 cargo test -p abide-protocol --test golden` writes those that are missing, no others.

mod samples;

use abide_protocol::{
    codec::{self, Value},
    validate::{FRAME, validate},
};
use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/golden/protocol/v1")
}

/// RFC 8949's diagnostic notation, one item a line where it nests, for a person who compares.
fn diagnostic(value: &Value, indent: usize) -> String {
    let pad = "  ".repeat(indent + 1);
    let block = |open, lines: Vec<String>, close| {
        let flat = format!("{open}{}{close}", lines.join(", "));
        if flat.len() <= 90 && !flat.contains('\n') {
            return flat;
        }
        let lines: Vec<_> = lines.into_iter().map(|line| format!("{pad}{line}")).collect();
        format!("{open}\n{}\n{}{close}", lines.join(",\n"), "  ".repeat(indent))
    };
    match value {
        Value::Null => "null".to_owned(),
        Value::Bool(b) => b.to_string(),
        Value::Integer(n) => n.to_string(),
        Value::Bytes(bytes) => {
            format!("h'{}'", bytes.iter().map(|b| format!("{b:02x}")).collect::<String>())
        }
        Value::Text(text) => format!("{text:?}"),
        Value::Array(items) => block('[', items.iter().map(|v| diagnostic(v, indent + 1)).collect(), ']'),
        Value::Map(map) => {
            let entry = |(k, v)| format!("{}: {}", diagnostic(k, indent + 1), diagnostic(v, indent + 1));
            block('{', map.iter().map(entry).collect(), '}')
        }
        other => panic!("{other:?} is not plain"),
    }
}

#[test]
fn golden_frames_still_say_what_they_said() {
    let folder = folder();
    if std::env::var_os("ABIDE_WRITE_GOLDEN").is_some() {
        fs::create_dir_all(&folder).expect("can be made");
        for (name, sample) in samples::all() {
            let (path, bytes) = (folder.join(format!("{name}.cbor")), sample.encode());
            if !path.exists() {
                let value = codec::decode(&bytes).expect("decodes");
                fs::write(&path, bytes).expect("can be written");
                fs::write(path.with_extension("txt"), diagnostic(&value, 0) + "\n").expect("can be written");
            }
        }
    }
    let mut files = BTreeSet::new();
    for entry in fs::read_dir(&folder).expect("golden frames are there") {
        let path = entry.expect("can be read").path();
        files.insert(path.file_name().and_then(|n| n.to_str()).expect("a name").to_owned());
    }
    for (name, sample) in samples::all() {
        let cbor = format!("{name}.cbor");
        assert!(files.remove(&cbor), "{cbor} is missing: see the top of this file");
        assert!(files.remove(&format!("{name}.txt")), "{name}.txt is missing");
        let bytes = fs::read(folder.join(&cbor)).expect("can be read");
        validate(&bytes, &FRAME).unwrap_or_else(|e| panic!("{name}: {e}"));
        assert_eq!(sample.decode_like(&bytes), sample, "{name}: it says something else now");
        assert_eq!(sample.encode(), bytes, "{name}: it is written otherwise now");
        let text = fs::read_to_string(folder.join(format!("{name}.txt"))).expect("can be read");
        assert_eq!(diagnostic(&codec::decode(&bytes).expect("decodes"), 0) + "\n", text, "{name}");
    }
    assert!(files.is_empty(), "no sample is left for {files:?}: samples are never taken away");
}
