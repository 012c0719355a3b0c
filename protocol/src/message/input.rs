//! What a person does: keys, pastes, mouse, focus, another size.

use super::{Size, SurfaceNumber, update::is_default};
use serde::{Deserialize, Serialize};

/// Events on one surface, in order.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Input {
    /// The number of this message, one more than the last of this client; kept by the client until
    /// acknowledged and sent again after a reconnect.
    pub seq: u64,
    /// What happened.
    pub events: Vec<InputEvent>,
    /// Where.
    pub surface: SurfaceNumber,
}

/// One thing that a person did.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum InputEvent {
    /// A key by its name as `list-keys` prints it: `a`, `C-b`, `M-Left`, `F5`, `é`. Goes through the key tables.
    Key(String),
    /// A key with all that the viewer's keyboard says of it; for a daemon that has
    /// [`feature::KEY_PRESSES`](super::feature::KEY_PRESSES). Its press goes through the key tables as [`InputEvent::Key`]
    /// does, but for a page, for which it is as [`InputEvent::Raw`].
    Press(KeyPress),
    /// Text that was pasted; bracketed for the program when it asked for that. A piece of exactly
    /// [`INPUT_BYTES_MAX`](crate::limits::INPUT_BYTES_MAX) bytes goes on in the next one; a shorter one, which may be
    /// empty, ends the paste. So a long paste is one for the program.
    Paste(#[serde(with = "serde_bytes")] Vec<u8>),
    /// Bytes for the program as they are, past the key tables (the page, whose terminal encodes its own keys).
    Raw(#[serde(with = "serde_bytes")] Vec<u8>),
    /// The mouse, in cells of the surface.
    Mouse(MouseEvent),
    /// The viewer's window has (true) or lost (false) the keyboard.
    Focus(bool),
}

/// What happened to a key.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum PressKind {
    /// It went down.
    #[default]
    Press,
    /// It is still down.
    Repeat,
    /// It came up.
    Release,
}

/// Bits of [`KeyPress::held`], as kitty's keyboard protocol numbers them.
pub mod held {
    /// Shift.
    pub const SHIFT: u8 = 1;
    /// Alt.
    pub const ALT: u8 = 1 << 1;
    /// Control.
    pub const CTRL: u8 = 1 << 2;
    /// Super, Windows or Command.
    pub const SUPER: u8 = 1 << 3;
    /// Hyper.
    pub const HYPER: u8 = 1 << 4;
    /// Meta, where it is another key than Alt.
    pub const META: u8 = 1 << 5;
    /// Caps Lock is on.
    pub const CAPS: u8 = 1 << 6;
    /// Num Lock is on.
    pub const NUM: u8 = 1 << 7;
}

/// A key, and what is known of it. What is empty or as usual does not travel.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct KeyPress {
    /// The key by itself, without modifiers: what it types without Shift (`a`, `=`, `é`), or a name that `list-keys` prints
    /// (`Left`, `KP5`, `CapsLock`, `LeftShift`). Empty for text that no key typed.
    pub key: String,
    /// The character in its place on a PC-101 keyboard, where that is another.
    #[serde(default, skip_serializing_if = "is_default")]
    pub base: String,
    /// Bits of [`held`].
    #[serde(default, skip_serializing_if = "is_default")]
    pub held: u8,
    /// What happened to it.
    #[serde(default, skip_serializing_if = "is_default")]
    pub kind: PressKind,
    /// What it typed, where that is known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub text: String,
    /// What it is with Shift, where that is known.
    #[serde(default, skip_serializing_if = "is_default")]
    pub shifted: String,
}

/// What the mouse did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MouseAction {
    /// A button went down.
    Press,
    /// A button came up.
    Release,
    /// Moved with a button down.
    Drag,
    /// Moved with no button down.
    Move,
    /// The wheel turned away from the person.
    WheelUp,
    /// The wheel turned towards the person.
    WheelDown,
}

/// The mouse at one place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct MouseEvent {
    /// Column, from 0.
    pub x: u16,
    /// Row, from 0.
    pub y: u16,
    /// Shift 1, Meta 2, Control 4.
    pub mods: u8,
    /// What it did.
    pub action: MouseAction,
    /// Button 1 left, 2 middle, 3 right; 0 when none.
    pub button: u8,
}

/// Everything up to here has had its effect.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputAck {
    /// The highest such number.
    pub seq: u64,
}

/// A surface has another size at the viewer's end.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resize {
    /// The new size.
    pub size: Size,
    /// Where.
    pub surface: SurfaceNumber,
}
