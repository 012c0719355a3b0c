//! The law: an update applied to a mirror of the old frame gives the new frame, and that is what a viewer
//! gets that comes fresh. (Debug builds check the first half in `update_window` itself as well.)

use crate::stage::{Dice, Seat, Stage, output};
use abide_core::{
    base::{geometry::Size, ids::PaneId},
    compose::{PaneView, StatusPlace, ViewerScreen, update_pane},
    modes::styled::StyledRow,
    screen::Screen,
};
use abide_protocol::{
    message::{Color, Style},
    mirror::Mirror,
};

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
        let mut lines: Vec<(u64, String)> = Vec::new();
        let mut generation = None;
        for _ in 0..200 {
            if dice.below(40) == 0 {
                screen.resize(Size::new(5 + dice.below(60) as u16, 2 + dice.below(20) as u16));
            }
            let text = output(&mut dice);
            screen.feed(text.as_bytes());
            screen.outcome();
            if dice.below(3) == 0 {
                continue;
            }
            let pane = PaneView {
                id: PaneId(0),
                rect: abide_core::base::geometry::Rect { x: 0, y: 0, cols: 1, rows: 1 },
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
                }
                generation = Some(tail.generation);
                for (n, row) in tail.rows.iter().enumerate() {
                    let text: String = row.1.iter().map(|run| run.2.as_str()).collect();
                    lines.push((first + n as u64, text.trim_end().to_owned()));
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
        for (number, text) in lines {
            if let Some(view) = screen.line(number)
                && Some(screen.history().generation) == generation
            {
                assert_eq!(view.text(), text, "seed {seed}, line {number}");
            }
        }
    }
}
