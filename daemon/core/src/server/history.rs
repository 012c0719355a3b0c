//! History and its memory: what passes a budget goes to the store alone, and comes back when somebody reads it.
//!
//! A pane's history may take `history-memory` bytes, all panes together `history-memory-total`. What is beyond and is
//! known to be in the store leaves memory. What the store does not have yet may take what all panes may. Where no store can be expected to have it (`restore` is off, the disk is full) it is dropped,
//! the oldest lines first, and `show-messages` says so once.
//!
//! Reading never waits: a reader that looks at a line which only the store has finds nothing, and its screen remembers
//! that it was wanted. At the turn's end the store is asked, and when it has answered the reader looks again.

use super::Server;
use crate::{
    base::{
        ids::{PaneId, Ticket, ViewerId},
        limits::{HISTORY_REQUESTS_MAX, WANTED_CHUNKS_MAX},
    },
    boundary::{Key, Question, READ_KEYS_MAX, Record},
    commands::Caller,
    session::{Pane, Place, Sessions},
};
use abide_protocol::message::GetHistory;
use std::collections::{BTreeMap, BTreeSet};

/// Bytes of output after which the memory of all panes together is looked at: less than a hundredth of the budget.
const LOOK_EVERY_BYTES: usize = 1024 * 1024;

/// Who waits for the store, and which panes are over their budget.
#[derive(Debug, Default)]
pub(super) struct Histories {
    /// Panes that passed their own budget.
    crowded: BTreeSet<PaneId>,
    /// Output since all were looked at.
    output_bytes: usize,
    /// All are to be looked at.
    all: bool,
    /// Panes of which it was said that lines were dropped.
    told: BTreeSet<PaneId>,
    /// Panes of which it was said that lines can't be read.
    unread: BTreeSet<PaneId>,
    /// Reads for a pane's mode.
    asked: BTreeMap<Ticket, PaneId>,
    /// Reads for viewers that asked for lines.
    requests: BTreeMap<Ticket, (ViewerId, GetHistory)>,
}

impl Server {
    /// A pane has new output.
    pub(super) fn history_grew(&mut self, id: PaneId, bytes: usize) {
        let histories = &mut self.histories;
        histories.output_bytes += bytes;
        if histories.output_bytes >= LOOK_EVERY_BYTES {
            (histories.output_bytes, histories.all) = (0, true);
        }
        let Some(pane) = self.model.panes.get(&id) else { return };
        // Most have so little that no budget is asked for.
        if pane.screen.history_is_over(0) && pane.screen.history_is_over(self.model.history_budget()) {
            histories.crowded.insert(id);
            if self.store_is_well() {
                // It may leave memory once it is stored.
                self.plan.hurry(self.model.now.instant);
            }
        }
    }

    /// The store has taken something: some of it may leave memory.
    pub(super) fn history_is_stored(&mut self) {
        self.histories.all = true;
    }

    /// Brings histories back into their budgets.
    pub(super) fn bound_histories(&mut self) {
        if self.histories.crowded.is_empty() && !self.histories.all {
            return;
        }
        let mut level = self.model.history_budget();
        let total = self.model.history_total();
        let mut crowded = std::mem::take(&mut self.histories.crowded);
        if std::mem::take(&mut self.histories.all) {
            let held: Vec<usize> = self.model.panes.values().map(|p| p.screen.history_held_bytes()).collect();
            level = level.min(fair_level(held, total));
            if self.queues.is_idle() {
                let unread = |pane: &&Pane| !self.model.readers.contains(&pane.id);
                self.model.panes.values().filter(unread).for_each(|pane| pane.screen.end_reading());
            }
            let over = |pane: &&Pane| pane.screen.history_is_over(level);
            crowded.extend(self.model.panes.values().filter(over).map(|p| p.id));
        }
        for id in crowded {
            self.bound_history(id, level, total);
        }
    }

    fn bound_history(&mut self, id: PaneId, level: usize, total: usize) {
        let disk_max = self.model.options(Place::Session(self.model.session_of_pane(id)));
        let disk_max = u64::try_from(disk_max.number("history-disk-limit")).unwrap_or(0);
        let (well, stored) = (self.store_is_well(), self.model.pane_is_stored(id));
        let Some(pane) = self.model.panes.get_mut(&id) else { return };
        pane.screen.spill_history(level);
        pane.screen.limit_stored_history(disk_max);
        if !pane.screen.history_is_over(level) {
            return;
        }
        let expected = well && stored;
        let lost = pane.screen.shed_history(if expected { level.max(total) } else { level });
        if lost > 0 && self.histories.told.insert(id) {
            let why = match (stored, well) {
                (false, _) => "its session is not saved (restore is off)",
                (true, false) => "sessions are not being saved",
                (true, true) => "it comes faster than it can be saved",
            };
            let text =
                format!("pane {id}: lines of its history are dropped: they pass history-memory, and {why}");
            self.model.note(&text);
        }
    }

    fn store_is_well(&self) -> bool {
        self.shell_durability.is_empty() && self.plan.is_well()
    }

    /// The store begins anew: what only it had is lost.
    pub(super) fn stored_histories_are_lost(&mut self) {
        let lost: u64 = self.model.panes.values_mut().map(|p| p.screen.store_is_lost()).sum();
        if lost > 0 {
            self.model.note(&format!("{lost} lines of history were in the damaged store alone and are lost"));
        }
    }

    /// Asks the store for what modes looked for in vain, and lets those go on that have more to do.
    pub(super) fn ask_for_history(&mut self) {
        for id in self.model.readers.clone() {
            let Some(pane) = self.model.panes.get(&id) else {
                self.model.readers.remove(&id);
                continue;
            };
            let mut wanted = pane.screen.take_wanted();
            let pieces = pane.screen.wanted_pieces();
            let goes_on = match &pane.mode {
                Some(mode) => mode.goes_on(),
                None => {
                    pane.screen.end_reading();
                    false
                }
            };
            if pane.mode.is_none() && pieces.is_empty() {
                self.model.readers.remove(&id);
                continue;
            }
            if pane.mode.is_none() {
                wanted = pieces;
            }
            if (wanted.is_empty() && !goes_on) || self.histories.asked.values().any(|p| *p == id) {
                continue;
            }
            let ticket = self.model.ask_for_chunks(id, &wanted);
            self.histories.asked.insert(ticket, id);
        }
    }

    /// Gives chunks that were read back to their screens.
    pub(super) fn take_records(&mut self, records: &[Record]) {
        for (key, value) in records {
            let Some(Key::Chunk(pane, chunk)) = Key::read(key) else { continue };
            let Some(found) = self.model.panes.get_mut(&pane) else { continue };
            if !found.screen.give_back_chunk(chunk, value.as_deref()) && self.histories.unread.insert(pane) {
                let text =
                    format!("pane {pane}: some lines of its history can't be read: the store has lost them");
                self.model.note(&text);
            }
        }
    }

    /// The store has answered: who waited goes on. Gives the outcome back when nobody here waited.
    pub(super) fn history_read(&mut self, ticket: Ticket, outcome: Result<(), &str>) -> bool {
        if let Some(id) = self.histories.asked.remove(&ticket) {
            if outcome.is_err() && self.model.panes.get(&id).is_some_and(|pane| pane.mode.is_none()) {
                // Pictures are not asked for again and again.
                self.model.readers.remove(&id);
            }
            let actions = self.model.with_mode(id, |mode, sight| mode.arrived(outcome, sight));
            if let Some(actions) = actions {
                let caller = Caller { pane: Some(id), ..Caller::default() };
                if outcome.is_ok() || !actions.is_empty() {
                    self.mode_wants(&caller, id, actions);
                }
            }
            return true;
        }
        if let Some((viewer, request)) = self.histories.requests.remove(&ticket) {
            self.tell_history(viewer, request);
            return true;
        }
        false
    }

    /// Whether a viewer's request for lines has to wait for the store, which is asked.
    pub(super) fn history_request_waits(
        &mut self,
        viewer: ViewerId,
        request: &GetHistory,
        pane: PaneId,
    ) -> bool {
        self.model.readers.insert(pane);
        let Some(found) = self.model.panes.get(&pane) else { return false };
        let last = request.first.saturating_add(u64::from(request.count).saturating_sub(1));
        let absent = found.screen.absent_in(request.first, last, WANTED_CHUNKS_MAX);
        if absent.is_empty() || self.histories.requests.len() >= HISTORY_REQUESTS_MAX {
            return false;
        }
        let ticket = self.model.ask_for_chunks(pane, &absent);
        self.histories.requests.insert(ticket, (viewer, *request));
        true
    }
}

impl Sessions {
    /// A pane has a screen out of a store or a checkpoint: what is missing of its pictures is asked for.
    pub(crate) fn ask_for_pictures(&mut self, pane: PaneId) {
        if self.panes.get(&pane).is_some_and(|pane| !pane.screen.wanted_pieces().is_empty()) {
            self.readers.insert(pane);
        }
    }

    /// Asks the store for chunks of a pane's history, at most as many as one question takes; for none, to go on in a
    /// later turn.
    pub(crate) fn ask_for_chunks(&mut self, pane: PaneId, chunks: &[u64]) -> Ticket {
        let key = |chunk: &u64| Key::Chunk(pane, *chunk).bytes();
        self.ask(Question::ReadStore(chunks.iter().take(READ_KEYS_MAX).map(key).collect()))
    }

    /// Bytes of memory for one pane's history.
    fn history_budget(&self) -> usize {
        usize::try_from(self.options(Place::Server).number("history-memory")).unwrap_or(0)
    }

    /// Bytes of memory for the history of all panes.
    fn history_total(&self) -> usize {
        usize::try_from(self.options(Place::Server).number("history-memory-total")).unwrap_or(0)
    }

    /// Whether the store has a pane: that of a session whose `restore` is on.
    fn pane_is_stored(&self, id: PaneId) -> bool {
        let Some(window) = self.panes.get(&id).map(|p| p.window) else { return false };
        self.sessions_of(window).any(|s| self.options(Place::Session(Some(s.id))).flag("restore"))
    }
}

/// The greatest size to which parts can be cut so that all together keep to a total.
fn fair_level(mut parts: Vec<usize>, total: usize) -> usize {
    parts.sort_unstable();
    let mut left = total;
    let mut count = parts.len();
    for part in parts {
        let share = left / count.max(1);
        if part > share {
            return share;
        }
        left -= part;
        count -= 1;
    }
    usize::MAX
}

#[cfg(test)]
mod tests {
    use super::fair_level;

    #[test]
    fn a_level_cuts_the_greatest_first() {
        assert_eq!(fair_level(vec![], 10), usize::MAX);
        assert_eq!(fair_level(vec![3, 4], 7), usize::MAX);
        assert_eq!(fair_level(vec![100, 1, 50], 61), 30);
        assert_eq!(fair_level(vec![9, 9, 9], 0), 0);
        for total in 0..60 {
            let parts = [5, 17, 0, 9, 21];
            let level = fair_level(parts.to_vec(), total);
            let cut: usize = parts.iter().map(|part| *part.min(&level)).sum();
            assert!(cut <= total.max(52) && (total >= 52 || cut <= total), "{cut} of {total}");
        }
    }
}
