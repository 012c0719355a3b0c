//! When a pane's screen is stored in its shared memory: when half the journal is held, and 250 ms after it
//! first changed. Only then is the journal let go.

use super::Reactor;
use super::limits::{CHECKPOINT_AFTER_MS, CHECKPOINT_RETRY_MS};
use super::ports::{Core, Keeper, Memory};
use crate::deathpoint::{self, Point};
use abide_core::base::ids::PaneId;
use abide_core::base::instant::Instant;
use abide_core::boundary::Input;
use abide_core::screen::Screen;

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// The pane's screen has changed: a checkpoint is due soon, unless one is already.
    pub(super) fn plan_checkpoint(&mut self, id: PaneId, now: Instant) {
        if let Some(pane) = self.panes.get_mut(&id)
            && pane.checkpoint_at.is_none()
        {
            let at = now.after_ms(CHECKPOINT_AFTER_MS);
            pane.checkpoint_at = Some(at);
            self.checkpoints.insert((at, id));
        }
    }

    /// A screen may have changed without a byte of output (`clear-history`; history that left memory): those get a
    /// checkpoint too.
    pub(super) fn plan_changed_checkpoints(&mut self, now: Instant) {
        let changed: Vec<PaneId> = self
            .panes
            .iter()
            .filter(|(_, p)| p.checkpoint_at.is_none() && p.stored_version.is_some())
            .filter(|(id, p)| self.core.screen(**id).map(clocks) != p.stored_version)
            .map(|(id, _)| *id)
            .collect();
        for id in changed {
            self.plan_checkpoint(id, now);
        }
    }

    /// Writes the checkpoints that are due.
    pub(super) fn write_checkpoints(&mut self, now: Instant) {
        while let Some(&(at, id)) = self.checkpoints.first()
            && at <= now
        {
            self.checkpoint(id);
        }
    }

    /// Writes one pane's checkpoint now.
    pub(super) fn checkpoint(&mut self, id: PaneId) {
        let Some(pane) = self.panes.get_mut(&id) else {
            self.checkpoints.retain(|(_, other)| *other != id);
            return;
        };
        if let Some(at) = pane.checkpoint_at.take() {
            self.checkpoints.remove(&(at, id));
        }
        if pane.frozen {
            // Its journal stays as it is, for a daemon that knows better.
            return;
        }
        let Some(screen) = self.core.screen(id) else { return };
        match pane.memory.checkpoint(pane.read, screen) {
            Ok(()) => {
                deathpoint::pass(Point::CheckpointWritten);
                pane.memory.release(pane.read);
                pane.stored_version = Some(clocks(screen));
                if std::mem::take(&mut pane.unsaved) {
                    log::info!("pane {id}: its screen is kept again");
                }
            }
            Err(fault) => {
                // What came since the last one is held, and when there is no room left the program waits: let go
                // here, it would be lost with this daemon.
                let text = format!("pane {id}: its screen can't be kept: {fault}");
                log::error!("{text} (at offset {})", pane.read);
                if !std::mem::replace(&mut pane.unsaved, true) {
                    self.inbox.push_back(Input::Notice(text));
                }
                let at = (self.clock)().instant.after_ms(CHECKPOINT_RETRY_MS);
                pane.checkpoint_at = Some(at);
                self.checkpoints.insert((at, id));
            }
        }
    }
}

/// What moves when a checkpoint would be another.
fn clocks(screen: &Screen) -> (u64, u64) {
    (screen.version(), screen.history_form())
}
