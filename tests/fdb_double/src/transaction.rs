//! Transactions: what was read and is to be written, their time and tries, and their end.

use crate::cluster::{Change, Cluster, Range, Record};
use crate::faults::{Fate, Operation, fate};
use crate::{Fulfil, Future, Outcome, future, locked};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};
use std::thread;
use std::time::{Duration, Instant};

/// What `on_error` waits for and tries again.
pub(crate) const RETRYABLE: &[i32] = &[1007, 1009, 1020, 1021, 1037, 1039, 1042, 1051, 1213];

const KEY_BYTES_MAX: usize = 10_000;
const VALUE_BYTES_MAX: usize = 100_000;
const TRANSACTION_BYTES_MAX: usize = 10_000_000;
/// How far back the cluster can read; `FDB_DOUBLE_PAST_MS` makes it less.
const PAST_MS: u64 = 5_000;

/// Options of a transaction, by number.
const TIMEOUT: i32 = 500;
const RETRY_LIMIT: i32 = 501;
const SIZE_LIMIT: i32 = 503;

/// A handle on a cluster.
pub struct Database {
    path: PathBuf,
    cluster: Arc<Mutex<Cluster>>,
}

impl Database {
    pub(crate) fn open(path: &Path) -> std::io::Result<Database> {
        let cluster = Arc::new(Mutex::new(Cluster::open(path)?));
        Ok(Database { path: path.to_owned(), cluster })
    }

    pub(crate) fn begin(&self) -> Transaction {
        let (path, cluster) = (self.path.clone(), Arc::clone(&self.cluster));
        Transaction { path, cluster, state: Mutex::new(State::new()) }
    }
}

struct State {
    began: Instant,
    timeout: Option<Duration>,
    retries_left: Option<i64>,
    size_max: usize,
    /// The version it reads at, and since when.
    version: Option<(i64, Instant)>,
    read: Vec<Range>,
    changes: Vec<Change>,
    cancelled: bool,
    committed: i64,
}

impl State {
    fn new() -> State {
        State {
            began: Instant::now(),
            timeout: None,
            retries_left: None,
            size_max: TRANSACTION_BYTES_MAX,
            version: None,
            read: Vec::new(),
            changes: Vec::new(),
            cancelled: false,
            committed: -1,
        }
    }

    fn time_left(&self) -> Duration {
        self.timeout.map_or(Duration::from_secs(3600), |timeout| timeout.saturating_sub(self.began.elapsed()))
    }

    /// Why nothing can be done any more.
    fn over(&self) -> Option<i32> {
        let past = std::env::var("FDB_DOUBLE_PAST_MS").ok().and_then(|ms| ms.parse().ok()).unwrap_or(PAST_MS);
        match self.version {
            _ if self.cancelled => Some(1025),
            _ if self.time_left().is_zero() => Some(1031),
            Some((_, since)) if since.elapsed() > Duration::from_millis(past) => Some(1007),
            _ => None,
        }
    }

    fn too_large(&self) -> Option<i32> {
        let mut total = self.read.iter().map(|(begin, end)| begin.len() + end.len()).sum::<usize>();
        for change in &self.changes {
            let (key, value) = match change {
                Change::Set(key, value) | Change::Add(key, value) => (key, value.len()),
                Change::Clear(begin, end) => (begin, end.len()),
            };
            if key.len() > KEY_BYTES_MAX {
                return Some(2102);
            }
            if value > VALUE_BYTES_MAX {
                return Some(2103);
            }
            total += key.len() + value;
        }
        (total > self.size_max).then_some(2101)
    }

    fn clear(&mut self) {
        self.version = None;
        self.read.clear();
        self.changes.clear();
        self.cancelled = false;
    }
}

/// A transaction of the double.
pub struct Transaction {
    path: PathBuf,
    cluster: Arc<Mutex<Cluster>>,
    state: Mutex<State>,
}

/// Fulfils after a while, on a thread of its own.
fn later(after: Duration, promise: &Fulfil, outcome: impl FnOnce() -> Outcome + Send + 'static) {
    let promise = promise.clone();
    thread::spawn(move || {
        thread::sleep(after);
        promise.with(outcome());
    });
}

impl Transaction {
    pub(crate) fn set_option(&self, option: i32, number: i64) {
        let mut state = locked(&self.state);
        match option {
            TIMEOUT => {
                state.timeout = u64::try_from(number).ok().filter(|ms| *ms > 0).map(Duration::from_millis)
            }
            RETRY_LIMIT => state.retries_left = (number >= 0).then_some(number),
            SIZE_LIMIT => state.size_max = usize::try_from(number).unwrap_or(TRANSACTION_BYTES_MAX),
            _ => {}
        }
    }

    pub(crate) fn cancel(&self) {
        locked(&self.state).cancelled = true;
    }

    pub(crate) fn reset(&self) {
        *locked(&self.state) = State::new();
    }

    /// The version that is read at; asked of the cluster the first time.
    fn version(&self) -> Result<i64, Fate> {
        let mut state = locked(&self.state);
        if let Some(code) = state.over() {
            return Err(Fate::Fails(code));
        }
        if let Some((version, _)) = state.version {
            return Ok(version);
        }
        match fate(&self.path, Operation::Version) {
            Fate::Done | Fate::Slow(_) => {}
            other => return Err(other),
        }
        let version = locked(&self.cluster).newest();
        state.version = Some((version, Instant::now()));
        Ok(version)
    }

    /// An operation that fails, or never answers.
    fn failed(&self, fate: Fate) -> *mut Future {
        let promise = Fulfil::default();
        match fate {
            Fate::Fails(code) | Fate::FailsDone(code) | Fate::FailsLate(code, _) => {
                promise.with(Outcome::Error(code));
            }
            _ => later(locked(&self.state).time_left(), &promise, || Outcome::Error(1031)),
        }
        future(&promise)
    }

    fn answered(outcome: Outcome) -> *mut Future {
        let promise = Fulfil::default();
        promise.with(outcome);
        future(&promise)
    }

    pub(crate) fn read_version(&self) -> *mut Future {
        match self.version() {
            Ok(version) => Self::answered(Outcome::Number(version)),
            Err(fate) => self.failed(fate),
        }
    }

    /// Reads a range as this transaction sees it, its own changes too.
    fn read(&self, range: Range, snapshot: bool) -> Result<Vec<Record>, Fate> {
        let version = self.version()?;
        match fate(&self.path, Operation::Read) {
            Fate::Done | Fate::Slow(_) => {}
            other => return Err(other),
        }
        let mut found: std::collections::BTreeMap<_, _> =
            locked(&self.cluster).range(&range, version).into_iter().collect();
        let mut state = locked(&self.state);
        let within = |key: &Vec<u8>| *key >= range.0 && *key < range.1;
        for change in &state.changes {
            match change {
                Change::Set(key, value) if within(key) => drop(found.insert(key.clone(), value.clone())),
                Change::Clear(begin, end) => found.retain(|key, _| key < begin || key >= end),
                Change::Add(key, _) => assert!(!within(key), "the double does not read what it adds to"),
                Change::Set(..) => {}
            }
        }
        if !snapshot {
            state.read.push(range);
        }
        Ok(found.into_iter().collect())
    }

    pub(crate) fn get(&self, key: Vec<u8>, snapshot: bool) -> *mut Future {
        let mut end = key.clone();
        end.push(0);
        match self.read((key, end), snapshot) {
            Ok(found) => Self::answered(Outcome::Value(found.into_iter().next().map(|(_, value)| value))),
            Err(fate) => self.failed(fate),
        }
    }

    pub(crate) fn get_range(&self, range: Range, limit: usize, bytes: usize, snapshot: bool) -> *mut Future {
        let mut found = match self.read(range, snapshot) {
            Ok(found) => found,
            Err(fate) => return self.failed(fate),
        };
        let mut total = 0;
        let fits = |record: &Record| {
            let before = total;
            total += record.0.len() + record.1.len();
            before < bytes
        };
        let whole = found.len();
        let count = found
            .iter()
            .take_while({
                let mut fits = fits;
                move |r| fits(r)
            })
            .count()
            .min(limit);
        found.truncate(count);
        Self::answered(Outcome::Records(found, count < whole))
    }

    pub(crate) fn change(&self, change: Change) {
        locked(&self.state).changes.push(change);
    }

    pub(crate) fn watch(&self, key: Vec<u8>) -> *mut Future {
        let promise = Fulfil::default();
        let fate = fate(&self.path, Operation::Watch);
        let Ok(version) = self.version() else { return self.failed(Fate::Fails(1101)) };
        if fate != Fate::Lost {
            let (cluster, told) = (Arc::clone(&self.cluster), promise.clone());
            thread::spawn(move || {
                let value = |at| locked(&cluster).get(&key, at);
                let before = value(version);
                // As long as somebody waits for it.
                while Arc::strong_count(&told.0) > 1 {
                    let newest = locked(&cluster).newest();
                    if value(newest) != before {
                        return told.with(Outcome::Nothing);
                    }
                    thread::sleep(Duration::from_millis(5));
                }
            });
        }
        future(&promise)
    }

    pub(crate) fn commit(&self) -> *mut Future {
        let at = match self.version() {
            Ok(version) => version,
            Err(fate) => return self.failed(fate),
        };
        let mut state = locked(&self.state);
        if let Some(code) = state.too_large() {
            drop(state);
            return self.failed(Fate::Fails(code));
        }
        if state.changes.is_empty() {
            return Self::answered(Outcome::Nothing);
        }
        let (read, changes) = (std::mem::take(&mut state.read), std::mem::take(&mut state.changes));
        let cluster = Arc::clone(&self.cluster);
        let work = move || locked(&cluster).commit(at, &read, &changes);
        match fate(&self.path, Operation::Commit) {
            Fate::Done => match work() {
                Some(version) => {
                    state.committed = version;
                    Self::answered(Outcome::Nothing)
                }
                None => Self::answered(Outcome::Error(1020)),
            },
            Fate::Slow(ms) => {
                let promise = Fulfil::default();
                later(Duration::from_millis(ms), &promise, move || {
                    if work().is_some() { Outcome::Nothing } else { Outcome::Error(1020) }
                });
                future(&promise)
            }
            Fate::FailsDone(code) => {
                let done = work().is_some();
                Self::answered(Outcome::Error(if done { code } else { 1020 }))
            }
            Fate::FailsLate(code, ms) => {
                thread::spawn(move || {
                    thread::sleep(Duration::from_millis(ms));
                    work()
                });
                Self::answered(Outcome::Error(code))
            }
            other => {
                drop(state);
                self.failed(other)
            }
        }
    }

    pub(crate) fn committed(&self) -> i64 {
        locked(&self.state).committed
    }

    pub(crate) fn on_error(&self, code: i32) -> *mut Future {
        let mut state = locked(&self.state);
        if let Some(over @ (1025 | 1031)) = state.over() {
            return Self::answered(Outcome::Error(over));
        }
        if !RETRYABLE.contains(&code) {
            return Self::answered(Outcome::Error(code));
        }
        if let Some(left) = &mut state.retries_left {
            if *left == 0 {
                return Self::answered(Outcome::Error(code));
            }
            *left -= 1;
        }
        state.clear();
        let promise = Fulfil::default();
        later(Duration::from_millis(2), &promise, || Outcome::Nothing);
        future(&promise)
    }
}
