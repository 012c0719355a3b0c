//! A pane between the loop and its shared memory: when output is looked at again, when it is let go, when input is
//! taken.

use crate::silent;
use crate::world::{FakeMemory, JOURNAL_BYTES, World, pass_ms, text};
use abide::deathpoint::{self, Point};
use abide::reactor::limits::{CHECKPOINT_AFTER_MS, READ_BYTES_PER_TURN};
use abide::reactor::ports::KeeperEvent;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{Effect, Input, InputMark, PtyFacts};
use abide_core::screen::Screen;

/// The keeper wakes the loop only after a look that found nothing: a turn's share that is used up just as the
/// journal is empty must be followed by such a look.
#[test]
fn a_share_that_is_used_up_just_as_the_journal_is_empty_leaves_nobody_asleep() {
    let mut world = World::new(silent);
    let pane = world.open_pane(1, vec![b'x'; 3 * READ_BYTES_PER_TURN]);
    world.turn();
    for turns in 1..=3 {
        pane.print(READ_BYTES_PER_TURN);
        let end = turns * READ_BYTES_PER_TURN;
        world.until(&format!("output %1 {end} ({READ_BYTES_PER_TURN} bytes)"));
    }
}

/// Two daemons asked for it, the first of which was killed before it was known to run: both are answered, the second.
#[test]
fn a_program_that_is_told_of_twice_is_read_once() {
    let mut world = World::new(silent);
    let pane = world.open_pane(1, "hello again");
    pane.print(5);
    world.until("output %1 5 hello");
    let facts = PtyFacts { pid: 1001, tty: String::new() };
    let (memory, wake) = (FakeMemory(pane.clone()), pane.wake_fd());
    world.keeper_says(KeeperEvent::Opened { pane: PaneId(1), facts, memory, wake });
    world.turn();
    pane.print(6);
    world.until("output %1 11  again");
    assert_eq!((world.count("output %1"), world.count("opened %1")), (2, 1), "{:?}", world.story.borrow());
}

#[test]
fn a_reply_is_on_its_way_before_its_question_is_let_go() {
    let mut world = World::new(|input| match input {
        Input::PtyOutput(pane, end, _) => {
            vec![Effect::WritePty(*pane, InputMark { client: 0, seq: *end }, b"reply".to_vec())]
        }
        _ => Vec::new(),
    });
    let journal = JOURNAL_BYTES as usize;
    let pane = world.open_pane(1, vec![b'?'; 2 * journal]);
    world.turn();
    let seen = pane.clone();
    deathpoint::watch(Some(Box::new(move |point| {
        if point == Point::CheckpointWritten {
            let kept = seen.checkpoints.borrow().last().map(|(offset, _)| *offset);
            let replied = seen.input.borrow().last().map(|(mark, _)| mark.seq);
            assert!(replied >= kept, "kept up to {kept:?}, replied up to {replied:?}");
        }
    })));
    pane.print(2 * journal);
    world.until(&format!("output %1 {} ({READ_BYTES_PER_TURN} bytes)", 2 * journal));
    deathpoint::watch(None);
    assert!(pane.checkpoints.borrow().len() > 2);
}

#[test]
fn the_journal_is_let_go_only_behind_a_checkpoint() {
    let mut world = World::new(silent);
    let pane = world.open_pane(1, vec![b'x'; 1 << 20]);
    pane.print(100);
    world.until("output %1 100 (100 bytes)");
    assert_eq!(pane.tail(), 0);
    pass_ms(CHECKPOINT_AFTER_MS - 1);
    world.turn();
    assert_eq!((pane.tail(), pane.checkpoints.borrow().len()), (0, 0));
    pass_ms(1);
    world.turn();
    assert_eq!((pane.tail(), pane.checkpoints.borrow().len()), (100, 1));
    // Half full: at once, without a clock that moves.
    pane.print((1 << 20) - 100);
    world.until(&format!(
        "output %1 {} ({} bytes)",
        1 << 20,
        (1 << 20) % READ_BYTES_PER_TURN + READ_BYTES_PER_TURN - 100
    ));
    assert!(pane.tail() >= (1 << 20) - JOURNAL_BYTES / 2, "{}", pane.tail());
    let checkpoints = pane.checkpoints.borrow();
    assert!(checkpoints.len() <= 1 + 2 * (1 << 20) / JOURNAL_BYTES as usize, "{}", checkpoints.len());
    for (offset, screen) in checkpoints.iter() {
        let mut own = Screen::new(Size { cols: 80, rows: 24 }, 10);
        own.feed(&vec![b'x'; *offset as usize]);
        assert_eq!(text(screen), text(&own), "at {offset}");
    }
}

#[test]
fn a_checkpoint_that_fails_lets_nothing_go_and_is_made_up_for() {
    let mut world = World::new(silent);
    let pane = world.open_pane(1, vec![b'x'; 1 << 20]);
    pane.print(1000);
    world.until("output %1 1000 (1000 bytes)");
    pass_ms(CHECKPOINT_AFTER_MS);
    world.turn();
    assert_eq!((pane.tail(), pane.checkpoints.borrow().last().map(|c| c.0)), (1000, Some(1000)));
    pane.checkpoint_fails.set(true);
    pane.print((1 << 20) - 1000);
    let full = 1000 + JOURNAL_BYTES;
    for _ in 0..50 {
        world.turn();
        pass_ms(100);
    }
    assert_eq!(pane.tail(), 1000, "all that the last good checkpoint needs is held");
    assert_eq!(pane.fed(), full, "and all that is held is on the screen");
    let said = |world: &World| world.story.borrow().iter().filter(|l| l.contains("can't be kept")).count();
    assert_eq!(said(&world), 1, "once, however often it is tried");
    assert!((2..20).contains(&pane.tries.get()), "{} tries in five seconds", pane.tries.get());
    pane.checkpoint_fails.set(false);
    pass_ms(2000);
    world.until(&format!(
        "output %1 {} ({} bytes)",
        1 << 20,
        ((1 << 20) - full) % READ_BYTES_PER_TURN as u64
    ));
    pass_ms(2000);
    world.turn();
    assert_eq!(pane.checkpoints.borrow().last().map(|c| c.0), Some(1 << 20));
}

/// Four bytes for each letter of a notice of three.
fn types_notices(input: &Input<'_>) -> Vec<Effect> {
    match input {
        Input::Notice(text) if text.len() == 3 => {
            let mark = |seq| InputMark { client: 1, seq };
            text.bytes()
                .enumerate()
                .map(|(n, b)| Effect::WritePty(PaneId(1), mark(n as u64), vec![b; 4]))
                .collect()
        }
        _ => Vec::new(),
    }
}

#[test]
fn input_that_a_full_ring_has_no_room_for_is_refused_and_that_is_said_once() {
    let mut world = World::new(types_notices);
    let pane = world.open_pane(1, "");
    pane.room.set(6);
    world.reactor.begin([Input::Notice("abc".into())]);
    world.turn();
    pane.room.set(100);
    world.reactor.begin([Input::Notice("def".into())]);
    world.turn();
    let typed: Vec<u8> = pane.input.borrow().iter().flat_map(|(_, b)| b.clone()).collect();
    assert_eq!(typed, b"aaaaddddeeeeffff", "nothing waits in the daemon, to die with it");
    let said = world.story.borrow().iter().filter(|l| l.contains("are refused")).count();
    assert_eq!(said, 1, "{:#?}", world.story.borrow());
}

#[test]
fn input_waits_for_room_in_the_small_ring_of_an_older_keeper_in_order() {
    let mut world = World::new(types_notices);
    let pane = world.open_pane(1, "");
    pane.record_bytes_max.set(1000);
    pane.room.set(6);
    world.reactor.begin([Input::Notice("abc".into())]);
    world.turn();
    assert_eq!(pane.input.borrow().len(), 1);
    pane.room.set(6);
    world.turn();
    assert_eq!(pane.input.borrow().len(), 2);
    pane.room.set(100);
    world.turn();
    let typed: Vec<u8> = pane.input.borrow().iter().flat_map(|(_, b)| b.clone()).collect();
    assert_eq!(typed, b"aaaabbbbcccc");
}
