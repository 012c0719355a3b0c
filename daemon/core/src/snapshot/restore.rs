//! A model from a store, after the machine or everything of the server ended: screens come back, programs
//! do not.

use super::{
    key::Key,
    read,
    record::{RanRecord, RootRecord, StoredPane, StoredSession},
    records::Records,
};
use crate::{
    base::{
        ids::{PaneId, SessionId},
        instant::Now,
    },
    formats::{Clock, ctime},
    screen::{Kept, Screen},
    server::Write,
    session::{PaneState, Ran, Sessions, plain, shown},
};
use std::collections::{BTreeMap, BTreeSet};

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
        let Some(bytes) = by_key.get(&Key::Pane(id).bytes()) else { continue };
        let stored = match read::decode::<StoredPane>(bytes) {
            Ok(stored) if stored.pane.id == id.0 => stored,
            Ok(_) => continue,
            Err(fault) => {
                notices.push(format!("pane {id} was left out: {fault}"));
                continue;
            }
        };
        used.insert(Key::Pane(id).bytes());
        let lines = read::lines_of(model, crate::base::ids::WindowId(stored.pane.window));
        let mut pane = read::pane(&stored.pane, lines, model.now.instant);
        let mut head = Vec::new();
        for n in 0..stored.parts {
            let key = Key::Part(id, stored.generation, n).bytes();
            let Some(part) = by_key.get(&key) else {
                head.clear();
                break;
            };
            head.extend_from_slice(part);
            used.insert(key);
        }
        let mut chunks: Vec<Vec<u8>> = Vec::new();
        let mut range: Option<(u64, u64)> = None;
        let restored = Screen::restore(&head, &mut |chunk| {
            let key = Key::Chunk(id, chunk).bytes();
            let found = match (left.get(&key), by_key.get(&key)) {
                (Some(bytes), _) => Kept::Stored(*bytes),
                (None, bytes) => bytes.cloned().into(),
            };
            range = Some(range.map_or((chunk, chunk + 1), |(a, b)| (a.min(chunk), b.max(chunk + 1))));
            chunks.push(key);
            found
        });
        used.extend(chunks);
        let (first, end) = range.unwrap_or((0, 0));
        out.stored.push((id.0, first, end, stored.parts));
        match restored {
            Ok(screen) => pane.screen = screen,
            Err(fault) => notices.push(format!("the screen of pane {id} was lost: {fault}")),
        }
        pane.pid = 0;
        pane.tty.clear();
        pane.typed_early.clear();
        pane.retype = None;
        if matches!(pane.state, PaneState::Running | PaneState::Starting) {
            let key = Key::Ran(id).bytes();
            let ran = by_key.get(&key).and_then(|bytes| read::decode::<RanRecord>(bytes).ok());
            used.insert(key);
            let ran = ran.map(|record| Ran { line: record.line, words: record.words });
            let ran = ran.filter(|ran| ran.name() == pane.command());
            let what =
                ran.as_ref().map_or_else(|| pane.command().to_owned(), |ran| shown(&ran.words.join(" ")));
            let line = lost(later(read::now(stored.at), read::now(root.at)), &plain(&what));
            if !what.is_empty() && what != shell_name(&pane.program.shell) {
                out.gone.push((id, what));
            }
            out.ran.extend(ran.map(|ran| (id, ran)));
            pane.screen.reset_modes();
            pane.screen.put_line(&line);
            pane.state = PaneState::Starting;
            out.shells.push(id);
        }
        pane.process.command.clear();
        model.panes.insert(id, pane);
    }
    read::mend(model, notices);
    out.shells.retain(|p| model.panes.contains_key(p));
    out.sessions = model.sessions.keys().copied().collect();
    out.report.sessions = model.sessions.len();
    out.report.panes = model.panes.len();
    model.had_sessions = !model.sessions.is_empty();
    by_key.retain(|key, _| !used.contains(key) && Key::read(key).is_some());
    out.stray = by_key.into_keys().map(|key| (key, None)).collect();
    out
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
