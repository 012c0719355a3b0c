//! Damage to any byte of the shared memory is seen, or does no harm: never a panic, never wrong data.

use super::{Random, SMALL, Shared};
use crate::keeper::layout;
use crate::keeper::pane_memory::{PaneMemory, Positions};
use crate::keeper::slots::SlotPair;
use crate::os::memory;
use crate::os::sys::Mapping;
use abide_core::boundary::InputMark;
use rustix::pipe::{PipeFlags, pipe_with};
use std::collections::BTreeMap;
use std::os::fd::AsFd;
use std::sync::Arc;

const SEED: u64 = 20_261_124;

fn chunk(id: u64) -> Vec<u8> {
    vec![id as u8; 50 + id as usize]
}

/// A pane with something everywhere: output, input half read, two checkpoints, chunks.
struct Sample {
    shared: Shared,
    map: Mapping,
    known: Positions,
    heads: BTreeMap<u64, Vec<u8>>,
}

impl Sample {
    fn new() -> Sample {
        let mut shared = Shared::new();
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
        let mut memory = shared.open(Positions::default());
        let mut heads = BTreeMap::new();
        for turn in 1..=5_u64 {
            rustix::io::write(&write, &[turn as u8; 700]).expect("room");
            shared.rings.fill(read.as_fd());
            let head = vec![turn as u8; 300 * turn as usize];
            let chunks: Vec<Vec<u8>> = (0..8).map(chunk).collect();
            let mut get = |id: u64| chunks.get(id as usize).map(Vec::as_slice);
            memory.checkpoint(turn * 700, &head, turn.saturating_sub(3)..turn, &mut get).expect("room");
            heads.insert(turn * 700, head);
            memory.release(turn * 700 - 100);
            memory.input().publish(InputMark { client: turn % 3, seq: turn }, b"some input").expect("room");
        }
        let known = shared.rings.positions();
        drop(memory);
        let map = memory::map(shared.file.as_fd(), SMALL.file_bytes()).expect("memory");
        Sample { shared, map, known, heads }
    }

    fn open(&self) -> PaneMemory {
        self.shared.open(self.known)
    }

    /// All that a daemon reads is right, or missing.
    fn check(&self, what: &str, newest_only: bool) {
        let mut memory = self.open();
        let latest = memory.latest();
        if let Some(checkpoint) = &latest {
            assert_eq!(Some(&checkpoint.head), self.heads.get(&checkpoint.offset), "{what}: head");
            assert_eq!(checkpoint.lost, 3400_u64.saturating_sub(checkpoint.offset), "{what}: lost");
            for id in 0..8 {
                if let Some(found) = checkpoint.chunk(id) {
                    assert_eq!(found, chunk(id), "{what}: chunk {id}");
                }
            }
        }
        let offset = latest.map(|c| c.offset);
        assert!(offset == Some(3500) || (!newest_only && offset == Some(2800)), "{what}: {offset:?}");
        assert_eq!((memory.journal().tail(), memory.journal().head()), (3400, 3500), "{what}");
        assert_eq!(memory.journal().unread(0), (&[5_u8; 100][..], &[][..]), "{what}");
        for (client, seq) in memory.input().marks() {
            let expected = [(0, 3), (1, 4), (2, 5)].iter().find(|(c, _)| *c == client);
            assert_eq!(expected, Some(&(client, seq)), "{what}: mark");
        }
        assert!(memory.input().free() > 3000, "{what}");
    }
}

#[test]
fn any_byte_of_what_describes() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    let sample = Sample::new();
    sample.check("nothing", true);
    let original = |offset: usize| {
        let mut byte = [0];
        assert!(sample.map.copy_out(offset, &mut byte));
        byte
    };
    let slots = SMALL.slots();
    // Header and marks; the input ring's used part; both slots; the chunks.
    let used = 5 * 48 + 8;
    let described = (0..layout::MARKS + 4096)
        .chain(SMALL.input()..SMALL.input() + used)
        .chain((slots..SMALL.chunks()).step_by(1))
        .chain((SMALL.chunks()..SMALL.file_bytes()).step_by(97));
    // What opening writes itself is put back with the rest.
    let mut before = vec![0; SMALL.slots()];
    assert!(sample.map.copy_out(0, &mut before));
    let mut cases = 0;
    for offset in described {
        let byte = original(offset);
        let change = random.below(255) as u8 + 1;
        assert!(sample.map.copy_in(offset, &[byte[0] ^ change]));
        sample.check(&format!("byte {offset} ^ {change:#x}"), offset < slots);
        assert!(sample.map.copy_in(offset, &byte));
        if offset < slots {
            assert!(sample.map.copy_in(0, &before));
        }
        cases += 1;
    }
    println!("{cases} bytes changed, each seen or harmless");
    sample.check("nothing any more", true);
}

#[test]
fn whole_stretches() {
    println!("seed {SEED}");
    let mut random = Random(SEED);
    for _ in 0..200 {
        let mut sample = Sample::new();
        for _ in 0..=random.below(6) {
            let offset = random.below(SMALL.file_bytes() as u64 - 600) as usize;
            let offset = if random.below(2) == 0 { offset % SMALL.slots() } else { offset };
            let kind = random.below(3);
            let bytes: Vec<u8> =
                (0..random.below(600)).map(|_| [0, 0xff, random.below(256) as u8][kind as usize]).collect();
            assert!(sample.map.copy_in(offset, &bytes));
        }
        // A daemon reads what it can, and goes on.
        let mut memory = sample.open();
        if let Some(checkpoint) = memory.latest() {
            assert_eq!(Some(&checkpoint.head), sample.heads.get(&checkpoint.offset));
            let chunks = (0..8).filter_map(|id| Some((id, checkpoint.chunk(id)?)));
            assert!(chunks.into_iter().all(|(id, found)| found == chunk(id)));
        }
        let _ = memory.journal().unread(0);
        memory.release(u64::MAX);
        memory.release(memory.journal().head());
        let _ = memory.input().publish(InputMark { client: 9, seq: 9 }, b"more");
        memory.checkpoint(3500, b"anew", 0..0, &mut |_| None).expect("room");
        assert_eq!(memory.latest().map(|c| c.head), Some(b"anew".to_vec()));
        // And so does a keeper.
        let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
        sample.shared.rings.drain(write.as_fd());
        sample.shared.rings.fill(read.as_fd());
        sample.shared.rings.positions();
    }
}

#[test]
fn a_structure_falls_back() {
    let slot = 8192;
    let file = memory::create("test", 2 * slot).expect("memory");
    let map = Arc::new(memory::map(file.as_fd(), 2 * slot).expect("memory"));
    let open = || SlotPair::open(file.try_clone().expect("a descriptor"), Arc::clone(&map), 0, slot);
    let mut pair = open().expect("slots");
    assert_eq!(pair.read(), None);
    pair.write(b"first").expect("room");
    pair.write(b"second").expect("room");
    let too_long = pair.write(&vec![0; slot]).expect_err("no room");
    assert_eq!(too_long.kind(), std::io::ErrorKind::FileTooLarge);
    assert_eq!(open().expect("slots").read(), Some(b"second".to_vec()));
    for offset in (0..40).chain(64..70).map(|o| o + slot) {
        let mut byte = [0];
        assert!(map.copy_out(offset, &mut byte) && map.copy_in(offset, &[byte[0] ^ 4]));
        assert_eq!(open().expect("slots").read(), Some(b"first".to_vec()), "byte {offset}");
        assert!(map.copy_in(offset, &byte));
    }
    // The next write goes over the damaged one, and counts.
    assert!(map.copy_in(slot + 64, b"x"));
    let mut pair = open().expect("slots");
    pair.write(b"third").expect("room");
    assert_eq!(open().expect("slots").read(), Some(b"third".to_vec()));
}
