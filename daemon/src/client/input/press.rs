//! Keys with all that kitty's keyboard protocol says of them.

use super::sequence::{Parameters, keypad, letter, numbered};
use abide_core::keys::{Further, Key, Named};
use abide_protocol::{
    limits::KEY_TEXT_BYTES_MAX,
    message::{KeyPress, PressKind, held},
};

/// Modifiers that the name of a key has room for.
const NAMED: u8 = held::SHIFT | held::ALT | held::CTRL;

/// Whether a sequence says more than the name of a key can: one that ends in `u` does (`C-i` is not Tab there), and so do
/// other modifiers and events than usual ones.
pub(super) fn says_more(numbers: &Parameters, last: u8) -> bool {
    let usual = kind(numbers) == PressKind::Press && modifiers(numbers) & !NAMED == 0;
    match last {
        b'u' => true,
        b'~' => numbers.at(0, 0) != 27 && !usual,
        b'E' => !usual,
        _ => letter(last).is_some() && !usual,
    }
}

/// The key of such a sequence; none for one that nobody knows.
pub(super) fn read(numbers: &Parameters, last: u8) -> Option<KeyPress> {
    let first = numbers.at(0, 0);
    let key = match last {
        b'u' if first == 0 => String::new(),
        b'u' => name(first)?,
        b'~' => Key::named(numbered(first)?).to_string(),
        b'E' => name(57_427)?,
        _ => Key::named(letter(last)?).to_string(),
    };
    let mut text: String = numbers.all(2).iter().filter_map(|n| character(*n)).collect();
    if text.len() > KEY_TEXT_BYTES_MAX {
        text.clear();
    }
    if key.is_empty() && text.is_empty() {
        return None;
    }
    let other =
        |place: usize| numbers.sub(0, place).and_then(character).map(String::from).unwrap_or_default();
    let (shifted, base) = (other(1), other(2));
    Some(KeyPress { key, base, held: modifiers(numbers), kind: kind(numbers), text, shifted })
}

fn modifiers(numbers: &Parameters) -> u8 {
    // Beyond eight there are none that anybody knows.
    (numbers.at(1, 1) - 1) as u8
}

fn kind(numbers: &Parameters) -> PressKind {
    match numbers.sub(1, 1) {
        Some(2) => PressKind::Repeat,
        Some(3) => PressKind::Release,
        _ => PressKind::Press,
    }
}

fn character(number: u32) -> Option<char> {
    char::from_u32(number).filter(|c| !c.is_control())
}

/// The name of the key of a number of the protocol's.
fn name(number: u32) -> Option<String> {
    let named = match number {
        9 => Named::Tab,
        13 => Named::Enter,
        27 => Named::Escape,
        127 => Named::BSpace,
        57_344..=63_743 => match Further::of_number(number) {
            Some(further) => return Some(further.name().to_owned()),
            None => keypad(number)?,
        },
        _ => return character(number).map(String::from),
    };
    Some(Key::named(named).to_string())
}
