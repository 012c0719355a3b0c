//! Chunk slots in a flood: the same pages are written over and over, given back when it is over, and nothing of it is
//! left behind by daemons that were killed. Memory is what the kernel counts for the file.

use super::{Random, Shared};
use crate::keeper::layout::{CHUNK_BYTES_MAX, CHUNKS_UNSWEPT, Geometry};
use crate::keeper::limits::WARM_SLOTS_MAX;
use crate::keeper::pane_memory::PaneMemory;
use crate::keeper::rings::Rings;
use crate::os::memory::{self, PAGE_BYTES};
use rustix::pipe::{PipeFlags, pipe_with};
use std::collections::{BTreeMap, VecDeque};
use std::ops::Range;
use std::os::fd::{AsFd, OwnedFd};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::atomic::Ordering;

const WIDE: Geometry =
    Geometry { journal_bytes: 4096, input_bytes: 4096, slot_bytes: 64 * 1024, chunk_slots: 80 };
/// Bytes between two checkpoints of a flood, and of a pane that is calm.
const FLOOD: u64 = WIDE.journal_bytes as u64 / 2;
const CALM: u64 = 10;

fn len(id: u64) -> usize {
    [CHUNK_BYTES_MAX, 61_000, 50_000, 3 * PAGE_BYTES, 100][(id.wrapping_mul(0x9e37_79b9) >> 7) as usize % 5]
}

fn chunk(id: u64) -> Vec<u8> {
    vec![id as u8 | 1; len(id)]
}

fn pages(ids: impl IntoIterator<Item = u64>) -> u64 {
    ids.into_iter().map(|id| len(id).div_ceil(PAGE_BYTES) as u64).sum()
}

/// A pane whose output is whatever moves its journal on.
struct Stage {
    shared: Shared,
    file: OwnedFd,
    rings: Rings,
    pipe: (OwnedFd, OwnedFd),
    memory: Option<PaneMemory>,
    /// Offset and chunks of the two newest checkpoints, the newest first.
    written: VecDeque<(u64, Range<u64>)>,
    at: u64,
    /// Pages of all but the chunks, once every other page was written.
    frame: u64,
}

impl Stage {
    fn new() -> Stage {
        let (file, rings) = Rings::create(WIDE).expect("memory");
        let pipe = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
        let shared = Shared::new();
        let mut stage =
            Stage { shared, file, rings, pipe, memory: None, written: VecDeque::new(), at: 0, frame: 0 };
        stage.restart();
        for _ in 0..2 {
            stage.checkpoint(FLOOD, 0..0);
        }
        stage.frame = stage.pages();
        stage
    }

    fn pages(&self) -> u64 {
        (rustix::fs::fstat(&self.file).expect("a file").st_blocks * 512) as u64 / PAGE_BYTES as u64
    }

    fn chunk_pages(&self) -> u64 {
        self.pages() - self.frame
    }

    fn named(&self) -> u64 {
        let mut ids: Vec<u64> = self.written.iter().flat_map(|(_, ids)| ids.clone()).collect();
        ids.sort_unstable();
        ids.dedup();
        pages(ids)
    }

    /// A daemon comes after another was killed.
    fn restart(&mut self) {
        self.memory = None;
        let file = self.file.try_clone().expect("a descriptor");
        let bell = self.shared.doorbell.clone();
        let known = self.rings.positions();
        self.memory = Some(PaneMemory::open(file, WIDE, known, bell, 3).expect("memory"));
    }

    fn print(&mut self, bytes: u64) {
        rustix::io::write(&self.pipe.1, &vec![b'x'; bytes as usize]).expect("room");
        let end = self.at + bytes;
        while self.rings.positions().journal_head < end {
            self.rings.fill(self.pipe.0.as_fd());
        }
        self.at = end;
    }

    /// Writes a checkpoint after so many more bytes.
    fn checkpoint(&mut self, bytes: u64, ids: Range<u64>) {
        self.print(bytes);
        let chunks: BTreeMap<u64, Vec<u8>> = ids.clone().map(|id| (id, chunk(id))).collect();
        let memory = self.memory.as_mut().expect("a daemon");
        let mut get = |id: u64| chunks.get(&id).map(Vec::as_slice);
        memory.checkpoint(self.at, b"head", ids.clone(), &mut get).expect("room");
        memory.release(self.at);
        self.written.push_front((self.at, ids));
        self.written.truncate(2);
    }

    /// Begins a checkpoint and is killed when the chunk with this id is asked for.
    fn killed_at(&mut self, ids: Range<u64>, last: u64) {
        let chunks: BTreeMap<u64, Vec<u8>> = ids.clone().map(|id| (id, chunk(id))).collect();
        let mut memory = self.memory.take().expect("a daemon");
        let offset = self.at;
        let mut get = |id: u64| {
            if id == last {
                // Not `panic!`: it would be told of.
                std::panic::resume_unwind(Box::new(()));
            }
            chunks.get(&id).map(Vec::as_slice)
        };
        let killed = catch_unwind(AssertUnwindSafe(|| memory.checkpoint(offset, b"head", ids, &mut get)));
        assert!(killed.is_err(), "the chunk was not asked for");
        drop(memory);
        self.restart();
    }

    /// Both checkpoints are there with every chunk.
    fn check(&self) {
        let memory = self.memory.as_ref().expect("a daemon");
        let mut expected = self.written.iter();
        for checkpoint in memory.checkpoints() {
            let (offset, ids) = expected.next().expect("one that was written");
            assert_eq!(checkpoint.offset, *offset);
            for id in ids.clone() {
                assert!(checkpoint.chunk(id) == Some(chunk(id)), "chunk {id} of {offset}");
            }
        }
        assert!(expected.next().is_none(), "one is missing");
    }

    fn unswept(&self) -> bool {
        let map = memory::map(self.file.as_fd(), PAGE_BYTES).expect("memory");
        map.half(CHUNKS_UNSWEPT).load(Ordering::Relaxed) != 0
    }
}

#[test]
fn a_flood_writes_the_same_pages_again() {
    let mut stage = Stage::new();
    // All as long as a slot, so that each page is seen.
    let whole: Vec<u64> = (0..10_000).filter(|&id| len(id) == CHUNK_BYTES_MAX).collect();
    let bytes = chunk(whole[0]);
    let mut highest = Vec::new();
    for turn in 0..40 {
        stage.print(FLOOD);
        let memory = stage.memory.as_mut().expect("a daemon");
        let ids = turn * 3..turn * 3 + 3;
        memory.checkpoint(stage.at, b"head", ids, &mut |_| Some(bytes.as_slice())).expect("room");
        memory.release(stage.at);
        highest.push(stage.chunk_pages());
    }
    // Two checkpoints with three each, and the three that the next will take.
    let slot = (CHUNK_BYTES_MAX / PAGE_BYTES) as u64;
    assert_eq!(highest[..3], [3 * slot, 6 * slot, 9 * slot]);
    assert!(highest[3..].iter().all(|&pages| pages == 9 * slot), "{highest:?}");
}

#[test]
fn a_pane_that_calms_down_gives_all_back() {
    let mut stage = Stage::new();
    let mut first = 0;
    for turn in 0..30 {
        // Longer and shorter ones in turn in the same slots.
        stage.checkpoint(FLOOD, first..first + 7);
        first += 7;
        stage.check();
        if turn > 3 {
            assert!(stage.chunk_pages() > stage.named(), "nothing is kept: {turn}");
            assert!(stage.unswept());
        }
    }
    stage.checkpoint(CALM, first..first + 2);
    assert_eq!(stage.chunk_pages(), stage.named());
    assert!(!stage.unswept());
    stage.checkpoint(0, first..first + 2);
    assert_eq!(stage.chunk_pages(), pages(first..first + 2));
    stage.check();
}

#[test]
fn no_more_is_kept_than_the_bound() {
    let mut stage = Stage::new();
    let each = 20;
    assert!(each > WARM_SLOTS_MAX as u64);
    let mut most = 0;
    for turn in 0..10 {
        stage.checkpoint(FLOOD, turn * each..(turn + 1) * each);
        most = most.max(stage.chunk_pages() - stage.named());
    }
    let bound = (WARM_SLOTS_MAX * CHUNK_BYTES_MAX / PAGE_BYTES) as u64;
    // And behind named chunks what longer ones left: less than a slot each.
    assert!((1..=2 * bound).contains(&most), "{most} pages");
    let memory = stage.memory.as_mut().expect("a daemon");
    let head = vec![0; WIDE.slot_bytes];
    let bytes = chunk(1);
    let refused = memory.checkpoint(stage.at, &head, 900..930, &mut |_| Some(bytes.as_slice()));
    assert_eq!(refused.map_err(|e| e.kind()), Err(std::io::ErrorKind::FileTooLarge));
    assert_eq!(stage.chunk_pages(), stage.named(), "what was stored for a checkpoint that is none");
    stage.check();
}

#[test]
fn nothing_is_left_behind_by_those_that_are_killed() {
    let seed = 20_261_125;
    println!("seed {seed}");
    let mut random = Random(seed);
    let mut stage = Stage::new();
    let (mut first, mut end, mut kept, mut kills) = (0, 0, 0, 0);
    for step in 0..3000 {
        // Some history stays, some is new; now and then it is cleared.
        end += random.below(6);
        first = first.max(end.saturating_sub(random.below(14))).min(end);
        match random.below(10) {
            0 => {
                stage.restart();
                assert_eq!(stage.chunk_pages(), stage.named(), "step {step}: after a restart");
            }
            1 if end > first => {
                let new = end + 1 + random.below(4);
                stage.killed_at(first..new, end);
                assert_eq!(stage.chunk_pages(), stage.named(), "step {step}: killed while storing");
                // The next may have other chunks by these numbers.
                end = new;
                first = end;
                kills += 1;
            }
            2 | 3 => {
                stage.checkpoint(random.below(FLOOD), first..end);
                assert_eq!(stage.chunk_pages(), stage.named(), "step {step}: calm");
                assert!(!stage.unswept());
            }
            _ => {
                stage.checkpoint(FLOOD + random.below(FLOOD), first..end);
                kept += u64::from(stage.chunk_pages() > stage.named());
            }
        }
        stage.check();
    }
    assert!(kept > 500 && kills > 100, "{kept} floods, {kills} kills");
}

/// A killed daemon's word that there is something to give back may be damaged too: then memory is lost, never a chunk.
#[test]
fn a_sweep_spares_what_is_named() {
    let mut stage = Stage::new();
    stage.checkpoint(FLOOD, 0..9);
    stage.checkpoint(FLOOD, 5..16);
    let map = memory::map(stage.file.as_fd(), PAGE_BYTES).expect("memory");
    for word in [0, 1, u32::MAX] {
        map.half(CHUNKS_UNSWEPT).store(word, Ordering::Relaxed);
        stage.restart();
        stage.check();
    }
    assert_eq!(stage.chunk_pages(), stage.named());
}

/// What a busy pane touched of its journal goes back when all is read; a keeper killed at that takes no zeros for output.
#[test]
fn a_quiet_pane_gives_its_journal_back() {
    let geometry = Geometry { journal_bytes: 32 * PAGE_BYTES, ..WIDE };
    let shared = Shared::new();
    let (file, mut rings) = Rings::create(geometry).expect("memory");
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    let known = rings.positions();
    let opened = file.try_clone().expect("a descriptor");
    let mut memory = PaneMemory::open(opened, geometry, known, shared.doorbell.clone(), 3).expect("memory");
    let pages = || (rustix::fs::fstat(&file).expect("a file").st_blocks * 512) as u64 / PAGE_BYTES as u64;
    let before = pages();
    let print = |rings: &mut Rings, text: &[u8]| {
        let end = rings.positions().journal_head + text.len() as u64;
        rustix::io::write(&write, text).expect("room");
        while rings.positions().journal_head < end {
            rings.fill(read.as_fd());
        }
    };
    for _ in 0..40 {
        print(&mut rings, &[b'x'; PAGE_BYTES - 7]);
        memory.release(rings.positions().journal_head);
    }
    assert!(rings.has_to_return() && pages() >= before + 32, "{} of {before}", pages());
    print(&mut rings, b"unread");
    assert!(!rings.give_back_journal(&file), "something is still to be read");
    assert!(pages() >= before + 32);
    memory.release(rings.positions().journal_head);
    assert!(rings.give_back_journal(&file));
    assert!(!rings.has_to_return() && pages() <= before + 1, "{} of {before}", pages());
    let head = rings.positions().journal_head;
    rings = Rings::rescue(file.as_fd(), geometry, memory.positions(), None).expect("memory");
    assert_eq!(rings.positions().journal_head, head);
    print(&mut rings, "more é".as_bytes());
    let (first, second) = memory.journal().unread(head);
    assert_eq!([first, second].concat(), "more é".as_bytes());
}
