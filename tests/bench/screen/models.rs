//! The models that are measured: each takes bytes and keeps a screen and its history.

use abide_core::base::geometry::Size;
use abide_core::screen::Screen;
use alacritty_terminal::event::VoidListener;
use alacritty_terminal::grid::Dimensions;
use alacritty_terminal::term::{Config, Term};
use alacritty_terminal::vte::ansi::Processor;
use std::num::NonZeroU16;

pub(crate) const COLS: usize = 80;
pub(crate) const ROWS: usize = 24;
const SIDES: (NonZeroU16, NonZeroU16) =
    (NonZeroU16::new(ROWS as u16).expect("rows"), NonZeroU16::new(COLS as u16).expect("columns"));

/// A model of a screen.
pub(crate) trait Model {
    fn feed(&mut self, bytes: &[u8]);
    /// Does what its owner does at a checkpoint.
    fn rest(&mut self) {}
}

/// Makes one that keeps so many lines.
pub(crate) type Make = fn(usize) -> Box<dyn Model>;

/// Ours first.
pub(crate) const MODELS: [(&str, Make); 3] = [
    ("abide", |lines| Box::new(Screen::new(Size::new(COLS as u16, ROWS as u16), lines as u32))),
    ("alacritty", |lines| Box::new(Alacritty::new(lines))),
    ("vt100", |lines| Box::new(vt100::Parser::new(SIDES.0, SIDES.1, lines))),
];

impl Model for Screen {
    fn feed(&mut self, bytes: &[u8]) {
        Screen::feed(self, bytes);
    }

    fn rest(&mut self) {
        self.squeeze_history(usize::MAX);
    }
}

impl Model for vt100::Parser {
    fn feed(&mut self, bytes: &[u8]) {
        self.process(bytes);
    }
}

struct Alacritty {
    parser: Processor,
    term: Term<VoidListener>,
}

struct Screenful;

impl Dimensions for Screenful {
    fn total_lines(&self) -> usize {
        ROWS
    }
    fn screen_lines(&self) -> usize {
        ROWS
    }
    fn columns(&self) -> usize {
        COLS
    }
}

impl Alacritty {
    fn new(lines: usize) -> Alacritty {
        let config = Config { scrolling_history: lines, ..Config::default() };
        Alacritty { parser: Processor::new(), term: Term::new(config, &Screenful, VoidListener) }
    }
}

impl Model for Alacritty {
    fn feed(&mut self, bytes: &[u8]) {
        self.parser.advance(&mut self.term, bytes);
    }
}
