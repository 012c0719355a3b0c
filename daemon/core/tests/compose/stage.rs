//! A window to look at: panes with screens of their own, and a viewer with its mirror.

use abide_core::{
    base::{
        geometry::{Rect, Size},
        ids::PaneId,
    },
    compose::{BorderLook, PaneView, StatusPlace, ViewerScreen, WindowScene, update_window},
    modes::styled::StyledRow,
    screen::Screen,
};
use abide_protocol::{
    message::{Color, Style, Update},
    mirror::Mirror,
};

pub(crate) fn fg(n: u8) -> Style {
    Style { fg: Color::Indexed(n), ..Style::default() }
}

pub(crate) fn on(bg: u8, fg: u8) -> Style {
    Style { bg: Color::Indexed(bg), fg: Color::Indexed(fg), ..Style::default() }
}

/// One pane.
pub(crate) struct Actor {
    pub(crate) id: PaneId,
    pub(crate) rect: Rect,
    pub(crate) screen: Screen,
}

/// A window.
pub(crate) struct Stage {
    pub(crate) surface: Size,
    pub(crate) window: Size,
    pub(crate) panes: Vec<Actor>,
    pub(crate) active: usize,
    pub(crate) border: BorderLook,
    pub(crate) status: Vec<StyledRow>,
    pub(crate) place: StatusPlace,
    pub(crate) message: Option<StyledRow>,
    pub(crate) numbers: Option<(Style, Style)>,
    pub(crate) ground: Style,
    /// Its viewers show pictures.
    pub(crate) pictures: bool,
}

impl Stage {
    /// A window with panes at rectangles, seen by a viewer that it fits, with a status line below.
    pub(crate) fn new(cols: u16, rows: u16, rects: &[(u16, u16, u16, u16)]) -> Stage {
        let pane = |(n, &(x, y, cols, rows)): (usize, &(u16, u16, u16, u16))| Actor {
            id: PaneId(n as u32),
            rect: Rect { x, y, cols, rows },
            screen: Screen::new(Size::new(cols, rows), 2000),
        };
        Stage {
            surface: Size::new(cols, rows + 1),
            window: Size::new(cols, rows),
            panes: rects.iter().enumerate().map(pane).collect(),
            active: 0,
            border: BorderLook { active_style: fg(2), ..BorderLook::default() },
            status: vec![StyledRow::plain("[0] 0:sh*", &on(2, 0))],
            place: StatusPlace::Bottom,
            message: None,
            numbers: None,
            ground: Style::default(),
            pictures: false,
        }
    }

    pub(crate) fn update(&self, viewer: &mut ViewerScreen) -> Option<Update> {
        viewer.show_pictures(self.pictures);
        let panes: Vec<PaneView<'_>> = self
            .panes
            .iter()
            .enumerate()
            .map(|(n, pane)| PaneView {
                id: pane.id,
                rect: pane.rect,
                screen: &pane.screen,
                mode: None,
                ground: &self.ground,
                label: None,
                number: n as u32,
            })
            .collect();
        let scene = WindowScene {
            surface: self.surface,
            window: self.window,
            panes: &panes,
            active: PaneId(self.active as u32),
            border: &self.border,
            status: &self.status,
            status_place: self.place,
            message: self.message.as_ref(),
            message_cursor: None,
            numbers: self.numbers.as_ref(),
            labels_below: false,
            title: "title",
            modes: 0,
        };
        update_window(viewer, &scene, 0)
    }

    /// What a viewer sees that just came.
    pub(crate) fn fresh(&self) -> Mirror {
        let mut seat = Seat::new();
        seat.look(self);
        seat.mirror
    }
}

/// A viewer at its place.
pub(crate) struct Seat {
    pub(crate) viewer: ViewerScreen,
    pub(crate) mirror: Mirror,
}

impl Seat {
    pub(crate) fn new() -> Seat {
        Seat { viewer: ViewerScreen::new(1), mirror: Mirror::new() }
    }

    /// Takes updates until there is no more to say; returns them.
    pub(crate) fn look(&mut self, stage: &Stage) -> Vec<Update> {
        let mut updates = Vec::new();
        while let Some(update) = stage.update(&mut self.viewer) {
            self.mirror.apply(&update).unwrap();
            updates.push(update);
            if !self.viewer.behind() {
                break;
            }
        }
        updates
    }
}

/// Numbers that look random and are the same for the same seed.
pub(crate) struct Dice(pub(crate) u64);

impl Dice {
    pub(crate) fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.0 >> 33) % n.max(1)
    }

    pub(crate) fn one<'a, T: ?Sized>(&mut self, of: &[&'a T]) -> &'a T {
        of[self.below(of.len() as u64) as usize]
    }
}

/// What programs write.
pub(crate) fn output(dice: &mut Dice) -> String {
    match dice.below(18) {
        0..=3 => format!("line {} of a log\r\n", dice.below(1000)),
        4 => "\r\n".repeat(dice.below(5) as usize),
        5 => format!("\x1b[{};{}H", dice.below(30), dice.below(90)),
        6 => dice
            .one(&["\x1b[L", "\x1b[2M", "\x1b[3P", "\x1b[@", "\x1b[K", "\x1b[1J", "\x1b[2J", "\x1bM"])
            .to_owned(),
        7 => format!("\x1b[{};{}r", dice.below(12), dice.below(30)),
        8 => dice
            .one(&["\x1b[?1049h", "\x1b[?1049l", "\x1b[?5h", "\x1b[?5l", "\x1b[?25l", "\x1b[?25h"])
            .to_owned(),
        9 => format!("\x1b[3{}m\x1b[4{}m", dice.below(8), dice.below(10)),
        10 => format!("\x1b[38;2;{};{};{}m", dice.below(256), dice.below(256), dice.below(256)),
        11 => dice.one(&["漢字かな", "e\u{301}e\u{301}", "👩‍👩‍👧", "█▓▒░"]).to_owned(),
        12 => "wide lines that go on and on beyond the right margin of their pane ".repeat(3),
        13 => dice.one(&["\x1b[S", "\x1b[2T", "\x1b[0m", "\x1b]2;a title\x07", "\x07"]).to_owned(),
        14 => "\n".repeat(dice.below(40) as usize),
        15 | 16 => picture(dice),
        _ => "$ ls\r\n".to_owned(),
    }
}

/// Pictures of two pixels, placed, moved and taken away by kitty's graphics protocol.
fn picture(dice: &mut Dice) -> String {
    let image = 1 + dice.below(3);
    match dice.below(6) {
        0 => "\x1b_Ga=d\x1b\\".to_owned(),
        1 => format!("\x1b_Ga=d,d=i,i={image}\x1b\\"),
        2 => format!("\x1b_Ga=p,i={image},p={},q=2\x1b\\", 1 + dice.below(3)),
        _ => {
            let (cols, rows) = (1 + dice.below(30), 1 + dice.below(12));
            let z = dice.below(3) as i64 - 1;
            format!(
                "\x1b_Ga=T,f=32,s=1,v=2,i={image},c={cols},r={rows},z={z},C={},q=2;AAAAAAAAAAA=\x1b\\",
                dice.below(2)
            )
        }
    }
}
