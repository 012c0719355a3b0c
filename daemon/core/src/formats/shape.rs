//! What modifiers do to a text.

use super::{limits, modifier::Modifier, time, time::Clock};
use crate::text;

/// A text without its `#[…]`.
#[must_use]
pub fn strip_styles(value: &str) -> String {
    pieces(value).filter_map(|piece| if let Piece::Text(text) = piece { Some(text) } else { None }).collect()
}

enum Piece<'a> {
    Style(&'a str),
    Text(&'a str),
}

/// A text cut where styles begin and end.
fn pieces(value: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = value;
    std::iter::from_fn(move || {
        if rest.is_empty() {
            return None;
        }
        if rest.starts_with("#[") {
            let end = rest.find(']').map_or(rest.len(), |at| at + 1);
            let (style, after) = rest.split_at(end);
            rest = after;
            return Some(Piece::Style(style));
        }
        // `##[` is no style: the number signs are an escaped one.
        let mut from = 0;
        let end = loop {
            let Some(at) = rest[from..].find("#[").map(|at| at + from) else { break rest.len() };
            let signs = rest[..=at].bytes().rev().take_while(|b| *b == b'#').count();
            if signs % 2 == 1 {
                break at;
            }
            from = at + 2;
        };
        let (plain, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Text(plain))
    })
}

/// The first `limit` columns, or the last where it is negative; `mark` is added where something was cut. Styles
/// take no columns and are all kept.
pub(super) fn trim(value: &str, limit: i64, mark: &str) -> String {
    let cols = usize::try_from(limit.unsigned_abs()).unwrap_or(usize::MAX);
    let whole = text::width(&strip_styles(value));
    if whole <= cols {
        return value.to_owned();
    }
    let mut out = String::with_capacity(value.len());
    // From the left: what still fits. From the right: what still has to go.
    let mut left = if limit >= 0 { cols } else { whole - cols };
    for piece in pieces(value) {
        match piece {
            Piece::Style(style) => out.push_str(style),
            Piece::Text(plain) if limit >= 0 => {
                let kept = text::cut(plain, left, text::Cut::End);
                out.push_str(kept);
                left = if kept.len() == plain.len() { left - text::width(kept) } else { 0 };
            }
            Piece::Text(plain) => {
                let width = text::width(plain);
                let keep = width.saturating_sub(left);
                out.push_str(text::cut(plain, keep, text::Cut::Start));
                left = left.saturating_sub(width);
            }
        }
    }
    if limit >= 0 { format!("{out}{mark}") } else { format!("{mark}{out}") }
}

/// Blanks added at the end up to `cols` columns, or before it where `cols` is negative.
pub(super) fn pad(value: &str, cols: i64) -> String {
    let wanted = usize::try_from(cols.unsigned_abs()).unwrap_or(usize::MAX).min(limits::REPEAT_MAX);
    let blanks = " ".repeat(wanted.saturating_sub(text::width(value)));
    if cols >= 0 { format!("{value}{blanks}") } else { format!("{blanks}{value}") }
}

/// The last part of a path, as basename(1).
pub(super) fn basename(path: &str) -> String {
    let trimmed = path.trim_end_matches('/');
    if trimmed.is_empty() {
        return if path.is_empty() { "" } else { "/" }.to_owned();
    }
    trimmed.rsplit('/').next().unwrap_or(trimmed).to_owned()
}

/// All but the last part of a path, as dirname(1).
pub(super) fn dirname(path: &str) -> String {
    if path.is_empty() {
        return String::new();
    }
    let trimmed = path.trim_end_matches('/');
    match trimmed.rfind('/') {
        _ if trimmed.is_empty() => "/".to_owned(),
        None => ".".to_owned(),
        Some(at) => match trimmed[..at].trim_end_matches('/') {
            "" => "/".to_owned(),
            parent => parent.to_owned(),
        },
    }
}

/// A backslash before each character that a shell would read.
pub(super) fn shell_escape(value: &str) -> String {
    let mut out = String::with_capacity(value.len());
    for c in value.chars() {
        if "|&;<>()$`\\\"'*?[# =%".contains(c) {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Seconds since 1970 as text: `t:`, `t/p:` (short), `t/r:` (how long ago), `t/f/…:` (strftime).
pub(super) fn timestamp(value: &str, modifier: &Modifier<'_>, format: &str, clock: Clock) -> String {
    let Ok(seconds) = value.trim().parse::<i64>() else { return String::new() };
    if seconds == 0 {
        return String::new();
    }
    let then = Clock { wall_seconds: seconds, zone_seconds: clock.zone_seconds };
    let age = clock.wall_seconds.saturating_sub(seconds);
    match modifier.argument(0) {
        "p" => time::short(then, age),
        "r" => time::age(age),
        "f" => time::strftime(format, then),
        _ => time::ctime(then),
    }
}
