//! The core anew: from the keeper's structure record, from the store's records, or from the configuration.

use crate::cli::Options;
use crate::jobs;
use crate::keeper::link::InheritedPane;
use crate::places::Places;
use crate::reactor::ports::Core;
use crate::reactor::{How, Wake, open_or_move_aside};
use crate::store::Store;
use crate::store::place::Place;
use crate::store::space::{Identity, SpaceName};
use abide_core::base::ids::PaneId;
use abide_core::base::instant::Now;
use abide_core::boundary::HostFacts;
use abide_core::boundary::{Key, Records};
use std::collections::BTreeSet;

/// Bytes of a configuration file.
pub const CONFIG_BYTES_MAX: usize = 4 * 1024 * 1024;

/// Configuration files that were read: path and contents.
pub type Config = Vec<(String, Vec<u8>)>;

/// The three ways in which a core comes to be.
pub trait Rebuild: Core + Sized {
    /// An empty server with this configuration.
    fn fresh(facts: HostFacts, config: Config, now: Now) -> Self;
    /// The server of which this is the last structure record.
    ///
    /// # Errors
    /// When the record makes no sense.
    fn recover(facts: HostFacts, structure: &[u8], now: Now) -> Result<Self, String>;
    /// The server that the store remembers, and lines for `show-messages`.
    fn restore(facts: HostFacts, config: Config, records: Records, now: Now) -> (Self, Vec<String>);
    /// Panes of which the store may have a screen.
    fn panes_stored(&self) -> BTreeSet<PaneId> {
        BTreeSet::new()
    }
    /// Takes the screens of these out of the store's records; lines for `show-messages`.
    fn recall(&mut self, _panes: &BTreeSet<PaneId>, _records: Records) -> Vec<String> {
        Vec::new()
    }
    /// The store is not to be given anything of these, as long as nothing runs in them: what it has can't be read now.
    fn leave_stored(&mut self, _panes: &BTreeSet<PaneId>) {}
    /// What the option `store` says; empty: the default file.
    fn store_place(&self) -> String {
        String::new()
    }
}

/// Where the core came from, which decides what the store's file may hold.
pub enum Origin {
    /// The keeper: the store holds what this very server wrote.
    Keeper,
    /// The store, which is open.
    Store(Box<dyn Store>),
    /// Nothing: the store could not be read.
    Nothing,
}

/// A core, and what is to be said about how it came to be.
pub struct Rebuilt<C> {
    /// The core.
    pub core: C,
    /// From where.
    pub origin: Origin,
    /// Where the store is.
    pub place: Place,
    /// Lines for `show-messages`.
    pub notices: Vec<String>,
}

/// Rebuilds the core from the best there is. On trial (an upgrade) there is only one way: what runs is to run on.
///
/// # Errors
/// On trial, when what the daemon before left makes no sense to this one.
pub fn rebuild<C: Rebuild>(
    options: &Options,
    places: &Places,
    facts: &HostFacts,
    structure: Option<&[u8]>,
    on_trial: bool,
) -> Result<Rebuilt<C>, String> {
    let mut notices = Vec::new();
    let place_of = |core: &C, notices: &mut Vec<String>| {
        Place::parse(&core.store_place(), &places.store()).unwrap_or_else(|fault| {
            notices.push(format!("{fault}; it is the default file"));
            Place::File(places.store())
        })
    };
    if let Some(structure) = structure {
        match C::recover(facts.clone(), structure, facts.started) {
            Ok(core) => {
                let place = place_of(&core, &mut notices);
                return Ok(Rebuilt { core, origin: Origin::Keeper, place, notices });
            }
            Err(fault) if on_trial => {
                return Err(format!("this version can't take over what the one before left: {fault}"));
            }
            Err(fault) => {
                log::error!("the structure record ({} bytes) makes no sense: {fault}", structure.len());
                notices.push(format!("windows could not be taken over from the daemon before: {fault}"));
            }
        }
    }
    if on_trial && structure.is_none() {
        return Err("this version finds no record of what the one before left".to_owned());
    }
    let (config, faults) = read_config(options, places);
    notices.extend(faults);
    // The configuration says where the store is: a core that has run it and carries nothing out tells.
    let fresh = C::fresh(facts.clone(), config.clone(), facts.started);
    let place = place_of(&fresh, &mut notices);
    let (store, records) = match read_store(&place, &identity(facts, places), &mut notices) {
        Ok(read) => read,
        Err(fault) => {
            log::error!("store {place}: {fault}");
            notices.push(format!("sessions could not be restored: {fault}"));
            return Ok(Rebuilt { core: fresh, origin: Origin::Nothing, place, notices });
        }
    };
    let core = if records.is_empty() {
        fresh
    } else {
        log::info!("restoring from {} records", records.len());
        let (core, report) = C::restore(facts.clone(), config, records, facts.started);
        notices.extend(report);
        core
    };
    Ok(Rebuilt { core, origin: Origin::Store(store), place, notices })
}

/// Brings back what only the store has, to a core that was recovered from the structure record: the screens of panes that
/// the keeper has no checkpoint of. After everything had ended they came out of the store, and this server's daemon ended
/// before their ptys were open; or they have none, because their programs had ended before. Most times there is none of
/// them, and the store is not read.
pub fn recall<C: Rebuild>(
    core: &mut C,
    panes: &[InheritedPane],
    records: impl FnOnce(&BTreeSet<PaneId>) -> Result<Records, String>,
) -> Vec<String> {
    let mut lacking = core.panes_stored();
    for pane in panes.iter().filter(|pane| pane.memory.has_checkpoint()) {
        lacking.remove(&pane.pane);
    }
    if lacking.is_empty() {
        return Vec::new();
    }
    log::info!("{} panes have their screens in the store alone", lacking.len());
    match records(&lacking) {
        Ok(records) => core.recall(&lacking, records),
        Err(fault) => {
            core.leave_stored(&lacking);
            vec![format!("the screens of {} panes could not be read: {fault}", lacking.len())]
        }
    }
}

/// What the store holds of these panes, without a change to it.
///
/// # Errors
/// A sentence, when it can't be read.
pub fn look_into(place: &Place, who: &Identity, panes: &BTreeSet<PaneId>) -> Result<Records, String> {
    records_of(&*place.open(who).map_err(|e| e.to_string())?, panes)
}

/// What an open store holds of these panes.
///
/// # Errors
/// A sentence, when it can't be read.
pub fn records_of(store: &dyn Store, panes: &BTreeSet<PaneId>) -> Result<Records, String> {
    let mut records = Records::default();
    // The root says when it all ended.
    for prefix in [Key::Root.bytes()].into_iter().chain(Key::prefixes_of(panes)) {
        store.scan(&prefix, &mut |key, value| records.add(key, value)).map_err(|e| e.to_string())?;
    }
    Ok(records)
}

/// Who we are towards a store: the space is named by host and server, its owner is this user on this machine.
#[must_use]
pub fn identity(facts: &HostFacts, places: &Places) -> Identity {
    // The id itself is no one else's business: a checksum tells machines of one name apart.
    let machine = std::fs::read("/etc/machine-id").unwrap_or_default();
    let owner = format!("{}@{} {:08x}", facts.user, facts.host, crc32c::crc32c(&machine));
    Identity::new(SpaceName::of(&facts.host, &places.name), &owner)
}

/// How the store is opened.
#[must_use]
pub fn how(place: Place, facts: &HostFacts, places: &Places, wake: Wake) -> How {
    How { place, who: identity(facts, places), default_file: places.store(), wake }
}

fn read_store(
    place: &Place,
    who: &Identity,
    notices: &mut Vec<String>,
) -> Result<(Box<dyn Store>, Records), String> {
    let store: Box<dyn Store> = match place {
        Place::File(path) => {
            let (store, notice) = open_or_move_aside(path).map_err(|e| e.to_string())?;
            notices.extend(notice);
            Box::new(store.named(who.space.clone()))
        }
        Place::Cluster(_) => place.open(who).map_err(|e| e.to_string())?,
    };
    let mut records = Records::default();
    let report = store.scan(&[], &mut |key, value| records.add(key, value)).map_err(|e| e.to_string())?;
    if report.damaged > 0 {
        notices.push(format!(
            "{} of {} records were damaged and are left out",
            report.damaged,
            report.sound + report.damaged
        ));
    }
    Ok((store, records))
}

/// The configuration files that are there, or that `-f` names; and sentences about those that can't be read.
fn read_config(options: &Options, places: &Places) -> (Config, Vec<String>) {
    let named = !options.config.is_empty();
    let paths = if named { &options.config } else { &places.config };
    let (mut config, mut faults) = (Config::new(), Vec::new());
    for path in paths {
        if !named && !path.exists() {
            continue;
        }
        match jobs::read(path, CONFIG_BYTES_MAX) {
            Ok(bytes) => config.push((path.to_string_lossy().into_owned(), bytes)),
            Err(fault) => faults.push(fault),
        }
    }
    if options.foreground {
        // As tmux has it: a server that somebody watches ends when they say so, not when it is empty.
        config.push(("-D".to_owned(), b"set-option -s exit-empty off\n".to_vec()));
    }
    (config, faults)
}
