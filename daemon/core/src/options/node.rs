//! The options that are set in one scope.

use super::{check, limits, table::Spec, value::Value};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Whether a text replaces what is there or is put after it (`set-option -a`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Append {
    /// It replaces.
    No,
    /// It goes to the end.
    Yes,
}

/// Options set on the server, a session, a window or a pane, or globally. What is not set is inherited.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OptionNode {
    values: BTreeMap<String, Value>,
}

impl OptionNode {
    /// What is set under that name here.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.values.get(name)
    }

    /// All that is set here, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.values.iter().map(|(name, value)| (name.as_str(), value))
    }

    /// Whether nothing is set here.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Forgets what is set; false when nothing was.
    pub fn unset(&mut self, name: &str) -> bool {
        self.values.remove(name).is_some()
    }

    /// Forgets one element of an array. `inherited` is the array that shows through where none is set here.
    pub fn unset_element(&mut self, name: &str, index: u32, inherited: &BTreeMap<u32, String>) {
        let mut elements = self.own_array(name, inherited);
        elements.remove(&index);
        self.values.insert(name.to_owned(), Value::Array(elements));
    }

    fn own_array(&self, name: &str, inherited: &BTreeMap<u32, String>) -> BTreeMap<u32, String> {
        match self.values.get(name) {
            Some(Value::Array(elements)) => elements.clone(),
            _ => inherited.clone(),
        }
    }

    /// Sets a `@user` option.
    ///
    /// # Errors
    /// When it is too long or there are too many (`limits`).
    pub fn set_user(&mut self, name: &str, text: &str, append: Append) -> Result<(), String> {
        if self.values.len() >= limits::USER_OPTIONS_MAX && !self.values.contains_key(name) {
            return Err(format!("too many options (at most {})", limits::USER_OPTIONS_MAX));
        }
        let before = match (append, self.values.get(name)) {
            (Append::Yes, Some(Value::Text(before))) => before.as_str(),
            _ => "",
        };
        let text = bounded(format!("{before}{text}"))?;
        self.values.insert(name.to_owned(), Value::Text(text));
        Ok(())
    }

    /// Sets an option of the table. `inherited` is its value where it is not set here: what `-a` appends to,
    /// and what a flag without a text turns over.
    ///
    /// # Errors
    /// The text that `set-option` shows: `bad value: maybe`.
    pub fn set(
        &mut self,
        spec: &'static Spec,
        index: Option<u32>,
        text: Option<&str>,
        append: Append,
        inherited: &Value,
    ) -> Result<(), String> {
        if let Some(separator) = spec.separator {
            let empty = BTreeMap::new();
            let inherited = if let Value::Array(elements) = inherited { elements } else { &empty };
            return self.set_array(spec, separator, index, text, append, inherited);
        }
        let before = match self.values.get(spec.name) {
            Some(Value::Text(before)) => before.clone(),
            _ => match inherited {
                Value::Text(before) => before.clone(),
                Value::Array(_) => String::new(),
            },
        };
        let text = match (text, append) {
            (Some(text), Append::Yes) if spec.kind.appends() => {
                let comma = if spec.kind == super::Kind::Style && !before.is_empty() { "," } else { "" };
                format!("{before}{comma}{text}")
            }
            (Some(text), _) => check(spec, text)?,
            (None, _) => check::toggle(spec, &before)?,
        };
        if append == Append::Yes && spec.kind.appends() {
            check(spec, &text)?;
        }
        self.values.insert(spec.name.to_owned(), Value::Text(bounded(text)?));
        Ok(())
    }

    fn set_array(
        &mut self,
        spec: &'static Spec,
        separator: &str,
        index: Option<u32>,
        text: Option<&str>,
        append: Append,
        inherited: &BTreeMap<u32, String>,
    ) -> Result<(), String> {
        let text = text.ok_or_else(|| "empty value".to_owned())?;
        let mut elements = if index.is_some() || append == Append::Yes {
            self.own_array(spec.name, inherited)
        } else {
            BTreeMap::new()
        };
        match index {
            Some(index) => {
                let before = match append {
                    Append::Yes => elements.remove(&index).unwrap_or_default(),
                    Append::No => String::new(),
                };
                elements.insert(index, bounded(check(spec, &format!("{before}{text}"))?)?);
            }
            None => {
                // Each goes to the lowest free index.
                let mut next = 0;
                for part in text.split(|c| separator.contains(c)).filter(|part| !part.is_empty()) {
                    while elements.contains_key(&next) {
                        next += 1;
                    }
                    elements.insert(next, bounded(check(spec, part)?)?);
                }
            }
        }
        if elements.len() > limits::ARRAY_ELEMENTS_MAX {
            return Err(format!(
                "too many elements in {} (at most {})",
                spec.name,
                limits::ARRAY_ELEMENTS_MAX
            ));
        }
        self.values.insert(spec.name.to_owned(), Value::Array(elements));
        Ok(())
    }
}

fn bounded(text: String) -> Result<String, String> {
    if text.len() > limits::VALUE_BYTES_MAX {
        return Err(format!("value is too long: at most {} bytes", limits::VALUE_BYTES_MAX));
    }
    Ok(text)
}
