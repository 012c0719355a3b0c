//! The rows of a passage that are still on the screen, oldest first, and what is left of those that were.

use super::super::history::passing::{PenNumbers, Row, Run};
use super::super::pen::Pen;
use super::super::terminal::Terminal;
use std::collections::VecDeque;
use std::ops::Range;

/// Bytes of rows that have left, and still lie in the buffers, before these are tidied.
const LEFT_BYTES_MAX: usize = 16 * 1024;

/// A row that is whole and still on the screen. Short numbers: one is made of each line.
#[derive(Clone, Copy)]
pub(super) struct Waiting {
    /// Where in the input it began, and with what pen.
    pub(super) start: u32,
    pub(super) text_at: u32,
    pub(super) text_len: u32,
    /// First of its runs, and how many; none when it is plain.
    pub(super) runs_at: u32,
    pub(super) runs_len: u32,
    pub(super) wrapped: bool,
    pub(super) buffered: bool,
    pub(super) pen: Pen,
}

impl Waiting {
    fn text(&self) -> Range<usize> {
        self.text_at as usize..(self.text_at + self.text_len) as usize
    }

    fn runs(&self) -> Range<usize> {
        self.runs_at as usize..(self.runs_at + self.runs_len) as usize
    }
}

/// A screenful of rows at most.
pub(super) struct Kept {
    pub(super) rows: VecDeque<Waiting>,
    /// Rows of the grid, the oldest of all, that have gone to history.
    pub(super) gone: usize,
    /// Text of rows that is no stretch of the input.
    pub(super) buffer: Vec<u8>,
    pub(super) runs: Vec<Run>,
    numbers: PenNumbers,
}

impl Kept {
    pub(super) fn new(rows: usize) -> Kept {
        Kept {
            rows: VecDeque::with_capacity(rows + 1),
            gone: 0,
            buffer: Vec::new(),
            runs: Vec::new(),
            numbers: PenNumbers::default(),
        }
    }

    /// A whole row stays on the screen, and the oldest one there goes to history. No other row is being read.
    // In line, so that the row is made where it stays: a copy of what was just written in parts waits for all of them.
    #[inline(always)]
    pub(super) fn keep(&mut self, terminal: &mut Terminal, input: &[u8], row: Waiting) {
        self.rows.push_back(row);
        self.leave(terminal, input);
    }

    fn leave(&mut self, terminal: &mut Terminal, input: &[u8]) {
        terminal.scrolled += 1;
        if self.gone < terminal.bottom {
            terminal.remember(self.gone);
            self.gone += 1;
        } else if let Some(row) = self.rows.pop_front() {
            let from = if row.buffered { &self.buffer[..] } else { input };
            let text = row.text();
            let passing = Row {
                runs: &self.runs[row.runs()],
                from: &from[text.start..],
                text_len: text.len(),
                wrapped: row.wrapped,
            };
            terminal.history.push_passing(&passing, &mut self.numbers);
            let left = row.runs().start * size_of::<Run>() + if row.buffered { text.start } else { 0 };
            if left > LEFT_BYTES_MAX {
                self.tidy();
            }
        }
    }

    /// Lets go of what belongs to rows that have left.
    #[cold]
    fn tidy(&mut self) {
        let oldest = self.rows.iter().find(|row| row.buffered).map(|row| row.text_at as usize);
        let text_left = oldest.unwrap_or(self.buffer.len());
        let runs_left = self.rows.front().map_or(self.runs.len(), |row| row.runs_at as usize);
        self.buffer.drain(..text_left);
        self.runs.drain(..runs_left);
        for row in &mut self.rows {
            row.runs_at -= runs_left as u32;
            if row.buffered {
                row.text_at -= text_left as u32;
            }
        }
    }
}
