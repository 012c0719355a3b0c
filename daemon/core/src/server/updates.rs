//! What viewers are sent, and when.
//!
//! A viewer is sent the next update of a surface only when everything before has left for its socket, and no
//! sooner than [`FRAME_MS`] after the last one; the first after a pause goes at once, and so does what the active
//! pane prints first after something was typed (with the pace, an echo took 6 ms; without, a tenth). In between, changes
//! collect in the model, and the next update tells what differs then: a slow viewer skips frames.

use super::{Server, shown::ShownSurface};
use crate::{
    base::{
        geometry::{Rect, Size},
        ids::{PaneId, SessionId, ViewerId},
        instant::Instant,
    },
    boundary::Effect,
    compose::{Cover, PaneView, Surroundings, ViewerScreen, update_pane, update_session},
    formats::expand_time,
    modes::{PaneSight, styled::StyledRow},
    session::{Overlay, Place, Sessions, Surface, SurfaceTarget, Viewer, Within, facts::Sight, style_of},
};
use abide_protocol::message::{ServerMessage, Style, SurfaceNumber, Update, feature};

/// Milliseconds between two updates of a surface: 120 a second, as many as a fast screen shows.
pub const FRAME_MS: u64 = 8;
/// How long a program may hold its screen back (DEC mode 2026) before viewers see it as it is.
pub const HELD_MS_MAX: u64 = 150;
/// History lines that an update of a pane's surface brings along; more are asked for when they are looked at.
const HISTORY_LINES_PER_UPDATE_MAX: u32 = 200;

impl Server {
    /// Sends what may be sent now.
    pub(super) fn send_updates(&mut self) {
        if self.ended {
            return;
        }
        let now = self.model.now.instant;
        let ready: Vec<ViewerId> = self
            .model
            .viewers
            .values()
            .filter(|v| {
                v.drained && v.surfaces.values().any(|s| self.surface_due(s).is_some_and(|at| at <= now))
            })
            .map(|v| v.id)
            .collect();
        for id in ready {
            let due: Vec<SurfaceNumber> = match self.model.viewers.get(&id) {
                Some(viewer) => viewer
                    .surfaces
                    .values()
                    .filter(|s| self.surface_due(s).is_some_and(|at| at <= now))
                    .map(|s| s.number)
                    .collect(),
                None => continue,
            };
            for number in due {
                if let Some(update) = self.compose(id, number) {
                    self.model.push(Effect::TellViewer(id, ServerMessage::Update(update)));
                }
            }
        }
    }

    /// Composes one surface and says what differs from what its viewer has.
    fn compose(&mut self, id: ViewerId, number: SurfaceNumber) -> Option<Update> {
        let now = self.model.now.instant;
        let viewer = self.model.viewers.get_mut(&id)?;
        let shows_pictures = viewer.has(feature::PICTURES);
        let surface = viewer.surfaces.get_mut(&number)?;
        let ShownSurface { screen, around } = self.shown.of(id, surface);
        let stale = std::mem::take(&mut surface.around_stale);
        let bells = std::mem::take(&mut surface.bells);
        let (target, size) = (surface.target, surface.size);
        screen.show_pictures(shows_pictures);
        let model = &self.model;
        let update = match target {
            SurfaceTarget::Pane(pane) => pane_update(model, pane, screen, bells),
            SurfaceTarget::Session(session) => {
                if stale {
                    *around = surroundings(model, id, session, size);
                }
                let overlay = model.viewers.get(&id).and_then(|v| v.overlay.as_ref());
                let cover = cover(model, session, size, overlay);
                update_session(screen, model, session, size, around, &cover, bells)
            }
        };
        let viewer = self.model.viewers.get_mut(&id)?;
        viewer.drained &= update.is_none();
        let surface = viewer.surfaces.get_mut(&number)?;
        surface.dirty = screen.behind();
        if update.is_some() {
            surface.sent_at = Some(now);
        }
        update
    }

    /// When a viewer's next update is due, if it can be sent and there may be one.
    pub(super) fn update_due(&self, viewer: &Viewer) -> Option<Instant> {
        if !viewer.drained {
            return None;
        }
        viewer.surfaces.values().filter_map(|s| self.surface_due(s)).min()
    }

    fn surface_due(&self, surface: &Surface) -> Option<Instant> {
        if !surface.dirty {
            return None;
        }
        let paced = surface.sent_at.map_or(Instant(0), |at| at.after_ms(FRAME_MS));
        let held = |pane: PaneId| {
            self.model.panes.get(&pane).and_then(|p| p.held_since).map(|at| at.after_ms(HELD_MS_MAX))
        };
        let held = match surface.target {
            SurfaceTarget::Pane(pane) => held(pane),
            SurfaceTarget::Session(session) => {
                let window = self.model.sessions.get(&session).and_then(|s| s.current_window());
                let window = window.and_then(|w| self.model.windows.get(&w));
                window.and_then(|w| w.visible().into_iter().filter_map(|(pane, _)| held(pane)).max())
            }
        };
        Some(held.map_or(paced, |held| held.max(paced)))
    }
}

fn pane_update(model: &Sessions, id: PaneId, screen: &mut ViewerScreen, bells: u32) -> Option<Update> {
    let pane = model.panes.get(&id)?;
    let size = pane.screen.size();
    let mode = pane.mode.as_deref().map(|mode| (mode, model.mode_options(id)));
    let day_seconds = model.day_seconds();
    let view = PaneView {
        id,
        rect: Rect { x: 0, y: 0, cols: size.cols, rows: size.rows },
        screen: &pane.screen,
        mode: mode.as_ref().map(|(mode, options)| {
            (*mode, PaneSight { screen: &pane.screen, options, mouse: None, day_seconds })
        }),
        ground: &Style::default(),
        label: None,
        number: 0,
    };
    update_pane(screen, &view, &pane.title, bells, HISTORY_LINES_PER_UPDATE_MAX)
}

fn surroundings(model: &Sessions, viewer: ViewerId, session: SessionId, size: Size) -> Surroundings {
    let mut expand = |format: &str, pane: Option<PaneId>| {
        let sight = Sight { viewer: Some(viewer), jobs: true, ..Sight::of_session(model, session) };
        let sight = match pane {
            Some(pane) => Sight { within: Within::Pane(pane), ..sight.at_pane(pane) },
            None => sight,
        };
        expand_time(format, &sight)
    };
    Surroundings::new(model, session, size, &mut expand)
}

/// What lies over a session's surface.
fn cover(model: &Sessions, session: SessionId, size: Size, overlay: Option<&Overlay>) -> Cover {
    let nothing = Cover::default();
    let Some(overlay) = overlay else { return nothing };
    let options = model.options(Place::Session(Some(session)));
    let style = style_of(&options, "message-style");
    let cols = size.cols;
    match overlay {
        Overlay::Message { text, .. } => {
            let row = crate::compose::status::lay_out(text, cols, &style).row;
            Cover { message: Some(row), ..nothing }
        }
        Overlay::Prompt { prompt, .. } => {
            let command_style = style_of(&options, "message-command-style");
            let (row, x): (StyledRow, u16) = prompt.row(cols, &style, &command_style);
            Cover { message: Some(row), cursor: Some(x), ..nothing }
        }
        Overlay::Confirm { confirm, .. } => {
            let (row, x) = confirm.row(cols, &style);
            Cover { message: Some(row), cursor: Some(x), ..nothing }
        }
        Overlay::Panes { .. } => Cover { numbers: true, ..nothing },
    }
}
