//! A row in the form in which it is kept and compared: two flat buffers that are used again and again.

use abide_protocol::message::{Cells, Row, Run};

/// Neighbouring cells of one style and kind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    style: u16,
    cells: Cells,
    /// Bytes of text.
    bytes: u32,
}

/// A row. Two rows that look alike are equal: trailing blanks in the default style are not kept.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Line {
    wrapped: bool,
    spans: Vec<Span>,
    text: String,
}

impl Line {
    /// Makes it blank.
    pub fn clear(&mut self) {
        self.wrapped = false;
        self.spans.clear();
        self.text.clear();
    }

    /// Whether it is blank and ends here.
    #[must_use]
    pub fn is_blank(&self) -> bool {
        self.spans.is_empty() && !self.wrapped
    }

    /// Says whether the line goes on in the next row.
    pub(super) fn set_wrapped(&mut self, wrapped: bool) {
        self.wrapped = wrapped;
    }

    /// Adds a cell of one scalar value.
    pub(super) fn push(&mut self, ch: char, style: u16, wide: bool) {
        let cells = if wide { Cells::Wide } else { Cells::Narrow };
        let bytes = ch.len_utf8() as u32;
        match self.spans.last_mut() {
            Some(span) if span.style == style && span.cells == cells => span.bytes += bytes,
            _ => self.spans.push(Span { style, cells, bytes }),
        }
        self.text.push(ch);
    }

    /// Adds a cell that holds a cluster.
    pub(super) fn push_cluster(&mut self, cluster: &str, style: u16, wide: bool) {
        let cells = if wide { Cells::WideCluster } else { Cells::NarrowCluster };
        self.spans.push(Span { style, cells, bytes: cluster.len() as u32 });
        self.text.push_str(cluster);
    }

    /// How many runs it has, and about how many bytes it takes on the wire.
    pub(super) fn weight(&self) -> (usize, usize) {
        let runs = self.spans.len();
        (runs, self.text.len() + (runs + 1) * super::limits::RUN_OVERHEAD_BYTES)
    }

    /// As it travels.
    #[must_use]
    pub fn row(&self) -> Row {
        let mut rest = self.text.as_str();
        let runs = self.spans.iter().map(|span| {
            let (text, after) = rest.split_at_checked(span.bytes as usize).unwrap_or((rest, ""));
            rest = after;
            Run(span.style, span.cells, text.to_owned())
        });
        let runs = runs.collect();
        Row(self.wrapped, runs)
    }
}
