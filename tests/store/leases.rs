//! What every store must do with several spaces: lists, leases, and records that move from one to another.

use super::conformance::{Stage, all, delete, home, next, put};
use abide::store::lease::{Lapsed, LeaseState, Sightings, TTL_MS};
use abide::store::space::{Identity, SpaceName};
use abide::store::{Stamp, Store, StoreFault};
use abide_core::base::instant::Instant;

fn space(host: &str) -> SpaceName {
    SpaceName::of(host, "default")
}

fn machine(host: &str) -> Identity {
    Identity::new(space(host), &format!("machine {host}"))
}

/// Another machine, at work in its own space.
fn at_work(others: &dyn Fn(Identity) -> Box<dyn Store>, host: &str) -> (Box<dyn Store>, Stamp) {
    let mut store = others(machine(host));
    let stamp = store.claim().unwrap();
    (store, stamp)
}

fn visible(store: &dyn Store, space: &SpaceName) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut found = vec![];
    let report = store.scan_space(space, b"", &mut |k, v| found.push((k.to_vec(), v.to_vec()))).unwrap();
    assert_eq!((report.sound, report.damaged), (found.len() as u64, 0));
    found
}

/// Looks at a lease twice, a lifetime apart by the looker's own clock.
fn lapsed(store: &dyn Store, space: &SpaceName) -> Lapsed {
    let mut seen = Sightings::default();
    let look = |seen: &mut Sightings, at| {
        let list = store.spaces().unwrap();
        let info = list.spaces.into_iter().find(|info| info.name == *space).expect("the space is listed");
        seen.look(space, &info.lease, Instant(at))
    };
    look(&mut seen, 5);
    look(&mut seen, 5 + TTL_MS).expect("lapsed")
}

fn states(store: &dyn Store) -> Vec<(String, LeaseState)> {
    let list = store.spaces().unwrap();
    assert!(!list.more);
    list.spaces.into_iter().map(|info| (info.name.to_string(), info.lease.state)).collect()
}

pub(crate) fn spaces_are_listed_and_read(Stage { mut store, others, .. }: Stage) {
    assert_eq!(states(&*store), []);
    let mut stamp = store.claim().unwrap();
    store.commit(next(&mut stamp), &[put(b"k", b"home"), put(b"l", b"")]).unwrap();
    // A name that another begins with, and one that begins with ours.
    for host in ["hom", "homer", "home"] {
        let who = Identity::new(SpaceName::of(host, "s"), "m");
        let mut other = others(who);
        let mut stamp = other.claim().unwrap();
        other.commit(next(&mut stamp), &[put(b"k", host.as_bytes()), delete(b"l")]).unwrap();
    }
    let live = |name: &str| (name.to_owned(), LeaseState::Live);
    assert_eq!(states(&*store), ["hom/s", "home/default", "home/s", "homer/s"].map(live));
    let list = store.spaces().unwrap();
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap().as_secs() as i64;
    for info in &list.spaces {
        assert!((now - info.committed_at.expect("a time")).abs() < 600, "{info:?}");
        assert_eq!((info.lease.epoch, &info.taken_by), (1, &None));
    }
    assert_eq!(list.spaces[1].lease.owner, home().owner);
    assert_eq!(visible(&*store, &SpaceName::of("homer", "s")), [(b"k".to_vec(), b"homer".to_vec())]);
    assert_eq!(visible(&*store, &SpaceName::of("never", "s")), []);
    assert_eq!(all(&*store, b"").len(), 2, "ours are as they were");
    let other = others(machine("elsewhere"));
    assert_eq!(visible(&*other, &home().space), all(&*store, b""));
}

pub(crate) fn a_lease_passes_only_when_it_lapsed(Stage { mut store, others, .. }: Stage) {
    let (mut owner, mut theirs) = at_work(&*others, "away");
    owner.commit(next(&mut theirs), &[put(b"k", b"1")]).unwrap();
    // Another machine of the same name: a copy of it, or its successor.
    let mut successor = others(Identity::new(space("away"), "another machine"));
    let held = StoreFault::Held { owner: machine("away").owner };
    assert_eq!(successor.claim(), Err(held.clone()));
    let mut stamp = store.claim().unwrap();
    assert_eq!(store.take(stamp.epoch, &space("away"), b"k"), Err(held));
    // The next daemon of the same machine need not wait.
    let mut restarted = others(machine("away"));
    let mut again = restarted.claim().unwrap();
    assert_eq!(again.epoch, theirs.epoch + 1);
    assert_eq!(owner.renew(theirs.epoch, LeaseState::Live), Err(StoreFault::Fenced { owner: again.epoch }));
    restarted.commit(next(&mut again), &[put(b"k", b"2")]).unwrap();

    let lease = store.free(&lapsed(&*store, &space("away"))).unwrap();
    assert_eq!((lease.epoch, lease.state), (again.epoch + 1, LeaseState::Free));
    let fenced = StoreFault::Fenced { owner: lease.epoch };
    assert_eq!(restarted.commit(next(&mut again), &[put(b"k", b"late")]), Err(fenced.clone()));
    assert_eq!(restarted.renew(again.epoch, LeaseState::Live), Err(fenced));
    let third = successor.claim().unwrap();
    assert_eq!(third.epoch, lease.epoch + 1);
    assert_eq!(visible(&*store, &space("away")), [(b"k".to_vec(), b"2".to_vec())]);
    store.commit(next(&mut stamp), &[put(b"mine", b"")]).unwrap();
}

pub(crate) fn a_beat_after_all_keeps_the_space(Stage { mut store, others, .. }: Stage) {
    store.claim().unwrap();
    let (mut owner, mut stamp) = at_work(&*others, "away");
    let first = owner.renew(stamp.epoch, LeaseState::Live).unwrap();
    let right = lapsed(&*store, &space("away"));
    let second = owner.renew(stamp.epoch, LeaseState::Draining).unwrap();
    assert_eq!((second.epoch, second.beat), (first.epoch, first.beat + 1));
    assert_eq!(states(&*store)[0], ("away/default".to_owned(), LeaseState::Draining));
    assert_eq!(store.free(&right), Err(StoreFault::Changed));
    owner.commit(next(&mut stamp), &[put(b"k", b"1")]).unwrap();
    // Nobody's clock but the looker's counts: its owner need not have slept for a second one to end the lease.
    let right = lapsed(&*store, &space("away"));
    store.free(&right).unwrap();
    store.free(&right).expect("twice is once");
}

pub(crate) fn a_space_set_free_is_fenced(Stage { mut store, others, .. }: Stage) {
    let mut stamp = store.claim().unwrap();
    store.commit(next(&mut stamp), &[put(b"k", b"1")]).unwrap();
    let freed = store.renew(stamp.epoch, LeaseState::Free).unwrap();
    assert_eq!(store.renew(stamp.epoch, LeaseState::Free), Ok(freed.clone()), "twice is once");
    let late = store.commit(next(&mut stamp), &[put(b"k", b"late")]);
    assert_eq!(late, Err(StoreFault::Fenced { owner: freed.epoch }));
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"1".to_vec())]);
    let mut successor = others(Identity::new(home().space, "another machine"));
    assert_eq!(successor.claim().unwrap().epoch, freed.epoch + 1, "nobody has to wait for it");
}

pub(crate) fn a_space_that_is_free_has_one_next_owner(Stage { others, .. }: Stage) {
    let (mut owner, stamp) = at_work(&*others, "away");
    owner.renew(stamp.epoch, LeaseState::Free).unwrap();
    let mut won = vec![];
    for n in 0..3 {
        let mut one = others(Identity::new(space("away"), &format!("successor {n}")));
        if let Ok(stamp) = one.claim() {
            won.push((n, stamp));
        }
    }
    assert_eq!(won, [(0, Stamp { epoch: stamp.epoch + 2, seq: 0 })]);
}

/// A machine that is lost, with two sessions, its lease ended by `store`.
fn lost(store: &mut dyn Store, others: &dyn Fn(Identity) -> Box<dyn Store>) -> Box<dyn Store> {
    let (mut owner, mut stamp) = at_work(others, "lost");
    let records = [put(b"root", b"1, 2"), put(b"s1", b"one"), put(b"s1 pane", b"p"), put(b"s2", b"two")];
    owner.commit(next(&mut stamp), &records).unwrap();
    store.free(&lapsed(store, &space("lost"))).unwrap();
    owner
}

pub(crate) fn a_record_moves_to_one_taker(Stage { mut store, others, .. }: Stage) {
    let mut mine = store.claim().unwrap();
    let mut owner = lost(&mut *store, &*others);
    let from = space("lost");
    let (mut rival, rivals) = at_work(&*others, "rival");

    store.take(mine.epoch, &from, b"s1").unwrap();
    store.take(mine.epoch, &from, b"s1").expect("twice is once");
    let taken = StoreFault::Taken { by: home().space };
    assert_eq!(rival.take(rivals.epoch, &from, b"s1"), Err(taken.clone()));
    assert_eq!(owner.claim(), Err(taken.clone()), "what is on its way is not begun again where it was");
    let keys = |store: &dyn Store| visible(store, &from).into_iter().map(|(k, _)| k).collect::<Vec<_>>();
    assert_eq!(keys(&*store), [&b"root"[..], b"s1", b"s1 pane", b"s2"], "the taker goes on reading");
    assert_eq!(keys(&*rival), [&b"root"[..], b"s1 pane", b"s2"]);
    assert_eq!(keys(&*owner), [&b"root"[..], b"s1 pane", b"s2"]);
    // Another record of the same space is another's to take; all of it is not.
    rival.take(rivals.epoch, &from, b"s2").unwrap();
    assert_eq!(rival.take(rivals.epoch, &from, b""), Err(taken));
    let takings = |store: &dyn Store| store.takings().unwrap();
    assert_eq!(takings(&*store), [(from.clone(), b"s1".to_vec())]);
    assert_eq!(takings(&*rival), [(from.clone(), b"s2".to_vec())]);

    store.commit(next(&mut mine), &[put(b"s9", b"one")]).unwrap();
    let along = [b"s1 ".to_vec(), b"\0s".to_vec(), vec![]];
    store.finish(&from, b"s1", &along).unwrap();
    store.finish(&from, b"s1", &along).expect("twice is once");
    assert_eq!(
        keys(&*rival),
        [&b"root"[..], b"s1 pane", b"s2"],
        "what goes along may be on its way to others too"
    );
    assert_eq!(rival.finish(&from, b"s2", &along), Ok(()));
    assert_eq!(keys(&*rival), [b"root"], "now it is on its way to nobody");
    assert_eq!((takings(&*store), takings(&*rival)), (vec![], vec![]));
    assert_eq!(
        states(&*store).iter().filter(|(name, _)| name == from.as_str()).count(),
        1,
        "the space is still one"
    );
    assert_eq!(rival.take(rivals.epoch, &from, b"s1"), Err(StoreFault::Gone));
}

pub(crate) fn a_taking_can_be_given_back(Stage { mut store, others, .. }: Stage) {
    let mine = store.claim().unwrap();
    let mut owner = lost(&mut *store, &*others);
    let from = space("lost");
    let before = visible(&*owner, &from);
    store.take(mine.epoch, &from, b"s2").unwrap();
    assert_eq!(visible(&*owner, &from).len(), 3);
    others(machine("rival")).give_back(&from, b"s2").expect("of no effect");
    assert_eq!(others(machine("rival")).finish(&from, b"s2", &[]), Err(StoreFault::Gone));
    assert_eq!(visible(&*owner, &from).len(), 3, "only the taker can give it back");
    store.give_back(&from, b"s2").unwrap();
    store.give_back(&from, b"s2").expect("twice is once");
    assert_eq!(visible(&*owner, &from), before);
    let mut stamp = owner.claim().expect("it may go on");
    owner.commit(next(&mut stamp), &[delete(b"s2")]).unwrap();
}

pub(crate) fn a_taker_that_is_lost_blocks_nobody(Stage { mut store, others, .. }: Stage) {
    let mut mine = store.claim().unwrap();
    let mut owner = lost(&mut *store, &*others);
    let from = space("lost");
    let before = visible(&*owner, &from);
    let (mut first, firsts) = at_work(&*others, "first");
    first.take(firsts.epoch, &from, b"s1").unwrap();
    let by = StoreFault::Taken { by: space("first") };
    assert_eq!(store.take(mine.epoch, &from, b"s1"), Err(by.clone()));
    assert_eq!(owner.claim(), Err(by), "while it lives");
    // It is lost too: another goes on where it stopped.
    store.free(&lapsed(&*store, &space("first"))).unwrap();
    store.take(mine.epoch, &from, b"s1").unwrap();
    assert_eq!(first.takings(), Ok(vec![]));
    assert_eq!(first.finish(&from, b"s1", &[]), Err(StoreFault::Gone), "it is not the first's any more");
    store.commit(next(&mut mine), &[put(b"k", b"")]).unwrap();
    // And gives up itself: the owner has all of it again.
    store.renew(mine.epoch, LeaseState::Free).unwrap();
    owner.claim().expect("nobody is at it");
    assert_eq!(visible(&*owner, &from), before);
    assert_eq!(store.takings(), Ok(vec![]));
}

pub(crate) fn a_whole_space_moves(Stage { mut store, others, .. }: Stage) {
    let mine = store.claim().unwrap();
    let mut owner = lost(&mut *store, &*others);
    let from = space("lost");
    let (mut rival, rivals) = at_work(&*others, "rival");
    store.take(mine.epoch, &from, b"").unwrap();
    let taken = StoreFault::Taken { by: home().space };
    assert_eq!(rival.take(rivals.epoch, &from, b""), Err(taken.clone()));
    assert_eq!(rival.take(rivals.epoch, &from, b"s1"), Err(taken.clone()));
    assert_eq!(owner.claim(), Err(taken));
    assert_eq!((visible(&*rival, &from), visible(&*owner, &from)), (vec![], vec![]));
    assert_eq!(visible(&*store, &from).len(), 4);
    let list = store.spaces().unwrap();
    let info = list.spaces.iter().find(|info| info.name == from).unwrap();
    assert_eq!(info.taken_by, Some(home().space));
    let epoch = info.lease.epoch;
    store.finish(&from, b"", &[]).unwrap();
    store.finish(&from, b"", &[]).expect("twice is once");
    assert_eq!(states(&*store).iter().filter(|(name, _)| name == from.as_str()).count(), 0);
    assert_eq!(visible(&*store, &from), []);
    assert_eq!(rival.take(rivals.epoch, &from, b""), Err(StoreFault::Gone));
    assert_eq!(rival.scan(b"", &mut |_, _| {}).unwrap().sound, 0, "no other space is touched");
    let late = owner.commit(Stamp { epoch: epoch - 1, seq: 9 }, &[put(b"k", b"late")]);
    assert_eq!(late, Err(StoreFault::Fenced { owner: epoch }));
    assert_eq!(owner.claim().unwrap().epoch, epoch + 1, "an epoch never comes back");
}

pub(crate) fn what_can_not_be_taken(Stage { mut store, others, .. }: Stage) {
    let mine = store.claim().unwrap();
    let (mut live, mut theirs) = at_work(&*others, "live");
    live.commit(next(&mut theirs), &[put(b"k", b"")]).unwrap();
    let held = Err(StoreFault::Held { owner: machine("live").owner });
    assert_eq!(store.take(mine.epoch, &space("live"), b"k"), held);
    assert_eq!(store.take(mine.epoch, &space("never"), b"k"), Err(StoreFault::Gone));
    assert!(matches!(store.take(mine.epoch, &home().space, b""), Err(StoreFault::Held { .. })), "our own");
    lost(&mut *store, &*others);
    assert_eq!(store.take(mine.epoch, &space("lost"), b"s3"), Err(StoreFault::Gone));
    // Who has lost its own space takes no other.
    let newer = others(home()).claim().unwrap();
    let fenced = Err(StoreFault::Fenced { owner: newer.epoch });
    assert_eq!(store.take(mine.epoch, &space("lost"), b"s1"), fenced);
}

/// Looks at a space once a day, as its looker does: the days after which it was gone.
fn looked_at(store: &mut dyn Store, space: &SpaceName, days: std::ops::Range<i64>, max: u32) -> Option<i64> {
    for day in days {
        let right = lapsed(store, space);
        let gone = store.expire(&right, day, max).unwrap();
        assert_eq!(store.expire(&right, day, max), Ok(gone), "a day counts once");
        if gone {
            return Some(day);
        }
    }
    None
}

pub(crate) fn what_nobody_comes_back_for_expires(Stage { mut store, others, .. }: Stage) {
    let mut mine = store.claim().unwrap();
    store.commit(next(&mut mine), &[put(b"k", b"mine")]).unwrap();
    let (mut owner, mut stamp) = at_work(&*others, "away");
    let records: Vec<_> = [1, 4, 5, 6].map(|kind| put(&[kind, 1], b"x")).into();
    owner.commit(next(&mut stamp), &records).unwrap();
    let from = space("away");
    assert_eq!(looked_at(&mut *store, &from, 100..103, 3), None);
    // It is heard of again: what was counted is void, and so is a right that was seen before.
    let before = lapsed(&*store, &from);
    owner.renew(stamp.epoch, LeaseState::Live).unwrap();
    assert_eq!(store.expire(&before, 200, 0), Ok(false));
    assert_eq!(looked_at(&mut *store, &from, 103..106, 3), None);
    // A day that another saw counts for all, in whichever order they look.
    let mut other = others(machine("other"));
    other.claim().unwrap();
    let right = lapsed(&*other, &from);
    assert_eq!(other.expire(&right, 105, 3), Ok(false));
    assert_eq!(visible(&*store, &from).len(), 4);
    assert_eq!(other.expire(&right, 106, 3), Ok(true));
    assert_eq!(store.expire(&right, 106, 3), Ok(true), "who asks again is told the same");
    assert_eq!(visible(&*store, &from), []);
    assert!(!states(&*store).iter().any(|(name, _)| name == from.as_str()));
    // Its owner was only away: it must not go on as if its records were there.
    let fenced = StoreFault::Fenced { owner: stamp.epoch + 1 };
    assert_eq!(owner.commit(next(&mut stamp), &[put(b"k", b"late")]), Err(fenced.clone()));
    assert_eq!(owner.renew(stamp.epoch, LeaseState::Live), Err(fenced));
    let mut again = owner.claim().unwrap();
    owner.commit(next(&mut again), &[put(b"k", b"anew")]).unwrap();
    assert_eq!(visible(&*store, &from), [(b"k".to_vec(), b"anew".to_vec())]);
    assert_eq!(looked_at(&mut *store, &from, 300..301, 1), None, "nothing of the count is left");
    assert_eq!(all(&*store, b""), [(b"k".to_vec(), b"mine".to_vec())]);
}

pub(crate) fn what_does_not_expire(Stage { mut store, others, .. }: Stage) {
    let mine = store.claim().unwrap();
    let own = lapsed(&*store, &home().space);
    for day in 1..9 {
        assert_eq!(store.expire(&own, day, 1), Ok(false), "never our own");
    }
    lost(&mut *store, &*others);
    let from = space("lost");
    let (mut taker, theirs) = at_work(&*others, "taker");
    taker.take(theirs.epoch, &from, b"s1").unwrap();
    assert_eq!(looked_at(&mut *store, &from, 1..9, 1), None, "it is being taken over");
    // The taker is lost as well.
    assert_eq!(looked_at(&mut *store, &space("taker"), 1..9, 2), Some(3));
    assert_eq!(looked_at(&mut *store, &from, 1..9, 2), Some(3));
    assert_eq!(store.take(mine.epoch, &from, b"s2"), Err(StoreFault::Gone));
}
