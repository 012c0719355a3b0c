//! A daemon that is killed soon after a reboot: what came out of the store and is nowhere else comes out of it again.

use crate::world::{World, facts};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Answer, Effect, ExitStatus, Input, Question};
use abide_core::server::Server;
use abide_protocol::message::ViewerKind;

const LINE: &str = "[restored: ";

/// A stored server with a program that runs and one that has ended, whose pane stays.
fn stored() -> (World, PaneId, PaneId) {
    let mut world = World::new("");
    let at = world.client(ViewerKind::Terminal);
    world.command(at, "set-option -g remain-on-exit on");
    world.command(at, "new-session -d -s work -x 80 -y 24");
    world.command(at, "new-session -d -s dead -x 80 -y 24");
    let (work, dead) = (world.pane_of("work"), world.pane_of("dead"));
    world.output(work, b"it draws");
    world.ran.insert(work, vec!["vim".to_owned(), "a file".to_owned()]);
    world.output(dead, b"its last words");
    world.exit(dead, ExitStatus::Code(3));
    world.wait(3000);
    (world, work, dead)
}

/// Everything has ended, and the next daemon has written its structure. Nothing of it is carried out yet.
fn reboot(world: &mut World) {
    let records = world.store.clone().into_iter().collect();
    let (server, report) = Server::restore(facts(50), Vec::new(), records, world.now);
    assert_eq!(report.notices, Vec::<String>::new());
    world.server = server;
    world.ptys.clear();
    world.server.handle(world.now, Input::Notice("started".to_owned()));
    world.structure = world.server.structure().expect("a structure");
}

fn text_of(world: &World, pane: PaneId) -> String {
    let screen = &world.model().panes[&pane].screen;
    (0..screen.size().rows).map(|y| screen.row(y).text() + "\n").collect()
}

#[test]
fn killed_before_the_ptys_are_open_it_has_the_screens_again() {
    let (mut world, work, dead) = stored();
    reboot(&mut world);
    for _ in 0..3 {
        world.take_over();
        for (pane, words, lines) in [(work, "it draws", 1), (dead, "its last words", 0)] {
            let text = text_of(&world, pane);
            assert!(text.starts_with(words), "{text}");
            assert_eq!(text.matches(LINE).count(), lines, "{text}");
            assert_eq!(text.matches("(vim a file) is gone").count(), lines, "{text}");
        }
    }
    world.restart();
    world.output(work, b"$ ");
    let text = text_of(&world, work);
    assert!(text.starts_with("it draws\n") && text.contains("\n$"), "{text}");
    // Nothing empty has gone over what was stored.
    world.wait(3000);
    reboot(&mut world);
    for (pane, words, lines) in [(work, "it draws", 2), (dead, "its last words", 0)] {
        let text = text_of(&world, pane);
        assert!(text.starts_with(words), "{text}");
        assert_eq!(text.matches(LINE).count(), lines, "{text}");
    }
}

/// Stores what there is, and carries nothing else out: no pty opens.
fn store_alone(world: &mut World) {
    world.now.instant = world.now.instant.after_ms(1000);
    world.now.wall_seconds += 1;
    world.server.handle(world.now, Input::DeadlineReached);
    let mut commits = 0;
    for _ in 0..10 {
        for effect in world.server.effects() {
            let Effect::Ask(ticket, Question::Commit(writes)) = effect else { continue };
            for (key, value) in writes {
                match value {
                    Some(value) => world.store.insert(key, value),
                    None => world.store.remove(&key),
                };
            }
            commits += 1;
            world.server.handle(world.now, Input::Answered(ticket, Answer::Committed));
        }
    }
    assert!(commits > 0);
    world.structure = world.server.structure().expect("a structure");
}

#[test]
fn a_machine_that_is_lost_again_before_a_shell_has_started_is_told_of_again() {
    let (mut world, work, _) = stored();
    for times in 1..4 {
        reboot(&mut world);
        world.take_over();
        assert_eq!(text_of(&world, work).matches(LINE).count(), times, "{}", text_of(&world, work));
        world.take_over();
        // The next daemon finds it stored, with the line.
        store_alone(&mut world);
        world.take_over();
        assert_eq!(text_of(&world, work).matches(LINE).count(), times, "{}", text_of(&world, work));
    }
}

#[test]
fn a_screen_that_has_what_the_journal_has_is_not_taken() {
    let (mut world, work, dead) = stored();
    reboot(&mut world);
    world.restart();
    world.output(work, b"only once");
    world.wait(3000);
    // Stored with it, and no checkpoint was possible: the journal begins where the program did.
    world.ptys.get_mut(&work).expect("its pty").checkpoint = None;
    world.restart();
    let text = text_of(&world, work);
    assert_eq!(text.matches("only once").count(), 1, "{text}");
    assert!(text_of(&world, dead).starts_with("its last words"));
}

#[test]
fn a_store_that_failed_meanwhile_is_asked_all_the_same() {
    let (mut world, _, dead) = stored();
    reboot(&mut world);
    world.restart();
    world.store_fault = Some("No space left on device".to_owned());
    world.command(0, "rename-session -t work other");
    world.wait(3000);
    assert_eq!(world.model().durability, "not saved: No space left on device");
    world.restart();
    assert!(text_of(&world, dead).starts_with("its last words"));
    // And it is told what to remove.
    world.store_fault = None;
    world.command(0, "kill-server");
    assert_eq!(world.store.keys().collect::<Vec<_>>(), [&vec![1]], "a root without sessions");
}

#[test]
fn what_is_damaged_is_said_and_the_others_come() {
    let (mut world, work, dead) = stored();
    reboot(&mut world);
    for (key, value) in &mut world.store {
        if *key == abide_core::boundary::Key::Pane(work).bytes() {
            value.truncate(5);
        }
    }
    let mut server = Server::recover(facts(51), &world.structure, world.now).expect("a structure that reads");
    let panes = server.panes_stored();
    assert_eq!(panes.iter().copied().collect::<Vec<_>>(), [work, dead]);
    let notices = server.recall(&panes, world.store.clone().into_iter().collect());
    assert_eq!(notices, ["the screen of pane %0 was lost: byte 0: the bytes end inside an item"]);
    assert!(server.model.panes[&dead].screen.row(0).text().starts_with("its last words"));
}

#[test]
fn what_can_not_be_read_now_is_left_for_a_later_daemon() {
    let (mut world, work, dead) = stored();
    reboot(&mut world);
    world.store_reads = false;
    world.restart();
    assert_eq!(text_of(&world, dead).trim(), "");
    world.output(work, b"$ a new shell");
    // A batch that fails makes everything unknown; what is left stays left.
    world.store_fault = Some("No space left on device".to_owned());
    world.command(0, "rename-session -t work other");
    world.wait(3000);
    world.store_fault = None;
    world.command(0, "rename-session -t dead late");
    world.wait(60_000);
    assert_eq!(world.model().durability, "");
    world.store_reads = true;
    world.restart();
    assert!(text_of(&world, dead).starts_with("its last words"));
    // And after everything has ended: under its new name, beside the new shell's screen.
    reboot(&mut world);
    assert_eq!((world.pane_of("other"), world.pane_of("late")), (work, dead));
    assert!(text_of(&world, work).starts_with("$ a new shell"));
    assert!(text_of(&world, dead).starts_with("its last words"));
    // A program that runs in it has a screen that counts.
    world.store_reads = false;
    world.restart();
    world.command(0, "respawn-pane -t late");
    world.output(dead, b"$ once more");
    world.wait(3000);
    world.store_reads = true;
    reboot(&mut world);
    assert!(text_of(&world, dead).starts_with("$ once more"));
}
