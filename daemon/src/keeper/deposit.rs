//! What the service manager holds for us: systemd's descriptor store, a third holder beside keeper and daemon.
//!
//! Everything is given to it under a name of its own. Names say what the next keeper can't learn from the descriptor:
//!
//! ```text
//! control                      the memory that is nobody's pane
//! sluice                       the outlet of the pipe for input
//! pane-ID-memory-INDEX         of each pane: its memory, its pty, a pidfd of its program
//! pane-ID-master
//! pane-ID-process-PID
//! ```
//!
//! The manager does not answer, and may not have room at the moment: what it has not taken waits here. It is asked not to
//! watch the descriptors (`FDPOLL=0`): else it drops a pty as soon as its program has ended, unread bytes or not.

use super::limits::{DEPOSIT_AGAIN_MS, DEPOSIT_MOVES_MAX};
use super::pane::Pane;
use super::process::Keeper;
use crate::os::manager::Manager;
use abide_core::base::ids::PaneId;
use std::collections::{BTreeMap, VecDeque};
use std::fmt;
use std::os::fd::{AsFd, OwnedFd};
use std::rc::Rc;
use std::time::{Duration, Instant};

/// What is held.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Thing {
    /// Memory that is nobody's pane.
    Control,
    /// The outlet of the pipe for input.
    Sluice,
    /// A pane's memory; the pane's index.
    Memory(PaneId, u32),
    /// Its pty.
    Master(PaneId),
    /// A pidfd of its program; the process id.
    Process(PaneId, u32),
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Thing::Control => f.write_str("control"),
            Thing::Sluice => f.write_str("sluice"),
            Thing::Memory(pane, index) => write!(f, "pane-{}-memory-{index}", pane.0),
            Thing::Master(pane) => write!(f, "pane-{}-master", pane.0),
            Thing::Process(pane, pid) => write!(f, "pane-{}-process-{pid}", pane.0),
        }
    }
}

impl Thing {
    /// By its name; none for a name that is not ours.
    pub(super) fn named(name: &str) -> Option<Thing> {
        let mut words = name.split('-');
        let number = |words: &mut std::str::Split<'_, char>| words.next()?.parse::<u32>().ok();
        let thing = match words.next()? {
            "control" => Thing::Control,
            "sluice" => Thing::Sluice,
            "pane" => {
                let pane = PaneId(number(&mut words)?);
                match words.next()? {
                    "memory" => Thing::Memory(pane, number(&mut words)?),
                    "master" => Thing::Master(pane),
                    "process" => Thing::Process(pane, number(&mut words)?),
                    _ => return None,
                }
            }
            _ => return None,
        };
        // As we write it, and in no other way.
        (thing.to_string() == name).then_some(thing)
    }
}

#[derive(Debug)]
enum Move {
    Say(Vec<String>),
    Give(Thing),
    TakeBack(Thing),
}

/// What it holds, and what it has still to be told.
#[derive(Debug, Default)]
pub(super) struct Deposit {
    /// With the descriptor while it has not been told.
    held: BTreeMap<Thing, Option<Rc<OwnedFd>>>,
    moves: VecDeque<Move>,
    /// When to try again, while it takes no more.
    again: Option<Instant>,
}

impl Deposit {
    /// It is to hold this.
    pub(super) fn give(&mut self, thing: Thing, descriptor: Rc<OwnedFd>) {
        // Beyond that somebody reads so slowly that a third holder is none.
        if self.moves.len() < DEPOSIT_MOVES_MAX && !self.held.contains_key(&thing) {
            self.held.insert(thing, Some(descriptor));
            self.moves.push_back(Move::Give(thing));
        }
    }

    /// It is to hold this no longer.
    pub(super) fn take_back(&mut self, thing: Thing) {
        // What only waits to be given is passed over.
        let told = self.held.remove(&thing).is_some_and(|waits| waits.is_none());
        if told {
            self.moves.push_back(Move::TakeBack(thing));
        }
    }

    /// Whoever was here before gave it this, and it is of no use now.
    pub(super) fn is_of_no_use(&mut self, thing: Thing) {
        if !self.held.contains_key(&thing) {
            self.moves.push_back(Move::TakeBack(thing));
        }
    }

    /// It is to hold nothing any longer. What everything else hangs on goes first.
    pub(super) fn take_all_back(&mut self) {
        let told = std::mem::take(&mut self.held).into_iter().filter(|(_, waits)| waits.is_none());
        self.moves.extend(told.map(|(thing, _)| Move::TakeBack(thing)));
    }

    /// It is to be told this, when it has room again.
    pub(super) fn say(&mut self, lines: &[String]) {
        if self.moves.len() < DEPOSIT_MOVES_MAX {
            self.moves.push_back(Move::Say(lines.to_vec()));
        }
    }

    /// Nothing waits to be told.
    pub(super) fn is_settled(&self) -> bool {
        self.moves.is_empty()
    }

    /// When to tell it the rest.
    pub(super) fn look_at(&self) -> Option<Instant> {
        self.again
    }

    /// Tells it what it takes now.
    pub(super) fn tell(&mut self, manager: &Manager, now: Instant) {
        self.again = None;
        while let Some(next) = self.moves.front() {
            let (lines, descriptor) = match next {
                Move::Say(lines) => (lines.clone(), None),
                Move::Give(thing) => {
                    let Some(Some(descriptor)) = self.held.get(thing) else {
                        self.moves.pop_front();
                        continue;
                    };
                    let name = format!("FDNAME={thing}");
                    (vec!["FDSTORE=1".to_owned(), name, "FDPOLL=0".to_owned()], Some(descriptor.as_fd()))
                }
                Move::TakeBack(thing) => {
                    (vec!["FDSTOREREMOVE=1".to_owned(), format!("FDNAME={thing}")], None)
                }
            };
            if !manager.tell(&lines, descriptor) {
                self.again = Some(now + Duration::from_millis(DEPOSIT_AGAIN_MS));
                return;
            }
            if let Some(Move::Give(thing)) = self.moves.pop_front() {
                self.held.insert(thing, None);
            }
        }
    }
}

impl Keeper {
    /// What is to be held by the service manager, all of it.
    pub(super) fn deposit_all(&mut self) {
        if !self.supervised.is_there() {
            return;
        }
        self.supervised.give(Thing::Control, &self.control);
        if let Some(outlet) = self.sluice.as_ref().and_then(|sluice| sluice.outlet.try_clone().ok()) {
            // Each keeper has a pipe of its own: that of the one before is not to be taken for it.
            self.supervised.held_before(&[Thing::Sluice]);
            self.supervised.give(Thing::Sluice, &Rc::new(outlet));
        }
        (0..self.panes.len()).for_each(|index| self.deposit(index));
    }

    /// What is to be held of a pane whose program runs or ran.
    pub(super) fn deposit(&mut self, index: usize) {
        if !self.supervised.is_there() {
            return;
        }
        let Some(Some(pane)) = self.panes.get(index).filter(|p| p.as_ref().is_some_and(Pane::opened)) else {
            return;
        };
        let (id, pid, runs) = (pane.id, pane.pid, pane.runs());
        let (memory, master) = (Rc::clone(&pane.memory), pane.master.clone());
        self.supervised.give(Thing::Memory(id, index as u32), &memory);
        if let Some((master, process)) = master.zip(runs.then(|| self.pidfd(pid)).flatten()) {
            self.supervised.give(Thing::Master(id), &master);
            self.supervised.give(Thing::Process(id, pid.cast_unsigned()), &process);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn things() -> [Thing; 5] {
        let pane = PaneId(7);
        [
            Thing::Control,
            Thing::Sluice,
            Thing::Memory(pane, 2),
            Thing::Master(pane),
            Thing::Process(pane, 1234),
        ]
    }

    fn descriptor() -> Rc<OwnedFd> {
        Rc::new(crate::os::memory::create("abide-test", 4096).expect("a descriptor"))
    }

    #[test]
    fn names_there_and_back() {
        for thing in things() {
            assert_eq!(Thing::named(&thing.to_string()), Some(thing));
        }
        for name in [
            "",
            "controls",
            "control-1",
            "pane-07-master",
            "pane--1-master",
            "pane-7",
            "pane-7-memory",
            "unknown",
        ] {
            assert_eq!(Thing::named(name), None, "{name}");
        }
    }

    #[test]
    fn what_nobody_takes_is_bounded_and_what_was_not_told_is_let_go() {
        let (mut deposit, file) = (Deposit::default(), descriptor());
        for n in 0..2 * DEPOSIT_MOVES_MAX as u32 {
            deposit.give(Thing::Master(PaneId(n)), Rc::clone(&file));
        }
        assert_eq!(deposit.moves.len(), DEPOSIT_MOVES_MAX);
        for n in 0..2 * DEPOSIT_MOVES_MAX as u32 {
            deposit.take_back(Thing::Master(PaneId(n)));
        }
        assert_eq!(Rc::strong_count(&file), 1, "nobody holds on to a pty that is closed");
        // Nobody listens at all.
        let begun = Instant::now();
        deposit.tell(&Manager::default(), begun);
        assert!(deposit.is_settled() && deposit.look_at().is_none());
    }
}
