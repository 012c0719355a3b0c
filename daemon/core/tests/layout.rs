//! Layouts: the same as tmux's after the same operations, and whole whatever is done to them.

#![allow(clippy::disallowed_methods, reason = "a seed comes from outside")]

use abide_core::{
    base::{
        geometry::{Point, Size},
        ids::PaneId,
    },
    layout::{Axis, Direction, Edge, Layout, Length, Preset, PresetSizes, Split},
};
use proptest::{prelude::*, test_runner::TestRunner};

fn pane(text: &str) -> PaneId {
    PaneId::parse(text).expect("a pane id")
}

fn size(text: &str) -> Size {
    let (cols, rows) = text.split_once('x').expect("WxH");
    Size::new(cols.parse().expect("cols"), rows.parse().expect("rows"))
}

/// Carries out one line of the golden file.
fn operate(layout: &mut Layout, words: &[&str]) {
    match words {
        ["split", target, flags @ .., "->", new] => {
            let mut how = Split { axis: Axis::TopBottom, before: false, full: false, length: Length::Half };
            let mut flags = flags.iter();
            while let Some(flag) = flags.next() {
                match *flag {
                    "-h" => how.axis = Axis::LeftRight,
                    "-v" => how.axis = Axis::TopBottom,
                    "-b" => how.before = true,
                    "-f" => how.full = true,
                    "-l" => how.length = Length::parse(flags.next().expect("-l N")).expect("a length"),
                    other => panic!("{other}"),
                }
            }
            let made = layout.split(pane(target), PaneId::parse(new).unwrap_or(PaneId(9999)), how);
            assert_eq!(made.is_ok(), *new != "none", "{words:?}: {made:?}");
        }
        ["resize", target, way, by] => {
            let by: i32 = by.parse().expect("a number");
            let (axis, change) = match *way {
                "L" => (Axis::LeftRight, -by),
                "R" => (Axis::LeftRight, by),
                "U" => (Axis::TopBottom, -by),
                _ => (Axis::TopBottom, by),
            };
            layout.resize_pane(pane(target), axis, change);
        }
        ["to", target, axis, len] => {
            let axis = if *axis == "x" { Axis::LeftRight } else { Axis::TopBottom };
            layout.resize_pane_to(pane(target), axis, len.parse().expect("a number"));
        }
        ["remove", target] => assert!(layout.remove(pane(target))),
        ["swap", a, b] => layout.swap(pane(a), pane(b)),
        ["rotate", way] => layout.rotate(*way == "U"),
        ["spread", target] => {
            layout.spread(pane(target));
        }
        ["preset", name] => {
            layout.apply(Preset::parse(name).expect("a preset"), layout.size(), PresetSizes::default());
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_same_as_tmux() {
    let text = include_str!("golden/layout/operations.txt");
    let mut layout = Layout::new(PaneId(0), Size::new(80, 24));
    let (mut compared, mut last) = (0, "");
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.starts_with('#')) {
        let words: Vec<&str> = line.split_ascii_whitespace().collect();
        match words.as_slice() {
            ["new", dimensions] => {
                layout = Layout::new(PaneId(0), size(dimensions));
            }
            ["=", expected] => {
                assert_eq!(layout.text(), *expected, "line {}, after {last}", number + 1);
                assert_eq!(layout.fault(), None, "line {}, after {last}", number + 1);
                compared += 1;
                let again = Layout::parse(expected, &layout.panes()).expect(expected);
                assert_eq!(again.text(), *expected);
            }
            words => {
                last = line;
                operate(&mut layout, words);
            }
        }
    }
    assert!(compared > 400, "only {compared} layouts in the file");
}

/// One random operation on a layout.
#[derive(Clone, Debug)]
enum Op {
    Split { at: usize, axis: bool, before: bool, full: bool, length: Option<(bool, u16)> },
    Remove(usize),
    Resize { at: usize, axis: bool, change: i32 },
    To { at: usize, axis: bool, len: u16 },
    Drag { from: (u16, u16), to: (u16, u16) },
    Window { cols: u16, rows: u16 },
    Preset(usize),
    Spread(usize),
    Swap(usize, usize),
    Rotate(bool),
    Text,
}

fn op() -> impl Strategy<Value = Op> {
    prop_oneof![
        6 => (any::<usize>(), any::<bool>(), any::<bool>(), prop::bool::weighted(0.2), prop::option::of((any::<bool>(), 0..300u16)))
            .prop_map(|(at, axis, before, full, length)| Op::Split { at, axis, before, full, length }),
        2 => any::<usize>().prop_map(Op::Remove),
        3 => (any::<usize>(), any::<bool>(), -200..200i32).prop_map(|(at, axis, change)| Op::Resize { at, axis, change }),
        1 => (any::<usize>(), any::<bool>(), 0..1200u16).prop_map(|(at, axis, len)| Op::To { at, axis, len }),
        2 => ((0..300u16, 0..120u16), (0..300u16, 0..120u16)).prop_map(|(from, to)| Op::Drag { from, to }),
        2 => (1..1001u16, 1..1001u16).prop_map(|(cols, rows)| Op::Window { cols, rows }),
        2 => (1..60u16, 1..40u16).prop_map(|(cols, rows)| Op::Window { cols, rows }),
        1 => (0..Preset::ALL.len()).prop_map(Op::Preset),
        1 => any::<usize>().prop_map(Op::Spread),
        1 => (any::<usize>(), any::<usize>()).prop_map(|(a, b)| Op::Swap(a, b)),
        1 => any::<bool>().prop_map(Op::Rotate),
        1 => Just(Op::Text),
    ]
}

fn apply(layout: &mut Layout, next: &mut u32, window: &mut Size, op: &Op) {
    let panes = layout.panes();
    let at = |i: usize| panes[i % panes.len()];
    let axis = |h: bool| if h { Axis::LeftRight } else { Axis::TopBottom };
    match *op {
        Op::Split { at: i, axis: h, before, full, length } => {
            let length = match length {
                None => Length::Half,
                Some((true, n)) => Length::Percent(n),
                Some((false, n)) => Length::Cells(n),
            };
            let before_text = layout.text();
            match layout.split(at(i), PaneId(*next), Split { axis: axis(h), before, full, length }) {
                Ok(()) => *next += 1,
                Err(_) => assert_eq!(layout.text(), before_text, "a refused split changed something"),
            }
        }
        Op::Remove(i) => assert_eq!(layout.remove(at(i)), panes.len() > 1),
        Op::Resize { at: i, axis: h, change } => {
            layout.resize_pane(at(i), axis(h), change);
        }
        Op::To { at: i, axis: h, len } => {
            layout.resize_pane_to(at(i), axis(h), len);
        }
        Op::Drag { from, to } => {
            layout.drag(Point { x: from.0, y: from.1 }, Point { x: to.0, y: to.1 });
        }
        Op::Window { cols, rows } => {
            *window = Size::new(cols, rows);
            let before = layout.clone();
            layout.resize(*window);
            // There and back again is where it was.
            let mut back = layout.clone();
            back.resize(before.size());
            let reached = before.clone();
            let mut settled = before;
            settled.resize(reached.size());
            assert_eq!(back.text(), settled.text());
            let min = layout.size_min();
            assert_eq!(layout.size(), Size { cols: cols.max(min.cols), rows: rows.max(min.rows) });
        }
        Op::Preset(i) => layout.apply(Preset::ALL[i], *window, PresetSizes::default()),
        Op::Spread(i) => {
            layout.spread(at(i));
        }
        Op::Swap(a, b) => layout.swap(at(a), at(b)),
        Op::Rotate(up) => layout.rotate(up),
        Op::Text => {
            let own = Layout::parse_own(&layout.text()).expect("what we print");
            assert_eq!(own.text(), layout.text());
        }
    }
}

/// Random cases under one seed, printed first; `ABIDE_SEED` repeats a run.
fn with_seed<S: Strategy>(cases: u32, strategy: &S, check: impl Fn(S::Value) -> Result<(), TestCaseError>) {
    let seed = std::env::var("ABIDE_SEED")
        .ok()
        .and_then(|s| s.parse().ok())
        .unwrap_or_else(|| std::time::UNIX_EPOCH.elapsed().map_or(0, |t| t.as_nanos() as u64));
    println!("ABIDE_SEED={seed}");
    let mut bytes = [0u8; 32];
    bytes[..8].copy_from_slice(&seed.to_le_bytes());
    let rng = proptest::test_runner::TestRng::from_seed(proptest::test_runner::RngAlgorithm::ChaCha, &bytes);
    let cases = std::env::var("ABIDE_CASES").ok().and_then(|s| s.parse().ok()).unwrap_or(cases);
    let config = ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new_with_rng(config, rng)
        .run(strategy, check)
        .unwrap_or_else(|e| panic!("ABIDE_SEED={seed}: {e}"));
}

#[test]
fn whole_after_random_operations() {
    let ops = (1..300u16, 1..120u16, prop::collection::vec(op(), 1..60));
    with_seed(400, &ops, |(cols, rows, ops)| {
        let mut window = Size::new(cols, rows);
        let mut layout = Layout::new(PaneId(0), window);
        let mut next = 1;
        for op in &ops {
            apply(&mut layout, &mut next, &mut window, op);
            prop_assert_eq!(layout.fault(), None, "after {:?}", op);
            for edge in [Edge::Top, Edge::Bottom, Edge::None] {
                layout.set_edge(edge);
                for (p, rect) in layout.places() {
                    prop_assert!(rect.cols > 0 && rect.rows > 0, "{} {:?}", p, rect);
                }
            }
            for p in layout.panes() {
                for side in [Direction::Left, Direction::Right, Direction::Up, Direction::Down] {
                    prop_assert_ne!(layout.neighbour(p, side, |p| u64::from(p.0)), Some(p));
                }
            }
        }
        Ok(())
    });
}

#[test]
fn texts_that_are_no_layouts() {
    let long = format!("{}1x1,0,0{}", "1x1,0,0{".repeat(5000), "}".repeat(5000));
    let bad = [
        "",
        "0000,",
        "80x24",
        "80x24,0,0[",
        "80x24,0,0{}",
        "80x24,0,0[80x12,0,0,1]",
        "80x24,0,0[80x12,0,0,1,80x12,0,13,2]",
        "99999x24,0,0,1",
        "0x0,0,0,1",
        "80x24,0,0{40x24,0,0,0,40x24,41,0,1}",
        "80x24,0,0[80x12,0,0,1,80x11,0,13,2}",
        "80x24,0,0,1 ",
        "80x24,1,0,1",
        long.as_str(),
    ];
    for cells in bad {
        let text = format!("{:04x},{cells}", abide_core::layout::checksum(cells));
        assert!(Layout::parse(&text, &[PaneId(1), PaneId(2)]).is_err(), "{text:.80}");
        assert!(Layout::parse_own(&text).is_err(), "{text:.80}");
    }
    assert!(Layout::parse("ffff,80x24,0,0,1", &[PaneId(1)]).is_err(), "a wrong checksum");
}

#[test]
fn neighbours_are_those_used_last_and_wrap() {
    let mut layout = Layout::new(PaneId(0), Size::new(80, 24));
    let right = Split { axis: Axis::LeftRight, before: false, full: false, length: Length::Half };
    let below = Split { axis: Axis::TopBottom, ..right };
    layout.split(PaneId(0), PaneId(1), right).expect("room");
    layout.split(PaneId(1), PaneId(2), below).expect("room");
    assert_eq!(layout.neighbour(PaneId(0), Direction::Right, |p| u64::from(p.0)), Some(PaneId(2)));
    assert_eq!(layout.neighbour(PaneId(0), Direction::Right, |p| 9 - u64::from(p.0)), Some(PaneId(1)));
    assert_eq!(layout.neighbour(PaneId(0), Direction::Left, |p| u64::from(p.0)), Some(PaneId(2)), "wraps");
    assert_eq!(layout.neighbour(PaneId(2), Direction::Down, |_| 0), Some(PaneId(1)), "wraps");
    assert_eq!(layout.neighbour(PaneId(0), Direction::Up, |_| 0), None);
    assert!(layout.border_at(Point { x: 40, y: 3 }) && !layout.border_at(Point { x: 39, y: 3 }));
    assert!(layout.drag(Point { x: 40, y: 3 }, Point { x: 50, y: 3 }));
    assert_eq!(layout.rect(PaneId(0)).map(|r| r.cols), Some(50));
}
