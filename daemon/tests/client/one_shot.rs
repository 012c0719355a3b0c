//! One command: its output and status, its standard input, and what is said where no server or terminal is.

use crate::world::*;
use abide_protocol::message::*;
use std::{io::Write, process::Stdio, thread};

fn output(id: u32, text: &str, stream: Stream) -> ServerMessage {
    ServerMessage::Output(Output { id, text: text.into(), stream })
}

#[test]
fn output_and_status_are_the_commands() {
    let daemon = Daemon::new();
    let child = abide(&daemon.socket, &["ls", "-F", "größer"]).spawn().expect("starts");
    let mut connection = daemon.accept();
    let hello = connection.greet(0);
    assert_eq!((hello.kind, hello.tty.as_str()), (ViewerKind::Program, ""));
    assert_eq!(hello.cwd, std::env::current_dir().expect("somewhere").to_string_lossy());
    let ClientMessage::Command(command) = connection.hear() else { panic!("no command") };
    assert_eq!((command.words.join(" ").as_str(), command.size), ("ls -F größer", Size::default()));
    connection.say(output(command.id, "0: 1 windows\n", Stream::Out));
    connection.say(output(command.id, "but\n", Stream::Err));
    connection.say(output(command.id, "1: 2 windows\n", Stream::Out));
    connection.say(ServerMessage::Done(Done { id: command.id, status: 1 }));
    let ended = child.wait_with_output().expect("ends");
    assert_eq!(ended.status.code(), Some(1));
    assert_eq!(String::from_utf8_lossy(&ended.stdout), "0: 1 windows\n1: 2 windows\n");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "but\n");
}

#[test]
fn standard_input_goes_to_the_command_that_asks() {
    let daemon = Daemon::new();
    let mut child =
        abide(&daemon.socket, &["load-buffer", "-"]).stdin(Stdio::piped()).spawn().expect("starts");
    let text: Vec<u8> = (0..200_000u32).map(|n| (n % 251) as u8).collect();
    let mut stdin = child.stdin.take().expect("a pipe");
    let writer = thread::spawn({
        let text = text.clone();
        move || stdin.write_all(&text).expect("is read")
    });
    let mut connection = daemon.accept();
    connection.greet(0);
    let ClientMessage::Command(command) = connection.hear() else { panic!("no command") };
    connection.say(ServerMessage::ReadInput(ReadInput { id: command.id }));
    let mut got = Vec::new();
    loop {
        let ClientMessage::CommandInput(piece) = connection.hear() else { panic!("no input") };
        got.extend(piece.text);
        if piece.last {
            break;
        }
    }
    writer.join().expect("wrote");
    assert!(got == text, "{} bytes of {}", got.len(), text.len());
    connection.say(ServerMessage::Done(Done { id: command.id, status: 0 }));
    assert!(child.wait().expect("ends").success());
}

fn said(command: &mut std::process::Command) -> (String, Option<i32>) {
    let ended = command.output().expect("runs");
    (String::from_utf8_lossy(&ended.stderr).into_owned(), ended.status.code())
}

#[test]
fn no_server_is_said_as_tmux_says_it() {
    let mut daemon = Daemon::new();
    let socket = daemon.socket.clone();
    daemon.listener = None;
    let path = socket.display();
    assert_eq!(said(&mut abide(&socket, &["ls"])), (format!("no server running on {path}\n"), Some(1)));
    std::fs::remove_file(&socket).expect("removed");
    let missing = format!("error connecting to {path} (No such file or directory)\n");
    assert_eq!(said(&mut abide(&socket, &["ls"])), (missing.clone(), Some(1)));
    assert_eq!(said(abide(&socket, &[]).args(["-N", "new"])), (missing, Some(1)), "told not to start one");
}

#[test]
fn nested_is_refused_before_anything_is_made() {
    let daemon = Daemon::new();
    let inside = format!("{},12,0", daemon.socket.display());
    for words in [&["new"][..], &["attach"], &["new", "-A", "-s", "work"]] {
        let mut command = abide(&daemon.socket, words);
        let refused = "sessions should be nested with care, unset $TMUX to force\n".to_owned();
        assert_eq!(said(command.env("TMUX", &inside)), (refused, Some(1)), "{words:?}");
    }
    let listener = daemon.listener.as_ref().expect("listens");
    listener.set_nonblocking(true).expect("set");
    assert!(listener.accept().is_err(), "nobody connected");
}

#[test]
fn why_the_terminal_can_not_be_used_is_said() {
    let cases = [
        ("xterm", false, "open terminal failed: not a terminal\n"),
        ("dumb", true, "open terminal failed: terminal does not support clear\n"),
        ("teletype", true, "open terminal failed: missing or unsuitable terminal: teletype\n"),
    ];
    for (term, on_terminal, expected) in cases {
        let daemon = Daemon::new();
        let terminal = Terminal::new(Size { cols: 80, rows: 24 });
        let mut command = abide(&daemon.socket, &["new"]);
        command.env("TERM", term);
        if on_terminal {
            command.stdin(terminal.stdio());
        }
        let child = command.spawn().expect("starts");
        let mut connection = daemon.accept();
        connection.greet(0);
        let ClientMessage::Command(command) = connection.hear() else { panic!("no command") };
        assert_eq!(command.size, Size::default());
        // The daemon knows no terminals.
        connection.say(output(command.id, "open terminal failed: not a terminal\n", Stream::Err));
        connection.say(ServerMessage::Done(Done { id: command.id, status: 1 }));
        let ended = child.wait_with_output().expect("ends");
        assert_eq!(
            (String::from_utf8_lossy(&ended.stderr).as_ref(), ended.status.code()),
            (expected, Some(1))
        );
        assert!(terminal.is_as_found());
    }
}

#[test]
fn a_daemon_that_restarts_before_it_greets_is_waited_for() {
    let daemon = Daemon::new();
    let child = abide(&daemon.socket, &["ls"]).spawn().expect("starts");
    for _ in 0..3 {
        drop(daemon.accept());
    }
    let mut connection = daemon.accept();
    connection.greet(0);
    let ClientMessage::Command(command) = connection.hear() else { panic!("no command") };
    connection.say(ServerMessage::Done(Done { id: command.id, status: 0 }));
    assert!(child.wait_with_output().expect("ends").status.success());

    // Once it took the command nobody knows what became of it: it is not sent twice.
    let child = abide(&daemon.socket, &["kill-pane"]).spawn().expect("starts");
    let mut connection = daemon.accept();
    connection.greet(0);
    connection.hear();
    drop(connection);
    let ended = child.wait_with_output().expect("ends");
    assert_eq!(String::from_utf8_lossy(&ended.stderr), "server exited unexpectedly\n");
    assert_eq!(ended.status.code(), Some(1));
}

#[test]
fn a_stranger_is_refused_with_its_words() {
    let daemon = Daemon::new();
    let child = abide(&daemon.socket, &["ls"]).spawn().expect("starts");
    let mut connection = daemon.accept();
    assert!(matches!(connection.hear(), ClientMessage::Hello(_)));
    let versions = abide_protocol::version::VersionRange { max: 9, min: 8 };
    connection.say(ServerMessage::Refused(Refused { text: "another version".to_owned(), versions }));
    let ended = child.wait_with_output().expect("ends");
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(said.contains("8 to 9") && said.contains("update the older side"), "{said}");
    assert_eq!(ended.status.code(), Some(1));
}
