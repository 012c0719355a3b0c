//! What a text in the command language sees of the model.

use super::{
    caller::Caller,
    target::{current, current_client},
};
use crate::{
    formats,
    language::Surroundings,
    session::{Sessions, Variable, facts::Sight},
};

/// The model, for `language::parse`.
pub struct ModelSurroundings<'a> {
    /// The model: assignments go to its global environment.
    pub model: &'a mut Sessions,
    /// For whom: conditions are expanded at what it looks at.
    pub caller: &'a Caller,
}

impl Surroundings for ModelSurroundings<'_> {
    fn variable(&self, name: &str) -> Option<String> {
        self.model.environment.value(name).map(str::to_owned)
    }

    fn assign(&mut self, name: &str, value: &str, hidden: bool) {
        self.model.environment.put(name, Variable { value: Some(value.to_owned()), hidden });
        self.model.changed = true;
    }

    fn home(&self, user: &str) -> Option<String> {
        let facts = &self.model.facts;
        let own = user.is_empty() || user == facts.user;
        let home = self.model.environment.value("HOME").unwrap_or(&facts.home);
        own.then(|| home.to_owned())
    }

    fn condition(&mut self, format: &str) -> bool {
        let sight = match current(self.model, self.caller) {
            Some(target) => Sight {
                session: Some(target.session),
                index: Some(target.index),
                window: Some(target.window),
                pane: Some(target.pane),
                viewer: current_client(self.model, self.caller),
                ..Sight::server(self.model)
            },
            None => Sight::server(self.model),
        };
        formats::is_true(&formats::expand(format, &sight))
    }
}
