//! The command language: text or an argument list in, commands as words out, and back to text.
//!
//! It is tmux's (its manual, "COMMAND PARSING AND EXECUTION"): quotes, `{ }` blocks that are words, `;` and
//! newlines, `$NAME`, `NAME=value`, `%if`. Nothing here knows which commands exist.

mod argv;
mod lexer;
pub mod limits;
mod parser;
mod print;
mod script;
mod surroundings;

pub use argv::from_words;
pub use parser::parse;
pub use print::quote;
pub use script::{Command, Fault, Script, Word};
pub use surroundings::{Bare, Surroundings};
