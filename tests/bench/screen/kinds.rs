//! What programs print, by kind, made here: the same bytes for the same seed.

use abide_tests::seed::Dice;
use std::fmt::Write as _;

/// One kind of output.
pub(crate) struct Kind {
    /// What it is called.
    pub(crate) name: &'static str,
    /// Makes a piece of it.
    make: fn(&mut Dice) -> String,
}

/// All kinds: text, coloured text, screens that are painted cell by cell, and text of other scripts.
pub(crate) const KINDS: [Kind; 10] = [
    Kind { name: "log", make: log },
    Kind { name: "source", make: source },
    Kind { name: "git log", make: git_log },
    Kind { name: "words in colour", make: words_in_colour },
    Kind { name: "dense cells", make: dense_cells },
    Kind { name: "medium cells", make: medium_cells },
    Kind { name: "light cells", make: light_cells },
    Kind { name: "scrolling", make: |_| "y\r\n".repeat(1000) },
    Kind { name: "unicode", make: unicode },
    Kind { name: "cjk", make: cjk },
];

/// Any fixed number: figures of two runs are of the same bytes.
const SEED: u64 = 4;

/// The kind of that name.
pub(crate) fn named(name: &str) -> &'static Kind {
    KINDS.iter().find(|kind| kind.name == name).unwrap_or_else(|| panic!("no kind is called {name}"))
}

impl Kind {
    /// So many bytes of it or, to end a piece, a few more.
    pub(crate) fn bytes(&self, bytes: usize) -> Vec<u8> {
        let mut dice = Dice::from(SEED);
        let mut text = String::with_capacity(bytes + 100_000);
        while text.len() < bytes {
            text.push_str(&(self.make)(&mut dice));
        }
        text.into_bytes()
    }

    /// So many lines of it.
    pub(crate) fn lines(&self, lines: usize) -> Vec<u8> {
        let mut dice = Dice::from(SEED);
        (0..lines).map(|_| (self.make)(&mut dice)).collect::<String>().into_bytes()
    }
}

/// Words that there are: a program's text repeats few words, some of them often.
const WORDS: u64 = 1000;

fn word(dice: &mut Dice) -> String {
    let often = 1 + dice.below(WORDS);
    let mut letters = Dice::from(dice.below(often));
    let len = 2 + letters.below(8);
    (0..len).map(|_| (b'a' + letters.below(26) as u8) as char).collect()
}

fn words(dice: &mut Dice, n: u64) -> String {
    (0..n).map(|_| word(dice)).collect::<Vec<_>>().join(" ")
}

/// 40 to 80 columns: a time, one of 40 messages, and two numbers.
fn log(dice: &mut Dice) -> String {
    let (n, message) = (dice.below(100_000), words(&mut Dice::from(WORDS + dice.below(40)), 6));
    let (took, id) = (dice.below(5000), dice.below(1_000_000));
    format!("2026-03-01T12:{:02}:{:02}.{n:06}Z INFO {message} {id} {took}us\r\n", n % 60, n / 7 % 60)
}

/// Indented lines of 0 to 7 words, every eighth empty.
fn source(dice: &mut Dice) -> String {
    match dice.below(8) {
        0 => "\r\n".to_owned(),
        n => format!("{}{};\r\n", "    ".repeat(dice.below(5) as usize), words(dice, n)),
    }
}

/// What `git log -p` prints on a terminal.
fn git_log(dice: &mut Dice) -> String {
    let n = 1 + dice.below(8);
    let text = words(dice, n);
    match dice.below(20) {
        0 => format!(
            "\x1b[33mcommit {:016x}{:016x}\x1b[m\r\nAuthor: {text}\r\n\r\n    {text}\r\n\r\n",
            dice.roll(),
            dice.roll()
        ),
        1 => format!(
            "\x1b[1mdiff --git a/{n}.rs b/{n}.rs\x1b[m\r\n\x1b[1m--- a/{n}.rs\x1b[m\r\n\x1b[1m+++ b/{n}.rs\x1b[m\r\n"
        ),
        2 => format!("\x1b[36m@@ -{n},7 +{n},9 @@\x1b[m {text}\r\n"),
        3..=8 => format!("\x1b[32m+\x1b[m\x1b[32m{text}\x1b[m\r\n"),
        9..=12 => format!("\x1b[31m-{text}\x1b[m\r\n"),
        _ => format!(" {text}\r\n"),
    }
}

fn words_in_colour(dice: &mut Dice) -> String {
    let mut line = String::new();
    for _ in 0..10 {
        let (r, g, b) = (dice.below(256), dice.below(256), dice.below(256));
        let _ = write!(line, "\x1b[38;2;{r};{g};{b}m{} ", word(dice));
    }
    line + "\x1b[m\r\n"
}

/// A style of its own for each cell.
fn dense_cells(dice: &mut Dice) -> String {
    let mut frame = "\x1b[H".to_owned();
    let letter = (b'a' + dice.below(26) as u8) as char;
    for i in 0..80 * 24 {
        let _ = write!(frame, "\x1b[38;5;{};48;5;{};1;3;4m{letter}", (i + 16) % 256, (i * 3 + 7) % 256);
    }
    frame
}

/// Words at places, as an editor paints.
fn medium_cells(dice: &mut Dice) -> String {
    let mut part = String::new();
    for _ in 0..200 {
        let (y, x, color) = (1 + dice.below(23), 1 + dice.below(70), 30 + dice.below(8));
        let _ = write!(part, "\x1b[{y};{x}H\x1b[{color}m{}\x1b[0m\x1b[K", word(dice));
    }
    part
}

/// The screen full of one letter.
fn light_cells(dice: &mut Dice) -> String {
    let letter = (b'a' + dice.below(26) as u8) as char;
    let mut frame = "\x1b[H".to_owned();
    frame.extend(std::iter::repeat_n(letter, 80 * 24));
    frame
}

fn unicode(dice: &mut Dice) -> String {
    let pool: Vec<char> = "äöüßéèêñçøåαβγδεζηθикнгшщзхъфывапролджэ─│┌┐→≤≥€✓“”…漢字😀🎉".chars().collect();
    let mut line = String::new();
    for _ in 0..12 {
        line.extend((0..2 + dice.below(5)).map(|_| *dice.one_of(&pool)).collect::<Vec<_>>());
        line.push(' ');
    }
    line + "\r\n"
}

fn cjk(dice: &mut Dice) -> String {
    let pool: Vec<char> =
        "日本語の文章を表示する速さカタカナひらがな漢字東京都大阪府、。한국어문장도두칸씩".chars().collect();
    (0..10 + dice.below(28)).map(|_| *dice.one_of(&pool)).collect::<String>() + "\r\n"
}
