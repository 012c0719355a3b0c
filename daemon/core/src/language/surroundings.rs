//! What a text can ask for while it is read.

/// What a text can ask for while it is read.
pub trait Surroundings {
    /// The value for `$NAME`.
    fn variable(&self, name: &str) -> Option<String>;
    /// Keeps `NAME=value` (in the global environment); a hidden one is not given to programs.
    fn assign(&mut self, name: &str, value: &str, hidden: bool);
    /// The home directory for `~` (empty name) or `~name`.
    fn home(&self, user: &str) -> Option<String>;
    /// Whether the format after `%if` holds.
    fn condition(&mut self, format: &str) -> bool;
}

/// Those of a text that is to ask for nothing, as one that was printed by us: no variables, no homes, no condition
/// that holds.
pub struct Bare;

impl Surroundings for Bare {
    fn variable(&self, _: &str) -> Option<String> {
        None
    }
    fn assign(&mut self, _: &str, _: &str, _: bool) {}
    fn home(&self, _: &str) -> Option<String> {
        None
    }
    fn condition(&mut self, _: &str) -> bool {
        false
    }
}
