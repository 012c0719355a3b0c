//! Connections: greeting, attaching, and what is asked beside input and commands.

use super::Server;
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, ViewerId},
    },
    boundary::Effect,
    session::{KeyState, Look, Overlay, SurfaceTarget, Viewer},
};
use abide_protocol::{
    limits::HISTORY_LINES_MAX,
    message::{
        Attach, ClientMessage, DetachReason, ErrorCode, ErrorNotice, Event, GetHistory, Hello, History,
        Refused, ServerMessage, SurfaceKind, SurfaceNumber, Welcome, feature,
    },
    version::SPOKEN,
};
use std::collections::BTreeMap;

impl Server {
    pub(super) fn on_joined(&mut self, id: ViewerId) {
        let now = self.model.now;
        let viewer = Viewer {
            id,
            hello: None,
            version: 0,
            created: now,
            activity: now,
            surfaces: BTreeMap::new(),
            keys: KeyState::default(),
            overlay: None,
            watches: false,
            drained: true,
            focused: true,
            pasting: false,
            eaten: Vec::new(),
            said: 0,
            acknowledged: 0,
            click: None,
        };
        self.model.viewers.insert(id, viewer);
    }

    pub(super) fn on_gone(&mut self, id: ViewerId) {
        let waits = match self.model.viewers.get_mut(&id).and_then(|v| v.overlay.take()) {
            Some(
                Overlay::Prompt { waits, .. } | Overlay::Confirm { waits, .. } | Overlay::Panes { waits, .. },
            ) => waits,
            _ => None,
        };
        self.prompt_ended(waits, false);
        self.queues.viewer_gone(id);
        self.model.viewer_gone(id);
    }

    pub(super) fn on_drained(&mut self, id: ViewerId) {
        if let Some(viewer) = self.model.viewers.get_mut(&id) {
            viewer.drained = true;
        }
    }

    pub(super) fn on_said(&mut self, id: ViewerId, message: ClientMessage) {
        let now = self.model.now;
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        viewer.activity = now;
        let greeted = viewer.hello.is_some();
        match message {
            ClientMessage::Hello(hello) if !greeted => self.on_hello(id, hello),
            ClientMessage::Hello(_) => self.refuse(id, ErrorCode::OutOfOrder, "hello was said already", None),
            _ if !greeted => self.refuse(id, ErrorCode::OutOfOrder, "hello comes first", None),
            ClientMessage::Attach(attach) => self.on_attach(id, attach),
            ClientMessage::Detach(detach) => {
                self.model.detach_surface(id, detach.surface, DetachReason::Detached, "");
            }
            ClientMessage::Input(input) => self.on_input(id, input),
            ClientMessage::Resize(resize) => {
                let size = Size::new(resize.size.cols, resize.size.rows);
                if !self.model.resize_surface(id, resize.surface, size) {
                    self.no_surface(id, resize.surface);
                }
            }
            ClientMessage::GetHistory(request) => self.on_history(id, request),
            ClientMessage::GetPicture(request) => self.on_get_picture(id, request),
            ClientMessage::Features(told) => self.on_features(id, told.features),
            ClientMessage::Command(command) => self.queues.command(&mut self.model, id, &command),
            ClientMessage::CommandInput(input) => self.on_command_input(id, input),
            ClientMessage::Watch(watch) => {
                if let Some(viewer) = self.model.viewers.get_mut(&id) {
                    viewer.watches = watch.topology;
                }
                if watch.topology {
                    self.tell_topology(Some(id));
                }
            }
            ClientMessage::Ping(ping) => self.model.push(Effect::TellViewer(id, ServerMessage::Pong(ping))),
        }
    }

    fn on_hello(&mut self, id: ViewerId, hello: Hello) {
        if let Some(why) = &self.draining {
            let text = format!("the server is ending ({why}) and saves its sessions: try again in a moment");
            let refused = Refused { text, versions: SPOKEN };
            self.model.push(Effect::TellViewer(id, ServerMessage::Refused(refused)));
            self.model.push(Effect::DismissViewer(id));
            return;
        }
        let Some(version) = SPOKEN.settle(hello.versions) else {
            let text = format!(
                "this server speaks protocol versions {} to {}, this client {} to {}: update the older of them",
                SPOKEN.min, SPOKEN.max, hello.versions.min, hello.versions.max
            );
            let refused = Refused { text, versions: SPOKEN };
            self.model.push(Effect::TellViewer(id, ServerMessage::Refused(refused)));
            self.model.push(Effect::DismissViewer(id));
            return;
        };
        let welcome = Welcome {
            pid: self.model.facts.pid,
            epoch: self.model.facts.epoch,
            input: self.clients.handled(hello.client),
            version,
            features: hello.features.iter().filter(|f| feature::ALL.contains(&f.as_str())).cloned().collect(),
            software: concat!("abide ", env!("CARGO_PKG_VERSION")).to_owned(),
        };
        if let Some(viewer) = self.model.viewers.get_mut(&id) {
            viewer.version = version;
            viewer.hello = Some(hello);
        }
        self.model.push(Effect::TellViewer(id, ServerMessage::Welcome(welcome)));
    }

    fn on_attach(&mut self, id: ViewerId, attach: Attach) {
        let target = match attach.kind {
            SurfaceKind::Session => self.named_session(&attach.target).map(SurfaceTarget::Session),
            SurfaceKind::Pane => PaneId::parse(&attach.target)
                .filter(|p| self.model.panes.contains_key(p))
                .map(SurfaceTarget::Pane),
        };
        let Some(target) = target else {
            let what = if attach.kind == SurfaceKind::Pane { "pane" } else { "session" };
            let text = format!("can't find {what}: {}", crate::session::plain(&attach.target));
            self.refuse(id, ErrorCode::NotFound, &text, Some(attach.surface));
            return;
        };
        let size = Size::new(attach.size.cols, attach.size.rows);
        let look = Look { target, size, sizes: attach.resize, read_only: attach.read_only };
        match self.model.attach(id, attach.surface, look) {
            Ok(()) => self.tell_of_upgrade(id),
            Err(why) => self.refuse(id, ErrorCode::NotFound, &why, Some(attach.surface)),
        }
    }

    /// A session by `$N`, `=name`, name, or the beginning of one name; the one used last for an empty text.
    fn named_session(&self, target: &str) -> Option<SessionId> {
        if target.is_empty() {
            return self.model.latest_session(false);
        }
        if let Some(id) = SessionId::parse(target) {
            return self.model.sessions.contains_key(&id).then_some(id);
        }
        let exact = target.strip_prefix('=');
        if let Some(found) = self.model.session_named(exact.unwrap_or(target)) {
            return Some(found);
        }
        let mut beginning =
            self.model.sessions.values().filter(|s| exact.is_none() && s.name.starts_with(target));
        let first = beginning.next()?.id;
        beginning.next().is_none().then_some(first)
    }

    fn on_history(&mut self, id: ViewerId, request: GetHistory) {
        let Some(viewer) = self.model.viewers.get(&id) else { return };
        let surface = viewer.surfaces.get(&request.surface);
        let Some(surface) = surface else { return self.no_surface(id, request.surface) };
        let SurfaceTarget::Pane(pane) = surface.target else {
            let text = "history is asked for on a pane's surface";
            return self.refuse(id, ErrorCode::Unsupported, text, Some(request.surface));
        };
        if !self.model.panes.contains_key(&pane) {
            return self.no_surface(id, request.surface);
        }
        let request = GetHistory { count: request.count.min(HISTORY_LINES_MAX), ..request };
        if !self.history_request_waits(id, &request, pane) {
            self.tell_history(id, request);
        }
    }

    /// Answers a request for history with what is in memory.
    pub(super) fn tell_history(&mut self, id: ViewerId, request: GetHistory) {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        let Some(surface) = viewer.surfaces.get_mut(&request.surface) else { return };
        let SurfaceTarget::Pane(pane) = surface.target else { return };
        let Some(pane) = self.model.panes.get(&pane) else { return self.no_surface(id, request.surface) };
        let lines =
            self.shown.of(id, surface).screen.history_lines(&pane.screen, request.first, request.count);
        let range = pane.screen.history();
        let history = History {
            id: request.id,
            end: range.end,
            rows: lines.rows,
            first: lines.first,
            start: range.start,
            styles: lines.styles,
            surface: request.surface,
            generation: range.generation,
        };
        self.model.push(Effect::TellViewer(id, ServerMessage::History(history)));
    }

    /// The pane that keys on a surface are for.
    pub(super) fn pane_of_surface(&self, id: ViewerId, number: SurfaceNumber) -> Option<PaneId> {
        match self.model.viewers.get(&id)?.surfaces.get(&number)?.target {
            SurfaceTarget::Session(session) => self.model.active_pane(session),
            SurfaceTarget::Pane(pane) => Some(pane),
        }
    }

    /// The session that a surface shows, or that its pane is in.
    pub(super) fn session_of_surface(&self, id: ViewerId, number: SurfaceNumber) -> Option<SessionId> {
        match self.model.viewers.get(&id)?.surfaces.get(&number)?.target {
            SurfaceTarget::Session(session) => Some(session),
            SurfaceTarget::Pane(pane) => self.model.session_of_pane(pane),
        }
    }

    pub(super) fn no_surface(&mut self, id: ViewerId, number: SurfaceNumber) {
        self.refuse(id, ErrorCode::NotFound, &format!("surface {number} is not looked at"), Some(number));
    }

    pub(super) fn refuse(
        &mut self,
        id: ViewerId,
        code: ErrorCode,
        text: &str,
        surface: Option<SurfaceNumber>,
    ) {
        let notice = ErrorNotice { code, text: text.to_owned(), surface };
        self.model.push(Effect::TellViewer(id, ServerMessage::Error(notice)));
    }

    /// Tells those who watch, or one of them, what there is.
    pub(super) fn tell_topology(&mut self, only: Option<ViewerId>) {
        let watching = self.model.viewers.values().filter(|v| v.watches && only.is_none_or(|o| o == v.id));
        let watching: Vec<ViewerId> = watching.map(|v| v.id).collect();
        if watching.is_empty() {
            return;
        }
        let topology = crate::wire::topology(&self.model);
        for viewer in watching {
            let event = Event::Topology(topology.clone());
            self.model.push(Effect::TellViewer(viewer, ServerMessage::Event(event)));
        }
    }
}
