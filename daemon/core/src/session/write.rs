//! Bytes for programs.

use super::{PaneState, Sessions, settings::Place};
use crate::{
    base::ids::PaneId,
    server::{Effect, InputMark},
};
use abide_protocol::message::mode;

/// Bytes written to a pane in one step: a record of its input ring (32 KiB) with its head; a paste as long as
/// the wire lets it be (16 KiB) fits with its brackets.
const STEP_BYTES_MAX: usize = 32 * 1024 - 32;
/// Bytes kept for a pane whose pty is not open yet, as many as a tty takes with nobody reading, many times over.
const EARLY_BYTES_MAX: usize = 256 * 1024;

/// Which part of a paste a text is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Nothing of the paste came before.
    pub first: bool,
    /// Nothing of it comes after.
    pub last: bool,
}

impl Piece {
    /// All of it.
    pub const WHOLE: Piece = Piece { first: true, last: true };
}

impl Sessions {
    /// Gives bytes to a pane's program, under the mark of the input that is being handled. What its program
    /// can't take any more (it has ended) is dropped.
    pub fn write_pane(&mut self, pane: PaneId, bytes: &[u8]) {
        let Some(found) = self.panes.get(&pane) else { return };
        if bytes.is_empty() || !matches!(found.state, PaneState::Starting | PaneState::Running) {
            return;
        }
        // Not anybody's input: the mark says that queries up to here are answered, which is so.
        let own = InputMark { client: 0, seq: found.output_offset.max(found.replied_offset) };
        let mark = self.mark.unwrap_or(own);
        match self.written.iter_mut().find(|(p, m, _)| *p == pane && *m == mark) {
            Some((_, _, before)) => before.extend_from_slice(bytes),
            None => self.written.push((pane, mark, bytes.to_vec())),
        }
    }

    /// Turns what was written in this turn into effects: one step for each pane and mark, so that a crash
    /// leaves all of it or nothing. Only what is longer than a step is several, the last of which has the mark.
    ///
    /// What has to be in the structure record, because the pane's own memory can't tell after a crash how far
    /// this turn came, is left in `settling`: see [`crate::server`].
    pub fn flush_writes(&mut self) {
        let mut written = std::mem::take(&mut self.written);
        written.retain(|(pane, mark, bytes)| {
            let Some(found) = self.panes.get_mut(pane) else { return false };
            if found.state != PaneState::Starting {
                return true;
            }
            let waiting: usize = found.typed_early.iter().map(|(_, b)| b.len()).sum();
            if waiting + bytes.len() <= EARLY_BYTES_MAX {
                found.typed_early.push((*mark, bytes.clone()));
                self.changed = true;
            }
            false
        });
        let inputs = || written.iter().filter(|(_, mark, _)| mark.client != 0);
        let several = inputs().any(|(pane, _, _)| inputs().any(|(other, _, _)| other != pane));
        if several || (self.changed && inputs().next().is_some()) {
            self.settling.extend(inputs().cloned());
            self.changed = true;
        }
        for (pane, mark, bytes) in written {
            let mut pieces = bytes.chunks(STEP_BYTES_MAX).peekable();
            while let Some(piece) = pieces.next() {
                let mark = if pieces.peek().is_some() { InputMark { client: 0, seq: 0 } } else { mark };
                self.push(Effect::WritePty(pane, mark, piece.to_vec()));
            }
        }
    }

    /// A pane's pty is open: what was typed before is written now.
    pub(crate) fn write_early(&mut self, pane: PaneId) {
        let Some(found) = self.panes.get_mut(&pane) else { return };
        let early = std::mem::take(&mut found.typed_early);
        self.written.extend(early.into_iter().map(|(mark, bytes)| (pane, mark, bytes)));
    }

    /// Pastes text, or a piece of it: bracketed where the program asked for that. Escape characters are left out of it
    /// then, so that nothing in it, however it is cut into pieces, can end the bracket early.
    pub fn paste(&mut self, pane: PaneId, text: &[u8], piece: Piece) {
        let Some(found) = self.panes.get(&pane) else { return };
        if found.input_off {
            return;
        }
        if found.screen.modes() & mode::BRACKETED_PASTE == 0 {
            self.write_pane(pane, text);
            return;
        }
        let mut bytes = Vec::with_capacity(text.len() + 12);
        if piece.first {
            bytes.extend_from_slice(b"\x1b[200~");
        }
        bytes.extend(text.iter().filter(|byte| **byte != 0x1b));
        if piece.last {
            bytes.extend_from_slice(b"\x1b[201~");
        }
        self.write_pane(pane, &bytes);
    }

    /// The panes that typing into one goes to: all of its window with `synchronize-panes`.
    #[must_use]
    pub fn typed_into(&self, pane: PaneId) -> Vec<PaneId> {
        let alone = || self.panes.get(&pane).filter(|p| !p.input_off).map(|p| p.id).into_iter().collect();
        if !self.options(Place::Pane(pane)).flag("synchronize-panes") {
            return alone();
        }
        let Some(window) = self.panes.get(&pane).and_then(|p| self.windows.get(&p.window)) else {
            return alone();
        };
        let takes = |p: &PaneId| *p == pane || self.options(Place::Pane(*p)).flag("synchronize-panes");
        let on = |p: &PaneId| {
            self.panes.get(p).is_some_and(|p| !p.input_off && (p.mode.is_none() || p.id == pane))
        };
        window.panes().into_iter().filter(takes).filter(on).collect()
    }

    /// Tells programs that asked for it which of them has the keyboard (DEC mode 1004), where `focus-events` is on.
    pub(super) fn focus_moved(&mut self, from: Option<PaneId>, to: Option<PaneId>) {
        if !self.options(Place::Server).flag("focus-events") {
            return;
        }
        for (pane, report) in [(from, b"\x1b[O"), (to, b"\x1b[I")] {
            let Some(pane) = pane else { continue };
            if self.panes.get(&pane).is_some_and(|p| p.screen.modes() & mode::FOCUS != 0) {
                // Never under the mark of an input: it may go to a pane that the input does not touch.
                let mark = self.mark.take();
                self.write_pane(pane, report);
                self.mark = mark;
            }
        }
    }

    /// A viewer's window got or lost the keyboard: so did the pane that it types into.
    pub fn viewer_focus(&mut self, pane: PaneId, focused: bool) {
        if focused { self.focus_moved(None, Some(pane)) } else { self.focus_moved(Some(pane), None) }
    }
}
