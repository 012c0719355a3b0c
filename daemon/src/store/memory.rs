//! A store that forgets: for tests, and the measure of what the others must do.

use super::{
    STAMP_KEY, ScanReport, Stamp, Store, StoreFault, Write, admit, check_writes, stamp_bytes, stamp_from,
};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard};

/// Keys and bytes in memory. A clone sees the same records, as a second process would.
#[derive(Clone, Debug, Default)]
pub struct Memory {
    records: Arc<Mutex<BTreeMap<Vec<u8>, Vec<u8>>>>,
}

impl Memory {
    fn records(&self) -> MutexGuard<'_, BTreeMap<Vec<u8>, Vec<u8>>> {
        // A panic in another holder can't leave the map half written: every change is one call.
        self.records.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
    }
}

impl Store for Memory {
    fn claim(&mut self) -> Result<Stamp, StoreFault> {
        let mut records = self.records();
        let last = records.get(STAMP_KEY).map_or(Ok(Stamp { epoch: 0, seq: 0 }), |b| stamp_from(b))?;
        let stamp = Stamp { epoch: last.epoch + 1, seq: 0 };
        records.insert(STAMP_KEY.to_vec(), stamp_bytes(stamp).to_vec());
        Ok(stamp)
    }

    fn commit(&mut self, stamp: Stamp, writes: &[Write]) -> Result<(), StoreFault> {
        check_writes(writes)?;
        let mut records = self.records();
        let last = records.get(STAMP_KEY).map_or(Ok(Stamp { epoch: 0, seq: 0 }), |b| stamp_from(b))?;
        if admit(last, stamp)? {
            for (key, value) in writes {
                match value {
                    Some(value) => records.insert(key.clone(), value.clone()),
                    None => records.remove(key),
                };
            }
            records.insert(STAMP_KEY.to_vec(), stamp_bytes(stamp).to_vec());
        }
        Ok(())
    }

    fn scan(&self, prefix: &[u8], visit: &mut dyn FnMut(&[u8], &[u8])) -> Result<ScanReport, StoreFault> {
        let mut report = ScanReport::default();
        for (key, value) in self.records().range(prefix.to_vec()..) {
            if !key.starts_with(prefix) {
                break;
            }
            if key[..] != *STAMP_KEY {
                visit(key, value);
                report.sound += 1;
            }
        }
        Ok(report)
    }
}
