//! What a program's bytes look like.
//!
//! [`Screen`] takes a pane's bytes and is asked for rows, cursor, modes and history. It never fails,
//! whatever it is fed, and is the same however the bytes are cut.

mod cell;
mod view;

pub use view::{CellText, CellView, Cells, HistoryRange, Outcome, RowView, SnapshotFault};

use crate::base::geometry::Size;
use abide_protocol::message::{Cursor, CursorShape, Style};
use std::borrow::Cow;

/// A terminal's screen with its history.
#[derive(Clone, Debug)]
pub struct Screen {
    size: Size,
    lines: Vec<Vec<cell::Cell>>,
    first: u64,
    history: usize,
    history_lines_max: u32,
    generation: u64,
    x: u16,
    y: u16,
    version: u64,
    versions: Vec<u64>,
    bells: u32,
    styles: Vec<Style>,
}

impl Screen {
    /// An empty screen.
    #[must_use]
    pub fn new(size: Size, history_lines_max: u32) -> Screen {
        let size = Size::new(size.cols, size.rows);
        let rows = usize::from(size.rows);
        Screen {
            size,
            lines: vec![Vec::new(); rows],
            first: 0,
            history: 0,
            history_lines_max,
            generation: 0,
            x: 0,
            y: 0,
            version: 1,
            versions: vec![1; rows],
            bells: 0,
            styles: vec![Style::default()],
        }
    }

    /// Takes any bytes of the program's.
    pub fn feed(&mut self, bytes: &[u8]) {
        self.version += 1;
        for &b in bytes {
            match b {
                b'\n' => self.line_feed(),
                b'\r' => self.x = 0,
                7 => self.bells += 1,
                0x20..=0x7e => self.put(b),
                _ => {}
            }
        }
    }

    fn put(&mut self, b: u8) {
        if self.x == self.size.cols {
            self.x = 0;
            self.line_feed();
        }
        let (x, y) = (usize::from(self.x), usize::from(self.y));
        let row = &mut self.lines[self.history + y];
        if row.len() <= x {
            row.resize(x + 1, cell::BLANK);
        }
        row[x] = cell::Cell::from(b);
        self.versions[y] = self.version;
        self.x += 1;
    }

    fn line_feed(&mut self) {
        if self.y + 1 < self.size.rows {
            self.y += 1;
            return;
        }
        self.lines.push(Vec::new());
        self.history += 1;
        self.versions.remove(0);
        self.versions.push(self.version);
        self.trim();
    }

    fn trim(&mut self) {
        let surplus = self.history.saturating_sub(self.history_lines_max as usize);
        self.lines.drain(..surplus);
        self.history -= surplus;
        self.first += surplus as u64;
    }

    /// Takes what feeding left behind since it was last asked.
    pub fn outcome(&mut self) -> Outcome {
        Outcome { bells: std::mem::take(&mut self.bells), ..Outcome::default() }
    }

    /// Another size: lines that were wrapped are wrapped anew; the alternate screen is cropped or padded.
    pub fn resize(&mut self, size: Size) {
        self.size = Size::new(size.cols, size.rows);
        let rows = usize::from(self.size.rows);
        self.lines.resize(self.history + rows, Vec::new());
        self.version += 1;
        self.versions = vec![self.version; rows];
        self.x = self.x.min(self.size.cols - 1);
        self.y = self.y.min(self.size.rows - 1);
    }

    /// Columns and rows.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// A clock that moves whenever anything a viewer could see changed.
    #[must_use]
    pub fn version(&self) -> u64 {
        self.version
    }

    /// A visible row; a blank one beyond the size.
    #[must_use]
    pub fn row(&self, y: u16) -> RowView<'_> {
        if y >= self.size.rows {
            return RowView::blank();
        }
        self.line(self.first + self.history as u64 + u64::from(y)).unwrap_or(RowView::blank())
    }

    /// The clock of a visible row's last change. A row that scrolls with the whole primary screen keeps its.
    #[must_use]
    pub fn row_version(&self, y: u16) -> u64 {
        self.versions.get(usize::from(y)).copied().unwrap_or(0)
    }

    /// Lines that the whole primary screen ever scrolled off its top.
    #[must_use]
    pub fn scrolled(&self) -> u64 {
        self.first + self.history as u64
    }

    /// The history's absolute line numbers. Row y of the primary screen is line `end + y`.
    #[must_use]
    pub fn history(&self) -> HistoryRange {
        HistoryRange { start: self.first, end: self.first + self.history as u64, generation: self.generation }
    }

    /// A line by its absolute number.
    #[must_use]
    pub fn line(&self, absolute: u64) -> Option<RowView<'_>> {
        let cells = self.lines.get(usize::try_from(absolute.checked_sub(self.first)?).ok()?)?;
        Some(RowView {
            wrapped: false,
            cells: Cow::Borrowed(cells),
            styles: Cow::Borrowed(&self.styles),
            clusters: Cow::Borrowed(&[]),
        })
    }

    /// How many history lines are kept from now on.
    pub fn set_history_lines_max(&mut self, n: u32) {
        self.history_lines_max = n;
        self.trim();
    }

    /// Forgets the history.
    pub fn clear_history(&mut self) {
        self.lines.drain(..self.history);
        self.first += self.history as u64;
        self.history = 0;
        self.generation += 1;
    }

    /// The cursor, as a viewer should show it.
    #[must_use]
    pub fn cursor(&self) -> Cursor {
        let x = self.x.min(self.size.cols - 1);
        Cursor { x, y: self.y, blink: false, shape: CursorShape::Default, visible: true }
    }

    /// Bits of [`abide_protocol::message::mode`].
    #[must_use]
    pub fn modes(&self) -> u32 {
        0
    }

    /// The title that the program set, "" if none.
    #[must_use]
    pub fn title(&self) -> &str {
        ""
    }

    /// The working directory that the program told of (OSC 7), "" if none.
    #[must_use]
    pub fn cwd(&self) -> &str {
        ""
    }

    /// Whether the alternate screen is shown.
    #[must_use]
    pub fn alternate(&self) -> bool {
        false
    }

    /// Whether the program asked viewers to wait (DEC mode 2026).
    #[must_use]
    pub fn synchronized(&self) -> bool {
        false
    }

    /// Words of our own on lines of their own at the cursor, dim; the style is the default one afterwards.
    pub fn put_line(&mut self, text: &str) {
        self.feed(text.as_bytes());
        self.feed(b"\r\n");
    }

    /// Gives a fresh program a sane terminal; what the screen shows stays.
    pub fn reset_modes(&mut self) {}

    /// Everything but the sealed chunks, versioned.
    #[must_use]
    pub fn head(&self) -> Vec<u8> {
        let mut head = Vec::new();
        for line in &self.lines {
            head.extend(line.iter().map(|c| *c as u8));
            head.push(b'\n');
        }
        head
    }

    /// The sealed chunks alive, oldest first.
    #[must_use]
    pub fn chunk_ids(&self) -> std::ops::Range<u64> {
        0..0
    }

    /// A sealed chunk: packed history lines that stand alone and never change.
    #[must_use]
    pub fn chunk(&self, _id: u64) -> Option<&[u8]> {
        None
    }

    /// A screen from its head; `chunk` is asked for each sealed chunk. Fails on bytes that `head` and
    /// `chunk` never wrote; a chunk that is missing leaves blank lines.
    pub fn restore(
        head: &[u8],
        _chunk: &mut dyn FnMut(u64) -> Option<Vec<u8>>,
    ) -> Result<Screen, SnapshotFault> {
        if head.is_empty() {
            return Err(SnapshotFault("the head is empty"));
        }
        let mut screen = Screen::new(Size::new(80, 24), 2000);
        screen.feed(head);
        Ok(screen)
    }
}
