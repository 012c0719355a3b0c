//! Character sets: ASCII, DEC's line drawing ("ACS") and the United Kingdom's, in G0 to G3.

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Charset {
    #[default]
    Ascii,
    /// DEC special graphics, `ESC ( 0`.
    Graphics,
    /// `ESC ( A`: `#` is a pound sign.
    British,
}

/// G0 to G3, which of them text is read by, and one for the next character alone (SS2, SS3).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Charsets {
    pub(crate) sets: [Charset; 4],
    pub(crate) left: u8,
    /// 0 for none, else 2 or 3.
    pub(crate) single: u8,
}

impl Charsets {
    /// Whether text is what it is.
    #[inline]
    pub(crate) fn is_ascii(&self) -> bool {
        self.single == 0 && self.current(self.left) == Charset::Ascii
    }

    fn current(&self, set: u8) -> Charset {
        self.sets.get(usize::from(set)).copied().unwrap_or_default()
    }

    /// What a byte of text stands for; uses up a single shift.
    pub(crate) fn translate(&mut self, b: u8) -> char {
        let set = match std::mem::take(&mut self.single) {
            0 => self.left,
            single => single,
        };
        match self.current(set) {
            Charset::Graphics => GRAPHICS.get(usize::from(b).wrapping_sub(0x5f)).copied().unwrap_or(b.into()),
            Charset::British if b == b'#' => '£',
            _ => b.into(),
        }
    }
}

/// `0x5f..=0x7e` in DEC special graphics.
static GRAPHICS: [char; 32] = [
    ' ', '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─', '⎼', '⎽',
    '├', '┤', '┴', '┬', '│', '≤', '≥', 'π', '≠', '£', '·',
];
