//! Rows for other programs: as text, with the sequences that colour it, as an HTML page, as JSON.

mod ansi;
mod html;
mod json;

use crate::screen::{CellText, CellView, Colors, RowView};
use abide_protocol::message::Style;

/// In what form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    Text,
    Ansi,
    Html,
    /// An object a line.
    Json,
}

impl Form {
    /// # Errors
    /// For a name that is none.
    pub(super) fn named(name: &str) -> Result<Form, String> {
        match name {
            "text" => Ok(Form::Text),
            "ansi" => Ok(Form::Ansi),
            "html" => Ok(Form::Html),
            "json" => Ok(Form::Json),
            _ => Err(format!("unknown format: {} (text, ansi, html or json)", crate::text::visible(name))),
        }
    }
}

/// How rows are written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Shape {
    pub(super) form: Form,
    /// Rows that go on in the next are one line with it.
    pub(super) join: bool,
    /// Blanks at the end of rows stay.
    pub(super) keep_blanks: bool,
    /// A backslash is doubled, an escape is `\\033`.
    pub(super) octal: bool,
}

/// What is written so far.
pub(super) struct Export {
    shape: Shape,
    colors: Colors,
    pub(super) text: String,
    line: Line,
}

/// The line that is being read: what of it is in which style.
#[derive(Default)]
struct Line {
    number: i64,
    rows: u32,
    text: String,
    /// Each style, and where its text ends.
    runs: Vec<(Style, usize)>,
    /// Columns of the row so far.
    x: u16,
    /// Where the row begins, and just after its last that is no blank.
    start: usize,
    visible_end: usize,
}

impl Line {
    fn push(&mut self, style: &Style, text: CellText<'_>, octal: bool) {
        match text {
            CellText::Char('\\') if octal => self.text.push_str("\\\\"),
            CellText::Char(c) => self.text.push(c),
            CellText::Cluster(cluster) => self.text.push_str(cluster),
        }
        match self.runs.last_mut() {
            Some((last, end)) if last == style => *end = self.text.len(),
            _ => self.runs.push((style.clone(), self.text.len())),
        }
    }

    /// Blanks in the default style up to a column.
    fn blanks(&mut self, x: u16) {
        for _ in self.x..x {
            self.push(&Style::default(), CellText::Char(' '), false);
        }
        self.x = self.x.max(x);
    }

    fn truncate(&mut self, len: usize) {
        self.text.truncate(len);
        while let [before @ .., (_, end)] = &mut self.runs[..]
            && *end > len
        {
            if before.last().map_or(0, |(_, end)| *end) < len {
                *end = len;
            } else {
                self.runs.pop();
            }
        }
    }

    /// Its text by style.
    fn parts(&self) -> impl Iterator<Item = (&Style, &str)> {
        let starts = std::iter::once(0).chain(self.runs.iter().map(|(_, end)| *end));
        starts.zip(&self.runs).map(|(start, (style, end))| (style, &self.text[start..*end]))
    }
}

impl Export {
    pub(super) fn new(shape: Shape, colors: Colors) -> Export {
        let mut text = String::new();
        if shape.form == Form::Html {
            html::open(&mut text, &colors);
        }
        Export { shape, colors, text, line: Line::default() }
    }

    /// A row; lines count from the screen's first, 0.
    pub(super) fn row(&mut self, line: i64, view: &RowView<'_>) {
        self.begin(line);
        let (used, join) = (view.used(), self.shape.join);
        // A coloured column that a wide character left free is no text within a line.
        for cell in view.cells().filter(|cell| cell.x < used || !join) {
            self.cell(&cell);
        }
        self.end(used, view.wrapped());
    }

    pub(super) fn begin(&mut self, line: i64) {
        if self.line.rows == 0 {
            self.line.number = line;
        }
        self.line.rows += 1;
        self.line.x = 0;
        (self.line.start, self.line.visible_end) = (self.line.text.len(), self.line.text.len());
    }

    pub(super) fn cell(&mut self, cell: &CellView<'_>) {
        self.line.blanks(cell.x);
        self.line.push(cell.style, cell.text, self.shape.octal);
        if !matches!(cell.text, CellText::Char(' ')) {
            self.line.visible_end = self.line.text.len();
        }
        self.line.x = cell.x.saturating_add(u16::from(cell.width));
    }

    /// The row is whole; so many of its columns were written.
    pub(super) fn end(&mut self, used: u16, wrapped: bool) {
        if self.shape.keep_blanks {
            self.line.blanks(used);
        } else {
            // Blanks at a line's end were printed or were never there: the same to a reader.
            self.line.truncate(self.line.visible_end);
        }
        if !(self.shape.join && wrapped) {
            self.end_line(wrapped);
        }
    }

    /// What follows was written before: a line that goes on there ends here, and is another object in JSON.
    pub(super) fn pause(&mut self) {
        if self.line.rows > 0 {
            self.end_line(true);
            if self.shape.form != Form::Json {
                self.text.pop();
            }
        }
    }

    fn end_line(&mut self, wrapped: bool) {
        let line = &self.line;
        match self.shape.form {
            Form::Text => self.text.push_str(&line.text),
            Form::Ansi => {
                let mut style = Style::default();
                for (to, text) in line.parts() {
                    ansi::change_style(&mut style, to, self.shape.octal, &mut self.text);
                    self.text.push_str(text);
                }
                ansi::change_style(&mut style, &Style::default(), self.shape.octal, &mut self.text);
            }
            Form::Html => html::line(&mut self.text, line.parts(), &self.colors),
            Form::Json => json::line(&mut self.text, line.number, line.rows, wrapped, line.parts()),
        }
        self.text.push('\n');
        self.line.rows = 0;
        self.line.text.clear();
        self.line.runs.clear();
    }

    /// No row follows.
    pub(super) fn close(&mut self) {
        if self.line.rows > 0 {
            self.end_line(true);
        }
        if self.shape.form == Form::Html {
            html::close(&mut self.text);
        }
    }
}
