//! Bounds of keys, each with its reason.

/// User keys (`User0` …): tmux's `user-keys` array has as many.
pub const USER_KEYS_MAX: u16 = 1000;
/// Key tables of one server: a person has some ten, a runaway script is stopped.
pub const TABLES_MAX: usize = 1000;
/// Bindings in one table: more than there are keys on any keyboard, with all modifiers.
pub const BINDINGS_MAX: usize = 20_000;
/// Keys that one viewer holds down and no program saw go down: more than fingers. Beyond, the oldest is forgotten, and its
/// release is told.
pub const EATEN_KEYS_MAX: usize = 16;
