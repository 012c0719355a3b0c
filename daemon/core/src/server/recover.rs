//! The two ways back: from what the keeper holds after this daemon's predecessor ended, and from the store
//! after everything ended.

use super::Server;
use crate::{
    base::{ids::PaneId, instant::Now},
    boundary::Records,
    boundary::{COMMANDS, Effect, HostFacts, InputMark, PtyFacts, Question},
    screen::Screen,
    session::{PaneState, Place, Start},
    snapshot::{self, RestoreReport, record::StructureRecord},
};
use std::{collections::BTreeSet, fmt};

/// Why a server can't be recovered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault(pub String);

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
impl std::error::Error for Fault {}

impl Server {
    /// The server of which this is the last structure record. Its panes have empty screens until
    /// [`Server::adopt_pane`] brings them; those that are not adopted before the first input are spawned anew.
    ///
    /// # Errors
    /// When the record makes no sense or is of a later version.
    pub fn recover(facts: HostFacts, structure: &[u8], now: Now) -> Result<Server, Fault> {
        let record: StructureRecord = snapshot::decode(structure).map_err(Fault)?;
        let mut server = Server::empty(facts, now);
        let mut notices = Vec::new();
        let inputs = snapshot::read_structure(&record, &mut server.model, &mut notices);
        for (client, seq) in inputs {
            server.clients.has_handled(client, seq);
        }
        for client in &record.pasting {
            server.clients.pastes(*client, true);
        }
        server.plan.inherit(&record.stored, &record.stored_sessions, now.instant);
        server.plan.inherit_origins(server.model.origins.keys().copied());
        server.keys_seen = server.model.keys.clone();
        server.bindings = record.bindings;
        server.unsettled = std::mem::take(&mut server.model.settling);
        server.missing = server
            .model
            .panes
            .values()
            .filter(|p| matches!(p.state, PaneState::Starting | PaneState::Running))
            .map(|p| p.id)
            .collect();
        for notice in notices {
            server.model.note(&notice);
        }
        server.deadline = Some(now.instant);
        Ok(server)
    }

    /// Panes of which the store may have a screen, as far as the daemon before knew: those of which nobody else has one are
    /// to be recalled, before any is adopted. They came out of the store, and their ptys were not open yet, or they have
    /// none. One whose program runs has its screen with the keeper, as soon as it is known to run.
    #[must_use]
    pub fn panes_stored(&self) -> BTreeSet<PaneId> {
        let stored = self.plan.stored().into_iter().filter(|(_, _, _, parts)| *parts > 0);
        stored
            .map(|(id, ..)| PaneId(id))
            .filter(|id| self.model.panes.get(id).is_some_and(|pane| pane.pid == 0))
            .collect()
    }

    /// Takes the screens of these panes out of what the store holds; lines for `show-messages`.
    pub fn recall(&mut self, panes: &BTreeSet<PaneId>, records: Records) -> Vec<String> {
        let mut notices = Vec::new();
        self.recalled = snapshot::recall(records, panes, &mut self.model, &mut notices);
        notices
    }

    /// The screens of these panes can't be read now: the store keeps what it has of them, for a later daemon, and is given
    /// nothing of a pane until a program runs in it.
    pub fn leave_stored(&mut self, panes: &BTreeSet<PaneId>) {
        self.plan.leave(panes);
    }

    /// The keeper has this pane: its pty lives. `screen` is its checkpoint's; without one it begins empty.
    /// Replies to queries before that offset of its journal were given. Also for a pane whose screen broke
    /// and is replaced.
    pub fn adopt_pane(&mut self, pane: PaneId, facts: PtyFacts, screen: Option<Screen>, replies_until: u64) {
        let lines = self.model.session_of_pane(pane).map_or(0, |s| self.model.history_lines_max(s));
        let Some(found) = self.model.panes.get_mut(&pane) else {
            self.model.push(Effect::ReleasePty(pane));
            return;
        };
        self.missing.remove(&pane);
        if found.state == PaneState::Starting && found.pid != 0 && found.pid == facts.pid {
            // A respawn that was decided but not carried out: what the keeper has is the program before.
            let (program, size) = (found.program.clone(), found.screen.size());
            self.model.push(Effect::ReleasePty(pane));
            self.model.push(Effect::SpawnPty { pane, program, size });
            return;
        }
        let size = found.screen.size();
        let fresh = || Screen::new(size, lines);
        let recalled = self.recalled.remove(&pane);
        let mut screen = match screen {
            None if recalled => std::mem::replace(&mut found.screen, fresh()),
            screen => screen.unwrap_or_else(fresh),
        };
        screen.resize(size);
        // What it left behind was told by the daemon before.
        let _ = screen.outcome();
        if !screen.title().is_empty() {
            found.title = crate::session::tidy(screen.title());
        }
        found.screen = screen;
        found.pid = facts.pid;
        found.tty = facts.tty;
        found.revived_from = None;
        found.replied_offset = found.replied_offset.max(replies_until);
        found.mode = None;
        if found.state == PaneState::Starting {
            found.state = PaneState::Running;
            found.program.environment = Vec::new();
            self.model.write_early(pane);
        }
        self.model.ask_for_pictures(pane);
        self.model.tell_pty_size(pane);
        self.model.look_soon(pane);
        self.model.changed();
        self.plan.screen_replaced(pane);
        self.history_is_stored();
        self.mark_dirty(pane);
        self.shown.restart();
    }

    /// What a pane's memory knows of taken input: client and highest number. Said at recovery, after the pane
    /// was adopted and before the first input.
    pub fn input_marks(&mut self, pane: PaneId, marks: &[(u64, u64)]) {
        for (client, seq) in marks {
            self.clients.has_handled(*client, *seq);
            if *client == COMMANDS {
                // No number of it is given twice.
                self.model.counters.use_clock = self.model.counters.use_clock.max(*seq);
            }
        }
        let taken =
            |mark: &InputMark| marks.iter().any(|(client, seq)| *client == mark.client && *seq >= mark.seq);
        self.unsettled.retain(|(p, mark, _)| *p != pane || !taken(mark));
        self.model.written.retain(|(p, mark, _)| *p != pane || !taken(mark));
    }

    /// At the first input after a recovery: what may not have been carried out is.
    pub(super) fn settle(&mut self) {
        if !self.unsettled.is_empty() {
            let unsettled = std::mem::take(&mut self.unsettled);
            self.model.written.extend(unsettled);
            self.model.changed = true;
        }
        self.recalled.clear();
        let missing = std::mem::take(&mut self.missing);
        for pane in missing {
            let Some(session) = self.model.session_of_pane(pane) else { continue };
            let Some(found) = self.model.panes.get(&pane) else { continue };
            let (size, mut program) = (found.screen.size(), found.program.clone());
            if program.environment.is_empty() {
                let start =
                    Start { words: program.words.clone(), cwd: found.start_cwd.clone(), ..Start::default() };
                program = self.model.program(session, pane, &start);
            }
            if let Some(found) = self.model.panes.get_mut(&pane) {
                found.state = PaneState::Starting;
                found.program = program.clone();
                found.pty_size = None;
                found.output_offset = 0;
                found.replied_offset = 0;
            }
            self.model.push(Effect::SpawnPty { pane, program, size });
            self.model.changed = true;
        }
    }

    /// The server that a store remembers. Its configuration is run, then each pane's shell is started again in
    /// its directory, under the old screen. With `restore off` it begins empty, and the store is emptied.
    pub fn restore(
        facts: HostFacts,
        config: Vec<(String, Vec<u8>)>,
        records: Records,
        now: Now,
    ) -> (Server, RestoreReport) {
        let mut server = Server::empty(facts, now);
        let mut restored = snapshot::restore(records, &mut server.model);
        server.plan.inherit(
            &restored.stored,
            &restored.sessions.iter().map(|s| s.0).collect::<Vec<_>>(),
            now.instant,
        );
        server.plan.inherit_origins(server.model.origins.keys().copied());
        server.queues.configure(&mut server.model, &config);
        if !server.model.options(Place::Session(None)).flag("restore") {
            for session in &restored.sessions {
                server.model.kill_session(*session);
            }
            restored.shells.clear();
            restored.gone.clear();
            restored.report = RestoreReport::default();
            server.model.had_sessions = !server.model.sessions.is_empty();
        }
        let text = format!("restored {} sessions", server.model.sessions.len());
        if !restored.gone.is_empty() {
            server.say_what_is_gone(&text, &restored.gone);
        }
        for pane in restored.shells {
            server.restart_shell(pane);
            if let Some(ran) = restored.ran.get(&pane) {
                server.model.retype_what_ran(pane, ran);
            }
        }
        if !restored.stray.is_empty() {
            for batch in restored.stray.chunks(STRAY_PER_BATCH) {
                server.model.ask(Question::Commit(batch.to_vec()));
            }
        }
        server.plan.hurry(now.instant);
        server.finish();
        (server, restored.report)
    }

    /// A line for `show-messages`.
    pub(super) fn say_what_is_gone(&mut self, text: &str, gone: &[(PaneId, String)]) {
        let mut text = text.to_owned();
        if !gone.is_empty() {
            text += "; what ran is gone:";
        }
        for (n, (pane, what)) in gone.iter().enumerate() {
            if text.len() > GONE_BYTES_MAX {
                text += &format!(" and {} more", gone.len() - n);
                break;
            }
            text += &format!("{} {pane} ({what})", if n > 0 { "," } else { "" });
        }
        self.model.note(&text);
    }

    pub(super) fn restart_shell(&mut self, pane: PaneId) {
        let Some(session) = self.model.session_of_pane(pane) else { return };
        let Some(found) = self.model.panes.get(&pane) else { return };
        let start = Start { cwd: found.start_cwd.clone(), ..Start::default() };
        let size = found.screen.size();
        let program = self.model.program(session, pane, &start);
        if let Some(found) = self.model.panes.get_mut(&pane) {
            found.program = program.clone();
            found.state = PaneState::Starting;
        }
        self.model.push(Effect::SpawnPty { pane, program, size });
        self.model.changed();
    }
}

/// Bytes of the list of what is gone: a few lines on a screen.
const GONE_BYTES_MAX: usize = 1000;
/// Deletions in one batch: keys of some 20 bytes, far under a megabyte.
const STRAY_PER_BATCH: usize = 10_000;
