//! From the model to records.

use super::record::{
    BindingRecord, MomentRecord, PaneRecord, SessionRecord, StateRecord, StoredOrigin, StructureRecord,
    VERSION, VariableRecord, WindowRecord,
};
use crate::{
    base::{ids::PaneId, instant::Now},
    boundary::{COMMANDS, ExitStatus, Program},
    keys::KeyTables,
    session::{Environment, Origin, Pane, PaneState, Session, Sessions, Window},
};
use serde_bytes::ByteBuf;

/// Bytes of paste buffers that a structure record takes along, newest first.
const BUFFERS_BYTES_MAX: usize = 256 * 1024;

pub(super) fn moment(at: Now) -> MomentRecord {
    (at.instant.0, at.wall_seconds, at.zone_seconds)
}

fn variables(environment: &Environment) -> Vec<VariableRecord> {
    environment.iter().map(|(name, v)| (name.to_owned(), v.value.clone(), v.hidden)).collect()
}

/// A session as a record.
pub(super) fn session(from: &Session) -> SessionRecord {
    SessionRecord {
        id: from.id.0,
        cwd: from.cwd.clone(),
        name: from.name.clone(),
        used: from.used,
        last: from.last.iter().map(|w| w.0).collect(),
        links: from
            .windows
            .iter()
            .map(|(index, link)| {
                let alerts = link.alerts;
                (*index, link.window.0, alerts.bell, alerts.activity, alerts.silence)
            })
            .collect(),
        current: from.current,
        created: moment(from.created),
        options: from.options.clone(),
        activity: moment(from.activity),
        attached: from.attached.map(moment),
        environment: variables(&from.environment),
    }
}

/// A window as a record.
pub(super) fn window(from: &Window) -> WindowRecord {
    WindowRecord {
        id: from.id.0,
        last: from.last.iter().map(|p| p.0).collect(),
        name: from.name.clone(),
        active: from.active.0,
        layout: from.layout.text(),
        shares: from.layout.shares(),
        zoomed: from.zoomed.is_some(),
        created: moment(from.created),
        options: from.options.clone(),
        activity: moment(from.activity),
        manual_size: from.manual_size.map(|s| (s.cols, s.rows)),
    }
}

/// A pane as a record, without its screen.
pub(super) fn pane(from: &Pane) -> PaneRecord {
    let state = match from.state {
        PaneState::Starting => StateRecord::Starting,
        PaneState::Running => StateRecord::Running,
        PaneState::Empty => StateRecord::Empty,
        PaneState::Dead { status, at } => match status {
            ExitStatus::Code(code) => StateRecord::Dead(Some(code), None, moment(at)),
            ExitStatus::Signal(signal) => StateRecord::Dead(None, Some(signal), moment(at)),
            ExitStatus::Unknown => StateRecord::Dead(None, None, moment(at)),
        },
    };
    let size = from.screen.size();
    let environment =
        if from.state == PaneState::Starting { from.program.environment.clone() } else { Vec::new() };
    PaneRecord {
        id: from.id.0,
        cwd: from.start_cwd.clone(),
        pid: from.pid,
        tty: from.tty.clone(),
        size: (size.cols, size.rows),
        state,
        title: from.title.clone(),
        window: from.window.0,
        options: from.options.clone(),
        command: from.process.command.clone(),
        program: Program { environment, ..from.program.clone() },
        input_off: from.input_off,
        active_point: from.active_point,
        typed_early: from
            .typed_early
            .iter()
            .map(|(mark, bytes)| (mark.client, mark.seq, ByteBuf::from(bytes.clone())))
            .chain(from.retype.iter().map(|retype| (COMMANDS, 0, ByteBuf::from(retype.keys()))))
            .collect(),
    }
}

/// The bindings that are not as a new server has them.
pub(crate) fn bindings(keys: &KeyTables) -> Vec<BindingRecord> {
    let fresh = KeyTables::new();
    let mut out = Vec::new();
    for (table, bindings) in keys.iter() {
        for (key, binding) in bindings.iter() {
            if fresh.table(table).and_then(|t| t.get(key)) != Some(binding) {
                out.push(BindingRecord {
                    key: key.to_string(),
                    note: binding.note.clone(),
                    table: table.to_owned(),
                    script: Some(binding.script.to_string()),
                    repeat: binding.repeat,
                });
            }
        }
    }
    for (table, bindings) in fresh.iter() {
        for (key, _) in bindings.iter() {
            if keys.table(table).is_none_or(|t| t.get(key).is_none()) {
                let note = String::new();
                out.push(BindingRecord {
                    key: key.to_string(),
                    note,
                    table: table.to_owned(),
                    script: None,
                    repeat: false,
                });
            }
        }
    }
    out
}

/// The whole model without screens. `bindings` are those of its key tables.
pub(crate) fn structure(
    model: &Sessions,
    bindings: Vec<BindingRecord>,
    inputs: Vec<(u64, u64)>,
    pasting: Vec<u64>,
    plan: &super::Plan,
) -> StructureRecord {
    let mut room = BUFFERS_BYTES_MAX;
    let buffers = model.buffers.iter().map_while(|b| {
        room = room.checked_sub(b.data.len())?;
        Some((b.name.clone(), b.automatic, ByteBuf::from(b.data.clone()), moment(b.created)))
    });
    let counters = model.counters;
    StructureRecord {
        version: VERSION,
        counters: (counters.session, counters.window, counters.pane, counters.use_clock),
        sessions: model.sessions.values().map(session).collect(),
        windows: model.windows.values().map(window).collect(),
        panes: model.panes.values().map(pane).collect(),
        options: (model.server_options.clone(), model.session_options.clone(), model.window_options.clone()),
        bindings,
        environment: variables(&model.environment),
        buffers: buffers.collect(),
        marked: model.marked.map(|p| p.0),
        inputs,
        pasting,
        writes: model
            .settling
            .iter()
            .map(|(pane, mark, bytes)| (pane.0, mark.client, mark.seq, ByteBuf::from(bytes.clone())))
            .collect(),
        stored: plan.stored().into_iter().chain(model.arriving.iter().copied()).collect(),
        stored_sessions: plan.stored_sessions(),
        had_sessions: model.had_sessions,
        origins: model
            .origins
            .iter()
            .map(|(id, origin)| (id.0, origin.space.clone(), origin.session.0, numbers(&origin.panes)))
            .collect(),
        revived: model
            .panes
            .values()
            .filter(|pane| pane.state == PaneState::Starting)
            .filter_map(|pane| Some((pane.id.0, moment(pane.revived_from?))))
            .collect(),
    }
}

fn numbers(panes: &[PaneId]) -> Vec<u32> {
    panes.iter().map(|pane| pane.0).collect()
}

/// Where a session came from, as the store has it.
pub(super) fn origin(from: &Origin) -> StoredOrigin {
    StoredOrigin {
        version: VERSION,
        space: from.space.clone(),
        session: from.session.0,
        panes: numbers(&from.panes),
    }
}
