//! The store's file of a machine that is lost, in the hands of another server: it is looked at, sessions come out of it, and
//! the file stays as it was.

use abide_tests::server::{SOON, Server};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::time::{Duration, Instant};

/// How long a look at a file may take, with the start of the server that looks.
const LOOK_MAX: Duration = Duration::from_secs(2);

/// A server with two sessions that is lost, and a copy of its store that nobody may write.
fn lost() -> (Server, PathBuf) {
    let far = Server::new();
    far.fill();
    far.wait_stored(SOON);
    far.lose_the_machine();
    let copy = far.folder("home").join("copy.redb");
    std::fs::copy(far.state_file("redb"), &copy).expect("copy the file");
    std::fs::set_permissions(&copy, std::fs::Permissions::from_mode(0o400)).expect("protect it");
    (far, copy)
}

#[test]
fn the_file_of_a_lost_machine_is_looked_at_and_restored_from() {
    let (_far, copy) = lost();
    let before = std::fs::read(&copy).expect("the copy");
    let path = copy.to_str().expect("a path");
    let here = Server::new();
    // There is no server: it is started to look.
    let began = Instant::now();
    let list = here.ok(&[
        "list-sessions",
        "-p",
        path,
        "-F",
        "#{session_name} #{stored_panes} #{stored_space} #{stored_state}",
    ]);
    let took = began.elapsed();
    println!("a look at a file without a server: {} ms", took.as_millis());
    assert_eq!(list, "other 1 file/copy file\nwork 2 file/copy file");
    assert!(took < LOOK_MAX, "{took:?}");
    let shown = here.ok(&["show-stored", "-p", path, "-S", "-", "work"]);
    assert!(shown.contains("\nfar-2\n") && shown.contains("\n12\n"), "{shown}");
    assert_eq!(here.ok(&["list-sessions"]), "", "nothing was taken");

    let asked = here.fails(&["restore-session", "-p", path, "work"]);
    assert!(asked.contains("not a terminal"), "{asked}");
    here.ok(&["restore-session", "-d", "-p", path, "work"]);
    here.wait_pane("work:build.0", "[restored: the machine or server ended at");
    assert_eq!(
        here.ok(&["list-panes", "-s", "-t", "work", "-F", "#{window_name}.#{pane_index} #{pane_active}"]),
        "build.0 1\nbuild.1 0"
    );
    let history = here.ok(&["capture-pane", "-p", "-S", "-", "-t", "work:build.0"]);
    assert!(history.contains("\n12\n"), "{history}");
    here.ok(&["send-keys", "-t", "work:build.0", "pwd; echo here-$((1+1))", "Enter"]);
    here.wait_pane("work:build.0", "\n/usr\nhere-2");
    let said = here.ok(&["show-messages"]);
    assert!(said.contains("[restored: session work of"), "{said}");
    let again = here.fails(&["restore-session", "-d", "-p", path, "work"]);
    assert!(again.contains("a session work is here already: give it another name with -n"), "{again}");
    here.ok(&["restore-session", "-d", "-n", "twice", "-p", path, "work"]);
    here.wait_pane("twice:build.0", "far-2");
    assert!(std::fs::read(&copy).expect("the copy") == before, "the file is as it was");

    // It is this server's own now.
    here.wait_stored(SOON);
    here.lose_the_machine();
    assert_eq!(
        here.ok(&["sessions", "-S", "-F", "#{session_name} #{stored_state}"]),
        "twice here\nwork here"
    );
    here.wait_pane("work:build.0", "here-2");
}

#[test]
fn a_file_that_is_no_store_or_in_use_is_refused_with_a_sentence() {
    let here = Server::new();
    let junk = here.folder("home").join("junk");
    std::fs::write(&junk, [7; 10_000]).expect("write");
    here.ok(&["new-session", "-d", "-s", "mine"]);
    here.wait_stored(SOON);
    let own = here.state_file("redb");
    let before = std::fs::read(&junk).expect("read");
    for (path, why) in [
        (junk.to_str().expect("a path"), "damaged"),
        ("nothing.redb", "No such file"),
        ("/dev/zero", "is no store's file"),
        ("/proc", "is no store's file"),
        (own.to_str().expect("a path"), "another process has the store open"),
    ] {
        for words in [&["list-sessions", "-p", path][..], &["restore-session", "-d", "-p", path, "x"]] {
            let said = here.fails(words);
            assert!(said.contains(why), "{words:?}: {said}");
        }
    }
    assert!(std::fs::read(&junk).expect("read") == before);
    assert_eq!(here.ok(&["list-sessions", "-F", "#S"]), "mine");
}

/// A store that only one server has open still holds nobody else's sessions: its own are not brought twice.
#[test]
fn the_own_store_has_nothing_to_restore() {
    let here = Server::new();
    let said = here.fails(&["restore-session", "-d", "nothing"]);
    assert!(said.contains("no session nothing is stored"), "{said}");
    here.ok(&["new-session", "-d", "-s", "mine"]);
    here.wait_stored(SOON);
    let said = here.fails(&["restore-session", "-d", "mine"]);
    assert!(said.contains("session mine is this server's own"), "{said}");
    here.ok(&["set", "-g", "restore", "off"]);
    let said = here.fails(&["restore-session", "-d", "mine"]);
    assert!(said.contains("restore is off"), "{said}");
}
