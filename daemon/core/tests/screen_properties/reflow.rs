//! Lines at another width: the rows are those that a screen of that width would have made of them, wherever the lines
//! are by now.

use super::history::{Spilling, Step, act};
use super::{check, is_same, is_sound, restored};
use abide_core::base::geometry::Size;
use abide_core::screen::{CellText, Screen};
use proptest::prelude::*;

/// In rows of two columns a longer line may fill half a chunk, and then be torn where that ends.
const LINE_BYTES_MAX: usize = 3000;

/// Text that ends in no blank: how many there were is not kept, and rows of blanks end a line as well as any.
fn line() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        6 => "[a-z0-9]{1,12}",
        3 => "[漢字仮名]{1,9}",
        2 => "[a漢]{1,12}",
        2 => "([한글말]{1,4} ){1,20}한",
        1 => "[éß│─]{1,6}",
        1 => "(e\u{301}|👩\u{200d}🚀|x){1,4}",
        1 => "a[ ]{1,30}z",
    ];
    let style = prop_oneof![
        8 => Just(String::new()),
        2 => (0u8..16).prop_map(|n| format!("\x1b[38;5;{n}m")),
        1 => (0u8..16).prop_map(|n| format!("\x1b[4;38;2;{n};9;200m")),
        1 => Just("\x1b[m".to_owned()),
        1 => (0u8..4).prop_map(|n| format!("\x1b]8;;https://h/{n}\x07")),
        1 => Just("\x1b]8;;\x07".to_owned()),
    ];
    let words = |max| proptest::collection::vec((word.clone(), style.clone()), 0..max);
    let words = prop_oneof![8 => words(8).boxed(), 3 => words(40).boxed(), 1 => words(250).boxed()];
    let parts = words.prop_map(|words| {
        let mut bytes = 0;
        let word = |(word, style): (String, String)| {
            bytes += word.len() + 1;
            (bytes < LINE_BYTES_MAX).then(|| style + &word + " ")
        };
        words.into_iter().map_while(word).collect::<String>()
    });
    prop_oneof![
        1 => Just(String::new()),
        // Just as many columns as a row has.
        2 => (1usize..4, prop_oneof![Just(20usize), Just(40), Just(80)]).prop_map(|(n, cols)| "x".repeat(n * cols)),
        12 => parts.prop_map(|parts| parts.trim_end().to_owned()),
    ]
}

/// Lines, and how often they are repeated.
fn text() -> impl Strategy<Value = String> {
    (proptest::collection::vec(line(), 1..60), 1usize..30).prop_map(|(lines, times)| {
        let all = lines.join("\r\n");
        vec![all; times].join("\r\n") + "\x1b]8;;\x07\x1b[m\r\nend"
    })
}

fn cols() -> impl Strategy<Value = u16> {
    prop_oneof![4 => 2u16..130, 1 => Just(20), 1 => Just(40), 1 => Just(80)]
}

/// What becomes of history between two resizes.
fn between() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        (0usize..40).prop_map(Step::Squeeze),
        Just(Step::Store),
        (0usize..100_000).prop_map(Step::Spill),
        Just(Step::Restore),
    ];
    proptest::collection::vec(step, 0..4)
}

/// All rows, and the cursor: what numbers they have is another matter.
fn rows(spilling: &Spilling) -> Vec<String> {
    let screen = &spilling.screen;
    let history = screen.history();
    let mut rows: Vec<String> = (history.start..history.end).map(|n| spilling.line(n)).collect();
    rows.extend((0..screen.size().rows).map(|y| {
        let row = screen.row(y);
        format!("{} {:?}", row.wrapped(), row.cells().collect::<Vec<_>>())
    }));
    rows.push(format!("{:?}", screen.cursor()));
    rows
}

fn are_same(a: &[String], b: &[String]) -> Result<(), TestCaseError> {
    for (n, (a, b)) in a.iter().zip(b).enumerate() {
        prop_assert!(a == b, "row {}:\n{}\n{}", n, a, b);
    }
    prop_assert_eq!(a.len(), b.len());
    Ok(())
}

#[test]
fn rows_at_any_width_are_those_of_a_fresh_screen() {
    let steps = proptest::collection::vec((cols(), between()), 1..5);
    check(20, &(text(), cols(), steps), |(text, first, steps)| {
        let mut resized = Spilling::new(Screen::new(Size::new(first, 5), 1_000_000));
        resized.screen.feed(text.as_bytes());
        for (cols, between) in steps {
            for step in &between {
                resized.step(step);
            }
            resized.screen.resize(Size::new(cols, 5));
            let mut fresh = Spilling::new(Screen::new(Size::new(cols, 5), 1_000_000));
            fresh.screen.feed(text.as_bytes());
            are_same(&rows(&resized), &rows(&fresh))?;
        }
        Ok(())
    });
}

/// There and back is as if nothing had been.
#[test]
fn there_and_back_is_nowhere() {
    let steps = proptest::collection::vec((cols(), 1u16..9, between()), 1..5);
    check(20, &(text(), cols(), steps), |(text, first, steps)| {
        let mut resized = Spilling::new(Screen::new(Size::new(first, 5), 1_000_000));
        resized.screen.feed(text.as_bytes());
        resized.screen.feed(b"\r\n\r\n$ ls; ");
        let before = rows(&resized);
        for (cols, rows, between) in steps {
            resized.screen.resize(Size::new(cols, rows));
            for step in &between {
                resized.step(step);
            }
        }
        resized.screen.resize(Size::new(first, 5));
        are_same(&rows(&resized), &before)?;
        Ok(())
    });
}

/// A limit counts rows as they came: no resize loses any, but what comes afterwards makes up for it.
#[test]
fn no_resize_cuts_anything_off() {
    let steps = proptest::collection::vec((cols(), 1u16..9), 1..6);
    check(20, &(text(), cols(), steps, 1u32..3000), |(text, first, steps, lines_max)| {
        let mut screen = Screen::new(Size::new(first, 5), lines_max);
        screen.feed(text.as_bytes());
        let before = rows(&Spilling::new(screen.clone()));
        for (cols, rows) in steps {
            screen.resize(Size::new(cols, rows));
            is_sound(&screen)?;
            is_same(&screen, &restored(&screen))?;
            prop_assert_eq!(screen.head(), restored(&screen).head());
        }
        screen.resize(Size::new(first, 5));
        let after = rows(&Spilling::new(screen.clone()));
        prop_assert_eq!(after.last(), before.last());
        prop_assert_eq!(after.len(), before.len());
        // What was packed in rows of two columns counts as so many.
        for _ in 0..30 {
            act(&mut screen, &Step::Feed(4000, 3, 1));
            if screen.history().end - screen.history().start == u64::from(lines_max) {
                return Ok(());
            }
        }
        prop_assert!(false, "{:?} for {} lines", screen.history(), lines_max);
        Ok(())
    });
}

/// What stands at a place: how many lines end above it, and the cell. Blanks at the end of a row are not told from none.
fn stands(screen: &Screen, (line, x): (u64, u16)) -> Option<(usize, String)> {
    let ends = |n: &u64| screen.line(*n).is_some_and(|row| !row.wrapped());
    let lines = (screen.history().start..line).filter(ends).count();
    let row = screen.line(line)?;
    let mut cells = row.cells().filter(|cell| cell.text != CellText::Char(' '));
    let cell = cells.find(|cell| (cell.x..cell.x + u16::from(cell.width)).contains(&x))?;
    Some((lines, format!("{cell:?}").split_once("width")?.1.to_owned()))
}

#[test]
fn anchors_stay_at_their_characters() {
    let places = proptest::collection::vec((any::<prop::sample::Index>(), 0u16..40), 1..8);
    let steps = proptest::collection::vec((cols(), 1u16..9, 0usize..40), 1..5);
    check(20, &(text(), cols(), places, steps), |(text, first, places, steps)| {
        let mut screen = Screen::new(Size::new(first, 5), 1_000_000);
        screen.feed(text.as_bytes());
        let all = screen.history().end + 5;
        let mut held = Vec::new();
        for (line, x) in places {
            let place = (line.index(all as usize) as u64, x);
            // Where there is no character it is enough that nothing breaks.
            held.push((place, stands(&screen, place)));
        }
        for (cols, rows, squeezed) in steps {
            screen.squeeze_history(squeezed);
            let anchors: Vec<_> = held.iter().map(|(place, _)| screen.anchor(place.0, place.1)).collect();
            screen.resize(Size::new(cols, rows));
            for ((place, stood), anchor) in held.iter_mut().zip(anchors) {
                let anchor = anchor.expect("a line that is there");
                let Some(now) = screen.anchored(anchor) else {
                    prop_assert!(stood.is_none(), "{:?} is gone", place);
                    continue;
                };
                *place = now;
                if stood.is_some() {
                    prop_assert_eq!(&stands(&screen, now), &*stood, "at {:?}", now);
                }
            }
        }
        Ok(())
    });
}
