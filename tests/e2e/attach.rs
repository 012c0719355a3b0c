//! The native client on a terminal: keys, panes, detaching, resizing, the tty left as it was found.

use abide_core::base::geometry::Size;
use abide_tests::server::{SOON, Server};

const PREFIX: &str = "\x02";

fn attached(server: &Server) -> abide_tests::terminal::Terminal {
    let mut terminal = server.terminal(&["new-session", "-s", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    // A person's prompt ends in a dollar, root's in a number sign, whatever /etc/profile makes of it.
    terminal.wait("a prompt", SOON, |t| t.row(0).ends_with(['$', '#']).then_some(()));
    terminal
}

#[test]
fn a_command_typed_shows_its_output_and_detach_leaves_it_running() {
    let server = Server::new();
    let mut terminal = attached(&server);
    terminal.type_text("echo seen-$((40+2))\r");
    terminal.wait_text("seen-42", SOON);
    terminal.type_text(PREFIX);
    terminal.type_text("d");
    terminal.wait_text("[detached (from session work)]", SOON);
    assert_eq!(terminal.wait_end(SOON), 0);
    assert!(!terminal.screen().alternate(), "the terminal is back on its own screen");
    assert!(server.capture("work").contains("seen-42"));
    let mut again = server.terminal(&["attach", "-t", "work"], 80, 24);
    again.wait_text("seen-42", SOON);
}

#[test]
fn the_default_keys_split_move_zoom_and_kill() {
    let server = Server::new();
    let mut terminal = attached(&server);
    let keys = |terminal: &mut abide_tests::terminal::Terminal, keys: &str| {
        terminal.type_text(PREFIX);
        terminal.type_text(keys);
    };
    let panes = |server: &Server| {
        server.ok(&[
            "list-panes",
            "-t",
            "work",
            "-F",
            "#{pane_index}#{?pane_active,*,}#{?window_zoomed_flag,Z,}",
        ])
    };
    let wait_panes = |server: &Server, expected: &str| {
        abide_tests::wait::wait_for(expected, SOON, || {
            (panes(server).replace('\n', " ") == expected).then_some(())
        });
    };
    keys(&mut terminal, "%");
    wait_panes(&server, "0 1*");
    terminal.wait("a border", SOON, |t| (0..23).all(|y| t.row(y).contains('│')).then_some(()));
    keys(&mut terminal, "\"");
    wait_panes(&server, "0 1 2*");
    keys(&mut terminal, "\x1b[D");
    wait_panes(&server, "0* 1 2");
    keys(&mut terminal, "o");
    wait_panes(&server, "0 1* 2");
    keys(&mut terminal, "z");
    wait_panes(&server, "0Z 1*Z 2Z");
    keys(&mut terminal, "z");
    wait_panes(&server, "0 1* 2");
    keys(&mut terminal, "x");
    terminal.wait_text("kill-pane", SOON);
    terminal.type_text("y");
    abide_tests::wait::wait_for("one pane less", SOON, || {
        (panes(&server).lines().count() == 2).then_some(())
    });
    keys(&mut terminal, "c");
    terminal.wait_text("1:", SOON);
    keys(&mut terminal, ",");
    terminal.type_text("\x15logs\r");
    terminal.wait_text("1:logs*", SOON);
    keys(&mut terminal, "0");
    terminal.wait("window 0", SOON, |t| t.row(23).contains("1:logs-").then_some(()));
    keys(&mut terminal, ":");
    terminal.type_text("rename-session shop\r");
    terminal.wait_text("[shop]", SOON);
}

#[test]
fn a_resize_reaches_the_program() {
    let server = Server::new();
    let mut terminal = attached(&server);
    terminal.resize(Size::new(100, 30));
    abide_tests::wait::wait_for("the pane's new size", SOON, || {
        terminal.read(std::time::Duration::from_millis(5));
        (server.format("work", "#{pane_width}x#{pane_height}") == "100x29").then_some(())
    });
    terminal.type_text("stty size\r");
    terminal.wait_text("29 100", SOON);
}

#[test]
fn two_clients_of_one_session_see_the_same() {
    let server = Server::new();
    let mut one = attached(&server);
    let mut two = server.terminal(&["attach", "-t", "work"], 80, 24);
    two.wait_text("[work] 0:", SOON);
    one.type_text("echo from-one\r");
    two.wait("the echo", SOON, |t| (t.text().matches("from-one").count() >= 2).then_some(()));
    two.type_text("echo from-two\r");
    one.wait("the echo", SOON, |t| (t.text().matches("from-two").count() >= 2).then_some(()));
}

#[test]
fn a_large_paste_arrives_whole() {
    let server = Server::new();
    let mut terminal = attached(&server);
    let file = server.folder("home").join("pasted");
    terminal.type_text("cat > pasted; echo pasted-all\r");
    let line = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ-+=\r";
    let lines = 1_000_000 / line.len();
    terminal.type_text("\x1b[200~");
    terminal.type_text(&line.repeat(lines));
    terminal.type_text("\x1b[201~");
    terminal.type_text("\x04");
    terminal.wait_text("pasted-all", SOON * 3);
    let pasted = std::fs::read_to_string(file).expect("the pasted file");
    assert_eq!(pasted.lines().count(), lines);
    assert!(
        pasted.lines().all(|l| l.len() == line.len() - 1 && line.starts_with(l)),
        "no byte lost or doubled"
    );
}

#[test]
fn a_killed_client_leaves_the_session_and_a_terminated_one_restores_the_tty() {
    let server = Server::new();
    let mut terminal = attached(&server);
    let clients = || server.ok(&["list-clients", "-F", "#{client_pid}"]);
    let pid: u32 = clients().parse().expect("one client");
    abide_tests::server::signal(pid, rustix::process::Signal::TERM);
    terminal.wait_end(SOON);
    assert!(terminal.text().contains("[terminated]"), "{}", terminal.text());
    assert!(!terminal.screen().alternate());
    let mut second = server.terminal(&["attach"], 80, 24);
    second.wait_text("[work]", SOON);
    let pid: u32 = clients().parse().expect("one client");
    abide_tests::server::signal(pid, rustix::process::Signal::KILL);
    second.wait_end(SOON);
    abide_tests::wait::wait_for("the client to be gone", SOON, || clients().is_empty().then_some(()));
    server.ok(&["has-session", "-t", "work"]);
}

#[test]
fn the_mouse_selects_drags_and_scrolls() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24"]);
    server.ok(&["set-option", "-g", "mouse", "on"]);
    server.ok(&["split-window", "-h", "-t", "work"]);
    let mut terminal = server.terminal(&["attach", "-t", "work"], 80, 24);
    terminal.wait_text("[work]", SOON);
    let format = |f: &str| server.format("work", f);
    let click = |t: &mut abide_tests::terminal::Terminal, button: u8, x: u16, y: u16, end: char| {
        t.type_text(&format!("\x1b[<{button};{};{}{end}", x + 1, y + 1))
    };
    assert_eq!(format("#{pane_index}"), "1");
    click(&mut terminal, 0, 5, 5, 'M');
    click(&mut terminal, 0, 5, 5, 'm');
    abide_tests::wait::wait_for("the left pane", SOON, || (format("#{pane_index}") == "0").then_some(()));
    let before: u16 = format("#{pane_width}").parse().unwrap();
    click(&mut terminal, 0, before, 5, 'M');
    click(&mut terminal, 32, before + 10, 5, 'M');
    click(&mut terminal, 0, before + 10, 5, 'm');
    abide_tests::wait::wait_for("a wider pane", SOON, || {
        (format("#{pane_width}") == (before + 10).to_string()).then_some(())
    });
    terminal.type_text("seq 100\r");
    server.wait_pane("work:0.0", "100");
    click(&mut terminal, 64, 5, 5, 'M');
    abide_tests::wait::wait_for("history view", SOON, || (format("#{pane_in_mode}") == "1").then_some(()));
}
