//! The style that the terminal writes in, and the shortest way from one to another.

use super::{
    Abilities,
    colour::{Depth, fit},
};
use abide_protocol::message::{Color, Style, attr};
use std::fmt::Write as _;

/// What the terminal's pen is. Unknown after start and after anything that was not ours.
#[derive(Clone, Debug, Default)]
pub(super) struct Pen {
    style: Option<Style>,
    link: Option<String>,
}

/// SGR for each attribute that stands alone.
const ATTRIBUTES: [(u16, &str); 8] = [
    (attr::BOLD, "1"),
    (attr::DIM, "2"),
    (attr::ITALIC, "3"),
    (attr::BLINK, "5"),
    (attr::REVERSE, "7"),
    (attr::CONCEAL, "8"),
    (attr::STRIKE, "9"),
    (attr::OVERLINE, "53"),
];

impl Pen {
    /// Changes the pen to `style`, as far as the terminal can show it.
    pub(super) fn set(&mut self, style: &Style, abilities: &Abilities, out: &mut Vec<u8>) {
        let wanted = fitting(style, abilities);
        if abilities.hyperlinks && self.link.as_ref() != Some(&style.link) {
            out.extend_from_slice(b"\x1b]8;;");
            // The target may only have printable ASCII in it; else it would end the sequence early.
            out.extend(style.link.bytes().filter(|b| matches!(b, 0x20..=0x7e)));
            out.extend_from_slice(b"\x1b\\");
            self.link = Some(style.link.clone());
        }
        if self.style.as_ref() == Some(&wanted) {
            return;
        }
        let from = self.style.as_ref().filter(|now| can_add(now, &wanted));
        let mut codes = Vec::new();
        let plain = Style::default();
        let now = from.unwrap_or_else(|| {
            codes.push("0".to_owned());
            &plain
        });
        for (bit, code) in ATTRIBUTES {
            if wanted.attrs & bit != 0 && now.attrs & bit == 0 {
                codes.push(code.to_owned());
            }
        }
        let underline = |style: &Style| (style.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT;
        match underline(&wanted) {
            n if n == underline(now) => {}
            0 => codes.push("24".to_owned()),
            1 => codes.push("4".to_owned()),
            n => codes.push(format!("4:{n}")),
        }
        if wanted.fg != now.fg {
            codes.push(color(wanted.fg, 30, 90, "38", "39"));
        }
        if wanted.bg != now.bg {
            codes.push(color(wanted.bg, 40, 100, "48", "49"));
        }
        if wanted.ul != now.ul {
            codes.push(match wanted.ul {
                Color::Default => "59".to_owned(),
                Color::Indexed(n) => format!("58:5:{n}"),
                Color::Rgb(r, g, b) => format!("58:2::{r}:{g}:{b}"),
            });
        }
        let codes = codes.join(";");
        // `ESC [ m` is the shortest way to nothing.
        out.extend_from_slice(b"\x1b[");
        out.extend_from_slice(if codes == "0" { b"" } else { codes.as_bytes() });
        out.push(b'm');
        self.style = Some(wanted);
    }

    /// Forgets what the pen is.
    pub(super) fn forget(&mut self) {
        self.style = None;
        self.link = None;
    }
}

/// Whether `to` is reached from `from` by adding only: then no reset is needed.
fn can_add(from: &Style, to: &Style) -> bool {
    let bits = !attr::UNDERLINE_MASK;
    from.attrs & bits & !to.attrs == 0
}

fn color(color: Color, base: u8, bright: u8, extended: &str, plain: &str) -> String {
    match color {
        Color::Default => plain.to_owned(),
        Color::Indexed(n @ 0..=7) => (base + n).to_string(),
        Color::Indexed(n @ 8..=15) => (bright + n - 8).to_string(),
        Color::Indexed(n) => format!("{extended};5;{n}"),
        Color::Rgb(r, g, b) => {
            let mut text = String::from(extended);
            let _ = write!(text, ";2;{r};{g};{b}");
            text
        }
    }
}

/// A style as this terminal can show it; links are kept apart.
fn fitting(style: &Style, abilities: &Abilities) -> Style {
    let mut wanted = Style {
        bg: fit(style.bg, abilities.depth),
        fg: fit(style.fg, abilities.depth),
        ul: if abilities.underline_colour { fit(style.ul, abilities.depth) } else { Color::Default },
        link: String::new(),
        attrs: style.attrs & (abilities.attributes | attr::UNDERLINE_MASK),
    };
    if abilities.depth == Depth::Eight {
        if let Color::Indexed(n @ 8..=15) = wanted.fg {
            wanted.fg = Color::Indexed(n - 8);
            wanted.attrs |= attr::BOLD & abilities.attributes;
        }
        if let Color::Indexed(n @ 8..=15) = wanted.bg {
            wanted.bg = Color::Indexed(n - 8);
        }
    }
    let underlined = wanted.attrs & attr::UNDERLINE_MASK != 0;
    if underlined && !abilities.underline_styles {
        wanted.attrs &= !attr::UNDERLINE_MASK;
        wanted.attrs |= if abilities.underline { 1 << attr::UNDERLINE_SHIFT } else { 0 };
    }
    wanted
}
