//! What the store brings back.

use crate::world::{World, facts};
use abide_core::boundary::{Look, Looked, SpaceFacts};
use abide_core::server::Server;
use abide_protocol::message::{SurfaceKind, ViewerKind};

pub fn world() -> (World, usize) {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24 -n edit");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    world.keys(at, &["C-b", "%", "C-b", "c"]);
    world.wait(100);
    let panes: Vec<_> = world.ptys.keys().copied().collect();
    for pane in panes {
        for n in 0..3000 {
            world.output(pane, format!("pane {pane} line {n}\r\n").as_bytes());
        }
    }
    world.wait(3000);
    (world, at)
}

pub fn reboot(world: &mut World, config: &str) -> Vec<String> {
    let records = world.store.clone().into_iter().collect();
    let config = vec![("abide.conf".to_owned(), config.as_bytes().to_vec())];
    let (server, report) = Server::restore(facts(50), config, records, world.now);
    world.server = server;
    world.ptys.clear();
    for client in &mut world.clients {
        client.viewer = None;
        client.attached.clear();
    }
    world.input(abide_core::boundary::Input::Notice("started".to_owned()));
    world.settle();
    report.notices
}

#[test]
fn a_reboot_brings_sessions_screens_and_shells_back() {
    let (mut world, _) = world();
    let before: Vec<_> =
        world.model().windows.values().map(|w| (w.id, w.name.clone(), w.layout.text())).collect();
    let notices = reboot(&mut world, "");
    assert_eq!(notices, Vec::<String>::new());
    let after: Vec<_> =
        world.model().windows.values().map(|w| (w.id, w.name.clone(), w.layout.text())).collect();
    assert_eq!(before, after);
    assert_eq!(world.model().fault(), None);
    assert_eq!(world.ptys.len(), 3, "each pane has a shell");
    for pane in world.model().panes.values() {
        let program = world.ptys[&pane.id].program.as_ref().expect("a program");
        assert_eq!(program.cwd, format!("/cwd/{}", pane.id.0));
        assert!(program.environment.iter().any(|(n, v)| n == "ABIDE_PANE" && *v == pane.id.to_string()));
        let history = pane.screen.history();
        let mut text = String::new();
        for line in history.start..history.end + u64::from(pane.screen.size().rows) {
            for cell in pane.screen.line(line).expect("a line").cells() {
                use abide_core::screen::CellText;
                match cell.text {
                    CellText::Char(c) => text.push(c),
                    CellText::Cluster(c) => text.push_str(c),
                }
            }
        }
        assert!(text.contains("line 2999") && text.contains("line 1500"), "{} bytes", text.len());
        assert!(text.contains("[restored: the machine or server ended at Tue Nov 24"), "{}", pane.id);
        assert!(text.contains(&format!("(cmd{}) is gone", pane.id)), "{}", pane.id);
    }
    let next = world.model().counters.pane;
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s more");
    assert!(world.model().panes.keys().any(|p| p.0 == next), "numbers go on");
}

#[test]
fn restore_off_begins_empty_and_empties_the_store() {
    let (mut world, _) = world();
    reboot(&mut world, "set -g restore off");
    assert!(world.model().sessions.is_empty());
    world.wait(3000);
    let left: Vec<_> = world.store.keys().filter(|k| k[0] != 1).collect();
    assert!(left.is_empty(), "{left:?}");
}

#[test]
fn killed_sessions_are_gone_for_good() {
    let (mut world, at) = world();
    world.command(at, "new-session -d -s other");
    world.wait(2000);
    world.command(at, "kill-session -t work");
    world.wait(2000);
    reboot(&mut world, "");
    let names: Vec<_> = world.model().sessions.values().map(|s| s.name.as_str()).collect();
    assert_eq!(names, ["other"]);
    world.wait(2000);
    assert!(world.store.len() <= 4, "{} records for one session", world.store.len());
}

#[test]
fn whatever_prefix_was_committed_is_whole() {
    let (mut world, at) = world();
    world.command(at, "new-session -d -s other");
    world.wait(3000);
    // Each record lost in turn: the rest comes back, and nothing that is not whole.
    for key in world.store.keys().cloned().collect::<Vec<_>>() {
        let mut records = world.store.clone();
        records.remove(&key);
        let (server, _) = Server::restore(facts(60), Vec::new(), records.into_iter().collect(), world.now);
        assert_eq!(server.model.fault(), None, "without {key:?}");
        if key[0] != 1 {
            assert!(!server.model.sessions.is_empty(), "without {key:?}");
        }
    }
    for (key, value) in world.store.clone() {
        let mut records = world.store.clone();
        records.insert(key.clone(), value[..value.len() / 2].to_vec());
        let (server, _) = Server::restore(facts(60), Vec::new(), records.into_iter().collect(), world.now);
        assert_eq!(server.model.fault(), None, "with half of {key:?}");
    }
}

#[test]
fn a_full_disk_is_said_and_made_up_for() {
    let (mut world, at) = world();
    world.store_fault = Some("no space left on device".to_owned());
    let pane = world.pane_of("work");
    world.output(pane, b"more\r\n");
    world.wait(2000);
    assert_eq!(world.model().durability, "not saved: no space left on device");
    world.command(at, "new-session -d -s unsaved");
    world.wait(60_000);
    world.store_fault = None;
    world.wait(40_000);
    assert_eq!(world.model().durability, "");
    reboot(&mut world, "");
    assert!(world.model().session_named("unsaved").is_some());
}

/// Slow commits make rounds rarer, quick ones bring the second back; how far behind the store is can be asked.
#[test]
fn a_slow_store_is_asked_less_often_and_the_lag_is_shown() {
    let (mut world, at) = world();
    let pane = world.pane_of("work");
    let lag = |world: &mut World| -> u64 {
        let (out, status) = world.command(at, "display-message -p #{durability_lag}");
        assert_eq!(status, Some(0));
        out.trim().parse().unwrap_or_else(|_| panic!("{out:?} is no number"))
    };
    world.wait(2000);
    assert_eq!(lag(&mut world), 0);
    world.store_waits = true;
    let round = |world: &mut World, answer_after: u64| {
        let began = world.now.instant;
        world.output(pane, b"more\r\n");
        while world.store_has.is_empty() {
            world.wait(10);
            assert!(world.now.instant.since_ms(began) < 60_000, "it is never stored");
        }
        let took = world.now.instant.since_ms(began);
        world.wait(answer_after);
        let behind = world.server.model.unstored_since.map(|at| world.now.instant.since_ms(at));
        assert_eq!(behind, Some(took + answer_after), "since the first change");
        world.store_answers();
        assert_eq!(world.server.model.unstored_since, None);
        took
    };
    let slow: Vec<u64> = (0..8).map(|_| round(&mut world, 900)).collect();
    assert_eq!(slow, [600, 1200, 2400, 4800, 9600, 19_200, 30_000, 30_000]);
    let quick: Vec<u64> = (0..7).map(|_| round(&mut world, 5)).collect();
    assert_eq!(quick, [30_000, 15_000, 7500, 3750, 1880, 940, 600]);
    world.store_waits = false;
}

#[test]
fn the_store_moves_where_the_option_says() {
    let (mut world, at) = world();
    assert!(world.store_places.is_empty(), "the default needs no word");
    world.command(at, "set -s store fdb:/etc/fdb.cluster");
    world.command(at, "set -g status-left x");
    world.command(at, "set -su store");
    assert_eq!(world.store_places, ["fdb:/etc/fdb.cluster", ""]);
    let configured = World::new("set -s store file:/x/y.redb");
    assert_eq!(configured.server.store_place(), "file:/x/y.redb");
}

#[test]
fn lost_machines_sessions_expire_when_the_option_says() {
    let (mut world, at) = world();
    assert!(world.store_places.is_empty(), "they are kept for ever");
    world.command(at, "set -s stored-sessions-expire 30");
    world.command(at, "set -g status-left x");
    world.command(at, "set -su stored-sessions-expire");
    assert_eq!(world.store_places, ["30 days", "0 days"]);
    assert_eq!(World::new("set -s stored-sessions-expire 7").store_places, ["7 days"]);
}

#[test]
fn idle_is_quiet() {
    let (mut world, at) = world();
    world.disconnect(at);
    world.wait(5000);
    let commits = world.commits;
    world.wait(280_000);
    assert_eq!(world.commits, commits, "nothing is written while nothing happens");
}

/// What the store of a world shows: its own records, and those of the other machines in `others`.
pub fn look(world: &World, look: Look) -> Result<Looked, String> {
    if let Some(why) = &world.store_fault {
        return Err(why.clone());
    }
    match look {
        Look::Spaces(_) => {
            let mut spaces = vec![SpaceFacts { name: "here/default".to_owned(), state: "here" }];
            let lost = |name: &String| SpaceFacts { name: name.clone(), state: "lost" };
            spaces.extend(world.others.keys().map(lost));
            Ok(Looked::Spaces(spaces))
        }
        Look::Records { whose, prefixes, .. } => {
            Ok(Looked::Records(records(world, &whose.space, &prefixes).collect()))
        }
        Look::Session { whose, prefixes } => {
            Ok(Looked::Session(records(world, &whose.space, &prefixes).collect()))
        }
    }
}

fn records<'a>(
    world: &'a World,
    space: &str,
    prefixes: &'a [Vec<u8>],
) -> impl Iterator<Item = (Vec<u8>, Vec<u8>)> + 'a {
    let records = world.others.get(space).unwrap_or(&world.store).iter();
    let wanted = records.filter(|(key, _)| prefixes.iter().any(|prefix| key.starts_with(prefix)));
    wanted.map(|(k, v)| (k.clone(), v.clone()))
}

/// What a command of that client printed, faults too.
pub fn said(world: &mut World, at: usize, command: &str) -> String {
    world.command(at, command).0
}

#[test]
fn the_store_is_looked_at_without_taking_anything_from_it() {
    let (mut world, at) = world();
    // The records of a machine that is lost, and one whose first record makes no sense.
    world.others.insert("lost/default".to_owned(), world.store.clone());
    world.others.insert("odd/default".to_owned(), [(vec![1], vec![0xff])].into());
    world.command(at, "rename-session -t work mine");
    world.wait(3000);
    let sessions = world.model().sessions.len();
    let out = said(&mut world, at, "list-sessions -S");
    let lines: Vec<_> = out.lines().collect();
    assert_eq!(lines.len(), 3, "{out}");
    assert!(
        lines[0].starts_with("mine: 2 windows, 3 panes (saved ")
            && lines[0].ends_with("(here/default: here)"),
        "{out}"
    );
    assert!(
        lines[1].starts_with("work: 2 windows, 3 panes (saved ")
            && lines[1].ends_with("(lost/default: lost)"),
        "{out}"
    );
    assert!(lines[2].starts_with("odd/default: "), "{out}");
    let out = said(
        &mut world,
        at,
        "list-sessions -S -F #{session_name}@#{stored_space} -f #{==:#{stored_state},lost}",
    );
    assert!(out.starts_with("work@lost/default\nodd/default: "), "{out}");

    let out = said(&mut world, at, "show-stored work");
    assert!(out.contains("line 2999\n"), "{out}");
    assert!(!out.contains("line 2900\n"), "only the screen");
    let out = said(&mut world, at, "show-stored -S - work:edit");
    assert!(out.contains("line 1500\n"), "the history too: {} bytes", out.len());
    let out = said(&mut world, at, "show-stored nothing");
    assert!(out.contains("no session nothing is stored"), "{out}");
    let out = said(&mut world, at, "show-stored work:9");
    assert!(out.contains("can't find window: 9"), "{out}");
    world.others.insert("third/default".to_owned(), world.others["lost/default"].clone());
    let out = said(&mut world, at, "show-stored work");
    assert!(out.contains("choose one with -s: lost/default, third/default"), "{out}");
    let out = said(&mut world, at, "show-stored -s third/default work");
    assert!(out.contains("line 2999\n"), "{out}");
    assert_eq!(world.model().sessions.len(), sessions, "nothing is taken over");
    world.store_fault = Some("no disk".to_owned());
    let out = said(&mut world, at, "list-sessions -S");
    assert!(out.contains("no disk"), "{out}");
}
