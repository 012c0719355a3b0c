//! Frames between a page and the daemon.

use crate::fake_daemon::{FakeDaemon, framed};
use crate::running::{Home, until};
use crate::socket::{Got, Socket, frame};
use abide_protocol::message::{
    ClientMessage, ErrorCode, Event, Input, InputEvent, Output, Ping, ServerMessage, Stream,
};
use std::io::{ErrorKind, Write};
use std::time::Duration;

#[test]
fn frames_pass_both_ways_as_they_are() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let mut page = Socket::open(&gateway, &gateway.sign_in());
    assert_eq!(page.protocol, "abide.v1");
    let mut viewer = daemon.accept();
    for length in [0, 1, 125, 126, 4000, 4096, 16 * 1024] {
        let said = ClientMessage::Input(Input {
            seq: 1,
            events: vec![InputEvent::Raw(vec![7; length])],
            surface: 2,
        });
        page.say(&said);
        assert_eq!(viewer.hear(), Some(said));
    }
    for length in [0, 1, 125, 126, 4095, 70_000, 900_000] {
        let said = ServerMessage::Output(Output { id: 1, text: vec![9; length], stream: Stream::Out });
        viewer.say(&said);
        assert_eq!(page.hear(), said);
    }
    // Many small ones in one piece, and one in many pieces.
    let pong = |number| ServerMessage::Pong(Ping { number });
    let bytes: Vec<u8> = (0..500).flat_map(|n| framed(&pong(n))).collect();
    viewer.stream.write_all(&bytes).unwrap();
    for n in 0..500 {
        assert_eq!(page.hear(), pong(n));
    }
    for byte in framed(&pong(7)) {
        viewer.stream.write_all(&[byte]).unwrap();
    }
    assert_eq!(page.hear(), pong(7));
    // A message in fragments is a message.
    let ping = abide_protocol::codec::encode(&ClientMessage::Ping(Ping { number: 3 })).unwrap();
    page.stream.write_all(&[frame(2, &ping[..2]), frame(0x80, &ping[2..])].concat()).unwrap();
    assert_eq!(viewer.hear(), Some(ClientMessage::Ping(Ping { number: 3 })));
}

#[test]
fn what_a_page_may_not_say_is_answered_and_goes_no_further() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let mut page = Socket::open(&gateway, &gateway.sign_in());
    let mut viewer = daemon.accept();
    page.send(2, b"\xa1\x68shutdown\xf6").unwrap();
    let ServerMessage::Error(error) = page.hear() else { panic!("no error") };
    assert_eq!(error.code, ErrorCode::Denied);
    assert!(error.text.contains("shutdown"));
    page.say(&ClientMessage::Ping(Ping { number: 1 }));
    assert_eq!(viewer.hear(), Some(ClientMessage::Ping(Ping { number: 1 })), "and nothing before it");
}

#[test]
fn what_is_no_frame_ends_the_connection_before_the_daemon() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let deep = [&b"\xa1\x64ping"[..], &[0x81; 200], &[0xf6]].concat();
    let hostile: [(u8, Vec<u8>, u16); 9] = [
        (2, vec![], 1008),
        (2, b"garbage".to_vec(), 1008),
        (2, b"\xa1\x64ping\xa1\x66number\x01\x00".to_vec(), 1008), // a byte too many
        (2, b"\xa1\x64ping\xbf\x66number\x01\xff".to_vec(), 1008), // without a length
        (2, b"\xa1\x64ping\xa2\x66number\x01\x66number\x02".to_vec(), 1008), // a key twice
        (2, b"\xa1\x65input\x9b\xff\xff\xff\xff\xff\xff\xff\xff".to_vec(), 1008), // more items than bytes
        (2, deep, 1008),
        (1, b"text".to_vec(), 1003),
        (2, vec![0; 1024 * 1024 + 1], 1008), // too long
    ];
    for (opcode, payload, code) in hostile {
        let mut page = Socket::open(&gateway, &cookie);
        let mut viewer = daemon.accept();
        let name =
            format!("opcode {opcode}, {} bytes {:x?}", payload.len(), &payload[..payload.len().min(8)]);
        // It may be gone before it has read all.
        let _ = page.send(opcode, &payload);
        let got = page.next();
        assert!(got == Got::Close(code) || (payload.len() > 100_000 && got == Got::End), "{name}: {got:?}");
        assert_eq!(viewer.hear(), None, "{name}");
    }
    // A frame without a mask, and an opcode that does not exist.
    for bytes in [&b"\x82\x01a"[..], b"\x8f\x80\x00\x00\x00\x00"] {
        let mut page = Socket::open(&gateway, &cookie);
        let mut viewer = daemon.accept();
        page.stream.write_all(bytes).unwrap();
        assert!(matches!(page.next(), Got::Close(_) | Got::End));
        assert_eq!(viewer.hear(), None);
    }
}

#[test]
fn a_daemon_that_ends_closes_the_page_so_that_it_comes_back() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let mut page = Socket::open(&gateway, &cookie);
    drop(daemon.accept());
    assert_eq!(page.next(), Got::Close(1012));
    drop(daemon);
    let mut page = Socket::open(&gateway, &cookie);
    assert_eq!(page.next(), Got::Close(1013), "nobody there at all");
    let daemon = FakeDaemon::listen(&home);
    let mut page = Socket::open(&gateway, &cookie);
    let mut viewer = daemon.accept();
    viewer.say(&ServerMessage::Event(Event::Message("back".to_owned())));
    assert_eq!(page.hear(), ServerMessage::Event(Event::Message("back".to_owned())));
    // A frame longer than the protocol has is no frame.
    viewer.stream.write_all(&u32::MAX.to_be_bytes()).unwrap();
    assert_eq!(page.next(), Got::Close(1012));
}

#[test]
fn a_page_that_leaves_is_gone_for_the_daemon() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let mut page = Socket::open(&gateway, &cookie);
    let mut viewer = daemon.accept();
    page.send(8, &1000u16.to_be_bytes()).unwrap();
    assert_eq!(viewer.hear(), None);
    let page = Socket::open(&gateway, &cookie);
    let mut viewer = daemon.accept();
    drop(page);
    assert_eq!(viewer.hear(), None);
}

#[test]
fn a_page_that_does_not_read_holds_up_its_daemon_end_and_no_memory() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let slow = Socket::open(&gateway, &cookie);
    let mut flood = daemon.accept();
    let before = resident_kib(gateway.pid());
    let bytes =
        framed(&ServerMessage::Output(Output { id: 1, text: vec![9; 200 * 1024], stream: Stream::Out }));
    flood.stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let mut written = 0;
    let stopped = loop {
        match flood.stream.write(&bytes[written % bytes.len()..]) {
            Ok(count) => written += count,
            Err(e) => break e.kind(),
        }
        assert!(written < 64 * 1024 * 1024, "it is read without end");
    };
    assert_eq!(stopped, ErrorKind::WouldBlock);
    let grown = resident_kib(gateway.pid()).saturating_sub(before);
    assert!(grown < 4096, "{grown} KiB more after {written} bytes");
    // Another page is not held up by that.
    let mut page = Socket::open(&gateway, &cookie);
    let mut viewer = daemon.accept();
    page.say(&ClientMessage::Ping(Ping { number: 5 }));
    assert_eq!(viewer.hear(), Some(ClientMessage::Ping(Ping { number: 5 })));
    drop(slow);
}

#[test]
fn a_daemon_that_does_not_read_holds_up_the_page() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let mut page = Socket::open(&gateway, &gateway.sign_in());
    let _viewer = daemon.accept();
    page.stream.set_write_timeout(Some(Duration::from_millis(500))).unwrap();
    let input =
        ClientMessage::Input(Input { seq: 1, events: vec![InputEvent::Raw(vec![7; 16 * 1024])], surface: 2 });
    let bytes = frame(0x82, &abide_protocol::codec::encode(&input).unwrap());
    let mut written = 0;
    while page.stream.write_all(&bytes).is_ok() {
        written += bytes.len();
        assert!(written < 64 * 1024 * 1024, "it is read without end");
    }
}

#[test]
fn ending_tells_the_pages_and_leaves_nothing() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let mut gateway = home.start(&[]);
    let mut pages: Vec<_> = {
        let cookie = gateway.sign_in();
        (0..3).map(|_| Socket::open(&gateway, &cookie)).collect()
    };
    let mut viewers: Vec<_> = (0..3).map(|_| daemon.accept()).collect();
    gateway.signal("TERM");
    for page in &mut pages {
        assert_eq!(page.next(), Got::Close(1012));
    }
    for viewer in &mut viewers {
        assert_eq!(viewer.hear(), None);
    }
    assert_eq!(gateway.wait(), Some(0));
    let left = std::fs::read_dir(home.path("run/abide")).unwrap().count();
    assert_eq!(left, 0, "the control socket is removed");
}

#[test]
fn idle_pages_take_little_memory() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    // Three browsers, so that no session passes its limit.
    let cookies = [0, 1, 2].map(|_| {
        let address = String::from_utf8(home.command(&["code"]).output().unwrap().stdout).unwrap();
        let answer = gateway.sign_in_with(address.trim_end().rsplit('=').next().unwrap());
        answer.header("set-cookie").unwrap().split(';').next().unwrap().to_owned()
    });
    let open = |count: usize| -> Vec<_> {
        let page = |n: usize| (Socket::open(&gateway, &cookies[n % 3]), daemon.accept());
        (0..count).map(page).collect()
    };
    let _warm = open(6);
    let before = resident_kib(gateway.pid());
    let pages = open(84);
    until("all are there", || pages.len() == 84);
    let each = resident_kib(gateway.pid()).saturating_sub(before) as f64 / 84.0;
    println!("{each:.1} KiB for each idle page");
    assert!(each < 40.0, "{each:.1} KiB for each idle page");
}

pub(crate) fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).unwrap();
    let line = status.lines().find(|line| line.starts_with("VmRSS")).unwrap();
    line.split_whitespace().nth(1).unwrap().parse().unwrap()
}
