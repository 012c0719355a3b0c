//! Variables of the server.

use super::{Sight, Variable, flag};

pub(super) const ROWS: &[Variable] = &[
    Variable {
        name: "buffer_count",
        text: "Number of paste buffers.",
        read: |s| Some(s.model.buffers.iter().count().to_string()),
    },
    Variable {
        name: "config_files",
        text: "Configuration files that were read, with commas between.",
        read: |s| Some(s.model.config_files.join(",")),
    },
    Variable {
        name: "durability",
        text: "What is wrong with keeping sessions on disk; empty when nothing is.",
        read: |s| Some(s.model.durability.clone()),
    },
    Variable {
        name: "durability_lag",
        text: "Milliseconds since the oldest change that is not kept yet; 0 when all is.",
        read: |s| Some(s.model.unstored_since.map_or(0, |at| s.model.now.instant.since_ms(at)).to_string()),
    },
    Variable { name: "host", text: "Name of the machine.", read: |s| Some(s.model.facts.host.clone()) },
    Variable {
        name: "host_short",
        text: "Name of the machine without its domain.",
        read: |s| Some(s.model.facts.host.split('.').next().unwrap_or_default().to_owned()),
    },
    Variable {
        name: "keeper_pid",
        text: "Process id of the keeper, which owns the terminals of all panes.",
        read: |s| Some(s.model.facts.keeper_pid.to_string()),
    },
    Variable {
        name: "mouse_any_flag",
        text: "Whether the pane's program asked for the mouse.",
        read: |s| mouse(s, super::pane::MOUSE),
    },
    Variable {
        name: "mouse_x",
        text: "Column of the mouse in its pane.",
        read: |s| s.mouse.map(|(_, at)| at.x.to_string()),
    },
    Variable {
        name: "mouse_y",
        text: "Row of the mouse in its pane.",
        read: |s| s.mouse.map(|(_, at)| at.y.to_string()),
    },
    Variable {
        name: "pid",
        text: "Process id of the daemon.",
        read: |s| Some(s.model.facts.pid.to_string()),
    },
    Variable {
        name: "server_sessions",
        text: "Number of sessions.",
        read: |s| Some(s.model.sessions.len().to_string()),
    },
    Variable {
        name: "socket_path",
        text: "Path of the server's socket.",
        read: |s| Some(s.model.facts.socket_path.clone()),
    },
    Variable {
        name: "start_time",
        text: "When this daemon started.",
        read: |s| Some(s.model.facts.started.wall_seconds.to_string()),
    },
    Variable {
        name: "upgrade_result",
        text: "What became of the upgrade for which this daemon was started: `done`, or why another serves on; empty \
               when none was the reason.",
        read: |s| Some(s.model.facts.occasion.result().to_owned()),
    },
    Variable { name: "user", text: "Login name of the user.", read: |s| Some(s.model.facts.user.clone()) },
    Variable {
        name: "version",
        text: "Version of abide.",
        read: |_| Some(env!("CARGO_PKG_VERSION").to_owned()),
    },
];

fn mouse(sight: &Sight<'_>, bits: u32) -> Option<String> {
    flag(sight.pane()?.screen.modes() & bits != 0)
}
