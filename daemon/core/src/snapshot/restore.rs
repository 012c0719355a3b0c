//! A model from a store, after the machine or everything of the server ended: screens come back, programs
//! do not.

use super::{
    read,
    record::{RanRecord, RootRecord, StateRecord, StoredOrigin, StoredPane, StoredSession},
};
use crate::{
    base::{
        ids::{PaneId, SessionId, WindowId},
        instant::{Instant, Now},
    },
    boundary::{Key, Records, Write},
    formats::{Clock, ctime},
    screen::{Kept, Screen},
    session::{Pane, PaneState, Ran, Sessions, plain, shown},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    ops::Range,
};

/// What came back and what did not, for `show-messages`.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RestoreReport {
    /// Lines.
    pub notices: Vec<String>,
    /// Sessions that came back.
    pub sessions: usize,
    /// Panes that came back.
    pub panes: usize,
}

/// The outcome beside the model.
#[derive(Debug, Default)]
pub struct Restored {
    /// For people.
    pub report: RestoreReport,
    /// Records that nothing names, to be deleted.
    pub stray: Vec<Write>,
    /// Panes whose shell has to be started again.
    pub shells: Vec<PaneId>,
    /// What ran in them, where it was to come back.
    pub ran: BTreeMap<PaneId, Ran>,
    /// The names of the programs that are gone, but for shells at their prompts.
    pub gone: Vec<(PaneId, String)>,
    /// The sessions that came back.
    pub sessions: Vec<SessionId>,
    /// What their panes have in the store.
    pub stored: Vec<super::plan::StoredRecord>,
}

/// Puts what the store holds into an empty model. Nothing is started yet.
pub fn restore(records: Records, model: &mut Sessions) -> Restored {
    let Records { mut by_key, left, .. } = records;
    let mut out = Restored::default();
    let root = by_key.get(&Key::Root.bytes()).map(|bytes| read::decode::<RootRecord>(bytes));
    let root = match root {
        Some(Ok(root)) => root,
        Some(Err(fault)) => {
            // Without the root nobody knows what counted: nothing is brought back, and nothing deleted.
            out.report
                .notices
                .push(format!("sessions could not be restored: the first record of the store: {fault}"));
            return out;
        }
        None => {
            out.stray = by_key.into_keys().map(|key| (key, None)).collect();
            return out;
        }
    };
    let mut used: BTreeSet<Vec<u8>> = BTreeSet::from([Key::Root.bytes()]);
    (model.counters.session, model.counters.window, model.counters.pane, model.counters.use_clock) =
        root.counters;
    let notices = &mut out.report.notices;
    for number in &root.sessions {
        let key = Key::Session(SessionId(*number)).bytes();
        let Some(bytes) = by_key.get(&key) else {
            notices.push(format!("session ${number} is not in the store"));
            continue;
        };
        match read::decode::<StoredSession>(bytes) {
            Ok(stored) => {
                used.insert(key);
                let session = read::session(&stored.session);
                for record in &stored.windows {
                    match read::window(record) {
                        Ok(window) => {
                            model.windows.insert(window.id, window);
                        }
                        Err(fault) => notices.push(format!("window {} was left out: {fault}", record.name)),
                    }
                }
                model.sessions.insert(session.id, session);
            }
            Err(fault) => notices.push(format!("session ${number} was left out: {fault}")),
        }
    }
    let panes: Vec<PaneId> = model.windows.values().flat_map(|w| w.layout.panes()).collect();
    for id in panes {
        let found = match find(&by_key, &left, id) {
            Some(Ok(found)) => found,
            Some(Err(fault)) => {
                notices.push(format!("pane {id} was left out: {fault}"));
                continue;
            }
            None => continue,
        };
        used.extend(found.keys.iter().cloned());
        let lines = read::lines_of(model, WindowId(found.stored.pane.window));
        out.stored.push((id.0, found.chunks.start, found.chunks.end, found.stored.parts));
        let ran = Key::Ran(id).bytes();
        let revived = revive(found, by_key.get(&ran), read::now(root.at), lines, model.now.instant);
        used.insert(ran);
        notices.extend(revived.notice);
        out.gone.extend(revived.gone.map(|what| (id, what)));
        out.ran.extend(revived.ran.map(|ran| (id, ran)));
        out.shells.extend(revived.shell.then_some(id));
        model.panes.insert(id, revived.pane);
        model.ask_for_pictures(id);
    }
    read::mend(model, notices);
    for id in model.sessions.keys() {
        let key = Key::Origin(*id).bytes();
        let Some(Ok(origin)) = by_key.get(&key).map(|bytes| read::decode::<StoredOrigin>(bytes)) else {
            continue;
        };
        model.origins.insert(*id, read::origin(&origin.space, origin.session, &origin.panes));
        used.insert(key);
    }
    out.shells.retain(|p| model.panes.contains_key(p));
    out.sessions = model.sessions.keys().copied().collect();
    out.report.sessions = model.sessions.len();
    out.report.panes = model.panes.len();
    model.had_sessions = !model.sessions.is_empty();
    by_key.retain(|key, _| !used.contains(key) && Key::read(key).is_some());
    out.stray = by_key.into_keys().map(|key| (key, None)).collect();
    out
}

/// Gives panes back the screens that the store has, under a model that was recovered otherwise: of panes that came out of
/// the store and of which nobody else has a screen yet. Says which have one now.
pub fn recall(
    records: Records,
    panes: &BTreeSet<PaneId>,
    model: &mut Sessions,
    notices: &mut Vec<String>,
) -> BTreeSet<PaneId> {
    let Records { by_key, left, .. } = records;
    let root = by_key.get(&Key::Root.bytes()).and_then(|bytes| read::decode::<RootRecord>(bytes).ok());
    let mut recalled = BTreeSet::new();
    for &id in panes {
        let Some(pane) = model.panes.get_mut(&id) else { continue };
        let (stored, mut screen) = match find(&by_key, &left, id) {
            Some(Ok(Found { stored, screen: Ok(screen), .. })) => (stored, screen),
            Some(Ok(Found { screen: Err(fault), .. })) => {
                notices.push(fault);
                continue;
            }
            Some(Err(fault)) => {
                notices.push(format!("the screen of pane {id} was lost: {fault}"));
                continue;
            }
            None => continue,
        };
        // Written before everything ended: the line about that is not on it yet. It may have been starting then, too. Nothing is
        // written in the very millisecond in which what came out of a record before was.
        let lacks_it = match pane.revived_from {
            Some(at) => at == read::now(stored.at),
            None => stored.pane.state == StateRecord::Running,
        };
        if lacks_it && pane.state == PaneState::Starting {
            let at = read::now(stored.at);
            let ended = root.as_ref().map_or(at, |root| later(at, read::now(root.at)));
            let before = read::pane(&stored.pane, 0, model.now.instant);
            screen.reset_modes();
            screen.put_line(&lost(ended, &plain(&what_ran(by_key.get(&Key::Ran(id).bytes()), &before).1)));
        }
        screen.resize(pane.screen.size());
        let _ = screen.outcome();
        pane.screen = screen;
        model.ask_for_pictures(id);
        recalled.insert(id);
    }
    recalled
}

/// What ran in a pane when it was stored, and how that is told of; empty where nobody knows.
fn what_ran(ran: Option<&Vec<u8>>, pane: &Pane) -> (Option<Ran>, String) {
    let ran = ran.and_then(|bytes| read::decode::<RanRecord>(bytes).ok());
    let ran = ran.map(|record| Ran { line: record.line, words: record.words });
    let ran = ran.filter(|ran| ran.name() == pane.command());
    let what = ran.as_ref().map_or_else(|| pane.command().to_owned(), |ran| shown(&ran.words.join(" ")));
    (ran, what)
}

/// A pane as it comes out of the store.
pub(super) struct Revived {
    pub(super) pane: Pane,
    /// Its shell is to be started again.
    pub(super) shell: bool,
    /// What ran in it, where it is to come back.
    pub(super) ran: Option<Ran>,
    /// The name of the program that is gone, but for a shell at its prompt.
    pub(super) gone: Option<String>,
    /// What was lost of it.
    pub(super) notice: Option<String>,
}

/// A pane out of what the store has of it. `ran` is its record of what ran, `ended` a moment at which it did.
pub(super) fn revive(
    Found { stored, screen, .. }: Found,
    ran: Option<&Vec<u8>>,
    ended: Now,
    lines: u32,
    now: Instant,
) -> Revived {
    let pane = read::pane(&stored.pane, lines, now);
    let mut out = Revived { pane, shell: false, ran: None, gone: None, notice: None };
    let pane = &mut out.pane;
    match screen {
        Ok(screen) => pane.screen = screen,
        Err(fault) => out.notice = Some(fault),
    }
    pane.pid = 0;
    pane.tty.clear();
    pane.typed_early.clear();
    pane.retype = None;
    if matches!(pane.state, PaneState::Running | PaneState::Starting) {
        let (ran, what) = what_ran(ran, pane);
        let line = lost(later(read::now(stored.at), ended), &plain(&what));
        if !what.is_empty() && what != shell_name(&pane.program.shell) {
            out.gone = Some(what);
        }
        out.ran = ran;
        pane.screen.reset_modes();
        pane.screen.put_line(&line);
        pane.state = PaneState::Starting;
        pane.revived_from = Some(read::now(stored.at));
        out.shell = true;
    }
    pane.process.command.clear();
    out
}

/// What the store has of a pane.
pub(super) struct Found {
    pub(super) stored: StoredPane,
    /// Its screen, or a sentence.
    pub(super) screen: Result<Screen, String>,
    /// All that it is made of.
    pub(super) keys: Vec<Vec<u8>>,
    /// Its chunks of history.
    pub(super) chunks: Range<u64>,
}

/// None where there is no record of that pane, a sentence where it makes no sense.
pub(super) fn find(
    by_key: &BTreeMap<Vec<u8>, Vec<u8>>,
    left: &BTreeMap<Vec<u8>, usize>,
    id: PaneId,
) -> Option<Result<Found, String>> {
    let mut keys = vec![Key::Pane(id).bytes()];
    let stored = match read::decode::<StoredPane>(by_key.get(&keys[0])?) {
        Ok(stored) if stored.pane.id == id.0 => stored,
        Ok(_) => return None,
        Err(fault) => return Some(Err(fault)),
    };
    let mut head = Vec::new();
    for n in 0..stored.parts {
        let key = Key::Part(id, stored.generation, n).bytes();
        let Some(part) = by_key.get(&key) else {
            head.clear();
            break;
        };
        head.extend_from_slice(part);
        keys.push(key);
    }
    let mut range: Option<(u64, u64)> = None;
    let screen = Screen::restore(&head, &mut |chunk| {
        let key = Key::Chunk(id, chunk).bytes();
        let found = match (left.get(&key), by_key.get(&key)) {
            (Some(bytes), _) => Kept::Stored(*bytes),
            (None, bytes) => bytes.cloned().into(),
        };
        range = Some(range.map_or((chunk, chunk + 1), |(a, b)| (a.min(chunk), b.max(chunk + 1))));
        keys.push(key);
        found
    });
    let screen = screen.map_err(|fault| format!("the screen of pane {id} was lost: {fault}"));
    let (start, end) = range.unwrap_or((0, 0));
    Some(Ok(Found { stored, screen, keys, chunks: start..end }))
}

/// A shell at its prompt is nothing that is missed.
fn shell_name(path: &str) -> &str {
    path.rsplit('/').next().unwrap_or(path)
}

/// What a pane says where its program was.
fn lost(at: Now, command: &str) -> String {
    let ran = if command.is_empty() { String::new() } else { format!(" ({command})") };
    let clock = Clock { wall_seconds: at.wall_seconds, zone_seconds: at.zone_seconds };
    format!("[restored: the machine or server ended at {}; what ran here{ran} is gone]", ctime(clock))
}

/// The later of two moments by the wall clock.
fn later(a: Now, b: Now) -> Now {
    if b.wall_seconds > a.wall_seconds { b } else { a }
}
