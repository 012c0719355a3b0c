//! Copy mode and view mode: looking back, searching and copying. The screen stands still while one looks.
//!
//! `backing` has the lines, `motion` moves, `select` copies, `search` finds, `wait` looks again when lines come from
//! the store, `resized` keeps places through another size, `draw` paints; `table` names
//! every command that `send-keys -X` can run, with its help.

mod backing;
mod draw;
mod motion;
mod resized;
mod run;
mod search;
mod select;
mod table;
mod wait;

pub use table::{COMMANDS, CopyCommand};

use super::{Canvas, Mode, ModeAction, ModeOptions, PaneSight};
use crate::{
    base::geometry::{Point, Size},
    screen::{PlacedPicture, Screen},
};
use abide_protocol::message::{Cursor, MouseAction, MouseEvent};
use backing::{Backing, TextLine};
use search::{Hunt, Painted, Search};
use select::Selection;
use std::cell::RefCell;
use wait::Waiting;

/// A place in the text: line by its absolute number, column.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Place {
    line: u64,
    x: u16,
}

/// Lines that a turn of the wheel scrolls, as tmux binds it.
const WHEEL_LINES: u32 = 5;
/// Times that one command is repeated at most (`send-keys -N`).
const COUNT_MAX: u32 = 100_000;

/// How copy mode is entered.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CopyEntry {
    /// Leave when scrolled to the bottom (`copy-mode -e`).
    pub exit_at_bottom: bool,
    /// No position indicator (`-H`).
    pub hide_position: bool,
    /// Scroll a page up at once (`-u`).
    pub page_up: bool,
}

/// The mode.
pub struct CopyMode {
    backing: Backing,
    view: bool,
    size: Size,
    /// The line in the first row.
    top: u64,
    cursor: Point,
    /// Before the last vertical motion: the column, and the columns of its line.
    wanted: (u16, u16),
    selection: Option<Selection>,
    rectangle: bool,
    /// A drag of the mouse is under way.
    dragging: bool,
    mark: Option<Place>,
    search: Option<Search>,
    painted: RefCell<Painted>,
    /// Where an incremental search began.
    search_from: Option<Place>,
    /// A search that goes on in the next turn.
    hunt: Option<Hunt>,
    /// A command that is done over when lines have come.
    waiting: Option<Waiting>,
    /// Its places, while the pane gets another size.
    held: Option<resized::Places>,
    jump: Option<motion::Jump>,
    entry: CopyEntry,
    version: u64,
}

/// What a command of the table is given.
pub(super) struct Run<'a> {
    pub(super) sight: &'a PaneSight<'a>,
    /// The word after the command, empty where there is none.
    pub(super) word: &'a str,
    pub(super) second: &'a str,
    pub(super) actions: Vec<ModeAction>,
}

impl CopyMode {
    /// Copy mode over a pane.
    #[must_use]
    pub fn new(entry: CopyEntry, sight: &PaneSight<'_>) -> CopyMode {
        let cursor = sight.screen.cursor();
        let mut mode = CopyMode::over(Backing::of(sight.screen), sight.screen.size(), entry, false, sight);
        mode.cursor = Point { x: cursor.x, y: cursor.y };
        if entry.page_up {
            mode.scroll_rows(sight, -i64::from(mode.page()));
        }
        mode
    }

    /// View mode: a text of its own, in tmux the output of a command; shown from its top.
    #[must_use]
    pub fn view(text: &str, size: Size, sight: &PaneSight<'_>) -> CopyMode {
        let mut screen = Screen::new(size, VIEW_LINES_MAX);
        let text = text.strip_suffix('\n').unwrap_or(text);
        for (n, line) in text.split('\n').enumerate() {
            if n > 0 {
                screen.feed(b"\r\n");
            }
            let tabs_only = |c: char| c.is_control() && c != '\t';
            let line = line.strip_suffix('\r').unwrap_or(line);
            let line: String = line.chars().filter(|c| !tabs_only(*c)).collect();
            screen.feed(line.as_bytes());
        }
        let mut mode = CopyMode::over(Backing::own(screen), size, CopyEntry::default(), true, sight);
        mode.top = mode.backing.range(sight.screen).0;
        mode
    }

    fn over(backing: Backing, size: Size, entry: CopyEntry, view: bool, sight: &PaneSight<'_>) -> CopyMode {
        let top = backing.range(sight.screen).1;
        CopyMode {
            backing,
            view,
            size,
            top,
            cursor: Point::default(),
            wanted: (0, 0),
            selection: None,
            rectangle: false,
            dragging: false,
            mark: None,
            search: None,
            painted: RefCell::default(),
            search_from: None,
            hunt: None,
            waiting: None,
            held: None,
            jump: None,
            entry,
            version: 1,
        }
    }

    fn line(&self, sight: &PaneSight<'_>, line: u64) -> TextLine {
        self.backing.text(sight.screen, line)
    }

    /// Where the cursor is in the text.
    fn place(&self) -> Place {
        Place { line: self.top + u64::from(self.cursor.y), x: self.cursor.x }
    }

    /// Line numbers were dealt anew under the mode: show the newest page again.
    fn settle(&mut self, sight: &PaneSight<'_>) {
        if self.backing.outdated(sight.screen) {
            self.renew(sight, false);
        }
        let (start, base, _) = self.backing.range(sight.screen);
        self.top = self.top.clamp(start, base);
    }

    /// The lines are others now; unless their places are held, what was selected is not there.
    fn renew(&mut self, sight: &PaneSight<'_>, held: bool) {
        let up = self.backing.range(sight.screen).1.saturating_sub(self.top);
        self.backing = Backing::of(sight.screen);
        let (start, base, _) = self.backing.range(sight.screen);
        self.top = base.saturating_sub(up).max(start);
        if !held {
            (self.selection, self.mark, self.search_from) = (None, None, None);
        }
        self.size = sight.screen.size();
        self.cursor.x = self.cursor.x.min(self.size.cols.saturating_sub(1));
        self.cursor.y = self.cursor.y.min(self.size.rows.saturating_sub(1));
        self.count_anew(sight);
    }

    /// Carries a command out. `tries`: how often it was before, and lacked lines.
    fn carry_out(
        &mut self,
        words: &[String],
        count: u32,
        sight: &PaneSight<'_>,
        tries: u32,
    ) -> Result<Vec<ModeAction>, String> {
        let name = words.first().map_or("", String::as_str);
        let Some(command) = table::find(name) else {
            return Err(format!("{} has no command {}", self.name(), crate::text::visible(name)));
        };
        let mut rest =
            words.iter().skip(1).map(String::as_str).filter(|w| !matches!(*w, "-C" | "-P" | "-CP"));
        let (word, second) = (rest.next().unwrap_or(""), rest.next().unwrap_or(""));
        let mut run = Run { sight, word, second, actions: Vec::new() };
        if command.words > 0 && word.is_empty() && !command.name.contains("incremental") {
            return Ok(Vec::new());
        }
        self.version += 1;
        let (state, missed) = (self.state(), sight.screen.misses());
        let times = if command.repeats { count.clamp(1, COUNT_MAX) } else { 1 };
        for _ in 0..times {
            let before = (self.top, self.cursor);
            (command.run)(self, &mut run);
            if !run.actions.is_empty() || before == (self.top, self.cursor) {
                break;
            }
        }
        if command.name != "begin-selection" {
            self.dragging = false;
        }
        if command.exits_at_bottom && self.entry.exit_at_bottom && self.at_bottom(sight) {
            run.actions.push(ModeAction::Exit);
        }
        if sight.screen.misses() == missed {
            return Ok(run.actions);
        }
        let actions = run.actions;
        Ok(self.put_off(words, count, state, tries, actions))
    }

    fn at_bottom(&self, sight: &PaneSight<'_>) -> bool {
        self.top >= self.backing.range(sight.screen).1
    }

    /// What the person says by hand or by binding to be done to a mouse at a place of the pane.
    fn point_at(&mut self, x: u16, y: u16) {
        self.cursor =
            Point { x: x.min(self.size.cols.saturating_sub(1)), y: y.min(self.size.rows.saturating_sub(1)) };
    }
}

/// Lines of a view: what a command printed is bounded by this.
const VIEW_LINES_MAX: u32 = 100_000;

impl Mode for CopyMode {
    fn name(&self) -> &'static str {
        if self.view { "view-mode" } else { "copy-mode" }
    }

    fn key_table(&self, options: &ModeOptions) -> Option<&'static str> {
        Some(if options.vi { "copy-mode-vi" } else { "copy-mode" })
    }

    fn version(&self) -> u64 {
        self.version
    }

    fn key(&mut self, _key: &str, _sight: &PaneSight<'_>) -> Vec<ModeAction> {
        Vec::new()
    }

    fn command(
        &mut self,
        words: &[String],
        count: u32,
        sight: &PaneSight<'_>,
    ) -> Result<Vec<ModeAction>, String> {
        (self.hunt, self.waiting) = (None, None);
        self.settle(sight);
        self.carry_out(words, count, sight, 0)
    }

    fn mouse(&mut self, event: &MouseEvent, sight: &PaneSight<'_>) -> Vec<ModeAction> {
        self.settle(sight);
        self.version += 1;
        match event.action {
            MouseAction::WheelUp => self.scroll_rows(sight, -i64::from(WHEEL_LINES)),
            MouseAction::WheelDown => {
                self.scroll_rows(sight, i64::from(WHEEL_LINES));
                if self.entry.exit_at_bottom && self.selection.is_none() && self.at_bottom(sight) {
                    return vec![ModeAction::Exit];
                }
            }
            MouseAction::Press if event.button == 1 => {
                self.selection = None;
                self.dragging = false;
                self.point_at(event.x, event.y);
            }
            MouseAction::Drag if event.button == 1 => self.drag(sight, event.x, event.y),
            MouseAction::Release if self.dragging => {
                self.dragging = false;
                let mut run = Run { sight, word: "", second: "", actions: Vec::new() };
                self.copy(&mut run, true);
                run.actions.push(ModeAction::Exit);
                return run.actions;
            }
            _ => {}
        }
        Vec::new()
    }

    fn before_resize(&mut self, sight: &PaneSight<'_>) {
        self.hold_places(sight);
    }

    fn resize(&mut self, size: Size, sight: &PaneSight<'_>) {
        self.version += 1;
        self.let_places_go(size, sight);
    }

    fn arrived(&mut self, outcome: Result<(), &str>, sight: &PaneSight<'_>) -> Vec<ModeAction> {
        self.look_again(outcome, sight)
    }

    fn goes_on(&self) -> bool {
        self.hunt.is_some() || self.is_counting()
    }

    fn draw(&self, y: u16, sight: &PaneSight<'_>, canvas: &mut dyn Canvas) {
        self.draw_row(y, sight, canvas);
    }

    fn pictures(&self, sight: &PaneSight<'_>) -> (u64, Vec<PlacedPicture>) {
        let lines = self.top..self.top + u64::from(self.size.rows);
        (self.top, self.backing.pictures(sight.screen, lines))
    }

    fn cursor(&self) -> Cursor {
        let x = self.cursor.x.min(self.size.cols.saturating_sub(1));
        Cursor { x, y: self.cursor.y, visible: true, ..Cursor::default() }
    }

    fn fact(&self, name: &str, sight: &PaneSight<'_>) -> Option<String> {
        let flag = |on: bool| Some(if on { "1" } else { "0" }.to_owned());
        let (start, base, _) = self.backing.range(sight.screen);
        match name {
            "scroll_position" => Some(base.saturating_sub(self.top).to_string()),
            "copy_cursor_x" => Some(self.cursor.x.to_string()),
            "copy_cursor_y" => Some(self.cursor.y.to_string()),
            "copy_cursor_line" => Some(self.line(sight, self.place().line).text),
            "copy_cursor_word" => Some(self.word_at_cursor(sight)),
            "copy_position_limit" => Some(base.saturating_sub(start).to_string()),
            "rectangle_toggle" => flag(self.rectangle),
            "selection_active" => flag(self.selection.as_ref().is_some_and(Selection::follows)),
            "selection_present" => flag(self.selection.is_some()),
            "selection_start_x" => self.selection.as_ref().map(|s| s.anchor.x.to_string()),
            "selection_start_y" => {
                self.selection.as_ref().map(|s| s.anchor.line.saturating_sub(start).to_string())
            }
            "selection_end_x" => self.selection.as_ref().map(|s| self.selection_end(s).x.to_string()),
            "selection_end_y" => {
                self.selection.as_ref().map(|s| self.selection_end(s).line.saturating_sub(start).to_string())
            }
            "search_present" => flag(self.search.is_some()),
            "search_count" => self.search.as_ref().map(|s| s.count.to_string()),
            "pane_search_string" => self.search.as_ref().map(|s| s.text.clone()),
            _ => None,
        }
    }
}
