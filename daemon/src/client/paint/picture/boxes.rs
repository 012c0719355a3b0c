//! Boxes in place of pictures whose files nobody can read: where they are, and how large.

use crate::client::paint::shadow::{BLANK, Cell, Text};
use abide_protocol::message::Placement;

/// A picture that cannot be shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Boxed {
    pub(super) placement: Placement,
    /// Pixels across and down; 0 where nobody knows.
    pub(super) pixels: (u32, u32),
}

impl Boxed {
    /// Its rows on the screen.
    pub(super) fn rows(&self) -> impl Iterator<Item = usize> {
        (self.placement.line as usize..).take(self.placement.rows.into())
    }

    /// Draws it into a row, on blank cells alone: text stays to be read.
    pub(super) fn draw(&self, y: usize, cells: &mut [Cell]) {
        let Placement { x, cols, rows, line, .. } = self.placement;
        let Some(row) = y.checked_sub(line as usize).filter(|row| *row < usize::from(rows)) else { return };
        let text = self.text(row, cols.into(), rows.into());
        let cells = cells.iter_mut().skip(x.into()).take(cols.into());
        for (cell, c) in cells.zip(text.chars()).filter(|(cell, _)| **cell == BLANK) {
            cell.text = Text::Char(c);
        }
    }

    fn text(&self, row: usize, cols: usize, rows: usize) -> String {
        let label = match self.pixels {
            (0, _) | (_, 0) => "image".to_owned(),
            (width, height) => format!("image {width}x{height}"),
        };
        if rows < 2 || cols < 2 {
            let label = if row == 0 { &label } else { "" };
            return label.chars().take(cols).collect();
        }
        let inner = cols - 2;
        let (left, fill, right) = match row {
            0 => ('┌', '─', '┐'),
            _ if row + 1 == rows => ('└', '─', '┘'),
            _ => ('│', ' ', '│'),
        };
        // On the middle row, or the upper one where there is no other.
        let label: String =
            if row == (rows - 1) / 2 { label.chars().take(inner).collect() } else { String::new() };
        let before = (inner - label.len()) / 2;
        let fills = |n: usize| fill.to_string().repeat(n);
        format!("{left}{}{label}{}{right}", fills(before), fills(inner - before - label.len()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use abide_protocol::message::PixelRect;

    fn drawn(cols: u16, rows: u16, pixels: (u32, u32)) -> String {
        let source = PixelRect { x: 0, y: 0, width: 1, height: 1 };
        let boxed =
            Boxed { placement: Placement { x: 1, z: 0, cols, line: 2, rows, source, picture: 1 }, pixels };
        let row = |y: usize| -> String {
            let mut cells = vec![BLANK; usize::from(cols) + 2];
            cells[0].text = Text::Char('x');
            boxed.draw(y, &mut cells);
            let char_of = |cell: &Cell| if let Text::Char(c) = cell.text { c } else { '?' };
            cells.iter().map(char_of).collect::<String>().trim_end().to_owned()
        };
        assert_eq!((row(1), row(2 + usize::from(rows))), ("x".to_owned(), "x".to_owned()));
        boxed.rows().map(row).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn boxes_say_how_large_the_pictures_are() {
        assert_eq!(drawn(16, 3, (640, 480)), "x┌──────────────┐\nx│image 640x480 │\nx└──────────────┘");
        assert_eq!(drawn(9, 2, (640, 480)), "x┌image 6┐\nx└───────┘");
        assert_eq!(drawn(20, 1, (1, 2)), "ximage 1x2");
        assert_eq!(drawn(1, 2, (0, 0)), "xi\nx");
        assert_eq!(drawn(9, 3, (0, 0)), "x┌───────┐\nx│ image │\nx└───────┘");
    }

    #[test]
    fn text_stays() {
        let source = PixelRect { x: 0, y: 0, width: 1, height: 1 };
        let boxed = Boxed {
            placement: Placement { x: 0, z: 0, cols: 3, line: 0, rows: 2, source, picture: 1 },
            pixels: (1, 1),
        };
        let mut cells = vec![BLANK; 3];
        cells[1].text = Text::Char('t');
        boxed.draw(0, &mut cells);
        assert_eq!(cells[1].text, Text::Char('t'));
        assert_eq!(cells[2].text, Text::Char('┐'));
    }
}
