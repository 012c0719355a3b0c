//! What commands print and what goes wrong, to whoever ran them: a script reads streams, a person sees a view over
//! the pane and a line in the status line.

use super::{actions::enter, caller::Caller, limits, target::current};
use crate::{
    boundary::Effect,
    modes::copy::CopyMode,
    session::{Sessions, plain},
};
use abide_protocol::message::{Done, Output, ServerMessage, Stream};

/// What a command printed.
pub(super) fn printed(model: &mut Sessions, caller: &Caller, kept: &mut Vec<u8>, out: &[u8]) {
    match (caller.viewer, caller.command) {
        (Some(_), Some(_)) => send(model, caller, Stream::Out, out),
        _ => {
            let room = limits::VIEW_BYTES_MAX.saturating_sub(kept.len());
            kept.extend_from_slice(out.get(..room).unwrap_or(out));
        }
    }
}

fn send(model: &mut Sessions, caller: &Caller, stream: Stream, bytes: &[u8]) {
    let (Some(viewer), Some(id)) = (caller.viewer, caller.command) else { return };
    for piece in bytes.chunks(limits::OUTPUT_PIECE_BYTES_MAX) {
        let output = Output { id, text: piece.to_vec(), stream };
        model.push(Effect::TellViewer(viewer, ServerMessage::Output(output)));
    }
}

/// What went wrong.
pub(super) fn fault(model: &mut Sessions, caller: &Caller, attached: bool, text: &str) {
    match (caller.viewer, caller.command) {
        (Some(_), Some(_)) if !attached => {
            send(model, caller, Stream::Err, format!("{}\n", plain(text)).as_bytes())
        }
        (Some(viewer), _) => {
            let mut letters = text.chars();
            let first = letters.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
            model.show_message(viewer, &format!("{first}{}", letters.as_str()));
        }
        (None, _) => model.note(text),
    }
}

/// The queue is empty.
pub(super) fn finish(model: &mut Sessions, caller: &Caller, status: u8, attached: bool, printed: &[u8]) {
    match (caller.viewer, caller.command) {
        // An attached client goes on looking; it is told when that ends.
        (Some(_), Some(_)) if attached => {}
        (Some(viewer), Some(id)) => {
            model.push(Effect::TellViewer(viewer, ServerMessage::Done(Done { id, status })))
        }
        (Some(viewer), None) if !printed.is_empty() => {
            let text = String::from_utf8_lossy(printed).into_owned();
            match current(model, caller) {
                Some(target) => {
                    enter(model, target.pane, |sight| {
                        Box::new(CopyMode::view(&text, sight.screen.size(), sight))
                    });
                }
                None => model.show_message(viewer, &text),
            }
        }
        _ => {
            for line in String::from_utf8_lossy(printed).lines() {
                model.note(line);
            }
        }
    }
}
