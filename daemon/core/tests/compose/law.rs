//! The law: an update applied to a mirror of the old frame gives the new frame, and that is what a viewer
//! gets that comes fresh. (Debug builds check the first half in `update_window` itself as well.)

use crate::stage::{Dice, Seat, Stage, output};
use abide_core::{
    base::{
        geometry::{Rect, Size},
        ids::PaneId,
    },
    compose::{PaneView, StatusPlace, ViewerScreen, update_pane},
    modes::styled::StyledRow,
    screen::Screen,
};
use abide_protocol::{
    message::{Color, Style},
    mirror::Mirror,
};
use std::collections::BTreeMap;

fn stages() -> Vec<Stage> {
    vec![
        Stage::new(80, 24, &[(0, 0, 80, 24)]),
        Stage::new(80, 24, &[(0, 0, 40, 24), (41, 0, 39, 24)]),
        Stage::new(80, 24, &[(0, 0, 80, 12), (0, 13, 80, 11)]),
        Stage::new(60, 20, &[(0, 0, 30, 9), (31, 0, 29, 20), (0, 10, 30, 10)]),
        Stage::new(3, 2, &[(0, 0, 1, 2), (2, 0, 1, 2)]),
        Stage::new(1, 1, &[(0, 0, 1, 1)]),
    ]
}

fn upset(stage: &mut Stage, dice: &mut Dice) {
    match dice.below(30) {
        0 => stage.active = dice.below(stage.panes.len() as u64) as usize,
        1 => stage.place = if dice.below(2) == 0 { StatusPlace::Top } else { StatusPlace::Bottom },
        2 => {
            let text = format!("status {}", dice.below(3));
            stage.status = (0..dice.below(3)).map(|_| StyledRow::plain(&text, &Style::default())).collect();
        }
        3 => {
            let message =
                StyledRow::plain("a message 漢", &Style { bg: Color::Indexed(3), ..Style::default() });
            stage.message = (dice.below(2) == 0).then_some(message);
        }
        4 => stage.numbers = (dice.below(3) == 0).then(|| (Style::default(), Style::default())),
        5 => {
            let bg = if dice.below(2) == 0 { Color::Indexed(17) } else { Color::Default };
            stage.ground = Style { bg, ..Style::default() };
        }
        6 => stage.surface = Size::new(1 + dice.below(100) as u16, 1 + dice.below(40) as u16),
        7 => stage.surface = Size::new(stage.window.cols, stage.window.rows + 1),
        8 if dice.below(4) == 0 => stage.pictures = !stage.pictures,
        _ => {
            let at = dice.below(stage.panes.len() as u64) as usize;
            let text = output(dice);
            let pane = &mut stage.panes[at];
            pane.screen.feed(text.as_bytes());
            pane.screen.outcome();
        }
    }
}

#[test]
fn updates_lead_where_a_fresh_viewer_begins() {
    for seed in 0..40u64 {
        for (n, mut stage) in stages().into_iter().enumerate() {
            println!("seed {seed}, stage {n}");
            let mut dice = Dice(seed * 100 + n as u64);
            stage.pictures = seed % 2 == 0;
            let mut seat = Seat::new();
            seat.look(&stage);
            for step in 0..60 {
                for _ in 0..=dice.below(6) {
                    upset(&mut stage, &mut dice);
                }
                seat.look(&stage);
                let fresh = stage.fresh();
                assert_eq!(seat.mirror.first_difference(&fresh), None, "seed {seed}, stage {n}, step {step}");
                assert!(seat.mirror == fresh, "seed {seed}, stage {n}, step {step}: state differs");
                assert!(stage.update(&mut seat.viewer).is_none(), "seed {seed}: there was more to say");
            }
        }
    }
}

#[test]
fn a_pane_alone_and_its_history_arrive_whole() {
    let plain = Style::default();
    for seed in 0..30u64 {
        println!("seed {seed}");
        let mut dice = Dice(seed + 7);
        let mut screen = Screen::new(Size::new(40, 10), 100);
        let mut viewer = ViewerScreen::new(3);
        viewer.show_pictures(seed % 3 > 0);
        let mut mirror = Mirror::new();
        // As a page holds them: by number, without a gap since the first one that it was told.
        let mut lines: BTreeMap<u64, String> = BTreeMap::new();
        let mut whole_from = None;
        let mut generation = None;
        for _ in 0..200 {
            match dice.below(40) {
                0 => screen.resize(Size::new(5 + dice.below(60) as u16, 2 + dice.below(20) as u16)),
                // Taller, and back soon: lines come from history and go there again.
                1..=4 => screen.resize(Size::new(screen.size().cols, 2 + dice.below(20) as u16)),
                _ => {}
            }
            let text = output(&mut dice);
            screen.feed(text.as_bytes());
            screen.outcome();
            if dice.below(3) == 0 {
                continue;
            }
            let pane = PaneView {
                id: PaneId(0),
                rect: Rect { x: 0, y: 0, cols: 1, rows: 1 },
                screen: &screen,
                mode: None,
                ground: &plain,
                label: None,
                number: 0,
            };
            let Some(update) = update_pane(&mut viewer, &pane, "", 0, 500) else { continue };
            mirror.apply(&update).unwrap();
            if let Some(tail) = &update.history {
                let first = tail.end - tail.rows.len() as u64;
                if generation != Some(tail.generation) {
                    lines.clear();
                    whole_from = Some(first);
                }
                generation = Some(tail.generation);
                lines.split_off(&first);
                for (n, row) in tail.rows.iter().enumerate() {
                    let text: String = row.1.iter().map(|run| run.2.as_str()).collect();
                    lines.insert(first + n as u64, text.trim_end().to_owned());
                }
                let range = screen.history();
                let from = whole_from.unwrap_or(0).min(first).max(range.start);
                whole_from = whole_from.map(|from| from.min(first));
                assert_eq!(lines.range(from..).count() as u64, range.end - from, "seed {seed}: a gap");
                for (number, text) in lines.range(from..) {
                    let view = screen.line(*number).expect("a line that is there");
                    assert_eq!(view.text(), *text, "seed {seed}, line {number}");
                }
            }
            let mut fresh = ViewerScreen::new(3);
            fresh.show_pictures(seed % 3 > 0);
            let mut other = Mirror::new();
            other.apply(&update_pane(&mut fresh, &pane, "", 0, 500).unwrap()).unwrap();
            assert_eq!(mirror.first_difference(&other), None, "seed {seed}");
            let state = |m: &Mirror| {
                (m.size(), m.cursor(), m.modes(), m.title().to_owned(), m.history(), m.pictures().to_vec())
            };
            assert_eq!(state(&mirror), state(&other), "seed {seed}");
        }
    }
}

/// Lines that went back to a screen that grew, and into history again as others, are told again; whatever size it has then.
#[test]
fn lines_that_went_back_and_came_as_others_are_told_again() {
    let plain = Style::default();
    for rows in [3, 4, 9] {
        let mut screen = Screen::new(Size::new(20, 4), 100);
        let mut viewer = ViewerScreen::new(1);
        let mut lines: Vec<String> = Vec::new();
        let mut look = |screen: &Screen| {
            let rect = Rect { x: 0, y: 0, cols: 1, rows: 1 };
            let pane =
                PaneView { id: PaneId(0), rect, screen, mode: None, ground: &plain, label: None, number: 0 };
            let update = update_pane(&mut viewer, &pane, "", 0, 500).expect("something to tell");
            let tail = update.history.expect("history");
            let first = tail.end as usize - tail.rows.len();
            assert!(first <= lines.len(), "a gap from {} to {first}", lines.len());
            lines.truncate(first);
            lines.extend(tail.rows.iter().map(|row| row.1.iter().map(|run| run.2.as_str()).collect()));
            lines.clone()
        };
        look(&screen);
        for n in 0..10 {
            screen.feed(format!("old {n}\r\n").as_bytes());
        }
        assert_eq!(look(&screen).len(), 7);
        screen.resize(Size::new(20, 8));
        screen.feed(b"\x1b[Hnew a\x1b[K\r\nnew b\x1b[K\x1b[8H\r\n\n\n\n\n\n");
        screen.resize(Size::new(20, rows));
        let told = look(&screen);
        let range = screen.history();
        let wanted: Vec<String> = (0..range.end).map(|n| screen.line(n).expect("a line").text()).collect();
        assert_eq!(told, wanted, "{rows} rows");
        assert!(told.contains(&"new a".to_owned()) && !told.contains(&"old 3".to_owned()), "{told:?}");
    }
}
