//! What a text in the command language says.

use std::fmt;

/// One word of a command.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Word {
    /// Plain text, quotes and escapes resolved.
    Text(String),
    /// `{ … }`: commands kept for later.
    Block(Script),
}

impl Word {
    /// The word as one text: a block as it would be written without its braces.
    #[must_use]
    pub fn to_text(&self) -> String {
        match self {
            Word::Text(text) => text.clone(),
            Word::Block(script) => script.to_string(),
        }
    }
}

impl From<&str> for Word {
    fn from(text: &str) -> Word {
        Word::Text(text.to_owned())
    }
}

/// One command: a name and its arguments.
#[derive(Clone, Debug, Default)]
pub struct Command {
    /// The name first.
    pub words: Vec<Word>,
    /// Line on which it starts, from 1; 0 where there is no text (an argument list).
    pub line: u32,
}

/// Two commands are equal when they say the same, wherever they stand.
impl PartialEq for Command {
    fn eq(&self, other: &Command) -> bool {
        self.words == other.words
    }
}
impl Eq for Command {}

impl Command {
    /// The name as written; empty for a command of no words.
    #[must_use]
    pub fn name(&self) -> &str {
        match self.words.first() {
            Some(Word::Text(name)) => name,
            _ => "",
        }
    }
}

/// Commands in groups: when one fails, the rest of its group is dropped and the next group goes on.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Script {
    /// Never an empty group.
    pub groups: Vec<Vec<Command>>,
}

impl Script {
    /// Whether it says nothing.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.groups.is_empty()
    }

    /// All commands in order.
    pub fn commands(&self) -> impl Iterator<Item = &Command> {
        self.groups.iter().flatten()
    }
}

/// Why a text can't be read: shown as `file:line: message`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The line, from 1; 0 where there is none.
    pub line: u32,
    /// What is wrong.
    pub message: String,
}

impl Fault {
    /// A fault at a line.
    pub fn new(line: u32, message: impl Into<String>) -> Fault {
        Fault { line, message: message.into() }
    }

    /// The fault as shown for a file.
    #[must_use]
    pub fn in_file(&self, path: &str) -> String {
        format!("{path}:{}: {}", self.line, self.message)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}
