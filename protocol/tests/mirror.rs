//! A mirror follows updates, refuses what contradicts itself, and compares by what a person would see.

mod samples;

use abide_protocol::{
    limits,
    message::*,
    mirror::{HistoryMarks, Mirror, MirrorError},
};
use proptest::prelude::*;

const SIZE: Size = Size { cols: 10, rows: 4 };

fn full(size: Size) -> Update {
    Update { full: true, size, ..Update::default() }
}
fn narrow(text: &str) -> Row {
    Row(false, vec![Run(0, Cells::Narrow, text.to_owned())])
}
fn rows(lines: &[&str]) -> Update {
    let rows = lines.iter().zip(0..).map(|(line, y)| RowChange(y, narrow(line))).collect();
    Update { rows, ..full(SIZE) }
}
fn mirror_of(lines: &[&str]) -> Mirror {
    let mut mirror = Mirror::new();
    mirror.apply(&rows(lines)).expect("applies");
    mirror
}
fn style(number: u16, attrs: u16) -> StyleDefinition {
    StyleDefinition(number, Style { attrs, ..Style::default() })
}

#[test]
fn everything_in_an_update_is_taken() {
    let mut mirror = Mirror::new();
    let update = samples::update();
    mirror.apply(&update).expect("applies");
    assert_eq!(mirror.size(), update.size);
    assert_eq!(Some(mirror.cursor()), update.cursor);
    assert_eq!(Some(mirror.modes()), update.modes);
    assert_eq!(mirror.title(), "ada@engine: ~");
    assert_eq!(mirror.bells(), 2);
    assert_eq!(mirror.history(), Some(HistoryMarks { start: 3, end: 1 << 40, generation: 1 }));
    assert!(mirror.row_text(0).starts_with("plain 日本語"), "rows come after scrolls");
}

#[test]
fn cells_stand_where_their_runs_put_them() {
    let mut mirror = Mirror::new();
    let runs = vec![
        Run(0, Cells::Narrow, "aé".into()),
        Run(5, Cells::Wide, "日本".into()),
        Run(0, Cells::NarrowCluster, "e\u{301}".into()),
        Run(5, Cells::WideCluster, "👩‍👧".into()),
    ];
    let rows = vec![RowChange(1, Row(true, runs))];
    mirror.apply(&Update { rows, styles: vec![style(5, attr::BOLD)], ..full(SIZE) }).expect("applies");
    let cells: Vec<_> = mirror.cells(1).map(|c| (c.x, c.width, c.text.to_owned(), c.style.attrs)).collect();
    let expected = [
        (0, 1, "a", 0),
        (1, 1, "é", 0),
        (2, 2, "日", 1),
        (4, 2, "本", 1),
        (6, 1, "e\u{301}", 0),
        (7, 2, "👩‍👧", 1),
    ];
    assert_eq!(cells, expected.map(|(x, w, t, a)| (x, w, t.to_owned(), a)));
    assert_eq!(mirror.text(), "\naé日本e\u{301}👩‍👧\n\n\n");
    assert_eq!(mirror.cells(4).count(), 0);
}

#[test]
fn scrolls_move_rows_and_clear_what_comes_free() {
    let after = |scroll, expected: &[&str]| {
        let mut mirror = mirror_of(&["a", "b", "c", "d"]);
        mirror.apply(&Update { size: SIZE, scrolls: vec![scroll], ..Update::default() }).expect("applies");
        let lines: Vec<_> = (0..4).map(|y| mirror.row_text(y)).collect();
        assert_eq!(lines, expected, "{scroll:?}");
    };
    after(Scroll(0, 4, 1), &["b", "c", "d", ""]);
    after(Scroll(0, 4, -1), &["", "a", "b", "c"]);
    after(Scroll(1, 3, 1), &["a", "c", "", "d"]);
    after(Scroll(1, 4, -2), &["a", "", "", "b"]);
    after(Scroll(0, 4, 4), &["", "", "", ""]);
    after(Scroll(0, 4, i16::MAX), &["", "", "", ""]);
    after(Scroll(2, 4, i16::MIN), &["a", "b", "", ""]);
    after(Scroll(0, 4, 0), &["a", "b", "c", "d"]);
}

#[test]
fn a_new_size_crops_and_pads() {
    let mut mirror = mirror_of(&["0123456789", "日本語"]);
    let wide = Row(false, vec![Run(0, Cells::Wide, "日本語".into())]);
    mirror
        .apply(&Update { size: SIZE, rows: vec![RowChange(1, wide)], ..Update::default() })
        .expect("applies");
    mirror.apply(&Update { size: Size { cols: 5, rows: 2 }, ..Update::default() }).expect("applies");
    assert_eq!(mirror.text(), "01234\n日本\n");
    mirror.apply(&Update { size: Size { cols: 6, rows: 3 }, ..Update::default() }).expect("applies");
    assert_eq!(mirror.text(), "01234\n日本\n\n");
}

#[test]
fn a_full_update_forgets_rows_styles_modes_and_title() {
    let mut mirror = Mirror::new();
    mirror.apply(&samples::update()).expect("applies");
    mirror.apply(&full(SIZE)).expect("applies");
    let mut fresh = Mirror::new();
    fresh.apply(&full(SIZE)).expect("applies");
    assert_eq!(mirror, fresh);
    assert_eq!(mirror.style(1), &Style::default());
    assert_eq!(mirror.bells(), 2);
}

#[test]
fn equality_is_what_a_person_sees() {
    let styled = |number: u16, attrs: u16, pieces: &[&str]| {
        let mut mirror = Mirror::new();
        let runs = pieces.iter().map(|p| Run(number, Cells::Narrow, (*p).to_owned())).collect();
        let rows = vec![RowChange(0, Row(false, runs))];
        mirror.apply(&Update { rows, styles: vec![style(number, attrs)], ..full(SIZE) }).expect("applies");
        mirror
    };
    assert_eq!(styled(1, attr::BOLD, &["ab", "c"]), styled(7, attr::BOLD, &["abc"]));
    assert_ne!(styled(1, attr::BOLD, &["abc"]), styled(1, attr::DIM, &["abc"]));
    assert_ne!(styled(1, attr::BOLD, &["abc"]), styled(1, attr::BOLD, &["abd"]));
    assert_eq!(mirror_of(&["a   "]), mirror_of(&["a"]));
    assert_ne!(mirror_of(&["a"]), mirror_of(&["a", "b"]));
    assert_eq!(mirror_of(&["a"]).first_difference(&mirror_of(&["a", "b"])), Some(1));
}

#[test]
fn each_contradiction_has_its_error() {
    let base = || Update { size: SIZE, ..Update::default() };
    let row = |y: u16, runs: Vec<Run>| Update { rows: vec![RowChange(y, Row(false, runs))], ..base() };
    let run = |style, cells, text: &str| vec![Run(style, cells, text.to_owned())];
    let cursor = |x, y| Cursor { x, y, ..Cursor::default() };
    let history = |start, end, rows| HistoryTail { end, rows, start, generation: 0 };
    let pictures = |list| Update { pictures: Some(list), ..base() };
    let picture = |edit: &dyn Fn(&mut Placement)| {
        let mut picture = PICTURE;
        edit(&mut picture);
        (pictures(vec![PICTURE, picture]), MirrorError::Picture(picture))
    };
    let many = (1..=limits::STYLES_PER_VIEWER_MAX as u16 + 1).map(|n| style(n, n)).collect::<Vec<_>>();
    assert_eq!(many.len(), limits::STYLES_PER_VIEWER_MAX + 1);
    let cases = [
        (Update { size: Size { cols: 0, rows: 4 }, ..base() }, MirrorError::Size(Size { cols: 0, rows: 4 })),
        (
            Update { size: Size { cols: 9, rows: 1001 }, ..base() },
            MirrorError::Size(Size { cols: 9, rows: 1001 }),
        ),
        (row(4, vec![]), MirrorError::Row(4)),
        (row(u16::MAX, vec![]), MirrorError::Row(u16::MAX)),
        (row(0, run(0, Cells::Narrow, "0123456789a")), MirrorError::Columns(0, 11)),
        (row(2, run(0, Cells::Wide, "日本語日本語")), MirrorError::Columns(2, 12)),
        (row(0, run(0, Cells::Narrow, "a\u{1b}[2J")), MirrorError::Text(0)),
        (row(0, run(0, Cells::Narrow, "\u{9b}")), MirrorError::Text(0)),
        (row(0, run(0, Cells::WideCluster, "")), MirrorError::Text(0)),
        (row(3, run(0, Cells::NarrowCluster, &"e\u{301}".repeat(200))), MirrorError::Text(3)),
        (row(0, run(3, Cells::Narrow, "a")), MirrorError::Style(3)),
        (Update { styles: vec![style(0, 1)], ..base() }, MirrorError::Style(0)),
        (Update { styles: vec![style(2, 1), style(2, 2)], ..base() }, MirrorError::Style(2)),
        (Update { styles: many, ..base() }, MirrorError::StyleCount),
        (Update { scrolls: vec![Scroll(2, 5, 1)], ..base() }, MirrorError::Scroll(Scroll(2, 5, 1))),
        (Update { scrolls: vec![Scroll(3, 2, 1)], ..base() }, MirrorError::Scroll(Scroll(3, 2, 1))),
        (Update { scrolls: vec![Scroll(2, 2, 1)], ..base() }, MirrorError::Scroll(Scroll(2, 2, 1))),
        (Update { cursor: Some(cursor(10, 0)), ..base() }, MirrorError::Cursor(cursor(10, 0))),
        (Update { cursor: Some(cursor(0, 4)), ..base() }, MirrorError::Cursor(cursor(0, 4))),
        (Update { history: Some(history(5, 4, vec![])), ..base() }, MirrorError::History),
        (Update { history: Some(history(5, 6, vec![narrow("a"); 2])), ..base() }, MirrorError::History),
        picture(&|p| p.cols = 0),
        picture(&|p| p.rows = 0),
        picture(&|p| p.x = 7),
        picture(&|p| p.line = 3),
        picture(&|p| p.line = u64::MAX),
        picture(&|p| p.source.width = 0),
        picture(&|p| p.source.height = 0),
        picture(&|p| p.source.x = u32::MAX),
        picture(&|p| p.source.y = u32::MAX),
    ];
    for (update, error) in cases {
        let mut mirror = mirror_of(&["a"]);
        assert_eq!(mirror.apply(&update), Err(error));
    }
}

const PICTURE: Placement = Placement {
    x: 6,
    z: 0,
    cols: 4,
    line: 2,
    rows: 2,
    source: PixelRect { x: 1, y: 1, width: 8, height: 8 },
    picture: 5,
};

#[test]
fn pictures_are_state() {
    let pictures =
        |list: &[Placement]| Update { pictures: Some(list.to_vec()), size: SIZE, ..Update::default() };
    let mut mirror = mirror_of(&["a"]);
    let above = Placement { z: 1, ..PICTURE };
    mirror.apply(&pictures(&[PICTURE, above])).expect("applies");
    assert_eq!(mirror.pictures(), [PICTURE, above]);
    assert_ne!(mirror, mirror_of(&["a"]), "a person sees them");
    mirror
        .apply(&Update { size: SIZE, scrolls: vec![Scroll(0, 4, 1)], ..Update::default() })
        .expect("applies");
    assert_eq!(mirror.pictures(), [PICTURE, above], "a scroll moves rows");
    mirror.apply(&pictures(&[above])).expect("applies");
    assert_eq!(mirror.pictures(), [above]);
    mirror.apply(&full(SIZE)).expect("applies");
    assert!(mirror.pictures().is_empty(), "all is forgotten");
    mirror.apply(&pictures(&[PICTURE])).expect("applies");
    mirror.apply(&Update { size: Size { cols: 10, rows: 3 }, ..Update::default() }).expect("applies");
    assert!(mirror.pictures().is_empty(), "another size");
    // A pane's lines have absolute numbers.
    let tail = HistoryTail { end: 1000, rows: vec![], start: 10, generation: 0 };
    mirror.apply(&Update { history: Some(tail), ..full(SIZE) }).expect("applies");
    let lines = [Placement { line: 20, rows: 600, ..PICTURE }, Placement { line: 1002, ..PICTURE }];
    mirror.apply(&pictures(&lines)).expect("applies");
    assert_eq!(mirror.pictures(), lines);
    let below = Placement { line: 1003, ..PICTURE };
    assert_eq!(mirror.apply(&pictures(&[below])), Err(MirrorError::Picture(below)));
}

fn updates() -> impl Strategy<Value = Update> {
    let run = (0..3u16, 0..4usize, "[a日\u{301}\u{7f}]{0,4}").prop_map(|(style, kind, text)| {
        let kinds = [Cells::Narrow, Cells::Wide, Cells::NarrowCluster, Cells::WideCluster];
        Run(style, kinds[kind], text)
    });
    let row = (0..5u16, any::<bool>(), proptest::collection::vec(run, 0..4))
        .prop_map(|(y, wrapped, runs)| RowChange(y, Row(wrapped, runs)));
    let scroll = (0..6u16, 0..6u16, any::<i16>()).prop_map(|(top, bottom, up)| Scroll(top, bottom, up));
    let size = (0..12u16, 0..6u16).prop_map(|(cols, rows)| Size { cols, rows });
    let styles = proptest::collection::vec((0..3u16, 0..3u16).prop_map(|(n, a)| style(n, a)), 0..3);
    let cursor =
        proptest::option::of((0..12u16, 0..6u16).prop_map(|(x, y)| Cursor { x, y, ..Cursor::default() }));
    let picture = (0..14u16, 0..6u16, 0..7u64, 0..4u16).prop_map(|(x, cols, line, rows)| Placement {
        x,
        cols,
        line,
        rows,
        ..PICTURE
    });
    let pictures = proptest::option::of(proptest::collection::vec(picture, 0..3));
    let lists = (proptest::collection::vec(row, 0..4), proptest::collection::vec(scroll, 0..3), styles);
    (any::<bool>(), size, cursor, pictures, lists).prop_map(
        |(full, size, cursor, pictures, (rows, scrolls, styles))| Update {
            full,
            rows,
            size,
            cursor,
            styles,
            scrolls,
            pictures,
            ..Update::default()
        },
    )
}

proptest! {
    /// Whatever is sent, a mirror's cells stay inside its size.
    #[test]
    fn any_updates_are_survived(updates in proptest::collection::vec(updates(), 1..12)) {
        let mut mirror = Mirror::new();
        for update in updates {
            if mirror.apply(&update).is_err() { mirror = Mirror::new(); continue; }
            let Size { cols, rows } = mirror.size();
            prop_assert!(mirror.cursor().x < cols && mirror.cursor().y < rows);
            for y in 0..rows {
                for cell in mirror.cells(y) { prop_assert!(cell.x + u16::from(cell.width) <= cols); }
            }
            for p in mirror.pictures() {
                prop_assert!(p.x + p.cols <= cols && p.line + u64::from(p.rows) <= u64::from(rows));
            }
            prop_assert_eq!(mirror.text().lines().count(), usize::from(rows));
            prop_assert_eq!(&mirror, &mirror.clone());
        }
    }
}
