//! Keeper's and daemon's side in two threads, with rings so small that each is full and empty all the time: every
//! byte comes once and in order, and no wake is lost.

use super::{Random, Shared};
use crate::keeper::layout::Geometry;
use crate::keeper::pane_memory::Positions;
use crate::keeper::rings::{Drained, Filled};
use crate::keeper::sluice::Sluice;
use abide_core::boundary::InputMark;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::pipe::{PipeFlags, pipe_with};
use std::io::Read;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::Arc;
use std::thread;

/// What is written at a position.
fn byte(position: u64) -> u8 {
    (position ^ (position >> 8).wrapping_mul(31) ^ (position >> 16)) as u8
}

/// Waits for a wake; a lost one would make it wait for ever.
fn await_wake(bell: &OwnedFd) {
    let timeout = Timespec { tv_sec: 20, tv_nsec: 0 };
    let woken = poll(&mut [PollFd::new(bell, PollFlags::IN)], Some(&timeout)).expect("poll");
    assert_eq!(woken, 1, "a wake was lost");
    let _ = rustix::io::read(bell, &mut [0; 8]);
}

#[test]
fn output_comes_once_and_in_order() {
    const BYTES: u64 = 3_000_000;
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let Shared { mut rings, table, bell, doorbell, .. } = shared;
    let wake = rustix::event::eventfd(0, rustix::event::EventfdFlags::CLOEXEC).expect("a bell");
    let kicks = wake.try_clone().expect("a bell");
    let (read, write) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
    rustix::io::ioctl_fionbio(&read, true).expect("a pipe that does not wait");

    let program = thread::spawn(move || {
        let (mut random, mut at) = (Random(11), 0);
        while at < BYTES {
            let n = (random.below(3000) + 1).min(BYTES - at);
            let piece: Vec<u8> = (at..at + n).map(byte).collect();
            let mut rest = piece.as_slice();
            while !rest.is_empty() {
                let n = rustix::io::write(&write, rest).expect("a reader");
                rest = &rest[n..];
            }
            at += n;
        }
    });
    let keeper = thread::spawn(move || {
        loop {
            match rings.fill(read.as_fd()) {
                Filled::Bytes(_) => {
                    if rings.daemon_waits() {
                        rustix::io::write(&kicks, &1_u64.to_ne_bytes()).expect("a wake");
                    }
                }
                Filled::Full if rings.wait_for_room() => {
                    while !rings.has_room() {
                        await_wake(&bell);
                        let mut marked = Vec::new();
                        table.take(&mut marked);
                        assert!(marked.is_empty() || marked == [3]);
                    }
                }
                Filled::Full => {}
                Filled::Nothing => {
                    let _ = poll(&mut [PollFd::new(&read, PollFlags::IN)], None);
                }
                Filled::Ended => return,
            }
        }
    });
    let (mut at, mut random) = (0, Random(12));
    while at < BYTES {
        let (first, second) = memory.journal().unread(at);
        let n = first.len() + second.len();
        let wrong = first.iter().chain(second).zip(at..).find(|&(b, p)| *b != byte(p));
        assert_eq!(wrong, None, "at {at}");
        if n == 0 {
            await_wake(&wake);
        }
        at += n as u64;
        if n == 0 || random.below(3) == 0 || at - memory.journal().tail() == memory.journal().capacity() {
            memory.release(at);
            doorbell.ring();
        }
    }
    assert_eq!(memory.journal().head(), BYTES);
    program.join().expect("the program");
    keeper.join().expect("the keeper");
}

#[test]
fn input_comes_once_and_in_order() {
    input(None);
}

#[test]
fn input_comes_once_and_in_order_through_the_sluice() {
    input(Some(Arc::new(Sluice::new().expect("a pipe"))));
}

fn input(sluice: Option<Arc<Sluice>>) {
    const RECORDS: u64 = 30_000;
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let Shared { mut rings, table, bell, doorbell, .. } = shared;
    rings.sluice = sluice;
    let (mut read, write) = std::io::pipe().expect("a pipe");
    rustix::io::ioctl_fionbio(&write, true).expect("a pipe that does not wait");

    let program = thread::spawn(move || {
        let (mut at, mut piece) = (0_u64, [0; 777]);
        loop {
            let n = read.read(&mut piece).expect("input");
            if n == 0 {
                return at;
            }
            for &b in &piece[..n] {
                assert_eq!(b, byte(at), "at {at}");
                at += 1;
            }
        }
    });
    let keeper = thread::spawn(move || {
        let mut marked = Vec::new();
        loop {
            while rings.drain(write.as_fd()) == Drained::Blocked {
                let _ = poll(&mut [PollFd::new(&write, PollFlags::OUT)], None);
            }
            if marked.contains(&9) {
                return;
            }
            await_wake(&bell);
            table.take(&mut marked);
        }
    });
    let (mut random, mut at) = (Random(13), 0);
    for seq in 1..=RECORDS {
        let n = match random.below(20) {
            0 => 3000,
            1 => 0,
            _ => random.below(40),
        };
        let bytes: Vec<u8> = (at..at + n).map(byte).collect();
        while memory.input().publish(InputMark { client: seq % 5, seq }, &bytes).is_err() {
            doorbell.ring();
            assert!(!keeper.is_finished(), "the keeper has ended early");
            thread::yield_now();
        }
        at += n;
        if random.below(2) == 0 {
            doorbell.ring();
        }
    }
    // The end, by a pane that is not there.
    doorbell.mark(9);
    doorbell.ring();
    keeper.join().expect("the keeper");
    assert_eq!(program.join().expect("the program"), at);
    let mut marks = memory.input().marks();
    marks.sort_unstable();
    assert_eq!(marks.iter().map(|m| m.0).collect::<Vec<_>>(), [0, 1, 2, 3, 4]);
    assert!(marks.iter().all(|&(c, s)| s % 5 == c && s > RECORDS - 5), "{marks:?}");
}

#[test]
fn a_client_used_longest_ago_makes_room_and_the_daemon_never_does() {
    let mut shared = Shared::new();
    let (_read, write) = pipe_with(PipeFlags::CLOEXEC).expect("a pipe");
    let mut memory = shared.open(Positions::default());
    let mut publish = |memory: &mut super::PaneMemory, client, seq| {
        memory.input().publish(InputMark { client, seq }, b"").expect("room");
        assert_eq!(shared.rings.drain(write.as_fd()), Drained::Empty);
    };
    publish(&mut memory, 0, 5);
    for client in 1..=300 {
        publish(&mut memory, client, client * 10);
        publish(&mut memory, 1, 10 + client);
    }
    // A smaller number than is known changes nothing.
    publish(&mut memory, 1, 3);
    let mut marks = memory.input().marks();
    marks.sort_unstable();
    assert_eq!(marks.len(), crate::keeper::limits::MARKS_MAX);
    assert_eq!(marks.first(), Some(&(0, 5)));
    assert_eq!(marks.get(1), Some(&(1, 310)));
    assert_eq!(marks.get(2), Some(&(175, 1750)));
    assert_eq!(marks.last(), Some(&(300, 3000)));
    // The next daemon knows them too.
    let mut next = shared.open(Positions::default()).input().marks();
    next.sort_unstable();
    assert_eq!(next, marks);
}

/// A ring that never gets round gives the memory of what was read back, and never of what was not.
#[test]
fn input_that_was_read_gives_its_memory_back() {
    const LARGE: Geometry = Geometry { input_bytes: 4 << 20, ..super::SMALL };
    let (file, mut rings) = crate::keeper::rings::Rings::create(LARGE).expect("memory");
    let shared = Shared::new();
    let open = |file: &OwnedFd| {
        let file = file.try_clone().expect("a descriptor");
        super::PaneMemory::open(file, LARGE, Positions::default(), shared.doorbell.clone(), 3)
            .expect("memory")
    };
    let kept = |file: &OwnedFd| rustix::fs::fstat(file).expect("a file").st_blocks * 512;
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    let mut random = Random(14);
    let (mut memory, mut written, mut taken, mut most) = (open(&file), 0_u64, 0_u64, 0);
    let mut buffer = vec![0; 65536];
    for seq in 1..=1500 {
        // Sometimes nearly all of the ring is unread, most times little.
        let want = if seq % 300 < 40 { 120_000 } else { random.below(9000) };
        let bytes: Vec<u8> = (written..written + want).map(byte).collect();
        if memory.input().publish(InputMark { client: 1, seq }, &bytes).is_ok() {
            written += want;
        }
        while seq % 300 >= 40 && taken < written {
            rings.drain(write.as_fd());
            let n = rustix::io::read(&read, &mut buffer).expect("input");
            let wrong = buffer[..n].iter().zip(taken..).find(|&(b, p)| *b != byte(p));
            assert_eq!(wrong, None, "at {taken}");
            taken += n as u64;
        }
        if random.below(50) == 0 {
            memory = open(&file);
        }
        if seq % 300 == 299 {
            // The next record looks at how far was read.
            memory.checkpoint(0, b"head", 0..0, &mut |_| None).expect("room");
            most = most.max(kept(&file));
        }
    }
    assert!(written > 3 * LARGE.input_bytes as u64, "it went round: {written}");
    assert!(most < 300_000, "{most} bytes are kept");
}
