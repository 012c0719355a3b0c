//! send-keys, send-prefix

use crate::{
    base::ids::PaneId,
    commands::{
        actions::perform,
        limits,
        run::{Flow, Run},
        spec::{Spec, TargetKind, TargetSpec},
    },
    formats,
    keys::{Key, encode},
    session::Place,
};
use abide_protocol::message::MouseEvent;

const PANE: Option<TargetSpec> = Some(TargetSpec::new('t', TargetKind::Pane));

pub(in crate::commands) const SPEC: Spec = Spec {
    name: "send-keys",
    alias: Some("send"),
    flags: "c:FHKlMN:Rt:X",
    arguments: (0, None),
    refused: &[('c', "keys are typed by clients alone"), ('K', "keys are typed by clients alone")],
    usage: "[-FHlMRX] [-N repeat-count] [-t target-pane] [key ...]",
    text: "Types keys into a pane: names of keys, other words as they are; -l takes all as they are, -X runs a command \
           of the pane's mode.",
    target: PANE,
    run,
    ..Spec::BASE
};

pub(in crate::commands) const PREFIX: Spec = Spec {
    name: "send-prefix",
    alias: None,
    flags: "2t:",
    usage: "[-2] [-t target-pane]",
    text: "Types the prefix key into a pane, or (-2) the second one.",
    target: PANE,
    run: |run| {
        let target = run.target()?;
        let name = if run.has('2') { "prefix2" } else { "prefix" };
        if let Some(key) = run.model.options(Place::Session(Some(target.session))).key(name) {
            type_key(run, target.pane, key)?;
        }
        Ok(Flow::Next)
    },
    ..Spec::BASE
};

fn run(run: &mut Run<'_>) -> Result<Flow, String> {
    let target = run.target()?;
    let pane = target.pane;
    let count = match run.text('N') {
        Some(text) => {
            let text = run.expand(&text);
            match text.parse::<u32>() {
                Ok(n) if n >= 1 => n,
                Ok(_) => return Err("repeat count too small".to_owned()),
                Err(_) => return Err("repeat count invalid".to_owned()),
            }
        }
        None => 1,
    };
    let mut words = run.args.value_texts();
    if run.has('F') {
        words = words.iter().map(|word| formats::expand(word, &run.sight())).collect();
    }
    if run.has('X') {
        return mode_command(run, pane, &words, count);
    }
    if run.has('M') {
        return mouse(run);
    }
    if run.has('R') {
        if let Some(pane) = run.model.panes.get_mut(&pane) {
            // As the terminal's own reset: RIS, and the history stays.
            pane.screen.feed(b"\x1bc");
        }
        run.model.redraw();
    }
    if words.is_empty() && !run.has('R') {
        // From a key: that key.
        if let Some(key) = run.caller.key.as_deref().and_then(|name| name.parse::<Key>().ok()) {
            for _ in 0..count.min(limits::REPEAT_MAX) {
                type_key(run, pane, key)?;
            }
        }
        return Ok(Flow::Next);
    }
    let bytes_of_one: usize = words.iter().map(|word| word.len() + 8).sum();
    if bytes_of_one.saturating_mul(count.min(limits::REPEAT_MAX) as usize) > limits::SEND_BYTES_MAX {
        return Err(format!("too many keys: at most {} bytes", limits::SEND_BYTES_MAX));
    }
    for _ in 0..count.min(limits::REPEAT_MAX) {
        for word in &words {
            type_word(run, pane, word)?;
        }
    }
    Ok(Flow::Next)
}

fn type_word(run: &mut Run<'_>, pane: PaneId, word: &str) -> Result<(), String> {
    if run.has('H') {
        let code = u32::from_str_radix(word.strip_prefix("0x").unwrap_or(word), 16).ok();
        let byte = code.and_then(|code| u8::try_from(code).ok());
        let byte = byte.ok_or_else(|| format!("invalid hexadecimal byte: {word}"))?;
        for pane in run.model.typed_into(pane) {
            run.model.write_pane(pane, &[byte]);
        }
        return Ok(());
    }
    if !run.has('l')
        && let Ok(key) = word.parse::<Key>()
    {
        return type_key(run, pane, key);
    }
    let in_mode = run.model.panes.get(&pane).is_some_and(|p| p.mode.is_some());
    if in_mode {
        for c in word.chars() {
            type_key(run, pane, Key::char(c))?;
        }
        return Ok(());
    }
    for pane in run.model.typed_into(pane) {
        run.model.write_pane(pane, word.as_bytes());
    }
    Ok(())
}

/// A key for a pane: for its mode, where it has one, else for its program.
fn type_key(run: &mut Run<'_>, pane: PaneId, key: Key) -> Result<(), String> {
    if run.model.panes.get(&pane).is_some_and(|p| p.mode.is_some()) {
        return mode_key(run, pane, key);
    }
    for pane in run.model.typed_into(pane) {
        let modes = run.model.key_modes(pane);
        let bytes = encode(backspace(run, key), modes);
        if let Some(bytes) = bytes {
            run.model.write_pane(pane, &bytes);
        }
    }
    Ok(())
}

/// Backspace as the option has it.
fn backspace(run: &Run<'_>, key: Key) -> Key {
    if key == Key::named(crate::keys::Named::BSpace) {
        return run.model.options(Place::Server).key("backspace").unwrap_or(key);
    }
    key
}

/// A key in a mode: what its table binds, else the mode itself.
fn mode_key(run: &mut Run<'_>, pane: PaneId, key: Key) -> Result<(), String> {
    let options = run.model.mode_options(pane);
    let table = run.model.panes.get(&pane).and_then(|p| p.mode.as_ref()).and_then(|m| m.key_table(&options));
    let binding = table.and_then(|table| run.model.keys.find(table, key)).cloned();
    if let Some(binding) = binding {
        run.in_background(binding.script.clone());
        return Ok(());
    }
    let name = key.to_string();
    let actions = run.model.with_mode(pane, |mode, sight| mode.key(&name, sight)).unwrap_or_default();
    after(run, pane, actions)
}

fn mode_command(run: &mut Run<'_>, pane: PaneId, words: &[String], count: u32) -> Result<Flow, String> {
    if words.is_empty() {
        return Ok(Flow::Next);
    }
    let mouse = run.mouse_in(pane);
    let before = std::mem::replace(&mut run.model.mouse_in_pane, mouse);
    let done = run.model.with_mode(pane, |mode, sight| mode.command(words, count, sight));
    run.model.mouse_in_pane = before;
    match done {
        None => Err("not in a mode".to_owned()),
        Some(actions) => {
            after(run, pane, actions?)?;
            run.model.redraw();
            Ok(Flow::Next)
        }
    }
}

/// Does what a mode wants; commands of its own run next.
pub(super) fn after(
    run: &mut Run<'_>,
    pane: PaneId,
    actions: Vec<crate::modes::ModeAction>,
) -> Result<(), String> {
    let commands = perform(run.model, run.caller, pane, actions);
    for text in commands {
        let script = run.parse(&text).map_err(|fault| fault.message)?;
        run.in_background(script);
    }
    run.model.redraw();
    Ok(())
}

/// Gives the mouse event that the binding runs for to the pane that it hit.
fn mouse(run: &mut Run<'_>) -> Result<Flow, String> {
    let mouse = run.mouse()?;
    let Some(pane) = mouse.pane else { return Ok(Flow::Next) };
    let event = MouseEvent { x: mouse.in_pane.x, y: mouse.in_pane.y, ..mouse.event };
    if run.model.panes.get(&pane).is_some_and(|p| p.mode.is_some()) {
        let before = run.model.mouse_in_pane.replace(mouse.in_pane);
        let actions = run.model.with_mode(pane, |mode, sight| mode.mouse(&event, sight)).unwrap_or_default();
        run.model.mouse_in_pane = before;
        after(run, pane, actions)?;
        return Ok(Flow::Next);
    }
    if let Some(bytes) = run.model.panes.get(&pane).and_then(|p| p.mouse_bytes(event)) {
        run.model.write_pane(pane, &bytes);
    }
    Ok(Flow::Next)
}
