//! SIGTERM to the keeper, as when a pod is evicted or the machine goes down in order: everything that programs have
//! written until then is in the store before they are hung up, soon, and the next start shows it.

use abide::store::{Store, embedded::Embedded};
use abide_core::boundary::HostFacts;
use abide_core::screen::Screen;
use abide_core::session::Sessions;
use abide_core::snapshot::restore;
use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Sessions that show a word each, and sessions whose programs never stop writing.
const QUIET: usize = 90;
const LOUD: usize = 10;
/// Commands in one line: the words of a line are bounded.
const PER_LINE: usize = 30;
/// What a person waits for; a build without optimizations may take until the bound.
const ENDED_WITHIN: Duration = Duration::from_millis(if cfg!(debug_assertions) { 6000 } else { 2000 });

fn run(server: &Server, commands: &[Vec<String>]) -> String {
    let mut out = String::new();
    for some in commands.chunks(PER_LINE) {
        let words = some.join(&";".to_owned());
        out += &server.ok(&words.iter().map(String::as_str).collect::<Vec<_>>());
        out.push('\n');
    }
    out
}

fn words<const N: usize>(words: [&str; N]) -> Vec<String> {
    words.map(str::to_owned).to_vec()
}

/// History and screen, line by line.
fn lines(screen: &Screen) -> Vec<String> {
    let history = screen.history();
    (history.start..history.end + u64::from(screen.size().rows))
        .filter_map(|line| Some(screen.line(line)?.text().trim_end().to_owned()))
        .collect()
}

/// What a second process finds in the store: panes' lines by the name of their session.
fn stored(server: &Server) -> BTreeMap<String, Vec<String>> {
    let store = Embedded::open(&server.state_file("redb")).expect("the store opens");
    let mut records = Vec::new();
    let report = store.scan(&[], &mut |key, value| records.push((key.to_vec(), value.to_vec())));
    assert_eq!(report.expect("a scan").damaged, 0);
    let mut model = Sessions::new(HostFacts::default(), abide_core::base::instant::Now::default());
    let restored = restore(records.into_iter().collect(), &mut model);
    assert_eq!(restored.report.notices, Vec::<String>::new());
    model
        .sessions
        .values()
        .map(|session| {
            let pane = model.active_pane(session.id).expect("a pane");
            (session.name.clone(), lines(&model.panes[&pane].screen))
        })
        .collect()
}

/// The number in the last line of a flood.
fn last_number<'a>(lines: impl DoubleEndedIterator<Item = &'a str>) -> u64 {
    let mut numbers =
        lines.rev().filter_map(|line| line.strip_prefix("flood ")?.strip_suffix(" end")?.parse().ok());
    numbers.next().unwrap_or(0)
}

fn ask_to_end(server: &Server, keeper: u32, daemon: u32) -> Duration {
    let began = Instant::now();
    signal(keeper, Signal::TERM);
    wait_for("keeper and daemon to end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
    let took = began.elapsed();
    assert!(!server.folder("run").join("abide").join("default").exists(), "the socket is gone");
    took
}

#[test]
fn a_hundred_sessions_are_stored_to_the_last_word_before_their_programs_are_hung_up() {
    let server = Server::new();
    let name = |n: usize| format!("s{n}");
    let mut commands: Vec<_> = (0..QUIET)
        .map(|n| words(["new-session", "-d", "-s", &name(n), "-x", "80", "-y", "24", "exec cat"]))
        .collect();
    let flood = "n=0; while :; do n=$((n+1)); echo \"flood $n end\"; done";
    commands.extend(
        (QUIET..QUIET + LOUD)
            .map(|n| words(["new-session", "-d", "-s", &name(n), "-x", "80", "-y", "24", flood])),
    );
    run(&server, &commands);
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    let quiet: Vec<_> = (0..QUIET).map(|n| words(["capture-pane", "-p", "-t", &name(n)])).collect();
    let loud: Vec<_> = (QUIET..QUIET + LOUD).map(|n| words(["capture-pane", "-p", "-t", &name(n)])).collect();
    wait_for("the floods", SOON, || {
        let shown = loud.iter().map(|one| run(&server, std::slice::from_ref(one)));
        shown.into_iter().all(|text| last_number(text.lines()) > 100).then_some(())
    });
    // The word comes after all of that, so that no earlier round of the store can have it.
    let typed: Vec<_> =
        (0..QUIET).map(|n| words(["send-keys", "-t", &name(n), &format!("word-{n}-"), "Enter"])).collect();
    run(&server, &typed);
    wait_for("the words", SOON, || {
        let shown = run(&server, &quiet);
        (0..QUIET).all(|n| shown.contains(&format!("word-{n}-"))).then_some(())
    });
    let seen: Vec<u64> =
        loud.iter().map(|one| last_number(run(&server, std::slice::from_ref(one)).lines())).collect();

    let took = ask_to_end(&server, keeper, daemon);
    println!("{QUIET} quiet and {LOUD} flooding sessions: SIGTERM to the end {} ms", took.as_millis());
    assert!(took < ENDED_WITHIN, "{took:?}");

    let stored = stored(&server);
    assert_eq!(stored.len(), QUIET + LOUD);
    for n in 0..QUIET {
        let (word, lines) = (format!("word-{n}-"), &stored[&name(n)]);
        assert!(lines.contains(&word), "{word}: {lines:?}");
    }
    for (n, seen) in (QUIET..).zip(&seen) {
        let lines = &stored[&name(n)];
        let last = last_number(lines.iter().map(String::as_str));
        assert!(last >= *seen, "session {n}: {last} is stored, {seen} was seen before");
        let known: Vec<u64> = lines
            .iter()
            .filter_map(|l| l.strip_prefix("flood ")?.strip_suffix(" end")?.parse().ok())
            .collect();
        assert!(known.windows(2).all(|two| two[0] + 1 == two[1]), "session {n}: a gap");
        assert!(known.len() > 1000, "session {n}: {} lines", known.len());
    }

    server.ok(&["start-server"]);
    let back =
        run(&server, &(0..QUIET).map(|n| words(["capture-pane", "-p", "-t", &name(n)])).collect::<Vec<_>>());
    for n in 0..QUIET {
        assert!(back.contains(&format!("word-{n}-")), "word-{n}- after the next start");
    }
}

#[test]
fn who_looks_is_told_and_who_comes_meanwhile_gets_the_next_server() {
    let server = Server::new();
    let mut terminal = server.terminal(&["new-session", "-s", "work", "exec cat"], 80, 24);
    terminal.wait_text("[work]", SOON);
    terminal.type_text("typed last\r");
    terminal.wait_text("typed last", SOON);
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    signal(keeper, Signal::TERM);
    // As somebody would at that moment, again and again: with the first success there are both, wherever it came in.
    let mut said = Vec::new();
    wait_for("a server that takes a session", SOON, || {
        let output = server.run(&["new-session", "-d", "-s", "other", "-x", "80", "-y", "24"]);
        said.push(String::from_utf8_lossy(&output.stderr).into_owned());
        output.status.success().then_some(())
    });
    println!("who comes meanwhile hears {said:?}");
    wait_for("keeper and daemon to end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
    assert_eq!(terminal.wait_end(SOON), 0);
    let last = terminal.text();
    assert!(
        last.contains("[server exited: SIGTERM: session work is saved, attach to bring it back]"),
        "{last}"
    );
    server.ok(&["start-server"]);
    server.wait_pane("work", "typed last");
    assert_eq!(server.ok(&["list-sessions", "-F", "#S"]), "other\nwork");
}

#[test]
fn a_daemon_that_died_just_before_has_a_successor_for_the_last_snapshot() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24", "exec cat"]);
    server.ok(&["send-keys", "-t", "work", "typed last", "Enter"]);
    server.wait_pane("work", "typed last");
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    signal(daemon, Signal::KILL);
    let took = ask_to_end(&server, keeper, daemon);
    println!("the daemon killed and SIGTERM at once: the end after {} ms", took.as_millis());
    assert!(stored(&server)["work"].iter().any(|line| line == "typed last"));
}

#[test]
fn programs_that_end_at_the_same_moment_are_no_panes_that_ended() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24", "echo here; exec sleep 1000"]);
    server.wait_pane("work", "here");
    let program: u32 = server.format("work", "#{pane_pid}").parse().expect("a process id");
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    // As a machine does that goes down: all processes, the oldest first.
    signal(keeper, Signal::TERM);
    signal(program, Signal::TERM);
    wait_for("keeper and daemon to end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
    assert!(stored(&server)["work"].iter().any(|line| line == "here"));
}

#[test]
fn a_daemon_that_does_nothing_holds_the_end_up_no_longer_than_its_bound() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work", "-x", "80", "-y", "24", "exec cat"]);
    server.ok(&["send-keys", "-t", "work", "typed before", "Enter"]);
    server.wait_pane("work", "typed before");
    // Longer than the pause between the store's rounds.
    let until = Instant::now() + Duration::from_millis(1500);
    wait_for("a round of the store", SOON, || (Instant::now() >= until).then_some(()));
    let program: u32 = server.format("work", "#{pane_pid}").parse().expect("a process id");
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    signal(daemon, Signal::STOP);
    let took = ask_to_end(&server, keeper, daemon);
    println!("a stopped daemon: SIGTERM to the end {} ms", took.as_millis());
    assert!(took < Duration::from_secs(8), "{took:?}");
    assert!(!alive(program), "programs are ended all the same");
    let log = server.keeper_log();
    assert!(log.contains("the daemon does not end within 5000 ms: killed"), "{log}");
    assert!(
        stored(&server)["work"].iter().any(|line| line == "typed before"),
        "what was stored before counts"
    );
}
