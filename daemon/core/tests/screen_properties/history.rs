//! History that leaves memory is the history that stays: two screens are given the same, one of them squeezes, spills,
//! is restored and reads from a store.

use super::check;
use abide_core::base::geometry::Size;
use abide_core::screen::{Kept, Screen};
use proptest::prelude::*;
use std::collections::BTreeMap;

#[derive(Clone, Debug)]
pub(super) enum Step {
    /// So many lines of that length, with a colour.
    Feed(usize, usize, u8),
    Resize(Size),
    Clear,
    Lines(u32),
    Squeeze(usize),
    /// The store takes what is in memory.
    Store,
    Spill(usize),
    Restore,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let sizes = (2u16..120, 1u16..30).prop_map(|(cols, rows)| Size::new(cols, rows));
    let step = prop_oneof![
        12 => (100usize..1500, 0usize..200, any::<u8>()).prop_map(|(n, len, color)| Step::Feed(n, len, color)),
        3 => sizes.prop_map(Step::Resize),
        1 => Just(Step::Clear),
        2 => (0u32..20_000).prop_map(Step::Lines),
        3 => (0usize..40).prop_map(Step::Squeeze),
        6 => Just(Step::Store),
        6 => (0usize..300_000).prop_map(Step::Spill),
        2 => Just(Step::Restore),
    ];
    proptest::collection::vec(step, 5..40)
}

/// A screen with a store.
pub(super) struct Spilling {
    pub(super) screen: Screen,
    store: BTreeMap<u64, Vec<u8>>,
}

impl Spilling {
    pub(super) fn new(screen: Screen) -> Spilling {
        Spilling { screen, store: BTreeMap::new() }
    }

    pub(super) fn step(&mut self, step: &Step) {
        let screen = &mut self.screen;
        match step {
            Step::Squeeze(chunks) => screen.squeeze_history(*chunks),
            Step::Store => {
                let ids: Vec<u64> = screen.chunk_ids().collect();
                for id in ids {
                    let bytes = screen.chunk(id).expect("in memory").to_vec();
                    screen.chunk_is_stored(id, bytes.len());
                    self.store.insert(id, bytes);
                }
            }
            Step::Spill(bytes_max) => screen.spill_history(*bytes_max),
            Step::Restore => {
                let head = screen.head();
                let chunk = |id: u64| Kept::from(screen.chunk(id).map(<[u8]>::to_vec));
                let restored = Screen::restore(&head, &mut { chunk }).expect("its own head");
                assert_eq!(restored.head(), head);
                *screen = restored;
            }
            _ => act(screen, step),
        }
    }

    /// A line, from the store if need be.
    pub(super) fn line(&self, n: u64) -> String {
        if let Some(id) = self.screen.absent(n) {
            assert!(self.screen.line(n).is_none());
            assert_eq!(self.screen.take_wanted(), [id]);
            let mut screen = self.screen.clone();
            assert!(screen.give_back_chunk(id, self.store.get(&id).map(Vec::as_slice)), "chunk {id}");
            return shown(&screen, n);
        }
        shown(&self.screen, n)
    }
}

pub(super) fn act(screen: &mut Screen, step: &Step) {
    match step {
        Step::Feed(n, len, color) => {
            let mut text = String::new();
            for i in 0..*n {
                let letters = (0..*len).map(|x| (b'a' + ((i * 31 + x * x) % 23) as u8) as char);
                text.extend(letters);
                text.push_str(&format!("\x1b[38;5;{color}m{i}\x1b[m\r\n"));
            }
            screen.feed(text.as_bytes());
        }
        Step::Resize(size) => screen.resize(*size),
        Step::Clear => screen.clear_history(),
        Step::Lines(lines) => screen.set_history_lines_max(*lines),
        _ => {}
    }
}

fn shown(screen: &Screen, n: u64) -> String {
    let row = screen.line(n).expect("a line");
    format!("{} {:?}", row.wrapped(), row.cells().collect::<Vec<_>>())
}

#[test]
fn what_left_memory_reads_as_what_stayed() {
    check(40, &steps(), |steps| {
        let mut whole = Screen::new(Size::new(80, 24), 5000);
        let mut spilling = Spilling::new(whole.clone());
        for step in &steps {
            act(&mut whole, step);
            spilling.step(step);
            prop_assert_eq!(whole.history(), spilling.screen.history(), "after {:?}", step);
        }
        let history = whole.history();
        // Every line is too many: those beside each other are in the same chunk mostly.
        for n in (history.start..history.end).step_by(97).chain(history.end.checked_sub(1)) {
            if n >= history.start {
                prop_assert_eq!(spilling.line(n), shown(&whole, n), "line {}", n);
            }
        }
        Ok(())
    });
}
