//! A session's surface, from the model.

use super::{
    scene::{PaneView, WindowScene},
    surroundings::Surroundings,
    viewer::ViewerScreen,
    window::update_window,
};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId},
    },
    modes::{ModeOptions, PaneSight, styled::StyledRow},
    options::style::Range,
    session::{Place, Sessions},
};
use abide_protocol::message::{Style, Update};

/// What lies over a surface for one viewer.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cover {
    /// A message, prompt or question, over the first status line.
    pub message: Option<StyledRow>,
    /// Column of the cursor in it, for a prompt.
    pub cursor: Option<u16>,
    /// `display-panes`.
    pub numbers: bool,
}

/// Brings a viewer from what it has to a session's current window; `None` when there is nothing to say.
pub fn update_session(
    viewer: &mut ViewerScreen,
    model: &Sessions,
    session: SessionId,
    surface: Size,
    around: &Surroundings,
    cover: &Cover,
    bells: u32,
) -> Option<Update> {
    let window = model.sessions.get(&session)?.current_window()?;
    let window = model.windows.get(&window)?;
    let plain = Style::default();
    let visible = window.visible();
    let in_mode = |pane: &PaneId| model.panes.get(pane).is_some_and(|p| p.mode.is_some());
    let options: Vec<Option<ModeOptions>> =
        visible.iter().map(|(pane, _)| in_mode(pane).then(|| model.mode_options(*pane))).collect();
    let base = model.options(Place::Window(Some(window.id))).count("pane-base-index", u32::MAX);
    let day_seconds = model.day_seconds();
    let panes: Vec<PaneView<'_>> = visible
        .iter()
        .zip(&options)
        .filter_map(|((id, rect), options)| {
            let pane = model.panes.get(id)?;
            let ground = around.grounds.iter().find(|(p, _)| p == id).map_or(&plain, |(_, ground)| ground);
            Some(PaneView {
                id: *id,
                rect: *rect,
                screen: &pane.screen,
                mode: pane.mode.as_deref().zip(options.as_ref()).map(|(mode, options)| {
                    (mode, PaneSight { screen: &pane.screen, options, mouse: None, day_seconds })
                }),
                ground,
                label: around.labels.iter().find(|(p, _)| p == id).map(|(_, label)| label),
                number: window.pane_position(*id).unwrap_or(0) as u32 + base,
            })
        })
        .collect();
    let scene = WindowScene {
        surface,
        window: window.size(),
        panes: &panes,
        active: window.active,
        border: &around.border,
        status: &around.status.rows,
        status_place: around.status.place,
        message: cover.message.as_ref(),
        message_cursor: cover.cursor,
        numbers: cover.numbers.then_some(&around.numbers),
        labels_below: around.labels_below,
        title: &around.title,
        modes: around.modes,
    };
    update_window(viewer, &scene, bells)
}

/// Where the mouse is on a session's surface.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Hit {
    /// On a status line, on something that has a name there.
    Status(Range),
    /// On a status line, on nothing.
    StatusDefault,
    /// On a cell of the window (which may be a border): column and row of the window.
    Window(u16, u16),
    /// Beside the window.
    Outside,
}

/// What a cell of a session's surface belongs to.
#[must_use]
pub fn hit(viewer: &ViewerScreen, around: &Surroundings, window: Size, x: u16, y: u16) -> Hit {
    use super::scene::StatusPlace;
    let size = viewer.size();
    let status_rows = (around.status.rows.len() as u16).min(size.rows.saturating_sub(1));
    let (status_row, window_row) = match around.status.place {
        StatusPlace::Top if y < status_rows => (Some(y), 0),
        StatusPlace::Top => (None, y - status_rows),
        StatusPlace::Bottom => (y.checked_sub(size.rows - status_rows), y),
    };
    if let Some(row) = status_row {
        let ranges = around.status.ranges.get(usize::from(row)).map_or(&[][..], Vec::as_slice);
        let found = ranges.iter().find(|range| range.from <= x && x < range.to);
        return found.map_or(Hit::StatusDefault, |range| Hit::Status(range.what.clone()));
    }
    let offset = viewer.offset();
    let (x, y) = (x.saturating_add(offset.x), window_row.saturating_add(offset.y));
    if x < window.cols && y < window.rows { Hit::Window(x, y) } else { Hit::Outside }
}
