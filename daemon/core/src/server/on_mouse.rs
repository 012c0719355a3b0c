//! The mouse on a surface: what it is on, what key that makes, and what the key is bound to.

use super::Server;
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, ViewerId},
    },
    commands::{Caller, MouseAt},
    compose::{Hit, hit},
    keys::{Click, Code, Key, Mouse, Place as MousePlace, modifier},
    options::style::Range,
    session::{Drag, Place, SurfaceTarget},
};
use abide_protocol::message::{MouseAction, MouseEvent, SurfaceNumber};

/// Presses closer together than that are a double click: tmux's.
const CLICK_MS_MAX: u64 = 300;

/// What the mouse is on.
struct On {
    place: MousePlace,
    /// Index of the window.
    window: Option<u32>,
    pane: Option<PaneId>,
    at: Point,
}

impl Server {
    pub(super) fn on_mouse(&mut self, id: ViewerId, number: SurfaceNumber, event: MouseEvent) {
        let Some(surface) = self.model.viewers.get(&id).and_then(|v| v.surfaces.get(&number)) else { return };
        match surface.target {
            // A pane alone: its program, or the viewer's own scrolling.
            SurfaceTarget::Pane(pane) => {
                self.type_mouse(pane, event, Point { x: event.x, y: event.y });
            }
            SurfaceTarget::Session(session) => {
                if self.model.options(Place::Session(Some(session))).flag("mouse") {
                    self.mouse_on_session(id, number, session, event);
                }
            }
        }
    }

    fn mouse_on_session(
        &mut self,
        id: ViewerId,
        number: SurfaceNumber,
        session: SessionId,
        event: MouseEvent,
    ) {
        let Some(on) = self.under_mouse(id, number, session, event) else { return };
        let now = self.model.now.instant;
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        let Some(surface) = viewer.surfaces.get_mut(&number) else { return };
        let mut pane = on.pane;
        let mut place = on.place;
        let click = match event.action {
            MouseAction::Press => {
                let border = on.place == MousePlace::Border;
                surface.drag = Some(Drag {
                    button: event.button,
                    last: on.at,
                    before: on.at,
                    pane: on.pane,
                    border,
                    resizes: false,
                    moved: false,
                });
                let again = viewer.click.filter(|(at, button, x, y, _)| {
                    now.since_ms(*at) < CLICK_MS_MAX
                        && *button == event.button
                        && (*x, *y) == (event.x, event.y)
                });
                let count = again.map_or(1, |c| c.4 % 3 + 1);
                viewer.click = Some((now, event.button, event.x, event.y, count));
                match count {
                    2 => Click::Double(event.button),
                    3 => Click::Triple(event.button),
                    _ => Click::Down(event.button),
                }
            }
            MouseAction::Drag => {
                // Where it went down has it until it comes up.
                let button = surface.drag.map_or(event.button, |d| d.button);
                if let Some(drag) = &mut surface.drag {
                    drag.before = std::mem::replace(&mut drag.last, on.at);
                    drag.moved = true;
                    if drag.resizes {
                        let before = drag.before;
                        let window = self.model.sessions.get(&session).and_then(|s| s.current_window());
                        if let Some(window) = window {
                            self.model.drag_border(window, before, on.at);
                        }
                        return;
                    }
                    pane = drag.pane;
                    place = if drag.border { MousePlace::Border } else { place };
                    if drag.pane.is_some() {
                        place = MousePlace::Pane;
                    }
                }
                Click::Drag(button)
            }
            MouseAction::Release => {
                let drag = surface.drag.take();
                if let Some(drag) = drag {
                    pane = drag.pane;
                    if drag.border {
                        place = MousePlace::Border;
                    } else if drag.pane.is_some() {
                        place = MousePlace::Pane;
                    }
                }
                let button = drag.map_or(event.button, |d| d.button);
                if drag.is_some_and(|d| d.moved) { Click::DragEnd(button) } else { Click::Up(button) }
            }
            MouseAction::Move => Click::Move,
            MouseAction::WheelUp => Click::WheelUp,
            MouseAction::WheelDown => Click::WheelDown,
        };
        let mouse = Mouse { click, place };
        let in_pane = pane.and_then(|p| self.model.in_pane(p, on.at));
        let mouse_at = MouseAt {
            event,
            session: Some(session),
            window: on.window,
            pane,
            in_pane: in_pane.unwrap_or_default(),
            in_window: on.at,
        };
        let modifiers = [(1, modifier::SHIFT), (2, modifier::META), (4, modifier::CTRL)];
        let modifiers =
            modifiers.iter().filter(|(bit, _)| event.mods & bit != 0).fold(0, |all, (_, m)| all | m);
        let key = Key { modifiers, code: Code::Mouse(mouse) };
        let caller = Caller::key(id, number, &key.to_string(), Some(mouse_at));
        let for_pane = pane.or_else(|| self.pane_of_surface(id, number));
        self.model.mouse_in_pane = in_pane;
        if self.is_bound(id, session, for_pane, key) {
            self.key_for(caller, for_pane, key, &key.into());
        } else if let Some((pane, at)) = pane.zip(in_pane) {
            self.mouse_unbound(&caller, pane, event, at);
        }
        self.model.mouse_in_pane = None;
    }

    /// Whether a mouse key is bound in the table that it would be looked up in. An unbound one ends no prefix.
    fn is_bound(&self, id: ViewerId, session: SessionId, pane: Option<PaneId>, key: Key) -> bool {
        let own = self.model.viewers.get(&id).and_then(|v| v.keys.table.clone());
        let default = self.model.options(Place::Session(Some(session))).text("key-table").to_owned();
        let tables = [own, self.mode_table(pane), Some(default)];
        tables.into_iter().flatten().any(|table| self.model.keys.find(&table, key).is_some())
    }

    /// The mouse does what no key is bound to: it is the mode's, or the program's that asked for it.
    fn mouse_unbound(&mut self, caller: &Caller, pane: PaneId, event: MouseEvent, at: Point) {
        let event = MouseEvent { x: at.x, y: at.y, ..event };
        match self.model.with_mode(pane, |mode, sight| mode.mouse(&event, sight)) {
            Some(actions) => self.mode_wants(caller, pane, actions),
            None => self.type_mouse(pane, event, at),
        }
    }

    fn under_mouse(
        &self,
        id: ViewerId,
        number: SurfaceNumber,
        session: SessionId,
        event: MouseEvent,
    ) -> Option<On> {
        let shown = self.shown.get(id, number)?;
        let found = self.model.sessions.get(&session)?;
        let window = self.model.windows.get(&found.current_window()?)?;
        let at = Point { x: event.x, y: event.y };
        let on = |place, window, pane| Some(On { place, window, pane, at });
        match hit(&shown.screen, &shown.around, window.size(), event.x, event.y) {
            Hit::Status(Range::Left) => on(MousePlace::StatusLeft, Some(found.current), None),
            Hit::Status(Range::Right) => on(MousePlace::StatusRight, Some(found.current), None),
            Hit::Status(Range::Window(index)) => {
                let named = found.windows.get(&index).and_then(|link| self.model.windows.get(&link.window));
                on(MousePlace::Status, Some(index), named.map(|w| w.active))
            }
            Hit::Status(_) => on(MousePlace::Status, Some(found.current), None),
            Hit::StatusDefault => on(MousePlace::StatusDefault, Some(found.current), None),
            Hit::Outside => on(MousePlace::Empty, Some(found.current), None),
            Hit::Window(x, y) => {
                let at = Point { x, y };
                let pane =
                    window.visible().into_iter().find(|(_, rect)| rect.contains(at)).map(|(pane, _)| pane);
                let place = if pane.is_some() { MousePlace::Pane } else { MousePlace::Border };
                Some(On { place, window: Some(found.current), pane, at })
            }
        }
    }
}
