//! Modes, in two tables: setting, resetting, asking (DECRQM), saving and the modes a viewer hears of all read
//! them, and so does the manual.

use abide_protocol::message::mode as wire;

/// A mode that this screen has. The number is its bit in [`Modes`], in heads too: new ones come last.
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
    // From here on heads have them apart: see `snapshot::more`.
    LeftRight,
    ReverseWrapFull,
    KeyboardLocked,
    SendReceive,
    Wide,
    WideAllowed,
    WideKeeps,
    SmoothScroll,
    TabWraps,
    National,
    BackarrowSends,
    PrintFormFeed,
    PrintScreen,
    FontKeys,
    ResizeReports,
    MousePixels,
    SixelDisplay,
    SixelRight,
}

/// Modes that the first form of a head has room for.
pub(crate) const FIRST_MODES: u32 = 24;

/// One line of the table.
pub(crate) struct ModeSpec {
    pub(crate) mode: Mode,
    /// Whether the number follows `?` (DEC's) or not (ANSI's).
    pub(crate) private: bool,
    pub(crate) number: u16,
    /// DEC's or ANSI's name for it, "" if it has none.
    pub(crate) name: &'static str,
    pub(crate) initial: bool,
    /// The bit of [`wire`] that a viewer hears, 0 for none.
    pub(crate) wire: u32,
    /// The golden screen that shows it.
    pub(crate) case: &'static str,
    /// What it does when set.
    pub(crate) text: &'static str,
}

const fn dec(
    mode: Mode,
    number: u16,
    name: &'static str,
    wire: u32,
    case: &'static str,
    text: &'static str,
) -> ModeSpec {
    ModeSpec { mode, private: true, number, name, initial: false, wire, case, text }
}

const fn ansi(
    mode: Mode,
    number: u16,
    name: &'static str,
    case: &'static str,
    text: &'static str,
) -> ModeSpec {
    ModeSpec { private: false, ..dec(mode, number, name, 0, case, text) }
}

const fn on(spec: ModeSpec) -> ModeSpec {
    ModeSpec { initial: true, ..spec }
}

/// All modes that can be set and reset.
pub(crate) static MODES: &[ModeSpec] = &[
    ansi(
        Mode::KeyboardLocked,
        2,
        "KAM",
        "reports_modes_remembered",
        "Only remembered: the keyboard is locked.",
    ),
    ansi(Mode::Insert, 4, "IRM", "insert_mode", "Text pushes what stands right of it."),
    on(ansi(
        Mode::SendReceive,
        12,
        "SRM",
        "reports_modes_remembered",
        "Only remembered: what is typed is not echoed by the terminal.",
    )),
    ansi(Mode::NewLine, 20, "LNM", "newline_mode", "A line feed also returns to the left margin."),
    dec(
        Mode::AppCursor,
        1,
        "DECCKM",
        wire::APP_CURSOR,
        "modes_for_viewers",
        "Arrow keys send SS3 sequences.",
    ),
    dec(
        Mode::Wide,
        3,
        "DECCOLM",
        0,
        "column_mode",
        "Set or reset where 40 allows it: clears the screen and resets the margins. A pane has the size its window gives it.",
    ),
    dec(
        Mode::SmoothScroll,
        4,
        "DECSCLM",
        0,
        "reports_modes_remembered",
        "Only remembered: scrolling is smooth.",
    ),
    dec(
        Mode::ReverseScreen,
        5,
        "DECSCNM",
        wire::REVERSE_SCREEN,
        "modes_for_viewers",
        "The whole screen is reversed.",
    ),
    dec(Mode::Origin, 6, "DECOM", 0, "origin_mode", "Rows and columns count from the margins."),
    on(dec(Mode::Autowrap, 7, "DECAWM", 0, "text_no_autowrap", "Text goes on in the next row.")),
    dec(Mode::CursorBlink, 12, "", 0, "cursor_blink", "The cursor blinks."),
    dec(
        Mode::PrintFormFeed,
        18,
        "DECPFF",
        0,
        "reports_modes_remembered",
        "Only remembered: a form feed follows what is printed.",
    ),
    dec(
        Mode::PrintScreen,
        19,
        "DECPEX",
        0,
        "reports_modes_remembered",
        "Only remembered: the whole screen is printed, not what is between the margins.",
    ),
    on(dec(Mode::CursorVisible, 25, "DECTCEM", 0, "cursor_hidden", "The cursor is seen.")),
    dec(
        Mode::FontKeys,
        35,
        "",
        0,
        "reports_modes_remembered",
        "Only remembered: keys change the size of the font (xterm).",
    ),
    dec(Mode::WideAllowed, 40, "", 0, "column_mode", "Mode 3 has an effect (xterm)."),
    dec(
        Mode::TabWraps,
        41,
        "",
        0,
        "tab_wraps",
        "A tab behind a full row goes to the next row first (xterm).",
    ),
    dec(
        Mode::National,
        42,
        "DECNRCM",
        0,
        "reports_modes_remembered",
        "Only remembered: national character sets replace ASCII. They can be designated without it.",
    ),
    dec(
        Mode::ReverseWrap,
        45,
        "",
        0,
        "reverse_wrap",
        "Going left from the left margin goes to the row above if that wrapped.",
    ),
    dec(
        Mode::Alternate,
        47,
        "",
        wire::ALTERNATE,
        "alternate_47_keeps",
        "The alternate screen. What is on it when this is reset is there again when 47 or 1047 is set next.",
    ),
    dec(Mode::AppKeypad, 66, "DECNKM", wire::APP_KEYPAD, "keypad", "The keypad sends SS3 sequences."),
    dec(
        Mode::BackarrowSends,
        67,
        "DECBKM",
        0,
        "reports_modes_remembered",
        "Only remembered: the key above Enter sends BS, not DEL.",
    ),
    dec(Mode::LeftRight, 69, "DECLRMM", 0, "margins_text", "There may be a left and a right margin."),
    dec(Mode::WideKeeps, 95, "DECNCSM", 0, "column_mode", "Mode 3 does not clear the screen."),
    dec(
        Mode::MouseButtons,
        1000,
        "",
        wire::MOUSE_BUTTONS,
        "modes_for_viewers",
        "Mouse buttons are reported.",
    ),
    dec(Mode::MouseDrag, 1002, "", wire::MOUSE_DRAG, "modes_mouse", "Mouse buttons and drags are reported."),
    dec(
        Mode::MouseAll,
        1003,
        "",
        wire::MOUSE_ALL,
        "modes_for_viewers",
        "All movement of the mouse is reported.",
    ),
    dec(
        Mode::Focus,
        1004,
        "",
        wire::FOCUS,
        "modes_for_viewers",
        "It is reported when the pane gains and loses the focus.",
    ),
    dec(
        Mode::MouseSgr,
        1006,
        "",
        wire::MOUSE_SGR,
        "modes_for_viewers",
        "Mouse reports are numbers in a control sequence.",
    ),
    dec(
        Mode::AlternateScroll,
        1007,
        "",
        0,
        "modes_mouse",
        "The wheel sends arrow keys on the alternate screen.",
    ),
    dec(
        Mode::SixelDisplay,
        80,
        "DECSDM",
        0,
        "sixel_display",
        "Sixel pictures are shown in the screen's corner, without scrolling, and leave the cursor alone.",
    ),
    dec(
        Mode::SixelRight,
        8452,
        "",
        0,
        "sixel_place",
        "The cursor goes right of a sixel picture, not below its first column.",
    ),
    dec(Mode::MousePixels, 1016, "", 0, "modes_mouse", "As 1006, in pixels: a cell counts 8 by 16."),
    dec(
        Mode::ReverseWrapFull,
        1045,
        "",
        0,
        "reverse_wrap_full",
        "As 45, whether the row above wrapped or not, and from the top margin to the bottom one.",
    ),
    dec(
        Mode::AlternateClearing,
        1047,
        "",
        wire::ALTERNATE,
        "alternate_1047",
        "The alternate screen; resetting it clears it.",
    ),
    dec(Mode::CursorSave, 1048, "", 0, "cursor_save_mode", "The cursor is saved, and restored on reset."),
    dec(
        Mode::AlternateSaving,
        1049,
        "",
        wire::ALTERNATE,
        "alternate_1049",
        "The alternate screen, cleared when it is entered; the cursor is saved, and restored on reset.",
    ),
    dec(
        Mode::BracketedPaste,
        2004,
        "",
        wire::BRACKETED_PASTE,
        "modes_for_viewers",
        "What is pasted stands between marks.",
    ),
    dec(
        Mode::Synchronized,
        2026,
        "",
        0,
        "modes_for_viewers",
        "Viewers wait until it is reset, for a while at most.",
    ),
    on(dec(
        Mode::Clusters,
        2027,
        "",
        0,
        "reports_modes_fixed",
        "A cell holds a grapheme cluster. Always set.",
    )),
    dec(
        Mode::SchemeReports,
        2031,
        "",
        0,
        "scheme_reports",
        "It is reported when the background becomes dark or light.",
    ),
    dec(
        Mode::ResizeReports,
        2048,
        "",
        0,
        "resize_reports",
        "The size is reported, at once and whenever it changes.",
    ),
];

/// A mode that is always set, or always reset, whatever a program says.
pub(crate) struct FixedMode {
    pub(crate) private: bool,
    pub(crate) number: u16,
    pub(crate) name: &'static str,
    pub(crate) set: bool,
    pub(crate) text: &'static str,
}

const fn never(private: bool, number: u16, name: &'static str, text: &'static str) -> FixedMode {
    FixedMode { private, number, name, set: false, text }
}

/// All of those.
pub(crate) static FIXED: &[FixedMode] = &[
    never(false, 1, "GATM", "Guarded cells are sent too: nothing is sent."),
    never(false, 5, "SRTM", "Status reports come unasked."),
    never(false, 7, "VEM", "Lines are inserted above."),
    never(false, 10, "HEM", "Characters are inserted to the left."),
    never(false, 11, "PUM", "Positions count in decipoints."),
    never(false, 13, "FEAM", "Format effectors are stored."),
    never(false, 14, "FETM", "Format effectors are left out of what is sent."),
    never(false, 15, "MATM", "More than one area is sent."),
    never(false, 16, "TTM", "What is sent ends at the cursor."),
    never(false, 17, "SATM", "Only selected areas are sent."),
    never(false, 18, "TSM", "Tab stops are of one line alone."),
    never(false, 19, "EBM", "Editing ends at the area's edge."),
    FixedMode { set: true, ..never(true, 2, "DECANM", "ANSI sequences, not those of a VT52.") },
    FixedMode { set: true, ..never(true, 8, "DECARM", "Keys repeat.") },
    never(true, 9, "", "Presses are reported as X10 had it: use 1000."),
    never(true, 60, "DECHCCM", "The view follows the cursor sideways: all columns are seen."),
    FixedMode { set: true, ..never(true, 1070, "", "Each sixel picture has colour registers of its own.") },
    never(true, 1001, "", "Mouse tracking with highlights."),
    never(true, 1005, "", "Mouse reports in UTF-8: use 1006."),
    never(true, 1015, "", "Mouse reports as urxvt has them: use 1006."),
];

/// The line of a mode's number.
pub(crate) fn find(private: bool, number: u16) -> Option<&'static ModeSpec> {
    MODES.iter().find(|spec| spec.private == private && spec.number == number)
}

/// What DECRQM says of a number: 0 unknown, 1 set, 2 reset, 3 always set, 4 always reset.
pub(crate) fn state(modes: Modes, private: bool, number: u16) -> u8 {
    if let Some(spec) = find(private, number) {
        return match spec.mode {
            Mode::Clusters => 3,
            mode => 2 - u8::from(modes.has(mode)),
        };
    }
    match FIXED.iter().find(|fixed| fixed.private == private && fixed.number == number) {
        Some(fixed) if fixed.set => 3,
        Some(_) => 4,
        None => 0,
    }
}

/// The bit of [`Modes::joins_next`].
const JOINS_NEXT: u64 = 1 << 63;

/// Which modes are set.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Modes(pub(crate) u64);

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

    /// Whether text can't be written as it comes: cells move, margins stand in the way, or the next character may join
    /// the last.
    #[inline]
    pub(crate) fn hinder_text(self) -> bool {
        self.0 & (1 << Mode::Insert as u8 | 1 << Mode::LeftRight as u8 | JOINS_NEXT) != 0
    }

    /// Whether what was printed last joins whatever comes next (UAX 29, GB9b). No mode, but looked at together with those
    /// that hinder text, so that it costs nothing.
    #[inline]
    pub(crate) fn joins_next(self) -> bool {
        self.0 & JOINS_NEXT != 0
    }

    pub(crate) fn set_joins_next(&mut self, joins: bool) {
        self.0 = self.0 & !JOINS_NEXT | if joins { JOINS_NEXT } else { 0 };
    }

    pub(crate) fn set(&mut self, mode: Mode, on: bool) {
        self.0 = self.0 & !(1 << mode as u8) | u64::from(on) << mode as u8;
    }

    /// Bits of the wire's `mode`.
    pub(crate) fn wire(self) -> u32 {
        MODES.iter().filter(|spec| self.has(spec.mode)).fold(0, |bits, spec| bits | spec.wire)
    }

    /// Bits that may be set.
    pub(crate) fn known() -> u64 {
        MODES.iter().fold(JOINS_NEXT, |bits, spec| bits | 1 << spec.mode as u8)
    }
}
