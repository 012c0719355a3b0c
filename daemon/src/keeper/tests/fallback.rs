//! A checkpoint that is whole but no screen: the one before it counts.

use super::{Geometry, PaneMemory, SMALL, Shared};
use crate::keeper::rings::Rings;
use crate::reactor::ports::Memory;
use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use rustix::pipe::{PipeFlags, pipe_with};
use std::os::fd::AsFd;

const ROOMY: Geometry = Geometry { slot_bytes: 64 * 1024, ..SMALL };

fn screen(text: &str) -> Screen {
    let mut screen = Screen::new(Size { cols: 20, rows: 3 }, 100);
    screen.feed(text.as_bytes());
    screen
}

#[test]
fn a_checkpoint_that_makes_no_sense_leaves_the_one_before_it() {
    let shared = Shared::new();
    let (file, mut rings) = Rings::create(ROOMY).expect("memory");
    let (read, write) = pipe_with(PipeFlags::CLOEXEC | PipeFlags::NONBLOCK).expect("a pipe");
    rustix::io::write(&write, &[b'o'; 30]).expect("room");
    rings.fill(read.as_fd());
    let mut open = || {
        let file = file.try_clone().expect("a descriptor");
        PaneMemory::open(file, ROOMY, rings.positions(), shared.doorbell.clone(), 3).expect("memory")
    };
    let mut memory = open();
    Memory::checkpoint(&mut memory, 10, &screen("first")).expect("room");
    Memory::release(&mut memory, 10);
    Memory::checkpoint(&mut memory, 20, &screen("second")).expect("room");
    let row = |found: Option<(u64, Screen)>| found.map(|(at, screen)| (at, screen.row(0).text()));
    assert_eq!(row(open().restored()), Some((20, "second".to_owned())));

    // Whole by its checksum, and of some other time.
    let mut memory = open();
    PaneMemory::checkpoint(&mut memory, 30, b"ABSC\xff of another version", 0..0, &mut |_| None)
        .expect("room");
    let next = open();
    assert_eq!(next.latest().map(|c| c.offset), Some(30), "it is whole");
    assert_eq!(row(next.restored()), Some((20, "second".to_owned())));
    assert_eq!(Memory::tail(&next), 10, "what came since is read on from there");

    // Both: none, and no panic.
    let mut memory = open();
    PaneMemory::checkpoint(&mut memory, 30, b"", 0..0, &mut |_| None).expect("room");
    assert!(open().restored().is_none());
}
