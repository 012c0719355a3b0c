//! From records to the model. Records come from disk or from a daemon that died: each is checked, and what
//! makes no sense is left out with a notice instead of taking the rest along.

use super::record::{
    BindingRecord, MomentRecord, PaneRecord, Probe, SessionRecord, StateRecord, StructureRecord, VERSION,
    VariableRecord, WindowRecord,
};
use crate::{
    base::{
        geometry::Size,
        ids::{PaneId, SessionId, WindowId},
        instant::{Instant, Now},
        limits::{PANES_MAX, SESSIONS_MAX, WINDOWS_MAX},
    },
    boundary::{COMMANDS, ExitStatus, InputMark, ProcessFacts},
    keys::{Binding, KeyTables},
    language::{Bare, parse},
    layout::Layout,
    screen::Screen,
    session::{
        Alerts, Environment, Origin, Pane, PaneState, Retype, Session, Sessions, Variable, Window, Winlink,
        tidy,
    },
};
use abide_protocol::codec::decode_record;
use serde::de::DeserializeOwned;

/// Decodes a record of a version that this program reads.
///
/// # Errors
/// When it is of a later version or makes no sense.
pub(crate) fn decode<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, String> {
    let version = decode_record::<Probe>(bytes).map_err(|e| e.to_string())?.version;
    if version == 0 || version > VERSION {
        return Err(format!("version {version} of the record is not known here (1 to {VERSION} are)"));
    }
    decode_record(bytes).map_err(|e| e.to_string())
}

pub(super) fn now(at: MomentRecord) -> Now {
    Now { instant: Instant(at.0), wall_seconds: at.1, zone_seconds: at.2 }
}

fn environment(variables: &[VariableRecord]) -> Environment {
    let mut out = Environment::default();
    for (name, value, hidden) in variables {
        out.put(name, Variable { value: value.clone(), hidden: *hidden });
    }
    out
}

/// A session from its record.
pub(super) fn session(from: &SessionRecord) -> Session {
    Session {
        id: SessionId(from.id),
        name: tidy(&from.name),
        windows: from
            .links
            .iter()
            .map(|(index, window, bell, activity, silence)| {
                let alerts = Alerts { bell: *bell, activity: *activity, silence: *silence };
                (*index, Winlink { window: WindowId(*window), alerts })
            })
            .collect(),
        current: from.current,
        last: from.last.iter().map(|w| WindowId(*w)).collect(),
        created: now(from.created),
        activity: now(from.activity),
        attached: from.attached.map(now),
        used: from.used,
        options: from.options.clone(),
        environment: environment(&from.environment),
        cwd: from.cwd.clone(),
    }
}

/// A window from its record.
///
/// # Errors
/// When its layout makes no sense.
pub(super) fn window(from: &WindowRecord) -> Result<Window, String> {
    let mut layout = Layout::parse_own(&from.layout)?;
    layout.set_shares(&from.shares);
    let panes = layout.panes();
    let active = PaneId(from.active);
    let active =
        if panes.contains(&active) { active } else { *panes.first().ok_or("no pane in the layout")? };
    Ok(Window {
        id: WindowId(from.id),
        name: tidy(&from.name),
        active,
        last: from.last.iter().map(|p| PaneId(*p)).collect(),
        zoomed: (from.zoomed && panes.len() > 1).then_some(active),
        layout,
        options: from.options.clone(),
        created: now(from.created),
        activity: now(from.activity),
        manual_size: from.manual_size.map(|(cols, rows)| Size::new(cols, rows)),
        silence_due: None,
        layout_before: None,
        preset: None,
    })
}

/// Whether that is a line that waits for a prompt.
fn waits(early: &(u64, u64, serde_bytes::ByteBuf)) -> bool {
    (early.0, early.1) == (COMMANDS, 0)
}

/// A pane from its record, with an empty screen.
pub(super) fn pane(from: &PaneRecord, history_lines_max: u32, at: Instant) -> Pane {
    let state = match from.state {
        StateRecord::Starting => PaneState::Starting,
        StateRecord::Running => PaneState::Running,
        StateRecord::Empty => PaneState::Empty,
        StateRecord::Dead(code, signal, when) => PaneState::Dead {
            status: match (code, signal) {
                (Some(code), _) => ExitStatus::Code(code),
                (None, Some(signal)) => ExitStatus::Signal(signal),
                (None, None) => ExitStatus::Unknown,
            },
            at: now(when),
        },
    };
    Pane {
        id: PaneId(from.id),
        window: WindowId(from.window),
        screen: Screen::new(Size::new(from.size.0, from.size.1), history_lines_max),
        state,
        program: from.program.clone(),
        start_cwd: from.cwd.clone(),
        title: tidy(&from.title),
        shell_line: String::new(),
        retype: from
            .typed_early
            .iter()
            .find(|e| waits(e))
            .and_then(|(_, _, keys)| Retype::still(keys, from.state == StateRecord::Running, at)),
        tty: from.tty.clone(),
        pid: from.pid,
        process: ProcessFacts { command: from.command.clone(), ..ProcessFacts::default() },
        process_due: None,
        process_asked: at,
        mode: None,
        options: from.options.clone(),
        input_off: from.input_off,
        pty_size: None,
        typed_early: from
            .typed_early
            .iter()
            .filter(|early| !waits(early))
            .map(|(client, seq, bytes)| (InputMark { client: *client, seq: *seq }, bytes.to_vec()))
            .collect(),
        revived_from: None,
        output_offset: 0,
        replied_offset: 0,
        held_since: None,
        output_at: at,
        active_point: from.active_point,
    }
}

/// Where a session came from.
pub(super) fn origin(space: &str, session: u32, panes: &[u32]) -> Origin {
    Origin {
        space: space.to_owned(),
        session: SessionId(session),
        panes: panes.iter().map(|pane| PaneId(*pane)).collect(),
    }
}

/// Key tables with the changes of the records.
pub(super) fn keys(changes: &[BindingRecord], notices: &mut Vec<String>) -> KeyTables {
    let mut keys = KeyTables::new();
    for change in changes {
        let Ok(key) = change.key.parse() else {
            notices.push(format!("a binding of the key {} was left out", tidy(&change.key)));
            continue;
        };
        match &change.script {
            None => {
                keys.unbind(&change.table, key);
            }
            Some(text) => {
                let bound = parse(text, &mut Bare).map_err(|e| e.to_string()).and_then(|script| {
                    let binding = Binding { script, note: change.note.clone(), repeat: change.repeat };
                    keys.bind(&change.table, key, binding)
                });
                if let Err(fault) = bound {
                    notices.push(format!("the binding of {} was left out: {fault}", tidy(&change.key)));
                }
            }
        }
    }
    keys
}

/// Puts what a structure record holds into an empty model. Gives the input numbers that had their effect.
pub(crate) fn structure(
    from: &StructureRecord,
    model: &mut Sessions,
    notices: &mut Vec<String>,
) -> Vec<(u64, u64)> {
    (model.server_options, model.session_options, model.window_options) = from.options.clone();
    model.keys = keys(&from.bindings, notices);
    model.environment = environment(&from.environment);
    for (name, automatic, data, created) in from.buffers.iter().rev() {
        model.buffers.put(name, *automatic, data.to_vec(), now(*created));
    }
    model.counters.session = from.counters.0;
    model.counters.window = from.counters.1;
    model.counters.pane = from.counters.2;
    model.counters.use_clock = from.counters.3;
    model.had_sessions = from.had_sessions;
    for (id, space, session, panes) in from.origins.iter().take(SESSIONS_MAX) {
        model.origins.insert(SessionId(*id), origin(space, *session, panes));
    }
    for record in from.sessions.iter().take(SESSIONS_MAX) {
        let session = session(record);
        model.sessions.insert(session.id, session);
    }
    for record in from.windows.iter().take(WINDOWS_MAX) {
        match window(record) {
            Ok(window) => {
                model.windows.insert(window.id, window);
            }
            Err(fault) => notices.push(format!("window {} was left out: {fault}", tidy(&record.name))),
        }
    }
    for record in from.panes.iter().take(PANES_MAX) {
        let lines = lines_of(model, WindowId(record.window));
        let pane = pane(record, lines, model.now.instant);
        model.panes.insert(pane.id, pane);
    }
    for (id, at) in from.revived.iter().take(PANES_MAX) {
        if let Some(pane) = model.panes.get_mut(&PaneId(*id)) {
            pane.revived_from = Some(now(*at));
        }
    }
    model.marked = from.marked.map(PaneId).filter(|p| model.panes.contains_key(p));
    model.settling = from
        .writes
        .iter()
        .map(|(pane, client, seq, bytes)| {
            (PaneId(*pane), InputMark { client: *client, seq: *seq }, bytes.to_vec())
        })
        .collect();
    mend(model, notices);
    model.plan_retypes();
    from.inputs.clone()
}

/// The history lines of panes of a window: by the first session that has it.
pub(super) fn lines_of(model: &Sessions, window: WindowId) -> u32 {
    model.sessions_of(window).next().map_or(2000, |s| model.history_lines_max(s.id))
}

/// Makes a model whole that was put together from records: links to windows that are not there, windows that
/// nothing links, panes in no layout and layouts with panes that are not there go, names are made unique, and
/// numbers go on after the greatest.
pub(super) fn mend(model: &mut Sessions, notices: &mut Vec<String>) {
    let mut seen = std::collections::BTreeSet::new();
    let windows: Vec<WindowId> = model.windows.keys().copied().collect();
    for id in windows {
        let Some(window) = model.windows.get_mut(&id) else { continue };
        let mut alive = true;
        for pane in window.layout.panes() {
            let here = model.panes.get(&pane).is_some_and(|p| p.window == id) && seen.insert(pane);
            if !here && !window.layout.remove(pane) {
                alive = false;
            }
        }
        let panes = window.layout.panes();
        window.last.retain(|p| panes.contains(p));
        if !panes.contains(&window.active) {
            window.zoomed = None;
            if let Some(first) = panes.first() {
                window.active = *first;
            }
        }
        if !alive {
            notices.push(format!("window {} was left out: none of its panes is known", window.name));
            model.windows.remove(&id);
        }
    }
    let sessions: Vec<SessionId> = model.sessions.keys().copied().collect();
    let mut linked = std::collections::BTreeSet::new();
    let mut names = std::collections::BTreeSet::new();
    for id in sessions {
        let Some(session) = model.sessions.get_mut(&id) else { continue };
        session.windows.retain(|_, link| model.windows.contains_key(&link.window));
        session.last.retain(|w| model.windows.contains_key(w));
        let Some((first, _)) = session.windows.first_key_value() else {
            notices.push(format!("session {} was left out: none of its windows is known", session.name));
            model.sessions.remove(&id);
            continue;
        };
        if !session.windows.contains_key(&session.current) {
            session.current = *first;
        }
        linked.extend(session.windows.values().map(|l| l.window));
        while session.name.is_empty() || !names.insert(session.name.clone()) {
            session.name = format!("{}-{}", session.name, session.id.0);
        }
    }
    model.windows.retain(|id, _| linked.contains(id));
    let placed: std::collections::BTreeSet<PaneId> =
        model.windows.values().flat_map(|w| w.layout.panes()).collect();
    model.panes.retain(|id, _| placed.contains(id));
    let after = |last: Option<u32>, counter: u32| last.map_or(counter, |l| counter.max(l.saturating_add(1)));
    model.counters.session = after(model.sessions.keys().next_back().map(|s| s.0), model.counters.session);
    model.counters.window = after(model.windows.keys().next_back().map(|w| w.0), model.counters.window);
    model.counters.pane = after(model.panes.keys().next_back().map(|p| p.0), model.counters.pane);
    let windows: Vec<WindowId> = model.windows.keys().copied().collect();
    for window in windows {
        model.fit_panes(window);
    }
}
