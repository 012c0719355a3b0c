//! What one viewer has of one surface.

use super::{
    border::{BorderLook, BorderMap},
    canvas::RowCanvas,
    line::Line,
    scene::StatusPlace,
    styles::StyleBook,
};
use crate::{
    base::{
        geometry::{Point, Rect, Size},
        ids::PaneId,
    },
    modes::styled::StyledRow,
    screen::HistoryRange,
};
use abide_protocol::message::{Cursor, Placement, Style, SurfaceNumber, Update};

/// Never the version of a row: rows with it are composed anew.
pub(super) const UNSEEN: u64 = u64::MAX;

/// What one viewer last had of one surface: rows in compact form, versions of the pane rows that they
/// came from, cursor, modes, title, and the style book. Its memory is bounded by the surface's size.
pub struct ViewerScreen {
    pub(super) surface: SurfaceNumber,
    pub(super) size: Size,
    /// The next update starts anew.
    pub(super) restart: bool,
    /// The last update did not fit all; the next goes on from there.
    pub(super) behind: bool,
    /// What is said since the last full update is not yet a whole frame.
    pub(super) settling: bool,
    pub(super) lines: Vec<Line>,
    /// Rows that are to be composed.
    pub(super) dirty: Vec<bool>,
    pub(super) cursor: Cursor,
    pub(super) modes: u32,
    pub(super) title: String,
    /// Whether it shows pictures; else it gets boxes.
    pub(super) shows_pictures: bool,
    pub(super) pictures: Vec<Placement>,
    pub(super) book: StyleBook,
    /// Of a pane surface: the history that was told, and how many rows had gone back from it to the screen.
    pub(super) history: Option<(HistoryRange, u64)>,
    pub(super) panes: Vec<PaneSeen>,
    pub(super) arrangement: Option<Arrangement>,
    pub(super) borders: BorderMap,
    pub(super) status: Vec<StyledRow>,
    pub(super) message: Option<StyledRow>,
    pub(super) canvas: RowCanvas,
    /// Rows as they should be; taken over by `lines` where they differ.
    pub(super) fresh: Vec<Line>,
    /// Which of `fresh` were composed for this update.
    pub(super) composed: Vec<bool>,
    /// What the viewer holds if it applied all it was told: debug builds check the law as they run.
    #[cfg(debug_assertions)]
    mirror: abide_protocol::mirror::Mirror,
}

/// What was last seen of a pane.
pub(super) struct PaneSeen {
    pub(super) id: PaneId,
    pub(super) rect: Rect,
    pub(super) alternate: bool,
    pub(super) reversed: bool,
    pub(super) ground: Style,
    pub(super) label: Option<StyledRow>,
    pub(super) number: u32,
    pub(super) screen_version: u64,
    pub(super) scrolled: u64,
    pub(super) pictures: u64,
    /// Pictures of it were drawn as boxes.
    pub(super) boxed: bool,
    pub(super) mode: Option<(&'static str, u64)>,
    /// Of each row of the pane.
    pub(super) rows: Vec<u64>,
}

/// Where things are on a session surface; when any of it changes, every row is composed anew.
#[derive(PartialEq)]
pub(super) struct Arrangement {
    pub(super) window: Size,
    pub(super) offset: Point,
    pub(super) active: PaneId,
    pub(super) border: BorderLook,
    pub(super) status_rows: u16,
    pub(super) status_place: StatusPlace,
    pub(super) numbers: Option<(Style, Style)>,
    pub(super) labels_below: bool,
}

impl ViewerScreen {
    /// A viewer that has nothing yet; the number is the viewer's own for the surface.
    #[must_use]
    pub fn new(surface: SurfaceNumber) -> ViewerScreen {
        ViewerScreen {
            surface,
            size: Size::new(1, 1),
            restart: true,
            behind: false,
            settling: false,
            lines: Vec::new(),
            dirty: Vec::new(),
            cursor: Cursor::default(),
            modes: 0,
            title: String::new(),
            shows_pictures: false,
            pictures: Vec::new(),
            book: StyleBook::default(),
            history: None,
            panes: Vec::new(),
            arrangement: None,
            borders: BorderMap::default(),
            status: Vec::new(),
            message: None,
            canvas: RowCanvas::default(),
            fresh: Vec::new(),
            composed: Vec::new(),
            #[cfg(debug_assertions)]
            mirror: abide_protocol::mirror::Mirror::new(),
        }
    }

    /// The next update is a full one: the viewer asked for it, or its state is in doubt.
    pub fn restart(&mut self) {
        self.restart = true;
    }

    /// Says whether the viewer shows pictures. At first it does not: it gets boxes.
    pub fn show_pictures(&mut self, shows: bool) {
        self.restart |= self.shows_pictures != shows;
        self.shows_pictures = shows;
    }

    /// Whether there is more to say than the last update held.
    #[must_use]
    pub fn behind(&self) -> bool {
        self.behind || self.restart
    }

    /// The surface's size, as last told.
    #[must_use]
    pub fn size(&self) -> Size {
        self.size
    }

    /// The window's cell at the top left of the surface's window rows: not 0 for a viewer smaller than the
    /// window (`#{window_offset_x}`).
    #[must_use]
    pub fn offset(&self) -> Point {
        self.arrangement.as_ref().map_or(Point::default(), |arrangement| arrangement.offset)
    }

    /// Rows as the viewer has them.
    #[must_use]
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// The styles that the viewer knows.
    pub fn book(&mut self) -> &mut StyleBook {
        &mut self.book
    }

    /// Begins an update at that size; says whether it is a full one.
    pub(super) fn begin(&mut self, size: Size) -> bool {
        let full = self.restart || self.size != size;
        if full {
            self.size = size;
            self.lines.resize_with(usize::from(size.rows), Line::default);
            for line in &mut self.lines {
                line.clear();
            }
            self.dirty.clear();
            self.dirty.resize(usize::from(size.rows), true);
            self.book.restart();
            self.cursor = Cursor::default();
            self.modes = 0;
            self.title.clear();
            self.pictures.clear();
            // At another size the viewer still has its history, and lines that left the screen go there.
            if self.restart {
                self.history = None;
            }
            self.panes.clear();
            self.arrangement = None;
            self.restart = false;
        }
        self.behind = false;
        full
    }

    pub(super) fn all_dirty(&mut self) {
        self.dirty.fill(true);
    }

    pub(super) fn mark(&mut self, y: u16) {
        if let Some(dirty) = self.dirty.get_mut(usize::from(y)) {
            *dirty = true;
        }
    }

    /// An update with nothing in it yet.
    pub(super) fn update(&self, full: bool) -> Update {
        let size = abide_protocol::message::Size { cols: self.size.cols, rows: self.size.rows };
        Update { full, size, surface: self.surface, ..Update::default() }
    }

    /// Says cursor, modes and title where they changed.
    pub(super) fn say_state(&mut self, update: &mut Update, cursor: Cursor, modes: u32, title: &str) {
        if update.full || self.cursor != cursor {
            self.cursor = cursor;
            update.cursor = Some(cursor);
        }
        if update.full || self.modes != modes {
            self.modes = modes;
            update.modes = Some(modes);
        }
        if update.full || self.title != title {
            title.clone_into(&mut self.title);
            update.title = Some(title.to_owned());
        }
    }

    /// Says pictures where they changed.
    pub(super) fn say_pictures(&mut self, update: &mut Update, pictures: Vec<Placement>) {
        if self.pictures != pictures {
            update.pictures = Some(pictures.clone());
            self.pictures = pictures;
        }
    }

    /// In debug builds: what the viewer learns beside updates.
    #[cfg(debug_assertions)]
    pub(super) fn learn(&mut self, styles: &[abide_protocol::message::StyleDefinition]) {
        if self.mirror.size().cols > 0 {
            let learnt = Update { styles: styles.to_vec(), size: self.mirror.size(), ..Update::default() };
            let applied = self.mirror.apply(&learnt);
            debug_assert!(applied.is_ok(), "a viewer would refuse the styles: {applied:?}");
        }
    }

    /// In debug builds: applies the update to a mirror of the old frame, which must then be the new one.
    pub(super) fn check(&mut self, update: &Update) {
        #[cfg(debug_assertions)]
        {
            let applied = self.mirror.apply(update);
            debug_assert!(applied.is_ok(), "a viewer would refuse the update: {applied:?}");
            debug_assert_eq!(self.mirror.pictures(), self.pictures, "a viewer would drift in its pictures");
            for (y, line) in self.lines.iter().enumerate() {
                debug_assert_eq!(
                    self.mirror.row(y as u16),
                    Some(&line.row()),
                    "a viewer would drift in row {y}"
                );
            }
        }
        #[cfg(not(debug_assertions))]
        let _ = update;
    }
}
