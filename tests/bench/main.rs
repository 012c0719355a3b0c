//! `make bench`: ours, tmux and the bare pty, interleaved in one run. Prints figures; asserts nothing.
//!
//! Words choose what is measured (drain, attached, echo, attach, memory, history, blackout, upgrade, snapshots, store,
//! reopen, restore, cluster); none means all. The last needs the FoundationDB store: `tests/store/fdb bench`.

mod cluster;
mod drain;
mod echo;
mod figures;
mod lines;
mod memory;
mod peer;
mod recovery;
mod restore;
mod snapshots;
mod store;
mod text;

use figures::heading;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let wanted = |name: &str| words.is_empty() || words.iter().any(|w| w == name);
    heading("machine", &figures::machine());
    let texts = text::make();
    if wanted("drain") {
        drain::detached(&texts);
    }
    if wanted("attached") {
        drain::attached(&texts);
    }
    if wanted("echo") {
        echo::measure();
    }
    if wanted("attach") {
        recovery::attach_to_painted();
    }
    if wanted("memory") {
        memory::measure(&texts);
    }
    if wanted("history") {
        memory::long_history(&texts);
    }
    if wanted("blackout") {
        recovery::blackout();
    }
    if wanted("upgrade") {
        recovery::upgrade();
    }
    if wanted("snapshots") {
        snapshots::measure();
    }
    if wanted("store") {
        store::busy();
    }
    if wanted("reopen") {
        store::reopen();
    }
    if wanted("restore") {
        restore::measure();
    }
    if wanted("cluster") {
        cluster::measure();
    }
}
