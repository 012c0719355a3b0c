//! Keys with modifiers as xterm's modifyOtherKeys tells them ("XTerm - Other Modified Keys").

use super::{
    key::{Code, Named},
    press::Press,
};
use abide_protocol::message::{held, mode};

/// The sequence for a press where the level asks for one; else it has its usual bytes.
///
/// Level 1 leaves alone what has well-known bytes: Alt as an escape before the key, Control alone with what stands between
/// `@` and `~`, Control with what else makes a control character, Shift with what types text. Level 2 leaves alone only what has no modifier,
/// and text with Shift; level 3 nothing. Function, cursor and keypad keys have their modifiers in their own sequences.
pub(super) fn encode(press: &Press, modes: u32) -> Option<Vec<u8>> {
    let level = (modes & mode::OTHER_KEYS) >> mode::OTHER_KEYS_SHIFT;
    let down = press.held & (held::SHIFT | held::ALT | held::CTRL | held::META);
    let down = down & !held::META | if down & held::META != 0 { held::ALT } else { 0 };
    if level == 0 || down == 0 && level < 3 {
        return None;
    }
    let (shift, alt, ctrl) = (down & held::SHIFT != 0, down & held::ALT != 0, down & held::CTRL != 0);
    let (number, told) = match press.code? {
        // Shift with Tab is a key of its own at level 1.
        Code::Named(Named::Tab) => (9, level == 2 || alt || ctrl),
        Code::Named(Named::Enter) => (13, true),
        Code::Named(Named::Escape) => (27, level == 2 && (alt || ctrl)),
        Code::Named(Named::BSpace) => (127, level == 2 && (shift || alt)),
        Code::Char(c) => {
            let told = match level {
                1 if matches!(c, '@'..='~') => ctrl && shift,
                1 => ctrl && !is_control(c),
                _ => alt || ctrl || (shift && c == ' '),
            };
            // X has one number for each character.
            (u32::from(press.with_shift(c)), told)
        }
        _ => return None,
    };
    let number_of_modifiers = down + 1;
    (told || level == 3).then(|| {
        if modes & mode::OTHER_KEYS_AS_U != 0 {
            format!("\u{1b}[{number};{number_of_modifiers}u").into_bytes()
        } else {
            format!("\u{1b}[27;{number_of_modifiers};{number}~").into_bytes()
        }
    })
}

/// Whether Control makes a control character of what is none of `@` to `~`.
fn is_control(c: char) -> bool {
    matches!(c, ' ' | '/' | '2'..='8')
}
