//! What a program's bytes look like.
//!
//! [`Screen`] takes a pane's bytes and is asked for rows, cursor, modes and history. It never fails,
//! whatever it is fed, and is the same however the bytes are cut.
//!
//! ```text
//! bytes → parser → events → terminal ─┬─ grid (cells; styles and clusters in the book)
//!                                     ├─ history (packed rows in chunks)
//!                                     └─ outcome (replies, bells, clipboard)
//! ```
//! Files: `parser` bytes to events · `terminal` the state · `print`, `control`, `sequence`, `margins`, `erase`,
//! `rectangle`, `rendition`, `report`, `capability`, `string`, `color`, `notice`, `keyboard`, `window` what events do · `passage` text that
//! goes to history
//! unseen · `grid`, `cell`, `book`, `pen` what is on the screen · `history` what left it · `resize` another size · `anchor` places that it does
//! not move · `keep`
//! history and its memory · `picture` pictures among the cells · `snapshot` the screen as bytes · `view` what readers
//! see · `table` which sequences and modes there are.

mod anchor;
mod book;
mod capability;
mod cell;
mod charset;
mod color;
mod control;
mod effort;
mod erase;
mod grid;
mod history;
mod keep;
mod keyboard;
mod margins;
mod mode;
mod notice;
mod palette;
mod parser;
mod passage;
mod pen;
mod picture;
mod print;
mod rectangle;
mod rendition;
mod report;
mod resize;
mod sequence;
mod snapshot;
mod string;
mod table;
mod tabs;
mod terminal;
mod text;
mod view;
mod window;

pub use anchor::Anchor;
pub use palette::Colors;
pub use picture::{Picture, PictureFormat, PixelRect, PlacedPicture};
pub use table::{ModeRow, SequenceRow, modes, sequences};
pub use view::{
    CellText, CellView, Cells, HistoryRange, Kept, Notice, Outcome, Progress, RowView, SnapshotFault,
};

use crate::base::geometry::Size;
use crate::base::runs::Runs;
use abide_protocol::message::{Cursor, attr};
use parser::{Parameters, Parser, Sequence, Sink, StringKind};
use pen::Pen;
use std::borrow::Cow;
use terminal::Terminal;

/// A terminal's screen with its history.
#[derive(Clone, Debug)]
pub struct Screen {
    parser: Parser,
    /// In a place of its own: trees of panes are half empty.
    terminal: Box<Terminal>,
    version: u64,
}

impl Sink for Terminal {
    #[inline]
    fn ascii(&mut self, run: &[u8]) {
        self.print_ascii(run);
    }
    #[inline]
    fn take(&mut self, bytes: &[u8]) -> usize {
        self.print_simple(bytes)
    }
    fn text(&mut self, text: &str) {
        self.print_text(text);
    }
    #[inline]
    fn control(&mut self, byte: u8) {
        Terminal::control(self, byte);
    }
    #[inline]
    fn new_line(&mut self) {
        self.return_carriage();
        self.line_feed();
    }
    #[inline]
    fn pass_through(&mut self, bytes: &[u8]) -> usize {
        Terminal::pass_through(self, bytes)
    }
    #[inline]
    fn sequence(&mut self, sequence: Sequence<'_>) {
        Terminal::sequence(self, sequence);
    }
    #[inline]
    fn rendition(&mut self, parameters: &Parameters) {
        Terminal::rendition(self, parameters);
    }
    #[inline]
    fn plain_rendition(&mut self) {
        self.set_pen(Pen { link: self.pen.link, ..Pen::default() });
    }
    fn escape(&mut self, marks: &[u8], last: u8) {
        Terminal::escape(self, marks, last);
    }
    fn opening(&self, kind: StringKind, begun: &[u8]) -> Option<usize> {
        picture::opening(kind, begun)
    }
    fn open(&mut self, kind: StringKind, opening: &[u8]) {
        self.open_picture(kind, opening);
    }
    fn data(&mut self, data: &[u8]) {
        self.picture_data(data);
    }
    fn close(&mut self, whole: bool) {
        self.close_picture(whole);
    }
    #[inline]
    fn is_spent(&self) -> bool {
        Terminal::is_spent(self)
    }
    fn string(&mut self, kind: StringKind, data: &[u8], bell: bool) {
        match kind {
            StringKind::Osc => self.system_command(data, bell),
            StringKind::Dcs => self.device_control(data),
            StringKind::Apc => self.application_command(data),
            StringKind::Skipped => {}
        }
    }
}

impl Screen {
    /// An empty screen.
    #[must_use]
    pub fn new(size: Size, history_lines_max: u32) -> Screen {
        let size = Size::new(size.cols, size.rows);
        let terminal = Box::new(Terminal::new(size.cols.into(), size.rows.into(), history_lines_max));
        Screen { parser: Parser::new(), terminal, version: 1 }
    }

    /// Does something to the terminal and moves the clock if a viewer could see it.
    #[inline]
    fn change(&mut self, act: impl FnOnce(&mut Parser, &mut Terminal)) {
        let t = &mut self.terminal;
        let seen = (t.x, t.y, t.modes, t.cursor_style);
        t.tick = self.version + 1;
        t.changed = false;
        act(&mut self.parser, t);
        if t.pictures.as_ref().is_some_and(|pictures| pictures.collected_at != t.history.start) {
            t.collect_pictures();
        }
        if t.changed || seen != (t.x, t.y, t.modes, t.cursor_style) {
            self.version = t.tick;
        }
    }

    /// Takes any bytes of the program's.
    pub fn feed(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while !rest.is_empty() {
            rest = &rest[self.feed_some(rest)..];
        }
    }

    /// Takes the first bytes of them, at least one, and says how many: all, or as far as the work of
    /// [`EFFORT_CELLS_MAX`](crate::base::limits::EFFORT_CELLS_MAX) cells goes. How output is cut makes no difference.
    pub fn feed_some(&mut self, bytes: &[u8]) -> usize {
        self.terminal.passes_below = usize::MAX;
        self.terminal.effort_cells = 0;
        let mut took = 0;
        self.change(|parser, terminal| took = parser.feed(terminal, bytes));
        took
    }

    /// Takes what feeding left behind since it was last asked.
    pub fn outcome(&mut self) -> Outcome {
        std::mem::take(&mut self.terminal.outcome)
    }

    /// Another size: lines that were wrapped are wrapped anew, those of history when somebody reads them; the alternate
    /// screen is cropped or padded. History's lines have other numbers then, of another generation; none is cut off.
    pub fn resize(&mut self, size: Size) {
        let size = Size::new(size.cols, size.rows);
        self.change(|_, terminal| terminal.resize(size.cols.into(), size.rows.into()));
    }

    /// Columns and rows.
    #[must_use]
    pub fn size(&self) -> Size {
        Size { cols: self.terminal.grid.cols() as u16, rows: self.terminal.grid.rows() as u16 }
    }

    /// A clock that moves whenever anything a viewer could see changed.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A visible row; a blank one beyond the size.
    #[must_use]
    pub fn row(&self, y: u16) -> RowView<'_> {
        self.grid_row(&self.terminal.grid, y.into()).unwrap_or(RowView::blank())
    }

    fn grid_row<'a>(&'a self, grid: &'a grid::Grid, y: usize) -> Option<RowView<'a>> {
        if y >= grid.rows() {
            return None;
        }
        let book = &self.terminal.book;
        Some(RowView {
            wrapped: grid.line(y).wrapped,
            cells: Cow::Borrowed(grid.written(y)),
            styles: Cow::Borrowed(book.styles()),
            clusters: Cow::Borrowed(book.clusters()),
        })
    }

    /// The clock of a visible row's last change. A row that scrolls with the whole primary screen keeps its.
    #[must_use]
    pub fn row_version(&self, y: u16) -> u64 {
        let grid = &self.terminal.grid;
        if usize::from(y) < grid.rows() { grid.line(y.into()).version } else { 0 }
    }

    /// Lines that the whole primary screen ever scrolled off its top.
    #[must_use]
    pub fn scrolled(&self) -> u64 {
        self.terminal.scrolled
    }

    /// The control sequence or string that the program has begun and not ended, as far as its bytes are kept: none of
    /// a string that is skipped, of one that brings a picture what stands in front of its data.
    #[must_use]
    pub fn pending(&self) -> Vec<u8> {
        let stream = self.terminal.pictures.as_ref().and_then(|pictures| pictures.stream.as_ref());
        [self.parser.pending(), stream.map_or(Vec::new(), |stream| stream.opening())].concat()
    }

    /// The history's absolute line numbers. Row y of the primary screen is line `end + y`.
    #[must_use]
    pub fn history(&self) -> HistoryRange {
        self.terminal.history.range()
    }

    /// Rows that went back from history to a screen that grew, since there is this screen: of the lines before an end that was
    /// read, as many as have gone since may be others now.
    #[must_use]
    pub fn history_taken_back(&self) -> u64 {
        self.terminal.history.taken_back
    }

    /// A line by its absolute number: of the history or, from its end on, of the primary screen.
    #[must_use]
    pub fn line(&self, absolute: u64) -> Option<RowView<'_>> {
        let t = &self.terminal;
        match absolute.checked_sub(t.history.end) {
            None => t.history.line(absolute),
            Some(y) => self.grid_row(t.primary.as_ref().unwrap_or(&t.grid), usize::try_from(y).ok()?),
        }
    }

    /// How many history lines are kept from now on.
    pub fn set_history_lines_max(&mut self, n: u32) {
        self.change(|_, terminal| {
            terminal.history.set_lines_max(n);
            terminal.changed = true;
        });
    }

    /// Whether programs may ask for checksums of what is on the screen (DECRQCRA). Not at first, and no part of a head.
    pub fn allow_checksums(&mut self, allowed: bool) {
        self.terminal.checksums = allowed;
    }

    /// Whether programs may ask for other keys than the usual ones: kitty's keyboard protocol and modifyOtherKeys. At first
    /// they may; no part of a head.
    pub fn allow_keyboard(&mut self, allowed: bool) {
        self.terminal.keyboard_refused = !allowed;
    }

    /// Forgets the history.
    pub fn clear_history(&mut self) {
        self.change(|_, terminal| {
            terminal.history.clear();
            terminal.changed = true;
        });
    }

    /// The cursor, as a viewer should show it.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        self.terminal.cursor()
    }

    /// Bits of [`abide_protocol::message::mode`].
    #[must_use]
    pub fn modes(&self) -> u32 {
        self.terminal.modes.wire() | self.terminal.keyboard.wire()
    }

    /// Its colours, as the program set them.
    #[must_use]
    pub fn colors(&self) -> Colors {
        self.terminal.palette.colors()
    }

    /// The title that the program set, "" if none.
    #[must_use]
    pub fn title(&self) -> &str {
        &self.terminal.title
    }

    /// The working directory that the program told of (OSC 7), "" if none.
    #[must_use]
    pub fn cwd(&self) -> &str {
        &self.terminal.cwd
    }

    /// How far the program said it is (OSC 9;4).
    #[must_use]
    pub fn progress(&self) -> Progress {
        self.terminal.progress
    }

    /// What the program says of itself by that name (OSC 1337, SetUserVar), "" if nothing.
    #[must_use]
    pub fn variable(&self, name: &str) -> &str {
        self.terminal.variables.get(name).map_or("", String::as_str)
    }

    /// All of that, by name.
    pub fn variables(&self) -> impl Iterator<Item = (&str, &str)> {
        self.terminal.variables.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// Whether the alternate screen is shown.
    #[must_use]
    pub fn alternate(&self) -> bool {
        self.terminal.on_alternate()
    }

    /// The size of a cell, across and down, in which the program wants to be told of the mouse (mode 1016), if in pixels.
    #[must_use]
    pub fn mouse_pixels(&self) -> Option<(u16, u16)> {
        let (width, height) = report::CELL_PIXELS;
        self.terminal.modes.has(mode::Mode::MousePixels).then_some((width as u16, height as u16))
    }

    /// Whether the wheel is to type arrow keys: on the alternate screen, with mode 1007.
    #[must_use]
    pub fn wheel_types(&self) -> bool {
        self.alternate() && self.terminal.modes.has(mode::Mode::AlternateScroll)
    }

    /// Whether the program asked viewers to wait (DEC mode 2026).
    #[must_use]
    pub fn synchronized(&self) -> bool {
        self.terminal.modes.has(mode::Mode::Synchronized)
    }

    /// Words of our own on lines of their own at the cursor, dim; the style is the default one afterwards.
    pub fn put_line(&mut self, text: &str) {
        self.change(|_, terminal| {
            terminal.charsets = charset::Charsets::default();
            if terminal.x > 0 {
                terminal.new_line();
            }
            for line in text.lines() {
                terminal.set_pen(Pen { attrs: attr::DIM, ..Pen::default() });
                terminal.print_text(&crate::text::visible(line));
                terminal.set_pen(Pen::default());
                terminal.new_line();
            }
        });
    }

    /// Gives a fresh program a sane terminal: no mode, margin, style or half sequence of the last one's is
    /// left, and the primary screen is shown. Its text stays.
    pub fn reset_modes(&mut self) {
        self.change(|parser, terminal| {
            *parser = Parser::new();
            terminal.reset_modes();
        });
    }

    /// Everything but the sealed chunks, versioned.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        snapshot::head(&self.terminal, &self.parser)
    }

    /// The sealed chunks in memory, and the pieces of pictures, oldest first.
    pub fn chunk_ids(&self) -> impl DoubleEndedIterator<Item = u64> + '_ {
        let history = self.terminal.history.sealed.iter().map(|chunk| (chunk.id, chunk.bytes().is_some()));
        let pieces = self.terminal.pictures.iter().flat_map(|pictures| pictures.pieces());
        let mut ids: Vec<u64> = history.chain(pieces).filter(|(_, here)| *here).map(|(id, _)| id).collect();
        ids.sort_unstable();
        ids.into_iter()
    }

    /// All sealed chunks and pieces, those that only the store has among them.
    #[must_use]
    pub fn chunk_runs(&self) -> Runs {
        let Some(pictures) = &self.terminal.pictures else { return self.terminal.history.runs() };
        let history = self.terminal.history.sealed.iter().map(|chunk| chunk.id);
        let mut ids: Vec<u64> = history.chain(pictures.pieces().map(|(id, _)| id)).collect();
        ids.sort_unstable();
        let mut runs = Runs::default();
        ids.into_iter().for_each(|id| runs.push(id));
        runs
    }

    /// A sealed chunk in memory: packed history lines that stand alone and never change, squeezed or not; or a piece of
    /// a picture. At most [`crate::base::limits::CHUNK_BYTES_MAX`] bytes.
    #[must_use]
    pub fn chunk(&self, id: u64) -> Option<&[u8]> {
        match self.terminal.history.chunk(id) {
            Some(chunk) => chunk.bytes(),
            None => self.terminal.pictures.as_ref()?.piece(id),
        }
    }

    /// A screen from its head; `chunk` is asked for each sealed chunk. Fails on bytes that `head` never
    /// wrote; a chunk that is missing or damaged leaves empty lines.
    pub fn restore(head: &[u8], chunk: &mut dyn FnMut(u64) -> Kept) -> Result<Screen, SnapshotFault> {
        let (terminal, parser) = snapshot::restore(head, chunk)?;
        Ok(Screen { parser, terminal: Box::new(terminal), version: 1 })
    }
}
