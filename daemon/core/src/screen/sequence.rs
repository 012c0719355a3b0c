//! Control sequences: `CSI … final`.

use super::mode::{self, Mode};
use super::parser::{Parameters, Sequence};
use super::tabs::Tabs;
use super::terminal::Terminal;
use crate::base::limits::TITLE_STACK_MAX;

impl Terminal {
    #[inline]
    pub(crate) fn sequence(&mut self, sequence: Sequence<'_>) {
        let parameters = sequence.parameters;
        match sequence.marks {
            [] => self.ansi(parameters, sequence.last),
            [b'?'] => self.private(parameters, sequence.last),
            marks => self.marked(parameters, marks, sequence.last),
        }
    }

    #[inline]
    fn ansi(&mut self, parameters: &Parameters, last: u8) {
        let n = parameters.count(0);
        let (x, y) = (self.x, self.y);
        match last {
            b'm' => self.rendition(parameters),
            b'H' | b'f' => self.address(parameters.count(1) - 1, n - 1),
            b'K' => self.erase_in_line(parameters.at(0)),
            b'J' => self.erase_in_display(parameters.at(0)),
            b'A' => self.up(n),
            b'B' | b'e' => self.down(n),
            b'C' | b'a' => self.move_to(x + n, y),
            b'D' => self.backspace(n),
            b'E' => {
                self.down(n);
                self.x = 0;
            }
            b'F' => {
                self.up(n);
                self.x = 0;
            }
            b'G' | b'`' => self.move_to(n - 1, y),
            b'd' => self.address(x, n - 1),
            b'X' => self.erase(x, x + n),
            b'@' => {
                let blank = self.blank();
                self.pending = false;
                self.grid.insert_cells(y, x, n, blank, self.tick);
                self.changed = true;
            }
            b'P' => {
                let blank = self.blank();
                self.pending = false;
                self.grid.delete_cells(y, x, n, blank, self.tick);
                self.changed = true;
            }
            b'L' | b'M' => self.move_lines(n, last == b'L'),
            b'S' => self.scroll_up(n),
            b'T' if parameters.len <= 1 => self.scroll_down(n),
            b'^' => self.scroll_down(n),
            b'I' => self.tab(n),
            b'Z' => self.back_tab(n),
            b'b' => self.repeat(n),
            b'g' => match parameters.at(0) {
                0 => self.tabs.set(x, false),
                3 => self.tabs.clear_all(),
                _ => {}
            },
            b'r' => self.set_margins(parameters),
            b'h' | b'l' => {
                for number in parameters.values() {
                    self.set_mode(false, *number, last == b'h');
                }
            }
            b's' => self.save_cursor(),
            b'u' => self.restore_cursor(),
            b'n' => self.status_report(parameters.at(0)),
            b'c' if parameters.at(0) == 0 => self.device_attributes(),
            b't' => self.window(parameters),
            _ => {}
        }
    }

    fn private(&mut self, parameters: &Parameters, last: u8) {
        match last {
            b'h' | b'l' => {
                for number in parameters.values() {
                    self.set_mode(true, *number, last == b'h');
                }
            }
            b's' => self.saved_modes = self.modes,
            b'r' => {
                for number in parameters.values() {
                    if let Some(spec) = mode::find(true, *number) {
                        self.set_mode(true, *number, self.saved_modes.has(spec.mode));
                    }
                }
            }
            // Nothing can be protected from erasing here, so DECSED and DECSEL erase as ED and EL do.
            b'J' => self.erase_in_display(parameters.at(0)),
            b'K' => self.erase_in_line(parameters.at(0)),
            b'n' => self.private_status_report(parameters.at(0)),
            b'W' if parameters.at(0) == 5 => self.tabs = Tabs::initial(),
            _ => {}
        }
    }

    fn marked(&mut self, parameters: &Parameters, marks: &[u8], last: u8) {
        match (marks, last) {
            ([b'!'], b'p') => self.soft_reset(),
            ([b' '], b'q') => {
                if let style @ 0..=6 = parameters.at(0) {
                    self.cursor_style = style as u8;
                }
            }
            ([b'$'], b'p') => self.mode_report(false, parameters.at(0)),
            ([b'?', b'$'], b'p') => self.mode_report(true, parameters.at(0)),
            ([b'>'], b'c') if parameters.at(0) == 0 => self.secondary_attributes(),
            ([b'='], b'c') if parameters.at(0) == 0 => self.tertiary_attributes(),
            ([b'>'], b'q') if parameters.at(0) == 0 => self.version_report(),
            ([b'*'], b'y') => self.checksum_report(parameters),
            ([b'\''], b'}' | b'~') => self.move_columns(parameters.count(0), last == b'}'),
            _ => {}
        }
    }

    // Modes.

    fn set_mode(&mut self, private: bool, number: u16, on: bool) {
        let Some(spec) = mode::find(private, number) else { return };
        match spec.mode {
            Mode::Clusters => {}
            Mode::Alternate | Mode::AlternateClearing | Mode::AlternateSaving if on => {
                self.enter_alternate(spec.mode);
            }
            Mode::Alternate | Mode::AlternateClearing | Mode::AlternateSaving => {
                self.leave_alternate(spec.mode);
            }
            Mode::CursorSave if on => self.save_cursor(),
            Mode::CursorSave => self.restore_cursor(),
            Mode::Origin => {
                self.modes.set(Mode::Origin, on);
                self.address(0, 0);
            }
            // One of the three reports at a time: the last one asked for.
            Mode::MouseButtons | Mode::MouseDrag | Mode::MouseAll => {
                for mode in [Mode::MouseButtons, Mode::MouseDrag, Mode::MouseAll] {
                    self.modes.set(mode, false);
                }
                self.modes.set(spec.mode, on);
            }
            Mode::Autowrap => {
                // What was printed in the last column without wrapping does not wrap later.
                self.pending &= on && self.modes.has(Mode::Autowrap);
                self.modes.set(Mode::Autowrap, on);
            }
            mode => self.modes.set(mode, on),
        }
    }

    // Erasing.

    /// Blanks columns of the cursor's row.
    fn erase(&mut self, start: usize, end: usize) {
        let blank = self.blank();
        self.pending = false;
        self.grid.fill(self.y, start, end, blank, self.tick);
        self.changed = true;
    }

    fn erase_in_line(&mut self, which: u16) {
        let cols = self.grid.cols();
        match which {
            0 => self.erase(self.x, cols),
            1 => self.erase(0, self.x + 1),
            2 => self.erase(0, cols),
            _ => {}
        }
    }

    fn erase_in_display(&mut self, which: u16) {
        let rows = self.grid.rows();
        match which {
            0 => {
                if self.x == 0 && self.y == 0 {
                    self.remember_screen();
                }
                self.erase_in_line(0);
                self.erase_rows(self.y + 1, rows);
            }
            1 => {
                self.erase_rows(0, self.y);
                self.erase_in_line(1);
            }
            2 => {
                self.remember_screen();
                self.erase_rows(0, rows);
                self.pending = false;
            }
            3 => {
                self.history.clear();
                self.changed = true;
            }
            _ => {}
        }
    }

    // Moving rows and columns.

    /// IL and DL: only between the margins.
    fn move_lines(&mut self, n: usize, insert: bool) {
        if self.y < self.top || self.y > self.bottom {
            return;
        }
        let blank = self.blank();
        self.pending = false;
        if insert {
            self.grid.scroll_down(self.y, self.bottom, n, blank, self.tick);
        } else {
            self.grid.scroll_up(self.y, self.bottom, n, blank, self.tick);
        }
        self.changed = true;
    }

    /// DECIC and DECDC: blank columns at the cursor in all rows between the margins.
    fn move_columns(&mut self, n: usize, insert: bool) {
        if self.y < self.top || self.y > self.bottom {
            return;
        }
        let blank = self.blank();
        self.pending = false;
        for y in self.top..=self.bottom {
            if insert {
                self.grid.insert_cells(y, self.x, n, blank, self.tick);
            } else {
                self.grid.delete_cells(y, self.x, n, blank, self.tick);
            }
        }
        self.changed = true;
    }

    /// DECSTBM. Fewer than two rows cannot scroll: such margins are not taken.
    fn set_margins(&mut self, parameters: &Parameters) {
        let rows = self.grid.rows();
        let top = parameters.count(0) - 1;
        let bottom = match parameters.at(1) {
            0 => rows - 1,
            n => (usize::from(n) - 1).min(rows - 1),
        };
        if top < bottom {
            self.top = top;
            self.bottom = bottom;
            self.address(0, 0);
        }
    }

    // Windows and titles (XTWINOPS).

    fn window(&mut self, parameters: &Parameters) {
        match parameters.at(0) {
            22 if parameters.at(1) != 1 => {
                if self.titles.len() >= TITLE_STACK_MAX {
                    self.titles.remove(0);
                }
                self.titles.push(self.title.clone());
            }
            23 if parameters.at(1) != 1 => {
                if let Some(title) = self.titles.pop() {
                    self.set_title(title);
                }
            }
            which => self.window_report(which),
        }
    }

    pub(crate) fn set_title(&mut self, title: String) {
        if title != self.title {
            self.title = title;
            self.outcome.title_changed = true;
            self.changed = true;
        }
    }
}
