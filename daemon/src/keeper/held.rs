//! A keeper goes on from what the service manager held: keeper and daemon were lost together, and the programs live.
//!
//! As in a rescue (`rescue`) the rings are looked through for what was done last; the daemon that is started finds its
//! structure and checkpoints in the memories, as after any crash. What can't be held (the socket and its lock, the
//! eventfds) is made anew: nobody has the old ones any more, else this keeper would not have the lock.

use super::KeeperConfig;
use super::deposit::Thing;
use super::handover::{Estate, Handover, KeeperPart, PanePart, ProgramPart};
use super::layout::Geometry;
use super::limits::{DEPOSIT_THINGS_MAX, PANES_MAX};
use super::process::settle;
use super::resume::Descriptors;
use crate::os::manager;
use crate::os::memory::{self, PAGE_BYTES};
use crate::os::socket::Listening;
use crate::os::sys::inherited;
use abide_core::base::ids::PaneId;
use abide_core::boundary::ExitStatus;
use rustix::event::EventfdFlags;
use std::collections::BTreeMap;
use std::ffi::{OsStr, OsString};
use std::os::fd::{AsFd, AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::OsStrExt;

/// What was held of a pane.
#[derive(Debug, Default)]
struct HeldPane {
    memory: Option<(OwnedFd, u32)>,
    master: Option<OwnedFd>,
    process: Option<(OwnedFd, u32)>,
}

/// What was held.
#[derive(Debug, Default)]
pub(super) struct Held {
    control: Option<OwnedFd>,
    sluice: Option<OwnedFd>,
    panes: BTreeMap<PaneId, HeldPane>,
    /// Every name that was ours.
    pub(super) things: Vec<Thing>,
}

impl Held {
    /// What this process was started with, if a manager says so. Descriptors of other names are closed: nothing here
    /// would know what to do with them.
    pub(super) fn take(variable: &dyn Fn(&str) -> Option<OsString>, pid: u32) -> Held {
        let named = manager::handed(variable, pid, DEPOSIT_THINGS_MAX);
        let opened = named.into_iter().filter_map(|(number, name)| Some((inherited(number).ok()?, name)));
        Held::of(opened)
    }

    fn of(named: impl Iterator<Item = (OwnedFd, String)>) -> Held {
        let mut held = Held::default();
        for (descriptor, name) in named {
            let Some(thing) = Thing::named(&name) else {
                log::warn!("descriptor `{}` of the service manager: not one of ours", name.escape_debug());
                continue;
            };
            held.things.push(thing);
            if matches!(thing, Thing::Memory(_, index) if index as usize >= PANES_MAX) {
                continue;
            }
            match thing {
                Thing::Control => held.control = Some(descriptor),
                Thing::Sluice => held.sluice = Some(descriptor),
                Thing::Memory(pane, index) => {
                    held.panes.entry(pane).or_default().memory = Some((descriptor, index));
                }
                Thing::Master(pane) => held.panes.entry(pane).or_default().master = Some(descriptor),
                Thing::Process(pane, pid) => {
                    held.panes.entry(pane).or_default().process = Some((descriptor, pid));
                }
            }
        }
        held
    }

    /// Whether a server can go on from it.
    pub(super) fn is_a_server(&self) -> bool {
        self.control.is_some() && self.panes.values().any(|pane| pane.memory.is_some())
    }

    /// The record from which a keeper goes on, and the descriptors that it names.
    ///
    /// # Errors
    /// When the system has no more descriptors.
    pub(super) fn record(
        self,
        config: &KeeperConfig,
        listening: Listening,
    ) -> Result<(Handover, Descriptors), String> {
        let original = settle();
        let word = |word: &OsStr| word.as_bytes().to_vec();
        let estate = Estate {
            socket: word(config.socket.as_os_str()),
            identity: listening.identity(),
            program: word(config.program.as_os_str()),
            arguments: config.arguments.iter().map(|w| word(w)).collect(),
            resume: config.resume.iter().map(|w| word(w)).collect(),
            foreground: config.foreground,
            open_files: original.open_files,
            oom_score: original.oom_score,
        };
        let mut handed = Descriptors::new();
        let mut hand = |descriptor: OwnedFd| -> RawFd {
            let number = descriptor.as_raw_fd();
            handed.insert(number, descriptor);
            number
        };
        let (mut parts, mut programs) = (Vec::new(), Vec::new());
        for (id, pane) in self.panes {
            let Some((memory, index)) = pane.memory else { continue };
            let Some(geometry) = geometry(&memory) else {
                log::error!("pane {id}: its memory makes no sense");
                continue;
            };
            let wake = eventfd()?;
            let tty = pane.master.as_ref().and_then(|master| rustix::pty::ptsname(master, Vec::new()).ok());
            let pid = pane.process.as_ref().map_or(0, |(_, pid)| *pid);
            let lives = pane.master.zip(pane.process).map(|(master, (process, _))| {
                let pidfd = Some(hand(process));
                programs.push(ProgramPart { pid, index: Some(index), pidfd });
                hand(master)
            });
            // Without its pty a program is hung up; one that had ended before is known by the structure.
            let status = lives.is_none().then_some(ExitStatus::Unknown);
            parts.push(PanePart {
                pid,
                tty: tty.map(|path| path.to_string_lossy().into_owned()).unwrap_or_default(),
                master: lives,
                ..PanePart::rescued(id, index, hand(memory), hand(wake), geometry, status)
            });
        }
        let control = self.control.ok_or_else(|| "nothing was held".to_owned())?;
        let (listener, lock) = listening.into_parts();
        let keeper = KeeperPart {
            lock: hand(lock),
            listener: hand(listener),
            control: hand(control),
            bell: hand(eventfd()?),
            crash: format!(
                "keeper and daemon were lost, and the service manager held what they had; {} of {} programs live on",
                programs.len(),
                parts.len()
            ),
            starts: 1,
            rescued: true,
            sluice: self.sluice.map(hand),
            ..KeeperPart::default()
        };
        Ok((Handover { estate, keeper, daemon: None, panes: parts, programs }, handed))
    }
}

fn eventfd() -> Result<OwnedFd, String> {
    let made = rustix::event::eventfd(0, EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK);
    made.map_err(|e| format!("no eventfd to be had: {e}"))
}

/// The sizes that a pane's memory says it has.
fn geometry(memory: &OwnedFd) -> Option<Geometry> {
    let header = memory::map(memory.as_fd(), 2 * PAGE_BYTES).ok()?;
    Geometry::read_header(&header)
}
