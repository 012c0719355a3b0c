//! Environment variables as the server holds them: global ones and each session's own.

use std::collections::BTreeMap;

/// Variables by name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Environment {
    variables: BTreeMap<String, Variable>,
}

/// One variable.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    /// Its value; `None` means: remove it from what is inherited (`set-environment -r`).
    pub value: Option<String>,
    /// Seen by formats only, never by programs (`%hidden`, `set-environment -h`).
    pub hidden: bool,
}

impl Environment {
    /// Built from name and value pairs.
    #[must_use]
    pub fn from_pairs(pairs: &[(String, String)]) -> Environment {
        let mut environment = Environment::default();
        for (name, value) in pairs {
            environment.set(name, value);
        }
        environment
    }

    /// Gives a variable a value.
    pub fn set(&mut self, name: &str, value: &str) {
        self.put(name, Variable { value: Some(value.to_owned()), hidden: false });
    }

    /// Puts a variable as it is. Names that no program could read (empty, with `=` or NUL) are passed over.
    pub fn put(&mut self, name: &str, variable: Variable) {
        if !name.is_empty() && !name.contains(['=', '\0']) {
            self.variables.insert(name.to_owned(), variable);
        }
    }

    /// Marks a variable as to be removed from what is inherited.
    pub fn clear(&mut self, name: &str) {
        self.put(name, Variable { value: None, hidden: false });
    }

    /// Forgets a variable: what is inherited shows through again.
    pub fn unset(&mut self, name: &str) {
        self.variables.remove(name);
    }

    /// The variable, if this environment says anything of it.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&Variable> {
        self.variables.get(name)
    }

    /// Its value, if it has one.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<&str> {
        self.variables.get(name)?.value.as_deref()
    }

    /// All of them, by name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Variable)> {
        self.variables.iter().map(|(name, variable)| (name.as_str(), variable))
    }

    /// Lays `over` on top of this one and gives what a program sees.
    #[must_use]
    pub fn merged(&self, over: &Environment) -> BTreeMap<String, String> {
        let mut seen = BTreeMap::new();
        for (name, variable) in self.variables.iter().chain(&over.variables) {
            match (&variable.value, variable.hidden) {
                (Some(value), false) => {
                    seen.insert(name.clone(), value.clone());
                }
                _ => {
                    seen.remove(name);
                }
            }
        }
        seen
    }
}
