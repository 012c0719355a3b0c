//! The client on a pty: what it shows and says, and that the terminal is given back on every way out.

use crate::{pictures::PNG, world::*};
use abide_protocol::message::*;
use rustix::process::{Pid, Signal, WaitOptions, waitpid};
use std::{
    io::{ErrorKind, Write},
    process::Stdio,
    time::Instant,
};

const SIZE: Size = Size { cols: 40, rows: 6 };

struct Shown {
    daemon: Daemon,
    terminal: Terminal,
    child: std::process::Child,
    connection: Connection,
    hello: Hello,
}

/// A client that shows `hello`.
fn shown() -> Shown {
    let daemon = Daemon::new();
    let mut terminal = Terminal::new(SIZE);
    let child = abide_on(&terminal, &daemon.socket, &["attach", "-t", "work"]);
    let mut connection = daemon.accept();
    let hello = connection.greet(0);
    let command = connection.attach();
    assert_eq!((command.words.join(" ").as_str(), command.size), ("attach -t work", SIZE));
    connection.show(SIZE, "hello");
    terminal.until("the screen", |t| t.shows("hello"));
    assert!(terminal.screen.alternate() && !terminal.is_as_found(), "the terminal is taken");
    Shown { daemon, terminal, child, connection, hello }
}

fn keys(message: ClientMessage) -> (u64, Vec<InputEvent>) {
    match message {
        ClientMessage::Input(input) => (input.seq, input.events),
        other => panic!("{other:?}"),
    }
}
fn key(name: &str) -> InputEvent {
    InputEvent::Key(name.to_owned())
}

#[test]
fn a_session_is_shown_typed_into_and_left() {
    let mut s = shown();
    assert_eq!(s.hello.kind, ViewerKind::Terminal);
    assert!(s.hello.tty.starts_with("/dev/"), "{}", s.hello.tty);
    assert_eq!(s.hello.term, "xterm-256color");
    assert!(s.hello.environment.iter().any(|(name, value)| name == "TERM" && value == "xterm-256color"));

    s.terminal.type_in(b"\x02d");
    assert_eq!(keys(s.connection.hear()), (1, vec![key("C-b"), key("d")]));
    // A lone escape is a key once escape-time is over.
    s.terminal.type_in(b"\x1b");
    assert_eq!(keys(s.connection.hear()), (2, vec![key("Escape")]));

    let larger = Size { cols: 50, rows: 8 };
    s.terminal.resize(larger);
    signal(&s.child, Signal::WINCH);
    assert_eq!(s.connection.hear(), ClientMessage::Resize(Resize { size: larger, surface: 0 }));

    s.connection.detach(DetachReason::Detached);
    assert!(end(&mut s.child, &mut s.terminal).success());
    assert!(s.terminal.is_as_found() && !s.terminal.screen.alternate());
    let written = s.terminal.written();
    assert!(written.ends_with("[detached (from session work)]\r\n"), "{}", written.escape_debug());
}

#[test]
fn each_reason_has_its_last_line() {
    let cases = [
        (DetachReason::Ended, "[exited]", 0),
        (DetachReason::ServerExited, "[server exited]", 0),
        (DetachReason::Taken, "[detached (from session work)]", 0),
    ];
    for (reason, line, status) in cases {
        let mut s = shown();
        s.connection.detach(reason);
        assert_eq!(end(&mut s.child, &mut s.terminal).code(), Some(status));
        assert!(s.terminal.written().ends_with(&format!("{line}\r\n")), "{line}");
        assert!(s.terminal.is_as_found(), "{line}");
    }
    // A command in the client's place.
    let mut s = shown();
    let exec = "echo instead; exit 3".to_owned();
    let name = "work".to_owned();
    let reason = DetachReason::Detached;
    s.connection.say(ServerMessage::Detached(Detached {
        exec,
        name,
        note: String::new(),
        reason,
        surface: 0,
    }));
    assert_eq!(end(&mut s.child, &mut s.terminal).code(), Some(3));
    assert!(s.terminal.written().ends_with("instead\r\n") && s.terminal.is_as_found());
}

#[test]
fn signals_give_the_terminal_back() {
    let cases = [
        (Signal::TERM, "[terminated]"),
        (Signal::INT, "[terminated]"),
        (Signal::QUIT, "[terminated]"),
        (Signal::HUP, "[lost tty]"),
    ];
    for (number, line) in cases {
        let mut s = shown();
        signal(&s.child, number);
        assert_eq!(end(&mut s.child, &mut s.terminal).code(), Some(1), "{number:?}");
        assert!(s.terminal.is_as_found() && !s.terminal.screen.alternate(), "{number:?}");
        let written = s.terminal.written();
        assert!(written.ends_with(&format!("{line}\r\n")), "{number:?}: {}", written.escape_debug());
    }
}

/// The other half of the next test: a process that takes its terminal and panics.
#[test]
#[ignore = "run on a terminal of its own by a_panic_gives_the_terminal_back_and_is_read"]
fn panics_on_its_terminal() {
    use abide::client::{paint::Abilities, terminal::Tty};
    let tty = Tty::open().expect("a terminal");
    tty.take(&Abilities::all()).expect("is taken");
    panic!("on purpose");
}

#[test]
fn a_panic_gives_the_terminal_back_and_is_read() {
    let mut terminal = Terminal::new(SIZE);
    let mut child = std::process::Command::new(std::env::current_exe().expect("ourselves"))
        .args(["terminal::panics_on_its_terminal", "--exact", "--ignored", "--nocapture"])
        .stdin(terminal.stdio())
        .stdout(Stdio::null())
        .stderr(terminal.stdio())
        .spawn()
        .expect("starts");
    assert!(!end(&mut child, &mut terminal).success());
    assert!(terminal.is_as_found());
    let written = terminal.written();
    let (left, words) = (written.find("\u{1b}[?1049l"), written.find("on purpose"));
    assert!(left.is_some() && left < words, "{}", written.escape_debug());
}

#[test]
fn suspended_the_terminal_is_the_shells() {
    let mut s = shown();
    s.connection.say(ServerMessage::Event(Event::Suspend(0)));
    let pid = Pid::from_child(&s.child);
    s.terminal.until("the stop", |_| {
        waitpid(Some(pid), WaitOptions::UNTRACED | WaitOptions::NOHANG)
            .is_ok_and(|w| w.is_some_and(|(_, w)| w.stopped()))
    });
    assert!(s.terminal.is_as_found());
    s.terminal.until("the shell's screen", |t| !t.screen.alternate());
    s.terminal.type_in(b"");
    signal(&s.child, Signal::CONT);
    s.terminal.until("the session again", |t| t.screen.alternate() && t.shows("hello"));
    assert!(!s.terminal.is_as_found());
    assert!(matches!(s.connection.hear(), ClientMessage::Resize(_)));
    s.connection.detach(DetachReason::Detached);
    assert!(end(&mut s.child, &mut s.terminal).success() && s.terminal.is_as_found());
}

/// The surface of a pane whose program asked for these keyboard flags.
fn asks(s: &mut Shown, flags: u32) {
    let modes = Some(flags << mode::KEYBOARD_SHIFT);
    s.connection.say(ServerMessage::Update(Update { size: SIZE, modes, ..Update::default() }));
}

fn has_flags(s: &mut Shown, flags: u32) {
    s.terminal.until(&format!("flags {flags}"), |t| {
        (t.screen.modes() & mode::KEYBOARD) >> mode::KEYBOARD_SHIFT == flags
    });
}

#[test]
fn a_terminal_with_kittys_keyboard_protocol_is_asked_for_what_the_program_wants() {
    let mut s = shown();
    s.terminal.until("the question", |t| t.bytes.windows(4).any(|w| w == b"\x1b[?u"));
    asks(&mut s, 2);
    // It has not answered: names are all there is.
    s.terminal.type_in(b"a");
    assert_eq!(keys(s.connection.hear()), (1, vec![key("a")]));
    assert_eq!(s.terminal.screen.modes() & mode::KEYBOARD, 0);
    s.terminal.type_in(b"\x1b[?0u");
    has_flags(&mut s, 7);
    asks(&mut s, 8);
    has_flags(&mut s, 29);
    s.terminal.type_in(b"\x1b[98;5u\x1b[1057:1089:99;6:2u\x1b[1;1:3A\x1b[57441;2u\x1b[0;;229u\x1b[A");
    let press = |key: &str, held| KeyPress { key: key.to_owned(), held, ..KeyPress::default() };
    let expected = [
        press("b", held::CTRL),
        KeyPress {
            kind: PressKind::Repeat,
            shifted: "с".to_owned(),
            base: "c".to_owned(),
            ..press("С", held::CTRL | held::SHIFT)
        },
        KeyPress { kind: PressKind::Release, ..press("Up", 0) },
        press("LeftShift", held::SHIFT),
        KeyPress { text: "å".to_owned(), ..press("", 0) },
    ];
    let mut events: Vec<InputEvent> = expected.map(InputEvent::Press).to_vec();
    events.push(key("Up"));
    let mut typed = Vec::new();
    while typed.len() < events.len() {
        typed.extend(keys(s.connection.hear()).1);
    }
    assert_eq!(typed, events);
    // Another pane has the focus.
    asks(&mut s, 0);
    has_flags(&mut s, 0);
    asks(&mut s, 1);
    has_flags(&mut s, 5);
    // Stopped, the terminal is the shell's as it was; going on, it is asked for the same again.
    s.terminal.written();
    s.connection.say(ServerMessage::Event(Event::Suspend(0)));
    s.terminal.until("the shell's screen", |t| !t.screen.alternate());
    assert!(s.terminal.written().contains("\x1b[<u"));
    let pid = Pid::from_child(&s.child);
    s.terminal.until("the stop", |_| {
        waitpid(Some(pid), WaitOptions::UNTRACED | WaitOptions::NOHANG)
            .is_ok_and(|w| w.is_some_and(|(_, w)| w.stopped()))
    });
    signal(&s.child, Signal::CONT);
    has_flags(&mut s, 5);
    // Ended from outside, it gives back what it took.
    s.terminal.written();
    signal(&s.child, Signal::TERM);
    end(&mut s.child, &mut s.terminal);
    let written = s.terminal.written();
    assert_eq!(written.matches("\x1b[<u").count(), 1, "{}", written.escape_debug());
    s.terminal.screen.feed(b"\x1b[?1049h");
    assert_eq!(s.terminal.screen.modes() & mode::KEYBOARD, 0, "nothing is left on the other screen");
}

#[test]
fn a_terminal_without_it_is_left_as_it_is() {
    let mut s = shown();
    asks(&mut s, 31);
    s.terminal.type_in(b"\x1b[13;2u");
    s.connection.hear();
    s.connection.detach(DetachReason::Detached);
    end(&mut s.child, &mut s.terminal);
    // It is asked for its name.
    let written = s.terminal.written().replace("\x1b[>q", "");
    for sequence in ["\x1b[>", "\x1b[=", "\x1b[<"] {
        assert!(!written.contains(sequence), "{}", written.escape_debug());
    }
}

/// One pixel of a picture, and its file in two pieces.
fn placed(picture: u64) -> ServerMessage {
    let source = PixelRect { x: 0, y: 0, width: 1, height: 1 };
    let placement = Placement { x: 3, z: 0, cols: 4, line: 1, rows: 2, source, picture };
    ServerMessage::Update(Update { size: SIZE, pictures: Some(vec![placement]), ..Update::default() })
}

fn pieces(connection: &mut Connection, picture: u64) {
    for offset in [0, 10] {
        assert_eq!(connection.hear(), ClientMessage::GetPicture(GetPicture { offset, picture, surface: 0 }));
        let bytes = PNG[offset as usize..][..if offset == 0 { 10 } else { PNG.len() - 10 }].to_vec();
        connection.say(ServerMessage::Picture(PicturePiece {
            bytes,
            total: PNG.len() as u32,
            width: 2,
            format: PictureFormat::Png,
            height: 2,
            offset,
            picture,
            surface: 0,
        }));
    }
}

fn pictures(t: &Terminal) -> Vec<(u16, u64)> {
    let end = t.screen.history().end;
    t.screen.pictures_in(end..end + u64::from(SIZE.rows)).iter().map(|p| (p.x, p.line - end)).collect()
}

#[test]
fn a_terminal_that_takes_pictures_is_found_out_and_left_without_any() {
    let mut s = shown();
    let says = |hello: &Hello| hello.features.iter().any(|f| f == feature::PICTURES);
    assert!(!says(&s.hello), "nobody knows yet");
    // Our own screen is such a terminal, and answers as one.
    let answers = s.terminal.screen.outcome().replies;
    s.terminal.type_in(&answers);
    let ClientMessage::Features(told) = s.connection.hear() else { panic!("no features") };
    assert!(told.features.iter().any(|f| f == feature::PICTURES));
    s.connection.say(placed(7));
    pieces(&mut s.connection, 7);
    s.terminal.until("the picture", |t| pictures(t) == [(3, 1)]);

    // Another daemon: the next connection says it at once, and the picture is asked for anew.
    drop(s.connection);
    s.connection = s.daemon.accept();
    let ClientMessage::Hello(hello) = s.connection.hear() else { panic!("no hello") };
    assert!(says(&hello));
    let features = hello.features.clone();
    let software = "another".to_owned();
    s.connection.say(ServerMessage::Welcome(Welcome {
        pid: 2,
        epoch: 2,
        input: 0,
        version: 1,
        features,
        software,
    }));
    assert!(matches!(s.connection.hear(), ClientMessage::Attach(_)));
    assert!(matches!(s.connection.hear(), ClientMessage::Features(_)));
    s.connection.show(SIZE, "hello again");
    s.terminal.until("the screen", |t| t.shows("hello again"));
    assert_eq!(pictures(&s.terminal), []);
    s.connection.say(placed(7));
    pieces(&mut s.connection, 7);
    s.terminal.until("the picture", |t| pictures(t) == [(3, 1)]);

    s.connection.detach(DetachReason::Detached);
    end(&mut s.child, &mut s.terminal);
    s.terminal.screen.feed(b"\x1b[?1049h");
    assert_eq!(pictures(&s.terminal), [], "nothing is left on the other screen");
}

#[test]
fn a_broken_connection_is_found_again_and_nothing_typed_is_lost_or_doubled() {
    let mut s = shown();
    s.terminal.type_in(b"a");
    assert_eq!(keys(s.connection.hear()), (1, vec![key("a")]));
    s.connection.say(ServerMessage::InputAck(InputAck { seq: 1 }));
    s.terminal.type_in(b"b");
    assert_eq!(keys(s.connection.hear()), (2, vec![key("b")]));
    s.terminal.type_in(b"c");
    assert_eq!(keys(s.connection.hear()), (3, vec![key("c")]));
    // The daemon dies. `b` had its effect, but there was no time to say so; `d` and `e` are typed meanwhile.
    drop(s.connection);
    s.terminal.type_in(b"d");
    s.terminal.until("a word about it", |t| t.shows("looking for it"));
    s.terminal.type_in(b"e");

    let mut connection = s.daemon.accept();
    let ClientMessage::Hello(hello) = connection.hear() else { panic!("no hello") };
    assert_eq!(hello.client, s.hello.client);
    let ClientMessage::Attach(attach) = connection.hear() else { panic!("no attach") };
    assert_eq!((attach.target.as_str(), attach.size, attach.read_only), ("$7", SIZE, false));
    let software = String::new();
    let welcome = Welcome { pid: 2, epoch: 2, input: 2, version: 1, features: vec![], software };
    connection.say(ServerMessage::Welcome(welcome));
    let mut typed = Vec::new();
    let mut seqs = Vec::new();
    while typed.len() < 3 {
        let (seq, events) = keys(connection.hear());
        seqs.push(seq);
        typed.extend(events);
    }
    assert_eq!(typed, [key("c"), key("d"), key("e")]);
    assert!(seqs.first() == Some(&3) && seqs.is_sorted(), "{seqs:?}");
    connection.show(SIZE, "here again");
    s.terminal.until("the screen", |t| t.shows("here again") && !t.shows("looking for it"));

    // And once more, with the session gone meanwhile.
    drop(connection);
    let mut connection = s.daemon.accept();
    connection.greet(5);
    let text = "can't find session: $7".to_owned();
    connection.say(ServerMessage::Error(ErrorNotice { code: ErrorCode::NotFound, text, surface: Some(0) }));
    assert!(end(&mut s.child, &mut s.terminal).success());
    assert!(s.terminal.written().ends_with("[exited]\r\n") && s.terminal.is_as_found());
}

#[test]
fn a_server_that_is_gone_for_good_is_given_up() {
    let mut s = shown();
    s.daemon.listener = None;
    std::fs::remove_file(&s.daemon.socket).expect("removed");
    drop(s.connection);
    let begun = Instant::now();
    assert_eq!(end(&mut s.child, &mut s.terminal).code(), Some(1));
    assert!(begun.elapsed() < SOON);
    assert!(s.terminal.written().ends_with("[server exited unexpectedly]\r\n") && s.terminal.is_as_found());
}

/// A terminal that takes nothing: the client stops reading the daemon, holds little, and still ends when told.
#[test]
fn a_stuck_terminal_holds_up_nobody() {
    let mut s = shown();
    s.connection.stream.set_nonblocking(true).expect("set");
    let line: String = ('a'..='z').cycle().take(usize::from(SIZE.cols)).collect();
    let frame = |n: usize| {
        let text: String = line.chars().cycle().skip(n % 26).take(usize::from(SIZE.cols)).collect();
        let rows =
            (0..SIZE.rows).map(|y| RowChange(y, Row(false, vec![Run(0, Cells::Narrow, text.clone())])));
        ServerMessage::Update(Update { rows: rows.collect(), size: SIZE, ..Update::default() })
    };
    let mut sent = 0;
    let mut stuck_since = Instant::now();
    while stuck_since.elapsed() < std::time::Duration::from_millis(300) {
        if s.connection.end.outbox.is_empty() {
            s.connection.end.send(&frame(sent)).expect("fits");
            sent += 1;
            assert!(sent < 100_000, "the client takes everything and shows nothing");
        }
        match s.connection.stream.write(s.connection.end.outbox.pending()) {
            Ok(count) => {
                s.connection.end.outbox.sent(count);
                stuck_since = Instant::now();
            }
            Err(e) if e.kind() == ErrorKind::WouldBlock => std::thread::yield_now(),
            Err(e) => panic!("{e}"),
        }
    }
    let status = std::fs::read_to_string(format!("/proc/{}/statm", s.child.id())).expect("is there");
    let pages: u64 = status.split(' ').nth(1).and_then(|n| n.parse().ok()).expect("a number");
    assert!(pages * 4096 < 32 * 1024 * 1024, "{pages} pages resident after {sent} frames");
    signal(&s.child, Signal::TERM);
    let begun = Instant::now();
    while s.child.try_wait().expect("waits").is_none() {
        assert!(begun.elapsed() < SOON, "it hangs on its terminal");
        std::thread::yield_now();
    }
    assert!(s.terminal.is_as_found());
}
