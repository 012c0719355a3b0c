//! Bad input: each has a clear result, and nobody else notices.

use abide_protocol::{
    client::Client,
    message::{ClientMessage, Ping},
};
use abide_tests::server::{SOON, Server, alive};
use abide_tests::wait::wait_for;
use std::io::{Read, Write};
use std::os::unix::net::UnixStream;
use std::path::PathBuf;

fn session() -> Server {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server
}

fn socket(server: &Server) -> PathBuf {
    server.format("", "#{socket_path}").into()
}

/// Resident memory in KiB.
fn resident_kib(pid: u32) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{pid}/status")).expect("status");
    let line = status.lines().find(|l| l.starts_with("VmRSS:")).expect("VmRSS");
    line.split_whitespace().nth(1).expect("a number").parse().expect("a number")
}

#[test]
fn frames_that_are_no_frames_end_the_connection_and_nothing_else() {
    let server = session();
    let pid = server.daemon_pid();
    let frames: [&[u8]; 7] = [
        b"GET / HTTP/1.1\r\nHost: x\r\n\r\n",
        &[0xff; 64],
        &[0, 0, 0, 1, 0x9f],
        &[0, 0, 0, 4, 0xa1, 0x61, b'x', 0xf6],
        &[0, 0, 0, 9, 0x9f, 0x9f, 0x9f, 0x9f, 0x9f, 0x9f, 0x9f, 0x9f, 0x9f],
        &[0x7f, 0xff, 0xff, 0xff],
        &[0, 0, 0, 0],
    ];
    for frame in frames {
        let mut stream = UnixStream::connect(socket(&server)).expect("connect");
        stream.set_read_timeout(Some(SOON)).unwrap();
        // The daemon may hang up before it has read all.
        let _ = stream.write_all(frame);
        let _ = stream.shutdown(std::net::Shutdown::Write);
        let mut said = vec![];
        let _ = stream.read_to_end(&mut said);
        assert!(said.len() < 4096, "{frame:?} was answered with {} bytes", said.len());
    }
    assert_eq!(server.daemon_pid(), pid, "the daemon did not notice");
}

#[test]
fn nothing_but_hello_comes_first() {
    let server = session();
    let mut stream = UnixStream::connect(socket(&server)).expect("connect");
    stream.set_read_timeout(Some(SOON)).unwrap();
    let payload = abide_protocol::codec::encode(&ClientMessage::Ping(Ping { number: 7 })).unwrap();
    stream.write_all(&(payload.len() as u32).to_be_bytes()).unwrap();
    stream.write_all(&payload).unwrap();
    let mut said = vec![];
    stream.read_to_end(&mut said).expect("an answer, then the end");
    let text = String::from_utf8_lossy(&said);
    assert!(text.contains("greeting"), "it says what comes first: {text:?}");
}

#[test]
fn a_client_that_never_reads_costs_nothing_and_disturbs_nobody() {
    let server = session();
    let mut deaf = Client::connect(socket(&server)).expect("connect");
    deaf.attach("a", abide_protocol::message::Size { cols: 80, rows: 24 }).expect("attach");
    let before = resident_kib(server.daemon_pid());
    server.ok(&["send-keys", "-t", "a", "seq 300000; echo flood-over", "Enter"]);
    server.wait_pane("a", "flood-over");
    let after = resident_kib(server.daemon_pid());
    assert!(after < before + 20_000, "memory went from {before} to {after} KiB");
    let mut other = server.terminal(&["attach", "-t", "a"], 80, 24);
    other.wait_text("flood-over", SOON);
}

#[test]
fn sizes_from_one_cell_to_a_million() {
    let server = session();
    let mut terminal = server.terminal(&["attach", "-t", "a"], 80, 24);
    terminal.wait_text("[a]", SOON);
    for (cols, rows) in [(1, 1), (1000, 1000), (2, 500), (500, 2), (80, 24)] {
        terminal.resize(abide_core::base::geometry::Size::new(cols, rows));
        let expected = format!("{cols}x{}", rows.saturating_sub(1).max(1));
        wait_for(&expected, SOON, || {
            terminal.read(std::time::Duration::from_millis(5));
            (server.format("a", "#{window_width}x#{window_height}") == expected).then_some(())
        });
    }
    terminal.type_text("echo still-here\r");
    terminal.wait_text("still-here", SOON);
}

#[test]
fn a_dead_terminal_ends_its_client_alone() {
    let server = session();
    let terminal = server.terminal(&["attach", "-t", "a"], 80, 24);
    wait_for("the client", SOON, || (!server.ok(&["list-clients"]).is_empty()).then_some(()));
    let pid: u32 = server.ok(&["list-clients", "-F", "#{client_pid}"]).parse().expect("a process id");
    drop(terminal);
    wait_for("the client to go", SOON, || (!alive(pid)).then_some(()));
    wait_for("no client", SOON, || server.ok(&["list-clients"]).is_empty().then_some(()));
    server.ok(&["has-session", "-t", "a"]);
}

#[test]
fn terminals_that_can_not_do_it_are_told() {
    let server = session();
    let mut dumb = abide_tests::terminal::Terminal::start(
        server.abide(&["attach", "-t", "a"]).env("TERM", "dumb"),
        abide_core::base::geometry::Size::new(80, 24),
    );
    assert_eq!(dumb.wait_end(SOON), 1);
    assert!(dumb.text().contains("open terminal failed: "), "{}", dumb.text());
    assert_eq!(server.fails(&["attach", "-t", "a"]), "open terminal failed: not a terminal");
}

#[test]
fn a_folder_in_the_wrong_hands_is_refused() {
    let server = Server::new();
    let folder = server.folder("run").join("abide");
    std::fs::create_dir(&folder).unwrap();
    std::fs::set_permissions(&folder, std::os::unix::fs::PermissionsExt::from_mode(0o777)).unwrap();
    let said = server.fails(&["new-session", "-d"]);
    assert!(said.contains(&*folder.to_string_lossy()), "it names the folder: {said}");
    std::fs::remove_dir(&folder).unwrap();
    std::os::unix::fs::symlink("/tmp", &folder).unwrap();
    let said = server.fails(&["new-session", "-d"]);
    assert!(said.contains(&*folder.to_string_lossy()), "it names the link: {said}");
}

#[test]
fn a_program_that_floods_starves_nobody() {
    let server = session();
    server.ok(&["split-window", "-t", "a", "yes", "floods", "the", "pane"]);
    server.ok(&["select-pane", "-t", "a:0.0"]);
    let mut terminal = server.terminal(&["attach", "-t", "a"], 80, 24);
    terminal.wait_text("floods the pane", SOON);
    for n in 0..20 {
        terminal.type_text(&format!("echo answer-$(({n}+1000))\r"));
        terminal.wait_text(&format!("answer-{}", n + 1000), SOON);
    }
}
