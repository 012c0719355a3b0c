//! The handover record: all that one keeper has to know to go on where another stopped.
//!
//! ```text
//!      0  u64  magic "abidehov"
//!      8  u32  version (1): raised only when a reader of before would do harm
//!     12  u32  crc32c of all that follows
//!     16  u64  bytes of the parts
//!     24  parts: one record each, as in `fields`; the verb says which kind
//! ```
//!
//! It is only ever added to: a field goes to the end of its part, where older readers do not look and newer ones take
//! its absence for nothing; a part of a kind that is not known is passed over. Descriptors are told by number: who
//! reads the record has them open. Golden lines are in `tests/golden/keeper/handover.txt`.

use super::fields::{Reader, Writer};
use super::layout::Geometry;
use super::limits::{HANDOVER_BYTES_MAX, HANDOVER_PROGRAMS_MAX, PANES_MAX};
use super::pane_memory::Positions;
use crate::os::spawn::Original;
use abide_core::base::ids::PaneId;
use abide_core::boundary::ExitStatus;
use std::collections::BTreeSet;
use std::os::fd::RawFd;

const MAGIC: u64 = u64::from_le_bytes(*b"abidehov");
const VERSION: u32 = 1;
const HEADER_BYTES: usize = 24;

const ESTATE: u16 = 1;
const KEEPER: u16 = 2;
const DAEMON: u16 = 3;
const PANE: u16 = 4;
const PROGRAM: u16 = 5;

/// The number of a descriptor that is not there.
const NONE: u32 = u32::MAX;

/// What a keeper was started with: never changes while it lives, so its daemon holds it too.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Estate {
    /// Path of the server's socket.
    pub socket: Vec<u8>,
    /// Device and inode of it.
    pub identity: Option<(u64, u64)>,
    /// The program that daemons are started from.
    pub program: Vec<u8>,
    /// A daemon's arguments.
    pub arguments: Vec<Vec<u8>>,
    /// The arguments of a program that is to go on as this keeper; what it is handed is said in one more.
    pub resume: Vec<Vec<u8>>,
    /// What a daemon writes to stderr goes to the keeper's too.
    pub foreground: bool,
    /// Limit of open files that programs get.
    pub open_files: Option<(u64, u64)>,
    /// `oom_score_adj` that programs get.
    pub oom_score: Option<String>,
}

impl Estate {
    pub(super) fn write(&self, w: Writer) -> Writer {
        let (device, inode) = self.identity.unwrap_or_default();
        let (soft, hard) = self.open_files.unwrap_or_default();
        w.word(&self.socket)
            .flag(self.identity.is_some())
            .u64(device)
            .u64(inode)
            .word(&self.program)
            .words(self.arguments.iter().map(Vec::as_slice))
            .words(self.resume.iter().map(Vec::as_slice))
            .flag(self.foreground)
            .flag(self.open_files.is_some())
            .u64(soft)
            .u64(hard)
            .flag(self.oom_score.is_some())
            .text(self.oom_score.as_deref().unwrap_or_default())
    }

    pub(super) fn read(r: &mut Reader<'_>) -> Option<Estate> {
        let socket = r.word()?;
        let identity = (r.flag()?, (r.u64()?, r.u64()?));
        let (program, arguments, resume, foreground) = (r.word()?, r.words()?, r.words()?, r.flag()?);
        let open_files = (r.flag()?, (r.u64()?, r.u64()?));
        let oom_score = (r.flag()?, r.text()?);
        Some(Estate {
            socket,
            identity: identity.0.then_some(identity.1),
            program,
            arguments,
            resume,
            foreground,
            open_files: open_files.0.then_some(open_files.1),
            oom_score: oom_score.0.then_some(oom_score.1),
        })
    }

    pub(super) fn original(&self) -> Original {
        Original { open_files: self.open_files, oom_score: self.oom_score.clone() }
    }
}

/// The keeper itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct KeeperPart {
    /// Of the lock beside the socket.
    pub(super) lock: RawFd,
    pub(super) listener: RawFd,
    pub(super) control: RawFd,
    pub(super) bell: RawFd,
    /// Daemons that have ended.
    pub(super) starts: u32,
    /// How the last one ended, when its successor has not been told.
    pub(super) crash: String,
    pub(super) stillborn: u32,
    /// Deaths of daemons in a row.
    pub(super) deaths: u32,
    /// The program that this record was executed with, when that replaces the keeper's.
    pub(super) becomes: Vec<u8>,
    /// The keeper is gone, and this is what its daemon knew: the rings are looked through for what it did last.
    pub(super) rescued: bool,
    /// The lost keeper's sluice.
    pub(super) sluice: Option<RawFd>,
}

/// The daemon, which is the keeper's child.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct DaemonPart {
    pub(super) pid: u32,
    pub(super) link: Option<RawFd>,
    pub(super) stderr: Option<RawFd>,
    /// The pipe on which it says that it can't start.
    pub(super) report: RawFd,
    pub(super) age_ms: u64,
    pub(super) greeted: bool,
    /// The last that it wrote to stderr.
    pub(super) words: Vec<u8>,
}

/// A pane.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct PanePart {
    pub(super) id: PaneId,
    pub(super) index: u32,
    pub(super) pid: u32,
    pub(super) tty: String,
    /// What its program is called in a message.
    pub(super) name: String,
    pub(super) memory: RawFd,
    pub(super) wake: RawFd,
    pub(super) master: Option<RawFd>,
    /// As [`DaemonPart::report`].
    pub(super) report: Option<RawFd>,
    pub(super) geometry: Geometry,
    pub(super) positions: Positions,
    /// Up to where the journal's ring is blank beyond its head.
    pub(super) blank: u64,
    /// The input record that is being written: where it ends in the ring, and its bytes that are left.
    pub(super) record: Option<(u64, u64)>,
    pub(super) stalled: bool,
    pub(super) blocked: bool,
    pub(super) hung_up: bool,
    /// In how many milliseconds the pty is to be looked at.
    pub(super) look_ms: Option<u64>,
    pub(super) status: Option<ExitStatus>,
    pub(super) finished: bool,
    pub(super) told: bool,
}

impl PanePart {
    /// One whose keeper is gone, as far as its memory tells, and without a program; with a status when that has ended, or can't
    /// live on. What is not in here the keeper took with it, or is found in the rings.
    pub(super) fn rescued(
        id: PaneId,
        index: u32,
        memory: RawFd,
        wake: RawFd,
        geometry: Geometry,
        status: Option<ExitStatus>,
    ) -> PanePart {
        PanePart {
            id,
            index,
            pid: 0,
            tty: String::new(),
            name: String::new(),
            memory,
            wake,
            master: None,
            report: None,
            geometry,
            positions: Positions::default(),
            blank: 0,
            record: None,
            stalled: false,
            blocked: false,
            hung_up: false,
            look_ms: None,
            status,
            finished: status.is_some(),
            told: status.is_some(),
        }
    }
}

/// A program that runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct ProgramPart {
    pub(super) pid: u32,
    /// Its pane's index; none when that has been released.
    pub(super) index: Option<u32>,
    /// A pidfd, when it is no child of the keeper's.
    pub(super) pidfd: Option<RawFd>,
}

/// The whole.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Handover {
    pub(super) estate: Estate,
    pub(super) keeper: KeeperPart,
    pub(super) daemon: Option<DaemonPart>,
    pub(super) panes: Vec<PanePart>,
    pub(super) programs: Vec<ProgramPart>,
}

impl Writer {
    fn descriptor(self, number: Option<RawFd>) -> Writer {
        self.u32(number.and_then(|n| u32::try_from(n).ok()).unwrap_or(NONE))
    }
    fn maybe(self, value: Option<u64>) -> Writer {
        self.flag(value.is_some()).u64(value.unwrap_or(0))
    }
}

impl Reader<'_> {
    /// None where the number is none that a descriptor can have.
    fn descriptor(&mut self) -> Option<Option<RawFd>> {
        match self.u32()? {
            NONE => Some(None),
            number => RawFd::try_from(number).ok().filter(|n| *n > 2).map(Some),
        }
    }
    fn maybe(&mut self) -> Option<Option<u64>> {
        let (there, value) = (self.flag()?, self.u64()?);
        Some(there.then_some(value))
    }
}

impl KeeperPart {
    fn write(&self) -> Vec<u8> {
        [self.lock, self.listener, self.control, self.bell]
            .into_iter()
            .fold(Writer::new(KEEPER), |w, number| w.descriptor(Some(number)))
            .u32(self.starts)
            .text(&self.crash)
            .u32(self.stillborn)
            .u32(self.deaths)
            .word(&self.becomes)
            .flag(self.rescued)
            .descriptor(self.sluice)
            .done()
    }

    fn read(r: &mut Reader<'_>) -> Option<KeeperPart> {
        Some(KeeperPart {
            lock: r.descriptor()??,
            listener: r.descriptor()??,
            control: r.descriptor()??,
            bell: r.descriptor()??,
            starts: r.u32()?,
            crash: r.text()?,
            stillborn: r.u32()?,
            deaths: r.u32()?,
            becomes: r.word()?,
            rescued: r.flag()?,
            sluice: r.descriptor()?,
        })
    }
}

impl DaemonPart {
    fn write(&self) -> Vec<u8> {
        Writer::new(DAEMON)
            .u32(self.pid)
            .descriptor(self.link)
            .descriptor(self.stderr)
            .descriptor(Some(self.report))
            .u64(self.age_ms)
            .flag(self.greeted)
            .word(&self.words)
            .done()
    }

    fn read(r: &mut Reader<'_>) -> Option<DaemonPart> {
        Some(DaemonPart {
            pid: r.u32()?,
            link: r.descriptor()?,
            stderr: r.descriptor()?,
            report: r.descriptor()??,
            age_ms: r.u64()?,
            greeted: r.flag()?,
            words: r.word()?,
        })
    }
}

impl PanePart {
    fn write(&self) -> Vec<u8> {
        let (end, left) = self.record.unwrap_or_default();
        Writer::new(PANE)
            .u32(self.id.0)
            .u32(self.index)
            .u32(self.pid)
            .text(&self.tty)
            .text(&self.name)
            .descriptor(Some(self.memory))
            .descriptor(Some(self.wake))
            .descriptor(self.master)
            .descriptor(self.report)
            .geometry(&self.geometry)
            .positions(&self.positions)
            .u64(self.blank)
            .flag(self.record.is_some())
            .u64(end)
            .u64(left)
            .flag(self.stalled)
            .flag(self.blocked)
            .flag(self.hung_up)
            .maybe(self.look_ms)
            .exit(self.status)
            .flag(self.finished)
            .flag(self.told)
            .done()
    }

    fn read(r: &mut Reader<'_>) -> Option<PanePart> {
        let (id, index, pid, tty, name) = (r.pane()?, r.u32()?, r.u32()?, r.text()?, r.text()?);
        let (memory, wake) = (r.descriptor()??, r.descriptor()??);
        let (master, report) = (r.descriptor()?, r.descriptor()?);
        let (geometry, positions, blank) = (r.geometry()?, r.positions()?, r.u64()?);
        let record = (r.flag()?, (r.u64()?, r.u64()?));
        Some(PanePart {
            id,
            index,
            pid,
            tty,
            name,
            memory,
            wake,
            master,
            report,
            geometry,
            positions,
            blank,
            record: record.0.then_some(record.1),
            stalled: r.flag()?,
            blocked: r.flag()?,
            hung_up: r.flag()?,
            look_ms: r.maybe()?,
            status: r.exit()?,
            finished: r.flag()?,
            told: r.flag()?,
        })
    }

    /// Whether its numbers are some that a keeper can have.
    fn sound(&self) -> bool {
        let at = &self.positions;
        let within =
            |tail: u64, head: u64, bytes: usize| head.checked_sub(tail).is_some_and(|n| n <= bytes as u64);
        (self.index as usize) < PANES_MAX
            && i32::try_from(self.pid).is_ok_and(|pid| pid > 0)
            && self.geometry.sound()
            && within(at.journal_tail, at.journal_head, self.geometry.journal_bytes)
            && within(at.input_tail, at.input_head, self.geometry.input_bytes)
            && self.record.is_none_or(|(end, left)| {
                within(at.input_tail, end, self.geometry.input_bytes) && left <= end - at.input_tail
            })
    }
}

impl ProgramPart {
    pub(super) fn write(&self) -> Vec<u8> {
        Writer::new(PROGRAM).u32(self.pid).maybe(self.index.map(u64::from)).descriptor(self.pidfd).done()
    }

    fn read(r: &mut Reader<'_>) -> Option<ProgramPart> {
        let (pid, index) = (r.u32()?, r.maybe()?);
        let index = index.map(u32::try_from).transpose().ok()?;
        Some(ProgramPart { pid, index, pidfd: r.descriptor()? })
    }
}

impl Handover {
    /// The record.
    ///
    /// # Errors
    /// A sentence, when it would be longer than any reader takes.
    pub(super) fn encode(&self) -> Result<Vec<u8>, String> {
        let mut parts = self.estate.write(Writer::new(ESTATE)).done();
        parts.extend(self.keeper.write());
        parts.extend(self.daemon.iter().flat_map(DaemonPart::write));
        parts.extend(self.panes.iter().flat_map(PanePart::write));
        parts.extend(self.programs.iter().flat_map(ProgramPart::write));
        let mut record = MAGIC.to_le_bytes().to_vec();
        let len = (parts.len() as u64).to_le_bytes();
        record.extend_from_slice(&VERSION.to_le_bytes());
        record.extend_from_slice(&crc32c::crc32c_append(crc32c::crc32c(&len), &parts).to_le_bytes());
        record.extend_from_slice(&len);
        record.extend_from_slice(&parts);
        if record.len() > HANDOVER_BYTES_MAX || self.programs.len() > HANDOVER_PROGRAMS_MAX {
            return Err(format!(
                "the handover record has {} bytes, at most {HANDOVER_BYTES_MAX}",
                record.len()
            ));
        }
        Ok(record)
    }

    /// Reads a record.
    ///
    /// # Errors
    /// A sentence, when it is damaged, of a later version, or says what can't be.
    pub(super) fn decode(record: &[u8]) -> Result<Handover, String> {
        let say = |what: &str| format!("the handover record {what}");
        if record.len() > HANDOVER_BYTES_MAX {
            return Err(say("is too long"));
        }
        let (header, parts) = record.split_at_checked(HEADER_BYTES).ok_or_else(|| say("is cut short"))?;
        let word = |at: usize| header.get(at..at + 4).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
        if header.first_chunk().copied().map(u64::from_le_bytes) != Some(MAGIC) {
            return Err(say("is none"));
        }
        match word(8) {
            Some(1..=VERSION) => {}
            other => {
                let version = other.unwrap_or(0);
                return Err(say(&format!("is of version {version}, this program reads up to {VERSION}")));
            }
        }
        let len = header.last_chunk().copied().map(u64::from_le_bytes);
        let sum = crc32c::crc32c_append(crc32c::crc32c(header.get(16..).unwrap_or_default()), parts);
        if len != Some(parts.len() as u64) || word(12) != Some(sum) {
            return Err(say("is damaged"));
        }
        let (mut estate, mut keeper, mut whole) = (None, None, Handover::default());
        let mut rest = parts;
        while !rest.is_empty() {
            let len = rest.get(4..8).and_then(|b| b.try_into().ok()).map(u32::from_le_bytes);
            let end = len.and_then(|len| 8_usize.checked_add(len as usize));
            let (part, after) =
                end.and_then(|end| rest.split_at_checked(end)).ok_or_else(|| say("has a part cut short"))?;
            rest = after;
            let (kind, mut r) = Reader::new(part).ok_or_else(|| say("has a part that is too long"))?;
            let read = match kind {
                ESTATE => Estate::read(&mut r).map(|part| estate = Some(part)),
                KEEPER => KeeperPart::read(&mut r).map(|part| keeper = Some(part)),
                DAEMON => DaemonPart::read(&mut r).map(|part| whole.daemon = Some(part)),
                PANE => PanePart::read(&mut r).map(|part| whole.panes.push(part)),
                PROGRAM => ProgramPart::read(&mut r).map(|part| whole.programs.push(part)),
                _ => Some(()),
            };
            read.ok_or_else(|| say(&format!("has a malformed part of kind {kind}")))?;
        }
        (whole.estate, whole.keeper) = estate.zip(keeper).ok_or_else(|| say("names no keeper"))?;
        whole.check().map_err(say)?;
        Ok(whole)
    }

    fn check(&self) -> Result<(), &'static str> {
        let different = |numbers: Vec<u64>| numbers.iter().collect::<BTreeSet<_>>().len() == numbers.len();
        if self.panes.len() > PANES_MAX || self.programs.len() > HANDOVER_PROGRAMS_MAX {
            return Err("has too many panes or programs");
        }
        if !self.panes.iter().all(PanePart::sound) {
            return Err("has a pane that can't be");
        }
        if !different(self.panes.iter().map(|p| p.id.0.into()).collect())
            || !different(self.panes.iter().map(|p| p.index.into()).collect())
            || !different(self.programs.iter().map(|p| p.pid.into()).collect())
        {
            return Err("names a pane or a program twice");
        }
        let pid = |pid: u32| i32::try_from(pid).is_ok_and(|pid| pid > 0);
        if !self.programs.iter().all(|p| pid(p.pid)) || !self.daemon.iter().all(|d| pid(d.pid)) {
            return Err("has a process that can't be");
        }
        // Each is owned by one.
        if !different(self.descriptors().into_iter().map(|n| u64::from(n.cast_unsigned())).collect()) {
            return Err("names a descriptor twice");
        }
        Ok(())
    }

    /// Every descriptor that it names.
    pub(super) fn descriptors(&self) -> Vec<RawFd> {
        let k = &self.keeper;
        let daemon = self.daemon.iter().flat_map(|d| [d.link, d.stderr, Some(d.report)]);
        let panes = self.panes.iter().flat_map(|p| [Some(p.memory), Some(p.wake), p.master, p.report]);
        let programs = self.programs.iter().map(|p| p.pidfd);
        let own = [Some(k.lock), Some(k.listener), Some(k.control), Some(k.bell), k.sluice];
        own.into_iter().chain(daemon).chain(panes).chain(programs).flatten().collect()
    }
}
