//! What was typed and has not yet had its effect, as far as we were told: sent again after a reconnect.

use super::limits::{EVENT_BYTES_MAX, EVENTS_MAX, UNACKED_BYTES_MAX};
use abide_core::keys::Press;
use abide_protocol::message::{Input, InputEvent, SurfaceNumber};
use std::collections::VecDeque;

/// Input messages by number, oldest first.
#[derive(Debug, Default)]
pub struct Unacked {
    inputs: VecDeque<(Input, usize)>,
    bytes: usize,
    /// Number of the newest.
    seq: u64,
}

/// An event as every daemon takes it; none for a key that came up.
fn named(event: &InputEvent) -> Option<InputEvent> {
    let InputEvent::Press(told) = event else { return Some(event.clone()) };
    let press = Press::told(told).filter(|press| !press.is_release())?;
    press.key().map(|key| InputEvent::Key(key.to_string()))
}

/// Bytes that an event takes, about.
fn bytes(event: &InputEvent) -> usize {
    16 + match event {
        InputEvent::Key(name) => name.len(),
        InputEvent::Press(press) => press.key.len() + press.text.len() + 16,
        InputEvent::Paste(bytes) | InputEvent::Raw(bytes) => bytes.len(),
        InputEvent::Mouse(_) | InputEvent::Focus(_) => 0,
    }
}

impl Unacked {
    /// Nothing typed yet; numbers go on after `seq`.
    #[must_use]
    pub fn after(seq: u64) -> Unacked {
        Unacked { seq, ..Unacked::default() }
    }

    /// Numbers events and keeps them; gives the messages to send.
    pub fn add(&mut self, surface: SurfaceNumber, events: Vec<InputEvent>) -> Vec<Input> {
        let mut added = Vec::new();
        let mut piece = Vec::new();
        let mut size = 0;
        for event in events {
            let more = bytes(&event);
            if piece.len() >= EVENTS_MAX || (size + more > EVENT_BYTES_MAX && !piece.is_empty()) {
                added.push((self.number(surface, std::mem::take(&mut piece)), size));
                size = 0;
            }
            size += more;
            piece.push(event);
        }
        if !piece.is_empty() {
            added.push((self.number(surface, piece), size));
        }
        self.bytes += added.iter().map(|(_, size)| size).sum::<usize>();
        self.inputs.extend(added.iter().cloned());
        added.into_iter().map(|(input, _)| input).collect()
    }

    fn number(&mut self, surface: SurfaceNumber, events: Vec<InputEvent>) -> Input {
        self.seq += 1;
        Input { seq: self.seq, events, surface }
    }

    /// Everything up to `seq` has had its effect.
    pub fn acknowledge(&mut self, seq: u64) {
        while self.inputs.front().is_some_and(|(input, _)| input.seq <= seq) {
            self.bytes -= self.inputs.pop_front().map_or(0, |(_, size)| size);
        }
        // A daemon that knows more of us than we do: numbers must still grow.
        self.seq = self.seq.max(seq);
    }

    /// What is to be sent again, oldest first: to a daemon that does not take `presses`, the names of the keys.
    pub fn again(&self, presses: bool) -> impl Iterator<Item = Input> {
        self.inputs.iter().map(move |(input, _)| match presses {
            true => input.clone(),
            false => Input { events: input.events.iter().filter_map(named).collect(), ..*input },
        })
    }

    /// Whether more may be typed: else the terminal is not read.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.bytes < UNACKED_BYTES_MAX
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use abide_protocol::message::{KeyPress, PressKind};

    #[test]
    fn an_older_daemon_is_told_names() {
        let press = |key: &str, held, kind| {
            InputEvent::Press(KeyPress { key: key.to_owned(), held, kind, ..KeyPress::default() })
        };
        let mut unacked = Unacked::after(0);
        let events = vec![
            press("b", 4, PressKind::Press),
            press("b", 4, PressKind::Release),
            InputEvent::Focus(true),
            press("Left", 1, PressKind::Repeat),
            press("LeftShift", 0, PressKind::Release),
        ];
        unacked.add(7, events.clone());
        assert_eq!(unacked.again(true).next().map(|i| i.events), Some(events));
        let key = |k: &str| InputEvent::Key(k.to_owned());
        let names = vec![key("C-b"), InputEvent::Focus(true), key("S-Left")];
        assert_eq!(unacked.again(false).next(), Some(Input { seq: 1, events: names, surface: 7 }));
    }

    #[test]
    fn numbers_grow_and_what_is_acknowledged_goes() {
        let mut unacked = Unacked::after(41);
        let key = |k: &str| InputEvent::Key(k.to_owned());
        let seqs = |inputs: Vec<Input>| inputs.iter().map(|i| i.seq).collect::<Vec<_>>();
        assert_eq!(seqs(unacked.add(0, vec![key("a"), key("b")])), [42]);
        assert_eq!(seqs(unacked.add(0, vec![])), [] as [u64; 0]);
        let paste = |n| InputEvent::Paste(vec![0; n]);
        assert_eq!(seqs(unacked.add(0, vec![paste(100_000), paste(100_000), key("c")])), [43, 44]);
        assert_eq!(seqs(unacked.add(0, vec![key("k"); 2 * EVENTS_MAX + 1])), [45, 46, 47]);
        unacked.acknowledge(43);
        assert_eq!(unacked.again(true).map(|i| i.seq).collect::<Vec<_>>(), [44, 45, 46, 47]);
        assert!(unacked.has_room());
        unacked.add(0, vec![paste(16_384); 64]);
        assert!(!unacked.has_room());
        unacked.acknowledge(1000);
        assert_eq!((unacked.again(true).count(), unacked.bytes), (0, 0));
        assert_eq!(seqs(unacked.add(0, vec![key("d")])), [1001]);
    }
}
