//! The store as the loop sees it: commits go to its thread, answers come back, whether sessions are safe is
//! said whenever it changes, and a file that can't be opened is tried again from time to time.

use crate::store::embedded::{Embedded, move_aside};
use crate::store::lease::LeaseState;
use crate::store::worker::{Errand, Worker};
use crate::store::{Store, StoreFault};
use abide_core::base::ids::Ticket;
use abide_core::server::{Answer, Input, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, TryRecvError, channel};
use std::time::Duration;

/// Called by the store's threads when there is an answer.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How often a store that can't be opened is tried again.
const OPEN_AGAIN: Duration = Duration::from_secs(5);

/// What a store's file may hold when it is opened while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The records of this very server.
    Own,
    /// Nothing of use: the server began without it. Records in it are another life's; the file is moved aside,
    /// not mixed with ours.
    Nothing,
    /// Damage: the file is moved aside.
    Damage,
}

enum State {
    Open(Worker),
    /// A thread tries to open it.
    Opening(Receiver<Result<Opened, String>>),
    /// There is none, and there will be none.
    None(String),
}

struct Opened {
    worker: Worker,
    /// It held records of ours, which are gone.
    emptied: bool,
    notice: Option<String>,
}

/// The store, or why there is none.
pub struct StoreLink {
    state: State,
    /// The store's file and whom to wake; none for a store in memory.
    file: Option<(PathBuf, Wake)>,
    /// Why the last attempt to open failed.
    fault: String,
    /// Commits that wait for the first attempt.
    waiting: Vec<(Ticket, Vec<Write>)>,
    /// What the core was last told; empty: all is well.
    told: String,
}

impl StoreLink {
    /// A store that runs, or a sentence why there is none.
    #[must_use]
    pub fn new(worker: Result<Worker, String>) -> StoreLink {
        StoreLink::with(worker.map_or_else(State::None, State::Open), None)
    }

    /// A store that was opened to be read, and its file.
    #[must_use]
    pub fn started(store: Embedded, path: PathBuf, wake: Wake) -> StoreLink {
        let ring = Arc::clone(&wake);
        let worker = Worker::start(Box::new(store), move || ring()).map_err(|e| e.to_string());
        StoreLink { file: Some((path, wake)), ..StoreLink::new(worker) }
    }

    /// Opens the store's file on a thread, again and again until it works.
    #[must_use]
    pub fn opening(path: PathBuf, expected: Expected, wake: Wake) -> StoreLink {
        StoreLink::with(start_opening(path.clone(), expected, Arc::clone(&wake), None), Some((path, wake)))
    }

    fn with(state: State, file: Option<(PathBuf, Wake)>) -> StoreLink {
        StoreLink { state, file, fault: String::new(), waiting: Vec::new(), told: String::new() }
    }

    /// Hands a commit over; gives what the core has to be told at once.
    pub(super) fn commit(&mut self, ticket: Ticket, writes: Vec<Write>) -> Vec<Input<'static>> {
        let fault = match &self.state {
            State::Open(worker) => match worker.submit(ticket, writes) {
                Ok(()) => return Vec::new(),
                Err(fault) => fault.to_string(),
            },
            State::Opening(_) if self.fault.is_empty() => {
                // Milliseconds, most times; the core asks for no second commit before this one is answered.
                self.waiting.push((ticket, writes));
                return Vec::new();
            }
            State::Opening(_) => self.fault.clone(),
            State::None(why) => why.clone(),
        };
        self.refused(ticket, fault)
    }

    /// Hands an errand to the store's thread; `wake` is called when it is done.
    ///
    /// # Errors
    /// A sentence, when there is no store now: the errand is not carried out.
    pub fn run(&self, errand: Errand) -> Result<(), String> {
        match &self.state {
            State::Open(worker) => worker.run(errand).map_err(|e| e.to_string()),
            State::Opening(_) if self.fault.is_empty() => Err("the store is still being opened".into()),
            State::Opening(_) => Err(self.fault.clone()),
            State::None(why) => Err(why.clone()),
        }
    }

    /// Answers that have come, and what follows from them.
    pub(super) fn answers(&mut self) -> Vec<Input<'static>> {
        let mut inputs = Vec::new();
        if let State::Opening(outcomes) = &self.state {
            let outcome = match outcomes.try_recv() {
                Err(TryRecvError::Empty) => return inputs,
                Err(TryRecvError::Disconnected) => Err("the thread that opens it has ended".to_owned()),
                Ok(outcome) => outcome,
            };
            let waiting = std::mem::take(&mut self.waiting);
            match outcome {
                Ok(opened) => {
                    inputs.extend(opened.notice.map(Input::Notice));
                    inputs.extend(opened.emptied.then_some(Input::StoreEmptied));
                    self.state = State::Open(opened.worker);
                    self.fault.clear();
                    waiting
                        .into_iter()
                        .for_each(|(ticket, writes)| inputs.extend(self.commit(ticket, writes)));
                }
                Err(fault) => {
                    self.fault = fault.clone();
                    inputs.extend(self.state(&fault));
                    waiting
                        .into_iter()
                        .for_each(|(ticket, _)| inputs.extend(self.refused(ticket, fault.clone())));
                }
            }
        }
        let State::Open(worker) = &self.state else { return inputs };
        let mut damaged = false;
        for (ticket, outcome) in worker.answers().collect::<Vec<_>>() {
            match outcome {
                Ok(()) => {
                    inputs.push(Input::Answered(ticket, Answer::Committed));
                    inputs.extend(self.state(""));
                }
                Err(fault) => {
                    damaged |= matches!(fault, StoreFault::Corrupt(_));
                    inputs.extend(self.refused(ticket, fault.to_string()));
                }
            }
        }
        if damaged && let Some((path, wake)) = &self.file {
            let (path, wake) = (path.clone(), Arc::clone(wake));
            let State::Open(worker) = std::mem::replace(&mut self.state, State::None(String::new())) else {
                return inputs;
            };
            self.state = start_opening(path, Expected::Damage, wake, Some(worker));
        }
        inputs
    }

    fn refused(&mut self, ticket: Ticket, fault: String) -> Vec<Input<'static>> {
        let state = self.state(&fault);
        let mut inputs = vec![Input::Answered(ticket, Answer::NotCommitted(fault))];
        inputs.extend(state);
        inputs
    }

    /// What the core is to be told when the state has changed.
    fn state(&mut self, fault: &str) -> Option<Input<'static>> {
        let sentence =
            if fault.is_empty() { String::new() } else { format!("sessions are not being saved: {fault}") };
        if sentence == self.told {
            return None;
        }
        if sentence.is_empty() {
            log::info!("sessions are being saved again");
        } else {
            log::error!("{sentence}");
        }
        self.told.clone_from(&sentence);
        Some(Input::Durability(sentence))
    }

    /// Says to whoever else reads this store that the last of our sessions is being stored.
    pub(super) fn mark_draining(&self) {
        let State::Open(worker) = &self.state else { return };
        let marked = worker.run(Box::new(|store, epoch| {
            if let Err(fault) = store.renew(epoch, LeaseState::Draining) {
                log::warn!("store: the lease can't be marked: {fault}");
            }
        }));
        if let Err(fault) = marked {
            log::warn!("store: the lease can't be marked: {fault}");
        }
    }

    /// Lets the store finish; whether it did. `leave` says what becomes of our space.
    pub(super) fn stop(self, within: Duration, leave: LeaseState) -> bool {
        match self.state {
            State::Open(worker) => worker.stop(within, leave),
            _ => true,
        }
    }
}

/// Starts the thread that opens the file; `before` is a worker that has it open still.
fn start_opening(path: PathBuf, expected: Expected, wake: Wake, before: Option<Worker>) -> State {
    let (sender, outcomes) = channel();
    let work = move || {
        if before.is_some_and(|worker| !worker.stop(OPEN_AGAIN, LeaseState::Live)) {
            log::error!("store {}: its thread does not end", path.display());
        }
        let mut moved = None;
        loop {
            let opened =
                open(&path, expected, &wake, &mut moved).map_err(|e| format!("{}: {e}", path.display()));
            let done = opened.is_ok();
            if sender.send(opened).is_err() {
                return;
            }
            wake();
            if done {
                return;
            }
            std::thread::sleep(OPEN_AGAIN);
        }
    };
    match std::thread::Builder::new().name("store opening".into()).spawn(work) {
        Ok(_) => State::Opening(outcomes),
        Err(fault) => State::None(format!("no thread to open it: {fault}")),
    }
}

/// One attempt. `moved` says across attempts that a file was moved aside.
fn open(
    path: &Path,
    expected: Expected,
    wake: &Wake,
    moved: &mut Option<String>,
) -> Result<Opened, StoreFault> {
    let aside = |why: &str| {
        let moved = move_aside(path, seconds(), why.to_owned())?;
        let notice = format!("{} was moved to {}: {why}", path.display(), moved.path.display());
        log::error!("{notice}");
        Ok(Some(notice))
    };
    if expected == Expected::Damage && moved.is_none() && path.exists() {
        *moved = aside("it is damaged")?;
    }
    let (mut store, notice) = open_or_move_aside(path)?;
    *moved = moved.take().or(notice);
    let emptied = moved.is_some() && expected != Expected::Nothing;
    if expected == Expected::Nothing && store.scan(&[], &mut |_, _| {})?.sound > 0 {
        drop(store);
        *moved = aside("it holds sessions of an earlier start")?;
        store = Embedded::open(path)?;
    }
    let wake = Arc::clone(wake);
    let worker = Worker::start(Box::new(store), move || wake())?;
    Ok(Opened { worker, emptied, notice: moved.take() })
}

/// Opens the file; a damaged one is moved aside, and a sentence says so.
///
/// # Errors
/// As [`Embedded::open_or_move_aside`].
pub fn open_or_move_aside(path: &Path) -> Result<(Embedded, Option<String>), StoreFault> {
    let (store, moved) = Embedded::open_or_move_aside(path, seconds())?;
    let notice = moved.map(|moved| {
        let notice =
            format!("{} was damaged ({}) and moved to {}", path.display(), moved.why, moved.path.display());
        log::error!("{notice}");
        notice
    });
    Ok((store, notice))
}

fn seconds() -> i64 {
    crate::facts::now().wall_seconds
}
