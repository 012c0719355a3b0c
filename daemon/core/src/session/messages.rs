//! What `show-messages` shows.

use crate::base::instant::Now;
use std::collections::VecDeque;

/// Lines kept whatever `message-limit` says.
pub const MESSAGES_MAX: usize = 10_000;
/// Bytes of one line; a program or a file's name can be in it.
pub const MESSAGE_BYTES_MAX: usize = 4096;

/// One line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Counts from 0 in the life of a daemon process.
    pub number: u64,
    /// When it was said.
    pub at: Now,
    /// Without control characters.
    pub text: String,
}

/// The newest lines.
#[derive(Clone, Debug, Default)]
pub struct Messages {
    lines: VecDeque<Message>,
    next: u64,
}

impl Messages {
    /// Adds a line; the oldest go when there are more than `limit` (`message-limit`).
    pub fn push(&mut self, at: Now, text: &str, limit: usize) {
        let number = self.next;
        self.next += 1;
        self.lines.push_back(Message { number, at, text: plain(text) });
        while self.lines.len() > limit.min(MESSAGES_MAX) {
            self.lines.pop_front();
        }
    }

    /// Oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Message> {
        self.lines.iter()
    }
}

/// One line without control characters, cut at [`MESSAGE_BYTES_MAX`].
#[must_use]
pub fn plain(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        if out.len() >= MESSAGE_BYTES_MAX {
            break;
        }
        if c.is_control() {
            out.extend(c.escape_default());
        } else {
            out.push(c);
        }
    }
    out
}
