//! Texts to values: each kind of option says what it takes.

use super::{
    style,
    table::{Kind, Spec},
};
use crate::keys::Key;

/// A text as the option keeps it.
///
/// # Errors
/// tmux's texts: `bad value: x`, `unknown value: x`, `value is too small: x`, `bad key: x`, `invalid style: x`.
pub fn check(spec: &Spec, text: &str) -> Result<String, String> {
    match spec.kind {
        Kind::Text => match spec.name {
            "default-shell" if !text.starts_with('/') => Err(format!("not a suitable shell: {text}")),
            "default-size" if !is_size(text) => Err(format!("value is invalid: {text}")),
            "restore-command" => super::Reruns::parse(text).map(|_| text.to_owned()),
            _ => Ok(text.to_owned()),
        },
        Kind::Number { min, max } => {
            // i128: a number of many digits is too large, not invalid.
            let digits = text.strip_prefix('-').unwrap_or(text);
            if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
                return Err(format!("value is invalid: {text}"));
            }
            let number =
                text.parse::<i128>().unwrap_or(if text.starts_with('-') { i128::MIN } else { i128::MAX });
            if number < i128::from(min) {
                return Err(format!("value is too small: {text}"));
            }
            if number > i128::from(max) {
                return Err(format!("value is too large: {text}"));
            }
            Ok(number.to_string())
        }
        Kind::Flag => match text {
            "1" => Ok("on".to_owned()),
            "0" => Ok("off".to_owned()),
            _ if text.eq_ignore_ascii_case("on") || text.eq_ignore_ascii_case("yes") => Ok("on".to_owned()),
            _ if text.eq_ignore_ascii_case("off") || text.eq_ignore_ascii_case("no") => Ok("off".to_owned()),
            _ => Err(format!("bad value: {text}")),
        },
        Kind::Choice(choices) => match choices.iter().find(|choice| **choice == text) {
            Some(choice) => Ok((*choice).to_owned()),
            None => Err(format!("unknown value: {text}")),
        },
        Kind::Key if text.eq_ignore_ascii_case("none") => Ok("None".to_owned()),
        Kind::Key => text.parse::<Key>().map(|key| key.to_string()).map_err(|_| format!("bad key: {text}")),
        Kind::Colour => match style::colour(text) {
            Some(_) => Ok(text.to_owned()),
            // A format is known to be a colour only once it is expanded.
            None if text.contains("#{") => Ok(text.to_owned()),
            None => Err(format!("bad colour: {text}")),
        },
        Kind::Style => {
            if text.contains("#{")
                || style::Styling::default().apply(text, &style::Styling::default()).is_ok()
            {
                Ok(text.to_owned())
            } else {
                Err(format!("invalid style: {text}"))
            }
        }
    }
}

/// The value that `set-option` without a text gives: flags turn over, and so do the first two choices.
pub(super) fn toggle(spec: &Spec, before: &str) -> Result<String, String> {
    match spec.kind {
        Kind::Flag => Ok(if before == "on" { "off" } else { "on" }.to_owned()),
        Kind::Choice(choices) => {
            let at = choices.iter().position(|choice| *choice == before).unwrap_or(0);
            let next = if at == 0 { 1 } else { 0 };
            Ok(choices.get(next).or(choices.first()).copied().unwrap_or_default().to_owned())
        }
        _ => Err("empty value".to_owned()),
    }
}

fn is_size(text: &str) -> bool {
    text.split_once('x').is_some_and(|(cols, rows)| {
        [cols, rows]
            .iter()
            .all(|side| side.parse::<u16>().is_ok_and(|n| n > 0 && side.bytes().all(|b| b.is_ascii_digit())))
    })
}
