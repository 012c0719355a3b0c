//! Where sessions are kept for the day the machine goes down: keys and bytes, nothing of what they mean.
//!
//! Every commit carries a [`Stamp`] and is all or nothing. The store remembers the stamp of its last
//! commit in the same transaction: a repeated commit is one commit (an answer may be lost on the way),
//! and a writer that somebody has since taken over from is fenced off for good.
//!
//! One store may hold the records of several daemons, each in its [`space`]; a [`lease`] says who may write it. The
//! rules are in `ledger`, once for all stores: a store only gets and puts within a transaction.
//!
//! One suite (`tests/store/conformance.rs`) runs on every implementation.

pub mod embedded;
mod expiry;
pub mod faulty;
pub mod foreign;
#[cfg(feature = "foundationdb")]
pub mod foundationdb;
pub mod lease;
mod ledger;
pub mod limits;
pub mod memory;
pub mod place;
pub mod space;
pub mod worker;

use lease::{Lapsed, Lease, LeaseState};
use space::{SpaceList, SpaceName};

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
    /// The space is another owner's, whose lease has not lapsed.
    Held {
        /// Its owner.
        owner: String,
    },
    /// Another space is taking these records over.
    Taken {
        /// Which.
        by: SpaceName,
    },
    /// The lease is not as it was seen: its owner lives, or another was faster.
    Changed,
    /// There is no such space, or no such record in it.
    Gone,
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
            StoreFault::Held { owner } => {
                write!(f, "it is in use by another machine ({})", owner.escape_debug())
            }
            StoreFault::Taken { by } => write!(f, "{by} is taking these sessions over"),
            StoreFault::Changed => f.write_str("its machine is alive again, or another was faster"),
            StoreFault::Gone => f.write_str("there is nothing of that name any more"),
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

/// A place that keeps keys and bytes, as the owner of one space sees it.
///
/// Moving a record from the space of a machine that is lost, step by step: read it ([`Store::scan_space`]); end the
/// lease when it has lapsed ([`Store::free`]); mark it as ours ([`Store::take`]: of several that try, one succeeds);
/// commit it to our own space; remove it there ([`Store::finish`]). Whoever dies in between, it is in one of the
/// two spaces, and the mark says who is at it.
pub trait Store: Send {
    /// Takes over our space: every writer before this one is fenced from now on.
    ///
    /// # Errors
    /// `Held` when another owner has it, `Taken` while another space takes its records over; else when the store
    /// can't be read or written.
    fn claim(&mut self) -> Result<Stamp, StoreFault>;

    /// Does all the writes, in order, or none, durably. The same stamp twice is once.
    ///
    /// # Errors
    /// See [`StoreFault`]; on every error nothing of this commit is visible, except that after
    /// [`StoreFault::Io`] it may or may not be: repeat it with the same stamp.
    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault>;

    /// Shows every sound record of our space whose key begins with `prefix`, in key order, from one moment.
    ///
    /// # Errors
    /// When the store can't be read at all.
    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault>;

    /// The bytes of one key of our space; `None` for one that is not there or whose checksum fails.
    ///
    /// # Errors
    /// When the store can't be read at all.
    fn get(&self, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let mut value = None;
        self.scan(key, &mut |found, bytes| {
            if found == key {
                value = Some(bytes.to_vec());
            }
        })?;
        Ok(value)
    }

    /// Whatever it takes to go on after an `Io` fault; the worker calls it before it tries again.
    ///
    /// # Errors
    /// When it is still no good.
    fn reopen(&mut self) -> Result<(), StoreFault> {
        Ok(())
    }

    /// Whatever is better done while nothing is committed. It may take some seconds; the worker calls it when no
    /// commit has come for [`limits::IDLE_BEFORE_UPKEEP`].
    ///
    /// # Errors
    /// When it could not be done; what is stored is as safe as before.
    fn upkeep(&mut self) -> Result<(), StoreFault> {
        Ok(())
    }

    /// The name of our space.
    fn own_space(&self) -> &SpaceName;

    /// Lists all spaces, ours too, by name.
    ///
    /// # Errors
    /// When the store can't be read.
    fn spaces(&self) -> Result<SpaceList, StoreFault>;

    /// As [`Store::scan`] for any space; a space that is not there has no records. Records that others are
    /// taking over are not shown.
    ///
    /// # Errors
    /// When the store can't be read at all.
    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault>;

    /// Whether others see this store: then the lease of our space is to be renewed every [`lease::BEAT_MS`].
    fn is_shared(&self) -> bool {
        false
    }

    /// Counts the beat of our space up, and says what becomes of it. `epoch` is the claim's. One that was set
    /// [`LeaseState::Free`] is fenced: only a new claim writes it again.
    ///
    /// # Errors
    /// `Fenced` when another has it by now.
    fn renew(&mut self, epoch: u64, state: LeaseState) -> Result<Lease, StoreFault>;

    /// Ends the lease of a space: its owner is fenced, and it is free. On one that is free already it does nothing.
    ///
    /// # Errors
    /// `Changed` when its owner was heard of since, or another ended it; `Gone` when there is no such space.
    fn free(&mut self, lapsed: &Lapsed) -> Result<Lease, StoreFault>;

    /// Counts `today` (days since 1970) as one on which the owner of a space was seen to be gone; once there were
    /// `days_max` such days all its records go. Gives whether they are gone. See `expiry.rs`.
    ///
    /// # Errors
    /// When the store can't be read or written.
    fn expire(&mut self, lapsed: &Lapsed, today: i64, days_max: u32) -> Result<bool, StoreFault>;

    /// Marks the record `item` of a free space as ours; an empty one: all that is in it. `epoch` is our claim's.
    /// Until [`Store::finish`] or [`Store::give_back`] nobody else sees it or can claim the space; a mark of one whose
    /// own space is free by then is in nobody's way. Twice is once.
    ///
    /// # Errors
    /// `Taken` when another was faster, `Held` when the space is not free, `Gone` when there is no such record,
    /// `Fenced` when our own space is another's by now.
    fn take(&mut self, epoch: u64, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault>;

    /// What we have taken and neither finished nor given back, of every space that a list shows: after a death in
    /// between somebody has to.
    ///
    /// # Errors
    /// When the store can't be read.
    fn takings(&self) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault>;

    /// Removes what was taken, and all records whose keys begin with one of `along`; these stay where others take
    /// records of the same space at the time. The records of a whole space go all by themselves, and its name with
    /// them. Twice is once.
    ///
    /// # Errors
    /// `Gone` when it is another's.
    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault>;

    /// Takes back the mark of what could not be stored after all.
    ///
    /// # Errors
    /// When the store can't be written.
    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault>;
}

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

/// Puts what our space holds into one of its own, which is free: nothing of it is lost, and ours is empty. Whoever
/// dies in between, all of it is in the one or in the other.
///
/// # Errors
/// The store's.
pub(crate) fn set_aside(
    store: &mut dyn Store,
    place: &place::Place,
    who: &space::Identity,
    wall_seconds: i64,
) -> Result<SpaceName, StoreFault> {
    let mut stamp = store.claim()?;
    let mut records = Vec::new();
    store.scan(&[], &mut |key, value| records.push((key.to_vec(), value.to_vec())))?;
    let aside = space::Identity { space: who.space.aside(wall_seconds), owner: who.owner.clone() };
    let mut other = place.open(&aside)?;
    let mut there = other.claim()?;
    let mut batches: Vec<Vec<(Vec<u8>, Vec<u8>)>> = Vec::new();
    let mut bytes = limits::COMMIT_BYTES_MAX;
    for (key, value) in records {
        bytes += key.len() + value.len();
        if bytes > limits::COMMIT_BYTES_MAX {
            bytes = key.len() + value.len();
            batches.push(Vec::new());
        }
        if let Some(batch) = batches.last_mut() {
            batch.push((key, value));
        }
    }
    for batch in &batches {
        there.seq += 1;
        let writes: Vec<Write> =
            batch.iter().map(|(key, value)| (key.clone(), Some(value.clone()))).collect();
        other.commit(there, &writes)?;
    }
    other.renew(there.epoch, LeaseState::Free)?;
    for batch in batches {
        stamp.seq += 1;
        let writes: Vec<Write> = batch.into_iter().map(|(key, _)| (key, None)).collect();
        store.commit(stamp, &writes)?;
    }
    Ok(aside.space)
}

const CRC_BYTES: usize = 4;

/// A value with a CRC-32C over key and value before it, so that a damaged record is left out and never shown as data.
fn sealed(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CRC_BYTES + value.len());
    bytes.extend_from_slice(&crc32c::crc32c_append(crc32c::crc32c(key), value).to_be_bytes());
    bytes.extend_from_slice(value);
    bytes
}

/// The value, if it is what was sealed under this key.
fn unsealed<'a>(key: &[u8], bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (crc, value) = bytes.split_at_checked(CRC_BYTES)?;
    (crc == crc32c::crc32c_append(crc32c::crc32c(key), value).to_be_bytes()).then_some(value)
}
