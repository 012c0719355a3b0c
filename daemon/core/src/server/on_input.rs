//! Keys, pastes and the rest of what a person does, from the surface to a table, a prompt, a mode or the pane.

use super::Server;
use crate::{
    base::{
        geometry::Point,
        ids::{PaneId, SessionId, ViewerId},
    },
    boundary::{Effect, InputMark},
    commands::{Caller, perform},
    keys::{Key, Named, Press, encode_press},
    modes::{Mode, ModeAction, PaneSight},
    session::{KeyState, Overlay, Piece, Place},
};
use abide_protocol::message::{ErrorCode, Input, InputAck, InputEvent, ServerMessage, SurfaceNumber};

/// The table that the prefix key opens.
const PREFIX: &str = "prefix";

impl Server {
    pub(super) fn on_input(&mut self, id: ViewerId, input: Input) {
        let Some(viewer) = self.model.viewers.get(&id) else { return };
        let client = viewer.client();
        if client != 0 && input.seq <= self.clients.handled(client) {
            // Said again because the acknowledgement was lost.
            self.say_acknowledged(id);
            return;
        }
        let number = input.surface;
        let changed = std::mem::take(&mut self.model.changed);
        match viewer.surfaces.get(&number) {
            None => self.no_surface(id, number),
            Some(surface) if surface.read_only => {
                let text = "this surface is only looked at: attach without read_only to type";
                self.refuse(id, ErrorCode::Denied, text, Some(number));
            }
            Some(_) => {
                self.use_surface(id, number);
                // Client 0 is the daemon: whoever says so has no number that could be remembered.
                self.model.mark = (client != 0).then_some(InputMark { client, seq: input.seq });
                for event in input.events {
                    self.on_event(id, number, event);
                }
                self.model.mark = None;
            }
        }
        // What typed or changed something must never happen again, even where a prompt that is open beside it
        // will have to be opened anew.
        let effective = self.model.changed || !self.model.written.is_empty();
        self.model.changed |= changed;
        if let Some(viewer) = self.model.viewers.get_mut(&id) {
            viewer.said = viewer.said.max(input.seq);
        }
        self.acknowledge(id, effective);
    }

    /// Takes note of how far a viewer's input had its full effect, and tells it. Keys of which something is
    /// still to come (after a prefix, in a prompt) have not, unless one of them was `effective`.
    pub(super) fn acknowledge(&mut self, id: ViewerId, effective: bool) {
        let Some(viewer) = self.model.viewers.get(&id) else { return };
        let waits = viewer.keys.waits || viewer.overlay.as_ref().is_some_and(Overlay::asks);
        let (client, said) = (viewer.client(), viewer.said);
        if (waits && !effective) || said == 0 || viewer.acknowledged >= said {
            return;
        }
        self.clients.has_handled(client, said);
        self.say_acknowledged(id);
    }

    fn say_acknowledged(&mut self, id: ViewerId) {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        let seq = match viewer.client() {
            0 => viewer.said,
            client => self.clients.handled(client),
        };
        viewer.acknowledged = seq;
        // After the effects of this turn: once the viewer knows, it has happened.
        self.acknowledgements.push((id, InputAck { seq }));
    }

    /// Tells acknowledgements, once what they acknowledge stands before them among the effects.
    pub(super) fn tell_acknowledgements(&mut self) {
        for (viewer, ack) in std::mem::take(&mut self.acknowledgements) {
            self.model.push(Effect::TellViewer(viewer, ServerMessage::InputAck(ack)));
        }
    }

    /// A surface is used: its size counts from now on where the latest does, its session is the latest.
    fn use_surface(&mut self, id: ViewerId, number: SurfaceNumber) {
        let used = self.model.tick();
        let others = self.model.viewers.values().map(|v| v.surfaces.len()).sum::<usize>() > 1;
        let Some(surface) = self.model.viewers.get_mut(&id).and_then(|v| v.surfaces.get_mut(&number)) else {
            return;
        };
        surface.used = used;
        surface.awaits_echo = true;
        if let Some(session) = self.session_of_surface(id, number) {
            self.model.touch_session(session);
            let window = self.model.sessions.get(&session).and_then(|s| s.current_window());
            if let Some(window) = window.filter(|_| others) {
                self.model.resize_window_to_viewers(window);
            }
        }
    }

    fn on_event(&mut self, id: ViewerId, number: SurfaceNumber, event: InputEvent) {
        match event {
            InputEvent::Key(name) => {
                if let Ok(key) = name.parse::<Key>() {
                    self.on_key(id, number, key);
                }
            }
            InputEvent::Press(press) => {
                if let Some(press) = Press::told(&press) {
                    self.on_press(id, number, &press);
                }
            }
            InputEvent::Paste(text) => self.on_paste(id, number, &text),
            InputEvent::Raw(bytes) => {
                let Some(pane) = self.pane_of_surface(id, number) else { return };
                for pane in self.model.typed_into(pane) {
                    self.model.write_pane(pane, &bytes);
                }
            }
            InputEvent::Mouse(event) => self.on_mouse(id, number, event),
            InputEvent::Focus(focused) => {
                if let Some(viewer) = self.model.viewers.get_mut(&id) {
                    viewer.focused = focused;
                }
                if let Some(pane) = self.pane_of_surface(id, number) {
                    self.model.viewer_focus(pane, focused);
                }
            }
        }
    }

    fn on_paste(&mut self, id: ViewerId, number: SurfaceNumber, text: &[u8]) {
        let Some(viewer) = self.model.viewers.get_mut(&id) else { return };
        let goes_on = text.len() == abide_protocol::limits::INPUT_BYTES_MAX;
        let before = match viewer.client() {
            0 => std::mem::replace(&mut viewer.pasting, goes_on),
            client => self.clients.pastes(client, goes_on),
        };
        let piece = Piece { first: !before, last: !goes_on };
        if self.paste_into_prompt(id, text) {
            return;
        }
        let Some(pane) = self.pane_of_surface(id, number) else { return };
        if self.model.panes.get(&pane).is_some_and(|p| p.mode.is_some()) {
            return;
        }
        // The next daemon must know, or a paste that it is told the rest of would begin anew for the program.
        self.model.changed |= before != goes_on;
        for pane in self.model.typed_into(pane) {
            self.model.paste(pane, text, piece);
        }
    }

    /// A key of the keyboard.
    pub(super) fn on_key(&mut self, id: ViewerId, number: SurfaceNumber, key: Key) {
        self.key_or_press(id, number, key, &key.into());
    }

    /// A key, with all that is known of it. Gives whether the program got it.
    pub(super) fn key_or_press(
        &mut self,
        id: ViewerId,
        number: SurfaceNumber,
        key: Key,
        press: &Press,
    ) -> bool {
        if self.overlay_key(id, number, key) {
            return false;
        }
        let pane = self.pane_of_surface(id, number);
        self.key_for(Caller::key(id, number, &key.to_string(), None), pane, key, press)
    }

    /// Looks a key up for a caller and runs what it is bound to; the pane gets it when nothing is. Gives whether its program
    /// did.
    pub(super) fn key_for(&mut self, caller: Caller, pane: Option<PaneId>, key: Key, press: &Press) -> bool {
        let Some(id) = caller.viewer else { return false };
        let session = self.session_of_surface(id, caller.surface);
        let Some(viewer) = self.model.viewers.get(&id) else { return false };
        let options = self.model.options(Place::Session(session));
        let default = options.text("key-table");
        let is_prefix = [options.key("prefix"), options.key("prefix2")].contains(&Some(key.normal()));
        let repeating = viewer.keys.repeat_until.is_some();
        let entered = viewer.keys.table.clone();
        let mode_table = self.mode_table(pane).filter(|_| entered.is_none());
        let at_rest = entered.is_none() && mode_table.is_none() && !is_prefix && !repeating;
        if at_rest && self.model.keys.find(default, key).is_none() {
            // So it is with most keys by far.
            return self.forward(&caller, pane, key, press);
        }
        let default = default.to_owned();
        let first = entered.clone().or(mode_table).unwrap_or_else(|| default.clone());

        // The prefix opens its table from every other one, and anew while a key of it repeats.
        if is_prefix && (first != PREFIX || repeating) {
            let until = self.model.deadline_by(Place::Server, "prefix-timeout");
            if let Some(viewer) = self.model.viewers.get_mut(&id) {
                viewer.keys = KeyState {
                    table: Some(PREFIX.to_owned()),
                    prefix_until: until,
                    waits: true,
                    ..KeyState::default()
                };
            }
            self.redraw_status(id);
            return false;
        }
        let mut table = first.clone();
        let mut binding = self.model.keys.find(&table, key).cloned();
        if repeating && binding.as_ref().is_none_or(|b| !b.repeat) {
            // A key that does not repeat ends the repeating and counts as if it had never been: the prefix too.
            self.reset_keys(id);
            return self.key_for(caller, pane, key, press);
        }
        if binding.is_none() && table != default {
            self.reset_keys(id);
            table = default;
            binding = self.model.keys.find(&table, key).cloned();
        }
        let Some(binding) = binding else {
            // A key after the prefix that is bound to nothing is eaten.
            return entered.is_none() && self.forward(&caller, pane, key, press);
        };
        match self.repeat_time(id, session).filter(|_| binding.repeat && table == first) {
            Some(ms) => {
                let until = self.model.now.instant.after_ms(ms);
                if let Some(viewer) = self.model.viewers.get_mut(&id) {
                    let table = Some(table);
                    viewer.keys = KeyState { table, repeat_until: Some(until), ..KeyState::default() };
                }
                self.redraw_status(id);
            }
            None => self.reset_keys(id),
        }
        self.queues.script(&mut self.model, caller, binding.script.clone());
        false
    }

    /// The status line may show in which table a viewer's keys are.
    fn redraw_status(&mut self, id: ViewerId) {
        if let Some(viewer) = self.model.viewers.get_mut(&id) {
            for surface in viewer.surfaces.values_mut() {
                surface.dirty = true;
                surface.around_stale = true;
            }
        }
    }

    /// How long a key bound with `-r` keeps its table: `initial-repeat-time` for the first of a row where set.
    fn repeat_time(&self, id: ViewerId, session: Option<SessionId>) -> Option<u64> {
        let options = self.model.options(Place::Session(session));
        let repeating = self.model.viewers.get(&id).is_some_and(|v| v.keys.repeat_until.is_some());
        let initial = options.count("initial-repeat-time", u32::MAX);
        let ms = if repeating || initial == 0 { options.count("repeat-time", u32::MAX) } else { initial };
        (ms > 0).then_some(u64::from(ms))
    }

    pub(super) fn mode_table(&self, pane: Option<PaneId>) -> Option<String> {
        let pane = pane?;
        let mode = self.model.panes.get(&pane)?.mode.as_deref()?;
        mode.key_table(&self.model.mode_options(pane)).map(str::to_owned)
    }

    /// A key that is bound to nothing: for the pane's mode, else for its program. Gives whether that got it.
    fn forward(&mut self, caller: &Caller, pane: Option<PaneId>, key: Key, press: &Press) -> bool {
        let Some(pane) = pane else { return false };
        let in_mode = |mode: &mut dyn Mode, sight: &PaneSight<'_>| mode.key(&key.to_string(), sight);
        if let Some(actions) = self.model.with_mode(pane, in_mode) {
            self.mode_wants(caller, pane, actions);
            return false;
        }
        self.type_press(pane, press);
        true
    }

    /// Carries out what a pane's mode wants.
    pub(super) fn mode_wants(&mut self, caller: &Caller, pane: PaneId, actions: Vec<ModeAction>) {
        self.mark_dirty(pane);
        for text in perform(&mut self.model, caller, pane, actions) {
            let caller = Caller { pane: Some(pane), key: None, mouse: None, ..caller.clone() };
            self.queues.text(&mut self.model, caller, &text);
        }
    }

    /// Types a key into a pane's program, and into those that are typed into together with it.
    pub(super) fn type_press(&mut self, pane: PaneId, press: &Press) {
        for pane in self.model.typed_into(pane) {
            if let Some(bytes) = encode_press(press, self.model.key_modes(pane)) {
                self.model.write_pane(pane, &bytes);
            }
        }
        if !press.is_release()
            && !press.is_modifier()
            && self.model.panes.get(&pane).is_some_and(|p| p.is_dead())
            && self.model.options(Place::Pane(pane)).text("remain-on-exit") == "key"
            && press.key() != Some(Key::named(Named::Any))
        {
            self.model.kill_pane(pane);
        }
    }

    /// The mouse in a pane whose program asked for it: `at` in cells of the pane.
    pub fn type_mouse(&mut self, pane: PaneId, event: abide_protocol::message::MouseEvent, at: Point) {
        let event = abide_protocol::message::MouseEvent { x: at.x, y: at.y, ..event };
        let Some(bytes) = self.model.panes.get(&pane).and_then(|p| p.mouse_bytes(event)) else { return };
        for pane in self.model.typed_into(pane) {
            self.model.write_pane(pane, &bytes);
        }
    }
}
