//! Options of windows, and of panes (which windows can have for all their panes).

use super::{COUNT_MAX, Kind, Scope::Window, Spec, array, number, row};

const LINES: Kind = Kind::Choice(&["single", "double", "heavy", "simple", "number", "spaces"]);

pub(super) const ROWS: &[Spec] = &[
    row(
        Window,
        "aggressive-resize",
        Kind::Flag,
        "off",
        "Whether only clients that look at the window count towards its size.",
    ),
    row(
        Window,
        "allow-checksums",
        Kind::Flag,
        "off",
        "Whether programs may ask for checksums of their screen (DECRQCRA), and so read what others left on it.",
    )
    .pane(),
    row(
        Window,
        "allow-notices",
        Kind::Flag,
        "on",
        "Whether programs' notices (OSC 9, 99, 777) are shown to who is attached to a session with their window.",
    )
    .pane(),
    row(
        Window,
        "allow-passthrough",
        Kind::Choice(&["off", "on", "all"]),
        "off",
        "Whether programs may send sequences past us to the terminal.",
    )
    .pane(),
    row(Window, "allow-rename", Kind::Flag, "off", "Whether programs may rename their window by a sequence.")
        .pane(),
    row(Window, "allow-set-title", Kind::Flag, "on", "Whether programs may set their pane's title.").pane(),
    row(Window, "alternate-screen", Kind::Flag, "on", "Whether programs may use the alternate screen.")
        .pane(),
    row(Window, "automatic-rename", Kind::Flag, "on", "Whether a window is named after what runs in it."),
    row(
        Window,
        "automatic-rename-format",
        Kind::Text,
        "#{?pane_in_mode,[abide],#{pane_current_command}}#{?pane_dead,[dead],}",
        "The name that automatic-rename gives.",
    ),
    row(Window, "clock-mode-colour", Kind::Colour, "blue", "Colour of the clock."),
    row(Window, "clock-mode-style", Kind::Choice(&["12", "24"]), "24", "Hours of the clock."),
    row(
        Window,
        "copy-mode-current-match-style",
        Kind::Style,
        "bg=magenta,fg=black",
        "Style of the match the cursor is on.",
    ),
    row(Window, "copy-mode-mark-style", Kind::Style, "bg=red,fg=black", "Style of the line with the mark."),
    row(Window, "copy-mode-match-style", Kind::Style, "bg=cyan,fg=black", "Style of matches of a search."),
    row(
        Window,
        "copy-mode-position-style",
        Kind::Style,
        "#{E:mode-style}",
        "Style of the position in the history.",
    ),
    row(Window, "copy-mode-selection-style", Kind::Style, "#{E:mode-style}", "Style of the selection."),
    row(Window, "cursor-colour", Kind::Colour, "none", "Colour of the cursor.").pane(),
    row(
        Window,
        "cursor-style",
        Kind::Choice(&[
            "default",
            "blinking-block",
            "block",
            "blinking-underline",
            "underline",
            "blinking-bar",
            "bar",
        ]),
        "default",
        "Shape of the cursor.",
    )
    .pane(),
    row(Window, "fill-character", Kind::Text, "", "Character that fills what no pane covers; empty: a dot."),
    row(
        Window,
        "main-pane-height",
        Kind::Text,
        "24",
        "Rows of the main pane in the main-horizontal layouts, or a part in %.",
    ),
    row(
        Window,
        "main-pane-width",
        Kind::Text,
        "80",
        "Columns of the main pane in the main-vertical layouts, or a part in %.",
    ),
    row(Window, "mode-keys", Kind::Choice(&["emacs", "vi"]), "emacs", "Keys of copy mode."),
    row(
        Window,
        "mode-style",
        Kind::Style,
        "bg=yellow,fg=black",
        "Style of selections and of what modes show.",
    ),
    row(Window, "monitor-activity", Kind::Flag, "off", "Whether output in a window is told of."),
    row(Window, "monitor-bell", Kind::Flag, "on", "Whether bells in a window are told of."),
    row(
        Window,
        "monitor-silence",
        number(0, COUNT_MAX),
        "0",
        "Time without output that is told of; 0: none.",
    )
    .unit("seconds"),
    row(
        Window,
        "other-pane-height",
        Kind::Text,
        "0",
        "Rows of the other panes in the main-horizontal layouts; 0: what is left.",
    ),
    row(
        Window,
        "other-pane-width",
        Kind::Text,
        "0",
        "Columns of the other panes in the main-vertical layouts; 0: what is left.",
    ),
    row(
        Window,
        "pane-active-border-style",
        Kind::Style,
        "#{?pane_in_mode,fg=yellow,#{?synchronize-panes,fg=red,fg=green}}",
        "Style of the active pane's border.",
    )
    .pane(),
    row(Window, "pane-base-index", number(0, 65_535), "0", "Index of the first pane."),
    row(
        Window,
        "pane-border-format",
        Kind::Text,
        "#{?pane_active,#[reverse],}#{pane_index}#[default] \"#{pane_title}\"",
        "What stands on a pane's border.",
    )
    .pane(),
    row(
        Window,
        "pane-border-indicators",
        Kind::Choice(&["off", "colour", "arrows", "both"]),
        "colour",
        "How the active pane's border is told from others.",
    ),
    row(Window, "pane-border-lines", LINES, "single", "Lines that borders are drawn with."),
    row(
        Window,
        "pane-border-status",
        Kind::Choice(&["off", "top", "bottom"]),
        "off",
        "Whether pane-border-format is shown, and where.",
    ),
    row(Window, "pane-border-style", Kind::Style, "default", "Style of borders.").pane(),
    array(
        Window,
        "pane-colours",
        " ,",
        "",
        "The 256 colours of a pane, as far as they differ from the terminal's.",
    )
    .pane(),
    row(
        Window,
        "remain-on-exit",
        Kind::Choice(&["off", "on", "failed", "key"]),
        "off",
        "Whether a pane stays when its program has ended.",
    )
    .pane(),
    row(
        Window,
        "remain-on-exit-format",
        Kind::Text,
        "Pane is dead (#{?#{!=:#{pane_dead_status},},status #{pane_dead_status},}\
         #{?#{!=:#{pane_dead_signal},},signal #{pane_dead_signal},}, #{t:pane_dead_time})",
        "What is shown at the bottom of such a pane.",
    )
    .pane(),
    row(
        Window,
        "restore-command",
        Kind::Text,
        "vi vim nvim nano less more man top htop",
        "Programs that run again with a restored pane: off, NAME, NAME=LINE; with ask, anything else is typed without Enter.",
    )
    .pane(),
    row(Window, "scroll-on-clear", Kind::Flag, "on", "Whether a cleared screen goes to the history.").pane(),
    row(
        Window,
        "synchronize-panes",
        Kind::Flag,
        "off",
        "Whether what is typed goes to all panes of the window.",
    )
    .pane(),
    row(
        Window,
        "tiled-layout-max-columns",
        number(0, 65_535),
        "0",
        "Columns of panes in the tiled layout at most; 0: any number.",
    ),
    row(
        Window,
        "window-active-style",
        Kind::Style,
        "default",
        "Style of the active pane's cells that have none.",
    )
    .pane(),
    row(
        Window,
        "window-size",
        Kind::Choice(&["largest", "smallest", "manual", "latest"]),
        "latest",
        "Which client's size a window has.",
    ),
    row(
        Window,
        "window-status-activity-style",
        Kind::Style,
        "reverse",
        "Style of a window with activity in the list.",
    ),
    row(
        Window,
        "window-status-bell-style",
        Kind::Style,
        "reverse",
        "Style of a window with a bell in the list.",
    ),
    row(
        Window,
        "window-status-current-format",
        Kind::Text,
        "#I:#W#{?window_flags,#{window_flags}, }",
        "The current window in the list.",
    ),
    row(
        Window,
        "window-status-current-style",
        Kind::Style,
        "default",
        "Style of the current window in the list.",
    ),
    row(
        Window,
        "window-status-format",
        Kind::Text,
        "#I:#W#{?window_flags,#{window_flags}, }",
        "A window in the list.",
    ),
    row(Window, "window-status-last-style", Kind::Style, "default", "Style of the last window in the list."),
    row(Window, "window-status-separator", Kind::Text, " ", "What stands between windows in the list."),
    row(Window, "window-status-style", Kind::Style, "default", "Style of windows in the list."),
    row(Window, "window-style", Kind::Style, "default", "Style of cells that have none.").pane(),
    row(Window, "wrap-search", Kind::Flag, "on", "Whether a search goes on from the other end."),
    row(Window, "xterm-keys", Kind::Flag, "on", "Kept for old files; keys are always sent as xterm does."),
];
