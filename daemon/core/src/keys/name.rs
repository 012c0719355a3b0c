//! Names of keys, read and written.

use super::{
    further::Further,
    key::{Code, Key, Named, modifier},
    limits,
    mouse::Mouse,
};
use std::{fmt, str::FromStr};

/// Each named key; the first name is the one that is written.
const NAMES: &[(Named, &[&str])] = &[
    (Named::F1, &["F1"]),
    (Named::F2, &["F2"]),
    (Named::F3, &["F3"]),
    (Named::F4, &["F4"]),
    (Named::F5, &["F5"]),
    (Named::F6, &["F6"]),
    (Named::F7, &["F7"]),
    (Named::F8, &["F8"]),
    (Named::F9, &["F9"]),
    (Named::F10, &["F10"]),
    (Named::F11, &["F11"]),
    (Named::F12, &["F12"]),
    (Named::Insert, &["IC", "Insert"]),
    (Named::Delete, &["DC", "Delete"]),
    (Named::Home, &["Home"]),
    (Named::End, &["End"]),
    (Named::PageDown, &["NPage", "PageDown", "PgDn"]),
    (Named::PageUp, &["PPage", "PageUp", "PgUp"]),
    (Named::Tab, &["Tab"]),
    (Named::BTab, &["BTab"]),
    (Named::BSpace, &["BSpace"]),
    (Named::Enter, &["Enter"]),
    (Named::Escape, &["Escape"]),
    (Named::Any, &["Any"]),
    (Named::FocusIn, &["FocusIn"]),
    (Named::FocusOut, &["FocusOut"]),
    (Named::PasteStart, &["PasteStart"]),
    (Named::PasteEnd, &["PasteEnd"]),
    (Named::Up, &["Up"]),
    (Named::Down, &["Down"]),
    (Named::Left, &["Left"]),
    (Named::Right, &["Right"]),
    (Named::KpSlash, &["KP/"]),
    (Named::KpStar, &["KP*"]),
    (Named::KpMinus, &["KP-"]),
    (Named::Kp7, &["KP7"]),
    (Named::Kp8, &["KP8"]),
    (Named::Kp9, &["KP9"]),
    (Named::KpPlus, &["KP+"]),
    (Named::Kp4, &["KP4"]),
    (Named::Kp5, &["KP5"]),
    (Named::Kp6, &["KP6"]),
    (Named::Kp1, &["KP1"]),
    (Named::Kp2, &["KP2"]),
    (Named::Kp3, &["KP3"]),
    (Named::KpEnter, &["KPEnter"]),
    (Named::Kp0, &["KP0"]),
    (Named::KpPeriod, &["KP."]),
];

/// Modifiers that are written as words; tmux has none for them.
const WORDS: [(&str, u8); 2] = [("Super-", modifier::SUPER), ("Hyper-", modifier::HYPER)];

/// Not the name of a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct UnknownKey(
    /// What was written.
    pub String,
);

impl fmt::Display for UnknownKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "unknown key: {}", self.0)
    }
}

impl FromStr for Key {
    type Err = UnknownKey;

    /// Reads any way that tmux has of naming a key: `a`, `C-a`, `^a`, `M-C-Left`, `PPage`, `PgUp`, `0x1b`,
    /// `MouseDown1Pane`.
    fn from_str(text: &str) -> Result<Key, UnknownKey> {
        let unknown = || UnknownKey(text.to_owned());
        if let Some(digits) = text.strip_prefix("0x").or_else(|| text.strip_prefix("0X")) {
            let value = u32::from_str_radix(digits, 16).map_err(|_| unknown())?;
            return from_scalar(value).ok_or_else(unknown);
        }
        let mut rest = text;
        let mut modifiers = 0;
        let word = |rest: &'_ str, word: &str| {
            rest.get(..word.len()).is_some_and(|start| start.eq_ignore_ascii_case(word))
                && rest.len() > word.len()
        };
        if let Some(after) = rest.strip_prefix('^').filter(|after| !after.is_empty()) {
            modifiers |= modifier::CTRL;
            rest = after;
        }
        loop {
            if let Some((name, bit)) = WORDS.iter().find(|(name, _)| word(rest, name)) {
                modifiers |= bit;
                rest = rest.get(name.len()..).unwrap_or_default();
                continue;
            }
            let (Some(letter), Some(after)) =
                (rest.get(..1), rest.get(1..).and_then(|r| r.strip_prefix('-')))
            else {
                break;
            };
            modifiers |= match letter {
                "C" | "c" => modifier::CTRL,
                "M" | "m" => modifier::META,
                "S" | "s" => modifier::SHIFT,
                _ => break,
            };
            if after.is_empty() {
                return Err(unknown());
            }
            rest = after;
        }
        let code = code(rest).ok_or_else(unknown)?;
        Ok(Key { modifiers, code }.normal())
    }
}

pub(super) fn code(name: &str) -> Option<Code> {
    let mut letters = name.chars();
    if let (Some(c), None) = (letters.next(), letters.next()) {
        return from_scalar(c as u32).map(|key| key.code);
    }
    if name.eq_ignore_ascii_case("Space") {
        return Some(Code::Char(' '));
    }
    if let Some((named, _)) =
        NAMES.iter().find(|(_, names)| names.iter().any(|n| n.eq_ignore_ascii_case(name)))
    {
        return Some(Code::Named(*named));
    }
    if let Some(number) = name.get(..4).filter(|p| p.eq_ignore_ascii_case("User")).and_then(|_| name.get(4..))
    {
        return number.parse().ok().filter(|n| *n < limits::USER_KEYS_MAX).map(Code::User);
    }
    if let Some(key) = Further::of_name(name) {
        return Some(Code::Further(key));
    }
    name.parse::<Mouse>().ok().map(Code::Mouse)
}

/// A key from a character's number: the control characters that are keys become those.
fn from_scalar(value: u32) -> Option<Key> {
    let control = |c: char| Some(Key { modifiers: modifier::CTRL, code: Code::Char(c) }.normal());
    match value {
        0 => control(' '),
        0x1c..=0x1f => control(char::from_u32(value + 0x40)?),
        0x1b => Some(Key::named(Named::Escape)),
        1..=26 => control(char::from_u32(value + 0x60)?),
        0x7f => Some(Key::named(Named::BSpace)),
        _ => char::from_u32(value).filter(|c| !c.is_control()).map(Key::char),
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (bit, prefix) in [(modifier::CTRL, "C-"), (modifier::META, "M-"), (modifier::SHIFT, "S-")]
            .into_iter()
            .chain(WORDS.map(|(name, bit)| (bit, name)))
        {
            if self.has(bit) {
                f.write_str(prefix)?;
            }
        }
        match self.code {
            Code::Char(' ') => f.write_str("Space"),
            Code::Char(c) => write!(f, "{c}"),
            Code::Further(key) => f.write_str(key.name()),
            Code::User(n) => write!(f, "User{n}"),
            Code::Mouse(mouse) => write!(f, "{mouse}"),
            Code::Named(named) => {
                let name = NAMES.iter().find(|(n, _)| *n == named).and_then(|(_, names)| names.first());
                f.write_str(name.copied().unwrap_or_default())
            }
        }
    }
}
