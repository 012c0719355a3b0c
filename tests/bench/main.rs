//! `make bench`: ours, tmux and the bare pty, interleaved in one run. Prints figures; asserts nothing.
//!
//! Words choose what is measured (drain, attached, crowd, echo, viewers, attach, memory, history, blackout, upgrade, snapshots, store,
//! reopen, restore, screen, lines, cluster); none means all. The last needs the FoundationDB store: `tests/store/fdb bench`.

mod cluster;
mod drain;
mod echo;
mod figures;
mod lines;
mod memory;
mod peer;
mod recovery;
mod restore;
mod screen;
mod snapshots;
mod store;
mod text;

use figures::heading;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    if words.first().is_some_and(|word| word == screen::held::CHILD) {
        return screen::held::child(&words);
    }
    let wanted = |name: &str| words.is_empty() || words.iter().any(|w| w == name);
    heading("machine", &figures::machine());
    let needs_texts = |word: &String| !["screen", "lines"].contains(&word.as_str());
    if words.is_empty() || words.iter().any(needs_texts) {
        servers(&wanted);
    }
    if wanted("screen") {
        screen::speed::measure();
    }
    if wanted("lines") {
        screen::held::measure();
    }
}

/// What is measured on running servers.
fn servers(wanted: &dyn Fn(&str) -> bool) {
    let texts = text::make();
    if wanted("drain") {
        drain::detached(&texts);
    }
    if wanted("attached") {
        drain::attached(&texts);
    }
    if wanted("crowd") {
        drain::beside_idle_sessions(&texts);
    }
    if wanted("echo") {
        echo::measure();
    }
    if wanted("viewers") {
        echo::ten_viewers();
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
