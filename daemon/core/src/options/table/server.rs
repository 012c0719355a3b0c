//! Options of the whole server.

use super::{BYTES_MAX, COUNT_MAX, Kind, Scope::Server, Spec, array, number, row};

pub(super) const ROWS: &[Spec] = &[
    row(Server, "backspace", Kind::Key, "C-?", "The key that programs are sent for Backspace."),
    row(
        Server,
        "buffer-limit",
        number(1, COUNT_MAX),
        "50",
        "Automatic paste buffers kept; the oldest goes first.",
    )
    .unit("buffers"),
    array(
        Server,
        "command-alias",
        ",",
        "split-pane=split-window,splitp=split-window,server-info=show-messages -JT,info=show-messages -JT,\
         choose-window=choose-tree -w,choose-session=choose-tree -s",
        "Names of the user's own for commands, each name=command.",
    ),
    row(Server, "copy-command", Kind::Text, "", "Command that copied text is piped to; empty: none."),
    row(Server, "default-terminal", Kind::Text, "tmux-256color", "TERM in new panes."),
    row(Server, "editor", Kind::Text, "/usr/bin/vi", "Editor that is run to edit something."),
    row(Server, "escape-time", number(0, COUNT_MAX), "10", "How long an escape waits for the rest of a key.")
        .unit("milliseconds"),
    row(Server, "exit-empty", Kind::Flag, "on", "Whether the server ends when there are no sessions."),
    row(Server, "exit-unattached", Kind::Flag, "off", "Whether the server ends when no client is attached."),
    row(
        Server,
        "extended-keys",
        Kind::Choice(&["off", "on", "always"]),
        "on",
        "Whether programs are sent keys in kitty's form or xterm's extended one: never, when they ask, or with modifiers always.",
    ),
    row(
        Server,
        "extended-keys-format",
        Kind::Choice(&["csi-u", "xterm"]),
        "xterm",
        "Which of xterm's extended forms keys are sent in, where the program does not say.",
    ),
    row(
        Server,
        "focus-events",
        Kind::Flag,
        "off",
        "Whether programs that ask are told of the terminal's focus.",
    ),
    row(
        Server,
        "get-clipboard",
        Kind::Choice(&["off", "buffer", "request", "both"]),
        "buffer",
        "What answers a program that asks for the clipboard.",
    ),
    row(Server, "history-file", Kind::Text, "", "File that keeps what was typed into prompts; empty: none."),
    row(
        Server,
        "history-memory",
        number(0, BYTES_MAX),
        "8388608",
        "Memory for the history of one pane; what is beyond is on disk alone, but for the newest lines.",
    )
    .unit("bytes"),
    row(
        Server,
        "history-memory-total",
        number(0, BYTES_MAX),
        "268435456",
        "Memory for the history of all panes together.",
    )
    .unit("bytes"),
    row(Server, "message-limit", number(0, COUNT_MAX), "1000", "Lines that show-messages keeps.")
        .unit("messages"),
    row(
        Server,
        "prefix-timeout",
        number(0, COUNT_MAX),
        "0",
        "How long the key after the prefix is waited for; 0: for ever.",
    )
    .unit("milliseconds"),
    row(Server, "prompt-history-limit", number(0, COUNT_MAX), "100", "Lines of prompts that are kept.")
        .unit("lines"),
    row(
        Server,
        "set-clipboard",
        Kind::Choice(&["off", "external", "on"]),
        "external",
        "Whether copied text goes to the terminal's clipboard, and whether programs may set it.",
    ),
    row(
        Server,
        "store",
        Kind::Text,
        "",
        "Where sessions are kept: file:PATH, or fdb:CLUSTER_FILE for a FoundationDB cluster; empty: a file in the \
         state folder.",
    ),
    row(
        Server,
        "stored-sessions-expire",
        number(0, COUNT_MAX),
        "0",
        "For how many days a machine is missed before its sessions are removed from a shared store; 0: they stay.",
    )
    .unit("days"),
    array(
        Server,
        "terminal-features",
        ",",
        "xterm*:clipboard:ccolour:cstyle:focus:title,screen*:title",
        "What terminals can do beyond their terminfo entry, each pattern:feature:feature.",
    ),
    array(Server, "terminal-overrides", ",", "", "Terminfo entries put in the place of a terminal's own."),
    array(Server, "user-keys", ",", "", "Sequences that terminals send for User0, User1 and so on."),
];
