//! What every store must do. `store_suite!(name, make)` runs it on one; `make` gives a fresh, empty [`Stage`].

use abide::store::{
    Stamp, Store, StoreFault, Write,
    limits::{COMMIT_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX},
    space::{Identity, SpaceName},
};

pub(crate) type Again = Box<dyn Fn() -> Box<dyn Store>>;
pub(crate) type Others = Box<dyn Fn(Identity) -> Box<dyn Store>>;

/// A store to be tested.
pub(crate) struct Stage {
    /// It, fresh and empty; it may be opened as another space than `HOME`.
    pub(crate) store: Box<dyn Store>,
    /// Opens the same records once more, as the next process of the same machine would; the stores before are dropped.
    pub(crate) again: Again,
    /// The same records as other machines see them, at the same time.
    pub(crate) others: Others,
}

/// The space that a stage's store is of, and its owner.
pub(crate) fn home() -> Identity {
    Identity::new(SpaceName::of("home", "default"), "machine h")
}

pub(crate) fn put(key: &[u8], value: &[u8]) -> Write {
    (key.to_vec(), Some(value.to_vec()))
}

pub(crate) fn delete(key: &[u8]) -> Write {
    (key.to_vec(), None)
}

pub(crate) fn all(store: &dyn Store, prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = vec![];
    let report = store.scan(prefix, &mut |k, v| found.push((k.to_vec(), v.to_vec()))).expect("scan");
    assert_eq!((report.sound, report.damaged), (found.len() as u64, 0));
    found
}

pub(crate) fn next(stamp: &mut Stamp) -> Stamp {
    stamp.seq += 1;
    *stamp
}

pub(crate) fn round_trip(Stage { mut store, again, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    let binary: Vec<u8> = (0..=255).collect();
    store
        .commit(
            next(&mut stamp),
            &[put(b"b", b"1"), put(b"a\0x", &binary), put(b"a", b""), put(b"gone", b"x")],
        )
        .unwrap();
    store.commit(next(&mut stamp), &[put(b"b", b"2"), delete(b"gone"), delete(b"never was")]).unwrap();
    let expected = vec![(b"a".to_vec(), vec![]), (b"a\0x".to_vec(), binary), (b"b".to_vec(), b"2".to_vec())];
    assert_eq!(all(&*store, b""), expected);
    assert_eq!(all(&*store, b"a"), expected[..2]);
    assert_eq!(all(&*store, b"zz"), []);
    for (key, value) in &expected {
        assert_eq!(store.get(key).unwrap().as_ref(), Some(value));
    }
    assert_eq!((store.get(b"gone").unwrap(), store.get(b"a\0").unwrap()), (None, None));
    drop(store);
    assert_eq!(all(&*again(), b""), expected, "the next process sees the same");
}

pub(crate) fn later_writes_of_one_commit_win(Stage { mut store, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    store.commit(next(&mut stamp), &[put(b"k", b"1"), delete(b"k"), put(b"k", b"3")]).unwrap();
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"3".to_vec())]);
}

pub(crate) fn limits(Stage { mut store, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    let (key, value) = (vec![7; KEY_BYTES_MAX], vec![8; VALUE_BYTES_MAX]);
    store.commit(next(&mut stamp), &[put(&key, &value), put(&[1], &[])]).unwrap();
    let too_large = |result: Result<(), StoreFault>, what: &str| match result {
        Err(StoreFault::TooLarge { what: found, bytes, bytes_max }) => {
            assert_eq!((found, bytes), (what, bytes_max + 1));
        }
        other => panic!("{what}: {other:?}"),
    };
    let before = all(&*store, b"");
    too_large(store.commit(next(&mut stamp), &[put(b"x", b""), put(&[7; KEY_BYTES_MAX + 1], b"")]), "key");
    too_large(
        store.commit(next(&mut stamp), &[put(b"x", b""), put(b"y", &[0; VALUE_BYTES_MAX + 1])]),
        "value",
    );
    let values = COMMIT_BYTES_MAX / VALUE_BYTES_MAX;
    let mut whole: Vec<Write> =
        (0..values).map(|n| put(&[n as u8 + 9], &vec![n as u8; VALUE_BYTES_MAX - 1])).collect();
    whole.push(put(&[200], &[]));
    too_large(store.commit(next(&mut stamp), &whole), "commit");
    assert_eq!(all(&*store, b""), before, "a refused commit leaves nothing");
    whole.pop();
    store.commit(next(&mut stamp), &whole).unwrap();
    assert_eq!(all(&*store, b"").len(), before.len() + values);
}

pub(crate) fn same_stamp_twice_is_once(Stage { mut store, again, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    let one = next(&mut stamp);
    store.commit(one, &[put(b"k", b"1")]).unwrap();
    store.commit(one, &[put(b"k", b"another")]).unwrap();
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"1".to_vec())], "the repeat changed nothing");
    store.commit(next(&mut stamp), &[put(b"k", b"2")]).unwrap();
    assert_eq!(store.commit(one, &[put(b"k", b"1")]), Err(StoreFault::Stale { last: 2 }));
    drop(store);
    assert_eq!(all(&*again(), b""), [(b"k".to_vec(), b"2".to_vec())]);
}

pub(crate) fn a_later_claim_fences(Stage { mut store, again, .. }: Stage) {
    let mut old = store.claim().unwrap();
    store.commit(next(&mut old), &[put(b"k", b"old")]).unwrap();
    drop(store);
    let mut store = again();
    let mut new = store.claim().unwrap();
    assert!(new.epoch > old.epoch);
    store.commit(next(&mut new), &[put(b"k", b"new")]).unwrap();
    let late = store.commit(next(&mut old), &[put(b"k", b"late")]);
    assert_eq!(late, Err(StoreFault::Fenced { owner: new.epoch }));
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"new".to_vec())]);
}

pub(crate) fn head_never_points_at_a_missing_block(Stage { mut store, again, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    for generation in 0..50u8 {
        let writes = [
            put(&[b'b', generation], &[generation; 100]),
            put(b"head", &[generation]),
            delete(&[b'b', generation.wrapping_sub(1)]),
        ];
        store.commit(next(&mut stamp), &writes).unwrap();
    }
    drop(store);
    let records = all(&*again(), b"");
    assert_eq!(records, [(vec![b'b', 49], vec![49; 100]), (b"head".to_vec(), vec![49])]);
}

macro_rules! store_suite {
    ($name:ident, $make:expr) => {
        mod $name {
            use super::*;
            mod cases {
                pub(super) use $crate::conformance::*;
                pub(super) use $crate::leases::*;
            }
            store_suite!(@cases $make, round_trip, later_writes_of_one_commit_win, limits, same_stamp_twice_is_once,
                a_later_claim_fences, head_never_points_at_a_missing_block, spaces_are_listed_and_read,
                a_lease_passes_only_when_it_lapsed, a_beat_after_all_keeps_the_space, a_space_set_free_is_fenced,
                a_space_that_is_free_has_one_next_owner, a_record_moves_to_one_taker, a_taking_can_be_given_back,
                a_taker_that_is_lost_blocks_nobody, a_whole_space_moves, what_can_not_be_taken,
                what_nobody_comes_back_for_expires, what_does_not_expire);
        }
    };
    (@cases $make:expr, $($case:ident),*) => {
        $(#[test] fn $case() { cases::$case($make) })*
    };
}
