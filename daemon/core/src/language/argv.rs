//! An argument list (from a shell, over the wire) to commands.

use super::script::{Command, Script, Word};

/// Reads words that a shell has already split and unquoted: a word that is or ends in `;` separates
/// commands, `\;` at a word's end is a plain `;`, and nothing else is special.
#[must_use]
pub fn from_words(words: &[String]) -> Script {
    let mut group: Vec<Command> = Vec::new();
    let mut command = Command::default();
    for word in words {
        let (text, ends) = match word.strip_suffix(';') {
            Some(rest) => match rest.strip_suffix('\\') {
                Some(plain) => (format!("{plain};"), false),
                None => (rest.to_owned(), true),
            },
            None => (word.clone(), false),
        };
        if !ends || !text.is_empty() {
            command.words.push(Word::Text(text));
        }
        if ends && !command.words.is_empty() {
            group.push(std::mem::take(&mut command));
        }
    }
    if !command.words.is_empty() {
        group.push(command);
    }
    Script { groups: if group.is_empty() { Vec::new() } else { vec![group] } }
}
