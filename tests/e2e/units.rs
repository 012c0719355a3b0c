//! The systemd units: what they run does what a service manager expects of it.

use abide_tests::server::{SOON, Server, alive};
use abide_tests::wait::wait_for;
use std::io::{BufRead, BufReader};
use std::process::Stdio;

/// The words after the program of a unit's line.
fn words<'u>(unit: &'u str, key: &str) -> Vec<&'u str> {
    let line = unit.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix('=')).expect("the line");
    let mut words = line.split(' ');
    assert_eq!(words.next(), Some("/usr/bin/abide"));
    words.collect()
}

#[test]
fn the_server_stays_in_the_foreground_without_a_session_and_ends_when_told() {
    let unit = include_str!("../../packaging/systemd/abide.service");
    let server = Server::new();
    let mut main = server
        .abide(&words(unit, "ExecStart"))
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .expect("start");
    let mut ready = String::new();
    BufReader::new(main.stdout.take().expect("its output")).read_line(&mut ready).expect("a line");
    assert_eq!(ready, "ready\n");
    assert_eq!(server.ok(&["list-sessions"]), "");
    server.ok(&["new-session", "-d", "-s", "a"]);
    let daemon = server.daemon_pid();
    server.ok(&words(unit, "ExecStop"));
    let status = wait_for("its end", SOON, || main.try_wait().expect("wait"));
    assert!(status.success(), "{status}");
    assert!(!alive(daemon));
}
