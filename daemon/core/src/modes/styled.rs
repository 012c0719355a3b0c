//! A row of text in styles, as status lines, prompts and labels are.

use super::Canvas;
use crate::{screen::CellText, text};
use abide_protocol::message::Style;

/// Text in one style at a column.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Piece {
    /// Its first column.
    pub x: u16,
    /// The text: no control characters.
    pub text: String,
    /// How it looks.
    pub style: Style,
}

/// A row: pieces over a ground.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct StyledRow {
    /// The look of what no piece covers; `None` leaves what is below.
    pub ground: Option<Style>,
    /// Later pieces lie over earlier ones.
    pub pieces: Vec<Piece>,
}

impl StyledRow {
    /// One text in one style on a ground of it.
    #[must_use]
    pub fn plain(text: &str, style: &Style) -> StyledRow {
        let piece = Piece { x: 0, text: text::visible(text).into_owned(), style: style.clone() };
        StyledRow { ground: Some(style.clone()), pieces: vec![piece] }
    }

    /// Columns from the first to the end of the last piece.
    #[must_use]
    pub fn cols(&self) -> u16 {
        let end = |piece: &Piece| usize::from(piece.x) + text::width(&piece.text);
        self.pieces.iter().map(end).max().unwrap_or(0).try_into().unwrap_or(u16::MAX)
    }

    /// Draws it at a column, over that many columns.
    pub fn draw(&self, canvas: &mut dyn Canvas, left: u16, cols: u16) {
        if let Some(ground) = &self.ground {
            for x in 0..cols {
                canvas.put(left.saturating_add(x), CellText::Char(' '), 1, ground);
            }
        }
        for piece in &self.pieces {
            if let Some(room) = cols.checked_sub(piece.x) {
                let text = text::cut(&piece.text, usize::from(room), text::Cut::End);
                canvas.text(left.saturating_add(piece.x), text, &piece.style);
            }
        }
    }
}
