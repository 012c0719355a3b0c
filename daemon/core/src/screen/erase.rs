//! Erasing, and what is protected from it.

use super::terminal::Terminal;

/// What protected cells withstand. Nothing is protected before a program said what for: all of this costs
/// nothing then.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Protection {
    /// No cell is protected.
    #[default]
    None,
    /// DECSCA: selective erasing alone.
    Selective,
    /// SPA: any erasing.
    Any,
}

impl Terminal {
    /// What is printed from now on is protected, or is not.
    pub(crate) fn protect(&mut self, on: bool, from: Protection) {
        self.protection = from;
        self.set_guard(on);
    }

    /// Whether protected cells stay.
    fn spares(&self, selective: bool) -> bool {
        match self.protection {
            Protection::None => false,
            Protection::Selective => selective,
            Protection::Any => true,
        }
    }

    /// Blanks columns of a row, all or those that are not protected.
    pub(crate) fn erase_columns(&mut self, y: usize, start: usize, end: usize, spares: bool) {
        let blank = self.blank();
        if spares {
            self.grid.fill_unprotected(y, start, end, blank, self.tick);
        } else {
            self.grid.fill(y, start, end, blank, self.tick);
        }
        self.changed = true;
    }

    /// Blanks columns of the cursor's row.
    fn erase(&mut self, start: usize, end: usize, selective: bool) {
        self.pending = false;
        self.erase_columns(self.y, start, end, self.spares(selective));
    }

    /// ECH.
    pub(crate) fn erase_characters(&mut self, n: usize) {
        self.erase(self.x, self.x + n, false);
    }

    /// EL, and DECSEL, which spares protected cells.
    pub(crate) fn erase_in_line(&mut self, which: u16, selective: bool) {
        let cols = self.grid.cols();
        match which {
            0 => self.erase(self.x, cols, selective),
            1 => self.erase(0, self.x + 1, selective),
            2 => self.erase(0, cols, selective),
            _ => {}
        }
    }

    /// ED, and DECSED, which spares protected cells.
    pub(crate) fn erase_in_display(&mut self, which: u16, selective: bool) {
        let rows = self.grid.rows();
        let spares = self.spares(selective);
        match which {
            0 => {
                if self.x == 0 && self.y == 0 && !spares {
                    self.remember_screen();
                }
                self.erase_in_line(0, selective);
                self.erase_whole_rows(self.y + 1, rows, selective);
            }
            1 => {
                self.erase_whole_rows(0, self.y, selective);
                self.erase_in_line(1, selective);
            }
            2 => {
                if !spares {
                    self.remember_screen();
                    self.erase_pictures();
                }
                self.erase_whole_rows(0, rows, selective);
                self.pending = false;
            }
            3 => {
                self.history.clear();
                self.changed = true;
            }
            _ => {}
        }
    }

    fn erase_whole_rows(&mut self, start: usize, end: usize, selective: bool) {
        if self.spares(selective) {
            for y in start..end {
                self.erase_columns(y, 0, self.grid.cols(), true);
            }
        } else {
            self.erase_rows(start, end);
        }
    }
}
