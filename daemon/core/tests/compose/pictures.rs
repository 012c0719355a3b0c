//! Whole windows as pictures: each file says what is there and what is seen.
//!
//! ```text
//! surface 40x8        window 40x7 (default: the surface less the status lines)
//! pane 0,0 20x7 hello\r\nworld
//! active 1
//! ---
//! the picture, a row a line, with ~ for green (active) border cells on the line below each row that has any
//! ```

use crate::stage::{Seat, Stage, fg, on};
use abide_core::{
    base::geometry::Size,
    compose::{BorderIndicator, BorderLines, StatusPlace},
    modes::styled::StyledRow,
    screen::{Kept, Screen},
};
use abide_protocol::message::Color;
use std::{fs, path::Path};

fn pair(text: &str, by: char) -> (u16, u16) {
    let (a, b) = text.split_once(by).unwrap();
    (a.parse().unwrap(), b.parse().unwrap())
}

fn stage_of(description: &str) -> Stage {
    let mut surface = Size::new(40, 8);
    let mut window = None;
    let mut panes: Vec<((u16, u16, u16, u16), String)> = Vec::new();
    let mut stage = Stage::new(1, 1, &[]);
    for line in description.lines() {
        let mut words = line.splitn(2, ' ');
        let (word, rest) = (words.next().unwrap(), words.next().unwrap_or(""));
        match word {
            "surface" => surface = Size::new(pair(rest, 'x').0, pair(rest, 'x').1),
            "window" => window = Some(Size::new(pair(rest, 'x').0, pair(rest, 'x').1)),
            "pane" => {
                let mut parts = rest.splitn(3, ' ');
                let (x, y) = pair(parts.next().unwrap(), ',');
                let (cols, rows) = pair(parts.next().unwrap(), 'x');
                let text = parts.next().unwrap_or("").replace("\\r\\n", "\r\n").replace("\\e", "\x1b");
                panes.push(((x, y, cols, rows), text));
            }
            "active" => stage.active = rest.parse().unwrap(),
            "status" if rest == "off" => stage.status.clear(),
            "status" if rest == "top" => stage.place = StatusPlace::Top,
            "status" => stage.status = vec![StyledRow::plain(rest, &on(2, 0))],
            "message" => stage.message = Some(StyledRow::plain(rest, &on(3, 0))),
            "pictures" => stage.pictures = true,
            "numbers" => stage.numbers = Some((fg(4), fg(1))),
            "lines" => {
                stage.border.lines = match rest {
                    "double" => BorderLines::Double,
                    "heavy" => BorderLines::Heavy,
                    "simple" => BorderLines::Simple,
                    "number" => BorderLines::Number,
                    _ => BorderLines::Single,
                }
            }
            "indicator" => {
                stage.border.indicator = match rest {
                    "off" => BorderIndicator::Off,
                    "arrows" => BorderIndicator::Arrows,
                    "both" => BorderIndicator::Both,
                    _ => BorderIndicator::Colour,
                }
            }
            "" => {}
            other => panic!("{other}: not a word of this file's language"),
        }
    }
    let rects: Vec<_> = panes.iter().map(|(rect, _)| *rect).collect();
    let status_rows = stage.status.len() as u16;
    let window = window.unwrap_or(Size::new(surface.cols, surface.rows - status_rows));
    let made = Stage::new(window.cols, window.rows, &rects);
    stage.panes = made.panes;
    stage.window = window;
    stage.surface = surface;
    for (pane, (_, text)) in stage.panes.iter_mut().zip(&panes) {
        pane.screen.feed(text.as_bytes());
    }
    stage
}

fn picture(stage: &Stage) -> String {
    let mut seat = Seat::new();
    seat.look(stage);
    let mirror = &seat.mirror;
    let mut out = String::new();
    for y in 0..mirror.size().rows {
        out.push_str(&mirror.row_text(y));
        out.push('\n');
        let mut marks = vec![' '; usize::from(mirror.size().cols)];
        for cell in mirror.cells(y) {
            let mark = match (cell.style.fg, cell.style.bg) {
                (Color::Indexed(2), Color::Default) => '~',
                (_, Color::Indexed(1 | 4)) => '#',
                _ => continue,
            };
            marks[usize::from(cell.x)] = mark;
        }
        let marks: String = marks.iter().collect();
        if !marks.trim().is_empty() {
            out.push_str(marks.trim_end());
            out.push('\n');
        }
    }
    for p in mirror.pictures() {
        let s = p.source;
        out.push_str(&format!(
            "picture {},{} {}x{} z {}: {}x{} of it from {},{}\n",
            p.x, p.line, p.cols, p.rows, p.z, s.width, s.height, s.x, s.y
        ));
    }
    let cursor = mirror.cursor();
    let seen = if cursor.visible { "seen" } else { "hidden" };
    out.push_str(&format!("cursor {},{} {seen}\n", cursor.x, cursor.y));
    out
}

#[test]
fn windows_look_as_drawn() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden/compose");
    let mut files: Vec<_> = fs::read_dir(&folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.sort();
    assert!(files.len() >= 8, "where are the pictures?");
    let mut wrong = Vec::new();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        let (description, expected) = text.split_once("---\n").unwrap();
        let seen = picture(&stage_of(description));
        if seen != expected {
            if std::env::var_os("GOLDEN_WRITE").is_some() {
                fs::write(&file, format!("{description}---\n{seen}")).unwrap();
            }
            wrong.push(format!("{}:\n{seen}\nexpected:\n{expected}", file.display()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A file that could not be read back is nothing to tell of.
#[test]
fn a_picture_whose_file_was_lost_is_a_box_for_everybody() {
    let mut stage = Stage::new(30, 6, &[(0, 0, 30, 6)]);
    stage.pictures = true;
    stage.panes[0].screen.feed(b"\x1b_Ga=T,f=32,s=2,v=1,i=1,c=20,r=4,q=2;AAAAAAAAAAA=\x1b\\");
    let seen = |seat: &Seat| (seat.mirror.pictures().len(), seat.mirror.text().contains("image 2x1"));
    let mut seat = Seat::new();
    seat.look(&stage);
    assert_eq!(seen(&seat), (1, false));
    let head = stage.panes[0].screen.head();
    stage.panes[0].screen = Screen::restore(&head, &mut |_| Kept::Missing).unwrap();
    let mut seat = Seat::new();
    seat.look(&stage);
    assert_eq!(seen(&seat), (0, true));
    stage.panes[0].screen.feed(b"\x1b_Ga=d,d=I,i=1\x1b\\");
    seat.look(&stage);
    assert_eq!(seen(&seat), (0, false), "its box goes with it");
}
