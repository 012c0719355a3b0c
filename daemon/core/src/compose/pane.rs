//! One pane alone, for pages and scripts: its rows, and the history lines that left it.

use super::{
    border::BorderLook,
    canvas::Strip,
    limits::HISTORY_BYTES_PER_UPDATE_MAX,
    line::Line,
    picture::of_pane,
    rows::says_something,
    scene::{PaneView, StatusPlace, WindowScene},
    viewer::ViewerScreen,
    window::compose_scene,
};
use crate::{base::geometry::Rect, screen::Screen};
use abide_protocol::message::{HistoryTail, Row, StyleDefinition, Update, mode};

/// Brings a viewer that looks at one pane to what the pane shows, in the pane's own size; `None` when there
/// is nothing to say. History lines that left the screen since the last update come along, the newest
/// `history_lines_max` of them at most.
pub fn update_pane(
    viewer: &mut ViewerScreen,
    pane: &PaneView<'_>,
    title: &str,
    bells: u32,
    history_lines_max: u32,
) -> Option<Update> {
    let size = pane.screen.size();
    let alone =
        PaneView { rect: Rect { x: 0, y: 0, cols: size.cols, rows: size.rows }, label: None, ..*pane };
    let border = BorderLook::default();
    let scene = WindowScene {
        surface: size,
        window: size,
        panes: std::slice::from_ref(&alone),
        active: pane.id,
        border: &border,
        status: &[],
        status_place: StatusPlace::Bottom,
        message: None,
        message_cursor: None,
        numbers: None,
        labels_below: false,
        title,
        modes: 0,
    };
    // Reversed screens are composed reversed.
    let mut update = compose_scene(viewer, &scene, !mode::REVERSE_SCREEN);
    update.bells = bells;
    update.history = viewer.history_tail(pane.screen, &mut update, history_lines_max);
    if viewer.shows_pictures {
        viewer.say_pictures(&mut update, of_pane(&alone));
    }
    viewer.check(&update);
    says_something(&update).then_some(update)
}

/// History lines for a viewer, with the styles they need.
pub struct HistoryLines {
    /// Absolute number of the first line.
    pub first: u64,
    /// The lines; fewer than asked for where an answer would grow too large.
    pub rows: Vec<Row>,
    /// Styles that the viewer has not been told of.
    pub styles: Vec<StyleDefinition>,
}

impl ViewerScreen {
    /// History that is new to the viewer.
    fn history_tail(&mut self, screen: &Screen, update: &mut Update, lines_max: u32) -> Option<HistoryTail> {
        let range = screen.history();
        let now = (range, screen.history_taken_back());
        // A full update says where history stands in any case.
        if !update.full && self.history == Some(now) {
            return None;
        }
        let told = self.history.replace(now);
        let mut rows = Vec::new();
        if let Some((told, back)) = told
            && told.generation == range.generation
        {
            // What went back to the screen in between was lines that were told, and comes as others.
            let end = told.end.saturating_sub(now.1.saturating_sub(back));
            let first = end.max(range.start).max(range.end.saturating_sub(u64::from(lines_max)));
            let mut bytes = 0;
            // Newest first: what does not fit is a gap before them, never one after.
            for absolute in (first..range.end).rev() {
                if screen.absent(absolute).is_some() {
                    break;
                }
                let Some((row, weight)) = self.history_row(screen, absolute) else { break };
                bytes += weight;
                if bytes > HISTORY_BYTES_PER_UPDATE_MAX {
                    break;
                }
                rows.push(row);
            }
            rows.reverse();
            update.styles.append(&mut self.book.take_definitions());
        }
        Some(HistoryTail { end: range.end, rows, start: range.start, generation: range.generation })
    }

    /// Answers a request for `count` lines from `first` on.
    pub fn history_lines(&mut self, screen: &Screen, first: u64, count: u32) -> HistoryLines {
        let range = screen.history();
        let first = first.clamp(range.start, range.end);
        let end = first.saturating_add(u64::from(count)).min(range.end);
        let mut rows = Vec::new();
        let mut bytes = 0;
        for absolute in first..end {
            let Some((row, weight)) = self.history_row(screen, absolute) else {
                // The book is full: the viewer gets a new one with the next update, and can ask again.
                self.restart();
                break;
            };
            bytes += weight;
            if bytes > HISTORY_BYTES_PER_UPDATE_MAX {
                break;
            }
            rows.push(row);
        }
        let styles = self.book.take_definitions();
        #[cfg(debug_assertions)]
        self.learn(&styles);
        HistoryLines { first, rows, styles }
    }

    /// A line with its own width and about how many bytes it takes; `None` when the style book is full.
    fn history_row(&mut self, screen: &Screen, absolute: u64) -> Option<(Row, usize)> {
        let Some(view) = screen.line(absolute) else { return Some((Row::default(), 1)) };
        let cols = view.cells().last().map_or(0, |cell| cell.x.saturating_add(u16::from(cell.width)));
        self.canvas.start(cols);
        let mut strip = Strip {
            row: &mut self.canvas,
            book: &mut self.book,
            left: 0,
            cols,
            skip: 0,
            ground: None,
            reversed: false,
        };
        strip.screen_row(&view);
        if self.canvas.book_full {
            return None;
        }
        self.canvas.set_wrapped(view.wrapped());
        let mut line = Line::default();
        self.canvas.finish(&mut line);
        let styles = self.book.untold_bytes();
        Some((line.row(), line.weight().1 + styles))
    }
}
