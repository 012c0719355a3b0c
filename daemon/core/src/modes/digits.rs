//! Large digits for the clock and for `display-panes`: five by five cells, drawn as blocks of background.

use super::Canvas;
use crate::screen::CellText;
use abide_protocol::message::Style;

/// Columns and rows of a digit.
pub(super) const SIDE: u16 = 5;

/// Rows of a character from the top, five bits each, the leftmost column first.
fn bitmap(ch: char) -> [u8; 5] {
    match ch {
        '0' => [0b11111, 0b10001, 0b10001, 0b10001, 0b11111],
        '1' => [0b00001, 0b00001, 0b00001, 0b00001, 0b00001],
        '2' => [0b11111, 0b00001, 0b11111, 0b10000, 0b11111],
        '3' => [0b11111, 0b00001, 0b11111, 0b00001, 0b11111],
        '4' => [0b10001, 0b10001, 0b11111, 0b00001, 0b00001],
        '5' => [0b11111, 0b10000, 0b11111, 0b00001, 0b11111],
        '6' => [0b11111, 0b10000, 0b11111, 0b10001, 0b11111],
        '7' => [0b11111, 0b00001, 0b00001, 0b00001, 0b00001],
        '8' => [0b11111, 0b10001, 0b11111, 0b10001, 0b11111],
        '9' => [0b11111, 0b10001, 0b11111, 0b00001, 0b11111],
        ':' => [0b00000, 0b00100, 0b00000, 0b00100, 0b00000],
        'A' => [0b11111, 0b10001, 0b11111, 0b10001, 0b10001],
        'P' => [0b11111, 0b10001, 0b11111, 0b10000, 0b10000],
        'M' => [0b10001, 0b11011, 0b10101, 0b10001, 0b10001],
        _ => [0; 5],
    }
}

/// Draws row `row` (0 to 4) of large text whose left column is `left`; a column lies between characters.
pub(super) fn draw(canvas: &mut dyn Canvas, left: u16, row: u16, text: &str, style: &Style) {
    let mut x = left;
    for ch in text.chars() {
        let bits = bitmap(ch).get(usize::from(row)).copied().unwrap_or(0);
        for column in 0..SIDE {
            if bits & (0b10000 >> column) != 0 {
                canvas.put(x.saturating_add(column), CellText::Char(' '), 1, style);
            }
        }
        x = x.saturating_add(SIDE + 1);
    }
}

/// Columns of large text.
pub(super) fn width(text: &str) -> u16 {
    (text.chars().count() as u16).saturating_mul(SIDE + 1).saturating_sub(1)
}
