//! Another program takes this daemon's place: it is asked for its version, the keeper is told of it, and this daemon
//! leaves. Until then everything can fail and nothing has happened; what happens after is the keeper's
//! (`keeper/program.rs`). Where the keeper is to become that program too, it does before (`keeper/replace.rs`).

use super::ports::{Core, Keeper};
use super::{Ending, Reactor};
use abide_core::base::ids::Ticket;
use abide_core::boundary::{Answer, Input};
use std::io;
use std::path::Path;

/// An upgrade under way.
#[derive(Debug)]
pub(super) struct Upgrade {
    /// Who is to be answered; none for a signal.
    ticket: Option<Ticket>,
    program: String,
    /// The keeper is to become it first.
    keeper: bool,
}

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Begins an upgrade to that program; an empty path means the daemon's own, as it is on disk now.
    pub(super) fn upgrade(&mut self, ticket: Option<Ticket>, program: String, keeper: bool) {
        let program = if program.is_empty() { self.program.clone() } else { program };
        if self.drain.has_begun() || self.ending.is_some() {
            return self.no_upgrade(ticket, "the server is ending".to_owned());
        }
        if self.upgrade.is_some() {
            return self.no_upgrade(ticket, "another upgrade is under way".to_owned());
        }
        if !program.starts_with('/') {
            return self.no_upgrade(ticket, format!("`{program}` is no absolute path"));
        }
        if !self.desk.ask_version(Path::new(&program)) {
            return self.no_upgrade(ticket, "too much is being done at once".to_owned());
        }
        self.upgrade = Some(Upgrade { ticket, program, keeper });
    }

    /// The program has said which version it is, or it is none.
    pub(super) fn hear_version(&mut self, version: Result<String, String>) {
        let Some(upgrade) = self.upgrade.take() else { return };
        match version {
            Ok(version) => {
                log::info!("upgrade to {}, version {version}", upgrade.program.escape_debug());
                let asked = match upgrade.keeper {
                    true => self.keeper.replace(&upgrade.program),
                    false => self.keeper.next(&upgrade.program),
                };
                self.wait_for_keeper(upgrade, asked);
            }
            Err(why) => self.no_upgrade(upgrade.ticket, why),
        }
    }

    /// The keeper has become another program, of that version, or has not.
    pub(super) fn hear_of_replacement(&mut self, outcome: Result<String, String>) {
        let Some(upgrade) = self.upgrade.take() else { return };
        match outcome {
            Ok(version) => {
                log::info!("keeper: replaced by version {}", version.escape_debug());
                let asked = self.keeper.next(&upgrade.program);
                self.wait_for_keeper(upgrade, asked);
            }
            Err(why) => self.no_upgrade(upgrade.ticket, format!("keeper: {why}")),
        }
    }

    fn wait_for_keeper(&mut self, upgrade: Upgrade, asked: io::Result<()>) {
        match asked {
            Ok(()) => self.upgrade = Some(upgrade),
            Err(fault) => self.no_upgrade(upgrade.ticket, format!("keeper: {fault}")),
        }
    }

    /// The keeper will start it when this daemon leaves, or will not.
    pub(super) fn hear_keeper_of_upgrade(&mut self, outcome: Result<(), String>) {
        let Some(upgrade) = self.upgrade.take() else { return };
        match outcome {
            Ok(()) if self.drain.has_begun() => {
                self.no_upgrade(upgrade.ticket, "the server is ending".to_owned());
            }
            Ok(()) => {
                // Nothing is stored in a hurry: the next daemon finds all of it in shared memory, and goes on storing.
                log::info!("leaves for {}; programs go on", upgrade.program.escape_debug());
                self.ending.get_or_insert(Ending::Leave);
            }
            Err(why) => self.no_upgrade(upgrade.ticket, format!("keeper: {why}")),
        }
    }

    fn no_upgrade(&mut self, ticket: Option<Ticket>, why: String) {
        log::warn!("no upgrade: {}", why.escape_debug());
        self.inbox.push_back(match ticket {
            Some(ticket) => Input::Answered(ticket, Answer::NotUpgraded(why)),
            None => Input::Notice(format!("no upgrade: {why}")),
        });
    }
}
