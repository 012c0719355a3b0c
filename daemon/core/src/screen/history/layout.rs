//! Which numbers rows have, and how that follows from the width.
//!
//! Sealed chunks stay as they were packed, at whatever width. At another one their lines are counted by what is known
//! of them ([`super::measure`]) and put together when somebody reads ([`super::lines`]), so that a resize costs the
//! rows of the open chunk and some steps for each sealed one.
//!
//! `history-limit` counts rows as they were packed, which no resize changes but for those of the open chunk; so it is
//! nothing that a narrower screen could lose. How many of the oldest chunk's are cut off is told in these, and the first that
//! is shown is in proportion.

use super::History;
use super::chunk::Plain;
use super::measure::Measure;
use super::sealed::{self, Body, Known, Sealed};
use crate::base::limits::{MEASURED_PER_RESIZE_MAX, MEASURES_BYTES_MAX};
use crate::screen::view::{HistoryRange, RowView};
use std::borrow::Cow;
use std::ops::Deref;
use std::sync::Arc;

/// A chunk that can be read.
pub(crate) enum Held<'a> {
    Here(&'a Plain),
    Open(Arc<Plain>),
}

impl Deref for Held<'_> {
    type Target = Plain;

    fn deref(&self) -> &Plain {
        match self {
            Held::Here(plain) => plain,
            Held::Open(plain) => plain,
        }
    }
}

impl History {
    /// The chunk's bytes, if they are here; squeezed ones are opened for the occasion.
    fn opened(&self, at: usize) -> Option<Cow<'_, Plain>> {
        match &self.sealed.get(at)?.body {
            Body::Plain(plain) => Some(Cow::Borrowed(plain)),
            Body::Squeezed(bytes) => sealed::plain(bytes).map(Cow::Owned),
            Body::Away(_) | Body::Lost => None,
        }
    }

    /// The same, and of those away what is open for readers; nothing is wanted by this.
    pub(crate) fn at_hand(&self, at: usize) -> Option<Held<'_>> {
        let chunk = self.sealed.get(at)?;
        match &chunk.body {
            Body::Plain(plain) => Some(Held::Here(plain)),
            Body::Away(_) if !self.reads.has(chunk.id) => None,
            Body::Away(_) | Body::Squeezed(_) => self.reads.get(chunk).map(Held::Open),
            Body::Lost => None,
        }
    }

    /// Measures a chunk's lines, if that has not been done and its bytes are here.
    pub(super) fn measure(&mut self, at: usize) {
        let Some(chunk) = self.sealed.get(at).filter(|chunk| matches!(chunk.measure, Known::Not)) else {
            return;
        };
        let Some(plain) = self.opened(at) else { return };
        let measure = self.measured(&plain, chunk.rows());
        self.know(at, measure);
    }

    /// What is to be known of a chunk's first rows.
    pub(super) fn measured(&self, plain: &Plain, rows: usize) -> Known {
        let room = MEASURES_BYTES_MAX.saturating_sub(self.weight.measure_bytes);
        let measure = Measure::of(plain, rows);
        if measure.bytes().len() <= room { Known::Measured(measure) } else { Known::TooMuch }
    }

    /// What is known of a chunk's lines is another.
    pub(crate) fn know(&mut self, at: usize, measure: Known) {
        if let Some(chunk) = self.sealed.get_mut(at) {
            self.weight.take(chunk);
            chunk.measure = measure;
            self.weight.add(chunk);
        }
    }

    /// Shows the sealed chunks at a width: deals row numbers anew, from the oldest's on. The open chunk is still to be
    /// brought there.
    pub(super) fn lay_out(&mut self, cols: u16) {
        self.cols = cols;
        // The newest first: an older program's squeezed chunks are measured some at a time, and stay as they were till then.
        let mut squeezed = 0;
        for at in (0..self.sealed.len()).rev() {
            let Some(chunk) = self.sealed.get(at) else { break };
            if chunk.cols != cols && matches!(chunk.measure, Known::Not) {
                squeezed += usize::from(matches!(chunk.body, Body::Squeezed(_)));
                if squeezed <= MEASURED_PER_RESIZE_MAX {
                    self.measure(at);
                }
            }
        }
        self.number();
    }

    /// Numbers the rows of sealed chunks, from the oldest's first on.
    pub(crate) fn number(&mut self) {
        let mut next = self.sealed.front().map_or(0, |oldest| oldest.first);
        for chunk in &mut self.sealed {
            let measured = chunk.measure().filter(|_| chunk.cols != self.cols);
            match measured.map(|measure| measure.rows(self.cols.into())) {
                Some(rows) => chunk.shown = if chunk.rows() == 0 { 0 } else { rows },
                None => (chunk.cols, chunk.shown) = (self.cols, chunk.rows() as u32),
            }
            chunk.first = next;
            next = chunk.end();
        }
    }

    /// The first row that is shown, from what of the oldest chunk is cut off.
    #[inline]
    pub(super) fn set_start(&mut self) {
        self.start = match self.sealed.front() {
            Some(oldest) => oldest.first + oldest.shown_of(self.cut),
            None => self.end - self.open.len() as u64 + self.cut,
        };
    }

    /// Rows that may be kept: those beyond the limit that a resize made go one with each row that comes.
    fn allowed(&self) -> u64 {
        u64::from(self.lines_max).saturating_add(self.spare_until.saturating_sub(self.end))
    }

    #[inline]
    pub(super) fn trim(&mut self) {
        let allowed = self.allowed();
        if self.kept > allowed {
            self.cut_off(self.kept - allowed);
        }
    }

    #[inline]
    fn cut_off(&mut self, rows: u64) {
        self.kept -= rows;
        self.cut += rows;
        while let Some(oldest) = self.sealed.front()
            && oldest.rows() as u64 <= self.cut
        {
            self.cut -= oldest.rows() as u64;
            if let Some(oldest) = self.sealed.pop_front() {
                self.forget_chunk(&oldest);
            }
        }
        self.set_start();
    }

    pub(super) fn drop_oldest(&mut self) {
        if let Some(oldest) = self.sealed.pop_front() {
            self.forget_chunk(&oldest);
            self.kept -= (oldest.rows() as u64).saturating_sub(self.cut);
            self.cut = 0;
            self.cut_off(0);
        }
    }

    /// Until [`History::end_resize`] nothing is cut off.
    pub(crate) fn begin_resize(&mut self) {
        self.spare_until = u64::MAX;
    }

    /// What is beyond the limit by now may stay for a while.
    pub(crate) fn end_resize(&mut self) {
        self.spare_until = self.end + self.kept.saturating_sub(self.lines_max.into());
    }

    /// A head has said what chunks and rows there are: they end where it says. False when they do not begin there.
    pub(crate) fn end_at(&mut self, range: HistoryRange) -> bool {
        if let Some(oldest) = self.sealed.front_mut() {
            oldest.first = 0;
        }
        self.number();
        let shown = self.sealed.back().map_or(0, Sealed::end);
        let Some(first) = range.end.checked_sub(shown + self.open.len() as u64) else { return false };
        for chunk in &mut self.sealed {
            chunk.first += first;
        }
        (self.start, self.end) = (range.start, range.end);
        if self.sealed.front().is_none_or(|oldest| oldest.cols == self.cols) {
            // One row is as another: what was cut off is what is missing. An older head says it in no other way.
            let Some(cut) = range.start.checked_sub(first) else { return false };
            self.cut = cut.min(self.kept);
        }
        self.kept -= self.cut;
        self.cut_off(0);
        self.start == range.start
    }

    /// Whether a chunk's rows are those that were packed.
    pub(super) fn is_as_packed(&self, chunk: &Sealed) -> bool {
        chunk.cols == self.cols
            || chunk.measure().is_some_and(|m| {
                m.lines() as usize == chunk.rows() && m.longest() <= self.cols.into() && self.cols > 1
            })
    }

    /// A row of a sealed chunk whose bytes are at hand.
    pub(super) fn row_of(&self, at: usize, plain: &Plain, i: u32) -> Option<RowView<'static>> {
        let chunk = self.sealed.get(at)?;
        if self.is_as_packed(chunk) {
            super::plain_line(plain, i as usize)
        } else {
            Some(self.reads.row(chunk, plain, self.cols.into(), i))
        }
    }

    /// The open chunk is empty: the newest sealed line goes into it, at the present width. Chunks never change: the
    /// sealed one only counts fewer rows. False when there is none here.
    pub(super) fn unseal(&mut self) -> bool {
        // Chunks of which every row was taken back stay: their ids are not given again.
        let Some(at) = self.sealed.iter().rposition(|chunk| chunk.rows() > 0) else { return false };
        let Some(chunk) = self.sealed.get(at) else { return false };
        let Some((packed, shown)) = self.opened(at).map(|plain| self.last_line(at, &plain)) else {
            return false;
        };
        let first = u64::from(shown).max(self.start.saturating_sub(chunk.first));
        let taken = (first..chunk.shown.into()).map(|i| self.line(chunk.first + i));
        let Some(rows) = taken.collect::<Option<Vec<_>>>() else { return false };
        if at == 0 {
            self.kept -= (chunk.rows() as u64).saturating_sub(self.cut.max(packed as u64));
            self.cut = self.cut.min(packed as u64);
        } else {
            self.kept -= (chunk.rows() - packed) as u64;
        }
        self.end = chunk.first + first;
        // Where it is shown otherwise than packed, it has to be known how.
        let measure = if chunk.cols == self.cols { None } else { self.opened(at) };
        let measure = measure.map(|plain| Measure::of(&plain, packed));
        self.know(at, measure.map_or(Known::Not, Known::Measured));
        if let Some(chunk) = self.sealed.get_mut(at) {
            chunk.truncate(packed, shown);
        }
        self.cut_off(0);
        for row in &rows {
            // Each has style numbers of its own.
            self.open.dictionary.forget_known();
            self.push(row.packable(), row.wrapped, false);
        }
        self.open.dictionary.forget_known();
        true
    }

    /// Where a chunk's last line begins: its row as packed, and as shown.
    fn last_line(&self, at: usize, plain: &Plain) -> (usize, u32) {
        let Some(chunk) = self.sealed.get(at) else { return (0, 0) };
        if chunk.cols == self.cols {
            let mut first = chunk.rows().saturating_sub(1);
            while first > 0 && plain.packed(first - 1).is_some_and(super::pack::is_wrapped) {
                first -= 1;
            }
            return (first, first as u32);
        }
        let index = self.reads.index(chunk, plain, self.cols.into());
        let (packed, shown) = index.start(index.len().saturating_sub(1));
        (packed as usize, shown)
    }
}

#[cfg(test)]
mod tests {
    use super::super::chunk::Open;
    use super::super::sealed::Sealed;
    use super::*;
    use crate::screen::cell::{Cell, TAIL, WIDE};
    use std::collections::VecDeque;

    /// A line of so many characters of which each second one is wide, in rows of 150 columns.
    fn chunk(characters: usize) -> Plain {
        let one = [Cell::from(b'a'), Cell::from('漢' as u32) | WIDE, TAIL];
        let cells: Vec<Cell> = one.iter().copied().cycle().take(characters / 2 * 3).collect();
        let (mut open, mut text) = (Open::default(), Vec::new());
        let mut rows = cells.chunks(150).peekable();
        while let Some(cells) = rows.next() {
            let row = super::super::pack::Cells { cells, styles: &[], clusters: &[] };
            assert!(open.push(&mut text, row, rows.peek().is_some(), false));
        }
        Plain::seal(&mut open)
    }

    fn history(chunk: &Plain, chunks: u64) -> History {
        let mut history = History::new(u32::MAX, 200);
        let sealed = (0..chunks).map(|id| {
            let mut sealed = Sealed::new(id, chunk.clone());
            sealed.cols = 200;
            sealed
        });
        history.next_id = chunks;
        history.adopt(sealed.collect::<VecDeque<_>>(), Open::default());
        history
    }

    fn is_measured(history: &History) -> Vec<bool> {
        history.sealed.iter().map(|chunk| chunk.measure().is_some()).collect()
    }

    #[test]
    fn all_measures_together_have_a_bound() {
        // What is known of one long line is hardly shorter than its text.
        let line = chunk(800);
        let one = Measure::of(&line, line.len()).bytes().len();
        let chunks = MEASURES_BYTES_MAX / one + 5;
        let mut history = history(&line, chunks as u64);
        history.rewrap(20);
        let measured = is_measured(&history).iter().filter(|measured| **measured).count();
        assert_eq!(measured, MEASURES_BYTES_MAX / one);
        assert!(history.weight.measure_bytes <= MEASURES_BYTES_MAX);
        for (at, is_measured) in is_measured(&history).into_iter().enumerate().skip(1) {
            let chunk = &history.sealed[at];
            // The others stay as they were wrapped.
            assert_eq!(chunk.shown, if is_measured { 62 } else { line.len() as u32 });
            let first = history.line(chunk.first).map(|row| row.used());
            assert_eq!(first, Some(if is_measured { 19 } else { 150 }));
        }
    }

    #[test]
    fn an_older_programs_squeezed_chunks_are_measured_some_at_a_time() {
        let mut open = Open::default();
        while open.push_plain(&[Cell::from(b'x'); 150], false) {}
        let mut history = history(&Plain::seal(&mut open), 40);
        history.sealed.iter_mut().for_each(Sealed::squeeze);
        history.rewrap(100);
        let measured = is_measured(&history);
        assert_eq!(measured.iter().filter(|measured| **measured).count(), MEASURED_PER_RESIZE_MAX);
        assert!(measured[40 - MEASURED_PER_RESIZE_MAX..].iter().all(|measured| *measured), "the newest");
        assert_eq!(history.sealed[39].shown, 2 * history.sealed[0].shown);
        assert_eq!(history.line(0).map(|row| row.used()), Some(150));
        assert_eq!(history.line(history.end - 1).map(|row| row.used()), Some(50));
    }
}
