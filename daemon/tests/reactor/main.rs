//! The turn loop over fake sources: budgets, order, edges, bounds, and what a fault does.

mod drain;
mod panes;
#[path = "../../../tests/src/skip.rs"]
#[allow(unreachable_pub, reason = "it is public where the other tests have it")]
mod skip;
mod upgrade;
mod world;

use abide::reactor::Ending;
use abide::reactor::limits::{ACKNOWLEDGE_AFTER_MS, CHECKPOINT_AFTER_MS, READ_BYTES_PER_TURN};
use abide::reactor::{Careful, Expected, How, Inherited, StoreLink};
use abide::store::{Stamp, Store, embedded::Embedded, faulty::Fate, faulty::Faulty, memory, worker::Worker};
use abide_core::base::geometry::Size;
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Answer, Effect, ExitStatus, Input, PtyFacts, Question};
use abide_protocol::limits::{GREETING_SECONDS_MAX, OUTBOX_BYTES_MAX, VIEWERS_MAX};
use abide_protocol::message::{
    ClientMessage, Command, ErrorCode, InputAck, Output, ServerMessage, Size as WireSize, Stream,
};
use std::io::Write;
use world::{FakeMemory, PaneWorld, TICKET, World, pass_ms, polite, program};

fn silent(_: &Input<'_>) -> Vec<Effect> {
    Vec::new()
}

#[test]
fn a_flood_in_one_pane_starves_no_other() {
    let mut world = World::new(silent);
    let flood = world.open_pane(1, vec![b'x'; 10 << 20]);
    let quiet = world.open_pane(2, "hello");
    world.story.borrow_mut().clear();
    flood.print(10 << 20);
    quiet.print(5);
    world.turn();
    assert!(world.has("output %2 5 hello"), "{:?}", world.story.borrow());
    assert!(world.has(&format!("output %1 {READ_BYTES_PER_TURN} ({READ_BYTES_PER_TURN} bytes)")));
    assert_eq!(world.count("output %1"), 1);
    // Nobody rings again: what is left is remembered, and read to the end.
    world.until(&format!("output %1 {} ({READ_BYTES_PER_TURN} bytes)", 10 << 20));
    assert_eq!(world.count("output %1"), (10 << 20) / READ_BYTES_PER_TURN);
}

#[test]
fn output_that_is_too_much_work_waits_for_another_turn() {
    let mut world = World::new(silent);
    let dear = world.open_pane(1, "a|b|c");
    let quiet = world.open_pane(2, "hello");
    world.story.borrow_mut().clear();
    dear.print(5);
    quiet.print(5);
    world.turn();
    assert!(world.has("output %1 5 a|b|c") && world.has("output %2 5 hello"), "{:?}", world.story.borrow());
    assert_eq!(world.count("output %1"), 1, "the others' turn comes first");
    world.until("output %1 5 b|c");
    world.until("output %1 5 c");
    assert_eq!(world.count("output"), 4);
    assert_eq!(dear.fed(), 5);
}

#[test]
fn structure_is_written_before_the_world_hears_of_it() {
    let mut world = World::new(|input| match input {
        Input::Notice(_) => vec![
            Effect::SpawnPty {
                pane: PaneId(3),
                program: program("/bin/sh"),
                size: Size { cols: 80, rows: 24 },
            },
            Effect::ResizePty(PaneId(3), Size { cols: 9, rows: 8 }),
        ],
        _ => Vec::new(),
    });
    *world.structure.borrow_mut() = Some(b"S1".to_vec());
    world.reactor.begin([]);
    *world.structure.borrow_mut() = Some(b"S2".to_vec());
    world.reactor.begin([Input::Notice("go".into())]);
    assert_eq!(
        *world.story.borrow(),
        [
            "keeper: structure S1",
            "keeper: structure S2",
            "Notice(\"go\")",
            "keeper: spawn %3",
            "keeper: resize %3 9x8"
        ]
    );
}

#[test]
fn a_program_that_can_not_be_started_is_told() {
    let mut world = World::new(|input| match input {
        Input::Notice(_) => {
            vec![Effect::SpawnPty {
                pane: PaneId(3),
                program: program(""),
                size: Size { cols: 80, rows: 24 },
            }]
        }
        _ => Vec::new(),
    });
    world.reactor.begin([Input::Notice("go".into())]);
    world.until("opened %3 Err(\"no shell\")");
}

#[test]
fn an_exit_is_told_after_the_last_byte() {
    let mut world = World::new(silent);
    let pane = world.open_pane(1, vec![b'x'; 300_000]);
    pane.print(300_000);
    world.exit_pane(1, 300_000);
    world.until("keeper: acknowledged %1");
    let story = world.story.borrow();
    let at = |wanted: &str| story.iter().rposition(|l| l.starts_with(wanted)).expect(wanted);
    assert!(at("output %1 300000") < at("exited %1 Code(0)"), "{story:?}");
    assert!(at("exited %1 Code(0)") < at("keeper: acknowledged %1"), "{story:?}");
    assert_eq!(story.iter().filter(|l| l.starts_with("exited")).count(), 1);
}

#[test]
fn a_replay_is_cut_where_replies_were_given() {
    let mut world = World::new(silent);
    let pane = PaneWorld::new("0123456789");
    pane.print(10);
    let facts = PtyFacts { pid: 5, tty: String::new() };
    let wake = pane.wake_fd();
    let inherited = Inherited {
        facts,
        memory: FakeMemory(pane),
        wake,
        screen: None,
        read: 2,
        replies_until: 6,
        marks: vec![(0, 6), (7, 8)],
        exited: Some(ExitStatus::Code(3)),
    };
    world.reactor.inherit(PaneId(4), inherited);
    world.until("exited %4 Code(3)");
    assert_eq!(
        *world.story.borrow(),
        [
            "adopt %4 until 6: ",
            "taken %4 [(0, 6), (7, 8)]",
            "output %4 6 2345",
            "output %4 10 6789",
            "exited %4 Code(3)",
            "keeper: acknowledged %4"
        ]
    );
}

#[test]
fn a_screen_that_breaks_is_mended_and_the_others_live() {
    let mut world = World::new(silent);
    let other = world.open_pane(2, "fine");
    let sick = world.open_pane(1, "before POISON after".to_owned() + " more");
    sick.print(7);
    world.until("output %1 7 before ");
    pass_ms(CHECKPOINT_AFTER_MS);
    world.turn();
    sick.print(12);
    world.until("output %1 19 POISON after");
    other.print(4);
    world.until("output %2 4 fine");
    sick.print(5);
    world.until("output %1 24  more");
    let story = world.story.borrow();
    let adopted = story.iter().find(|l| l.starts_with("adopt %1 until 19: before ")).expect("mended");
    assert!(adopted.contains("left out"), "{adopted}");
}

#[test]
fn a_viewer_is_greeted_heard_and_told_when_all_is_out() {
    let mut world = World::new(polite);
    let mut viewer = world.connect();
    viewer.ping(41);
    world.until_heard(&mut viewer, 2);
    assert!(matches!(viewer.heard[1], ServerMessage::Pong(p) if p.number == 41));
    world.until("drained 1");
    drop(viewer);
    world.until("gone 1");
    let story = world.story.borrow();
    assert_eq!(&story[..3], ["joined 1", "said 1 hello", "said 1 ping 41"]);
    assert_eq!(story.iter().filter(|l| *l == "gone 1").count(), 1);
}

#[test]
fn who_never_says_hello_is_closed() {
    let mut world = World::new(polite);
    let mut mute = world.connect();
    world.until("joined 1");
    pass_ms(GREETING_SECONDS_MAX * 1000 - 1);
    world.turn();
    assert!(!world.has("gone 1"));
    pass_ms(1);
    world.until("gone 1");
    mute.listen();
    assert!(mute.ended);
    // Who has said it stays.
    let mut viewer = world.connect();
    world.until_heard(&mut viewer, 1);
    pass_ms(GREETING_SECONDS_MAX * 2000);
    world.turn();
    viewer.ping(1);
    world.until_heard(&mut viewer, 2);
}

#[test]
fn a_malformed_frame_ends_that_connection_with_a_reason() {
    let mut world = World::new(polite);
    let mut good = world.connect();
    world.until_heard(&mut good, 1);
    let mut bad = world.connect();
    world.until_heard(&mut bad, 1);
    bad.socket.write_all(&[0, 0, 0, 2, 0xff, 0xff]).expect("a write");
    world.until_heard(&mut bad, 2);
    assert!(
        matches!(&bad.heard[1], ServerMessage::Error(e) if e.code == ErrorCode::Malformed),
        "{:?}",
        bad.heard
    );
    world.until("gone 2");
    good.ping(3);
    world.until_heard(&mut good, 2);
    // A frame that says it is huge is not waited for.
    let mut huge = world.connect();
    world.until_heard(&mut huge, 1);
    huge.socket.write_all(&u32::MAX.to_be_bytes()).expect("a write");
    world.until("gone 3");
}

/// A core that answers each command with 64 KiB.
fn talkative(input: &Input<'_>) -> Vec<Effect> {
    match input {
        Input::ViewerSaid(id, ClientMessage::Command(command)) => {
            let output = Output { id: command.id, text: vec![b'x'; 64 << 10], stream: Stream::Out };
            vec![Effect::TellViewer(*id, ServerMessage::Output(output))]
        }
        other => polite(other),
    }
}

fn command(id: u32) -> ClientMessage {
    let size = WireSize { cols: 0, rows: 0 };
    ClientMessage::Command(Command { id, size, words: vec!["list-keys".into()], surface: 0 })
}

#[test]
fn a_client_that_never_reads_costs_a_bounded_amount_and_nobody_else() {
    let mut world = World::new(talkative);
    let mut deaf = world.connect();
    world.until_heard(&mut deaf, 1);
    let mut other = world.connect();
    world.until_heard(&mut other, 1);
    for id in 0..20_000 {
        if deaf.end.outbox.len() < 256 << 10 {
            deaf.end.send(&command(id)).expect("it fits");
        }
        deaf.write();
        if id % 50 == 0 {
            world.turn();
        }
    }
    let handled = world.count("said 1 command");
    // The outbox, one answer over it, and what the socket holds.
    assert!(handled <= (OUTBOX_BYTES_MAX + (1 << 20)) / (64 << 10), "{handled} commands were taken");
    other.ping(1);
    world.until_heard(&mut other, 2);
    assert_eq!(world.count("said 1 command"), handled);
    // It reads after all: it is served on.
    world.until_heard(&mut deaf, 200);
}

#[test]
fn a_message_that_breaks_the_core_costs_its_sender_only() {
    let mut world = World::new(|input| {
        assert!(!matches!(input, Input::ViewerSaid(_, ClientMessage::Ping(p)) if p.number == 666), "broken");
        polite(input)
    });
    let mut good = world.connect();
    world.until_heard(&mut good, 1);
    let mut bad = world.connect();
    world.until_heard(&mut bad, 1);
    bad.ping(666);
    world.until("gone 2");
    good.ping(2);
    world.until_heard(&mut good, 2);
    assert_eq!(world.count("Notice("), 1);
}

#[test]
fn who_is_dismissed_hears_the_last_word() {
    let mut world = World::new(|input| match input {
        Input::ViewerSaid(id, ClientMessage::Ping(ping)) => {
            let mut effects = vec![Effect::TellViewer(*id, ServerMessage::Pong(*ping)); 100];
            effects.push(Effect::DismissViewer(*id));
            effects.push(Effect::TellViewer(*id, ServerMessage::Pong(*ping)));
            effects
        }
        other => polite(other),
    });
    let mut viewer = world.connect();
    viewer.ping(1);
    world.until_heard(&mut viewer, 101);
    world.until("gone 1");
    viewer.listen();
    assert!(viewer.ended);
    assert_eq!(viewer.heard.len(), 101);
}

#[test]
fn commits_are_answered_and_a_failing_store_is_said_once() {
    let mut commits = 0;
    let script = move |input: &Input<'_>| match input {
        Input::Notice(_) => vec![Effect::Ask(TICKET, Question::Commit(vec![(vec![b'k'], Some(vec![1]))]))],
        Input::Answered(TICKET, Answer::Committed | Answer::NotCommitted(_)) if commits < 3 => {
            commits += 1;
            vec![Effect::Ask(TICKET, Question::Commit(vec![(vec![b'k'], None)]))]
        }
        Input::Answered(..) => {
            vec![Effect::SpawnPty {
                pane: PaneId(9),
                program: program("/bin/sh"),
                size: Size { cols: 1, rows: 1 },
            }]
        }
        _ => Vec::new(),
    };
    let mut world = World::with_store(script, |wake| {
        // A commit is tried twice before its asker is told.
        let plan = [Fate::Done, Fate::Full, Fate::Full, Fate::Full, Fate::Full, Fate::Done];
        let store = Faulty::new(memory::Memory::default(), plan);
        StoreLink::new(Worker::start(Box::new(store), move || wake()).map_err(|e| e.to_string()))
    });
    world.reactor.begin([Input::Notice("go".into())]);
    world.until("keeper: spawn %9");
    let story = world.story.borrow();
    let said: Vec<&str> = story.iter().map(|l| l.split([' ', '{']).next().unwrap_or_default()).collect();
    assert_eq!(story.iter().filter(|l| l.starts_with("Durability")).count(), 2, "{said:?} {story:#?}");
    assert_eq!(story.iter().filter(|l| l.contains("NotCommitted")).count(), 2, "{story:#?}");
    assert!(story.iter().any(|l| l.contains("No space left")), "{story:#?}");
    assert!(story.contains(&"Durability(\"\")".to_owned()), "{story:#?}");
}

#[test]
fn without_a_store_sessions_go_on_and_it_is_said() {
    let script = |input: &Input<'_>| match input {
        Input::Notice(_) => vec![Effect::Ask(TICKET, Question::Commit(Vec::new()))],
        _ => Vec::new(),
    };
    let mut world = World::with_store(script, |_| StoreLink::new(Err("no room".into())));
    world.reactor.begin([Input::Notice("go".into())]);
    world.until("Durability(\"sessions are not being saved: no room\")");
    assert!(world.has("Answered(Ticket(9), NotCommitted(\"no room\"))"));
}

#[test]
fn files_jobs_and_processes_are_answered() {
    let mut world = World::new(|input| match input {
        Input::Notice(_) => vec![
            Effect::Ask(TICKET, Question::ReadFile("/no/such/file".into(), 10)),
            Effect::Ask(TICKET, Question::ReadFile("/dev/null".into(), 10)),
            Effect::Ask(TICKET, Question::ReadFile("/dev/zero".into(), 10)),
            Effect::Ask(
                TICKET,
                Question::Job {
                    command: "echo hi; exit 2".into(),
                    cwd: "/".into(),
                    environment: Vec::new(),
                    input: Vec::new(),
                },
            ),
            Effect::Ask(TICKET, Question::Processes(vec![PaneId(77)])),
        ],
        _ => Vec::new(),
    });
    world.reactor.begin([Input::Notice("go".into())]);
    world.until("Answered(Ticket(9), File(Err(\"/no/such/file: No such file or directory\")))");
    world.until("Answered(Ticket(9), File(Ok([])))");
    world.until("Answered(Ticket(9), File(Err(\"/dev/zero: longer than 10 bytes\")))");
    world.until("Answered(Ticket(9), Job { status: 2, output: [104, 105, 10] })");
    world.until("Answered(Ticket(9), Processes([(PaneId(77), ProcessFacts { cwd: \"\", command: \"\", arguments: [], own: false })]))");
}

#[test]
fn the_end_flushes_and_tells_the_keeper() {
    let mut world = World::new(|input| match input {
        Input::ViewerSaid(_, ClientMessage::Ping(_)) => vec![Effect::Shutdown],
        other => polite(other),
    });
    let mut viewer = world.connect();
    world.until_heard(&mut viewer, 1);
    viewer.ping(1);
    let World { reactor, story, .. } = world;
    assert_eq!(reactor.run().expect("an ending"), Ending::Shutdown);
    assert!(story.borrow().contains(&"keeper: shutdown".to_owned()));
    viewer.listen();
    assert!(viewer.ended);
}

#[test]
fn a_store_that_is_damaged_while_open_is_moved_aside_and_begun_anew() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.redb");
    std::fs::write(&path, "no store").expect("a file");
    let file = path.clone();
    let script = |input: &Input<'_>| match input {
        Input::Notice(text) if text == "go" => vec![Effect::Ask(TICKET, Question::Commit(Vec::new()))],
        _ => Vec::new(),
    };
    let mut world =
        World::with_store(script, |wake| StoreLink::opening(How::file(file, wake), Expected::Own));
    world.reactor.begin([Input::Notice("go".into())]);
    world.until("StoreEmptied");
    world.until("Answered(Ticket(9), Committed)");
    let names: Vec<String> = std::fs::read_dir(folder.path())
        .expect("its list")
        .map(|e| e.expect("an entry").file_name().to_string_lossy().into_owned())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
    assert!(names.iter().any(|n| n.contains("corrupt")), "{names:?}");
    assert_eq!(world.count("Notice("), 2);
}

#[test]
fn a_store_of_an_earlier_life_is_not_mixed_with_ours() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("store.redb");
    {
        let mut old = Embedded::open(&path).expect("a store");
        let epoch = old.claim().expect("a claim").epoch;
        old.commit(Stamp { epoch, seq: 1 }, &[(vec![1], Some(vec![2]))]).expect("a commit");
    }
    let file = path.clone();
    let mut world =
        World::with_store(silent, |wake| StoreLink::opening(How::file(file, wake), Expected::Nothing));
    let began = std::time::Instant::now();
    while world.count("Notice(") == 0 {
        assert!(began.elapsed().as_secs() < 20);
        world.reactor.turn(Some(std::time::Duration::from_millis(5))).expect("a turn");
    }
    assert!(!world.has("StoreEmptied"));
    assert_eq!(std::fs::read_dir(folder.path()).expect("its list").count(), 2);
}

/// A pane that wrote `script` before a crash, handed to a new daemon at `read`.
fn inherited(script: &str, read: u64) -> Inherited<FakeMemory> {
    let pane = PaneWorld::new(script);
    pane.print(script.len());
    let (facts, wake) = (PtyFacts { pid: 5, tty: String::new() }, pane.wake_fd());
    let memory = FakeMemory(pane);
    Inherited { facts, memory, wake, screen: None, read, replies_until: 0, marks: Vec::new(), exited: None }
}

#[test]
fn what_killed_daemon_after_daemon_is_left_out() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("replay");
    let script = "a".repeat(1024) + &"b".repeat(1024) + "c";
    let notebook = || Some(Careful::open(&path).expect("a notebook"));
    let no_store = |_: abide::reactor::Wake| StoreLink::new(Err("none".into()));
    for deaths in 1..=3u64 {
        // A core that never comes back from the second piece: its note stays.
        let dies = |input: &Input<'_>| -> Vec<Effect> {
            if matches!(input, Input::PtyOutput(_, 2048, _)) {
                std::panic::resume_unwind(Box::new("as good as dead"));
            }
            Vec::new()
        };
        let mut world = World::with(dies, no_store, notebook());
        world.reactor.inherit(PaneId(1), inherited(&script, 0));
        world.turn();
        assert!(world.has("output %1 1024 (1024 bytes)"));
        // The panic was caught here; a real death leaves the note as it was before `done`.
        let note = [1, 1024, 2048, deaths].map(u64::to_le_bytes).concat();
        std::fs::write(&path, note).expect("a note");
    }
    let mut world = World::with(silent, no_store, notebook());
    world.reactor.inherit(PaneId(1), inherited(&script, 0));
    world.reactor.inherit(PaneId(2), inherited("fine", 0));
    world.until("output %1 2049 c");
    assert!(world.has("output %1 1024 (1024 bytes)") && world.has("output %2 4 fine"));
    assert_eq!(world.count("output %1 2048"), 0);
    let story = world.story.borrow();
    let adopted = story.iter().find(|l| l.starts_with("adopt %1 until 2048")).expect("a notice");
    assert!(adopted.contains("1024 bytes of output crashed"), "{adopted}");
}

#[test]
fn one_connection_too_many_is_refused_politely() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    if limit.maximum.is_some_and(|max| max < 3000) {
        let why = format!("only {:?} descriptors may be open here", limit.maximum);
        return skip::skipped("reactor::one_connection_too_many_is_refused_politely", &why);
    }
    setrlimit(Resource::Nofile, Rlimit { current: limit.maximum, maximum: limit.maximum }).expect("room");
    let mut world = World::new(polite);
    let mut crowd = Vec::new();
    for _ in 0..VIEWERS_MAX {
        crowd.push(world.connect());
        world.turn();
    }
    let mut late = world.connect();
    let began = std::time::Instant::now();
    while late.fault.is_empty() {
        assert!(began.elapsed().as_secs() < 20);
        world.turn();
        late.listen();
    }
    assert!(late.fault.contains("close some"), "{}", late.fault);
    drop(crowd.pop());
    world.until(&format!("gone {VIEWERS_MAX}"));
    let mut next = world.connect();
    world.until_heard(&mut next, 1);
    assert!(matches!(&next.heard[0], ServerMessage::Welcome(_)));
}

#[test]
fn an_acknowledgement_goes_along_with_the_update_behind_it() {
    let mut world = World::new(|input| match input {
        Input::ViewerSaid(id, ClientMessage::Ping(ping)) => {
            let ack = ServerMessage::InputAck(InputAck { seq: ping.number });
            let mut effects = vec![Effect::TellViewer(*id, ack)];
            if ping.number == 2 {
                effects.push(Effect::TellViewer(*id, ServerMessage::Pong(*ping)));
            }
            effects
        }
        other => polite(other),
    });
    let mut viewer = world.connect();
    world.until_heard(&mut viewer, 1);
    viewer.ping(1);
    world.until("said 1 ping 1");
    viewer.listen();
    assert_eq!(viewer.heard.len(), 1, "alone it waits");
    viewer.ping(2);
    world.until_heard(&mut viewer, 4);
    assert!(matches!(viewer.heard[1], ServerMessage::InputAck(a) if a.seq == 1), "{:?}", viewer.heard);
    viewer.ping(3);
    world.until("said 1 ping 3");
    viewer.listen();
    assert_eq!(viewer.heard.len(), 4);
    pass_ms(ACKNOWLEDGE_AFTER_MS);
    world.until_heard(&mut viewer, 5);
}
