//! Viewers that begin and end to look at things.

use super::{
    Overlay, Sessions,
    settings::Place,
    viewer::{Surface, SurfaceTarget},
};
use crate::{
    base::{
        geometry::Size,
        ids::{SessionId, ViewerId},
    },
    boundary::Effect,
};
use abide_protocol::{
    limits::SURFACES_PER_VIEWER_MAX,
    message::{Attached, DetachReason, Detached, ServerMessage, SurfaceKind, SurfaceNumber},
};

/// How a surface is to be looked at.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// What.
    pub target: SurfaceTarget,
    /// Size at the viewer's end.
    pub size: Size,
    /// Whether that size counts.
    pub sizes: bool,
    /// Whether input is refused.
    pub read_only: bool,
}

impl Sessions {
    /// A viewer looks at something from now on; a surface that it had under that number is replaced.
    ///
    /// # Errors
    /// When what it names is gone, or it looks at too many things.
    pub fn attach(&mut self, viewer: ViewerId, number: SurfaceNumber, look: Look) -> Result<(), String> {
        let session = match look.target {
            SurfaceTarget::Session(session) => Some(session),
            SurfaceTarget::Pane(pane) => self.session_of_pane(pane),
        };
        let Some(session) = session.filter(|s| self.sessions.contains_key(s)) else {
            return Err("no such session or pane".to_owned());
        };
        let used = self.tick();
        let now = self.now;
        let Some(found) = self.viewers.get_mut(&viewer) else { return Err("no such viewer".to_owned()) };
        if found.surfaces.len() >= SURFACES_PER_VIEWER_MAX && !found.surfaces.contains_key(&number) {
            return Err(format!("too many surfaces: at most {SURFACES_PER_VIEWER_MAX}"));
        }
        let surface = Surface {
            number,
            target: look.target,
            size: look.size,
            sizes: look.sizes,
            read_only: look.read_only,
            whole: true,
            around_stale: true,
            sent_at: None,
            dirty: true,
            bells: 0,
            awaits_echo: false,
            used,
            drag: None,
            last_session: None,
        };
        found.surfaces.insert(number, surface);
        if let SurfaceTarget::Session(_) = look.target {
            self.touch_session(session);
            if let Some(session) = self.sessions.get_mut(&session) {
                session.attached = Some(now);
                let current = session.current;
                if let Some(link) = session.windows.get_mut(&current) {
                    link.alerts = super::Alerts::default();
                }
            }
        }
        self.status_restarts = true;
        self.say_attached(viewer, number);
        self.resize_windows_to_viewers();
        self.topology_changed = true;
        Ok(())
    }

    fn say_attached(&mut self, viewer: ViewerId, number: SurfaceNumber) {
        let Some(surface) = self.viewers.get(&viewer).and_then(|v| v.surfaces.get(&number)) else { return };
        let (kind, pane, session) = match surface.target {
            SurfaceTarget::Session(session) => (SurfaceKind::Session, String::new(), Some(session)),
            SurfaceTarget::Pane(pane) => (SurfaceKind::Pane, pane.to_string(), self.session_of_pane(pane)),
        };
        let session_name =
            session.and_then(|s| self.sessions.get(&s)).map_or(String::new(), |s| s.name.clone());
        let session = session.map_or(String::new(), |s| s.to_string());
        let escape_time_ms =
            u16::try_from(self.options(Place::Server).number("escape-time").clamp(0, 60_000)).unwrap_or(0);
        let attached = Attached {
            kind,
            pane,
            session,
            surface: number,
            read_only: surface.read_only,
            session_name,
            escape_time_ms,
        };
        self.push(Effect::TellViewer(viewer, ServerMessage::Attached(attached)));
    }

    /// A viewer looks at something no more. `exec` takes the client's place (`detach-client -E`).
    pub fn detach_surface(
        &mut self,
        viewer: ViewerId,
        number: SurfaceNumber,
        reason: DetachReason,
        exec: &str,
    ) {
        let Some(found) = self.viewers.get_mut(&viewer) else { return };
        let Some(surface) = found.surfaces.remove(&number) else { return };
        if found.session_surface().is_none() {
            found.overlay = None;
        }
        let session = match surface.target {
            SurfaceTarget::Session(session) => Some(session),
            SurfaceTarget::Pane(pane) => self.session_of_pane(pane),
        };
        let name = session.and_then(|s| self.sessions.get(&s)).map_or(String::new(), |s| s.name.clone());
        let detached = Detached { name, exec: exec.to_owned(), note: String::new(), reason, surface: number };
        self.push(Effect::TellViewer(viewer, ServerMessage::Detached(detached)));
        self.looked_away(surface.target);
    }

    /// What follows when a surface is no longer looked at.
    fn looked_away(&mut self, target: SurfaceTarget) {
        self.resize_windows_to_viewers();
        self.topology_changed = true;
        self.detached = true;
        if let SurfaceTarget::Session(session) = target
            && self.sessions.contains_key(&session)
            && self.attached(session).next().is_none()
            && matches!(
                self.options(Place::Session(Some(session))).text("destroy-unattached"),
                "on" | "1" | "yes"
            )
        {
            self.kill_session(session);
        }
    }

    /// A connection has ended.
    pub fn viewer_gone(&mut self, viewer: ViewerId) {
        let Some(gone) = self.viewers.remove(&viewer) else { return };
        self.forget_format_jobs(viewer);
        for surface in gone.surfaces.values() {
            self.looked_away(surface.target);
        }
    }

    /// A surface follows another session from now on (`switch-client`).
    pub fn switch_surface(&mut self, viewer: ViewerId, number: SurfaceNumber, session: SessionId) {
        if !self.sessions.contains_key(&session) {
            return;
        }
        let used = self.tick();
        let Some(surface) = self.viewers.get_mut(&viewer).and_then(|v| v.surfaces.get_mut(&number)) else {
            return;
        };
        let before = surface.target;
        surface.target = SurfaceTarget::Session(session);
        surface.used = used;
        surface.dirty = true;
        surface.around_stale = true;
        surface.drag = None;
        if let SurfaceTarget::Session(before) = before
            && before != session
        {
            surface.last_session = Some(before);
        }
        self.status_restarts = true;
        self.touch_session(session);
        let now = self.now;
        if let Some(session) = self.sessions.get_mut(&session) {
            session.attached = Some(now);
        }
        self.say_attached(viewer, number);
        self.looked_away(before);
    }

    /// A surface has another size at the viewer's end.
    pub fn resize_surface(&mut self, viewer: ViewerId, number: SurfaceNumber, size: Size) -> bool {
        let used = self.tick();
        let Some(surface) = self.viewers.get_mut(&viewer).and_then(|v| v.surfaces.get_mut(&number)) else {
            return false;
        };
        surface.size = size;
        surface.used = used;
        surface.dirty = true;
        surface.around_stale = true;
        self.resize_windows_to_viewers();
        true
    }

    /// Shows a line over a viewer's status line for `display-time`; a page or program hears it as an event.
    pub fn show_message(&mut self, viewer: ViewerId, text: &str) {
        let text = super::plain(text);
        self.note(&text);
        let Some(session) = self.viewers.get(&viewer).and_then(super::Viewer::session) else {
            let event = abide_protocol::message::Event::Message(text);
            self.push(Effect::TellViewer(viewer, ServerMessage::Event(event)));
            return;
        };
        let time = self.options(Place::Session(Some(session))).number("display-time");
        let until = u64::try_from(time).ok().filter(|ms| *ms > 0).map(|ms| self.now.instant.after_ms(ms));
        self.set_overlay(viewer, Some(Overlay::Message { text, until }));
    }

    /// Puts something over a viewer's status line, or takes it away.
    pub fn set_overlay(&mut self, viewer: ViewerId, overlay: Option<Overlay>) {
        if let Some(viewer) = self.viewers.get_mut(&viewer) {
            viewer.overlay = overlay;
            for surface in viewer.surfaces.values_mut() {
                surface.dirty = true;
            }
        }
    }

    /// Everything may look different: surfaces are composed again, and what surrounds their panes is made
    /// again. What then is as before is not sent.
    pub fn redraw(&mut self) {
        for surface in self.viewers.values_mut().flat_map(|v| v.surfaces.values_mut()) {
            surface.dirty = true;
            surface.around_stale = true;
        }
    }
}
