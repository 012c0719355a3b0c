//! Where sessions are kept for the day the machine goes down: keys and bytes, nothing of what they mean.
//!
//! Every commit carries a [`Stamp`] and is all or nothing. The store remembers the stamp of its last
//! commit in the same transaction: a repeated commit is one commit (an answer may be lost on the way),
//! and a writer that somebody has since taken over from is fenced off for good.
//!
//! One suite (`tests/store_conformance.rs`) runs on every implementation.

pub mod embedded;
pub mod faulty;
pub mod limits;
pub mod memory;
pub mod worker;

use std::fmt;

/// A write: a key, and its bytes or nothing (the key goes).
pub type Write = (Vec<u8>, Option<Vec<u8>>);

/// Which commit this is: the writer's epoch, and its number within it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Stamp {
    /// Claimed once by a writer ([`Store::claim`]); a later claim ends all earlier ones.
    pub epoch: u64,
    /// One more than that of the writer's last commit.
    pub seq: u64,
}

/// Why the store did not do it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreFault {
    /// A key, a value or a commit is over `limits`; nothing was written.
    TooLarge {
        /// What is too large.
        what: &'static str,
        /// Its bytes.
        bytes: usize,
        /// The bound.
        bytes_max: usize,
    },
    /// Another writer has claimed the store since: this one must stop.
    Fenced {
        /// The epoch that owns it now.
        owner: u64,
    },
    /// A commit with a lower number than one that is already in.
    Stale {
        /// The number of the last commit.
        last: u64,
    },
    /// Another process has it open.
    Busy,
    /// The bytes on disk are not what was written.
    Corrupt(String),
    /// The operating system refused: disk full, I/O error, no permission.
    Io(String),
}

impl fmt::Display for StoreFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StoreFault::TooLarge { what, bytes, bytes_max } => {
                write!(f, "{what} of {bytes} bytes is over the limit of {bytes_max}")
            }
            StoreFault::Fenced { owner } => write!(f, "another writer (epoch {owner}) has taken over"),
            StoreFault::Stale { last } => write!(f, "commit {last} is already in"),
            StoreFault::Busy => f.write_str("another process has the store open"),
            StoreFault::Corrupt(why) => write!(f, "damaged: {why}"),
            StoreFault::Io(why) => f.write_str(why),
        }
    }
}
impl std::error::Error for StoreFault {}

/// What a scan met.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ScanReport {
    /// Records given to the visitor.
    pub sound: u64,
    /// Records whose checksum failed: left out, never shown as data.
    pub damaged: u64,
}

/// A place that keeps keys and bytes.
pub trait Store: Send {
    /// Takes over: every writer before this one is fenced from now on.
    ///
    /// # Errors
    /// When the store can't be read or written.
    fn claim(&mut self) -> Result<Stamp, StoreFault>;

    /// Does all the writes, in order, or none, durably. The same stamp twice is once.
    ///
    /// # Errors
    /// See [`StoreFault`]; on every error nothing of this commit is visible, except that after
    /// [`StoreFault::Io`] it may or may not be: repeat it with the same stamp.
    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault>;

    /// Shows every sound record whose key begins with `prefix`, in key order, from one moment.
    ///
    /// # Errors
    /// When the store can't be read at all.
    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault>;

    /// Whatever it takes to go on after an `Io` fault; the worker calls it before it tries again.
    ///
    /// # Errors
    /// When it is still no good.
    fn reopen(&mut self) -> Result<(), StoreFault> {
        Ok(())
    }
}

/// Where the store keeps its own records; no caller's key may begin with it.
const OWN_PREFIX: u8 = 0;
/// The stamp of the last commit.
const STAMP_KEY: &[u8] = &[OWN_PREFIX, b's'];

fn check_writes(writes: &[Write]) -> Result<(), StoreFault> {
    let mut total = 0;
    for (key, value) in writes {
        let (key_bytes, value_bytes) = (key.len(), value.as_ref().map_or(0, Vec::len));
        bound("key", key_bytes, limits::KEY_BYTES_MAX)?;
        bound("value", value_bytes, limits::VALUE_BYTES_MAX)?;
        total += key_bytes + value_bytes;
    }
    bound("commit", total, limits::COMMIT_BYTES_MAX)
}

fn bound(what: &'static str, bytes: usize, bytes_max: usize) -> Result<(), StoreFault> {
    if bytes > bytes_max { Err(StoreFault::TooLarge { what, bytes, bytes_max }) } else { Ok(()) }
}

/// Whether a commit with this stamp goes in: `Ok(false)` means that it already is.
fn admit(last: Stamp, stamp: Stamp) -> Result<bool, StoreFault> {
    if last.epoch != stamp.epoch {
        return Err(StoreFault::Fenced { owner: last.epoch });
    }
    match stamp.seq.cmp(&last.seq) {
        std::cmp::Ordering::Greater => Ok(true),
        std::cmp::Ordering::Equal => Ok(false),
        std::cmp::Ordering::Less => Err(StoreFault::Stale { last: last.seq }),
    }
}

fn stamp_bytes(stamp: Stamp) -> [u8; 16] {
    let mut bytes = [0; 16];
    bytes[..8].copy_from_slice(&stamp.epoch.to_be_bytes());
    bytes[8..].copy_from_slice(&stamp.seq.to_be_bytes());
    bytes
}

fn stamp_from(bytes: &[u8]) -> Result<Stamp, StoreFault> {
    let wrong = || StoreFault::Corrupt("the stamp record is not 16 bytes".into());
    let (epoch, seq) = bytes.split_at_checked(8).ok_or_else(wrong)?;
    Ok(Stamp {
        epoch: u64::from_be_bytes(epoch.try_into().map_err(|_| wrong())?),
        seq: u64::from_be_bytes(seq.try_into().map_err(|_| wrong())?),
    })
}
