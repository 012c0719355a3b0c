//! What keeper and daemon say to each other (version 1): one message per SEQPACKET record, at most one
//! descriptor with each.
//!
//! What a record looks like is said in `fields`. The protocol is only ever added to: a field goes to the end of a message, where older readers do not
//! look and newer ones take its absence for zero; a verb that the other side does not know is answered by
//! `Refused`, never by hanging up. `tests/golden/keeper/v1.txt` has one of each.
//!
//! The daemon speaks first: `Hello`. The keeper answers `Welcome` (with the control memory), `Bell` (with the
//! doorbell's eventfd), `Estate` (with the socket's lock), `Sluice` (with a pipe), for each pane `Pane` (with its memory), `Master` (with its
//! pty), `Process` (with a pidfd of its program) and `Wake` (with its eventfd), then `Reported`. A `Spawn` is answered
//! by `Pane`, `Master`, `Process` and `Wake`, or by `OpenFailed`. `Estate`, `Sluice`, `Master` and `Process` are what a daemon
//! needs when it loses its keeper ([`super::rescue`]); a keeper of before does not say them. When the
//! daemon has made sense of all of it, it says `TakesOver` (see `program`).

use super::fields::{Reader, Writer};
use super::handover::Estate;
use super::layout::Geometry;
use super::limits::{VARIABLES_MAX, WORDS_MAX};
use super::pane_memory::Positions;
use abide_core::base::{geometry::Size, ids::PaneId};
use abide_core::boundary::{ExitStatus, Occasion, Program, Signal};

/// The oldest and newest version that this build speaks, on both sides.
pub const VERSIONS: (u32, u32) = (1, 1);

/// What the daemon says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToKeeper {
    /// The versions it speaks.
    Hello {
        /// Oldest.
        min: u32,
        /// Newest.
        max: u32,
        /// It will say `TakesOver`. False of daemons older than that message.
        takes_over: bool,
    },
    /// Open a pty and start a program in it; for a pane that is there, just say so again.
    Spawn {
        /// For this pane.
        pane: PaneId,
        /// The pty's size.
        size: Size,
        /// What to start.
        program: Program,
    },
    /// Give a pty another size.
    Resize {
        /// Whose.
        pane: PaneId,
        /// The size.
        size: Size,
    },
    /// Signal a pane's processes.
    Signal {
        /// Whose.
        pane: PaneId,
        /// With what.
        signal: Signal,
    },
    /// Hang a pane's pty up and forget the pane.
    Release {
        /// Which.
        pane: PaneId,
    },
    /// The exit need not be told again.
    AcknowledgeExit {
        /// Whose.
        pane: PaneId,
    },
    /// When this daemon ends, everything does.
    Shutdown,
    /// After `Ending`: all that can be stored is. When this daemon ends, everything does.
    Drained,
    /// Become this program, in place; empty: the one that daemons are started from. Answered by `Replaced` or
    /// `Refused`.
    Replace {
        /// Its path.
        program: Vec<u8>,
    },
    /// The daemon after this one is to be that program, on trial: when it does not come to serve, this one's program is
    /// started again. Answered by `Granted` or `Refused`.
    Next {
        /// Its path, absolute.
        program: String,
    },
    /// What was left makes sense to this daemon: it serves from here on.
    TakesOver,
    /// A verb of a later version.
    Unknown(u16),
}

/// What the keeper says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToDaemon {
    /// The greeting, with the control memory.
    Welcome {
        /// The version that both speak now.
        version: u32,
        /// The keeper's process.
        keeper_pid: u32,
        /// Daemons started before this one.
        starts: u32,
        /// How the one before ended, and its last words; empty when it was intended or this is the first.
        crash: String,
        /// Why this daemon was started. None: a keeper that is older than upgrades.
        succession: Option<Succession>,
    },
    /// The doorbell's eventfd.
    Bell,
    /// A pane that is there, with its memory.
    Pane(PaneReport),
    /// A pane's eventfd.
    Wake {
        /// Whose.
        pane: PaneId,
    },
    /// All panes have been reported.
    Reported {
        /// How many.
        panes: u32,
    },
    /// A program could not be started.
    OpenFailed {
        /// For which pane.
        pane: PaneId,
        /// One sentence.
        why: String,
    },
    /// A program has ended, and all it wrote is in the journal.
    Exited {
        /// Whose.
        pane: PaneId,
        /// How.
        status: ExitStatus,
        /// The journal's head, for good.
        end: u64,
    },
    /// Everything is to end, and sessions are to come back. No pty is read any more. One that has stored them says
    /// `Drained` and ends. Said again to each daemon that comes meanwhile.
    Ending {
        /// Why, in a word.
        why: String,
    },
    /// What was asked can't be done.
    Refused {
        /// The verb that asked.
        verb: u16,
        /// One sentence.
        why: String,
    },
    /// What the keeper was started with, and the socket's lock.
    Estate(Estate),
    /// A pane's pty.
    Master {
        /// Whose.
        pane: PaneId,
    },
    /// A pidfd of a pane's program.
    Process {
        /// Whose.
        pane: PaneId,
    },
    /// The pipe through which input goes (see `sluice`).
    Sluice,
    /// The keeper has become another program.
    Replaced {
        /// The version of it.
        version: String,
    },
    /// What was asked is done; said where the asker waits for it.
    Granted {
        /// The verb that asked.
        verb: u16,
    },
    /// A verb of a later version.
    Unknown(u16),
}

/// Why a daemon was started, and as what.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Succession {
    /// Why.
    pub occasion: Occasion,
    /// The path of this daemon's program as the keeper knows it; empty where it is no UTF-8.
    pub program: String,
}

/// What the keeper says of a pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PaneReport {
    /// Which.
    pub pane: PaneId,
    /// Its bit in the doorbell's table.
    pub index: u32,
    /// Process id of its program.
    pub pid: u32,
    /// Path of its tty.
    pub tty: String,
    /// How its program ended, when it has and its last byte is in the journal.
    pub exited: Option<ExitStatus>,
    /// Positions as the keeper knows them.
    pub positions: Positions,
    /// Sizes of its memory.
    pub geometry: Geometry,
}

const HELLO: u16 = 1;
const SPAWN: u16 = 2;
const RESIZE: u16 = 3;
const SIGNAL: u16 = 4;
const RELEASE: u16 = 5;
const ACKNOWLEDGE_EXIT: u16 = 6;
const SHUTDOWN: u16 = 7;
const DRAINED: u16 = 0x20;
pub(super) const REPLACE: u16 = 16;
pub(super) const NEXT: u16 = 8;
const TAKES_OVER: u16 = 9;
const WELCOME: u16 = 0x81;
const BELL: u16 = 0x82;
const PANE: u16 = 0x83;
const WAKE: u16 = 0x84;
const REPORTED: u16 = 0x85;
const OPEN_FAILED: u16 = 0x86;
const EXITED: u16 = 0x87;
const REFUSED: u16 = 0x88;
const ENDING: u16 = 0xa0;
const ESTATE: u16 = 0x90;
const MASTER: u16 = 0x91;
const PROCESS: u16 = 0x92;
const REPLACED: u16 = 0x93;
const SLUICE: u16 = 0x94;
const GRANTED: u16 = 0x89;

impl ToKeeper {
    /// The record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            ToKeeper::Hello { min, max, takes_over } => {
                let w = Writer::new(HELLO).u32(*min).u32(*max);
                if *takes_over { w.u32(1).done() } else { w.done() }
            }
            ToKeeper::Spawn { pane, size, program } => {
                let mut w = Writer::new(SPAWN).u32(pane.0).u16(size.cols).u16(size.rows);
                w = w.text(&program.shell).text(&program.cwd).u32(program.words.len() as u32);
                w = program.words.iter().fold(w, |w, word| w.text(word));
                w = w.u32(program.environment.len() as u32);
                program.environment.iter().fold(w, |w, (name, value)| w.text(name).text(value)).done()
            }
            ToKeeper::Resize { pane, size } => {
                Writer::new(RESIZE).u32(pane.0).u16(size.cols).u16(size.rows).done()
            }
            ToKeeper::Signal { pane, signal } => {
                let number = match signal {
                    Signal::Hangup => 1,
                    Signal::Interrupt => 2,
                    Signal::Kill => 3,
                };
                Writer::new(SIGNAL).u32(pane.0).u32(number).done()
            }
            ToKeeper::Release { pane } => Writer::new(RELEASE).u32(pane.0).done(),
            ToKeeper::AcknowledgeExit { pane } => Writer::new(ACKNOWLEDGE_EXIT).u32(pane.0).done(),
            ToKeeper::Shutdown => Writer::new(SHUTDOWN).done(),
            ToKeeper::Drained => Writer::new(DRAINED).done(),
            ToKeeper::Replace { program } => Writer::new(REPLACE).word(program).done(),
            ToKeeper::Next { program } => Writer::new(NEXT).text(program).done(),
            ToKeeper::TakesOver => Writer::new(TAKES_OVER).done(),
            ToKeeper::Unknown(verb) => Writer::new(*verb).done(),
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Its verb (0 where there is none), when it is cut short or out of bounds.
    pub fn decode(record: &[u8]) -> Result<ToKeeper, u16> {
        let (verb, mut r) = Reader::new(record).ok_or(0_u16)?;
        let message = match verb {
            HELLO => hello(&mut r),
            SPAWN => spawn(&mut r),
            RESIZE => r.pane().zip(r.size()).map(|(pane, size)| ToKeeper::Resize { pane, size }),
            SIGNAL => r.pane().zip(r.signal()).map(|(pane, signal)| ToKeeper::Signal { pane, signal }),
            RELEASE => r.pane().map(|pane| ToKeeper::Release { pane }),
            ACKNOWLEDGE_EXIT => r.pane().map(|pane| ToKeeper::AcknowledgeExit { pane }),
            SHUTDOWN => Some(ToKeeper::Shutdown),
            DRAINED => Some(ToKeeper::Drained),
            REPLACE => r.word().map(|program| ToKeeper::Replace { program }),
            NEXT => r.text().map(|program| ToKeeper::Next { program }),
            TAKES_OVER => Some(ToKeeper::TakesOver),
            other => Some(ToKeeper::Unknown(other)),
        };
        message.ok_or(verb)
    }
}

fn hello(r: &mut Reader<'_>) -> Option<ToKeeper> {
    let (min, max) = (r.u32()?, r.u32()?);
    let takes_over = !r.is_at_end() && r.u32()? != 0;
    Some(ToKeeper::Hello { min, max, takes_over })
}

fn spawn(r: &mut Reader<'_>) -> Option<ToKeeper> {
    let (pane, size) = (r.pane()?, r.size()?);
    let (shell, cwd) = (r.text()?, r.text()?);
    let count = r.count(WORDS_MAX)?;
    let words = (0..count).map(|_| r.text()).collect::<Option<Vec<String>>>()?;
    let count = r.count(VARIABLES_MAX)?;
    let environment = (0..count).map(|_| Some((r.text()?, r.text()?))).collect::<Option<Vec<_>>>()?;
    Some(ToKeeper::Spawn { pane, size, program: Program { words, shell, cwd, environment } })
}

impl ToDaemon {
    /// The record.
    #[must_use]
    pub fn encode(&self) -> Vec<u8> {
        match self {
            ToDaemon::Welcome { version, keeper_pid, starts, crash, succession } => {
                let w = Writer::new(WELCOME).u32(*version).u32(*keeper_pid).u32(*starts).text(crash);
                let Some(Succession { occasion, program }) = succession else { return w.done() };
                let (kind, why) = match occasion {
                    Occasion::Usual => (0, ""),
                    Occasion::Upgrade => (1, ""),
                    Occasion::Fallback(why) => (2, why.as_str()),
                };
                w.u32(kind).text(why).text(program).done()
            }
            ToDaemon::Bell => Writer::new(BELL).done(),
            ToDaemon::Pane(p) => Writer::new(PANE)
                .u32(p.pane.0)
                .u32(p.index)
                .u32(p.pid)
                .text(&p.tty)
                .exit(p.exited)
                .positions(&p.positions)
                .geometry(&p.geometry)
                .done(),
            ToDaemon::Wake { pane } => Writer::new(WAKE).u32(pane.0).done(),
            ToDaemon::Reported { panes } => Writer::new(REPORTED).u32(*panes).done(),
            ToDaemon::OpenFailed { pane, why } => Writer::new(OPEN_FAILED).u32(pane.0).text(why).done(),
            ToDaemon::Exited { pane, status, end } => {
                Writer::new(EXITED).u32(pane.0).exit(Some(*status)).u64(*end).done()
            }
            ToDaemon::Ending { why } => Writer::new(ENDING).text(why).done(),
            ToDaemon::Refused { verb, why } => Writer::new(REFUSED).u32(u32::from(*verb)).text(why).done(),
            ToDaemon::Estate(estate) => estate.write(Writer::new(ESTATE)).done(),
            ToDaemon::Master { pane } => Writer::new(MASTER).u32(pane.0).done(),
            ToDaemon::Process { pane } => Writer::new(PROCESS).u32(pane.0).done(),
            ToDaemon::Sluice => Writer::new(SLUICE).done(),
            ToDaemon::Replaced { version } => Writer::new(REPLACED).text(version).done(),
            ToDaemon::Granted { verb } => Writer::new(GRANTED).u32(u32::from(*verb)).done(),
            ToDaemon::Unknown(verb) => Writer::new(*verb).done(),
        }
    }

    /// Reads a record.
    ///
    /// # Errors
    /// Its verb (0 where there is none), when it is cut short or out of bounds.
    pub fn decode(record: &[u8]) -> Result<ToDaemon, u16> {
        let (verb, mut r) = Reader::new(record).ok_or(0_u16)?;
        let message = match verb {
            WELCOME => welcome(&mut r),
            BELL => Some(ToDaemon::Bell),
            PANE => pane(&mut r).map(ToDaemon::Pane),
            WAKE => r.pane().map(|pane| ToDaemon::Wake { pane }),
            REPORTED => r.u32().map(|panes| ToDaemon::Reported { panes }),
            OPEN_FAILED => r.pane().zip(r.text()).map(|(pane, why)| ToDaemon::OpenFailed { pane, why }),
            EXITED => exited(&mut r),
            ENDING => r.text().map(|why| ToDaemon::Ending { why }),
            REFUSED => r.verb().zip(r.text()).map(|(verb, why)| ToDaemon::Refused { verb, why }),
            GRANTED => r.verb().map(|verb| ToDaemon::Granted { verb }),
            ESTATE => Estate::read(&mut r).map(ToDaemon::Estate),
            MASTER => r.pane().map(|pane| ToDaemon::Master { pane }),
            PROCESS => r.pane().map(|pane| ToDaemon::Process { pane }),
            SLUICE => Some(ToDaemon::Sluice),
            REPLACED => r.text().map(|version| ToDaemon::Replaced { version }),
            other => Some(ToDaemon::Unknown(other)),
        };
        message.ok_or(verb)
    }
}

fn welcome(r: &mut Reader<'_>) -> Option<ToDaemon> {
    let (version, keeper_pid, starts, crash) = (r.u32()?, r.u32()?, r.u32()?, r.text()?);
    let succession = if r.is_at_end() { None } else { Some(succession(r)?) };
    Some(ToDaemon::Welcome { version, keeper_pid, starts, crash, succession })
}

fn succession(r: &mut Reader<'_>) -> Option<Succession> {
    let (kind, why, program) = (r.u32()?, r.text()?, r.text()?);
    let occasion = match kind {
        1 => Occasion::Upgrade,
        2 => Occasion::Fallback(why),
        _ => Occasion::Usual,
    };
    Some(Succession { occasion, program })
}

fn exited(r: &mut Reader<'_>) -> Option<ToDaemon> {
    let (pane, status) = (r.pane()?, r.exit()??);
    Some(ToDaemon::Exited { pane, status, end: r.u64()? })
}

fn pane(r: &mut Reader<'_>) -> Option<PaneReport> {
    let (pane, index, pid, tty, exited) = (r.pane()?, r.u32()?, r.u32()?, r.text()?, r.exit()?);
    Some(PaneReport { pane, index, pid, tty, exited, positions: r.positions()?, geometry: r.geometry()? })
}
