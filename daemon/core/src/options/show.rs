//! What `show-options` prints.

use super::{
    node::OptionNode,
    table::{self, Scope, Spec},
    value::Value,
};
use crate::language::quote;

/// How a value is shown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ShowForm {
    /// The value alone, unquoted (`-v`).
    pub value_only: bool,
    /// The value comes from an outer scope: its name gets a `*` (`-A`).
    pub inherited: bool,
}

/// Lines for one option: one, or one per element of an array, or of the element with that index.
#[must_use]
pub fn show_one(name: &str, index: Option<u32>, value: &Value, form: ShowForm) -> Vec<String> {
    let star = if form.inherited { "*" } else { "" };
    let line = |name: String, text: &str| match form.value_only {
        true => text.to_owned(),
        false => format!("{name}{star} {}", quote(text)),
    };
    match (value, index) {
        (Value::Text(text), None) => vec![line(name.to_owned(), text)],
        (Value::Text(text), Some(index)) => vec![line(format!("{name}[{index}]"), text)],
        (Value::Array(elements), Some(index)) => {
            elements.get(&index).map(|text| line(format!("{name}[{index}]"), text)).into_iter().collect()
        }
        (Value::Array(elements), None) if elements.is_empty() => match form.value_only {
            true => Vec::new(),
            false => vec![format!("{name}{star}")],
        },
        (Value::Array(elements), None) => {
            elements.iter().map(|(index, text)| line(format!("{name}[{index}]"), text)).collect()
        }
    }
}

/// Lines for all options of one scope: `@user` options that are set, then those of the table that are set in
/// `node`; with `outer`, those too that it gives a value (`-A`, and defaults where `node` is a global scope).
pub fn show_all(
    node: &OptionNode,
    scope: Scope,
    outer: Option<&dyn Fn(&'static Spec) -> Value>,
    global: bool,
    value_only: bool,
) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, value) in node.iter().filter(|(name, _)| name.starts_with('@')) {
        lines.extend(show_one(name, None, value, ShowForm { value_only, inherited: false }));
    }
    for spec in table::rows().filter(|spec| spec.in_scope(scope)) {
        match (node.get(spec.name), outer) {
            (Some(value), _) => {
                lines.extend(show_one(spec.name, None, value, ShowForm { value_only, inherited: false }));
            }
            (None, Some(outer)) => {
                let form = ShowForm { value_only, inherited: !global };
                lines.extend(show_one(spec.name, None, &outer(spec), form));
            }
            (None, None) => {}
        }
    }
    lines
}
