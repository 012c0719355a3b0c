//! Windows and titles (XTWINOPS), and what is pushed on stacks beside them.

use super::parser::Parameters;
use super::pen::Pen;
use super::terminal::Terminal;
use crate::base::limits::{PEN_STACK_MAX, TITLE_STACK_MAX};
use abide_protocol::message::attr;

impl Terminal {
    pub(crate) fn window(&mut self, parameters: &Parameters) {
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

    /// XTPUSHSGR: the style, or what of it is named.
    pub(crate) fn push_pen(&mut self, named: &[u16]) {
        if self.pens.len() < PEN_STACK_MAX {
            let which = match named {
                [] | [0] => u16::MAX,
                named => named.iter().fold(0, |which, name| which | part(*name)),
            };
            self.pens.push((Pen { link: 0, ..self.pen }, which));
        }
    }

    /// XTPOPSGR: what was pushed last is as it was.
    pub(crate) fn pop_pen(&mut self) {
        let Some((pushed, which)) = self.pens.pop() else { return };
        let mut pen = self.pen;
        let bits = ATTRIBUTES
            .iter()
            .filter(|(name, _)| which & part(*name) != 0)
            .fold(0, |all, (_, bits)| all | bits);
        // Overline has no name of its own.
        let bits = if which == u16::MAX { u16::MAX } else { bits };
        pen.attrs = pen.attrs & !bits | pushed.attrs & bits;
        if which & part(30) != 0 {
            pen.fg = pushed.fg;
        }
        if which & part(31) != 0 {
            pen.bg = pushed.bg;
        }
        if which & part(4) != 0 {
            pen.ul = pushed.ul;
        }
        self.set_pen(pen);
    }
}

/// The names that XTPUSHSGR gives to parts of a style, and their bits.
const ATTRIBUTES: [(u16, u16); 9] = [
    (1, attr::BOLD),
    (2, attr::DIM),
    (3, attr::ITALIC),
    (4, attr::UNDERLINE_MASK),
    (5, attr::BLINK),
    (7, attr::REVERSE),
    (8, attr::CONCEAL),
    (9, attr::STRIKE),
    (21, attr::UNDERLINE_MASK),
];

/// A bit for such a name; 30 is the foreground, 31 the background.
fn part(name: u16) -> u16 {
    match name {
        1..=9 => 1 << name,
        21 => 1 << 4,
        30 | 10 => 1 << 10,
        31 | 11 => 1 << 11,
        _ => 0,
    }
}
