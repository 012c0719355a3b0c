//! Painting copy mode's rows: text, what is found, what is selected, and where one is.

use super::{CopyMode, Place};
use crate::modes::{Canvas, PaneSight};
use abide_protocol::message::{Color, Style};

/// A highlight over a cell: its colours where they say one.
fn highlighted(cell: &Style, over: &Style) -> Style {
    let pick = |top: Color, below: Color| if top == Color::Default { below } else { top };
    Style {
        fg: pick(over.fg, cell.fg),
        bg: pick(over.bg, cell.bg),
        ul: cell.ul,
        link: cell.link.clone(),
        attrs: over.attrs,
    }
}

impl CopyMode {
    pub(super) fn draw_row(&self, y: u16, sight: &PaneSight<'_>, canvas: &mut dyn Canvas) {
        let line = self.top + u64::from(y);
        let found = self.matches_in(sight, line);
        let selected = self.selected(sight);
        let rectangle = self.rectangle;
        let place = self.place();
        self.backing.cells(sight.screen, line, &mut |cell| {
            let at = Place { line, x: cell.x };
            let in_selection = selected.is_some_and(|(first, after)| {
                if rectangle {
                    (first.line..=after.line).contains(&line) && (first.x..after.x).contains(&cell.x)
                } else {
                    first <= at && at < after
                }
            });
            if in_selection {
                let style = highlighted(cell.style, &sight.options.mode_style);
                canvas.put(cell.x, cell.text, cell.width, &style);
            } else if let Some(hit) = found.iter().find(|m| m.from <= at && at < m.to) {
                let current = hit.from <= place && place <= hit.to;
                let over =
                    if current { &sight.options.current_match_style } else { &sight.options.match_style };
                canvas.put(cell.x, cell.text, cell.width, &highlighted(cell.style, over));
            } else {
                canvas.put(cell.x, cell.text, cell.width, cell.style);
            }
        });
        if y == 0 && !self.entry.hide_position {
            let text = self.position(sight);
            let cols = canvas.cols().min(self.size.cols);
            if let Some(x) = cols.checked_sub(text.len() as u16) {
                canvas.text(x, &text, &sight.options.mode_style);
            }
        }
    }

    /// `[lines scrolled up/lines of history]`, and what a search found.
    fn position(&self, sight: &PaneSight<'_>) -> String {
        let (start, base, _) = self.backing.range(sight.screen);
        let position = format!("[{}/{}]", base.saturating_sub(self.top), base.saturating_sub(start));
        match &self.search {
            Some(search) => {
                format!("({}{} results) {position}", search.count, if search.more { "+" } else { "" })
            }
            None => position,
        }
    }
}
