//! From the innermost scope outwards to the table's default.

use super::{
    node::OptionNode,
    table::{self, Spec},
    value::Value,
};
use crate::keys::Key;
use std::collections::BTreeMap;

/// The scopes that one place sees: pane, window, global for a pane; session, global for a session.
#[derive(Clone, Copy, Debug)]
pub struct Lookup<'a> {
    nodes: [Option<&'a OptionNode>; 3],
}

impl<'a> Lookup<'a> {
    /// Scopes, innermost first.
    #[must_use]
    pub fn new(nodes: [Option<&'a OptionNode>; 3]) -> Lookup<'a> {
        Lookup { nodes }
    }

    /// What is set anywhere in these scopes.
    #[must_use]
    pub fn set_value(&self, name: &str) -> Option<&'a Value> {
        self.nodes.iter().flatten().find_map(|node| node.get(name))
    }

    /// The value of an option of the table, its default where nothing is set.
    #[must_use]
    pub fn value(&self, spec: &'static Spec) -> Value {
        self.set_value(spec.name).cloned().unwrap_or_else(|| spec.default_value())
    }

    /// A text; empty for an option that does not exist or is an array.
    #[must_use]
    pub fn text(&self, name: &str) -> &'a str {
        match self.set_value(name) {
            Some(Value::Text(text)) => text,
            Some(Value::Array(_)) => "",
            None => {
                table::exact(name).map_or("", |spec| if spec.separator.is_some() { "" } else { spec.default })
            }
        }
    }

    /// A number; 0 for an option that does not exist or is none.
    #[must_use]
    pub fn number(&self, name: &str) -> i64 {
        self.text(name).parse().unwrap_or(0)
    }

    /// A number within `0..=max`.
    #[must_use]
    pub fn count(&self, name: &str, max: u32) -> u32 {
        u32::try_from(self.number(name).max(0)).unwrap_or(u32::MAX).min(max)
    }

    /// Whether a flag (or a choice that has `on`) is on.
    #[must_use]
    pub fn flag(&self, name: &str) -> bool {
        self.text(name) == "on"
    }

    /// A key; none for `None`.
    #[must_use]
    pub fn key(&self, name: &str) -> Option<Key> {
        self.text(name).parse().ok()
    }

    /// An array's elements in the order of their indexes.
    #[must_use]
    pub fn array(&self, name: &str) -> Vec<String> {
        match self.set_value(name) {
            Some(Value::Array(elements)) => elements.values().cloned().collect(),
            Some(Value::Text(_)) => Vec::new(),
            None => match table::exact(name).map(Spec::default_value) {
                Some(Value::Array(elements)) => elements.into_values().collect(),
                _ => Vec::new(),
            },
        }
    }

    /// What a format shows for an option's name: its text, or an array's elements with blanks between (`name[3]`: that one).
    #[must_use]
    pub fn shown(&self, name: &str) -> Option<String> {
        let (name, index) = table::split_index(name).ok()?;
        let value = match self.set_value(name) {
            Some(value) => value.clone(),
            None => table::exact(name)?.default_value(),
        };
        Some(match value {
            Value::Text(text) => text,
            Value::Array(elements) => match index {
                Some(index) => elements.get(&index)?.clone(),
                None => elements.into_values().collect::<Vec<_>>().join(" "),
            },
        })
    }

    /// The elements of an array option with their indexes.
    #[must_use]
    pub fn elements(&self, spec: &'static Spec) -> BTreeMap<u32, String> {
        match self.value(spec) {
            Value::Array(elements) => elements,
            Value::Text(_) => BTreeMap::new(),
        }
    }
}
