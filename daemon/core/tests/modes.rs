//! Modes over panes and in the status line: keys and commands in, places, texts and pictures out.
// Tests read their golden files.
#![allow(clippy::unwrap_used, clippy::disallowed_methods)]

#[path = "modes/choose.rs"]
mod choose;
#[path = "modes/copy.rs"]
mod copy;
#[path = "modes/prompt.rs"]
mod prompt;
#[path = "modes/search.rs"]
mod search;
