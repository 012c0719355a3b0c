//! Words in braces, and the signs that they are.

use crate::layout::Direction;

/// A window by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WindowToken {
    Start,
    End,
    Last,
    Current,
    /// So many further on, or back.
    Offset(i64),
}

/// A pane by its place.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum PaneToken {
    Last,
    Active,
    Offset(i64),
    Beside(Direction),
    /// At an edge or in a corner of the window: columns and rows in halves (0 first, 1 middle, 2 last).
    At(u8, u8),
}

pub(super) fn window(text: &str) -> Option<WindowToken> {
    Some(match text {
        "^" | "{start}" => WindowToken::Start,
        "$" | "{end}" => WindowToken::End,
        "!" | "{last}" => WindowToken::Last,
        "@" | "{current}" => WindowToken::Current,
        "{next}" => WindowToken::Offset(1),
        "{previous}" => WindowToken::Offset(-1),
        _ => WindowToken::Offset(offset(text)?),
    })
}

pub(super) fn pane(text: &str) -> Option<PaneToken> {
    Some(match text {
        "!" | "{last}" => PaneToken::Last,
        "@" | "{active}" | "{current}" => PaneToken::Active,
        "{next}" => PaneToken::Offset(1),
        "{previous}" => PaneToken::Offset(-1),
        "{up-of}" => PaneToken::Beside(Direction::Up),
        "{down-of}" => PaneToken::Beside(Direction::Down),
        "{left-of}" => PaneToken::Beside(Direction::Left),
        "{right-of}" => PaneToken::Beside(Direction::Right),
        "{top}" | "top" => PaneToken::At(1, 0),
        "{bottom}" | "bottom" => PaneToken::At(1, 2),
        "{left}" | "left" => PaneToken::At(0, 1),
        "{right}" | "right" => PaneToken::At(2, 1),
        "{top-left}" | "top-left" => PaneToken::At(0, 0),
        "{top-right}" | "top-right" => PaneToken::At(2, 0),
        "{bottom-left}" | "bottom-left" => PaneToken::At(0, 2),
        "{bottom-right}" | "bottom-right" => PaneToken::At(2, 2),
        _ => PaneToken::Offset(offset(text)?),
    })
}

/// `+`, `-`, `+2`, `-3`.
fn offset(text: &str) -> Option<i64> {
    let (sign, digits) = match text.strip_prefix('+') {
        Some(digits) => (1, digits),
        None => (-1, text.strip_prefix('-')?),
    };
    if digits.is_empty() {
        return Some(sign);
    }
    let number: u32 = digits.bytes().all(|b| b.is_ascii_digit()).then(|| digits.parse().ok())??;
    Some(sign * i64::from(number))
}
