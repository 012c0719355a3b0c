//! Daemons that die, and the ones after them.

use super::{Death, World};
use crate::facts::facts;
use abide_core::{
    base::ids::PaneId,
    boundary::{Input, PtyFacts},
    server::Server,
};

impl World {
    /// The daemon is to die after so many turns.
    pub fn die_in_turn(&mut self, turn: usize, death: Death) {
        self.dies = Some((turn, death));
    }

    pub(super) fn is_to_die(&mut self) -> Option<Death> {
        match &mut self.dies {
            Some((0, death)) => {
                let death = *death;
                self.dies = None;
                Some(death)
            }
            Some((turns, _)) => {
                *turns -= 1;
                None
            }
            None => None,
        }
    }

    /// Everything ends with the machine, but for what the stores have.
    pub fn lose_machine(&mut self) {
        self.dead = false;
        self.death = None;
        self.inbox.clear();
        self.ptys.clear();
    }

    /// The daemon is killed (or died before in a turn), and the next one starts from what the keeper holds.
    pub fn restart(&mut self) {
        self.take_over();
        self.input(Input::Notice("started".to_owned()));
        let panes: Vec<PaneId> = self.ptys.keys().copied().collect();
        for pane in panes {
            let Some(pty) = self.ptys.get_mut(&pane) else { continue };
            let replies = pty.marks.get(&0).copied().unwrap_or(0).min(pty.output.len() as u64);
            // Up to exactly where replies were given, then the rest.
            let from = pty.checkpoint.as_ref().map_or(0, |(offset, _)| *offset);
            let first = pty.output.get(from..replies as usize).unwrap_or_default().to_vec();
            pty.given = from.max(replies as usize);
            if !first.is_empty() {
                self.input(Input::PtyOutput(pane, replies, &first));
            }
            self.give(pane);
            let exited = self.ptys.get(&pane).and_then(|p| p.exited);
            exited.into_iter().for_each(|status| self.input(Input::PtyExited(pane, status)));
        }
        (0..self.clients.len()).for_each(|at| self.connect(at));
        self.settle();
    }

    /// The next daemon takes over what the keeper holds and writes its structure; it has heard nothing yet.
    pub fn take_over(&mut self) {
        self.dead = false;
        self.death = None;
        self.inbox.clear();
        self.epoch += 1;
        self.clients.iter_mut().for_each(|client| client.viewer = None);
        self.server =
            Server::recover(facts(self.epoch), &self.structure, self.now).expect("a structure that reads");
        let mut lacking = self.server.panes_stored();
        lacking.retain(|pane| self.ptys.get(pane).is_none_or(|pty| pty.checkpoint.is_none()));
        if self.store_reads {
            let notices = self.server.recall(&lacking, self.store.clone().into_iter().collect());
            assert_eq!(notices, Vec::<String>::new());
        } else {
            self.server.leave_stored(&lacking);
        }
        let panes: Vec<PaneId> = self.ptys.keys().copied().collect();
        for pane in panes {
            let Some(pty) = self.ptys.get_mut(&pane) else { continue };
            pty.given = pty.checkpoint.as_ref().map_or(0, |(offset, _)| *offset);
            let facts = PtyFacts { pid: pty.pid, tty: format!("/dev/pts/{}", pane.0) };
            let marks: Vec<(u64, u64)> = pty.marks.iter().map(|(c, s)| (*c, *s)).collect();
            let replies = pty.marks.get(&0).copied().unwrap_or(0);
            let screen = pty.checkpoint.as_ref().map(|(_, screen)| screen.clone());
            self.server.adopt_pane(pane, facts, screen, replies);
            self.server.input_marks(pane, &marks);
            self.keep(pane);
        }
        self.structure = self.server.structure().unwrap_or_else(|| self.structure.clone());
    }

    /// As the reactor does at once: what was restored is nowhere else.
    pub fn keep(&mut self, pane: PaneId) {
        let screen = self.server.pane_screen(pane).cloned();
        if let Some(pty) = self.ptys.get_mut(&pane).filter(|pty| pty.checkpoint.is_none()) {
            pty.checkpoint = screen.map(|screen| (pty.given, screen));
        }
    }

    pub fn pane_of(&self, name: &str) -> PaneId {
        let session = self.model().session_named(name).expect("the session");
        self.model().active_pane(session).expect("a pane")
    }
}
