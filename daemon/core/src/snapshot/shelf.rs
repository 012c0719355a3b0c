//! What a store holds of any daemon, to be looked at: nothing of it becomes part of the model.

use super::{
    read,
    record::{RootRecord, StoredPane, StoredSession},
};
use crate::{
    base::{
        ids::{PaneId, SessionId, WindowId},
        instant::Now,
    },
    boundary::Key,
    screen::{Kept, Screen},
    session::{Session, Window, tidy},
};
use std::collections::BTreeMap;

/// Keys and values.
pub type Records = Vec<(Vec<u8>, Vec<u8>)>;

/// A session as it was stored last.
#[derive(Debug)]
pub struct Shelved {
    /// It.
    pub session: Session,
    /// Its windows.
    pub windows: BTreeMap<WindowId, Window>,
    /// When it was stored last, to five minutes.
    pub at: Now,
}

impl Shelved {
    /// How many panes it has.
    #[must_use]
    pub fn panes(&self) -> usize {
        self.windows.values().map(|window| window.layout.panes().len()).sum()
    }

    /// The active pane of the window with that index or name; of the current one without.
    #[must_use]
    pub fn pane(&self, window: Option<&str>) -> Option<PaneId> {
        let links = &self.session.windows;
        let named = |text: &str| {
            let index = text.parse().ok().and_then(|index: u32| links.get(&index));
            let name =
                || links.values().find(|l| self.windows.get(&l.window).is_some_and(|w| w.name == text));
            index.or_else(name)
        };
        let link = match window {
            Some(text) => named(text),
            None => links.get(&self.session.current),
        };
        self.windows.get(&link?.window).map(|window| window.active)
    }
}

/// What the keys begin with that [`sessions`] reads.
#[must_use]
pub fn session_prefixes() -> Vec<Vec<u8>> {
    let session = Key::Session(SessionId(0)).bytes();
    vec![Key::Root.bytes(), session[..1].to_vec()]
}

/// What the keys begin with that [`screen`] reads; with `history` of the lines above it too.
#[must_use]
pub fn screen_prefixes(pane: PaneId, history: bool) -> Vec<Vec<u8>> {
    let whole = Key::Pane(pane).bytes();
    // Kind and pane; what follows numbers the parts.
    let of_pane = |key: Key| key.bytes()[..whole.len()].to_vec();
    let mut prefixes = vec![whole.clone(), of_pane(Key::Part(pane, 0, 0))];
    if history {
        prefixes.push(of_pane(Key::Chunk(pane, 0)));
    }
    prefixes
}

/// The sessions of one daemon. Records that make no sense are left out, as at a restore.
///
/// # Errors
/// When the first record makes no sense, or is of a later version.
pub fn sessions(records: Records) -> Result<Vec<Shelved>, String> {
    let by_key: BTreeMap<Vec<u8>, Vec<u8>> = records.into_iter().collect();
    let Some(root) = by_key.get(&Key::Root.bytes()) else { return Ok(Vec::new()) };
    let root: RootRecord = read::decode(root)?;
    let mut sessions = Vec::new();
    for number in &root.sessions {
        let Some(bytes) = by_key.get(&Key::Session(SessionId(*number)).bytes()) else { continue };
        let Ok(stored) = read::decode::<StoredSession>(bytes) else { continue };
        let windows = stored.windows.iter().filter_map(|record| read::window(record).ok());
        let windows: BTreeMap<_, _> = windows.map(|window| (window.id, window)).collect();
        let mut session = read::session(&stored.session);
        session.windows.retain(|_, link| windows.contains_key(&link.window));
        sessions.push(Shelved { session, windows, at: read::now(root.at) });
    }
    Ok(sessions)
}

/// The last screen of a pane. Without the records of its history that is blank.
///
/// # Errors
/// When it is not there, or makes no sense.
pub fn screen(records: Records, pane: PaneId) -> Result<Screen, String> {
    let by_key: BTreeMap<Vec<u8>, Vec<u8>> = records.into_iter().collect();
    let bytes = by_key.get(&Key::Pane(pane).bytes()).ok_or("its screen is not stored")?;
    let stored: StoredPane = read::decode(bytes)?;
    let mut head = Vec::new();
    for n in 0..stored.parts {
        let part = by_key.get(&Key::Part(pane, stored.generation, n).bytes());
        head.extend_from_slice(part.ok_or("a part of its screen is not stored")?);
    }
    // What is not there is lost: nobody is asked for it later.
    let chunk = |chunk| Kept::Here(by_key.get(&Key::Chunk(pane, chunk).bytes()).cloned().unwrap_or_default());
    Screen::restore(&head, &mut { chunk }).map_err(|fault| tidy(&fault.to_string()))
}
