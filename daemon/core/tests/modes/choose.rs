//! The chooser: keys in, pictures and commands out.

use crate::copy::options;
use abide_core::{
    base::geometry::Size,
    modes::{
        Canvas, Mode, ModeAction, PaneSight,
        choose::{ChooseItem, ChooseMode},
    },
    screen::{CellText, RowView, Screen},
};
use abide_protocol::message::Style;

/// Paper for one row.
struct Paper(Vec<char>);

impl Canvas for Paper {
    fn cols(&self) -> u16 {
        self.0.len() as u16
    }
    fn put(&mut self, x: u16, text: CellText<'_>, _width: u8, _style: &Style) {
        if let (Some(slot), CellText::Char(ch)) = (self.0.get_mut(usize::from(x)), text) {
            *slot = ch;
        }
    }
    fn row(&mut self, _view: &RowView<'_>) {}
}

fn item(target: &str, level: u8, name: &str, text: &str) -> ChooseItem {
    ChooseItem {
        target: target.to_owned(),
        level,
        name: name.to_owned(),
        text: text.to_owned(),
        open: target != "$2",
        kill: format!("Kill {name}? "),
        kill_command: format!("kill {target}"),
    }
}

fn items() -> Vec<ChooseItem> {
    vec![
        item("$1", 0, "work", "2 windows (attached)"),
        item("@1", 1, "0", "bash-"),
        item("@2", 1, "1", "vim*"),
        item("$2", 0, "other", "1 windows"),
        item("@3", 1, "0", "top*"),
    ]
}

fn picture(mode: &ChooseMode, rows: u16, sight: &PaneSight<'_>) -> String {
    let mut out = String::new();
    for y in 0..rows {
        let mut paper = Paper(vec![' '; 40]);
        mode.draw(y, sight, &mut paper);
        let row: String = paper.0.iter().collect();
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

#[test]
fn a_tree_is_walked_opened_closed_and_chosen_from() {
    let screen = Screen::new(Size::new(40, 6), 0);
    let options = options(false);
    let sight = PaneSight { screen: &screen, options: &options, mouse: None, day_seconds: 0 };
    let mut mode = ChooseMode::new("tree-mode", items(), "@2", "switch-client -t '%%'", Size::new(40, 6));
    let seen = "(0) - work: 2 windows (attached)\n(1) ├─>   0: bash-\n(2) └─>   1: vim*\n(3) + other: 1 windows\n\n\n";
    assert_eq!(picture(&mode, 6, &sight), seen);
    assert_eq!(mode.cursor().y, 2);
    assert!(mode.key("Down", &sight).is_empty());
    mode.key("Right", &sight);
    assert!(picture(&mode, 6, &sight).ends_with("(3) - other: 1 windows\n(4) └─>   0: top*\n\n"));
    assert_eq!(
        mode.key("4", &sight),
        [ModeAction::Exit, ModeAction::Command("switch-client -t '@3'".to_owned())]
    );
    mode.key("Left", &sight);
    assert_eq!(mode.cursor().y, 3, "closing a window's session chooses the session");
    let kill = ModeAction::Confirm { prompt: "Kill other? ".to_owned(), command: "kill $2".to_owned() };
    assert_eq!(mode.key("x", &sight), [kill]);
    mode.set_items(items().into_iter().take(3).collect());
    assert_eq!(mode.cursor().y, 2, "what was chosen is gone");
    mode.key("g", &sight);
    mode.key("t", &sight);
    mode.key("t", &sight);
    let kill =
        ModeAction::Confirm { prompt: "Kill 2 tagged? ".to_owned(), command: "kill $1 ; kill @1".to_owned() };
    assert_eq!(mode.key("X", &sight), [kill]);
    let words = ["search".to_owned(), "bash".to_owned()];
    mode.command(&words, 1, &sight).unwrap();
    assert_eq!(mode.cursor().y, 1);
    assert_eq!(mode.key("q", &sight), [ModeAction::Exit]);
    assert!(mode.command(&["nonsense".to_owned()], 1, &sight).is_err());
}

#[test]
fn an_empty_list_and_a_pane_of_one_row_do_no_harm() {
    let screen = Screen::new(Size::new(1, 1), 0);
    let options = options(false);
    let sight = PaneSight { screen: &screen, options: &options, mouse: None, day_seconds: 0 };
    let mut mode = ChooseMode::new("tree-mode", Vec::new(), "", "", Size::new(1, 1));
    for key in [
        "Up", "Down", "PPage", "End", "Left", "Right", "t", "T", "C-t", "x", "X", "n", "5", "M-a", "M--",
        "M-+",
    ] {
        mode.key(key, &sight);
    }
    assert_eq!(mode.key("Enter", &sight), [ModeAction::Exit]);
    let many = (0..50).map(|n| item(&format!("@{n}"), 0, &n.to_string(), "")).collect();
    mode.set_items(many);
    mode.resize(Size::new(40, 3), &sight);
    mode.key("End", &sight);
    assert!(picture(&mode, 3, &sight).ends_with("49\n"));
}
