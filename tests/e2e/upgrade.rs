//! `abide upgrade`, and the signal: the new program serves, or the old one does and says why.

use abide_tests::install::{self, install};
use abide_tests::server::{SOON, Server, program, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};

/// A program in the server's home that says it is abide, and otherwise does what the script does.
fn pretender(server: &Server, name: &str, script: &str) -> PathBuf {
    let path = server.folder("home").join(name);
    let text = format!("#!/bin/sh\nif [ \"$1\" = -V ]; then echo abide 9.9.9; exit; fi\n{script}\n");
    install::script(&text, &path);
    path
}

fn running(pid: u32) -> PathBuf {
    std::fs::read_link(format!("/proc/{pid}/exe")).expect("a process")
}

/// A server with a session that shows `before-42`.
fn begun(server: Server) -> (Server, u32, String) {
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server.ok(&["send-keys", "-t", "a", "echo before-$((40+2))", "Enter"]);
    server.wait_pane("a", "before-42");
    let (daemon, pane) = (server.daemon_pid(), server.format("a", "#{pane_pid}"));
    (server, daemon, pane)
}

/// Its session goes on as if nothing had been.
#[track_caller]
fn goes_on(server: &Server, pane: &str, word: &str) {
    assert_eq!(server.format("a", "#{pane_pid}"), pane, "the same program");
    assert!(server.capture("a").contains("before-42"));
    server.ok(&["send-keys", "-t", "a", &format!("echo {word}-$((40+3))"), "Enter"]);
    server.wait_pane("a", &format!("{word}-43"));
}

#[test]
fn another_program_serves_and_a_person_who_looks_sees_it_go_on() {
    let (server, daemon, pane) = begun(Server::new());
    let other = server.folder("home").join("other");
    install(&program("abide"), &other);
    let mut person = server.terminal(&["attach", "-t", "a"], 80, 24);
    person.wait_text("before-42", SOON);
    let said = server.ok(&["upgrade", "-b", "other"]);
    let next = server.daemon_pid();
    assert_ne!(next, daemon);
    let version = env!("CARGO_PKG_VERSION");
    let expected = format!("upgraded: abide {version} (pid {next}), 1 session, ");
    assert!(said.starts_with(&expected) && said.ends_with(" ms"), "{said}");
    assert_eq!(running(next), other);
    assert_eq!(server.format("", "#{upgrade_result}"), "done");
    let line = format!("upgraded: abide {version} serves");
    person.wait_text(&line, SOON);
    person.type_text("echo typed-$((40+4))\r");
    person.wait_text("typed-44", SOON);
    assert!(person.text().contains("before-42"), "{}", person.text());
    let messages = server.ok(&["show-messages"]);
    assert!(messages.contains(&line) && !messages.contains("crashed"), "{messages}");
    goes_on(&server, &pane, "after");

    // The signal means the program that runs now, not the first one.
    let before = server.daemon_pid();
    signal(before, Signal::USR2);
    let again = wait_for("another daemon", SOON, || Some(server.daemon_pid()).filter(|pid| *pid != before));
    assert_eq!(running(again), other);

    // Without a name it is the program that the person typed.
    let said = server.ok(&["upgrade"]);
    assert!(said.starts_with("upgraded: "), "{said}");
    assert_eq!(running(server.daemon_pid()), program("abide"));
    goes_on(&server, &pane, "again");
}

#[test]
fn what_can_not_serve_falls_back_with_the_reason() {
    let server = Server::new();
    let death = server.folder("home").join("death");
    let (server, mut daemon, pane) = begun(server.with("ABIDE_TEST_DEATH", &death));
    let dies = pretender(&server, "dies", "echo 'no, thanks' >&2; exit 3");
    let hangs = pretender(&server, "hangs", "exec sleep 1000");
    let copy = server.folder("home").join("copy");
    install(&program("abide"), &copy);
    for (path, why) in [
        (&dies, "exited with status 3"),
        (&hangs, "it did not greet within 5 s"),
        // It greets, and is gone before it has made sense of anything.
        (&copy, "was ended by signal 9 SIGKILL"),
    ] {
        if path == &copy {
            std::fs::write(&death, "handed-over 1").expect("say where to die");
        }
        let said = server.fails(&["upgrade", "-b", &path.to_string_lossy()]);
        let next = server.daemon_pid();
        assert!(next != daemon, "it was tried");
        daemon = next;
        let beginning = "no upgrade, the program before it serves on (abide ";
        assert!(said.starts_with(beginning) && said.contains(why), "{said}");
        assert!(said.contains(&format!("pid {next}): {}: ", path.display())), "{said}");
        assert_eq!(running(next), program("abide"));
        let messages = server.ok(&["show-messages"]);
        assert!(messages.contains(why), "{messages}");
        assert!(!messages.contains("crashed"), "an upgrade that failed is no crash:\n{messages}");
        goes_on(&server, &pane, "on");
    }
    assert!(server.ok(&["show-messages"]).contains("process"), "the last one's");
    // The keeper still knows the old program, and takes another.
    assert!(server.ok(&["upgrade", "-b", &copy.to_string_lossy()]).starts_with("upgraded: "));
    goes_on(&server, &pane, "well");
}

#[test]
fn what_is_no_program_is_refused_and_nothing_restarts() {
    let (server, daemon, pane) = begun(Server::new());
    let plain = server.folder("home").join("plain");
    std::fs::write(&plain, "text").expect("a file");
    for (path, why) in [
        ("plain", "/plain: can't be run: Permission denied (os error 13)"),
        ("nothing", "/nothing: can't be run: No such file or directory (os error 2)"),
        ("/bin/true", "/bin/true -V: prints no version of abide (exit status: 0)"),
    ] {
        let said = server.fails(&["upgrade", "-b", path]);
        assert!(said.starts_with("no upgrade: ") && said.ends_with(why), "{said}");
    }
    let said = server.fails(&["upgrade", ";", "list-sessions"]);
    assert!(said.contains("stands alone"), "{said}");
    assert_eq!(server.daemon_pid(), daemon);
    goes_on(&server, &pane, "on");
}

/// As after an installation: the program is replaced where it is, and the server is told by a signal.
#[test]
fn a_signal_has_the_newest_program_serve() {
    let server = Server::new();
    let installed = server.folder("home").join("abide");
    install(&program("abide"), &installed);
    let (server, daemon, pane) = begun(server.installed_at(&installed));
    let successor = |old: u32| {
        wait_for("another daemon", SOON, || {
            let pid = server.daemon_pid();
            (pid != old).then_some(pid)
        })
    };
    install(&program("abide"), &installed);
    assert_ne!(running(daemon), installed, "its file has no name any more");
    signal(daemon, Signal::USR2);
    let next = successor(daemon);
    assert_eq!(running(next), installed);
    assert!(server.ok(&["show-messages"]).contains("upgraded: abide "));
    goes_on(&server, &pane, "told");

    install(&program("abide"), &installed);
    signal(server.keeper_pid(), Signal::USR2);
    let last = successor(next);
    assert_eq!(running(last), installed);
    goes_on(&server, &pane, "passed-on");

    // What is there now is none of ours: the one that runs runs on, and says so.
    std::fs::write(installed.with_extension("new"), "text").expect("a file");
    std::fs::rename(installed.with_extension("new"), &installed).expect("in place");
    signal(last, Signal::USR2);
    wait_for("the refusal", SOON, || {
        // The client of that path is gone with it.
        let output = server.command(program("abide")).args(["show-messages"]).output().expect("run");
        String::from_utf8_lossy(&output.stdout).contains("no upgrade: ").then_some(())
    });
    let server = server.installed_at(&program("abide"));
    assert_eq!(server.daemon_pid(), last);

    // And when it dies, it is what is started again: its file is held open.
    let file = |pid: u32| std::fs::metadata(format!("/proc/{pid}/exe")).expect("a process").ino();
    let held = file(last);
    signal(last, Signal::KILL);
    wait_for("an answer after the kill", SOON, || {
        let output = server.run(&["display-message", "-p", "#{pid}"]);
        (output.status.success() && String::from_utf8_lossy(&output.stdout).trim() != last.to_string())
            .then_some(())
    });
    goes_on(&server, &pane, "held");
    assert_eq!(file(server.daemon_pid()), held);
}

/// The Debian package's script, with the path of a program of this test's own.
#[test]
fn the_packages_script_has_running_servers_upgraded_and_never_fails() {
    let server = Server::new();
    let installed = server.folder("home").join("abide");
    install(&program("abide"), &installed);
    let (server, daemon, pane) = begun(server.installed_at(&installed));
    let keeper = server.keeper_pid();
    install(&program("abide"), &installed);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("../packaging/deb/postinst");
    let script = std::fs::read_to_string(script).expect("the script");
    let script = script.replace("/usr/bin/abide", &installed.to_string_lossy());
    let run = |words: &[&str]| {
        let output =
            server.command("/bin/sh").args(["-c", &script, "postinst"]).args(words).output().expect("run");
        assert!(
            output.status.success() && output.stderr.is_empty() && output.stdout.is_empty(),
            "{output:?}"
        );
    };
    run(&["configure", ""]);
    run(&["abort-upgrade", "0.1.0-1"]);
    assert_eq!(server.daemon_pid(), daemon, "a first installation, and one that failed");
    run(&["configure", "0.1.0-1"]);
    let next = wait_for("another daemon", SOON, || {
        let pid = server.daemon_pid();
        (pid != daemon).then_some(pid)
    });
    assert_eq!((running(next), server.keeper_pid()), (installed, keeper));
    goes_on(&server, &pane, "installed");
}

#[test]
fn the_keeper_becomes_the_program_too_and_nothing_else_is_another() {
    let (server, daemon, pane) = begun(Server::new());
    let keeper = server.keeper_pid();
    let (other, first) = (server.folder("home").join("other"), running(keeper));
    install(&program("abide"), &other);
    // It says that it is abide, and does not know what a keeper is.
    let stranger = pretender(&server, "stranger", "exit 1");
    let said = server.fails(&["upgrade", "-k", "-b", &stranger.to_string_lossy()]);
    assert!(
        said.contains("no upgrade: keeper: ") && said.contains("does not know how to go on as keeper"),
        "{said}"
    );
    assert_eq!((server.daemon_pid(), running(keeper)), (daemon, first), "nothing has happened");
    goes_on(&server, &pane, "still");

    assert!(server.ok(&["upgrade", "-k", "-b", "other"]).starts_with("upgraded: "));
    assert_eq!(server.keeper_pid(), keeper, "the same process");
    assert_eq!((running(keeper), running(server.daemon_pid())), (other.clone(), other.clone()));
    goes_on(&server, &pane, "after");
    // What ends now is still learnt by the parent of all.
    server.ok(&["new-window", "-t", "a", "-n", "ends", "exit 7"]);
    wait_for("the window to go", SOON, || {
        (!server.ok(&["list-windows", "-t", "a"]).contains("ends")).then_some(())
    });
    // And back, by the program that the person types.
    assert!(server.ok(&["upgrade", "-k"]).starts_with("upgraded: "));
    assert_eq!((server.keeper_pid(), running(keeper)), (keeper, program("abide")));
    goes_on(&server, &pane, "back");
}

#[test]
fn a_daemon_that_follows_its_keeper_starts_the_program_that_serves() {
    let (server, _, pane) = begun(Server::new());
    let other = server.folder("home").join("other");
    install(&program("abide"), &other);
    server.ok(&["upgrade", "-b", "other"]);
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    signal(keeper, Signal::KILL);
    let next = wait_for("another daemon", SOON, || {
        let output = server.run(&["display-message", "-p", "#{pid}"]);
        String::from_utf8_lossy(&output.stdout).trim().parse().ok().filter(|pid| *pid != daemon)
    });
    assert_eq!(server.keeper_pid(), daemon, "it took the keeper's place");
    assert_eq!((running(daemon), running(next)), (other.clone(), other));
    goes_on(&server, &pane, "followed");
}
