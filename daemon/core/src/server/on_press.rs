//! Keys of viewers that tell all that their keyboard knows.

use super::Server;
use crate::{
    base::ids::{PaneId, ViewerId},
    keys::{Code, Key, Press, limits::EATEN_KEYS_MAX},
    session::{Overlay, Place},
};
use abide_protocol::message::{SurfaceNumber, ViewerKind};

impl Server {
    /// A key went down, is held or came up.
    pub(super) fn on_press(&mut self, id: ViewerId, number: SurfaceNumber, press: &Press) {
        let pane = self.pane_of_surface(id, number);
        if self
            .model
            .viewers
            .get(&id)
            .and_then(|v| v.hello.as_ref())
            .is_some_and(|h| h.kind == ViewerKind::Page)
        {
            // As its bytes, which it sends where nobody asks for presses: past the tables.
            if let Some(pane) = pane {
                self.type_press(pane, press);
            }
            return;
        }
        if press.is_release() {
            // Whoever did not see a key go down does not see it come up.
            let eaten = press.code.is_some_and(|code| self.was_eaten(id, code));
            if let Some(pane) = pane.filter(|_| !eaten) {
                self.type_to_program(id, pane, press);
            }
            return;
        }
        if press.is_modifier() {
            // No binding is meant by it, and a prefix goes on waiting.
            if let Some(pane) = pane {
                self.type_to_program(id, pane, press);
            }
            return;
        }
        let Some(key) = self.meant(id, number, pane, press) else {
            // Text without a key, of more than one character.
            match pane {
                Some(pane) if !self.is_covered(id, pane) => self.type_press(pane, press),
                _ => press.text.chars().for_each(|c| self.on_key(id, number, Key::char(c))),
            }
            return;
        };
        let typed = self.key_or_press(id, number, key, press);
        let Some(code) = press.code else { return };
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        viewer.eaten.retain(|eaten| *eaten != code);
        if !typed {
            if viewer.eaten.len() >= EATEN_KEYS_MAX {
                viewer.eaten.remove(0);
            }
            viewer.eaten.push(code);
        }
    }

    fn was_eaten(&mut self, id: ViewerId, code: Code) -> bool {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return false };
        let before = viewer.eaten.len();
        viewer.eaten.retain(|eaten| *eaten != code);
        viewer.eaten.len() < before
    }

    /// Whether keys are for a prompt or the pane's mode, not for its program.
    fn is_covered(&self, id: ViewerId, pane: PaneId) -> bool {
        let asks = self.model.viewers.get(&id).and_then(|v| v.overlay.as_ref()).is_some_and(Overlay::asks);
        asks || self.model.panes.get(&pane).is_some_and(|p| p.mode.is_some())
    }

    /// What no table knows goes to the program, unless something lies over it.
    fn type_to_program(&mut self, id: ViewerId, pane: PaneId, press: &Press) {
        if !self.is_covered(id, pane) {
            self.type_press(pane, press);
        }
    }

    /// The key that a press means: of those that it may mean the first that is bound, else itself.
    fn meant(&self, id: ViewerId, number: SurfaceNumber, pane: Option<PaneId>, press: &Press) -> Option<Key> {
        let mut keys = press.keys();
        let first = keys.next()?;
        let mut others = keys.peekable();
        if others.peek().is_none() || self.is_key_bound(id, number, pane, first) {
            return Some(first);
        }
        Some(others.find(|key| self.is_key_bound(id, number, pane, *key)).unwrap_or(first))
    }

    fn is_key_bound(&self, id: ViewerId, number: SurfaceNumber, pane: Option<PaneId>, key: Key) -> bool {
        let session = self.session_of_surface(id, number);
        let options = self.model.options(Place::Session(session));
        if [options.key("prefix"), options.key("prefix2")].contains(&Some(key.normal())) {
            return true;
        }
        let entered = self.model.viewers.get(&id).and_then(|v| v.keys.table.clone());
        let tables = [entered.or_else(|| self.mode_table(pane)), Some(options.text("key-table").to_owned())];
        let bound =
            |table: &String| self.model.keys.table(table).is_some_and(|t| t.get(key.normal()).is_some());
        tables.iter().flatten().any(bound)
    }
}
