//! A page that looks like the screen: no script, nothing from elsewhere.

use super::ansi::underline;
use crate::screen::Colors;
use abide_protocol::message::{Style, attr};
use std::fmt::Write as _;

pub(super) fn open(out: &mut String, colors: &Colors) {
    let _ = write!(
        out,
        "<!DOCTYPE html>\n<html><head><meta charset=\"utf-8\"><title>pane</title>\n\
         <style>body{{color:{};background:{}}} a{{color:inherit}}</style></head>\n<body><pre>\n",
        Hex(colors.text),
        Hex(colors.background)
    );
}

pub(super) fn close(out: &mut String) {
    out.push_str("</pre></body></html>\n");
}

pub(super) fn line<'a>(out: &mut String, parts: impl Iterator<Item = (&'a Style, &'a str)>, colors: &Colors) {
    for (style, text) in parts {
        let is_link = !style.link.is_empty();
        if is_link {
            out.push_str("<a href=\"");
            escape(out, &style.link);
            out.push_str("\">");
        }
        let css = css(style, colors);
        if css.is_empty() {
            escape(out, text);
        } else {
            let _ = write!(out, "<span style=\"{css}\">");
            escape(out, text);
            out.push_str("</span>");
        }
        if is_link {
            out.push_str("</a>");
        }
    }
}

fn escape(out: &mut String, text: &str) {
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            c => out.push(c),
        }
    }
}

/// A colour as CSS writes it.
struct Hex(u32);

impl std::fmt::Display for Hex {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "#{:06x}", self.0)
    }
}

fn css(style: &Style, colors: &Colors) -> String {
    let mut css = String::new();
    let has = |bit| style.attrs & bit != 0;
    let (mut text, mut ground) = (colors.rgb(style.fg), colors.rgb(style.bg));
    if has(attr::REVERSE) {
        (text, ground) = (Some(ground.unwrap_or(colors.background)), Some(text.unwrap_or(colors.text)));
    }
    if let Some(color) = text {
        let _ = write!(css, "color:{};", Hex(color));
    }
    if let Some(color) = ground {
        let _ = write!(css, "background:{};", Hex(color));
    }
    let simple = [
        (attr::BOLD, "font-weight:bold;"),
        (attr::DIM, "opacity:.6;"),
        (attr::ITALIC, "font-style:italic;"),
        (attr::CONCEAL, "visibility:hidden;"),
    ];
    simple.iter().filter(|(bit, _)| has(*bit)).for_each(|(_, rule)| css.push_str(rule));
    let lines = [
        (underline(style) != 0, " underline"),
        (has(attr::STRIKE), " line-through"),
        (has(attr::OVERLINE), " overline"),
    ];
    if lines.iter().any(|(is, _)| *is) {
        css.push_str("text-decoration:");
        lines.iter().filter(|(is, _)| *is).for_each(|(_, line)| css.push_str(line));
        css.push_str(match underline(style) {
            2 => " double",
            3 => " wavy",
            4 => " dotted",
            5 => " dashed",
            _ => "",
        });
        if let Some(color) = colors.rgb(style.ul) {
            let _ = write!(css, " {}", Hex(color));
        }
        css.push(';');
    }
    css
}
