//! `#(command)` in the status line.

use abide_tests::server::{SOON, Server};

#[test]
fn the_status_line_shows_what_a_command_printed_last() {
    let server = Server::new();
    let mut terminal = server.terminal(&["new-session", "-s", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    server.ok(&["set-option", "-g", "status-interval", "1"]);
    server.ok(&["set-option", "-g", "status-right", "<#(echo no; echo hi; echo not this >&2)>"]);
    terminal.wait_text("<hi>", SOON);
    // It is run again, in the directory of the session, and knows its server.
    let count = server.folder("home").join("lines");
    let command = format!("<#(echo x >> {}; wc -l < {0})>", count.display());
    server.ok(&["set-option", "-g", "status-right", &command]);
    terminal.wait_text("<3>", SOON);
    let command = "<#(abide display-message -p '##{session_name}!')>";
    server.ok(&["set-option", "-g", "status-right", command]);
    terminal.wait_text("<work!>", SOON);
    assert_eq!(server.format("", "#(echo hi)"), "", "a client without a status line runs nothing");
}

#[test]
fn a_command_that_runs_on_is_shown_line_by_line_and_ends_with_the_server() {
    let server = Server::new();
    let mut terminal = server.terminal(&["new-session", "-s", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    let pids = server.folder("home").join("pid");
    let command =
        format!("<#(echo $$ > {}; n=0; while :; do n=$((n+1)); echo $n; sleep 1; done)>", pids.display());
    server.ok(&["set-option", "-g", "status-right", &command]);
    terminal.wait_text("<2>", SOON);
    terminal.wait_text("<3>", SOON);
    let pid: u32 = std::fs::read_to_string(&pids).expect("a pid").trim().parse().expect("a number");
    assert!(abide_tests::server::alive(pid));
    server.ok(&["kill-server"]);
    abide_tests::wait::wait_for("the command ends", SOON, || {
        (!abide_tests::server::alive(pid)).then_some(())
    });
}
