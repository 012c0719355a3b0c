//! Bounds of the loop on one page.

/// Bytes of one pane that are given to its screen in one turn: 0.4 ms of parsing at 150 MB/s, so that ten
/// flooding panes delay a key by a frame of 4 ms at most.
pub const READ_BYTES_PER_TURN: usize = 64 * 1024;
/// Bytes taken from one viewer's socket in one turn.
pub const VIEWER_BYTES_PER_TURN: usize = 64 * 1024;
/// Bytes of one read from a viewer's socket.
pub const VIEWER_READ_BYTES: usize = 16 * 1024;
/// Bytes waiting for one viewer past which it is dismissed: what one long `capture-pane` prints fits (a
/// history of 500,000 lines), a client that only ever asks does not.
pub const VIEWER_BACKLOG_BYTES_MAX: usize = 64 * 1024 * 1024;
/// Bytes the kernel holds for a viewer that does not read (`SO_SNDBUF`; it doubles that for its own needs). A full
/// screen in one write; more would be frames that are old before they are seen.
pub const VIEWER_SOCKET_BYTES: usize = 48 * 1024;
/// How long an acknowledgement of input waits for an update to go along with: the echo is a moment behind it,
/// and to send both apart would wake the client twice. Only a reconnect needs it, and can do without.
pub const ACKNOWLEDGE_AFTER_MS: u64 = 50;
/// How long a dismissed viewer has to take what it was told before.
pub const FAREWELL_MS_MAX: u64 = 1000;
/// A pane's screen that changed is checkpointed after at most this time.
pub const CHECKPOINT_AFTER_MS: u64 = 250;
/// How long to wait with the next try when a checkpoint could not be written.
pub const CHECKPOINT_RETRY_MS: u64 = 1000;
/// Bytes of input that wait in the daemon for a pane whose keeper is an older one, with a ring of 64 KiB. Where the
/// ring is as large as ours nothing waits here, since it would die with the daemon.
pub const PANE_INPUT_BYTES_MAX: usize = 4 * 1024 * 1024;
pub use crate::keeper::pane_memory::INPUT_RECORD_BYTES_MAX;
/// How often a full input ring is looked at again.
pub const PANE_INPUT_RETRY_MS: u64 = 10;
/// After so long without anything to do, memory that was freed goes back to the system.
pub const HEAP_QUIET_MS: u64 = 2000;
/// It does after this time even where there was always something: some 100 us of work, and pages to fault in again.
pub const HEAP_BUSY_MS_MAX: u64 = 30_000;
/// Connections accepted in one turn.
pub const ACCEPTS_PER_TURN: usize = 64;
/// How long to wait before accepting again when the process has no descriptor left.
pub const ACCEPT_RETRY_MS: u64 = 100;
/// Pieces of a pane's output left out, because they broke its screen, before the pane is frozen.
pub const MENDS_PER_PANE_MAX: u32 = 16;
/// Bytes of a piece when looking for those that broke a screen: what is left out with them is lost to sight.
pub const MEND_PIECE_BYTES: usize = 256;
/// Rounds in which what followed from carrying out effects is handled within one turn.
pub const INBOX_ROUNDS_PER_TURN: usize = 8;
/// How long what programs have written may be read on before the last snapshot: a hundred full journals take 0.7 s at
/// 150 MB/s, and what is not read by then is gone.
pub const DRAIN_READ_MS_MAX: u64 = 1000;
/// How long the store may take for the last snapshot. With the reading before it and the parting behind it this is
/// less than the keeper gives (`keeper::limits::FAREWELL_MS`).
pub const DRAIN_STORE_MS_MAX: u64 = 3000;
/// How long viewers have to take their last line then, and the store to close its file.
pub const DRAIN_PARTING_MS_MAX: u64 = 300;
/// How long the end may take: what was told leaves, the store's last commit goes in.
pub const SHUTDOWN_MS_MAX: u64 = 5000;
/// How long a daemon that leaves for another waits while no viewer takes anything of what it was told: a stopped client
/// must not keep the others in the dark.
pub const LEAVING_STALL_MS_MAX: u64 = 30;
