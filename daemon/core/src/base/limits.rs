//! Every bound of the core on one page, each with its reason.

/// Columns or rows of a screen: a 4K display at a tiny font has about 640 columns.
pub const SIDE_CELLS_MAX: u16 = abide_protocol::limits::SIDE_CELLS_MAX;
/// Sessions, windows and panes of one server: each pane is a pty, and Debian allows 4096 of those.
pub const SESSIONS_MAX: usize = 2000;
/// Windows of one server.
pub const WINDOWS_MAX: usize = 4000;
/// Panes of one server.
pub const PANES_MAX: usize = 4000;
