//! The clock: the time of day in large digits; any key ends it.

use super::{Canvas, Mode, ModeAction, PaneSight, digits};
use crate::base::geometry::Size;
use abide_protocol::message::{Color, Cursor, MouseAction, MouseEvent, Style};

/// The mode.
pub struct ClockMode {
    size: Size,
    minute: u32,
    version: u64,
}

impl ClockMode {
    /// A clock over a pane.
    #[must_use]
    pub fn new(sight: &PaneSight<'_>) -> ClockMode {
        ClockMode { size: sight.screen.size(), minute: sight.day_seconds / 60, version: 1 }
    }

    fn text(&self, hours_24: bool) -> String {
        let (hour, minute) = (self.minute / 60 % 24, self.minute % 60);
        if hours_24 {
            return format!("{hour:02}:{minute:02}");
        }
        let half = if hour < 12 { "AM" } else { "PM" };
        let hour = if hour % 12 == 0 { 12 } else { hour % 12 };
        format!("{hour:2}:{minute:02} {half}")
    }
}

impl Mode for ClockMode {
    fn name(&self) -> &'static str {
        "clock-mode"
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn key(&mut self, _key: &str, _sight: &PaneSight<'_>) -> Vec<ModeAction> {
        vec![ModeAction::Exit]
    }

    fn mouse(&mut self, event: &MouseEvent, _sight: &PaneSight<'_>) -> Vec<ModeAction> {
        if event.action == MouseAction::Press { vec![ModeAction::Exit] } else { Vec::new() }
    }

    fn resize(&mut self, size: Size, _sight: &PaneSight<'_>) {
        self.size = size;
        self.version += 1;
    }

    fn refresh(&mut self, sight: &PaneSight<'_>) {
        let minute = sight.day_seconds / 60;
        if minute != self.minute {
            self.minute = minute;
            self.version += 1;
        }
    }

    fn draw(&self, y: u16, sight: &PaneSight<'_>, canvas: &mut dyn Canvas) {
        let text = self.text(sight.options.clock_24);
        let style = &sight.options.clock_style;
        let large = digits::width(&text);
        if self.size.cols <= large || self.size.rows <= digits::SIDE {
            if y == self.size.rows / 2 {
                canvas.text(self.size.cols.saturating_sub(text.len() as u16) / 2, &text, style);
            }
            return;
        }
        let block = Style { bg: style.fg, fg: Color::Default, ..style.clone() };
        let top = (self.size.rows - digits::SIDE) / 2;
        if let Some(row) = y.checked_sub(top).filter(|row| *row < digits::SIDE) {
            digits::draw(canvas, (self.size.cols - large) / 2, row, &text, &block);
        }
    }

    fn cursor(&self) -> Cursor {
        Cursor { visible: false, ..Cursor::default() }
    }
}
