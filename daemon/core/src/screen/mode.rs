//! Modes, in one table: setting, resetting, asking (DECRQM), saving and the modes a viewer hears of all
//! read it.

use abide_protocol::message::mode as wire;

/// A mode that this screen has. The number is its bit in [`Modes`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Mode {
    Insert,
    NewLine,
    AppCursor,
    ReverseScreen,
    Origin,
    Autowrap,
    CursorBlink,
    CursorVisible,
    AppKeypad,
    MouseButtons,
    MouseDrag,
    MouseAll,
    Focus,
    MouseSgr,
    BracketedPaste,
    Synchronized,
    ReverseWrap,
    AlternateScroll,
    SchemeReports,
    Clusters,
    Alternate,
    AlternateClearing,
    AlternateSaving,
    CursorSave,
}

/// One line of the table.
pub(crate) struct ModeSpec {
    pub(crate) mode: Mode,
    /// Whether the number follows `?` (DEC's) or not (ANSI's).
    pub(crate) private: bool,
    pub(crate) number: u16,
    pub(crate) initial: bool,
    /// The bit of [`wire`] that a viewer hears, 0 for none.
    pub(crate) wire: u32,
    /// What it does when set.
    #[allow(dead_code, reason = "for who reads the table")]
    pub(crate) doc: &'static str,
}

const fn spec(mode: Mode, number: u16, wire: u32, doc: &'static str) -> ModeSpec {
    ModeSpec { mode, private: true, number, initial: false, wire, doc }
}

/// All modes.
pub(crate) static MODES: &[ModeSpec] = &[
    ModeSpec { private: false, ..spec(Mode::Insert, 4, 0, "IRM: text pushes what stands right of it") },
    ModeSpec { private: false, ..spec(Mode::NewLine, 20, 0, "LNM: a line feed also returns") },
    spec(Mode::AppCursor, 1, wire::APP_CURSOR, "DECCKM: arrow keys send SS3"),
    spec(Mode::ReverseScreen, 5, wire::REVERSE_SCREEN, "DECSCNM: the screen is reversed"),
    spec(Mode::Origin, 6, 0, "DECOM: rows count from the top margin"),
    ModeSpec { initial: true, ..spec(Mode::Autowrap, 7, 0, "DECAWM: text goes on in the next row") },
    spec(Mode::CursorBlink, 12, 0, "the cursor blinks"),
    ModeSpec { initial: true, ..spec(Mode::CursorVisible, 25, 0, "DECTCEM: the cursor is seen") },
    spec(Mode::ReverseWrap, 45, 0, "backspace at the left margin goes to the row above if that wrapped"),
    spec(Mode::Alternate, 47, wire::ALTERNATE, "the alternate screen"),
    spec(Mode::AppKeypad, 66, wire::APP_KEYPAD, "DECNKM: the keypad sends SS3"),
    spec(Mode::MouseButtons, 1000, wire::MOUSE_BUTTONS, "mouse buttons are reported"),
    spec(Mode::MouseDrag, 1002, wire::MOUSE_DRAG, "mouse buttons and drags are reported"),
    spec(Mode::MouseAll, 1003, wire::MOUSE_ALL, "all mouse movement is reported"),
    spec(Mode::Focus, 1004, wire::FOCUS, "focus is reported"),
    spec(Mode::MouseSgr, 1006, wire::MOUSE_SGR, "mouse reports are in SGR form"),
    spec(Mode::AlternateScroll, 1007, 0, "the wheel sends arrow keys on the alternate screen"),
    spec(Mode::AlternateClearing, 1047, wire::ALTERNATE, "the alternate screen, blank when left"),
    spec(Mode::CursorSave, 1048, 0, "the cursor is saved, and restored on reset"),
    spec(Mode::AlternateSaving, 1049, wire::ALTERNATE, "a blank alternate screen, the cursor saved"),
    spec(Mode::BracketedPaste, 2004, wire::BRACKETED_PASTE, "pastes are bracketed"),
    spec(Mode::Synchronized, 2026, 0, "viewers wait until it is reset"),
    ModeSpec {
        initial: true,
        ..spec(Mode::Clusters, 2027, 0, "a cell holds a grapheme cluster; always set")
    },
    spec(Mode::SchemeReports, 2031, 0, "changes between dark and light are reported"),
];

/// The line of a mode's number.
pub(crate) fn find(private: bool, number: u16) -> Option<&'static ModeSpec> {
    MODES.iter().find(|spec| spec.private == private && spec.number == number)
}

/// Which modes are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modes(pub(crate) u32);

impl Modes {
    pub(crate) fn initial() -> Modes {
        let mut modes = Modes(0);
        for spec in MODES {
            modes.set(spec.mode, spec.initial);
        }
        modes
    }

    #[inline]
    pub(crate) fn has(self, mode: Mode) -> bool {
        self.0 >> mode as u8 & 1 == 1
    }

    pub(crate) fn set(&mut self, mode: Mode, on: bool) {
        self.0 = self.0 & !(1 << mode as u8) | u32::from(on) << mode as u8;
    }

    /// Bits of the wire's `mode`.
    pub(crate) fn wire(self) -> u32 {
        MODES.iter().filter(|spec| self.has(spec.mode)).fold(0, |bits, spec| bits | spec.wire)
    }

    /// Bits that some mode has.
    pub(crate) fn known() -> u32 {
        MODES.iter().fold(0, |bits, spec| bits | 1 << spec.mode as u8)
    }
}
