//! What commands do beyond one call: small steps over the mode's own verbs.

use super::{CopyMode, Place, Run, motion::Jump, select::Unit};
use crate::modes::ModeAction;

pub(super) fn leave(r: &mut Run<'_>) {
    r.actions.push(ModeAction::Exit);
}

pub(super) fn begin(m: &mut CopyMode, r: &mut Run<'_>) {
    match r.sight.mouse {
        Some(at) => m.drag(r.sight, at.x, at.y),
        None => m.begin_selection(Unit::Cell),
    }
}

pub(super) fn select_word(m: &mut CopyMode, r: &mut Run<'_>) {
    if let Some(at) = r.sight.mouse {
        m.point_at(at.x, at.y);
    }
    m.select_word(r.sight);
}

pub(super) fn to_row(m: &mut CopyMode, r: &mut Run<'_>, row: u16) {
    let line = m.top + u64::from(row.min(m.size.rows.saturating_sub(1)));
    m.goto(r.sight, Place { line, x: 0 });
}

pub(super) fn down_and_cancel(m: &mut CopyMode, r: &mut Run<'_>) {
    let before = m.place();
    m.down(r.sight);
    if m.place() == before {
        leave(r);
    }
}

pub(super) fn page(m: &mut CopyMode, r: &mut Run<'_>, direction: i64, part: i64) {
    let rows = if part == 1 { i64::from(m.page()) } else { i64::from((m.size.rows / 2).max(1)) };
    m.page_rows(r.sight, direction * rows);
}

pub(super) fn page_and_cancel(m: &mut CopyMode, r: &mut Run<'_>, part: i64) {
    page(m, r, 1, part);
    if m.at_bottom(r.sight) {
        leave(r);
    }
}

pub(super) fn scroll_and_cancel(m: &mut CopyMode, r: &mut Run<'_>) {
    m.scroll_rows(r.sight, 1);
    if m.at_bottom(r.sight) {
        leave(r);
    }
}

pub(super) fn scroll_cursor_to(m: &mut CopyMode, r: &mut Run<'_>, row: u16) {
    let row = row.min(m.size.rows.saturating_sub(1));
    let place = m.place();
    m.scroll_rows(r.sight, i64::from(m.cursor.y) - i64::from(row));
    m.goto(r.sight, place);
}

pub(super) fn goto_line(m: &mut CopyMode, r: &mut Run<'_>) {
    let Ok(up) = r.word.parse::<u64>() else { return };
    let (start, base, _) = m.backing.range(r.sight.screen);
    m.top = base.saturating_sub(up).max(start);
}

pub(super) fn history_top(m: &mut CopyMode, r: &mut Run<'_>) {
    let line = m.backing.range(r.sight.screen).0;
    m.goto(r.sight, Place { line, x: 0 });
}

pub(super) fn history_bottom(m: &mut CopyMode, r: &mut Run<'_>) {
    let (_, base, end) = m.backing.range(r.sight.screen);
    m.top = base;
    let last = end.saturating_sub(1);
    m.goto(r.sight, Place { line: last, x: 0 });
    m.go_to_line_end(r.sight);
}

pub(super) fn jump(m: &mut CopyMode, r: &mut Run<'_>, forward: bool, before: bool) {
    let jump = Jump { text: r.word.to_owned(), forward, before };
    m.jump(r.sight, &jump);
    m.jump = Some(jump);
}

pub(super) fn jump_again(m: &mut CopyMode, r: &mut Run<'_>, reverse: bool) {
    if let Some(jump) = m.jump.clone() {
        m.jump(r.sight, &Jump { forward: jump.forward != reverse, ..jump });
    }
}

pub(super) fn jump_to_mark(m: &mut CopyMode, r: &mut Run<'_>) {
    if let Some(mark) = m.mark.replace(m.place()) {
        m.show(r.sight, mark);
    }
}

pub(super) fn pipe(m: &mut CopyMode, r: &mut Run<'_>, clear: bool) {
    m.copy_pipe(r, clear);
    r.actions.retain(|action| !matches!(action, ModeAction::Copy { .. }));
}

pub(super) fn refresh(m: &mut CopyMode, r: &mut Run<'_>) {
    if !m.view {
        m.renew(r.sight, false);
    }
}

pub(super) fn search(m: &mut CopyMode, r: &mut Run<'_>, forward: bool) {
    let text = r.word.to_owned();
    m.search(r.sight, &text, forward);
}

pub(super) fn incremental(m: &mut CopyMode, r: &mut Run<'_>, forward: bool) {
    let word = r.word.to_owned();
    r.actions.extend(m.search_incremental(r.sight, &word, forward));
}
