//! The state of a terminal, and how its cursor and rows move. What sequences do to it stands in the files
//! beside this one: `print`, `control`, `sequence`, `rendition`, `report`, `string`.

use super::book::Book;
use super::cell::{BLANK, Cell, PROTECTED, STYLE_SHIFT};
use super::charset::Charsets;
use super::erase::Protection;
use super::grid::Grid;
use super::history::{History, pack};
use super::keyboard::Keyboard;
use super::mode::{Mode, Modes};
use super::palette::Palette;
use super::pen::Pen;
use super::picture::Pictures;
use super::rectangle::Extent;
use super::tabs::Tabs;
use super::view::{Notice, Outcome, Progress};
use abide_protocol::message::{Cursor, CursorShape};
use std::collections::BTreeMap;

/// The level of the VT500, which is ours at first (DECSCL).
pub(crate) const LEVEL: u8 = 5;

/// What DECSC saves and DECRC brings back. xterm keeps one for each screen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Saved {
    pub(crate) x: usize,
    pub(crate) y: usize,
    pub(crate) pending: bool,
    pub(crate) origin: bool,
    pub(crate) guarded: bool,
    pub(crate) pen: Pen,
    pub(crate) charsets: Charsets,
}

#[derive(Clone, Debug)]
pub(crate) struct Terminal {
    /// The grid that is shown.
    pub(crate) grid: Grid,
    /// The primary screen while the alternate one is shown.
    pub(crate) primary: Option<Grid>,
    /// The alternate screen as mode 47 left it, while the primary one is shown; none where it is blank.
    pub(crate) kept: Option<Grid>,
    pub(crate) book: Book,
    pub(crate) history: History,
    /// Lines that the whole primary screen scrolled off its top.
    pub(crate) scrolled: u64,
    pub(crate) x: usize,
    pub(crate) y: usize,
    /// The last column was written: the next character goes to the next row first, where `Autowrap` is on; a mark
    /// joins what stands there.
    pub(crate) pending: bool,
    /// Margins: first and last row that scroll, first and last column. Set by `set_box`.
    pub(crate) top: usize,
    pub(crate) bottom: usize,
    pub(crate) left: usize,
    pub(crate) right: usize,
    /// They are the screen's edges.
    pub(crate) whole: bool,
    pub(crate) pen: Pen,
    /// The bits of a cell with the style of `pen`, when its number in the book is known.
    pen_base: Option<Cell>,
    /// `PROTECTED` if what is printed is.
    guard: Cell,
    /// What protected cells withstand.
    pub(crate) protection: Protection,
    /// Target of the current link, for `pen.link != 0`.
    pub(crate) link: String,
    pub(crate) link_last: u32,
    pub(crate) charsets: Charsets,
    pub(crate) modes: Modes,
    pub(crate) saved_modes: Modes,
    pub(crate) tabs: Tabs,
    /// DECSCUSR's number, 0 to 6.
    pub(crate) cursor_style: u8,
    /// Of the screen shown, and of the other.
    pub(crate) saved: Saved,
    pub(crate) saved_other: Saved,
    /// Where the primary screen's cursor was when the alternate screen was entered: column, row, pending.
    pub(crate) left_at: (usize, usize, bool),
    /// Scratch for clusters.
    pub(crate) cluster: String,
    /// The last character printed, for REP.
    pub(crate) last: Option<char>,
    pub(crate) title: String,
    pub(crate) titles: Vec<String>,
    pub(crate) cwd: String,
    pub(crate) palette: Palette,
    pub(crate) palettes: Vec<Palette>,
    /// Pushed styles, and which parts of each.
    pub(crate) pens: Vec<(Pen, u16)>,
    /// DECSCL's level, 1 to 5.
    pub(crate) level: u8,
    pub(crate) extent: Extent,
    pub(crate) progress: Progress,
    /// What the program says of itself by name, for formats.
    pub(crate) variables: BTreeMap<String, String>,
    /// A notice of which not all parts are there.
    pub(crate) notice: Notice,
    /// How the program wants its keys.
    pub(crate) keyboard: Keyboard,
    /// Whether it has no say in that.
    pub(crate) keyboard_refused: bool,
    /// Whether checksums of the screen are told.
    pub(crate) checksums: bool,
    pub(crate) outcome: Outcome,
    /// Pictures; none before the first.
    pub(crate) pictures: Option<Box<Pictures>>,
    /// A passage is only tried where fewer bytes than that are left of the piece that is being read.
    pub(crate) passes_below: usize,
    /// What sequences of the piece that is being read have cost: see `effort`.
    pub(crate) effort_cells: usize,
    /// The clock that changed rows get; above `version` while something is being done.
    pub(crate) tick: u64,
    /// Whether something a viewer sees changed since `version`, rows or other things.
    pub(crate) changed: bool,
}

impl Terminal {
    pub(crate) fn new(cols: usize, rows: usize, history_lines_max: u32) -> Terminal {
        Terminal {
            grid: Grid::new(cols, rows, 1),
            primary: None,
            kept: None,
            book: Book::new(),
            history: History::new(history_lines_max, cols as u16),
            scrolled: 0,
            x: 0,
            y: 0,
            pending: false,
            top: 0,
            bottom: rows - 1,
            left: 0,
            right: cols - 1,
            whole: true,
            pen: Pen::default(),
            pen_base: Some(0),
            guard: 0,
            protection: Protection::None,
            link: String::new(),
            link_last: 0,
            charsets: Charsets::default(),
            modes: Modes::initial(),
            saved_modes: Modes::initial(),
            tabs: Tabs::initial(),
            cursor_style: 0,
            saved: Saved::default(),
            saved_other: Saved::default(),
            left_at: (0, 0, false),
            cluster: String::new(),
            last: None,
            title: String::new(),
            titles: Vec::new(),
            cwd: String::new(),
            palette: Palette::default(),
            palettes: Vec::new(),
            pens: Vec::new(),
            level: LEVEL,
            extent: Extent::default(),
            progress: Progress::None,
            variables: BTreeMap::new(),
            notice: Notice::default(),
            keyboard: Keyboard::default(),
            keyboard_refused: false,
            checksums: false,
            outcome: Outcome::default(),
            pictures: None,
            passes_below: 0,
            effort_cells: 0,
            tick: 1,
            changed: false,
        }
    }

    #[inline]
    pub(crate) fn on_alternate(&self) -> bool {
        self.primary.is_some()
    }

    /// The grid that is shown, and the one that is not, if anything is on it.
    pub(crate) fn grids(&self) -> impl Iterator<Item = &Grid> {
        [Some(&self.grid), self.primary.as_ref(), self.kept.as_ref()].into_iter().flatten()
    }

    pub(crate) fn cursor(&self) -> Cursor {
        let shape = match self.cursor_style {
            1 | 2 => CursorShape::Block,
            3 | 4 => CursorShape::Underline,
            5 | 6 => CursorShape::Bar,
            _ => CursorShape::Default,
        };
        // DECSCUSR's odd numbers blink; mode 12 does without naming a shape.
        let blink = self.cursor_style % 2 == 1 || self.modes.has(Mode::CursorBlink);
        let visible = self.modes.has(Mode::CursorVisible);
        Cursor { x: self.x as u16, y: self.y as u16, blink, shape, visible }
    }

    /// Changes the pen.
    #[inline]
    pub(crate) fn set_pen(&mut self, pen: Pen) {
        if pen != self.pen {
            self.pen = pen;
            self.pen_base = pen.is_default().then_some(self.guard);
        }
    }

    /// Whether what is printed is protected.
    pub(crate) fn guarded(&self) -> bool {
        self.guard != 0
    }

    pub(crate) fn set_guard(&mut self, on: bool) {
        self.guard = if on { PROTECTED } else { 0 };
        self.pen_base = None;
    }

    /// The bits of a cell that say it has the pen's style, and is protected if what is printed is.
    #[inline]
    pub(crate) fn base(&mut self) -> Cell {
        match self.pen_base {
            Some(base) => base,
            None => {
                let base = Cell::from(self.number(self.pen)) << STYLE_SHIFT | self.guard;
                self.pen_base = Some(base);
                base
            }
        }
    }

    /// The same without link and protection.
    pub(crate) fn plain_base(&mut self) -> Cell {
        let pen = Pen { link: 0, ..self.pen };
        if pen.is_default() { 0 } else { Cell::from(self.number(pen)) << STYLE_SHIFT }
    }

    /// A cell that was erased.
    #[inline]
    pub(crate) fn blank(&mut self) -> Cell {
        let pen = self.pen.erasing();
        if pen.is_default() {
            return BLANK;
        }
        Cell::from(self.number(pen)) << STYLE_SHIFT | BLANK
    }

    fn number(&mut self, pen: Pen) -> u16 {
        if let Some(number) = self.book.style(&pen, &self.link) {
            return number;
        }
        if self.book.wants_sweep() {
            self.sweep();
            if let Some(number) = self.book.style(&pen, &self.link) {
                return number;
            }
        }
        // More styles on the screen than cells can number.
        self.book.rounded_style(&pen)
    }

    /// Frees styles and clusters that no cell has.
    pub(crate) fn sweep(&mut self) {
        let mut cells = vec![self.grid.all_cells()];
        cells.extend([&mut self.primary, &mut self.kept].into_iter().flatten().map(Grid::all_cells));
        self.book.sweep(&mut cells);
        self.history.open.dictionary.forget_known();
        self.pen_base = None;
    }

    // Moving.

    /// Puts the cursor somewhere on the screen.
    pub(crate) fn move_to(&mut self, x: usize, y: usize) {
        self.x = x.min(self.grid.cols() - 1);
        self.y = y.min(self.grid.rows() - 1);
        self.pending = false;
    }

    /// Puts the cursor where CUP says: with origin mode, rows and columns count from the margins and end at the
    /// opposite ones.
    pub(crate) fn address(&mut self, x: usize, y: usize) {
        if self.modes.has(Mode::Origin) {
            self.move_to((self.left + x).min(self.right), (self.top + y).min(self.bottom));
        } else {
            self.move_to(x, y);
        }
    }

    /// Up, stopping at the top margin if it is above.
    pub(crate) fn up(&mut self, n: usize) {
        let stop = if self.y >= self.top { self.top } else { 0 };
        self.move_to(self.x, self.y.saturating_sub(n).max(stop));
    }

    /// Down, stopping at the bottom margin if it is below.
    pub(crate) fn down(&mut self, n: usize) {
        let stop = if self.y <= self.bottom { self.bottom } else { self.grid.rows() - 1 };
        self.move_to(self.x, self.y.saturating_add(n).min(stop));
    }

    /// LF: down, scrolling at the bottom margin.
    #[inline]
    pub(crate) fn line_feed(&mut self) {
        self.pending = false;
        if self.y == self.bottom {
            if self.whole || self.in_columns() {
                self.scroll_up(1);
            }
        } else if self.y + 1 < self.grid.rows() {
            self.y += 1;
        }
    }

    /// RI: up, scrolling at the top margin.
    pub(crate) fn reverse_line_feed(&mut self) {
        self.pending = false;
        if self.y == self.top {
            if self.in_columns() {
                self.scroll_down(1);
            }
        } else {
            self.y = self.y.saturating_sub(1);
        }
    }

    // Scrolling.

    /// Scrolls between the margins. What leaves the primary screen at its top goes into history.
    #[inline]
    pub(crate) fn scroll_up(&mut self, n: usize) {
        let blank = self.blank();
        if self.whole && !self.on_alternate() {
            self.changed = true;
            let n = n.min(self.grid.rows());
            self.count_work(4 * n);
            for _ in 0..n {
                self.remember(0);
                self.scrolled += 1;
                self.grid.scroll_all(blank, self.tick);
            }
        } else {
            self.scroll_part_up(n, blank);
        }
    }

    fn scroll_part_up(&mut self, n: usize, blank: Cell) {
        let n = n.min(self.bottom + 1 - self.top);
        if self.top == 0 && !self.on_alternate() && !self.is_boxed() {
            for y in 0..n {
                self.remember(y);
            }
            if self.pictures.is_some() {
                self.keep_pictures_below(self.bottom, n);
            }
            self.shift_rows(0, n, true, blank);
            self.bound_parts();
        } else {
            self.move_rows(self.top, n, true, blank);
        }
        self.changed = true;
    }

    pub(crate) fn scroll_down(&mut self, n: usize) {
        let blank = self.blank();
        self.move_rows(self.top, n, false, blank);
        self.changed = true;
    }

    /// Puts a copy of a row into history.
    #[inline]
    pub(crate) fn remember(&mut self, y: usize) {
        let line = *self.grid.line(y);
        if line.pictured {
            self.settle_pictures(y);
            self.grid.unmark(y, 0..self.grid.cols(), line.version);
        }
        let written = self.grid.written(y);
        let cells = &written[..super::grid::content_len(written, line.wrapped)];
        let row = pack::Cells { cells, styles: self.book.styles(), clusters: self.book.clusters() };
        self.history.push(row, line.wrapped, line.plain);
    }

    /// Before the whole primary screen is erased: what it shows goes into history, as in tmux, so that
    /// `clear` costs nothing that was on the screen.
    pub(crate) fn remember_screen(&mut self) {
        if self.on_alternate() || self.history.lines_max == 0 {
            return;
        }
        let rows = (0..self.grid.rows()).rev().find(|y| self.grid.content_len(*y) > 0).map_or(0, |y| y + 1);
        let rows = rows.max(self.picture_rows());
        for _ in 0..rows {
            self.remember(0);
            self.scrolled += 1;
            self.grid.scroll_all(BLANK, self.tick);
        }
        self.changed |= rows > 0;
    }

    // Saving.

    pub(crate) fn save_cursor(&mut self) {
        let origin = self.modes.has(Mode::Origin);
        let (pen, charsets) = (Pen { link: 0, ..self.pen }, self.charsets);
        let pending = self.wraps_next();
        let guarded = self.guarded();
        self.saved = Saved { x: self.x, y: self.y, pending, origin, guarded, pen, charsets };
    }

    pub(crate) fn restore_cursor(&mut self) {
        let saved = self.saved;
        self.move_to(saved.x, saved.y);
        self.pending = saved.pending && self.x + 1 == self.line_end();
        self.modes.set(Mode::Origin, saved.origin);
        if saved.guarded != self.guarded() {
            self.set_guard(saved.guarded);
        }
        self.set_pen(Pen { link: self.pen.link, ..saved.pen });
        self.charsets = saved.charsets;
    }

    /// Whether the next character goes to the next row: the last column was printed, and wrapping is on.
    fn wraps_next(&self) -> bool {
        self.pending && self.modes.has(Mode::Autowrap)
    }

    // The alternate screen.

    pub(crate) fn enter_alternate(&mut self, mode: Mode) {
        if mode == Mode::AlternateSaving {
            self.save_cursor();
        }
        if self.on_alternate() {
            if mode == Mode::AlternateSaving {
                self.erase_pictures();
                self.erase_rows(0, self.grid.rows());
                self.pending = false;
            }
            return;
        }
        self.left_at = (self.x, self.y, self.wraps_next());
        let kept = self.kept.take().filter(|_| mode != Mode::AlternateSaving);
        let grid = kept.unwrap_or_else(|| Grid::new(self.grid.cols(), self.grid.rows(), self.tick));
        self.primary = Some(std::mem::replace(&mut self.grid, grid));
        self.turn_pictures(true);
        std::mem::swap(&mut self.saved, &mut self.saved_other);
        self.keyboard.turn();
        for mode in [Mode::Alternate, Mode::AlternateClearing, Mode::AlternateSaving] {
            self.modes.set(mode, true);
        }
        self.changed = true;
        if mode == Mode::AlternateSaving {
            // The pen's background fills what is blank, as any erasing does.
            self.erase_rows(0, self.grid.rows());
            self.pending = false;
        } else {
            self.grid.touch(0, self.grid.rows() - 1, self.tick);
        }
    }

    pub(crate) fn leave_alternate(&mut self, mode: Mode) {
        let Some(primary) = self.primary.take() else { return };
        let alternate = std::mem::replace(&mut self.grid, primary);
        // 1047 clears it. 1049 clears it when it is entered: what a program left so is seen by none.
        self.kept = (mode == Mode::Alternate).then_some(alternate).and_then(Grid::without_pictures);
        self.turn_pictures(false);
        self.left_at = (0, 0, false);
        self.grid.touch(0, self.grid.rows() - 1, self.tick);
        std::mem::swap(&mut self.saved, &mut self.saved_other);
        self.keyboard.turn();
        for mode in [Mode::Alternate, Mode::AlternateClearing, Mode::AlternateSaving] {
            self.modes.set(mode, false);
        }
        self.changed = true;
        match mode {
            Mode::AlternateSaving => self.restore_cursor(),
            // Clearing ends a pending wrap, on the screen that it is then on too.
            Mode::AlternateClearing => self.pending = false,
            _ => {}
        }
    }

    /// Blanks rows `start..end`.
    pub(crate) fn erase_rows(&mut self, start: usize, end: usize) {
        let blank = self.blank();
        for y in start..end {
            let pictured = self.grid.line(y).pictured;
            self.grid.clear(y, blank, self.tick);
            self.grid.line_mut(y).pictured = pictured;
        }
        self.book.end_respite();
        self.changed = true;
    }

    // Resetting.

    /// RIS: as new. History, sizes and counters stay.
    pub(crate) fn reset(&mut self) {
        self.leave_alternate(Mode::Alternate);
        self.set_pen(Pen::default());
        self.remember_screen();
        self.erase_pictures();
        self.forget_pictures();
        self.erase_rows(0, self.grid.rows());
        self.move_to(0, 0);
        self.soft_reset();
        self.modes = Modes::initial();
        self.saved_modes = Modes::initial();
        self.saved_other = Saved::default();
        self.tabs = Tabs::initial();
        self.cursor_style = 0;
        self.level = LEVEL;
        self.end_notices();
        self.protection = Protection::None;
        self.last = None;
        self.palette = Palette::default();
        self.palettes.clear();
        self.titles.clear();
        self.kept = None;
    }

    /// DECSTR.
    pub(crate) fn soft_reset(&mut self) {
        const RESET: [Mode; 9] = [
            Mode::Insert,
            Mode::KeyboardLocked,
            Mode::Origin,
            Mode::AppCursor,
            Mode::AppKeypad,
            Mode::ReverseWrap,
            Mode::ReverseWrapFull,
            Mode::LeftRight,
            Mode::National,
        ];
        for mode in RESET {
            self.modes.set(mode, false);
        }
        self.modes.set(Mode::CursorVisible, true);
        self.modes.set(Mode::Autowrap, true);
        self.keyboard = Keyboard::default();
        self.reset_margins();
        self.set_guard(false);
        self.extent = Extent::default();
        self.pens.clear();
        self.set_pen(Pen::default());
        self.charsets = Charsets::default();
        self.saved = Saved::default();
        self.pending = false;
    }

    /// No progress, and no notice is half said.
    fn end_notices(&mut self) {
        self.outcome.progress_changed |= self.progress != Progress::None;
        self.progress = Progress::None;
        self.notice = Notice::default();
    }

    /// For a fresh program on an old screen: nothing that the last one set is left, the text is.
    pub(crate) fn reset_modes(&mut self) {
        self.leave_alternate(Mode::AlternateSaving);
        self.kept = None;
        self.outcome.variables_changed |= !self.variables.is_empty();
        self.variables.clear();
        self.forget_pictures();
        self.soft_reset();
        self.modes = Modes::initial();
        self.saved_modes = Modes::initial();
        self.saved_other = Saved::default();
        self.tabs = Tabs::initial();
        self.cursor_style = 0;
        self.level = LEVEL;
        self.end_notices();
        self.last = None;
        self.changed = true;
    }
}
