//! The default store: one redb file under the user's state folder.
//!
//! redb is told to commit in two phases with quick repair (a file of 570 MB opens again 12 ms after a
//! kill -9, not 1.5 s) and to keep 8 MiB of pages, not its default of 1 GiB. Each value carries a CRC-32C of
//! ours over key and value, so that a damaged record is left out and never shown as data. redb itself panics
//! on some damaged pages (one flipped byte in fifty of a small file does it): each call into it is fenced, and
//! a panic is [`StoreFault::Corrupt`].
//!
//! The file's own space is a table of its own, under whatever name the machine has today; records of other
//! spaces, brought in from elsewhere, lie in a second table under their space's name. A process that has the file
//! open is the only one, so nobody else waits for its lease.
//!
//! Freed pages are used again and the file does not shrink by itself. When nothing is committed for a while and
//! most of the file is free, [`Store::upkeep`] makes it small again.

use super::expiry;
use super::lease::{Lapsed, Lease, LeaseState};
use super::ledger::{self, Table, TableMut};
use super::space::{Identity, SpaceList, SpaceName};
use super::{ScanReport, Stamp, Store, StoreFault, Write, limits, sealed, unsealed};
use crate::deathpoint::{self, Point};
use redb::{
    Database, DatabaseError, Durability, ReadOnlyTable, ReadTransaction, ReadableDatabase, ReadableTable,
    StorageBackend, TableDefinition,
};
use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError, RwLock, RwLockReadGuard};

const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records-1");
/// Records of other spaces: the length of the space's name, the name, the key.
const GUESTS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("guests-1");

/// A redb file.
pub struct Embedded {
    disk: Arc<Disk>,
    /// The space that has the first table.
    host: SpaceName,
    who: Identity,
}

/// What all who see the same open file share.
struct Disk {
    /// For sentences: the file's path.
    name: String,
    open: Opening,
    database: RwLock<Option<Database>>,
    /// Bytes of values that were replaced or removed since the file's free space was last looked at.
    freed_bytes: AtomicUsize,
}

/// Opens the file, each time anew.
type Opening = Box<dyn Fn() -> Result<Database, StoreFault> + Send + Sync>;

impl Disk {
    fn closed(&self) -> StoreFault {
        StoreFault::Io(format!("{} is closed", self.name))
    }

    fn database(&self) -> RwLockReadGuard<'_, Option<Database>> {
        self.database.read().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A file that was no good and where it is now.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MovedAside {
    /// Its new path.
    pub path: PathBuf,
    /// What was wrong with it.
    pub why: String,
}

impl Embedded {
    /// Opens the file, or makes it (mode 0600).
    ///
    /// # Errors
    /// `Busy` when another process has it, `Corrupt` when it is not a sound redb file, `Io` else.
    pub fn open(path: &Path) -> Result<Embedded, StoreFault> {
        let name = path.display().to_string();
        let path = path.to_path_buf();
        Embedded::opened(name, Box::new(move || open_file(&path)))
    }

    /// A store on something else than a file: `backend` gives what holds its bytes, again each time the store is
    /// opened anew.
    ///
    /// # Errors
    /// As [`Embedded::open`].
    pub fn over<B: StorageBackend>(
        name: &str,
        backend: impl Fn() -> io::Result<B> + Send + Sync + 'static,
    ) -> Result<Embedded, StoreFault> {
        let open = move || {
            let backend = backend().map_err(|e| StoreFault::Io(e.to_string()))?;
            fenced(|| open_database(backend))
        };
        Embedded::opened(name.to_owned(), Box::new(open))
    }

    fn opened(name: String, open: Opening) -> Result<Embedded, StoreFault> {
        let who = Identity::new(SpaceName::of("localhost", "default"), "this file's");
        let database = RwLock::new(Some(open()?));
        // What an earlier process freed is not known: the first upkeep looks.
        let freed_bytes = AtomicUsize::new(limits::FREED_BYTES_MIN);
        let disk = Arc::new(Disk { name, open, database, freed_bytes });
        Ok(Embedded { disk, host: who.space.clone(), who })
    }

    /// Opens the file; one that is damaged is moved aside to `PATH.corrupt-SECONDS` and a new one made.
    ///
    /// # Errors
    /// `Busy` and `Io` as in [`Embedded::open`].
    pub fn open_or_move_aside(
        path: &Path,
        now_seconds: i64,
    ) -> Result<(Embedded, Option<MovedAside>), StoreFault> {
        match Embedded::open(path) {
            Err(StoreFault::Corrupt(why)) => {
                let moved = move_aside(path, now_seconds, why)?;
                Ok((Embedded::open(path)?, Some(moved)))
            }
            opened => Ok((opened?, None)),
        }
    }

    /// Names the file's own space: what it is called in lists.
    #[must_use]
    pub fn named(mut self, space: SpaceName) -> Embedded {
        self.host = space.clone();
        self.who.space = space;
        self
    }

    /// The same open file as another sees it, whose records are among the guests.
    #[must_use]
    pub fn seen_by(&self, who: Identity) -> Embedded {
        Embedded { disk: Arc::clone(&self.disk), host: self.host.clone(), who }
    }

    /// Runs a rule in one durable transaction; nothing is written when it fails, or puts nothing.
    fn transact<T>(
        &self,
        rule: impl FnOnce(&mut dyn TableMut, &Identity) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        fenced(|| {
            let open = self.disk.database();
            let database = open.as_ref().ok_or_else(|| self.disk.closed())?;
            let mut transaction = database.begin_write().map_err(|e| fault(&e.into()))?;
            transaction.set_quick_repair(true);
            transaction.set_durability(Durability::Immediate).map_err(|e| fault(&e.into()))?;
            let (outcome, wrote, freed_bytes) = {
                let own = transaction.open_table(RECORDS).map_err(|e| fault(&e.into()))?;
                let guests = transaction.open_table(GUESTS).map_err(|e| fault(&e.into()))?;
                let mut tables = Tables::new(&self.host, Some(own), Some(guests));
                (rule(&mut tables, &self.who)?, tables.wrote, tables.freed_bytes)
            };
            if wrote {
                deathpoint::pass(Point::Committing);
                transaction.commit().map_err(|e| fault(&e.into()))?;
                deathpoint::pass(Point::Committed);
                self.disk.freed_bytes.fetch_add(freed_bytes, Ordering::Relaxed);
            }
            Ok(outcome)
        })
    }

    /// Runs a rule that only reads, at one moment.
    fn look<T>(&self, rule: impl FnOnce(&mut dyn Table) -> Result<T, StoreFault>) -> Result<T, StoreFault> {
        fenced(|| {
            let open = self.disk.database();
            let database = open.as_ref().ok_or_else(|| self.disk.closed())?;
            let transaction = database.begin_read().map_err(|e| fault(&e.into()))?;
            let own = existing(&transaction, RECORDS)?;
            let guests = existing(&transaction, GUESTS)?;
            rule(&mut Tables::new(&self.host, own, guests))
        })
    }

    /// Makes the file as small as it goes, whatever it holds: some 15 ms for each MiB that is in use, and what
    /// is committed meanwhile waits.
    ///
    /// # Errors
    /// As [`Store::commit`]; nothing is lost then.
    pub fn compact(&mut self) -> Result<(), StoreFault> {
        fenced(|| {
            let mut open = self.disk.database.write().unwrap_or_else(PoisonError::into_inner);
            let database = open.as_mut().ok_or_else(|| self.disk.closed())?;
            database.compact().map_err(|e| fault(&e.into())).map(drop)
        })?;
        // redb compacts without the record that makes reopening quick; the next commit writes it.
        self.transact(ledger::touch)
    }

    /// Bytes of the file, and how many of them are in use.
    fn extent(&self) -> Result<(u64, u64), StoreFault> {
        fenced(|| {
            let open = self.disk.database();
            let database = open.as_ref().ok_or_else(|| self.disk.closed())?;
            let transaction = database.begin_write().map_err(|e| fault(&e.into()))?;
            let stats = transaction.stats().map_err(|e| fault(&e.into()))?;
            transaction.abort().map_err(|e| fault(&e.into()))?;
            let file = stats.stored_bytes() + stats.metadata_bytes() + stats.fragmented_bytes();
            Ok((file, stats.allocated_pages() * stats.page_size() as u64))
        })
    }
}

type Bytes = &'static [u8];

fn existing(
    transaction: &ReadTransaction,
    table: TableDefinition<'_, Bytes, Bytes>,
) -> Result<Option<ReadOnlyTable<Bytes, Bytes>>, StoreFault> {
    match transaction.open_table(table) {
        Ok(table) => Ok(Some(table)),
        Err(redb::TableError::TableDoesNotExist(_)) => Ok(None),
        Err(e) => Err(fault(&e.into())),
    }
}

/// Both tables within a transaction; one that is not there is empty.
struct Tables<'a, T> {
    host: &'a SpaceName,
    own: Option<T>,
    guests: Option<T>,
    wrote: bool,
    /// Bytes of values that were replaced or removed.
    freed_bytes: usize,
}

impl<'a, T> Tables<'a, T> {
    fn new(host: &'a SpaceName, own: Option<T>, guests: Option<T>) -> Tables<'a, T> {
        Tables { host, own, guests, wrote: false, freed_bytes: 0 }
    }

    /// The table of a space, and what is before its keys there.
    fn place(&mut self, space: &SpaceName) -> (&mut Option<T>, Vec<u8>) {
        if space == self.host { (&mut self.own, Vec::new()) } else { (&mut self.guests, guest_prefix(space)) }
    }
}

fn guest_prefix(space: &SpaceName) -> Vec<u8> {
    let name = space.as_str().as_bytes();
    // A name has 128 bytes at most.
    let length = u8::try_from(name.len()).unwrap_or(u8::MAX);
    [&[length], name].concat()
}

/// Behind the last key that can begin so.
fn behind(prefix: &[u8]) -> Vec<u8> {
    let mut end = prefix.to_vec();
    end.resize(end.len() + limits::KEY_BYTES_MAX + 1, 0xff);
    end
}

impl<T: ReadableTable<Bytes, Bytes>> Table for Tables<'_, T> {
    fn get(&mut self, space: &SpaceName, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let (table, mut full) = self.place(space);
        let Some(table) = table else { return Ok(None) };
        full.extend_from_slice(key);
        let Some(found) = table.get(&full[..]).map_err(|e| fault(&e.into()))? else { return Ok(None) };
        match unsealed(&full, found.value()) {
            Some(value) => Ok(Some(value.to_vec())),
            None => Err(StoreFault::Corrupt("a record of the store's own fails its checksum".into())),
        }
    }

    fn visit(
        &mut self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<u64, StoreFault> {
        let (table, before) = self.place(space);
        let Some(table) = table else { return Ok(0) };
        let (from, mut damaged) = ([&before, prefix].concat(), 0);
        for entry in table.range(&from[..]..).map_err(|e| fault(&e.into()))? {
            let (key, value) = entry.map_err(|e| fault(&e.into()))?;
            if !key.value().starts_with(&from) {
                break;
            }
            match (unsealed(key.value(), value.value()), key.value().get(before.len()..)) {
                (Some(value), Some(key)) => visit(key, value),
                _ => damaged += 1,
            }
        }
        Ok(damaged)
    }

    fn names(&mut self, limit: usize) -> Result<Vec<SpaceName>, StoreFault> {
        let mut names = Vec::new();
        if self.own.as_ref().map(|own| own.is_empty()).transpose().map_err(|e| fault(&e.into()))?
            == Some(false)
        {
            names.push(self.host.clone());
        }
        let Some(guests) = &self.guests else { return Ok(names) };
        let mut from = vec![0];
        while names.len() < limit {
            let mut rest = guests.range(&from[..]..).map_err(|e| fault(&e.into()))?;
            let Some(entry) = rest.next() else { break };
            let (key, _) = entry.map_err(|e| fault(&e.into()))?;
            let length = usize::from(key.value().first().copied().unwrap_or(0));
            let name = key.value().get(1..=length);
            match name.and_then(|name| SpaceName::parse(std::str::from_utf8(name).ok()?).ok()) {
                // On to the key behind all of this space.
                Some(space) => {
                    from = behind(&guest_prefix(&space));
                    names.push(space);
                }
                None => {
                    from = key.value().to_vec();
                    from.push(0);
                }
            }
        }
        Ok(names)
    }
}

impl TableMut for Tables<'_, redb::Table<'_, Bytes, Bytes>> {
    fn put(&mut self, space: &SpaceName, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        let (table, mut full) = self.place(space);
        full.extend_from_slice(key);
        let sealed = sealed(&full, value);
        let Some(table) = table else { return Ok(()) };
        let old = table.insert(&full[..], &sealed[..]).map_err(|e| fault(&e.into()))?;
        let freed_bytes = old.map_or(0, |old| old.value().len());
        self.freed_bytes += freed_bytes;
        Ok(())
    }

    fn remove(&mut self, space: &SpaceName, key: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        let (table, mut full) = self.place(space);
        full.extend_from_slice(key);
        let Some(table) = table else { return Ok(()) };
        let old = table.remove(&full[..]).map_err(|e| fault(&e.into()))?;
        let freed_bytes = old.map_or(0, |old| old.value().len());
        self.freed_bytes += freed_bytes;
        Ok(())
    }

    fn clear(&mut self, space: &SpaceName, prefix: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        let (table, mut from) = self.place(space);
        let Some(table) = table else { return Ok(()) };
        from.extend_from_slice(prefix);
        let mut freed_bytes = 0;
        let none = |_: &[u8], value: &[u8]| {
            freed_bytes += value.len();
            false
        };
        table.retain_in(&from[..]..&behind(&from)[..], none).map_err(|e| fault(&e.into()))?;
        self.freed_bytes += freed_bytes;
        Ok(())
    }
}

/// Moves a damaged file to `PATH.corrupt-SECONDS`: nothing of it is lost, and it is in nobody's way.
///
/// # Errors
/// When it can't be renamed.
pub fn move_aside(path: &Path, now_seconds: i64, why: String) -> Result<MovedAside, StoreFault> {
    let mut aside = path.as_os_str().to_owned();
    aside.push(format!(".corrupt-{now_seconds}"));
    let aside = PathBuf::from(aside);
    std::fs::rename(path, &aside)
        .and_then(|()| sync_folder(path))
        .map_err(|e| StoreFault::Io(format!("move {} aside: {e}", path.display())))?;
    Ok(MovedAside { path: aside, why })
}

impl Store for Embedded {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        self.transact(ledger::claim)
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        let seconds = crate::facts::now().wall_seconds;
        self.transact(|tables, who| ledger::commit(tables, who, stamp, writes, seconds)).map(drop)
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        self.scan_space(&self.who.space, prefix, visit)
    }

    fn reopen(&mut self) -> Result<(), StoreFault> {
        // redb refuses everything after an I/O error until the file is opened anew; close first, for its lock.
        let mut open = self.disk.database.write().unwrap_or_else(PoisonError::into_inner);
        let closed = fenced(|| {
            *open = None;
            Ok(())
        });
        closed?;
        *open = Some((self.disk.open)()?);
        Ok(())
    }

    fn upkeep(&mut self) -> Result<(), StoreFault> {
        if self.disk.freed_bytes.load(Ordering::Relaxed) < limits::FREED_BYTES_MIN {
            return Ok(());
        }
        self.disk.freed_bytes.store(0, Ordering::Relaxed);
        let (file, used) = self.extent()?;
        let worth = file >= limits::COMPACT_FILE_BYTES_MIN && used <= file / 2;
        if !worth || used > limits::COMPACT_USED_BYTES_MAX {
            return Ok(());
        }
        self.compact()
    }

    fn own_space(&self) -> &SpaceName {
        &self.who.space
    }

    fn spaces(&self) -> Result<SpaceList, StoreFault> {
        self.look(|tables| ledger::spaces(tables))
    }

    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        self.look(|tables| ledger::scan(tables, &self.who.space, space, prefix, visit))
    }

    fn renew(&mut self, epoch: u64, state: LeaseState) -> Result<Lease, StoreFault> {
        self.transact(|tables, who| ledger::renew(tables, who, epoch, state))
    }

    fn free(&mut self, lapsed: &Lapsed) -> Result<Lease, StoreFault> {
        self.transact(|tables, who| ledger::free(tables, who, lapsed))
    }

    fn expire(&mut self, lapsed: &Lapsed, today: i64, days_max: u32) -> Result<bool, StoreFault> {
        self.transact(|tables, who| expiry::expire(tables, who, lapsed, today, days_max))
    }

    fn take(&mut self, epoch: u64, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.transact(|tables, who| ledger::take(tables, who, epoch, space, item))
    }

    fn takings(&self) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault> {
        self.look(|tables| ledger::takings(tables, &self.who))
    }

    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault> {
        self.transact(|tables, who| ledger::finish(tables, who, space, item, along))
    }

    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.transact(|tables, who| ledger::give_back(tables, who, space, item))
    }
}

/// Calls into redb; a panic there is damage on disk, and ours goes on.
fn fenced<T>(call: impl FnOnce() -> Result<T, StoreFault>) -> Result<T, StoreFault> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(StoreFault::Corrupt("a page makes no sense (redb gave up on it)".into())))
}

fn open_file(path: &Path) -> Result<Database, StoreFault> {
    let failed = |e: io::Error| StoreFault::Io(format!("open {}: {e}", path.display()));
    let file: File = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC)
        .open(path)
        .map_err(failed)?;
    if file.metadata().map_err(failed)?.len() == 0 {
        // A file whose name the disk does not have yet is gone with the power, however well it was synced itself.
        sync_folder(path).map_err(failed)?;
    }
    fenced(|| open_database(redb::backends::FileBackend::new(file).map_err(open_fault)?))
}

fn open_database(backend: impl StorageBackend) -> Result<Database, StoreFault> {
    Database::builder().set_cache_size(limits::CACHE_BYTES).create_with_backend(backend).map_err(open_fault)
}

/// Puts a folder's names on the disk: of the folder that a path is in.
fn sync_folder(path: &Path) -> io::Result<()> {
    match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => File::open(folder)?.sync_all(),
        _ => File::open(".")?.sync_all(),
    }
}

fn open_fault(error: DatabaseError) -> StoreFault {
    match error {
        DatabaseError::DatabaseAlreadyOpen => StoreFault::Busy,
        // What is no redb file at all comes as InvalidData; one cut short as UnexpectedEof.
        DatabaseError::Storage(redb::StorageError::Io(io))
            if matches!(io.kind(), std::io::ErrorKind::InvalidData | std::io::ErrorKind::UnexpectedEof) =>
        {
            StoreFault::Corrupt(io.to_string())
        }
        DatabaseError::Storage(redb::StorageError::Corrupted(why)) => StoreFault::Corrupt(why),
        DatabaseError::UpgradeRequired(version) => {
            StoreFault::Corrupt(format!("file format {version} is of another version"))
        }
        DatabaseError::RepairAborted => StoreFault::Corrupt("its repair was given up".into()),
        other => fault(&other.into()),
    }
}

fn fault(error: &redb::Error) -> StoreFault {
    match error {
        redb::Error::Corrupted(why) => StoreFault::Corrupt(why.clone()),
        redb::Error::DatabaseAlreadyOpen => StoreFault::Busy,
        other => StoreFault::Io(other.to_string()),
    }
}
