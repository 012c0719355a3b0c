//! Unicode's own tests of clusters, and all emoji, through a screen: what is one character to a reader is one cell, of the
//! columns that it should have. The data is made by `daemon/core/unicode/generate.mjs`.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]

use abide_core::base::geometry::Size;
use abide_core::screen::{CellText, Screen};
use abide_core::text::{cluster_width, graphemes, width};

const BREAKS: &str = include_str!("../../../tests/unicode/breaks.txt");
const EMOJI: &str = include_str!("../../../tests/unicode/emoji.txt");

fn lines(text: &str) -> impl Iterator<Item = &str> {
    text.lines().filter(|line| !line.starts_with("# ") && !line.is_empty())
}

/// The cells of a screen that was fed a text, whole or byte by byte, and the column behind them.
fn shown(text: &str, piece: usize) -> (Vec<(String, u8)>, u16) {
    let mut screen = Screen::new(Size::new(40, 2), 0);
    // Clusters are always on: what a program asks for by mode 2027.
    text.as_bytes().chunks(piece).for_each(|bytes| screen.feed(bytes));
    let row = screen.row(0);
    let cells = row.cells().filter(|cell| cell.x < screen.cursor().x).map(|cell| {
        let text = match cell.text {
            CellText::Char(c) => c.to_string(),
            CellText::Cluster(text) => text.to_owned(),
        };
        (text, cell.width)
    });
    // Blanks are not told from cells that nobody wrote.
    (cells.filter(|(text, _)| text != " ").collect(), screen.cursor().x)
}

#[test]
fn what_unicode_s_tests_keep_together_is_in_one_cell() {
    let mut count = 0;
    for line in lines(BREAKS) {
        let scalar = |hex: &str| char::from_u32(u32::from_str_radix(hex, 16).unwrap()).unwrap();
        let clusters: Vec<String> =
            line.split(" | ").map(|cluster| cluster.split(' ').map(scalar).collect()).collect();
        let text = clusters.concat();
        // What controls do is no matter of clusters.
        if text.contains(char::is_control) {
            continue;
        }
        // Marks that nothing stands before are not shown, as in xterm.
        let seen =
            |cluster: &str| cluster.trim_start_matches(|c: char| width(&c.to_string()) == 0).to_owned();
        let wanted: Vec<(String, u8)> = clusters
            .iter()
            .map(|cluster| seen(cluster))
            .filter(|cluster| !cluster.is_empty())
            .map(|cluster| (cluster.clone(), cluster_width(&cluster) as u8))
            .collect();
        let columns = wanted.iter().map(|(_, columns)| u16::from(*columns)).sum();
        let wanted: Vec<_> = wanted.into_iter().filter(|(text, _)| text != " ").collect();
        for piece in [usize::MAX, 1] {
            assert_eq!(shown(&text, piece), (wanted.clone(), columns), "{line}, {piece} bytes at a time");
        }
        count += 1;
    }
    assert!(count > 600, "{count} lines");
}

#[test]
fn each_emoji_is_one_cell_of_its_columns() {
    let (mut columns, mut count) = (0, 0);
    for line in lines(EMOJI) {
        if let Some(number) = line.strip_prefix("= ") {
            columns = number.parse().unwrap();
            continue;
        }
        // A skin tone alone would join the letter before it.
        let before = if graphemes(&format!("a{line}")).count() == 2 { "a" } else { "" };
        let wanted: Vec<(String, u8)> = [(before, 1), (line, columns), ("b", 1)]
            .into_iter()
            .filter(|(text, _)| !text.is_empty())
            .map(|(text, columns)| (text.to_owned(), columns))
            .collect();
        let behind = wanted.iter().map(|(_, columns)| u16::from(*columns)).sum();
        for piece in [usize::MAX, 1] {
            assert_eq!(shown(&format!("{before}{line}b"), piece), (wanted.clone(), behind), "{line}");
        }
        count += 1;
    }
    assert!(count > 5000, "{count} emoji");
}
