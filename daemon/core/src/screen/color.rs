//! Colours that a program sets, resets and asks for: OSC 4, 5, 10 to 19, 104, 105 and 110 to 119, and the stack of
//! XTPUSHCOLORS.

use super::palette::{self, ATTRIBUTES, DYNAMIC, Place};
use super::string::texts;
use super::terminal::Terminal;
use crate::base::limits::COLOR_STACK_MAX;

impl Terminal {
    /// OSC 4 and 5: pairs of a number and a colour or `?`. Numbers from 256 on are those of OSC 5.
    pub(crate) fn indexed_colors(&mut self, number: u16, data: &[u8], bell: bool) {
        let mut parts = texts(data);
        while let (Some(index), Some(spec)) = (parts.next(), parts.next()) {
            let Some((index, place)) = index.parse().ok().and_then(|i| Some((i, indexed(number, i)?))) else {
                continue;
            };
            if spec == "?" {
                self.color_report(number, Some(index), self.palette.color(place), bell);
            } else if let Some(color) = palette::parse(spec) {
                self.set_color(place, Some(color));
            }
        }
    }

    /// OSC 104 and 105: all, or those whose numbers are given.
    pub(crate) fn reset_indexed_colors(&mut self, number: u16, data: &[u8]) {
        if data.is_empty() {
            if number == 104 {
                self.palette.set.clear();
            } else {
                self.palette.attributes = [None; ATTRIBUTES];
            }
        } else {
            for index in texts(data).filter_map(|index| index.parse().ok()) {
                if let Some(place) = indexed(number - 100, index) {
                    self.set_color(place, None);
                }
            }
        }
    }

    /// OSC 10 to 19: text, background, cursor and what else has one; further values are for the next ones.
    pub(crate) fn dynamic_colors(&mut self, number: u16, data: &[u8], bell: bool) {
        let first = usize::from(number - 10);
        for (which, spec) in (first..DYNAMIC).zip(texts(data)) {
            let place = Place::Dynamic(which);
            if spec == "?" {
                self.color_report(which as u16 + 10, None, self.palette.color(place), bell);
            } else if let Some(color) = palette::parse(spec) {
                self.set_color(place, Some(color));
            }
        }
    }

    /// OSC 110 to 119.
    pub(crate) fn reset_dynamic_color(&mut self, number: u16) {
        self.set_color(Place::Dynamic(usize::from(number - 110)), None);
    }

    fn set_color(&mut self, place: Place, color: Option<palette::Rgb>) {
        let dark = self.palette.is_dark();
        self.palette.set_color(place, color);
        if dark != self.palette.is_dark() {
            self.scheme_changed();
        }
    }

    /// XTPUSHCOLORS: on top of the stack, or in a place of it, from 1.
    pub(crate) fn push_colors(&mut self, place: u16) {
        let palette = self.palette.clone();
        match usize::from(place) {
            0 if self.palettes.len() < COLOR_STACK_MAX => self.palettes.push(palette),
            n @ 1..=COLOR_STACK_MAX => {
                if self.palettes.len() < n {
                    self.palettes.resize(n, palette::Palette::default());
                }
                self.palettes[n - 1] = palette;
            }
            _ => {}
        }
    }

    /// XTPOPCOLORS: from the top, or from a place, which stays.
    pub(crate) fn pop_colors(&mut self, place: u16) {
        let found = match usize::from(place) {
            0 => self.palettes.pop(),
            n => self.palettes.get(n - 1).cloned(),
        };
        if let Some(found) = found {
            let dark = self.palette.is_dark();
            self.palette = found;
            if dark != self.palette.is_dark() {
                self.scheme_changed();
            }
        }
    }
}

/// What a number of OSC 4 (or, with a 5, of OSC 5) stands for.
fn indexed(number: u16, index: u16) -> Option<Place> {
    let attribute = |n: u16| (usize::from(n) < ATTRIBUTES).then_some(Place::Attribute(usize::from(n)));
    match (number, index) {
        (5, n) => attribute(n),
        (_, n @ 0..=255) => Some(Place::Indexed(n as u8)),
        (_, n) => attribute(n - 256),
    }
}
