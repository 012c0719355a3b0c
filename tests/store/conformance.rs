//! What every store must do. `store_suite!(name, make)` runs it on one; `make` gives a fresh, empty store and
//! a function that opens the same records once more, as the next process would.

use abide::store::{
    Stamp, Store, StoreFault, Write,
    embedded::Embedded,
    faulty::{Fate, Faulty},
    limits::{COMMIT_BYTES_MAX, KEY_BYTES_MAX, VALUE_BYTES_MAX},
    memory::Memory,
};

type Again = Box<dyn Fn() -> Box<dyn Store>>;

fn put(key: &[u8], value: &[u8]) -> Write {
    (key.to_vec(), Some(value.to_vec()))
}

fn delete(key: &[u8]) -> Write {
    (key.to_vec(), None)
}

fn all(store: &dyn Store, prefix: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = vec![];
    let report = store.scan(prefix, &mut |k, v| found.push((k.to_vec(), v.to_vec()))).expect("scan");
    assert_eq!((report.sound, report.damaged), (found.len() as u64, 0));
    found
}

fn next(stamp: &mut Stamp) -> Stamp {
    stamp.seq += 1;
    *stamp
}

fn round_trip(mut store: Box<dyn Store>, again: Again) {
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
    drop(store);
    assert_eq!(all(&*again(), b""), expected, "the next process sees the same");
}

fn later_writes_of_one_commit_win(mut store: Box<dyn Store>, _: Again) {
    let mut stamp = store.claim().unwrap();
    store.commit(next(&mut stamp), &[put(b"k", b"1"), delete(b"k"), put(b"k", b"3")]).unwrap();
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"3".to_vec())]);
}

fn limits(mut store: Box<dyn Store>, _: Again) {
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

fn same_stamp_twice_is_once(mut store: Box<dyn Store>, again: Again) {
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

fn a_later_claim_fences(mut store: Box<dyn Store>, again: Again) {
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

fn head_never_points_at_a_missing_block(mut store: Box<dyn Store>, again: Again) {
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
            store_suite!(@cases $make, round_trip, later_writes_of_one_commit_win, limits, same_stamp_twice_is_once,
                a_later_claim_fences, head_never_points_at_a_missing_block);
        }
    };
    (@cases $make:expr, $($case:ident),*) => {
        $(#[test] fn $case() { let (store, again): (Box<dyn Store>, Again) = $make; super::$case(store, again) })*
    };
}

store_suite!(memory, {
    let memory = Memory::default();
    (Box::new(memory.clone()), Box::new(move || Box::new(memory.clone())))
});

store_suite!(embedded, {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("store.redb");
    let store = Embedded::open(&path).unwrap();
    (
        Box::new(store),
        Box::new(move || {
            let _keep = &folder;
            Box::new(Embedded::open(&path).unwrap())
        }),
    )
});

store_suite!(faulty, {
    let memory = Memory::default();
    let plan = [Fate::Done; 4];
    (Box::new(Faulty::new(memory.clone(), plan)), Box::new(move || Box::new(Faulty::new(memory.clone(), []))))
});
