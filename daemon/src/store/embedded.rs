//! The default store: one redb file under the user's state folder.
//!
//! redb is told to commit in two phases with quick repair (a file of 570 MB opens again 12 ms after a
//! kill -9, not 1.5 s) and to keep 8 MiB of pages, not its default of 1 GiB. Each value carries a CRC-32C of
//! ours over key and value, so that a damaged record is left out and never shown as data. redb itself panics
//! on some damaged pages (one flipped byte in fifty of a small file does it): each call into it is fenced, and
//! a panic is [`StoreFault::Corrupt`].

use super::{
    STAMP_KEY, ScanReport, Stamp, Store, StoreFault, Write, admit, check_writes, limits, stamp_bytes,
    stamp_from,
};
use crate::deathpoint::{self, Point};
use redb::{Database, DatabaseError, Durability, ReadableDatabase, ReadableTable, TableDefinition};
use std::fs::{File, OpenOptions};
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Path, PathBuf};

const RECORDS: TableDefinition<'_, &[u8], &[u8]> = TableDefinition::new("records-1");
const CRC_BYTES: usize = 4;

/// A redb file.
pub struct Embedded {
    path: PathBuf,
    database: Option<Database>,
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
        Ok(Embedded { path: path.into(), database: Some(open_database(path)?) })
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

    fn database(&self) -> Result<&Database, StoreFault> {
        self.database.as_ref().ok_or_else(|| StoreFault::Io(format!("{} is closed", self.path.display())))
    }

    /// Runs one durable transaction that sees the last stamp and says what to write.
    fn transact(
        &self,
        decide: impl FnOnce(Stamp) -> Result<Option<Stamp>, StoreFault>,
        writes: &[Write],
    ) -> Result<Option<Stamp>, StoreFault> {
        let mut transaction = self.database()?.begin_write().map_err(|e| fault(&e.into()))?;
        transaction.set_quick_repair(true);
        transaction.set_durability(Durability::Immediate).map_err(|e| fault(&e.into()))?;
        let stamp = {
            let mut table = transaction.open_table(RECORDS).map_err(|e| fault(&e.into()))?;
            let last = match table.get(STAMP_KEY).map_err(|e| fault(&e.into()))? {
                Some(found) => stamp_from(unsealed(STAMP_KEY, found.value()).ok_or_else(|| {
                    StoreFault::Corrupt(format!(
                        "the stamp record of {} fails its checksum",
                        self.path.display()
                    ))
                })?)?,
                None => Stamp { epoch: 0, seq: 0 },
            };
            let Some(stamp) = decide(last)? else { return Ok(None) };
            for (key, value) in writes {
                match value {
                    Some(value) => table.insert(&key[..], &sealed(key, value)[..]).map(drop),
                    None => table.remove(&key[..]).map(drop),
                }
                .map_err(|e| fault(&e.into()))?;
            }
            let own = sealed(STAMP_KEY, &stamp_bytes(stamp));
            table.insert(STAMP_KEY, &own[..]).map_err(|e| fault(&e.into()))?;
            stamp
        };
        deathpoint::pass(Point::Committing);
        transaction.commit().map_err(|e| fault(&e.into()))?;
        deathpoint::pass(Point::Committed);
        Ok(Some(stamp))
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
        .map_err(|e| StoreFault::Io(format!("move {} aside: {e}", path.display())))?;
    Ok(MovedAside { path: aside, why })
}

impl Store for Embedded {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        let claimed =
            fenced(|| self.transact(|last| Ok(Some(Stamp { epoch: last.epoch + 1, seq: 0 })), &[]))?;
        claimed.ok_or_else(|| StoreFault::Io("nothing was claimed".into()))
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        check_writes(writes)?;
        fenced(|| self.transact(|last| Ok(admit(last, stamp)?.then_some(stamp)), writes)).map(drop)
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        fenced(|| self.scan_records(prefix, visit))
    }

    fn reopen(&mut self) -> Result<(), StoreFault> {
        // redb refuses everything after an I/O error until the file is opened anew; close first, for its lock.
        let closed = fenced(|| {
            self.database = None;
            Ok(())
        });
        closed?;
        self.database = Some(open_database(&self.path)?);
        Ok(())
    }
}

impl Embedded {
    fn scan_records(
        &self,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        let transaction = self.database()?.begin_read().map_err(|e| fault(&e.into()))?;
        let table = match transaction.open_table(RECORDS) {
            Ok(table) => table,
            Err(redb::TableError::TableDoesNotExist(_)) => return Ok(ScanReport::default()),
            Err(e) => return Err(fault(&e.into())),
        };
        let mut report = ScanReport::default();
        for entry in table.range(prefix..).map_err(|e| fault(&e.into()))? {
            let (key, value) = entry.map_err(|e| fault(&e.into()))?;
            if !key.value().starts_with(prefix) {
                break;
            }
            if key.value() == STAMP_KEY {
                continue;
            }
            match unsealed(key.value(), value.value()) {
                Some(value) => {
                    visit(key.value(), value);
                    report.sound += 1;
                }
                None => report.damaged += 1,
            }
        }
        Ok(report)
    }
}

/// Calls into redb; a panic there is damage on disk, and ours goes on.
fn fenced<T>(call: impl FnOnce() -> Result<T, StoreFault>) -> Result<T, StoreFault> {
    std::panic::catch_unwind(std::panic::AssertUnwindSafe(call))
        .unwrap_or_else(|_| Err(StoreFault::Corrupt("a page makes no sense (redb gave up on it)".into())))
}

fn open_database(path: &Path) -> Result<Database, StoreFault> {
    let file: File = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .mode(0o600)
        .custom_flags(nix::libc::O_NOFOLLOW | nix::libc::O_CLOEXEC)
        .open(path)
        .map_err(|e| StoreFault::Io(format!("open {}: {e}", path.display())))?;
    fenced(|| {
        let backend = redb::backends::FileBackend::new(file).map_err(open_fault)?;
        Database::builder()
            .set_cache_size(limits::CACHE_BYTES)
            .create_with_backend(backend)
            .map_err(open_fault)
    })
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

fn sealed(key: &[u8], value: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(CRC_BYTES + value.len());
    bytes.extend_from_slice(&crc32c::crc32c_append(crc32c::crc32c(key), value).to_be_bytes());
    bytes.extend_from_slice(value);
    bytes
}

fn unsealed<'a>(key: &[u8], bytes: &'a [u8]) -> Option<&'a [u8]> {
    let (crc, value) = bytes.split_at_checked(CRC_BYTES)?;
    (crc == crc32c::crc32c_append(crc32c::crc32c(key), value).to_be_bytes()).then_some(value)
}
