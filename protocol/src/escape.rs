//! Text of a peer, made fit to be shown: a log line, a notice or an error never carries control characters.

use std::fmt::{self, Write};

/// Shows text with its control characters as `\u{1b}`, everything else as it is.
#[derive(Clone, Copy, Debug)]
pub struct Escaped<'a>(pub &'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            // Bidirectional overrides can make a line read as what it is not.
            if c.is_control() || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}') {
                write!(f, "{}", c.escape_debug())
            } else {
                f.write_char(c)
            }
        })
    }
}
