//! What peers say: frames of the protocol, and records between keeper and daemon.

use super::damage::{MANY, each, golden};
use abide::keeper::message::{ToDaemon, ToKeeper};
use abide_protocol::codec;
use abide_protocol::connection::{ClientEnd, ServerEnd};
use abide_protocol::limits::{FRAME_BYTES_MAX, GREETING_FRAME_BYTES_MAX};
use abide_protocol::message::{ClientMessage, Hello, Message, Received, ServerMessage, ViewerKind, receive};
use abide_protocol::mirror::Mirror;
use abide_protocol::version::SPOKEN;
use abide_tests::seed::Dice;

/// A message that passes is within every bound, and is one that can be said again.
fn sound<M: Message + PartialEq + std::fmt::Debug>(payload: &[u8]) -> Option<M> {
    let Ok(Received::Message(message)) = receive::<M>(payload) else { return None };
    message.check_bounds().expect("within bounds");
    let again = codec::encode(&message).expect("it can be said again");
    assert!(matches!(receive::<M>(&again), Ok(Received::Message(same)) if same == message), "{message:?}");
    Some(message)
}

#[test]
fn frames_of_clients_and_daemons() {
    let mut dice = Dice::new("frames", 1);
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("golden/protocol/v1");
    let mut names: Vec<String> = std::fs::read_dir(&folder)
        .expect("golden frames")
        .filter_map(|file| file.expect("a file").file_name().into_string().ok())
        .filter(|name| name.ends_with(".cbor"))
        .collect();
    names.sort();
    assert!(names.len() > 30, "only {} golden frames", names.len());
    let mut mirror = Mirror::new();
    for name in names {
        let payload = golden(&format!("protocol/v1/{name}"));
        each(&name, &payload, MANY, &mut dice, |damaged| {
            sound::<ClientMessage>(damaged);
            if let Some(ServerMessage::Update(update)) = sound::<ServerMessage>(damaged)
                && mirror.apply(&update).is_err()
            {
                mirror = Mirror::new();
            }
        });
    }
}

fn hello() -> Hello {
    Hello {
        cwd: "/".to_owned(),
        pid: 1,
        tty: String::new(),
        kind: ViewerKind::Program,
        term: String::new(),
        client: 7,
        features: Vec::new(),
        versions: SPOKEN,
        environment: Vec::new(),
    }
}

/// Whole streams, lengths included: what an end holds stays below one frame, and what it answers below another.
#[test]
fn streams_of_frames() {
    let mut dice = Dice::new("streams", 1);
    let mut client = ClientEnd::new(hello()).expect("a greeting");
    for name in ["attach-session.cbor", "command-empty.cbor"] {
        let message: ClientMessage =
            codec::decode(&golden(&format!("protocol/v1/{name}"))).expect("a golden frame");
        client.send(&message).expect("it fits");
    }
    let stream = client.outbox.pending().to_vec();
    each("a stream", &stream, MANY, &mut dice, |damaged| {
        let mut end = ServerEnd::new();
        for piece in damaged.chunks(61) {
            end.take(piece);
            while let Ok(Some(message)) = end.next_message() {
                message.check_bounds().expect("within bounds");
            }
        }
        assert!(end.outbox.len() < FRAME_BYTES_MAX, "{} bytes of answers", end.outbox.len());
        // The other end never takes a daemon for one that says such a thing, nor breaks.
        let mut end = ClientEnd::new(hello()).expect("a greeting");
        end.take(damaged);
        while let Ok(Some(_)) = end.next_message() {}
    });
    // A length alone makes nobody wait for what it promises, nor keep room for it.
    for length in [GREETING_FRAME_BYTES_MAX as u32 + 1, 1 << 31, u32::MAX] {
        let mut end = ServerEnd::new();
        end.take(&length.to_be_bytes());
        assert!(end.next_message().is_err(), "a frame of {length} bytes");
    }
}

/// The golden transcript's records.
fn records() -> Vec<(String, Vec<u8>)> {
    let text = String::from_utf8(golden("keeper/v1.txt")).expect("text");
    let mut records: Vec<(String, String)> = Vec::new();
    for line in text.lines().filter(|line| !line.starts_with('#') && !line.trim().is_empty()) {
        match (line.split_once(": "), records.last_mut()) {
            (Some((name, hex)), _) => records.push((name.to_owned(), hex.trim().to_owned())),
            (None, Some((_, hex))) => hex.push_str(line.trim()),
            (None, None) => panic!("a line without a name: {line}"),
        }
    }
    let digit = |c: u8| char::from(c).to_digit(16).expect("hex") as u8;
    let bytes =
        |hex: &str| hex.as_bytes().chunks(2).map(|pair| digit(pair[0]) << 4 | digit(pair[1])).collect();
    records.iter().map(|(name, hex)| (name.clone(), bytes(hex))).collect()
}

#[test]
fn records_of_keeper_and_daemon() {
    let mut dice = Dice::new("keeper records", 1);
    let records = records();
    assert!(records.len() > 15, "only {} golden records", records.len());
    for (name, record) in records {
        assert!(ToKeeper::decode(&record).is_ok() || ToDaemon::decode(&record).is_ok(), "{name}");
        each(&name, &record, MANY, &mut dice, |damaged| {
            if let Ok(message) = ToKeeper::decode(damaged) {
                assert_eq!(ToKeeper::decode(&message.encode()), Ok(message));
            }
            if let Ok(message) = ToDaemon::decode(damaged) {
                assert_eq!(ToDaemon::decode(&message.encode()), Ok(message));
            }
        });
    }
}
