//! What the store has to learn, and when.
//!
//! A *round* brings the store to the model: for each pane that changed its new sealed chunks, the parts of its
//! screen's head and, last, its record, which says which parts count; then the sessions' records; then the
//! root, which says which sessions count; then the deletion of what is no longer named. Whatever part of that
//! order has been committed when the power goes, what the root reaches is whole. A round is cut into batches
//! of at most [`BATCH_BYTES_MAX`], one in flight at a time; a head and its pane's record are never cut apart
//! unless they alone pass that.
//!
//! A batch that failed makes everything unknown: the next round, after a growing pause, writes all of it anew,
//! which may repeat what was committed and changes nothing then.

use super::{
    fingerprint::Fingerprint,
    record::{RanRecord, RootRecord, StoredPane, StoredSession, VERSION},
    write,
};
use crate::{
    base::{
        ids::{PaneId, SessionId, Ticket},
        instant::Instant,
        runs::Runs,
    },
    boundary::{Key, Question, Write},
    session::{Place, Sessions},
};
use abide_protocol::codec::encode;
use std::collections::{BTreeMap, BTreeSet, VecDeque};

/// Bytes of keys and values in one batch: well under the megabyte that every store takes.
pub const BATCH_BYTES_MAX: usize = 900 * 1024;
/// Bytes of a value; the strictest store takes 100,000.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;
/// From the first change to the round that stores it: with the commit's own time it stays under a second.
const ROUND_AFTER_MS: u64 = 600;
/// A commit that took longer than this is slow: with it and the time above the second is over anyway. From then on
/// there are fewer rounds, each time half as many, until commits are quick again.
const SLOW_COMMIT_MS: u64 = 400;
/// The longest time from a change to its round, however slow the store is.
const ROUND_AFTER_MS_MAX: u64 = 30_000;
/// Least time between the root's moments while nothing changes: what the restore's notice is exact to.
const ROOT_EVERY_MS: u64 = 5 * 60 * 1000;
/// First pause after a failure; doubled up to the last.
const PAUSE_FIRST_MS: u64 = 1000;
/// Last pause after failures: a full disk that was cleaned is noticed within that.
const PAUSE_LAST_MS: u64 = 30_000;
/// Pause after a failure when everything is about to end.
const PAUSE_DRAINING_MS: u64 = 100;
/// Failures in a row after which what is not stored is given up, when everything is about to end.
const FAILURES_DRAINING_MAX: u32 = 3;
/// Chunks of a pane's history that a round squeezes before it stores them: a millisecond's work.
const SQUEEZED_PER_ROUND_MAX: usize = 16;
/// The slot for a head that does not fit into one batch when it is not known which slot counts.
const SPARE_SLOT: u64 = 2;

/// What the store has of a pane.
#[derive(Clone, Debug, Default, PartialEq)]
struct Known {
    /// Version of the screen whose head it has; `None`: not known.
    version: Option<u64>,
    /// Of its record without the moment.
    record: Fingerprint,
    /// Of its record of what ran, an empty one where there is none; `None`: not known.
    ran: Option<Fingerprint>,
    /// Which of two slots has the head.
    slot: Option<u64>,
    /// How many parts that head has.
    head_parts: u32,
    /// The most parts that any had.
    parts: u32,
    /// Chunks that it has.
    chunks: Runs,
    /// Whether those are known to be there; else only that they may be.
    chunks_sure: bool,
}

/// What a pane may have in the store, for the structure record: pane, first chunk, one past the last, parts.
pub type StoredRecord = (u32, u64, u64, u32);

/// Where a round is.
#[derive(Debug, Default)]
enum Stage {
    /// None is going on.
    #[default]
    Idle,
    /// These panes are still to be looked at.
    Panes(VecDeque<PaneId>),
    /// All panes are done: sessions, root and deletions come next.
    Rest,
}

/// How far the last round is, the one after which everything ends.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Last {
    /// There is to be none.
    #[default]
    No,
    /// The next one is it. One that goes on now has looked at some panes before their last output.
    Next,
    /// It goes on.
    Now,
    /// It is over.
    Over,
}

/// The plan.
#[derive(Debug, Default)]
pub struct Plan {
    due: Option<Instant>,
    stage: Stage,
    queue: VecDeque<Write>,
    in_flight: Option<Ticket>,
    /// Chunks in the batch that is in flight, and their bytes.
    flying: Vec<(PaneId, u64, usize)>,
    /// Something changed while a round was going on.
    again: bool,
    last: Last,
    /// When the oldest change was that a round has to store, and the oldest since the round began.
    since: Option<Instant>,
    again_since: Option<Instant>,
    asked_at: Instant,
    /// From the first change to its round while the store is slow; 0: it is not.
    stretched_ms: u64,
    failures: u32,
    fault: String,
    panes: BTreeMap<PaneId, Known>,
    /// Panes whose screens could not be read out of the store: what it has of them is more than is here.
    left: BTreeSet<PaneId>,
    /// Of their records, and of those of where sessions came from; of none: not known.
    sessions: BTreeMap<SessionId, Fingerprint>,
    origins: BTreeMap<SessionId, Fingerprint>,
    root: Option<(Instant, Vec<u32>)>,
    /// The sessions of the last root that is in the store for sure.
    rooted: Vec<u32>,
}

impl Plan {
    /// Something that is stored has changed.
    pub fn touch(&mut self, now: Instant) {
        match self.stage {
            Stage::Idle if self.in_flight.is_none() => {
                self.since.get_or_insert(now);
                if self.due.is_none() {
                    self.due = Some(now.after_ms(self.stretched_ms.max(ROUND_AFTER_MS)));
                }
            }
            _ => {
                self.again = true;
                self.again_since.get_or_insert(now);
            }
        }
    }

    /// What changed is to be stored without waiting for more.
    pub fn hurry(&mut self, now: Instant) {
        self.touch(now);
        if self.failures == 0 && self.due.is_some() {
            self.due = Some(now);
        }
    }

    /// The store begins empty: all of it is to be written.
    pub fn forget(&mut self, now: Instant) {
        let last = if self.last == Last::Now { Last::Next } else { self.last };
        *self = Plan {
            in_flight: self.in_flight,
            last,
            since: self.since.or(self.again_since),
            asked_at: self.asked_at,
            stretched_ms: self.stretched_ms,
            ..Plan::default()
        };
        self.touch(now);
        self.again = true;
    }

    /// What the store has is not known any more, only what it may have: that is removed when nobody wants it, and a daemon that
    /// takes over looks for it.
    fn doubt(&mut self, now: Instant) {
        let maybe = |known: Known| Known { parts: known.parts, chunks: known.chunks, ..Known::default() };
        let panes = std::mem::take(&mut self.panes).into_iter().map(|(pane, known)| (pane, maybe(known)));
        let panes = panes.collect();
        let sessions = self.sessions.keys().map(|session| (*session, Fingerprint::default())).collect();
        let origins = self.origins.keys().map(|session| (*session, Fingerprint::default())).collect();
        let left = std::mem::take(&mut self.left);
        self.forget(now);
        (self.panes, self.left, self.sessions, self.origins) = (panes, left, sessions, origins);
    }

    /// When [`Plan::advance`] has something to do.
    #[must_use]
    pub fn deadline(&self) -> Option<Instant> {
        if self.in_flight.is_some() || self.last == Last::Over {
            return None;
        }
        let heartbeat =
            self.root.as_ref().filter(|(_, s)| !s.is_empty()).map(|(at, _)| at.after_ms(ROOT_EVERY_MS));
        self.due.into_iter().chain(heartbeat).min()
    }

    /// What is wrong with it, in one sentence; empty when nothing is.
    #[must_use]
    pub fn fault(&self) -> &str {
        &self.fault
    }

    /// When the oldest change happened that is not stored for sure.
    #[must_use]
    pub fn unstored_since(&self) -> Option<Instant> {
        self.since.or(self.again_since)
    }

    /// What panes may have in the store.
    #[must_use]
    pub fn stored(&self) -> Vec<StoredRecord> {
        let record = |(pane, known): (&PaneId, &Known)| {
            let chunks = known.chunks.hull();
            (pane.0, chunks.start, chunks.end, known.parts)
        };
        self.panes.iter().map(record).collect()
    }

    /// Sessions that have a record in the store.
    #[must_use]
    pub fn stored_sessions(&self) -> Vec<u32> {
        self.sessions.keys().map(|s| s.0).collect()
    }

    /// Takes over from a daemon that ended what panes may have in the store; all else is written anew.
    pub fn inherit(&mut self, stored: &[StoredRecord], sessions: &[u32], now: Instant) {
        self.inherit_panes(stored);
        self.sessions = sessions.iter().map(|s| (SessionId(*s), Fingerprint::default())).collect();
        self.touch(now);
    }

    /// What panes may have in the store beside: those that are not in the model are removed.
    pub fn inherit_panes(&mut self, stored: &[StoredRecord]) {
        for (pane, start, end, parts) in stored {
            let known = Known { parts: *parts, chunks: (*start..*end).into(), ..Known::default() };
            self.panes.insert(PaneId(*pane), known);
        }
    }

    /// Leaves what the store has of these as it is, until a program runs in them.
    pub fn leave(&mut self, panes: &BTreeSet<PaneId>) {
        self.left.extend(panes);
    }

    /// Sessions whose origin is in the store.
    pub fn inherit_origins(&mut self, sessions: impl Iterator<Item = SessionId>) {
        self.origins.extend(sessions.map(|session| (session, Fingerprint::default())));
    }

    /// Whether a session is whole in the store, as far as is known.
    #[must_use]
    pub fn has_stored(&self, session: SessionId) -> bool {
        self.rooted.contains(&session.0)
    }

    /// Asks for the next batch when one is due and none is in flight.
    pub fn advance(&mut self, model: &mut Sessions) {
        let now = model.now.instant;
        if self.in_flight.is_some() {
            return;
        }
        if matches!(self.stage, Stage::Idle) && self.deadline().is_some_and(|at| at <= now) {
            self.due = None;
            self.stage = Stage::Panes(stored_panes(model));
            if self.last == Last::Next {
                self.last = Last::Now;
            }
        }
        let batch = self.batch(model);
        if !batch.is_empty() {
            let chunk = |write: &Write| match (Key::read(&write.0)?, &write.1) {
                (Key::Chunk(pane, id), Some(bytes)) => Some((pane, id, bytes.len())),
                _ => None,
            };
            self.flying = batch.iter().filter_map(chunk).collect();
            self.in_flight = Some(model.ask(Question::Commit(batch)));
            self.asked_at = now;
        } else if self.last == Last::Now {
            self.last = Last::Over;
        }
    }

    /// A pane has another screen, whose chunks may be others under the same numbers.
    pub fn screen_replaced(&mut self, pane: PaneId) {
        self.flying.retain(|(of, ..)| *of != pane);
        if let Some(known) = self.panes.get_mut(&pane) {
            (known.version, known.chunks_sure) = (None, false);
        }
    }

    /// Whether what is handed to the store is expected to be there soon.
    #[must_use]
    pub fn is_well(&self) -> bool {
        self.failures == 0
    }

    /// A batch was committed, or not.
    pub fn answered(&mut self, model: &mut Sessions, ticket: Ticket, outcome: Result<(), String>) {
        if self.in_flight != Some(ticket) {
            return;
        }
        self.in_flight = None;
        let now = model.now.instant;
        match outcome {
            Ok(()) => {
                self.failures = 0;
                self.fault.clear();
                self.stretched_ms = if now.since_ms(self.asked_at) > SLOW_COMMIT_MS {
                    (self.stretched_ms.max(ROUND_AFTER_MS) * 2).min(ROUND_AFTER_MS_MAX)
                } else {
                    self.stretched_ms / 2
                };
                for (pane, chunk, bytes) in std::mem::take(&mut self.flying) {
                    if let Some(pane) = model.panes.get_mut(&pane) {
                        pane.screen.chunk_is_stored(chunk, bytes);
                    }
                }
                if let (Stage::Idle, true, Some((_, sessions))) =
                    (&self.stage, self.queue.is_empty(), &self.root)
                {
                    self.rooted.clone_from(sessions);
                }
                self.advance(model);
                if self.in_flight.is_none() && self.last == Last::Next {
                    self.due = Some(now);
                    self.advance(model);
                }
                if self.in_flight.is_none() {
                    self.since = self.again_since.take();
                    if std::mem::take(&mut self.again) {
                        self.touch(now);
                    }
                }
            }
            Err(why) => {
                let failures = self.failures;
                self.doubt(now);
                self.again = false;
                self.failures = failures.saturating_add(1);
                self.fault = format!("not saved: {why}");
                let pause = PAUSE_FIRST_MS.saturating_mul(1 << failures.min(10)).min(PAUSE_LAST_MS);
                let pause = if self.last == Last::No { pause } else { PAUSE_DRAINING_MS };
                self.due = Some(now.after_ms(pause));
                if self.last != Last::No && self.failures >= FAILURES_DRAINING_MAX {
                    self.last = Last::Over;
                }
            }
        }
    }

    /// Batches that remove everything at once, for an end that nothing comes back from.
    pub fn farewell(&mut self, model: &mut Sessions) {
        self.queue.clear();
        self.stage = Stage::Rest;
        loop {
            let batch = self.batch(model);
            if batch.is_empty() {
                break;
            }
            model.ask(Question::Commit(batch));
        }
        self.due = None;
    }

    /// Batches that store all that is not stored yet, without waiting for each other: for a process that is
    /// about to end. Commits are carried out in the order in which they are asked for.
    pub fn finish(&mut self, model: &mut Sessions) {
        if matches!(self.stage, Stage::Idle) {
            self.stage = Stage::Panes(stored_panes(model));
        }
        self.due = None;
        loop {
            let batch = self.batch(model);
            if batch.is_empty() {
                break;
            }
            self.in_flight = Some(model.ask(Question::Commit(batch)));
        }
    }

    /// What changed until now is stored in one more round, as soon as the one that goes on is over; after that
    /// nothing is.
    pub fn drain(&mut self, now: Instant) {
        self.last = Last::Next;
        self.due = Some(now);
    }

    /// Whether the last round is over: everything is stored, or [`Plan::fault`] says why not.
    #[must_use]
    pub fn is_drained(&self) -> bool {
        self.last == Last::Over
    }

    fn batch(&mut self, model: &mut Sessions) -> Vec<Write> {
        let mut batch = Vec::new();
        let mut bytes = 0;
        loop {
            while let Some(next) = self.queue.front() {
                let weight = next.0.len() + next.1.as_ref().map_or(0, Vec::len) + 16;
                if !batch.is_empty() && bytes + weight > BATCH_BYTES_MAX {
                    return batch;
                }
                bytes += weight;
                batch.extend(self.queue.pop_front());
            }
            match &mut self.stage {
                Stage::Idle => return batch,
                Stage::Panes(panes) => match panes.pop_front() {
                    None => self.stage = Stage::Rest,
                    Some(pane) => {
                        let before = self.queue.len();
                        self.write_pane(model, pane);
                        // A head and the record that names it stay together: in this batch or in the next.
                        let head = self.queue.iter().skip(before).filter(|w| !is_chunk(&w.0));
                        let weight: usize =
                            head.map(|w| w.0.len() + w.1.as_ref().map_or(0, Vec::len) + 16).sum();
                        if !batch.is_empty() && bytes + weight > BATCH_BYTES_MAX {
                            return batch;
                        }
                    }
                },
                Stage::Rest => {
                    self.write_rest(model);
                    self.stage = Stage::Idle;
                }
            }
        }
    }

    /// What the store lacks of a pane.
    fn write_pane(&mut self, model: &mut Sessions, id: PaneId) {
        let at = write::moment(model.now);
        let Some(pane) = model.panes.get_mut(&id) else { return };
        if pane.pid == 0 && self.left.contains(&id) {
            return;
        }
        let known = self.panes.entry(id).or_default();
        if known.version != Some(pane.screen.version()) {
            pane.screen.squeeze_history(SQUEEZED_PER_ROUND_MAX);
        }
        let Some(pane) = model.panes.get(&id) else { return };
        let record = write::pane(pane);
        let encoded = Fingerprint::of(&encode(&record).unwrap_or_default());
        let version = pane.screen.version();
        let screen_same = known.version == Some(version);
        let ran = model.ran(id).map(|ran| RanRecord { version: VERSION, line: ran.line, words: ran.words });
        let ran = ran.and_then(|record| encode(&record).ok()).unwrap_or_default();
        let of_ran = Some(Fingerprint::of(&ran));
        if known.ran != of_ran {
            self.queue.push_back((Key::Ran(id).bytes(), Some(ran).filter(|bytes| !bytes.is_empty())));
            known.ran = of_ran;
        }
        if screen_same && known.record == encoded {
            return;
        }
        let mut stale = Vec::new();
        if !screen_same {
            let chunks = pane.screen.chunk_runs();
            let sure = if known.chunks_sure { known.chunks.clone() } else { Runs::default() };
            // Those that are not in memory are in the store, or nowhere.
            for chunk in chunks.without(&sure).numbers() {
                if let Some(bytes) = pane.screen.chunk(chunk) {
                    self.queue.push_back((Key::Chunk(id, chunk).bytes(), Some(bytes.to_vec())));
                }
            }
            stale.extend(known.chunks.without(&chunks).numbers().map(|c| Key::Chunk(id, c)));
            known.chunks = chunks;
            known.chunks_sure = true;
        }
        let (slot, parts) = if screen_same {
            (known.slot.unwrap_or(0), known.head_parts)
        } else {
            let head = pane.screen.head();
            let fits = head.len() + VALUE_BYTES_MAX < BATCH_BYTES_MAX;
            let slot = match known.slot {
                Some(slot) => u64::from(slot == 0),
                None if fits => 0,
                None => SPARE_SLOT,
            };
            let parts: Vec<&[u8]> = head.chunks(VALUE_BYTES_MAX).collect();
            let count = u32::try_from(parts.len()).unwrap_or(u32::MAX);
            for (n, part) in (0..count).zip(parts) {
                self.queue.push_back((Key::Part(id, slot, n).bytes(), Some(part.to_vec())));
            }
            (slot, count)
        };
        let stored = StoredPane { version: VERSION, at, pane: record, generation: slot, parts };
        // Our own types always encode.
        let Ok(bytes) = encode(&stored) else { return };
        self.queue.push_back((Key::Pane(id).bytes(), Some(bytes)));
        self.queue.extend(stale.into_iter().map(|key| (key.bytes(), None)));
        known.version = Some(version);
        known.record = encoded;
        known.slot = Some(slot);
        known.head_parts = parts;
        known.parts = known.parts.max(parts);
    }

    /// Sessions, the root, and what is no longer named.
    fn write_rest(&mut self, model: &mut Sessions) {
        let kept: Vec<SessionId> = kept_sessions(model);
        for id in &kept {
            let Some(session) = model.sessions.get(id) else { continue };
            let mut windows: Vec<_> = session.windows.values().map(|link| link.window).collect();
            windows.sort_unstable();
            windows.dedup();
            let windows = windows.iter().filter_map(|w| model.windows.get(w)).map(write::window).collect();
            let record = StoredSession { version: VERSION, session: write::session(session), windows };
            let Ok(bytes) = encode(&record) else { continue };
            let print = Fingerprint::of(&bytes);
            if self.sessions.insert(*id, print) != Some(print) {
                self.queue.push_back((Key::Session(*id).bytes(), Some(bytes)));
            }
        }
        for (id, origin) in model.origins.iter().filter(|(id, _)| kept.contains(id)) {
            let bytes = encode(&write::origin(origin)).unwrap_or_default();
            let print = Fingerprint::of(&bytes);
            if self.origins.insert(*id, print) != Some(print) {
                self.queue.push_back((Key::Origin(*id).bytes(), Some(bytes)));
            }
        }
        let numbers: Vec<u32> = kept.iter().map(|s| s.0).collect();
        let counters = model.counters;
        let root = RootRecord {
            version: VERSION,
            at: write::moment(model.now),
            sessions: numbers.clone(),
            counters: (counters.session, counters.window, counters.pane, counters.use_clock),
        };
        if let Ok(bytes) = encode(&root) {
            self.queue.push_back((Key::Root.bytes(), Some(bytes)));
        }
        self.root = Some((model.now.instant, numbers));
        let gone: Vec<SessionId> = self.sessions.keys().copied().filter(|s| !kept.contains(s)).collect();
        for session in gone {
            self.sessions.remove(&session);
            self.queue.push_back((Key::Session(session).bytes(), None));
        }
        let queue = &mut self.queue;
        self.origins.retain(|session, _| {
            let holds = model.origins.contains_key(session) && kept.contains(session);
            if !holds {
                queue.push_back((Key::Origin(*session).bytes(), None));
            }
            holds
        });
        let alive: BTreeSet<PaneId> = stored_panes(model).into_iter().collect();
        let gone: Vec<PaneId> = self.panes.keys().copied().filter(|p| !alive.contains(p)).collect();
        for pane in gone {
            let Some(known) = self.panes.remove(&pane) else { continue };
            // It lives on where its session is no longer stored.
            let lost = model.panes.get_mut(&pane).map_or(0, |p| p.screen.store_is_lost());
            if lost > 0 {
                model.note(&format!(
                    "pane {pane}: {lost} lines of its history were on disk alone and are gone: restore is off"
                ));
            }
            self.queue.push_back((Key::Pane(pane).bytes(), None));
            self.queue.push_back((Key::Ran(pane).bytes(), None));
            for slot in 0..=SPARE_SLOT {
                self.queue.extend((0..known.parts).map(|n| (Key::Part(pane, slot, n).bytes(), None)));
            }
            self.queue.extend(known.chunks.numbers().map(|c| (Key::Chunk(pane, c).bytes(), None)));
        }
    }
}

fn is_chunk(key: &[u8]) -> bool {
    matches!(Key::read(key), Some(Key::Chunk(..)))
}

/// Whether a session is stored: one that is here, and whose `restore` option is on.
pub(crate) fn is_kept(model: &Sessions, session: SessionId) -> bool {
    model.sessions.contains_key(&session) && model.options(Place::Session(Some(session))).flag("restore")
}

/// The sessions that are stored.
fn kept_sessions(model: &Sessions) -> Vec<SessionId> {
    model.sessions.keys().copied().filter(|s| is_kept(model, *s)).collect()
}

/// The panes of sessions that are stored.
fn stored_panes(model: &Sessions) -> VecDeque<PaneId> {
    let mut panes = BTreeSet::new();
    for session in kept_sessions(model).iter().filter_map(|s| model.sessions.get(s)) {
        for window in session.windows.values().filter_map(|link| model.windows.get(&link.window)) {
            panes.extend(window.layout.panes());
        }
    }
    panes.into_iter().collect()
}
