//! Lines that only the store has: copy mode shows the rest at once, and looks again when they have come. A motion or a
//! copy that needed one is done over then, from where it began; a search goes on where it stopped.

use super::{CopyMode, Place, motion, search::Hunt, select::Selection};
use crate::base::geometry::Point;
use crate::modes::{ModeAction, PaneSight};

/// How often a command is done over: a read brings half a megabyte, and eight of them fill what is open for readers.
const TRIES_MAX: u32 = 10;

/// What a motion may change.
#[derive(Clone)]
pub(super) struct State {
    top: u64,
    cursor: Point,
    wanted: (u16, u16),
    selection: Option<Selection>,
    rectangle: bool,
    mark: Option<Place>,
    jump: Option<motion::Jump>,
}

/// A command that is done over when lines have come.
pub(super) struct Waiting {
    words: Vec<String>,
    count: u32,
    before: State,
    tries: u32,
}

/// Whether a command needs what lines say: scrolling shows what is there.
fn reads(command: &str) -> bool {
    const SCROLLS: [&str; 8] =
        ["page-", "halfpage-", "scroll-", "cursor-up", "cursor-down", "history-", "goto-line", "search-"];
    !SCROLLS.iter().any(|beginning| command.starts_with(beginning))
}

impl CopyMode {
    pub(super) fn state(&self) -> State {
        State {
            top: self.top,
            cursor: self.cursor,
            wanted: self.wanted,
            selection: self.selection,
            rectangle: self.rectangle,
            mark: self.mark,
            jump: self.jump.clone(),
        }
    }

    fn set_state(&mut self, state: State) {
        let State { top, cursor, wanted, selection, rectangle, mark, jump } = state;
        (self.top, self.cursor, self.wanted, self.selection) = (top, cursor, wanted, selection);
        (self.rectangle, self.mark, self.jump) = (rectangle, mark, jump);
    }

    /// A command looked at lines that are not there yet: what it wants done is put off until they are.
    pub(super) fn put_off(
        &mut self,
        words: &[String],
        count: u32,
        before: State,
        tries: u32,
        actions: Vec<ModeAction>,
    ) -> Vec<ModeAction> {
        if !reads(words.first().map_or("", String::as_str)) {
            return actions;
        }
        if tries >= TRIES_MAX {
            self.set_state(before);
            let text =
                "so many lines of history can't be taken from disk at once: use capture-pane".to_owned();
            return vec![ModeAction::Message(text)];
        }
        if !actions.is_empty() {
            self.set_state(before.clone());
        }
        self.waiting = Some(Waiting { words: words.to_vec(), count, before, tries });
        Vec::new()
    }

    /// Lines have come, or can't be had; or a search may go on.
    pub(super) fn look_again(&mut self, outcome: Result<(), &str>, sight: &PaneSight<'_>) -> Vec<ModeAction> {
        let (waiting, hunt) = (self.waiting.take(), self.hunt.take());
        if let Err(why) = outcome {
            let waited = waiting.is_some() || hunt.is_some();
            self.stop_counting();
            let message = || ModeAction::Message(format!("history can't be read: {why}"));
            return waited.then(message).into_iter().collect();
        }
        self.version += 1;
        if self.backing.outdated(sight.screen) {
            self.settle(sight);
            return Vec::new();
        }
        if let Some(Waiting { words, count, before, tries }) = waiting {
            self.set_state(before);
            return self.carry_out(&words, count, sight, tries + 1).unwrap_or_default();
        }
        self.go_on_searching(sight, hunt);
        Vec::new()
    }

    pub(super) fn begin_hunt(
        &mut self,
        sight: &PaneSight<'_>,
        text: String,
        from: Place,
        forward: bool,
    ) -> bool {
        let line = self.piece_start(sight, from.line);
        self.go_on_searching(sight, Some(Hunt { text, from, forward, home: line, line, wrapped: false }))
    }
}
