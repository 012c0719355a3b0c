//! What a terminal shows, whoever's model it is.

use abide_core::screen::{CellText, RowView, Screen};
use abide_protocol::message::{Color, Style, attr};
use std::fmt::Write as _;

/// A cell that is not a blank in the default style.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cell {
    pub(crate) x: u16,
    pub(crate) width: u8,
    pub(crate) text: String,
    pub(crate) style: Style,
}

/// A row of the screen or of the history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Row {
    /// The line goes on in the next row.
    pub(crate) wrapped: bool,
    pub(crate) cells: Vec<Cell>,
}

/// A screen with its history.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Seen {
    pub(crate) rows: Vec<Row>,
    /// Oldest line first; empty while the alternate screen is shown, which has none.
    pub(crate) history: Vec<Row>,
    /// Column and row; on the last column where the next character wraps.
    pub(crate) cursor: (u16, u16),
    pub(crate) visible: bool,
    pub(crate) alternate: bool,
}

impl Row {
    pub(crate) fn push(&mut self, cell: Cell) {
        if cell.text != " " || cell.style != Style::default() {
            self.cells.push(cell);
        }
    }

    fn of(view: &RowView<'_>) -> Row {
        let mut row = Row { wrapped: view.wrapped(), cells: Vec::new() };
        for cell in view.cells() {
            let text = match cell.text {
                CellText::Char(c) => c.to_string(),
                CellText::Cluster(text) => text.to_owned(),
            };
            row.push(Cell { x: cell.x, width: cell.width, text, style: cell.style.clone() });
        }
        row
    }
}

impl Seen {
    /// Our own.
    pub(crate) fn of(screen: &Screen) -> Seen {
        let (cursor, lines) = (screen.cursor(), screen.history());
        let history = (lines.start..lines.end).filter(|_| !screen.alternate());
        Seen {
            rows: (0..screen.size().rows).map(|y| Row::of(&screen.row(y))).collect(),
            history: history.map(|n| Row::of(&screen.line(n).expect("a line of the history"))).collect(),
            cursor: (cursor.x, cursor.y),
            visible: cursor.visible,
            alternate: screen.alternate(),
        }
    }

    /// Every cell, the history's too.
    pub(crate) fn cells(&mut self) -> impl Iterator<Item = &mut Cell> {
        self.rows.iter_mut().chain(&mut self.history).flat_map(|row| &mut row.cells)
    }

    /// The first thing that differs, ours first; none where nothing does.
    pub(crate) fn difference(&self, other: &Seen) -> Option<String> {
        if self.alternate != other.alternate {
            return Some(format!("alternate screen: {}, theirs {}", self.alternate, other.alternate));
        }
        for (y, (ours, theirs)) in self.rows.iter().zip(&other.rows).enumerate() {
            if ours != theirs {
                return Some(format!("row {y}:\n  ours   {ours}\n  theirs {theirs}"));
            }
        }
        let lines = |seen: &Seen| seen.history.len();
        // From the newest back: what a limit drops is at the other end.
        for (n, (ours, theirs)) in self.history.iter().rev().zip(other.history.iter().rev()).enumerate() {
            if ours != theirs {
                return Some(format!("history, {} up:\n  ours   {ours}\n  theirs {theirs}", n + 1));
            }
        }
        if lines(self) != lines(other) {
            return Some(format!("history: {} lines, theirs {}", lines(self), lines(other)));
        }
        if (self.cursor, self.visible) != (other.cursor, other.visible) {
            let (ours, theirs) = ((self.cursor, self.visible), (other.cursor, other.visible));
            return Some(format!("cursor: {ours:?}, theirs {theirs:?}"));
        }
        (self != other).then(|| "another number of rows".to_owned())
    }
}

impl std::fmt::Display for Row {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut style = Style::default();
        for cell in &self.cells {
            if cell.style != style {
                style = cell.style.clone();
                write!(f, "<{}>", look(&style))?;
            }
            write!(f, "{}:{}", cell.x, cell.text)?;
            f.write_str(if cell.width == 2 { "(2) " } else { " " })?;
        }
        f.write_str(if self.wrapped { "wraps" } else { "" })
    }
}

fn look(style: &Style) -> String {
    let mut out = String::new();
    for (name, color) in [("fg", style.fg), ("bg", style.bg), ("ul", style.ul)] {
        let _ = match color {
            Color::Default => Ok(()),
            Color::Indexed(n) => write!(out, "{name}={n} "),
            Color::Rgb(r, g, b) => write!(out, "{name}=#{r:02x}{g:02x}{b:02x} "),
        };
    }
    let underline = (style.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT;
    let _ = write!(out, "attrs={:#x} underline={underline} {}", style.attrs & 0xff, style.link);
    out
}
