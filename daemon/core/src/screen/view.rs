//! What a reader sees of a row: cells with their text and style, whatever the row is made of inside.

use super::cell::{self, Cell};
use super::history::pack;
use abide_protocol::message::Style;
use std::borrow::Cow;

/// One row, of the screen or of the history.
#[derive(Clone, Debug)]
pub struct RowView<'a> {
    pub(crate) wrapped: bool,
    pub(crate) cells: Cow<'a, [Cell]>,
    pub(crate) styles: Cow<'a, [Style]>,
    pub(crate) clusters: Cow<'a, [Box<str>]>,
}

impl<'a> RowView<'a> {
    /// A row without anything in it.
    #[must_use]
    pub fn blank() -> RowView<'static> {
        RowView {
            wrapped: false,
            cells: Cow::Borrowed(&[]),
            styles: Cow::Borrowed(&[]),
            clusters: Cow::Borrowed(&[]),
        }
    }

    /// As it is packed.
    pub(crate) fn packable(&self) -> pack::Cells<'_> {
        pack::Cells { cells: &self.cells, styles: &self.styles, clusters: &self.clusters }
    }

    /// Whether the line goes on in the next row: it was wrapped at the margin, not ended.
    #[must_use]
    pub fn wrapped(&self) -> bool {
        self.wrapped
    }

    /// The cells from left to right up to the last that is not blank (a space in the default style).
    /// The right halves of wide cells are not listed.
    #[must_use]
    pub fn cells(&self) -> Cells<'_> {
        self.cells_to(self.shown())
    }

    /// The same, and of a row that goes on in the next the blanks at its end: within a line they are text.
    #[must_use]
    pub fn line_cells(&self) -> Cells<'_> {
        let used = if self.wrapped { usize::from(self.used()) } else { 0 };
        self.cells_to(self.shown().max(used))
    }

    /// Cells up to the last that is not blank.
    fn shown(&self) -> usize {
        let mut end = self.cells.len();
        while end > 0 && self.cells[end - 1] & !cell::PICTURE == cell::BLANK {
            end -= 1;
        }
        end
    }

    fn cells_to(&self, end: usize) -> Cells<'_> {
        Cells { x: 0, cells: &self.cells[..end], styles: &self.styles, clusters: &self.clusters }
    }

    /// Columns that were written, blanks at the end among them, but for one that a wide character left free.
    #[must_use]
    pub fn used(&self) -> u16 {
        let text = if self.wrapped { cell::without_free(&self.cells) } else { &self.cells };
        u16::try_from(text.len()).unwrap_or(u16::MAX)
    }

    /// The row's text, without the blanks at its end.
    #[must_use]
    pub fn text(&self) -> String {
        let mut text = String::new();
        push_cells(self.cells(), &mut text);
        text
    }

    /// Adds the row's text as a part of its line: with blanks at its end only if the line goes on, and then without a column
    /// that a wide character left free.
    pub fn push_text(&self, out: &mut String) {
        if self.wrapped {
            self.cells_to(self.used().into()).for_each(|cell| cell.text.push_to(out));
        } else {
            push_cells(self.cells(), out);
        }
    }
}

/// Adds the text of cells, without the blanks at their end.
fn push_cells(cells: Cells<'_>, out: &mut String) {
    let start = out.len();
    cells.for_each(|cell| cell.text.push_to(out));
    let blanks = out[start..].bytes().rev().take_while(|b| *b == b' ').count();
    out.truncate(out.len() - blanks);
}

/// The cells of a row; see [`RowView::cells`].
#[derive(Clone, Debug)]
pub struct Cells<'a> {
    x: usize,
    cells: &'a [Cell],
    styles: &'a [Style],
    clusters: &'a [Box<str>],
}

/// The default style, for cells whose style is not in the book.
static PLAIN: Style = Style {
    bg: abide_protocol::message::Color::Default,
    fg: abide_protocol::message::Color::Default,
    ul: abide_protocol::message::Color::Default,
    link: String::new(),
    attrs: 0,
};

impl<'a> Iterator for Cells<'a> {
    type Item = CellView<'a>;

    fn next(&mut self) -> Option<CellView<'a>> {
        loop {
            let x = self.x;
            let c = *self.cells.get(x)?;
            self.x += 1;
            if c & cell::TAIL != 0 {
                continue;
            }
            let text = if c & cell::CLUSTER == 0 {
                CellText::Char(cell::char_of(c))
            } else {
                self.clusters
                    .get(cell::text_of(c) as usize)
                    .map_or(CellText::Char(char::REPLACEMENT_CHARACTER), |s| CellText::Cluster(s))
            };
            let style = self.styles.get(usize::from(cell::style_of(c))).unwrap_or(&PLAIN);
            let width = if c & cell::WIDE == 0 { 1 } else { 2 };
            return Some(CellView { x: x as u16, width, text, style });
        }
    }
}

/// One cell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct CellView<'a> {
    /// Its column, from 0.
    pub x: u16,
    /// Columns it takes: 1 or 2.
    pub width: u8,
    /// What it shows.
    pub text: CellText<'a>,
    /// How.
    pub style: &'a Style,
}

/// What a cell shows: never a control character.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CellText<'a> {
    /// One Unicode scalar.
    Char(char),
    /// A grapheme cluster of several scalars.
    Cluster(&'a str),
}

impl CellText<'_> {
    /// Adds it to a text.
    pub fn push_to(self, out: &mut String) {
        match self {
            CellText::Char(c) => out.push(c),
            CellText::Cluster(cluster) => out.push_str(cluster),
        }
    }
}

/// The absolute numbers of the history's lines: `start..end`.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct HistoryRange {
    /// The oldest line that still exists.
    pub start: u64,
    /// One past the newest history line: the number of the screen's first row.
    pub end: u64,
    /// Changes when line numbers were dealt anew (reflow, cleared history).
    pub generation: u64,
}

/// What feeding left behind for others to do.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Answers to the program's queries, to be written to it.
    pub replies: Vec<u8>,
    /// Number of times the bell rang.
    pub bells: u32,
    /// Whether the title is another.
    pub title_changed: bool,
    /// Whether the working directory the program told of (OSC 7) is another.
    pub cwd_changed: bool,
    /// What the program put on the clipboard (OSC 52), decoded.
    pub clipboard: Option<Vec<u8>>,
    /// The command line that the shell has started (OSC 133 or 633), empty when it has ended; none: nothing new.
    pub command_line: Option<String>,
    /// The last notice for whoever uses the pane (OSC 9, 99, 777).
    pub notice: Option<Notice>,
    /// Whether the progress that the program told of (OSC 9;4) is another.
    pub progress_changed: bool,
    /// Whether a variable of the program's (OSC 1337, SetUserVar) is another.
    pub variables_changed: bool,
    /// Whether the last that the shell said is that its prompt is there and takes what is typed; none: nothing new.
    pub prompts: Option<bool>,
}

/// A notice: text without control characters, at most [`crate::base::limits::NOTICE_BYTES_MAX`] bytes each.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Notice {
    /// "" if it has none.
    pub title: String,
    /// "" if it has none.
    pub body: String,
}

/// How far a program is. Numbers are per cent.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Progress {
    /// Nothing is said.
    #[default]
    None,
    /// So far.
    Normal(u8),
    /// So far, and something went wrong.
    Error(u8),
    /// At work, it is not known how far.
    Unknown,
    /// So far, and waiting.
    Paused(u8),
}

/// Where a sealed chunk is that a stored screen's head names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Here.
    Here(Vec<u8>),
    /// In the store, in so many bytes; it is read when somebody looks.
    Stored(usize),
    /// Not where the head is; where that says that only the store has it, it is asked when somebody looks.
    Missing,
}

impl From<Option<Vec<u8>>> for Kept {
    fn from(bytes: Option<Vec<u8>>) -> Kept {
        bytes.map_or(Kept::Missing, Kept::Here)
    }
}

/// Why a stored screen could not be taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct SnapshotFault(pub(crate) &'static str);

impl std::fmt::Display for SnapshotFault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "screen record cannot be read: {}", self.0)
    }
}
impl std::error::Error for SnapshotFault {}
