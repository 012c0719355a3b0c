//! Pictures from end to end: a program that prints one, the daemon, native clients on a terminal that takes pictures (our own
//! screen model, which answers as one) and on one that does not; and both again when the daemon was killed.

use abide_core::base::geometry::Size;
use abide_tests::server::{SOON, Server, signal};
use abide_tests::terminal::Terminal;
use abide_tests::wait::wait_for;
use rustix::process::Signal;

/// A PNG of 2 x 2 pixels.
const PNG: &str =
    "iVBORw0KGgoAAAANSUhEUgAAAAIAAAACCAIAAAD91JpzAAAAEUlEQVR42mP4zwAEIOI/kAAAG/ID/SGOiJAAAAAASUVORK5CYII=";

/// What the terminal shows of pictures: left column, top row, columns, rows, and the file.
fn pictures(terminal: &Terminal) -> Vec<(u16, u64, u16, u16, Vec<u8>)> {
    terminal.pictures().into_iter().map(|p| (p.x, p.y, p.cols, p.rows, p.file)).collect()
}

/// A client on a terminal that takes no pictures: nobody asks it.
fn console(server: &Server) -> Terminal {
    let mut command = server.abide(&["attach", "-t", "work"]);
    command.env("TERM", "linux");
    let mut terminal = Terminal::start(&command, Size::new(80, 24));
    terminal.wait_text("[work] 0:", SOON);
    terminal
}

fn read(terminal: &mut Terminal) {
    terminal.read(std::time::Duration::from_millis(5));
}

#[test]
fn a_picture_is_seen_or_its_box_also_after_the_daemon_was_killed() {
    let server = Server::new();
    let mut terminal = server.terminal(&["new-session", "-s", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    let mut console = console(&server);
    let print = format!(
        "clear; printf '\\n\\n   \\033_Ga=T,f=100,c=20,r=4;{PNG}\\033\\\\'; echo; echo shown-$((40+2))"
    );
    server.ok(&["send-keys", "-t", "work", &print, "Enter"]);
    server.wait_pane("work", "shown-42");
    // As the model has it: the file, four rows.
    terminal.wait("the picture", SOON, |t| (pictures(t).len() == 1).then_some(()));
    let (x, y, cols, rows, file) = pictures(&terminal).remove(0);
    assert_eq!((x, y, cols, rows), (3, 2, 20, 4));
    assert!(file.starts_with(b"\x89PNG") && file.len() == 74, "{} bytes", file.len());
    assert!(!terminal.text().contains("image"), "{}", terminal.text());
    let boxed = |console: &Terminal| {
        (2..6).map(|y| console.row(y).trim().to_owned()).collect::<Vec<_>>()
            == [
                "┌──────────────────┐",
                "│    image 2x2     │",
                "│                  │",
                "└──────────────────┘",
            ]
    };
    console.wait("the box", SOON, |t| boxed(t).then_some(()));
    assert_eq!(pictures(&console), []);
    assert_eq!(server.format("work", "#{pane_pictures}"), "1");

    // The next daemon has it from shared memory; both clients come back by themselves.
    let killed = server.daemon_pid();
    signal(killed, Signal::KILL);
    wait_for("the next daemon", SOON, || {
        read(&mut terminal);
        read(&mut console);
        let output = server.run(&["display-message", "-p", "#{pid}"]);
        let pid = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().unwrap_or(killed);
        (pid != killed).then_some(())
    });
    server.ok(&["send-keys", "-t", "work", "echo behind-$((40+3))", "Enter"]);
    terminal.wait_text("behind-43", SOON);
    console.wait_text("behind-43", SOON);
    terminal.wait("the picture", SOON, |t| (pictures(t) == [(3, 2, 20, 4, file.clone())]).then_some(()));
    console.wait("the box", SOON, |t| boxed(t).then_some(()));

    // A sixel beside it, of 20 x 12 pixels: cells have 8 x 16.
    let print =
        "clear; printf '\\033Pq\"1;1;20;12#1;2;100;0;0!20~-!20~\\033\\\\'; echo; echo sixel-$((40+4))";
    server.ok(&["send-keys", "-t", "work", print, "Enter"]);
    server.wait_pane("work", "sixel-44");
    terminal.wait("the sixel", SOON, |t| {
        pictures(t).iter().any(|p| (p.0, p.1, p.2, p.3) == (0, 0, 3, 1)).then_some(())
    });
    console.wait("its box", SOON, |t| t.row(0).starts_with("ima").then_some(()));

    // Scrolled away, and seen again in copy mode.
    server.ok(&["send-keys", "-t", "work", "seq 100; echo all-$((40+5))", "Enter"]);
    terminal.wait_text("all-45", SOON);
    terminal.wait("no picture", SOON, |t| pictures(t).is_empty().then_some(()));
    server.ok(&["copy-mode", "-t", "work"]);
    server.ok(&["send-keys", "-t", "work", "-X", "history-top"]);
    terminal.wait("the picture", SOON, |t| (pictures(t).len() == 1).then_some(()));
    console.wait("its box", SOON, |t| t.row(0).starts_with("ima").then_some(()));
    server.ok(&["send-keys", "-t", "work", "-X", "cancel"]);
    terminal.wait("no picture", SOON, |t| pictures(t).is_empty().then_some(()));

    terminal.type_text("\x02d");
    assert_eq!(terminal.wait_end(SOON), 0);
    assert_eq!(pictures(&terminal), [], "the terminal is as it was");
}
