//! What the terminal shows, cell by cell, as far as we know.

use abide_protocol::{message::Style, mirror::Mirror};
use std::collections::BTreeMap;

/// A cell's text: most are one character.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Text {
    Char(char),
    Cluster(Box<str>),
    /// The right half of a wide cell.
    Tail,
    /// Nobody knows: differs from everything.
    Unknown,
}

/// One cell. The style is a number of [`Styles`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Cell {
    pub(super) text: Text,
    pub(super) style: u32,
}

pub(super) const BLANK: Cell = Cell { text: Text::Char(' '), style: 0 };
pub(super) const UNKNOWN: Cell = Cell { text: Text::Unknown, style: 0 };

/// A row of them.
#[derive(Clone, Debug, Default)]
pub(super) struct Shown {
    pub(super) cells: Vec<Cell>,
    /// Some cell may be [`UNKNOWN`]: the row is looked at whatever an update says.
    pub(super) unsure: bool,
}

impl Shown {
    /// Nothing is known of it.
    pub(super) fn unknown(cols: usize) -> Shown {
        Shown { cells: vec![UNKNOWN; cols], unsure: true }
    }

    pub(super) fn fill(&mut self, cell: Cell) {
        self.unsure = cell == UNKNOWN;
        self.cells.fill(cell);
    }
}

impl Cell {
    pub(super) fn is_blank(&self) -> bool {
        *self == BLANK
    }
}

/// Each style that was ever painted has a number, so that cells compare by numbers. 0 is the default style.
#[derive(Clone, Debug)]
pub(super) struct Styles {
    numbers: BTreeMap<Style, u32>,
    styles: Vec<Style>,
}

/// Styles before the book is started anew (and all is painted anew): a screen of 1000 x 1000 random colours
/// must not make it grow for ever.
const STYLES_MAX: usize = 65_536;

impl Styles {
    pub(super) fn new() -> Styles {
        Styles { numbers: BTreeMap::from([(Style::default(), 0)]), styles: vec![Style::default()] }
    }
    pub(super) fn is_full(&self) -> bool {
        self.styles.len() >= STYLES_MAX
    }
    pub(super) fn get(&self, number: u32) -> &Style {
        static PLAIN: Style = Style {
            bg: abide_protocol::message::Color::Default,
            fg: abide_protocol::message::Color::Default,
            ul: abide_protocol::message::Color::Default,
            link: String::new(),
            attrs: 0,
        };
        usize::try_from(number).ok().and_then(|n| self.styles.get(n)).unwrap_or(&PLAIN)
    }
    fn number(&mut self, style: &Style) -> u32 {
        if let Some(&number) = self.numbers.get(style) {
            return number;
        }
        let number = u32::try_from(self.styles.len()).unwrap_or(0);
        self.styles.push(style.clone());
        self.numbers.insert(style.clone(), number);
        number
    }
}

/// A mirror's row as `cols` cells: cut or filled up with blanks. A wide cell across the edge is a blank.
pub(super) fn row_of(mirror: &Mirror, y: u16, cols: usize, styles: &mut Styles) -> Vec<Cell> {
    let mut row = Vec::with_capacity(cols);
    for cell in mirror.cells(y) {
        if row.len() + usize::from(cell.width) > cols {
            break;
        }
        let style = styles.number(cell.style);
        let mut letters = cell.text.chars();
        let text = match (letters.next(), letters.next()) {
            (Some(c), None) => Text::Char(c),
            _ => Text::Cluster(cell.text.into()),
        };
        row.push(Cell { text, style });
        if cell.width == 2 {
            row.push(Cell { text: Text::Tail, style });
        }
    }
    row.resize(cols, BLANK);
    row
}
