//! Options of sessions.

use super::{BYTES_MAX, COUNT_MAX, Kind, Scope::Session, Spec, array, number, row};

const ALERT: Kind = Kind::Choice(&["none", "any", "current", "other"]);
const VISUAL: Kind = Kind::Choice(&["off", "on", "both"]);

pub(super) const ROWS: &[Spec] = &[
    row(Session, "activity-action", ALERT, "other", "Windows whose activity is told of."),
    row(
        Session,
        "assume-paste-time",
        number(0, COUNT_MAX),
        "1",
        "Keys that come faster than this are pasted text, not bindings.",
    )
    .unit("milliseconds"),
    row(Session, "base-index", number(0, COUNT_MAX), "0", "Index of the first window."),
    row(Session, "bell-action", ALERT, "any", "Windows whose bell is told of."),
    row(
        Session,
        "default-command",
        Kind::Text,
        "",
        "Command of new panes; empty: the default shell as a login shell.",
    ),
    row(Session, "default-shell", Kind::Text, "", "The shell; empty: the user's own, else /bin/sh."),
    row(Session, "default-size", Kind::Text, "80x24", "Size of windows that no client looks at."),
    row(
        Session,
        "destroy-unattached",
        Kind::Choice(&["off", "on", "keep-last", "keep-group"]),
        "off",
        "Whether a session ends when its last client has gone.",
    ),
    row(
        Session,
        "detach-on-destroy",
        Kind::Choice(&["off", "on", "no-detached", "previous", "next"]),
        "on",
        "Whether a client is detached when its session ends, or switched to another.",
    ),
    row(Session, "display-panes-active-colour", Kind::Colour, "red", "Colour of the active pane's number."),
    row(Session, "display-panes-colour", Kind::Colour, "blue", "Colour of the other panes' numbers."),
    row(Session, "display-panes-time", number(1, COUNT_MAX), "1000", "How long pane numbers are shown.")
        .unit("milliseconds"),
    row(Session, "display-time", number(0, COUNT_MAX), "750", "How long messages are shown; 0: until a key.")
        .unit("milliseconds"),
    row(
        Session,
        "history-disk-limit",
        number(0, BYTES_MAX),
        "268435456",
        "History of one pane that may be on disk alone; the oldest lines go first.",
    )
    .unit("bytes"),
    row(
        Session,
        "history-limit",
        number(0, COUNT_MAX),
        "2000",
        "Lines of history kept by new panes; a wrapped one counts for each row that it had when it came.",
    )
    .unit("lines"),
    row(
        Session,
        "initial-repeat-time",
        number(0, 2_000_000),
        "0",
        "As repeat-time, for the first key after the prefix; 0: the same.",
    )
    .unit("milliseconds"),
    row(Session, "key-table", Kind::Text, "root", "Table in which keys are looked up first."),
    row(
        Session,
        "lock-after-time",
        number(0, COUNT_MAX),
        "0",
        "Idle time after which clients are locked; 0: never.",
    )
    .unit("seconds"),
    row(Session, "lock-command", Kind::Text, "lock -np", "Command that locks a client."),
    row(
        Session,
        "message-command-style",
        Kind::Style,
        "bg=black,fg=yellow",
        "Style of prompts in vi's command mode.",
    ),
    row(
        Session,
        "message-line",
        Kind::Choice(&["0", "1", "2", "3", "4"]),
        "0",
        "Status line that messages are shown on.",
    ),
    row(Session, "message-style", Kind::Style, "bg=yellow,fg=black", "Style of messages and prompts."),
    row(Session, "mouse", Kind::Flag, "on", "Whether the mouse selects, drags and scrolls."),
    row(Session, "prefix", Kind::Key, "C-b", "The prefix key."),
    row(Session, "prefix2", Kind::Key, "None", "A second prefix key."),
    row(Session, "renumber-windows", Kind::Flag, "off", "Whether windows are numbered anew when one ends."),
    row(
        Session,
        "repeat-time",
        number(0, 2_000_000),
        "500",
        "How long a key that repeats may follow without the prefix.",
    )
    .unit("milliseconds"),
    row(
        Session,
        "restore",
        Kind::Flag,
        "on",
        "Whether the session is kept on disk and comes back, with its screens and shells, after the machine was restarted.",
    ),
    row(Session, "set-titles", Kind::Flag, "off", "Whether the terminal's title is set."),
    row(
        Session,
        "set-titles-string",
        Kind::Text,
        "#S:#I:#W - \"#T\" #{session_alerts}",
        "What the terminal's title is set to.",
    ),
    row(Session, "silence-action", ALERT, "other", "Windows whose silence is told of."),
    row(
        Session,
        "status",
        Kind::Choice(&["off", "on", "2", "3", "4", "5"]),
        "on",
        "Whether there is a status line, or how many lines it has.",
    ),
    row(
        Session,
        "status-bg",
        Kind::Colour,
        "default",
        "Background of the status line; status-style is preferred.",
    ),
    row(
        Session,
        "status-fg",
        Kind::Colour,
        "default",
        "Foreground of the status line; status-style is preferred.",
    ),
    array(
        Session,
        "status-format",
        "\n",
        "",
        "Formats of the status lines; where an element is missing, the line is made of the other status options.",
    ),
    row(
        Session,
        "status-interval",
        number(0, COUNT_MAX),
        "15",
        "How often the status line is drawn anew; 0: never.",
    )
    .unit("seconds"),
    row(
        Session,
        "status-justify",
        Kind::Choice(&["left", "centre", "right", "absolute-centre"]),
        "left",
        "Where the window list stands.",
    ),
    row(Session, "status-keys", Kind::Choice(&["emacs", "vi"]), "emacs", "Keys of the prompt."),
    row(Session, "status-left", Kind::Text, "[#{session_name}] ", "Left part of the status line."),
    row(Session, "status-left-length", number(0, 32_767), "10", "Columns of the left part at most.")
        .unit("columns"),
    row(Session, "status-left-style", Kind::Style, "default", "Style of the left part."),
    row(Session, "status-position", Kind::Choice(&["top", "bottom"]), "bottom", "Where the status line is."),
    row(
        Session,
        "status-right",
        Kind::Text,
        "#{?window_bigger,[#{window_offset_x}#,#{window_offset_y}] ,}\"#{=21:pane_title}\" %H:%M %d-%b-%y",
        "Right part of the status line.",
    ),
    row(Session, "status-right-length", number(0, 32_767), "40", "Columns of the right part at most.")
        .unit("columns"),
    row(Session, "status-right-style", Kind::Style, "default", "Style of the right part."),
    row(Session, "status-style", Kind::Style, "bg=green,fg=black", "Style of the status line."),
    array(
        Session,
        "update-environment",
        " ,",
        "DISPLAY KRB5CCNAME MSYSTEM SSH_ASKPASS SSH_AUTH_SOCK SSH_AGENT_PID SSH_CONNECTION WAYLAND_DISPLAY WINDOWID \
         XAUTHORITY",
        "Variables that a session takes over from each client that attaches.",
    ),
    row(
        Session,
        "visual-activity",
        VISUAL,
        "off",
        "Whether activity is told by a message instead of a bell.",
    ),
    row(Session, "visual-bell", VISUAL, "off", "Whether a bell is told by a message."),
    row(Session, "visual-silence", VISUAL, "off", "Whether silence is told by a message instead of a bell."),
    row(
        Session,
        "word-separators",
        Kind::Text,
        "!\"#$%&'()*+,-./:;<=>?@[\\]^`{|}~",
        "Characters that end a word when words are selected.",
    ),
];
