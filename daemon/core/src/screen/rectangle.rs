//! Rectangles: asking for one's checksum.

use super::cell::{self, CLUSTER, Cell, TAIL};
use super::parser::Parameters;
use super::terminal::Terminal;

/// Columns and rows from 0, the last ones among them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Rectangle {
    pub(crate) top: usize,
    pub(crate) left: usize,
    pub(crate) bottom: usize,
    pub(crate) right: usize,
}

impl Terminal {
    /// The rectangle that four parameters from `first` on name: top, left, bottom, right, each from 1. What is not given
    /// is the screen's edge. With origin mode they count from the margins. None when there is nothing in it.
    pub(crate) fn rectangle(&self, parameters: &Parameters, first: usize) -> Option<Rectangle> {
        let (cols, rows) = (self.grid.cols(), self.grid.rows());
        let origin = self.modes.has(super::mode::Mode::Origin);
        let (low, high) = if origin { (self.top, self.bottom) } else { (0, rows - 1) };
        let side = |i: usize, default: usize, low: usize, high: usize| match parameters.at(first + i) {
            0 => default,
            n => (low + usize::from(n) - 1).min(high),
        };
        let found = Rectangle {
            top: side(0, low, low, high),
            left: side(1, 0, 0, cols - 1),
            bottom: side(2, high, low, high),
            right: side(3, cols - 1, 0, cols - 1),
        };
        (found.top <= found.bottom && found.left <= found.right).then_some(found)
    }

    /// DECRQCRA: the sum of what the cells show, negated, in 16 bits. How they look is no part of it, and a cell that
    /// was erased is a space. Nothing is said where the user has not allowed it: a program would read what others left
    /// on the screen.
    pub(crate) fn checksum_report(&mut self, parameters: &Parameters) {
        if !self.checksums {
            return;
        }
        let mut sum = 0u16;
        if let Some(area) = self.rectangle(parameters, 2) {
            for y in area.top..=area.bottom {
                for c in &self.grid.row(y)[area.left..=area.right] {
                    sum = sum.wrapping_sub(self.shown(*c));
                }
            }
        }
        self.checksum_reply(parameters.at(0), sum);
    }

    /// The scalars of a cell, added up.
    fn shown(&self, c: Cell) -> u16 {
        if c & TAIL != 0 {
            0
        } else if c & CLUSTER == 0 {
            cell::text_of(c) as u16
        } else {
            self.book.cluster(c).chars().fold(0, |sum, c| sum.wrapping_add(c as u32 as u16))
        }
    }
}
