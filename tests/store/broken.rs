//! A disk that is full or breaks, at each operation in turn: the worker says so, goes on when it can, and all that it
//! acknowledged is there, after a power cut too.

use super::disk::{Disk, Fault};
use abide::store::{
    Store, StoreFault, Write,
    embedded::Embedded,
    lease::LeaseState,
    worker::{Done, Worker},
};
use abide_core::base::ids::Ticket;
use abide_tests::seed::Dice;
use abide_tests::wait::wait_for;
use std::collections::BTreeMap;
use std::sync::mpsc;
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);
/// Rounds of commits in a trial.
const COMMITS: u64 = 8;
/// For how many operations the disk is no good: one hiccup, a commit's worth, until it is mended.
const LENGTHS: [u64; 3] = [1, 25, u64::MAX / 2];

fn open(disk: &Disk) -> Result<Embedded, StoreFault> {
    let disk = disk.clone();
    Embedded::over("the disk", move || Ok(disk.clone()))
}

fn writes(commit: u64) -> Vec<Write> {
    let value = |n: u64| (commit << 8 | n).to_be_bytes().repeat(300);
    let mut writes: Vec<Write> =
        (0..3u64).map(|n| ([n as u8 + 1, commit as u8 % 4].to_vec(), Some(value(n)))).collect();
    writes.push((vec![9, commit as u8], Some(value(9))));
    writes.push((vec![9, commit.wrapping_sub(2) as u8], None));
    writes
}

/// As the core does it: the same writes again until they are in. Gives how often it was refused.
fn commit_all(worker: &Worker, woken: &mpsc::Receiver<()>, disk: &Disk) -> usize {
    let mut refused = 0;
    for commit in 0..COMMITS {
        let mut attempt = 0;
        loop {
            worker.submit(Ticket(commit * 100 + attempt), writes(commit)).expect("the queue has room");
            woken.recv_timeout(SOON).expect("an answer");
            let answers: Vec<_> = worker.answers().collect();
            assert_eq!(answers.len(), 1);
            match &answers[0] {
                Done::Commit(_, Ok(())) => break,
                Done::Commit(_, Err(StoreFault::Io(_))) => refused += 1,
                other => panic!("commit {commit}: {other:?}"),
            }
            attempt += 1;
            if attempt == 3 {
                // Somebody made room.
                disk.mend();
            }
            assert!(attempt < 6, "commit {commit} is refused by a disk that works");
        }
    }
    refused
}

fn expected() -> BTreeMap<Vec<u8>, Vec<u8>> {
    let mut records = BTreeMap::new();
    for (key, value) in (0..COMMITS).flat_map(writes) {
        match value {
            Some(value) => records.insert(key, value),
            None => records.remove(&key),
        };
    }
    records
}

/// One trial; gives the operations it took and how often a commit was refused.
fn trial(fault: Option<(u64, u64, Fault)>, dice: &mut Dice) -> (u64, u64, usize) {
    let disk = Disk::default();
    let store = open(&disk).expect("a store");
    let begun = disk.operations();
    let (wake, woken) = mpsc::channel();
    let worker =
        Worker::start(Box::new(store), move || wake.send(()).expect("somebody listens")).expect("a worker");
    if let Some((after, length, fault)) = fault {
        disk.fail(begun + after, (begun + after).saturating_add(length), fault);
    }
    let refused = commit_all(&worker, &woken, &disk);
    let operations = disk.operations() - begun;
    disk.mend();
    // The power goes at once: what was acknowledged is on the disk by itself, not because of an orderly end.
    disk.cut_after(0);
    assert!(worker.stop(SOON, LeaseState::Live));
    let disk = disk.after_the_cut(dice);
    let mut found = BTreeMap::new();
    let store = open(&disk).expect("open after the cut");
    let report = store.scan(b"", &mut |key, value| {
        found.insert(key.to_vec(), value.to_vec());
    });
    assert_eq!(report.expect("a scan").damaged, 0);
    assert!(found == expected(), "with {fault:?} something that was acknowledged is not there");
    (begun, operations, refused)
}

#[test]
fn a_disk_that_is_full_or_breaks_at_any_operation_loses_nothing_that_was_acknowledged() {
    let mut dice = Dice::new("a broken disk", 11);
    let (_, operations, refused) = trial(None, &mut dice);
    assert_eq!(refused, 0);
    let (mut trials, mut noticed) = (0, 0);
    for fault in [Fault::Full, Fault::Broken, Fault::Short] {
        for length in LENGTHS {
            for after in 0..operations {
                let (_, _, refused) = trial(Some((after, length, fault)), &mut dice);
                trials += 1;
                noticed += usize::from(refused > 0);
            }
        }
    }
    println!("trials={trials} with a refused commit={noticed} lost=0");
    assert!(noticed > trials / 4, "the faults strike");
}

/// A store that can't be opened says so, and is opened when it can.
#[test]
fn a_disk_that_breaks_while_the_store_is_opened_is_an_error_and_no_panic() {
    let disk = Disk::default();
    drop(open(&disk).expect("a store"));
    let whole = {
        let before = disk.operations();
        drop(open(&disk).expect("a store"));
        disk.operations() - before
    };
    for fault in [Fault::Full, Fault::Broken, Fault::Short] {
        for after in 0..whole {
            let from = disk.operations() + after;
            disk.fail(from, u64::MAX, fault);
            // With a full disk that has its pages already nothing need fail.
            if let Err(fault) = open(&disk) {
                assert!(matches!(fault, StoreFault::Io(_) | StoreFault::Corrupt(_)), "{fault}");
            }
            disk.mend();
            wait_for("the store", SOON, || open(&disk).ok());
        }
    }
}
