//! Searching and copying over lines that were wrapped: blanks where a row ends are text, long lines are one, and a search takes
//! turns.

use super::copy::options;
use abide_core::{
    base::{
        geometry::Size,
        limits::{CHUNK_BYTES_MAX, COUNTED_ROWS_MAX, SEARCHED_BYTES_PER_TURN_MAX, SEARCHED_COLUMNS_MAX},
    },
    modes::{
        Canvas, Mode, ModeAction, ModeOptions, PaneSight,
        copy::{CopyEntry, CopyMode},
    },
    screen::{CellText, RowView, Screen},
};
use abide_protocol::message::{Color, Style};

/// A mode over a screen.
struct Reader<'a> {
    screen: &'a Screen,
    options: ModeOptions,
    mode: CopyMode,
    /// Turns that the last command took.
    turns: usize,
}

impl<'a> Reader<'a> {
    fn new(screen: &'a Screen, vi: bool) -> Reader<'a> {
        let options = options(vi);
        let sight = PaneSight { screen, options: &options, mouse: None, day_seconds: 0 };
        let mode = CopyMode::new(CopyEntry::default(), &sight);
        Reader { screen, options, mode, turns: 0 }
    }

    fn run(&mut self, words: &[&str]) -> Vec<ModeAction> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let sight = PaneSight { screen: self.screen, options: &self.options, mouse: None, day_seconds: 0 };
        let mut actions = self.mode.command(&words, 1, &sight).unwrap();
        self.turns = 1;
        while self.mode.goes_on() {
            actions.extend(self.mode.arrived(Ok(()), &sight));
            self.turns += 1;
        }
        actions
    }

    fn fact(&self, name: &str) -> String {
        let sight = PaneSight { screen: self.screen, options: &self.options, mouse: None, day_seconds: 0 };
        self.mode.fact(name, &sight).unwrap()
    }

    fn copied(&mut self) -> String {
        match self.run(&["copy-selection-no-clear"]).into_iter().next() {
            Some(ModeAction::Copy { text, .. }) => text,
            _ => panic!("nothing is selected"),
        }
    }

    fn all(&mut self) -> String {
        self.run(&["history-top"]);
        self.run(&["begin-selection"]);
        self.run(&["history-bottom"]);
        self.copied()
    }

    /// What a row shows, with what is found in brackets.
    fn painted(&self, y: u16) -> String {
        self.drawn(y, 0)
    }

    fn drawn(&self, y: u16, cols: u16) -> String {
        let sight = PaneSight { screen: self.screen, options: &self.options, mouse: None, day_seconds: 0 };
        let over = [self.options.match_style.bg, self.options.current_match_style.bg];
        let mut marked = Marked { text: String::new(), over, inside: false, cols };
        self.mode.draw(y, &sight, &mut marked);
        if marked.inside {
            marked.text.push(']');
        }
        marked.text
    }
}

struct Marked {
    text: String,
    over: [Color; 2],
    inside: bool,
    cols: u16,
}

impl Canvas for Marked {
    fn cols(&self) -> u16 {
        self.cols
    }
    fn put(&mut self, _: u16, text: CellText<'_>, _: u8, style: &Style) {
        let inside = self.over.contains(&style.bg);
        match (self.inside, inside) {
            (false, true) => self.text.push('['),
            (true, false) => self.text.push(']'),
            _ => {}
        }
        self.inside = inside;
        text.push_to(&mut self.text);
    }
    fn row(&mut self, _: &RowView<'_>) {}
}

/// As tmux has it: `search-forward-text`, `next-word` and `copy-selection` over these lines at ten columns.
#[test]
fn blanks_where_a_row_ends_are_text() {
    let mut screen = Screen::new(Size::new(10, 4), 100);
    // On a coloured ground the column that the wide one leaves free is coloured too.
    screen.feed(
        "the first foo bar baz\r\nx\r\nword      \r\n\x1b[42m123456789漢字\x1b[m\r\nend\r\n\r\n\r\n\r\n"
            .as_bytes(),
    );
    for needle in ["first foo", "9漢字", "ba"] {
        let mut reader = Reader::new(&screen, true);
        reader.run(&["search-backward", needle]);
        assert_eq!(reader.copied(), needle);
    }
    let mut reader = Reader::new(&screen, true);
    reader.run(&["search-backward", "first foo"]);
    reader.run(&["history-top"]);
    assert_eq!(
        (reader.painted(0), reader.painted(1)),
        ("the [first ]".to_owned(), "[foo] bar ba".to_owned())
    );
    reader.run(&["next-word"]);
    let place = |reader: &Reader<'_>| (reader.fact("copy_cursor_x"), reader.fact("copy_cursor_y"));
    assert_eq!(place(&reader), ("4".to_owned(), "0".to_owned()));
    reader.run(&["select-word"]);
    assert_eq!(reader.copied(), "first");
    reader.run(&["next-word"]);
    assert_eq!(place(&reader), ("0".to_owned(), "1".to_owned()));
    let mut reader = Reader::new(&screen, false);
    assert_eq!(reader.all().trim_end(), "the first foo bar baz\nx\nword\n123456789漢字\nend");
}

#[test]
fn a_line_longer_than_chunks_is_one() {
    let word = |n: usize| format!("{n:x}-漢字 ");
    let words = CHUNK_BYTES_MAX / 3;
    let line: String = (0..words).map(word).collect();
    for squeezed in [false, true] {
        let mut screen = Screen::new(Size::new(60, 10), 1_000_000);
        screen.feed(format!("before\r\n{line}\r\nafter\r\n{}", "\r\n".repeat(10)).as_bytes());
        if squeezed {
            screen.squeeze_history(usize::MAX);
        }
        assert!(screen.chunk_ids().count() > 3);
        for cols in [60, 33, 200] {
            screen.resize(Size::new(cols, 10));
            let mut reader = Reader::new(&screen, false);
            assert!(
                reader.all().starts_with(&format!("before\n{line}\nafter\n").replace(" \n", "\n")),
                "{cols} columns"
            );
            // Wherever chunks end, some words are at it.
            let mut reader = Reader::new(&screen, true);
            for n in (7..words - 1).step_by(397) {
                let needle = format!(" {}{}", word(n), word(n + 1).trim_end());
                reader.run(&["search-forward", &needle]);
                assert_eq!(reader.copied(), needle, "{cols} columns");
            }
        }
    }
}

#[test]
fn a_line_is_searched_in_pieces() {
    // What is looked for stands on every border between pieces, and is painted on both sides of it.
    let needle = "needle-".repeat(30);
    let cols = 100;
    let piece = SEARCHED_COLUMNS_MAX / cols * cols;
    let mut line = ".".repeat(6 * piece);
    for row in (piece / cols..6 * piece / cols - 3).filter(|row| row % (piece / cols) == 0) {
        let at = row * cols - 105;
        line.replace_range(at..at + needle.len(), &needle);
    }
    let mut screen = Screen::new(Size::new(cols as u16, 5), 1_000_000);
    screen.feed(format!("{line}\r\n\n\n\n\n\n").as_bytes());
    let mut reader = Reader::new(&screen, true);
    reader.run(&["history-top"]);
    let mut rows = Vec::new();
    for n in 1..6 {
        reader.run(&["search-forward", &needle]);
        assert_eq!(reader.copied(), needle);
        let row: usize = reader.fact("copy_cursor_y").parse().unwrap();
        let up: usize = reader.fact("scroll_position").parse().unwrap();
        rows.push(screen.history().end as usize - up + row);
        assert_eq!(rows.last(), Some(&(n * piece / cols - 2)));
        reader.run(&["scroll-middle"]);
        let painted: String = (1..5).map(|y| reader.painted(y)).collect();
        assert!(
            painted.contains(&needle.replacen(&needle[..5], &format!("[{}", &needle[..5]), 1)[..50]),
            "{painted}"
        );
    }
    assert_eq!(reader.fact("search_count"), "5");
    for _ in 1..6 {
        reader.run(&["search-backward", &needle]);
        assert_eq!(reader.copied(), needle);
        let row: usize = reader.fact("copy_cursor_y").parse().unwrap();
        let up: usize = reader.fact("scroll_position").parse().unwrap();
        rows.push(screen.history().end as usize - up + row);
    }
    // From the last of them back, and round.
    rows[5..].rotate_right(1);
    rows[5..].reverse();
    assert_eq!(rows[..5], rows[5..]);
}

#[test]
fn a_search_takes_turns_and_counts_so_many_rows() {
    let mut screen = Screen::new(Size::new(80, 5), 1_000_000);
    let rows = COUNTED_ROWS_MAX as usize + 50_000;
    for n in 0..rows / 100 {
        screen.feed(format!("a needle {n}\r\n{}", "\r\n".repeat(99)).as_bytes());
    }
    let mut reader = Reader::new(&screen, true);
    reader.run(&["search-backward", "needle 7\u{20}"]);
    assert_eq!((reader.fact("search_count"), reader.turns > 1), ("0".to_owned(), true));
    reader.run(&["search-backward", "a needle"]);
    let counted: usize = reader.fact("search_count").parse().unwrap();
    assert!(
        (COUNTED_ROWS_MAX as usize / 100 - 2..=COUNTED_ROWS_MAX as usize / 100 + 20).contains(&counted),
        "{counted}"
    );
    let drawn = reader.drawn(0, 80);
    assert!(drawn.contains(&format!("({counted}+ results)")), "{drawn}");
    assert!(reader.turns > rows * 64 / SEARCHED_BYTES_PER_TURN_MAX / 2, "{} turns", reader.turns);
}
