//! Rows read for their text alone, by whoever searches all of them.

use super::layout::Held;
use super::sealed::{Body, Sealed};
use super::{History, pack};
use crate::base::limits::SIDE_CELLS_MAX;

impl History {
    /// The sealed chunk that has a line, its bytes, and the line's place in it. None for one that is not here: it is
    /// wanted then.
    fn sealed_row(&self, absolute: u64) -> Option<(&Sealed, Held<'_>, usize)> {
        let (at, i) = self.place(absolute)?;
        let chunk = self.sealed.get(at?)?;
        let plain = match &chunk.body {
            Body::Plain(plain) => Held::Here(plain),
            _ => Held::Open(self.reads.get(chunk)?),
        };
        Some((chunk, plain, i))
    }

    /// Whether a line goes on in the next one.
    pub(crate) fn wraps(&self, absolute: u64) -> bool {
        if let Some((None, i)) = self.place(absolute) {
            return self.open.packed(i).is_some_and(pack::is_wrapped);
        }
        let Some((chunk, plain, i)) = self.sealed_row(absolute) else { return false };
        if self.is_as_packed(chunk) {
            return plain.packed(i).is_some_and(pack::is_wrapped);
        }
        let index = self.reads.index(chunk, &plain, self.cols.into());
        let (packed_end, end) = index.start(index.line_of(i as u32) + 1);
        let last = (packed_end as usize).checked_sub(1).and_then(|last| plain.packed(last));
        i as u32 + 1 < end || last.is_some_and(pack::is_wrapped)
    }

    /// Adds the text of a row that is in the default style, without clusters, and stands as it was packed, as most do; says
    /// whether it goes on. None for others.
    pub(crate) fn push_plain_text(&self, absolute: u64, out: &mut String) -> Option<bool> {
        let mut push = |packed: &[u8]| {
            let text = pack::one_text(packed)?;
            // One that makes no sense is read as such elsewhere.
            if text.len() > 4 * usize::from(SIDE_CELLS_MAX) || text.chars().any(char::is_control) {
                return None;
            }
            out.push_str(text);
            Some(pack::is_wrapped(packed))
        };
        if let (None, i) = self.place(absolute)? {
            return push(self.open.packed(i)?);
        }
        let (chunk, plain, i) = self.sealed_row(absolute)?;
        if self.is_as_packed(chunk) { push(plain.packed(i)?) } else { None }
    }
}
