//! Selecting and copying.

use super::{CopyMode, Place, Run};
use crate::modes::{ModeAction, PaneSight};

/// What a selection grows by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unit {
    Cell,
    /// From the first to the last place of the word that was first selected.
    Word(Place, Place),
    Line,
}

/// A selection: from its anchor to the cursor, or to where it was fixed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Selection {
    pub(super) anchor: Place,
    pub(super) unit: Unit,
    /// Where it ends when it no longer follows the cursor (`stop-selection`).
    pub(super) fixed: Option<Place>,
}

impl Selection {
    pub(super) fn follows(&self) -> bool {
        self.fixed.is_none()
    }
}

/// The most text that one copy takes: as much as a paste buffer holds with sense.
pub(super) const COPY_BYTES_MAX: usize = 16 * 1024 * 1024;

impl CopyMode {
    pub(super) fn selection_end(&self, selection: &Selection) -> Place {
        selection.fixed.unwrap_or_else(|| self.place())
    }

    pub(super) fn begin_selection(&mut self, unit: Unit) {
        self.selection = Some(Selection { anchor: self.place(), unit, fixed: None });
    }

    /// Selects a rectangle, or lines again; cells are then what it grows by.
    pub(super) fn set_rectangle(&mut self, rectangle: bool) {
        self.rectangle = rectangle;
        if let Some(selection) = &mut self.selection {
            selection.unit = Unit::Cell;
        }
    }

    pub(super) fn stop_selection(&mut self) {
        let place = self.place();
        if let Some(selection) = self.selection.as_mut().filter(|selection| selection.follows()) {
            selection.fixed = Some(place);
        }
    }

    /// The mouse is dragged to a cell of the pane: begins a selection or moves its end.
    pub(super) fn drag(&mut self, sight: &PaneSight<'_>, x: u16, y: u16) {
        if !self.dragging {
            self.dragging = true;
            self.point_at(x, y);
            self.begin_selection(Unit::Cell);
            return;
        }
        // At an edge the text moves on under the mouse.
        if y == 0 {
            self.scroll_rows(sight, -1);
        } else if y + 1 >= self.size.rows {
            self.scroll_rows(sight, 1);
        }
        self.point_at(x, y);
    }

    pub(super) fn select_line(&mut self, sight: &PaneSight<'_>, count: u64) {
        let line = self.line_start(sight, self.place().line);
        self.goto(sight, Place { line, x: 0 });
        self.begin_selection(Unit::Line);
        let end = self.backing.range(sight.screen).2.saturating_sub(1);
        let last = self.line_end(sight, (line + count.saturating_sub(1)).min(end));
        let x = self.line(sight, last).cols;
        self.goto(sight, Place { line: last, x });
    }

    pub(super) fn select_word(&mut self, sight: &PaneSight<'_>) {
        let (first, last) = self.word_bounds(sight, &sight.options.word_separators);
        self.goto(sight, first);
        self.begin_selection(Unit::Word(first, last));
        let x = if sight.options.vi { last.x } else { self.line(sight, last.line).end(last.x) };
        self.goto(sight, Place { x, ..last });
    }

    pub(super) fn other_end(&mut self, sight: &PaneSight<'_>) {
        let Some(mut selection) = self.selection else { return };
        let to = selection.anchor;
        selection.anchor = self.selection_end(&selection);
        selection.fixed = None;
        self.selection = Some(selection);
        self.goto(sight, to);
    }

    /// First place, and the place after the last, of what is selected; columns of a rectangle likewise.
    pub(super) fn selected(&self, sight: &PaneSight<'_>) -> Option<(Place, Place)> {
        let selection = self.selection.as_ref()?;
        let end = self.selection_end(selection);
        let inclusive = u16::from(sight.options.vi);
        if self.rectangle {
            let (left, right) = (selection.anchor.x.min(end.x), selection.anchor.x.max(end.x));
            let (top, bottom) = (selection.anchor.line.min(end.line), selection.anchor.line.max(end.line));
            let right = right.saturating_add(inclusive);
            return Some((Place { line: top, x: left }, Place { line: bottom, x: right }));
        }
        let (first, last) = (selection.anchor.min(end), selection.anchor.max(end));
        Some(match selection.unit {
            Unit::Line => {
                let last = self.line_end(sight, last.line);
                (Place { line: self.line_start(sight, first.line), x: 0 }, Place { line: last, x: u16::MAX })
            }
            Unit::Word(word_first, word_last) => {
                let after = Place { x: self.line(sight, word_last.line).end(word_last.x), ..word_last };
                (first.min(word_first), self.after(sight, last, inclusive).max(after))
            }
            Unit::Cell => (first, self.after(sight, last, inclusive)),
        })
    }

    fn after(&self, sight: &PaneSight<'_>, place: Place, inclusive: u16) -> Place {
        let x = if inclusive == 0 { place.x } else { self.line(sight, place.line).end(place.x) };
        Place { x, ..place }
    }

    /// The text from a place up to another: lines that were wrapped are whole, blanks at their ends go.
    pub(super) fn text_between(&self, sight: &PaneSight<'_>, from: Place, to: Place) -> String {
        let mut text = String::new();
        for number in from.line..=to.line {
            let line = self.line(sight, number);
            let left = if number == from.line { from.x } else { 0 };
            let right = if number == to.line { to.x } else { u16::MAX };
            text.push_str(line.slice(left, right));
            if number < to.line && !line.wrapped {
                text.push('\n');
            }
            if text.len() > COPY_BYTES_MAX {
                break;
            }
        }
        text
    }

    /// The selected text.
    pub(super) fn selected_text(&self, sight: &PaneSight<'_>) -> Option<String> {
        let Some((first, after)) = self.selected(sight) else {
            // With nothing selected, what a search found is meant.
            let place = self.place();
            let mut found = self.matches_in(sight, place.line).into_iter();
            let here = found.find(|m| m.from <= place && place < m.to);
            return here.map(|m| self.text_between(sight, m.from, m.to));
        };
        if !self.rectangle {
            let mut text = self.text_between(sight, first, after);
            // In vi the line's end can be selected too.
            if sight.options.vi && after.x > self.line(sight, after.line).cols {
                text.push('\n');
            }
            return Some(text);
        }
        let mut text = String::new();
        for number in first.line..=after.line {
            if number > first.line {
                text.push('\n');
            }
            text.push_str(self.line(sight, number).slice(first.x, after.x).trim_end_matches(' '));
            if text.len() > COPY_BYTES_MAX {
                break;
            }
        }
        Some(text)
    }

    /// Copies what is selected; `clear` drops the selection. The command's word is a buffer's prefix.
    pub(super) fn copy(&mut self, run: &mut Run<'_>, clear: bool) {
        if let Some(text) = self.selected_text(run.sight).filter(|text| !text.is_empty()) {
            run.actions.push(ModeAction::Copy { text, prefix: run.word.to_owned() });
        }
        self.after_copy(clear);
    }

    /// Copies and gives the text to a shell command as well; the words are the command and a prefix.
    pub(super) fn copy_pipe(&mut self, run: &mut Run<'_>, clear: bool) {
        if let Some(text) = self.selected_text(run.sight).filter(|text| !text.is_empty()) {
            run.actions.push(ModeAction::Pipe { command: run.word.to_owned(), text: text.clone() });
            run.actions.push(ModeAction::Copy { text, prefix: run.second.to_owned() });
        }
        self.after_copy(clear);
    }

    pub(super) fn append(&mut self, run: &mut Run<'_>) {
        if let Some(text) = self.selected_text(run.sight).filter(|text| !text.is_empty()) {
            run.actions.push(ModeAction::CopyAppend(text));
        }
        self.after_copy(true);
    }

    fn after_copy(&mut self, clear: bool) {
        if clear {
            self.selection = None;
        }
    }

    /// Copies from the cursor to the end of its line, or whole lines.
    pub(super) fn copy_to_line_end(&mut self, run: &mut Run<'_>, whole: bool, pipe: bool) {
        let from = if whole {
            Place { line: self.line_start(run.sight, self.place().line), x: 0 }
        } else {
            self.place()
        };
        let to = Place { line: self.line_end(run.sight, from.line), x: u16::MAX };
        let text = self.text_between(run.sight, from, to);
        if !text.is_empty() {
            let prefix = if pipe { run.second } else { run.word };
            if pipe {
                run.actions.push(ModeAction::Pipe { command: run.word.to_owned(), text: text.clone() });
            }
            run.actions.push(ModeAction::Copy { text, prefix: prefix.to_owned() });
        }
        self.selection = None;
    }
}
