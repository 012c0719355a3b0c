//! One key as a value.

use super::{further::Further, mouse::Mouse};

/// Bits of [`Key::modifiers`], in the order by which `list-keys` sorts.
pub mod modifier {
    /// Alt, or an escape before the key.
    pub const META: u8 = 1;
    /// Control.
    pub const CTRL: u8 = 2;
    /// Shift, where the key itself does not say so (`S-F5`, but `A`).
    pub const SHIFT: u8 = 4;
    /// Super, Windows or Command.
    pub const SUPER: u8 = 8;
    /// Hyper.
    pub const HYPER: u8 = 16;
}

/// Keys that have a name instead of a character, in tmux's order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Named {
    Tab,
    Enter,
    Escape,
    /// What an `Any` binding stands for: each key that has no binding of its own.
    Any,
    FocusIn,
    FocusOut,
    PasteStart,
    PasteEnd,
    BSpace,
    F1,
    F2,
    F3,
    F4,
    F5,
    F6,
    F7,
    F8,
    F9,
    F10,
    F11,
    F12,
    Insert,
    Delete,
    Home,
    End,
    PageDown,
    PageUp,
    BTab,
    Up,
    Down,
    Left,
    Right,
    KpSlash,
    KpStar,
    KpMinus,
    Kp7,
    Kp8,
    Kp9,
    KpPlus,
    Kp4,
    Kp5,
    Kp6,
    Kp1,
    Kp2,
    Kp3,
    KpEnter,
    Kp0,
    KpPeriod,
}

/// What was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Code {
    /// A character.
    Char(char),
    /// The mouse.
    Mouse(Mouse),
    /// A key with a name.
    Named(Named),
    /// `UserN`, a sequence that the user has defined.
    User(u16),
    /// A key that has a name of ours only.
    Further(Further),
}

/// One key with its modifiers. Written and read by its tmux name (`Display`, `FromStr`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Key {
    /// Bits of [`modifier`].
    pub modifiers: u8,
    /// The key.
    pub code: Code,
}

impl Key {
    /// A plain character.
    #[must_use]
    pub const fn char(c: char) -> Key {
        Key { modifiers: 0, code: Code::Char(c) }
    }

    /// A named key without modifiers.
    #[must_use]
    pub const fn named(named: Named) -> Key {
        Key { modifiers: 0, code: Code::Named(named) }
    }

    /// Whether all these modifiers are down.
    #[must_use]
    pub fn has(self, modifiers: u8) -> bool {
        self.modifiers & modifiers == modifiers
    }

    /// Whether it is the mouse.
    #[must_use]
    pub fn is_mouse(self) -> bool {
        matches!(self.code, Code::Mouse(_))
    }

    /// One key for all ways to write it: Control with a letter is the small letter, and the three controls
    /// that terminals send as keys of their own are those keys. A keypad's second keys are the keys that they double.
    #[must_use]
    pub fn normal(self) -> Key {
        if let Code::Further(key) = self.code {
            return key.double().map_or(self, |double| Key { code: Code::Named(double), ..self });
        }
        let Code::Char(c) = self.code else { return self };
        if !self.has(modifier::CTRL) {
            return self;
        }
        let rest = self.modifiers & !modifier::CTRL;
        match c {
            '@' => Key { modifiers: self.modifiers, code: Code::Char(' ') },
            '[' => Key { modifiers: rest, code: Code::Named(Named::Escape) },
            'i' | 'I' => Key { modifiers: rest, code: Code::Named(Named::Tab) },
            'm' | 'M' => Key { modifiers: rest, code: Code::Named(Named::Enter) },
            'A'..='Z' => Key { modifiers: self.modifiers, code: Code::Char(c.to_ascii_lowercase()) },
            _ => self,
        }
    }
}
