//! The store's thread: answers, group commits, faults, the end.

use abide::store::{
    Store, StoreFault, Write,
    faulty::{Fate, Faulty},
    lease::LeaseState,
    limits::READ_KEYS_MAX,
    memory::Memory,
    space::{Identity, SpaceName},
    worker::{Done, Hands, Then, Worker},
};
use abide_core::base::ids::Ticket;
use abide_tests::wait::wait_for;
use std::sync::mpsc;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);

fn records(store: &Memory) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = vec![];
    store.scan(b"", &mut |k, v| found.push((k.to_vec(), v.to_vec()))).unwrap();
    found
}

fn put(key: u8, value: u8) -> Vec<Write> {
    vec![(vec![key], Some(vec![value]))]
}

fn answers(worker: &Worker, count: usize) -> Vec<(Ticket, Result<(), StoreFault>)> {
    let mut all = vec![];
    wait_for("answers", SOON, || {
        all.extend(worker.answers().map(|done| match done {
            Done::Commit(ticket, outcome) => (ticket, outcome),
            Done::Read(ticket, _) => panic!("{ticket:?} is no commit"),
        }));
        (all.len() >= count).then_some(())
    });
    all
}

#[test]
fn every_ticket_is_answered_and_the_last_state_is_in() {
    let memory = Memory::default();
    let (woken, wakes) = mpsc::channel();
    let worker = Worker::start(Box::new(memory.clone()), move || woken.send(()).unwrap()).unwrap();
    for n in 0..40 {
        worker.submit(Ticket(n), put(1, n as u8)).unwrap();
    }
    let all = answers(&worker, 40);
    assert_eq!(all, (0..40).map(|n| (Ticket(n), Ok(()))).collect::<Vec<_>>());
    assert!(wakes.try_iter().count() >= 1);
    assert_eq!(records(&memory), [(vec![1], vec![39])]);
    assert!(worker.stop(SOON, LeaseState::Live));
}

#[test]
fn a_read_sees_the_commits_before_it_and_no_more() {
    let worker = Worker::start(Box::new(Memory::default()), || {}).unwrap();
    let mut all = vec![];
    for n in 0..10 {
        worker.submit(Ticket(2 * n), put(1, n as u8)).unwrap();
        worker.read(Ticket(2 * n + 1), vec![vec![1], vec![2]]).unwrap();
    }
    wait_for("answers", SOON, || {
        all.extend(worker.answers());
        (all.len() == 20).then_some(())
    });
    for n in 0..10u8 {
        let Done::Read(ticket, Ok(found)) = &all[2 * usize::from(n) + 1] else { panic!("{all:?}") };
        assert_eq!(*ticket, Ticket(2 * u64::from(n) + 1));
        assert_eq!(*found, [(vec![1], Some(vec![n])), (vec![2], None)]);
    }
    let keys = (0..=255).map(|key| vec![key]).collect();
    worker.read(Ticket(99), keys).unwrap();
    let answer = wait_for("an answer", SOON, || worker.answers().next());
    assert!(matches!(answer, Done::Read(Ticket(99), Ok(found)) if found.len() == READ_KEYS_MAX));
}

#[test]
fn a_lost_answer_is_repeated_with_the_same_stamp() {
    let memory = Memory::default();
    let store = Faulty::new(memory.clone(), [Fate::DoneUnsaid]);
    let worker = Worker::start(Box::new(store), || {}).unwrap();
    worker.submit(Ticket(1), put(1, 1)).unwrap();
    assert_eq!(answers(&worker, 1), [(Ticket(1), Ok(()))]);
    assert_eq!(records(&memory), [(vec![1], vec![1])]);
}

/// The first try went in unsaid, and the second found another process there: the next writes are not taken for those.
#[test]
fn what_comes_after_an_unknown_outcome_goes_in() {
    let memory = Memory::default();
    let store = Faulty::new(memory.clone(), [Fate::DoneUnsaid, Fate::Busy]);
    let worker = Worker::start(Box::new(store), || {}).unwrap();
    worker.submit(Ticket(1), put(1, 1)).unwrap();
    assert!(matches!(answers(&worker, 1)[..], [(Ticket(1), Err(StoreFault::Busy))]));
    worker.submit(Ticket(2), put(1, 2)).unwrap();
    assert!(matches!(answers(&worker, 1)[..], [(Ticket(2), Ok(()))]));
    assert_eq!(records(&memory), [(vec![1], vec![2])]);
}

#[test]
fn a_full_disk_is_told_and_later_commits_go_in() {
    let memory = Memory::default();
    let store = Faulty::new(memory.clone(), [Fate::Full, Fate::Full, Fate::Broken, Fate::Done]);
    let worker = Worker::start(Box::new(store), || {}).unwrap();
    worker.submit(Ticket(1), put(1, 1)).unwrap();
    let said = answers(&worker, 1);
    assert!(
        matches!(&said[..], [(Ticket(1), Err(StoreFault::Io(why)))] if why.contains("No space left")),
        "{said:?}"
    );
    assert_eq!(records(&memory), []);
    worker.submit(Ticket(2), put(1, 2)).unwrap();
    assert_eq!(answers(&worker, 1), [(Ticket(2), Ok(()))], "opened anew and repeated");
    assert_eq!(records(&memory), [(vec![1], vec![2])]);
}

/// Keeps the store's thread busy until it is let go.
fn busy(worker: &Worker) -> mpsc::Sender<()> {
    let (go, gate) = mpsc::channel();
    worker
        .run(Box::new(move |_| {
            let _ = gate.recv();
            Then::Done
        }))
        .unwrap();
    go
}

#[test]
fn a_full_queue_refuses_at_once_and_stop_keeps_to_its_time() {
    let memory = Memory::default();
    let worker = Worker::start(Box::new(memory.clone()), || {}).unwrap();
    let go = busy(&worker);
    let mut taken = 0;
    let refused = loop {
        match worker.submit(Ticket(taken), put(taken as u8 + 1, 0)) {
            Ok(()) => taken += 1,
            Err(why) => break why,
        }
        assert!(taken < 1000, "the queue has no bound");
    };
    assert!(matches!(refused, StoreFault::Io(why) if why.contains("full")));
    go.send(()).unwrap();
    assert_eq!(answers(&worker, taken as usize).len(), taken as usize);
    assert_eq!(records(&memory).len(), taken as usize);
    drop(worker);
    let worker = Worker::start(Box::new(memory), || {}).unwrap();
    let _never = busy(&worker);
    worker.submit(Ticket(0), put(0, 1)).unwrap();
    assert!(
        !worker.stop(Duration::from_millis(20), LeaseState::Live),
        "the store is stuck: stop gives up in time"
    );
}

#[test]
fn an_errand_sees_the_store_and_the_claim() {
    let memory = Memory::default();
    let worker = Worker::start(Box::new(memory.clone()), || {}).unwrap();
    worker.submit(Ticket(1), put(1, 1)).unwrap();
    let (say, said) = mpsc::channel();
    let errand = move |hands: &mut Hands<'_>| {
        let mut keys = 0;
        hands.store.scan(b"", &mut |_, _| keys += 1).unwrap();
        hands.commit(&put(2, 2)).unwrap();
        say.send((keys, hands.store.spaces().unwrap().spaces[0].lease.epoch == hands.epoch())).unwrap();
        Then::Done
    };
    worker.run(Box::new(errand)).unwrap();
    assert_eq!(said.recv_timeout(SOON), Ok((1, true)), "after the commit before it");
    worker.submit(Ticket(2), put(3, 3)).unwrap();
    assert_eq!(answers(&worker, 2), [(Ticket(1), Ok(())), (Ticket(2), Ok(()))]);
    assert_eq!(records(&memory).len(), 3, "its commits and others' are numbered together");
    assert!(worker.stop(SOON, LeaseState::Live));
}

/// One that takes long does a piece at a time: what was asked for meanwhile goes before the next piece. At the worker's end it
/// is told that there is no other time.
#[test]
fn an_errand_comes_again_and_is_told_the_last_time() {
    let worker = Worker::start(Box::new(Memory::default()), || {}).unwrap();
    let (say, said) = mpsc::channel();
    let go = busy(&worker);
    let mut pieces = 0;
    let errand = move |hands: &mut Hands<'_>| {
        pieces += 1;
        let mut keys = 0;
        hands.store.scan(b"", &mut |_, _| keys += 1).unwrap();
        say.send((pieces, keys, hands.last)).unwrap();
        match pieces {
            1 => Then::Again(Duration::ZERO),
            _ => Then::Again(SOON * 10),
        }
    };
    worker.run(Box::new(errand)).unwrap();
    worker.submit(Ticket(1), put(1, 1)).unwrap();
    go.send(()).unwrap();
    assert_eq!(said.recv_timeout(SOON), Ok((1, 0, false)));
    assert_eq!(said.recv_timeout(SOON), Ok((2, 1, false)));
    assert!(worker.stop(SOON, LeaseState::Live));
    assert_eq!(said.recv_timeout(SOON), Ok((3, 1, true)));
}

/// Others' leases are read while somebody wants to know of them: a thousand machines would else read each other's all day.
#[test]
fn who_lives_is_looked_for_when_somebody_asks() {
    let memory = Memory::default();
    let mut other = memory.seen_by(Identity::new(SpaceName::of("other", "default"), "o"));
    let epoch = other.claim().unwrap().epoch;
    let worker = Worker::start(Box::new(Faulty::new(memory.clone(), []).shared()), || {}).unwrap();
    let own = || {
        memory
            .spaces()
            .unwrap()
            .spaces
            .into_iter()
            .find(|s| s.name == *memory.own_space())
            .unwrap()
            .lease
            .beat
    };
    let (say, said) = mpsc::channel();
    let ask = |listen: bool| {
        let say = say.clone();
        let errand = move |hands: &mut Hands<'_>| {
            if listen {
                hands.listen();
            }
            let name = SpaceName::of("other", "default");
            let _ = say.send(hands.seen.has_heard(&name, abide::facts::now().instant));
            Then::Done
        };
        worker.run(Box::new(errand)).unwrap();
        said.recv_timeout(SOON).unwrap()
    };
    let mut beats = |count: u64| {
        for _ in 0..count {
            let before = own();
            other.renew(epoch, LeaseState::Live).unwrap();
            wait_for("a beat", SOON, || (own() > before).then_some(()));
        }
    };
    beats(1);
    assert!(!ask(true), "nobody wanted to know");
    beats(2);
    assert!(ask(false), "somebody does");
    assert!(worker.stop(SOON, LeaseState::Live));
}

#[test]
fn what_was_said_of_the_space_stays_said() {
    let memory = Memory::default();
    let store = Faulty::new(memory.clone(), []).shared();
    let worker = Worker::start(Box::new(store), || {}).unwrap();
    let lease = || memory.spaces().unwrap().spaces[0].lease.clone();
    worker.mark(LeaseState::Draining).unwrap();
    let marked = wait_for("the mark", SOON, || Some(lease()).filter(|l| l.state == LeaseState::Draining));
    let later = wait_for("the next beat", SOON, || Some(lease()).filter(|l| l.beat > marked.beat));
    assert_eq!(later.state, LeaseState::Draining);
    assert!(worker.stop(SOON, LeaseState::Free));
    assert_eq!(lease().state, LeaseState::Free);
}
