//! What is kept of a record that the store has, to see whether the next one is another: not the record, which a
//! thousand quiet panes would pay for.

use std::hash::{DefaultHasher, Hasher};

/// 128 bits of a record's bytes. The default is that of no record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Fingerprint(u64, u64);

impl Fingerprint {
    pub(super) fn of(bytes: &[u8]) -> Fingerprint {
        let hash = |half: u8| {
            let mut hasher = DefaultHasher::new();
            hasher.write_u8(half);
            hasher.write(bytes);
            hasher.finish()
        };
        Fingerprint(hash(1), hash(2))
    }
}
