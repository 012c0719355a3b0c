//! What the core asks to see of the store, answered on the store's thread.

use crate::store::lease::{LeaseState, Sightings};
use crate::store::space::{SpaceInfo, SpaceName};
use crate::store::worker::Hands;
use crate::store::{Store, foreign};
use abide_core::base::instant::Instant;
use abide_core::boundary::Records;
use abide_core::boundary::{Look, Looked, SpaceFacts};
use std::path::Path;

/// Looks.
pub(super) fn look(hands: &mut Hands<'_>, look: &Look) -> Result<Looked, String> {
    let file = match look {
        Look::Spaces(file) => file,
        Look::Session { whose, .. } | Look::Records { whose, .. } => &whose.file,
    };
    let foreign = file.as_ref().map(|path| foreign::open(Path::new(path))).transpose();
    let foreign = foreign.map_err(|e| e.to_string())?;
    if matches!(look, Look::Spaces(None)) {
        hands.listen();
    }
    let store: &dyn Store = foreign.as_ref().map_or(&*hands.store, |store| store);
    match look {
        Look::Spaces(_) => spaces(store, hands.seen, foreign.is_some()),
        Look::Session { whose, prefixes } => {
            let mut records = Records::default();
            scan(store, &whose.space, prefixes, &mut |key, value| records.add(key, value))?;
            Ok(Looked::Session(records))
        }
        Look::Records { whose, prefixes, bytes_max } => records(store, &whose.space, prefixes, *bytes_max),
    }
}

fn spaces(store: &dyn Store, seen: &mut Sightings, foreign: bool) -> Result<Looked, String> {
    let list = store.spaces().map_err(|e| e.to_string())?;
    let now = crate::facts::now().instant;
    let facts = list.spaces.iter().map(|info| {
        let state = if foreign {
            "file"
        } else if info.name == *store.own_space() {
            "here"
        } else if info.lease.state == LeaseState::Free {
            "free"
        } else if store.is_shared() {
            owner_state(info, seen, now)
        } else {
            // Whoever else wrote into a store that only we have open is gone.
            "lost"
        };
        SpaceFacts { name: info.name.to_string(), state }
    });
    Ok(Looked::Spaces(facts.collect()))
}

/// Visits what the keys begin with, one after the other.
fn scan(
    store: &dyn Store,
    space: &str,
    prefixes: &[Vec<u8>],
    visit: &mut dyn FnMut(&[u8], &[u8]),
) -> Result<(), String> {
    let space = SpaceName::parse(space)?;
    prefixes
        .iter()
        .try_for_each(|prefix| store.scan_space(&space, prefix, visit).map(drop).map_err(|e| e.to_string()))
}

/// What is known of an owner by its beats, as far as this process has been there to see them.
fn owner_state(info: &SpaceInfo, seen: &mut Sightings, now: Instant) -> &'static str {
    if seen.look(&info.name, &info.lease, now).is_some() {
        "lost"
    } else if info.lease.state == LeaseState::Draining {
        "draining"
    } else if seen.has_heard(&info.name, now) {
        "live"
    } else {
        "silent"
    }
}

fn records(store: &dyn Store, space: &str, prefixes: &[Vec<u8>], bytes_max: usize) -> Result<Looked, String> {
    let (mut records, mut bytes) = (Vec::new(), 0_usize);
    scan(store, space, prefixes, &mut |key, value| {
        bytes = bytes.saturating_add(key.len() + value.len());
        if bytes <= bytes_max {
            records.push((key.to_vec(), value.to_vec()));
        }
    })?;
    if bytes > bytes_max {
        return Err(format!(
            "{bytes} bytes of {space} are more than the {bytes_max} that are read at a time"
        ));
    }
    Ok(Looked::Records(records))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::lease::{BEAT_MS, Lease, TTL_MS};

    #[test]
    fn an_owner_is_live_when_it_was_heard_and_lost_when_it_stands_still() {
        let space = SpaceName::of("node7", "default");
        let mut seen = Sightings::default();
        let mut state = |beat, state, ms| {
            let lease = Lease { epoch: 1, beat, state, owner: "m".into() };
            let info = SpaceInfo { name: space.clone(), lease, committed_at: None, taken_by: None };
            owner_state(&info, &mut seen, Instant(1000 + ms))
        };
        assert_eq!(state(7, LeaseState::Live, 0), "silent", "nobody knows yet");
        assert_eq!(state(8, LeaseState::Live, BEAT_MS), "live");
        assert_eq!(state(8, LeaseState::Live, BEAT_MS + TTL_MS - 1), "live");
        assert_eq!(state(8, LeaseState::Live, BEAT_MS + TTL_MS), "lost");
        assert_eq!(state(9, LeaseState::Draining, 9 * BEAT_MS), "draining");
        assert_eq!(state(9, LeaseState::Draining, 9 * BEAT_MS + TTL_MS), "lost", "it died over it");
    }
}
