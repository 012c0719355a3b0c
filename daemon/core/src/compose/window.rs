//! A window as its viewer sees it: panes, borders, status line, and what lies over them.

use super::{
    border::BorderMap,
    canvas::{RowCanvas, Strip},
    picture::{PanePictures, Which, cut, draw_boxes, in_sight, newest},
    rows::says_something,
    scene::{PaneView, StatusPlace, WindowScene},
    scroll::Moved,
    styles::StyleBook,
    viewer::{Arrangement, PaneSeen, UNSEEN, ViewerScreen},
    viewport::viewport,
};
use crate::{
    base::geometry::{Point, Size},
    modes::{Canvas, panes::draw_number, styled::StyledRow},
};
use abide_protocol::message::{Cursor, Placement, Style, Update, mode};

/// Modes of the active pane that its viewer's terminal has to know on a session surface: the daemon takes
/// keys by name and encodes them itself.
const PASSED_ON: u32 = mode::MOUSE_BUTTONS
    | mode::MOUSE_DRAG
    | mode::MOUSE_ALL
    | mode::MOUSE_SGR
    | mode::KEYBOARD
    | mode::OTHER_KEYS;

/// Brings a viewer from what it has to the scene, and says `bells` rings; `None` when there is nothing to say.
pub fn update_window(viewer: &mut ViewerScreen, scene: &WindowScene<'_>, bells: u32) -> Option<Update> {
    let mut update = compose_scene(viewer, scene, PASSED_ON);
    update.bells = bells;
    if viewer.shows_pictures {
        viewer.say_pictures(&mut update, pictures_seen(scene));
    }
    viewer.check(&update);
    says_something(&update).then_some(update)
}

/// Brings a viewer to the scene; the modes in the mask are passed on from the active pane.
pub(super) fn compose_scene(viewer: &mut ViewerScreen, scene: &WindowScene<'_>, passed_on: u32) -> Update {
    let mut full = viewer.begin(scene.surface);
    let mut placed = Placed::new(scene);
    placed.boxes = in_sight(scene.panes, if viewer.shows_pictures { Which::Lost } else { Which::All });
    let mut update = loop {
        let mut update = viewer.update(full);
        placed.note(viewer, &mut update);
        let borders = std::mem::take(&mut viewer.borders);
        let composed = viewer.compose(&mut update, |y, row, book| placed.paint(y, &borders, row, book));
        viewer.borders = borders;
        if composed.is_ok() {
            break update;
        }
        viewer.restart();
        full = viewer.begin(scene.surface);
    };
    let modes = scene.modes | placed.active().map_or(0, |pane| pane.screen.modes() & passed_on);
    viewer.say_state(&mut update, placed.cursor(), modes, scene.title);
    update
}

/// A scene whose parts have their places on the surface.
struct Placed<'a> {
    scene: &'a WindowScene<'a>,
    /// The window's cell at the surface's first window row.
    offset: Point,
    /// First row of the surface that belongs to the window.
    top: u16,
    /// Rows of the surface that belong to the window.
    rows: u16,
    /// Pictures that are drawn as boxes.
    boxes: Vec<PanePictures>,
}

/// The pictures of a window as they are seen on the surface.
fn pictures_seen(scene: &WindowScene<'_>) -> Vec<Placement> {
    let found = in_sight(scene.panes, Which::Whole);
    // The numbers of `display-panes` would lie under them.
    if found.is_empty() || scene.numbers.is_some() {
        return Vec::new();
    }
    Placed::new(scene).pictures(&found)
}

/// What a row of the surface shows.
enum Part {
    Status(usize),
    Message,
    Window(u16),
}

impl<'a> Placed<'a> {
    fn new(scene: &'a WindowScene<'a>) -> Placed<'a> {
        let status_rows = scene.status_rows();
        let rows = scene.surface.rows - status_rows;
        let top = if scene.status_place == StatusPlace::Top { status_rows } else { 0 };
        let mut placed = Placed { scene, offset: Point::default(), top, rows, boxes: Vec::new() };
        let cursor = placed.active().map_or(Point::default(), |pane| {
            let cursor = pane_cursor(pane);
            Point { x: pane.rect.x.saturating_add(cursor.x), y: pane.rect.y.saturating_add(cursor.y) }
        });
        placed.offset = viewport(scene.window, Size { cols: scene.surface.cols, rows }, cursor);
        placed
    }

    fn active(&self) -> Option<&PaneView<'a>> {
        self.scene.panes.iter().find(|pane| pane.id == self.scene.active)
    }

    /// The row on which the message lies.
    fn message_row(&self) -> u16 {
        match (self.scene.status_rows(), self.scene.status_place) {
            (_, StatusPlace::Top) => 0,
            (0, StatusPlace::Bottom) => self.scene.surface.rows.saturating_sub(1),
            (status_rows, StatusPlace::Bottom) => self.scene.surface.rows - status_rows,
        }
    }

    fn part(&self, y: u16) -> Part {
        if self.scene.message.is_some() && y == self.message_row() {
            return Part::Message;
        }
        match y.checked_sub(self.top) {
            Some(row) if row < self.rows => Part::Window(row.saturating_add(self.offset.y)),
            Some(row) => Part::Status(usize::from(row - self.rows)),
            None => Part::Status(usize::from(y)),
        }
    }

    /// The surface's row of a pane's row, when it is seen.
    fn surface_row(&self, pane: &PaneView<'_>, row: u16) -> Option<u16> {
        let y = pane.rect.y.checked_add(row)?.checked_sub(self.offset.y)?;
        (y < self.rows).then(|| self.top + y)
    }

    /// Where pictures of panes are on the surface, as far as they are seen.
    fn pictures(&self, found: &[PanePictures]) -> Vec<Placement> {
        // The window's rows that are seen, less the one that a message lies on.
        let mut rows = self.offset.y..self.offset.y.saturating_add(self.rows);
        if self.scene.message.is_some() {
            match self.message_row().checked_sub(self.top) {
                Some(0) => rows.start = rows.start.saturating_add(1),
                Some(row) if row + 1 == self.rows => rows.end -= 1,
                _ => {}
            }
        }
        let mut seen = Vec::new();
        for PanePictures { at, top, placed } in found {
            let Some(pane) = self.scene.panes.get(*at) else { continue };
            let Some((left, cols, skip)) = self.clip(pane) else { continue };
            let first = rows.start.max(pane.rect.y);
            let end = rows.end.min(pane.rect.y.saturating_add(pane.rect.rows));
            // The line in the surface's first row, were the window there whole.
            let line_of = |row: u16| top + u64::from(row - pane.rect.y);
            if first >= end {
                continue;
            }
            let lines = line_of(first)..line_of(end);
            let cols = u64::from(skip)..u64::from(skip) + u64::from(cols);
            for picture in placed {
                let Some(cut) = cut(picture, &cols, &lines) else { continue };
                let y = u64::from(self.top + first - self.offset.y) + (cut.line - lines.start);
                seen.push(cut.placement(pane.id, left + (cut.col - cols.start) as u16, y));
            }
        }
        newest(seen)
    }

    fn cursor(&self) -> Cursor {
        let last = Point { x: self.scene.surface.cols - 1, y: self.scene.surface.rows - 1 };
        if self.scene.message.is_some()
            && let Some(x) = self.scene.message_cursor
        {
            return Cursor { x: x.min(last.x), y: self.message_row(), visible: true, ..Cursor::default() };
        }
        let hidden = Cursor { visible: false, ..Cursor::default() };
        let Some(pane) = self.active() else { return hidden };
        let own = pane_cursor(pane);
        let x = pane.rect.x.saturating_add(own.x).checked_sub(self.offset.x);
        match (x, self.surface_row(pane, own.y)) {
            (Some(x), Some(y)) if x <= last.x && own.x < pane.rect.cols && own.y < pane.rect.rows => {
                let covered = self.scene.message.is_some() && y == self.message_row();
                Cursor { x, y, visible: own.visible && !covered, ..own }
            }
            _ => Cursor { visible: false, x: 0, y: 0, ..own },
        }
    }

    /// Marks the rows that may look different now, and scrolls those that moved.
    fn note(&self, viewer: &mut ViewerScreen, update: &mut Update) {
        let scene = self.scene;
        let arrangement = Arrangement {
            window: scene.window,
            offset: self.offset,
            active: scene.active,
            border: scene.border.clone(),
            status_rows: scene.status_rows(),
            status_place: scene.status_place,
            numbers: scene.numbers.cloned(),
            labels_below: scene.labels_below,
        };
        let same_panes = viewer.panes.len() == scene.panes.len()
            && viewer.panes.iter().zip(scene.panes).all(|(seen, pane)| seen.is(pane));
        if !same_panes || viewer.arrangement.as_ref() != Some(&arrangement) {
            let rects: Vec<_> = scene.panes.iter().map(|pane| (pane.rect, pane.number)).collect();
            let active = scene.panes.iter().position(|pane| pane.id == scene.active);
            let edge = (scene.surface.cols > scene.window.cols, self.rows > scene.window.rows);
            viewer.borders = BorderMap::new(scene.window, &rects, active, scene.border, edge);
            viewer.panes = scene.panes.iter().map(PaneSeen::new).collect();
            viewer.arrangement = Some(arrangement);
            viewer.all_dirty();
        }
        if viewer.status != scene.status {
            for y in 0..scene.status_rows() {
                viewer.mark(if scene.status_place == StatusPlace::Top { y } else { self.rows + y });
            }
            scene.status.clone_into(&mut viewer.status);
        }
        if viewer.message.as_ref() != scene.message {
            // It may have lain over a row of the window.
            viewer.mark(self.message_row());
            viewer.message = scene.message.cloned();
        }
        let mut seen = std::mem::take(&mut viewer.panes);
        for (seen, pane) in seen.iter_mut().zip(scene.panes) {
            self.note_pane(viewer, update, seen, pane);
        }
        viewer.panes = seen;
    }

    fn note_pane(
        &self,
        viewer: &mut ViewerScreen,
        update: &mut Update,
        seen: &mut PaneSeen,
        pane: &PaneView<'_>,
    ) {
        let rows = pane.rect.rows;
        if seen.label.as_ref() != pane.label {
            seen.label = pane.label.cloned();
            let y = if self.scene.labels_below { Some(rows) } else { None };
            let y = y.map_or_else(
                || {
                    pane.rect
                        .y
                        .checked_sub(1)
                        .and_then(|y| y.checked_sub(self.offset.y))
                        .map(|y| y + self.top)
                },
                |below| self.surface_row(pane, below),
            );
            if let Some(y) = y {
                viewer.mark(y);
            }
        }
        let scene = self.scene;
        let boxed = self.boxes.iter().any(|p| scene.panes.get(p.at).is_some_and(|p| p.id == pane.id));
        let had = std::mem::replace(&mut seen.boxed, boxed);
        if seen.pictures != pane.screen.pictures_version() {
            seen.pictures = pane.screen.pictures_version();
            if boxed || had {
                // Boxes come and go where no cell changes.
                (0..rows).filter_map(|row| self.surface_row(pane, row)).for_each(|y| viewer.mark(y));
            }
        }
        let in_mode = pane.mode.map(|(mode, _)| (mode.name(), mode.version()));
        if in_mode.is_some() || seen.mode.is_some() {
            if in_mode != seen.mode {
                (0..rows).filter_map(|row| self.surface_row(pane, row)).for_each(|y| viewer.mark(y));
                seen.rows.fill(UNSEEN);
                seen.screen_version = UNSEEN;
                seen.scrolled = pane.screen.scrolled();
                seen.mode = in_mode;
            }
            if in_mode.is_some() {
                return;
            }
        }
        if seen.screen_version == pane.screen.version() {
            return;
        }
        seen.screen_version = pane.screen.version();
        self.note_scroll(viewer, update, seen, pane);
        for (row, version) in (0..rows).zip(&mut seen.rows) {
            let now = pane.screen.row_version(row);
            if *version != now {
                *version = now;
                if let Some(y) = self.surface_row(pane, row) {
                    viewer.mark(y);
                }
            }
        }
    }

    /// The primary screen says how far it scrolled: its rows keep their versions and move with them.
    fn note_scroll(
        &self,
        viewer: &mut ViewerScreen,
        update: &mut Update,
        seen: &mut PaneSeen,
        pane: &PaneView<'_>,
    ) {
        let up = pane.screen.scrolled().wrapping_sub(seen.scrolled);
        seen.scrolled = pane.screen.scrolled();
        if up == 0 {
            return;
        }
        let first = self.offset.y.saturating_sub(pane.rect.y);
        let top = self.surface_row(pane, first);
        let seen_rows =
            (first..pane.rect.rows).take_while(|row| self.surface_row(pane, *row).is_some()).count();
        let across = pane.rect.x <= self.offset.x
            && u32::from(pane.rect.x) + u32::from(pane.rect.cols)
                >= u32::from(self.offset.x) + u32::from(self.scene.surface.cols);
        let whole = pane.screen.size() == Size { cols: pane.rect.cols, rows: pane.rect.rows };
        let covered = self.scene.numbers.is_some()
            || (self.scene.message.is_some() && matches!(self.part_below(), Part::Window(_)));
        let up = usize::try_from(up).unwrap_or(usize::MAX);
        match top {
            Some(top) if up < seen_rows && across && whole && !covered && !update.full => {
                let top = usize::from(top);
                viewer.scroll(update, Moved { top, bottom: top + seen_rows, up: up as isize });
                let kept = seen.rows.len().saturating_sub(up);
                let by = up.min(seen.rows.len());
                seen.rows.rotate_left(by);
                seen.rows.iter_mut().skip(kept).for_each(|version| *version = UNSEEN);
            }
            _ => seen.rows.fill(UNSEEN),
        }
    }

    /// What lies under the message.
    fn part_below(&self) -> Part {
        if self.scene.status_rows() == 0 { Part::Window(0) } else { Part::Status(0) }
    }

    /// Paints one row of the surface.
    fn paint(&self, y: u16, borders: &BorderMap, row: &mut RowCanvas, book: &mut StyleBook) {
        let scene = self.scene;
        match self.part(y) {
            Part::Message => self.paint_styled(scene.message, row, book),
            Part::Status(n) => self.paint_styled(scene.status.get(n), row, book),
            Part::Window(wy) => self.paint_window(wy, borders, row, book),
        }
    }

    fn paint_styled(&self, styled: Option<&StyledRow>, row: &mut RowCanvas, book: &mut StyleBook) {
        let Some(styled) = styled else { return };
        let cols = self.scene.surface.cols;
        let mut strip = Strip { row, book, left: 0, cols, skip: 0, ground: None, reversed: false };
        styled.draw(&mut strip, 0, cols);
    }

    fn paint_window(&self, wy: u16, borders: &BorderMap, row: &mut RowCanvas, book: &mut StyleBook) {
        let scene = self.scene;
        let cols = scene.surface.cols;
        self.paint_outside(wy, row);
        for cell in borders.row(wy) {
            let Some(x) = cell.x.checked_sub(self.offset.x).filter(|x| *x < cols) else { continue };
            let style = if cell.active { &scene.border.active_style } else { &scene.border.style };
            let style = book.number(style).unwrap_or_else(|| row.say_book_full());
            row.put_char(x, cell.ch, style);
        }
        for (at, pane) in scene.panes.iter().enumerate() {
            let Some((left, seen_cols, skip)) = self.clip(pane) else { continue };
            let ground = (*pane.ground != Style::default()).then_some(pane.ground);
            let reversed = pane.mode.is_none() && reversed(pane);
            let Some(py) = wy.checked_sub(pane.rect.y).filter(|py| *py < pane.rect.rows) else {
                let label_row = if scene.labels_below {
                    pane.rect.y.checked_add(pane.rect.rows)
                } else {
                    pane.rect.y.checked_sub(1)
                };
                if label_row == Some(wy)
                    && let Some(label) = pane.label
                {
                    let mut strip =
                        Strip { row, book, left, cols: seen_cols, skip, ground: None, reversed: false };
                    label.draw(&mut strip, 0, pane.rect.cols);
                }
                continue;
            };
            let mut strip = Strip { row, book, left, cols: seen_cols, skip, ground, reversed };
            strip.ground();
            match pane.mode {
                Some((mode, sight)) => mode.draw(py, &sight, &mut strip),
                None => {
                    let view = pane.screen.row(py);
                    strip.screen_row(&view);
                    if pane.rect.cols == cols && skip == 0 && left == 0 {
                        row.set_wrapped(view.wrapped());
                    }
                }
            }
            if let Some(pictures) = self.boxes.iter().find(|pictures| pictures.at == at) {
                let mut strip =
                    Strip { row, book, left, cols: seen_cols, skip, ground: None, reversed: false };
                draw_boxes(&mut strip, pane.screen, pictures.top + u64::from(py), &pictures.placed);
            }
            if let Some((other, active)) = scene.numbers {
                let style = if pane.id == scene.active { active } else { other };
                let mut strip =
                    Strip { row, book, left, cols: seen_cols, skip, ground: None, reversed: false };
                let size = Size { cols: pane.rect.cols, rows: pane.rect.rows };
                draw_number(&mut strip as &mut dyn Canvas, py, size, pane.number, style);
            }
        }
    }

    /// Dots where the viewer is larger than the window with its edge.
    fn paint_outside(&self, wy: u16, row: &mut RowCanvas) {
        let window = self.scene.window;
        let from =
            if wy > window.rows { 0 } else { window.cols.saturating_add(1).saturating_sub(self.offset.x) };
        for x in from..self.scene.surface.cols {
            row.put_char(x, '·', 0);
        }
    }

    /// Where a pane's columns are seen: left column on the surface, columns, columns cut off at the left.
    fn clip(&self, pane: &PaneView<'_>) -> Option<(u16, u16, u16)> {
        let skip = self.offset.x.saturating_sub(pane.rect.x);
        let left = pane.rect.x.saturating_sub(self.offset.x);
        let cols = pane.rect.cols.checked_sub(skip)?.min(self.scene.surface.cols.checked_sub(left)?);
        (cols > 0).then_some((left, cols, skip))
    }
}

fn pane_cursor(pane: &PaneView<'_>) -> Cursor {
    pane.mode.map_or_else(|| pane.screen.cursor(), |(mode, _)| mode.cursor())
}

fn reversed(pane: &PaneView<'_>) -> bool {
    pane.screen.modes() & mode::REVERSE_SCREEN != 0
}

impl PaneSeen {
    fn new(pane: &PaneView<'_>) -> PaneSeen {
        PaneSeen {
            id: pane.id,
            rect: pane.rect,
            alternate: pane.screen.alternate(),
            reversed: reversed(pane),
            ground: pane.ground.clone(),
            label: pane.label.cloned(),
            number: pane.number,
            screen_version: UNSEEN,
            scrolled: pane.screen.scrolled(),
            pictures: pane.screen.pictures_version(),
            boxed: false,
            mode: pane.mode.map(|(mode, _)| (mode.name(), mode.version())),
            rows: vec![UNSEEN; usize::from(pane.rect.rows)],
        }
    }

    /// Whether it is still the same pane in the same place, looking the same way.
    fn is(&self, pane: &PaneView<'_>) -> bool {
        self.id == pane.id
            && self.rect == pane.rect
            && self.alternate == pane.screen.alternate()
            && self.reversed == reversed(pane)
            && self.ground == *pane.ground
            && self.number == pane.number
    }
}
