//! A store that forgets: for tests, and the measure of what the others must do.

use super::expiry;
use super::lease::{Lapsed, Lease, LeaseState};
use super::ledger::{self, Table, TableMut};
use super::space::{Identity, SpaceList, SpaceName};
use super::{ScanReport, Stamp, Store, StoreFault, Write};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

type Records = BTreeMap<(SpaceName, Vec<u8>), Vec<u8>>;

/// Keys and bytes in memory. A clone sees the same records, as a second process would.
#[derive(Clone, Debug)]
pub struct Memory {
    records: Arc<Mutex<Records>>,
    who: Identity,
    shared: bool,
}

impl Default for Memory {
    fn default() -> Memory {
        let who = Identity::new(SpaceName::of("memory", "default"), "memory");
        Memory { records: Arc::default(), who, shared: false }
    }
}

impl Memory {
    /// The same records, as another sees them.
    #[must_use]
    pub fn seen_by(&self, who: Identity) -> Memory {
        Memory { records: Arc::clone(&self.records), who, shared: self.shared }
    }

    /// As one that others see too, whose leases are renewed.
    #[must_use]
    pub fn shared(self) -> Memory {
        Memory { shared: true, ..self }
    }

    fn records(&self) -> MutexGuard<'_, Records> {
        // A panic in another holder can't leave the map half written: every rule decides before it writes.
        self.records.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Table for Records {
    fn get(&mut self, space: &SpaceName, key: &[u8]) -> Result<Option<Vec<u8>>, StoreFault> {
        Ok(BTreeMap::get(self, &(space.clone(), key.to_vec())).cloned())
    }

    fn visit(
        &mut self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<u64, StoreFault> {
        for ((owner, key), value) in self.range((space.clone(), prefix.to_vec())..) {
            if owner != space || !key.starts_with(prefix) {
                break;
            }
            visit(key, value);
        }
        Ok(0)
    }

    fn names(&mut self, limit: usize) -> Result<Vec<SpaceName>, StoreFault> {
        let mut names: Vec<SpaceName> = self.keys().map(|(space, _)| space.clone()).collect();
        names.dedup();
        names.truncate(limit);
        Ok(names)
    }
}

impl TableMut for Records {
    fn put(&mut self, space: &SpaceName, key: &[u8], value: &[u8]) -> Result<(), StoreFault> {
        self.insert((space.clone(), key.to_vec()), value.to_vec());
        Ok(())
    }

    fn remove(&mut self, space: &SpaceName, key: &[u8]) -> Result<(), StoreFault> {
        BTreeMap::remove(self, &(space.clone(), key.to_vec()));
        Ok(())
    }

    fn clear(&mut self, space: &SpaceName, prefix: &[u8]) -> Result<(), StoreFault> {
        self.retain(|(owner, key), _| owner != space || !key.starts_with(prefix));
        Ok(())
    }
}

impl Store for Memory {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        ledger::claim(&mut *self.records(), &self.who)
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        let seconds = crate::facts::now().wall_seconds;
        ledger::commit(&mut *self.records(), &self.who, stamp, writes, seconds).map(drop)
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        self.scan_space(&self.who.space, prefix, visit)
    }

    fn own_space(&self) -> &SpaceName {
        &self.who.space
    }

    fn spaces(&self) -> Result<SpaceList, StoreFault> {
        ledger::spaces(&mut *self.records())
    }

    fn scan_space(
        &self,
        space: &SpaceName,
        prefix: &[u8],
        visit: &mut dyn FnMut(&[u8], &[u8]),
    ) -> Result<ScanReport, StoreFault> {
        ledger::scan(&mut *self.records(), &self.who.space, space, prefix, visit)
    }

    fn is_shared(&self) -> bool {
        self.shared
    }

    fn renew(&mut self, epoch: u64, state: LeaseState) -> Result<Lease, StoreFault> {
        ledger::renew(&mut *self.records(), &self.who, epoch, state)
    }

    fn free(&mut self, lapsed: &Lapsed) -> Result<Lease, StoreFault> {
        ledger::free(&mut *self.records(), &self.who, lapsed)
    }

    fn expire(&mut self, lapsed: &Lapsed, today: i64, days_max: u32) -> Result<bool, StoreFault> {
        expiry::expire(&mut *self.records(), &self.who, lapsed, today, days_max)
    }

    fn take(&mut self, epoch: u64, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        ledger::take(&mut *self.records(), &self.who, epoch, space, item)
    }

    fn takings(&self) -> Result<Vec<(SpaceName, Vec<u8>)>, StoreFault> {
        ledger::takings(&mut *self.records(), &self.who)
    }

    fn finish(&mut self, space: &SpaceName, item: &[u8], along: &[Vec<u8>]) -> Result<(), StoreFault> {
        ledger::finish(&mut *self.records(), &self.who, space, item, along)
    }

    fn give_back(&mut self, space: &SpaceName, item: &[u8]) -> Result<(), StoreFault> {
        ledger::give_back(&mut *self.records(), &self.who, space, item)
    }
}
