//! Names that may be given to things.

use super::messages::plain;

/// Bytes of a session's or window's name or a pane's title: a line of a wide terminal.
pub const NAME_BYTES_MAX: usize = 1000;

/// A name as it is kept: without control characters, cut at a bound.
#[must_use]
pub fn tidy(name: &str) -> String {
    let mut name = plain(name);
    let mut end = name.len().min(NAME_BYTES_MAX);
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    name.truncate(end);
    name
}
