//! Options as the model reads them: each by the place that it counts for, up to the global value and the default.

use super::model::Sessions;
use crate::{
    base::ids::{PaneId, SessionId, WindowId},
    options::{Append, Lookup, OptionNode, Value, table},
};

/// Where an option is read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Server options.
    Server,
    /// Session options: of a session, or the global ones.
    Session(Option<SessionId>),
    /// Window options: of a window, or the global ones.
    Window(Option<WindowId>),
    /// Pane options: of a pane, its window, or the global ones.
    Pane(PaneId),
}

impl Sessions {
    /// The options that count at a place.
    #[must_use]
    pub fn options(&self, place: Place) -> Lookup<'_> {
        match place {
            Place::Server => Lookup::new([Some(&self.server_options), None, None]),
            Place::Session(session) => {
                let own = session.and_then(|s| self.sessions.get(&s)).map(|s| &s.options);
                Lookup::new([own, Some(&self.session_options), None])
            }
            Place::Window(window) => {
                let own = window.and_then(|w| self.windows.get(&w)).map(|w| &w.options);
                Lookup::new([own, Some(&self.window_options), None])
            }
            Place::Pane(pane) => {
                let pane = self.panes.get(&pane);
                let window = pane.and_then(|p| self.windows.get(&p.window)).map(|w| &w.options);
                Lookup::new([pane.map(|p| &p.options), window, Some(&self.window_options)])
            }
        }
    }

    /// A time in milliseconds from now, by an option; `None` for 0.
    pub(crate) fn deadline_by(&self, place: Place, name: &str) -> Option<crate::base::instant::Instant> {
        match self.options(place).count(name, u32::MAX) {
            0 => None,
            ms => Some(self.now.instant.after_ms(u64::from(ms))),
        }
    }
}

/// Turns a flag of the table off in one node.
pub(super) fn turn_off(node: &mut OptionNode, name: &str) {
    if let Some(spec) = table::exact(name) {
        // A flag takes `off`, always.
        let _ = node.set(spec, None, Some("off"), Append::No, &Value::Text(String::new()));
    }
}
