//! What this program kept: heads of screens and chunks of history, the structure, the store's records.

use super::damage::{MANY, SOME, each, golden};
use abide_core::base::geometry::Size;
use abide_core::base::ids::{PaneId, SessionId};
use abide_core::base::instant::Now;
use abide_core::boundary::Key;
use abide_core::boundary::{HostFacts, Input};
use abide_core::screen::{Kept, Screen};
use abide_core::server::Server;
use abide_tests::seed::Dice;

/// A screen that came of anything can be looked at, printed on, resized and kept again.
fn sound_screen(mut screen: Screen) {
    let size = screen.size();
    assert!(size.cols >= 1 && size.rows >= 1, "{size:?}");
    for y in 0..size.rows {
        assert!(screen.row(y).used() <= size.cols, "row {y} of {size:?}");
        assert!(screen.row(y).text().len() <= 1_000_000, "row {y}");
    }
    let history = screen.history();
    for line in (history.start..history.end).take(50) {
        screen.line(line).map(|row| row.text());
    }
    // Large ones were looked at; to go on with each takes too long.
    if usize::from(size.cols) * usize::from(size.rows) > 50_000 {
        return;
    }
    screen.feed(b"\x1b[31mmore\r\n\x1b[5;5H\x1b[2J\xe6\x97\xa5\x1b[?1049l\r\n\r\n\r\n");
    screen.resize(Size::new(31, 7));
    let head = screen.head();
    let again =
        Screen::restore(&head, &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into()).expect("its own head");
    assert!(again.head() == head, "a head that is read and written again is the same");
}

#[test]
fn heads_of_screens() {
    let mut dice = Dice::new("heads", 1);
    for name in ["head-plain.bin", "head-alternate.bin"] {
        let head = golden(&format!("snapshot/v1/{name}"));
        each(name, &head, MANY, &mut dice, |damaged| {
            if let Ok(screen) = Screen::restore(damaged, &mut |_| Kept::Missing) {
                sound_screen(screen);
            }
        });
    }
}

#[test]
fn chunks_of_history() {
    let mut dice = Dice::new("chunks", 1);
    let mut screen = Screen::new(Size::new(60, 5), 100_000);
    for n in 0..3000 {
        let line = match n % 5 {
            0 => format!("line {n} \x1b[38;5;{}mcolour\x1b[m 日本 e\u{301}\r\n", n % 256),
            _ => format!("line {n} of several that a history holds\r\n"),
        };
        screen.feed(line.as_bytes());
    }
    let head = screen.head();
    let ids: Vec<u64> = screen.chunk_ids().collect();
    assert!(ids.len() >= 2, "{ids:?}");
    let chunk = screen.chunk(ids[0]).expect("a chunk").to_vec();
    each("a chunk", &chunk, SOME, &mut dice, |damaged| {
        let chunk = |id| match id == ids[0] {
            true => Kept::Here(damaged.to_vec()),
            false => screen.chunk(id).map(<[u8]>::to_vec).into(),
        };
        let found = Screen::restore(&head, &mut { chunk }).expect("a chunk is no reason to have no screen");
        let history = found.history();
        assert_eq!(history, screen.history(), "its lines keep their numbers");
        // Lines of other chunks are as they were.
        let last = history.end - 1;
        assert_eq!(found.line(last).map(|l| l.text()), screen.line(last).map(|l| l.text()));
        for line in (history.start..history.end).step_by(37) {
            found.line(line).map(|row| row.text());
        }
    });
}

/// A server that came of anything is whole, and can go on.
fn sound_server(mut server: Server) {
    assert_eq!(server.model.fault(), None);
    server.handle(Now::default(), Input::Notice("hello".to_owned()));
    assert_eq!(server.model.fault(), None);
    server.effects();
    let record = server.structure().expect("a structure");
    let again = Server::recover(HostFacts::default(), &record, Now::default()).expect("its own structure");
    assert_eq!(again.model.fault(), None);
}

#[test]
fn the_structure() {
    let mut dice = Dice::new("structure", 1);
    let record = golden("snapshot/v1/structure.cbor");
    each("the structure", &record, SOME, &mut dice, |damaged| {
        if let Ok(server) = Server::recover(HostFacts::default(), damaged, Now::default()) {
            sound_server(server);
        }
    });
}

#[test]
fn the_stores_records() {
    let mut dice = Dice::new("store", 1);
    let head = golden("snapshot/v1/head-plain.bin");
    let (first, second) = head.split_at(head.len() / 2);
    let records: Vec<(Vec<u8>, Vec<u8>)> = vec![
        (Key::Root.bytes(), golden("snapshot/v1/root.cbor")),
        (Key::Session(SessionId(3)).bytes(), golden("snapshot/v1/session.cbor")),
        (Key::Pane(PaneId(8)).bytes(), golden("snapshot/v1/pane.cbor")),
        (Key::Part(PaneId(8), 5, 0).bytes(), first.to_vec()),
        (Key::Part(PaneId(8), 5, 1).bytes(), second.to_vec()),
    ];
    let restore = |records: Vec<(Vec<u8>, Vec<u8>)>| {
        Server::restore(HostFacts::default(), Vec::new(), records.into_iter().collect(), Now::default())
    };
    let (server, report) = restore(records.clone());
    assert_eq!((report.sessions, report.panes), (1, 1), "{report:?}");
    sound_server(server);
    for at in 0..records.len() {
        let (key, value) = &records[at];
        each(&format!("record {at}"), value, SOME, &mut dice, |damaged| {
            let mut records = records.clone();
            records[at] = (key.clone(), damaged.to_vec());
            sound_server(restore(records).0);
        });
        each(&format!("key {at}"), key, SOME, &mut dice, |damaged| {
            let mut records = records.clone();
            records[at] = (damaged.to_vec(), value.clone());
            sound_server(restore(records).0);
        });
    }
}
