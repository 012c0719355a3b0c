//! A key that went down, was held or came up, with all that a keyboard knows of it: what programs with kitty's keyboard
//! protocol are told. For the key tables it is a [`Key`].

use super::{
    further::Further,
    key::{Code, Key, Named, modifier},
};
use abide_protocol::message::{KeyPress, PressKind, held};

/// What happened to a key.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Press {
    /// The key by itself, without Shift; `None` where text came from no key.
    pub code: Option<Code>,
    /// Bits of the wire's [`held`].
    pub held: u8,
    /// What happened.
    pub kind: PressKind,
    /// What it is with Shift in its layout, where that is known.
    pub shifted: Option<char>,
    /// What stands there on a PC-101 keyboard, where that is known and another.
    pub base: Option<char>,
    /// What it typed, without control characters; "" where that is nothing, or is not known.
    pub text: String,
}

/// Modifiers with which a key types no text of its own.
const COMMANDING: u8 = held::ALT | held::CTRL | held::SUPER | held::HYPER | held::META;
/// Modifiers that are states rather than keys held down.
pub(super) const LOCKS: u8 = held::CAPS | held::NUM;

/// Modifiers of the wire and of keys; several of the wire's may be one of ours.
const MODIFIERS: [(u8, u8); 6] = [
    (held::SHIFT, modifier::SHIFT),
    (held::ALT, modifier::META),
    (held::CTRL, modifier::CTRL),
    (held::SUPER, modifier::SUPER),
    (held::HYPER, modifier::HYPER),
    (held::META, modifier::META),
];

impl From<Key> for Press {
    /// The press of a key of which nothing but the name is known.
    fn from(key: Key) -> Press {
        let mut down = 0;
        for (bit, ours) in MODIFIERS.into_iter().rev() {
            // META is Alt: the last of its two in this order.
            if key.has(ours) && bit != held::META {
                down |= bit;
            }
        }
        let (mut code, mut shifted) = (key.code, None);
        match key.code {
            Code::Named(Named::BTab) => {
                code = Code::Named(Named::Tab);
                down |= held::SHIFT;
            }
            Code::Char(c) => {
                if let Some(lower) = other_case(c, char::to_lowercase) {
                    code = Code::Char(lower);
                    shifted = Some(c);
                    down |= held::SHIFT;
                }
            }
            _ => {}
        }
        Press {
            code: Some(code),
            held: down,
            kind: PressKind::Press,
            shifted,
            base: None,
            text: String::new(),
        }
    }
}

impl Press {
    /// What a viewer told; `None` where it names no key of a keyboard and no text.
    #[must_use]
    pub fn told(told: &KeyPress) -> Option<Press> {
        let code = match told.key.as_str() {
            "" => None,
            name => match super::name::code(name)? {
                code @ (Code::Char(_) | Code::Further(_)) => Some(code),
                Code::Named(
                    Named::Any
                    | Named::FocusIn
                    | Named::FocusOut
                    | Named::PasteStart
                    | Named::PasteEnd
                    | Named::BTab,
                )
                | Code::Mouse(_)
                | Code::User(_) => return None,
                code @ Code::Named(_) => Some(code),
            },
        };
        let text: String = told.text.chars().filter(|c| !c.is_control()).collect();
        if code.is_none() && text.is_empty() {
            return None;
        }
        let single = |text: &str| only(text).filter(|c| !c.is_control());
        Some(Press {
            code,
            held: told.held,
            kind: told.kind,
            shifted: single(&told.shifted),
            base: single(&told.base),
            text,
        })
    }

    /// Whether the key came up.
    #[must_use]
    pub fn is_release(&self) -> bool {
        self.kind == PressKind::Release
    }

    /// Whether it is a key that does nothing but modify others.
    #[must_use]
    pub fn is_modifier(&self) -> bool {
        matches!(self.code, Some(Code::Further(key)) if key.is_modifier())
    }

    /// What it types: what was told, or what follows from the key; "" with modifiers that command.
    #[must_use]
    pub fn typed(&self) -> String {
        match self.code {
            _ if !self.text.is_empty() => self.text.clone(),
            Some(Code::Char(c)) if self.held & COMMANDING == 0 => self.with_shift(c).to_string(),
            _ => String::new(),
        }
    }

    /// A character with the Shift that is held.
    pub(super) fn with_shift(&self, c: char) -> char {
        if self.held & held::SHIFT == 0 {
            return c;
        }
        self.shifted.or_else(|| other_case(c, char::to_uppercase)).unwrap_or(c)
    }

    /// The key as tables and modes have it; `None` for text of several characters that no key typed.
    #[must_use]
    pub fn key(&self) -> Option<Key> {
        let mut modifiers = 0;
        for (bit, ours) in MODIFIERS {
            if self.held & bit != 0 {
                modifiers |= ours;
            }
        }
        let key = match self.code {
            None => Key::char(only(&self.text)?),
            Some(Code::Char(c)) if self.held & COMMANDING == 0 => match only(&self.text) {
                Some(' ') | None if c == ' ' => Key { modifiers, code: Code::Char(' ') },
                Some(typed) => Key::char(typed),
                None => Key::char(self.with_shift(c)),
            },
            // With Control a letter is the small one, and Shift stays beside it: C-S-a.
            Some(Code::Char(_)) if modifiers & modifier::CTRL != 0 => Key { modifiers, code: self.code? },
            Some(Code::Char(' ')) => Key { modifiers, code: Code::Char(' ') },
            Some(Code::Char(c)) => {
                Key { modifiers: modifiers & !modifier::SHIFT, code: Code::Char(self.with_shift(c)) }
            }
            Some(Code::Named(Named::Tab)) if modifiers & modifier::SHIFT != 0 => {
                Key { modifiers: modifiers & !modifier::SHIFT, code: Code::Named(Named::BTab) }
            }
            Some(code) => Key { modifiers, code },
        };
        Some(key.normal())
    }

    /// The keys that a binding may mean by it, the nearest first: itself; with modifiers that command also what Shift makes
    /// of it (`C-+` is C-S-=), and what stands in its place on a PC-101 keyboard (`C-c` in a Cyrillic layout).
    pub fn keys(&self) -> impl Iterator<Item = Key> {
        let first = self.key();
        let commands = self.held & COMMANDING != 0;
        let with = |code: Option<char>, held: u8| {
            let code = Some(Code::Char(code.filter(|_| commands)?));
            let press = Press { code, held, shifted: None, base: None, text: String::new(), ..self.clone() };
            press.key()
        };
        let shifted = with(self.shifted.filter(|_| self.held & held::SHIFT != 0), self.held & !held::SHIFT);
        let base = with(self.base, self.held);
        first.into_iter().chain(shifted).chain(base)
    }

    /// The number and last byte of the key in kitty's sequences.
    pub(super) fn number(&self) -> Option<(u32, char)> {
        Some(match self.code? {
            Code::Char(c) => (u32::from(c), 'u'),
            Code::Further(Further::BEGIN) => (1, 'E'),
            Code::Further(key) => (u32::from(key.number()), 'u'),
            Code::Named(named) => named_number(named)?,
            Code::Mouse(_) | Code::User(_) => return None,
        })
    }
}

impl Further {
    /// The keypad's middle key without Num Lock, which has a letter instead of a number.
    pub(super) const BEGIN: Further = Further::of(57427);
}

fn named_number(named: Named) -> Option<(u32, char)> {
    Some(match named {
        Named::Tab => (9, 'u'),
        Named::Enter => (13, 'u'),
        Named::Escape => (27, 'u'),
        Named::BSpace => (127, 'u'),
        Named::Insert => (2, '~'),
        Named::Delete => (3, '~'),
        Named::PageUp => (5, '~'),
        Named::PageDown => (6, '~'),
        Named::Up => (1, 'A'),
        Named::Down => (1, 'B'),
        Named::Right => (1, 'C'),
        Named::Left => (1, 'D'),
        Named::Home => (1, 'H'),
        Named::End => (1, 'F'),
        Named::F1 => (1, 'P'),
        Named::F2 => (1, 'Q'),
        Named::F3 => (13, '~'),
        Named::F4 => (1, 'S'),
        Named::F5 => (15, '~'),
        Named::F6 => (17, '~'),
        Named::F7 => (18, '~'),
        Named::F8 => (19, '~'),
        Named::F9 => (20, '~'),
        Named::F10 => (21, '~'),
        Named::F11 => (23, '~'),
        Named::F12 => (24, '~'),
        Named::Kp0 => (57399, 'u'),
        Named::Kp1 => (57400, 'u'),
        Named::Kp2 => (57401, 'u'),
        Named::Kp3 => (57402, 'u'),
        Named::Kp4 => (57403, 'u'),
        Named::Kp5 => (57404, 'u'),
        Named::Kp6 => (57405, 'u'),
        Named::Kp7 => (57406, 'u'),
        Named::Kp8 => (57407, 'u'),
        Named::Kp9 => (57408, 'u'),
        Named::KpPeriod => (57409, 'u'),
        Named::KpSlash => (57410, 'u'),
        Named::KpStar => (57411, 'u'),
        Named::KpMinus => (57412, 'u'),
        Named::KpPlus => (57413, 'u'),
        Named::KpEnter => (57414, 'u'),
        Named::Any | Named::FocusIn | Named::FocusOut | Named::PasteStart | Named::PasteEnd | Named::BTab => {
            return None;
        }
    })
}

/// A letter's other case, if it is one other letter.
fn other_case<I: Iterator<Item = char>>(c: char, change: impl Fn(char) -> I) -> Option<char> {
    let mut letters = change(c);
    match (letters.next(), letters.next()) {
        (Some(other), None) if other != c => Some(other),
        _ => None,
    }
}

/// The one character of a text that has one.
fn only(text: &str) -> Option<char> {
    let mut letters = text.chars();
    match (letters.next(), letters.next()) {
        (Some(c), None) => Some(c),
        _ => None,
    }
}
