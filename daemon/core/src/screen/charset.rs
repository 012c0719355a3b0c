//! Character sets: ASCII, DEC's line drawing ("ACS") and technical ones, and the national ones of 94 characters, in G0 to G3.

/// A set; its number is its place in heads.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Charset {
    #[default]
    Ascii,
    /// DEC special graphics, `ESC ( 0`.
    Graphics,
    /// `ESC ( A`: `#` is a pound sign.
    British,
    Dutch,
    Finnish,
    French,
    Canadian,
    German,
    Italian,
    Norwegian,
    Portuguese,
    Spanish,
    Swedish,
    Swiss,
    /// DEC technical, `ESC ( >`.
    Technical,
}

/// The bytes that national sets replace.
const REPLACED: [u8; 12] = *b"#@[\\]^_`{|}~";

/// Each national set: what designates it (behind `ESC (`), and what stands for [`REPLACED`].
static NATIONAL: [(Charset, &[&[u8]], &str); 12] = [
    (Charset::British, &[b"A"], "£@[\\]^_`{|}~"),
    (Charset::Dutch, &[b"4"], "£¾ĳ½|^_`¨ƒ¼´"),
    (Charset::Finnish, &[b"C", b"5"], "#@ÄÖÅÜ_éäöåü"),
    (Charset::French, &[b"R", b"f"], "£à°ç§^_`éùè¨"),
    (Charset::Canadian, &[b"Q", b"9"], "#àâçêî_ôéùèû"),
    (Charset::German, &[b"K"], "#§ÄÖÜ^_`äöüß"),
    (Charset::Italian, &[b"Y"], "£§°çé^_ùàòèì"),
    (Charset::Norwegian, &[b"`", b"E", b"6"], "#ÄÆØÅÜ_äæøåü"),
    (Charset::Portuguese, &[b"%6"], "#@ÃÇÕ^_`ãçõ~"),
    (Charset::Spanish, &[b"Z"], "£§¡Ñ¿^_`°ñç~"),
    (Charset::Swedish, &[b"H", b"7"], "#ÉÄÖÅÜ_éäöåü"),
    (Charset::Swiss, &[b"="], "ùàéçêîèôäöüû"),
];

/// The set that bytes behind `ESC (` name; ASCII for those that are not known.
pub(crate) fn designated(name: &[u8]) -> Charset {
    if let b"0" | b"2" = name {
        return Charset::Graphics;
    }
    if name == b">" {
        return Charset::Technical;
    }
    NATIONAL.iter().find(|(_, names, _)| names.contains(&name)).map_or(Charset::Ascii, |(set, _, _)| *set)
}

/// The set with a number.
pub(crate) fn numbered(number: u8) -> Option<Charset> {
    let plain = [Charset::Ascii, Charset::Graphics, Charset::Technical];
    plain.into_iter().chain(NATIONAL.iter().map(|(set, _, _)| *set)).find(|set| *set as u8 == number)
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
            Charset::Ascii => b.into(),
            Charset::Graphics => GRAPHICS.get(usize::from(b).wrapping_sub(0x5f)).copied().unwrap_or(b.into()),
            Charset::Technical => {
                TECHNICAL.get(usize::from(b).wrapping_sub(0x21)).copied().unwrap_or(b.into())
            }
            national => {
                let place = REPLACED.iter().position(|replaced| *replaced == b);
                let found = NATIONAL.iter().find(|(set, _, _)| *set == national);
                let found = place.zip(found).and_then(|(place, (_, _, text))| text.chars().nth(place));
                found.unwrap_or(b.into())
            }
        }
    }
}

/// `0x5f..=0x7e` in DEC special graphics.
static GRAPHICS: [char; 32] = [
    ' ', '◆', '▒', '␉', '␌', '␍', '␊', '°', '±', '␤', '␋', '┘', '┐', '┌', '└', '┼', '⎺', '⎻', '─', '⎼', '⎽',
    '├', '┤', '┴', '┬', '│', '≤', '≥', 'π', '≠', '£', '·',
];

/// `0x21..=0x7e` in DEC's technical set. What it has no character for, and the parts of large sums that Unicode does not
/// have, are as a VT shows what it can't.
static TECHNICAL: [char; 94] = [
    '⎷', '┌', '─', '⌠', '⌡', '│', '⎡', '⎣', '⎤', '⎦', '⎛', '⎝', '⎞', '⎠', '⎨', '⎬', '⸮', '⸮', '⸮', '⸮', '⸮',
    '⸮', '⸮', '⸮', '⸮', '⸮', '⸮', '≤', '≠', '≥', '∫', '∴', '∝', '∞', '÷', 'Δ', '∇', 'Φ', 'Γ', '∼', '≃', 'Θ',
    '×', 'Λ', '⇔', '⇒', '≡', 'Π', 'Ψ', '⸮', 'Σ', '⸮', '⸮', '√', 'Ω', 'Ξ', 'Υ', '⊂', '⊃', '∩', '∪', '∧', '∨',
    '¬', 'α', 'β', 'χ', 'δ', 'ε', 'φ', 'γ', 'η', 'ι', 'θ', 'κ', 'λ', '⸮', 'ν', '∂', 'π', 'ψ', 'ρ', 'σ', 'τ',
    '⸮', 'ƒ', 'ω', 'ξ', 'υ', 'ζ', '←', '↑', '→', '↓',
];
