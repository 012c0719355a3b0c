//! The sequences that colour text.

use abide_protocol::message::{Color, Style, attr};
use std::fmt::Write as _;

/// The sequences that lead from one style to another.
pub(super) fn change_style(from: &mut Style, to: &Style, octal: bool, out: &mut String) {
    if from == to {
        return;
    }
    let escape = if octal { "\\033" } else { "\u{1b}" };
    if from.link != to.link {
        let end = if octal { "\\\\" } else { "\\" };
        let _ = write!(out, "{escape}]8;;{}{escape}{end}", to.link);
    }
    let mut codes: Vec<String> = Vec::new();
    let mut before = from.clone();
    if before.attrs & !to.attrs != 0 || underline(&before) != underline(to) && underline(&before) != 0 {
        codes.push("0".to_owned());
        before = Style::default();
    }
    let bits = [
        (attr::BOLD, "1"),
        (attr::DIM, "2"),
        (attr::ITALIC, "3"),
        (attr::BLINK, "5"),
        (attr::REVERSE, "7"),
        (attr::CONCEAL, "8"),
        (attr::STRIKE, "9"),
        (attr::OVERLINE, "53"),
    ];
    codes.extend(
        bits.iter()
            .filter(|(bit, _)| to.attrs & bit != 0 && before.attrs & bit == 0)
            .map(|(_, c)| (*c).to_owned()),
    );
    if underline(to) != underline(&before) {
        codes.push(match underline(to) {
            1 => "4".to_owned(),
            n => format!("4:{n}"),
        });
    }
    if to.fg != before.fg {
        codes.push(colour(to.fg, 30));
    }
    if to.bg != before.bg {
        codes.push(colour(to.bg, 40));
    }
    if to.ul != before.ul {
        codes.push(match to.ul {
            Color::Default => "59".to_owned(),
            Color::Indexed(n) => format!("58:5:{n}"),
            Color::Rgb(r, g, b) => format!("58:2::{r}:{g}:{b}"),
        });
    }
    if !codes.is_empty() {
        let _ = write!(out, "{escape}[{}m", codes.join(";"));
    }
    from.clone_from(to);
}

pub(super) fn underline(style: &Style) -> u16 {
    (style.attrs & attr::UNDERLINE_MASK) >> attr::UNDERLINE_SHIFT
}

/// SGR for a colour; `base` is 30 for the foreground, 40 for the background.
fn colour(colour: Color, base: u8) -> String {
    match colour {
        Color::Default => (base + 9).to_string(),
        Color::Indexed(n @ 0..=7) => (base + n).to_string(),
        Color::Indexed(n @ 8..=15) => (base + 60 + n - 8).to_string(),
        Color::Indexed(n) => format!("{};5;{n}", base + 8),
        Color::Rgb(r, g, b) => format!("{};2;{r};{g};{b}", base + 8),
    }
}
