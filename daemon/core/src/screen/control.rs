//! Controls and escape sequences.

use super::cell::Cell;
use super::charset;
use super::erase::Protection;
use super::mode::Mode;
use super::pen::Pen;
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
                    self.return_carriage();
                }
            }
            0x0d => {
                self.return_carriage();
                self.pending = false;
            }
            0x0e => self.charsets.left = 1,
            0x0f => self.charsets.left = 0,
            _ => {}
        }
    }

    /// HT and CHT: to the right margin at most, if it is ahead.
    pub(crate) fn tab(&mut self, n: usize) {
        if self.pending && self.modes.has(Mode::TabWraps) && self.modes.has(Mode::Autowrap) {
            self.return_carriage();
            self.line_feed();
        }
        let end = self.line_end();
        for _ in 0..n.min(end) {
            self.x = self.tabs.next(self.x, end);
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
                self.line_feed();
                self.return_carriage();
            }
            ([], b'6') => self.back_index(),
            ([], b'9') => self.forward_index(),
            ([], b'V' | b'W') => self.protect(last == b'V', Protection::Any),
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
            ([set @ (b'(' | b')' | b'*' | b'+'), rest @ ..], _) => {
                let name = [rest, &[last]].concat();
                if let Some(place) = self.charsets.sets.get_mut(usize::from(*set - b'(')) {
                    *place = charset::designated(&name);
                }
            }
            _ => {}
        }
        self.count_escape(marks, last);
    }

    /// DECALN: E everywhere in the pen's colours, which alone it has from then on; margins reset, cursor home.
    fn alignment_pattern(&mut self) {
        let Pen { fg, bg, link, .. } = self.pen;
        self.set_pen(Pen { fg, bg, link, ..Pen::default() });
        self.reset_margins();
        self.modes.set(Mode::Origin, false);
        self.move_to(0, 0);
        let row = vec![self.plain_base() | Cell::from(b'E'); self.grid.cols()];
        for y in 0..self.grid.rows() {
            self.grid.put_cells(y, 0, &row, self.tick);
            self.grid.line_mut(y).wrapped = false;
        }
        self.changed = true;
    }
}
