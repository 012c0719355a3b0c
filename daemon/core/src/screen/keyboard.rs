//! How a program wants its keys: kitty's flags with a stack for each screen, xterm's modifyOtherKeys and the form of what
//! that sends.

use super::parser::Parameters;
use super::terminal::Terminal;
use crate::base::limits::KEYBOARD_STACK_MAX;
use abide_protocol::message::mode;

/// All flags of kitty's protocol; what else a program sets is not there, as the answer to `CSI ? u` shows.
pub(crate) const FLAGS: u8 = 31;
/// The resource of XTMODKEYS and XTFMTKEYS that there is: modifyOtherKeys, formatOtherKeys.
const OTHER_KEYS: u16 = 4;

/// Flags of one screen, and those pushed below them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stack {
    pub(crate) now: u8,
    pub(crate) pushed: Vec<u8>,
}

/// What was asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Keyboard {
    /// Of the screen that is shown, and of the other.
    pub(crate) shown: Stack,
    pub(crate) other: Stack,
    /// modifyOtherKeys: 0 to 3.
    pub(crate) other_keys: u8,
    /// formatOtherKeys: `CSI … u` (true) or `CSI 27 ; … ~`; `None` as the option has it.
    pub(crate) as_u: Option<bool>,
}

impl Stack {
    fn push(&mut self, flags: u8) {
        if self.pushed.len() >= KEYBOARD_STACK_MAX {
            self.pushed.remove(0);
        }
        self.pushed.push(self.now);
        self.now = flags;
    }

    fn pop(&mut self, count: usize) {
        for _ in 0..count.min(KEYBOARD_STACK_MAX + 1) {
            // The last one taken away leaves no flag.
            self.now = self.pushed.pop().unwrap_or(0);
        }
    }
}

impl Keyboard {
    /// The other screen is shown.
    pub(crate) fn turn(&mut self) {
        std::mem::swap(&mut self.shown, &mut self.other);
    }

    /// Bits of the wire's `mode`.
    pub(crate) fn wire(&self) -> u32 {
        u32::from(self.shown.now) << mode::KEYBOARD_SHIFT
            | u32::from(self.other_keys) << mode::OTHER_KEYS_SHIFT
            | if self.as_u == Some(true) { mode::OTHER_KEYS_AS_U } else { 0 }
            | if self.as_u == Some(false) { mode::OTHER_KEYS_AS_TILDE } else { 0 }
    }
}

impl Terminal {
    /// `CSI > u`, `CSI < u`, `CSI = u` and `CSI ? u`.
    pub(crate) fn keyboard_flags(&mut self, parameters: &Parameters, mark: u8) {
        if self.keyboard_refused {
            return;
        }
        let stack = &mut self.keyboard.shown;
        let flags = parameters.at(0) as u8 & FLAGS;
        match mark {
            b'>' => stack.push(flags),
            b'<' => stack.pop(parameters.count(0)),
            b'=' => match parameters.count(1) {
                1 => stack.now = flags,
                2 => stack.now |= flags,
                3 => stack.now &= !flags,
                _ => {}
            },
            _ => return self.keyboard_report(),
        }
        self.changed = true;
    }

    /// XTMODKEYS (`m`), XTFMTKEYS (`f`), and `CSI > 4 n`, which switches off. Without a resource all are as at first.
    pub(crate) fn other_keys(&mut self, parameters: &Parameters, last: u8) {
        let (resource, value) = (parameters.at(0), parameters.at(1));
        if self.keyboard_refused || ![0, OTHER_KEYS].contains(&resource) {
            return;
        }
        let value = if resource == 0 { 0 } else { value };
        let given = resource != 0 && parameters.len > 1;
        match (last, value) {
            (b'n', _) if resource == OTHER_KEYS => self.keyboard.other_keys = 0,
            (b'm', 0..=3) => self.keyboard.other_keys = value as u8,
            (b'f', 0..=1) => self.keyboard.as_u = given.then_some(value == 1),
            _ => return,
        }
        self.changed = true;
    }

    /// What `CSI ? 4 m` and `CSI ? 4 g` ask.
    pub(crate) fn other_keys_query(&mut self, which: u16, last: u8) {
        if self.keyboard_refused || which != OTHER_KEYS {
            return;
        }
        match last {
            b'm' => self.other_keys_report(self.keyboard.other_keys, 'm'),
            _ => self.other_keys_report(u8::from(self.keyboard.as_u == Some(true)), 'f'),
        }
    }
}
