//! Controls and escape sequences.

use super::cell::Cell;
use super::charset::Charset;
use super::mode::Mode;
use super::terminal::Terminal;

impl Terminal {
    /// A C0 control; C1 bytes mean nothing in UTF-8.
    #[inline]
    pub(crate) fn control(&mut self, byte: u8) {
        match byte {
            0x07 => self.outcome.bells = self.outcome.bells.saturating_add(1),
            0x08 => self.backspace(1),
            0x09 => self.tab(1),
            0x0a..=0x0c => {
                self.line_feed();
                if self.modes.has(Mode::NewLine) {
                    self.x = 0;
                }
            }
            0x0d => {
                self.x = 0;
                self.pending = false;
            }
            0x0e => self.charsets.left = 1,
            0x0f => self.charsets.left = 0,
            _ => {}
        }
    }

    /// BS and CUB: left. With reverse wrap (mode 45), from column 0 to the end of the row above, if that
    /// row wrapped.
    pub(crate) fn backspace(&mut self, n: usize) {
        if !(self.modes.has(Mode::ReverseWrap) && self.modes.has(Mode::Autowrap)) {
            self.move_to(self.x.saturating_sub(n), self.y);
            return;
        }
        // Each step over a margin needs a wrapped row, so that rows bound the work.
        let mut left = n;
        if self.pending {
            self.pending = false;
            left -= 1;
        }
        while left > self.x && self.y > 0 && self.grid.line(self.y - 1).wrapped {
            left -= self.x + 1;
            self.move_to(self.grid.cols() - 1, self.y - 1);
        }
        self.move_to(self.x.saturating_sub(left), self.y);
    }

    /// HT and CHT.
    pub(crate) fn tab(&mut self, n: usize) {
        let cols = self.grid.cols();
        for _ in 0..n.min(cols) {
            self.x = self.tabs.next(self.x, cols);
        }
    }

    /// CBT.
    pub(crate) fn back_tab(&mut self, n: usize) {
        for _ in 0..n.min(self.grid.cols()) {
            self.x = self.tabs.before(self.x);
        }
        self.pending = false;
    }

    /// `ESC marks last`.
    pub(crate) fn escape(&mut self, marks: &[u8], last: u8) {
        match (marks, last) {
            ([], b'7') => self.save_cursor(),
            ([], b'8') => self.restore_cursor(),
            ([], b'D') => self.line_feed(),
            ([], b'E') => {
                self.x = 0;
                self.line_feed();
            }
            ([], b'H') => self.tabs.set(self.x, true),
            ([], b'M') => self.reverse_line_feed(),
            ([], b'N') => self.charsets.single = 2,
            ([], b'O') => self.charsets.single = 3,
            ([], b'Z') => self.device_attributes(),
            ([], b'c') => self.reset(),
            ([], b'=') => self.modes.set(Mode::AppKeypad, true),
            ([], b'>') => self.modes.set(Mode::AppKeypad, false),
            ([], b'n') => self.charsets.left = 2,
            ([], b'o') => self.charsets.left = 3,
            ([b'#'], b'8') => self.alignment_pattern(),
            ([set @ (b'(' | b')' | b'*' | b'+')], _) => {
                let charset = match last {
                    b'0' => Charset::Graphics,
                    b'A' => Charset::British,
                    _ => Charset::Ascii,
                };
                if let Some(place) = self.charsets.sets.get_mut(usize::from(*set - b'(')) {
                    *place = charset;
                }
            }
            _ => {}
        }
    }

    /// DECALN: E everywhere, margins reset, cursor home.
    fn alignment_pattern(&mut self) {
        self.top = 0;
        self.bottom = self.grid.rows() - 1;
        self.modes.set(Mode::Origin, false);
        self.move_to(0, 0);
        let row = vec![Cell::from(b'E'); self.grid.cols()];
        for y in 0..self.grid.rows() {
            self.grid.put_row(y, &row, false, self.tick);
        }
        self.changed = true;
    }
}
