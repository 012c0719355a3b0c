//! Two ends, no socket: greeting, versions, order, bounds, and frames cut anywhere.

mod samples;

use abide_protocol::{
    codec,
    connection::{ClientEnd, Fault, SendError, ServerEnd},
    framing::{self, FrameReader, TooLong},
    limits,
    message::*,
    version::VersionRange,
};
use proptest::prelude::*;
use samples::{Sample, hello, welcome};

/// Everything on its way from one end is taken by the other.
fn to_server(client: &mut ClientEnd, server: &mut ServerEnd) {
    server.take(client.outbox.pending());
    client.outbox.sent(client.outbox.len());
}
fn to_client(server: &mut ServerEnd, client: &mut ClientEnd) {
    client.take(server.outbox.pending());
    server.outbox.sent(server.outbox.len());
}

fn greeted() -> (ClientEnd, ServerEnd) {
    let (mut client, mut server) = (ClientEnd::new(hello()).expect("fits"), ServerEnd::new());
    to_server(&mut client, &mut server);
    assert_eq!(server.next_message().expect("greets"), Some(ClientMessage::Hello(hello())));
    assert_eq!(server.version(), Some(1));
    server.send(&ServerMessage::Welcome(welcome())).expect("fits");
    to_client(&mut server, &mut client);
    assert_eq!(client.next_message().expect("greets"), Some(ServerMessage::Welcome(welcome())));
    assert_eq!(client.welcome(), Some(&welcome()));
    (client, server)
}

fn ping(number: u64) -> ClientMessage {
    ClientMessage::Ping(Ping { number })
}

fn frame(payload: &[u8]) -> Vec<u8> {
    let mut out = Vec::new();
    framing::append(&mut out, payload, usize::MAX).expect("fits");
    out
}

/// The notices that a server's end left for its client.
fn notices(server: &mut ServerEnd) -> Vec<ErrorCode> {
    let mut reader = FrameReader::new(limits::FRAME_BYTES_MAX);
    reader.push(server.outbox.pending());
    server.outbox.sent(server.outbox.len());
    let mut codes = Vec::new();
    while let Some(payload) = reader.next_frame().expect("within limits") {
        match codec::decode(payload).expect("decodes") {
            ServerMessage::Error(e) => codes.push(e.code),
            other => panic!("{other:?}"),
        }
    }
    codes
}

#[test]
fn messages_go_both_ways_after_the_greeting() {
    let (mut client, mut server) = greeted();
    client.send(&ping(1)).expect("fits");
    client.send(&ping(2)).expect("fits");
    to_server(&mut client, &mut server);
    assert_eq!(server.next_message().expect("goes on"), Some(ping(1)));
    assert_eq!(server.next_message().expect("goes on"), Some(ping(2)));
    assert_eq!(server.next_message().expect("goes on"), None);
    server.send(&ServerMessage::Pong(Ping { number: 2 })).expect("fits");
    to_client(&mut server, &mut client);
    assert_eq!(client.next_message().expect("goes on"), Some(ServerMessage::Pong(Ping { number: 2 })));
}

#[test]
fn a_client_need_not_wait_for_the_welcome() {
    let (mut client, mut server) = (ClientEnd::new(hello()).expect("fits"), ServerEnd::new());
    client.send(&ping(1)).expect("fits");
    to_server(&mut client, &mut server);
    assert!(matches!(server.next_message(), Ok(Some(ClientMessage::Hello(_)))));
    assert_eq!(server.next_message().expect("goes on"), Some(ping(1)));
}

#[test]
fn nothing_comes_before_hello() {
    for payload in [codec::encode(&ping(1)).expect("encodes"), b"\x63new".to_vec()] {
        let mut server = ServerEnd::new();
        server.take(&frame(&payload));
        assert!(matches!(server.next_message(), Err(Fault::NoGreeting)));
        assert_eq!(notices(&mut server), [ErrorCode::OutOfOrder]);
    }
    let mut client = ClientEnd::new(hello()).expect("fits");
    client.take(&frame(&codec::encode(&ServerMessage::Pong(Ping { number: 0 })).expect("encodes")));
    assert!(matches!(client.next_message(), Err(Fault::NoGreeting)));
}

#[test]
fn a_second_hello_is_refused_and_survived() {
    let (mut client, mut server) = greeted();
    client.send(&ClientMessage::Hello(hello())).expect("fits");
    client.send(&ping(1)).expect("fits");
    to_server(&mut client, &mut server);
    assert_eq!(server.next_message().expect("goes on"), Some(ping(1)));
    assert_eq!(notices(&mut server), [ErrorCode::OutOfOrder]);
}

#[test]
fn versions_settle_on_the_newest_both_speak() {
    let range = |min, max| VersionRange { max, min };
    assert_eq!(range(1, 3).settle(range(2, 5)), Some(3));
    assert_eq!(range(2, 5).settle(range(1, 3)), Some(3));
    assert_eq!(range(1, 1).settle(range(2, 2)), None);
    assert_eq!(range(4, 2).settle(range(1, 9)), None);

    let stranger = Hello { versions: range(2, 9), ..hello() };
    let (mut client, mut server) = (ClientEnd::new(stranger).expect("fits"), ServerEnd::new());
    to_server(&mut client, &mut server);
    let fault = server.next_message().expect_err("nothing to settle");
    assert!(matches!(fault, Fault::Versions(_)), "{fault:?}");
    let mut client = ClientEnd::new(hello()).expect("fits");
    to_client(&mut server, &mut client);
    let fault = client.next_message().expect_err("nothing to settle");
    assert!(matches!(&fault, Fault::Refused(text) if text.contains("2 to 9 there")), "{fault}");

    // The daemon is the newer one, and settles on what is not spoken here.
    let mut client = ClientEnd::new(hello()).expect("fits");
    let newer = ServerMessage::Welcome(Welcome { version: 7, ..welcome() });
    client.take(&frame(&codec::encode(&newer).expect("encodes")));
    assert!(matches!(client.next_message(), Err(Fault::Versions(v)) if v.max == 7));
}

#[test]
fn what_is_unknown_or_too_large_is_answered_and_survived() {
    let (mut client, mut server) = greeted();
    server.take(&frame(b"\x66spline"));
    let words = vec![String::new(); limits::COMMAND_WORDS_MAX + 1];
    let command = Command { id: 3, size: Size::default(), words, surface: 0 };
    client.send(&ClientMessage::Command(command)).expect("fits");
    client.send(&ping(9)).expect("fits");
    to_server(&mut client, &mut server);
    assert_eq!(server.next_message().expect("goes on"), Some(ping(9)));
    assert_eq!(notices(&mut server), [ErrorCode::Unsupported, ErrorCode::TooLarge]);

    client.take(&frame(b"\x66spline"));
    client.take(&frame(&codec::encode(&ServerMessage::Pong(Ping { number: 1 })).expect("encodes")));
    assert!(matches!(client.next_message(), Ok(Some(ServerMessage::Pong(_)))));
    assert_eq!(client.unsupported(), 1);
}

#[test]
fn bytes_that_are_no_message_end_the_connection_with_a_word() {
    for payload in [&b""[..], b"\xff", b"\xa1\x64ping\x00", b"\x00\x00", &[0x9f; 100]] {
        let (_, mut server) = greeted();
        server.take(&frame(payload));
        let fault = server.next_message().expect_err("malformed");
        assert!(matches!(fault, Fault::Malformed(_)), "{payload:02x?}: {fault:?}");
        assert_eq!(notices(&mut server), [ErrorCode::Malformed]);
    }
}

#[test]
fn frames_have_a_limit_by_state() {
    let head = |bytes: usize| u32::try_from(bytes).expect("fits").to_be_bytes();
    let mut server = ServerEnd::new();
    server.take(&head(limits::GREETING_FRAME_BYTES_MAX));
    assert!(matches!(server.next_message(), Ok(None)));
    let mut server = ServerEnd::new();
    server.take(&head(limits::GREETING_FRAME_BYTES_MAX + 1));
    assert!(matches!(server.next_message(), Err(Fault::TooLong(_))), "before any of its bytes came");
    assert_eq!(notices(&mut server), [ErrorCode::TooLarge]);

    let (mut client, mut server) = greeted();
    server.take(&head(limits::FRAME_BYTES_MAX));
    assert!(matches!(server.next_message(), Ok(None)));
    client.take(&head(limits::FRAME_BYTES_MAX + 1));
    assert!(matches!(client.next_message(), Err(Fault::TooLong(_))));

    let environment = vec![("X".to_owned(), "x".repeat(limits::GREETING_FRAME_BYTES_MAX))];
    assert!(matches!(ClientEnd::new(Hello { environment, ..hello() }), Err(SendError::TooLong(_))));
}

#[test]
fn a_message_that_does_not_fit_leaves_the_outbox_as_it_was() {
    let (_, mut server) = greeted();
    server.send(&ServerMessage::Pong(Ping { number: 1 })).expect("fits");
    let before = server.outbox.len();
    let text = vec![b'x'; limits::FRAME_BYTES_MAX];
    let sent = server.send(&ServerMessage::Output(Output { id: 1, text, stream: Stream::Out }));
    assert!(matches!(sent, Err(SendError::TooLong(TooLong { bytes_max: limits::FRAME_BYTES_MAX, .. }))));
    assert_eq!(server.outbox.len(), before);
}

#[test]
fn a_peer_that_reads_slowly_does_not_make_the_outbox_grow() {
    let (_, mut server) = greeted();
    let text = vec![b'x'; 100_000];
    let output = ServerMessage::Output(Output { id: 1, text, stream: Stream::Out });
    server.send(&output).expect("fits");
    let mut sum = 0;
    for _ in 0..200 {
        server.send(&output).expect("fits");
        let most = server.outbox.len() - 7;
        sum += most;
        server.outbox.sent(most);
        assert_eq!(server.outbox.len(), 7);
    }
    assert!(sum > 19_000_000);
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    /// The same messages come out wherever the stream is cut.
    #[test]
    fn frames_are_whole_however_they_are_cut(cuts in proptest::collection::vec(1..500usize, 1..60)) {
        let mut expected = Vec::new();
        let mut stream = Vec::new();
        for (_, sample) in samples::all() {
            let Sample::Client(message) = sample else { continue };
            if matches!(message, ClientMessage::Hello(_)) { continue; }
            stream.extend(frame(&codec::encode(&message).expect("encodes")));
            expected.push(message);
        }
        let (_, mut server) = greeted();
        let mut got = Vec::new();
        let mut rest = &stream[..];
        for cut in cuts.iter().cycle() {
            let (now, later) = rest.split_at((*cut).min(rest.len()));
            server.take(now);
            while let Some(message) = server.next_message().expect("whole") { got.push(message); }
            rest = later;
            if rest.is_empty() { break; }
        }
        prop_assert_eq!(got, expected);
    }

    /// Whatever bytes come, an end gives messages or an error, and holds less than a frame.
    #[test]
    fn any_bytes_are_survived(pieces in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..60), 0..20)) {
        let (mut client, mut server) = greeted();
        for piece in pieces {
            server.take(&piece);
            client.take(&piece);
            while let Ok(Some(_)) = server.next_message() {}
            while let Ok(Some(_)) = client.next_message() {}
        }
    }
}

#[test]
fn text_of_a_peer_is_shown_without_its_control_characters() {
    let fault = Fault::Refused("no\u{1b}[2J \u{202e}way: can't, größer".to_owned());
    assert_eq!(fault.to_string(), "refused: no\\u{1b}[2J \\u{202e}way: can't, größer");
}
