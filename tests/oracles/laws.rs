//! The two laws on recordings and on random screens: an update applied to the last frame is the frame, and what our own
//! painter writes for it makes a terminal show the frame: our model, and the others.

use super::differences::Agreed;
use super::recorded::streams;
use super::seen::{Cell, Row, Seen};
use super::stream::{Stream, Token};
use super::{SEED, alacritty, shrink, with_xterm};
use abide::client::paint::{Abilities, Painter};
use abide_core::base::geometry::{Rect, Size};
use abide_core::base::ids::PaneId;
use abide_core::compose::{BorderLook, PaneView, StatusPlace, ViewerScreen, WindowScene, update_window};
use abide_core::modes::styled::StyledRow;
use abide_core::screen::Screen;
use abide_protocol::message::{Color, Style, Update};
use abide_protocol::mirror::Mirror;
use abide_tests::recording::{folder, table};
use abide_tests::seed::{Dice, times};

/// A pane with a status line below it, whoever looks.
fn update(viewer: &mut ViewerScreen, screen: &Screen) -> Option<Update> {
    let (plain, border) = (Style::default(), BorderLook::default());
    let status = [StyledRow::plain("[0] 0:sh*", &Style { bg: Color::Indexed(2), ..Style::default() })];
    let size = screen.size();
    let rect = Rect { x: 0, y: 0, cols: size.cols, rows: size.rows };
    let panes =
        [PaneView { id: PaneId(0), rect, screen, mode: None, ground: &plain, label: None, number: 0 }];
    let scene = WindowScene {
        surface: surface(size),
        window: size,
        panes: &panes,
        active: PaneId(0),
        border: &border,
        status: &status,
        status_place: StatusPlace::Bottom,
        message: None,
        message_cursor: None,
        numbers: None,
        labels_below: false,
        title: screen.title(),
        modes: screen.modes(),
    };
    update_window(viewer, &scene, 0)
}

fn surface(pane: Size) -> Size {
    Size::new(pane.cols, pane.rows + 1)
}

fn wire(size: Size) -> abide_protocol::message::Size {
    abide_protocol::message::Size { cols: size.cols, rows: size.rows }
}

/// A native client in a terminal.
struct Seat {
    viewer: ViewerScreen,
    mirror: Mirror,
    painter: Painter,
    terminal: Screen,
    /// All that was painted.
    painted: Vec<u8>,
}

impl Seat {
    fn new(pane: Size) -> Seat {
        let size = surface(pane);
        let mut painter = Painter::new(wire(size), Abilities::all());
        let mut painted = Vec::new();
        painter.enter(true, &mut painted);
        let mut terminal = Screen::new(size, 0);
        terminal.feed(&painted);
        Seat { viewer: ViewerScreen::new(1), mirror: Mirror::new(), painter, terminal, painted }
    }

    /// Takes what there is to see.
    fn look(&mut self, screen: &Screen) {
        let size = surface(screen.size());
        if self.terminal.size() != size {
            self.terminal.resize(size);
            self.painter.resize(wire(size));
            let mut out = Vec::new();
            self.painter.repaint(&self.mirror, &mut out);
            self.take(out);
        }
        while let Some(update) = update(&mut self.viewer, screen) {
            self.mirror.apply(&update).expect("an update that fits");
            let mut out = Vec::new();
            self.painter.paint(&self.mirror, &update, &mut out);
            self.take(out);
            if !self.viewer.behind() {
                break;
            }
        }
    }

    fn take(&mut self, out: Vec<u8>) {
        self.terminal.feed(&out);
        self.painted.extend(out);
    }

    /// What does not hold, of both laws.
    fn fault(&self, screen: &Screen) -> Option<String> {
        let mut fresh = Seat::new(screen.size());
        fresh.look(screen);
        if let Some(y) = self.mirror.first_difference(&fresh.mirror) {
            return Some(format!("row {y} of the frame differs from a fresh viewer's"));
        }
        if self.mirror != fresh.mirror {
            return Some("the frame's state differs from a fresh viewer's".to_owned());
        }
        let (frame, pane) = (seen(&self.mirror), Seen::of(screen));
        for (y, row) in pane.rows.iter().enumerate() {
            if frame.rows[y].cells != row.cells {
                return Some(format!("row {y}:\n  pane  {row}\n  frame {}", frame.rows[y]));
            }
        }
        let shown = Seen { history: Vec::new(), alternate: false, ..without_wraps(Seen::of(&self.terminal)) };
        shown.difference(&frame).map(|difference| format!("the terminal, then the frame: {difference}"))
    }
}

/// The frame. A cursor that is not seen is anywhere.
fn seen(mirror: &Mirror) -> Seen {
    let (size, cursor) = (mirror.size(), mirror.cursor());
    let row = |y| {
        let mut row = Row::default();
        for cell in mirror.cells(y) {
            let (text, style) = (cell.text.to_owned(), cell.style.clone());
            row.push(Cell { x: cell.x, width: cell.width, text, style });
        }
        row
    };
    let rows = (0..size.rows).map(row).collect();
    let place = if cursor.visible { (cursor.x, cursor.y) } else { (0, 0) };
    Seen { rows, cursor: place, visible: cursor.visible, ..Seen::default() }
}

/// As a terminal that is painted on is compared: how lines go on is not painted.
fn without_wraps(mut seen: Seen) -> Seen {
    seen.rows.iter_mut().for_each(|row| row.wrapped = false);
    if !seen.visible {
        seen.cursor = (0, 0);
    }
    seen
}

/// Feeds the stream, looking at random, and at the end.
fn watched(stream: &Stream, resizes: bool, mut dice: Dice) -> Result<Seat, String> {
    let mut screen = Screen::new(stream.size, stream.history);
    let mut seat = Seat::new(stream.size);
    for piece in stream.pieces(&stream.bytes()) {
        screen.feed(piece);
        screen.outcome();
        if resizes && dice.percent(3) {
            screen.resize(Size::new(2 + dice.below(60) as u16, 1 + dice.below(20) as u16));
        }
        if dice.percent(40) {
            seat.look(&screen);
            if dice.percent(20) {
                seat.fault(&screen).map_or(Ok(()), Err)?;
            }
        }
    }
    seat.look(&screen);
    seat.fault(&screen).map_or(Ok(seat), Err)
}

#[test]
fn random_screens_are_seen_as_they_are() {
    let agreed = Agreed::with("painter");
    let mut dice = Dice::new("laws", SEED);
    for n in 0..times((600, 100_000)) {
        let mut own = Dice::from(dice.roll());
        let stream = Stream::random(&mut own, &agreed);
        let fault = |stream: &Stream| watched(stream, n % 2 == 0, own.clone()).err();
        if fault(&stream).is_some() {
            let small = shrink::smallest(stream, &mut |stream| fault(stream).is_some());
            panic!("{small}\n{}", fault(&small).unwrap_or_default());
        }
    }
}

/// Whether a law does not hold on the stream.
pub(crate) fn is_broken(stream: &Stream) -> bool {
    watched(stream, false, Dice::from(SEED)).is_err()
}

/// What our painter wrote for the recording, as a stream of its own.
fn painted(seat: &Seat) -> Stream {
    let tokens = vec![Token { kind: "painted", bytes: seat.painted.clone() }];
    Stream { size: seat.terminal.size(), history: 0, tokens, cuts: vec![4096] }
}

#[test]
fn recordings_are_seen_as_they_are_in_every_terminal() {
    let mut dice = Dice::new("laws, recordings", SEED);
    let (alacritty_agrees, xterm_agrees) = (Agreed::with("alacritty"), Agreed::with("xterm"));
    let mut all = Vec::new();
    for recording in table(&folder()) {
        for stream in streams(&recording, &mut dice) {
            let name = format!("{} up to byte {}", recording.name, stream.bytes().len());
            let seat = watched(&stream, false, Dice::from(dice.roll()));
            let seat = seat.unwrap_or_else(|fault| panic!("{name}: {fault}"));
            all.push((recording.name.clone(), name, seat));
        }
    }
    // On their alternate screens, where the painter paints.
    let frame = |seat: &Seat| Seen { alternate: true, ..seen(&seat.mirror) };
    for (recording, name, seat) in &all {
        let alacritty_agrees = alacritty_agrees.in_recording(recording);
        let theirs = without_wraps(alacritty::shows(&painted(seat)));
        let difference = alacritty_agrees.difference(&painted(seat), frame(seat), theirs);
        assert_eq!(difference, None, "alacritty, {name}: the frame, then what it shows");
    }
    with_xterm("recordings_are_seen_as_they_are_in_every_terminal", |xterm| {
        for (_, name, seat) in &all {
            let Some(theirs) = xterm.shows(&painted(seat)) else { panic!("xterm crashes on {name}") };
            let difference = xterm_agrees.difference(&painted(seat), frame(seat), without_wraps(theirs));
            assert_eq!(difference, None, "xterm, {name}: the frame, then what it shows");
        }
    });
}
