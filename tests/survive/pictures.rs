//! Pictures through losses: a large one of some megabytes, a sixel beside it and one in history, when the keeper is killed and
//! when the machine is lost. A client's terminal (our own screen model) tells what is seen of them.

use super::machine_lost::wait_until_stored;
use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::terminal::{SeenPicture, Terminal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;

/// One in history, then a large one and a sixel of 20 x 12 pixels on the screen.
fn print_pictures(server: &Server) {
    let data = |bytes: usize| format!("\"$(head -c {bytes} /dev/urandom | base64 -w0)\"");
    let raw = |side: usize, cells: &str| {
        format!("printf '\\033_Ga=T,f=24,s={side},v={side},{cells};%s\\033\\\\\\n' {}", data(3 * side * side))
    };
    let sixel = "printf '\\033Pq\"1;1;20;12#1;2;100;0;0!20~-!20~\\033\\\\'";
    let line = format!(
        "{}; seq 40; printf '\\033[H\\033[2J'; {}; {sixel}; echo; echo shown-$((40+2))",
        raw(20, "c=4,r=2"),
        raw(1000, "c=20,r=8")
    );
    let script = server.folder("home").join("pictures.sh");
    std::fs::write(&script, line).expect("a script");
    server.ok(&["send-keys", "-t", "work", &format!(". {}", script.display()), "Enter"]);
    server.wait_pane("work", "shown-42");
}

/// The pictures on the screen when both are there.
fn seen(terminal: &mut Terminal) -> Vec<SeenPicture> {
    terminal.wait("both pictures", 3 * SOON, |t| Some(t.pictures()).filter(|all| all.len() == 2))
}

/// The topmost picture of the history, in copy mode.
fn in_history(server: &Server, terminal: &mut Terminal) -> SeenPicture {
    server.ok(&["copy-mode", "-t", "work"]);
    server.ok(&["send-keys", "-t", "work", "-X", "history-top"]);
    let old = terminal.wait("the picture in history", 3 * SOON, |t| {
        t.pictures().into_iter().find(|picture| (picture.cols, picture.rows) == (4, 2))
    });
    server.ok(&["send-keys", "-t", "work", "-X", "cancel"]);
    old
}

fn attached(server: &Server) -> Terminal {
    let mut terminal = server.terminal(&["attach", "-t", "work"], 80, 24);
    terminal.wait_text("[work] 0:", SOON);
    terminal
}

fn begun() -> (Server, Terminal, Vec<SeenPicture>, SeenPicture) {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24"]);
    let mut terminal = attached(&server);
    print_pictures(&server);
    let screen = seen(&mut terminal);
    assert!(screen.iter().any(|picture| picture.file.len() > 2_000_000), "some are large");
    assert!(screen.iter().any(|picture| (picture.cols, picture.rows) == (3, 1)), "the sixel");
    let old = in_history(&server, &mut terminal);
    (server, terminal, screen, old)
}

#[test]
fn pictures_are_seen_on_when_the_keeper_is_killed() {
    let (server, mut terminal, screen, old) = begun();
    let keeper = server.keeper_pid();
    signal(keeper, Signal::KILL);
    wait_for("another keeper", SOON, || {
        terminal.read(std::time::Duration::from_millis(5));
        let output = server.run(&["display-message", "-p", "#{keeper_pid}"]);
        let pid: u32 = String::from_utf8_lossy(&output.stdout).trim().parse().ok()?;
        (output.status.success() && pid != keeper).then_some(())
    });
    server.ok(&["send-keys", "-t", "work", "echo behind-$((40+3))", "Enter"]);
    terminal.wait_text("behind-43", SOON);
    terminal.wait("the same pictures", SOON, |t| (t.pictures() == screen).then_some(()));
    assert_eq!(in_history(&server, &mut terminal), old);
}

#[test]
fn pictures_come_back_when_the_machine_was_lost() {
    let (server, terminal, screen, old) = begun();
    wait_until_stored(&server);
    drop(terminal);
    server.lose_the_machine();
    server.ok(&["start-server"]);
    server.wait_pane("work", "[restored: ");
    let mut terminal = attached(&server);
    // Their files in any order: those that are no longer on the screen are found in history.
    let files = |pictures: &[SeenPicture]| {
        let mut files: Vec<_> = pictures.iter().map(|picture| picture.file.clone()).collect();
        files.sort();
        files
    };
    assert_eq!(files(&seen(&mut terminal)), files(&screen));
    assert_eq!(in_history(&server, &mut terminal), old);
    // And again, from shared memory.
    let daemon = server.daemon_pid();
    signal(daemon, Signal::KILL);
    wait_for("the next daemon", SOON, || {
        terminal.read(std::time::Duration::from_millis(5));
        (!alive(daemon) && server.daemon_pid() != daemon).then_some(())
    });
    server.ok(&["send-keys", "-t", "work", "echo behind-$((40+3))", "Enter"]);
    terminal.wait_text("behind-43", SOON);
    assert_eq!(files(&seen(&mut terminal)), files(&screen));
}
