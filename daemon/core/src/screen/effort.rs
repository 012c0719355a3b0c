//! What control sequences and pictures cost beyond their bytes, in cells, so that the loop can put off the rest of a piece of output: ten
//! bytes that fill a screen are as dear as a screen of text.

use super::parser::Sequence;
use super::terminal::Terminal;
use crate::base::limits::EFFORT_CELLS_MAX;

impl Terminal {
    /// Counts what a sequence may have cost at most.
    pub(super) fn count_effort(&mut self, sequence: &Sequence<'_>) {
        let (cols, rows) = (self.grid.cols(), self.grid.rows());
        let n = sequence.parameters.count(0);
        self.effort_cells += match (sequence.marks, sequence.last) {
            (_, b'J') | ([b'$' | b'*' | b'\'' | b' '], _) | ([b'#'], b'|') => cols * rows,
            (_, b'K') | ([], b'X' | b'@' | b'P' | b'I' | b'Z') => cols,
            // A character is as dear as some cells that are filled.
            ([], b'b') => n.min(cols * rows) * 8,
            ([b'?'], b'h' | b'l') => cols * rows / 8,
            _ => 0,
        };
    }

    /// Counts what an escape sequence may have cost at most.
    pub(super) fn count_escape(&mut self, marks: &[u8], last: u8) {
        let cells = self.grid.cols() * self.grid.rows();
        self.effort_cells += match (marks, last) {
            ([b'#'], b'8') | ([], b'c' | b'6' | b'9') => cells,
            _ => 0,
        };
    }

    /// Counts what is known where it is done: rows that scroll, pictures.
    #[inline]
    pub(in crate::screen) fn count_work(&mut self, cells: usize) {
        self.effort_cells += cells;
    }

    /// Whether what is left of a piece should wait for another turn.
    pub(super) fn is_spent(&self) -> bool {
        self.effort_cells > EFFORT_CELLS_MAX
    }
}
