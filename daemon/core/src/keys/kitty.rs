//! Keys as kitty's keyboard protocol tells them ("Comprehensive keyboard handling in terminals").

use super::{
    encode::legacy,
    key::{Code, Named},
    press::{LOCKS, Press},
};
use abide_protocol::message::PressKind;
use std::fmt::Write as _;

/// What a program asked for, as bits of its flags.
mod flag {
    /// Keys that are ambiguous are sequences.
    pub(super) const DISAMBIGUATE: u8 = 1;
    /// Repeats and releases are told.
    pub(super) const EVENTS: u8 = 2;
    /// What Shift makes of a key and what it is on another layout are told.
    pub(super) const ALTERNATES: u8 = 4;
    /// Keys that type text are sequences, too, and so are modifiers alone.
    pub(super) const ALL: u8 = 8;
    /// With that, the text is told.
    pub(super) const TEXT: u8 = 16;
}

/// The bytes for a press under such flags, of which at least one is set; none where it is not told.
pub(super) fn encode(press: &Press, flags: u8, modes: u32) -> Option<Vec<u8>> {
    let all = flags & flag::ALL != 0;
    let events = flags & flag::EVENTS != 0;
    let release = press.is_release();
    if (release && !events) || (press.is_modifier() && !all) {
        return None;
    }
    let Some(code) = press.code else {
        // Text alone: an input method's, or a key that the system made text of by itself.
        return (!release).then(|| match all && flags & flag::TEXT != 0 {
            true => format!("\u{1b}[0;;{}u", scalars(&press.text)).into_bytes(),
            false => press.text.clone().into_bytes(),
        });
    };
    let typed = if release { String::new() } else { press.typed() };
    if !all {
        if !typed.is_empty() {
            return Some(typed.into_bytes());
        }
        // So that a person can type `reset` behind a program that left its flags.
        if let Code::Named(Named::Enter | Named::Tab | Named::BSpace) = code
            && (release || press.held & !LOCKS == 0)
        {
            return if release { None } else { legacy(press, modes) };
        }
        let told_apart = flags & flag::DISAMBIGUATE != 0 || (events && press.kind != PressKind::Press);
        if !told_apart {
            return legacy(press, modes);
        }
    }
    let (number, last) = press.number()?;
    let text = if all && flags & flag::TEXT != 0 { scalars(&typed) } else { String::new() };
    Some(sequence(press, number, last, flags, &text).into_bytes())
}

/// `CSI number:shifted:base ; modifiers:event ; text last`, with all left out that need not be there.
fn sequence(press: &Press, number: u32, last: char, flags: u8, text: &str) -> String {
    let mut second = String::new();
    let event = match press.kind {
        _ if flags & flag::EVENTS == 0 => "",
        PressKind::Press => "",
        PressKind::Repeat => ":2",
        PressKind::Release => ":3",
    };
    if press.held != 0 || !event.is_empty() {
        let _ = write!(second, "{}{event}", u16::from(press.held) + 1);
    }
    let mut out = "\u{1b}[".to_owned();
    let alternates = if flags & flag::ALTERNATES != 0 { alternates(press) } else { String::new() };
    if number != 1 || !second.is_empty() || !text.is_empty() {
        let _ = write!(out, "{number}{alternates}");
    }
    if !second.is_empty() || !text.is_empty() {
        let _ = write!(out, ";{second}");
    }
    if !text.is_empty() {
        let _ = write!(out, ";{text}");
    }
    out.push(last);
    out
}

fn alternates(press: &Press) -> String {
    let Some(Code::Char(c)) = press.code else { return String::new() };
    let shifted = Some(press.with_shift(c)).filter(|shifted| *shifted != c).map(u32::from);
    let base = press.base.filter(|b| *b != c).map(u32::from);
    match (shifted, base) {
        (None, None) => String::new(),
        (Some(shifted), None) => format!(":{shifted}"),
        (None, Some(base)) => format!("::{base}"),
        (Some(shifted), Some(base)) => format!(":{shifted}:{base}"),
    }
}

/// Numbers of characters with colons between them.
fn scalars(text: &str) -> String {
    text.chars().map(|c| u32::from(c).to_string()).collect::<Vec<_>>().join(":")
}

/// A key that the usual encoding has no bytes for, as the protocol tells it without flags.
pub(super) fn beyond_legacy(press: &Press) -> Option<Vec<u8>> {
    let plain = Press { held: press.held & !LOCKS, ..press.clone() };
    let (number, last) = plain.number()?;
    Some(sequence(&plain, number, last, 0, "").into_bytes())
}
