//! Rows that only pass through the screen.
//!
//! Of a flood, all but the last screenful goes to history without anybody having seen it. Such rows are packed as
//! they are read and never written to the grid: a program that prints a megabyte pays for the grid once a piece, not
//! once a line. What counts as such is narrow: lines of text, tabs and plain SGR that end in CR LF, at the bottom of
//! a primary screen that scrolls as a whole. At the first byte of anything else the passage ends, and the rows that
//! are still on the screen are printed again in the ordinary way, from the bytes they came from.
//!
//! ```text
//!   history ◄── rows of the grid, then rows that passed ◄── at most a screenful, kept back ◄── the row being read
//! ```
//! The law: a screen that was fed in one piece equals, to the last byte of its head, one that was fed byte by byte,
//! where nothing ever passes.

mod kept;

use super::cell::{self, CLUSTER, TAIL, WIDE};
use super::grid::{Grid, content_len};
use super::history::passing::{Kind, Run};
use super::mode::Mode;
use super::parser::{Parameters, Parser, ascii_run, plain_sequence, utf8};
use super::pen::{Ink, Pen};
use super::rendition;
use super::terminal::Terminal;
use crate::text::Property;
use kept::{Kept, Waiting};

/// Screenfuls that must follow: the last one is read twice.
const SCREENS_MIN: usize = 3;
/// Bytes of a passage that was worth its beginning.
const WORTH_BYTES: usize = 8 * 1024;
/// Bytes looked at in one passage: what short numbers hold.
const INPUT_BYTES_MAX: usize = 1 << 30;
/// Bytes of a row with clusters that may pass: less than a chunk of history holds in any case.
const CLUSTERED_BYTES_MAX: usize = 8 * 1024;

/// Where a row's text is: one stretch of the input, or of the buffer.
#[derive(Clone, Copy, Default)]
struct Stretch {
    buffered: bool,
    at: usize,
    len: usize,
}

struct Passage<'b> {
    input: &'b [u8],
    cols: usize,
    /// How far the input is read.
    at: usize,
    pen: Pen,
    kept: Kept,
    /// Where the last text ended that `Terminal::last` has not heard of; 0 for none.
    text_end: usize,
    scratch: Option<Grid>,
    // The row being read.
    start: usize,
    start_pen: Pen,
    /// Columns taken, blanks of tabs not counted.
    col: usize,
    /// Columns that tabs went over since.
    gap: usize,
    text: Stretch,
    /// First of its runs. There are none while it is plain: ASCII in the default style.
    runs_at: usize,
    is_plain: bool,
}

impl Terminal {
    /// Takes rows that pass through, and says how many bytes they were. The cursor stands at the start of a line, and
    /// the parser between sequences; so they do after it.
    #[inline]
    pub(crate) fn pass_through(&mut self, bytes: &[u8]) -> usize {
        if bytes.len() >= self.passes_below || self.y != self.bottom {
            return 0;
        }
        self.pass(bytes)
    }

    fn pass(&mut self, bytes: &[u8]) -> usize {
        let bytes = &bytes[..bytes.len().min(INPUT_BYTES_MAX)];
        let rows = self.grid.rows();
        let line = *self.grid.line(self.y);
        let ends = memchr::memchr_iter(b'\n', bytes);
        if ends.take(SCREENS_MIN * rows).count() < SCREENS_MIN * rows {
            // Nor will there be later in this piece.
            self.passes_below = 0;
            return 0;
        }
        if !self.scrolls_whole() || line.used > 0 || line.wrapped || self.x > 0 || self.pending {
            self.passes_below = bytes.len() - bytes.len() / 4;
            return 0;
        }
        let mut passage = Passage::new(bytes, self);
        while passage.plain_line(self) || passage.step(self) {}
        let taken = passage.at;
        self.settle(&passage);
        let left = bytes.len() - taken;
        self.passes_below = if taken >= WORTH_BYTES { left } else { left - left / 4 };
        taken
    }

    /// Whether text is what it is and scrolls the whole primary screen, leaving plain blanks.
    fn scrolls_whole(&self) -> bool {
        !self.on_alternate()
            && self.whole
            && self.grid.cols() >= 2
            && self.modes.has(Mode::Autowrap)
            && !self.modes.hinder_text()
            && !self.guarded()
            && self.charsets.is_ascii()
            && self.pen.link == 0
            && self.pen.bg == Ink::default()
    }

    /// Puts the rows that are still on the screen into the grid.
    fn settle(&mut self, passage: &Passage<'_>) {
        self.history.end_passing();
        for _ in 0..passage.kept.gone {
            self.grid.scroll_all(cell::BLANK, self.tick);
        }
        self.changed |= passage.at > 0;
        let (start, pen) = passage
            .kept
            .rows
            .front()
            .map_or((passage.start, passage.start_pen), |row| (row.start as usize, row.pen));
        if let Some(last) = last_char(&passage.input[..passage.text_end]) {
            self.last = Some(last);
            self.modes.set_joins_next(false);
        }
        self.y = self.bottom - passage.kept.rows.len();
        (self.x, self.pending) = (0, false);
        self.set_pen(pen);
        self.passes_below = 0;
        Parser::new().feed(self, &passage.input[start..passage.at]);
    }
}

/// The last character of text that is well-formed.
fn last_char(text: &[u8]) -> Option<char> {
    let start = text.iter().rposition(|b| b & 0xc0 != 0x80)?;
    utf8::decode(&text[start..]).and_then(|(c, _)| char::from_u32(c))
}

impl<'b> Passage<'b> {
    fn new(input: &'b [u8], terminal: &Terminal) -> Passage<'b> {
        Passage {
            input,
            cols: terminal.grid.cols(),
            at: 0,
            pen: terminal.pen,
            kept: Kept::new(terminal.grid.rows()),
            text_end: 0,
            scratch: None,
            start: 0,
            start_pen: terminal.pen,
            col: 0,
            gap: 0,
            text: Stretch::default(),
            runs_at: 0,
            is_plain: true,
        }
    }

    /// Reads a line that is a plain row and nothing else, which most are. False when there is none here.
    #[inline]
    fn plain_line(&mut self, terminal: &mut Terminal) -> bool {
        if self.at != self.start || !self.pen.is_default() {
            return false;
        }
        let rest = &self.input[self.at..];
        let len = ascii_run(rest);
        if len > self.cols || !rest[len..].starts_with(b"\r\n") {
            return false;
        }
        let text = &rest[..len];
        let blanks = text.iter().rev().take_while(|b| **b == b' ').count();
        let row = Waiting {
            start: self.start as u32,
            text_at: self.at as u32,
            text_len: (len - blanks) as u32,
            runs_at: self.kept.runs.len() as u32,
            runs_len: 0,
            wrapped: false,
            buffered: false,
            pen: Pen::default(),
        };
        if len > 0 {
            self.text_end = self.at + len;
        }
        self.at += len + 2;
        (self.start, self.start_pen) = (self.at, Pen::default());
        self.keep(terminal, row);
        true
    }

    /// Reads on by one thing. False when the passage ends here.
    #[inline]
    fn step(&mut self, terminal: &mut Terminal) -> bool {
        let rest = &self.input[self.at..];
        match rest {
            [0x20..=0x7e, ..] => {
                let len = ascii_run(rest);
                self.ascii(terminal, len)
            }
            [b'\r', b'\n', ..] => {
                // A background goes on into the blanks that scroll in.
                let passes = self.pen.bg == Ink::default();
                if passes {
                    self.at += 2;
                    self.end_row(terminal, false);
                }
                passes
            }
            [0x1b, b'[', b'0', b'm', ..] => {
                self.at += 4;
                self.pen = Pen::default();
                true
            }
            [0x1b, b'[', b'm', ..] => {
                self.at += 3;
                self.pen = Pen::default();
                true
            }
            [0x1b, ..] => self.escape(rest),
            [0x80..=0xff, ..] => self.unicode(terminal),
            [b'\t', ..] => {
                let at = self.col + self.gap;
                let moves = at < self.cols;
                if moves {
                    self.gap += terminal.tabs.next(at, self.cols) - at;
                    self.at += 1;
                }
                moves
            }
            _ => false,
        }
    }

    #[inline]
    fn escape(&mut self, rest: &[u8]) -> bool {
        let mut parameters = Parameters::default();
        match plain_sequence(rest, &mut parameters) {
            Some((len, None, b'm')) => {
                rendition::apply(&mut self.pen, &parameters);
                self.at += len;
                true
            }
            // Erasing behind the text of a row that has nothing there.
            Some((len, None, b'K'))
                if parameters.at(0) == 0
                    && self.col + self.gap < self.cols
                    && self.pen.bg == Ink::default() =>
            {
                self.at += len;
                true
            }
            _ => false,
        }
    }

    /// A run of printable ASCII, in as many rows as it takes.
    #[inline]
    fn ascii(&mut self, terminal: &mut Terminal, len: usize) -> bool {
        let end = self.at + len;
        while self.at < end {
            if self.col + self.gap >= self.cols && !self.wrap(terminal) {
                return false;
            }
            let len = (end - self.at).min(self.cols - self.col - self.gap);
            self.fill_gap();
            if self.is_plain && !self.pen.is_default() {
                self.is_plain = false;
                self.runs_of_plain();
            }
            if !self.is_plain {
                self.add_ascii(len);
            }
            self.add_text(len);
            self.col += len;
        }
        true
    }

    /// Simple characters, as many as fit into the row; one that is not simple goes the long way with its whole row.
    fn unicode(&mut self, terminal: &mut Terminal) -> bool {
        let Some((first, _)) = utf8::decode(&self.input[self.at..]) else { return false };
        let needed = Property::of(first).columns_after_simple();
        if needed == 0 {
            return self.long_way(terminal);
        }
        if self.col + self.gap + needed > self.cols {
            // The column that a wide one leaves free is no text; those that a tab went over are.
            self.fill_gap();
            if !self.wrap(terminal) {
                return false;
            }
        }
        self.fill_gap();
        if self.is_plain {
            self.is_plain = false;
            self.runs_of_plain();
        }
        let mut rest = &self.input[self.at..];
        let (mut kind, mut count) = (self.kind(), 0);
        let mut col = self.col;
        while let Some((c, len)) = utf8::decode(rest) {
            let columns = Property::of(c).columns_after_simple();
            if columns == 0 || col + columns > self.cols {
                break;
            }
            let this = Kind::of(kind, c, columns == 2);
            if Some(this) != kind {
                self.add_run(kind.unwrap_or(this), count);
                (kind, count) = (Some(this), 0);
            }
            count += if this == Kind::Derived { len } else { 1 };
            col += columns;
            rest = &rest[len..];
        }
        self.add_run(kind.unwrap_or(Kind::Derived), count);
        self.col = col;
        self.add_text(self.input.len() - self.at - rest.len());
        true
    }

    /// Prints the row on a grid of its own, where characters join others and change their width.
    #[cold]
    fn long_way(&mut self, terminal: &mut Terminal) -> bool {
        let rest = &self.input[self.start..];
        let Some(end) = memchr::memchr(b'\n', rest).and_then(|n| n.checked_sub(1)) else { return false };
        let line = &rest[..end];
        if rest[end] != b'\r' || line.len() > CLUSTERED_BYTES_MAX || !is_text(line) {
            return false;
        }
        let scratch = self.scratch.take().unwrap_or_else(|| Grid::new(self.cols, 2, terminal.tick));
        let bottom = terminal.bottom;
        let pictures = terminal.pictures.take();
        // As if on the alternate screen: nothing scrolls into history, and the grid's cells stay known.
        terminal.primary = Some(std::mem::replace(&mut terminal.grid, scratch));
        (terminal.x, terminal.y, terminal.pending, terminal.bottom) = (0, 0, false, 1);
        terminal.set_pen(self.start_pen);
        let (last, modes) = (terminal.last, terminal.modes);
        if let Some(printed) = last_char(&self.input[..self.text_end]) {
            // A line of nothing but marks leaves it.
            terminal.last = Some(printed);
        }
        let mut parser = Parser::new();
        let is_whole = parser.feed(terminal, line) == line.len();
        let is_one_row =
            is_whole && terminal.y == 0 && !terminal.grid.line(0).wrapped && parser.held.is_empty();
        if is_one_row {
            self.take_cells(terminal);
            (self.at, self.pen, self.text_end) = (self.start + end, terminal.pen, 0);
        } else {
            (terminal.last, terminal.modes) = (last, modes);
        }
        for y in 0..2 {
            terminal.grid.clear(y, cell::BLANK, terminal.tick);
        }
        if let Some(grid) = terminal.primary.take() {
            self.scratch = Some(std::mem::replace(&mut terminal.grid, grid));
        }
        terminal.pictures = pictures;
        (terminal.bottom, terminal.y, terminal.x, terminal.pending) = (bottom, bottom, 0, false);
        is_one_row
    }

    /// Makes the row's text and runs anew from what was printed on the scratch grid.
    fn take_cells(&mut self, terminal: &Terminal) {
        self.kept.runs.truncate(self.runs_at);
        if self.text.buffered {
            self.kept.buffer.truncate(self.text.at);
        }
        let start = self.kept.buffer.len();
        self.is_plain = false;
        self.gap = 0;
        let written = terminal.grid.written(0);
        let cells = &written[..content_len(written, false)];
        if cells.iter().fold(0, |all, c| all | c) < 0x80 {
            self.is_plain = true;
            self.kept.buffer.extend(cells.iter().map(|c| *c as u8));
            self.text = Stretch { buffered: true, at: start, len: cells.len() };
            self.col = cells.len();
            return;
        }
        let styles = terminal.book.styles();
        let mut style = 0;
        self.pen = Pen::default();
        for c in cells.iter().filter(|c| **c & TAIL == 0) {
            if cell::style_of(*c) != style {
                style = cell::style_of(*c);
                self.pen = styles.get(usize::from(style)).map_or_else(Pen::default, Pen::of);
            }
            let wide = c & WIDE != 0;
            if c & CLUSTER == 0 {
                let scalar = cell::char_of(*c);
                let kind = Kind::of(self.kind(), scalar.into(), wide);
                self.add_run(kind, if kind == Kind::Derived { scalar.len_utf8() } else { 1 });
                self.kept.buffer.extend_from_slice(scalar.encode_utf8(&mut [0; 4]).as_bytes());
            } else {
                let cluster = terminal.book.cluster(*c);
                let n = cluster.len() as u32 * 2 + u32::from(wide);
                self.kept.runs.push(Run { pen: self.pen, kind: Kind::Cluster, n });
                self.kept.buffer.extend_from_slice(cluster.as_bytes());
            }
        }
        self.text = Stretch { buffered: true, at: start, len: self.kept.buffer.len() - start };
        self.col = cells.len();
    }

    /// On to the next row within the line. False where blanks of another colour would scroll in.
    #[inline]
    fn wrap(&mut self, terminal: &mut Terminal) -> bool {
        let passes = self.pen.bg == Ink::default();
        if passes {
            self.end_row(terminal, true);
        }
        passes
    }

    /// The row is whole.
    fn end_row(&mut self, terminal: &mut Terminal, wrapped: bool) {
        if !wrapped {
            self.trim();
        }
        let row = Waiting {
            start: self.start as u32,
            text_at: self.text.at as u32,
            text_len: self.text.len as u32,
            runs_at: self.runs_at as u32,
            runs_len: (self.kept.runs.len() - self.runs_at) as u32,
            wrapped,
            buffered: self.text.buffered,
            pen: self.start_pen,
        };
        (self.start, self.start_pen) = (self.at, self.pen);
        (self.col, self.gap, self.text, self.is_plain) = (0, 0, Stretch::default(), true);
        self.keep(terminal, row);
    }

    #[inline(always)]
    fn keep(&mut self, terminal: &mut Terminal, row: Waiting) {
        self.kept.keep(terminal, self.input, row);
        self.runs_at = self.kept.runs.len();
    }

    /// Blanks at a row's end in the default style are not told from cells that nobody wrote.
    fn trim(&mut self) {
        let from = if self.text.buffered { &self.kept.buffer[..] } else { self.input };
        let text = &from[self.text.at..self.text.at + self.text.len];
        let blanks = text.iter().rev().take_while(|b| **b == b' ').count();
        if blanks == 0 {
            return;
        }
        let mut cut = blanks;
        if !self.is_plain {
            let Some(last) = self.kept.runs.last_mut() else { return };
            if !matches!(last.kind, Kind::Derived | Kind::Narrow) || !last.pen.is_default() {
                return;
            }
            cut = cut.min(last.n as usize);
            last.n -= cut as u32;
            if last.n == 0 {
                self.kept.runs.pop();
            }
        }
        self.text.len -= cut;
    }

    /// The columns that tabs went over are blanks in the default style, once something stands behind them.
    #[inline]
    fn fill_gap(&mut self) {
        if self.gap > 0 {
            self.write_gap();
        }
    }

    fn write_gap(&mut self) {
        let gap = std::mem::take(&mut self.gap);
        self.buffered();
        self.kept.buffer.extend(std::iter::repeat_n(b' ', gap));
        self.text.len += gap;
        if !self.is_plain {
            let pen = std::mem::take(&mut self.pen);
            self.add_ascii(gap);
            self.pen = pen;
        }
        self.col += gap;
    }

    /// The row's text so far goes to the buffer's end.
    fn buffered(&mut self) {
        if !self.text.buffered {
            let at = self.kept.buffer.len();
            self.kept.buffer.extend_from_slice(&self.input[self.text.at..self.text.at + self.text.len]);
            self.text = Stretch { buffered: true, at, ..self.text };
        }
    }

    /// Adds so many bytes of the input to the row's text.
    #[inline]
    fn add_text(&mut self, len: usize) {
        let end = self.at + len;
        if self.text.len == 0 && !self.text.buffered {
            self.text.at = self.at;
        } else if self.text.buffered || self.text.at + self.text.len != self.at {
            self.buffered();
            self.kept.buffer.extend_from_slice(&self.input[self.at..end]);
        }
        self.text.len += len;
        (self.at, self.text_end) = (end, end);
    }

    /// What the row has so far is a run now.
    fn runs_of_plain(&mut self) {
        if self.col > 0 {
            self.kept.runs.push(Run { pen: Pen::default(), kind: Kind::Derived, n: self.col as u32 });
        }
    }

    /// The kind of the run that goes on in the pen's style.
    #[inline]
    fn kind(&self) -> Option<Kind> {
        let last = self.kept.runs.get(self.runs_at..)?.last()?;
        (last.pen == self.pen && last.kind != Kind::Cluster).then_some(last.kind)
    }

    /// Adds cells of ASCII in the pen's style.
    #[inline]
    fn add_ascii(&mut self, count: usize) {
        let kind = Kind::of(self.kind(), b' '.into(), false);
        self.add_run(kind, count);
    }

    /// Adds to a run in the pen's style.
    #[inline]
    fn add_run(&mut self, kind: Kind, count: usize) {
        if count == 0 {
            return;
        }
        if self.kept.runs.len() > self.runs_at
            && let Some(last) = self.kept.runs.last_mut()
            && last.kind == kind
            && last.pen == self.pen
        {
            last.n += count as u32;
        } else {
            self.kept.runs.push(Run { pen: self.pen, kind, n: count as u32 });
        }
    }
}

/// Whether a line is nothing but text, tabs and plain SGR.
fn is_text(line: &[u8]) -> bool {
    let mut rest = line;
    let mut parameters = Parameters::default();
    while let Some(&first) = rest.first() {
        rest = match first {
            0x1b => match plain_sequence(rest, &mut parameters) {
                Some((len, None, b'm')) => &rest[len..],
                _ => return false,
            },
            0x20..=0x7e | 0x80.. | b'\t' => &rest[1..],
            _ => return false,
        };
    }
    true
}
