//! Text as cells: how wide it is, how it is cut to fit, and where its clusters are.

mod clusters;
mod property;
mod table;

pub use clusters::cluster_width;
pub use property::UNICODE;

pub(crate) use clusters::{Class, Tail};
pub(crate) use property::Property;

/// Columns that a text takes; control characters take none.
#[must_use]
pub fn width(text: &str) -> usize {
    if text.bytes().all(|b| (0x20..0x7f).contains(&b)) {
        return text.len();
    }
    graphemes(text).map(|(_, w)| w).sum()
}

/// The clusters of a text, each with its columns.
pub fn graphemes(text: &str) -> impl Iterator<Item = (&str, usize)> {
    clusters::Clusters::of(text).map(|g| (g, cluster_width(g)))
}

/// Where text that is too long is cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cut {
    /// Its end goes.
    End,
    /// Its start goes.
    Start,
}

/// The longest part of a text that fits into `cols` columns; never half a cluster.
#[must_use]
pub fn cut(text: &str, cols: usize, at: Cut) -> &str {
    match at {
        Cut::End => {
            let (mut used, mut end) = (0, 0);
            for (g, w) in graphemes(text) {
                if used + w > cols {
                    break;
                }
                used += w;
                end += g.len();
            }
            &text[..end]
        }
        Cut::Start => {
            let (mut left, mut start) = (width(text), 0);
            for (g, w) in graphemes(text) {
                if left <= cols {
                    break;
                }
                left -= w;
                start += g.len();
            }
            &text[start..]
        }
    }
}

/// A text of exactly `cols` columns: cut at its end where it is too long, blanks added where it is short.
#[must_use]
pub fn fit(text: &str, cols: usize) -> String {
    let kept = cut(text, cols, Cut::End);
    let mut out = String::with_capacity(cols);
    out.push_str(kept);
    let missing = cols.saturating_sub(width(kept));
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// A text of at most `cols` columns; where it was cut, it ends with `mark`.
#[must_use]
pub fn shorten(text: &str, cols: usize, mark: &str) -> String {
    if width(text) <= cols {
        return text.to_owned();
    }
    let room = cols.saturating_sub(width(mark));
    format!("{}{}", cut(text, room, Cut::End), cut(mark, cols, Cut::End))
}

/// A text without control characters: each becomes one visible stand-in of one column.
#[must_use]
pub fn visible(text: &str) -> std::borrow::Cow<'_, str> {
    if text.chars().any(char::is_control) {
        let stand_in = |c: char| match c {
            '\0'..='\x1f' => char::from_u32(0x2400 + c as u32).unwrap_or('\u{fffd}'),
            '\x7f' => '\u{2421}',
            c if c.is_control() => '\u{fffd}',
            c => c,
        };
        text.chars().map(stand_in).collect::<String>().into()
    } else {
        text.into()
    }
}
