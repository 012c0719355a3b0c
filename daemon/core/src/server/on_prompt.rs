//! Keys for what lies over a viewer's status line, and what becomes of answers.

use super::Server;
use crate::{
    base::ids::{PaneId, Ticket, ViewerId},
    commands::Caller,
    keys::{Code, Key, modifier},
    modes::{prompt::PromptOutcome, template::substitute},
    session::{Overlay, Place, Then},
};
use abide_protocol::message::SurfaceNumber;

impl Server {
    /// Gives a key to what lies over the status line; true when that takes it.
    pub(super) fn overlay_key(&mut self, id: ViewerId, number: SurfaceNumber, key: Key) -> bool {
        let Some(overlay) = self.model.viewers.get_mut(&id).and_then(|v| v.overlay.take()) else {
            return false;
        };
        self.uncovered(id);
        let name = key.to_string();
        match overlay {
            // A message goes, and the key is what it is.
            Overlay::Message { .. } => false,
            Overlay::Confirm { confirm, then, waits } => {
                let yes = confirm.key(&name);
                if yes {
                    self.answer(id, number, &then, vec![name]);
                }
                self.prompt_ended(waits, yes);
                true
            }
            Overlay::Prompt { mut prompt, then, waits } => {
                let lines_max =
                    self.model.options(Place::Server).count("prompt-history-limit", 100_000) as usize;
                let outcome = prompt.key(&name, &mut self.model.prompt_history, lines_max);
                let passed = matches!(outcome, PromptOutcome::AnsweredBy(_));
                match outcome {
                    PromptOutcome::Open => {
                        self.model.set_overlay(id, Some(Overlay::Prompt { prompt, then, waits }));
                    }
                    PromptOutcome::Changed(text) => {
                        let asked = then.clone();
                        self.model.set_overlay(id, Some(Overlay::Prompt { prompt, then, waits }));
                        self.answer(id, number, &asked, vec![text]);
                    }
                    PromptOutcome::Cancelled => self.prompt_ended(waits, false),
                    PromptOutcome::Answered(answers) | PromptOutcome::AnsweredBy(answers) => {
                        self.answer(id, number, &then, answers);
                        self.prompt_ended(waits, true);
                    }
                }
                !passed
            }
            Overlay::Panes { then, passes_keys, until, waits } => {
                if let Some(pane) = self.numbered_pane(id, number, key) {
                    self.answer(id, number, &then, vec![pane.to_string()]);
                    self.prompt_ended(waits, true);
                    return true;
                }
                if passes_keys {
                    self.model.set_overlay(id, Some(Overlay::Panes { then, passes_keys, until, waits }));
                    return false;
                }
                self.prompt_ended(waits, false);
                true
            }
        }
    }

    /// A command that waits for a prompt goes on.
    pub(super) fn prompt_ended(&mut self, waits: Option<Ticket>, answered: bool) {
        if let Some(ticket) = waits {
            self.queues.prompt_ended(&mut self.model, ticket, answered);
        }
    }

    /// Pasted text goes into an open prompt; false when there is none.
    pub(super) fn paste_into_prompt(&mut self, id: ViewerId, text: &[u8]) -> bool {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return false };
        let Some(Overlay::Prompt { prompt, then, .. }) = &mut viewer.overlay else { return false };
        let outcome = prompt.paste(&String::from_utf8_lossy(text));
        let then = then.clone();
        let number = viewer.session_surface().map_or(0, |s| s.number);
        self.uncovered(id);
        if let PromptOutcome::Changed(text) = outcome {
            self.answer(id, number, &then, vec![text]);
        }
        true
    }

    fn uncovered(&mut self, id: ViewerId) {
        if let Some(viewer) = self.model.viewers.get_mut(&id) {
            for surface in viewer.surfaces.values_mut() {
                surface.dirty = true;
            }
        }
    }

    /// The pane whose number `display-panes` shows for that key: digits, then letters from `a` for ten and on.
    fn numbered_pane(&self, id: ViewerId, number: SurfaceNumber, key: Key) -> Option<PaneId> {
        let Code::Char(c) = key.code else { return None };
        if key.modifiers & !modifier::SHIFT != 0 {
            return None;
        }
        let position = match c {
            '0'..='9' => c as u32 - '0' as u32,
            'a'..='z' => c as u32 - 'a' as u32 + 10,
            _ => return None,
        };
        let session = self.session_of_surface(id, number)?;
        let window = self.model.sessions.get(&session)?.current_window()?;
        let base = self.model.options(Place::Window(Some(window))).count("pane-base-index", 65_535);
        let position = usize::try_from(position.checked_sub(base)?).ok()?;
        self.model.windows.get(&window)?.panes().get(position).copied()
    }

    /// An answer was given.
    fn answer(&mut self, id: ViewerId, number: SurfaceNumber, then: &Then, answers: Vec<String>) {
        match then {
            Then::Command { template, pane } => {
                let pane = pane.filter(|p| self.model.panes.contains_key(p));
                let caller = Caller::prompt(id, number, pane);
                self.queues.text(&mut self.model, caller, &substitute(template, &answers));
            }
            Then::Mode { pane, command } => {
                let mut words = vec![(*command).to_owned()];
                words.extend(answers);
                let done = self.model.with_mode(*pane, |mode, sight| mode.command(&words, 1, sight));
                match done {
                    Some(Ok(actions)) => {
                        self.mode_wants(&Caller::prompt(id, number, Some(*pane)), *pane, actions);
                    }
                    Some(Err(why)) => self.model.show_message(id, &why),
                    None => {}
                }
                self.mark_dirty(*pane);
            }
        }
    }
}
