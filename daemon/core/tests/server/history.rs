//! History that is longer than its memory: it goes to the store and comes back when it is read.

use crate::world::{World, facts};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Input, READ_KEYS_MAX, Record};
use abide_core::screen::Screen;
use abide_core::server::Server;
use abide_protocol::message::{SurfaceKind, ViewerKind};

const LINES: usize = 40_000;
const MEMORY: usize = 100_000;

fn line(n: usize) -> String {
    format!("line-{n}- {:x} and words {:x}", n.wrapping_mul(2_654_435_761) % 0xffff_ffff, n * 7919 % 65_521)
}

/// A session with one pane and more lines than its memory holds, all of them in the store.
fn world() -> (World, usize, PaneId) {
    let config = format!("set -g history-limit 100000\nset -s history-memory {MEMORY}\nset -g mode-keys vi");
    let mut world = World::new(&config);
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    let pane = world.pane_of("work");
    fill(&mut world, pane, 0..LINES);
    world.wait(5000);
    (world, at, pane)
}

fn fill(world: &mut World, pane: PaneId, lines: std::ops::Range<usize>) {
    for piece in lines.collect::<Vec<_>>().chunks(500) {
        let text: String = piece.iter().map(|n| line(*n) + "\r\n").collect();
        world.output(pane, text.as_bytes());
    }
}

fn screen(world: &World, pane: PaneId) -> &Screen {
    world.server.pane_screen(pane).expect("a screen")
}

/// What the store has of keys.
pub fn read(world: &mut World, keys: Vec<Vec<u8>>) -> Result<Vec<Record>, String> {
    assert!(keys.len() <= READ_KEYS_MAX, "{} keys", keys.len());
    world.reads += keys.len();
    match &world.store_fault {
        Some(why) => Err(why.clone()),
        None => Ok(keys.into_iter().map(|key| (key.clone(), world.store.get(&key).cloned())).collect()),
    }
}

/// All lines, as a command gives them.
fn captured(world: &mut World, at: usize) -> Vec<String> {
    let (text, status) = world.command(at, "capture-pane -p -S - -t work:");
    assert_eq!(status, Some(0), "{text}");
    text.lines().map(str::to_owned).collect()
}

fn is_whole(world: &mut World, at: usize) {
    let lines = captured(world, at);
    for (n, found) in lines.iter().take(LINES).enumerate() {
        assert_eq!(*found, line(n));
    }
    assert!(lines.len() >= LINES, "{} lines", lines.len());
}

fn within_memory(screen: &Screen) {
    // The newest chunks stay, whatever the budget.
    let newest = 4 * 32 * 1024;
    let held: usize = screen.chunk_ids().filter_map(|id| screen.chunk(id)).map(<[u8]>::len).sum();
    assert!(held <= MEMORY + newest, "{held} bytes are held");
    assert!(screen.history_away_bytes() > 0);
}

#[test]
fn what_passes_its_memory_is_in_the_store_and_all_of_it_is_reached() {
    let (mut world, at, pane) = world();
    within_memory(screen(&world, pane));
    is_whole(&mut world, at);
    assert!(world.reads > 0);
    // A command that prints nothing of it asks for nothing.
    let reads = world.reads;
    world.command(at, "capture-pane -p -t work:");
    assert_eq!(world.reads, reads);
    assert!(
        screen(&world, pane).history_held_bytes() < 2 * MEMORY + 4 * 32 * 1024,
        "what was read is let go"
    );
}

#[test]
fn copy_mode_shows_finds_and_copies_what_is_in_the_store() {
    let (mut world, at, pane) = world();
    world.command(at, "copy-mode -t work:");
    world.command(at, "send-keys -X -t work: history-top");
    world.wait(100);
    let shown = world.clients[at].mirrors[&1].text();
    assert!(shown.contains(&line(0)) && shown.contains(&line(20)), "{shown}");
    // Forward through everything, then back.
    for n in [25_000, 31_234, 17, 3] {
        let back = if n < 25_000 { "search-backward" } else { "search-forward" };
        world.command(at, &format!("send-keys -X -t work: {back} line-{n}-"));
        world.wait(100);
        let (found, _) = world.command(at, "display-message -p -t work: #{copy_cursor_line}");
        assert_eq!(found.trim_end(), line(n));
    }
    // Words and lines of it are copied.
    world.command(at, "send-keys -X -t work: select-line");
    world.command(at, "send-keys -X -t work: -N 5 cursor-down");
    world.command(at, "send-keys -X -t work: copy-selection-and-cancel");
    world.wait(100);
    let (copied, _) = world.command(at, "show-buffer");
    let expected: Vec<String> = (3..9).map(line).collect();
    assert!(copied.starts_with(&expected[..5].join("\n")), "{copied}");
    assert!(screen(&world, pane).take_wanted().is_empty());
}

#[test]
fn a_daemon_that_was_killed_and_a_machine_that_went_down_lose_none_of_it() {
    let (mut world, at, pane) = world();
    // What the keeper would have: the head and the chunks in memory.
    let before = screen(&world, pane).clone();
    let kept = Screen::restore(&before.head(), &mut |id| before.chunk(id).map(<[u8]>::to_vec).into());
    let kept = kept.expect("its own head");
    assert_eq!(kept.head(), before.head());
    let pty = world.ptys.get_mut(&pane).expect("a pty");
    pty.checkpoint = Some((pty.given, kept));
    world.restart();
    within_memory(screen(&world, pane));
    is_whole(&mut world, at);
    world.wait(5000);
    is_whole(&mut world, at);

    let records = world.store.clone().into_iter().collect();
    let (server, report) = Server::restore(facts(50), Vec::new(), records, world.now);
    assert_eq!(report.notices, Vec::<String>::new());
    world.server = server;
    world.ptys.clear();
    for client in &mut world.clients {
        (client.viewer, client.attached) = (None, Default::default());
    }
    world.input(Input::Notice("started".to_owned()));
    world.settle();
    world.connect(at);
    world.settle();
    assert!(screen(&world, pane).history_away_bytes() > 0, "older chunks stay in the store");
    is_whole(&mut world, at);
}

#[test]
fn without_a_store_the_oldest_lines_go_and_it_is_said_once() {
    let (mut world, at, pane) = world();
    world.store_fault = Some("No space left on device".to_owned());
    fill(&mut world, pane, LINES..2 * LINES);
    world.wait(5000);
    fill(&mut world, pane, 2 * LINES..2 * LINES + 2000);
    world.wait(5000);
    within_memory(screen(&world, pane));
    let (messages, _) = world.command(at, "show-messages");
    assert_eq!(messages.matches("lines of its history are dropped").count(), 1, "{messages}");
    let (text, status) = world.command(at, "capture-pane -p -S - -t work:");
    assert_eq!(status, Some(1), "{text}");
    // What was in the store before comes back with it; what was dropped is empty.
    world.store_fault = None;
    world.wait(60_000);
    let lines = captured(&mut world, at);
    assert!((0..LINES / 2).all(|n| lines[n] == line(n)));
    assert!(lines.iter().any(String::is_empty));
    assert!(lines.iter().any(|found| *found == line(2 * LINES + 1999)));
}

#[test]
fn the_disk_limit_and_clearing_take_lines_out_of_the_store() {
    let (mut world, at, pane) = world();
    let chunks = |world: &World| world.store.keys().filter(|key| key.first() == Some(&5)).count();
    let before = chunks(&world);
    world.command(at, "set -g history-disk-limit 150000");
    fill(&mut world, pane, LINES..LINES + 2000);
    world.wait(5000);
    assert!(screen(&world, pane).history_away_bytes() <= 150_000);
    assert!(screen(&world, pane).history().start > 0);
    assert!(chunks(&world) < before, "{} of {before}", chunks(&world));
    let lines = captured(&mut world, at);
    assert!(!lines.contains(&line(0)) && lines.contains(&line(LINES + 1999)));
    world.command(at, "clear-history -t work:");
    world.wait(5000);
    assert_eq!((chunks(&world), screen(&world, pane).history_away_bytes()), (0, 0));
}

#[test]
fn a_damaged_record_leaves_empty_lines_and_a_store_that_begins_anew_is_told_of() {
    let (mut world, at, pane) = world();
    let key = world.store.keys().find(|key| key.first() == Some(&5)).cloned().expect("a chunk");
    world.store.insert(key, b"nonsense".to_vec());
    let lines = captured(&mut world, at);
    assert_eq!(lines[0], "");
    assert!((LINES / 2..LINES).all(|n| lines[n] == line(n)));
    world.store.clear();
    world.input(Input::StoreEmptied);
    world.wait(5000);
    assert_eq!(screen(&world, pane).history_away_bytes(), 0);
    let (messages, _) = world.command(at, "show-messages");
    assert!(
        messages.contains("can't be read") && messages.contains("in the damaged store alone"),
        "{messages}"
    );
    let lines = captured(&mut world, at);
    assert_eq!((lines[0].as_str(), &lines[LINES - 1]), ("", &line(LINES - 1)));
}
