//! Keys that tmux has no name for and kitty's keyboard protocol has a number: by that number.

use super::key::Named;

/// Such a key, one of [`FURTHER`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Further(u16);

/// Numbers from the protocol's table of functional keys, names of ours.
const FURTHER: &[(u16, &str)] = &[
    (57358, "CapsLock"),
    (57359, "ScrollLock"),
    (57360, "NumLock"),
    (57361, "PrintScreen"),
    (57362, "Pause"),
    (57363, "Menu"),
    (57376, "F13"),
    (57377, "F14"),
    (57378, "F15"),
    (57379, "F16"),
    (57380, "F17"),
    (57381, "F18"),
    (57382, "F19"),
    (57383, "F20"),
    (57384, "F21"),
    (57385, "F22"),
    (57386, "F23"),
    (57387, "F24"),
    (57388, "F25"),
    (57389, "F26"),
    (57390, "F27"),
    (57391, "F28"),
    (57392, "F29"),
    (57393, "F30"),
    (57394, "F31"),
    (57395, "F32"),
    (57396, "F33"),
    (57397, "F34"),
    (57398, "F35"),
    (57415, "KP="),
    (57416, "KP,"),
    (57417, "KPLeft"),
    (57418, "KPRight"),
    (57419, "KPUp"),
    (57420, "KPDown"),
    (57421, "KPPageUp"),
    (57422, "KPPageDown"),
    (57423, "KPHome"),
    (57424, "KPEnd"),
    (57425, "KPInsert"),
    (57426, "KPDelete"),
    (57427, "KPBegin"),
    (57428, "MediaPlay"),
    (57429, "MediaPause"),
    (57430, "MediaPlayPause"),
    (57431, "MediaReverse"),
    (57432, "MediaStop"),
    (57433, "MediaFastForward"),
    (57434, "MediaRewind"),
    (57435, "MediaNext"),
    (57436, "MediaPrevious"),
    (57437, "MediaRecord"),
    (57438, "VolumeDown"),
    (57439, "VolumeUp"),
    (57440, "VolumeMute"),
    (57441, "LeftShift"),
    (57442, "LeftControl"),
    (57443, "LeftAlt"),
    (57444, "LeftSuper"),
    (57445, "LeftHyper"),
    (57446, "LeftMeta"),
    (57447, "RightShift"),
    (57448, "RightControl"),
    (57449, "RightAlt"),
    (57450, "RightSuper"),
    (57451, "RightHyper"),
    (57452, "RightMeta"),
    (57453, "Level3Shift"),
    (57454, "Level5Shift"),
];

impl Further {
    /// A number of the table.
    pub(super) const fn of(number: u16) -> Further {
        Further(number)
    }

    /// The key of a number of kitty's.
    #[must_use]
    pub fn of_number(number: u32) -> Option<Further> {
        FURTHER.iter().find(|(known, _)| u32::from(*known) == number).map(|(known, _)| Further(*known))
    }

    /// The key of a name, whatever the case of its letters.
    #[must_use]
    pub fn of_name(name: &str) -> Option<Further> {
        let row = FURTHER.iter().find(|(_, known)| known.eq_ignore_ascii_case(name));
        row.map(|(number, _)| Further(*number))
    }

    /// Kitty's number.
    #[must_use]
    pub fn number(self) -> u16 {
        self.0
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        FURTHER.iter().find(|(number, _)| *number == self.0).map_or("", |(_, name)| name)
    }

    /// Whether it only modifies others, or locks.
    #[must_use]
    pub fn is_modifier(self) -> bool {
        matches!(self.0, 57358..=57360 | 57441..=57454)
    }

    /// The key that it is the keypad's double of.
    #[must_use]
    pub fn double(self) -> Option<Named> {
        Some(match self.0 {
            57417 => Named::Left,
            57418 => Named::Right,
            57419 => Named::Up,
            57420 => Named::Down,
            57421 => Named::PageUp,
            57422 => Named::PageDown,
            57423 => Named::Home,
            57424 => Named::End,
            57425 => Named::Insert,
            57426 => Named::Delete,
            57427 => Named::Kp5,
            _ => return None,
        })
    }

    /// F13 to F35 as their number; none for all else.
    #[must_use]
    pub fn function(self) -> Option<u8> {
        (57376..=57398).contains(&self.0).then(|| (self.0 - 57376) as u8 + 13)
    }
}
