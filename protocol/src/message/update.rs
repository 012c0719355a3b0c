//! What changed on a surface: state, never a program's raw bytes.

use super::{Placement, Size, SurfaceNumber};
use serde::{Deserialize, Serialize};

/// A colour of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Color {
    /// The terminal's own.
    #[default]
    Default,
    /// One of 256: 0 to 7 ANSI, 8 to 15 bright, 16 to 231 a cube, 232 to 255 greys.
    Indexed(u8),
    /// Red, green, blue.
    Rgb(u8, u8, u8),
}

/// Bits of [`Style::attrs`].
pub mod attr {
    /// SGR 1.
    pub const BOLD: u16 = 1;
    /// SGR 2.
    pub const DIM: u16 = 1 << 1;
    /// SGR 3.
    pub const ITALIC: u16 = 1 << 2;
    /// SGR 5 and 6.
    pub const BLINK: u16 = 1 << 3;
    /// SGR 7.
    pub const REVERSE: u16 = 1 << 4;
    /// SGR 8.
    pub const CONCEAL: u16 = 1 << 5;
    /// SGR 9.
    pub const STRIKE: u16 = 1 << 6;
    /// SGR 53.
    pub const OVERLINE: u16 = 1 << 7;
    /// Underline style in three bits: 0 none, 1 single, 2 double, 3 curly, 4 dotted, 5 dashed (SGR 4:n).
    pub const UNDERLINE_SHIFT: u16 = 8;
    /// The three bits of the underline style.
    pub const UNDERLINE_MASK: u16 = 7 << UNDERLINE_SHIFT;
}

/// How a cell looks.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Style {
    /// Background.
    pub bg: Color,
    /// Foreground.
    pub fg: Color,
    /// Underline colour; `Default` follows the foreground.
    pub ul: Color,
    /// Target of a hyperlink (OSC 8), empty where there is none.
    pub link: String,
    /// Bits of [`attr`].
    pub attrs: u16,
}

/// Gives a style its number on this connection. Number 0 is the default style and is never defined.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct StyleDefinition(
    /// The number.
    pub u16,
    /// The style.
    pub Style,
);

/// How the text of a run fills cells.
///
/// Travels as a number: 1 and 2, each scalar value is a cell of that many columns; 3 and 4, the whole
/// text is one cluster in one cell of one or two columns.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(into = "u8", try_from = "u8")]
pub enum Cells {
    /// Each scalar one column.
    Narrow,
    /// Each scalar two columns.
    Wide,
    /// The text is one cluster of one column.
    NarrowCluster,
    /// The text is one cluster of two columns.
    WideCluster,
}

impl From<Cells> for u8 {
    fn from(cells: Cells) -> u8 {
        match cells {
            Cells::Narrow => 1,
            Cells::Wide => 2,
            Cells::NarrowCluster => 3,
            Cells::WideCluster => 4,
        }
    }
}
impl TryFrom<u8> for Cells {
    type Error = String;
    fn try_from(n: u8) -> Result<Cells, String> {
        match n {
            1 => Ok(Cells::Narrow),
            2 => Ok(Cells::Wide),
            3 => Ok(Cells::NarrowCluster),
            4 => Ok(Cells::WideCluster),
            _ => Err(format!("cells {n}: not 1 to 4")),
        }
    }
}

/// Neighbouring cells of one style and one kind.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Run(
    /// Number of the style.
    pub u16,
    /// How the text fills cells.
    pub Cells,
    /// The text: no control characters.
    pub String,
);

impl Run {
    /// Columns that the run takes.
    #[must_use]
    pub fn cols(&self) -> usize {
        match self.1 {
            Cells::Narrow => self.2.chars().count(),
            Cells::Wide => 2 * self.2.chars().count(),
            Cells::NarrowCluster => 1,
            Cells::WideCluster => 2,
        }
    }
}

/// A row as runs from column 0; what lies right of the last run is blank in the default style.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row(
    /// Whether the line goes on in the next row (it was wrapped, not ended).
    pub bool,
    /// The runs.
    pub Vec<Run>,
);

/// A row that is now so.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct RowChange(
    /// Which row, from 0.
    pub u16,
    /// All of it.
    pub Row,
);

/// Rows `top..bottom` moved up by `up` (down when negative); the rows that came free are blank until a
/// row change says otherwise. Scrolls come before row changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Scroll(
    /// First row of the region.
    pub u16,
    /// One past its last row.
    pub u16,
    /// How far.
    pub i16,
);

/// Shape of the cursor, as DECSCUSR.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CursorShape {
    /// Whatever the viewer's terminal has.
    #[default]
    Default,
    /// A block.
    Block,
    /// An underline.
    Underline,
    /// A bar.
    Bar,
}

/// The cursor.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Cursor {
    /// Column, from 0.
    pub x: u16,
    /// Row, from 0.
    pub y: u16,
    /// Whether it blinks.
    pub blink: bool,
    /// Its shape.
    pub shape: CursorShape,
    /// Whether it is seen.
    pub visible: bool,
}

/// Bits of [`Update::modes`]: what a viewer's own terminal has to do for the program (or for the
/// multiplexer's own keys and mouse, on a session surface).
pub mod mode {
    /// Mouse buttons are reported (DECSET 1000).
    pub const MOUSE_BUTTONS: u32 = 1;
    /// Also drags (1002).
    pub const MOUSE_DRAG: u32 = 1 << 1;
    /// Also moves (1003).
    pub const MOUSE_ALL: u32 = 1 << 2;
    /// Bracketed paste (2004).
    pub const BRACKETED_PASTE: u32 = 1 << 3;
    /// Focus reports (1004).
    pub const FOCUS: u32 = 1 << 4;
    /// Application cursor keys (DECCKM, 1).
    pub const APP_CURSOR: u32 = 1 << 5;
    /// Application keypad (DECKPAM).
    pub const APP_KEYPAD: u32 = 1 << 6;
    /// The alternate screen is shown (1049).
    pub const ALTERNATE: u32 = 1 << 7;
    /// Mouse reports are in SGR form (1006).
    pub const MOUSE_SGR: u32 = 1 << 8;
    /// The whole screen is reversed (DECSCNM, 5).
    pub const REVERSE_SCREEN: u32 = 1 << 9;
    /// How far kitty's five keyboard flags are shifted: disambiguate 1, event types 2, alternate keys 4, all keys 8,
    /// text 16. While one is set, a viewer that can tells keys as `InputEvent::Press`.
    pub const KEYBOARD_SHIFT: u32 = 10;
    /// Those flags.
    pub const KEYBOARD: u32 = 31 << KEYBOARD_SHIFT;
    /// How far xterm's modifyOtherKeys, 0 to 2, is shifted.
    pub const OTHER_KEYS_SHIFT: u32 = 15;
    /// It.
    pub const OTHER_KEYS: u32 = 3 << OTHER_KEYS_SHIFT;
    /// The form `CSI number ; modifiers u` is asked for with it (formatOtherKeys).
    pub const OTHER_KEYS_AS_U: u32 = 1 << 17;
    /// The form `CSI 27 ; modifiers ; number ~` is.
    pub const OTHER_KEYS_AS_TILDE: u32 = 1 << 18;
}

/// History lines that left the screen since the last update, and where they stand (pane surfaces only).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HistoryTail {
    /// One past the newest history line: the absolute number of the screen's first row.
    pub end: u64,
    /// The newest of them, ending at `end`; older ones that were skipped can be asked for. They take the place of those that the
    /// viewer has under the same numbers: a screen that grows takes lines back, and may give others.
    pub rows: Vec<Row>,
    /// Oldest line that still exists.
    pub start: u64,
    /// Changes when line numbers were dealt anew (reflow at another width, cleared history): forget
    /// what you hold and ask again.
    pub generation: u64,
}

/// What changed on a surface since the last update that this viewer was sent.
///
/// Whatever is empty, zero or none does not travel: most updates are one row and a cursor.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Update {
    /// Forget everything first: all rows blank, cursor home, modes 0. The style book is empty too.
    #[serde(default, skip_serializing_if = "is_default")]
    pub full: bool,
    /// Row changes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub rows: Vec<RowChange>,
    /// The surface's size.
    pub size: Size,
    /// Number of times the bell rang.
    #[serde(default, skip_serializing_if = "is_default")]
    pub bells: u32,
    /// Bits of [`mode`], when they changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub modes: Option<u32>,
    /// The window title, when it changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub title: Option<String>,
    /// The cursor, when it changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub cursor: Option<Cursor>,
    /// Style definitions that the rows of this and later updates use.
    #[serde(default, skip_serializing_if = "is_default")]
    pub styles: Vec<StyleDefinition>,
    /// History, when it changed.
    #[serde(default, skip_serializing_if = "is_default")]
    pub history: Option<HistoryTail>,
    /// Scrolls, in order, before the row changes.
    #[serde(default, skip_serializing_if = "is_default")]
    pub scrolls: Vec<Scroll>,
    /// Which surface.
    pub surface: SurfaceNumber,
    /// All pictures that are seen, the backmost first, when they changed; after a full update, and in another size, there
    /// are none until it says so. For viewers with the feature [`PICTURES`](super::feature::PICTURES).
    #[serde(default, skip_serializing_if = "is_default")]
    pub pictures: Option<Vec<Placement>>,
}

pub(super) fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}

/// Answers `GetHistory`.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct History {
    /// The request.
    pub id: u32,
    /// One past the newest history line.
    pub end: u64,
    /// The lines, from `first`.
    pub rows: Vec<Row>,
    /// Absolute number of the first line sent: later than asked for when older ones are gone.
    pub first: u64,
    /// Oldest line that still exists.
    pub start: u64,
    /// Style definitions that the rows use.
    pub styles: Vec<StyleDefinition>,
    /// Which surface.
    pub surface: SurfaceNumber,
    /// As in [`HistoryTail`].
    pub generation: u64,
}
