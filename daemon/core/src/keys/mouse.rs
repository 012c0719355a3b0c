//! The mouse as keys, and as reports to programs.

use abide_protocol::message::{MouseAction, MouseEvent, mode};
use std::{fmt, str::FromStr};

/// What the mouse did, as bindings name it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Click {
    Move,
    Down(u8),
    Up(u8),
    Drag(u8),
    DragEnd(u8),
    WheelUp,
    WheelDown,
    /// The second press of what may become a double click.
    Second(u8),
    Double(u8),
    Triple(u8),
}

/// Where it did so.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[allow(missing_docs, reason = "the names say it")]
pub enum Place {
    Pane,
    /// A window's name on the status line.
    Status,
    StatusLeft,
    StatusRight,
    /// The status line where nothing is.
    StatusDefault,
    ScrollbarUp,
    ScrollbarSlider,
    ScrollbarDown,
    Border,
    /// A `range=control|N` of a format.
    Control(u8),
    /// Outside of every pane.
    Empty,
}

/// A mouse key, named `MouseDown1Pane`, `WheelUpStatus` ….
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Mouse {
    /// What.
    pub click: Click,
    /// Where.
    pub place: Place,
}

/// A name before a button's number, and what it makes of the number.
type ButtonClick = (&'static str, fn(u8) -> Click);

const CLICKS: &[ButtonClick] = &[
    ("MouseDragEnd", Click::DragEnd),
    ("MouseDrag", Click::Drag),
    ("MouseDown", Click::Down),
    ("MouseUp", Click::Up),
    ("SecondClick", Click::Second),
    ("DoubleClick", Click::Double),
    ("TripleClick", Click::Triple),
];

const PLACES: &[(&str, Place)] = &[
    ("Pane", Place::Pane),
    ("StatusLeft", Place::StatusLeft),
    ("StatusRight", Place::StatusRight),
    ("StatusDefault", Place::StatusDefault),
    ("Status", Place::Status),
    ("ScrollbarUp", Place::ScrollbarUp),
    ("ScrollbarSlider", Place::ScrollbarSlider),
    ("ScrollbarDown", Place::ScrollbarDown),
    ("Border", Place::Border),
    ("Empty", Place::Empty),
];

/// Buttons that terminals report.
const BUTTON_MAX: u8 = 11;

impl FromStr for Mouse {
    type Err = ();

    fn from_str(name: &str) -> Result<Mouse, ()> {
        let strip = |prefix: &str| {
            name.get(..prefix.len())
                .filter(|p| p.eq_ignore_ascii_case(prefix))
                .and_then(|_| name.get(prefix.len()..))
        };
        for (prefix, click) in
            [("MouseMove", Click::Move), ("WheelUp", Click::WheelUp), ("WheelDown", Click::WheelDown)]
        {
            if let Some(rest) = strip(prefix) {
                return Ok(Mouse { click, place: place(rest).ok_or(())? });
            }
        }
        for (prefix, click) in CLICKS {
            let Some(rest) = strip(prefix) else { continue };
            let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
            let (button, rest) = rest.split_at(digits);
            let button: u8 = button.parse().map_err(|_| ())?;
            if !(1..=BUTTON_MAX).contains(&button) {
                return Err(());
            }
            return Ok(Mouse { click: click(button), place: place(rest).ok_or(())? });
        }
        Err(())
    }
}

fn place(name: &str) -> Option<Place> {
    if let Some((_, place)) = PLACES.iter().find(|(text, _)| text.eq_ignore_ascii_case(name)) {
        return Some(*place);
    }
    let number = name.get(..7).filter(|p| p.eq_ignore_ascii_case("Control")).and_then(|_| name.get(7..))?;
    number.parse().ok().filter(|n| *n < 10).map(Place::Control)
}

impl fmt::Display for Mouse {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.click {
            Click::Move => f.write_str("MouseMove")?,
            Click::WheelUp => f.write_str("WheelUp")?,
            Click::WheelDown => f.write_str("WheelDown")?,
            Click::Down(n) => write!(f, "MouseDown{n}")?,
            Click::Up(n) => write!(f, "MouseUp{n}")?,
            Click::Drag(n) => write!(f, "MouseDrag{n}")?,
            Click::DragEnd(n) => write!(f, "MouseDragEnd{n}")?,
            Click::Second(n) => write!(f, "SecondClick{n}")?,
            Click::Double(n) => write!(f, "DoubleClick{n}")?,
            Click::Triple(n) => write!(f, "TripleClick{n}")?,
        }
        if let Place::Control(n) = self.place {
            return write!(f, "Control{n}");
        }
        let name = PLACES.iter().find(|(_, place)| *place == self.place).map_or("", |(name, _)| name);
        f.write_str(name)
    }
}

/// The report of a mouse event for the program in a pane: `event` in cells of the pane, `modes` the pane's
/// (`protocol::message::mode`). None when the program did not ask for it.
///
/// SGR form (1006) or X10's bytes (xterm, "Mouse Tracking"); the latter reaches column and row 223 only.
#[must_use]
pub fn encode_mouse(event: &MouseEvent, modes: u32) -> Option<Vec<u8>> {
    let wanted = match event.action {
        MouseAction::Move => mode::MOUSE_ALL,
        MouseAction::Drag => mode::MOUSE_ALL | mode::MOUSE_DRAG,
        _ => mode::MOUSE_ALL | mode::MOUSE_DRAG | mode::MOUSE_BUTTONS,
    };
    if modes & wanted == 0 {
        return None;
    }
    let sgr = modes & mode::MOUSE_SGR != 0;
    let button = match event.button {
        n @ 1..=3 => n - 1,
        // Buttons 8 to 11 of xterm; 4 to 7 are the wheel.
        n @ 8..=11 => 128 + n - 8,
        _ => 3,
    };
    let base = match event.action {
        MouseAction::Press => button,
        // Only the SGR form can say which button came up.
        MouseAction::Release if sgr => button,
        MouseAction::Release => 3,
        MouseAction::Drag => button + 32,
        MouseAction::Move => 3 + 32,
        MouseAction::WheelUp => 64,
        MouseAction::WheelDown => 65,
    };
    // On the wire shift is 1, meta 2, control 4; in a report 4, 8, 16.
    let code = base | ((event.mods & 7) << 2);
    let (x, y) = (u32::from(event.x) + 1, u32::from(event.y) + 1);
    if sgr {
        let last = if event.action == MouseAction::Release { 'm' } else { 'M' };
        return Some(format!("\u{1b}[<{code};{x};{y}{last}").into_bytes());
    }
    let byte = |value: u32| u8::try_from(value + 32).ok();
    Some(vec![0x1b, b'[', b'M', byte(u32::from(code))?, byte(x)?, byte(y)?])
}
