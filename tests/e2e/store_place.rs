//! Where sessions are kept: another file, and what this build can't do.

use abide_tests::server::{SOON, Server};
use abide_tests::wait::wait_for;

#[test]
fn the_store_moves_to_another_file_and_back() {
    let server = Server::new();
    server.ok(&["new-session", "-d", "-s", "work"]);
    server.wait_stored(SOON);
    let other = server.folder("state").join("other.redb");
    server.ok(&["set", "-s", "store", &format!("file:{}", other.display())]);
    wait_for("the other file", SOON, || other.exists().then_some(()));
    server.wait_stored(SOON);
    // What is wrong is said, and changes nothing.
    server.ok(&["set", "-s", "store", "ftp:/x"]);
    assert!(server.ok(&["show-messages"]).contains("must be file:PATH or fdb:CLUSTER_FILE"));
    server.wait_stored(SOON);
    // Back in the first file, whose records are of before: they are put aside.
    server.ok(&["set", "-su", "store"]);
    wait_for("the old records are aside", SOON, || {
        server.ok(&["show-messages"]).contains("it holds sessions of an earlier start").then_some(())
    });
    server.wait_stored(SOON);
}

#[test]
fn a_build_without_foundationdb_names_the_package_that_has_it() {
    let server = Server::new();
    std::fs::write(server.folder("home").join(".abide.conf"), "set -s store fdb:/etc/fdb.cluster\n")
        .expect("a configuration");
    server.ok(&["new-session", "-d", "-s", "work"]);
    wait_for("the reason", SOON, || {
        server.format("", "#{durability}").contains("install the package abide-foundationdb").then_some(())
    });
    server.ok(&["set", "-su", "store"]);
    server.wait_stored(SOON);
}
