//! Windows named after what runs in them, and the process facts that this needs.

use super::{Sessions, facts::Sight, names::tidy, settings::Place};
use crate::{
    base::ids::{PaneId, WindowId},
    boundary::{ProcessFacts, Question},
    formats,
};

/// Least time between two looks at a pane's processes: as often as tmux looks for a window's name.
const LOOK_EVERY_MS: u64 = 500;
/// Time from a pane's output to the look: a shell has started the command, or has shown its prompt, by then.
const LOOK_AFTER_MS: u64 = 50;

impl Sessions {
    /// A pane did something: what runs in it may have changed.
    pub fn look_soon(&mut self, pane: PaneId) {
        let now = self.now.instant;
        if let Some(pane) = self.panes.get_mut(&pane)
            && pane.process_due.is_none()
        {
            let due = now.after_ms(LOOK_AFTER_MS).max(pane.process_asked.after_ms(LOOK_EVERY_MS));
            pane.process_due = Some(due);
            self.process_due = Some(self.process_due.map_or(due, |at| at.min(due)));
        }
    }

    /// A window's active pane is another one: its name may be too.
    pub fn rename_soon(&mut self, window: WindowId) {
        if let Some(pane) = self.windows.get(&window).map(|w| w.active) {
            self.look_soon(pane);
        }
    }

    /// Asks for the processes of all panes that are due.
    pub fn look_at_processes(&mut self) {
        let now = self.now.instant;
        let mut due = Vec::new();
        for pane in self.panes.values_mut() {
            if pane.process_due.is_some_and(|at| at <= now) {
                pane.process_due = None;
                pane.process_asked = now;
                due.push(pane.id);
            }
        }
        self.process_due = self.panes.values().filter_map(|p| p.process_due).min();
        if !due.is_empty() {
            self.ask(Question::Processes(due));
        }
    }

    /// Takes what the system said of panes' processes; windows are named by it. Gives whether other programs run.
    pub fn processes_are(&mut self, facts: Vec<(PaneId, ProcessFacts)>) -> bool {
        let mut others = false;
        let mut windows = Vec::new();
        for (id, facts) in facts {
            let Some(pane) = self.panes.get_mut(&id) else { continue };
            if !facts.cwd.is_empty() && pane.process.cwd != facts.cwd {
                pane.start_cwd.clone_from(&facts.cwd);
                self.changed = true;
            }
            others |= pane.process.arguments != facts.arguments || pane.process.own != facts.own;
            pane.process = facts;
            if !windows.contains(&pane.window) {
                windows.push(pane.window);
            }
        }
        for window in windows {
            self.rename_automatically(window);
        }
        others
    }

    /// Names a window after its active pane, where `automatic-rename` is on.
    pub fn rename_automatically(&mut self, window: WindowId) {
        if !self.options(Place::Window(Some(window))).flag("automatic-rename") {
            return;
        }
        let Some(pane) = self.windows.get(&window).map(|w| w.active) else { return };
        let format = self.options(Place::Window(Some(window))).text("automatic-rename-format");
        let within = super::Within::Window(window);
        let sight = Sight { within, jobs: true, ..Sight::of_pane(self, pane) };
        let name = tidy(&formats::expand(format, &sight));
        let Some(found) = self.windows.get_mut(&window) else { return };
        if !name.is_empty() && found.name != name {
            found.name = name;
            self.changed();
        }
    }
}
