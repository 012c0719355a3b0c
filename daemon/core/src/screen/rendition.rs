//! SGR: how text looks from now on.

use super::parser::Parameters;
use super::pen::{Ink, Pen};
use super::terminal::Terminal;
use abide_protocol::message::attr;

impl Terminal {
    /// `CSI … m`, with colours in both forms: `38;5;n`, `38;2;r;g;b` and `38:5:n`, `38:2::r:g:b`,
    /// `38:2:r:g:b`.
    pub(crate) fn rendition(&mut self, parameters: &Parameters) {
        let mut pen = self.pen;
        apply(&mut pen, parameters);
        self.set_pen(pen);
    }
}

/// Changes a pen as SGR does.
#[inline(always)]
pub(crate) fn apply(pen: &mut Pen, parameters: &Parameters) {
    if parameters.sub == 0 {
        with_semicolons(pen, parameters.values());
    } else {
        with_colons(pen, parameters);
    }
}

/// Parameters without any sub-parameter.
#[inline(always)]
fn with_semicolons(pen: &mut Pen, values: &[u16]) {
    let mut rest = values;
    while let [value, after @ ..] = rest {
        rest = after;
        match *value {
            38 => rest = color(&mut pen.fg, after),
            48 => rest = color(&mut pen.bg, after),
            58 => rest = color(&mut pen.ul, after),
            value => attribute(pen, value),
        }
    }
}

/// A colour in parameters of its own; says what follows it.
#[inline(always)]
fn color<'a>(ink: &mut Ink, values: &'a [u16]) -> &'a [u16] {
    match values {
        [5, n, rest @ ..] => {
            *ink = indexed(*n).unwrap_or(*ink);
            rest
        }
        [2, r, g, b, rest @ ..] => {
            *ink = rgb(*r, *g, *b).unwrap_or(*ink);
            rest
        }
        // Not whole: nothing after it can be told apart.
        _ => &[],
    }
}

/// Parameters of which some have sub-parameters.
#[cold]
fn with_colons(pen: &mut Pen, parameters: &Parameters) {
    let mut rest = parameters.values();
    while let [value, after @ ..] = rest {
        let at = parameters.len - after.len();
        let subs = (0..after.len()).take_while(|i| parameters.is_sub(at + i)).count();
        let (subs, next) = after.split_at(subs);
        rest = next;
        match (*value, subs) {
            (38, []) => rest = color(&mut pen.fg, next),
            (48, []) => rest = color(&mut pen.bg, next),
            (58, []) => rest = color(&mut pen.ul, next),
            (38, subs) => pen.fg = sub_color(subs).unwrap_or(pen.fg),
            (48, subs) => pen.bg = sub_color(subs).unwrap_or(pen.bg),
            (58, subs) => pen.ul = sub_color(subs).unwrap_or(pen.ul),
            (4, [style, ..]) => pen.underline((*style).min(5)),
            (value, _) => attribute(pen, value),
        }
    }
}

/// ISO 8613-6; the colour space between the 2 and red is often left out.
fn sub_color(values: &[u16]) -> Option<Ink> {
    match *values {
        [5, n, ..] => indexed(n),
        [2, r, g, b] => rgb(r, g, b),
        [2, _, r, g, b, ..] => rgb(r, g, b),
        _ => None,
    }
}

/// What one value says.
#[inline(always)]
fn attribute(pen: &mut Pen, value: u16) {
    match value {
        0 => *pen = Pen { link: pen.link, ..Pen::default() },
        1 => pen.set(attr::BOLD),
        2 => pen.set(attr::DIM),
        3 => pen.set(attr::ITALIC),
        4 => pen.underline(1),
        5 | 6 => pen.set(attr::BLINK),
        7 => pen.set(attr::REVERSE),
        8 => pen.set(attr::CONCEAL),
        9 => pen.set(attr::STRIKE),
        21 => pen.underline(2),
        22 => pen.clear(attr::BOLD | attr::DIM),
        23 => pen.clear(attr::ITALIC),
        24 => pen.underline(0),
        25 => pen.clear(attr::BLINK),
        27 => pen.clear(attr::REVERSE),
        28 => pen.clear(attr::CONCEAL),
        29 => pen.clear(attr::STRIKE),
        30..=37 => pen.fg = Ink::indexed((value - 30) as u8),
        39 => pen.fg = Ink::default(),
        40..=47 => pen.bg = Ink::indexed((value - 40) as u8),
        49 => pen.bg = Ink::default(),
        53 => pen.set(attr::OVERLINE),
        55 => pen.clear(attr::OVERLINE),
        59 => pen.ul = Ink::default(),
        90..=97 => pen.fg = Ink::indexed((value - 90 + 8) as u8),
        100..=107 => pen.bg = Ink::indexed((value - 100 + 8) as u8),
        _ => {}
    }
}

fn rgb(r: u16, g: u16, b: u16) -> Option<Ink> {
    Some(Ink::rgb(u8::try_from(r).ok()?, u8::try_from(g).ok()?, u8::try_from(b).ok()?))
}

fn indexed(n: u16) -> Option<Ink> {
    u8::try_from(n).ok().map(Ink::indexed)
}
