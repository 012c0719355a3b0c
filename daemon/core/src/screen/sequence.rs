//! Control sequences: `CSI … final`. Which there are stands in `table` too, for the manual.

use super::erase::Protection;
use super::mode::{self, Mode};
use super::parser::{Parameters, Sequence};
use super::rectangle::Extent;
use super::tabs::Tabs;
use super::terminal::Terminal;

impl Terminal {
    #[inline]
    pub(crate) fn sequence(&mut self, sequence: Sequence<'_>) {
        let parameters = sequence.parameters;
        match sequence.marks {
            [] => self.ansi(parameters, sequence.last),
            [b'?'] => self.private(parameters, sequence.last),
            marks => self.marked(parameters, marks, sequence.last),
        }
        if !matches!(sequence.last, b'A'..=b'H' | b'd' | b'm') || !sequence.marks.is_empty() {
            self.count_effort(&sequence);
        }
    }

    #[inline]
    fn ansi(&mut self, parameters: &Parameters, last: u8) {
        let n = parameters.count(0);
        let (x, y) = (self.x, self.y);
        match last {
            b'm' => self.rendition(parameters),
            b'H' | b'f' => self.address(parameters.count(1) - 1, n - 1),
            b'K' => self.erase_in_line(parameters.at(0), false),
            b'J' => self.erase_in_display(parameters.at(0), false),
            b'A' => self.up(n),
            b'B' => self.down(n),
            b'C' => self.forward(n),
            b'D' => self.backspace(n),
            b'E' => {
                self.down(n);
                self.return_carriage();
            }
            b'F' => {
                self.up(n);
                self.return_carriage();
            }
            b'G' | b'`' => self.set_column(n - 1),
            b'a' => self.move_to(x + n, y),
            b'd' => self.set_row(n - 1),
            b'e' => self.move_to(x, y + n),
            b'X' => self.erase_characters(n),
            b'@' => self.insert_characters(n),
            b'P' => self.delete_characters(n),
            b'L' | b'M' => self.move_lines(n, last == b'L'),
            b'S' => self.scroll_up(n),
            b'T' if parameters.len <= 1 => self.scroll_down(n),
            b'^' => self.scroll_down(n),
            b'I' => self.tab(n),
            b'Z' => self.back_tab(n),
            b'b' => self.repeat(n),
            b'g' => match parameters.at(0) {
                0 => self.tabs.set(x, false),
                3 => self.tabs.clear_all(),
                _ => {}
            },
            b'r' => self.set_rows(parameters),
            b'h' | b'l' => {
                for number in parameters.values() {
                    self.set_mode(false, *number, last == b'h');
                }
            }
            b's' if self.modes.has(Mode::LeftRight) => self.set_columns(parameters),
            b's' => self.save_cursor(),
            b'u' => self.restore_cursor(),
            b'n' => self.status_report(parameters.at(0)),
            b'c' if parameters.at(0) == 0 => self.device_attributes(),
            b't' => self.window(parameters),
            b'x' if parameters.at(0) <= 1 => self.parameters_report(parameters.at(0)),
            _ => {}
        }
    }

    fn private(&mut self, parameters: &Parameters, last: u8) {
        match last {
            b'h' | b'l' => {
                for number in parameters.values() {
                    self.set_mode(true, *number, last == b'h');
                }
            }
            b's' => {
                for spec in parameters.values().iter().filter_map(|number| mode::find(true, *number)) {
                    self.saved_modes.set(spec.mode, self.modes.has(spec.mode));
                }
            }
            b'r' => {
                for number in parameters.values() {
                    if let Some(spec) = mode::find(true, *number) {
                        self.set_mode(true, *number, self.saved_modes.has(spec.mode));
                    }
                }
            }
            b'J' => self.erase_in_display(parameters.at(0), true),
            b'K' => self.erase_in_line(parameters.at(0), true),
            b'n' => self.private_status_report(parameters.at(0), parameters.at(1)),
            b'u' => self.keyboard_flags(parameters, b'?'),
            b'S' => self.graphics_report(parameters.at(0), parameters.at(1)),
            b'm' | b'g' => self.other_keys_query(parameters.at(0), last),
            b'W' if parameters.at(0) == 5 => self.tabs = Tabs::initial(),
            _ => {}
        }
    }

    fn marked(&mut self, parameters: &Parameters, marks: &[u8], last: u8) {
        let first = parameters.at(0);
        match (marks, last) {
            ([b'!'], b'p') => self.soft_reset(),
            ([b'"'], b'p') => self.set_level(first),
            ([b'"'], b'q') if first <= 2 => self.protect(first == 1, Protection::Selective),
            ([b' '], b'q') if first <= 6 => self.cursor_style = first as u8,
            ([b' '], b'@' | b'A') => self.move_sideways(parameters.count(0), last == b'A'),
            ([b'$'], b'p') if self.level >= 3 => self.mode_report(false, first),
            ([b'?', b'$'], b'p') if self.level >= 3 => self.mode_report(true, first),
            ([b'$'], b'r' | b't') => self.change_rectangle(parameters, last == b't'),
            ([b'$'], b'v') => self.copy_rectangle(parameters),
            ([b'$'], b'x') => self.fill_rectangle(parameters),
            ([b'$'], b'z' | b'{') => self.erase_rectangle(parameters, last == b'{'),
            ([b'*'], b'x') if first <= 2 => {
                self.extent = if first == 2 { Extent::Rectangle } else { Extent::Stream };
            }
            ([b'*'], b'y') => self.checksum_report(parameters),
            ([b'\''], b'}' | b'~') => self.move_columns(parameters.count(0), last == b'}'),
            ([b'#'], b'{' | b'p') => self.push_pen(parameters.values()),
            ([b'#'], b'}' | b'q') => self.pop_pen(),
            ([b'#'], b'|') => self.common_rendition_report(parameters),
            ([b'#'], b'P') => self.push_colors(first),
            ([b'#'], b'Q') => self.pop_colors(first),
            ([b'#'], b'R') => self.color_stack_report(),
            ([b'>'], b'c') if first == 0 => self.secondary_attributes(),
            ([b'='], b'c') if first == 0 => self.tertiary_attributes(),
            ([b'>'], b'q') if first == 0 => self.version_report(),
            ([mark @ (b'>' | b'<' | b'=')], b'u') => self.keyboard_flags(parameters, *mark),
            ([b'>'], b'm' | b'n' | b'f') => self.other_keys(parameters, last),
            _ => {}
        }
    }

    /// DECSCL: a full reset; below level 3 there is no DECRQM, below 4 are no left and right margins, and mode 95 is of
    /// level 5.
    fn set_level(&mut self, level: u16) {
        if let 61..=65 = level {
            self.reset();
            self.level = (level - 60) as u8;
        }
    }

    // Modes.

    fn set_mode(&mut self, private: bool, number: u16, on: bool) {
        let Some(spec) = mode::find(private, number) else { return };
        match spec.mode {
            Mode::Clusters => {}
            Mode::Alternate | Mode::AlternateClearing | Mode::AlternateSaving if on => {
                self.enter_alternate(spec.mode);
            }
            Mode::Alternate | Mode::AlternateClearing | Mode::AlternateSaving => {
                self.leave_alternate(spec.mode);
            }
            Mode::CursorSave if on => self.save_cursor(),
            Mode::CursorSave => self.restore_cursor(),
            Mode::Origin => {
                self.modes.set(Mode::Origin, on);
                self.address(0, 0);
            }
            // One of the three reports at a time: the last one asked for.
            Mode::MouseButtons | Mode::MouseDrag | Mode::MouseAll => {
                for mode in [Mode::MouseButtons, Mode::MouseDrag, Mode::MouseAll] {
                    self.modes.set(mode, false);
                }
                self.modes.set(spec.mode, on);
            }
            Mode::Autowrap => {
                // What was printed in the last column without wrapping does not wrap later.
                self.pending &= on && self.modes.has(Mode::Autowrap);
                self.modes.set(Mode::Autowrap, on);
            }
            Mode::LeftRight if self.level < 4 => {}
            Mode::LeftRight => {
                self.modes.set(Mode::LeftRight, on);
                if !on {
                    self.set_box((self.top, self.bottom), (0, self.grid.cols() - 1));
                }
            }
            Mode::Wide => self.set_column_mode(on),
            Mode::WideKeeps if self.level < 5 => {}
            Mode::ResizeReports => {
                self.modes.set(Mode::ResizeReports, on);
                self.size_changed();
            }
            mode => self.modes.set(mode, on),
        }
    }

    /// DECCOLM: all of it but the size, which is the window's to give.
    fn set_column_mode(&mut self, on: bool) {
        if !self.modes.has(Mode::WideAllowed) {
            return;
        }
        self.modes.set(Mode::Wide, on);
        self.reset_margins();
        self.modes.set(Mode::LeftRight, false);
        if !self.modes.has(Mode::WideKeeps) {
            self.remember_screen();
            self.erase_rows(0, self.grid.rows());
        }
        self.address(0, 0);
    }
}
