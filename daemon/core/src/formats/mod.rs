//! Formats: texts with `#{…}` in them, and what they expand to over [`Facts`].
//!
//! tmux's (its manual, "FORMATS"). A name that nobody knows expands to nothing. Whatever a user writes ends:
//! depth, work and output are bounded (`limits`), and what is over a bound is left out.

mod arithmetic;
mod expand;
mod glob;
pub mod limits;
mod modifier;
mod pattern;
mod shape;
mod split;
mod time;

pub use expand::{expand, expand_time};
pub use glob::glob;
pub use pattern::Pattern;
pub use shape::strip_styles;
pub use time::{Clock, ctime, strftime};

use abide_protocol::message::Color;

/// What `S:`, `W:`, `P:` and `L:` go through.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// All sessions.
    Sessions,
    /// The windows of the session.
    Windows,
    /// The panes of the window.
    Panes,
    /// All clients.
    Clients,
}

/// In which order.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Order {
    /// As they are listed.
    #[default]
    Index,
    /// By name.
    Name,
    /// By the time they were last used, newest first.
    Time,
}

/// Where a format's values come from.
pub trait Facts {
    /// The value of an option, a variable or the environment, whichever has one by that name.
    fn value(&self, name: &str) -> Option<String>;

    /// The members of a loop, each with facts of its own.
    fn members(&self, _which: Loop, _order: Order) -> Vec<Box<dyn Facts + '_>> {
        Vec::new()
    }

    /// Whether this member of a loop is the current one (its second format is then used).
    fn current(&self) -> bool {
        false
    }

    /// Whether a window (of the session) or a session has this name (`N/w:`, `N/s:`).
    fn exists(&self, _session: bool, _name: &str) -> bool {
        false
    }

    /// Searches the visible text of the pane (`C:`): the first row from 1 that matches.
    fn search(&self, _pattern: &Pattern) -> Option<u16> {
        None
    }

    /// The last line that a shell command (`#(…)`) printed, as far as it is known: the command as it stands in
    /// the format, and as its own formats make it. The line is a format again, in which no commands are run.
    fn job(&self, _command: &str, _expanded: &str) -> Option<String> {
        None
    }

    /// The time.
    fn clock(&self) -> Clock {
        Clock::default()
    }
}

/// Whether an expanded text counts as true: neither empty nor `0`.
#[must_use]
pub fn is_true(text: &str) -> bool {
    !text.is_empty() && text != "0"
}

/// Red, green and blue of one of the 256 colours, the first 16 as VGA had them.
#[must_use]
pub fn rgb(color: Color) -> Option<(u8, u8, u8)> {
    const LOW: [u32; 16] = [
        0x00_0000, 0x80_0000, 0x00_8000, 0x80_8000, 0x00_0080, 0x80_0080, 0x00_8080, 0xc0_c0c0, 0x80_8080,
        0xff_0000, 0x00_ff00, 0xff_ff00, 0x00_00ff, 0xff_00ff, 0x00_ffff, 0xff_ffff,
    ];
    let index = match color {
        Color::Default => return None,
        Color::Rgb(r, g, b) => return Some((r, g, b)),
        Color::Indexed(index) => index,
    };
    Some(match index {
        0..=15 => {
            let [_, r, g, b] = LOW[usize::from(index)].to_be_bytes();
            (r, g, b)
        }
        16..=231 => {
            let level = |n: u8| if n == 0 { 0 } else { 55 + 40 * n };
            let cube = index - 16;
            (level(cube / 36), level(cube / 6 % 6), level(cube % 6))
        }
        232..=255 => {
            let grey = 8 + 10 * (index - 232);
            (grey, grey, grey)
        }
    })
}
