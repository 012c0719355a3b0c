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
            world.restart();
        }
        world.keys(at, &["y"]);
        world.settle();
        assert_eq!(world.ptys[&world.pane_of("work")].typed(), b"xy", "{death:?}");
    }
}
