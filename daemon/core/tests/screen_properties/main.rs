//! What holds for any bytes at all. Each test prints its seed first; `ABIDE_SEED=N` runs it again,
//! `ABIDE_CASES=N` runs more.
#![allow(clippy::unwrap_used, clippy::expect_used, reason = "a test that fails should say where")]
#![allow(clippy::disallowed_methods, reason = "files and seeds come from outside")]

mod history;
mod reflow;
mod search;
mod stream;

use abide_core::base::geometry::Size;
use abide_core::screen::{Outcome, Screen};
use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseResult, TestRng, TestRunner};
use stream::{cuts, output, sizes};

fn check<S: Strategy>(cases: u32, strategy: &S, test: impl Fn(S::Value) -> TestCaseResult) {
    let number = |name: &str| std::env::var(name).ok().and_then(|n| n.parse().ok());
    let now = std::time::UNIX_EPOCH.elapsed().map_or(0, |since| since.as_nanos() as u64);
    let seed: u64 = number("ABIDE_SEED").unwrap_or(now);
    println!("ABIDE_SEED={seed}");
    let cases = number("ABIDE_CASES").map_or(cases, |n| n as u32);
    let mut bytes = [0; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let config = Config { cases, failure_persistence: None, ..Config::default() };
    let rng = TestRng::from_seed(RngAlgorithm::ChaCha, &bytes);
    if let Err(fault) = TestRunner::new_with_rng(config, rng).run(strategy, test) {
        panic!("{fault}");
    }
}

fn restored(screen: &Screen) -> Screen {
    Screen::restore(&screen.head(), &mut |id| screen.chunk(id).map(<[u8]>::to_vec).into())
        .expect("its own head")
}

fn add(all: &mut Outcome, new: Outcome) {
    all.replies.extend(new.replies);
    all.bells += new.bells;
    all.title_changed |= new.title_changed;
    all.cwd_changed |= new.cwd_changed;
    all.clipboard = new.clipboard.or(all.clipboard.take());
    all.command_line = new.command_line.or(all.command_line.take());
    all.prompts = new.prompts.or(all.prompts);
    all.notice = new.notice.or(all.notice.take());
    all.progress_changed |= new.progress_changed;
    all.variables_changed |= new.variables_changed;
}

/// Everything that can be seen of a screen, as text.
fn seen(screen: &Screen) -> String {
    let mut out = format!("{:?} {:?} {:#x}\n", screen.cursor(), screen.history(), screen.modes());
    let history = screen.history();
    let lines = (history.start..history.end).filter_map(|n| screen.line(n));
    for row in lines.chain((0..screen.size().rows).map(|y| screen.row(y))) {
        out.push_str(&format!("{} {:?}\n", row.wrapped(), row.cells().collect::<Vec<_>>()));
    }
    for placed in screen.pictures_in(0..u64::MAX) {
        let picture = screen.picture(placed.picture).expect("a picture that is placed");
        out.push_str(&format!("{placed:?} {}x{} {:?}\n", picture.width, picture.height, picture.bytes));
    }
    out
}

/// Both show the same; names the first line that does not.
fn is_same(a: &Screen, b: &Screen) -> TestCaseResult {
    let (a, b) = (seen(a), seen(b));
    for (n, (a, b)) in a.lines().zip(b.lines()).enumerate() {
        prop_assert_eq!(a, b, "in line {}", n);
    }
    prop_assert_eq!(a.lines().count(), b.lines().count());
    Ok(())
}

/// Cells are whole, in order and inside the screen; the cursor is too; clocks do not run ahead.
fn is_sound(screen: &Screen) -> TestCaseResult {
    let size = screen.size();
    let cursor = screen.cursor();
    prop_assert!(cursor.x < size.cols && cursor.y < size.rows, "cursor {:?}", cursor);
    let history = screen.history();
    for (row, n) in
        (history.start..history.end + u64::from(size.rows)).filter_map(|n| Some((screen.line(n)?, n)))
    {
        let mut next = 0;
        for cell in row.cells() {
            prop_assert_eq!(cell.x, next, "a gap in line {}", n);
            prop_assert!(cell.width == 1 || cell.width == 2);
            next = cell.x + u16::from(cell.width);
        }
        prop_assert!(next <= size.cols, "line {} has {} columns of {}", n, next, size.cols);
    }
    for y in 0..size.rows {
        prop_assert!(screen.row_version(y) <= screen.version());
    }
    let mut z = i32::MIN;
    for placed in screen.pictures_in(0..u64::MAX) {
        let picture = screen.picture(placed.picture).expect("a picture that is placed");
        let source = placed.source;
        prop_assert!(placed.cols > 0 && placed.rows > 0 && placed.z >= z, "{:?}", placed);
        prop_assert!(source.width > 0 && source.height > 0, "{:?}", placed);
        prop_assert!(source.x + source.width <= picture.width, "{:?}", placed);
        prop_assert!(source.y + source.height <= picture.height, "{:?}", placed);
        z = placed.z;
    }
    for id in screen.chunk_ids() {
        prop_assert!(screen.chunk(id).is_some_and(|c| c.len() <= abide_core::base::limits::CHUNK_BYTES_MAX));
    }
    Ok(())
}

#[test]
fn cutting_changes_nothing() {
    check(400, &(output(), sizes(), cuts()), |(bytes, size, cuts)| {
        let mut whole = Screen::new(size, 50);
        whole.feed(&bytes);
        let mut cut = Screen::new(size, 50);
        let (mut rest, mut outcome) = (&bytes[..], Outcome::default());
        for len in cuts.iter().cycle().take_while(|_| true) {
            if rest.is_empty() {
                break;
            }
            let (part, after) = rest.split_at((*len).min(rest.len()));
            cut.feed(part);
            add(&mut outcome, cut.outcome());
            rest = after;
        }
        is_sound(&whole)?;
        is_same(&whole, &cut)?;
        prop_assert_eq!(whole.head(), cut.head());
        prop_assert_eq!(whole.outcome(), outcome);
        Ok(())
    });
}

/// Lines that go to history without having been on the grid are those that would have been there.
#[test]
fn what_passes_through_is_what_would_have_been_printed() {
    let lines_max = prop_oneof![Just(0u32), Just(30), Just(100_000)];
    check(150, &(stream::flood(), sizes(), lines_max), |(bytes, size, lines_max)| {
        let mut whole = Screen::new(size, lines_max);
        whole.feed(&bytes);
        let mut cut = Screen::new(size, lines_max);
        for b in &bytes {
            cut.feed(&[*b]);
        }
        is_sound(&whole)?;
        is_same(&whole, &cut)?;
        prop_assert_eq!(whole.scrolled(), cut.scrolled());
        prop_assert_eq!(whole.head(), cut.head());
        prop_assert!(whole.chunk_ids().eq(cut.chunk_ids()));
        for id in whole.chunk_ids() {
            prop_assert_eq!(whole.chunk(id), cut.chunk(id));
        }
        Ok(())
    });
}

/// A line of nothing but marks passes, and what is repeated is what was printed before it.
#[test]
fn marks_alone_leave_what_is_repeated() {
    let bytes = "\r\n\r\nA\r\n\u{fe0f}\r\n".as_bytes();
    let (mut whole, mut cut) = (Screen::new(Size::new(2, 1), 0), Screen::new(Size::new(2, 1), 0));
    whole.feed(bytes);
    bytes.iter().for_each(|b| cut.feed(&[*b]));
    assert_eq!(whole.head(), cut.head());
}

#[test]
fn a_restored_screen_goes_on_as_if_nothing_had_been() {
    check(300, &(output(), sizes(), cuts(), sizes()), |(bytes, size, cuts, other)| {
        let mut straight = Screen::new(size, 30);
        let mut interrupted = Screen::new(size, 30);
        let mut rest = &bytes[..];
        for (i, len) in cuts.iter().cycle().enumerate() {
            if rest.is_empty() {
                break;
            }
            let (part, after) = rest.split_at((*len * 7).min(rest.len()));
            for screen in [&mut straight, &mut interrupted] {
                screen.feed(part);
                if i == 3 {
                    screen.resize(other);
                }
            }
            interrupted = restored(&interrupted);
            is_same(&straight, &interrupted)?;
            prop_assert_eq!(straight.head(), interrupted.head(), "after step {}", i);
            rest = after;
        }
        Ok(())
    });
}

#[test]
fn any_size_at_any_time() {
    let steps = proptest::collection::vec((output(), sizes(), any::<bool>()), 1..8);
    check(300, &steps, |steps| {
        let mut screen = Screen::new(Size::new(20, 6), 40);
        for (bytes, size, restore) in steps {
            screen.feed(&bytes);
            screen.resize(size);
            prop_assert_eq!(screen.size(), size);
            is_sound(&screen)?;
            if restore {
                let again = restored(&screen);
                is_same(&screen, &again)?;
                screen = again;
            }
        }
        Ok(())
    });
}

/// Whatever the width becomes in the middle of a line, the rest of it goes behind what was printed before.
#[test]
fn a_line_goes_on_where_it_was_at_any_width() {
    let text = "abcd fghi klmnop";
    for printed in 0..=text.len() {
        for cols in 1..=20 {
            let mut screen = Screen::new(Size::new(20, 4), 100);
            screen.feed(&text.as_bytes()[..printed]);
            screen.resize(Size::new(cols, 4));
            screen.feed(&text.as_bytes()[printed..]);
            let history = screen.history();
            let lines = (history.start..history.end).filter_map(|n| screen.line(n));
            let all: String = lines.chain((0..4).map(|y| screen.row(y))).map(|row| row.text()).collect();
            // A blank at the end of a row may be one that nobody wrote.
            let letters = |text: &str| text.replace(' ', "");
            assert_eq!(letters(&all), letters(text), "{printed} characters, then {cols} columns");
        }
    }
}

/// Plain lines, however wide the screen becomes, are the same lines: joined over wrapped rows, from the
/// history's start to the cursor.
#[test]
fn reflow_loses_nothing() {
    // A blank before a wide character may be text or the column it left free: no reader can tell.
    let line = "([a-z漢é]{1,12}( {1,3}[a-zé])?){0,8}";
    let input = (proptest::collection::vec(line, 0..40), proptest::collection::vec(sizes(), 1..6), sizes());
    check(400, &input, |(lines, steps, first)| {
        // A column is no room for wide characters.
        let wide = |size: Size| Size::new(size.cols.max(2), size.rows);
        let mut screen = Screen::new(wide(first), 100_000);
        screen.feed(lines.join("\r\n").as_bytes());
        for size in steps {
            screen.resize(wide(size));
            let mut text = String::new();
            let history = screen.history();
            let last = history.end + u64::from(screen.cursor().y);
            for n in history.start..=last {
                let row = screen.line(n).expect("a line");
                let used: usize = row.cells().map(|c| usize::from(c.width)).sum();
                text.push_str(&row.text());
                if row.wrapped() {
                    // Blanks at the end of a row that goes on are text, but for a wide one's free column.
                    let trimmed = row.text();
                    let shown = abide_core::text::width(&trimmed);
                    text.extend(std::iter::repeat_n(' ', used.max(shown) - shown));
                    let missing = usize::from(screen.size().cols) - used.max(shown);
                    let next = screen.line(n + 1).expect("a line that goes on");
                    let next_is_wide = next.cells().next().is_some_and(|c| c.width == 2);
                    text.extend(std::iter::repeat_n(' ', missing - usize::from(next_is_wide && missing > 0)));
                } else if n != last {
                    text.push('\n');
                }
            }
            prop_assert_eq!(text, lines.join("\n"), "at {:?}", screen.size());
        }
        Ok(())
    });
}

#[test]
fn damaged_heads_and_chunks_are_refused_or_read_never_worse() {
    let damage = proptest::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..6);
    let lots = (output(), sizes(), damage, any::<prop::sample::Index>(), any::<bool>());
    check(2000, &lots, |(bytes, size, damage, end, cut)| {
        let mut screen = Screen::new(size, 200);
        screen.feed(&bytes);
        let mut head = screen.head();
        let spoil = |bytes: &mut Vec<u8>| {
            for (at, value) in &damage {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = *value;
                }
            }
            if cut {
                bytes.truncate(end.index(bytes.len() + 1));
            }
        };
        spoil(&mut head);
        let restored = Screen::restore(&head, &mut |id| {
            let mut chunk = screen.chunk(id).map(<[u8]>::to_vec);
            chunk.iter_mut().for_each(&spoil);
            chunk.into()
        });
        if let Ok(mut restored) = restored {
            restored.feed(&bytes);
            restored.resize(Size::new(33, 7));
            restored.feed(&bytes);
            is_sound(&restored)?;
            prop_assert!(restored.row(0).cells().count() <= 33);
        }
        Ok(())
    });
}

#[test]
fn chunks_may_be_missing() {
    let mut screen = Screen::new(Size::new(80, 24), 5000);
    for n in 0..3000 {
        screen.feed(format!("line {n} with some words that take room\r\n").as_bytes());
    }
    assert!(screen.chunk_ids().count() > 2);
    let lost = screen.chunk_ids().next().unwrap();
    let again = Screen::restore(&screen.head(), &mut |id| {
        (id != lost).then(|| screen.chunk(id).map(<[u8]>::to_vec)).flatten().into()
    });
    let again = again.expect("a screen");
    assert_eq!(again.history(), screen.history());
    assert_eq!(again.line(0).map(|row| row.text()), Some(String::new()));
    let last = screen.history().end - 1;
    assert_eq!(again.line(last).map(|row| row.text()), screen.line(last).map(|row| row.text()));
    // And once more, with the lost one as it is now.
    assert_eq!(restored(&again).head(), again.head());
}

/// Replies are a closed grammar; see `report.rs`.
#[test]
fn replies_are_of_a_closed_grammar() {
    check(2000, &(stream::queries(), sizes()), |(bytes, size)| {
        let mut screen = Screen::new(size, 10);
        screen.allow_checksums(true);
        screen.feed(&bytes);
        let replies = screen.outcome().replies;
        let mut rest = &replies[..];
        while !rest.is_empty() {
            let len = stream::reply_len(rest);
            prop_assert!(len > 0, "no reply of ours: {}", rest.escape_ascii());
            rest = &rest[len..];
        }
        Ok(())
    });
}
