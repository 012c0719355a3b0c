//! Each bound of the limits page that a stranger can reach.

use crate::fake_daemon::FakeDaemon;
use crate::http::{connect, read_answer, request};
use crate::running::{Home, until};
use crate::socket::{Socket, handshake, headers};
use abide_protocol::message::{ClientMessage, Ping};
use abide_web::limits as max;
use std::io::{Read, Write};
use std::time::{Duration, Instant};

#[test]
fn a_body_too_large() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let answer = gateway.post("/v1/sign-in", None, &" ".repeat(max::BODY_BYTES_MAX + 1));
    assert_eq!(answer.status, 413);
}

#[test]
fn a_head_too_large() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let long = format!(
        "GET / HTTP/1.1\r\nHost: {}\r\nX: {}\r\n\r\n",
        gateway.authority,
        "x".repeat(max::HEAD_BYTES_MAX)
    );
    assert_eq!(request(gateway.address(), long.as_bytes()).status, 431);
    let many = "X: y\r\n".repeat(max::HEADERS_MAX + 1);
    let many = format!("GET / HTTP/1.1\r\nHost: {}\r\n{many}\r\n", gateway.authority);
    assert_eq!(request(gateway.address(), many.as_bytes()).status, 431);
}

#[test]
fn a_head_or_a_body_too_slow() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let start = Instant::now();
    // Nothing at all, half a head, and a whole head with half a body.
    let mut streams: Vec<_> = ["", "GET / HTTP/1.1\r\nHost:"]
        .iter()
        .map(|part| {
            let mut stream = connect(gateway.address());
            stream.write_all(part.as_bytes()).unwrap();
            stream
        })
        .collect();
    let mut slow_body = connect(gateway.address());
    let head = format!(
        "POST /v1/sign-in HTTP/1.1\r\nHost: {}\r\nOrigin: {}\r\nX-Abide: 1\r\n\
         Content-Type: application/json\r\nContent-Length: 10\r\n\r\n{{",
        gateway.authority, gateway.origin
    );
    slow_body.write_all(head.as_bytes()).unwrap();
    for stream in &mut streams {
        let mut rest = Vec::new();
        // Closed, with or without a word.
        let _ = stream.read_to_end(&mut rest);
    }
    assert_eq!(read_answer(&mut slow_body).status, 408);
    let seconds = start.elapsed().as_secs();
    assert!((4..12).contains(&seconds), "{seconds} s");
}

#[test]
fn too_many_connections_wait_and_are_served_later() {
    let home = Home::new();
    let gateway = home.start(&[]);
    // Who says nothing is let go after a while: on a machine with much else to do, the first of them before the last is there.
    let mut idle: Vec<_> = (0..30)
        .find_map(|_| {
            let start = Instant::now();
            let all: Vec<_> = (0..max::CONNECTIONS_MAX).map(|_| connect(gateway.address())).collect();
            (start.elapsed() < Duration::from_secs(max::HEAD_SECONDS_MAX) / 2).then_some(all)
        })
        .expect("connections, made soon enough");
    let mut waiting = connect(gateway.address());
    let head = format!("GET / HTTP/1.1\r\nHost: {}\r\n\r\n", gateway.authority);
    waiting.write_all(head.as_bytes()).unwrap();
    waiting.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    let mut byte = [0];
    assert!(waiting.peek(&mut byte).is_err(), "no place yet");
    idle.truncate(max::CONNECTIONS_MAX - 1);
    waiting.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    assert_eq!(read_answer(&mut waiting).status, 200);
}

#[test]
fn too_many_sockets_of_one_session() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let mut pages: Vec<_> = (0..max::SOCKETS_PER_SESSION_MAX)
        .map(|_| (Socket::open(&gateway, &cookie), daemon.accept()))
        .collect();
    let status = || {
        let ticket = gateway.ticket(&cookie);
        handshake(&gateway, &headers(&gateway, &cookie, &ticket)).0.status
    };
    assert_eq!(status(), 429);
    pages.pop();
    until("a place is free", || status() == 101);
}

#[test]
fn too_many_tickets_at_once() {
    let home = Home::new();
    let gateway = home.start(&[]);
    let cookie = gateway.sign_in();
    let refused = (0..max::TICKET_BURST_MAX + 20).find_map(|_| {
        let answer = gateway.post("/v1/ticket", Some(&cookie), "");
        (answer.status == 429).then_some(answer)
    });
    assert_eq!(refused.unwrap().header("retry-after"), Some("1"));
}

#[test]
fn too_many_messages_are_read_slowly_and_none_is_lost() {
    let home = Home::new();
    let daemon = FakeDaemon::listen(&home);
    let gateway = home.start(&[]);
    let mut page = Socket::open(&gateway, &gateway.sign_in());
    let mut viewer = daemon.accept();
    let count = u64::from(max::MESSAGE_BURST_MAX) + 500;
    let start = Instant::now();
    let sender = std::thread::spawn(move || {
        for number in 0..count {
            page.say(&ClientMessage::Ping(Ping { number }));
        }
        page
    });
    for number in 0..count {
        assert_eq!(viewer.hear(), Some(ClientMessage::Ping(Ping { number })));
    }
    let least = Duration::from_millis(500 * max::MESSAGE_MS_EACH);
    assert!(start.elapsed() > least * 9 / 10, "{:?}", start.elapsed());
    drop(sender.join());
}
