//! Variables of a client: a viewer that looks at a session.

use super::{Variable, flag};
use crate::session::Viewer;
use abide_protocol::message::ViewerKind;

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "client_activity",
        text: "When it last did something.",
        read: |s| Some(s.viewer()?.activity.wall_seconds.to_string()),
    },
    Variable {
        name: "client_cell_height",
        text: "Height of its cells in pixels, where it is known.",
        read: |_| Some(String::new()),
    },
    Variable {
        name: "client_cell_width",
        text: "Width of its cells in pixels, where it is known.",
        read: |_| Some(String::new()),
    },
    Variable {
        name: "client_control_mode",
        text: "Whether it is in control mode.",
        read: |s| s.viewer().map(|_| "0".to_owned()),
    },
    Variable {
        name: "client_created",
        text: "When it connected.",
        read: |s| Some(s.viewer()?.created.wall_seconds.to_string()),
    },
    Variable {
        name: "client_discarded",
        text: "Bytes that were not sent to it: none, it is sent states.",
        read: |s| s.viewer().map(|_| "0".to_owned()),
    },
    Variable { name: "client_flags", text: "What is special about it.", read: |s| Some(flags(s.viewer()?)) },
    Variable {
        name: "client_height",
        text: "Its rows.",
        read: |s| Some(s.viewer()?.session_surface()?.size.rows.to_string()),
    },
    Variable {
        name: "client_key_table",
        text: "Table in which its next key is looked up.",
        read: |s| {
            Some(s.viewer()?.keys.table.clone().unwrap_or_else(|| s.option("key-table").unwrap_or_default()))
        },
    },
    Variable {
        name: "client_last_session",
        text: "The session that it looked at before.",
        read: |s| {
            let last = s.viewer()?.session_surface()?.last_session;
            Some(last.and_then(|id| s.model.sessions.get(&id)).map(|x| x.name.clone()).unwrap_or_default())
        },
    },
    Variable {
        name: "client_mode_format",
        text: "Whether the format is expanded for a list of clients.",
        read: |_| flag(false),
    },
    Variable { name: "client_name", text: "Its name.", read: |s| Some(s.viewer()?.name()) },
    Variable {
        name: "client_pid",
        text: "Its process id.",
        read: |s| Some(s.viewer()?.hello.as_ref()?.pid.to_string()),
    },
    Variable {
        name: "client_prefix",
        text: "Whether its prefix key has been pressed.",
        read: |s| flag(s.viewer()?.keys.table.as_deref() == Some("prefix")),
    },
    Variable {
        name: "client_readonly",
        text: "Whether its input is refused.",
        read: |s| flag(s.viewer()?.session_surface()?.read_only),
    },
    Variable {
        name: "client_session",
        text: "The session that it looks at.",
        read: |s| {
            let session = s.viewer()?.session();
            Some(session.and_then(|id| s.model.sessions.get(&id)).map(|x| x.name.clone()).unwrap_or_default())
        },
    },
    Variable {
        name: "client_termfeatures",
        text: "What its terminal can do; it knows that itself.",
        read: |_| Some(String::new()),
    },
    Variable {
        name: "client_termname",
        text: "Its TERM.",
        read: |s| Some(s.viewer()?.hello.as_ref()?.term.clone()),
    },
    Variable {
        name: "client_termtype",
        text: "Kind of its terminal.",
        read: |s| Some(s.viewer()?.hello.as_ref()?.term.clone()),
    },
    Variable {
        name: "client_tty",
        text: "Path of its terminal.",
        read: |s| Some(s.viewer()?.hello.as_ref()?.tty.clone()),
    },
    Variable {
        name: "client_user",
        text: "The user that it belongs to.",
        read: |s| s.viewer().map(|_| s.model.facts.user.clone()),
    },
    Variable {
        name: "client_utf8",
        text: "Whether it can show UTF-8.",
        read: |s| s.viewer().map(|_| "1".to_owned()),
    },
    Variable {
        name: "client_width",
        text: "Its columns.",
        read: |s| Some(s.viewer()?.session_surface()?.size.cols.to_string()),
    },
    Variable {
        name: "client_written",
        text: "Bytes that were sent to it.",
        read: |s| s.viewer().map(|_| "0".to_owned()),
    },
];

fn flags(viewer: &Viewer) -> String {
    let mut flags = Vec::new();
    if viewer.session_surface().is_some() {
        flags.push("attached");
    }
    if viewer.focused {
        flags.push("focused");
    }
    if viewer.session_surface().is_some_and(|s| !s.sizes) {
        flags.push("ignore-size");
    }
    if viewer.session_surface().is_some_and(|s| s.read_only) {
        flags.push("read-only");
    }
    match viewer.hello.as_ref().map(|h| h.kind) {
        Some(ViewerKind::Page) => flags.push("page"),
        Some(ViewerKind::Program) => flags.push("program"),
        _ => {}
    }
    flags.push("UTF-8");
    flags.join(",")
}
