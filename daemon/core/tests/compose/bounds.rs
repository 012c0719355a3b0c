//! What a program can make large stays within what one message may be.

use crate::stage::{Seat, Stage, on};
use abide_core::{base::geometry::Size, compose::ViewerScreen};
use abide_protocol::{codec, limits, message::ServerMessage};
use std::fmt::Write;

fn weigh(updates: &[abide_protocol::message::Update]) -> usize {
    updates
        .iter()
        .map(|update| codec::encode(&ServerMessage::Update(update.clone())).unwrap().len())
        .inspect(|bytes| assert!(*bytes < limits::FRAME_BYTES_MAX, "an update of {bytes} bytes"))
        .max()
        .unwrap_or(0)
}

#[test]
fn a_picture_in_true_colour_arrives_whole_in_several_updates() {
    for (cols, rows) in [(200u16, 50u16), (250, 160)] {
        let mut stage = Stage::new(cols, rows, &[(0, 0, cols, rows)]);
        let mut picture = String::new();
        for y in 0..u32::from(rows) {
            let _ = write!(picture, "\x1b[{};1H", y + 1);
            for x in 0..u32::from(cols) {
                let n = y * u32::from(cols) + x;
                let _ = write!(picture, "\x1b[38;2;{};{};{}m#", n & 255, n >> 8 & 255, n >> 16);
            }
        }
        stage.panes[0].screen.feed(picture.as_bytes());
        let mut seat = Seat::new();
        let updates = seat.look(&stage);
        weigh(&updates);
        assert!(!seat.viewer.behind());
        assert_eq!(seat.mirror.row_text(rows - 1), "#".repeat(usize::from(cols)));
    }
}

#[test]
fn a_book_that_is_full_is_started_anew() {
    let mut stage = Stage::new(200, 50, &[(0, 0, 200, 50)]);
    let mut seat = Seat::new();
    let mut restarts = 0;
    for frame in 0..8u32 {
        let mut picture = "\x1b[H".to_owned();
        for n in 0..200 * 50u32 {
            let n = n + frame * 10_000;
            let _ = write!(picture, "\x1b[48;2;{};{};{}m ", n & 255, n >> 8 & 255, n >> 16);
        }
        stage.panes[0].screen.feed(picture.as_bytes());
        let updates = seat.look(&stage);
        restarts += updates.iter().skip(usize::from(frame == 0)).filter(|update| update.full).count();
        weigh(&updates);
        assert_eq!(seat.mirror.first_difference(&stage.fresh()), None, "frame {frame}");
    }
    // The real screen model has these styles; one that ignores colours has nothing to start anew.
    let coloured = seat.mirror.cells(0).next().is_some_and(|cell| cell.style.bg != Default::default());
    assert!(restarts > 0 || !coloured, "80,000 styles went into one book");
}

#[test]
fn the_largest_and_the_smallest_surface_are_composed() {
    let stage = Stage::new(1000, 999, &[(0, 0, 1000, 999)]);
    let mut seat = Seat::new();
    weigh(&seat.look(&stage));
    let mut small = Stage::new(80, 24, &[(0, 0, 40, 24), (41, 0, 39, 24)]);
    small.surface = Size::new(1, 1);
    small.message = Some(abide_core::modes::styled::StyledRow::plain("text that is too long", &on(3, 0)));
    let mut seat = Seat::new();
    seat.look(&small);
    assert_eq!(seat.mirror.text(), "t\n");
}

#[test]
fn a_slow_log_costs_a_scroll_and_a_row() {
    let mut stage = Stage::new(80, 24, &[(0, 0, 80, 24)]);
    for n in 0..100 {
        stage.panes[0].screen.feed(format!("line {n}\r\n").as_bytes());
    }
    let mut seat = Seat::new();
    seat.look(&stage);
    stage.panes[0].screen.feed(b"line 100\r\n");
    let update = stage.update(&mut seat.viewer).unwrap();
    assert_eq!(update.scrolls.len(), 1);
    assert_eq!(update.rows.len(), 1, "{:?}", update.rows);
}

#[test]
fn nothing_new_is_nothing_said() {
    let stage = Stage::new(80, 24, &[(0, 0, 80, 24)]);
    let mut viewer = ViewerScreen::new(1);
    assert!(stage.update(&mut viewer).unwrap().full);
    assert!(stage.update(&mut viewer).is_none());
    viewer.restart();
    assert!(stage.update(&mut viewer).unwrap().full);
}
