//! What must hold of the model at any time.

use super::Sessions;
use std::collections::BTreeSet;

impl Sessions {
    /// What is wrong with the model, if anything is. Walks all of it: for tests.
    #[must_use]
    pub fn fault(&self) -> Option<String> {
        let mut placed = BTreeSet::new();
        let mut linked = BTreeSet::new();
        let mut names = BTreeSet::new();
        for session in self.sessions.values() {
            if session.name.is_empty() || !names.insert(&session.name) {
                return Some(format!("the name {:?} of {} is empty or taken", session.name, session.id));
            }
            if !session.windows.contains_key(&session.current) {
                return Some(format!(
                    "{} has no window at its current index {}",
                    session.id, session.current
                ));
            }
            for link in session.windows.values() {
                linked.insert(link.window);
                if !self.windows.contains_key(&link.window) {
                    return Some(format!("{} links {}, which is gone", session.id, link.window));
                }
            }
        }
        for window in self.windows.values() {
            if !linked.contains(&window.id) {
                return Some(format!("no session has {}", window.id));
            }
            if let Some(fault) = window.layout.fault() {
                return Some(format!("{}: {fault}", window.id));
            }
            if !window.layout.panes().contains(&window.active) {
                return Some(format!("{} is active in {} but not in it", window.active, window.id));
            }
            if window.zoomed.is_some_and(|z| z != window.active) {
                return Some(format!("the pane zoomed in {} is not the active one", window.id));
            }
            for (id, rect) in window.layout.places() {
                let Some(pane) = self.panes.get(&id) else { return Some(format!("{id} is placed but gone")) };
                if pane.window != window.id || !placed.insert(id) {
                    return Some(format!("{id} is placed twice or in another window"));
                }
                let rect =
                    if window.zoomed == Some(id) { window.visible_rect(id).unwrap_or(rect) } else { rect };
                if pane.screen.size() != rect.size() {
                    return Some(format!("{id} has {:?} in {rect:?}", pane.screen.size()));
                }
            }
        }
        if let Some(stray) = self.panes.keys().find(|p| !placed.contains(p)) {
            return Some(format!("{stray} is in no window"));
        }
        let newest = [
            self.sessions.keys().next_back().is_some_and(|s| s.0 >= self.counters.session),
            self.windows.keys().next_back().is_some_and(|w| w.0 >= self.counters.window),
            self.panes.keys().next_back().is_some_and(|p| p.0 >= self.counters.pane),
        ];
        newest.contains(&true).then(|| "an id is in use that was not given out yet".to_owned())
    }
}
