//! Keys to the bytes that the program in a pane reads: as terminfo's `tmux-256color` and xterm's "PC-Style Function Keys"
//! have them, unless it asked for kitty's keyboard protocol or for modifyOtherKeys.

use super::{
    further::Further,
    key::{Code, Key, Named, modifier},
    kitty, other,
    press::Press,
};
use abide_protocol::message::mode;

/// The bytes for a key in a pane of these modes (`protocol::message::mode`); none for a key that a program
/// has no use for (the mouse, `Any`, a user key).
#[must_use]
pub fn encode(key: Key, modes: u32) -> Option<Vec<u8>> {
    if modes & (mode::KEYBOARD | mode::OTHER_KEYS) == 0 && key.modifiers & BEYOND == 0 {
        // So it is with most keys by far.
        return usual(key, modes);
    }
    encode_press(&key.into(), modes)
}

/// The same for all that is known of a key; none for a release that the program did not ask for.
#[must_use]
pub fn encode_press(press: &Press, modes: u32) -> Option<Vec<u8>> {
    // The focus and the like are no keys, whatever was asked for.
    if let Some(Code::Named(Named::FocusIn | Named::FocusOut)) = press.code {
        return usual(press.key()?, modes);
    }
    let flags = (modes & mode::KEYBOARD) >> mode::KEYBOARD_SHIFT;
    if flags != 0 {
        return kitty::encode(press, flags as u8, modes);
    }
    if press.is_release() || press.is_modifier() {
        return None;
    }
    other::encode(press, modes).or_else(|| legacy(press, modes))
}

/// Modifiers that the usual bytes of a character have no room for.
const BEYOND: u8 = modifier::SUPER | modifier::HYPER;

/// The usual bytes of a press.
pub(super) fn legacy(press: &Press, modes: u32) -> Option<Vec<u8>> {
    let Some(key) = press.key() else { return Some(press.text.clone().into_bytes()) };
    if key.modifiers & BEYOND != 0 { kitty::beyond_legacy(press) } else { usual(key, modes) }
}

fn usual(key: Key, modes: u32) -> Option<Vec<u8>> {
    let mut out = Vec::with_capacity(8);
    match key.code {
        Code::Char(c) => {
            if key.has(modifier::META) {
                out.push(0x1b);
            }
            match key.has(modifier::CTRL).then(|| control(c)).flatten() {
                Some(byte) => out.push(byte),
                None => out.extend_from_slice(c.encode_utf8(&mut [0; 4]).as_bytes()),
            }
        }
        Code::Named(named) => return named_key(named, key.modifiers, modes),
        // Terminfo has F13 to F24 as F1 to F12 with Shift, the next ones with Control.
        Code::Further(further) => {
            const FUNCTIONS: [Named; 12] = [
                Named::F1,
                Named::F2,
                Named::F3,
                Named::F4,
                Named::F5,
                Named::F6,
                Named::F7,
                Named::F8,
                Named::F9,
                Named::F10,
                Named::F11,
                Named::F12,
            ];
            let Some(number) = further.function() else { return further_key(further) };
            let named = FUNCTIONS[usize::from(number - 1) % 12];
            let more = if number > 24 { modifier::CTRL } else { modifier::SHIFT };
            return named_key(named, key.modifiers | more, modes);
        }
        Code::Mouse(_) | Code::User(_) => return None,
    }
    Some(out)
}

/// What else has usual bytes: the keypad's `=` and `,`, and the menu key, as kitty has it.
fn further_key(key: Further) -> Option<Vec<u8>> {
    match key.name() {
        "KP=" => Some(b"=".to_vec()),
        "KP," => Some(b",".to_vec()),
        "Menu" => Some(b"\x1b[29~".to_vec()),
        _ => None,
    }
}

/// The control character that a key with Control is, where there is one.
fn control(c: char) -> Option<u8> {
    Some(match c {
        ' ' | '@' | '2' => 0,
        'a'..='z' => c as u8 - b'a' + 1,
        'A'..='Z' => c as u8 - b'A' + 1,
        '[' | '3' => 0x1b,
        '\\' | '4' => 0x1c,
        ']' | '5' => 0x1d,
        '^' | '6' => 0x1e,
        '_' | '7' | '/' => 0x1f,
        '?' | '8' => 0x7f,
        _ => return None,
    })
}

fn named_key(named: Named, modifiers: u8, modes: u32) -> Option<Vec<u8>> {
    // xterm's modifier number: 1 + shift 1 + alt 2 + control 4.
    let number = 1
        + u8::from(modifiers & modifier::SHIFT != 0)
        + 2 * u8::from(modifiers & modifier::META != 0)
        + 4 * u8::from(modifiers & modifier::CTRL != 0);
    let meta = modifiers & modifier::META != 0;
    let escaped = |bytes: &[u8]| {
        let mut out = Vec::with_capacity(bytes.len() + 1);
        if meta {
            out.push(0x1b);
        }
        out.extend_from_slice(bytes);
        out
    };
    let cursor = |last: char| match number {
        1 if modes & mode::APP_CURSOR != 0 => format!("\u{1b}O{last}").into_bytes(),
        1 => format!("\u{1b}[{last}").into_bytes(),
        n => format!("\u{1b}[1;{n}{last}").into_bytes(),
    };
    let tilde = |code: u8| match number {
        1 => format!("\u{1b}[{code}~").into_bytes(),
        n => format!("\u{1b}[{code};{n}~").into_bytes(),
    };
    let function = |last: char| match number {
        1 => format!("\u{1b}O{last}").into_bytes(),
        n => format!("\u{1b}[1;{n}{last}").into_bytes(),
    };
    let edge = |code: u8, last: char| if number == 1 { tilde(code) } else { cursor(last) };
    let keypad = |plain: u8, last: u8| {
        if modes & mode::APP_KEYPAD != 0 { escaped(&[0x1b, b'O', last]) } else { escaped(&[plain]) }
    };
    Some(match named {
        Named::Tab if modifiers & modifier::SHIFT != 0 => escaped(b"\x1b[Z"),
        Named::Tab => escaped(b"\t"),
        Named::BTab => escaped(b"\x1b[Z"),
        Named::Enter => escaped(b"\r"),
        Named::Escape => escaped(b"\x1b"),
        Named::BSpace if modifiers & modifier::CTRL != 0 => escaped(b"\x08"),
        Named::BSpace => escaped(b"\x7f"),
        Named::Any | Named::PasteStart | Named::PasteEnd => return None,
        Named::FocusIn => b"\x1b[I".to_vec(),
        Named::FocusOut => b"\x1b[O".to_vec(),
        Named::F1 => function('P'),
        Named::F2 => function('Q'),
        Named::F3 => function('R'),
        Named::F4 => function('S'),
        Named::F5 => tilde(15),
        Named::F6 => tilde(17),
        Named::F7 => tilde(18),
        Named::F8 => tilde(19),
        Named::F9 => tilde(20),
        Named::F10 => tilde(21),
        Named::F11 => tilde(23),
        Named::F12 => tilde(24),
        Named::Insert => tilde(2),
        Named::Delete => tilde(3),
        Named::PageUp => tilde(5),
        Named::PageDown => tilde(6),
        Named::Home => edge(1, 'H'),
        Named::End => edge(4, 'F'),
        Named::Up => cursor('A'),
        Named::Down => cursor('B'),
        Named::Right => cursor('C'),
        Named::Left => cursor('D'),
        Named::KpSlash => keypad(b'/', b'o'),
        Named::KpStar => keypad(b'*', b'j'),
        Named::KpMinus => keypad(b'-', b'm'),
        Named::KpPlus => keypad(b'+', b'k'),
        Named::KpPeriod => keypad(b'.', b'n'),
        Named::KpEnter => keypad(b'\r', b'M'),
        Named::Kp0 => keypad(b'0', b'p'),
        Named::Kp1 => keypad(b'1', b'q'),
        Named::Kp2 => keypad(b'2', b'r'),
        Named::Kp3 => keypad(b'3', b's'),
        Named::Kp4 => keypad(b'4', b't'),
        Named::Kp5 => keypad(b'5', b'u'),
        Named::Kp6 => keypad(b'6', b'v'),
        Named::Kp7 => keypad(b'7', b'w'),
        Named::Kp8 => keypad(b'8', b'x'),
        Named::Kp9 => keypad(b'9', b'y'),
    })
}
