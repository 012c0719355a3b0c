//! The power goes in the middle of anything: commits, claims, compaction, opening, and the recovery after another cut.

use super::disk::Disk;
use abide::store::{Stamp, Store, StoreFault, Write, embedded::Embedded};
use abide_tests::seed::{Dice, times};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// In `make test`, and in `make soak`.
const CUTS: (usize, usize) = (1_500, 10_000);
/// Cuts that one disk suffers before a new one is taken: its file is made under cuts too.
const CUTS_PER_DISK: usize = 40;

type Records = BTreeMap<Vec<u8>, Vec<u8>>;

/// What a store must hold after a cut.
#[derive(Default)]
struct Model {
    /// After the last commit that was acknowledged.
    acknowledged: Records,
    /// After the one that was on its way, if any: it may be in as a whole.
    under_way: Option<Records>,
    /// The greatest epoch that was handed out.
    epoch: u64,
    /// Commits that were acknowledged.
    commits: u64,
    /// Whether the file is being compacted.
    compacting: bool,
}

/// A value that says which key, disk and commit it is of: bytes of another place are never taken for it.
fn value(dice: &mut Dice, key: u64) -> Vec<u8> {
    let bytes = match dice.below(10) {
        0 => dice.below(30_000),
        1..4 => dice.below(3_000),
        _ => dice.below(200),
    };
    let mut value = key.to_be_bytes().to_vec();
    let mut stream = Dice::from(dice.roll());
    value.extend((0..bytes / 8).flat_map(|_| stream.roll().to_be_bytes()));
    value
}

fn writes(dice: &mut Dice) -> Vec<Write> {
    (0..1 + dice.below(6))
        .map(|_| {
            let key = dice.below(40);
            let value = (dice.below(4) > 0).then(|| value(dice, key));
            ([b"key".as_slice(), &key.to_be_bytes()].concat(), value)
        })
        .collect()
}

fn applied(records: &Records, writes: &[Write]) -> Records {
    let mut records = records.clone();
    for (key, value) in writes {
        match value {
            Some(value) => records.insert(key.clone(), value.clone()),
            None => records.remove(key),
        };
    }
    records
}

fn open(disk: &Disk) -> Result<Embedded, StoreFault> {
    let disk = disk.clone();
    Embedded::over("the disk", move || Ok(disk.clone()))
}

/// Uses a store until the power goes.
fn use_it(disk: &Disk, dice: &mut Dice, model: &mut Model) -> Result<(), StoreFault> {
    loop {
        let mut store = open(disk)?;
        let Stamp { epoch, .. } = store.claim()?;
        assert!(epoch > model.epoch, "epoch {epoch} was handed out before ({})", model.epoch);
        model.epoch = epoch;
        for seq in 1.. {
            match dice.below(40) {
                0 => {
                    model.compacting = true;
                    store.compact()?;
                    model.compacting = false;
                }
                // An orderly end, and the next process.
                1 => break,
                _ => {}
            }
            let writes = writes(dice);
            let after = applied(&model.acknowledged, &writes);
            model.under_way = Some(after.clone());
            store.commit(Stamp { epoch, seq }, &writes)?;
            model.acknowledged = after;
            model.under_way = None;
            model.commits += 1;
        }
    }
}

fn records(store: &Embedded) -> Result<(Records, u64), StoreFault> {
    let mut found = Records::new();
    let report = store.scan(b"", &mut |key, value| {
        found.insert(key.to_vec(), value.to_vec());
    })?;
    Ok((found, report.damaged))
}

/// Cuts, what was found after them, and bytes of the greatest file.
#[derive(Debug, Default)]
struct Tally {
    cuts: usize,
    in_recovery: usize,
    in_compaction: usize,
    never_made: usize,
    under_way_in: usize,
    commits: u64,
    file_bytes_max: usize,
}

#[test]
fn no_acknowledged_commit_is_lost_to_a_power_cut() {
    let mut dice = Dice::new("power cuts", 20_261_128);
    let cuts = times(CUTS);
    let mut tally = Tally::default();
    let began = std::time::Instant::now();
    while tally.cuts < cuts {
        let mut disk = Disk::default();
        let mut model = Model::default();
        for _ in 0..CUTS_PER_DISK.min(cuts - tally.cuts) {
            // Some cuts come while the store is opened, most within some commits. A commit is some ten operations.
            let room = [20, 100, 400][dice.below(3) as usize];
            disk.cut_after(dice.below(room));
            let used = catch_unwind(AssertUnwindSafe(|| use_it(&disk, &mut dice, &mut model)));
            let used = used.unwrap_or_else(|_| panic!("a panic before cut {}", tally.cuts));
            assert!(disk.is_off(), "cut {}: the store gave up with the power on: {used:?}", tally.cuts);
            tally.in_compaction += usize::from(std::mem::take(&mut model.compacting));
            tally.file_bytes_max = tally.file_bytes_max.max(disk.bytes());
            disk = disk.after_the_cut(&mut dice);
            tally.cuts += 1;
            // The power goes again while the store recovers, up to three times.
            while dice.below(3) == 0 && tally.cuts < cuts {
                disk.cut_after(dice.below(12));
                let reopened = catch_unwind(AssertUnwindSafe(|| open(&disk).map(drop)));
                assert!(reopened.is_ok(), "a panic in the recovery before cut {}", tally.cuts);
                if !disk.is_off() {
                    // The recovery was shorter than that, and the store was closed again.
                    disk.cut_after(0);
                    let _ = redb::StorageBackend::sync_data(&disk);
                }
                disk = disk.after_the_cut(&mut dice);
                tally.cuts += 1;
                tally.in_recovery += 1;
            }
            if !look(&disk, &mut model, &mut tally) {
                disk = Disk::default();
            }
        }
        tally.commits += model.commits;
    }
    println!("{tally:?} lost=0 wrong=0 in {:?}", began.elapsed());
    let everywhere =
        tally.in_recovery > cuts / 10 && tally.in_compaction > cuts / 100 && tally.under_way_in > 0;
    assert!(everywhere && tally.commits > cuts as u64, "the cuts do not reach everything: {tally:?}");
}

/// After the cut: the store opens, and holds what was acknowledged, or that and the whole of what was under way.
/// False for a file in whose making the power went: it is no store yet, and the next start moves it aside.
fn look(disk: &Disk, model: &mut Model, tally: &mut Tally) -> bool {
    let cut = tally.cuts;
    let looked = catch_unwind(AssertUnwindSafe(|| records(&open(disk)?)));
    let looked = looked.unwrap_or_else(|_| panic!("a panic after cut {cut}"));
    if model.epoch == 0 && matches!(looked, Err(StoreFault::Corrupt(_))) {
        tally.never_made += 1;
        return false;
    }
    let (found, damaged) = looked.unwrap_or_else(|fault| panic!("after cut {cut}: {fault}"));
    assert_eq!(damaged, 0, "cut {cut}: damaged records");
    let under_way = model.under_way.take();
    if found == model.acknowledged {
        return true;
    }
    let whole = under_way.is_some_and(|after| after == found);
    assert!(whole, "cut {cut}: neither what was acknowledged nor that and the next commit");
    tally.under_way_in += 1;
    model.acknowledged = found;
    true
}
