//! A disk in memory that can lose its power and break, beneath redb.
//!
//! It behaves as a file behind a page cache. A write changes whole pages of 4 KiB in the cache; a sync puts all of
//! them on the disk. When the power goes, any of what was not synced may have reached the disk, down to single
//! sectors of 512 bytes, and in any order. After a sync that failed the cache still shows pages that the disk does not
//! have, and no later sync writes them: that is what Linux does.

use abide_tests::seed::Dice;
use redb::StorageBackend;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard};

const PAGE: u64 = 4096;
const SECTOR: usize = 512;

/// What an operation of the disk is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Operation {
    Read,
    Write,
    SetLen,
    Sync,
}

/// How operations fail.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// What needs room finds none: growing, and writing.
    Full,
    /// Everything fails.
    Broken,
    /// A read gives an error at the end of the file, as when it was cut short.
    Short,
}

impl Fault {
    fn strikes(self, operation: Operation) -> Option<io::Error> {
        match (self, operation) {
            (Fault::Full, Operation::Write | Operation::SetLen) => Some(io::Error::from_raw_os_error(28)),
            (Fault::Broken, _) => Some(io::Error::from_raw_os_error(5)),
            (Fault::Short, Operation::Read) => Some(io::ErrorKind::UnexpectedEof.into()),
            _ => None,
        }
    }
}

#[derive(Debug)]
enum Pending {
    Pages { at: u64, bytes: Vec<u8> },
    Len(u64),
}

#[derive(Debug, Default)]
struct State {
    /// What is on the disk for sure.
    durable: Vec<u8>,
    /// What a read gives.
    cached: Vec<u8>,
    /// Changes since the last sync, oldest first.
    pending: Vec<Pending>,
    /// Operations so far.
    operations: u64,
    /// The operation at which the power goes.
    cut_at: Option<u64>,
    off: bool,
    /// Operations from the first to before the second fail so.
    fault: Option<(u64, u64, Fault)>,
    bytes_written: u64,
}

impl State {
    /// Whether the operation may go on. The one during which the power goes is half done: it is `Ok(false)`.
    fn begin(&mut self, operation: Operation) -> io::Result<bool> {
        if self.off {
            return Err(io::Error::other("no power"));
        }
        let number = self.operations;
        self.operations += 1;
        if self.cut_at.is_some_and(|cut| number >= cut) {
            self.off = true;
            return Ok(false);
        }
        if let Some((from, to, fault)) = self.fault
            && (from..to).contains(&number)
            && let Some(error) = fault.strikes(operation)
        {
            if operation == Operation::Sync {
                self.pending.retain(|change| matches!(change, Pending::Len(_)));
            }
            return Err(error);
        }
        Ok(true)
    }

    fn write(&mut self, offset: u64, data: &[u8]) -> io::Result<()> {
        let whole = self.begin(Operation::Write)?;
        let end = offset + data.len() as u64;
        if self.cached.len() < end as usize {
            self.cached.resize(end as usize, 0);
            self.pending.push(Pending::Len(end));
        }
        self.cached[offset as usize..end as usize].copy_from_slice(data);
        let at = offset / PAGE * PAGE;
        let end = (end.div_ceil(PAGE) * PAGE).min(self.cached.len() as u64);
        self.pending.push(Pending::Pages { at, bytes: self.cached[at as usize..end as usize].to_vec() });
        self.bytes_written += end - at;
        if whole { Ok(()) } else { Err(io::Error::other("the power went")) }
    }

    fn set_len(&mut self, len: u64) -> io::Result<()> {
        let whole = self.begin(Operation::SetLen)?;
        self.cached.resize(len as usize, 0);
        self.pending.push(Pending::Len(len));
        if whole { Ok(()) } else { Err(io::Error::other("the power went")) }
    }

    fn sync(&mut self) -> io::Result<()> {
        if !self.begin(Operation::Sync)? {
            return Err(io::Error::other("the power went"));
        }
        let pending = std::mem::take(&mut self.pending);
        apply(&mut self.durable, &pending, &mut || true);
        Ok(())
    }
}

/// Carries out changes on an image, oldest first; `reached` says of each sector and each length whether it did.
fn apply(image: &mut Vec<u8>, pending: &[Pending], reached: &mut dyn FnMut() -> bool) {
    for change in pending {
        match change {
            Pending::Len(len) => {
                if reached() {
                    image.resize(*len as usize, 0);
                }
            }
            Pending::Pages { at, bytes } => {
                for (n, sector) in bytes.chunks(SECTOR).enumerate() {
                    let at = *at as usize + n * SECTOR;
                    // Beyond the end of a file that did not grow there is nothing to write to.
                    if reached()
                        && let Some(place) = image.get_mut(at..at + sector.len())
                    {
                        place.copy_from_slice(sector);
                    }
                }
            }
        }
    }
}

/// The disk; a clone is the same one.
#[derive(Clone, Debug, Default)]
pub(crate) struct Disk(Arc<Mutex<State>>);

impl Disk {
    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().expect("no panic while it was held")
    }

    /// Operations so far.
    pub(crate) fn operations(&self) -> u64 {
        self.state().operations
    }

    /// Bytes of the pages that were written so far.
    pub(crate) fn bytes_written(&self) -> u64 {
        self.state().bytes_written
    }

    /// Bytes of the file.
    pub(crate) fn bytes(&self) -> usize {
        self.state().cached.len()
    }

    /// The power goes after that many further operations, in the middle of one.
    pub(crate) fn cut_after(&self, operations: u64) {
        let mut state = self.state();
        state.cut_at = Some(state.operations + operations);
    }

    /// Whether the power is gone.
    pub(crate) fn is_off(&self) -> bool {
        self.state().off
    }

    /// Operations from the first to before the second, counted from the disk's beginning, fail.
    pub(crate) fn fail(&self, from: u64, to: u64, fault: Fault) {
        self.state().fault = Some((from, to, fault));
    }

    /// No operation fails any more.
    pub(crate) fn mend(&self) {
        self.state().fault = None;
    }

    /// The disk as it is found when the power is back: all that was synced, and of the rest what the dice say.
    pub(crate) fn after_the_cut(&self, dice: &mut Dice) -> Disk {
        let state = self.state();
        let mut image = state.durable.clone();
        let (manner, share) = (dice.below(6), 1 + dice.below(99));
        // Only the first or the last changes of a queue, sectors at random, nothing, everything.
        let border = dice.below(state.pending.len() as u64 + 1) as usize;
        let pending = match manner {
            0 => &state.pending[..border],
            1 => &state.pending[border..],
            _ => &state.pending[..],
        };
        apply(&mut image, pending, &mut || match manner {
            0 | 1 | 5 => true,
            2 => false,
            _ => dice.below(100) < share,
        });
        drop(state);
        Disk(Arc::new(Mutex::new(State { durable: image.clone(), cached: image, ..State::default() })))
    }
}

impl StorageBackend for Disk {
    fn len(&self) -> io::Result<u64> {
        let state = self.state();
        if state.off { Err(io::Error::other("no power")) } else { Ok(state.cached.len() as u64) }
    }

    fn read(&self, offset: u64, out: &mut [u8]) -> io::Result<()> {
        let mut state = self.state();
        if !state.begin(Operation::Read)? {
            return Err(io::Error::other("the power went"));
        }
        let from = state.cached.get(offset as usize..offset as usize + out.len());
        out.copy_from_slice(from.ok_or(io::ErrorKind::UnexpectedEof)?);
        Ok(())
    }

    fn set_len(&self, len: u64) -> io::Result<()> {
        self.state().set_len(len)
    }

    fn sync_data(&self) -> io::Result<()> {
        self.state().sync()
    }

    fn write(&self, offset: u64, data: &[u8]) -> io::Result<()> {
        self.state().write(offset, data)
    }
}
