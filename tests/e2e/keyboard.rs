//! Kitty's keyboard protocol from end to end: a program in a pane that asks for it, the daemon, the native client, and an
//! outer terminal that has it (our own screen model, which answers as any terminal does).

use abide_protocol::message::mode;
use abide_tests::server::{SOON, Server};
use abide_tests::terminal::Terminal;

/// What the program of the pane read: one that asks for `flags` and shows each byte.
fn with_flags(server: &Server, flags: u32) -> Terminal {
    let mut terminal = server.terminal(&["new-session", "-s", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    terminal.wait("a prompt", SOON, |t| t.row(0).ends_with(['$', '#']).then_some(()));
    terminal.type_text(&format!("clear; stty raw -echo; printf '\\033[>{flags}u'; echo rea''dy; cat -v\r"));
    terminal.wait_text("ready", SOON);
    terminal
}

fn outer_flags(terminal: &Terminal) -> u32 {
    (terminal.screen().modes() & mode::KEYBOARD) >> mode::KEYBOARD_SHIFT
}

fn wait_flags(terminal: &mut Terminal, flags: u32) {
    terminal.wait(&format!("flags {flags}"), SOON, |t| (outer_flags(t) == flags).then_some(()));
}

#[test]
fn a_program_gets_what_the_outer_terminal_tells() {
    let server = Server::new();
    let mut terminal = with_flags(&server, 31);
    wait_flags(&mut terminal, 31);
    terminal.type_text("\x1b[97:65;2;65u\x1b[97:65;2:3u\x1b[105;5u\x1b[57441;1:3u\x1b[13;2u\x1b[57428u");
    terminal.wait_text("^[[97:65;2;65u^[[97:65;2:3u^[[105;5u^[[57441;1:3u^[[13;2u^[[57428u", SOON);
    // The prefix is found in it, and what it eats does not reach the program.
    terminal.type_text("\x1b[98;5u\x1b[98;5:3u\x1b[99;;99u\x1b[99;1:3u");
    terminal.wait_text("1:", SOON);
    // The shell of the new window asks for nothing.
    wait_flags(&mut terminal, 0);
    terminal.type_text("\x02p");
    wait_flags(&mut terminal, 31);
    terminal.wait_text("^[[57428u", SOON);
    assert!(!terminal.text().contains("^[[99"), "{}", terminal.text());
    // A daemon that dies does not change what the program asked for.
    terminal.type_text("\x1b[98;5u\x1b[100;;100u");
    terminal.wait_text("[detached (from session work)]", SOON);
    assert_eq!(terminal.wait_end(SOON), 0);
    assert_eq!(outer_flags(&terminal), 0, "the outer terminal is as it was");
}

#[test]
fn a_program_that_is_told_apart_only_gets_text_as_text() {
    let server = Server::new();
    let mut terminal = with_flags(&server, 1);
    wait_flags(&mut terminal, 5);
    terminal.type_text("aé\x1b[105;5u\x1b[27u\r\x1b[13;5u\x1b[61:43;6u\x1b[A");
    terminal.wait_text("aM-CM-)^[[105;5u^[[27u^M^[[13;5u^[[61;6u^[[A", SOON);
}

#[test]
fn flags_outlive_the_daemon() {
    let server = Server::new();
    let mut terminal = with_flags(&server, 5);
    wait_flags(&mut terminal, 5);
    abide_tests::server::signal(server.daemon_pid(), rustix::process::Signal::KILL);
    abide_tests::wait::wait_for("the next daemon", SOON, || {
        terminal.read(std::time::Duration::from_millis(5));
        terminal.type_text("\x1b[105;5u");
        terminal.text().contains("^[[105;5u").then_some(())
    });
    wait_flags(&mut terminal, 5);
}
