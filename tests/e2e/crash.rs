//! A program whose output crashes the daemon each time it is read, and what a crash leaves behind.

use abide_tests::server::{SOON, Server};
use abide_tests::wait::wait_for;

/// The output at which the daemon crashes (builds for tests have a trap for it).
const POISON: &str = "poison-in-the-well";

/// As `Server::ok`, while the server crashes and comes back.
fn wait_answer(server: &Server, words: &[&str], what: &str, look: impl Fn(&str) -> bool) -> String {
    wait_for(what, SOON, || {
        let output = server.run(words);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        (output.status.success() && look(&text)).then_some(text)
    })
}

#[test]
fn a_pane_that_crashes_the_server_is_cut_off_from_it_after_the_third_time() {
    let server = Server::new();
    let mut start = server.abide(&["new-session", "-d", "-s", "k", "-n", "well", "-x", "120", "-y", "24"]);
    assert!(start.env("ABIDE_TEST_TRAP", POISON).status().expect("start").success());
    server.ok(&["new-window", "-d", "-t", "k:", "-n", "sick"]);
    server.ok(&["send-keys", "-t", "k:well", "echo before-$((40+2))", "Enter"]);
    server.wait_pane("k:well", "before-42");
    let pids = server.ok(&["list-panes", "-s", "-t", "k", "-F", "#{pane_pid}"]);

    // In two halves, so that the echo of what is typed is not it.
    let (half, rest) = POISON.split_at(5);
    let command = format!("printf '%s%s\\n' {half} {rest}; echo behind-$((2+3))");
    server.ok(&["send-keys", "-t", "k:sick", &command, "Enter"]);
    let reason = "output crashed the server and are left out";
    let sick = wait_answer(
        &server,
        &["capture-pane", "-p", "-J", "-t", "k:sick"],
        "the reason in the pane",
        |text| text.contains(reason),
    );
    assert!(!sick.contains(POISON), "{sick}");

    let messages = server.ok(&["show-messages"]);
    let crashes = messages.lines().filter(|l| l.contains("the server crashed and was started again")).count();
    assert_eq!(crashes, 1, "one line for the crash before this start:\n{messages}");
    assert!(messages.contains("a test's trap is in its output"), "it says why:\n{messages}");
    assert!(messages.contains(reason), "{messages}");
    let log = std::fs::read_to_string(server.state_file("server.log")).expect("the log");
    assert_eq!(log.matches("server crashed: ").count(), 3, "three crashes, no more:\n{log}");
    assert!(log.contains("abide::reactor") && log.contains("output.rs"), "with backtraces:\n{log}");

    // The others never noticed, and the sick one goes on behind the poison.
    assert_eq!(server.ok(&["list-panes", "-s", "-t", "k", "-F", "#{pane_pid}"]), pids);
    for (target, text) in [("k:well", "after"), ("k:sick", "again")] {
        server.ok(&["send-keys", "-t", target, &format!("echo {text}-$((3+4))"), "Enter"]);
        server.wait_pane(target, &format!("{text}-7"));
    }
    assert!(server.capture("k:well").contains("before-42"));
}
