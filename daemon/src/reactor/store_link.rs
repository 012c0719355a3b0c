//! The store as the loop sees it: commits go to its thread, answers come back, whether sessions are safe is
//! said whenever it changes, and a file that can't be opened is tried again from time to time.

use super::{store_look, store_take};
use crate::store::embedded::{Embedded, move_aside};
use crate::store::lease::{LeaseState, Sightings};
use crate::store::place::Place;
use crate::store::space::{Identity, SpaceInfo, SpaceName};
use crate::store::worker::{Done, Errand, Then, Worker};
use crate::store::{Store, StoreFault, set_aside};
use abide_core::base::ids::Ticket;
use abide_core::boundary::{Answer, Input, Look, Taking, Write};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, TryRecvError, channel};
use std::time::Duration;

/// What an errand found.
type Looks = (Ticket, Answer);

/// Called by the store's threads when there is an answer.
pub type Wake = Arc<dyn Fn() + Send + Sync>;

/// How often a store that can't be opened is tried again.
const OPEN_AGAIN: Duration = Duration::from_secs(5);

/// Orders that wait for a store that is being opened: one commit, and reads of those who look at history already.
const WAITING_MAX: usize = 256;

/// What a store may hold when it is opened while the server runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The records of this very server.
    Own,
    /// Nothing of use: the server began without it. Records in it are another life's; they are put aside, not
    /// mixed with ours: a file under another name, a cluster's under another name in the list of spaces.
    Nothing,
    /// The same, and the core has to be told that it begins empty: the server had another store before.
    Moved,
    /// Damage: the file is moved aside.
    Damage,
}

/// How a store is opened.
#[derive(Clone)]
pub struct How {
    /// Where it is.
    pub place: Place,
    /// Whose records are ours.
    pub who: Identity,
    /// The file that counts when the option `store` names none.
    pub default_file: PathBuf,
    /// Called when there is an answer.
    pub wake: Wake,
}

impl How {
    /// A file of this machine.
    #[must_use]
    pub fn file(path: PathBuf, wake: Wake) -> How {
        let who = Identity::new(SpaceName::of("localhost", "default"), "this machine");
        How { place: Place::File(path.clone()), who, default_file: path, wake }
    }
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

/// What the core asked for.
enum Asked {
    Commit(Vec<Write>),
    Read(Vec<Vec<u8>>),
    Look(Look),
    Take(Taking),
}

/// Which answer is waited for.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Commit,
    Read,
    Look,
    Take,
}

impl Asked {
    fn kind(&self) -> Kind {
        match self {
            Asked::Commit(_) => Kind::Commit,
            Asked::Read(_) => Kind::Read,
            Asked::Look(_) => Kind::Look,
            Asked::Take(_) => Kind::Take,
        }
    }
}

/// The store, or why there is none.
pub struct StoreLink {
    state: State,
    /// How it is opened; none for a store in memory.
    how: Option<How>,
    /// Why the last attempt to open failed.
    fault: String,
    /// What waits for the first attempt.
    waiting: Vec<(Ticket, Asked)>,
    /// Commits and reads that the open store has and has not answered.
    unanswered: Vec<(Ticket, Kind)>,
    /// Days after which lost machines' sessions expire; 0: never.
    expire_days: u32,
    /// What the core was last told; empty: all is well.
    told: String,
    /// Answers of errands, from the store's thread.
    looked: (Sender<Looks>, Receiver<Looks>),
}

impl StoreLink {
    /// A store that runs, or a sentence why there is none.
    #[must_use]
    pub fn new(worker: Result<Worker, String>) -> StoreLink {
        StoreLink::with(worker.map_or_else(State::None, State::Open), None)
    }

    /// A store that was opened to be read.
    #[must_use]
    pub fn started(store: Box<dyn Store>, how: How) -> StoreLink {
        if !matches!(how.place, Place::File(_)) {
            // Another may have it: who waits for that must not be the loop.
            drop(store);
            return StoreLink::opening(how, Expected::Own);
        }
        let ring = Arc::clone(&how.wake);
        let worker = Worker::start(store, move || ring()).map_err(|e| e.to_string());
        StoreLink { how: Some(how), ..StoreLink::new(worker) }
    }

    /// Opens the store on a thread, again and again until it works.
    #[must_use]
    pub fn opening(how: How, expected: Expected) -> StoreLink {
        StoreLink::with(start_opening(how.clone(), expected, None), Some(how))
    }

    fn with(state: State, how: Option<How>) -> StoreLink {
        StoreLink {
            state,
            how,
            fault: String::new(),
            waiting: Vec::new(),
            unanswered: Vec::new(),
            expire_days: 0,
            told: String::new(),
            looked: channel(),
        }
    }

    /// Keeps the store where the option says from now on; gives what the core has to be told.
    pub(super) fn move_to(&mut self, option: &str) -> Vec<Input<'static>> {
        let Some(how) = &self.how else { return Vec::new() };
        let place = match Place::parse(option, &how.default_file) {
            Ok(place) => place,
            Err(fault) => return vec![Input::Notice(format!("{fault}; it stays {}", how.place))],
        };
        if place == how.place {
            return Vec::new();
        }
        log::info!("the store moves from {} to {place}", how.place);
        let how = How { place, ..how.clone() };
        self.how = Some(how.clone());
        self.fault.clear();
        let before = match std::mem::replace(&mut self.state, State::None(String::new())) {
            State::Open(worker) => Some((worker, LeaseState::Free)),
            // One that is being opened finds nobody who waits for it, and ends.
            _ => None,
        };
        self.state = start_opening(how, Expected::Moved, before);
        // What was handed to the store before and not answered is asked for again there.
        let unanswered = std::mem::take(&mut self.unanswered);
        unanswered.into_iter().map(|(ticket, kind)| refusal(ticket, kind, "the store moves".into())).collect()
    }

    /// Lets the sessions of machines that are lost for so many days expire from now on; 0: none.
    pub(super) fn expire_after(&mut self, days: u32) {
        self.expire_days = days;
        if let State::Open(worker) = &self.state {
            worker.expire_after(days);
        }
    }

    /// Hands a commit over; gives what the core has to be told at once.
    pub(super) fn commit(&mut self, ticket: Ticket, writes: Vec<Write>) -> Vec<Input<'static>> {
        self.hand_over(ticket, Asked::Commit(writes))
    }

    /// Asks for records; gives what the core has to be told at once.
    pub(super) fn read(&mut self, ticket: Ticket, keys: Vec<Vec<u8>>) -> Vec<Input<'static>> {
        self.hand_over(ticket, Asked::Read(keys))
    }

    /// Has a look carried out on the store's thread; gives what the core has to be told at once.
    pub(super) fn look(&mut self, ticket: Ticket, look: Look) -> Vec<Input<'static>> {
        self.hand_over(ticket, Asked::Look(look))
    }

    /// Has a step of a take-over carried out on the store's thread; gives what the core has to be told at once.
    pub(super) fn take(&mut self, ticket: Ticket, taking: Taking) -> Vec<Input<'static>> {
        self.hand_over(ticket, Asked::Take(taking))
    }

    fn hand_over(&mut self, ticket: Ticket, asked: Asked) -> Vec<Input<'static>> {
        let kind = asked.kind();
        let outbox = self.looked.0.clone();
        let fault = match &self.state {
            State::Open(worker) => {
                let taken = match asked {
                    Asked::Commit(writes) => worker.submit(ticket, writes),
                    Asked::Read(keys) => worker.read(ticket, keys),
                    Asked::Look(look) => worker.run(Box::new(move |hands| {
                        // Nobody waits for it when the loop has ended.
                        let _ = outbox.send((ticket, Answer::Looked(store_look::look(hands, &look))));
                        Then::Done
                    })),
                    Asked::Take(taking) => worker.run(store_take::errand(outbox, ticket, taking)),
                };
                match taken {
                    Ok(()) => {
                        // An errand sends its own answer, whatever becomes of the store.
                        if let Kind::Commit | Kind::Read = kind {
                            self.unanswered.push((ticket, kind));
                        }
                        return Vec::new();
                    }
                    Err(fault) => fault.to_string(),
                }
            }
            State::Opening(_) if self.fault.is_empty() && self.waiting.len() < WAITING_MAX => {
                // Milliseconds, most times; the core asks for no second commit before this one is answered.
                self.waiting.push((ticket, asked));
                return Vec::new();
            }
            State::Opening(_) if self.fault.is_empty() => "it is being opened".to_owned(),
            State::Opening(_) => self.fault.clone(),
            State::None(why) => why.clone(),
        };
        self.refused(ticket, kind, fault)
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
        let mut inputs: Vec<_> =
            self.looked.1.try_iter().map(|(ticket, answer)| Input::Answered(ticket, answer)).collect();
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
                    opened.worker.expire_after(self.expire_days);
                    self.state = State::Open(opened.worker);
                    self.fault.clear();
                    waiting
                        .into_iter()
                        .for_each(|(ticket, asked)| inputs.extend(self.hand_over(ticket, asked)));
                }
                Err(fault) => {
                    self.fault = fault.clone();
                    inputs.extend(self.state(&fault));
                    for (ticket, asked) in waiting {
                        inputs.extend(self.refused(ticket, asked.kind(), fault.clone()));
                    }
                }
            }
        }
        let State::Open(worker) = &self.state else { return inputs };
        let mut damaged = false;
        for done in worker.answers().collect::<Vec<_>>() {
            let (Done::Commit(answered, _) | Done::Read(answered, _)) = &done;
            self.unanswered.retain(|(other, _)| other != answered);
            match done {
                Done::Commit(ticket, Ok(())) => {
                    inputs.push(Input::Answered(ticket, Answer::Committed));
                    inputs.extend(self.state(""));
                }
                Done::Commit(ticket, Err(fault)) => {
                    damaged |= matches!(fault, StoreFault::Corrupt(_));
                    inputs.extend(self.refused(ticket, Kind::Commit, fault.to_string()));
                }
                Done::Read(ticket, Ok(records)) => {
                    inputs.push(Input::Answered(ticket, Answer::Records(Ok(records))));
                }
                Done::Read(ticket, Err(fault)) => {
                    log::error!("store: a read failed: {fault}");
                    damaged |= matches!(fault, StoreFault::Corrupt(_));
                    inputs.push(refusal(ticket, Kind::Read, fault.to_string()));
                }
            }
        }
        if damaged && let Some(how) = self.how.clone().filter(|how| matches!(how.place, Place::File(_))) {
            let reads = self.unanswered.iter().filter(|(_, kind)| *kind == Kind::Read);
            inputs.extend(reads.map(|(ticket, kind)| refusal(*ticket, *kind, "it is damaged".into())));
            self.unanswered.retain(|(_, kind)| *kind != Kind::Read);
            let State::Open(worker) = std::mem::replace(&mut self.state, State::None(String::new())) else {
                return inputs;
            };
            self.state = start_opening(how, Expected::Damage, Some((worker, LeaseState::Live)));
        }
        inputs
    }

    fn refused(&mut self, ticket: Ticket, kind: Kind, fault: String) -> Vec<Input<'static>> {
        let state = if kind == Kind::Commit { self.state(&fault) } else { None };
        std::iter::once(refusal(ticket, kind, fault)).chain(state).collect()
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
        if let Err(fault) = worker.mark(LeaseState::Draining) {
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

/// The answer that says why there is none.
fn refusal(ticket: Ticket, kind: Kind, fault: String) -> Input<'static> {
    let answer = match kind {
        Kind::Commit => Answer::NotCommitted(fault),
        Kind::Read => Answer::Records(Err(fault)),
        Kind::Look => Answer::Looked(Err(fault)),
        Kind::Take => Answer::Taken(Err(fault)),
    };
    Input::Answered(ticket, answer)
}

/// Starts the thread that opens the store; `before` is a worker that has one open still, and how it leaves it.
fn start_opening(how: How, expected: Expected, before: Option<(Worker, LeaseState)>) -> State {
    let (sender, outcomes) = channel();
    let work = move || {
        if before.is_some_and(|(worker, leave)| !worker.stop(OPEN_AGAIN, leave)) {
            log::error!("store {}: the thread of the one before does not end", how.place);
        }
        let mut attempt = Attempt { moved: None, seen: Sightings::default(), taker: None };
        loop {
            let opened = attempt.open(&how, expected).map_err(|e| format!("{}: {e}", how.place));
            let done = opened.is_ok();
            if sender.send(opened).is_err() {
                return;
            }
            (how.wake)();
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

/// What is remembered from one attempt to the next.
struct Attempt {
    /// That records were put aside.
    moved: Option<String>,
    /// Leases that were in the way.
    seen: Sightings,
    /// Who takes records of ours over, and is perhaps gone itself.
    taker: Option<SpaceName>,
}

impl Attempt {
    fn open(&mut self, how: &How, expected: Expected) -> Result<Opened, StoreFault> {
        let (store, emptied) = match &how.place {
            Place::File(path) => self.file(path, how, expected)?,
            Place::Cluster(_) => self.cluster(how, expected)?,
        };
        let wake = Arc::clone(&how.wake);
        let worker = Worker::start(store, move || wake());
        if let Err(StoreFault::Taken { by }) = &worker {
            self.taker = Some(by.clone());
        }
        let worker = worker?;
        Ok(Opened { worker, emptied, notice: self.moved.take() })
    }

    fn file(
        &mut self,
        path: &Path,
        how: &How,
        expected: Expected,
    ) -> Result<(Box<dyn Store>, bool), StoreFault> {
        let aside = |why: &str| {
            let moved = move_aside(path, seconds(), why.to_owned())?;
            let notice = format!("{} was moved to {}: {why}", path.display(), moved.path.display());
            log::error!("{notice}");
            Ok(Some(notice))
        };
        if expected == Expected::Damage && self.moved.is_none() && path.exists() {
            self.moved = aside("it is damaged")?;
        }
        let (mut store, notice) = open_or_move_aside(path)?;
        self.moved = self.moved.take().or(notice);
        let emptied = expected == Expected::Moved || (self.moved.is_some() && expected != Expected::Nothing);
        if expected.is_foreign() && store.scan(&[], &mut |_, _| {})?.sound > 0 {
            drop(store);
            self.moved = aside("it holds sessions of an earlier start")?;
            store = Embedded::open(path)?;
        }
        Ok((Box::new(store.named(how.who.space.clone())), emptied))
    }

    /// A cluster's space may be another machine's of the same name: it is ours when that one has been silent for long
    /// enough before our eyes, from one attempt to the next. So it is with one that began to take over what is ours.
    fn cluster(&mut self, how: &How, expected: Expected) -> Result<(Box<dyn Store>, bool), StoreFault> {
        let mut store = how.place.open(&how.who)?;
        let list = store.spaces()?;
        let in_the_way = |info: &&SpaceInfo| {
            (info.name == how.who.space && info.lease.owner != how.who.owner)
                || self.taker.as_ref() == Some(&info.name)
        };
        for info in list.spaces.iter().filter(in_the_way) {
            if let Some(lapsed) = self.seen.look(&info.name, &info.lease, crate::facts::now().instant) {
                store.free(&lapsed)?;
            }
        }
        if expected.is_foreign() && store.scan(&[], &mut |_, _| {})?.sound > 0 {
            let aside = set_aside(&mut *store, &how.place, &how.who, seconds())?;
            let notice = format!("sessions of an earlier start are in the store as {aside}");
            log::warn!("{notice}");
            self.moved = Some(notice);
        }
        Ok((store, expected == Expected::Moved))
    }
}

impl Expected {
    /// Records in it are not ours.
    fn is_foreign(self) -> bool {
        matches!(self, Expected::Nothing | Expected::Moved)
    }
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
