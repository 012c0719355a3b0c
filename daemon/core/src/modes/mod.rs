//! What lies over a pane's screen or over a viewer's status line and takes its keys: copy mode, view mode,
//! the chooser, the clock; prompts, confirmations and messages.
//!
//! A pane mode knows a screen and itself. What has to happen elsewhere it returns as [`ModeAction`]s.

use crate::{
    base::geometry::{Point, Size},
    screen::{CellText, PlacedPicture, RowView, Screen},
};
use abide_protocol::message::{Cursor, MouseEvent, Style};

/// What a mode paints one row of its pane on. Columns count from the pane's left; what lies outside is clipped.
pub trait Canvas {
    /// Columns there are.
    fn cols(&self) -> u16;
    /// Puts one cell of 1 or 2 columns over what is there.
    fn put(&mut self, x: u16, text: CellText<'_>, width: u8, style: &Style);
    /// Paints a row of a screen.
    fn row(&mut self, view: &RowView<'_>);
    /// Puts text, a grapheme a cell, and returns the column after it.
    fn text(&mut self, mut x: u16, text: &str, style: &Style) -> u16 {
        for (grapheme, width) in crate::text::graphemes(text) {
            let width = width as u8;
            let mut chars = grapheme.chars();
            // A zero-width grapheme alone has no cell to lie in.
            match (chars.next(), chars.next()) {
                _ if width == 0 => {}
                (Some(ch), None) => self.put(x, CellText::Char(ch), width, style),
                _ => self.put(x, CellText::Cluster(grapheme), width, style),
            }
            x = x.saturating_add(u16::from(width));
        }
        x
    }
}

/// The values of options that modes go by.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModeOptions {
    /// `mode-keys`: whether the vi table is used.
    pub vi: bool,
    /// `mode-style`: selection, position, the chosen line.
    pub mode_style: Style,
    /// `copy-mode-match-style`.
    pub match_style: Style,
    /// `copy-mode-current-match-style`.
    pub current_match_style: Style,
    /// `word-separators`.
    pub word_separators: String,
    /// `wrap-search`.
    pub wrap_search: bool,
    /// `clock-mode-colour`.
    pub clock_style: Style,
    /// `clock-mode-style`: whether the clock has 24 hours.
    pub clock_24: bool,
}

/// What a mode may look at besides itself.
#[derive(Clone, Copy)]
pub struct PaneSight<'a> {
    /// The pane's screen, under the mode.
    pub screen: &'a Screen,
    /// Options of the pane.
    pub options: &'a ModeOptions,
    /// Where the mouse is in the pane, while one of its keys is handled.
    pub mouse: Option<Point>,
    /// Local time of day in seconds, for the clock.
    pub day_seconds: u32,
}

/// What a mode wants done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ModeAction {
    /// Leave the mode.
    Exit,
    /// Put this into a new paste buffer (and on the viewer's clipboard, as `set-clipboard` says).
    Copy {
        /// The text.
        text: String,
        /// Prefix of the buffer's name, empty for the default.
        prefix: String,
    },
    /// Add this to the newest paste buffer.
    CopyAppend(String),
    /// Run a shell command with this on its standard input.
    Pipe {
        /// For `/bin/sh -c`; empty means the option `copy-command`.
        command: String,
        /// What it reads.
        text: String,
    },
    /// Run an abide command line.
    Command(String),
    /// Ask for a text and give it to the mode as `command`'s last word.
    Ask {
        /// What stands before the answer.
        prompt: String,
        /// The mode's command that takes it.
        command: &'static str,
        /// Whether the command is also run at each change (`search-forward-incremental`).
        incremental: bool,
    },
    /// Ask for y or n, then run an abide command line.
    Confirm {
        /// The question.
        prompt: String,
        /// What a yes runs.
        command: String,
    },
    /// Tell the viewer.
    Message(String),
}

/// A mode of a pane.
pub trait Mode {
    /// `#{pane_mode}`: `copy-mode`, `view-mode`, `tree-mode`, `clock-mode`.
    fn name(&self) -> &'static str;
    /// The key table in which its keys are looked up first, where it has one.
    fn key_table(&self, options: &ModeOptions) -> Option<&'static str> {
        let _ = options;
        None
    }
    /// Grows whenever anything it draws changed.
    fn version(&self) -> u64;
    /// A key, by its name, that no table took.
    fn key(&mut self, key: &str, sight: &PaneSight<'_>) -> Vec<ModeAction>;
    /// One of its commands (`send-keys -X`), `count` times.
    ///
    /// # Errors
    /// One sentence when there is no such command or its words are wrong.
    fn command(
        &mut self,
        words: &[String],
        count: u32,
        sight: &PaneSight<'_>,
    ) -> Result<Vec<ModeAction>, String> {
        let _ = (count, sight);
        Err(format!("{} has no command {}", self.name(), words.first().map_or("", String::as_str)))
    }
    /// The mouse, in cells of the pane.
    fn mouse(&mut self, event: &MouseEvent, sight: &PaneSight<'_>) -> Vec<ModeAction>;
    /// The pane's screen is about to have another size.
    fn before_resize(&mut self, sight: &PaneSight<'_>) {
        let _ = sight;
    }
    /// The pane has another size, its screen already has it.
    fn resize(&mut self, size: Size, sight: &PaneSight<'_>);
    /// Time passed, or what it lists changed; called at most once a second and after changes.
    fn refresh(&mut self, sight: &PaneSight<'_>) {
        let _ = sight;
    }
    /// Lines that it looked for in vain are there now, or can't be had, for a reason; or it may go on with what it was
    /// about.
    fn arrived(&mut self, outcome: Result<(), &str>, sight: &PaneSight<'_>) -> Vec<ModeAction> {
        let _ = (outcome, sight);
        Vec::new()
    }
    /// Whether it is about something that takes several turns.
    fn goes_on(&self) -> bool {
        false
    }
    /// Draws one row of the pane.
    fn draw(&self, y: u16, sight: &PaneSight<'_>, canvas: &mut dyn Canvas);
    /// The pictures among the lines that it shows of the pane's screen, the backmost first, and the line in its first row.
    fn pictures(&self, sight: &PaneSight<'_>) -> (u64, Vec<PlacedPicture>) {
        let _ = sight;
        (0, Vec::new())
    }
    /// Where the cursor is.
    fn cursor(&self) -> Cursor;
    /// The chooser, when it is one: it is given new entries.
    fn as_choose(&mut self) -> Option<&mut choose::ChooseMode> {
        None
    }
    /// Answers a format variable (`scroll_position`, `selection_present` …).
    fn fact(&self, name: &str, sight: &PaneSight<'_>) -> Option<String> {
        let _ = (name, sight);
        None
    }
}

pub mod choose;
pub mod clock;
pub mod confirm;
pub mod copy;
mod digits;
pub mod panes;
pub mod prompt;
pub mod styled;
pub mod template;
