//! Variables of a pane, its screen and its mode.

use super::{Sight, Variable, flag};
use crate::{
    boundary::ExitStatus,
    modes::PaneSight,
    screen::Progress,
    session::{PaneState, Place},
};
use abide_protocol::message::{CursorShape, mode};

/// Any of the mouse modes.
pub(super) const MOUSE: u32 = mode::MOUSE_BUTTONS | mode::MOUSE_DRAG | mode::MOUSE_ALL;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "alternate_on",
        text: "Whether the alternate screen is shown.",
        read: |s| flag(s.pane()?.screen.alternate()),
    },
    Variable {
        name: "bracket_paste_flag",
        text: "Whether the program asked for bracketed paste.",
        read: |s| has(s, mode::BRACKETED_PASTE),
    },
    Variable {
        name: "cursor_blinking",
        text: "Whether the cursor blinks.",
        read: |s| flag(s.pane()?.screen.cursor().blink),
    },
    Variable {
        name: "cursor_flag",
        text: "Whether the cursor is shown.",
        read: |s| flag(s.pane()?.screen.cursor().visible),
    },
    Variable { name: "cursor_shape", text: "Shape of the cursor.", read: shape },
    Variable {
        name: "cursor_x",
        text: "Column of the cursor.",
        read: |s| Some(s.pane()?.screen.cursor().x.to_string()),
    },
    Variable {
        name: "cursor_y",
        text: "Row of the cursor.",
        read: |s| Some(s.pane()?.screen.cursor().y.to_string()),
    },
    Variable {
        name: "focus_flag",
        text: "Whether the program asked for focus reports.",
        read: |s| has(s, mode::FOCUS),
    },
    Variable { name: "history_all_bytes", text: "Bytes of the history, an estimate.", read: bytes },
    Variable { name: "history_bytes", text: "Bytes of the history, an estimate.", read: bytes },
    Variable {
        name: "history_limit",
        text: "Lines that the history may have.",
        read: |s| Some(u64::from(s.model.history_lines_max(s.session?)).to_string()),
    },
    Variable { name: "history_size", text: "Lines of the history.", read: |s| Some(lines(s)?.to_string()) },
    Variable { name: "insert_flag", text: "Whether characters are inserted.", read: |_| flag(false) },
    Variable {
        name: "keypad_cursor_flag",
        text: "Whether cursor keys are in application mode.",
        read: |s| has(s, mode::APP_CURSOR),
    },
    Variable {
        name: "keypad_flag",
        text: "Whether the keypad is in application mode.",
        read: |s| has(s, mode::APP_KEYPAD),
    },
    Variable {
        name: "mouse_all_flag",
        text: "Whether the program asked for all of the mouse.",
        read: |s| has(s, mode::MOUSE_ALL),
    },
    Variable {
        name: "mouse_button_flag",
        text: "Whether the program asked for drags of the mouse.",
        read: |s| has(s, mode::MOUSE_DRAG),
    },
    Variable {
        name: "mouse_sgr_flag",
        text: "Whether mouse reports are in SGR form.",
        read: |s| has(s, mode::MOUSE_SGR),
    },
    Variable {
        name: "mouse_standard_flag",
        text: "Whether the program asked for clicks of the mouse.",
        read: |s| has(s, mode::MOUSE_BUTTONS),
    },
    Variable {
        name: "mouse_utf8_flag",
        text: "Whether mouse reports are in UTF-8 form.",
        read: |_| flag(false),
    },
    Variable {
        name: "origin_flag",
        text: "Whether the cursor's origin is the scroll region.",
        read: |_| flag(false),
    },
    Variable {
        name: "pane_active",
        text: "Whether it is the active pane.",
        read: |s| flag(s.window()?.active == s.pane?),
    },
    Variable {
        name: "pane_at_bottom",
        text: "Whether it is at the bottom of its window.",
        read: |s| edge(s, |r, w| r.y + r.rows >= w.rows),
    },
    Variable {
        name: "pane_at_left",
        text: "Whether it is at the left of its window.",
        read: |s| edge(s, |r, _| r.x == 0),
    },
    Variable {
        name: "pane_at_right",
        text: "Whether it is at the right of its window.",
        read: |s| edge(s, |r, w| r.x + r.cols >= w.cols),
    },
    Variable {
        name: "pane_at_top",
        text: "Whether it is at the top of its window.",
        read: |s| edge(s, |r, _| r.y == 0),
    },
    Variable { name: "pane_bg", text: "Background of the pane.", read: |_| Some("default".to_owned()) },
    Variable {
        name: "pane_bottom",
        text: "Its last row in the window.",
        read: |s| Some((u32::from(rect(s)?.y) + u32::from(rect(s)?.rows)).saturating_sub(1).to_string()),
    },
    Variable {
        name: "pane_current_command",
        text: "Program in its foreground.",
        read: |s| Some(s.pane()?.command().to_owned()),
    },
    Variable {
        name: "pane_current_path",
        text: "Working directory of the program in its foreground.",
        read: |s| Some(s.pane()?.cwd().to_owned()),
    },
    Variable {
        name: "pane_dead",
        text: "Whether its program has ended.",
        read: |s| flag(s.pane()?.is_dead()),
    },
    Variable {
        name: "pane_dead_signal",
        text: "The signal that ended its program.",
        read: |s| {
            Some(match dead(s)? {
                (ExitStatus::Signal(n), _) => n.to_string(),
                _ => String::new(),
            })
        },
    },
    Variable {
        name: "pane_dead_status",
        text: "What its program returned.",
        read: |s| {
            Some(match dead(s)? {
                (ExitStatus::Code(n), _) => n.to_string(),
                _ => String::new(),
            })
        },
    },
    Variable {
        name: "pane_dead_time",
        text: "When its program ended.",
        read: |s| Some(dead(s)?.1.to_string()),
    },
    Variable { name: "pane_fg", text: "Foreground of the pane.", read: |_| Some("default".to_owned()) },
    Variable {
        name: "pane_format",
        text: "Whether the format is expanded for a pane.",
        read: |s| flag(s.pane.is_some()),
    },
    Variable {
        name: "pane_height",
        text: "Its rows.",
        read: |s| Some(s.pane()?.screen.size().rows.to_string()),
    },
    Variable { name: "pane_id", text: "Its id, %N.", read: |s| Some(s.pane?.to_string()) },
    Variable {
        name: "pane_in_mode",
        text: "Whether it is in a mode.",
        read: |s| flag(s.pane()?.mode.is_some()),
    },
    Variable { name: "pane_index", text: "Its index.", read: index },
    Variable {
        name: "pane_input_off",
        text: "Whether what is typed is dropped.",
        read: |s| flag(s.pane()?.input_off),
    },
    Variable {
        name: "pane_key_mode",
        text: "Form in which keys are sent.",
        read: |_| Some("VT10x".to_owned()),
    },
    Variable {
        name: "pane_last",
        text: "Whether it was active before.",
        read: |s| flag(s.window()?.last_pane() == Some(s.pane?)),
    },
    Variable {
        name: "pane_left",
        text: "Its first column in the window.",
        read: |s| Some(rect(s)?.x.to_string()),
    },
    Variable {
        name: "pane_marked",
        text: "Whether it is the marked pane.",
        read: |s| flag(s.model.marked == Some(s.pane?)),
    },
    Variable {
        name: "pane_marked_set",
        text: "Whether there is a marked pane.",
        read: |s| flag(s.model.marked.is_some()),
    },
    Variable {
        name: "pane_mode",
        text: "Name of its mode.",
        read: |s| Some(s.pane()?.mode.as_ref().map_or("", |m| m.name()).to_owned()),
    },
    Variable {
        name: "pane_path",
        text: "Directory that the program told of.",
        read: |s| Some(s.pane()?.screen.cwd().to_owned()),
    },
    Variable {
        name: "pane_pictures",
        text: "Pictures that its program has placed, those in its history among them.",
        read: |s| {
            let screen = &s.pane()?.screen;
            let range = screen.history();
            let lines = range.start..range.end + u64::from(screen.size().rows);
            Some(screen.pictures_in(lines).len().to_string())
        },
    },
    Variable {
        name: "pane_pid",
        text: "Process id of its program.",
        read: |s| Some(s.pane()?.pid.to_string()),
    },
    Variable { name: "pane_pipe", text: "Whether its output is piped.", read: |_| flag(false) },
    Variable {
        name: "pane_progress",
        text: "Per cent that its program says are done (OSC 9;4), \"?\" if it does not know, empty if it says nothing.",
        read: |s| {
            Some(match s.pane()?.screen.progress() {
                Progress::None => String::new(),
                Progress::Unknown => "?".to_owned(),
                Progress::Normal(n) | Progress::Error(n) | Progress::Paused(n) => n.to_string(),
            })
        },
    },
    Variable {
        name: "pane_right",
        text: "Its last column in the window.",
        read: |s| Some((u32::from(rect(s)?.x) + u32::from(rect(s)?.cols)).saturating_sub(1).to_string()),
    },
    Variable { name: "pane_start_command", text: "Command that it was started with.", read: start_command },
    Variable {
        name: "pane_start_path",
        text: "Where its program was started.",
        read: |s| Some(s.pane()?.start_cwd.clone()),
    },
    Variable {
        name: "pane_synchronized",
        text: "Whether what is typed goes to all panes of the window.",
        read: |s| flag(s.model.options(Place::Pane(s.pane?)).flag("synchronize-panes")),
    },
    Variable { name: "pane_tabs", text: "Tab stops of the pane.", read: tabs },
    Variable { name: "pane_title", text: "Its title.", read: |s| Some(s.pane()?.title.clone()) },
    Variable {
        name: "pane_top",
        text: "Its first row in the window.",
        read: |s| Some(rect(s)?.y.to_string()),
    },
    Variable { name: "pane_tty", text: "Path of its terminal.", read: |s| Some(s.pane()?.tty.clone()) },
    Variable {
        name: "pane_user_NAME",
        text: "What its program says of itself by that name (OSC 1337, SetUserVar), empty if nothing.",
        read: |s| of_program(s, "pane_user_NAME"),
    },
    Variable {
        name: "pane_width",
        text: "Its columns.",
        read: |s| Some(s.pane()?.screen.size().cols.to_string()),
    },
    Variable {
        name: "scroll_region_lower",
        text: "Last row of the scroll region.",
        read: |s| Some(s.pane()?.screen.size().rows.saturating_sub(1).to_string()),
    },
    Variable {
        name: "scroll_region_upper",
        text: "First row of the scroll region.",
        read: |s| s.pane().map(|_| "0".to_owned()),
    },
    Variable {
        name: "synchronized_output_flag",
        text: "Whether the program holds its screen back.",
        read: |s| flag(s.pane()?.screen.synchronized()),
    },
    Variable { name: "wrap_flag", text: "Whether lines wrap.", read: |s| s.pane().map(|_| "1".to_owned()) },
];

/// What the pane's mode knows (`scroll_position`, `selection_present` …).
pub(super) fn of_mode(sight: &Sight<'_>, name: &str) -> Option<String> {
    let pane = sight.pane()?;
    let mode = pane.mode.as_ref()?;
    let options = sight.model.mode_options(pane.id);
    let mouse = sight.mouse.filter(|(id, _)| *id == pane.id).map(|(_, at)| at);
    let day_seconds = sight.model.day_seconds();
    mode.fact(name, &PaneSight { screen: &pane.screen, options: &options, mouse, day_seconds })
}

/// `pane_user_NAME`: what the pane's program says of itself.
pub(super) fn of_program(sight: &Sight<'_>, name: &str) -> Option<String> {
    Some(sight.pane()?.screen.variable(name.strip_prefix("pane_user_")?).to_owned())
}

fn has(sight: &Sight<'_>, bits: u32) -> Option<String> {
    flag(sight.pane()?.screen.modes() & bits != 0)
}

fn shape(sight: &Sight<'_>) -> Option<String> {
    let shape = match sight.pane()?.screen.cursor().shape {
        CursorShape::Default => "default",
        CursorShape::Block => "block",
        CursorShape::Underline => "underline",
        CursorShape::Bar => "bar",
    };
    Some(shape.to_owned())
}

fn lines(sight: &Sight<'_>) -> Option<u64> {
    let history = sight.pane()?.screen.history();
    Some(history.end.saturating_sub(history.start))
}

/// The history is packed and partly on disk: what a terminal's width of text would take.
fn bytes(sight: &Sight<'_>) -> Option<String> {
    let cols = u64::from(sight.pane()?.screen.size().cols);
    Some(lines(sight)?.saturating_mul(cols).to_string())
}

fn rect(sight: &Sight<'_>) -> Option<crate::base::geometry::Rect> {
    let (window, pane) = (sight.window()?, sight.pane?);
    window.visible_rect(pane).or_else(|| window.layout.rect(pane))
}

fn edge(
    sight: &Sight<'_>,
    at: fn(crate::base::geometry::Rect, crate::base::geometry::Size) -> bool,
) -> Option<String> {
    flag(at(rect(sight)?, sight.window()?.size()))
}

fn dead(sight: &Sight<'_>) -> Option<(ExitStatus, i64)> {
    match sight.pane()?.state {
        PaneState::Dead { status, at } => Some((status, at.wall_seconds)),
        _ => None,
    }
}

fn index(sight: &Sight<'_>) -> Option<String> {
    let window = sight.window()?;
    let base = sight.model.options(Place::Window(sight.window)).count("pane-base-index", u32::MAX);
    let at = u32::try_from(window.pane_position(sight.pane?)?).ok()?;
    Some(base.saturating_add(at).to_string())
}

fn start_command(sight: &Sight<'_>) -> Option<String> {
    let words = &sight.pane()?.program.words;
    Some(words.iter().map(|word| crate::language::quote(word)).collect::<Vec<_>>().join(" "))
}

fn tabs(sight: &Sight<'_>) -> Option<String> {
    let cols = usize::from(sight.pane()?.screen.size().cols);
    Some((8..cols).step_by(8).map(|x| x.to_string()).collect::<Vec<_>>().join(","))
}
