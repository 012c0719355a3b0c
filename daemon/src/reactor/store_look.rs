//! What the core asks to see of the store, answered on the store's thread.

use crate::store::Store;
use crate::store::lease::LeaseState;
use crate::store::space::SpaceName;
use abide_core::server::{Look, Looked, SpaceFacts};

/// Looks.
pub(super) fn look(store: &dyn Store, look: Look) -> Result<Looked, String> {
    match look {
        Look::Spaces => spaces(store),
        Look::Records { space, prefixes, bytes_max } => records(store, &space, &prefixes, bytes_max),
    }
}

fn spaces(store: &dyn Store) -> Result<Looked, String> {
    let list = store.spaces().map_err(|e| e.to_string())?;
    let facts = list.spaces.into_iter().map(|space| {
        let state = match space.lease.state {
            _ if space.name == *store.own_space() => "here",
            // Whoever else wrote into a store that only we have open is gone.
            LeaseState::Live | LeaseState::Draining if !store.is_shared() => "lost",
            state => state.word(),
        };
        SpaceFacts { name: space.name.to_string(), state }
    });
    Ok(Looked::Spaces(facts.collect()))
}

fn records(store: &dyn Store, space: &str, prefixes: &[Vec<u8>], bytes_max: usize) -> Result<Looked, String> {
    let space = SpaceName::parse(space)?;
    let (mut records, mut bytes) = (Vec::new(), 0_usize);
    for prefix in prefixes {
        let seen = store.scan_space(&space, prefix, &mut |key, value| {
            bytes = bytes.saturating_add(key.len() + value.len());
            if bytes <= bytes_max {
                records.push((key.to_vec(), value.to_vec()));
            }
        });
        seen.map_err(|e| e.to_string())?;
    }
    if bytes > bytes_max {
        return Err(format!(
            "{bytes} bytes of {space} are more than the {bytes_max} that are read at a time"
        ));
    }
    Ok(Looked::Records(records))
}
