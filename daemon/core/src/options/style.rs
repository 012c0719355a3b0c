//! Styles: `fg=red,bold`, and what `#[…]` in a status line can say beside colours.

use abide_protocol::message::{Color, Style, attr};

/// Where what follows is put.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Align {
    /// Wherever the writer of the line begins: the left.
    #[default]
    Default,
    /// From the left.
    Left,
    /// Between left and right.
    Centre,
    /// At the right.
    Right,
    /// In the middle of the whole line.
    AbsoluteCentre,
}

/// Parts of the window list, which is scrolled when it is too long.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum List {
    /// Not part of it.
    #[default]
    Off,
    /// Part of it.
    On,
    /// The part that has to be seen.
    Focus,
    /// Shown at the left where the list is cut there.
    LeftMarker,
    /// Shown at the right where the list is cut there.
    RightMarker,
}

/// What the mouse hits there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Range {
    /// `StatusLeft`.
    Left,
    /// `StatusRight`.
    Right,
    /// A window by its index: `Status`.
    Window(u32),
    /// A session by its number.
    Session(u32),
    /// A pane by its number.
    Pane(u32),
    /// A name of the user's own.
    User(String),
    /// `Control0` to `Control9`.
    Control(u8),
}

/// What a `#[…]` does with the style that `default` means.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultChange {
    /// Nothing.
    #[default]
    Keep,
    /// The current style becomes the default, until popped.
    Push,
    /// Back to the default before the last push.
    Pop,
    /// The current style becomes the default for good.
    Set,
}

/// A style and everything else that `#[…]` can set.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Styling {
    /// Colours and attributes.
    pub style: Style,
    /// Alignment.
    pub align: Align,
    /// The colour of what is left blank.
    pub fill: Option<Color>,
    /// Part of the window list.
    pub list: List,
    /// What the mouse hits.
    pub range: Option<Range>,
    /// What happens to the default.
    pub default_change: DefaultChange,
}

/// Not a style.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct BadStyle;

impl Styling {
    /// Puts a style's text on top; `base` is what `default` goes back to.
    ///
    /// # Errors
    /// When a part is not known; what stood before it is then applied already.
    pub fn apply(&mut self, text: &str, base: &Styling) -> Result<(), BadStyle> {
        for part in text.split([' ', ',', '\n']).filter(|part| !part.is_empty()) {
            self.part(&part.to_ascii_lowercase(), part, base)?;
        }
        Ok(())
    }

    fn part(&mut self, part: &str, written: &str, base: &Styling) -> Result<(), BadStyle> {
        match part {
            "default" => {
                self.style = base.style.clone();
                return Ok(());
            }
            "push-default" => self.default_change = DefaultChange::Push,
            "pop-default" => self.default_change = DefaultChange::Pop,
            "set-default" => self.default_change = DefaultChange::Set,
            "nolist" => self.list = List::Off,
            "norange" => self.range = None,
            "noalign" => self.align = Align::Default,
            "none" | "noattr" => self.style.attrs = 0,
            // Kept for texts written for tmux: line drawing needs no attribute here.
            "acs" | "noacs" | "ignore" | "noignore" | "nodim=" => {}
            _ => return self.setting(part, written, base),
        }
        Ok(())
    }

    fn setting(&mut self, part: &str, written: &str, base: &Styling) -> Result<(), BadStyle> {
        let Some((name, value)) = part.split_once('=') else {
            return match part.strip_prefix("no") {
                Some(name) => attribute(name).map(|(mask, _)| self.style.attrs &= !mask).ok_or(BadStyle),
                None => attribute(part)
                    .map(|(mask, bits)| self.style.attrs = self.style.attrs & !mask | bits)
                    .ok_or(BadStyle),
            };
        };
        match name {
            "fg" | "bg" | "us" => {
                let inherited = match name {
                    "fg" => base.style.fg,
                    "bg" => base.style.bg,
                    _ => base.style.ul,
                };
                let color = if value == "default" { inherited } else { colour(value).ok_or(BadStyle)? };
                *match name {
                    "fg" => &mut self.style.fg,
                    "bg" => &mut self.style.bg,
                    _ => &mut self.style.ul,
                } = color;
            }
            "fill" => self.fill = Some(colour(value).ok_or(BadStyle)?),
            "align" => {
                self.align = match value {
                    "left" => Align::Left,
                    "centre" | "center" => Align::Centre,
                    "right" => Align::Right,
                    "absolute-centre" | "absolute-center" => Align::AbsoluteCentre,
                    _ => return Err(BadStyle),
                };
            }
            "list" => {
                self.list = match value {
                    "on" => List::On,
                    "focus" => List::Focus,
                    "left-marker" => List::LeftMarker,
                    "right-marker" => List::RightMarker,
                    _ => return Err(BadStyle),
                };
            }
            "range" => {
                let value = written.split_once('=').map_or("", |(_, value)| value);
                self.range = Some(range(value).ok_or(BadStyle)?);
            }
            "width" | "pad" => {
                let digits = value.strip_suffix('%').unwrap_or(value);
                digits.parse::<u16>().map_err(|_| BadStyle)?;
            }
            _ => return Err(BadStyle),
        }
        Ok(())
    }
}

fn range(value: &str) -> Option<Range> {
    let (kind, argument) = value.split_once('|').unwrap_or((value, ""));
    Some(match kind {
        "left" => Range::Left,
        "right" => Range::Right,
        "window" => Range::Window(argument.parse().ok()?),
        "session" => Range::Session(argument.strip_prefix('$').unwrap_or(argument).parse().ok()?),
        "pane" => Range::Pane(argument.strip_prefix('%').unwrap_or(argument).parse().ok()?),
        "user" if !argument.is_empty() => Range::User(argument.to_owned()),
        "control" => Range::Control(argument.parse().ok().filter(|n| *n < 10)?),
        _ => return None,
    })
}

/// The bits that an attribute clears and sets.
fn attribute(name: &str) -> Option<(u16, u16)> {
    let underline = |n: u16| (attr::UNDERLINE_MASK, n << attr::UNDERLINE_SHIFT);
    let one = |bit: u16| (bit, bit);
    Some(match name {
        "bright" | "bold" => one(attr::BOLD),
        "dim" => one(attr::DIM),
        "italics" => one(attr::ITALIC),
        "blink" => one(attr::BLINK),
        "reverse" => one(attr::REVERSE),
        "hidden" => one(attr::CONCEAL),
        "strikethrough" => one(attr::STRIKE),
        "overline" => one(attr::OVERLINE),
        "underscore" => underline(1),
        "double-underscore" => underline(2),
        "curly-underscore" => underline(3),
        "dotted-underscore" => underline(4),
        "dashed-underscore" => underline(5),
        _ => return None,
    })
}

const NAMES: [&str; 8] = ["black", "red", "green", "yellow", "blue", "magenta", "cyan", "white"];

/// A colour by its tmux name: `red`, `brightred`, `colour123`, `#rrggbb`, `default`, `terminal`.
#[must_use]
pub fn colour(text: &str) -> Option<Color> {
    if let Some(digits) = text.strip_prefix('#') {
        let value =
            u32::from_str_radix(digits, 16).ok().filter(|_| digits.len() == 6 && !digits.starts_with('+'))?;
        let [_, r, g, b] = value.to_be_bytes();
        return Some(Color::Rgb(r, g, b));
    }
    let text = text.to_ascii_lowercase();
    if matches!(text.as_str(), "default" | "terminal" | "none") {
        return Some(Color::Default);
    }
    if let Some(number) = text.strip_prefix("colour").or_else(|| text.strip_prefix("color")) {
        return number.parse().ok().map(Color::Indexed);
    }
    let name = |name: &str| NAMES.iter().position(|n| *n == name).and_then(|n| u8::try_from(n).ok());
    if let Some(n) = text.strip_prefix("bright").and_then(name) {
        return Some(Color::Indexed(n + 8));
    }
    if let Some(n) = name(&text) {
        return Some(Color::Indexed(n));
    }
    match text.parse::<u8>() {
        Ok(n @ 0..=7) => Some(Color::Indexed(n)),
        Ok(n @ 90..=97) => Some(Color::Indexed(n - 90 + 8)),
        _ => None,
    }
}
