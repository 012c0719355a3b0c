//! A server whose sessions are in a cluster: it comes back from it, and lives through whatever the cluster does.

use super::{Ground, own, scripted};
use abide_tests::server::{SOON, Server, alive, signal};
use abide_tests::skip::skipped;
use abide_tests::wait::wait_for;
use rustix::process::Signal;
use std::path::Path;
use std::time::{Duration, Instant};

/// The cluster's time for a transaction, the store's pauses, and a loaded machine.
pub(crate) const BACK: Duration = Duration::from_secs(60);

/// What a person waits for without a thought.
const SHOWN: Duration = Duration::from_secs(2);

fn configured(file: &Path) -> String {
    format!("set -s store fdb:{}\n", file.display())
}

/// One whose socket, and so its space, has that name.
pub(crate) fn server_named(ground: &Ground, name: &str) -> Server {
    server(ground, true).named(name)
}

fn server(ground: &Ground, configured: bool) -> Server {
    let server =
        Server::new().with("LD_LIBRARY_PATH", std::env::var_os("LD_LIBRARY_PATH").unwrap_or_default());
    if configured {
        std::fs::write(server.folder("home").join(".abide.conf"), self::configured(&ground.file())).unwrap();
    }
    server
}

fn says(server: &Server, text: &str) {
    wait_for(text, BACK, || server.format("", "#{durability}").contains(text).then_some(()));
}

/// The machine is lost: nothing of keeper and daemon is left.
pub(crate) fn lose(server: &Server) {
    let (keeper, daemon) = (server.keeper_pid(), server.daemon_pid());
    // The daemon first: its keeper must not see it go and start another.
    signal(keeper, Signal::STOP);
    signal(daemon, Signal::KILL);
    signal(keeper, Signal::KILL);
    wait_for("their end", SOON, || (!alive(keeper) && !alive(daemon)).then_some(()));
}

fn has(server: &Server, session: &str) {
    wait_for(session, BACK, || {
        let list = server.run(&["list-sessions", "-F", "#{session_name}"]);
        String::from_utf8_lossy(&list.stdout).lines().any(|name| name == session).then_some(())
    });
}

#[test]
fn sessions_come_back_from_a_cluster() {
    let Some(ground) = own("sessions_come_back_from_a_cluster") else { return };
    let server = server(&ground, true);
    server.ok(&["new-session", "-d", "-s", "work"]);
    server.ok(&["send-keys", "-t", "work", "echo in the cluster-$((1+1))", "Enter"]);
    server.wait_pane("work", "in the cluster-2");
    server.wait_stored(BACK);
    assert!(!server.state_file("redb").exists(), "there is no file beside it");
    lose(&server);
    // Another daemon reads them while their own is gone.
    let onlooker = server_named(&ground, "onlooker");
    let look = |words: &[&str]| {
        let began = Instant::now();
        let output = onlooker.run(words);
        (String::from_utf8_lossy(&output.stdout).into_owned(), began.elapsed())
    };
    look(&["start-server", ";", "set", "-s", "exit-empty", "off"]);
    wait_for("the list", BACK, || look(&["list-sessions", "-S"]).0.contains("work: 1 windows").then_some(()));
    for words in [&["list-sessions", "-S"][..], &["show-stored", "work"]] {
        let (text, took) = look(words);
        println!("another daemon: {words:?} took {took:?}");
        assert!(text.contains("work: 1 windows") || text.contains("in the cluster-2"), "{text}");
        assert!(took < SHOWN, "{words:?} took {took:?}");
    }
    let began = Instant::now();
    server.ok(&["start-server"]);
    has(&server, "work");
    server.wait_pane("work", "in the cluster-2");
    println!("back {:?} after the start", began.elapsed());
    server.ok(&["kill-server"]);
}

#[test]
fn a_cluster_that_is_down_at_the_start_gets_all_of_it_later() {
    let Some(ground) = scripted("a_cluster_that_is_down_at_the_start_gets_all_of_it_later") else { return };
    let server = server(&ground, true);
    ground.state("down");
    server.ok(&["new-session", "-d", "-s", "early"]);
    says(&server, "the cluster does not answer");
    ground.state("");
    server.wait_stored(BACK);
    // Lost, read-only, and back.
    ground.state("locked");
    server.ok(&["new-session", "-d", "-s", "late"]);
    says(&server, "the cluster is locked");
    assert_ne!(server.format("", "#{durability_lag}"), "0");
    ground.state("");
    server.wait_stored(BACK);
    lose(&server);
    server.ok(&["start-server"]);
    has(&server, "early");
    has(&server, "late");
}

#[test]
fn a_store_moves_into_a_cluster_while_the_server_runs() {
    let Some(ground) = own("a_store_moves_into_a_cluster_while_the_server_runs") else { return };
    let first = server(&ground, false);
    first.ok(&["new-session", "-d", "-s", "moved"]);
    first.wait_stored(BACK);
    first.ok(&["set", "-s", "store", &format!("fdb:{}", ground.file().display())]);
    wait_for("the file is left", BACK, || {
        let list = ground.spaces();
        list.iter().any(|info| info.committed_at.is_some()).then_some(())
    });
    first.wait_stored(BACK);
    lose(&first);
    std::fs::remove_file(first.state_file("redb")).unwrap();
    let config = configured(&ground.file());
    std::fs::write(first.folder("home").join(".abide.conf"), config).unwrap();
    first.ok(&["start-server"]);
    has(&first, "moved");
}

/// The cluster's server is killed and comes back under a server that goes on.
#[test]
fn a_server_lives_through_its_clusters_death() {
    let test = "a_server_lives_through_its_clusters_death";
    let Some(mut ground) = own(test) else { return };
    let Some(mut cluster) = ground.own.take() else {
        return skipped(test, "it kills a real cluster, and FDB_CLUSTER_FILE names none");
    };
    let server = server(&ground, true);
    server.ok(&["new-session", "-d", "-s", "work"]);
    server.wait_stored(BACK);
    for round in 0..2 {
        cluster.kill();
        server.ok(&["send-keys", "-t", "work", &format!("echo it was down-$(({round}+1))"), "Enter"]);
        server.wait_pane("work", &format!("it was down-{}", round + 1));
        says(&server, "the cluster does not answer");
        cluster.start_again();
        server.wait_stored(BACK);
    }
    lose(&server);
    server.ok(&["start-server"]);
    has(&server, "work");
    server.wait_pane("work", "it was down-2");
}
