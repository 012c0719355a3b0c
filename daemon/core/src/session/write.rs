//! Bytes for programs.

use super::{Pane, PaneState, Sessions, settings::Place};
use crate::{
    base::ids::PaneId,
    boundary::{COMMANDS, Effect, InputMark},
};
use abide_protocol::message::mode;

/// Bytes written to a pane in one step: a record of its input ring of 16 MiB, half of it at most, with its head. All
/// that one message of input can say (1 MiB) fits; of commands, a paste buffer longer than this is several steps.
const STEP_BYTES_MAX: usize = 8 * 1024 * 1024 - 32;
/// Bytes kept for panes whose ptys are not open yet, all together: as many as an open one's ring takes. They are in
/// the structure record (64 MiB), until the keeper has started the program: milliseconds.
const EARLY_BYTES_MAX: usize = 16 * 1024 * 1024;

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
    /// Gives bytes to a pane's program, under the mark of the input that is being handled, else under one of the
    /// daemon's own ([`COMMANDS`]), the same for all that this turn writes. What its program
    /// can't take any more (it has ended) is dropped.
    pub fn write_pane(&mut self, pane: PaneId, bytes: &[u8]) {
        let Some(found) = self.panes.get(&pane) else { return };
        if bytes.is_empty() || !matches!(found.state, PaneState::Starting | PaneState::Running) {
            return;
        }
        if found.retype.is_some() {
            self.forget_retype(pane);
        }
        let mark = match (self.mark, self.own_mark) {
            (Some(mark), _) | (None, Some(mark)) => mark,
            (None, None) => {
                let mark = InputMark { client: COMMANDS, seq: self.tick() };
                *self.own_mark.insert(mark)
            }
        };
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
        self.own_mark = None;
        if written.is_empty() {
            return;
        }
        self.keep_early(&mut written);
        let several = written.iter().any(|(pane, _, _)| written.iter().any(|(other, _, _)| other != pane));
        if several || (self.changed && !written.is_empty()) {
            self.settling.extend(written.iter().cloned());
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

    /// What is for panes whose ptys are not open yet stays with them, and so in the structure record.
    fn keep_early(&mut self, written: &mut Vec<(PaneId, InputMark, Vec<u8>)>) {
        let starting = |p: &Pane| p.state == PaneState::Starting;
        let starting: Vec<PaneId> = self.panes.values().filter(|p| starting(p)).map(|p| p.id).collect();
        if starting.is_empty() {
            return;
        }
        let kept = self.panes.values().flat_map(|p| &p.typed_early);
        let mut bytes_kept: usize = kept.map(|(_, bytes)| bytes.len()).sum();
        let mut refused = Vec::new();
        for (pane, mark, bytes) in written.extract_if(.., |(pane, _, _)| starting.contains(pane)) {
            let Some(found) = self.panes.get_mut(&pane) else { continue };
            if bytes_kept + bytes.len() > EARLY_BYTES_MAX {
                refused.push(format!(
                    "pane {pane}: its program has not started: {} bytes are refused",
                    bytes.len()
                ));
                continue;
            }
            bytes_kept += bytes.len();
            found.typed_early.push((mark, bytes));
            self.changed = true;
        }
        refused.iter().for_each(|text| self.note(text));
    }

    /// The modes by which keys are encoded for a pane: its screen's, with what the options say of modifyOtherKeys.
    #[must_use]
    pub fn key_modes(&self, pane: PaneId) -> u32 {
        let Some(found) = self.panes.get(&pane) else { return 0 };
        let mut modes = found.screen.modes();
        let options = self.options(Place::Server);
        if modes & (mode::KEYBOARD | mode::OTHER_KEYS) == 0 && options.text("extended-keys") == "always" {
            modes |= 1 << mode::OTHER_KEYS_SHIFT;
        }
        let unsaid = modes & (mode::OTHER_KEYS_AS_U | mode::OTHER_KEYS_AS_TILDE) == 0;
        if modes & mode::OTHER_KEYS != 0 && unsaid && options.text("extended-keys-format") == "csi-u" {
            modes |= mode::OTHER_KEYS_AS_U;
        }
        modes
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
