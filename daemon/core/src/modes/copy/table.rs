//! Every command that `send-keys -X` runs in copy and view mode, by name: the one place that knows them.

use super::{CopyMode, Run, run};

/// A command of copy mode.
#[derive(Clone, Copy)]
pub struct CopyCommand {
    /// Its name.
    pub name: &'static str,
    /// One line of help.
    pub about: &'static str,
    /// Words it needs.
    pub words: u8,
    /// Whether a count repeats it (`send-keys -N`).
    pub repeats: bool,
    /// Whether it leaves the mode at the bottom when the mode was entered so (`copy-mode -e`).
    pub exits_at_bottom: bool,
    pub(super) run: fn(&mut CopyMode, &mut Run<'_>),
}

const fn once(name: &'static str, about: &'static str, run: fn(&mut CopyMode, &mut Run<'_>)) -> CopyCommand {
    CopyCommand { name, about, words: 0, repeats: false, exits_at_bottom: false, run }
}

const fn again(name: &'static str, about: &'static str, run: fn(&mut CopyMode, &mut Run<'_>)) -> CopyCommand {
    CopyCommand { repeats: true, ..once(name, about, run) }
}

impl CopyCommand {
    const fn word(self) -> CopyCommand {
        CopyCommand { words: 1, ..self }
    }
    const fn exits(self) -> CopyCommand {
        CopyCommand { exits_at_bottom: true, ..self }
    }
}

/// The command of that name.
pub(super) fn find(name: &str) -> Option<&'static CopyCommand> {
    let at = COMMANDS.binary_search_by(|command| command.name.cmp(name)).ok()?;
    COMMANDS.get(at)
}

/// The commands, by the alphabet.
#[rustfmt::skip]
#[allow(clippy::redundant_closure)] // Each row reads as what it does.
pub const COMMANDS: &[CopyCommand] = &[
    once("append-selection", "Add the selection to the newest buffer", |m, r| m.append(r)),
    once("append-selection-and-cancel", "Add the selection to the newest buffer and leave",
        |m, r| { m.append(r); run::leave(r) }),
    once("back-to-indentation", "Move to the first character of the line that is no blank",
        |m, r| m.go_to_indentation(r.sight)),
    once("begin-selection", "Begin selecting at the cursor, or at the mouse", |m, r| run::begin(m, r)),
    once("bottom-line", "Move to the last row", |m, r| run::to_row(m, r, u16::MAX)),
    once("cancel", "Leave the mode", |_, r| run::leave(r)),
    once("clear-selection", "Select nothing", |m, _| m.selection = None),
    once("copy-end-of-line", "Copy from the cursor to the end of the line",
        |m, r| m.copy_to_line_end(r, false, false)),
    once("copy-end-of-line-and-cancel", "Copy to the end of the line and leave",
        |m, r| { m.copy_to_line_end(r, false, false); run::leave(r) }),
    once("copy-line", "Copy the line", |m, r| m.copy_to_line_end(r, true, false)),
    once("copy-line-and-cancel", "Copy the line and leave",
        |m, r| { m.copy_to_line_end(r, true, false); run::leave(r) }),
    once("copy-pipe", "Copy the selection and give it to a command", |m, r| m.copy_pipe(r, true)),
    once("copy-pipe-and-cancel", "Copy the selection, give it to a command and leave",
        |m, r| { m.copy_pipe(r, true); run::leave(r) }),
    once("copy-pipe-end-of-line", "Copy to the end of the line and give it to a command",
        |m, r| m.copy_to_line_end(r, false, true)),
    once("copy-pipe-end-of-line-and-cancel", "Copy to the end of the line, give it to a command and leave",
        |m, r| { m.copy_to_line_end(r, false, true); run::leave(r) }),
    once("copy-pipe-line", "Copy the line and give it to a command", |m, r| m.copy_to_line_end(r, true, true)),
    once("copy-pipe-line-and-cancel", "Copy the line, give it to a command and leave",
        |m, r| { m.copy_to_line_end(r, true, true); run::leave(r) }),
    once("copy-pipe-no-clear", "Copy the selection, give it to a command and keep it selected",
        |m, r| m.copy_pipe(r, false)),
    once("copy-selection", "Copy the selection", |m, r| m.copy(r, true)),
    once("copy-selection-and-cancel", "Copy the selection and leave",
        |m, r| { m.copy(r, true); run::leave(r) }),
    once("copy-selection-no-clear", "Copy the selection and keep it selected", |m, r| m.copy(r, false)),
    again("cursor-down", "Move down", |m, r| m.down(r.sight)),
    again("cursor-down-and-cancel", "Move down; leave when already at the bottom",
        |m, r| run::down_and_cancel(m, r)),
    again("cursor-left", "Move left", |m, r| m.left(r.sight)),
    again("cursor-right", "Move right", |m, r| m.right(r.sight)),
    again("cursor-up", "Move up", |m, r| m.up(r.sight)),
    once("end-of-line", "Move to the end of the line", |m, r| m.go_to_line_end(r.sight)),
    once("goto-line", "Scroll so many lines up from the bottom", |m, r| run::goto_line(m, r)).word(),
    again("halfpage-down", "Scroll down half a page", |m, r| run::page(m, r, 1, 2)).exits(),
    again("halfpage-down-and-cancel", "Scroll down half a page; leave at the bottom",
        |m, r| run::page_and_cancel(m, r, 2)),
    again("halfpage-up", "Scroll up half a page", |m, r| run::page(m, r, -1, 2)),
    once("history-bottom", "Go to the last line", |m, r| run::history_bottom(m, r)),
    once("history-top", "Go to the first line", |m, r| run::history_top(m, r)),
    again("jump-again", "Repeat the last jump", |m, r| run::jump_again(m, r, false)),
    again("jump-backward", "Go back to a character in the line", |m, r| run::jump(m, r, false, false)).word(),
    again("jump-forward", "Go on to a character in the line", |m, r| run::jump(m, r, true, false)).word(),
    again("jump-reverse", "Repeat the last jump the other way", |m, r| run::jump_again(m, r, true)),
    again("jump-to-backward", "Go back to just after a character in the line",
        |m, r| run::jump(m, r, false, true)).word(),
    again("jump-to-forward", "Go on to just before a character in the line",
        |m, r| run::jump(m, r, true, true)).word(),
    once("jump-to-mark", "Go to the mark, and mark where one was", |m, r| run::jump_to_mark(m, r)),
    once("middle-line", "Move to the middle row",
        |m, r| { let row = m.size.rows.saturating_sub(1) / 2; run::to_row(m, r, row); }),
    again("next-matching-bracket", "Go to the bracket that belongs to the next one",
        |m, r| m.matching_bracket(r.sight, true)),
    again("next-paragraph", "Go to the end of the paragraph", |m, r| m.paragraph(r.sight, true)),
    again("next-space", "Go to the next word between blanks", |m, r| m.next_word(r.sight, "")),
    again("next-space-end", "Go to the end of the next word between blanks",
        |m, r| m.next_word_end(r.sight, "")),
    again("next-word", "Go to the next word", |m, r| m.next_word(r.sight, &r.sight.options.word_separators)),
    again("next-word-end", "Go to the end of the next word",
        |m, r| m.next_word_end(r.sight, &r.sight.options.word_separators)),
    once("other-end", "Go to the other end of the selection", |m, r| m.other_end(r.sight)),
    again("page-down", "Scroll down a page", |m, r| run::page(m, r, 1, 1)).exits(),
    again("page-down-and-cancel", "Scroll down a page; leave at the bottom",
        |m, r| run::page_and_cancel(m, r, 1)),
    again("page-up", "Scroll up a page", |m, r| run::page(m, r, -1, 1)),
    once("pipe", "Give the selection to a command", |m, r| run::pipe(m, r, true)),
    once("pipe-and-cancel", "Give the selection to a command and leave",
        |m, r| { run::pipe(m, r, true); run::leave(r) }),
    once("pipe-no-clear", "Give the selection to a command and keep it selected",
        |m, r| run::pipe(m, r, false)),
    again("previous-matching-bracket", "Go back to the bracket that belongs to the last one",
        |m, r| m.matching_bracket(r.sight, false)),
    again("previous-paragraph", "Go to the beginning of the paragraph", |m, r| m.paragraph(r.sight, false)),
    again("previous-space", "Go back to the beginning of a word between blanks",
        |m, r| m.previous_word(r.sight, "")),
    again("previous-word", "Go back to the beginning of a word",
        |m, r| m.previous_word(r.sight, &r.sight.options.word_separators)),
    once("rectangle-off", "Select lines", |m, _| m.set_rectangle(false)),
    once("rectangle-on", "Select a rectangle", |m, _| m.set_rectangle(true)),
    once("rectangle-toggle", "Select a rectangle, or lines again", |m, _| m.set_rectangle(!m.rectangle)),
    once("refresh-from-pane", "Show the pane as it is now", |m, r| run::refresh(m, r)),
    once("scroll-bottom", "Scroll so that the cursor's line is last",
        |m, r| run::scroll_cursor_to(m, r, u16::MAX)),
    again("scroll-down", "Scroll down", |m, r| m.scroll_rows(r.sight, 1)).exits(),
    again("scroll-down-and-cancel", "Scroll down; leave at the bottom", |m, r| run::scroll_and_cancel(m, r)),
    once("scroll-exit-off", "Stay when scrolled to the bottom", |m, _| m.entry.exit_at_bottom = false),
    once("scroll-exit-on", "Leave when scrolled to the bottom", |m, _| m.entry.exit_at_bottom = true),
    once("scroll-exit-toggle", "Leave when scrolled to the bottom, or stay again",
        |m, _| m.entry.exit_at_bottom = !m.entry.exit_at_bottom),
    once("scroll-middle", "Scroll so that the cursor's line is in the middle",
        |m, r| { let row = m.size.rows / 2; run::scroll_cursor_to(m, r, row); }),
    once("scroll-top", "Scroll so that the cursor's line is first", |m, r| run::scroll_cursor_to(m, r, 0)),
    again("scroll-up", "Scroll up", |m, r| m.scroll_rows(r.sight, -1)),
    again("search-again", "Search on", |m, r| m.search_again(r.sight, false)),
    again("search-backward", "Search backward for a text", |m, r| run::search(m, r, false)).word(),
    once("search-backward-incremental", "Search backward while one types",
        |m, r| run::incremental(m, r, false)).word(),
    again("search-backward-text", "Search backward for a text", |m, r| run::search(m, r, false)).word(),
    again("search-forward", "Search forward for a text", |m, r| run::search(m, r, true)).word(),
    once("search-forward-incremental", "Search forward while one types",
        |m, r| run::incremental(m, r, true)).word(),
    again("search-forward-text", "Search forward for a text", |m, r| run::search(m, r, true)).word(),
    again("search-reverse", "Search on the other way", |m, r| m.search_again(r.sight, true)),
    once("select-line", "Select the line", |m, r| m.select_line(r.sight, 1)),
    once("select-word", "Select the word at the cursor", |m, r| run::select_word(m, r)),
    once("set-mark", "Mark the cursor's place", |m, _| m.mark = Some(m.place())),
    once("start-of-line", "Move to the beginning of the line", |m, r| m.go_to_line_start(r.sight)),
    once("stop-selection", "Let the selection stay as it is while the cursor moves on",
        |m, _| m.stop_selection()),
    once("toggle-position", "Hide or show where one is",
        |m, _| m.entry.hide_position = !m.entry.hide_position),
    once("top-line", "Move to the first row", |m, r| run::to_row(m, r, 0)),
];
