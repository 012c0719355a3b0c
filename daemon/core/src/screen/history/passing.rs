//! Rows that come to history without having been cells: what the passage through the screen read of them.

use super::super::pen::Pen;
use super::History;
pub(crate) use super::derived::Kind;

use super::chunk::Open;
use super::derived;
use super::dictionary::Dictionary;
use super::pack;

/// Cells of one scalar each in one style, or one cluster.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    pub(crate) pen: Pen,
    pub(crate) kind: Kind,
    /// As [`Kind`] counts.
    pub(crate) n: u32,
}

/// A row without trailing blanks. No run stands beside one that it could be joined with.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Row<'a> {
    /// None for a plain row.
    pub(crate) runs: &'a [Run],
    /// Begins with the row's text, of so many bytes.
    pub(crate) from: &'a [u8],
    pub(crate) text_len: usize,
    pub(crate) wrapped: bool,
}

/// Places for pens; a power of two. A word list in a thousand colours finds most of them again.
const PLACES: usize = 1024;

/// The dictionary's numbers of pens seen lately.
#[derive(Debug, Default)]
pub(crate) struct PenNumbers {
    places: Vec<(Pen, u16)>,
}

impl PenNumbers {
    /// The dictionary is another one.
    fn forget(&mut self) {
        self.places.clear();
    }

    #[inline]
    fn number(&mut self, dictionary: &mut Dictionary, pen: &Pen) -> u16 {
        if pen.is_default() {
            return 0;
        }
        let place = pen.hash() as usize % PLACES;
        match self.places.get(place) {
            // The default pen, which nobody looks for, is in places that are free.
            Some((known, number)) if known == pen => *number,
            _ => self.learn(dictionary, pen, place),
        }
    }

    fn learn(&mut self, dictionary: &mut Dictionary, pen: &Pen, place: usize) -> u16 {
        if self.places.is_empty() {
            self.places.resize(PLACES, (Pen::default(), 0));
        }
        let number = dictionary.add(&pen.style(""));
        self.places[place] = (*pen, number);
        number
    }
}

impl Open {
    /// Adds a row. False when there is no room: nothing has changed then.
    fn push_passing(&mut self, row: &Row<'_>, numbers: &mut PenNumbers) -> bool {
        if row.runs.is_empty() {
            return self.push_text(row.from, row.text_len, row.wrapped);
        }
        let text = &row.from[..row.text_len];
        self.push_by(|out, dictionary| {
            let numbered = row.runs.iter().map(|run| (numbers.number(dictionary, &run.pen), run.kind, run.n));
            if text.is_ascii() {
                // A cell for each byte.
                let runs = numbered.map(|(number, _, n)| (u64::from(number) * 4 + 1, u64::from(n)));
                pack::runs(out, runs, text, row.wrapped);
            } else {
                derived::runs(out, numbered, text, row.wrapped);
            }
        })
    }
}

impl History {
    /// Takes a row in, as [`History::push`] does, but for the oldest lines: these are let go by [`History::end_passing`].
    /// Its clusters and styles fit into a chunk.
    #[inline]
    pub(crate) fn push_passing(&mut self, row: &Row<'_>, numbers: &mut PenNumbers) {
        if self.lines_max == 0 {
            self.end += 1;
            self.start = self.end;
            return;
        }
        if !self.open.push_passing(row, numbers) {
            numbers.forget();
            self.trim();
            let fits = self.seal(|open| {
                numbers.forget();
                open.push_passing(row, numbers)
            });
            if !fits {
                numbers.forget();
                self.open.push_packed(pack::EMPTY);
            }
        }
        self.count();
    }

    /// No row passes any more.
    pub(crate) fn end_passing(&mut self) {
        self.trim();
    }
}
