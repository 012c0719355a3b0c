//! From a terminal's bytes to keys by tmux's names, pastes, mouse and focus.
//!
//! The [`Decoder`] takes bytes as they come. What could still become a longer sequence waits; when
//! `escape-time` has passed without more, [`Decoder::time_is_up`] makes of it what it is by itself.

mod answer;
mod mouse;
mod press;
mod sequence;

pub use answer::Answers;

use super::limits::SEQUENCE_BYTES_MAX;
use abide_core::keys::{Code, Key, Named, modifier};
use abide_protocol::{limits::INPUT_BYTES_MAX, message::InputEvent};
use answer::{Answer, Asked};
use mouse::MouseMemory;

/// What decoding needs to know beside the bytes, and what it finds beside events.
#[derive(Debug, Default)]
struct Around {
    mouse: MouseMemory,
    /// Whether keys are told with all that the terminal says of them.
    presses: bool,
    /// The terminal said that it has kitty's keyboard protocol.
    keyboard: bool,
    asked: Asked,
}

/// What the next bytes are.
enum Found {
    /// So many bytes are an event, or nothing that anybody has a use for.
    Event(usize, Option<InputEvent>),
    /// So many bytes begin a paste.
    PasteBegins(usize),
    /// More bytes decide.
    Incomplete,
}

/// Turns a terminal's bytes into events.
#[derive(Debug, Default)]
pub struct Decoder {
    bytes: Vec<u8>,
    pasting: bool,
    /// The daemon has a whole piece of the paste and waits for the next.
    paste_goes_on: bool,
    around: Around,
}

const PASTE_END: &[u8] = b"\x1b[201~";

impl Decoder {
    /// A decoder that has seen nothing.
    #[must_use]
    pub fn new() -> Decoder {
        Decoder::default()
    }

    /// Whether keys are to be told with all that the terminal says of them ([`InputEvent::Press`]), not by names alone.
    pub fn tell_presses(&mut self, on: bool) {
        self.around.presses = on;
    }

    /// Whether the terminal has said, since this was last asked, that it has kitty's keyboard protocol.
    pub fn takes_keyboard(&mut self) -> bool {
        std::mem::take(&mut self.around.keyboard)
    }

    /// The terminal is being asked which pictures it takes ([`super::paint::PICTURE_QUERIES`]).
    pub fn expect_answers(&mut self) {
        self.around.asked.ask();
    }

    /// What the terminal answered, once it has answered all.
    pub fn takes_answers(&mut self) -> Option<Answers> {
        self.around.asked.whole.take()
    }

    /// Takes bytes and gives the events that they complete, in order.
    pub fn take(&mut self, bytes: &[u8]) -> Vec<InputEvent> {
        self.bytes.extend_from_slice(bytes);
        self.decode(false)
    }

    /// Whether bytes wait for more: then call [`Decoder::time_is_up`] after `escape-time` without any.
    #[must_use]
    pub fn waits(&self) -> bool {
        !self.bytes.is_empty() && !self.pasting
    }

    /// Whether a paste waits for its end: then call [`Decoder::time_is_up`] after `PASTE_SILENCE_MAX`.
    #[must_use]
    pub fn waits_in_paste(&self) -> bool {
        !self.bytes.is_empty() && self.pasting
    }

    /// No more has come: what waits is what it is.
    pub fn time_is_up(&mut self) -> Vec<InputEvent> {
        self.decode(true)
    }

    fn decode(&mut self, last: bool) -> Vec<InputEvent> {
        let mut events = Vec::new();
        let mut at = 0;
        while at < self.bytes.len() {
            let rest = self.bytes.get(at..).unwrap_or_default();
            if self.pasting {
                let (used, ended) = paste(rest, last, &mut self.paste_goes_on, &mut events);
                at += used;
                self.pasting = !ended;
                if !ended {
                    break;
                }
                continue;
            }
            match find(rest, last, &mut self.around) {
                Found::Event(used, event) => {
                    events.extend(event);
                    at += used.max(1);
                }
                Found::PasteBegins(used) => {
                    at += used;
                    self.pasting = true;
                }
                Found::Incomplete => break,
            }
        }
        self.bytes.drain(..at.min(self.bytes.len()));
        events
    }
}

/// Takes pasted bytes in whole pieces, and the rest, shorter than a piece, when the end mark has come or, if `last`,
/// when nothing more has: a shorter piece is how the daemon knows the paste's end. Gives the bytes used and whether
/// the end mark was met.
fn paste(bytes: &[u8], last: bool, goes_on: &mut bool, events: &mut Vec<InputEvent>) -> (usize, bool) {
    let end = bytes.windows(PASTE_END.len()).position(|w| w == PASTE_END);
    let text = end.unwrap_or_else(|| {
        let marks = (1..PASTE_END.len()).filter_map(|n| PASTE_END.get(..n));
        // What may be the beginning of the mark waits.
        let marked = marks.filter(|mark| bytes.ends_with(mark)).map(<[u8]>::len).max().unwrap_or(0);
        bytes.len() - marked
    });
    let whole = text - text % INPUT_BYTES_MAX;
    let pieces = bytes.get(..whole).unwrap_or_default().chunks(INPUT_BYTES_MAX);
    events.extend(pieces.map(|piece| InputEvent::Paste(piece.to_vec())));
    *goes_on |= whole > 0;
    if end.is_none() && !last {
        return (whole, false);
    }
    let rest = bytes.get(whole..text).unwrap_or_default();
    if std::mem::take(goes_on) || !rest.is_empty() {
        events.push(InputEvent::Paste(rest.to_vec()));
    }
    (end.map_or(text, |end| end + PASTE_END.len()), end.is_some())
}

fn event(key: Key) -> Option<InputEvent> {
    Some(InputEvent::Key(key.normal().to_string()))
}

fn find(bytes: &[u8], last: bool, around: &mut Around) -> Found {
    let plain = |(used, key): (usize, Option<Key>)| Found::Event(used, key.and_then(event));
    let Some((0x1b, rest)) = bytes.split_first().map(|(&b, rest)| (b, rest)) else {
        return character(bytes, last).map_or(Found::Incomplete, plain);
    };
    match around.asked.string(bytes) {
        Answer::Whole(used) => return Found::Event(used, None),
        Answer::Begun => return Found::Incomplete,
        Answer::Perhaps if !last => return Found::Incomplete,
        Answer::Perhaps | Answer::No => {}
    }
    match sequence::parse(bytes) {
        sequence::Parsed::Whole(used, meaning) => return sequence::mean(bytes, used, meaning, around),
        sequence::Parsed::Incomplete if !last && bytes.len() < SEQUENCE_BYTES_MAX => {
            return Found::Incomplete;
        }
        _ => {}
    }
    // No sequence: Escape by itself, or Meta and a key.
    if rest.is_empty() {
        return if last { Found::Event(1, event(Key::named(Named::Escape))) } else { Found::Incomplete };
    }
    if rest.first() == Some(&0x1b) {
        // Escape twice: Meta with whatever the second begins.
        return match find(rest, last, around) {
            Found::Event(used, Some(InputEvent::Key(name))) => {
                Found::Event(used + 1, name.parse().ok().map(with_meta).and_then(event))
            }
            Found::Event(used, event) => Found::Event(used + 1, event),
            Found::PasteBegins(used) => Found::PasteBegins(used + 1),
            Found::Incomplete => Found::Incomplete,
        };
    }
    match character(rest, last) {
        Some((used, key)) => plain((used + 1, key.map(with_meta))),
        None => Found::Incomplete,
    }
}

fn with_meta(key: Key) -> Key {
    Key { modifiers: key.modifiers | modifier::META, ..key }
}

/// The key of a control character or a character in UTF-8; `None` when bytes are missing. Bytes that are no
/// UTF-8 are no key.
fn character(bytes: &[u8], last: bool) -> Option<(usize, Option<Key>)> {
    let first = *bytes.first()?;
    if first < 0x80 {
        return Some((1, Some(ascii(first))));
    }
    let length = match first {
        0xc2..=0xdf => 2,
        0xe0..=0xef => 3,
        0xf0..=0xf4 => 4,
        _ => return Some((1, None)),
    };
    let have = bytes.get(..length.min(bytes.len())).unwrap_or_default();
    match std::str::from_utf8(have) {
        // The C1 controls have no key.
        Ok(text) => Some((length, text.chars().next().filter(|c| !c.is_control()).map(Key::char))),
        Err(e) if e.error_len().is_none() && !last => None,
        Err(e) => Some((e.error_len().unwrap_or(have.len()), None)),
    }
}

/// The key that a terminal without any protocol sends as this byte.
fn ascii(byte: u8) -> Key {
    let control = |c: u8| Key { modifiers: modifier::CTRL, code: Code::Char(char::from(c)) };
    match byte {
        0 => control(b' '),
        b'\t' => Key::named(Named::Tab),
        b'\r' => Key::named(Named::Enter),
        0x1b => Key::named(Named::Escape),
        0x7f => Key::named(Named::BSpace),
        1..=26 => control(byte - 1 + b'a'),
        28..=31 => control(byte - 28 + b'\\'),
        _ => Key::char(char::from(byte)),
    }
}
