//! An older commit's program on one side, and this one's on the other: keeper, daemon and clients of two versions go together.

use super::daemon_killed::successor;
use super::seed::{Dice, times};
use super::trial::Trial;
use super::upgrades::{ALONE_MS, UPGRADES, upgrade};
use abide_tests::install::install;
use abide_tests::server::{SOON, Server, alive, program, signal};
use abide_tests::skip::skipped;
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// Names a binary of an older commit.
const OLD: &str = "ABIDE_OLD_BIN";

/// The binary of an older commit, where one is named; tests/survive/build-previous builds one.
fn older(test: &str) -> Option<PathBuf> {
    let old = std::env::var_os(OLD).filter(|path| !path.is_empty()).map(PathBuf::from);
    if old.is_none() {
        skipped(test, &format!("{OLD} names no older binary (make soak builds one)"));
    }
    old
}

/// To the binary of an older commit and back, again and again, under this keeper and with this client: each takes over what the
/// other left.
#[test]
fn an_older_binary_and_this_one_take_turns() {
    let Some(old) = older("older::an_older_binary_and_this_one_take_turns") else { return };
    let mut dice = Dice::new("upgrades between commits", 2);
    let upgrades = times(UPGRADES);
    let server = Server::new();
    let (installed, new) = (server.folder("home").join("abide"), program("abide"));
    install(&new, &installed);
    let mut trial = Trial::begin(server);
    let mut daemon = upgrade(&mut trial, &mut dice, &installed);
    let mut by_signal = 0;
    for n in 0..upgrades {
        let alone = Duration::from_millis(dice.below(ALONE_MS));
        trial.type_for(&mut dice, alone);
        install(if n % 2 == 0 { &old } else { &new }, &installed);
        let knows = trial.server.ok(&["list-commands"]).lines().any(|line| line.starts_with("upgrade "));
        let next = if knows && n % 2 == 1 {
            upgrade(&mut trial, &mut dice, &installed)
        } else {
            // One that is older than upgrades leaves by this signal, and the keeper starts what is there now; it also
            // does not say what became of an upgrade to it.
            by_signal += usize::from(!knows);
            signal(daemon, if knows { Signal::USR2 } else { Signal::TERM });
            let deadline = Instant::now() + SOON;
            loop {
                trial.type_for(&mut dice, Duration::from_millis(5));
                let output = trial.server.run(&["display-message", "-p", "#{pid}"]);
                let pid = String::from_utf8_lossy(&output.stdout).trim().parse::<u32>().unwrap_or(daemon);
                if output.status.success() && pid != daemon {
                    break pid;
                }
                assert!(Instant::now() < deadline, "no daemon took its place");
            }
        };
        let runs = std::fs::read_link(format!("/proc/{next}/exe")).expect("a process");
        assert_eq!(runs, installed, "the one that is there now");
        daemon = next;
    }
    let (keys, bytes) = trial.end();
    println!("upgrades={upgrades} by_signal={by_signal} keys={keys} bytes={bytes} lost=0 doubled=0");
}

/// A server that is older from its keeper to its clients, and stays so but for its daemon: this one serves them, dies, and gives way
/// to the older one again.
#[test]
fn an_older_keeper_and_older_clients_go_on_with_this_daemon() {
    let Some(old) = older("older::an_older_keeper_and_older_clients_go_on_with_this_daemon") else {
        return;
    };
    let mut dice = Dice::new("an older keeper", 3);
    let upgrades = times(UPGRADES);
    let server = Server::new();
    let homes: [PathBuf; 2] = ["this", "older"].map(|name| server.folder("home").join(name));
    for (from, path) in [&program("abide"), &old].into_iter().zip(&homes) {
        install(from, path);
    }
    let mut trial = Trial::begin(server.installed_at(&homes[1]));
    let keeper = trial.server.keeper_pid();
    for n in 0..upgrades {
        let alone = Duration::from_millis(dice.below(ALONE_MS));
        trial.type_for(&mut dice, alone);
        let mut daemon = upgrade(&mut trial, &mut dice, &homes[n % 2]);
        assert_eq!(runs(daemon), homes[n % 2]);
        if dice.below(2) == 0 {
            trial.type_for(&mut dice, alone);
            signal(daemon, Signal::KILL);
            daemon = successor(&trial.server, daemon);
            assert_eq!(runs(daemon), homes[n % 2], "the one that has served");
        }
    }
    assert_eq!((trial.server.keeper_pid(), runs(keeper)), (keeper, homes[1].clone()));
    let (keys, bytes) = trial.end();
    println!("upgrades={upgrades} keys={keys} bytes={bytes} lost=0 doubled=0");
}

fn runs(pid: u32) -> PathBuf {
    std::fs::read_link(format!("/proc/{pid}/exe")).expect("a process")
}

/// What a program can do to a screen, so far as both versions know it: another buffer, a region, colours of each kind, styles, a link,
/// line drawing, wide and joined characters, modes, a title, a saved cursor.
const RICH: &str = concat!(
    r"printf '\033[?1049h\033[2J\033[3;20r\033[38;2;10;200;30mgreen\033[48;5;77mblock\033[0m\033[5;10H",
    r"\033]8;;http://x/\033\\link\033]8;;\033\\\033(0lqk\033(B\033[?2004h\033[?1002h\033[?1006h\033[?1h\033[4 q",
    r"\033[1;3;4:3;58:5:9mstyled\033[0m\0337\033]2;a title\033\\\033[9;5H日本e\314\201'; cat"
);

/// What there is to see of it.
fn rich(server: &Server) -> String {
    let facts = "#{pane_title} #{alternate_on} #{cursor_x},#{cursor_y} #{cursor_shape} \
                 #{mouse_button_flag}#{mouse_sgr_flag}#{keypad_cursor_flag}";
    server.format("a:rich", facts) + "\n" + &server.ok(&["capture-pane", "-p", "-e", "-N", "-t", "a:rich"])
}

/// A session with a shell that has shown `begun-2` and a window `rich`; all of the server is the program at the first path. With what
/// there is to see of that window.
fn begun(old: &Path) -> (Server, [PathBuf; 2], String) {
    let server = Server::new();
    let homes = ["older", "this"].map(|name| server.folder("home").join(name));
    for (from, path) in [old, &program("abide")].into_iter().zip(&homes) {
        install(from, path);
    }
    let server = server.installed_at(&homes[0]);
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    server.ok(&["set-option", "-g", "remain-on-exit", "on"]);
    server.ok(&["send-keys", "-t", "a", "shell=$$; echo begun-$((1+1))", "Enter"]);
    server.wait_pane("a", "begun-2");
    server.ok(&["new-window", "-d", "-t", "a:", "-n", "rich", RICH]);
    server.wait_pane("a:rich", "日本e\u{301}");
    let seen = rich(&server);
    (server, homes, seen)
}

/// The same shell as ever, in whose pane all that was is; and another program is started, measured and seen to end.
#[track_caller]
fn goes_on(server: &Server, seen: &str, word: &str) {
    assert_eq!(rich(server), seen);
    server.ok(&["send-keys", "-t", "a:0", &format!("[ $shell = $$ ] && echo {word}-$((1+1))"), "Enter"]);
    server.wait_pane("a:0", &format!("{word}-2"));
    assert!(server.ok(&["capture-pane", "-p", "-S", "-", "-t", "a:0"]).contains("begun-2"));
    server.ok(&["new-window", "-d", "-t", "a:", "-n", word, "read go; stty size; exit 7"]);
    let target = format!("a:{word}");
    server.ok(&["resize-window", "-t", &target, "-x", "91", "-y", "31"]);
    server.ok(&["send-keys", "-t", &target, "Enter"]);
    server.wait_pane(&target, "31 91");
    wait_for("its end", SOON, || {
        (server.format(&target, "#{pane_dead} #{pane_dead_status}") == "1 7").then_some(())
    });
    server.ok(&["kill-window", "-t", &target]);
}

#[test]
fn an_older_keeper_does_all_that_this_daemon_wants() {
    let Some(old) = older("older::an_older_keeper_does_all_that_this_daemon_wants") else { return };
    let (server, [older, this], seen) = begun(&old);
    let keeper = server.keeper_pid();
    server.ok(&["upgrade", "-b", &this.to_string_lossy()]);
    assert_eq!((runs(server.daemon_pid()), runs(keeper)), (this.clone(), older.clone()));
    goes_on(&server, &seen, "daemon");
    // A client of this version, too.
    let server = server.installed_at(&this);
    goes_on(&server, &seen, "client");
    // The keeper becomes this program in place, and the older one again.
    for (program, word) in [(&this, "newer"), (&older, "back")] {
        server.ok(&["upgrade", "-k", "-b", &program.to_string_lossy()]);
        assert_eq!(server.keeper_pid(), keeper, "the same process");
        assert_eq!([keeper, server.daemon_pid()].map(runs), [program.clone(), program.clone()]);
        goes_on(&server, &seen, word);
    }
    // The older keeper is lost, and this daemon follows it.
    server.ok(&["upgrade", "-b", &this.to_string_lossy()]);
    let daemon = server.daemon_pid();
    signal(keeper, Signal::KILL);
    let next = successor(&server, daemon);
    assert_eq!((server.keeper_pid(), runs(daemon), runs(next)), (daemon, this.clone(), this));
    goes_on(&server, &seen, "followed");
    server.ok(&["kill-server"]);
}

/// At an orderly end and after a loss, each version finds in the store what the other one put there.
#[test]
fn an_older_store_and_this_ones_are_one() {
    let Some(old) = older("older::an_older_store_and_this_ones_are_one") else { return };
    for (lost, this_stores) in [(false, false), (false, true), (true, false), (true, true)] {
        let (server, [older, this], _) = begun(&old);
        if this_stores {
            server.ok(&["upgrade", "-b", &this.to_string_lossy()]);
        }
        server.ok(&["send-keys", "-t", "a", "seq 100; echo last-$((1+1))", "Enter"]);
        server.wait_pane("a", "last-2");
        let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
        if lost {
            server.wait_stored(SOON);
            server.lose_the_machine();
        } else {
            signal(keeper, Signal::TERM);
            wait_for("their end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
        }
        let finder = if this_stores { older } else { this };
        let server = server.installed_at(&finder);
        server.ok(&["start-server"]);
        server.wait_pane("a", "last-2");
        assert_eq!(runs(server.daemon_pid()), finder);
        let all = server.ok(&["capture-pane", "-p", "-S", "-", "-t", "a"]);
        assert!(all.contains("\n12\n") && all.contains("[restored: "), "{all}");
        server.ok(&["kill-server"]);
    }
}
