//! The model outside of the model: records for the next daemon and for the store.
//!
//! `record` has the shapes, `write` makes them, `read` makes a model of them again, `key` names them in the
//! store, `plan` says what is to be stored when, `records` is what a store holds, and `restore` builds a model from
//! it after everything else has ended; `shelf` looks at a store without taking anything from it, and `arrive` brings a session of another daemon's
//! records into a model that runs.

pub mod arrive;
mod fingerprint;
mod key;
mod plan;
mod read;
pub mod record;
mod records;
mod restore;
pub mod shelf;
mod write;

pub use key::Key;
pub(crate) use plan::is_kept;
pub use plan::{BATCH_BYTES_MAX, Plan, StoredRecord, VALUE_BYTES_MAX};
pub use records::Records;
pub use restore::{RestoreReport, Restored, recall, restore};

pub(crate) use read::{decode, structure as read_structure};
pub(crate) use write::{bindings, structure as write_structure};
