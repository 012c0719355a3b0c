//! A keeper goes on from a handover record: the same process as another program ([`super::replace`]), or a daemon in
//! its lost keeper's place ([`super::rescue`]).
//!
//! The process was started with one more argument, `RECORD:IMAGE`: the descriptor of the record, and that of the program
//! to become again when the record is not understood. `RECORD:back` says that this has happened.

use super::control::Table;
use super::daemon_process::{Backoff, DaemonProcess};
use super::handover::{Estate, Handover, KeeperPart, PanePart, ProgramPart};
use super::held::Held;
use super::limits::{HANDOVER_BYTES_MAX, MESSAGE_BYTES_MAX};
use super::message::{REPLACE, ToDaemon};
use super::orphans::Orphans;
use super::pane::Pane;
use super::process::{Ending, Keeper, open_signals, open_sluice, settle};
use super::program::Programs;
use super::rings::{Rings, Standing};
use super::supervised::Supervised;
use super::watch::{Interest, Source, Watch};
use super::{KeeperConfig, OpenFault, sluice};
use crate::os::signal::SignalQueue;
use crate::os::socket::Listening;
use crate::os::spawn;
use crate::os::sys::{Image, become_program, c_string, inherited};
use rustix::fd::AsFd;
use std::collections::{BTreeMap, VecDeque};
use std::ffi::OsString;
use std::fs::File;
use std::io::{self, Read};
use std::os::fd::{AsRawFd, OwnedFd, RawFd};
use std::os::unix::ffi::{OsStrExt, OsStringExt};
use std::path::PathBuf;
use std::rc::Rc;
use std::time::Instant;

/// Descriptors that were handed over, by the numbers that the record has for them.
pub(super) type Descriptors = BTreeMap<RawFd, OwnedFd>;

/// Set, in builds for tests: what is to replace a keeper says that it understands the record, and then does not.
const REFUSES: &str = "ABIDE_TEST_REFUSES";

/// What a program is told that is to go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Order {
    pub(super) record: RawFd,
    /// What to become again.
    pub(super) image: Option<RawFd>,
    /// This is it.
    pub(super) back: bool,
}

impl Order {
    pub(super) fn word(self) -> String {
        match self {
            Order { record, back: true, .. } => format!("{record}:back"),
            Order { record, image: Some(image), .. } => format!("{record}:{image}"),
            Order { record, .. } => format!("{record}:none"),
        }
    }

    fn read(word: &str) -> Option<Order> {
        let number = |text: &str| text.parse().ok().filter(|n: &RawFd| *n > 2);
        let (record, image) = word.split_once(':')?;
        let record = number(record)?;
        match image {
            "back" => Some(Order { record, image: None, back: true }),
            "none" => Some(Order { record, image: None, back: false }),
            image => Some(Order { record, image: Some(number(image)?), back: false }),
        }
    }
}

impl Estate {
    pub(super) fn config(&self) -> KeeperConfig {
        let word = |bytes: &Vec<u8>| OsString::from_vec(bytes.clone());
        KeeperConfig {
            socket: PathBuf::from(word(&self.socket)),
            program: PathBuf::from(word(&self.program)),
            arguments: self.arguments.iter().map(word).collect(),
            resume: self.resume.iter().map(word).collect(),
            foreground: self.foreground,
        }
    }

    /// This process as the program of those files, to go on as a keeper.
    pub(super) fn image(&self, files: Vec<std::ffi::CString>, order: Order) -> Image {
        let mut arguments: Vec<_> = self.resume.iter().map(|word| c_string(word)).collect();
        arguments.push(c_string(order.word().as_bytes()));
        image(files, arguments)
    }
}

pub(super) fn image(files: Vec<std::ffi::CString>, arguments: Vec<std::ffi::CString>) -> Image {
    Image {
        files,
        arguments,
        environment: spawn::own_environment(&[]),
        folders: vec![c"/".to_owned()],
        terminal: false,
        open_files: None,
        oom_score: None,
    }
}

/// What can fail, made before anything is taken over.
struct Prepared {
    signals: SignalQueue,
    watch: Watch,
    table: Table,
    rings: Vec<Rings>,
}

fn prepare(record: &Handover, handed: &Descriptors) -> io::Result<Prepared> {
    let at = |number: RawFd| handed.get(&number).ok_or(io::ErrorKind::NotFound);
    let KeeperPart { control, bell, rescued, .. } = record.keeper;
    let (signals, watch) = (open_signals()?, Watch::new()?);
    watch.add(&signals, Source::Signals, Interest::READ)?;
    watch.add_bell(at(bell)?, Source::Doorbell)?;
    let in_pipe = record.keeper.sluice.and_then(|n| sluice::held(handed.get(&n)?.as_fd()).ok());
    let ring = |pane: &PanePart| {
        let memory = at(pane.memory)?.as_fd();
        let PanePart { geometry, positions, record, blank, .. } = pane;
        if rescued {
            return Rings::rescue(memory, *geometry, *positions, in_pipe);
        }
        Rings::resume(memory, *geometry, Standing { at: *positions, record: *record, blank: *blank })
    };
    let rings = record.panes.iter().map(ring).collect::<io::Result<Vec<Rings>>>()?;
    Ok(Prepared { signals, watch, table: Table::open(at(control)?.as_fd())?, rings })
}

fn read_record(number: RawFd) -> io::Result<Vec<u8>> {
    let file = File::from(inherited(number)?);
    let mut bytes = Vec::new();
    let outcome = read_whole(&file, &mut bytes);
    // It stays: what goes back needs it too.
    std::mem::forget(file);
    outcome.map(|()| bytes)
}

fn read_whole(file: &File, bytes: &mut Vec<u8>) -> io::Result<()> {
    use std::os::unix::fs::FileExt;
    let len = usize::try_from(file.metadata()?.len()).unwrap_or(usize::MAX);
    if len > HANDOVER_BYTES_MAX {
        return Err(io::Error::new(io::ErrorKind::FileTooLarge, "the handover record is too long"));
    }
    bytes.resize(len, 0);
    file.read_exact_at(bytes, 0)
}

/// Whether the record on standard input is understood: answered in one line on standard output before any keeper
/// becomes this program.
///
/// # Errors
/// A sentence, when it is not.
pub fn probe() -> Result<(), String> {
    let mut record = Vec::new();
    let most = HANDOVER_BYTES_MAX as u64 + 1;
    io::stdin().take(most).read_to_end(&mut record).map_err(|e| format!("the handover record: {e}"))?;
    Handover::decode(&record).map(drop)
}

impl Keeper {
    /// Goes on as the keeper that the record is of which this process's last argument tells. When it is not understood,
    /// this process becomes the program that it was before.
    ///
    /// # Errors
    /// When that is impossible too.
    pub fn resume() -> Result<Keeper, OpenFault> {
        let arguments: Vec<OsString> = std::env::args_os().collect();
        let order = arguments.last().and_then(|word| Order::read(word.to_str()?));
        let order = order.ok_or_else(|| OpenFault::Other("no handover record is named".to_owned()))?;
        let refuses = cfg!(debug_assertions) && !order.back && std::env::var_os(REFUSES).is_some();
        let record = match read_record(order.record).map_err(|e| format!("the handover record: {e}")) {
            _ if refuses => Err("refused, as a test wants it".to_owned()),
            Ok(bytes) => Handover::decode(&bytes),
            Err(why) => Err(why),
        };
        let record = match record {
            Ok(record) => record,
            Err(why) => return Err(go_back(&arguments, order, &[], why)),
        };
        let mut handed = Descriptors::new();
        for number in record.descriptors() {
            if let Ok(descriptor) = inherited(number) {
                handed.insert(number, descriptor);
            }
        }
        let complete = handed.len() == record.descriptors().len();
        let prepared = prepare(&record, &handed)
            .map_err(|e| format!("what was handed over is of no use: {e}"))
            .and_then(|p| complete.then_some(p).ok_or_else(|| "a descriptor was not handed over".to_owned()));
        match prepared {
            Ok(prepared) => {
                for number in [Some(order.record), order.image].into_iter().flatten() {
                    drop(inherited(number));
                }
                let keeper = Keeper::assemble(record, prepared, handed, order.back);
                keeper.ok_or_else(|| OpenFault::Other("a descriptor was not handed over".to_owned()))
            }
            Err(why) => Err(go_back(&arguments, order, &record.descriptors(), why)),
        }
    }

    /// Goes on from what a service manager held, on a socket that was opened anew.
    ///
    /// # Errors
    /// When the system fails.
    pub(super) fn from_held(
        mut held: Held,
        config: &KeeperConfig,
        listening: Listening,
    ) -> Result<Keeper, OpenFault> {
        let things = std::mem::take(&mut held.things);
        let taken_over = held.record(config, listening).and_then(|(mut record, handed)| {
            log::warn!("{}", record.keeper.crash);
            let prepared = prepare(&record, &handed)
                .map_err(|e| format!("what the service manager held is of no use: {e}"))?;
            // No daemon has become this keeper: its streams are its own.
            record.keeper.rescued = false;
            let keeper = Keeper::assemble(record, prepared, handed, false);
            keeper.ok_or_else(|| "a descriptor was not held".to_owned())
        });
        match taken_over {
            Ok(mut keeper) => {
                keeper.deposit_all();
                keeper.supervised.held_before(&things);
                Ok(keeper)
            }
            Err(why) => {
                // Who is started next is not to fail over the same.
                let mut supervised = Supervised::new(Instant::now());
                supervised.held_before(&things);
                supervised.ends();
                Err(OpenFault::Other(why))
            }
        }
    }

    fn assemble(record: Handover, prepared: Prepared, mut handed: Descriptors, back: bool) -> Option<Keeper> {
        let (Prepared { signals, watch, table, rings }, now) = (prepared, Instant::now());
        let Handover { estate, keeper: part, daemon, panes: parts, programs } = record;
        let mut config = estate.config();
        if !back && !part.becomes.is_empty() {
            config.program = PathBuf::from(OsString::from_vec(part.becomes));
        }
        if part.rescued {
            // What it was is the pipe to a keeper that is gone.
            super::process::let_go(&[2]);
            config.foreground = false;
        }
        let listening = Listening::taken_over(
            handed.remove(&part.listener)?,
            handed.remove(&part.lock)?,
            config.socket.clone(),
            estate.identity,
        );
        let (control, bell) = (handed.remove(&part.control)?, handed.remove(&part.bell)?);
        let daemon = daemon.and_then(|part| DaemonProcess::resume(&part, &mut handed));
        let mut orphans = Orphans::default();
        for ProgramPart { pid, pidfd, .. } in &programs {
            let (pid, pidfd) = (pid.cast_signed(), pidfd.and_then(|number| handed.remove(&number)));
            if let Some(Err(e)) = pidfd.map(|pidfd| orphans.adopt(pid, pidfd, &watch)) {
                log::error!("the end of program {pid} can't be waited for: {e}");
            }
        }
        let supervised = if config.foreground { Supervised::new(now) } else { Supervised::default() };
        // What a child gets back stands in the record: we have changed it already.
        let _ = settle();
        let mut program = Programs::new(config.program.clone());
        if let Some(daemon) = daemon.as_ref().filter(|daemon| daemon.greeted) {
            program.greeted(daemon.pid, false, now);
        }
        let mut keeper = Keeper {
            program,
            config,
            original: estate.original(),
            listening,
            signals,
            watch,
            control: Rc::new(control),
            table,
            bell: Rc::new(bell),
            panes: Vec::new(),
            indexes: BTreeMap::new(),
            programs: programs.iter().map(|p| (p.pid.cast_signed(), p.index.map(|i| i as usize))).collect(),
            daemon: None,
            outbox: VecDeque::new(),
            link_interest: Interest::READ,
            buffer: vec![0; MESSAGE_BYTES_MAX],
            starts: part.starts,
            crash: part.crash,
            backoff: Backoff { deaths: part.deaths },
            restart: None,
            stillborn: part.stillborn,
            ending: Ending::No,
            asked: None,
            supervised,
            marked: Vec::new(),
            orphans,
            replacing: None,
            sluice: open_sluice(),
        };
        let places = parts.iter().map(|part| part.index as usize + 1).max().unwrap_or(0);
        keeper.panes.resize_with(places, || None);
        for (part, rings) in parts.into_iter().zip(rings) {
            let (id, index) = (part.id, part.index as usize);
            let pane = Pane::resume(part, rings, &mut handed, now)?.through(keeper.sluice.clone());
            if let Some(pipe) = pane.report_pipe()
                && let Err(e) = keeper.watch.add(pipe, Source::Report(index), Interest::READ)
            {
                log::error!("pane {id}: its start can't be waited for: {e}");
            }
            keeper.indexes.insert(id, index);
            if let Some(place) = keeper.panes.get_mut(index) {
                *place = Some(pane);
            }
        }
        if let Some(daemon) = daemon {
            keeper.wait_for_daemon(daemon);
            keeper.tell_replaced(back);
        }
        keeper.catch_up();
        Some(keeper)
    }

    /// Tells the daemon what became of its wish.
    fn tell_replaced(&mut self, back: bool) {
        if back {
            return self
                .refuse(REPLACE, "the new program did not go on from the handover record: see its log");
        }
        self.tell(&ToDaemon::Replaced { version: env!("CARGO_PKG_VERSION").to_owned() }, None);
        self.tell_estate();
    }

    /// Whatever happened while nobody looked.
    fn catch_up(&mut self) {
        self.reap();
        for index in 0..self.panes.len() {
            self.with_pane(index, |pane| {
                pane.read_unless_stalled(Instant::now);
                pane.doorbell(Instant::now);
            });
        }
    }

    /// What another program has to know to go on.
    pub(super) fn handover(&self) -> Handover {
        let now = Instant::now();
        let program = |(&pid, index): (&i32, &Option<usize>)| ProgramPart {
            pid: pid.cast_unsigned(),
            index: index.map(|i| i as u32),
            pidfd: self.orphans.number(pid),
        };
        Handover {
            estate: self.estate(),
            keeper: KeeperPart {
                lock: self.listening.lock().as_raw_fd(),
                listener: self.listening.listener.as_raw_fd(),
                control: self.control.as_raw_fd(),
                bell: self.bell.as_raw_fd(),
                starts: self.starts,
                crash: self.crash.clone(),
                stillborn: self.stillborn,
                deaths: self.backoff.deaths,
                becomes: Vec::new(),
                rescued: false,
                sluice: None,
            },
            daemon: self.daemon.as_ref().map(DaemonProcess::part),
            panes: self.panes.iter().flatten().map(|pane| pane.part(now)).collect(),
            programs: self.programs.iter().map(program).collect(),
        }
    }

    pub(super) fn estate(&self) -> Estate {
        let config = &self.config;
        let word = |word: &OsString| word.as_bytes().to_vec();
        Estate {
            socket: config.socket.as_os_str().as_bytes().to_vec(),
            identity: self.listening.identity(),
            program: self.program.path().as_os_str().as_bytes().to_vec(),
            arguments: config.arguments.iter().map(word).collect(),
            resume: config.resume.iter().map(word).collect(),
            foreground: config.foreground,
            open_files: self.original.open_files,
            oom_score: self.original.oom_score.clone(),
        }
    }
}

/// Becomes the program again that this process was before. Returns only when that is impossible.
fn go_back(arguments: &[OsString], order: Order, handed: &[RawFd], why: String) -> OpenFault {
    log::error!("{why}");
    let Some(old) = order.image else { return OpenFault::Other(why) };
    let order = Order { record: order.record, image: None, back: true };
    let mut words: Vec<_> = arguments.iter().map(|a| c_string(a.as_bytes())).collect();
    words.pop();
    words.push(c_string(order.word().as_bytes()));
    let image = image(vec![c_string(format!("/proc/self/fd/{old}").as_bytes())], words);
    let keep: Vec<RawFd> = handed.iter().copied().chain([order.record, old]).collect();
    // Of a record that is not understood it is not known which there are: they are left as they came.
    let fault = become_program(&image, &keep, !handed.is_empty());
    OpenFault::Other(format!("{why}; and the program before can't be had back: {fault}"))
}
