//! Panes' output: from the journal to the screen, a share per pane and turn, so that a flood in one pane
//! starves no other.

use super::limits::READ_BYTES_PER_TURN;
use super::pane::Pane;
use super::ports::{Core, Keeper, Memory};
use super::tokens::Source;
use super::{Reactor, careful};
use crate::deathpoint::{self, Point};
use abide_core::base::ids::PaneId;
use abide_core::boundary::Input;
use mio::Interest;
use mio::unix::SourceFd;
use std::os::fd::AsRawFd;
use std::panic::{AssertUnwindSafe, catch_unwind};

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Takes a pane in: its eventfd is waited for from now on, what is in its journal is read.
    pub(super) fn add_pane(&mut self, id: PaneId, pane: Pane<K::Memory>) {
        let fd = pane.wake.as_raw_fd();
        let token = Source::Pane(id).token();
        if let Err(fault) = self.poll.registry().register(&mut SourceFd(&fd), token, Interest::READABLE) {
            log::error!("pane {id}: can't be waited for: {fault}");
        }
        self.drop_pane(id);
        self.panes.insert(id, pane);
        self.mark_readable(id);
    }

    /// Forgets a pane.
    pub(super) fn drop_pane(&mut self, id: PaneId) {
        if let Some(pane) = self.panes.remove(&id) {
            let fd = pane.wake.as_raw_fd();
            let _ = self.poll.registry().deregister(&mut SourceFd(&fd));
            if let Some(at) = pane.checkpoint_at {
                self.checkpoints.remove(&(at, id));
            }
            self.input_waits.remove(&id);
        }
    }

    /// Puts a pane on the still-readable list.
    pub(super) fn mark_readable(&mut self, id: PaneId) {
        if let Some(pane) = self.panes.get_mut(&id)
            && !pane.listed
            && self.drain.reads()
        {
            pane.listed = true;
            self.readable.push_back(id);
        }
    }

    /// Feeds each pane on the list its share.
    pub(super) fn feed_panes(&mut self) {
        for _ in 0..self.readable.len() {
            let Some(id) = self.readable.pop_front() else { break };
            if let Some(pane) = self.panes.get_mut(&id) {
                pane.listed = false;
                self.feed_pane(id);
            }
        }
    }

    fn feed_pane(&mut self, id: PaneId) {
        let (mut share, mut emptied) = (READ_BYTES_PER_TURN, false);
        while share > 0 && !emptied {
            match self.feed_piece(id, share) {
                Some(took) => share = share.saturating_sub(took),
                None => emptied = true,
            }
        }
        self.tell_exit(id);
        // Only a look that finds nothing asks the keeper for a wake-up. A share that is used up just when the journal
        // is empty must look once more, or the pane stands still for ever.
        if let Some(pane) = self.panes.get(&id)
            && (!emptied || !pane.caught_up())
            && !pane.frozen
        {
            self.mark_readable(id);
        }
    }

    /// Feeds one piece; how much of the pane's share that was, nothing when there is nothing to feed.
    fn feed_piece(&mut self, id: PaneId, bytes_max: usize) -> Option<usize> {
        let pane = self.panes.get(&id).filter(|p| !p.frozen)?;
        let careful = self.careful.as_ref().filter(|_| pane.read < pane.replay_until);
        if let Some(end) = careful.and_then(|c| c.poisoned(id, pane.read)) {
            let end = end.min(pane.memory.head());
            return self.leave_out(id, end);
        }
        let bytes_max = if careful.is_some() { bytes_max.min(careful::PIECE_BYTES) } else { bytes_max };
        let (piece, end) = pane.piece(bytes_max)?;
        let len = piece.len();
        if let Some(careful) = careful {
            careful.begin(id, pane.read, end);
        }
        if let Some(trap) = &self.trap {
            assert!(
                !piece.windows(trap.len()).any(|text| text == trap),
                "pane {id}: a test's trap is in its output"
            );
        }
        let now = (self.clock)();
        let core = &mut self.core;
        // A fault in one pane's screen must not take the others along.
        let fed = catch_unwind(AssertUnwindSafe(|| core.handle(now, Input::PtyOutput(id, end, piece))));
        if let Some(careful) = careful {
            careful.done();
        }
        if pane.read < pane.replay_until {
            deathpoint::pass(Point::Replayed);
        }
        let left = if fed.is_ok() { self.core.output_left().min(len) } else { 0 };
        let end = end - left as u64;
        if fed.is_err() {
            self.mend(id, end);
        }
        if let Some(pane) = self.panes.get_mut(&id) {
            pane.read = end;
        }
        self.plan_checkpoint(id, now.instant);
        // Replies before the checkpoint that covers their questions: behind it nobody reads those again.
        self.settle();
        if !self.drain.has_begun() && self.panes.get(&id).is_some_and(Pane::wants_room) {
            self.checkpoint(id);
        }
        // What was dear used all of it up.
        Some(if left > 0 { bytes_max } else { len })
    }

    /// Tells how a program ended, once all it wrote is on the screen.
    fn tell_exit(&mut self, id: PaneId) {
        let Some(pane) = self.panes.get_mut(&id) else { return };
        let Some((status, end)) = pane.exited.filter(|(_, end)| pane.read >= *end || pane.frozen) else {
            return;
        };
        log::debug!("pane {id}: its program has ended at byte {end}: {status:?}");
        pane.exited = None;
        self.handle(Input::PtyExited(id, status));
        // It may have been released by that.
        if self.panes.contains_key(&id)
            && let Err(fault) = self.keeper.acknowledge_exit(id)
        {
            log::warn!("pane {id}: {fault}");
        }
    }

    /// Tries again to commit input that waits.
    pub(super) fn type_waiting(&mut self) {
        for id in self.input_waits.clone() {
            let Some(pane) = self.panes.get_mut(&id) else {
                self.input_waits.remove(&id);
                continue;
            };
            pane.type_waiting();
            if !pane.input_waits() {
                self.input_waits.remove(&id);
            }
        }
    }
}
