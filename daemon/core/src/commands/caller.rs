//! Who runs commands, and from where.

use crate::base::{
    geometry::{Point, Size},
    ids::{PaneId, SessionId, ViewerId},
};
use abide_protocol::message::{MouseEvent, SurfaceNumber};

/// A mouse event that a binding runs for, as the commands with `-t =` and `-M` need it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct MouseAt {
    /// As the client sent it, in cells of its surface.
    pub event: MouseEvent,
    /// The session that the surface shows.
    pub session: Option<SessionId>,
    /// Index of the window that it hit: of the status line's, or the one shown.
    pub window: Option<u32>,
    /// The pane that it hit, or that holds the mouse during a drag.
    pub pane: Option<PaneId>,
    /// Where in that pane, kept within it.
    pub in_pane: Point,
    /// Where in the window.
    pub in_window: Point,
}

/// Who runs commands.
#[derive(Clone, Debug, Default)]
pub struct Caller {
    /// The connection; none for a configuration file.
    pub viewer: Option<ViewerId>,
    /// The number of the wire's `Command`, where it is one: output goes back to it.
    pub command: Option<u32>,
    /// The surface that a key came from, or that an attaching command opens.
    pub surface: SurfaceNumber,
    /// Size of the client's terminal; none where it has no terminal, and so can't attach.
    pub tty: Option<Size>,
    /// The mouse event that a binding runs for.
    pub mouse: Option<MouseAt>,
    /// The name of the key that a binding runs for (`send-keys` without arguments).
    pub key: Option<String>,
    /// The pane that is meant where no target says otherwise: where a prompt was opened, a mode's.
    pub pane: Option<PaneId>,
    /// The file that the commands stand in: faults name it.
    pub path: Option<String>,
    /// How deep in `source-file` it is.
    pub depth: usize,
}

impl Caller {
    /// A client that pressed a key (or used the mouse) on one of its surfaces.
    #[must_use]
    pub fn key(viewer: ViewerId, surface: SurfaceNumber, key: &str, mouse: Option<MouseAt>) -> Caller {
        Caller { viewer: Some(viewer), surface, key: Some(key.to_owned()), mouse, ..Caller::default() }
    }

    /// A client that sent a command.
    #[must_use]
    pub fn command(viewer: ViewerId, command: &abide_protocol::message::Command) -> Caller {
        let size = command.size;
        let tty = (size.cols > 0 && size.rows > 0).then(|| Size::new(size.cols, size.rows));
        Caller {
            viewer: Some(viewer),
            command: Some(command.id),
            surface: command.surface,
            tty,
            ..Caller::default()
        }
    }

    /// A configuration file.
    #[must_use]
    pub fn file(path: &str) -> Caller {
        Caller { path: Some(path.to_owned()), ..Caller::default() }
    }

    /// What a prompt or a mode over a pane runs for a client.
    #[must_use]
    pub fn prompt(viewer: ViewerId, surface: SurfaceNumber, pane: Option<PaneId>) -> Caller {
        Caller { viewer: Some(viewer), surface, pane, ..Caller::default() }
    }
}
