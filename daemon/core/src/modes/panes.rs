//! The numbers that `display-panes` shows over the panes.

use super::{Canvas, digits};
use crate::base::geometry::Size;
use abide_protocol::message::{Color, Style};

/// Draws one row of a pane's number: large in the middle where there is room, else as small text; the
/// pane's size at its top right. `style` has the colour as its foreground.
pub fn draw_number(canvas: &mut dyn Canvas, y: u16, size: Size, number: u32, style: &Style) {
    let text = number.to_string();
    let large = digits::width(&text);
    if size.cols <= large || size.rows <= digits::SIDE {
        if y == size.rows / 2 {
            let left = size.cols.saturating_sub(text.len() as u16) / 2;
            canvas.text(left, &text, style);
        }
        return;
    }
    let block = Style { bg: style.fg, fg: Color::Default, ..style.clone() };
    let top = (size.rows - digits::SIDE) / 2;
    if let Some(row) = y.checked_sub(top).filter(|row| *row < digits::SIDE) {
        digits::draw(canvas, (size.cols - large) / 2, row, &text, &block);
    }
    let label = format!("{}x{}", size.cols, size.rows);
    if y == 0 && usize::from(size.cols) > label.len() {
        canvas.text(size.cols - label.len() as u16, &label, style);
    }
}
