//! Programs: their ptys open, they write, they end.

use super::Server;
use crate::{
    base::ids::PaneId,
    boundary::{Effect, ExitStatus, InputMark, PtyFacts},
    session::{PaneState, Place, SurfaceTarget, tidy},
};
use abide_protocol::{
    limits::CLIPBOARD_BYTES_MAX,
    message::{Event, ServerMessage},
};

impl Server {
    pub(super) fn on_opened(&mut self, pane: PaneId, outcome: Result<PtyFacts, String>) {
        let Some(found) = self.model.panes.get_mut(&pane) else {
            self.model.push(Effect::ReleasePty(pane));
            return;
        };
        match outcome {
            Ok(facts) => {
                found.pid = facts.pid;
                found.tty = facts.tty;
                found.revived_from = None;
                if found.state == PaneState::Starting {
                    found.state = PaneState::Running;
                    // What a program was given it keeps; the next one is given it anew.
                    found.program.environment = Vec::new();
                }
                self.model.tell_pty_size(pane);
                self.model.write_early(pane);
                self.model.look_soon(pane);
                self.model.changed();
            }
            Err(why) => {
                let text = format!("{why}\r\n");
                found.screen.put_line(&text);
                self.model.note(&format!("pane {pane}: {why}"));
                self.model.pane_exited(pane, ExitStatus::Unknown);
            }
        }
    }

    pub(super) fn on_output(&mut self, id: PaneId, end: u64, bytes: &[u8]) {
        let now = self.model.now.instant;
        let checksums = self.model.options(Place::Pane(id)).flag("allow-checksums");
        let keyboard = self.model.options(Place::Server).text("extended-keys") != "off";
        let Some(pane) = self.model.panes.get_mut(&id) else { return };
        pane.screen.allow_checksums(checksums);
        pane.screen.allow_keyboard(keyboard);
        let took = pane.screen.feed_some(bytes);
        self.output_left = bytes.len() - took;
        let offset = end - self.output_left as u64;
        pane.output_offset = offset;
        pane.output_at = now;
        let outcome = pane.screen.outcome();
        if pane.screen.synchronized() {
            pane.held_since.get_or_insert(now);
        } else {
            pane.held_since = None;
        }
        // At a replay: what this asked for was done by the daemon before.
        let answered = offset <= pane.replied_offset;
        if !outcome.replies.is_empty() && !answered {
            pane.replied_offset = offset;
            let mark = InputMark { client: 0, seq: offset };
            self.model.effects.push(Effect::WritePty(id, mark, outcome.replies));
        }
        if let Some(line) = outcome.command_line {
            pane.shell_line = line;
        }
        let prompts = outcome.prompts == Some(true);
        let waits = pane.retype.is_some();
        let title = outcome.title_changed.then(|| tidy(pane.screen.title()));
        if outcome.cwd_changed {
            let cwd = pane.screen.cwd().to_owned();
            if cwd.starts_with('/') && pane.process.cwd.is_empty() {
                pane.start_cwd = cwd;
            }
        }
        if let Some(title) = title
            && self.model.options(Place::Pane(id)).flag("allow-set-title")
            && let Some(pane) = self.model.panes.get_mut(&id)
            && pane.title != title
        {
            pane.title = title;
            self.model.topology_changed = true;
        }
        if outcome.progress_changed || outcome.variables_changed {
            self.model.topology_changed = true;
        }
        if let Some(notice) = outcome.notice.filter(|_| !answered) {
            self.model.show_notice(id, &notice);
        }
        if outcome.bells > 0 && !answered {
            self.model.bell(id, outcome.bells);
        }
        if let Some(text) = outcome.clipboard.filter(|_| !answered) {
            self.clipboard(id, text);
        }
        if waits {
            self.model.retype_after_output(id, prompts);
        }
        self.model.activity(id);
        self.model.look_soon(id);
        self.history_grew(id, took);
        self.plan.touch(now);
        self.mark_dirty(id);
    }

    pub(super) fn on_exited(&mut self, pane: PaneId, status: ExitStatus) {
        self.missing.remove(&pane);
        self.mark_dirty(pane);
        self.model.pane_exited(pane, status);
    }

    /// Surfaces that show the pane are to be composed again.
    pub(super) fn mark_dirty(&mut self, pane: PaneId) {
        let model = &mut self.model;
        let Some(window) = model.panes.get(&pane).map(|p| p.window) else { return };
        let active = model.windows.get(&window).map(|w| w.active) == Some(pane);
        for surface in model.viewers.values_mut().flat_map(|v| v.surfaces.values_mut()) {
            let shows = match surface.target {
                SurfaceTarget::Pane(shown) => shown == pane,
                SurfaceTarget::Session(session) => {
                    model.sessions.get(&session).and_then(|s| s.current_window()) == Some(window)
                }
            };
            surface.dirty |= shows;
            if shows && surface.awaits_echo && (active || surface.target == SurfaceTarget::Pane(pane)) {
                surface.awaits_echo = false;
                surface.sent_at = None;
            }
        }
    }

    /// A program put something on the clipboard (OSC 52): taken with `set-clipboard on` alone.
    fn clipboard(&mut self, pane: PaneId, mut text: Vec<u8>) {
        if self.model.options(Place::Server).text("set-clipboard") != "on" {
            return;
        }
        text.truncate(CLIPBOARD_BYTES_MAX);
        let limit = self.model.options(Place::Server).count("buffer-limit", 10_000) as usize;
        let now = self.model.now;
        self.model.buffers.push(now, text.clone(), limit);
        self.model.changed = true;
        let Some(window) = self.model.panes.get(&pane).map(|p| p.window) else { return };
        let sessions: Vec<_> = self.model.sessions_of(window).map(|s| s.id).collect();
        let told = self.model.viewers.values().filter(|v| {
            v.surfaces.values().any(|s| match s.target {
                SurfaceTarget::Pane(shown) => shown == pane,
                SurfaceTarget::Session(session) => sessions.contains(&session),
            })
        });
        let told: Vec<_> = told.map(|v| v.id).collect();
        for viewer in told {
            let event = Event::Clipboard(text.clone());
            self.model.push(Effect::TellViewer(viewer, ServerMessage::Event(event)));
        }
    }
}
