//! A cluster whose server is killed again and again while the store's thread commits. What was acknowledged is there,
//! once: a commit that were lost would leave a gap, one that came late would bring back what a later one removed.

use super::conformance::{delete, home, put};
use abide::store::foundationdb::FoundationDb;
use abide::store::lease::LeaseState;
use abide::store::space::{Identity, SpaceName};
use abide::store::worker::{Done, Worker};
use abide::store::{Store, StoreFault};
use abide_core::base::ids::Ticket;
use abide_tests::fdbserver::ClusterOfOne;
use abide_tests::seed::{Dice, times};
use abide_tests::wait::wait_for;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// Blocks that are there at any moment: each commit writes one and removes the one so many before.
const KEPT: u64 = 50;
const BLOCK_BYTES: usize = 2000;
/// Commits between a server's start and its end.
const COMMITS: u64 = 150;
/// A cluster that recovers, a transaction that runs out of time, and a loaded machine.
const BACK: Duration = Duration::from_secs(90);

#[derive(Default)]
struct Count {
    acknowledged: AtomicU64,
    unknown: AtomicU64,
    enough: AtomicBool,
}

fn block(n: u64) -> Vec<u8> {
    [&[9][..], &n.to_be_bytes()].concat()
}

/// Commits 1, 2, 3 and so on, each as often as it takes, one at a time as the daemon does; gives the longest that one took.
fn write(store: FoundationDb, count: &Count) -> Duration {
    let worker = Worker::start(Box::new(store), || {}).unwrap();
    let (mut longest, mut ticket) = (Duration::ZERO, 0);
    for n in 1_u64.. {
        if count.enough.load(Ordering::SeqCst) {
            break;
        }
        let began = Instant::now();
        loop {
            ticket += 1;
            let mut writes = vec![put(b"n", &n.to_be_bytes()), put(&block(n), &vec![n as u8; BLOCK_BYTES])];
            writes.extend(n.checked_sub(KEPT).map(|old| delete(&block(old))));
            worker.submit(Ticket(ticket), writes).unwrap();
            match wait_for("an answer", BACK, || worker.answers().next()) {
                Done::Commit(of, Ok(())) if of == Ticket(ticket) => break,
                Done::Commit(_, Err(StoreFault::Io(_))) => _ = count.unknown.fetch_add(1, Ordering::SeqCst),
                other => panic!("{other:?}"),
            }
        }
        longest = longest.max(began.elapsed());
        count.acknowledged.store(n, Ordering::SeqCst);
    }
    assert!(worker.stop(BACK, LeaseState::Free));
    longest
}

/// What is there at one moment is exactly what commits 1 to `n` leave; gives `n`.
fn check(store: &FoundationDb) -> u64 {
    let mut found = wait_for("the cluster", BACK, || {
        let mut found = vec![];
        store
            .scan_space(&home().space, b"", &mut |k, v| found.push((k.to_vec(), v.to_vec())))
            .is_ok()
            .then_some(found)
    });
    let (key, n) = found.pop().expect("the number");
    assert_eq!(key, b"n");
    let n = u64::from_be_bytes(n.try_into().expect("8 bytes"));
    let expected: Vec<_> = (n.saturating_sub(KEPT) + 1..=n).collect();
    let numbers: Vec<_> =
        found.iter().map(|(key, _)| u64::from_be_bytes(key[1..].try_into().unwrap())).collect();
    assert_eq!(numbers, expected, "after commit {n}");
    assert!(found.iter().zip(expected).all(|((_, value), n)| *value == vec![n as u8; BLOCK_BYTES]));
    n
}

#[test]
fn a_server_that_is_killed_loses_no_commit_and_doubles_none() {
    let Some(mut cluster) = ClusterOfOne::start("a_server_that_is_killed_loses_no_commit_and_doubles_none")
    else {
        return;
    };
    let mut dice = Dice::new("killed_server", 1);
    let kills = times((6, 30));
    let store = FoundationDb::open(&cluster.file(), home()).unwrap();
    let looker = store.seen_by(Identity::new(SpaceName::of("looker", "x"), "looker"));
    let count = Count::default();
    let mut back = vec![];
    let longest = std::thread::scope(|scope| {
        let writer = scope.spawn(|| write(store, &count));
        let acknowledged = || count.acknowledged.load(Ordering::SeqCst);
        for _ in 0..kills {
            let before = acknowledged();
            wait_for("commits", BACK, || (acknowledged() >= before + COMMITS).then_some(()));
            // At any moment of a commit, and for longer and shorter than a transaction may take.
            std::thread::sleep(Duration::from_micros(dice.below(20_000)));
            cluster.kill();
            let seen = acknowledged();
            let down = if dice.percent(30) { 7000 } else { 500 };
            std::thread::sleep(Duration::from_millis(dice.below(down)));
            cluster.start_again();
            let began = Instant::now();
            wait_for("the next commit", BACK, || (acknowledged() > seen + 1).then_some(()));
            back.push(began.elapsed());
            assert!(check(&looker) >= seen, "an acknowledged commit is lost");
        }
        count.enough.store(true, Ordering::SeqCst);
        writer.join().expect("the writer")
    });
    let acknowledged = count.acknowledged.load(Ordering::SeqCst);
    assert_eq!(check(&looker), acknowledged);
    back.sort();
    println!(
        "{kills} kills, {acknowledged} commits, each there once; {} answers unknown and asked again; \
         the next commit {:?} to {:?} after the server's start; the longest commit took {longest:?}",
        count.unknown.load(Ordering::SeqCst),
        back[0],
        back[back.len() - 1],
    );
}
