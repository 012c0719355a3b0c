//! The loop's and the start's ports onto the real core.

use super::server::{Config, Rebuild};
use crate::reactor::ports::Core;
use abide_core::base::ids::PaneId;
use abide_core::base::instant::{Instant, Now};
use abide_core::boundary::Records;
use abide_core::boundary::{Effect, HostFacts, Input, PtyFacts};
use abide_core::screen::Screen;
use abide_core::server::Server;
use std::collections::BTreeSet;

impl Core for Server {
    fn handle(&mut self, now: Now, input: Input<'_>) {
        Server::handle(self, now, input);
    }

    fn effects(&mut self) -> Vec<Effect> {
        Server::effects(self)
    }

    fn output_left(&self) -> usize {
        Server::output_left(self)
    }

    fn deadline(&self) -> Option<Instant> {
        Server::deadline(self)
    }

    fn structure(&mut self) -> Option<Vec<u8>> {
        Server::structure(self)
    }

    fn panes(&self) -> Vec<PaneId> {
        self.pane_ids()
    }

    fn taken(&mut self, pane: PaneId, marks: &[(u64, u64)]) {
        self.input_marks(pane, marks);
    }

    fn screen(&self, pane: PaneId) -> Option<&Screen> {
        self.pane_screen(pane)
    }

    fn adopt(&mut self, pane: PaneId, facts: PtyFacts, screen: Option<Screen>, replies_until: u64) {
        self.adopt_pane(pane, facts, screen, replies_until);
    }
}

impl Rebuild for Server {
    fn fresh(facts: HostFacts, config: Config, now: Now) -> Server {
        Server::new(facts, config, now)
    }

    fn recover(facts: HostFacts, structure: &[u8], now: Now) -> Result<Server, String> {
        Server::recover(facts, structure, now).map_err(|e| e.to_string())
    }

    fn panes_stored(&self) -> BTreeSet<PaneId> {
        Server::panes_stored(self)
    }

    fn recall(&mut self, panes: &BTreeSet<PaneId>, records: Records) -> Vec<String> {
        Server::recall(self, panes, records)
    }

    fn leave_stored(&mut self, panes: &BTreeSet<PaneId>) {
        Server::leave_stored(self, panes);
    }

    fn store_place(&self) -> String {
        Server::store_place(self).to_owned()
    }

    fn restore(facts: HostFacts, config: Config, records: Records, now: Now) -> (Server, Vec<String>) {
        let (server, report) = Server::restore(facts, config, records, now);
        (server, report.notices)
    }
}
