//! The lines that copy mode shows: the pane's history as it grows, and the screen as it was on entering.

use super::{Place, resized::Held};
use crate::{
    base::geometry::Size,
    screen::{CellText, CellView, PlacedPicture, RowView, Screen},
};
use abide_protocol::message::Style;
use std::ops::Range;

/// Text of a kept cell.
#[derive(Clone, Debug)]
enum KeptText {
    Char(char),
    Cluster(Box<str>),
}

#[derive(Clone, Debug)]
struct KeptCell {
    x: u16,
    width: u8,
    style: u16,
    text: KeptText,
}

/// A row of the screen as it was.
#[derive(Clone, Debug, Default)]
struct KeptRow {
    cells: Vec<KeptCell>,
    end: RowEnd,
}

/// How a row ends.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct RowEnd {
    /// Whether its line goes on in the next row.
    pub(super) wrapped: bool,
    /// Columns that were written.
    pub(super) used: u16,
}

impl RowEnd {
    fn of(view: &RowView<'_>) -> RowEnd {
        RowEnd { wrapped: view.wrapped(), used: view.used() }
    }
}

/// Where the lines come from. Lines have absolute numbers, as in [`Screen`].
pub(super) struct Backing {
    /// View mode has a screen of its own, with its whole text.
    own: Option<Box<Screen>>,
    kept: Vec<KeptRow>,
    styles: Vec<Style>,
    /// Pictures that began on the screen as it was.
    pictures: Vec<PlacedPicture>,
    /// Number of the first kept row.
    base: u64,
    generation: u64,
}

/// A line as text with the column of each cell.
#[derive(Debug, Default)]
pub(super) struct TextLine {
    /// The text, a cell's after another's; of a line that goes on in the next with the blanks at its end.
    pub(super) text: String,
    /// Of each cell: its column, and where its text begins.
    pub(super) cells: Vec<(u16, usize)>,
    /// Columns up to the last cell that is not blank.
    pub(super) cols: u16,
    /// The same, and of a line that goes on in the next the blanks at its end, which are text.
    pub(super) used: u16,
    /// Whether it goes on in the next line.
    pub(super) wrapped: bool,
}

impl TextLine {
    /// The text of the cell that covers a column; a space right of the last.
    pub(super) fn at(&self, x: u16) -> &str {
        let after = self.cells.partition_point(|(column, _)| *column <= x);
        let Some((_, start)) = after.checked_sub(1).and_then(|i| self.cells.get(i)) else { return " " };
        if x >= self.cols {
            return " ";
        }
        let end = self.cells.get(after).map_or(self.text.len(), |(_, end)| *end);
        self.text.get(*start..end).unwrap_or(" ")
    }

    /// The column at which the cell that covers a column begins.
    pub(super) fn begin(&self, x: u16) -> u16 {
        if x >= self.cols {
            return x;
        }
        let after = self.cells.partition_point(|(column, _)| *column <= x);
        after.checked_sub(1).and_then(|i| self.cells.get(i)).map_or(x, |(column, _)| *column)
    }

    /// The column after the cell that covers a column.
    pub(super) fn end(&self, x: u16) -> u16 {
        let after = self.cells.partition_point(|(column, _)| *column <= x);
        match self.cells.get(after) {
            Some((column, _)) => *column,
            None => self.cols.max(x.saturating_add(1)),
        }
    }

    /// The text of the columns `from..to`.
    pub(super) fn slice(&self, from: u16, to: u16) -> &str {
        let start =
            self.cells.iter().find(|(column, _)| *column >= from).map_or(self.text.len(), |(_, at)| *at);
        let end = self.cells.iter().find(|(column, _)| *column >= to).map_or(self.text.len(), |(_, at)| *at);
        self.text.get(start..end.max(start)).unwrap_or("")
    }

    /// The column of the cell whose text a byte belongs to.
    pub(super) fn column_of(&self, byte: usize) -> u16 {
        let after = self.cells.partition_point(|(_, start)| *start <= byte);
        after.checked_sub(1).and_then(|i| self.cells.get(i)).map_or(self.cols, |(column, _)| *column)
    }
}

impl Backing {
    /// Of a pane's screen, as it is now.
    pub(super) fn of(screen: &Screen) -> Backing {
        let range = screen.history();
        let mut backing = Backing {
            own: None,
            kept: Vec::new(),
            styles: Vec::new(),
            pictures: screen.pictures_in(range.end..range.end + u64::from(screen.size().rows)),
            base: range.end,
            generation: range.generation,
        };
        backing.pictures.retain(|picture| picture.line >= range.end);
        for y in 0..screen.size().rows {
            let view = screen.row(y);
            let mut row = KeptRow { cells: Vec::new(), end: RowEnd::of(&view) };
            for cell in view.line_cells() {
                let style = backing.number(cell.style);
                let text = match cell.text {
                    CellText::Char(ch) => KeptText::Char(ch),
                    CellText::Cluster(text) => KeptText::Cluster(text.into()),
                };
                row.cells.push(KeptCell { x: cell.x, width: cell.width, style, text });
            }
            backing.kept.push(row);
        }
        backing
    }

    /// A text of its own.
    pub(super) fn own(screen: Screen) -> Backing {
        Backing {
            own: Some(Box::new(screen)),
            kept: Vec::new(),
            styles: Vec::new(),
            pictures: Vec::new(),
            base: 0,
            generation: 0,
        }
    }

    fn number(&mut self, style: &Style) -> u16 {
        // Neighbours mostly share a style: the newest is the likeliest.
        if let Some(known) = self.styles.iter().rposition(|s| s == style) {
            return known as u16;
        }
        self.styles.push(style.clone());
        (self.styles.len() - 1) as u16
    }

    /// Whether line numbers were dealt anew since it was made.
    pub(super) fn outdated(&self, screen: &Screen) -> bool {
        self.own.is_none() && screen.history().generation != self.generation
    }

    /// Holds a place while lines get other numbers.
    pub(super) fn hold(&self, screen: &Screen, place: Place) -> Option<Held> {
        let kept = place.line.checked_sub(self.base).filter(|_| self.own.is_none() && screen.alternate());
        match kept {
            Some(y) => Some(Held::Kept(y, place.x)),
            None => self.own.as_deref().unwrap_or(screen).anchor(place.line, place.x).map(Held::Text),
        }
    }

    /// Where that is now.
    pub(super) fn place(&self, screen: &Screen, held: Held) -> Option<Place> {
        let (line, x) = match held {
            Held::Kept(y, x) => (self.base + y, x),
            Held::Text(anchor) => self.own.as_deref().unwrap_or(screen).anchored(anchor)?,
        };
        let last = self.range(screen).2.saturating_sub(1);
        Some(Place { line: line.min(last), x: x.min(screen.size().cols.saturating_sub(1)) })
    }

    /// Another size of a text of its own.
    pub(super) fn resize_own(&mut self, size: Size) -> bool {
        self.own.as_mut().map(|screen| screen.resize(size)).is_some()
    }

    /// The first line, the first line of the newest page, and one past the last line.
    pub(super) fn range(&self, screen: &Screen) -> (u64, u64, u64) {
        match &self.own {
            Some(own) => {
                let range = own.history();
                (range.start, range.end, range.end + u64::from(own.size().rows))
            }
            None => (screen.history().start.min(self.base), self.base, self.base + self.kept.len() as u64),
        }
    }

    /// The line after the newest chunk of those from `first` up to `end` that only the store has.
    pub(super) fn after_absent(&self, screen: &Screen, first: u64, end: u64) -> Option<u64> {
        if self.own.is_some() { None } else { screen.after_absent(first, end) }
    }

    /// The pictures that touch lines: of the history as it is, of the screen as it was.
    pub(super) fn pictures(&self, screen: &Screen, lines: Range<u64>) -> Vec<PlacedPicture> {
        if self.own.is_some() || self.outdated(screen) {
            return Vec::new();
        }
        let mut pictures = if lines.start < self.base {
            screen.pictures_in(lines.start..lines.end.min(self.base))
        } else {
            Vec::new()
        };
        pictures.retain(|picture| picture.line < self.base);
        let touches = |picture: &&PlacedPicture| {
            picture.line < lines.end && lines.start < picture.line.saturating_add(picture.rows.into())
        };
        pictures.extend(self.pictures.iter().filter(touches));
        pictures
    }

    /// Numbers of lines are dealt anew when this is another.
    pub(super) fn generation(&self, screen: &Screen) -> u64 {
        self.own.as_deref().unwrap_or(screen).history().generation
    }

    fn kept(&self, line: u64) -> Option<&KeptRow> {
        self.kept.get(usize::try_from(line.checked_sub(self.base)?).ok()?).filter(|_| self.own.is_none())
    }

    /// Whether a line goes on in the next.
    pub(super) fn wraps(&self, screen: &Screen, line: u64) -> bool {
        match self.kept(line) {
            Some(row) => row.end.wrapped,
            None => self.own.as_deref().unwrap_or(screen).wraps(line),
        }
    }

    /// Adds a line's text, as [`TextLine`] has it, and says whether it goes on in the next.
    pub(super) fn push_text(&self, screen: &Screen, line: u64, out: &mut String) -> bool {
        if self.kept(line).is_some() {
            let line = self.text(screen, line);
            out.push_str(&line.text);
            return line.wrapped;
        }
        self.own.as_deref().unwrap_or(screen).push_text(line, out).unwrap_or(false)
    }

    /// Shows the cells of a line, left to right; returns how it ends.
    pub(super) fn cells(&self, screen: &Screen, line: u64, show: &mut dyn FnMut(CellView<'_>)) -> RowEnd {
        let kept = line.checked_sub(self.base).and_then(|i| usize::try_from(i).ok());
        if self.own.is_none()
            && let Some(kept) = kept
        {
            let Some(row) = self.kept.get(kept) else { return RowEnd::default() };
            let plain = Style::default();
            for cell in &row.cells {
                let text = match &cell.text {
                    KeptText::Char(ch) => CellText::Char(*ch),
                    KeptText::Cluster(text) => CellText::Cluster(text),
                };
                let style = self.styles.get(usize::from(cell.style)).unwrap_or(&plain);
                show(CellView { x: cell.x, width: cell.width, text, style });
            }
            return row.end;
        }
        let Some(view) = self.own.as_deref().unwrap_or(screen).line(line) else {
            return RowEnd::default();
        };
        view.line_cells().for_each(show);
        RowEnd::of(&view)
    }

    /// A line as text.
    pub(super) fn text(&self, screen: &Screen, line: u64) -> TextLine {
        let mut out = TextLine::default();
        let mut shown = (0, 0);
        let end = self.cells(screen, line, &mut |cell| {
            out.cells.push((cell.x, out.text.len()));
            match cell.text {
                CellText::Char(ch) => out.text.push(ch),
                CellText::Cluster(text) => out.text.push_str(text),
            }
            let blank = matches!(cell.text, CellText::Char(' '));
            if !blank {
                shown = (cell.x.saturating_add(u16::from(cell.width)), out.text.len());
            }
        });
        // A coloured blank at a line's end is no text, nor is the column that a wide character left free.
        (out.cols, out.wrapped) = (shown.0, end.wrapped);
        out.used = if end.wrapped { shown.0.max(end.used) } else { shown.0 };
        let kept = out.cells.partition_point(|(column, _)| *column < out.used);
        if let Some((_, from)) = out.cells.get(kept) {
            out.text.truncate(*from);
        }
        out.cells.truncate(kept);
        out
    }
}
