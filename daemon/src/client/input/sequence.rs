//! Control sequences that terminals send for keys: xterm's and its many relatives', the Linux console's,
//! rxvt's, and kitty's and fixterms' `CSI u`.

use super::{Around, Found, event, press};
use abide_core::keys::{Code, Key, Named, modifier};
use abide_protocol::message::InputEvent;

/// A sequence's parts.
pub(super) enum Meaning {
    /// `ESC O x`.
    Ss3(u8),
    /// `ESC [ parameters final`.
    Csi {
        /// `<`, `?` and the like before the parameters, 0 where there is none.
        mark: u8,
        /// Where the parameters lie in the bytes.
        from: usize,
        /// Its last byte.
        last: u8,
    },
    /// `ESC [ [ x`: F1 to F5 of the Linux console.
    Console(u8),
    /// `ESC [ M` and three bytes.
    X10([u8; 3]),
}

/// What bytes that begin with ESC are.
pub(super) enum Parsed {
    /// So many bytes are a sequence.
    Whole(usize, Meaning),
    /// They may become one.
    Incomplete,
    /// They are none.
    No,
}

pub(super) fn parse(bytes: &[u8]) -> Parsed {
    match bytes.get(1) {
        None => Parsed::Incomplete,
        Some(b'O') => match bytes.get(2) {
            None => Parsed::Incomplete,
            Some(&c @ (b'A'..=b'z' | b' ')) => Parsed::Whole(3, Meaning::Ss3(c)),
            Some(_) => Parsed::No,
        },
        Some(b'[') => csi(bytes),
        Some(_) => Parsed::No,
    }
}

fn csi(bytes: &[u8]) -> Parsed {
    let (mark, from) = match bytes.get(2) {
        None => return Parsed::Incomplete,
        Some(b'[') => {
            return match bytes.get(3) {
                None => Parsed::Incomplete,
                Some(&c) => Parsed::Whole(4, Meaning::Console(c)),
            };
        }
        Some(b'M') => {
            return match bytes.get(3..6) {
                Some(&[b, x, y]) => Parsed::Whole(6, Meaning::X10([b, x, y])),
                _ => Parsed::Incomplete,
            };
        }
        Some(&mark @ b'<'..=b'?') => (mark, 3),
        Some(_) => (0, 2),
    };
    let tail = bytes.get(from..).unwrap_or_default();
    // rxvt ends some sequences with `$`, which in reports (they have a mark) comes before the last byte.
    let ends = |b: &u8| !matches!(b, b' '..=b'?') || (*b == b'$' && mark == 0);
    match tail.iter().position(ends) {
        None => Parsed::Incomplete,
        Some(n) => match tail.get(n) {
            Some(&last @ (b'@'..=b'~' | b'$')) => {
                Parsed::Whole(from + n + 1, Meaning::Csi { mark, from, last })
            }
            _ => Parsed::No,
        },
    }
}

/// What a sequence of `used` bytes says; one that nobody knows is passed over.
pub(super) fn mean(bytes: &[u8], used: usize, meaning: Meaning, around: &mut Around) -> Found {
    let key = |key: Option<Key>| Found::Event(used, key.and_then(event));
    match meaning {
        Meaning::Ss3(c) => key(ss3(c)),
        Meaning::Console(c) => key(match c {
            b'A' => Some(Key::named(Named::F1)),
            b'B' => Some(Key::named(Named::F2)),
            b'C' => Some(Key::named(Named::F3)),
            b'D' => Some(Key::named(Named::F4)),
            b'E' => Some(Key::named(Named::F5)),
            _ => None,
        }),
        Meaning::X10([b, x, y]) => {
            let place = |n: u8| u16::from(n.saturating_sub(33));
            Found::Event(
                used,
                around.mouse.x10(b.wrapping_sub(32), place(x), place(y)).map(InputEvent::Mouse),
            )
        }
        Meaning::Csi { mark, from, last } => {
            let text = bytes.get(from..used - 1).unwrap_or_default();
            let numbers = Parameters::read(text);
            let first = numbers.at(0, 0);
            if around.asked.sequence(mark, &numbers, last) {
                return Found::Event(used, None);
            }
            match (mark, last) {
                (b'<', b'M' | b'm') => {
                    let place = |i| numbers.at(i, 1).saturating_sub(1).min(u32::from(u16::MAX)) as u16;
                    let report = around.mouse.sgr(first, place(1), place(2), last == b'M');
                    Found::Event(used, report.map(InputEvent::Mouse))
                }
                (0, b'~') if first == 200 => Found::PasteBegins(used),
                (0, b'I') if text.is_empty() => Found::Event(used, Some(InputEvent::Focus(true))),
                (0, b'O') if text.is_empty() => Found::Event(used, Some(InputEvent::Focus(false))),
                // Kitty's flags, whatever they are now: it has the protocol.
                (b'?', b'u') => {
                    around.keyboard = true;
                    Found::Event(used, None)
                }
                (0, _) if around.presses && press::says_more(&numbers, last) => {
                    Found::Event(used, press::read(&numbers, last).map(InputEvent::Press))
                }
                (0, _) => key(csi_key(&numbers, last)),
                _ => Found::Event(used, None),
            }
        }
    }
}

/// Parameters and their sub-parameters: `1;5`, `97:65;2:1`.
pub(super) struct Parameters(Vec<Vec<u32>>);

impl Parameters {
    fn read(text: &[u8]) -> Parameters {
        // What is no number is as good as not there.
        let number = |digits: &[u8]| {
            digits
                .iter()
                .filter(|b| b.is_ascii_digit())
                .fold(0u32, |n, b| n.saturating_mul(10).saturating_add(u32::from(b - b'0')))
        };
        let parameter = |p: &[u8]| p.split(|&b| b == b':').map(number).collect();
        Parameters(text.split(|&b| b == b';').map(parameter).collect())
    }
    /// A parameter; `otherwise` where it is left out or 0.
    pub(super) fn at(&self, index: usize, otherwise: u32) -> u32 {
        self.sub(index, 0).unwrap_or(otherwise)
    }
    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.0.len()
    }
    /// A parameter with its sub-parameters.
    pub(super) fn all(&self, index: usize) -> &[u32] {
        self.0.get(index).map_or(&[], Vec::as_slice)
    }
    pub(super) fn sub(&self, index: usize, sub: usize) -> Option<u32> {
        self.0.get(index).and_then(|p| p.get(sub)).copied().filter(|&n| n != 0)
    }
}

/// xterm's modifier number (1 and a bit for each) as bits of [`modifier`].
fn modifiers(number: u32) -> u8 {
    let bits = number.saturating_sub(1);
    let mut out = 0;
    for (bit, modifier) in
        [(1, modifier::SHIFT), (2, modifier::META), (4, modifier::CTRL), (32, modifier::META)]
    {
        if bits & bit != 0 {
            out |= modifier;
        }
    }
    out
}

fn ss3(c: u8) -> Option<Key> {
    let (named, modifiers) = match c {
        // rxvt: Control with an arrow.
        b'a' => (Named::Up, modifier::CTRL),
        b'b' => (Named::Down, modifier::CTRL),
        b'c' => (Named::Right, modifier::CTRL),
        b'd' => (Named::Left, modifier::CTRL),
        b'M' => (Named::KpEnter, 0),
        b'j' => (Named::KpStar, 0),
        b'k' => (Named::KpPlus, 0),
        b'm' => (Named::KpMinus, 0),
        b'n' => (Named::KpPeriod, 0),
        b'o' => (Named::KpSlash, 0),
        b'p' => (Named::Kp0, 0),
        b'q' => (Named::Kp1, 0),
        b'r' => (Named::Kp2, 0),
        b's' => (Named::Kp3, 0),
        b't' => (Named::Kp4, 0),
        b'u' => (Named::Kp5, 0),
        b'v' => (Named::Kp6, 0),
        b'w' => (Named::Kp7, 0),
        b'x' => (Named::Kp8, 0),
        b'y' => (Named::Kp9, 0),
        b'I' => (Named::Tab, 0),
        b' ' => return Some(Key::char(' ')),
        b'X' => return Some(Key::char('=')),
        _ => (letter(c)?, 0),
    };
    Some(Key { modifiers, code: Code::Named(named) })
}

/// Keys by a letter at the end, after `ESC [` and `ESC O` alike.
pub(super) fn letter(c: u8) -> Option<Named> {
    Some(match c {
        b'A' => Named::Up,
        b'B' => Named::Down,
        b'C' => Named::Right,
        b'D' => Named::Left,
        b'F' => Named::End,
        b'H' => Named::Home,
        b'P' => Named::F1,
        b'Q' => Named::F2,
        b'R' => Named::F3,
        b'S' => Named::F4,
        _ => return None,
    })
}

/// Keys by a number before `~`, as the VT220 began it.
pub(super) fn numbered(number: u32) -> Option<Named> {
    Some(match number {
        1 | 7 => Named::Home,
        2 => Named::Insert,
        3 => Named::Delete,
        4 | 8 => Named::End,
        5 => Named::PageUp,
        6 => Named::PageDown,
        11 => Named::F1,
        12 => Named::F2,
        13 => Named::F3,
        14 => Named::F4,
        15 => Named::F5,
        17 => Named::F6,
        18 => Named::F7,
        19 => Named::F8,
        20 => Named::F9,
        21 => Named::F10,
        23 => Named::F11,
        24 => Named::F12,
        _ => return None,
    })
}

fn csi_key(numbers: &Parameters, last: u8) -> Option<Key> {
    let first = numbers.at(0, 1);
    // Kitty's third kind of event is the key coming up again.
    if numbers.sub(1, 1) == Some(3) {
        return None;
    }
    let held = modifiers(numbers.at(1, 1));
    let named = |named, modifiers| Some(Key { modifiers, code: Code::Named(named) });
    match last {
        b'u' => unicode(first, numbers.sub(0, 1), held),
        // xterm's modifyOtherKeys.
        b'~' if first == 27 => unicode(numbers.at(2, 0), None, held),
        b'~' => named(numbered(first)?, held),
        b'^' => named(numbered(first)?, modifier::CTRL),
        b'$' => named(numbered(first)?, modifier::SHIFT),
        b'@' => named(numbered(first)?, modifier::CTRL | modifier::SHIFT),
        b'Z' => named(Named::BTab, held & !modifier::SHIFT),
        b'a' => named(Named::Up, modifier::SHIFT),
        b'b' => named(Named::Down, modifier::SHIFT),
        b'c' => named(Named::Right, modifier::SHIFT),
        b'd' => named(Named::Left, modifier::SHIFT),
        b'E' => named(Named::Kp5, held),
        _ => named(letter(last)?, held),
    }
}

/// A key by its code point, with Shift not yet in it.
fn unicode(code: u32, shifted: Option<u32>, held: u8) -> Option<Key> {
    let named = |named| Some(Key { modifiers: held, code: Code::Named(named) });
    match code {
        9 if held & modifier::SHIFT != 0 => {
            return Some(Key { modifiers: held & !modifier::SHIFT, code: Code::Named(Named::BTab) });
        }
        9 => return named(Named::Tab),
        13 => return named(Named::Enter),
        27 => return named(Named::Escape),
        127 => return named(Named::BSpace),
        // Kitty's keypad; its other private code points are keys that tmux has no name for.
        57_344..=63_743 => return named(keypad(code)?),
        0..=31 => return None,
        _ => {}
    }
    let c = char::from_u32(code).filter(|c| !c.is_control())?;
    if held & modifier::SHIFT == 0 || c == ' ' {
        return Some(Key { modifiers: held, code: Code::Char(c) });
    }
    // Shift is in the character itself where there is one for it. With Control it is not: C-a is C-A.
    let upper = shifted.and_then(char::from_u32).filter(|c| !c.is_control()).unwrap_or_else(|| {
        let mut letters = c.to_uppercase();
        match (letters.next(), letters.next()) {
            (Some(upper), None) => upper,
            _ => c,
        }
    });
    let modifiers = if held & modifier::CTRL != 0 { held } else { held & !modifier::SHIFT };
    let c = if held & modifier::CTRL != 0 { c } else { upper };
    Some(Key { modifiers, code: Code::Char(c) })
}

pub(super) fn keypad(code: u32) -> Option<Named> {
    const KEYS: [Named; 29] = [
        Named::Kp0,
        Named::Kp1,
        Named::Kp2,
        Named::Kp3,
        Named::Kp4,
        Named::Kp5,
        Named::Kp6,
        Named::Kp7,
        Named::Kp8,
        Named::Kp9,
        Named::KpPeriod,
        Named::KpSlash,
        Named::KpStar,
        Named::KpMinus,
        Named::KpPlus,
        Named::KpEnter,
        // Equal and separator of the keypad have no names in tmux; their places are never looked up.
        Named::Any,
        Named::Any,
        Named::Left,
        Named::Right,
        Named::Up,
        Named::Down,
        Named::PageUp,
        Named::PageDown,
        Named::Home,
        Named::End,
        Named::Insert,
        Named::Delete,
        Named::Kp5,
    ];
    let index = usize::try_from(code.checked_sub(57_399)?).ok()?;
    KEYS.get(index).copied().filter(|named| *named != Named::Any)
}
