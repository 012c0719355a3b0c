//! The loop's ports onto the real keeper and its shared memory.

use super::ports::{Held, Keeper, KeeperEvent, Memory};
use crate::keeper::link::{self, KeeperLink};
use crate::keeper::pane_memory::PaneMemory;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{InputMark, Program, PtyFacts, Signal};
use abide_core::screen::Screen;
use std::io;
use std::os::fd::BorrowedFd;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;

impl Keeper for KeeperLink {
    type Memory = PaneMemory;

    fn fd(&self) -> BorrowedFd<'_> {
        KeeperLink::fd(self)
    }

    fn events(&mut self) -> io::Result<Vec<KeeperEvent<PaneMemory>>> {
        let events = KeeperLink::events(self)?;
        let told = |event| match event {
            link::KeeperEvent::Opened { pane, pid, tty, memory, wake } => {
                KeeperEvent::Opened { pane, facts: PtyFacts { pid, tty }, memory, wake }
            }
            link::KeeperEvent::OpenFailed { pane, why } => KeeperEvent::OpenFailed { pane, why },
            link::KeeperEvent::Exited { pane, status, end } => KeeperEvent::Exited { pane, status, end },
            link::KeeperEvent::Ending { why } => KeeperEvent::Ending(why),
            link::KeeperEvent::Replaced(outcome) => KeeperEvent::Replaced(outcome),
            link::KeeperEvent::Next(outcome) => KeeperEvent::Next(outcome),
            link::KeeperEvent::Refused { why } => KeeperEvent::Refused(why),
        };
        Ok(events.into_iter().map(told).collect())
    }

    fn spawn(&mut self, pane: PaneId, program: &Program, size: Size) -> io::Result<()> {
        match KeeperLink::spawn(self, pane, program, size) {
            // The keeper is gone. The program could be started, but not by it: whoever takes over finds the pane in the
            // structure record, and starts it.
            Err(fault) if fault.kind() == io::ErrorKind::BrokenPipe => Ok(()),
            outcome => outcome,
        }
    }

    fn resize(&mut self, pane: PaneId, size: Size) -> io::Result<()> {
        KeeperLink::resize(self, pane, size)
    }

    fn signal(&mut self, pane: PaneId, signal: Signal) -> io::Result<()> {
        KeeperLink::signal(self, pane, signal)
    }

    fn acknowledge_exit(&mut self, pane: PaneId) -> io::Result<()> {
        KeeperLink::acknowledge_exit(self, pane)
    }

    fn release(&mut self, pane: PaneId) -> io::Result<()> {
        KeeperLink::release(self, pane)
    }

    fn replace(&mut self, program: &str) -> io::Result<()> {
        KeeperLink::replace(self, Path::new(program))
    }

    fn next(&mut self, program: &str) -> io::Result<()> {
        KeeperLink::next(self, program)
    }

    fn take_over(&mut self) -> io::Result<()> {
        KeeperLink::take_over(self)
    }

    fn shutdown(&mut self) -> io::Result<()> {
        KeeperLink::shutdown(self)
    }

    fn drained(&mut self) -> io::Result<()> {
        KeeperLink::drained(self)
    }

    fn ring_doorbell(&self) {
        KeeperLink::ring_doorbell(self);
    }

    fn write_structure(&mut self, record: &[u8]) -> io::Result<()> {
        self.structure().write(record)
    }

    fn take_its_place(&self, listener: BorrowedFd<'_>, panes: &[Held<'_, PaneMemory>]) -> io::Error {
        let held = panes.iter().map(|&(pane, memory, wake)| link::HeldPane { pane, memory, wake });
        KeeperLink::take_its_place(self, listener, &held.collect::<Vec<_>>())
    }
}

impl Memory for PaneMemory {
    fn unread(&self, from: u64) -> (&[u8], &[u8]) {
        self.journal().unread(from)
    }

    fn head(&self) -> u64 {
        self.journal().head()
    }

    fn tail(&self) -> u64 {
        self.journal().tail()
    }

    fn journal_bytes_max(&self) -> u64 {
        self.journal().capacity()
    }

    fn release(&mut self, to: u64) {
        PaneMemory::release(self, to);
    }

    fn input_record_bytes_max(&self) -> usize {
        PaneMemory::input_record_bytes_max(self)
    }

    fn publish(&mut self, mark: InputMark, bytes: &[u8]) -> bool {
        self.input().publish(mark, bytes).is_ok()
    }

    fn checkpoint(&mut self, offset: u64, screen: &Screen) -> io::Result<()> {
        PaneMemory::checkpoint(self, offset, &screen.head(), screen.chunk_ids(), &mut |id| screen.chunk(id))
    }

    fn restored(&self) -> Option<(u64, Screen)> {
        self.checkpoints().find_map(|checkpoint| {
            let restore = || Screen::restore(&checkpoint.head, &mut |id| checkpoint.chunk(id).into());
            let fault = match catch_unwind(AssertUnwindSafe(restore)) {
                Ok(Ok(screen)) => return Some((checkpoint.offset, screen)),
                Ok(Err(fault)) => format!("{fault:?}"),
                Err(_) => "reading it failed".to_owned(),
            };
            log::error!("a checkpoint at {} makes no sense: {fault}", checkpoint.offset);
            None
        })
    }
}
