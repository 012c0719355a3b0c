//! Stored sessions of other machines come here, and what becomes of them when somebody dies on the way.

use crate::stored::{reboot, said, world as stored_world};
use crate::world::{Death, World};
use abide_core::boundary::Taking;
use abide_core::session::Sessions;
use abide_protocol::message::ViewerKind;
use std::collections::{BTreeMap, BTreeSet};

/// What the stores of a world know of records that move.
#[derive(Default)]
pub struct Takings {
    /// Marks of ours.
    pub marks: BTreeSet<(String, Vec<u8>)>,
    /// Spaces whose owners live.
    pub alive: BTreeSet<String>,
    /// The step that fails, by its name.
    pub fails: Option<&'static str>,
    /// The steps that were asked for.
    pub asked: Vec<&'static str>,
}

/// What a store answers.
pub fn take(world: &mut World, taking: Taking) -> Result<(), String> {
    let name = match &taking {
        Taking::Begin { .. } => "begin",
        Taking::Copy { .. } => "copy",
        Taking::Finish { .. } => "finish",
        Taking::GiveBack { .. } => "give back",
    };
    world.takings.asked.push(name);
    if world.takings.fails == Some(name) {
        return Err("the disk is gone".to_owned());
    }
    match taking {
        Taking::Begin { space, item } => {
            if world.takings.alive.contains(&space) {
                return Err(format!("{space} is alive"));
            }
            assert!(world.others[&space].contains_key(&item));
            world.takings.marks.insert((space, item));
        }
        Taking::Copy { whose, keys, writes } => {
            for (from, to) in keys {
                if let Some(value) = world.others[&whose.space].get(&from) {
                    world.store.insert(to, value.clone());
                }
            }
            world.store.extend(writes.into_iter().map(|(key, value)| (key, value.expect("a value"))));
        }
        Taking::Finish { space, item, along } => {
            if world.takings.marks.remove(&(space.clone(), item.clone())) {
                let records = world.others.get_mut(&space).expect("a space");
                records.retain(|key, _| *key != item && !along.iter().any(|prefix| key.starts_with(prefix)));
            }
        }
        Taking::GiveBack { but } => world.takings.marks.retain(|mark| but.contains(mark)),
    }
    Ok(())
}

type Store = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a machine that is lost had stored: a session `work` of three panes, and one `other`.
fn far_store() -> Store {
    let (mut far, at) = stored_world();
    far.command(at, "new-session -d -s other");
    far.wait(3000);
    far.store
}

/// A server with sessions of its own, and that machine's records in its store.
fn here(far: Store) -> (World, usize) {
    let mut here = World::new("");
    let at = here.client(ViewerKind::Terminal);
    for n in 0..4 {
        here.command(at, &format!("new-session -d -s mine{n}"));
    }
    here.wait(3000);
    here.others.insert("lost/default".to_owned(), far);
    (here, at)
}

fn lost() -> (World, usize) {
    here(far_store())
}

/// What of a session does not depend on numbers: its windows with their layouts, panes by their place.
fn shape(model: &Sessions, name: &str) -> Vec<String> {
    let session = &model.sessions[&model.session_named(name).expect("the session")];
    let last: Vec<_> = session.last.iter().map(|w| session.index_of(*w)).collect();
    let mut lines = vec![format!("current {} last {last:?} options {:?}", session.current, session.options)];
    for (index, link) in &session.windows {
        let window = &model.windows[&link.window];
        let panes = window.layout.panes();
        let place = |pane| panes.iter().position(|p| *p == pane);
        let rects: Vec<_> = window.layout.cells().into_iter().map(|(_, rect)| rect).collect();
        let last: Vec<_> = window.last.iter().map(|p| place(*p)).collect();
        lines.push(format!(
            "{index} {} {rects:?} active {:?} last {last:?} zoomed {:?} options {:?} shares {:?}",
            window.name,
            place(window.active),
            window.zoomed.map(place),
            window.options,
            window.layout.shares(),
        ));
        for pane in &panes {
            let pane = &model.panes[pane];
            assert_eq!(pane.window, window.id);
            lines.push(format!("{:?} {}", pane.screen.size(), pane.start_cwd));
        }
    }
    lines
}

fn no_trace(world: &World, left: &BTreeMap<Vec<u8>, Vec<u8>>) {
    assert_eq!(world.others["lost/default"], *left, "it is where it was");
    assert_eq!(world.takings.marks, BTreeSet::new(), "and marked by nobody");
    assert_eq!(world.model().session_named("work"), None);
    assert_eq!(world.model().fault(), None);
}

#[test]
fn a_session_of_a_lost_machine_comes_here_whole() {
    let (mut far, far_at) = stored_world();
    far.command(far_at, "select-window -t work:edit");
    far.command(far_at, "resize-pane -t work:edit.1 -x 20");
    far.command(far_at, "set -t work @note far");
    far.wait(3000);
    let before = shape(far.model(), "work");
    let (mut world, at) = here(far.store);
    let panes: BTreeSet<_> = world.model().panes.keys().copied().collect();
    let out = said(&mut world, at, "restore-session -d work");
    assert_eq!(out, "");
    assert_eq!(world.model().fault(), None);
    assert_eq!(shape(world.model(), "work"), before);
    let new: Vec<_> = world.model().panes.keys().copied().filter(|p| !panes.contains(p)).collect();
    assert_eq!(new.len(), 3);
    assert!(new.iter().all(|pane| panes.iter().all(|old| old < pane)), "numbers of ours: {new:?}");
    for pane in &new {
        let program = world.ptys[pane].program.as_ref().expect("a shell");
        assert!(program.cwd.starts_with("/cwd/"), "{}", program.cwd);
        assert!(program.environment.iter().any(|(n, v)| n == "ABIDE_PANE" && *v == pane.to_string()));
        let out = said(&mut world, at, &format!("capture-pane -p -S - -t {pane}"));
        assert!(out.contains("line 1500") && out.contains("line 2999"), "{pane}: {} bytes", out.len());
        assert!(
            out.replace('\n', "").contains("[restored: the machine or server ended at Tue Nov 24"),
            "{out}"
        );
    }
    let messages = said(&mut world, at, "show-messages");
    assert!(messages.contains("[restored: session work of lost/default]; what ran is gone:"), "{messages}");
    // Once all of it is stored here, it is gone there.
    world.wait(3000);
    assert_eq!(world.takings.asked.iter().filter(|step| **step == "finish").count(), 1);
    assert_eq!(world.takings.marks, BTreeSet::new());
    let left: Vec<_> = world.others["lost/default"].keys().filter(|key| key[0] != 1).collect();
    assert_eq!(left, Vec::<&Vec<u8>>::new(), "nothing but its root");
    let out = said(&mut world, at, "list-sessions -S -F #{session_name}@#{stored_space}");
    assert!(out.contains("work@here/default\n") && !out.contains("lost"), "{out}");
    world.wait(3000);
    assert!(world.store.keys().all(|key| key[0] != 7), "where it came from is forgotten");
    let before = shape(world.model(), "work");
    reboot(&mut world, "");
    assert_eq!(shape(world.model(), "work")[0], before[0], "it is this machine's own");
}

#[test]
fn what_can_not_come_is_refused_with_a_sentence() {
    let (mut world, at) = lost();
    let left = world.others["lost/default"].clone();
    let refused = |world: &mut World, command: &str, why: &str| {
        let out = said(world, at, command);
        assert!(out.contains(why), "{command}: {out}");
        no_trace(world, &left);
    };
    refused(&mut world, "restore-session -d nothing", "no session nothing is stored");
    refused(&mut world, "restore-session -d mine0", "session mine0 is this server's own");
    refused(&mut world, "restore-session -d -s here/default mine0", "here/default is this server's own");
    refused(&mut world, "restore-session -d -n mine1 work", "a session mine1 is here already");
    world.takings.alive.insert("lost/default".to_owned());
    refused(&mut world, "restore-session -d work", "lost/default is alive");
    world.takings.alive.clear();
    world.others.insert("third/default".to_owned(), left.clone());
    refused(&mut world, "restore-session -d work", "choose one with -s: lost/default, third/default");
    world.others.remove("third/default");
    for step in ["begin", "copy"] {
        world.takings.fails = Some(step);
        refused(&mut world, "restore-session -d work", "the disk is gone");
    }
    world.takings.fails = None;
    world.wait(3000);
    let panes: BTreeSet<u32> = world.model().panes.keys().map(|p| p.0).collect();
    let stray = |key: &&Vec<u8>| {
        (3..=6).contains(&key[0])
            && !panes.contains(&u32::from_be_bytes(key[1..5].try_into().expect("four bytes")))
    };
    assert_eq!(world.store.keys().filter(stray).count(), 0, "what was copied is removed");
    world.command(at, "set -g restore off");
    refused(&mut world, "restore-session -d work", "restore is off");
    world.command(at, "set -gu restore");
    // Another name, and the same one once more: the first is gone from there.
    assert_eq!(said(&mut world, at, "restore-session -d -n again work"), "");
    world.wait(3000);
    assert!(said(&mut world, at, "restore-session -d work").contains("no session work is stored"));
    assert!(world.model().session_named("again").is_some());
}

#[test]
fn what_can_not_be_removed_there_is_tried_again() {
    let (mut world, at) = lost();
    world.takings.fails = Some("finish");
    assert_eq!(said(&mut world, at, "restore-session -d work"), "");
    world.wait(3000);
    let messages = said(&mut world, at, "show-messages");
    assert!(
        messages.contains("a session of lost/default that came here is still there too: the disk is gone"),
        "{messages}"
    );
    assert_eq!(world.takings.marks.len(), 1);
    // After a reboot it is known from the store.
    reboot(&mut world, "");
    world.takings.fails = None;
    world.wait(3000);
    assert_eq!(world.takings.marks.len(), 0);
    let at = at_of(&mut world);
    assert!(
        said(&mut world, at, "list-sessions -S -F #{session_name}@#{stored_space}")
            .lines()
            .all(|line| line != "work@lost/default")
    );
    assert!(world.model().session_named("work").is_some());
}

fn at_of(world: &mut World) -> usize {
    world.client(ViewerKind::Terminal)
}

/// A window that two sessions have comes with the first of them, and stays for the second.
#[test]
fn a_window_of_two_sessions_comes_with_each() {
    let (mut far, at) = stored_world();
    far.command(at, "new-session -d -s second");
    far.command(at, "link-window -s work:edit -t second:7");
    far.wait(3000);
    let (mut world, at) = here(far.store);
    assert_eq!(said(&mut world, at, "restore-session -d work"), "");
    world.wait(3000);
    assert_eq!(said(&mut world, at, "restore-session -d second"), "");
    world.wait(3000);
    for window in ["work:edit", "second:7"] {
        let out = said(&mut world, at, &format!("capture-pane -p -S - -t {window}"));
        assert!(out.contains("line 1500"), "{window}: {} bytes", out.len());
    }
    assert_eq!(world.others["lost/default"].keys().filter(|key| key[0] != 1).count(), 0);
    assert_eq!(world.model().fault(), None);
}

/// The daemon dies in every turn of a restore, at each instant of it; machine and all in every other run. The session is in
/// the end here or there, whole, and never in both.
#[test]
fn a_death_at_any_instant_leaves_it_whole_in_one_place() {
    let all = far_store();
    let mut outcomes: BTreeMap<(bool, bool), usize> = BTreeMap::new();
    for machine in [false, true] {
        for death in [Death::BeforeStructure, Death::AfterStructure, Death::After(1), Death::After(3)] {
            for turn in 0.. {
                let (mut world, at) = here(all.clone());
                world.die_in_turn(turn, death);
                said(&mut world, at, "restore-session -d work");
                world.wait(3000);
                let died = world.dead;
                let came = die(
                    &mut world,
                    died && machine,
                    &all,
                    &format!("turn {turn} {death:?} {machine} {died}"),
                );
                *outcomes.entry((died, came)).or_default() += 1;
                if !died {
                    break;
                }
            }
        }
    }
    println!("{outcomes:?}: (died, is here)");
    for seen in [(false, true), (true, true), (true, false)] {
        assert!(outcomes.contains_key(&seen), "{seen:?} never came");
    }
}

/// What is after a death: whether the session is here.
fn die(world: &mut World, machine: bool, all: &Store, what: &str) -> bool {
    world.dies = None;
    if machine {
        world.lose_machine();
        reboot(world, "");
    } else if world.dead {
        world.restart();
    }
    world.wait(5000);
    let came = world.model().session_named("work").is_some();
    assert_eq!(world.model().fault(), None, "{what}");
    assert_eq!(world.takings.marks, BTreeSet::new(), "{what}");
    if came {
        let at = at_of(world);
        for window in ["work:0.0", "work:0.1", "work:1"] {
            let out = said(world, at, &format!("capture-pane -p -S - -t {window}"));
            assert!(out.contains("line 1500") && out.contains("line 2999"), "{what}: {window}: {out}");
        }
        let sessions = world.others["lost/default"].keys().filter(|key| key[0] == 2).count();
        assert_eq!(sessions, 1, "{what}: it is in both");
    } else {
        assert!(world.others["lost/default"] == *all, "{what}");
    }
    let known: BTreeSet<u32> = world.model().panes.keys().map(|p| p.0).collect();
    for key in world.store.keys().filter(|key| (3..=6).contains(&key[0])) {
        let pane = u32::from_be_bytes(key[1..5].try_into().expect("four bytes"));
        assert!(known.contains(&pane), "{what}: a record of pane {pane} is left");
    }
    came
}
