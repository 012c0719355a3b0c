//! What a program in a pane finds: its own session and tty, clean signals, no descriptor of ours.

use abide::os::sys::{SHORT_TURN_NS, turn_ns};
use abide_tests::server::Server;
use abide_tests::skip::skipped;

// Of a child of the shell's: dash itself blocks all signals for a moment while it waits for one.
const LOOK: &str = "sleep 0; { grep -E '^(SigBlk|SigIgn):' /proc/self/status; umask; \
    for fd in /proc/$$/fd/*; do n=${fd##*/}; [ \"$n\" -gt 2 ] && [ \"$n\" -ne 10 ] && readlink $fd; done; \
    tty; env | sort; ps -o pid=,pgid=,sid= -p $$ ; } > look 2>&1; echo look''ed";

#[test]
fn a_program_starts_clean() {
    let server = Server::new();
    let mut command = server.abide(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    let status = command.env("SECRET_OF_THE_STARTER", "x").env("DISPLAY", ":7").status().expect("start");
    assert!(status.success());
    server.ok(&["send-keys", "-t", "a", "-l", LOOK]);
    server.ok(&["send-keys", "-t", "a", "Enter"]);
    server.wait_pane("a", "looked");
    let look = std::fs::read_to_string(server.folder("home").join("look")).expect("what it saw");
    let line = |start: &str| {
        look.lines().find(|l| l.starts_with(start)).unwrap_or_else(|| panic!("{start} in\n{look}"))
    };
    assert_eq!(line("SigBlk:").split_whitespace().nth(1), Some("0000000000000000"));
    // An interactive shell ignores SIGQUIT, SIGTERM and the stop signals by itself; we may not add SIGHUP, SIGPIPE or SIGINT.
    let ignored = u64::from_str_radix(line("SigIgn:").split_whitespace().nth(1).unwrap(), 16).unwrap();
    for signal in [1, 2, 13, 17, 10, 12] {
        assert_eq!(ignored >> (signal - 1) & 1, 0, "signal {signal} is ignored");
    }
    assert_eq!(line("00"), "0022");
    assert!(line("/dev/pts/").starts_with("/dev/pts/"));
    assert!(
        !look.contains("memfd") && !look.contains("socket:") && !look.contains("eventfd"),
        "descriptors of ours:\n{look}"
    );
    for expected in
        ["TERM=", "TERM_PROGRAM=abide", "ABIDE=", "ABIDE_PANE=%0", "TMUX_PANE=%0", "HOME=", "SHELL=/bin/sh"]
    {
        line(expected);
    }
    assert!(!look.contains("NOTIFY_SOCKET"), "{look}");
    let ids: Vec<&str> = look.lines().last().unwrap().split_whitespace().collect();
    assert_eq!(ids[0], ids[2], "the shell leads a session of its own");
}

#[test]
fn exit_codes_and_dead_panes() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server.ok(&["set-option", "-g", "remain-on-exit", "on"]);
    for (index, (command, status)) in
        [("exit 0", "0"), ("exit 7", "7"), ("exit 255", "255")].iter().enumerate()
    {
        let target = format!("a:{}", index + 1);
        server.ok(&["new-window", "-d", "-t", &target, command]);
        abide_tests::wait::wait_for("the dead pane", abide_tests::server::SOON, || {
            (server.format(&target, "#{pane_dead} #{pane_dead_status}") == format!("1 {status}"))
                .then_some(())
        });
    }
    server.ok(&["new-window", "-d", "-t", "a:9", "kill -9 $$"]);
    abide_tests::wait::wait_for("the killed pane", abide_tests::server::SOON, || {
        (server.format("a:9", "#{pane_dead} #{pane_dead_signal}") == "1 9").then_some(())
    });
}

#[test]
fn server_processes_have_short_turns_and_programs_have_not() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    let turn = |pid: u32| turn_ns(pid.cast_signed());
    let shell: u32 = server.format("a", "#{pane_pid}").parse().unwrap();
    let Some(usual) = turn(shell) else {
        return skipped("short turns", "this kernel has no turns of a process's own (Linux 6.12)");
    };
    assert_ne!(usual, SHORT_TURN_NS, "the program's");
    assert_eq!(turn(server.keeper_pid()), Some(SHORT_TURN_NS), "the keeper's");
    assert_eq!(turn(server.daemon_pid()), Some(SHORT_TURN_NS), "the daemon's");
}
