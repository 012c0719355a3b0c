//! The page beside our model: recordings and random screens, as updates of a pane, through the page's own mirror and painter into
//! xterm.js. What it shows is the pane, and what it has scrolled up the pane's history.

use super::differences::Agreed;
use super::recorded::streams;
use super::seen::Seen;
use super::stream::Stream;
use super::xterm::{Xterm, hex};
use super::{SEED, shrink, with_page};
use abide_core::base::geometry::{Rect, Size};
use abide_core::base::ids::PaneId;
use abide_core::compose::{PaneView, ViewerScreen, update_pane};
use abide_core::screen::Screen;
use abide_protocol::codec::encode;
use abide_protocol::message::{ServerMessage, Style, Update};
use abide_tests::recording::{folder, table};
use abide_tests::seed::{Dice, times};

/// Lines of history that come with an update at most: more than the pieces of a stream make.
const HISTORY_LINES_MAX: u32 = 4000;

/// What a page is told.
struct Told {
    screen: Screen,
    /// Each in hexadecimal, and whether the page paints after it.
    updates: Vec<(String, bool)>,
    /// Its lines of history are all there, from the first on, with the numbers that they had.
    is_whole: bool,
}

/// Feeds the stream, looking at random, and at the end.
fn told(stream: &Stream, resizes: bool, mut dice: Dice) -> Told {
    let screen = Screen::new(stream.size, stream.history);
    let mut told = Told { screen, updates: Vec::new(), is_whole: true };
    let mut viewer = ViewerScreen::new(1);
    let generation = told.screen.history().generation;
    // From the first on, so that no line of its history is one to ask for.
    told.look(&mut viewer, true);
    for piece in stream.pieces(&stream.bytes()) {
        told.screen.feed(piece);
        told.screen.outcome();
        if resizes && dice.percent(3) {
            told.screen.resize(Size::new(2 + dice.below(60) as u16, 1 + dice.below(20) as u16));
        }
        if dice.percent(40) {
            told.look(&mut viewer, dice.percent(70));
        }
    }
    told.look(&mut viewer, true);
    told.is_whole = told.screen.history().generation == generation && !resizes;
    told
}

impl Told {
    fn look(&mut self, viewer: &mut ViewerScreen, paint: bool) {
        while let Some(update) = self.update(viewer) {
            let bytes = encode(&ServerMessage::Update(update)).expect("an update is encoded");
            self.updates.push((hex(&bytes), false));
            if !viewer.behind() {
                break;
            }
        }
        if let Some(last) = self.updates.last_mut() {
            last.1 |= paint;
        }
    }

    fn update(&self, viewer: &mut ViewerScreen) -> Option<Update> {
        let (plain, size) = (Style::default(), self.screen.size());
        let rect = Rect { x: 0, y: 0, cols: size.cols, rows: size.rows };
        let pane = PaneView {
            id: PaneId(0),
            rect,
            screen: &self.screen,
            mode: None,
            ground: &plain,
            label: None,
            number: 0,
        };
        update_pane(viewer, &pane, self.screen.title(), 0, HISTORY_LINES_MAX)
    }

    /// What the page shows. None where it answers what nobody asked, as a terminal does that is given a program's bytes.
    fn shown(&self, page: &mut Xterm) -> Option<Seen> {
        let update = |(hex, paint): &(String, bool)| format!(r#"{{"update":"{hex}","paint":{paint}}}"#);
        let all: Vec<String> = self.updates.iter().map(update).collect();
        page.ask(&format!("[{}]", all.join(","))).map(comparable)
    }

    /// What is to be seen.
    fn wanted(&self, shown: &Seen) -> Seen {
        let mut wanted = comparable(Seen::of(&self.screen));
        if !self.is_whole {
            // It asks for older lines when somebody scrolls there.
            let missing = wanted.history.len().saturating_sub(shown.history.len());
            wanted.history.drain(..missing);
        }
        wanted
    }
}

/// Which rows are of one line is kept for copying, and only where that costs nothing.
fn comparable(mut seen: Seen) -> Seen {
    seen.rows.iter_mut().chain(&mut seen.history).for_each(|row| row.wrapped = false);
    seen
}

/// What the page shows of a stream, told of it in one piece.
pub(crate) fn shows(page: &mut Xterm, stream: &Stream) -> Option<Seen> {
    told(stream, false, Dice::from(SEED)).shown(page)
}

/// What differs, if anything.
fn fault(page: &mut Xterm, agreed: &Agreed, stream: &Stream, resizes: bool, dice: &Dice) -> Option<String> {
    let told = told(stream, resizes, dice.clone());
    let Some(mut shown) = told.shown(page) else { return Some("the terminal answers".to_owned()) };
    // It keeps lines that the pane's limit has dropped since.
    let range = told.screen.history();
    let more = shown.history.len().saturating_sub((range.end - range.start) as usize);
    shown.history.drain(..more);
    agreed.difference(stream, told.wanted(&shown), shown)
}

#[test]
fn the_page_shows_what_programs_wrote() {
    with_page("the_page_shows_what_programs_wrote", |page| {
        let agreed = Agreed::with("page");
        let mut dice = Dice::new("page, recordings", SEED);
        let mut found = Vec::new();
        for recording in table(&folder()) {
            let agreed = agreed.in_recording(&recording.name);
            for stream in streams(&recording, &mut dice) {
                let own = Dice::from(dice.roll());
                if let Some(difference) = fault(page, &agreed, &stream, false, &own) {
                    found.push(format!(
                        "{} up to byte {}: {difference}",
                        recording.name,
                        stream.bytes().len()
                    ));
                    break;
                }
            }
        }
        assert!(found.is_empty(), "the pane, then the page:\n{}", found.join("\n"));
    });
}

#[test]
fn the_page_shows_random_screens_as_they_are() {
    with_page("the_page_shows_random_screens_as_they_are", |page| {
        let agreed = Agreed::with("page");
        let mut dice = Dice::new("page", SEED);
        for n in 0..times((300, 30_000)) {
            let mut own = Dice::from(dice.roll());
            let stream = Stream::random(&mut own, &agreed);
            let mut differs = |stream: &Stream| fault(page, &agreed, stream, n % 3 == 0, &own);
            if differs(&stream).is_some() {
                let small = shrink::smallest(stream, &mut |stream| differs(stream).is_some());
                panic!("{small}\n{}", differs(&small).unwrap_or_default());
            }
        }
    });
}
