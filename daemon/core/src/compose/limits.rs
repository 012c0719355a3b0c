//! Bounds of what one update says, each with its reason.

/// Runs in one update: a run is five items of CBOR, and a frame may have `protocol::limits::ITEMS_MAX`.
/// What does not fit is said by the next update.
pub const RUNS_PER_UPDATE_MAX: usize = 40_000;
/// Bytes of text and overhead in one update, well below `protocol::limits::FRAME_BYTES_MAX`.
pub const BYTES_PER_UPDATE_MAX: usize = 400 * 1024;
/// Bytes of style definitions in one update, with the same aim.
pub const STYLE_BYTES_PER_UPDATE_MAX: usize = 300 * 1024;
/// Bytes that a run costs beside its text: array head, style number, kind, length.
pub const RUN_OVERHEAD_BYTES: usize = 8;
/// Bytes that a style definition may cost: numbers and names of its fields, and two true colours.
pub const STYLE_OVERHEAD_BYTES: usize = 72;
/// Bytes of history in one update or answer, its styles included: what does not fit can be asked for.
pub const HISTORY_BYTES_PER_UPDATE_MAX: usize = 200 * 1024;
/// Rows that are tried as the start of a scrolled block before it is no scroll: a program that scrolls
/// changes a row or two beside it (a progress bar, a status line).
pub const SCROLL_TRIES_MAX: usize = 8;
/// Scrolls looked for in one update: two regions of an editor.
pub const SCROLLS_PER_UPDATE_MAX: usize = 4;
