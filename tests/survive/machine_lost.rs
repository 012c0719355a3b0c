//! kill -9 of keeper and daemon together, as a reboot does: the next start shows everything up to a second before.

use abide_tests::seed::Dice;
use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::skip::skipped;
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

/// Longer than the promised second, so that what was written before it must be there.
const MORE_THAN_THE_LAG_MS: u64 = 1500;

pub(super) fn wait_until_stored(server: &Server) {
    // The promise is about time, so time is what is waited for; the deadline is the promise itself.
    wait(Duration::from_millis(MORE_THAN_THE_LAG_MS));
    assert_eq!(server.format("", "#{durability}"), "", "the store has no complaint");
}

fn wait(time: Duration) {
    let until = Instant::now() + time;
    wait_for("the time to pass", SOON, || (Instant::now() >= until).then_some(()));
}

const LAYOUT: &str = "#{session_name} #{window_index} #{window_name} #{window_active} #{pane_index} #{pane_width}x#{pane_height} #{pane_active} #{pane_current_path}";

#[test]
fn sessions_windows_layouts_screens_and_history_come_back() {
    let server = Server::new();
    let deep = server.folder("home").join("deep");
    std::fs::create_dir(&deep).unwrap();
    server.ok(&[
        "start-server",
        ";",
        "set-option",
        "-g",
        "history-limit",
        "10000",
        ";",
        "new-session",
        "-d",
        "-s",
        "one",
        "-n",
        "build",
        "-x",
        "80",
        "-y",
        "24",
    ]);
    server.ok(&["split-window", "-h", "-t", "one:build", "-c", deep.to_str().unwrap()]);
    server.ok(&["split-window", "-v", "-t", "one:build.1"]);
    server.ok(&["new-window", "-t", "one", "-n", "logs"]);
    server.ok(&["new-session", "-d", "-s", "two words", "-x", "100", "-y", "30"]);
    server.ok(&[
        "send-keys",
        "-t",
        "one:logs",
        "seq 1 5000; printf '\\033[31mthe last line\\033[0m\\n'",
        "Enter",
    ]);
    server.wait_pane("one:logs", "\nthe last line");
    server.ok(&["send-keys", "-t", "one:build.1", "pwd", "Enter"]);
    server.wait_pane("one:build.1", "/deep");
    let layout = server.ok(&["list-panes", "-a", "-F", LAYOUT]);
    let ids = server.ok(&["list-panes", "-a", "-F", "#{session_id} #{window_id} #{pane_id}"]);
    let history = server.ok(&["capture-pane", "-p", "-e", "-S", "-", "-t", "one:logs"]);
    wait_until_stored(&server);
    server.lose_the_machine();

    server.ok(&["start-server"]);
    assert_eq!(server.ok(&["list-panes", "-a", "-F", LAYOUT]), layout);
    assert_eq!(server.ok(&["list-panes", "-a", "-F", "#{session_id} #{window_id} #{pane_id}"]), ids);
    server.wait_pane("one:logs", "restored");
    let restored = server.ok(&["capture-pane", "-p", "-e", "-S", "-", "-t", "one:logs"]);
    let kept = history.trim_end().rsplit_once('\n').expect("lines").0;
    assert!(
        restored.starts_with(kept),
        "the old screen and history stand above the new shell\n{}",
        super::trial::first_difference(&restored, kept)
    );
    server.ok(&["send-keys", "-t", "one:build.1", "echo here-$(pwd)", "Enter"]);
    server.wait_pane("one:build.1", "/deep");
    server.ok(&["send-keys", "-t", "two words", "echo alive-$((1+1))", "Enter"]);
    server.wait_pane("two words", "alive-2");
}

/// What belongs to a session, a window or a pane comes back with it; what is set for all comes from the
/// configuration file again.
#[test]
fn options_variables_and_names_of_sessions_windows_and_panes_come_back() {
    let server = Server::new();
    let config = server.folder("config").join("abide");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("abide.conf"), "set -g @from file\nset -g history-limit 3000\n").unwrap();
    server.ok(&["new-session", "-d", "-s", "one", "-x", "80", "-y", "24", "-e", "GIVEN=at start"]);
    server.ok(&["split-window", "-d", "-t", "one:0"]);
    for words in [
        &["set-option", "-t", "one", "status-left", "<mine #S>"][..],
        &["set-option", "-t", "one", "@note", "of the session"],
        &["set-option", "-t", "one", "base-index", "3"],
        &["set-option", "-w", "-t", "one:0", "@note", "of the window"],
        &["set-option", "-w", "-t", "one:0", "main-pane-width", "33"],
        &["set-option", "-w", "-t", "one:0", "synchronize-panes", "on"],
        &["set-option", "-p", "-t", "one:0.1", "@note", "of the pane"],
        &["set-option", "-p", "-t", "one:0.1", "remain-on-exit", "on"],
        &["set-environment", "-t", "one", "LATER", "set in it"],
        &["set-environment", "-h", "-t", "one", "SECRET", "for formats"],
        &["set-environment", "-r", "-t", "one", "LANG"],
        &["set-option", "-g", "@from", "a command"],
        &["set-environment", "-g", "GLOBAL", "x"],
        &["rename-window", "-t", "one:0", "named by hand"],
        &["rename-session", "-t", "one", "renamed"],
        &["select-pane", "-t", "renamed:0.1", "-T", "a title"],
        &["resize-window", "-t", "renamed:0", "-x", "91", "-y", "31"],
        &["resize-pane", "-Z", "-t", "renamed:0.1"],
    ] {
        server.ok(words);
    }
    let look = |server: &Server| {
        let questions = [
            &["show-options", "-t", "renamed"][..],
            &["show-options", "-w", "-t", "renamed:0"],
            &["show-options", "-p", "-t", "renamed:0.1"],
            &["show-environment", "-t", "renamed"],
            &["show-environment", "-h", "-t", "renamed"],
            &[
                "list-panes",
                "-t",
                "renamed:0",
                "-F",
                "#{window_name} #{window_width}x#{window_height} #{window_zoomed_flag} #{automatic-rename} \
                 #{pane_index} #{pane_title} #{pane_active} #{@note}",
            ],
        ];
        questions.map(|words| server.ok(words))
    };
    let before = look(&server);
    assert!(before[5].contains("named by hand 91x31 1 0 1 a title"), "{before:?}");
    wait_until_stored(&server);
    server.lose_the_machine();

    server.ok(&["start-server"]);
    assert_eq!(look(&server), before);
    assert_eq!(
        server.format("", "#{@from} #{history-limit}"),
        "file 3000",
        "what is set for all is the file's"
    );
    assert!(server.fails(&["show-environment", "-g", "GLOBAL"]).contains("unknown variable"));
    // The new shells have the session's variables.
    let shown = "echo \"<$GIVEN|$LATER|$SECRET|${LANG-none}>\"";
    server.ok(&["send-keys", "-t", "renamed:0.1", shown, "Enter"]);
    server.wait_pane("renamed:0.1", "<at start|set in it||none>");
}

/// A pager runs again at the new shell's prompt, what is only asked for stands there without Enter, and the rest is gone.
#[test]
fn a_pager_runs_again_and_what_else_ran_waits_for_enter() {
    if !std::path::Path::new("/usr/bin/less").exists() {
        return abide_tests::skip::skipped(
            "a_pager_runs_again_and_what_else_ran_waits_for_enter",
            "less is missing",
        );
    }
    let server = Server::new();
    let config = server.folder("config").join("abide");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("abide.conf"), "set -g restore-command 'less ask'\n").unwrap();
    let file = server.folder("home").join("it's a file");
    let lines: String = (1..=200).map(|n| format!("line {n} of the file\n")).collect();
    std::fs::write(&file, lines).unwrap();
    server.ok(&["new-session", "-d", "-s", "one", "-x", "160", "-y", "24"]);
    server.ok(&["new-session", "-d", "-s", "two", "-x", "160", "-y", "24"]);
    server.ok(&["new-session", "-d", "-s", "three", "-x", "160", "-y", "24", "-e", "LESS=-X"]);
    server.ok(&["send-keys", "-t", "one", "less \"it's a file\"", "Enter"]);
    server.wait_pane("one", "line 23 of the file");
    server.ok(&["send-keys", "-t", "two", "sleep 1234", "Enter"]);
    server.wait_pane("two", "sleep 1234");
    server.ok(&["send-keys", "-t", "three", "echo at-the-$((1+1))-prompt", "Enter"]);
    server.wait_pane("three", "at-the-2-prompt");
    wait_for("the programs to be known", SOON, || {
        let known = server.ok(&["list-panes", "-a", "-F", "#{pane_current_command}"]);
        (known == "less\nsh\nsleep" || known == "less\nsleep\nsh").then_some(())
    });
    wait_until_stored(&server);
    server.lose_the_machine();

    server.ok(&["start-server"]);
    server.wait_pane("one", "line 23 of the file");
    wait_for("less to run again", SOON, || {
        (server.format("one", "#{pane_current_command}") == "less").then_some(())
    });
    server.ok(&["send-keys", "-t", "one", "q"]);
    server.wait_pane("one", "what ran here (less it's a file) is gone");
    // Typed, and not run: one Enter does it.
    let new = |pane: &str| server.capture(pane).split_once("is gone]").map(|(_, new)| new.trim().to_owned());
    wait_for("the line at the new prompt", SOON, || new("two").filter(|new| new.ends_with(" sleep 1234")));
    assert_eq!(server.format("two", "#{pane_current_command}"), "sh");
    server.ok(&["send-keys", "-t", "two", "Enter"]);
    wait_for("Enter to run it", SOON, || {
        (server.format("two", "#{pane_current_command}") == "sleep").then_some(())
    });
    let said = server.ok(&["show-messages"]);
    assert!(said.contains("(less it's a file)") && said.contains("(sleep 1234)"), "{said}");
    let prompt = wait_for("the prompt", SOON, || new("three").filter(|new| !new.is_empty()));
    assert!(prompt.len() < 3, "a shell at its prompt is nothing that ran: {prompt}");
}

#[test]
fn what_was_killed_stays_gone_and_restore_off_starts_empty() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "keep", "-x", "80", "-y", "24"]);
    server.ok(&["new-session", "-d", "-s", "drop", "-x", "80", "-y", "24"]);
    wait_until_stored(&server);
    server.ok(&["kill-session", "-t", "drop"]);
    wait_until_stored(&server);
    server.lose_the_machine();
    server.ok(&["start-server"]);
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "keep");
    wait_until_stored(&server);
    server.lose_the_machine();

    let config = server.folder("config").join("abide");
    std::fs::create_dir(&config).unwrap();
    std::fs::write(config.join("abide.conf"), "set -g restore off\nset -g exit-empty off\n").unwrap();
    server.ok(&["new-session", "-d", "-s", "fresh", "-x", "80", "-y", "24"]);
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "fresh");
}

#[test]
fn kill_server_removes_everything_for_good() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    wait_until_stored(&server);
    let keeper = server.keeper_pid();
    server.ok(&["kill-server"]);
    wait_for("the keeper to end", SOON, || (!alive(keeper)).then_some(()));
    server.ok(&["new-session", "-d", "-s", "b", "-x", "80", "-y", "24"]);
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "b");
}

/// What the daemon says last comes behind more than the keeper's socket takes at once.
#[test]
fn kill_server_right_behind_many_sessions_ends_all_the_same() {
    let server = Server::new().with("LARGE", "x".repeat(16 * 1024));
    server.ok(&["new-session", "-d", "-s", "first", "-x", "80", "-y", "24"]);
    let keeper = server.keeper_pid();
    let mut words: Vec<String> = Vec::new();
    for n in 0..60 {
        let name = format!("s{n}");
        let one = ["new-session", "-d", "-s", &name, "-x", "80", "-y", "24", ";"];
        words.extend(one.map(str::to_owned));
    }
    words.push("kill-server".to_owned());
    server.run(&words.iter().map(String::as_str).collect::<Vec<_>>());
    wait_for("the keeper to end", SOON, || (!alive(keeper)).then_some(()));
    server.ok(&["new-session", "-d", "-s", "b", "-x", "80", "-y", "24"]);
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "b");
}

#[test]
fn a_damaged_store_is_moved_aside_and_said() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "a", "-x", "80", "-y", "24"]);
    wait_until_stored(&server);
    server.lose_the_machine();
    let state = server.folder("state").join("abide");
    let store = std::fs::read_dir(&state)
        .expect("the state folder")
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find(|path| path.extension().is_some_and(|e| e == "redb"))
        .expect("a store");
    std::fs::write(&store, b"this was never a store").unwrap();
    server.ok(&["new-session", "-d", "-s", "b", "-x", "80", "-y", "24"]);
    let messages = server.ok(&["show-messages"]);
    assert!(messages.contains("corrupt-"), "{messages}");
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "b");
}

/// A pane prints the time, and the machine goes down at any moment: how old is the last that comes back.
#[test]
fn at_most_the_promised_second_is_lost() {
    const LOSSES: usize = 4;
    let mut dice = Dice::new("at most the promised second", 7);
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "clock", "-x", "80", "-y", "24"]);
    let mut ages = vec![];
    for _ in 0..LOSSES {
        let line = "while date +now-%s%3N; do sleep 0.01; done";
        server.ok(&["send-keys", "-t", "clock", line, "Enter"]);
        server.wait_pane("clock", "now-1");
        wait(Duration::from_millis(MORE_THAN_THE_LAG_MS + dice.below(1000)));
        // What is asked for takes a moment itself, so the age is a little more than what was lost.
        let lost_at = SystemTime::now().duration_since(UNIX_EPOCH).expect("after 1970").as_millis() as u64;
        server.lose_the_machine();
        server.ok(&["start-server"]);
        server.wait_pane("clock", "restored");
        let screen = server.capture("clock");
        let last = screen.lines().filter_map(|line| line.strip_prefix("now-")?.parse::<u64>().ok()).max();
        ages.push(lost_at.saturating_sub(last.expect("a time that was printed")));
    }
    println!("ages in ms of the last line that came back: {ages:?}");
    assert!(ages.iter().all(|age| *age <= MORE_THAN_THE_LAG_MS), "{ages:?}");
}

/// The state folder is on a disk of its own, which fills up.
#[test]
fn a_full_disk_is_said_sessions_go_on_and_all_is_saved_when_there_is_room() {
    const TEST: &str = "a_full_disk_is_said_sessions_go_on_and_all_is_saved_when_there_is_room";
    let server = Server::new();
    let state = server.folder("state");
    let mut mount = Command::new("mount");
    mount.args(["-t", "tmpfs", "-o", "size=3m,mode=0700", "tmpfs"]).arg(&state).stderr(Stdio::null());
    if !mount.status().is_ok_and(|status| status.success()) {
        return skipped(TEST, "no right to mount a small tmpfs here");
    }
    let outcome = std::panic::catch_unwind(|| full_disk(&server));
    let _ = server.run(&["kill-server"]);
    let _ = Command::new("umount").arg("-l").arg(&state).status();
    if let Err(panic) = outcome {
        std::panic::resume_unwind(panic);
    }
}

fn full_disk(server: &Server) {
    let ballast = server.folder("state").join("ballast");
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24"]);
    wait_until_stored(server);
    let fill = format!("head -c 3m /dev/zero > {} 2>/dev/null", ballast.display());
    Command::new("sh").arg("-c").arg(fill).status().expect("fill the disk");
    // More than the file has free pages for.
    server.ok(&["send-keys", "-t", "work", "od -An -tx1 -N400000 /dev/urandom; echo end-$((1+1))", "Enter"]);
    server.wait_pane("work", "end-2");
    wait_for("the complaint", SOON, || (!server.format("", "#{durability}").is_empty()).then_some(()));
    let said = server.format("", "#{durability}");
    assert!(said.contains("not being saved") && said.contains("No space left"), "{said}");
    server.ok(&["new-session", "-d", "-s", "meanwhile", "-x", "80", "-y", "24"]);
    server.ok(&["send-keys", "-t", "meanwhile", "echo goes-$((1+1))", "Enter"]);
    server.wait_pane("meanwhile", "goes-2");
    server.ok(&["clear-history", "-t", "work"]);
    std::fs::remove_file(&ballast).expect("make room");
    // The pause between two attempts grows to half a minute.
    wait_for("the end of the complaint", 3 * SOON, || {
        server.format("", "#{durability}").is_empty().then_some(())
    });
    server.lose_the_machine();
    server.ok(&["start-server"]);
    server.wait_pane("work", "end-2");
    server.wait_pane("meanwhile", "goes-2");
}

/// The first daemon after a reboot is killed before a pty is open, and the next one later: what only the store has comes
/// out of it each time.
#[test]
fn killed_in_the_midst_of_coming_back_it_comes_back_again() {
    let server = Server::new();
    let death = server.folder("home").join("death");
    let server = server.with("ABIDE_TEST_DEATH", &death);
    server.ok(&["set-option", "-g", "remain-on-exit", "on", ";", "new-session", "-d", "-s", "work"]);
    server.ok(&["new-session", "-d", "-s", "dead", "printf 'its last %s' words"]);
    server.ok(&["send-keys", "-t", "work", "echo before-$((1+1))", "Enter"]);
    server.wait_pane("work", "before-2");
    server.wait_pane("dead", "its last words");
    wait_until_stored(&server);
    server.lose_the_machine();

    std::fs::write(&death, "structure-written 1").expect("say where to die");
    // Whoever asked is told that its daemon went, or is served by the next.
    let _ = server.run(&["start-server"]);
    wait_for("the death", SOON, || (!death.exists()).then_some(()));
    server.wait_pane("work", "before-2");
    server.wait_pane("work", "[restored: ");
    server.wait_pane("dead", "its last words");
    let daemon = server.daemon_pid();
    signal(daemon, Signal::KILL);
    wait_for("the next daemon", SOON, || (server.daemon_pid() != daemon).then_some(()));
    for (pane, words) in [("work", "before-2"), ("dead", "its last words")] {
        let text = server.capture(pane);
        assert!(text.contains(words), "{pane}: {text}");
        assert!(text.matches("[restored: ").count() <= 1, "{pane}: {text}");
    }
    server.ok(&["send-keys", "-t", "work", "echo alive-$((1+1))", "Enter"]);
    server.wait_pane("work", "alive-2");
}
