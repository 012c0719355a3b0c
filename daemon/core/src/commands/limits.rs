//! Bounds of commands, each with its reason.

/// Commands that one queue runs before it makes way for other inputs; what runs on for ever is ended there.
pub const COMMANDS_PER_QUEUE_MAX: usize = 50_000;
/// Queues that wait at one time: clients with commands that wait, and what runs in the background.
pub const QUEUES_MAX: usize = 4000;
/// `command-alias` in `command-alias`.
pub const ALIAS_DEPTH_MAX: usize = 10;
/// `source-file` in `source-file`.
pub const SOURCE_DEPTH_MAX: usize = 50;
/// Bytes of a file read by `source-file` or `load-buffer`.
pub const FILE_BYTES_MAX: usize = 1024 * 1024;
/// Bytes that a queue keeps of what its commands printed, for a view over a pane.
pub const VIEW_BYTES_MAX: usize = 1024 * 1024;
/// Bytes in one `Output` message: well below a frame.
pub const OUTPUT_PIECE_BYTES_MAX: usize = 64 * 1024;
/// Times that `send-keys -N` repeats.
pub const REPEAT_MAX: u32 = 1000;
/// Bytes that one `send-keys` gives to programs: a paste.
pub const SEND_BYTES_MAX: usize = 256 * 1024;
/// Bytes of the store that one command reads at a time: a pane with 500,000 lines of history has less.
pub const STORED_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Channels of `wait-for`.
pub const CHANNELS_MAX: usize = 10_000;
