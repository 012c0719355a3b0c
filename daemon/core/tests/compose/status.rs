//! Lines with `#[…]`, laid out.

use crate::stage::on;
use abide_core::{
    compose::status::{LaidOut, lay_out},
    options::style::Range,
};
use abide_protocol::message::{Color, Style};

fn text(laid: &LaidOut, cols: usize) -> String {
    let mut row = vec![' '; cols];
    for piece in &laid.row.pieces {
        for (n, ch) in piece.text.chars().enumerate() {
            row[usize::from(piece.x) + n] = ch;
        }
    }
    row.into_iter().collect()
}

fn laid(format: &str, cols: u16) -> String {
    text(&lay_out(format, cols, &Style::default()), usize::from(cols))
}

#[test]
fn parts_stand_where_they_are_aligned() {
    assert_eq!(laid("left#[align=right]right", 20), "left           right");
    assert_eq!(laid("l#[align=centre]mid#[align=right]r", 11), "l   mid   r");
    assert_eq!(laid("left#[align=absolute-centre]abc", 11), "leftabc    ");
    assert_eq!(laid("left that is long#[align=right]right", 12), "left that is");
}

#[test]
fn the_list_stands_between_and_moves_to_its_focus() {
    let list = |focus: &str| {
        let windows = ["0:one", "1:two", "2:three", "3:four"].map(|window| {
            let on = if window == focus { "#[list=focus]" } else { "#[list=on]" };
            format!("{on}{window}")
        });
        let marks = "#[list=left-marker]<#[list=right-marker]>";
        format!("[s] #[list=on]{marks}{}#[nolist align=right]end", windows.join("#[list=on] "))
    };
    assert_eq!(laid(&list("0:one"), 40), "[s] 0:one 1:two 2:three 3:four       end");
    assert_eq!(laid(&list("0:one"), 20), "[s] 0:one 1:two >end");
    assert_eq!(laid(&list("2:three"), 20), "[s] <o 2:three 3>end");
    assert_eq!(laid(&list("3:four"), 20), "[s] <three 3:fourend");
}

#[test]
fn what_the_mouse_hits_is_known() {
    let line =
        lay_out("ab#[range=window|3]three#[norange] #[range=right align=right]r", 20, &Style::default());
    let hits: Vec<_> = line.ranges.iter().map(|r| (r.from, r.to, r.what.clone())).collect();
    assert_eq!(hits, [(2, 7, Range::Window(3)), (19, 20, Range::Right)]);
}

#[test]
fn styles_nest_and_hashes_are_themselves() {
    let base = on(2, 0);
    let line = lay_out("a#[fg=red]#[push-default]b#[bold]c#[default]d#[pop-default]e", 10, &base);
    let styles: Vec<_> =
        line.row.pieces.iter().map(|p| (p.text.as_str(), p.style.fg, p.style.attrs)).collect();
    let (red, black) = (Color::Indexed(1), Color::Indexed(0));
    assert_eq!(styles, [("a", black, 0), ("b", red, 0), ("c", red, 1), ("d", red, 0), ("e", black, 0)]);
    assert_eq!(line.row.ground, Some(base));
    assert_eq!(laid("50## ##[x] #x # [", 20), "50# #[x] #x # [     ");
    assert_eq!(laid("漢#[bg=nonsense]字", 5).chars().filter(|c| *c != ' ').collect::<String>(), "漢字");
}
