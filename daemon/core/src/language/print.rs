//! Commands back to text that reads as the same commands.

use super::script::{Command, Script, Word};
use std::fmt::{self, Write};

/// A word as it has to be written.
///
/// The form is tmux's as `list-keys` and `show-options` print it: bare where possible, a single odd
/// character behind a backslash, `'…'` for blanks and double quotes alone, else `"…"`.
#[must_use]
pub fn quote(text: &str) -> String {
    if text.is_empty() {
        return "''".to_owned();
    }
    let mut letters = text.chars();
    if let (Some(only), None) = (letters.next(), letters.next())
        && only != ' '
        && (DOUBLE.contains(only) || matches!(only, '"' | '~'))
    {
        return format!("\\{only}");
    }
    let odd = |c: char| c == '\\' || c.is_control();
    if text.contains(|c| DOUBLE.contains(c)) || (text.contains('"') && text.contains(odd)) {
        let mut out = String::with_capacity(text.len() + 2);
        out.push('"');
        escape(text, true, &mut out);
        out.push('"');
        out
    } else if text.contains('"') {
        format!("'{text}'")
    } else {
        let mut out = String::with_capacity(text.len());
        escape(text, false, &mut out);
        out
    }
}

/// Characters that need quotes.
const DOUBLE: &str = " #';${}%";

fn escape(text: &str, quoted: bool, out: &mut String) {
    let mut letters = text.chars().peekable();
    if letters.peek() == Some(&'~') {
        out.push('\\');
    }
    while let Some(c) = letters.next() {
        match c {
            '\\' => out.push_str("\\\\"),
            '"' if quoted => out.push_str("\\\""),
            '$' if letters.peek().is_some_and(|n| n.is_ascii_alphabetic() || matches!(n, '_' | '{')) => {
                out.push_str("\\$");
            }
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '\u{7}' => out.push_str("\\a"),
            '\u{8}' => out.push_str("\\b"),
            '\u{b}' => out.push_str("\\v"),
            '\u{c}' => out.push_str("\\f"),
            c if (c as u32) < 0x20 || c as u32 == 0x7f => {
                let _ = write!(out, "\\{:03o}", c as u32);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Word::Text(text) => f.write_str(&quote(text)),
            Word::Block(script) if script.is_empty() => f.write_str("{ }"),
            Word::Block(script) => write!(f, "{{ {script} }}"),
        }
    }
}

impl fmt::Display for Command {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, word) in self.words.iter().enumerate() {
            if n > 0 {
                f.write_char(' ')?;
            }
            write!(f, "{word}")?;
        }
        Ok(())
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.write(f, " ; ", " ;; ")
    }
}

impl Script {
    fn write(&self, f: &mut dyn Write, command: &str, group: &str) -> fmt::Result {
        for (n, commands) in self.groups.iter().enumerate() {
            for (m, one) in commands.iter().enumerate() {
                f.write_str(match (n, m) {
                    (0, 0) => "",
                    (_, 0) => group,
                    _ => command,
                })?;
                write!(f, "{one}")?;
            }
        }
        Ok(())
    }

    /// As arguments of another command, the way `list-keys` prints a binding: `;` is written `\;`.
    #[must_use]
    pub fn to_arguments(&self) -> String {
        let mut out = String::new();
        let _ = self.write(&mut out, " \\; ", " \\;\\; ");
        out
    }
}
