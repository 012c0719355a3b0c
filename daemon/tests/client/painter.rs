//! The painter's law: what it writes, fed to our own screen, makes it show the mirror. On random updates, on
//! terminals of other sizes, with notices between, and through the abilities that a terminal lacks.

use abide::client::paint::{Abilities, Depth, Painter};
use abide_core::{
    base::geometry,
    screen::{CellText, Screen},
};
use abide_protocol::{message::*, mirror::Mirror};
use proptest::prelude::*;

/// A terminal, and the mirror and painter that keep it up to date.
struct World {
    screen: Screen,
    painter: Painter,
    mirror: Mirror,
}

impl World {
    fn new(size: Size, abilities: Abilities) -> World {
        let mut world = World {
            screen: Screen::new(geometry::Size::new(size.cols, size.rows), 100),
            painter: Painter::new(size, abilities),
            mirror: Mirror::new(),
        };
        // The terminal is full of something else before.
        world.screen.feed("garbage 日本 ".repeat(200).as_bytes());
        let mut out = Vec::new();
        world.painter.enter(true, &mut out);
        world.screen.feed(&out);
        world
    }

    fn update(&mut self, update: &Update) -> Vec<u8> {
        self.mirror.apply(update).expect("applies");
        let mut out = Vec::new();
        self.painter.paint(&self.mirror, update, &mut out);
        self.screen.feed(&out);
        out
    }

    /// The terminal's row as text and styles, one entry a cell.
    fn shown(&self, y: u16) -> Vec<(u16, u8, String, Style)> {
        let row = self.screen.row(y);
        let cells = row.cells().map(|cell| {
            let text = match cell.text {
                CellText::Char(c) => c.to_string(),
                CellText::Cluster(text) => text.to_owned(),
            };
            (cell.x, cell.width, text, cell.style.clone())
        });
        trimmed(cells.collect())
    }

    fn wanted(&self, y: u16) -> Vec<(u16, u8, String, Style)> {
        let cols = self.screen.size().cols;
        let cells = self.mirror.cells(y).filter(|c| c.x + u16::from(c.width) <= cols);
        trimmed(cells.map(|c| (c.x, c.width, c.text.to_owned(), c.style.clone())).collect())
    }

    fn check(&self, what: &str) {
        for y in 0..self.screen.size().rows {
            assert_eq!(self.shown(y), self.wanted(y), "{what}: row {y}");
        }
        let (shown, wanted) = (self.screen.cursor(), self.mirror.cursor());
        assert_eq!(shown.visible, wanted.visible, "{what}");
        if wanted.visible {
            assert_eq!((shown.x, shown.y), (wanted.x, wanted.y), "{what}");
            assert_eq!(shown.shape, wanted.shape, "{what}");
        }
        assert_eq!(self.screen.title(), self.mirror.title(), "{what}");
        assert!(!self.screen.synchronized(), "{what}: the frame is not closed");
    }
}

/// Blanks between cells are cells to one side and nothing to the other.
fn trimmed(cells: Vec<(u16, u8, String, Style)>) -> Vec<(u16, u8, String, Style)> {
    cells.into_iter().filter(|(_, _, text, style)| text != " " || *style != Style::default()).collect()
}

const COLS: u16 = 12;
const ROWS: u16 = 6;
const SIZE: Size = Size { cols: COLS, rows: ROWS };

fn styles() -> Vec<StyleDefinition> {
    let plain = Style::default();
    let list = [
        Style { attrs: attr::BOLD, ..plain.clone() },
        Style { attrs: attr::REVERSE | attr::ITALIC, fg: Color::Indexed(9), ..plain.clone() },
        Style { bg: Color::Rgb(1, 2, 3), ..plain.clone() },
        Style { attrs: 3 << attr::UNDERLINE_SHIFT, ul: Color::Indexed(200), ..plain.clone() },
        Style {
            attrs: (1 << attr::UNDERLINE_SHIFT) | attr::OVERLINE,
            fg: Color::Rgb(250, 0, 9),
            ..plain.clone()
        },
        Style { attrs: attr::DIM | attr::STRIKE | attr::BLINK, bg: Color::Indexed(15), ..plain.clone() },
        Style { link: "https://example.org/".to_owned(), ..plain },
    ];
    list.into_iter().zip(1..).map(|(style, number)| StyleDefinition(number, style)).collect()
}

fn row() -> impl Strategy<Value = Row> {
    let run = (
        0..8u16,
        prop_oneof![
            4 => "[a-c ]{1,6}".prop_map(|t| (Cells::Narrow, t)),
            1 => " {1,9}".prop_map(|t| (Cells::Narrow, t)),
            1 => "[éΩ─█]{1,3}".prop_map(|t| (Cells::Narrow, t)),
            2 => "[日本語가あ]{1,3}".prop_map(|t| (Cells::Wide, t)),
            1 => Just((Cells::NarrowCluster, "e\u{301}".to_owned())),
            1 => Just((Cells::WideCluster, "👩\u{200d}👧".to_owned())),
            1 => Just((Cells::Wide, "😀".to_owned())),
        ],
    );
    proptest::collection::vec(run, 0..5).prop_map(|runs| {
        let mut left = usize::from(COLS);
        let mut fitting = Vec::new();
        for (style, (cells, text)) in runs {
            let run = Run(style, cells, text);
            if run.cols() <= left {
                left -= run.cols();
                fitting.push(run);
            }
        }
        Row(false, fitting)
    })
}

fn update() -> impl Strategy<Value = Update> {
    let rows = proptest::collection::vec((0..ROWS, row()).prop_map(|(y, row)| RowChange(y, row)), 0..4);
    let scroll = (0..ROWS, 1..=ROWS, -4..5i16)
        .prop_filter_map("a region", |(top, bottom, up)| (top < bottom).then_some(Scroll(top, bottom, up)));
    let scrolls = proptest::collection::vec(scroll, 0..3);
    let shapes = prop_oneof![Just(CursorShape::Default), Just(CursorShape::Block), Just(CursorShape::Bar)];
    let cursor = proptest::option::of(
        (0..COLS, 0..ROWS, any::<bool>(), shapes).prop_map(|(x, y, visible, shape)| Cursor {
            x,
            y,
            blink: false,
            shape,
            visible,
        }),
    );
    let title = proptest::option::weighted(0.2, "[a-z ]{0,8}");
    (proptest::bool::weighted(0.1), rows, scrolls, cursor, title, 0..2u32).prop_map(
        |(full, rows, scrolls, cursor, title, bells)| Update {
            full,
            rows,
            size: SIZE,
            bells,
            title,
            cursor,
            styles: if full { styles() } else { Vec::new() },
            scrolls,
            ..Update::default()
        },
    )
}

fn first() -> Update {
    Update { full: true, size: SIZE, styles: styles(), ..Update::default() }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 600, ..ProptestConfig::default() })]

    #[test]
    fn what_is_painted_is_what_is_mirrored(updates in proptest::collection::vec(update(), 1..12)) {
        let mut world = World::new(SIZE, Abilities::all());
        world.update(&first());
        world.check("first");
        for (i, update) in updates.iter().enumerate() {
            world.update(update);
            world.check(&format!("update {i}"));
        }
    }

    /// Without scroll regions, synchronized frames, shapes or titles it takes more bytes and ends the same.
    #[test]
    fn a_plain_terminal_shows_the_same_text(updates in proptest::collection::vec(update(), 1..8)) {
        let plain = Abilities { scroll_regions: false, synchronized: false, ..Abilities::all() };
        let mut world = World::new(SIZE, plain);
        world.update(&first());
        for (i, update) in updates.iter().enumerate() {
            world.update(update);
            world.check(&format!("update {i}"));
        }
    }

    /// A terminal that is smaller or larger than the surface, as for a moment after each resize.
    #[test]
    fn a_terminal_of_another_size_shows_what_fits(
        cols in 1..20u16, rows in 1..9u16, updates in proptest::collection::vec(update(), 1..6),
    ) {
        let mut world = World::new(Size { cols, rows }, Abilities::all());
        world.update(&first());
        for update in &updates {
            world.update(update);
            for y in 0..rows { prop_assert_eq!(world.shown(y), world.wanted(y)); }
        }
        // The terminal gets the surface's size.
        world.screen.resize(geometry::Size::new(COLS, ROWS));
        world.painter.resize(SIZE);
        let mut out = Vec::new();
        world.painter.repaint(&world.mirror, &mut out);
        world.screen.feed(&out);
        world.check("resized");
    }

    #[test]
    fn a_notice_is_painted_over(before in update(), after in update()) {
        let mut world = World::new(SIZE, Abilities::all());
        world.update(&first());
        world.update(&before);
        let mut out = Vec::new();
        world.painter.notice("looking for the server", &mut out);
        world.screen.feed(&out);
        prop_assert!(world.shown(ROWS - 1).len() == usize::from(COLS - 1));
        world.update(&after);
        world.check("after the notice");
    }
}

fn one_row(text: &str) -> Update {
    let rows = vec![RowChange(0, Row(false, vec![Run(0, Cells::Narrow, text.to_owned())]))];
    Update { rows, size: SIZE, ..Update::default() }
}

#[test]
fn a_typed_letter_costs_few_bytes() {
    let mut world = World::new(SIZE, Abilities::all());
    world.update(&first());
    let cursor = |x| Some(Cursor { x, y: 0, visible: true, ..Cursor::default() });
    world.update(&Update { cursor: cursor(3), ..one_row("$ l") });
    let out = world.update(&Update { cursor: cursor(4), ..one_row("$ ls") });
    assert_eq!(String::from_utf8_lossy(&out), "s", "the cursor already stands right");
    let out = world.update(&Update { cursor: cursor(3), ..one_row("$ l") });
    assert!(out.len() <= 12, "{}", String::from_utf8_lossy(&out).escape_debug());
    let out = world.update(&Update { size: SIZE, ..Update::default() });
    assert!(out.is_empty(), "nothing changed, nothing is written");
}

#[test]
fn a_scrolling_log_costs_the_new_line() {
    let size = Size { cols: 80, rows: 24 };
    let line = |n: u32| Row(false, vec![Run(0, Cells::Narrow, format!("{n:>4} {}", "word ".repeat(14)))]);
    let mut world = World::new(size, Abilities::all());
    let rows = (0..24).map(|y| RowChange(y, line(u32::from(y)))).collect();
    world.update(&Update { full: true, size, rows, ..Update::default() });
    let scrolls = vec![Scroll(0, 24, 1)];
    let rows = vec![RowChange(23, line(24))];
    let out = world.update(&Update { size, rows, scrolls, ..Update::default() });
    assert!(out.len() < 130, "{} bytes for one line of 75", out.len());
    world.check("scrolled");
}

#[test]
fn colours_are_those_that_the_terminal_has() {
    let colours = |depth| {
        let mut world = World::new(SIZE, Abilities { depth, ..Abilities::all() });
        let style = Style { fg: Color::Rgb(255, 0, 0), ..Style::default() };
        let rows = vec![RowChange(0, Row(false, vec![Run(1, Cells::Narrow, "x".to_owned())]))];
        world.update(&Update {
            full: true,
            rows,
            styles: vec![StyleDefinition(1, style)],
            size: SIZE,
            ..Update::default()
        });
        world.shown(0)[0].3.clone()
    };
    assert_eq!(colours(Depth::Rgb).fg, Color::Rgb(255, 0, 0));
    assert_eq!(colours(Depth::Indexed).fg, Color::Indexed(196));
    assert_eq!(colours(Depth::Sixteen).fg, Color::Indexed(9));
    let eight = colours(Depth::Eight);
    assert_eq!((eight.fg, eight.attrs), (Color::Indexed(1), attr::BOLD));
    assert_eq!(colours(Depth::Mono).fg, Color::Default);
}

#[test]
fn bells_clipboard_and_modes_reach_the_terminal() {
    let mut world = World::new(SIZE, Abilities::all());
    world.update(&first());
    let out = world.update(&Update { bells: 3, size: SIZE, ..Update::default() });
    assert_eq!(out, b"\x07", "once a frame");
    let modes = |modes| Update { modes: Some(modes), size: SIZE, ..Update::default() };
    world.update(&modes(mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::FOCUS));
    let terminal = world.screen.modes();
    assert_eq!(
        terminal & (mode::MOUSE_DRAG | mode::MOUSE_SGR | mode::FOCUS),
        mode::MOUSE_DRAG | mode::MOUSE_SGR | mode::FOCUS
    );
    assert_ne!(terminal & mode::BRACKETED_PASTE, 0, "always");
    world.update(&modes(0));
    assert_eq!(
        world.screen.modes() & (mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::MOUSE_ALL | mode::FOCUS),
        0
    );

    for (text, encoded) in
        [("", ""), ("f", "Zg=="), ("fo", "Zm8="), ("foo", "Zm9v"), ("foob\u{ff}", "Zm9vYsO/")]
    {
        let mut out = Vec::new();
        world.painter.clipboard(text.as_bytes(), &mut out);
        assert_eq!(String::from_utf8_lossy(&out), format!("\u{1b}]52;c;{encoded}\u{7}"));
    }
}

#[test]
fn the_terminal_is_left_as_it_was_found() {
    let mut world = World::new(SIZE, Abilities::all());
    let before = world.screen.clone();
    world.update(&first());
    world.update(&Update {
        modes: Some(mode::MOUSE_ALL | mode::FOCUS | mode::REVERSE_SCREEN),
        ..one_row("xyz")
    });
    world.screen.feed(&Painter::leave(&Abilities::all(), ROWS));
    assert!(!world.screen.alternate());
    assert_eq!(
        world.screen.modes() & (mode::MOUSE_ALL | mode::FOCUS | mode::BRACKETED_PASTE | mode::REVERSE_SCREEN),
        0
    );
    assert!(world.screen.cursor().visible && before.alternate());
    // Lines wrap again.
    world.screen.feed(b"\x1b[H\x1b[2J");
    world.screen.feed("x".repeat(usize::from(COLS) + 1).as_bytes());
    assert_eq!(world.screen.row(1).cells().count(), 1);
}

/// A program may print one with its own wrapping off: it stays narrow. Other terminals make it wide.
#[test]
fn a_narrow_keycap_in_the_last_column_does_not_wrap() {
    let mut world = World::new(SIZE, Abilities::all());
    world.update(&first());
    let cells = vec![
        Run(0, Cells::Narrow, "x".repeat(usize::from(COLS) - 1)),
        Run(0, Cells::NarrowCluster, "1\u{fe0f}\u{20e3}".to_owned()),
    ];
    for y in [0, ROWS - 1] {
        let rows = vec![RowChange(y, Row(false, cells.clone()))];
        world.update(&Update { rows, size: SIZE, ..Update::default() });
        world.check(&format!("row {y}"));
    }
}

/// Leaving closes the link, and another program may have opened its own.
#[test]
fn a_link_is_painted_after_a_suspension() {
    let mut world = World::new(SIZE, Abilities::all());
    world.update(&first());
    let linked = vec![RowChange(0, Row(false, vec![Run(7, Cells::Narrow, "link".to_owned())]))];
    world.update(&Update { rows: linked, size: SIZE, ..Update::default() });
    for between in [&b""[..], b"\x1b]8;;https://example.com/\x1b\\"] {
        let mut out = Painter::leave(&Abilities::all(), ROWS);
        out.extend_from_slice(between);
        world.painter.enter(true, &mut out);
        world.painter.repaint(&world.mirror, &mut out);
        world.screen.feed(&out);
        world.check("resumed");
    }
}
