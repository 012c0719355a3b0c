//! Input takes effect exactly once, whenever the daemon is killed.

use crate::world::{Death, World};
use abide_core::base::ids::PaneId;
use abide_protocol::message::{InputEvent, SurfaceKind, ViewerKind};

/// Types tokens with deaths at every place of every turn; each arrives once, in order.
#[test]
fn tokens_arrive_once_in_order() {
    let deaths =
        [Death::BeforeStructure, Death::AfterStructure, Death::After(0), Death::After(1), Death::After(2)];
    for death in deaths {
        for synchronized in [false, true] {
            let mut world = World::new("");
            let at = world.client(ViewerKind::Terminal);
            world.command(at, "new-session -d -s work -x 80 -y 24");
            world.command(at, "split-window -d -t work");
            if synchronized {
                world.command(at, "set-option -w -t work synchronize-panes on");
            }
            world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
            world.settle();
            let mut expected = String::new();
            for n in 0..12 {
                let token = format!("<{n}>");
                expected.push_str(&token);
                if n % 3 == 1 {
                    world.death = Some(death);
                }
                world.events(at, 1, vec![InputEvent::Raw(token.into_bytes())]);
                if world.dead {
                    // The next one writes its structure, and is killed before it hears a thing.
                    (0..n % 2).for_each(|_| world.take_over());
                    world.restart();
                }
            }
            world.settle();
            for (pane, pty) in &world.ptys {
                let typed = String::from_utf8_lossy(&pty.typed()).into_owned();
                let wanted =
                    if synchronized || *pane == world.pane_of("work") { expected.as_str() } else { "" };
                assert_eq!(typed, wanted, "{pane}, {death:?}, synchronized {synchronized}");
            }
            assert!(world.clients[at].unacknowledged.is_empty());
        }
    }
}

/// A key that splits, killed at every place: one split, no more, no less.
#[test]
fn a_split_happens_once() {
    for death in (0..8).map(Death::After).chain([Death::BeforeStructure, Death::AfterStructure]) {
        let mut world = World::new("");
        let at = world.client(ViewerKind::Terminal);
        world.command(at, "new-session -d -s work -x 80 -y 24");
        world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
        world.settle();
        world.keys(at, &["a", "C-b"]);
        world.death = Some(death);
        world.keys(at, &["\""]);
        world.restart();
        world.keys(at, &["b"]);
        world.settle();
        assert_eq!(world.ptys.len(), 2, "{death:?}");
        assert_eq!(world.model().panes.len(), 2, "{death:?}");
        assert_eq!(world.model().fault(), None);
        assert_eq!(world.ptys[&PaneId(0)].typed(), b"a");
        assert_eq!(world.ptys[&world.pane_of("work")].typed(), b"b", "{death:?}");
        assert!(world.clients[at].unacknowledged.is_empty());
    }
}

/// A prompt that was open when the daemon died is open again, with what was typed.
#[test]
fn a_prompt_survives() {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    // No default binding that asks may be missing here: confirm-before of kill-pane.
    world.keys(at, &["C-b", "x"]);
    world.settle();
    world.restart();
    world.wait(50);
    assert!(
        world.clients[at].mirrors[&1].row_text(23).contains("(y/n)"),
        "{}",
        world.clients[at].mirrors[&1].text()
    );
    world.keys(at, &["n"]);
    world.settle();
    assert!(world.clients[at].unacknowledged.is_empty());
    assert_eq!(world.ptys.len(), 1);
}

/// What is typed before a pane's pty is open waits for it, a death between included.
#[test]
fn typed_early() {
    for death in [
        None,
        Some(Death::BeforeStructure),
        Some(Death::AfterStructure),
        Some(Death::After(0)),
        Some(Death::After(1)),
    ] {
        let mut world = World::new("");
        let at = world.client(ViewerKind::Terminal);
        world.command(at, "new-session -d -s work -x 80 -y 24");
        world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
        world.settle();
        // Not settled: the new pane's pty is still being opened.
        world.keys(at, &["C-b", "c"]);
        world.death = death;
        world.keys(at, &["x"]);
        if world.dead {
            world.take_over();
            world.restart();
        }
        world.keys(at, &["y"]);
        world.settle();
        assert_eq!(world.ptys[&world.pane_of("work")].typed(), b"xy", "{death:?}");
    }
}

const DEATHS: [Death; 6] = [
    Death::BeforeStructure,
    Death::AfterStructure,
    Death::After(0),
    Death::After(1),
    Death::After(2),
    Death::After(3),
];

/// A paste of several pieces is one for its program, whichever piece the daemon dies with.
#[test]
fn a_long_paste_is_one_whatever_dies() {
    let piece = |letter: u8| vec![letter; abide_protocol::limits::INPUT_BYTES_MAX];
    let pieces = [piece(b'a'), piece(b'b'), piece(b'c'), b"end".to_vec()];
    let expected = [b"\x1b[200~", &pieces.concat()[..], b"\x1b[201~k"].concat();
    for fatal in 0..pieces.len() {
        for death in DEATHS {
            let mut world = World::new("");
            let at = world.client(ViewerKind::Terminal);
            world.command(at, "new-session -d -s work -x 80 -y 24");
            world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
            world.settle();
            let pane = world.pane_of("work");
            world.output(pane, b"\x1b[?2004h");
            world.settle();
            for (n, piece) in pieces.iter().enumerate() {
                world.death = (n == fatal).then_some(death);
                world.events(at, 1, vec![InputEvent::Paste(piece.clone())]);
                world.death = None;
                if world.dead {
                    world.restart();
                }
            }
            world.keys(at, &["k"]);
            world.settle();
            let typed = world.ptys[&pane].typed();
            assert!(typed == expected, "{death:?} with piece {fatal}: {} bytes", typed.len());
            assert!(world.clients[at].unacknowledged.is_empty());
        }
    }
}

/// What a command types is there when its result is, and never twice: into a pane that runs, and into one whose
/// pty is still being opened.
#[test]
fn what_a_command_typed_is_there_when_it_has_succeeded() {
    for death in DEATHS {
        for early in [false, true] {
            let mut world = World::new("");
            let at = world.client(ViewerKind::Program);
            world.command(at, "new-session -d -s work -x 80 -y 24");
            world.settle();
            if early {
                // Not settled: the new pane's pty is still being opened.
                world.command_unsettled(at, "new-window -t work");
            }
            let done = world.clients[at].done.len();
            world.death = Some(death);
            // Renaming makes it a turn that writes a record.
            world.command_unsettled(at, "rename-window -t work w ; send-keys -t work -l once");
            world.death = None;
            let succeeded = world.clients[at].done.len() > done;
            if world.dead {
                world.restart();
            }
            // And a death as its pty opens.
            world.death = early.then_some(death);
            world.settle();
            world.death = None;
            if world.dead {
                world.restart();
            }
            world.settle();
            let typed = world.ptys[&world.pane_of("work")].typed();
            let text = String::from_utf8_lossy(&typed).into_owned();
            assert!(["", "once"].contains(&&*text), "{death:?}, early {early}: {text:?}");
            assert!(!succeeded || text == "once", "{death:?}, early {early}: it had succeeded");
        }
    }
}
