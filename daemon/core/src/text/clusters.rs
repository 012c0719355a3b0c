//! What a reader takes for one character: extended grapheme clusters (UAX 29, rules GB3 to GB999), and their columns.

use super::property::Property;

/// How a character joins others: its Grapheme_Cluster_Break, and what the rules for Indic scripts and for emoji look at.
/// Numbers are the table's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Class {
    /// Nothing of what follows.
    Plain,
    /// Extended_Pictographic.
    Pictograph,
    /// InCB=Consonant.
    Consonant,
    /// LV.
    OpenSyllable,
    /// LVT.
    ClosedSyllable,
    /// L.
    Leading,
    /// V.
    Vowel,
    /// T.
    Trailing,
    /// Regional_Indicator.
    Flag,
    Prepend,
    SpacingMark,
    Extend,
    /// U+200C: Extend, but InCB=None.
    NonJoiner,
    /// InCB=Linker that is Extend.
    Linker,
    /// InCB=Linker that is a letter.
    LinkingLetter,
    Zwj,
    Control,
    CarriageReturn,
    LineFeed,
}

impl Class {
    #[inline]
    pub(super) fn numbered(number: u8) -> Class {
        use Class::*;
        const ALL: [Class; LineFeed as usize + 1] = [
            Plain,
            Pictograph,
            Consonant,
            OpenSyllable,
            ClosedSyllable,
            Leading,
            Vowel,
            Trailing,
            Flag,
            Prepend,
            SpacingMark,
            Extend,
            NonJoiner,
            Linker,
            LinkingLetter,
            Zwj,
            Control,
            CarriageReturn,
            LineFeed,
        ];
        ALL.get(usize::from(number)).copied().unwrap_or(Plain)
    }
}

/// What the rules look back at: the end of a text.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Tail {
    last: Class,
    /// A pictograph and what extends it stands at the end, with a joiner behind (GB11).
    pictograph: bool,
    /// A linker and what extends it stands at the end (GB9c).
    linked: bool,
    /// An odd number of flag letters stands at the end (GB12, GB13).
    flag: bool,
}

impl Tail {
    /// Of nothing: whatever comes begins a cluster (GB1).
    pub(crate) const START: Tail =
        Tail { last: Class::Control, pictograph: false, linked: false, flag: false };

    pub(crate) fn of(text: &str) -> Tail {
        let mut tail = Tail::START;
        text.chars().for_each(|c| tail.push(Property::of(c.into()).class()));
        tail
    }

    /// Whether what comes next is of the same cluster.
    pub(crate) fn joins(self, next: Class) -> bool {
        use Class::*;
        match (self.last, next) {
            // GB3 to GB5.
            (CarriageReturn, LineFeed) => true,
            (Control | CarriageReturn | LineFeed, _) | (_, Control | CarriageReturn | LineFeed) => false,
            // GB6 to GB8.
            (Leading, Leading | Vowel | OpenSyllable | ClosedSyllable)
            | (OpenSyllable | Vowel, Vowel | Trailing)
            | (ClosedSyllable | Trailing, Trailing) => true,
            // GB9 to GB9b.
            (_, Extend | NonJoiner | Linker | Zwj | SpacingMark) | (Prepend, _) => true,
            // GB9c.
            (_, Consonant) => self.linked,
            // GB11.
            (Zwj, Pictograph) => self.pictograph,
            // GB12, GB13.
            (Flag, Flag) => self.flag,
            _ => false,
        }
    }

    pub(crate) fn push(&mut self, next: Class) {
        use Class::*;
        let extends = matches!(next, Extend | NonJoiner | Linker);
        self.pictograph =
            next == Pictograph || self.pictograph && self.last != Zwj && (extends || next == Zwj);
        self.linked = matches!(next, Linker | LinkingLetter) || self.linked && matches!(next, Extend | Zwj);
        self.flag = next == Flag && !self.flag;
        self.last = next;
    }
}

/// The clusters of a text.
pub(crate) struct Clusters<'a> {
    rest: &'a str,
}

impl<'a> Clusters<'a> {
    pub(crate) fn of(text: &'a str) -> Clusters<'a> {
        Clusters { rest: text }
    }
}

impl<'a> Iterator for Clusters<'a> {
    type Item = &'a str;

    fn next(&mut self) -> Option<&'a str> {
        let mut tail = Tail::START;
        let mut end = self.rest.len();
        for (at, c) in self.rest.char_indices() {
            let class = Property::of(c.into()).class();
            if at > 0 && !tail.joins(class) {
                end = at;
                break;
            }
            tail.push(class);
        }
        let (cluster, rest) = self.rest.split_at(end);
        self.rest = rest;
        (!cluster.is_empty()).then_some(cluster)
    }
}

/// VARIATION SELECTOR-15: as text.
const AS_TEXT: char = '\u{fe0e}';
/// VARIATION SELECTOR-16: as emoji.
const AS_EMOJI: char = '\u{fe0f}';

/// Columns that a cluster takes: what its characters take together, but 2 at most, as all terminals that have clusters
/// give them. An emoji that is to be shown as text has one, a text that is to be an emoji two (UTS 51, ED-8a, ED-9a).
#[must_use]
pub fn cluster_width(cluster: &str) -> usize {
    let (mut columns, mut before): (usize, Option<Property>) = (0, None);
    for c in cluster.chars() {
        let property = Property::of(c.into());
        match before {
            None => columns = property.columns(),
            Some(before) if before.has_variants() && c == AS_EMOJI => columns += 2 - before.columns(),
            Some(before) if before.has_variants() && c == AS_TEXT => columns -= before.columns() - 1,
            Some(_) => columns += property.columns_behind(),
        }
        before = Some(property);
    }
    columns.min(2)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The lines of a file of the tests' data, without remarks.
    fn lines(text: &str) -> impl Iterator<Item = &str> {
        text.lines().filter(|line| !line.starts_with("# ") && !line.is_empty())
    }

    #[test]
    fn text_is_cut_where_unicode_s_own_tests_cut_it() {
        let mut count = 0;
        for line in lines(include_str!("../../../../tests/unicode/breaks.txt")) {
            let scalar =
                |hex: &str| u32::from_str_radix(hex, 16).ok().and_then(char::from_u32).expect("a scalar");
            let wanted: Vec<String> =
                line.split(" | ").map(|cluster| cluster.split(' ').map(scalar).collect()).collect();
            let text = wanted.concat();
            assert_eq!(Clusters::of(&text).collect::<Vec<_>>(), wanted, "{line}");
            count += 1;
        }
        assert!(count > 800, "{count} lines");
    }

    #[test]
    fn each_emoji_is_one_cluster_of_its_columns() {
        let (mut columns, mut count) = (0, 0);
        for line in lines(include_str!("../../../../tests/unicode/emoji.txt")) {
            if let Some(number) = line.strip_prefix("= ") {
                columns = number.parse().expect("columns");
                continue;
            }
            assert_eq!(Clusters::of(line).collect::<Vec<_>>(), [line]);
            assert_eq!(cluster_width(line), columns, "{line} {}", line.escape_unicode());
            count += 1;
        }
        assert!(count > 5000, "{count} emoji");
    }

    #[test]
    fn no_selector_takes_more_columns_than_there_are() {
        let scalars = || (0..=0x10_ffff).filter_map(char::from_u32);
        let kinds = scalars().map(|c| (format!("{:?}", Property::of(c.into())), c));
        let kinds: std::collections::BTreeMap<String, char> = kinds.collect();
        for variant in scalars().filter(|c| Property::of((*c).into()).has_variants()) {
            for first in kinds.values() {
                for selectors in ["\u{fe0e}", "\u{fe0f}", "\u{fe0e}\u{fe0e}", "\u{fe0f}\u{200d}\u{fe0e}"] {
                    assert!(cluster_width(&format!("{first}{variant}{selectors}")) <= 2);
                    assert!(cluster_width(&format!("{variant}{selectors}")) <= 2);
                }
            }
        }
    }

    #[test]
    fn selectors_choose_the_columns_of_what_has_variants_alone() {
        let cases = [
            ("⌚", 2),
            ("⌚\u{fe0e}", 1),
            ("⌚\u{fe0f}", 2),
            ("❤", 1),
            ("❤\u{fe0e}", 1),
            ("❤\u{fe0f}", 2),
            ("1\u{fe0f}\u{20e3}", 2),
            ("1\u{fe0f}", 2),
            ("1\u{20e3}", 1),
            ("a\u{fe0f}", 1),
            ("漢\u{fe0e}", 2),
            ("😀\u{fe0e}", 2),
            ("\u{fe0f}", 0),
            ("e\u{301}", 1),
            ("\u{1161}", 1),
            ("\u{1112}\u{1161}\u{11ab}", 2),
            ("क्षि", 2),
            ("กำ", 2),
            ("\n", 0),
            ("\r\n", 0),
            ("", 0),
        ];
        for (cluster, columns) in cases {
            assert_eq!(cluster_width(cluster), columns, "{}", cluster.escape_unicode());
        }
    }
}
