//! Bounds of the store on one page. They are FoundationDB's, with room, so that every store is alike.

use std::time::Duration;

/// Bytes in a key: FoundationDB allows 10,000 and advises under 32; ours are under 40.
pub const KEY_BYTES_MAX: usize = 256;
/// Bytes in a value: FoundationDB allows 100,000; the design keeps all values within this, larger records are split.
pub const VALUE_BYTES_MAX: usize = 64 * 1024;
/// Bytes in a commit, keys and values: FoundationDB allows ten times that and advises this.
pub const COMMIT_BYTES_MAX: usize = 1024 * 1024;
/// Commits waiting for the worker: past that the newest is refused at once, and its writer retries.
pub const QUEUE_COMMITS_MAX: usize = 64;
/// Bytes of pages that the embedded store keeps in memory (redb's default is 1 GiB).
pub const CACHE_BYTES: usize = 8 * 1024 * 1024;
/// Bytes in the name of a space: host and server names have 64 at most, longer ones are cut.
pub const SPACE_NAME_BYTES_MAX: usize = 128;
/// Bytes in the name of a space's owner.
pub const OWNER_BYTES_MAX: usize = 128;
/// Spaces that one list shows, and that one process keeps an eye on.
pub const SPACES_LISTED_MAX: usize = 1024;
/// How long others' leases are read at each beat after somebody has asked who lives. A thousand machines that listened to each
/// other all the time would read hundreds of thousands of leases a second.
pub const LISTEN_MS: u64 = 60_000;
/// From one look for lost spaces to the next: a day has to be counted once, and a list of a thousand spaces costs the store's
/// thread most of a second.
pub const SWEEP_EVERY_MS: u64 = 6 * 60 * 60 * 1000;
/// Lost spaces that are seen to between two commits: a transaction each, of some milliseconds.
pub const SWEPT_AT_ONCE_MAX: usize = 8;
/// Time without a commit after which the store may see to its upkeep: far longer than the pauses of somebody who
/// types, shorter than the five minutes between two root records of sessions at rest.
pub const IDLE_BEFORE_UPKEEP: Duration = Duration::from_secs(120);
/// Bytes that were replaced or removed before the embedded store looks how much of its file is free: the look
/// reads the whole tree (80 ms for 150 MB).
pub const FREED_BYTES_MIN: usize = 8 * 1024 * 1024;
/// A file below that is left alone, however empty it is.
pub const COMPACT_FILE_BYTES_MIN: u64 = 32 * 1024 * 1024;
/// With more than that in use a file is not compacted: commits would have to wait for more than two seconds. Its
/// free pages are used again.
pub const COMPACT_USED_BYTES_MAX: u64 = 128 * 1024 * 1024;
/// Bytes that opening another store's file may write to the layer in memory over it: what redb's repair writes of a file of
/// several gigabytes.
pub const LAYER_BYTES_MAX: u64 = 64 * 1024 * 1024;
/// Keys of one read: with values of 64 KiB, a megabyte.
pub const READ_KEYS_MAX: usize = 16;
