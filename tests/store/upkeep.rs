//! Upkeep: when, and what it does to a file that is mostly free.

use super::disk::Disk;
use abide::store::{
    Stamp, Store, StoreFault, Write,
    embedded::Embedded,
    faulty::Faulty,
    lease::LeaseState,
    limits::COMPACT_FILE_BYTES_MIN,
    memory::Memory,
    worker::{Done, Worker},
};
use abide_core::base::ids::Ticket;
use std::sync::mpsc::{self, RecvTimeoutError};
use std::time::Duration;

const SOON: Duration = Duration::from_secs(10);
const IDLE: Duration = Duration::from_millis(50);

#[test]
fn upkeep_comes_once_after_a_time_without_commits_and_its_failure_stops_nothing() {
    for outcome in [Ok(()), Err(StoreFault::Io("no".into()))] {
        let (tell, told) = mpsc::channel();
        let store = Faulty::new(Memory::default(), []).with_upkeep(Box::new(move || {
            tell.send(()).expect("somebody listens");
            outcome.clone()
        }));
        let worker = Worker::start_idle_after(IDLE, Box::new(store), || {}).expect("a worker");
        for round in 0..3 {
            told.recv_timeout(SOON).expect("upkeep when nothing is committed");
            assert_eq!(
                told.recv_timeout(IDLE * 4),
                Err(RecvTimeoutError::Timeout),
                "round {round}: only once"
            );
            worker.submit(Ticket(round), vec![(vec![1], Some(vec![2]))]).expect("room");
            let answer = abide_tests::wait::wait_for("the answer", SOON, || worker.answers().next());
            assert_eq!(answer, Done::Commit(Ticket(round), Ok(())));
        }
        assert!(worker.stop(SOON, LeaseState::Live));
    }
}

fn open(disk: &Disk) -> Embedded {
    let disk = disk.clone();
    Embedded::over("the disk", move || Ok(disk.clone())).expect("a store")
}

fn records(store: &Embedded) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = vec![];
    store.scan(b"", &mut |key, value| found.push((key.to_vec(), value.to_vec()))).expect("a scan");
    found
}

#[test]
fn a_file_that_is_mostly_free_is_made_small_and_one_in_use_is_left_alone() {
    let disk = Disk::default();
    let mut store = open(&disk);
    let Stamp { epoch, .. } = store.claim().expect("a claim");
    let mut seq = 0;
    let mut commit = |store: &mut Embedded, writes: &[Write]| {
        seq += 1;
        store.commit(Stamp { epoch, seq }, writes).expect("a commit");
    };
    let key = |n: u32| n.to_be_bytes().to_vec();
    let count = (COMPACT_FILE_BYTES_MIN / 50_000) as u32 * 3 / 2;
    for first in (0..count).step_by(16) {
        let writes: Vec<Write> =
            (first..first + 16).map(|n| (key(n + 1), Some(vec![n as u8; 50_000]))).collect();
        commit(&mut store, &writes);
    }
    let full = disk.bytes();
    assert!(full as u64 > COMPACT_FILE_BYTES_MIN);
    store.upkeep().expect("upkeep");
    assert_eq!(disk.bytes(), full, "most of it is in use");
    for first in (0..count).step_by(64) {
        let writes: Vec<Write> = (first..first + 60).map(|n| (key(n + 1), None)).collect();
        commit(&mut store, &writes);
    }
    let kept = records(&store);
    assert!(disk.bytes() > full / 2, "it does not shrink by itself");
    let written = disk.bytes_written();
    store.upkeep().expect("upkeep");
    assert!(disk.bytes() < full / 4, "{} of {full} bytes are left", disk.bytes());
    assert!(disk.bytes_written() - written < full as u64 / 4, "only what is in use is written");
    assert_eq!(records(&store), kept);
    // Killed right after it: opening is as quick as ever, for the tree is not read.
    let before = disk.operations();
    disk.cut_after(u64::MAX / 2);
    let after = disk.after_the_cut(&mut abide_tests::seed::Dice::from(1));
    let again = open(&after);
    assert!(after.operations() < 100, "{} operations to open it", after.operations());
    assert_eq!(records(&again), kept);
    // Nothing was freed since: upkeep does not even look.
    store.upkeep().expect("upkeep");
    assert!(disk.operations() - before < 5);
}
