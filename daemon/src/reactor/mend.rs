//! A pane whose screen broke on its program's bytes: it gets the screen of its last checkpoint, what came
//! since in small pieces without those that break it, and a line that says so. The others never notice.

use super::Reactor;
use super::limits::{MEND_PIECE_BYTES, MENDS_PER_PANE_MAX};
use super::ports::{Core, Keeper, Memory};
use abide_core::base::geometry::Size;
use abide_core::base::ids::PaneId;
use abide_core::boundary::Input;
use abide_core::screen::Screen;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// The size of a screen of which nothing is left; the core gives it the pane's own.
const SIZE_OF_NONE: Size = Size { cols: 80, rows: 24 };
/// Lines of history of such a screen, until the core says otherwise.
const HISTORY_OF_NONE: u32 = 2000;

impl<C: Core, K: Keeper> Reactor<C, K> {
    /// Gives a pane a screen that has seen everything up to `end` but what breaks it.
    pub(super) fn mend(&mut self, id: PaneId, end: u64) {
        let Some(pane) = self.panes.get_mut(&id) else { return };
        pane.mends += 1;
        let (screen, left_out) = rebuilt(&pane.memory, end);
        let mut screen = screen;
        pane.frozen = pane.mends > MENDS_PER_PANE_MAX;
        let line = if pane.frozen {
            "[abide: this pane's output breaks its screen again and again; it is held, its program waits]"
                .to_owned()
        } else {
            format!(
                "[abide: {left_out} bytes of output broke this screen and are left out; the log says more]"
            )
        };
        log::error!("pane {id}: {line} (up to offset {end})");
        screen.put_line(&line);
        self.give_screen(id, screen, end);
    }

    /// Leaves out a piece that no daemon survived.
    pub(super) fn leave_out(&mut self, id: PaneId, end: u64) -> Option<usize> {
        let pane = self.panes.get_mut(&id)?;
        let from = pane.read;
        pane.read = end.max(from);
        let line = format!(
            "[abide: {} bytes of output crashed the server and are left out]",
            end.saturating_sub(from)
        );
        log::error!("pane {id}: {line} ({from} to {end})");
        self.inbox.push_back(Input::Notice(format!("pane {id}: {line}")));
        let mut screen = self.core.screen(id)?.clone();
        screen.put_line(&line);
        self.give_screen(id, screen, end);
        self.checkpoint(id);
        usize::try_from(end.saturating_sub(from)).ok().filter(|n| *n > 0)
    }

    fn give_screen(&mut self, id: PaneId, screen: Screen, end: u64) {
        let Some(pane) = self.panes.get(&id) else { return };
        let facts = pane.facts.clone();
        let replies_until = pane.replies_until.max(end);
        let core = &mut self.core;
        if catch_unwind(AssertUnwindSafe(|| core.adopt(id, facts, Some(screen), replies_until))).is_err() {
            log::error!("pane {id}: can't be mended; it is held");
            if let Some(pane) = self.panes.get_mut(&id) {
                pane.frozen = true;
            }
        }
    }
}

/// The last checkpoint's screen with what came since up to `end`, and how many bytes it could not take.
pub(super) fn rebuilt<M: Memory>(memory: &M, end: u64) -> (Screen, usize) {
    let restored = catch_unwind(AssertUnwindSafe(|| memory.restored())).ok().flatten();
    let (mut from, mut screen) =
        restored.unwrap_or_else(|| (memory.tail(), Screen::new(SIZE_OF_NONE, HISTORY_OF_NONE)));
    from = from.max(memory.tail());
    let mut left_out = 0;
    while from < end {
        let (first, _) = memory.unread(from);
        let left = usize::try_from(end.saturating_sub(from)).unwrap_or(usize::MAX);
        let piece = first.get(..first.len().min(left).min(MEND_PIECE_BYTES)).unwrap_or_default();
        if piece.is_empty() {
            break;
        }
        // Fed to a copy: a screen that broke in the middle is in no state to go on with.
        let mut next = screen.clone();
        let fed = catch_unwind(AssertUnwindSafe(|| {
            next.feed(piece);
            // Replies were given when the bytes came first.
            let _ = next.outcome();
        }));
        match fed {
            Ok(()) => screen = next,
            Err(_) => left_out += piece.len(),
        }
        from += piece.len() as u64;
    }
    (screen, left_out)
}
