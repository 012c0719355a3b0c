//! Records in a FoundationDB cluster (package `abide-foundationdb`, cargo feature `foundationdb`).
//!
//! Each call of the store is one transaction over the rules in `store/ledger.rs`: it reads the stamp of its space,
//! which makes every commit conflict with whoever wrote it since, and sets it last. A commit whose outcome is
//! unknown (1021, or a time that ran out) is repeated with the same stamp: it finds it there, or writes it. One that lands
//! after all finds another stamp and is refused by the cluster. Every transaction has a time and a number of
//! tries; what the cluster does not do by then is [`StoreFault::Io`], which the asker repeats when it sees fit.
//!
//! The calls block: they are made on the store's thread, and at a start on the one that opens it.

mod layout;
mod network;

use super::expiry;
use super::lease::{Lapsed, Lease, LeaseState};
use super::ledger::{self, LeaseBytes, Table, TableMut};
use super::space::{Identity, SpaceList, SpaceName};
use super::{ScanReport, Stamp, Store, StoreFault, Write, limits, sealed, unsealed};
use foundationdb::future::FdbSlice;
use foundationdb::options::{StreamingMode, TransactionOption};
use foundationdb::{Database, FdbError, KeySelector, RangeOption, Transaction};
use layout::Layout;
pub use network::stop;
use network::{database, wait};
use std::path::Path;
use std::sync::Arc;

/// Time for one transaction, tries and all: a cluster that recovers from a lost server needs two seconds of it.
const TRANSACTION_MS: i32 = 5_000;
/// Tries of one transaction: its time ends it before, unless the cluster says no at once each time.
const RETRIES_MAX: i32 = 50;
/// Longest pause between tries.
const RETRY_PAUSE_MS_MAX: i32 = 250;
/// Bytes that a transaction may write: a commit, the keys' places, and room.
const WRITE_BYTES_MAX: i32 = 4 * 1024 * 1024;
/// Bytes of records in one page of a scan.
const PAGE_BYTES: usize = 512 * 1024;
/// The transaction is older than the five seconds for which the cluster can read the past.
const TOO_OLD: i32 = 1007;

/// A cluster's records, as the owner of one space sees them.
pub struct FoundationDb {
    database: Arc<Database>,
    layout: Layout,
    who: Identity,
}

impl FoundationDb {
    /// Opens the cluster that a cluster file names. It is not asked for anything yet.
    ///
    /// # Errors
    /// When the file can't be read or names no cluster, or the client library does not start.
    pub fn open(cluster_file: &Path, who: Identity) -> Result<FoundationDb, StoreFault> {
        FoundationDb::open_under(cluster_file, layout::PREFIX, who)
    }

    /// As [`FoundationDb::open`], with all keys under another prefix: for tests on a cluster with other guests.
    ///
    /// # Errors
    /// As [`FoundationDb::open`].
    pub fn open_under(cluster_file: &Path, prefix: &[u8], who: Identity) -> Result<FoundationDb, StoreFault> {
        let database = database(cluster_file)?;
        Ok(FoundationDb { database, layout: Layout::new(prefix), who })
    }

    /// The same records, as another sees them.
    #[must_use]
    pub fn seen_by(&self, who: Identity) -> FoundationDb {
        FoundationDb { database: Arc::clone(&self.database), layout: self.layout.clone(), who }
    }

    fn begin(&self) -> Result<Transaction, FdbError> {
        let transaction = self.database.create_trx()?;
        for option in [
            TransactionOption::Timeout(TRANSACTION_MS),
            TransactionOption::RetryLimit(RETRIES_MAX),
            TransactionOption::MaxRetryDelay(RETRY_PAUSE_MS_MAX),
            TransactionOption::SizeLimit(WRITE_BYTES_MAX),
        ] {
            transaction.set_option(option)?;
        }
        Ok(transaction)
    }

    /// Runs a rule in a transaction, again and again while the cluster says that this may help.
    fn transact<T>(
        &self,
        mut rule: impl FnMut(&mut dyn TableMut, &Identity) -> Result<T, StoreFault>,
    ) -> Result<T, StoreFault> {
        let mut transaction = self.begin().map_err(fault)?;
        loop {
            let mut tables = Tables { store: self, transaction, failed: None, wrote: false };
            let outcome = rule(&mut tables, &self.who);
            let Tables { transaction: own, failed, wrote, .. } = tables;
            transaction = match (outcome, failed) {
                (_, Some(error)) => wait(own.on_error(error)).map_err(fault)?,
                (Err(refused), None) => return Err(refused),
                (Ok(done), None) if !wrote => return Ok(done),
                (Ok(done), None) => match wait(own.commit()) {
                    Ok(_) => return Ok(done),
                    Err(error) => wait(error.on_error()).map_err(fault)?,
                },
            };
        }
    }
}

/// The records within a transaction.
struct Tables<'a> {
    store: &'a FoundationDb,
    transaction: Transaction,
    /// What the cluster said to a read: the rule ends with some fault, and this decides what comes of it.
    failed: Option<FdbError>,
    wrote: bool,
}

impl Tables<'_> {
    fn failed<T>(&mut self, error: FdbError) -> Result<T, StoreFault> {
        self.failed = Some(error);
        Err(fault(error))
    }

    /// What a read found.
    fn value(
        &mut self,
        key: &[u8],
        found: Result<Option<FdbSlice>, FdbError>,
    ) -> Result<Option<Vec<u8>>, StoreFault> {
        match found {
            Ok(None) => Ok(None),
            Ok(Some(bytes)) => sound(key, &bytes).map(Some),
            Err(error) => self.failed(error),
        }
    }

    /// Goes on with a scan that took longer than the cluster can look back, if the space is as it was.
    fn again_if_same(&mut self, space: &SpaceName, stamp: Option<&[u8]>) -> Result<(), StoreFault> {
        match self.store.begin() {
            Ok(transaction) => self.transaction = transaction,
            Err(error) => return self.failed(error),
        }
        if Table::get(self, space, ledger::STAMP_KEY)?.as_deref() == stamp {
            Ok(())
        } else {
            self.failed(FdbError::from_code(TOO_OLD))
        }
    }
}

impl Table for Tables<'_> {
    fn get(&mut self, space: &SpaceName, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        let key = self.store.layout.key(space, key);
        let found = wait(self.transaction.get(&key, false));
        self.value(&key, found)
    }

    fn get_all(&mut self, keys: &[(&SpaceName, &[u8])]) -> Result<Vec<Option<Vec<u8>>>, StoreFault> {
        let keys: Vec<_> = keys.iter().map(|(space, key)| self.store.layout.key(space, key)).collect();
        // Under way from here on; what is waited for first is not the first to come.
        let reads: Vec<_> = keys.iter().map(|key| self.transaction.get(key, false)).collect();
        let found: Vec<_> = reads.into_iter().map(wait).collect();
        keys.iter().zip(found).map(|(key, found)| self.value(key, found)).collect()
    }

    fn visit(
        &mut self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<u64, StoreFault> {
        let stamp = Table::get(self, space, ledger::STAMP_KEY)?;
        let mut damaged = 0;
        for (mut begin, end) in self.store.layout.ranges(space, prefix) {
            loop {
                let option = RangeOption {
                    begin: KeySelector::first_greater_or_equal(&begin),
                    end: KeySelector::first_greater_or_equal(&end),
                    target_bytes: PAGE_BYTES,
                    mode: StreamingMode::WantAll,
                    ..RangeOption::default()
                };
                let page = match wait(self.transaction.get_range(&option, 1, false)) {
                    Ok(page) => page,
                    Err(error) if error.code() == TOO_OLD && !self.wrote => {
                        self.again_if_same(space, stamp.as_deref())?;
                        continue;
                    }
                    Err(error) => return self.failed(error),
                };
                for record in page.iter() {
                    match (
                        self.store.layout.own_key(space, record.key()),
                        unsealed(record.key(), record.value()),
                    ) {
                        (Some(key), Some(value)) => visit(key, value),
                        _ => damaged += 1,
                    }
                }
                match page.iter().next_back() {
                    Some(last) if page.more() => {
                        begin = last.key().to_vec();
                        begin.push(0);
                    }
                    _ => break,
                }
            }
        }
        Ok(damaged)
    }

    fn names(&mut self, limit: usize) -> Result<Vec<SpaceName>, StoreFault> {
        Ok(self.leases(limit)?.into_iter().map(|(name, _)| name).collect())
    }

    fn leases(&mut self, limit: usize) -> Result<Vec<LeaseBytes>, StoreFault> {
        let (mut begin, end) = self.store.layout.leases();
        let mut leases = Vec::new();
        loop {
            let option = RangeOption {
                begin: KeySelector::first_greater_or_equal(&begin),
                end: KeySelector::first_greater_or_equal(&end),
                limit: Some(limit.saturating_sub(leases.len()).max(1)),
                mode: StreamingMode::WantAll,
                ..RangeOption::default()
            };
            let page = match wait(self.transaction.get_range(&option, 1, false)) {
                Ok(page) => page,
                Err(error) => return self.failed(error),
            };
            for record in page.iter() {
                let Some(name) = self.store.layout.lease_of(record.key()) else { continue };
                let lease = sound(record.key(), record.value())?;
                leases.push((name, Some(lease)));
            }
            match page.iter().next_back() {
                Some(last) if page.more() && leases.len() < limit => {
                    begin = last.key().to_vec();
                    begin.push(0);
                }
                _ => return Ok(leases),
            }
        }
    }
}

impl TableMut for Tables<'_> {
    fn put(&mut self, space: &SpaceName, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        let key = self.store.layout.key(space, key);
        self.transaction.set(&key, &sealed(&key, value));
        Ok(())
    }

    fn remove(&mut self, space: &SpaceName, key: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        self.transaction.clear(&self.store.layout.key(space, key));
        Ok(())
    }

    fn clear(&mut self, space: &SpaceName, prefix: &[u8]) -> Result<(), StoreFault> {
        self.wrote = true;
        let layout = &self.store.layout;
        let ranges = match prefix {
            [] => layout.all(space).to_vec(),
            _ => layout.ranges(space, prefix),
        };
        for (begin, end) in ranges {
            self.transaction.clear_range(&begin, &end);
        }
        Ok(())
    }
}

impl Store for FoundationDb {
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

    fn own_space(&self) -> &SpaceName {
        &self.who.space
    }

    fn spaces(&self) -> Result<SpaceList, StoreFault> {
        self.transact(|tables, _| ledger::spaces(tables))
    }

    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        // Shown when all of it is read: a scan may have to begin anew.
        let (report, records) = self.transact(|tables, who| {
            let mut records = Vec::new();
            let report = ledger::scan(tables, &who.space, space, prefix, &mut |key, value| {
                records.push((key.to_vec(), value.to_vec()));
            })?;
            Ok((report, records))
        })?;
        records.iter().for_each(|(key, value)| visit(key, value));
        Ok(report)
    }

    fn is_shared(&self) -> bool {
        true
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
        self.transact(|tables, who| ledger::takings(tables, who))
    }

    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault> {
        self.transact(|tables, who| ledger::finish(tables, who, space, item, along))
    }

    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        self.transact(|tables, who| ledger::give_back(tables, who, space, item))
    }
}

/// A record of the store's own.
fn sound(key: &[u8], bytes: &[u8]) -> Result<Vec<u8>, StoreFault> {
    let damaged = || StoreFault::Corrupt("a record of the store's own fails its checksum".into());
    unsealed(key, bytes).map(<[u8]>::to_vec).ok_or_else(damaged)
}

/// What an error of the cluster or its client library means to the asker.
fn fault(error: FdbError) -> StoreFault {
    let why = match error.code() {
        1025 | 1031 => format!("the cluster does not answer within {} s", TRANSACTION_MS / 1000),
        1038 => "the cluster is locked: it takes no writes".to_owned(),
        1009 | 1037 | 1042 | 1051 | 1213 => format!("the cluster is overloaded ({error})"),
        2101 => {
            return StoreFault::TooLarge {
                what: "commit",
                bytes: WRITE_BYTES_MAX.cast_unsigned() as usize,
                bytes_max: limits::COMMIT_BYTES_MAX,
            };
        }
        code => format!("FoundationDB: {error} ({code})"),
    };
    StoreFault::Io(why)
}
