//! A session out of another daemon's records, under numbers of ours.
//!
//! Everything of it is first copied into our own store under its new numbers, where nothing names it yet; then it is put
//! into the model, whose next records name it. A daemon that is killed on the way leaves either records that nothing
//! names, which are removed, or a session whose screens the next one finds in the store.

use super::{
    plan::StoredRecord,
    read,
    record::{RootRecord, StoredPane, StoredSession},
    restore::{Revived, find, revive},
};
use crate::{
    base::{
        ids::{PaneId, SessionId, WindowId},
        instant::Now,
        limits::{PANES_MAX, SESSIONS_MAX, WINDOWS_MAX},
    },
    boundary::{Key, Records, Write},
    session::{Pane, Ran, Session, Sessions, Window, Winlink, tidy},
};
use abide_protocol::codec::encode;
use std::collections::{BTreeMap, BTreeSet};

/// A session's record as it is there.
#[derive(Debug)]
pub struct Found {
    stored: StoredSession,
    /// When its daemon last said that it lived.
    at: Now,
    panes: BTreeSet<PaneId>,
    /// Panes that no other session there has.
    own: Vec<PaneId>,
}

impl Found {
    /// Of a daemon's sessions, as [`super::shelf::session_prefixes`] names them, the one of that number.
    ///
    /// # Errors
    /// When it is not there, or makes no sense.
    pub fn new(records: Vec<(Vec<u8>, Vec<u8>)>, number: SessionId) -> Result<Found, String> {
        let by_key: BTreeMap<Vec<u8>, Vec<u8>> = records.into_iter().collect();
        let root =
            by_key.get(&Key::Root.bytes()).ok_or("the store has no record of its sessions any more")?;
        let root: RootRecord = read::decode(root)?;
        let key = Key::Session(number).bytes();
        let stored: StoredSession = read::decode(by_key.get(&key).ok_or("it is not in the store any more")?)?;
        let panes = panes_of(&stored);
        let mut own = panes.clone();
        for (other, bytes) in &by_key {
            if matches!(Key::read(other), Some(Key::Session(other)) if other != number) {
                match read::decode::<StoredSession>(bytes) {
                    Ok(other) => own.retain(|pane| !panes_of(&other).contains(pane)),
                    // Nobody knows which panes that one has.
                    Err(_) => own.clear(),
                }
            }
        }
        Ok(Found { stored, at: read::now(root.at), panes, own: own.into_iter().collect() })
    }

    /// What the keys begin with of all that belongs to its panes.
    #[must_use]
    pub fn prefixes(&self) -> Vec<Vec<u8>> {
        Key::prefixes_of(&self.panes)
    }

    /// Its panes that no other session there has.
    #[must_use]
    pub fn own_panes(&self) -> &[PaneId] {
        &self.own
    }
}

fn panes_of(stored: &StoredSession) -> BTreeSet<PaneId> {
    stored.windows.iter().filter_map(|w| read::window(w).ok()).flat_map(|w| w.layout.panes()).collect()
}

/// A session under its new numbers, apart from the model.
pub struct Coming {
    session: Session,
    windows: Vec<Window>,
    panes: Vec<Revived>,
    /// Records to be copied: keys there and here.
    pub keys: Vec<(Vec<u8>, Vec<u8>)>,
    /// Records of its panes, for our store.
    pub writes: Vec<Write>,
    /// What the two make of our store.
    pub stored: Vec<StoredRecord>,
    notices: Vec<String>,
}

/// What is to be done for a session that has come.
#[derive(Debug)]
pub struct Come {
    /// Its number here.
    pub session: SessionId,
    /// Panes whose shell has to be started, and what ran in them where it was to come back.
    pub shells: Vec<(PaneId, Option<Ran>)>,
    /// Programs that are gone.
    pub gone: Vec<(PaneId, String)>,
    /// What was left out, for people.
    pub notices: Vec<String>,
}

impl Coming {
    /// Gives a session that was found, with what the store has of its panes, numbers of ours. The model has only the
    /// numbers less.
    ///
    /// # Errors
    /// When nothing of it can be read, or there is no room for it.
    pub fn new(found: Found, name: &str, records: &Records, model: &mut Sessions) -> Result<Coming, String> {
        let mut notices = Vec::new();
        let mut windows = Vec::new();
        for record in &found.stored.windows {
            match read::window(record) {
                Ok(window) => windows.push(window),
                Err(fault) => notices.push(format!("window {} was left out: {fault}", tidy(&record.name))),
            }
        }
        room("sessions", model.sessions.len() + 1, SESSIONS_MAX)?;
        room("windows", model.windows.len() + windows.len(), WINDOWS_MAX)?;
        room("panes", model.panes.len() + found.panes.len(), PANES_MAX)?;
        let counters = &mut model.counters;
        let mut numbers = Numbers::default();
        numbers.panes.extend(found.panes.iter().map(|pane| (*pane, PaneId(next(&mut counters.pane)))));
        numbers.windows.extend(windows.iter().map(|w| (w.id, WindowId(next(&mut counters.window)))));
        let session = SessionId(next(&mut counters.session));
        model.changed = true;
        let mut out = Coming {
            session: numbers.session(read::session(&found.stored.session), session, name),
            windows: windows.into_iter().map(|window| numbers.window(window)).collect(),
            panes: Vec::new(),
            keys: Vec::new(),
            writes: Vec::new(),
            stored: Vec::new(),
            notices,
        };
        out.session.used = model.tick();
        for (old, new) in &numbers.panes {
            if let Err(fault) = out.take_pane((*old, *new), &numbers, records, found.at, model) {
                out.notices.push(format!("pane {old} was left out: {fault}"));
            }
        }
        // Which was active last stays so, by our own count of uses.
        out.panes.sort_by_key(|revived| revived.pane.active_point);
        for revived in &mut out.panes {
            revived.pane.active_point = model.tick();
        }
        if out.panes.is_empty() {
            return Err("none of its panes can be read".to_owned());
        }
        Ok(out)
    }

    fn take_pane(
        &mut self,
        (old, new): (PaneId, PaneId),
        numbers: &Numbers,
        records: &Records,
        at: Now,
        model: &Sessions,
    ) -> Result<(), String> {
        let mut found = find(&records.by_key, &records.left, old).ok_or("it is not in the store")??;
        let window = WindowId(found.stored.pane.window);
        let window = *numbers.windows.get(&window).ok_or("its window is not known")?;
        for key in &found.keys {
            let here = match Key::read(key) {
                Some(Key::Part(_, generation, part)) => Key::Part(new, generation, part),
                Some(Key::Chunk(_, chunk)) => Key::Chunk(new, chunk),
                _ => continue,
            };
            self.keys.push((key.clone(), here.bytes()));
        }
        // Most panes have none.
        self.keys.push((Key::Ran(old).bytes(), Key::Ran(new).bytes()));
        self.stored.push((new.0, found.chunks.start, found.chunks.end, found.stored.parts));
        (found.stored.pane.id, found.stored.pane.window) = (new.0, window.0);
        let record: &StoredPane = &found.stored;
        let record = encode(record).map_err(|e| e.to_string())?;
        self.writes.push((Key::Pane(new).bytes(), Some(record)));
        let ran = records.by_key.get(&Key::Ran(old).bytes());
        let lines = model.history_lines_max(self.session.id);
        let mut revived = revive(found, ran, at, lines, model.now.instant);
        self.notices.extend(revived.notice.take());
        self.panes.push(revived);
        Ok(())
    }

    /// Puts it into the model. Where it is not whole, nothing of it is.
    ///
    /// # Errors
    /// When none of its windows has a pane, or another has got its name.
    pub fn settle(self, model: &mut Sessions) -> Result<Come, String> {
        model.check_session_name(&self.session.name, None)?;
        let mut come =
            Come { session: self.session.id, shells: Vec::new(), gone: Vec::new(), notices: self.notices };
        model.sessions.insert(come.session, self.session);
        for window in self.windows {
            model.windows.insert(window.id, window);
        }
        for Revived { pane, shell, ran, gone, .. } in self.panes {
            let id: PaneId = pane.id;
            come.shells.extend(shell.then_some((id, ran)));
            come.gone.extend(gone.map(|what| (id, what)));
            model.panes.insert(id, Pane { ..pane });
            model.ask_for_pictures(id);
        }
        read::mend(model, &mut come.notices);
        model.changed();
        if !model.sessions.contains_key(&come.session) {
            return Err("none of its windows can be read".to_owned());
        }
        come.shells.retain(|(pane, _)| model.panes.contains_key(pane));
        come.gone.retain(|(pane, _)| model.panes.contains_key(pane));
        model.had_sessions = true;
        Ok(come)
    }
}

fn room(what: &str, count: usize, count_max: usize) -> Result<(), String> {
    if count > count_max { Err(format!("too many {what}: at most {count_max}")) } else { Ok(()) }
}

fn next(counter: &mut u32) -> u32 {
    let number = *counter;
    *counter = counter.saturating_add(1);
    number
}

/// Numbers there, and here.
#[derive(Default)]
struct Numbers {
    windows: BTreeMap<WindowId, WindowId>,
    panes: BTreeMap<PaneId, PaneId>,
}

impl Numbers {
    fn session(&self, from: Session, id: SessionId, name: &str) -> Session {
        let here = |window: &WindowId| self.windows.get(window).copied();
        let links = from.windows.into_iter();
        let windows =
            links.filter_map(|(index, link)| Some((index, Winlink { window: here(&link.window)?, ..link })));
        Session {
            id,
            name: name.to_owned(),
            windows: windows.collect(),
            last: from.last.iter().filter_map(here).collect(),
            ..from
        }
    }

    fn window(&self, from: Window) -> Window {
        let here = |pane: PaneId| self.panes.get(&pane).copied().unwrap_or(pane);
        let mut layout = from.layout;
        layout.renumber(here);
        Window {
            id: self.windows.get(&from.id).copied().unwrap_or(from.id),
            active: here(from.active),
            last: from.last.into_iter().filter_map(|pane| self.panes.get(&pane).copied()).collect(),
            zoomed: from.zoomed.map(here),
            layout,
            ..from
        }
    }
}
