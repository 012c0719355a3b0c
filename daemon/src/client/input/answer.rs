//! What the terminal answers when it is asked which pictures it takes.
//!
//! Answers come in the order of the questions, and every terminal answers the last (DA1). Until it has, strings that begin
//! as answers do are answers; otherwise what follows Escape is a key with Meta.

use super::sequence::Parameters;
use crate::client::limits::SEQUENCE_BYTES_MAX;

/// All that a terminal said of itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Answers {
    /// It has kitty's graphics protocol.
    pub kitty: bool,
    /// Its name and version (XTVERSION), empty if it said none.
    pub name: String,
    /// It has sixel (an attribute of DA1).
    pub sixel: bool,
    /// Pixels of a cell, across and down.
    pub cell: Option<(u16, u16)>,
    /// Colour registers (XTSMGRAPHICS).
    pub colours: Option<u16>,
}

/// Answers that are waited for.
#[derive(Debug, Default)]
pub(super) struct Asked {
    waiting: bool,
    so_far: Answers,
    pub(super) whole: Option<Answers>,
}

/// What bytes are that begin with Escape and a letter of a string.
pub(super) enum Answer {
    /// So many bytes are one, which was taken.
    Whole(usize),
    /// They are one that has not ended; nothing else, however long it takes.
    Begun,
    /// They may become one.
    Perhaps,
    /// They are none.
    No,
}

impl Asked {
    /// The questions are on their way.
    pub(super) fn ask(&mut self) {
        *self = Asked { waiting: true, ..Asked::default() };
    }

    /// Takes an answer that is a string: kitty's, or the terminal's name.
    pub(super) fn string(&mut self, bytes: &[u8]) -> Answer {
        if !self.waiting {
            return Answer::No;
        }
        let begins: &[&[u8]] = &[b"\x1b_Gi=31;", b"\x1bP>|"];
        let Some(begin) = begins.iter().find(|begin| bytes.starts_with(begin)) else {
            let perhaps = bytes.len() > 1 && begins.iter().any(|begin| begin.starts_with(bytes));
            return if perhaps { Answer::Perhaps } else { Answer::No };
        };
        let text = bytes.get(begin.len()..).unwrap_or_default();
        let end = text.windows(2).position(|end| end == b"\x1b\\").map(|at| (at, at + 2));
        let end = end.or_else(|| text.iter().position(|b| *b == 7).map(|at| (at, at + 1)));
        let Some((end, after)) = end else {
            return if bytes.len() < SEQUENCE_BYTES_MAX { Answer::Begun } else { Answer::No };
        };
        let text = text.get(..end).unwrap_or_default();
        if bytes.get(1) == Some(&b'_') {
            self.so_far.kitty = text == b"OK";
        } else {
            self.so_far.name = String::from_utf8_lossy(text).into_owned();
        }
        Answer::Whole(begin.len() + after)
    }

    /// Takes an answer that is a control sequence; false for one that is none.
    pub(super) fn sequence(&mut self, mark: u8, numbers: &Parameters, last: u8) -> bool {
        if !self.waiting {
            return false;
        }
        let side = |n: u32| u16::try_from(n).ok().filter(|n| *n > 0);
        match (mark, last) {
            (0, b't') if numbers.at(0, 0) == 6 => {
                self.so_far.cell = side(numbers.at(2, 0)).zip(side(numbers.at(1, 0)));
            }
            // Of colour registers, with success.
            (b'?', b'S') if numbers.at(0, 0) == 1 && numbers.at(1, 0) == 0 => {
                self.so_far.colours = side(numbers.at(2, 0));
            }
            (b'?', b'c') => {
                self.so_far.sixel = (1..numbers.len()).any(|n| numbers.at(n, 0) == 4);
                self.waiting = false;
                self.whole = Some(std::mem::take(&mut self.so_far));
            }
            _ => return false,
        }
        true
    }
}
