//! Waiting for many descriptors at once (epoll).

use rustix::buffer::spare_capacity;
use rustix::event::Timespec;
use rustix::event::epoll::{self, CreateFlags, EventData, EventFlags};
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::time::Duration;

/// What a descriptor belongs to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Source {
    Signals,
    Link,
    Doorbell,
    LastWords,
    /// A pane's pty, by index.
    Master(usize),
    /// The pipe on which a pane's child says that it could not start.
    Report(usize),
    /// The answer of a program that is to replace us.
    Answer,
    /// A program that is no child of ours, by its process id.
    Orphan(usize),
}

impl Source {
    fn token(self) -> u64 {
        let (kind, index) = match self {
            Source::Signals => (0, 0),
            Source::Link => (1, 0),
            Source::Doorbell => (2, 0),
            Source::LastWords => (3, 0),
            Source::Master(index) => (4, index),
            Source::Report(index) => (5, index),
            Source::Answer => (6, 0),
            Source::Orphan(pid) => (7, pid),
        };
        kind << 32 | index as u64
    }

    fn from_token(token: u64) -> Option<Source> {
        let index = (token & u64::from(u32::MAX)) as usize;
        Some(match token >> 32 {
            0 => Source::Signals,
            1 => Source::Link,
            2 => Source::Doorbell,
            3 => Source::LastWords,
            4 => Source::Master(index),
            5 => Source::Report(index),
            6 => Source::Answer,
            7 => Source::Orphan(index),
            _ => return None,
        })
    }
}

/// What is waited for at a descriptor. A hang-up is always told, so one that is not to be told of is taken out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Interest {
    pub(super) read: bool,
    pub(super) write: bool,
}

impl Interest {
    pub(super) const READ: Interest = Interest { read: true, write: false };

    fn flags(self) -> EventFlags {
        let mut flags = EventFlags::empty();
        flags.set(EventFlags::IN, self.read);
        flags.set(EventFlags::OUT, self.write);
        flags
    }
}

/// Something that happened.
#[derive(Clone, Copy, Debug)]
pub(super) struct Event {
    pub(super) source: Source,
    /// It may be read, or has hung up.
    pub(super) read: bool,
    /// It may be written, or has hung up.
    pub(super) write: bool,
}

/// A set of descriptors.
pub(super) struct Watch {
    epoll: OwnedFd,
    ready: Vec<epoll::Event>,
}

impl Watch {
    pub(super) fn new() -> io::Result<Watch> {
        Ok(Watch { epoll: epoll::create(CreateFlags::CLOEXEC)?, ready: Vec::with_capacity(64) })
    }

    /// Adds a descriptor that is told of as long as it is ready.
    pub(super) fn add(&self, fd: impl AsFd, source: Source, interest: Interest) -> io::Result<()> {
        Ok(epoll::add(&self.epoll, fd, EventData::new_u64(source.token()), interest.flags())?)
    }

    /// Adds an eventfd that is told of each time it is written, and need not be read.
    pub(super) fn add_bell(&self, fd: impl AsFd, source: Source) -> io::Result<()> {
        let flags = EventFlags::IN | EventFlags::ET;
        Ok(epoll::add(&self.epoll, fd, EventData::new_u64(source.token()), flags)?)
    }

    /// Takes a descriptor out.
    pub(super) fn remove(&self, fd: impl AsFd) {
        let _ = epoll::delete(&self.epoll, fd);
    }

    /// Moves a descriptor from one interest to another.
    pub(super) fn change(
        &self,
        fd: impl AsFd,
        source: Source,
        from: Interest,
        to: Interest,
    ) -> io::Result<()> {
        let none = Interest::default();
        let data = EventData::new_u64(source.token());
        match (from == none, to == none) {
            _ if from == to => {}
            (true, _) => epoll::add(&self.epoll, fd, data, to.flags())?,
            (false, true) => epoll::delete(&self.epoll, fd)?,
            (false, false) => epoll::modify(&self.epoll, fd, data, to.flags())?,
        }
        Ok(())
    }

    /// Waits until something happens or the time is over.
    pub(super) fn wait(&mut self, timeout: Option<Duration>, into: &mut Vec<Event>) -> io::Result<()> {
        let timeout =
            timeout.map(|t| Timespec { tv_sec: t.as_secs().cast_signed(), tv_nsec: t.subsec_nanos().into() });
        self.ready.clear();
        match epoll::wait(&self.epoll, spare_capacity(&mut self.ready), timeout.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(e) => return Err(e.into()),
        }
        let gone = EventFlags::HUP | EventFlags::ERR;
        into.extend(self.ready.iter().filter_map(|event| {
            let flags = event.flags;
            Some(Event {
                source: Source::from_token(event.data.u64())?,
                read: flags.intersects(EventFlags::IN | gone),
                write: flags.intersects(EventFlags::OUT | gone),
            })
        }));
        Ok(())
    }
}
