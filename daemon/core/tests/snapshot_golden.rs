//! The bytes of version 1 of what outlives a daemon: the structure record, the store's records and keys, and a
//! screen's head. A later daemon reads what an earlier one left: what these say today they say for ever. Files are
//! added to, never edited: `ABIDE_WRITE_GOLDEN=1 cargo test -p abide-core --test snapshot_golden` writes those that
//! are missing, no others.

#![allow(clippy::disallowed_methods, reason = "the golden files are the test's own")]

use abide_core::base::{
    geometry::Size,
    ids::{PaneId, SessionId},
};
use abide_core::boundary::Key;
use abide_core::boundary::{HostFacts, Program};
use abide_core::options::{OptionNode, Value};
use abide_core::screen::Screen;
use abide_core::server::Server;
use abide_core::snapshot::record::{
    BindingRecord, PaneRecord, RanRecord, RootRecord, SessionRecord, StateRecord, StoredOrigin, StoredPane,
    StoredSession, StructureRecord, VERSION, WindowRecord,
};
use abide_protocol::codec;
use serde::{Serialize, de::DeserializeOwned};
use serde_bytes::ByteBuf;
use std::collections::BTreeMap;
use std::fmt::Debug;
use std::path::PathBuf;

fn path(name: &str) -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/golden/snapshot/v1").join(name)
}

/// What is kept under that name; `now` is what would be written today.
fn golden(name: &str, now: &[u8]) -> Vec<u8> {
    let path = path(name);
    if std::env::var_os("ABIDE_WRITE_GOLDEN").is_some() && !path.exists() {
        std::fs::write(&path, now).expect("can be written");
    }
    std::fs::read(&path).unwrap_or_else(|e| panic!("{name}: {e}: see the top of this file"))
}

/// The bytes mean the value, and the value is written as these bytes. A text beside them says it for a person.
fn check<T: Serialize + DeserializeOwned + PartialEq + Debug>(name: &str, value: &T) {
    let now = codec::encode(value).expect("encodes");
    let bytes = golden(&format!("{name}.cbor"), &now);
    assert_eq!(
        &codec::decode_record::<T>(&bytes).expect("decodes"),
        value,
        "{name}: it says something else now"
    );
    assert!(bytes == now, "{name}: it is written otherwise now");
    // What was added later is not written while it is empty.
    let text = format!("{value:#?}\n").replace("    origins: [],\n", "").replace("    revived: [],\n", "");
    assert_eq!(golden(&format!("{name}.txt"), text.as_bytes()), text.as_bytes(), "{name}");
}

fn options(pairs: &[(&str, Value)]) -> OptionNode {
    #[derive(Serialize)]
    struct Node {
        values: BTreeMap<String, Value>,
    }
    let values = pairs.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
    codec::decode_record(&codec::encode(&Node { values }).expect("encodes")).expect("decodes")
}

fn text(text: &str) -> Value {
    Value::Text(text.to_owned())
}

fn session() -> SessionRecord {
    SessionRecord {
        id: 3,
        cwd: "/home/\u{f6}".to_owned(),
        name: "work".to_owned(),
        used: 77,
        last: vec![5],
        links: vec![(0, 4, true, false, true), (7, 5, false, true, false)],
        current: 0,
        created: (1000, 1_795_519_565, 3600),
        options: options(&[("@mine", text("yes")), ("status-left", text("#S "))]),
        activity: (2000, 1_795_519_566, -3600),
        attached: Some((3000, 1_795_519_567, 0)),
        environment: vec![
            ("LANG".to_owned(), Some("C.UTF-8".to_owned()), false),
            ("SECRET".to_owned(), Some("s".to_owned()), true),
            ("GONE".to_owned(), None, false),
        ],
    }
}

fn window(id: u32, layout: &str) -> WindowRecord {
    WindowRecord {
        id,
        last: vec![9],
        name: "build".to_owned(),
        active: 8,
        layout: layout.to_owned(),
        shares: vec![1, 2],
        zoomed: id == 4,
        created: (1, 2, 3),
        options: options(&[(
            "pane-colours",
            Value::Array([(0, "red".to_owned()), (8, "blue".to_owned())].into()),
        )]),
        activity: (4, 5, 6),
        manual_size: (id == 4).then_some((80, 25)),
    }
}

fn pane(id: u32, window: u32, state: StateRecord) -> PaneRecord {
    PaneRecord {
        id,
        cwd: "/tmp".to_owned(),
        pid: 4242,
        tty: "/dev/pts/9".to_owned(),
        size: (80, 24),
        state,
        title: "a title \u{65e5}".to_owned(),
        window,
        options: OptionNode::default(),
        command: "vim".to_owned(),
        program: Program {
            words: vec!["top".to_owned(), "-d1".to_owned()],
            shell: "/bin/bash".to_owned(),
            cwd: "/tmp".to_owned(),
            environment: vec![("TERM".to_owned(), "tmux-256color".to_owned())],
        },
        input_off: id == 9,
        active_point: 12,
        typed_early: vec![(7, 41, ByteBuf::from(b"ls\r".to_vec()))],
    }
}

fn structure() -> StructureRecord {
    StructureRecord {
        version: VERSION,
        counters: (4, 6, 13, 99),
        sessions: vec![session()],
        windows: vec![
            window(4, "c1b9,80x24,0,0[80x12,0,0,8,80x11,0,13,9]"),
            window(5, "7b10,80x24,0,0{40x24,0,0,10,39x24,41,0,11}"),
        ],
        panes: vec![
            pane(8, 4, StateRecord::Running),
            pane(9, 4, StateRecord::Starting),
            pane(10, 5, StateRecord::Empty),
            pane(11, 5, StateRecord::Dead(Some(1), None, (1, 2, 3))),
            pane(12, 5, StateRecord::Dead(None, Some(9), (4, 5, 6))),
        ],
        options: (
            options(&[("escape-time", text("10"))]),
            options(&[("mouse", text("on"))]),
            options(&[("mode-keys", text("vi"))]),
        ),
        bindings: vec![
            BindingRecord {
                key: "C-a".to_owned(),
                note: "mine".to_owned(),
                table: "prefix".to_owned(),
                script: Some("send-prefix".to_owned()),
                repeat: true,
            },
            BindingRecord {
                key: "x".to_owned(),
                note: String::new(),
                table: "root".to_owned(),
                script: None,
                repeat: false,
            },
        ],
        environment: vec![("PATH".to_owned(), Some("/bin".to_owned()), false)],
        buffers: vec![("buffer0".to_owned(), true, ByteBuf::from(vec![0, 0xff, b'a']), (7, 8, 9))],
        marked: Some(8),
        inputs: vec![(1, 2), (u64::MAX - 1, 1 << 60)],
        pasting: vec![1],
        writes: vec![(8, 1, 3, ByteBuf::from(b"\x1b[A".to_vec()))],
        stored: vec![(8, 0, 3, 2)],
        stored_sessions: vec![3],
        had_sessions: true,
        origins: Vec::new(),
        revived: Vec::new(),
    }
}

#[test]
fn records_still_say_what_they_said() {
    check("structure", &structure());
    check(
        "root",
        &RootRecord { version: VERSION, at: (1, 2, 3), sessions: vec![3, 4], counters: (5, 6, 7, 8) },
    );
    check(
        "session",
        &StoredSession { version: VERSION, session: session(), windows: vec![window(4, "b265,80x24,0,0,8")] },
    );
    let words = vec!["make".to_owned(), "a \u{f6}".to_owned()];
    check("ran", &RanRecord { version: VERSION, line: "make 'a \u{f6}' | less".to_owned(), words });
    let space = "node7/default".to_owned();
    check(
        "origin",
        &StoredOrigin { version: VERSION, space: space.clone(), session: 3, panes: vec![8, 300] },
    );
    let origins = vec![(9, space, 3, vec![8, 300])];
    check("structure-origins", &StructureRecord { origins, ..structure() });
    let revived = vec![(9, (41, 1_795_519_565, 3600))];
    check("structure-revived", &StructureRecord { revived, ..structure() });
    let stored = pane(8, 4, StateRecord::Running);
    check("pane", &StoredPane { version: VERSION, at: (9, 8, 7), pane: stored, generation: 5, parts: 2 });
}

/// The record as it stands there is one that a daemon goes on from.
#[test]
fn the_kept_structure_is_recovered() {
    let bytes = golden("structure.cbor", &[]);
    let server = Server::recover(HostFacts::default(), &bytes, Default::default()).expect("recovers");
    let panes: Vec<u32> = server.pane_ids().iter().map(|p| p.0).collect();
    // Pane 12 is in no layout.
    assert_eq!(panes, [8, 9, 10, 11]);
    assert_eq!(server.model.session_named("work"), Some(SessionId(3)));
    assert_eq!(server.model.fault(), None);
}

#[test]
fn keys_still_name_what_they_named() {
    let cases: [(Key, &[u8]); 7] = [
        (Key::Root, b"\x01"),
        (Key::Session(SessionId(0x0102)), b"\x02\0\0\x01\x02"),
        (Key::Pane(PaneId(3)), b"\x03\0\0\0\x03"),
        (Key::Part(PaneId(3), 0x0405, 6), b"\x04\0\0\0\x03\0\0\0\0\0\0\x04\x05\0\0\0\x06"),
        (Key::Ran(PaneId(3)), b"\x06\0\0\0\x03"),
        (Key::Origin(SessionId(3)), b"\x07\0\0\0\x03"),
        (Key::Chunk(PaneId(3), 7), b"\x05\0\0\0\x03\0\0\0\0\0\0\0\x07"),
    ];
    for (key, bytes) in cases {
        assert_eq!(key.bytes(), bytes, "{key:?}");
        assert_eq!(Key::read(bytes), Some(key));
    }
}

/// Everything that a head can hold, in the middle of a sequence and of a character.
fn screens() -> [(&'static str, Screen); 2] {
    let mut plain = Screen::new(Size::new(20, 4), 100);
    for line in 0..12 {
        plain.feed(
            format!("line {line}\r\n\x1b[3{}m\u{65e5}\u{672c} e\u{301}\x1b[0m\r\n", line % 8).as_bytes(),
        );
    }
    plain.feed(b"\x1b]2;title\x07\x1b]7;file://host/tmp\x07\x1b[2;3r\x1b[?2004h\x1b[?1006h\x1b[3 q\x1b7\x1b[?7l\x1b[5");
    let mut other = Screen::new(Size::new(10, 3), 100);
    other.feed(b"below\r\n\x1b[38;2;1;2;3;48;5;200;1;4:3mcolours\x1b[?1049h\x1b[Habove\x1b]8;;http://a/\x07link\x1b]8;;\x07\x1b(0qq\xe6\x97");
    [("head-plain.bin", plain), ("head-alternate.bin", other)]
}

#[test]
fn heads_still_show_what_they_showed() {
    for (name, screen) in screens() {
        let bytes = golden(name, &screen.head());
        // Rows of history that are not ASCII are packed in fewer bytes since.
        let now = if name == "head-plain.bin" { "head-derived.bin" } else { name };
        assert!(golden(now, &screen.head()) == screen.head(), "{name}: it is written otherwise now");
        let restored =
            Screen::restore(&bytes, &mut |_| None.into()).unwrap_or_else(|e| panic!("{name}: {e:?}"));
        assert!(restored.head() == bytes, "{name}: it is read otherwise now");
        for y in 0..screen.size().rows {
            assert_eq!(restored.row(y).text(), screen.row(y).text(), "{name} row {y}");
        }
        assert_eq!((restored.cursor(), restored.modes()), (screen.cursor(), screen.modes()), "{name}");
        assert_eq!(restored.title(), screen.title(), "{name}");
    }
}

/// A head whose chunks have gaps and are in the store in part (version 2), and a squeezed chunk. What squeezing makes
/// may change; what is read must not.
#[test]
fn heads_and_chunks_of_a_long_history_still_say_what_they_said() {
    let mut screen = Screen::new(Size::new(60, 4), 100_000);
    let line = |n: usize| format!("{n:>6} of a history that is longer than its memory");
    let mut lines = 0;
    while screen.chunk_ids().count() < 8 {
        screen.feed((line(lines) + "\r\n").as_bytes());
        lines += 1;
    }
    let ids: Vec<u64> = screen.chunk_ids().collect();
    screen.squeeze_history(3);
    for id in &ids[..2] {
        let bytes = screen.chunk(*id).expect("in memory").len();
        screen.chunk_is_stored(*id, bytes);
    }
    let away = screen.chunk(ids[0]).expect("in memory").to_vec();
    let squeezed = golden("chunk-squeezed.bin", &away);
    screen.spill_history(0);
    let bytes = golden("head-apart.bin", &screen.head());
    let mut restored =
        Screen::restore(&bytes, &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into()).expect("a head");
    assert!(restored.head() == bytes, "it is read otherwise now");
    assert_eq!(restored.history(), screen.history());
    assert_eq!(restored.absent_in(0, u64::MAX, 10), ids[..2]);
    assert!(restored.line(0).is_none());
    assert!(restored.give_back_chunk(ids[0], Some(&squeezed)));
    for n in [0, 1, 100, lines - 10] {
        assert_eq!(restored.line(n as u64).map(|row| row.text()), Some(line(n)));
    }
}

/// Chunks of many scripts, and what a head says of the lines in them. An older program refuses both.
#[test]
fn text_of_many_scripts_still_says_what_it_said() {
    let mut screen = Screen::new(Size::new(40, 4), 100_000);
    let line = |n: usize| match n % 4 {
        0 => format!("{n} 한국어 문장도 두 칸씩 차지합니다"),
        1 => format!("{n} 日本語の文章がここにあります、端末は二桁で表示します"),
        2 => format!("{n} Съешь же ещё этих мягких французских булок"),
        _ => format!("{n} e\u{301}〿 👍🏽 🇩🇪 ❤\u{fe0f} क्षि ｱｲｳ"),
    };
    let mut lines = 0;
    while screen.chunk_ids().count() < 8 {
        screen.feed(format!("\x1b[{}m{}\x1b[m\r\n", lines % 3 * 31, line(lines)).as_bytes());
        lines += 1;
    }
    let ids: Vec<u64> = screen.chunk_ids().collect();
    let plain = screen.chunk(ids[0]).expect("in memory").to_vec();
    assert_eq!(plain[0], 3, "the version");
    assert!(golden("chunk-derived.bin", &plain) == plain, "it is written otherwise now");
    screen.squeeze_history(3);
    let bytes = golden("head-scripts.bin", &screen.head());
    assert!(bytes == screen.head(), "it is written otherwise now");
    let mut chunk = |id: u64| match id == ids[0] {
        true => Some(plain.clone()).into(),
        false => screen.chunk(id).map(<[u8]>::to_vec).into(),
    };
    let mut restored = Screen::restore(&bytes, &mut chunk).expect("a head");
    assert!(restored.head() == bytes, "it is read otherwise now");
    for cols in [40, 33, 80] {
        restored.resize(Size::new(cols, 4));
        let mut row = restored.history().start;
        for n in 0..lines - 10 {
            let mut text = String::new();
            while restored.push_text(row, &mut text) == Some(true) {
                row += 1;
            }
            row += 1;
            assert_eq!(text, line(n), "{cols} columns");
        }
    }
}

/// A head with pictures: one in history, one of which a part was written over, one that text shows, and one on its way.
#[test]
fn heads_with_pictures_still_say_what_they_said() {
    const GIF: &str = "R0lGODlhIAAgAA==";
    let mut screen = Screen::new(Size::new(12, 4), 100);
    screen.feed(format!("\x1b]1337;File=inline=1:{GIF}\x07\x1b[1;2Hx\x1b[4;1H\n\n").as_bytes());
    screen
        .feed(b"\x1b_Ga=T,f=100,i=5,p=2,c=3,r=2,x=1,z=-1,C=1;iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAYAAAA=\x1b\\");
    screen.feed(b"\x1b_Ga=p,U=1,i=5,c=2,r=2\x1b\\\x1b[?1049h\x1b_Ga=T,f=24,i=6,s=9,v=9,m=1;AQID\x1b\\");
    screen.feed(format!("\x1b]1337;File=inline=1;width=2:{GIF}\x07\x1b_Gm=1;AQI").as_bytes());
    let bytes = golden("head-pictures.bin", &screen.head());
    assert!(bytes == screen.head(), "it is written otherwise now");
    let restored = Screen::restore(&bytes, &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into());
    let restored = restored.expect("a head");
    assert!(restored.head() == bytes, "it is read otherwise now");
    let placed = screen.pictures_in(0..u64::MAX);
    assert_eq!(placed.len(), 4, "{placed:?}");
    assert_eq!(restored.pictures_in(0..u64::MAX), placed);
    for placed in placed {
        assert_eq!(restored.picture(placed.picture), screen.picture(placed.picture));
    }
}
