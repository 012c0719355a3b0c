//! Lines read for their text alone.

use super::Screen;

impl Screen {
    /// Whether a line, as [`Screen::line`] numbers them, goes on in the next. Cheaper than to look at all of it.
    #[must_use]
    pub fn wraps(&self, absolute: u64) -> bool {
        let t = &self.terminal;
        match absolute.checked_sub(t.history.end) {
            None => t.history.wraps(absolute),
            Some(_) => self.line(absolute).is_some_and(|row| row.wrapped()),
        }
    }

    /// Adds a line's text: of one that goes on with the blanks at its end, which are text, and without a column that a wide
    /// character left free. Says whether it goes on; None for a line that is not here.
    pub fn push_text(&self, absolute: u64, out: &mut String) -> Option<bool> {
        if absolute < self.terminal.history.end
            && let Some(wrapped) = self.terminal.history.push_plain_text(absolute, out)
        {
            return Some(wrapped);
        }
        let row = self.line(absolute)?;
        row.push_text(out);
        Some(row.wrapped())
    }
}
