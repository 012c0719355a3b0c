//! The daemon's start, which is always a recovery: from what the keeper holds, else from the store, else from
//! nothing but the configuration. A crash, an upgrade and a first start are one path.
//!
//! [`server`] rebuilds the core, [`assemble`] brings each pane's screen back, and the loop takes over.

pub mod panes;
mod real_core;
pub mod server;

use crate::cli::Options;
use crate::deathpoint::{self, Point};
use crate::facts::{self, Person};
use crate::keeper::link::{InheritedPane, KeeperLink};
use crate::keeper::pane_memory::PaneMemory;
use crate::os::memory;
use crate::os::sys::ask_for_short_turns;
use crate::places::Places;
use crate::reactor::ports::{Core, Keeper};
use crate::reactor::signals::Signals;
use crate::reactor::{Careful, Ending, Expected, Parts, Reactor, StoreLink, Wake};
use abide_core::base::ids::PaneId;
use abide_core::boundary::{Input, Occasion};
use panes::Legacy;
use server::{Origin, Rebuild, Rebuilt};
use std::collections::BTreeSet;
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixListener;
use std::time::Duration;

/// How long panes may catch up with their journals before viewers are let in: what one holds at most is
/// read in a few milliseconds; with very many the rest follows while viewers already see.
const CATCH_UP: Duration = Duration::from_millis(200);

/// Names output at which a daemon that was built for tests crashes.
const TRAP: &str = "ABIDE_TEST_TRAP";

/// Lives the daemon's life on the keeper's two descriptors: its socket, and the one that clients connect to.
///
/// # Errors
/// A sentence, for the log and the keeper.
pub fn daemon<C: Rebuild>(
    options: &Options,
    places: &Places,
    person: &Person,
    keeper: OwnedFd,
    listener: UnixListener,
) -> Result<Ending, String> {
    if let Err(fault) = places.prepare_state(person.uid) {
        log::error!("{fault}");
    }
    raise_descriptor_limit();
    ask_for_short_turns();
    let signals = Signals::take_over().map_err(|e| format!("signals: {e}"))?;
    let (link, inheritance) = KeeperLink::adopt(keeper).map_err(|e| format!("keeper: {e}"))?;
    deathpoint::pass(Point::HandedOver);
    let mut host = facts::host(person, inheritance.keeper_pid, places.socket.to_string_lossy().into_owned());
    let program = inheritance.program.clone().unwrap_or_else(facts::own_program);
    let legacy = Legacy::from(inheritance);
    let mut notices = legacy.notices();
    host.occasion = legacy.occasion.clone();
    let on_trial = legacy.occasion == Occasion::Upgrade;

    let Rebuilt { mut core, origin, place, notices: more } =
        server::rebuild::<C>(options, places, &host, legacy.structure.as_deref(), on_trial)?;
    notices.extend(more);
    if matches!(origin, Origin::Keeper) {
        let who = server::identity(&host, places);
        let records = |panes: &_| server::look_into(&place, &who, panes);
        notices.extend(server::recall(&mut core, &legacy.panes, records));
    }
    let careful = legacy.crash.is_some().then(|| Careful::open(&places.replay_note()));
    let careful = careful.transpose().unwrap_or_else(|fault| {
        log::warn!("replaying without notes: {fault}");
        None
    });
    let uid = person.uid;
    let parts = Parts {
        core,
        keeper: link,
        listener,
        signals,
        clock: facts::now,
        give_back: memory::give_back,
        careful,
        program,
        on_trial,
        uid,
    };
    let how = |wake| server::how(place, &host, places, wake);
    let reactor = assemble(parts, legacy.panes, notices, |wake| match origin {
        Origin::Store(opened) => StoreLink::started(opened, how(wake)),
        Origin::Keeper => StoreLink::opening(how(wake), Expected::Own),
        Origin::Nothing => StoreLink::opening(how(wake), Expected::Nothing),
    })?;
    reactor.watch_over();
    log::info!("serving {}", places.socket.display());
    reactor.run().map_err(|e| format!("loop: {e}"))
}

/// Puts the loop together over a core that was rebuilt and the panes that the keeper has, and reads their journals.
///
/// # Errors
/// A sentence, when something can't be waited for; on trial (an upgrade) also when a screen makes no sense.
pub fn assemble<C: Core, K: Keeper<Memory = PaneMemory>>(
    mut parts: Parts<C, K>,
    panes: Vec<InheritedPane>,
    notices: Vec<String>,
    store: impl FnOnce(Wake) -> StoreLink,
) -> Result<Reactor<C, K>, String> {
    // Panes that the keeper has and the core never heard of (or gave up): nobody could ever reach them.
    let ids: BTreeSet<PaneId> = parts.core.panes().into_iter().collect();
    let (known, unknown): (Vec<_>, Vec<_>) = panes.into_iter().partition(|p| ids.contains(&p.pane));
    for pane in unknown {
        log::warn!("pane {}: is in no window: released", pane.pane);
        // A keeper that is gone is noticed by the loop.
        if let Err(fault) = parts.keeper.release(pane.pane) {
            log::warn!("keeper: {fault}");
        }
    }
    let on_trial = parts.on_trial;
    let mut reactor = Reactor::new(parts, store).map_err(|e| format!("loop: {e}"))?;
    // In builds for tests alone.
    if cfg!(debug_assertions)
        && let Some(text) = std::env::var_os(TRAP)
    {
        reactor.set_trap(text.into_encoded_bytes());
    }
    for pane in known {
        let adopted = panes::adopt(&mut reactor, pane);
        if on_trial {
            // The one before has its screens in memory no more, but it can read what it wrote.
            adopted
                .map_err(|fault| format!("this version can't take over what the one before left: {fault}"))?;
        }
    }
    reactor.begin(notices.into_iter().map(Input::Notice));
    reactor.catch_up(CATCH_UP);
    Ok(reactor)
}

/// Each pane takes two descriptors, two more for the day that the keeper is lost, and each viewer one: the soft limit of
/// 1024 is too near.
fn raise_descriptor_limit() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let limit = getrlimit(Resource::Nofile);
    let raised = Rlimit { current: limit.maximum, maximum: limit.maximum };
    if let Err(fault) = setrlimit(Resource::Nofile, raised) {
        log::warn!("the limit of open files can't be raised: {fault}");
    }
}
