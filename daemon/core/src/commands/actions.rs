//! What modes want done, and how they are entered.

use super::caller::Caller;
use crate::{
    base::ids::{PaneId, ViewerId},
    boundary::{Effect, Question},
    modes::{
        Mode, ModeAction, PaneSight,
        confirm::Confirm,
        prompt::{Prompt, PromptSpec},
    },
    session::{Overlay, Place, Sessions, Then},
};
use abide_protocol::message::{Event, ServerMessage};

/// Puts a mode over a pane that is made with a look at it.
pub fn enter(model: &mut Sessions, pane: PaneId, make: impl FnOnce(&PaneSight<'_>) -> Box<dyn Mode>) {
    let options = model.mode_options(pane);
    let day_seconds = model.day_seconds();
    let mouse = model.mouse_in_pane;
    let Some(found) = model.panes.get(&pane) else { return };
    let mode = make(&PaneSight { screen: &found.screen, options: &options, mouse, day_seconds });
    model.set_mode(pane, Some(mode));
}

/// Does what the mode of a pane wants. Gives the commands that are to be run.
#[must_use]
pub fn perform(model: &mut Sessions, caller: &Caller, pane: PaneId, actions: Vec<ModeAction>) -> Vec<String> {
    let viewer = super::queue::hearer(model, caller);
    let mut commands = Vec::new();
    for action in actions {
        match action {
            ModeAction::Exit => model.set_mode(pane, None),
            ModeAction::Copy { text, prefix } => copy(model, viewer, text, &prefix),
            ModeAction::CopyAppend(text) => {
                let before = model.buffers.top().map(|b| b.data.clone()).unwrap_or_default();
                let name = model.buffers.top().map(|b| b.name.clone());
                if let Some(name) = name {
                    model.buffers.remove(&name);
                }
                copy(model, viewer, format!("{}{text}", String::from_utf8_lossy(&before)), "");
            }
            ModeAction::Pipe { command, text } => pipe(model, pane, command, &text),
            ModeAction::Command(text) => commands.push(text),
            ModeAction::Ask { prompt, command, incremental } => {
                let spec = PromptSpec {
                    prompts: vec![prompt],
                    history: "search".to_owned(),
                    incremental,
                    vi: model.options(Place::Session(model.session_of_pane(pane))).text("status-keys")
                        == "vi",
                    ..PromptSpec::default()
                };
                let then = Then::Mode { pane, command };
                if let Some(viewer) = viewer {
                    let overlay = Overlay::Prompt { prompt: Prompt::new(spec), then, waits: None };
                    model.set_overlay(viewer, Some(overlay));
                }
            }
            ModeAction::Confirm { prompt, command } => {
                let then = Then::Command { template: command, pane: Some(pane) };
                let confirm = Confirm { prompt, yes: 'y', enter: false };
                if let Some(viewer) = viewer {
                    model.set_overlay(viewer, Some(Overlay::Confirm { confirm, then, waits: None }));
                }
            }
            ModeAction::Message(text) => {
                if let Some(viewer) = viewer {
                    model.show_message(viewer, &text);
                }
            }
        }
    }
    commands
}

/// Copied text becomes a paste buffer, and goes to the client's clipboard where `set-clipboard` lets it.
fn copy(model: &mut Sessions, viewer: Option<ViewerId>, text: String, prefix: &str) {
    let data = text.into_bytes();
    clip(model, viewer, &data);
    let limit = usize::try_from(model.options(Place::Server).number("buffer-limit")).unwrap_or(50);
    let now = model.now;
    if prefix.is_empty() {
        model.buffers.push(now, data, limit);
        return;
    }
    let name = (0u32..).map(|n| format!("{prefix}{n}")).find(|name| model.buffers.get(name).is_none());
    if let Some(name) = name {
        // At the bound the text is on the clipboard, at least.
        if let Err(fault) = model.buffers.set(now, &name, data) {
            model.note(&fault);
        }
    }
}

/// Puts text on a client's clipboard, where `set-clipboard` lets it.
pub(super) fn clip(model: &mut Sessions, viewer: Option<ViewerId>, data: &[u8]) {
    let Some(viewer) = viewer.filter(|_| model.options(Place::Server).text("set-clipboard") != "off") else {
        return;
    };
    // More than a terminal takes by OSC 52 would only be cut there.
    if data.len() <= abide_protocol::limits::INPUT_BYTES_MAX * 8 {
        model.push(Effect::TellViewer(viewer, ServerMessage::Event(Event::Clipboard(data.to_vec()))));
    }
}

/// Runs a command with a text on its standard input.
fn pipe(model: &mut Sessions, pane: PaneId, command: String, text: &str) {
    let command = if command.is_empty() {
        model.options(Place::Server).text("copy-command").to_owned()
    } else {
        command
    };
    if command.is_empty() {
        return;
    }
    let cwd = model.panes.get(&pane).map(|p| p.cwd().to_owned()).unwrap_or_default();
    let environment = job_environment(model, Some(pane));
    model.ask(Question::Job { command, cwd, environment, input: text.as_bytes().to_vec() });
}

/// The environment of a job: what a pane of the session gets.
pub(super) fn job_environment(model: &Sessions, pane: Option<PaneId>) -> Vec<(String, String)> {
    let session = pane.and_then(|pane| model.session_of_pane(pane)).or_else(|| model.latest_session(true));
    match (session, pane) {
        (Some(session), Some(pane)) => {
            model.program(session, pane, &crate::session::Start::default()).environment
        }
        _ => {
            let empty = crate::session::Environment::default();
            model.environment.merged(&empty).into_iter().collect()
        }
    }
}
