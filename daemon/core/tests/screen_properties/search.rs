//! Copy mode over text that was wrapped: what is found and copied is what stands in the lines, whatever the width, and wherever
//! the lines are by now.

use super::check;
use abide_core::base::geometry::Size;
use abide_core::modes::copy::{CopyEntry, CopyMode};
use abide_core::modes::{Mode, ModeAction, ModeOptions, PaneSight};
use abide_core::screen::{CellText, Screen};
use abide_protocol::message::Style;
use proptest::prelude::*;

/// Searches of one case.
const SEARCHES_MAX: usize = 60;

pub(super) fn options(vi: bool) -> ModeOptions {
    ModeOptions {
        vi,
        mode_style: Style::default(),
        match_style: Style::default(),
        current_match_style: Style::default(),
        word_separators: "-".to_owned(),
        wrap_search: true,
        clock_style: Style::default(),
        clock_24: true,
    }
}

/// Blanks wherever a row may end, wide characters that do not fit, and little else, so that much is found.
fn lines() -> impl Strategy<Value = Vec<String>> {
    let word = prop_oneof![
        6 => "[abAB]{1,5}",
        4 => "[ ]{1,6}",
        3 => "[漢aB]{1,6}",
        1 => "(é|É|e\u{301}|👍🏽|ß){1,4}",
    ];
    let words = |max| proptest::collection::vec(word.clone(), 0..max);
    let line = prop_oneof![6 => words(8).boxed(), 3 => words(40).boxed(), 1 => words(400).boxed()];
    // Blanks at a line's end are not told from none.
    let line = line.prop_map(|words| words.concat().trim_end().to_owned());
    proptest::collection::vec(line, 1..16)
}

fn needle() -> impl Strategy<Value = String> {
    prop_oneof![4 => "[ab]{1,3}", 4 => "[ab 漢]{1,6}", 1 => "[AB]{1,2}", 1 => "[éa漢 ]{1,3}", 1 => "[ ]{1,3}"]
}

/// Where text stands: the line, and the byte in it.
type At = (usize, usize);

/// All that there is to find.
fn naive(lines: &[String], needle: &str) -> Vec<At> {
    let folds = !needle.chars().any(char::is_uppercase);
    let fold = |c: char| {
        if folds && c.to_lowercase().count() == 1 { c.to_lowercase().next().unwrap_or(c) } else { c }
    };
    let mut found = Vec::new();
    for (n, line) in lines.iter().enumerate() {
        let hay: String = line.chars().map(fold).collect();
        assert_eq!(hay.len(), line.len(), "letters of these keep their length");
        found.extend(hay.match_indices(needle).map(|(at, _)| (n, at)));
    }
    found
}

/// Where a place of the screen is in the text.
struct Lines {
    /// Of each row: its line, and where in that it begins.
    rows: Vec<At>,
    first: u64,
}

impl Lines {
    fn of(screen: &Screen) -> Lines {
        let history = screen.history();
        let (mut rows, mut at) = (Vec::new(), (0, 0));
        for n in history.start..history.end + u64::from(screen.size().rows) {
            let row = screen.line(n).expect("in memory");
            rows.push(at);
            at = if row.wrapped() { (at.0, at.1 + bytes(screen, n, u16::MAX)) } else { (at.0 + 1, 0) };
        }
        Lines { rows, first: history.start }
    }
}

/// Bytes of a row's text before a column.
fn bytes(screen: &Screen, row: u64, x: u16) -> usize {
    let row = screen.line(row).expect("in memory");
    let x = x.min(row.used());
    let text = |text: CellText<'_>| match text {
        CellText::Char(c) => c.len_utf8(),
        CellText::Cluster(cluster) => cluster.len(),
    };
    let (mut all, mut next) = (0, 0);
    for cell in row.cells().filter(|cell| cell.x < x) {
        all += text(cell.text);
        next = cell.x + u16::from(cell.width);
    }
    all + usize::from(x.saturating_sub(next))
}

/// The mode, and what it is over.
pub(super) struct Reader<'a> {
    pub(super) screen: &'a Screen,
    pub(super) options: &'a ModeOptions,
    pub(super) mode: CopyMode,
}

impl<'a> Reader<'a> {
    pub(super) fn new(screen: &'a Screen, options: &'a ModeOptions) -> Reader<'a> {
        let sight = PaneSight { screen, options, mouse: None, day_seconds: 0 };
        Reader { screen, options, mode: CopyMode::new(CopyEntry::default(), &sight) }
    }

    fn sight(&self) -> PaneSight<'a> {
        PaneSight { screen: self.screen, options: self.options, mouse: None, day_seconds: 0 }
    }

    /// A command, and all the turns that it takes.
    pub(super) fn run(&mut self, words: &[&str]) -> Vec<ModeAction> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let sight = self.sight();
        let mut actions = self.mode.command(&words, 1, &sight).expect("a command");
        while self.mode.goes_on() {
            actions.extend(self.mode.arrived(Ok(()), &sight));
        }
        actions
    }

    /// The row and the column of the cursor.
    pub(super) fn place(&self) -> (u64, u16) {
        let fact =
            |name| self.mode.fact(name, &self.sight()).and_then(|fact| fact.parse().ok()).unwrap_or(0u64);
        let line = self.screen.history().end - fact("scroll_position") + fact("copy_cursor_y");
        (line, fact("copy_cursor_x") as u16)
    }

    /// What is copied.
    pub(super) fn copied(&mut self) -> String {
        let actions = self.run(&["copy-selection-no-clear"]);
        actions
            .into_iter()
            .find_map(|action| if let ModeAction::Copy { text, .. } = action { Some(text) } else { None })
            .unwrap_or_default()
    }
}

#[test]
fn a_search_finds_what_stands_in_the_lines() {
    let widths = (2u16..90, 2u16..90);
    check(
        60,
        &(lines(), needle(), widths, any::<bool>(), any::<bool>()),
        |(lines, needle, (first, cols), squeezed, forward)| {
            let mut screen = Screen::new(Size::new(first, 6), 1_000_000);
            screen.feed(lines.join("\r\n").as_bytes());
            if squeezed {
                screen.squeeze_history(usize::MAX);
            }
            screen.resize(Size::new(cols, 6));
            let (options, places) = (options(true), Lines::of(&screen));
            let mut reader = Reader::new(&screen, &options);
            reader.run(&["history-top"]);
            let mut wanted = naive(&lines, &needle);
            let at_start = wanted.first() == Some(&(0, 0));
            if !forward {
                wanted.reverse();
            } else if at_start {
                // It stands there, and goes on to the next.
                wanted.rotate_left(1);
            }
            for wanted in wanted.into_iter().take(SEARCHES_MAX) {
                reader.run(&[if forward { "search-forward" } else { "search-backward" }, &needle]);
                let (row, x) = reader.place();
                let (line, start) = places.rows[(row - places.first) as usize];
                prop_assert_eq!((line, start + bytes(&screen, row, x)), wanted);
            }
            Ok(())
        },
    );
}

/// Lines as they were printed.
#[test]
fn all_that_is_selected_is_all_that_was_printed() {
    check(60, &(lines(), 2u16..90, 2u16..90, any::<bool>()), |(lines, first, cols, squeezed)| {
        let mut screen = Screen::new(Size::new(first, 6), 1_000_000);
        screen.feed(lines.join("\r\n").as_bytes());
        if squeezed {
            screen.squeeze_history(usize::MAX);
        }
        screen.resize(Size::new(cols, 6));
        let options = options(false);
        let mut reader = Reader::new(&screen, &options);
        reader.run(&["history-top"]);
        reader.run(&["begin-selection"]);
        reader.run(&["history-bottom"]);
        let (copied, all) = (reader.copied(), lines.join("\n"));
        prop_assert_eq!(copied.trim_end_matches('\n'), all.trim_end_matches('\n'));
        Ok(())
    });
}
