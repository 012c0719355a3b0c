//! A JSON object a line, so that a history of any length can be read line by line.
//!
//! ```text
//! {"line": N, "rows": N, "wrapped": BOOL, "runs": [{"text": "…", "fg": COLOR, "bg": COLOR, "ul": COLOR,
//!  "attributes": ["bold", …], "link": "…"}, …]}
//! COLOR: a number of the 256, or "#rrggbb"; what is as usual is left out
//! ```

use super::ansi::underline;
use abide_protocol::message::{Color, Style, attr};
use std::fmt::Write as _;

pub(super) fn line<'a>(
    out: &mut String,
    number: i64,
    rows: u32,
    wrapped: bool,
    parts: impl Iterator<Item = (&'a Style, &'a str)>,
) {
    let _ = write!(out, "{{\"line\":{number},\"rows\":{rows},\"wrapped\":{wrapped},\"runs\":[");
    for (i, (style, text)) in parts.enumerate() {
        out.push_str(if i == 0 { "{\"text\":" } else { ",{\"text\":" });
        quote(out, text);
        for (name, color) in [("fg", style.fg), ("bg", style.bg), ("ul", style.ul)] {
            let _ = match color {
                Color::Default => Ok(()),
                Color::Indexed(n) => write!(out, ",\"{name}\":{n}"),
                Color::Rgb(r, g, b) => write!(out, ",\"{name}\":\"#{r:02x}{g:02x}{b:02x}\""),
            };
        }
        let names: Vec<&str> = names(style).collect();
        if !names.is_empty() {
            let _ = write!(out, ",\"attributes\":[\"{}\"]", names.join("\",\""));
        }
        if !style.link.is_empty() {
            out.push_str(",\"link\":");
            quote(out, &style.link);
        }
        out.push('}');
    }
    out.push_str("]}");
}

fn names(style: &Style) -> impl Iterator<Item = &'static str> {
    const BITS: [(u16, &str); 8] = [
        (attr::BOLD, "bold"),
        (attr::DIM, "dim"),
        (attr::ITALIC, "italic"),
        (attr::BLINK, "blink"),
        (attr::REVERSE, "reverse"),
        (attr::CONCEAL, "conceal"),
        (attr::STRIKE, "strike"),
        (attr::OVERLINE, "overline"),
    ];
    const UNDERLINES: [&str; 6] =
        ["", "underline", "double-underline", "curly-underline", "dotted-underline", "dashed-underline"];
    let attrs = style.attrs;
    let line = UNDERLINES.get(usize::from(underline(style))).copied().filter(|name| !name.is_empty());
    BITS.iter().filter(move |(bit, _)| attrs & bit != 0).map(|(_, name)| *name).chain(line)
}

fn quote(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' | '\\' => {
                out.push('\\');
                out.push(c);
            }
            c if c.is_control() => {
                let _ = write!(out, "\\u{:04x}", c as u32);
            }
            c => out.push(c),
        }
    }
    out.push('"');
}
