//! The end that sessions come back from: what programs wrote is read first, then the core stores, and no store holds
//! the end up.

use crate::world::{World, pass_ms, polite};
use abide::reactor::Ending;
use abide::reactor::limits::DRAIN_STORE_MS_MAX;
use abide::reactor::ports::KeeperEvent;
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Effect, Input};

fn why() -> String {
    "SIGTERM".to_owned()
}

#[test]
fn all_that_was_written_is_read_before_the_core_is_told() {
    let mut world = World::new(|input| match input {
        Input::Draining(_) => vec![Effect::Drained],
        other => polite(other),
    });
    let bytes = 200 * 1024;
    let (loud, quiet) = (world.open_pane(1, vec![b'x'; 2 * bytes]), world.open_pane(2, "said last"));
    let mut viewer = world.connect();
    world.until_heard(&mut viewer, 1);
    loud.print(bytes);
    quiet.print(9);
    world.keeper_says(KeeperEvent::Ending(why()));
    world.until("Draining(\"SIGTERM\")");
    let story = world.story.borrow().clone();
    let at = |line: &str| story.iter().position(|l| l == line);
    assert!(at("output %2 9 said last") < at("Draining(\"SIGTERM\")"));
    assert_eq!(loud.fed(), bytes as u64, "all of a flood's journal");

    // What comes after that moment is nobody's any more, and does not hold the end up.
    loud.print(bytes);
    let World { reactor, story, .. } = world;
    assert_eq!(reactor.run().expect("an ending"), Ending::Drained);
    assert_eq!(loud.fed(), bytes as u64);
    assert!(story.borrow().contains(&"keeper: drained".to_owned()));
    viewer.listen();
    assert!(viewer.ended);
}

#[test]
fn a_store_that_does_not_answer_holds_the_end_up_no_longer_than_its_bound() {
    let mut world = World::new(polite);
    world.keeper_says(KeeperEvent::Ending(why()));
    world.until("Draining(\"SIGTERM\")");
    pass_ms(DRAIN_STORE_MS_MAX - 1);
    world.turn();
    assert!(!world.has("DrainOver"));
    // Said again, as to a daemon that has just come: nothing begins anew.
    world.keeper_says(KeeperEvent::Ending(why()));
    pass_ms(1);
    let World { reactor, story, .. } = world;
    assert_eq!(reactor.run().expect("an ending"), Ending::Drained);
    assert!(story.borrow().contains(&"DrainOver".to_owned()));
    assert_eq!(story.borrow().iter().filter(|l| l.starts_with("Draining")).count(), 1);
}

#[test]
fn a_program_that_ends_with_everything_is_no_pane_that_ends() {
    let mut world = World::new(polite);
    let _pane = world.open_pane(1, "text");
    world.keeper_says(KeeperEvent::Ending(why()));
    world.until("Draining(\"SIGTERM\")");
    world.exit_pane(1, 0);
    (0..5).for_each(|_| world.turn());
    assert_eq!(world.count(&format!("exited {}", PaneId(1))), 0);
}
