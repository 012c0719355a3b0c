//! The end that sessions come back from: the store has everything, and whoever looks is told.

use crate::world::{World, facts};
use abide_core::{base::ids::PaneId, boundary::Input, screen::CellText, server::Server};
use abide_protocol::message::{SurfaceKind, ViewerKind};

fn world(config: &str) -> (World, usize) {
    let mut world = World::new(config);
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.command(at, "new-session -d -s more -x 80 -y 24");
    world.attach(at, SurfaceKind::Session, "work", 1, (80, 24));
    world.settle();
    world.wait(3000);
    (world, at)
}

fn drain(world: &mut World) {
    world.input(Input::Draining("SIGTERM".to_owned()));
}

/// The visible text of each pane that the store brings back.
fn stored(world: &World) -> Vec<(PaneId, String)> {
    let records = world.store.clone().into_iter().collect();
    let (server, report) = Server::restore(facts(70), Vec::new(), records, world.now);
    assert_eq!(report.notices, Vec::<String>::new());
    let text = |pane: &abide_core::session::Pane| {
        let mut text = String::new();
        for y in 0..pane.screen.size().rows {
            for cell in pane.screen.row(y).cells() {
                match cell.text {
                    CellText::Char(c) => text.push(c),
                    CellText::Cluster(c) => text.push_str(c),
                }
            }
        }
        text
    };
    server.model.panes.values().map(|p| (p.id, text(p))).collect()
}

#[test]
fn what_was_written_until_then_is_stored_in_the_middle_of_a_round_too() {
    for moment in 0..4 {
        let (mut world, at) = world("");
        let panes: Vec<PaneId> = world.ptys.keys().copied().collect();
        for pane in &panes {
            world.output(*pane, b"before the round\r\n");
        }
        match moment {
            // Nothing is due yet; a round's batch is out and not answered; its last answer has just come; idle.
            0 => {}
            1 => {
                world.now.instant = world.now.instant.after_ms(700);
                world.input(Input::DeadlineReached);
            }
            2 => world.wait(600),
            _ => world.wait(5000),
        }
        for pane in &panes {
            world.output(*pane, format!("last words of {pane}").as_bytes());
        }
        drain(&mut world);
        assert!(!world.ended, "not before the store has answered");
        world.settle();
        assert!(world.ended, "moment {moment}");
        for (pane, text) in stored(&world) {
            assert!(text.contains(&format!("last words of {pane}")), "moment {moment}, {pane}: {text}");
        }
        assert_eq!(stored(&world).len(), panes.len());
        assert_eq!(
            world.clients[at].said.last().map(String::as_str),
            Some("SIGTERM: session work is saved, attach to bring it back")
        );
    }
}

#[test]
fn new_clients_are_refused_meanwhile() {
    let (mut world, _) = world("");
    drain(&mut world);
    let late = world.client(ViewerKind::Terminal);
    assert_eq!(world.clients[late].welcome, None);
    assert_eq!(world.clients[late].viewer, None, "dismissed");
    assert_eq!(
        world.clients[late].said,
        ["refused: the server is ending (SIGTERM) and saves its sessions: try again in a moment"]
    );
}

#[test]
fn a_store_that_fails_is_given_up_soon_and_said() {
    let (mut world, at) = world("");
    let pane = world.pane_of("work");
    world.output(pane, b"unsaved");
    world.store_fault = Some("no space left on device".to_owned());
    drain(&mut world);
    world.wait(1000);
    assert!(world.ended);
    let said = world.clients[at].said.last().expect("a last word");
    assert_eq!(
        said,
        "SIGTERM: session work comes back without its last changes (not saved: no space left on device)"
    );
    // What was stored before is there still.
    assert_eq!(stored(&world).len(), 2);
}

#[test]
fn a_store_that_fails_once_is_asked_again() {
    let (mut world, at) = world("");
    let pane = world.pane_of("work");
    world.output(pane, b"saved after all");
    world.store_fault = Some("interrupted".to_owned());
    drain(&mut world);
    // The first answer is a refusal; the disk is well again before the second try.
    world.settle();
    world.store_fault = None;
    assert!(!world.ended);
    world.wait(1000);
    assert!(world.ended);
    assert!(stored(&world).iter().any(|(_, text)| text.contains("saved after all")));
    let said = world.clients[at].said.last().expect("a last word");
    assert!(said.ends_with("is saved, attach to bring it back"), "{said}");
}

#[test]
fn time_that_is_up_ends_it_and_is_said() {
    let (mut world, at) = world("");
    drain(&mut world);
    world.input(Input::DrainOver);
    assert!(world.ended);
    let said = world.clients[at].said.last().expect("a last word");
    assert!(
        said.contains("without its last changes (not saved: the store did not answer in time)"),
        "{said}"
    );
}

#[test]
fn sessions_that_are_not_kept_are_not_promised_and_unattached_ones_not_destroyed() {
    let (mut world, at) = world("set -g destroy-unattached off");
    world.command(at, "set-option -t more restore off");
    world.command(at, "set-option -t work destroy-unattached on");
    world.attach(at, SurfaceKind::Session, "more", 2, (80, 24));
    world.settle();
    drain(&mut world);
    world.settle();
    let said = &world.clients[at].said;
    assert!(said.contains(&"SIGTERM: session work is saved, attach to bring it back".to_owned()), "{said:?}");
    assert!(said.contains(&"SIGTERM: session more is not kept (restore is off)".to_owned()), "{said:?}");
    assert_eq!(stored(&world).len(), 1);
}
