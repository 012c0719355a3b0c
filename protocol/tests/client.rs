//! The client library against a daemon of a few lines, over a socket pair.

mod samples;

use abide_protocol::{
    client::{Client, ClientError},
    connection::ServerEnd,
    message::*,
};
use std::{
    io::{Read, Write},
    os::unix::net::UnixStream,
    thread::{self, JoinHandle},
    time::Duration,
};

const SIZE: Size = Size { cols: 20, rows: 3 };
const SOON: Duration = Duration::from_secs(20);

/// A daemon that answers each message by `answer` until the connection ends.
fn daemon(
    mut answer: impl FnMut(ClientMessage) -> Vec<ServerMessage> + Send + 'static,
) -> (UnixStream, JoinHandle<()>) {
    let (ours, mut theirs) = UnixStream::pair().expect("a pair");
    let thread = thread::spawn(move || {
        let mut end = ServerEnd::new();
        let mut piece = [0; 4096];
        loop {
            let count = theirs.read(&mut piece).unwrap_or(0);
            if count == 0 {
                return;
            }
            end.take(&piece[..count]);
            while let Ok(Some(message)) = end.next_message() {
                let answers = match message {
                    ClientMessage::Hello(_) => vec![ServerMessage::Welcome(samples::welcome())],
                    other => answer(other),
                };
                answers.iter().for_each(|a| end.send(a).expect("fits"));
            }
            // Answers go in small pieces: a client has to put them together.
            for piece in end.outbox.pending().chunks(5) {
                if theirs.write_all(piece).is_err() {
                    return;
                }
            }
            end.outbox.sent(end.outbox.len());
        }
    });
    (ours, thread)
}

fn line(surface: u32, y: u16, text: &str, full: bool) -> ServerMessage {
    let rows = vec![RowChange(y, Row(false, vec![Run(0, Cells::Narrow, text.to_owned())]))];
    ServerMessage::Update(Update { full, rows, size: SIZE, surface, ..Update::default() })
}

#[test]
fn attach_type_see_and_run() {
    let (stream, thread) = daemon(|message| match message {
        ClientMessage::Attach(a) if a.target == "work" => vec![line(a.surface, 0, "$", true)],
        ClientMessage::Attach(a) => vec![ServerMessage::Error(ErrorNotice {
            code: ErrorCode::NotFound,
            text: format!("can't find session: {}", a.target),
            surface: Some(a.surface),
        })],
        ClientMessage::Input(i) => {
            let typed: String =
                i.events.iter().map(|e| if let InputEvent::Key(k) = e { k.as_str() } else { "" }).collect();
            vec![
                line(i.surface, 0, &format!("$ {typed}"), false),
                ServerMessage::InputAck(InputAck { seq: i.seq }),
            ]
        }
        ClientMessage::Command(c) => {
            let text =
                |text: &str, stream| ServerMessage::Output(Output { id: c.id, text: text.into(), stream });
            let message = ServerMessage::Event(Event::Message("meanwhile".to_owned()));
            let done = ServerMessage::Done(Done { id: c.id, status: 1 });
            vec![text("a\n", Stream::Out), message, text("no\n", Stream::Err), text("b\n", Stream::Out), done]
        }
        _ => vec![],
    });
    let mut client = Client::greet(stream, samples::hello()).expect("greets");
    assert_eq!(client.welcome().input, 41);
    let refused = client.attach("play", SIZE).expect_err("no such session");
    assert_eq!(refused.to_string(), "can't find session: play");

    let screen = client.attach("work", SIZE).expect("attaches");
    assert_eq!(client.screen(screen).text(), "$\n\n\n");
    client.send_keys(screen, &["l", "s"]).expect("sends");
    client.wait_for_input(SOON).expect("is acknowledged");
    client.wait_for_text(screen, "$ ls", SOON).expect("comes");
    let never = client.wait_for_text(screen, "never", Duration::from_millis(20));
    assert!(matches!(never, Err(ClientError::TimedOut)), "{never:?}");

    let printed = client.run(&["list-sessions"]).expect("runs");
    assert_eq!((&printed.out[..], &printed.err[..], printed.status), (&b"a\nb\n"[..], &b"no\n"[..], 1));
    let aside = client.next_message(SOON).expect("was kept");
    assert_eq!(aside, ServerMessage::Event(Event::Message("meanwhile".to_owned())));
    drop(client);
    thread.join().expect("ends well");
}

#[test]
fn the_end_of_a_surface_or_a_connection_is_said() {
    let (stream, _thread) = daemon(|message| match message {
        ClientMessage::Attach(a) => vec![line(a.surface, 0, "$", true)],
        ClientMessage::Input(i) => vec![ServerMessage::Detached(Detached {
            exec: String::new(),
            name: "work".to_owned(),
            note: String::new(),
            reason: DetachReason::Ended,
            surface: i.surface,
        })],
        _ => vec![ServerMessage::Welcome(samples::welcome())],
    });
    let mut client = Client::greet(stream, samples::hello()).expect("greets");
    let screen = client.attach("work", SIZE).expect("attaches");
    client.send_keys(screen, &["C-d"]).expect("sends");
    let ended = client.wait_for_text(screen, "never", SOON);
    assert!(matches!(&ended, Err(ClientError::Detached(d)) if d.reason == DetachReason::Ended), "{ended:?}");

    let (ours, theirs) = UnixStream::pair().expect("a pair");
    drop(theirs);
    assert!(Client::greet(ours, samples::hello()).is_err());
    assert!(Client::connect("/nonexistent/abide").is_err());
}
