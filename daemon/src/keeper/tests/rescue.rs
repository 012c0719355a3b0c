//! Rings as a keeper that was killed left them: what it had read and written is found, but for the words that it did
//! not come to write.

use super::{Random, SMALL, Shared};
use crate::keeper::layout;
use crate::keeper::limits::INPUT_HEADER_BYTES;
use crate::keeper::pane_memory::Positions;
use crate::keeper::position;
use crate::keeper::rings::{Drained, Filled, Rings};
use crate::keeper::sluice::Sluice;
use crate::os::memory;
use abide_core::boundary::InputMark;
use rustix::pipe::{PipeFlags, pipe_with};
use std::os::fd::AsFd;
use std::sync::Arc;

/// Text with bytes of each length that UTF-8 has.
fn text(len: u64, random: &mut Random) -> Vec<u8> {
    let mut text = String::new();
    while (text.len() as u64) < len {
        text.push(['x', '\n', 'é', '日', '\u{1f600}', '\0', '\u{7f}', '\u{ff}'][random.below(8) as usize]);
    }
    text.into_bytes()
}

#[test]
fn what_was_read_and_not_counted_is_found() {
    println!("seed 31");
    let mut random = Random(31);
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    let Shared { mut rings, file, .. } = shared;
    let map = memory::map(file.as_fd(), SMALL.slots()).expect("memory");
    let (mut at, mut found) = (0, 0);
    for round in 0..3000 {
        let len = [1, 5, 70, 3000][random.below(4) as usize];
        let piece = text(1 + random.below(len), &mut random);
        rustix::io::write(&write, &piece).expect("room");
        // Killed before the head moved, now and then.
        let before = map.word(layout::JOURNAL_HEAD).load(std::sync::atomic::Ordering::Relaxed);
        let mut got = Vec::new();
        while got.len() < piece.len() {
            match rings.fill(read.as_fd()) {
                Filled::Bytes(_) => {}
                other => panic!("{other:?}"),
            }
            let killed = random.below(3) == 0;
            if killed {
                map.word(layout::JOURNAL_HEAD).store(before, std::sync::atomic::Ordering::Relaxed);
            }
            if killed || random.below(50) == 0 {
                found += u64::from(killed);
                let known = memory.positions();
                rings = Rings::rescue(file.as_fd(), SMALL, known, None).expect("memory");
                rings.republish();
            }
            let (first, second) = memory.journal().unread(at);
            got.extend([first, second].concat());
            at = memory.journal().head();
            if killed {
                // The head from before is older than what was read since: the next one killed is another.
                break;
            }
        }
        let rest = piece.len() - got.len();
        // What was not read yet is read now.
        let mut rest_read = vec![0; rest];
        if rest > 0 {
            assert_eq!(rustix::io::read(&read, &mut rest_read).expect("the rest"), rest);
            got.extend(rest_read);
        }
        assert!(got == piece, "round {round}: {} bytes of {}", got.len(), piece.len());
        memory.release(at);
    }
    assert!(found > 500, "{found}");
}

#[test]
fn input_goes_on_where_it_stopped() {
    println!("seed 37");
    let mut random = Random(37);
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let Shared { mut rings, file, .. } = shared;
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    // So that a record is seldom taken in one piece.
    let _ = rustix::pipe::fcntl_setpipe_size(&write, 4096);
    let (mut sent, mut taken) = (Vec::new(), Vec::new());
    for seq in 1..4000 {
        let piece = text(random.below(900), &mut random);
        if memory.input().publish(InputMark { client: 1, seq }, &piece).is_ok() {
            sent.extend(piece);
        }
        let _ = rings.drain(write.as_fd());
        if random.below(2) == 0 {
            rings = Rings::rescue(file.as_fd(), SMALL, memory.positions(), None).expect("memory");
        }
        let mut bytes = vec![0; random.below(2500) as usize + 1];
        if let Ok(n) = rustix::io::read(&read, &mut bytes) {
            taken.extend_from_slice(&bytes[..n]);
        }
    }
    while rings.drain(write.as_fd()) != Drained::Empty || taken.len() < sent.len() {
        let mut bytes = [0; 4096];
        if let Ok(n) = rustix::io::read(&read, &mut bytes) {
            taken.extend_from_slice(&bytes[..n]);
        }
    }
    assert!(sent == taken, "{} bytes sent, {} taken", sent.len(), taken.len());
}

/// Killed at each of the steps in which input goes through the sluice.
#[test]
fn what_was_written_and_not_counted_is_found() {
    println!("seed 41");
    let mut random = Random(41);
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let Shared { mut rings, file, .. } = shared;
    let map = memory::map(file.as_fd(), SMALL.slots()).expect("memory");
    let word = |at: usize| map.word(at);
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    let (mut sent, mut taken) = (Vec::new(), Vec::new());
    for seq in 1..3000 {
        let piece = text(1 + random.below(900), &mut random);
        memory.input().publish(InputMark { client: 1, seq }, &piece).expect("room");
        sent.extend_from_slice(&piece);
        let sluice = Arc::new(Sluice::new().expect("a pipe"));
        // Some way into the record.
        let start = rings.positions().input_tail;
        let content = start + INPUT_HEADER_BYTES as u64;
        position::publish(word(layout::INPUT_RECORD), start);
        position::publish(word(layout::INPUT_TAIL), content);
        let put_in = random.below(piece.len() as u64 + 1) as usize;
        rustix::io::write(sluice.inlet().expect("it is of use"), &piece[..put_in]).expect("room");
        let step = random.below(4);
        if step > 0 {
            position::publish(word(layout::INPUT_GIVEN), content + put_in as u64);
        }
        let went = if step > 1 { random.below(put_in as u64 + 1) as usize } else { 0 };
        if went > 0 {
            assert_eq!(sluice.pass(write.as_fd(), went).expect("room"), went);
        }
        if step > 2 {
            position::publish(word(layout::INPUT_TAIL), content + went as u64);
        }
        let held = crate::keeper::sluice::held(sluice.outlet.as_fd()).expect("a number");
        rings = Rings::rescue(file.as_fd(), SMALL, memory.positions(), Some(held)).expect("memory");
        rings.republish();
        rings.sluice = Sluice::new().ok().map(Arc::new);
        assert_eq!(rings.drain(write.as_fd()), Drained::Empty);
        let mut bytes = vec![0; 8192];
        let n = rustix::io::read(&read, &mut bytes).expect("what was written");
        taken.extend_from_slice(&bytes[..n]);
        assert!(sent == taken, "at {seq}, killed after step {step}, {went} of {put_in} bytes went");
    }
}

#[test]
fn damaged_words_are_replaced_by_what_the_daemon_knew() {
    let shared = Shared::new();
    let mut memory = shared.open(Positions::default());
    let Shared { mut rings, file, .. } = shared;
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    rustix::io::write(&write, b"ten bytes!").expect("room");
    assert!(matches!(rings.fill(read.as_fd()), Filled::Bytes(10)));
    memory.input().publish(InputMark { client: 1, seq: 1 }, b"typed").expect("room");
    assert_eq!(memory.journal().head(), 10);
    let map = memory::map(file.as_fd(), SMALL.slots()).expect("memory");
    for word in [
        layout::JOURNAL_HEAD,
        layout::JOURNAL_BLANK,
        layout::JOURNAL_TAIL,
        layout::INPUT_HEAD,
        layout::INPUT_TAIL,
        layout::INPUT_RECORD,
        layout::INPUT_GIVEN,
    ] {
        for damage in [0, u64::MAX, position::encode(1 << 50), position::encode(1)] {
            let word = map.word(word);
            let before = word.swap(damage, std::sync::atomic::Ordering::Relaxed);
            let mut rings = Rings::rescue(file.as_fd(), SMALL, memory.positions(), Some(3)).expect("memory");
            let at = rings.positions();
            assert!(at.journal_head >= 10 && at.journal_tail <= at.journal_head, "{at:?}");
            assert!(at.input_tail <= at.input_head, "{at:?}");
            // Whatever it makes of it, it ends.
            let (_read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
            let _ = rings.drain(write.as_fd());
            rings.republish();
            word.store(before, std::sync::atomic::Ordering::Relaxed);
        }
    }
    assert_eq!(INPUT_HEADER_BYTES, 32);
}
